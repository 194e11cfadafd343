"""A Superset to throw away, on a free port of loopback, asked over HTTP as a browser would."""

import json
import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

from dbt_project import REPOSITORY

PROGRAMS = REPOSITORY / ".superset" / "bin"
IMPORT = REPOSITORY / "dashboards" / "superset" / "import_dashboards.py"
USER = PASSWORD = "admin"
SETTINGS = """\
import os
SECRET_KEY = "of a server that lives for one test"
SQLALCHEMY_DATABASE_URI = "sqlite:///" + os.environ["SUPERSET_HOME"] + "/metadata.db"
# It is asked without https.
TALISMAN_ENABLED = False
"""


class Superset:
    """A server with its metadata in a folder, and somebody who has logged in.

    Parameters
    ----------
    folder : pathlib.Path
        An existing folder for the metadata.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "settings.py").write_text(SETTINGS)
        self.environment = os.environ | {
            "SUPERSET_HOME": str(folder),
            "SUPERSET_CONFIG_PATH": str(folder / "settings.py"),
            "FLASK_APP": "superset",
        }
        program = PROGRAMS / "superset"
        self.run(program, "db", "upgrade")
        names = ("--firstname", USER, "--lastname", USER, "--email", "admin@example.com")
        self.run(program, "fab", "create-admin", "--username", USER, "--password", PASSWORD, *names)
        self.run(program, "init")

    def run(self, *command: object) -> None:
        """Run a program of Superset; what it prints goes to commands.log."""
        with (self.folder / "commands.log").open("a") as log:
            code = subprocess.call(
                [*map(str, command)], env=self.environment, stdout=log, stderr=log
            )
        assert code == 0, (self.folder / "commands.log").read_text()[-3000:]

    def import_dashboards(self, uri: str) -> None:
        """Import our dashboards on what is published there."""
        self.run(PROGRAMS / "python", IMPORT, uri, "--username", USER)

    def start(self) -> None:
        """Start the server, wait until it answers, and log in by its form."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with (self.folder / "server.log").open("w") as log:
            self.process = subprocess.Popen(
                [PROGRAMS / "superset", "run", "--port", self.url.rpartition(":")[2]],
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        deadline = time.monotonic() + 180
        while True:
            try:
                page = self.browser.open(f"{self.url}/login/").read().decode()
                break
            except urllib.error.URLError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "server.log").read_text()) from None
                time.sleep(0.5)
        (token,) = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        form = {"username": USER, "password": PASSWORD, "csrf_token": token}
        self.browser.open(f"{self.url}/login/", urllib.parse.urlencode(form).encode())

    def stop(self) -> None:
        """Stop the server."""
        self.process.terminate()
        self.process.wait()

    def ask(self, path: str) -> dict:
        """Return the answer to a GET of the API."""
        return json.load(self.browser.open(f"{self.url}/api/v1/{path}"))

    def tell(self, method: str, path: str, content: dict) -> tuple[int, str]:
        """Return the status and the answer to another request to the API."""
        request = urllib.request.Request(
            f"{self.url}/api/v1/{path}",
            json.dumps(content).encode(),
            {
                "Content-Type": "application/json",
                "X-CSRFToken": self.ask("security/csrf_token/")["result"],
                "Referer": self.url,
            },
            method=method,
        )
        try:
            with self.browser.open(request) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def all_of(self, resource: str) -> list[dict]:
        """Return all charts, dashboards or datasets."""
        return self.ask(f"{resource}/?q=(page_size:100)")["result"]

    def rows(self, chart: dict) -> list[dict]:
        """Return what a chart shows."""
        (answer,) = self.ask(f"chart/{chart['id']}/data/")["result"]
        return answer["data"]
