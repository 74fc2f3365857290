#!/usr/bin/env bash
# The SQL of `jiufen sql` in DuckDB against `jiufen run`, row by row: 100,000 generated rows of the fifteen-rule policy, and
# both shipped packs for 2025 and 2026 (rows of later years lie outside the limits that an earlier year assumes). Installs duckdb and numpy from PyPI into an environment of its own; without them it fails.
# JIUFEN names the program; unless given, it is built.
set -euo pipefail
cd "$(dirname "$0")/../.."

environment=$(mktemp -d)
trap 'rm -rf "$environment"' EXIT
python3 -m venv "$environment"
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check 'duckdb>=1.4' 'numpy>=1.26'
if [ -z "${JIUFEN:-}" ]; then
  cargo build --quiet --release --locked --package jiufen-cli
  JIUFEN="${CARGO_TARGET_DIR:-target}/release/jiufen"
fi
"$environment/bin/python" -B bench/sql/check.py --jiufen "$JIUFEN" --packs packs --dialects duckdb --years 2025,2026 "$@"
