"""Batches: mirrored, incremental, resumable; one bad file never stops the others; same bytes whatever the executor."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from batches import contents, make_sources, quiz, run

from qticonv.batch import runner
from qticonv.batch.worker import Task
from qticonv.diagnostics import Code
from qticonv.model.options import CheckOptions, WriteOptions
from qticonv.pipeline import PrepareOptions


def test_layout_is_mirrored_and_bad_files_do_not_stop_the_others(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "src", 4)
    (sources / "bad.txt").write_bytes(bytes(range(256)) * 9)
    (sources / "menu.txt").write_text("Soup 4.50\nBread 2.00\n", encoding="utf-8")
    done = run("src", "-o", "out", "-t", "gift", "-j", "1", "--junit", "junit.xml", "--report", "r.json", cwd=tmp_path)
    assert done.returncode == 1
    assert sorted(contents(tmp_path / "out")) == [
        "unit0/quiz000.gift.txt",
        "unit0/quiz002.gift.txt",
        "unit1/quiz001.gift.txt",
        "unit1/quiz003.gift.txt",
    ]
    assert "refused" in done.stderr
    assert 'tests="6" failures="2"' in (tmp_path / "junit.xml").read_text(encoding="utf-8")
    codes = {record["code"] for record in json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))}
    assert {"input-binary", "not-a-quiz"} <= codes


def test_unchanged_files_are_skipped_and_changed_ones_redone(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "src", 4)
    assert run("src", "-o", "out", "-t", "gift", cwd=tmp_path).returncode == 0
    again = run("src", "-o", "out", "-t", "gift", cwd=tmp_path)
    assert "unchanged                 4" in again.stderr
    (sources / "unit0" / "quiz000.txt").write_text(quiz(900), encoding="utf-8")
    (tmp_path / "out" / "unit1" / "quiz001.gift.txt").unlink()
    third = run("src", "-o", "out", "-t", "gift", cwd=tmp_path)
    assert third.returncode == 0
    assert "converted                 2" in third.stderr
    assert "number 900" in (tmp_path / "out" / "unit0" / "quiz000.gift.txt").read_text(encoding="utf-8")
    other = run("src", "-o", "out", "-t", "gift", "--points", "2", "--dry-run", cwd=tmp_path)
    assert "4 to convert, 0 unchanged" in other.stderr


def test_a_stranger_among_the_outputs_is_not_overwritten(tmp_path: Path) -> None:
    make_sources(tmp_path / "src", 2)
    stranger = tmp_path / "out" / "unit0" / "quiz000.gift.txt"
    stranger.parent.mkdir(parents=True)
    stranger.write_text("mine", encoding="utf-8")
    done = run("src", "-o", "out", "-t", "gift", cwd=tmp_path)
    assert done.returncode == 4
    assert stranger.read_text(encoding="utf-8") == "mine"
    assert run("src", "-o", "out", "-t", "gift", "--force", cwd=tmp_path).returncode == 0
    assert stranger.read_text(encoding="utf-8") != "mine"


def test_patterns_lists_and_colliding_names(tmp_path: Path) -> None:
    make_sources(tmp_path / "src", 4)
    assert run("src/unit0/*.txt", "-o", "a", "-t", "gift", cwd=tmp_path).returncode == 0
    assert sorted(contents(tmp_path / "a")) == ["quiz000.gift.txt", "quiz002.gift.txt"]
    listed = run("-", "-o", "b", "-t", "gift", cwd=tmp_path, stdin="src/unit1/quiz001.txt\n")
    assert listed.returncode == 0
    assert sorted(contents(tmp_path / "b")) == ["quiz001.gift.txt"]
    (tmp_path / "src" / "unit0" / "quiz000.md").write_text(quiz(700), encoding="utf-8")
    collided = run("src/unit0", "-o", "c", "-t", "gift", cwd=tmp_path)
    assert collided.returncode == 1
    assert "output-collision" in collided.stderr


@pytest.mark.parametrize("output", ["src", "src/out"])
def test_outputs_among_the_sources_are_no_inputs(tmp_path: Path, output: str) -> None:
    sources = make_sources(tmp_path / "src", 2)
    (sources / "bank.bank.yaml").write_text('schema_version: "1.0"\nitems: []\n', encoding="utf-8")
    for _ in range(2):
        run("src", "-o", output, "-t", "gift", "-t", "bank", "--force", cwd=tmp_path)
    (sources / "unit0" / "own.gift.txt").write_text("an input, because nothing else makes it", encoding="utf-8")
    listed = run("src", "-o", output, "--force", "--dry-run", cwd=tmp_path).stdout.splitlines()
    inputs = ["bank.bank.yaml", "unit0/own.gift.txt", "unit0/quiz000.txt", "unit1/quiz001.txt"]
    assert sorted(listed) == [f"src/{name}" for name in inputs]


def test_a_second_run_does_not_hide_what_the_first_refused(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "src", 1)
    (sources / "menu.txt").write_text("Soup 4.50\nBread 2.00\n", encoding="utf-8")
    for _ in range(2):
        done = run("src", "-o", "out", "-t", "gift", cwd=tmp_path)
        assert done.returncode == 1
    assert "unchanged                 2" in done.stderr
    assert "1 of the unchanged files were refused" in done.stderr


def test_images_beside_a_source_are_taken_and_their_changes_noticed(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    bank = """schema_version: "1.0"
items:
- stem: {html: '<p>Which colour? <img src="dot.svg" alt="a dot"/></p>'}
  interaction: {type: extended_text}
