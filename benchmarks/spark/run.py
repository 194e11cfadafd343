"""Item neighbours on a Spark cluster: the SQL engine, the kernel as a job, MLlib.

`python benchmarks/spark/run.py --pairs 1000000 --workers 2` starts a cluster of so many workers of
one core on this machine (tests/python/support/spark_cluster.py), runs the methods one after the
other on the same synthetic shop of 20 pairs per user, and adds a line per method to `results.jsonl`
beside this file. Wall and CPU seconds are those of the whole cluster, driver included, from an idle
cluster to a written or counted result.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

REPOSITORY = Path(__file__).parents[2]
sys.path[:0] = [
    str(REPOSITORY / part) for part in ("tests/python/support", "benchmarks/neighbours")
]

from data import synthetic_shop  # noqa: E402
from pyhive import hive  # noqa: E402
from spark_cluster import LOOPBACK, SparkCluster, spark_cluster  # noqa: E402

K, MIN_SHARED = 50, 2
SHOPS = {  # pairs: users, items
    100_000: (5_000, 2_000),
    1_000_000: (50_000, 10_000),
    5_000_000: (250_000, 20_000),
    20_000_000: (1_000_000, 40_000),
}
SETTINGS = {
    "spark.sql.shuffle.partitions": "16",
    "spark.executor.memory": "1800m",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1000000",
}
KERNEL_BLOCKS = 4


def sql_engine(cluster: SparkCluster, history: Path) -> int:
    """Build the model `item_neighbours_sql` as dbt would in a build."""
    return run_through_thrift(cluster, history, dbt_run_item_neighbours)


def self_join(cluster: SparkCluster, history: Path) -> int:
    """Run the readable reference, the self-join of the other engines."""
    return run_through_thrift(cluster, history, run_self_join)


def run_through_thrift(cluster: SparkCluster, history: Path, run) -> int:
    """Serve the history as the table that the models read, and count the rows that `run` writes."""
    cluster.start_thrift_server(**SETTINGS)
    with hive.connect(LOOPBACK, cluster.thrift_port) as connection:
        cursor = connection.cursor()
        for statement in (
            "create schema bench_interactions",
            "create schema bench_neighbours",
            "create table bench_interactions.user_item_counts_by_cut (cut_key int, user_key int,"
            f" item_key int, item_weight bigint) using parquet location '{history}'",
        ):
            cursor.execute(statement)
        with measured(cluster, sys._getframe(1).f_code.co_name):
            run(cluster, cursor)
        cursor.execute("select count(*) from bench_neighbours.item_neighbours_sql")
        return cursor.fetchall()[0][0]


def dbt(cluster: SparkCluster, *arguments: str) -> str:
    """Run dbt on the cluster and return what it prints."""
    done = subprocess.run(
        [
            Path(sys.executable).with_name("dbt"), *arguments, "--target", "spark",
            "--profiles-dir", "profiles", "--target-path", cluster.folder / "target",
        ],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
        env=os.environ | {
            "ALSO_BOUGHT_SPARK_PORT": str(cluster.thrift_port), "ALSO_BOUGHT_SPARK_SCHEMA": "bench",
        },
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout


def dbt_run_item_neighbours(cluster, _cursor):
    """Run the model, and print the estimate of its cost."""
    output = dbt(cluster, "run", "--select", "item_neighbours_sql")
    print(*[line for line in output.splitlines() if "Neighbours by" in line], sep="\n", flush=True)


def run_self_join(cluster, cursor):
    """Compile the reference for Spark and run it."""
    query = dbt(
        cluster, "--quiet", "compile", "--inline",
        "{{ also_bought.default__cosine_neighbours("
        "api.Relation.create(schema='bench_interactions', identifier='user_item_counts_by_cut'),"
        f" 'item_key', 'user_key', 'item_weight', {K}, {MIN_SHARED}) }}}}",
    )  # fmt: skip
    cursor.execute(f"create table bench_neighbours.item_neighbours_sql as {query}")


def kernel_job(cluster: SparkCluster, history: Path) -> int:
    """Run the kernel on each two blocks of items, and keep the best of what the tasks found."""
    import pyspark.sql.functions as f

    tasks = [(i, j) for i in range(KERNEL_BLOCKS) for j in range(i + 1, KERNEL_BLOCKS)]

    def neighbours_of_task(pairs: pa.Table) -> pa.Table:
        from also_bought.kernel.neighbours import cosine_neighbours

        found = cosine_neighbours(
            pairs["item_key"], pairs["user_key"], pairs["item_weight"],
            k=K, min_shared=MIN_SHARED, threads=1,
        )  # fmt: skip
        return found.read_all().drop_columns("rank")

    with session(cluster) as spark, measured(cluster, "kernel_job"):
        pairs = spark.read.parquet(str(history))
        deal = spark.createDataFrame(
            [(block, task) for task, both in enumerate(tasks) for block in both],
            "block int, task int",
        )
        dealt = pairs.withColumn("block", f.col("item_key") % KERNEL_BLOCKS).join(deal, "block")
        (
            dealt.select("task", "item_key", "user_key", "item_weight")
            .repartition(len(tasks), "task")
            .groupBy("task")
            .applyInArrow(
                neighbours_of_task,
                "row_key int, neighbour_key int, dot_product long, shared_columns int",
            )
            .distinct()
            .createOrReplaceTempView("found")
        )
        pairs.groupBy("item_key").agg(
            f.sum(f.col("item_weight") * f.col("item_weight")).alias("norm")
        ).createOrReplaceTempView("norms")
        spark.sql(
            f"""
            select * from (
                select found.*, row_number() over (
                    partition by row_key
                    order by dot_product / sqrt(double(mine.norm) * double(theirs.norm)) desc,
                        neighbour_key
                ) as rank
                from found
                inner join norms as mine on row_key = mine.item_key
                inner join norms as theirs on neighbour_key = theirs.item_key
            ) as ranked
            where rank <= {K}
            """
        ).write.parquet(str(cluster.folder / "neighbours"))
        return spark.read.parquet(str(cluster.folder / "neighbours")).count()


def column_similarities(cluster: SparkCluster, history: Path) -> int:
    """Count MLlib's similarities of all pairs of columns: floats, and no K best of each row."""
    from pyspark.mllib.linalg import SparseVector
    from pyspark.mllib.linalg.distributed import RowMatrix

    with session(cluster) as spark, measured(cluster, "column_similarities"):
        pairs = spark.read.parquet(str(history)).select("user_key", "item_key", "item_weight").rdd
        n_items = spark.read.parquet(str(history)).selectExpr("max(item_key) + 1").head()[0]
        vectors = pairs.map(lambda row: (row[0], (row[1], float(row[2])))).groupByKey()
        matrix = RowMatrix(vectors.map(lambda row: SparseVector(n_items, sorted(row[1]))))
        return matrix.columnSimilarities()._java_matrix_wrapper.call("entries").count()


