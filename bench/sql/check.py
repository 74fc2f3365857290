"""Runs the SQL of `jiufen sql` in databases and compares every right with `jiufen run`.

usage: check.py --jiufen PROGRAM --packs FOLDER [--dialects duckdb,postgres,spark] [--rows N] [--threads N]

Packs: the fifteen-rule policy over N generated rows (100,000 unless given; needs numpy), listed/ (sums, counts and existence
over listed rows), packs/shili and packs/qiantang
over their synthetic registries, for each year with data and the next, once with limits from the data and once with the
declared ones. The last line is `N passed, N failed`, one case a pack, year, way and database. A difference fails the
case: a right that SQL calls 符合 or 不符合 and `jiufen run` does not, another amount, a right that is in one list only.
`open` is no difference; how many there are is printed.
"""
import argparse
import collections
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import databases

HERE = pathlib.Path(__file__).resolve().parent


def jiufen(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0:
        sys.exit(f"jiufen {' '.join(map(str, arguments))}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


def decisions(program, pack, data, year, folder):
    """What `jiufen run` decided: by rule and key, status, fen before groups, caps and accounts, and both ends after them."""
    jiufen(program, "run", pack, "--data", data, "--year", year, "--out", folder)
    found = {}
    with open(os.path.join(folder, "decisions.csv"), encoding="utf-8-sig", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        for row in csv.DictReader(lines):
            found[row["rule"], row["subject"]] = (row["status"], row["entitlement_fen"], row["amount_lo_fen"], row["amount_hi_fen"])
    return found


def compare(expected, rights, year, later):
    """Counts, and the differences. `later`: the rules whose rights are settled together afterwards, by which a right that
    holds may become open: of those the amount of the right alone is compared."""
    counts, different = collections.Counter(), []
    for rule, key, result, fen, low, high, day in rights:
        known = expected.get((rule, key))
        found = (rule, key, result, fen, low, high, day)
        if known is None:
            # A right of an event of another year, or one that is due later, is listed by the run of its own year.
            counts["of other years"] += 1
            if result == "符合" and day[:4] == str(year):
                different.append((*found, "not in decisions.csv"))
            continue
        counts["rights"] += 1
        counts[result] += 1
        status, entitlement, least, most = known
        if result == "open":
            counts["open, decided by jiufen run"] += status in ("符合", "不符合")
            same = not (fen or low or high)
        elif result == "符合":
            same = fen == entitlement and (status == "符合" or rule in later)
        elif result == "无法判定":
            same = status == result and (rule in later or (low, high) == (least, most))
        else:
            same = status == result and not (fen or low or high)
        if not same:
            different.append((*found, known))
    missing = len(expected) - counts["rights"]
    if missing:
        different.append(("rights that SQL does not give", missing))
    return counts, different


def outside(database, script):
    """What the checks of the script count, other than rows."""
    found = []
    for line in script.splitlines():
        if "检查·" in line and line.startswith("CREATE"):
            name = line.split("检查·")[1][:-len('" AS')]
            query = f"SELECT * FROM {database.quote('检查·' + name)}"
            for row in database.query(query):
                if any(int(count) for count in row[1:]):
                    found.append((name, row))
    return found


def case(arguments, database, name, pack, data, year, expected, with_limits, work):
    tables = os.path.join(work, "tables")
    out = os.path.join(work, "program.sql")
    words = ["sql", pack, "--dialect", database.name, "--year", year, "--out", out, "--format", "json"]
    if with_limits:
        words += ["--data", data, "--tables", tables]
        shape = json.loads(jiufen(arguments.jiufen, *words))
    else:
        # The pack's own data, under the declared limits.
        shape = json.loads(jiufen(arguments.jiufen, *words, "--tables", tables))
    for table in shape["tables"]:
        columns = [(column["name"], column["type"]) for column in table["columns"]]
        database.table(table["table"], columns, os.path.join(tables, f"{table['table']}.csv"))
    script = pathlib.Path(out).read_text(encoding="utf-8")
    database.script(script)
    beyond = outside(database, script)
    begun = time.monotonic()
    columns = ", ".join(database.quote(column) for column in ("规则", "键", "结果", "金额_分", "下限_分", "上限_分", "法律日"))
    later = {rule["rule"] for rule in shape["rules"] if rule["after"]}
    counts, different = compare(expected, database.query(f"SELECT {columns} FROM {database.quote('权利')}"), year, later)
    seconds = time.monotonic() - begun
    way = "limits from the data" if with_limits else "declared limits"
    told = ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
    print(f"{name} {year}, {database.version}, {way}: {told}; {len(different)} differences, {seconds:.1f} s", flush=True)
    for difference in different[:5]:
        print("  differs:", *difference)
    for check in beyond:
        print("  outside the limits:", *check)
    return not different and not beyond


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--jiufen", required=True)
    parser.add_argument("--packs", required=True)
    parser.add_argument("--dialects", default="duckdb,postgres,spark")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--years", default="2023,2024,2025,2026")
    arguments = parser.parse_args()
    arguments.jiufen = os.path.abspath(arguments.jiufen)
    packs = pathlib.Path(arguments.packs).resolve()
    passed = failed = 0
    with tempfile.TemporaryDirectory() as work:
        os.chmod(work, 0o755)
        grants = os.path.join(work, "grants")
        subprocess.run([sys.executable, "-B", "oracle.py", str(arguments.rows), grants], check=True, cwd=HERE.parent / "grants")
        cases = [("fifteen rules", HERE.parent / "grants" / "policy.md", os.path.join(grants, "data"), [2025], [True])]
        listed = HERE / "listed"
        cases.append(("listed rows", listed, listed / "data", [2025], [True, False]))
        for name in ("shili", "qiantang"):
            years = [int(year) for year in arguments.years.split(",")]
            cases.append((name, packs / name, packs / name / "data", years, [True, False]))
        open_databases = [databases.ALL[name](work, arguments.threads) for name in arguments.dialects.split(",")]
        try:
            for name, pack, data, years, ways in cases:
                for year in years:
                    expected = decisions(arguments.jiufen, pack, data, year, os.path.join(work, "run"))
                    for database in open_databases:
                        for with_limits in ways:
                            good = case(arguments, database, name, pack, data, year, expected, with_limits, work)
                            passed, failed = passed + good, failed + (not good)
        finally:
            for database in open_databases:
                database.close()
    print(f"{passed} passed, {failed} failed")
    return failed


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
