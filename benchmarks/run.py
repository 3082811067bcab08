"""Measure qticonv against other converters and a bare pipeline, side by side, and print ratios from one run."""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.questions import as_raw_text, as_tab_text, as_text2qti, questions

HERE = Path(__file__).resolve().parent
PEERS = HERE / ".venv-peers"
OURS = HERE / ".venv-qticonv"


@dataclass(frozen=True, slots=True)
class Figure:
    """Medians of some runs: CPU and wall seconds, peak memory in MiB (of the largest single process)."""

    cpu: float
    wall: float
    peak: float


def measure(make_command: Callable[[Path], list[str]], runs: int, *, keep: Path | None = None) -> Figure:
    """Run a command in a fresh folder (or in ``keep``) several times and return the medians."""
    figures = []
    for _ in range(runs):
        folder = keep or Path(tempfile.mkdtemp(prefix="benchmark-"))
        began = time.perf_counter()
        process = subprocess.Popen(
            make_command(folder), cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        if os.waitstatus_to_exitcode(status) not in (0, 1):
            raise SystemExit(f"failed: {make_command(folder)}")
        figures.append(Figure(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024))
        if keep is None:
            shutil.rmtree(folder)
    return Figure(*(statistics.median(getattr(f, name) for f in figures) for name in ("cpu", "wall", "peak")))


def peers() -> Path:
    """Return the environment with the peers, made on first use."""
    if not (PEERS / "bin" / "text2qti").exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEERS)], check=True)
        wanted = ["text2qti==0.8.0", "qti-package-maker==26.7.14"]
        subprocess.run([str(PEERS / "bin" / "pip"), "install", "--quiet", *wanted], check=True)
    return PEERS / "bin"


@cache
def installed() -> Path:
    """Return the environment with this checkout, installed as a user has it: anew in every run, without extras.

    A development environment is another one: an editable install finds its modules more slowly.
    """
    if not (OURS / "bin" / "pip").exists():
        subprocess.run([sys.executable, "-m", "venv", str(OURS)], check=True)
    pip = [str(OURS / "bin" / "pip"), "install", "--quiet"]
    subprocess.run([*pip, str(HERE.parent)], check=True)  # what it needs
    leftover = HERE.parent / "build"  # of an earlier installation: it may hold modules that are gone
    shutil.rmtree(leftover, ignore_errors=True)
    subprocess.run([*pip, "--force-reinstall", "--no-deps", str(HERE.parent)], check=True)  # the code as it is now
    shutil.rmtree(leftover, ignore_errors=True)
    return OURS / "bin"


def qticonv(*arguments: str) -> list[str]:
    """Return a command line that runs this checkout's qticonv."""
    return [str(installed() / "python"), "-m", "qticonv", *arguments]


