"""The policy of policy.md in the engines people use today, one process an engine, told what to do line by line.

usage: peers.py duckdb|polars|numpy|openfisca FOLDER THREADS     FOLDER as gen.py writes it
needs numpy, duckdb 2.0, polars 2.1, openfisca-core 46

After loading and one warm-up it prints `ready`; then `run` prints {"seconds", "cpu"}, `save PATH` writes the last
result as .npy and prints nothing, `quit` prints {"peak_bytes", "columns_bytes"}.

All four turn columns in memory into one column in memory: int64 fen a row, 0 where the row is not eligible. Each is the
fastest of the forms tried that its users would still write. DuckDB, Polars and numpy compute in int64 and are exact;
the figures of the policy times its constants stay under 2^53, so nothing overflows. numpy and OpenFisca use one thread
whatever THREADS says.

Ratio tests are multiplied out (research ≥ 3 % of revenue is research × 100 ≥ revenue × 3), and halves are rounded up by
adding half the divisor before `//`. Where what is divided can be negative, the result is cut at 0 afterwards: DuckDB's
`//` goes toward zero, that of Polars and numpy down.
"""
import ctypes
import json
import os
import resource
import sys
import time

import numpy as np

NAMES = ["revenue", "prev_revenue", "rd_spend", "output", "tax", "energy", "land", "employees", "industry", "park",
         "founded", "is_hitech", "is_above_scale"]
YUAN = 100
MILLION = 1_000_000 * YUAN
# 0.35 tce per 10,000 yuan at 30 yuan a tce: (output × 35 - energy × 1,000,000) × 3 / 100,000 fen.
# 0.01 mu at 2000/3 m² a mu, 13.75 yuan and 17 %: land × 4,675 / 3 fen.


class DuckDB:
    """BIGINT columns of a table in memory; the answer is a temporary table.

    CASE works only on the rows that reach a branch, so one expression under the conditions of eligibility beats common
    table expressions and a join back to the eligible rows (half the speed each). CASE by band beats LEAST and GREATEST;
    fetching numpy arrays instead of making a table is as fast.
    """

    def __init__(self, columns, threads):
        import duckdb

        self.connection = duckdb.connect()
        self.connection.execute(f"SET threads = {threads}")
        self.connection.execute("CREATE TABLE firm AS SELECT * FROM columns")
        self.query = f"CREATE OR REPLACE TEMP TABLE result AS SELECT {self.payable()} AS payable FROM firm"

    @staticmethod
    def payable():
        eligible = f"""park BETWEEN 1 AND 8 AND founded <= 20231231 AND tax >= land * {1000 * YUAN}
            AND (industry BETWEEN 1310 AND 4390 OR industry BETWEEN 6500 AND 6599 OR industry BETWEEN 7300 AND 7599)"""
        research = f"""CASE WHEN NOT (is_hitech OR rd_spend * 100 >= revenue * 3) THEN 0
            WHEN rd_spend <= {MILLION} THEN (rd_spend * 10 + 50) // 100
            WHEN rd_spend <= {5 * MILLION} THEN (rd_spend * 6 + {4 * MILLION} + 50) // 100
            ELSE least((rd_spend * 3 + {19 * MILLION} + 50) // 100, {2 * MILLION}) END"""
        growth = f"""CASE WHEN NOT is_above_scale THEN 0 ELSE least(((revenue - prev_revenue) * CASE
            WHEN revenue * 10 >= prev_revenue * 13 THEN 12
            WHEN revenue * 10 >= prev_revenue * 12 THEN 8
            WHEN revenue * 10 >= prev_revenue * 11 THEN 5 ELSE 0 END + 500) // 1000, {MILLION}) END"""
        steps = f"""CASE WHEN industry NOT BETWEEN 1310 AND 4390 THEN 0
            WHEN output >= {5000 * MILLION} THEN {1_000_000 * YUAN}
            WHEN output >= {1000 * MILLION} THEN {500_000 * YUAN}
            WHEN output >= {500 * MILLION} THEN {300_000 * YUAN}
            WHEN output >= {100 * MILLION} THEN {100_000 * YUAN} ELSE 0 END"""
        high_tech = f"""CASE WHEN is_hitech
            THEN {200_000 * YUAN} + least((revenue * 15 + 5000) // 10000, {300_000 * YUAN}) ELSE 0 END"""
        share = """CASE WHEN industry BETWEEN 3910 AND 3999 OR industry BETWEEN 2770 AND 2779
            OR industry BETWEEN 6510 AND 6599 THEN 115 ELSE 100 END"""
        saving = f"""CASE WHEN is_above_scale THEN greatest(least(
            ((output * 35 - energy * 1000000) * 3 + 50000) // 100000, {500_000 * YUAN}), 0) ELSE 0 END"""
        jobs = f"""CASE WHEN employees <= 50 THEN 0
            WHEN employees <= 250 THEN (employees - 50) * {500 * YUAN}
            ELSE {200 * 500 * YUAN} + (employees - 250)::BIGINT * {800 * YUAN} END"""
        return f"""CASE WHEN {eligible} THEN least(
            (greatest({research}, {growth}, {steps}, {high_tech}) * {share} + 50) // 100
            + {saving} + {jobs} + (least(land, 3000) * 4675 + 1) // 3,
            (tax * 1875 + 5000) // 10000, {5 * MILLION}) ELSE 0 END"""

    def run(self):
        self.connection.execute(self.query)

    def result(self):
        return self.connection.execute("SELECT payable FROM result").fetchnumpy()["payable"]

    def bytes(self):
        query = "SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory()"
        return self.connection.execute(query).fetchone()[0]