"""
    (tmp_path / "src" / "quiz.bank.yaml").write_text(bank, encoding="utf-8")
    assert run("src", "-o", "out", "-t", "moodle", cwd=tmp_path).returncode == 1, "the image is not there yet"
    written = []
    for colour in ("red", "blue"):
        svg = f'<svg xmlns="http://www.w3.org/2000/svg"><circle r="9" fill="{colour}"/></svg>'
        (tmp_path / "src" / "dot.svg").write_text(svg, encoding="utf-8")
        done = run("src/quiz.bank.yaml", "-o", "out", "-t", "moodle", cwd=tmp_path)
        assert "converted                 1" in done.stderr
        written.append((tmp_path / "out" / "quiz.moodle.xml").read_bytes())
    assert written[0] != written[1]
    done = run("src/quiz.bank.yaml", "-o", "out", "-t", "moodle", cwd=tmp_path)
    assert "unchanged                 1" in done.stderr


class DyingPool(ProcessPoolExecutor):
    """Processes of which one dies over the first chunk that it is given."""

    given = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.given += 1
        return super().submit(os._exit, 1) if self.given == 1 else super().submit(fn, *args, **kwargs)


def test_files_of_a_worker_that_dies_are_reported_and_done_again(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "src", 40)
    task = Task(
        prepare=PrepareOptions(),
        write=WriteOptions(),
        check=CheckOptions(),
        targets=("gift",),
        folder=str(tmp_path / "out"),
        strict=False,
        force=False,
    )
    planned = runner.plan([str(sources)], task, redo=False)
    with DyingPool(1) as pool:
        outcomes = runner.run(planned, task, pool, workers=1, progress=lambda outcome: None)
    assert [outcome.job for outcome in outcomes] == list(planned.jobs)
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    assert failed
    assert {outcome.diagnostics[0].code for outcome in failed} == {Code.INTERNAL}
    again = runner.plan([str(sources)], task, redo=False)
    assert [job.name for job in again.jobs] == [outcome.job.name for outcome in failed]


def test_a_loop_of_folders_ends(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "src", 2)
    (sources / "unit0" / "loop").symlink_to(sources, target_is_directory=True)
    done = run("src", "-o", "out", "-t", "gift", cwd=tmp_path)
    assert done.returncode == 0
    assert len(contents(tmp_path / "out")) == 2


def test_processes_and_one_process_write_the_same_bytes(tmp_path: Path) -> None:
    make_sources(tmp_path / "src", 12)
    targets = ("-t", "qti21", "-t", "moodle", "-t", "gift", "-t", "canvas")
    assert run("src", "-o", "one", "-j", "1", *targets, cwd=tmp_path).returncode == 0
    assert run("src", "-o", "two", "-j", "2", *targets, cwd=tmp_path).returncode == 0
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert len(contents(tmp_path / "one")) == 48


@pytest.mark.slow
def test_killed_runs_leave_nothing_damaged_and_resume(tmp_path: Path) -> None:
    make_sources(tmp_path / "src", 60)
    assert run("src", "-o", "whole", "-j", "2", cwd=tmp_path).returncode == 0
    whole = contents(tmp_path / "whole")
    moments = random.Random(7)
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, "-m", "qticonv", "batch", "src", "-o", "out", "-j", "2"],
            cwd=tmp_path,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(moments.uniform(0.2, 1.2))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for name, data in contents(tmp_path / "out").items() if (tmp_path / "out").exists() else ():
            assert data == whole[name]
    assert run("src", "-o", "out", "-j", "2", cwd=tmp_path).returncode == 0
    assert contents(tmp_path / "out") == whole


def test_what_a_killed_run_left_is_swept_up_when_it_is_done_again(tmp_path: Path) -> None:
    make_sources(tmp_path / "src", 2)
    folder = tmp_path / "out" / "unit0"
    folder.mkdir(parents=True)
    left, foreign = folder / ".qticonv-quiz000.gift.txt-abc_1", folder / ".qticonv-other.gift.txt-abc"
    left.write_text("half")
    foreign.write_text("of somebody else")
    assert run("src", "-o", "out", "-t", "gift", cwd=tmp_path).returncode == 0
    assert not left.exists()
    assert foreign.exists()


@pytest.mark.slow
def test_an_interrupted_batch_keeps_what_is_finished(tmp_path: Path) -> None:
    make_sources(tmp_path / "src", 400)
    process = subprocess.Popen(
        [sys.executable, "-m", "qticonv", "batch", "src", "-o", "out", "-j", "2"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (tmp_path / "out" / ".qticonv-batch.jsonl").exists() and process.poll() is None:
        time.sleep(0.02)
    time.sleep(0.4)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in stderr
    recorded = (tmp_path / "out" / ".qticonv-batch.jsonl").read_text(encoding="utf-8").splitlines()
    finished = {name for line in recorded for name in json.loads(line)["outputs"]}
    assert set(contents(tmp_path / "out")) == finished
