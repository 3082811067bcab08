"""Batches: mirrored, incremental, resumable; one bad file never stops the others; same bytes whatever the executor."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

QUESTION = "{n}. Which of these is number {n}?\nA. one of {n}\nB. two of {n}\nC. three of {n}\nAnswer: B\n\n"


def quiz(first: int, count: int = 3) -> str:
    """Return a quiz of ``count`` questions that no other quiz has."""
    return "".join(QUESTION.format(n=number) for number in range(first, first + count))


def make_sources(folder: Path, count: int) -> Path:
    """Write ``count`` quizzes into two folders below ``folder``."""
    for number in range(count):
        path = folder / f"unit{number % 2}" / f"quiz{number:03}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(quiz(number * 10 + 1), encoding="utf-8")
    return folder


def run(*arguments: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run ``qticonv batch``."""
    done = subprocess.run(
        [sys.executable, "-m", "qticonv", "batch", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def contents(folder: Path) -> dict[str, bytes]:
    """Return every output below ``folder`` by its relative name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


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
