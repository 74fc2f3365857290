"""The three databases behind one face: make tables from CSV files, run a script, read a query as rows of words.

DuckDB and Spark come from PyPI (duckdb, pyspark; Spark needs Java 17), PostgreSQL from the system: a cluster of its own
is made in a folder, listens on a socket in that folder only, and is stopped at the end.
"""
import csv
import glob
import os
import pwd
import shutil
import subprocess
import sys
import tempfile


def statements(script):
    """The statements of a script that `jiufen sql` wrote: one ends with a semicolon at the end of a line."""
    found, lines = [], []
    for line in script.splitlines():
        lines.append(line)
        if line.endswith(";"):
            text = "\n".join(lines).strip()
            found.append(text[:-1])
            lines = []
    return found


def words(value):
    """A value as the CSV of a database shows it."""
    if value is None:
        return ""
    if value is True or value is False:
        return "t" if value else "f"
    return str(value)


def cpu_seconds(process):
    """CPU seconds of a process and of its children that have ended, from /proc; in steps of a hundredth."""
    with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


class DuckDb:
    name = "duckdb"

    def cpu(self):
        return cpu_seconds(os.getpid())

    def __init__(self, folder, threads):
        import duckdb
        self.version = f"DuckDB {duckdb.__version__}"
        self.connection = duckdb.connect(os.path.join(folder, "check.duckdb"))
        self.connection.execute(f"SET threads = {threads}")

    def table(self, name, columns, path):
        shape = ", ".join(f'"{column}" {kind}' for column, kind in columns)
        self.connection.execute(f'CREATE OR REPLACE TABLE "{name}" ({shape})')
        quoted = path.replace("'", "''")
        self.connection.execute(f"COPY \"{name}\" FROM '{quoted}' (FORMAT csv, HEADER true, NULLSTR '', ALLOW_QUOTED_NULLS false)")

    def script(self, text):
        for statement in statements(text):
            self.connection.execute(statement)

    def query(self, text):
        cursor = self.connection.execute(text)
        while rows := cursor.fetchmany(50_000):
            for row in rows:
                yield tuple(words(value) for value in row)

    def quote(self, name):
        return '"' + name.replace('"', '""') + '"'

    def make(self, name, query):
        self.connection.execute(f"CREATE OR REPLACE TABLE {self.quote(name)} AS {query}")

    def close(self):
        self.connection.close()


class Postgres:
    name = "postgres"

    def cpu(self):
        # A session is a child of the server, and has ended when its query has.
        return cpu_seconds(self.server)

    def __init__(self, folder, threads):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
        programs = os.path.dirname(found[-1]) if found else os.path.dirname(shutil.which("initdb") or "")
        if not programs:
            sys.exit("no PostgreSQL: install the Debian package postgresql")
        self.programs = programs
        # The server refuses to run as root.
        self.user = "postgres" if os.getuid() == 0 else None
        self.folder = tempfile.mkdtemp(prefix="pg", dir="/tmp")
        if self.user:
            owner = pwd.getpwnam(self.user)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        data = os.path.join(self.folder, "data")
        # A locale of its own order: the script must say where it wants code points.
        self.program("initdb", "-D", data, "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust")
        options = f"-c listen_addresses= -k {self.folder} -c max_parallel_workers_per_gather={threads - 1} -c work_mem=256MB -c jit=off -c fsync=off"
        self.program("pg_ctl", "-D", data, "-w", "-l", os.path.join(self.folder, "log"), "-o", options, "start")
        self.data = data
        status = self.program("pg_ctl", "-D", data, "status")
        self.server = int(status.split("PID:")[1].split(")")[0])
        self.version = "PostgreSQL " + next(self.query("SHOW server_version"))[0]

    def program(self, name, *arguments):
        command = [os.path.join(self.programs, name), *arguments]
        if self.user:
            command = ["runuser", "-u", self.user, "--", *command]
        # Not a pipe: the server that pg_ctl starts would hold it open.
        with tempfile.TemporaryFile("w+") as out:
            subprocess.run(command, check=True, stdout=out, cwd="/")
            out.seek(0)
            return out.read()

    def psql(self, text, output=None):
        command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-d", "postgres"]
        command += ["-U", self.user] if self.user else []
        environment = {**os.environ, "PGOPTIONS": "-c client_min_messages=warning"}
        subprocess.run(command, input=text, text=True, check=True, stdout=output, env=environment)

    def table(self, name, columns, path):
        shape = ", ".join(f'"{column}" {kind}' for column, kind in columns)
        quoted = path.replace("'", "''")
        self.psql(f'DROP TABLE IF EXISTS "{name}" CASCADE;\nCREATE TABLE "{name}" ({shape});\n'
                  f"\\copy \"{name}\" FROM '{quoted}' WITH (FORMAT csv, HEADER true)\nANALYZE \"{name}\";\n")

    def script(self, text):
        self.psql(text)

    def query(self, text):
        with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as out:
            flat = " ".join(text.split())
            self.psql(f"\\copy ({flat}) TO STDOUT WITH (FORMAT csv)\n" if not text.startswith("SHOW") else f"\\pset format unaligned\n\\pset tuples_only\n{text};\n", out)
            out.seek(0)
            yield from (tuple(row) for row in csv.reader(out))

    def quote(self, name):
        return '"' + name.replace('"', '""') + '"'

    def make(self, name, query):
        self.psql(f"DROP TABLE IF EXISTS {self.quote(name)}; CREATE UNLOGGED TABLE {self.quote(name)} AS {query};")

    def close(self):
        self.program("pg_ctl", "-D", self.data, "-w", "-m", "fast", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


class Spark:
    name = "spark"

    def cpu(self):
        return cpu_seconds(self.session.sparkContext._gateway.proc.pid)

    def __init__(self, folder, threads):
        from pyspark.sql import SparkSession
        builder = SparkSession.builder.master(f"local[{threads}]").appName("jiufen")
        settings = {"spark.ui.enabled": "false", "spark.driver.memory": "6g", "spark.sql.shuffle.partitions": "8",
                    "spark.sql.session.timeZone": "UTC", "spark.sql.warehouse.dir": os.path.join(folder, "warehouse"),
                    "spark.ui.showConsoleProgress": "false", "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
        for key, value in settings.items():
            builder = builder.config(key, value)
        self.session = builder.getOrCreate()
        self.session.sparkContext.setLogLevel("ERROR")
        self.version = f"Spark {self.session.version}"
        self.folder = folder
        self.made = 0

    def table(self, name, columns, path):
        shape = ", ".join(f"`{column}` {kind}" for column, kind in columns)
        frame = self.session.read.csv(path, schema=shape, header=True, nullValue="", emptyValue="", quote='"', escape='"', mode="FAILFAST", enforceSchema=True)
        # As it would lie on a cluster: Parquet.
        self.made += 1
        target = os.path.join(self.folder, f"table{self.made}")
        frame.write.mode("overwrite").parquet(target)
        self.session.read.parquet(target).createOrReplaceTempView(f"`{name}`")

    def script(self, text):
        for statement in statements(text):
            self.session.sql(statement)

    def query(self, text):
        for row in self.session.sql(text).toLocalIterator():
            yield tuple(words(value) for value in row)

    def quote(self, name):
        return "`" + name.replace("`", "``") + "`"

    def make(self, name, query):
        target = os.path.join(self.folder, "made")
        self.session.sql(query).write.mode("overwrite").parquet(target)
        self.session.read.parquet(target).createOrReplaceTempView(self.quote(name))

    def close(self):
        self.session.stop()


ALL = {database.name: database for database in (DuckDb, Postgres, Spark)}
