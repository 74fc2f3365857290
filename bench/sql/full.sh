#!/usr/bin/env bash
# The same as ci.sh in DuckDB, PostgreSQL and Spark. Needs the Debian packages postgresql and openjdk-17-jre-headless; what
# is missing fails the check. Takes a quarter of an hour, nearly all of it Spark compiling its plans.
set -euo pipefail
cd "$(dirname "$0")/../.."

ls /usr/lib/postgresql/*/bin/initdb >/dev/null || { echo 'no PostgreSQL: install the Debian package postgresql'; exit 1; }
command -v java >/dev/null || { echo 'no Java: install the Debian package openjdk-17-jre-headless'; exit 1; }
environment=$(mktemp -d)
trap 'rm -rf "$environment"' EXIT
python3 -m venv "$environment"
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check 'duckdb>=1.4' 'numpy>=1.26' 'pyspark>=3.5'
if [ -z "${JIUFEN:-}" ]; then
  cargo build --quiet --release --locked --package jiufen-cli
  JIUFEN="${CARGO_TARGET_DIR:-target}/release/jiufen"
fi
"$environment/bin/python" -B bench/sql/check.py --jiufen "$JIUFEN" --packs packs "$@"
