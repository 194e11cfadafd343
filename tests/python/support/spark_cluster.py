"""A real Spark cluster on this machine: a master, workers of one core each, and a Thrift server.

Everything comes from the package `pyspark`, listens on loopback only, and keeps its files in one
folder. `python tests/python/support/spark_cluster.py` runs one by hand, until Ctrl-C.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

LOOPBACK = "127.0.0.1"
SECONDS_TO_START = 300
# Compiled once and quickly; by itself that would leave 48 MB for code, which a whole build fills.
QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=240m"
# For tables of a few thousand rows planning costs more than the work: few partitions, no code
# compiled for each query, no second plan on the way.
SMALL_TABLES = {
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.locality.wait": "0s",
    "spark.scheduler.mode": "FAIR",
    "spark.executor.extraJavaOptions": QUICK_JAVA,
    "spark.driver.extraJavaOptions": QUICK_JAVA,
}


class SparkCluster:
    """A standalone master and its workers; `spark_cluster` starts and stops them.

    Attributes
    ----------
    master : str
        The address that applications submit to.
    thrift_port : int
        Where the Thrift server listens, once it was started.
    workers : list of subprocess.Popen
        Each leads a process group of its own, in which its executors run.
    """

    def __init__(self, folder: Path) -> None:
        import pyspark

        self.folder = folder
        self.master = ""
        self.thrift_port = 0
        self.workers: list[subprocess.Popen] = []
        self._home = Path(pyspark.__file__).parent
        self._processes: dict[str, subprocess.Popen] = {}
        self._environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SPARK_", "HADOOP_", "PYSPARK_"))
        } | {
            "SPARK_HOME": str(self._home),
            "SPARK_LOCAL_IP": LOOPBACK,
            "SPARK_LOCAL_DIRS": str(folder / "scratch"),
            # A killed Java leaves its temporary files.
            "JDK_JAVA_OPTIONS": f"-Djava.io.tmpdir={folder} -XX:-UsePerfData",
            "PYSPARK_PYTHON": sys.executable,
        }

    def start_master(self) -> None:
        """Start the master, and wait until it answers."""
        if shutil.which("java") is None:
            raise RuntimeError(
                "There is no Java, which Spark runs on.\n"
                "What to do: apt-get install default-jre-headless"
            )
        port = free_port()
        self.master = f"spark://{LOOPBACK}:{port}"
        self._start(
            "master", "256m", "spark-class", "org.apache.spark.deploy.master.Master",
            "--host", LOOPBACK, "--port", str(port), "--webui-port", "0",
        )  # fmt: skip
        self._wait_for("master", "I have been elected leader")

    def start_workers(self, count: int, memory: str) -> None:
        """Add workers of one core and so much memory, and wait until the master knows them."""
        names = [f"worker{len(self.workers) + number}" for number in range(count)]
        for name in names:
            worker = self._start(
                name, "256m", "spark-class", "org.apache.spark.deploy.worker.Worker", self.master,
                "--host", LOOPBACK, "--cores", "1", "--memory", memory, "--webui-port", "0",
                "--work-dir", str(self.folder / "work"),
            )  # fmt: skip
            self.workers.append(worker)
        for name in names:
            self._wait_for(name, "Successfully registered with master")

    def kill_worker(self, number: int) -> None:
        """Kill a worker and its executors at once, as a machine that loses its power."""
        os.killpg(self.workers[number].pid, signal.SIGKILL)

    def start_thrift_server(self, memory: str = "1g", **settings: str) -> None:
        """Start the SQL endpoint; started again, it knows the tables that were there before."""
        self.thrift_port = free_port()
        settings = {
            "spark.ui.enabled": "false",
            "spark.driver.host": LOOPBACK,
            "spark.executor.memory": "768m",
            "spark.sql.warehouse.dir": str(self.folder / "warehouse"),
            "spark.hadoop.javax.jdo.option.ConnectionURL": (
                f"jdbc:derby:;databaseName={self.folder}/catalogue;create=true"
            ),
            "spark.sql.session.timeZone": "UTC",
        } | settings
        self._start(
            "thrift", memory, "spark-submit", "--master", self.master,
            "--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2",
            *(f"--conf={name}={value}" for name, value in settings.items()),
            "spark-internal",
            "--hiveconf", f"hive.server2.thrift.bind.host={LOOPBACK}",
            "--hiveconf", f"hive.server2.thrift.port={self.thrift_port}",
        )  # fmt: skip
        self._wait_for("thrift", "ThriftBinaryCLIService on port")

    def kill_thrift_server(self) -> None:
        """Kill the SQL endpoint, which breaks the connections of all its clients."""
        os.killpg(self._processes["thrift"].pid, signal.SIGKILL)
        self._processes["thrift"].wait()

    def process_ids(self) -> list[int]:
        """Return the processes started so far; each leads a session that all its own belong to."""
        return [process.pid for process in self._processes.values()]

    def log(self, name: str) -> str:
        """Return what one of the processes (master, worker0, thrift) has printed."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def stop(self) -> None:
        """Kill whatever still runs: nothing here is to be kept."""
        for process in self._processes.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _start(self, name: str, memory: str, program: str, *arguments: str) -> subprocess.Popen:
        """Start a program of Spark in a process group of its own; it prints to `<name>.log`."""
        with (self.folder / f"{name}.log").open("w") as output:
            process = subprocess.Popen(
                [self._home / "bin" / program, *arguments],
                cwd=self.folder,
                env=self._environment | {"SPARK_DAEMON_MEMORY": memory},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        self._processes[name] = process
        return process

    def _wait_for(self, name: str, message: str) -> None:
        """Wait until a process prints the message, or say why it does not."""
        end = time.monotonic() + SECONDS_TO_START
        while message not in self.log(name):
            if self._processes[name].poll() is not None or time.monotonic() > end:
                lines = self.log(name).splitlines()
                causes = [line for line in lines if "Exception" in line or "ERROR" in line]
                raise RuntimeError("\n".join([f"Spark's {name} did not start.", *causes[:4]]))
            time.sleep(0.1)


@contextlib.contextmanager
def spark_cluster(workers: int, worker_memory: str = "1g") -> Iterator[SparkCluster]:
    """Run a cluster of so many workers; at the end, whatever happened, nothing of it is left."""
    with tempfile.TemporaryDirectory(prefix="spark_", ignore_cleanup_errors=True) as folder:
        cluster = SparkCluster(Path(folder))
        try:
            cluster.start_master()
            cluster.start_workers(workers, worker_memory)
            yield cluster
        finally:
            cluster.stop()


def die_with_parent() -> None:
    """Let the kernel kill this process when its parent ends, however that ends."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def free_port() -> int:
    """Return a port on which nothing listens now."""
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        return listener.getsockname()[1]


if __name__ == "__main__":
    # A background job of a shell would ignore the first, and the second would leave all running.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit())
    with spark_cluster(workers=2) as running:
        running.start_thrift_server(**SMALL_TABLES)
        print(f"Spark at {running.master}; for dbt: ALSO_BOUGHT_SPARK_PORT={running.thrift_port}")
        print("Ctrl-C stops it.", flush=True)
        signal.pause()
