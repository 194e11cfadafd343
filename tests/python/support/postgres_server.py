"""A Postgres server to throw away: a cluster in a folder of its own, on a free port of loopback.

`python tests/python/support/postgres_server.py COMMAND...` runs a command beside one, installs
Debian's packages where no server is to be found, and stops the server at the end, whatever the end
is.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2

USER = "also_bought"
DATABASE = "also_bought"
# Nobody wants these tables back after a power cut; a killed process loses nothing by it.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "full_page_writes": "off",
    "max_wal_size": "2GB",
    "shared_buffers": "512MB",
    "work_mem": "128MB",
    "jit": "off",
}


def server_programs() -> Path | None:
    """Return the folder of initdb and postgres, the newest version's, or None."""
    on_path = shutil.which("initdb")
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda program: float(program.parts[-3]),
    )
    found = [Path(on_path)] if on_path else installed[-1:]
    return found[0].parent if found else None


def install_server() -> Path:
    """Install Debian's Postgres where there is none, and return its programs."""
    found = server_programs()
    if found:
        return found
    print("Installing postgresql ...", flush=True)
    for command in (["update"], ["install", "--yes", "--no-install-recommends", "postgresql"]):
        subprocess.run(
            ["apt-get", "-qq", *command],
            check=True,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        )
    return server_programs()


class Server:
    """A cluster whose database sorts text as people do, not by bytes.

    Parameters
    ----------
    folder : pathlib.Path
        An existing folder for the cluster; removing it is the caller's.
    tablespace : pathlib.Path, optional
        A folder in which the database lives, to fill it up.
    """

    def __init__(self, folder: Path, tablespace: Path | None = None) -> None:
        self.programs = install_server()
        self.data = folder / "data"
        self.log = folder / "server.log"
        # Postgres refuses to run as root.
        self.account = None
        if os.geteuid() == 0:
            names = {entry.pw_name for entry in pwd.getpwall()}
            self.account = "postgres" if "postgres" in names else "nobody"
            for path in (folder, tablespace):
                if path:
                    shutil.chown(path, self.account)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        options = ("--username", USER, "--auth", "trust", "--encoding", "UTF8", "--no-sync")
        if self._popen("initdb", *options, stdout=subprocess.DEVNULL).wait():
            raise RuntimeError(f"initdb failed in {self.data}")
        settings = SETTINGS | {"port": self.port, "unix_socket_directories": str(folder)}
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        self.start()
        if tablespace:
            self.execute(f"create tablespace small location '{tablespace}'", database="postgres")
        self.execute(
            f"create database {DATABASE} template template0 encoding 'UTF8'"
            " locale_provider icu icu_locale 'en-US' locale 'C.UTF-8'"
            + (" tablespace small" if tablespace else ""),
            database="postgres",
        )

    @property
    def url(self) -> str:
        """Return the address of the database."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def environment(self) -> dict[str, str]:
        """Return what the target `postgres` of profiles.yml reads."""
        return {
            "ALSO_BOUGHT_POSTGRES_PORT": str(self.port),
            "ALSO_BOUGHT_POSTGRES_USER": USER,
            "ALSO_BOUGHT_POSTGRES_DATABASE": DATABASE,
        }

    def start(self) -> None:
        """Start the server and wait until it answers; after a crash it recovers by itself."""
        with self.log.open("a") as log:
            # A child of ours: nobody else would clear away what is left of a killed one.
            self.process = self._popen("postgres", stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while True:
            try:
                self.execute("select 1", database="postgres")
            except psycopg2.OperationalError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(self.log.read_text()) from None
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Stop the server, and whoever is connected."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()

    def kill(self) -> None:
        """Kill the server as a failing machine would: every process at once, without a word."""
        children = self.execute("select pid from pg_stat_activity where pid <> pg_backend_pid()")
        self.process.kill()
        for (child,) in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self.process.wait()

    def execute(self, statement: str, database: str = DATABASE) -> list[tuple]:
        """Run one statement by itself and return its rows, if it has any."""
        connection = psycopg2.connect(self.url.rpartition("/")[0] + f"/{database}")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def _popen(self, program: str, *arguments: str, **options: object) -> subprocess.Popen:
        if self.account:
            group = pwd.getpwnam(self.account).pw_gid
            options |= {"user": self.account, "group": group, "extra_groups": []}
        return subprocess.Popen(
            [self.programs / program, "-D", self.data, *arguments], cwd="/", **options
        )


def main() -> int:
    """Run the command of the command line beside a server, and return its exit code."""
    with tempfile.TemporaryDirectory(prefix="also_bought_postgres_") as folder:
        server = Server(Path(folder))
        # Terminated, too, it takes the server down with it.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            return subprocess.run(
                sys.argv[1:], env=os.environ | server.environment, check=False
            ).returncode
        finally:
            server.stop()


if __name__ == "__main__":
    sys.exit(main())
