"""Batches on a Dask cluster of worker processes: the same bytes as in one process, whatever befalls a worker."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from batches import contents, make_sources, run, served

CLUSTER = """
import sys
from distributed import LocalCluster
options = dict(n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None)
with LocalCluster(**options) as cluster:
    print(cluster.scheduler_address, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a cluster whose workers have another working directory than the runs."""
    with served(CLUSTER, tmp_path_factory.mktemp("elsewhere")) as address:
        yield address


@pytest.mark.slow
def test_a_cluster_writes_the_same_bytes_and_records_the_same(tmp_path: Path, scheduler: str) -> None:
    sources = make_sources(tmp_path / "src", 12)
    (tmp_path / "keys.yaml").write_text("answers: {1: A}\n", encoding="utf-8")
    command = [sys.executable, "-m", "qticonv", "parse", "src/unit0/quiz000.txt", "--print-layout"]
    layout = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout
    (tmp_path / "layout.yaml").write_bytes(layout)
    (sources / "menu.txt").write_text("Soup 4.50\nBread 2.00\n", encoding="utf-8")
    files = ("--answers", "keys.yaml", "--layout", "layout.yaml")
    options = (*files, "--points", "2", "-t", "qti21", "-t", "moodle", "-t", "gift", "-t", "canvas")
    one = run("src", "-o", "one", "-j", "1", *options, "--report", "one.json", cwd=tmp_path)
    two = run("src", "-o", "two", "--scheduler", scheduler, *options, "--report", "two.json", cwd=tmp_path)
    assert one.returncode == two.returncode == 1
    assert len(contents(tmp_path / "one")) == 48
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert json.loads((tmp_path / "one.json").read_text()) == json.loads((tmp_path / "two.json").read_text())
    assert "13/13 files" in two.stderr
    again = run("src", "-o", "two", "-j", "1", *options, cwd=tmp_path)
    assert "unchanged                13" in again.stderr, "what a cluster did is known to a run without one"
    assert again.returncode == 1, "and the file that was refused is not forgotten"


def test_no_scheduler_at_the_address(tmp_path: Path) -> None:
    make_sources(tmp_path / "src", 1)
    done = run("src", "-o", "out", "--scheduler", "nonsense://127.0.0.1:1", cwd=tmp_path)
    assert done.returncode == 2
    assert "--scheduler nonsense://127.0.0.1:1" in done.stderr
    assert not contents(tmp_path / "out")