class Polars:
    """int64 expressions over the eligible rows, put back by their row numbers.

    `when` computes all its branches on all rows, so filtering first is worth a factor of 2 to 3. The streaming engine
    is as fast as the one in memory at a million rows and twice as fast at ten. One expression an article in
    `with_columns` costs a little more than the same in one.
    """

    def __init__(self, columns, threads):
        os.environ["POLARS_MAX_THREADS"] = str(threads)  # read when the module is loaded
        import polars

        self.polars = polars
        self.firms = polars.DataFrame(columns)
        self.query = (self.firms.lazy().with_row_index("row").filter(self.eligible())
                      .select("row", payable=self.payable()))

    def eligible(self):
        col = self.polars.col
        industry = col("industry")
        return (col("park").is_between(1, 8) & (col("founded") <= 20231231)
                & (industry.is_between(1310, 4390) | industry.is_between(6500, 6599) | industry.is_between(7300, 7599))
                & (col("tax") >= col("land") * (1000 * YUAN)))

    def payable(self):
        when = self.polars.when
        (revenue, previous, research, output, tax, energy, land, employees, industry, _, _, high_tech,
         above_scale) = (self.polars.col(name) for name in NAMES)
        banded = (when(research <= MILLION).then(research * 10)
                  .when(research <= 5 * MILLION).then(research * 6 + 4 * MILLION)
                  .otherwise((research * 3 + 19 * MILLION).clip(upper_bound=200 * MILLION)))
        research_grant = (when(high_tech | (research * 100 >= revenue * 3))
                          .then((banded + 50) // 100).otherwise(0))
        rate = (when(revenue * 10 >= previous * 13).then(12).when(revenue * 10 >= previous * 12).then(8)
                .when(revenue * 10 >= previous * 11).then(5).otherwise(0))
        growth = (when(above_scale)
                  .then((((revenue - previous) * rate).clip(upper_bound=1000 * MILLION) + 500) // 1000).otherwise(0))
        steps = (when(~industry.is_between(1310, 4390)).then(0)
                 .when(output >= 5000 * MILLION).then(1_000_000 * YUAN)
                 .when(output >= 1000 * MILLION).then(500_000 * YUAN)
                 .when(output >= 500 * MILLION).then(300_000 * YUAN)
                 .when(output >= 100 * MILLION).then(100_000 * YUAN).otherwise(0))
        high_tech_grant = (when(high_tech).then(
            200_000 * YUAN + ((revenue * 15).clip(upper_bound=3000 * MILLION) + 5000) // 10000).otherwise(0))
        key = industry.is_between(3910, 3999) | industry.is_between(2770, 2779) | industry.is_between(6510, 6599)
        highest = self.polars.max_horizontal(research_grant, growth, steps, high_tech_grant)
        raised = (highest * when(key).then(115).otherwise(100) + 50) // 100
        saved = (output * 35 - energy * 1_000_000).clip(lower_bound=0)
        saving = when(above_scale).then(((saved * 3 + 50_000) // 100_000).clip(upper_bound=500_000 * YUAN)).otherwise(0)
        # Polars computes in the column's type and wraps: 800 yuan × 32,045 employees is more than an Int32 holds.
        many = (employees - 250).clip(lower_bound=0).cast(self.polars.Int64)
        jobs = (employees - 50).clip(0, 200) * (500 * YUAN) + many * (800 * YUAN)
        site = (land.clip(upper_bound=3000) * 4675 + 1) // 3
        cap = ((tax * 1875 + 5000) // 10_000).clip(upper_bound=5 * MILLION)
        return self.polars.min_horizontal(raised + saving + jobs + site, cap)

    def run(self):
        self.last = None
        paid = self.query.collect(engine="streaming")
        everyone = self.polars.zeros(self.firms.height, self.polars.Int64, eager=True)
        self.last = everyone.scatter(paid["row"], paid["payable"])

    def result(self):
        return self.last.to_numpy()

    def bytes(self):
        return int(self.firms.estimated_size())


class Numpy:
    """int64 arrays, in blocks that stay in the cache, the eligible rows of each picked out first.

    Whole columns without picking run at less than a third of the speed, whole columns with picking at 0.4 of it.
    """

    BLOCK = 32_768

    def __init__(self, columns, _threads):
        self.columns = columns

    @staticmethod
    def eligible(firm):
        industry, park = firm["industry"], firm["park"]
        return ((park >= 1) & (park <= 8) & (firm["founded"] <= 20231231)
                & (between(industry, 1310, 4390) | between(industry, 6500, 6599) | between(industry, 7300, 7599))
                & (firm["tax"] >= firm["land"] * (1000 * YUAN)))

    @staticmethod
    def payable(firm):
        (revenue, previous, research, output, tax, energy, land, employees, industry, _, _, high_tech,
         above_scale) = (firm[name] for name in NAMES)
        bands = (np.minimum(research, MILLION) * 10 + np.clip(research - MILLION, 0, 4 * MILLION) * 6
                 + np.maximum(research - 5 * MILLION, 0) * 3)
        research_grant = np.where(high_tech | (research * 100 >= revenue * 3),
                                  (np.minimum(bands, 200 * MILLION) + 50) // 100, 0)
        increase, tenfold = revenue - previous, revenue * 10
        rate = np.where(tenfold >= previous * 13, 12,
                        np.where(tenfold >= previous * 12, 8, np.where(tenfold >= previous * 11, 5, 0)))
        growth = np.where(above_scale, (np.minimum(increase * rate, 1000 * MILLION) + 500) // 1000, 0)
        steps = np.where(output >= 5000 * MILLION, 1_000_000 * YUAN,
                         np.where(output >= 1000 * MILLION, 500_000 * YUAN,
                                  np.where(output >= 500 * MILLION, 300_000 * YUAN,
                                           np.where(output >= 100 * MILLION, 100_000 * YUAN, 0))))
        steps = np.where(between(industry, 1310, 4390), steps, 0)
        high_tech_grant = np.where(
            high_tech, 200_000 * YUAN + (np.minimum(revenue * 15, 3000 * MILLION) + 5000) // 10_000, 0)
        highest = np.maximum(np.maximum(research_grant, growth), np.maximum(steps, high_tech_grant))
        key = between(industry, 3910, 3999) | between(industry, 2770, 2779) | between(industry, 6510, 6599)
        raised = np.where(key, (highest * 115 + 50) // 100, highest)
        saved = np.maximum(output * 35 - energy * 1_000_000, 0)
        saving = np.where(above_scale, np.minimum((saved * 3 + 50_000) // 100_000, 500_000 * YUAN), 0)
        employees = employees.astype(np.int64)  # int32 times a plain number stays int32 and wraps
        jobs = np.clip(employees - 50, 0, 200) * (500 * YUAN) + np.maximum(employees - 250, 0) * (800 * YUAN)
        site = (np.minimum(land, 3000) * 4675 + 1) // 3
        cap = np.minimum((tax * 1875 + 5000) // 10_000, 5 * MILLION)
        return np.minimum(raised + saving + jobs + site, cap)

    def run(self):
        self.last = None  # freed before the next is allocated
        self.last = np.zeros(len(self.columns["revenue"]), np.int64)
        for start in range(0, len(self.last), self.BLOCK):
            block = {name: column[start:start + self.BLOCK] for name, column in self.columns.items()}
            rows = np.flatnonzero(self.eligible(block))
            self.last[start + rows] = self.payable({name: column.take(rows) for name, column in block.items()})

    def result(self):
        return self.last

    def bytes(self):
        return sum(column.nbytes for column in self.columns.values())


def between(column, low, high):
    return (column >= low) & (column <= high)


class OpenFisca:
    """A tax and benefit system of one entity, a variable an article, money in fen.

    The library stores a `float` variable as float32 and an `int` as int32 and casts inputs and results to them
    silently. int32 wraps from 21 million yuan in fen on, so money has to be `float`: exact to the fen only up to
    167,772.16 yuan (2^24 fen), and its rates are binary. Wrong fen are therefore its own. In yuan more rows are wrong;
    float64, which the library does not offer, would leave about a tenth of the wrong rows, slower.
    """

    YEAR = "2025"

    def __init__(self, columns, _threads):
        from openfisca_core.entities import build_entity
        from openfisca_core.periods import DateUnit
        from openfisca_core.simulations import SimulationBuilder
        from openfisca_core.taxbenefitsystems import TaxBenefitSystem
        from openfisca_core.variables import Variable

        firm = build_entity(key="firm", plural="firms", label="An enterprise", is_person=True)
        system = TaxBenefitSystem([firm])
        self.computed = []

        def variable(name, value_type, **formula):
            system.add_variable(type(name, (Variable,), {
                "value_type": value_type, "entity": firm, "definition_period": DateUnit.YEAR, "label": name,
                **formula}))

        def formula(value_type):
            def add(function):
                variable(function.__name__, value_type, formula=function)
                self.computed.append(function.__name__)
            return add

        # Energy and land too are multiplied beyond what an int32 holds.
        kinds = dict.fromkeys(NAMES[:7], float) | dict.fromkeys(NAMES[7:11], int) | dict.fromkeys(NAMES[11:], bool)
        for name, value_type in kinds.items():
            variable(name, value_type)
        openfisca_conditions(formula)
        openfisca_highest(formula)
        openfisca_total(formula)
        self.simulation = SimulationBuilder().build_default_simulation(system, len(columns["revenue"]))
        for name in NAMES:
            self.simulation.set_input(name, self.YEAR, columns[name])

    def run(self):
        self.last = None
        for name in self.computed:
            self.simulation.delete_arrays(name)
        self.last = self.simulation.calculate("payable", self.YEAR)

    def result(self):
        return np.rint(self.last).astype(np.int64)

    def bytes(self):
        return sum(self.simulation.get_array(name, self.YEAR).nbytes for name in NAMES)


def half_up(amount):
    return np.floor(amount + 0.5)


def openfisca_conditions(formula):
    @formula(bool)
    def manufacturing(firm, year):
        return between(firm("industry", year), 1310, 4390)

    @formula(bool)
    def eligible(firm, year):
        industry = firm("industry", year)
        trade = firm("manufacturing", year) | between(industry, 6500, 6599) | between(industry, 7300, 7599)
        return (between(firm("park", year), 1, 8) & (firm("founded", year) <= 20231231) & trade
                & (firm("tax", year) >= firm("land", year) * (1000 * YUAN)))


def openfisca_highest(formula):
    from openfisca_core.model_api import max_, min_, where

    @formula(float)
    def research_grant(firm, year):
        spent = firm("rd_spend", year)
        bands = (min_(spent, MILLION) * 0.10 + np.clip(spent - MILLION, 0, 4 * MILLION) * 0.06
                 + max_(spent - 5 * MILLION, 0) * 0.03)
        intense = firm("is_hitech", year) | (spent >= firm("revenue", year) * 0.03)
        return where(intense, half_up(min_(bands, 2 * MILLION)), 0)

    @formula(float)
    def growth_grant(firm, year):
        previous = firm("prev_revenue", year)
        increase = firm("revenue", year) - previous
        growth = increase / previous
        none, low, middle, high = np.float32([0, 0.005, 0.008, 0.012])
        rate = where(growth >= 0.3, high, where(growth >= 0.2, middle, where(growth >= 0.1, low, none)))
        return where(firm("is_above_scale", year), half_up(min_(increase * rate, MILLION)), 0)

    @formula(float)
    def step_grant(firm, year):
        output = firm("output", year)
        none, *grants = np.float32([0, 100_000 * YUAN, 300_000 * YUAN, 500_000 * YUAN, 1_000_000 * YUAN])
        grant = where(output >= 5000 * MILLION, grants[3],
                      where(output >= 1000 * MILLION, grants[2],
                            where(output >= 500 * MILLION, grants[1], where(output >= 100 * MILLION, grants[0], none))))
        return where(firm("manufacturing", year), grant, 0)

    @formula(float)
    def high_tech_grant(firm, year):
        share = min_(firm("revenue", year) * 0.0015, 300_000 * YUAN)
        return where(firm("is_hitech", year), 200_000 * YUAN + half_up(share), 0)

    @formula(float)
    def raised(firm, year):
        highest = max_(max_(firm("research_grant", year), firm("growth_grant", year)),
                       max_(firm("step_grant", year), firm("high_tech_grant", year)))
        industry = firm("industry", year)
        key = between(industry, 3910, 3999) | between(industry, 2770, 2779) | between(industry, 6510, 6599)
        return where(key, half_up(highest * 1.15), highest)


def openfisca_total(formula):
    from openfisca_core.model_api import max_, min_, where

    @formula(float)
    def saving_grant(firm, year):
        saved = firm("output", year) * (0.35 / (10_000 * YUAN)) - firm("energy", year) * 0.01
        return where(firm("is_above_scale", year), half_up(min_(max_(saved, 0) * (30 * YUAN), 500_000 * YUAN)), 0)

    @formula(float)
    def jobs_grant(firm, year):
        employees = firm("employees", year)
        many = max_(employees - 250, 0).astype(np.float32)
        return np.clip(employees - 50, 0, 200) * (500 * YUAN) + many * (800 * YUAN)

    @formula(float)
    def site_grant(firm, year):
        return half_up(min_(firm("land", year), 3000) * (2000 / 3 * 13.75 * 0.17))

    @formula(float)
    def cap(firm, year):
        return min_(half_up(firm("tax", year) * 0.1875), 5 * MILLION)

    @formula(float)
    def payable(firm, year):
        total = firm("raised", year) + firm("saving_grant", year) + firm("jobs_grant", year) + firm("site_grant", year)
        return where(firm("eligible", year), min_(total, firm("cap", year)), 0)


ENGINES = {"duckdb": DuckDB, "polars": Polars, "numpy": Numpy, "openfisca": OpenFisca}


def forget_peak():
    """Loading holds the columns twice, in numpy and in the engine; the peak is to be that of the runs."""
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as references:
            references.write("5")
    except OSError as error:
        print(f"the peak counts the loading too: {error}", file=sys.stderr)


def keep_freed_memory():
    """numpy's temporaries come from glibc, which gives them back to the kernel and has their pages zeroed anew, block
    after block; told to keep them, numpy takes half the time at ten million rows, OpenFisca two thirds. DuckDB and
    Polars bring allocators of their own.
    """
    trim_threshold, mmap_max = -1, -4  # M_TRIM_THRESHOLD, M_MMAP_MAX of malloc.h
    libc = ctypes.CDLL(None)
    libc.mallopt(trim_threshold, 2**31 - 1)
    libc.mallopt(mmap_max, 0)


def peak_bytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main(engine, folder, threads):
    peer = ENGINES[engine]({name: np.load(f"{folder}/{name}.npy") for name in NAMES}, int(threads))
    size = peer.bytes()
    keep_freed_memory()
    forget_peak()
    peer.run()
    peak = peak_bytes()  # after a run, not at the end: saving may copy the result
    print("ready", flush=True)
    for line in sys.stdin:
        command, _, path = line.strip().partition(" ")
        if command == "run":
            start, cpu = time.perf_counter(), time.process_time()
            peer.run()
            seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
            peak = peak_bytes()
            print(json.dumps({"seconds": seconds, "cpu": cpu}), flush=True)
        elif command == "save":
            with open(path, "wb") as file:
                np.save(file, np.ascontiguousarray(peer.result(), np.int64))
        else:
            break
    print(json.dumps({"peak_bytes": peak, "columns_bytes": size}), flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in ENGINES:
        sys.exit(__doc__)
    main(*sys.argv[1:])
