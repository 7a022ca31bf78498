"""Ageing of many invoices in Parquet against the same query written by hand in DuckDB.

Each run is a process of its own, so that its peak of memory is its own; the two take turns. The
files are written once a run of this script, on disk, and read through the page cache by both.
"""

import statistics
import subprocess
import sys
import tempfile
import time

INVOICES = 10_000_000
RUNS = 5
AS_OF = "2025-12-31"
# DuckDB spills to disk above this; what Python and its libraries take comes on top.
MEMORY = "1200MB"

WRITE = """
set enable_progress_bar = false;
copy (
    select 'I' || lpad(i::varchar, 8, '0') as invoice,
        'C' || lpad((hash(i) % 50000)::varchar, 5, '0') as customer,
        date '2023-01-01' + (hash(i, 1) % 1096)::int as issued,
        date '2023-01-01' + (hash(i, 1) % 1096)::int + 30 + (hash(i, 2) % 61)::int as due,
        (['CNY', 'EUR', 'USD'])[(1 + hash(i, 3) % 3)::bigint] as currency,
        ((1 + hash(i, 4) % 10000000) / 100)::double as amount,
        case when hash(i, 5) % 20 = 0
            then date '2023-01-01' + (hash(i, 1) % 1096)::int + 20 end as disputed_on,
        case when hash(i, 5) % 40 = 0
            then date '2023-01-01' + (hash(i, 1) % 1096)::int + 45 end as resolved_on,
        null::date as promised_on
    from range({n}) t(i)
) to '{folder}/invoices.parquet';
copy (
    select 'P' || invoice as payment, invoice, customer,
        due + (hash(invoice, 6) % 100)::int - 20 as paid_on,
        case when hash(invoice, 7) % 10 = 0 then round(amount / 2, 2) else amount end as amount,
        'payment' as kind
    from '{folder}/invoices.parquet' where hash(invoice, 8) % 20 <> 0
) to '{folder}/payments.parquet';
"""

BY_HAND = f"""
with settled as (
    select invoice, sum(amount) as paid from '{{folder}}/payments.parquet'
    where paid_on <= date '{AS_OF}' group by invoice
), items as (
    select currency, due, case when issued <= date '{AS_OF}' then amount else 0 end
            - coalesce(paid, 0) as left_open,
        coalesce(disputed_on <= date '{AS_OF}', false)
            and not coalesce(resolved_on <= date '{AS_OF}', false) as disputed
    from '{{folder}}/invoices.parquet' left join settled using (invoice)
)
select currency,
    case when due >= date '{AS_OF}' then 0 when due >= date '{AS_OF}' - 30 then 1
        when due >= date '{AS_OF}' - 60 then 2 when due >= date '{AS_OF}' - 90 then 3
        else 4 end as bucket,
    sum(greatest(left_open, 0)) as owed,
    sum(case when disputed then greatest(left_open, 0) else 0 end) as disputed,
    sum(greatest(-left_open, 0)) as unapplied,
    count(*) filter (left_open > 0) as open_invoices
from items where abs(left_open) > 0.0005 group by all order by all
"""


def run(way: str, folder: str) -> None:
    """One ageing in this process: its seconds, its peak of memory in MB and the sum owed."""
    import resource

    import duckdb

    connection = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": folder})
    if way == "creditkit":
        from creditkit.analysis.ageing import ageing

        start = time.perf_counter()
        invoices, payments = (
            connection.read_parquet(f"{folder}/{name}.parquet") for name in ("invoices", "payments")
        )
        owed = ageing(invoices, payments, AS_OF)["owed"].sum()
    else:
        # What creditkit imports is imported here too, so that memory compares.
        import creditkit.analysis.ageing  # noqa: F401

        start = time.perf_counter()
        owed = connection.sql(BY_HAND.format(folder=folder)).df()["owed"].sum()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(seconds, peak, round(owed, 2))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        write = "import duckdb, sys; duckdb.execute(sys.stdin.read())"
        statement = WRITE.format(n=INVOICES, folder=folder)
        subprocess.run([sys.executable, "-c", write], input=statement, text=True, check=True)
        found: dict[str, list[list[float]]] = {"creditkit": [], "by hand": []}
        for turn in range(RUNS + 1):
            for way, rows in found.items():
                out = subprocess.run([sys.executable, __file__, way, folder], text=True, check=True,
                                     capture_output=True).stdout  # fmt: skip
                # The first turn fills the page cache.
                if turn:
                    rows.append([float(value) for value in out.split()])
    print(f"ageing of {INVOICES:,} invoices in Parquet, DuckDB given {MEMORY}; median of {RUNS}")
    medians = {way: statistics.median(r[0] for r in rows) for way, rows in found.items()}
    for way, rows in found.items():
        peak = max(r[1] for r in rows)
        ratio = medians[way] / medians["by hand"]
        print(f"{way:10} {medians[way]:6.2f} s   {ratio:5.2f} x by hand   peak {peak:6,.0f} MB")
    owed = {way: rows[0][2] for way, rows in found.items()}
    difference = abs(owed["creditkit"] / owed["by hand"] - 1)
    print(f"owed differs by {difference:.1e} of itself")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        run(*sys.argv[1:])
    else:
        main()
