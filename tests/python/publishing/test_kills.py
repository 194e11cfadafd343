"""Kills at any moment: people read one whole publication, and the next run needs no hand."""

import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb
import kill_actions
import pytest
from dbt_project import IS_LONG, WARM_DBT
from kill_actions import ACTIONS, assert_done, assert_whole, make_ready, write_shop
from small_shop import Shop

from also_bought.publishing.publication import PublishError
from also_bought.publishing.verification import verify

# How many kills at random moments, and how many at system calls; of builds there are a tenth.
KILLS = int(os.environ.get("ALSO_BOUGHT_KILLS", "250" if IS_LONG else "5"))
SEED = int(os.environ.get("ALSO_BOUGHT_KILLS_SEED", "1"))
WRITING = (
    "write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat2,link,symlink,unlink,unlinkat,rmdir,"
    "mkdir,chmod,fchmod"
)


@pytest.fixture(scope="module")
def shop_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a tiny shop. Who changes it copies it first."""
    folder = tmp_path_factory.mktemp("kills") / "shop"
    folder.mkdir()
    write_shop(folder)
    return folder


def copied(folder: Path, copy: Path) -> Path:
    """Return a copy in place of what was there."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy, symlinks=True)
    return copy


def act(action: str, folder: Path, begins: Event) -> None:
    """Do an action in a process of its own."""
    begins.set()
    ACTIONS[action](folder)


def test_whatever_is_killed_at_a_random_moment(shop_folder, tmp_path):
    chosen = random.Random(SEED)
    seconds: dict[str, float] = {}
    killed: Counter[str] = Counter()
    for number in range(KILLS):
        action = list(ACTIONS)[number % len(ACTIONS)]
        if number < len(ACTIONS) or action == "forget":
            folder = copied(shop_folder, tmp_path / action)
        folder = tmp_path / action
        make_ready(action, folder)
        begins = WARM_DBT.Event()
        process = WARM_DBT.Process(target=act, args=(action, folder, begins))
        process.start()
        assert begins.wait(600)
        time.sleep(chosen.uniform(0, seconds.get(action, 0.2)))
        process.kill()
        process.join()
        killed[action] += process.exitcode == -signal.SIGKILL
        assert_whole(folder)
        began = time.monotonic()
        ACTIONS[action](folder)
        seconds[action] = time.monotonic() - began
        assert_done(action, folder)
    print(f"Killed: {dict(killed)}")
    assert killed.total() > KILLS / 2


@pytest.mark.skipif(not IS_LONG, reason="only in `make test-long`")
@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
def test_whatever_is_killed_at_a_system_call_that_writes(shop_folder, tmp_path):
    moments = []
    for action in ACTIONS:
        folder = copied(shop_folder, tmp_path / action)
        make_ready(action, folder)
        log = tmp_path / f"{action}.txt"
        assert traced(action, folder, "-o", str(log), "-e", f"trace={WRITING}") == 0
        lines = log.read_text().splitlines()
        main = lines[0].split()[0]
        calls = Counter(
            found[1] for line in lines if (found := re.match(rf"{main}\s+(\w+)\(", line))
        )
        moments += [
            (action, call, number)
            for call, count in calls.items()
            for number in range(1, count + 1)
        ]
    chosen = random.Random(SEED).sample(moments, min(KILLS, len(moments)))
    killed: Counter[str] = Counter()
    for action, call, number in chosen:
        folder = copied(shop_folder, tmp_path / action)
        make_ready(action, folder)
        inject = f"inject={call}:signal=KILL:when={number}"
        code = traced(action, folder, "-o", "/dev/null", "-e", f"trace={call}", "-e", inject)
        killed[action] += code != 0
        assert_whole(folder)
        ACTIONS[action](folder)
        assert_done(action, folder)
    print(f"Killed: {dict(killed)} of {len(moments)} moments")
    assert killed.total() > len(chosen) / 2


def traced(action: str, folder: Path, *options: str) -> int:
    """Do an action under strace, and return the exit code."""
    command = [sys.executable, kill_actions.__file__, action, str(folder)]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        ["strace", "-f", "-qq", *options, *command], env=environment, check=False
    ).returncode


@pytest.mark.skipif(not IS_LONG, reason="only in `make test-long`")
def test_a_build_that_is_killed_is_not_published_and_the_next_one_is(shop):
    chosen = random.Random(SEED)
    seconds = build_and_publish(shop)
    for _ in range(max(1, KILLS // 10)):
        before = verify(shop.root / "serving.duckdb")
        process = shop.start_dbt("build")
        time.sleep(chosen.uniform(0, seconds))
        process.kill()
        process.join()
        # Refused, or killed too early or too late to be noticed.
        with contextlib.suppress(PublishError):
            shop.publish()
        after = verify(shop.root / "serving.duckdb")
        assert after == before or after.publication_number == before.publication_number + 1
        seconds = build_and_publish(shop)
        assert not list(shop.root.glob("build.duckdb.tmp*"))


def build_and_publish(shop: Shop) -> float:
    """Build, publish and verify, and return the seconds of the build."""
    began = time.monotonic()
    shop.dbt("build")
    seconds = time.monotonic() - began
    shop.publish()
    verify(shop.root / "serving.duckdb")
    return seconds


def test_of_two_builds_at_once_the_second_changes_nothing_and_names_the_first(shop):
    shop.publish()
    before = shop.log(), verify(shop.root / "serving.duckdb")
    with duckdb.connect(str(shop.database)):
        said = shop.dbt("--quiet", "build", succeeds=False)
    # dbt's own traceback follows: no hook runs before the database is open.
    assert re.search(rf"Could not set lock on file .*PID {os.getpid()}", said)
    assert (shop.log(), verify(shop.root / "serving.duckdb")) == before
