"""Batches from and to object stores: in memory through the functions, and over the S3 protocol through the command."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import fsspec
import pytest
from batches import contents, make_sources, quiz, run, served

from qticonv.batch import runner, storage
from qticonv.batch.worker import Outcome, Task
from qticonv.diagnostics import Code
from qticonv.model.options import CheckOptions, WriteOptions
from qticonv.pipeline import PrepareOptions


@pytest.fixture
def memory() -> Iterator[fsspec.AbstractFileSystem]:
    """An object store in memory, with two quizzes in it."""
    files = fsspec.filesystem("memory")
    files.pipe({"/raw/u/one.txt": quiz(1).encode(), "/raw/two.txt": quiz(2).encode(), "/raw/.hidden": b"x"})
    yield files
    files.rm("/", recursive=True)


def run_in_memory(location: str, folder: str) -> tuple[runner.Plan, list[Outcome]]:
    task = Task(
        prepare=PrepareOptions(),
        write=WriteOptions(),
        check=CheckOptions(),
        targets=("gift",),
        folder=folder,
        strict=False,
        force=False,
    )
    planned = runner.plan([location], task, redo=False)
    with ThreadPoolExecutor(2) as executor:
        return planned, runner.run(planned, task, executor, workers=2, progress=lambda outcome: None)


def test_memory_to_memory_and_again(memory: fsspec.AbstractFileSystem) -> None:
    _, outcomes = run_in_memory("memory://raw", "memory://out")
    assert [outcome.status for outcome in outcomes] == ["converted", "converted"]
    written = {"/out/u/one.gift.txt", "/out/two.gift.txt", "/out/.qticonv-batch.jsonl"}
    assert set(memory.find("/out")) == written
    planned, _ = run_in_memory("memory://raw", "memory://out")
    assert len(planned.unchanged) == 2
    memory.pipe("/raw/two.txt", quiz(7).encode())
    memory.rm("/out/u/one.gift.txt")
    planned, outcomes = run_in_memory("memory://raw", "memory://out")
    assert [job.name for job in planned.jobs] == ["two.txt", "u/one.txt"]
    assert {outcome.status for outcome in outcomes} == {"converted"}
    assert b"number 7" in memory.cat("/out/two.gift.txt")


def test_outputs_below_the_sources_are_no_inputs(memory: fsspec.AbstractFileSystem) -> None:
    run_in_memory("memory://raw", "memory://raw/out")
    planned, _ = run_in_memory("memory://raw", "memory://raw/out")
    assert (len(planned.unchanged), planned.jobs) == (2, ())


def test_a_stranger_in_the_store_is_kept(memory: fsspec.AbstractFileSystem) -> None:
    memory.pipe("/out/two.gift.txt", b"mine")
    _, outcomes = run_in_memory("memory://raw", "memory://out")
    assert [outcome.status for outcome in outcomes] == ["failed", "converted"]
    assert outcomes[0].diagnostics[-1].code is Code.OUTPUT_EXISTS
    assert memory.cat("/out/two.gift.txt") == b"mine"


def test_a_store_that_there_is_no_program_for() -> None:
    planned, outcomes = run_in_memory("nosuch://raw", "memory://out")
    assert [found.code for found in planned.diagnostics] == [Code.INPUT_UNREADABLE]
    assert outcomes == []
    with pytest.raises(storage.StorageError, match="nosuch"):
        run_in_memory("memory://raw", "nosuch://out")


S3_SERVER = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
print("http://%s:%d" % server.get_host_and_port(), flush=True)
sys.stdin.read()
server.stop()
"""


class Bucket:
    """A bucket of an S3 server, spoken to over plain HTTP."""

    def __init__(self, server: str, name: str) -> None:
        self.url = f"{server}/{name}"
        self.environment = {
            "AWS_ENDPOINT_URL": server,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        self._ask("PUT", "")

    def _ask(self, method: str, path: str, data: bytes | None = None) -> bytes:
        plain = {"Content-Type": "application/octet-stream", "Authorization": "AWS test:test"}
        request = urllib.request.Request(f"{self.url}{path}", data=data, headers=plain, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            body: bytes = answer.read()
        return body

    def put(self, key: str, data: bytes) -> None:
        self._ask("PUT", f"/{key}", data)

    def get(self, key: str) -> bytes:
        return self._ask("GET", f"/{key}")

    def listed(self) -> list[str]:
        listing = ElementTree.fromstring(self._ask("GET", "?list-type=2"))
        return [key.text or "" for key in listing.findall(".//{*}Key")]


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an S3 server."""
    with served(S3_SERVER, tmp_path_factory.mktemp("s3")) as address:
        yield address


@pytest.mark.slow
def test_s3_to_s3_and_again(tmp_path: Path, s3: str) -> None:
    bucket = Bucket(s3, "exams")
    sources = make_sources(tmp_path / "src", 6)
    for path in sources.rglob("*.txt"):
        bucket.put(f"raw/{path.relative_to(sources).as_posix()}", path.read_bytes())
    assert run("src", "-o", "local", "-t", "gift", "-t", "qti21", "-j", "1", cwd=tmp_path).returncode == 0
    arguments = ("s3://exams/raw", "-o", "s3://exams/out", "-t", "gift", "-t", "qti21", "-j", "2")
    done = run(*arguments, cwd=tmp_path, env=bucket.environment)
    assert done.returncode == 0, done.stderr
    written = {key.removeprefix("out/"): bucket.get(key) for key in bucket.listed() if key.startswith("out/")}
    recorded = written.pop(".qticonv-batch.jsonl").decode().splitlines()
    assert written == contents(tmp_path / "local"), "the same bytes wherever they go"
    assert {json.loads(line)["name"] for line in recorded} == {
        path.relative_to(sources).as_posix() for path in sources.rglob("*.txt")
    }
    bucket.put("raw/unit1/quiz001.txt", quiz(900).encode())
    again = run(*arguments, cwd=tmp_path, env=bucket.environment)
    assert "converted                 1" in again.stderr
    assert "unchanged                 5" in again.stderr
    assert b"number 900" in bucket.get("out/unit1/quiz001.gift.txt")


@pytest.mark.slow
def test_s3_that_is_not_there(tmp_path: Path, s3: str) -> None:
    environment = Bucket(s3, "other").environment
    done = run("s3://nowhere/raw", "-o", "out", cwd=tmp_path, env=environment)
    assert done.returncode == 4
    assert "error[input-unreadable]: s3://nowhere/raw" in done.stderr
    make_sources(tmp_path / "src", 1)
    done = run("src", "-o", "s3://nowhere/out", cwd=tmp_path, env=environment)
    assert done.returncode == 4
    assert "error[output-unwritable]: s3://nowhere/out" in done.stderr
