"""Folders of quizzes and runs of ``qticonv batch``, for tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


def run(
    *arguments: str, cwd: Path, stdin: str = "", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``qticonv batch``; whatever the input, there is no traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "qticonv", "batch", *arguments],
        cwd=cwd,
        env={**os.environ, **(env or {})},
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


@contextmanager
def served(program: str, cwd: Path) -> Iterator[str]:
    """Run a Python program that serves something on loopback, and give the first line that it prints: its address.

    It is a process of its own, so that its libraries' warnings and threads are not those of the tests; it ends when its
    standard input does.
    """
    server = subprocess.Popen(
        [sys.executable, "-c", program], cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    try:
        yield server.stdout.readline().strip()
    finally:
        try:
            server.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.communicate()
