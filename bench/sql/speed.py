"""Times the view of the fifteen-rule policy in databases: rows a second, result, fen and law day of every row made a table.

usage: speed.py --jiufen PROGRAM [--dialects …] [--rows 100000,1000000] [--rounds 5] [--threads N]

The tables lie in the database (Spark: Parquet files) before the clock starts. The rows are those of bench/grants/gen.py,
written as the SQL wants them. Prints median, fastest, rows a second, and the least CPU of a
round, which says more on a machine that others use too.
"""
import argparse
import csv
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import databases

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "grants"))

# The fields of policy.md as gen.py calls them; all in the steps that the SQL declares when it is shown the data.
FIELDS = {"营业收入": "revenue", "上年营业收入": "prev_revenue", "研发费用": "rd_spend", "产值": "output", "税收": "tax", "能耗": "energy",
          "用地": "land", "职工": "employees", "行业代码": "industry", "园区号": "park", "成立日": "founded", "高新技术企业": "is_hitech",
          "规上": "is_above_scale"}


def write(rows, columns, path):
    import gen
    data = gen.gen(rows)
    values = []
    for name, _ in columns[1:]:
        column = data[FIELDS[name]].tolist()
        if name == "成立日":
            column = [f"{day // 10000}-{day // 100 % 100:02d}-{day % 100:02d}" for day in column]
        elif name == "园区号":
            # 数: in steps of 0.0001.
            column = [number * 10_000 for number in column]
        elif name in ("高新技术企业", "规上"):
            column = ["true" if truth else "false" for truth in column]
        values.append(column)
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(name for name, _ in columns)
        out.writerows((f"E{i:08d}", *row) for i, row in enumerate(zip(*values)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--jiufen", required=True)
    parser.add_argument("--dialects", default="duckdb,postgres,spark")
    parser.add_argument("--rows", default="100000,1000000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    jiufen = os.path.abspath(arguments.jiufen)
    policy = str(HERE.parent / "grants" / "policy.md")
    with tempfile.TemporaryDirectory() as work:
        os.chmod(work, 0o755)
        subprocess.run([sys.executable, "-B", "oracle.py", "1000", work], check=True, cwd=HERE.parent / "grants")
        for name in arguments.dialects.split(","):
            out = os.path.join(work, "program.sql")
            words = [jiufen, "sql", policy, "--dialect", name, "--year", "2025", "--data", os.path.join(work, "data"), "--out", out]
            shape = json.loads(subprocess.run([*words, "--format", "json"], check=True, capture_output=True, text=True).stdout)
            columns = [(column["name"], column["type"]) for column in shape["tables"][0]["columns"]]
            database = databases.ALL[name](work, arguments.threads)
            try:
                for rows in map(int, arguments.rows.split(",")):
                    path = os.path.join(work, "企业.csv")
                    write(rows, columns, path)
                    database.table("企业", columns, path)
                    database.script(pathlib.Path(out).read_text(encoding="utf-8"))
                    query = f"SELECT * FROM {database.quote('逐行·企业')}"
                    seconds, cpu = [], []
                    for _ in range(arguments.rounds):
                        begun, spent = time.monotonic(), database.cpu()
                        database.make("结果", query)
                        seconds.append(time.monotonic() - begun)
                        cpu.append(database.cpu() - spent)
                    paid = next(database.query(f"SELECT COUNT({database.quote('综合奖补:金额_分')}), SUM({database.quote('综合奖补:金额_分')}) FROM {database.quote('结果')}"))
                    middle = statistics.median(seconds)
                    print(f"{database.version}, {rows:,} rows, {arguments.threads} threads: median {middle:.2f} s, fastest {min(seconds):.2f} s, "
                          f"{rows / middle / 1e6:.2f} M rows/s; CPU {min(cpu):.2f} s; {paid[0]} paid, {paid[1]} fen in all", flush=True)
            finally:
                database.close()


if __name__ == "__main__":
    main()