def als_fit(cluster: SparkCluster, history: Path) -> int:
    """Fit MLlib's implicit ALS, 32 factors, 10 iterations."""
    from pyspark.ml.recommendation import ALS

    with session(cluster) as spark, measured(cluster, "als_fit"):
        model = ALS(
            userCol="user_key", itemCol="item_key", ratingCol="item_weight",
            implicitPrefs=True, rank=32, maxIter=10,
        ).fit(spark.read.parquet(str(history)))  # fmt: skip
        return model.itemFactors.count()


METHODS = (sql_engine, self_join, kernel_job, column_similarities, als_fit)


def session(cluster: SparkCluster):
    """Return a Spark session of this process on the cluster."""
    from pyspark.sql import SparkSession

    os.environ |= {"SPARK_LOCAL_IP": LOOPBACK, "PYSPARK_PYTHON": sys.executable}
    builder = SparkSession.builder.master(cluster.master).config("spark.driver.host", LOOPBACK)
    for name, value in (SETTINGS | {"spark.ui.enabled": "false"}).items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


class measured:  # noqa: N801
    """Measures the wall and CPU seconds of a block of code, on the cluster and here."""

    last: dict

    def __init__(self, cluster: SparkCluster, method: str) -> None:
        self.cluster, self.method = cluster, method

    def __enter__(self) -> None:
        self.wall, self.cpu = time.monotonic(), self.cpu_seconds()

    def __exit__(self, *_error) -> None:
        measured.last = {
            "method": self.method,
            "wall_s": round(time.monotonic() - self.wall, 1),
            "cpu_s": round(self.cpu_seconds() - self.cpu, 1),
        }

    def cpu_seconds(self) -> float:
        """Add up the processor time of all processes of the cluster and of this session."""
        sessions = {str(pid) for pid in self.cluster.process_ids()} | {str(os.getsid(0))}
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if fields[3] in sessions:
                ticks += sum(int(field) for field in fields[11:15])
        return ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Run one method after the other, each on a cluster of its own."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--pairs", type=int, choices=SHOPS, default=1_000_000)
    arguments.add_argument("--workers", type=int, default=2)
    names = [method.__name__ for method in METHODS]
    arguments.add_argument("--methods", nargs="+", choices=names, default=names)
    chosen = arguments.parse_args()

    users, items, counts = synthetic_shop(*SHOPS[chosen.pairs], chosen.pairs)
    products = int((np.bincount(users) * (np.bincount(users) - 1)).sum() // 2)
    with tempfile.TemporaryDirectory() as folder:
        history = Path(folder) / "history"
        history.mkdir()
        table = pa.table(
            {
                "cut_key": np.zeros(chosen.pairs, np.int32),
                "user_key": users.astype(np.int32),
                "item_key": items.astype(np.int32),
                "item_weight": counts.astype(np.int64),
            }
        )
        del users, items, counts
        pq.write_table(table, history / "part-0.parquet", row_group_size=500_000)
        for method in METHODS:
            if method.__name__ not in chosen.methods:
                continue
            # A process of its own: a driver keeps its JVM as long as it lives.
            pid = os.fork()
            if pid == 0:
                os.setsid()
                with spark_cluster(chosen.workers, worker_memory="2g") as cluster:
                    rows = method(cluster, history)
                result = {
                    "pairs": chosen.pairs, "workers": chosen.workers, "products": products,
                    **measured.last, "rows": rows,
                }  # fmt: skip
                print(result, flush=True)
                with Path(__file__).with_name("results.jsonl").open("a") as file:
                    file.write(json.dumps(result) + "\n")
                os._exit(0)
            os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
