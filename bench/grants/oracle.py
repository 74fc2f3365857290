"""Writes N generated enterprises as a registry, and what ref.py says each of them gets.

usage: oracle.py N FOLDER     needs numpy
FOLDER/data/企业.csv is in the vocabulary of policy.md; FOLDER/expected.csv holds key, amount in fen.
"""
import csv
import os
import sys

import gen
import ref


def fixed(value, places):
    """An integer of 10^-places units as a decimal, without floating point."""
    value = int(value)
    sign, value = ("-", -value) if value < 0 else ("", value)
    whole, part = divmod(value, 10**places)
    return f"{sign}{whole}.{part:0{places}d}"


def main(rows, folder):
    columns = gen.gen(rows)
    os.makedirs(f"{folder}/data", exist_ok=True)
    header = ["编号", "营业收入(元)", "上年营业收入(元)", "研发费用(元)", "产值(元)", "税收(元)", "能耗(吨标准煤)", "用地(亩)",
              "职工(人)", "行业代码", "园区号", "成立日", "高新技术企业", "规上"]
    money = ["revenue", "prev_revenue", "rd_spend", "output", "tax", "energy", "land"]
    truth = {False: "否", True: "是"}
    with open(f"{folder}/data/企业.csv", "w", encoding="utf-8", newline="") as main_file, \
            open(f"{folder}/expected.csv", "w", encoding="utf-8", newline="") as expected_file:
        main_file.write("# 合成数据 synthetic; 登记完整至 2025-12-31\r\n")
        out, expected = csv.writer(main_file), csv.writer(expected_file)
        out.writerow(header)
        for i in range(rows):
            row = {name: column[i] for name, column in columns.items()}
            founded = str(int(row["founded"]))
            out.writerow([f"E{i:08d}", *(fixed(row[name], 2) for name in money), int(row["employees"]),
                          int(row["industry"]), int(row["park"]),
                          f"{founded[:4]}-{founded[4:6]}-{founded[6:]}",
                          truth[bool(row["is_hitech"])], truth[bool(row["is_above_scale"])]])
            expected.writerow([f"E{i:08d}", ref.payout(row)])


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
