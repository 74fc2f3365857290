"""Writes the columns of gen.py, and what ref.py says of every row, computed with fractions on all cores.

usage: reference.py N FOLDER     needs numpy
"""
import multiprocessing
import os
import sys

import numpy as np

import gen
import ref

CHUNK = 20_000
COLUMNS = {}


def chunk(start):
    part = {name: column[start:start + CHUNK] for name, column in COLUMNS.items()}
    rows = len(part["revenue"])
    return np.array([ref.payout({name: column[i] for name, column in part.items()}) for i in range(rows)], np.int64)


def main(rows, folder):
    os.makedirs(folder, exist_ok=True)
    COLUMNS.update(gen.gen(rows))
    for name, column in COLUMNS.items():
        np.save(f"{folder}/{name}.npy", np.ascontiguousarray(column))
    with multiprocessing.get_context("fork").Pool() as pool:
        expected = np.concatenate(pool.map(chunk, range(0, rows, CHUNK)))
    # Written last: a folder without it is made anew.
    np.save(f"{folder}/expected.tmp.npy", expected)
    os.replace(f"{folder}/expected.tmp.npy", f"{folder}/expected.npy")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