class Bench:
    """The sources on disk and the rows of the table."""

    def __init__(self, folder: Path, count: int, runs: int) -> None:
        self.folder, self.count, self.runs = folder, count, runs
        self.rows: list[tuple[str, float, str]] = []

    def source(self, name: str, text: str) -> str:
        """Write a source file and return its path."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def ratio(self, label: str, ours: float, theirs: float, target: str) -> None:
        """Add a row."""
        self.rows.append((label, ours / max(theirs, 1e-9), target))
        print(f"{label:<64} {ours:9.3f} / {theirs:9.3f} = {ours / max(theirs, 1e-9):7.3f}   must {target}", flush=True)

    def against_peers(self) -> None:
        """The same bank through qticonv (three checked formats), each peer (one format), and the bare pipeline."""
        items = questions(self.count)
        raw = self.source("bank.txt", as_raw_text(items))
        marked = self.source("marked.txt", as_text2qti(items))
        rows = self.source("bbq-bank-questions.txt", as_tab_text(items))
        ours = measure(lambda out: qticonv("convert", raw, "-o", str(out)), self.runs)
        print(f"qticonv, {self.count} questions: {ours}")
        text2qti = measure(
            lambda out: ["sh", "-c", f"cp {marked} q.txt && exec {peers() / 'text2qti'} q.txt"], self.runs
        )
        self.ratio("CPU: three formats / text2qti, one format", ours.cpu, text2qti.cpu, "<= 0.2, aim 0.1")
        maker = peers() / "bbq_converter.py"
        package_maker = measure(
            lambda out: [str(peers() / "python"), str(maker), "-q", "-i", rows, "-2", "-o", str(out / "o.zip")],
            self.runs,
        )
        self.ratio("CPU: three formats / qti-package-maker, QTI 2.1", ours.cpu, package_maker.cpu, "<= 0.4, aim 0.2")
        bare = measure(lambda out: [str(installed() / "python"), str(HERE / "bare.py"), raw, str(out)], self.runs)
        self.ratio("CPU: three formats, checked / bare, unchecked", ours.cpu, bare.cpu, "<= 3, aim 2")

    def growth(self) -> None:
        """Ten times the questions."""
        small = self.source("small.txt", as_raw_text(questions(self.count)))
        large = self.source("large.txt", as_raw_text(questions(self.count * 10)))
        one = measure(lambda out: qticonv("convert", small, "-o", str(out)), self.runs)
        ten = measure(lambda out: qticonv("convert", large, "-o", str(out)), 1)
        self.ratio(f"CPU: {self.count * 10} / {self.count} questions", ten.cpu, one.cpu, "<= 10.5, aim 10.2")
        self.ratio("peak memory of the larger, MiB / 1", ten.peak, 1, "<= 400, aim 200")

    def batch(self) -> None:
        """A thousand files on two processes against one, and the unchanged run after it."""
        sources = self.folder / "files"
        sources.mkdir()
        items = questions(10_000)
        for number in range(1000):
            text = as_raw_text(items[number * 10 : number * 10 + 10])
            (sources / f"quiz{number:04}.txt").write_text(text, encoding="utf-8")
        one = measure(lambda out: qticonv("batch", str(sources), "-o", str(out), "-j", "1"), self.runs)
        two = measure(lambda out: qticonv("batch", str(sources), "-o", str(out), "-j", "2"), self.runs)
        self.ratio("wall: 1,000 files with -j 1 / -j 2", one.wall, two.wall, ">= 1.6, aim 1.85")
        done = self.folder / "done"
        done.mkdir()
        first = measure(lambda out: qticonv("batch", str(sources), "-o", str(out), "-j", "2"), 1, keep=done)
        second = measure(lambda out: qticonv("batch", str(sources), "-o", str(out), "-j", "2"), self.runs, keep=done)
        self.ratio("wall: unchanged second run / first run", second.wall, first.wall, "<= 0.1, aim 0.033")

    def start(self) -> None:
        """Start-up, and the five questions of the example."""
        runs = max(self.runs, 7)
        help_text = measure(lambda out: qticonv("--help"), runs)
        click = measure(lambda out: [str(installed() / "python"), "-c", "import click"], runs)
        self.ratio("CPU: qticonv --help / import click", help_text.cpu, click.cpu, "<= 2.0, aim 1.3")
        example = str(HERE.parent / "examples" / "security-dilemma.txt")
        ours = measure(lambda out: qticonv("convert", example, "-o", str(out)), runs)
        marked = self.source("five.txt", as_text2qti(questions(5)))
        theirs = measure(lambda out: ["sh", "-c", f"cp {marked} q.txt && exec {peers() / 'text2qti'} q.txt"], runs)
        self.ratio("wall: five questions, three formats / text2qti", ours.wall, theirs.wall, "<= 1.5, aim 1.0")


def main() -> None:
    """Run the rows that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=["against_peers", "growth", "batch", "start"], action="append")
    given = parser.parse_args()
    installed()  # made before anything is measured
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        bench = Bench(Path(folder), given.questions, given.runs)
        for name in given.only or ["start", "against_peers", "growth", "batch"]:
            getattr(bench, name)()


if __name__ == "__main__":
    main()
