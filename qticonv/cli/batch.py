"""``qticonv batch``."""

from __future__ import annotations

import glob
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from qticonv.batch import runner, storage
from qticonv.batch.manifest import Entry
from qticonv.batch.worker import Outcome, Task, quiet_interrupts
from qticonv.cli.options import input_options, prepare_options, report_options, target_options, write_options
from qticonv.cli.progress import Progress
from qticonv.cli.session import Session, put, say
from qticonv.cli.status import Status
from qticonv.diagnostics import Code, diagnose
from qticonv.formats import DEFAULT_TARGETS
from qticonv.model.options import CheckOptions

EPILOG = """\b
Examples:
  qticonv batch bank/ -o out -t moodle              a folder, with the same layout below out/
  qticonv batch 'week*/**/*.txt' -o out -j 8        a pattern, eight processes
  find . -name '*.txt' | qticonv batch - -o out     a list of files from standard input
  qticonv batch bank/ -o out --scheduler tcp://10.0.0.5:8786     on a Dask cluster
  qticonv batch s3://exams/raw -o s3://exams/out    from and to an object store
"""


@click.command("batch", epilog=EPILOG)
@click.argument("sources", nargs=-1, required=True, metavar="SRC…", type=click.Path(path_type=str))
@click.option("-o", "--output", required=True, metavar="DIR", help="Folder (or URL) of the outputs.")
@target_options
@input_options
@click.option("-j", "--jobs", type=click.IntRange(1), default=None, metavar="N", help="Processes. [one a core]")
@click.option("--scheduler", metavar="ADDRESS", help="Dask scheduler to run on (extra: dask).")
@click.option("--dry-run", is_flag=True, help="Say what would be converted, and do nothing.")
@click.option("--force", is_flag=True, help="Convert unchanged files again, and overwrite existing outputs.")
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Report as JUnit XML.")
@report_options
def command(sources: tuple[str, ...], output: str, **given: Any) -> int:
    """Convert many files: folders, patterns, URLs, or a list of files on standard input.

    One bad file never stops the others. Files that did not change since an earlier run into the same folder are
    skipped; an interrupted run goes on where it stopped.
    """
    session = Session(verbose=given["verbose"], strict=given["strict"], report=given["report"], force=True)
    options = prepare_options(session, given)
    if options is None:
        return session.finish()
    task = Task(
        prepare=options,
        write=write_options(given),
        check=CheckOptions(xsd_directory=given["xsd"]),
        targets=tuple(dict.fromkeys(given["targets"] or DEFAULT_TARGETS)),
        folder=storage.absolute(output),
        strict=given["strict"],
        force=given["force"],
    )
    planned = runner.plan(_locations(sources), task, redo=given["force"])
    session.add(planned.diagnostics)
    if given["dry_run"]:
        put("".join(f"{storage.shown(job.location)}\n" for job in planned.jobs))
        say(f"{len(planned.jobs)} to convert, {len(planned.unchanged)} unchanged")
        return session.finish()
    outcomes = _run(session, planned, task, given)
    if outcomes is None:
        return session.finish()
    session.show()
    say(_table(outcomes, planned.unchanged))
    if given["junit"] is not None:
        _write_junit(session, outcomes, given["junit"])
    return max(session.finish(), _status_before(planned.unchanged))


def _locations(sources: Sequence[str]) -> Iterator[str]:
    """Yield what was named: ``-`` is a list on standard input, a pattern is expanded, all else stands for itself."""
    for source in sources:
        if source == "-":
            yield from filter(None, (line.strip() for line in sys.stdin))
        elif not storage.is_url(source) and glob.has_magic(source) and not Path(source).exists():
            yield from sorted(glob.glob(source, recursive=True))  # noqa: PTH207 - patterns may be absolute
        else:
            yield source


@contextmanager
def _executor(given: dict[str, Any], jobs: int) -> Iterator[tuple[Executor, int]]:
    """Give an executor and the number of its workers."""
    if given["scheduler"]:
        with _dask(given["scheduler"]) as pair:
            yield pair
        return
    workers = min(given["jobs"] or os.cpu_count() or 1, max(1, jobs))
    if workers == 1:
        yield SameProcess(), 1
        return
    with ProcessPoolExecutor(workers, initializer=quiet_interrupts) as pool:
        yield pool, workers


@contextmanager
def _dask(address: str) -> Iterator[tuple[Executor, int]]:
    try:
        from distributed import Client
    except ImportError:
        raise click.UsageError("--scheduler needs the extra `dask`: pip install 'qticonv[dask]'") from None
    try:
        client = Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise click.UsageError(f"--scheduler {address}: {error}") from None
    with client:
        workers = max(1, sum(client.nthreads().values()))
        yield client.get_executor(), workers


class SameProcess(Executor):
    """An executor that runs at once in this process: no start-up cost for small batches."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run ``fn`` and return its future."""
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def _run(session: Session, planned: runner.Plan, task: Task, given: dict[str, Any]) -> list[Outcome] | None:
    """Run what is planned; ``None`` where the folder of the outputs cannot be written to."""
    if not planned.jobs:
        return []
    progress = Progress(len(planned.jobs))
    try:
        with _executor(given, len(planned.jobs)) as (executor, workers):
            outcomes = runner.run(planned, task, executor, workers=workers, progress=progress)
    except storage.StorageError as error:
        session.add([diagnose(Code.OUTPUT_UNWRITABLE, str(error))])
        return None
    except KeyboardInterrupt:
        progress.break_off()
        raise
    for outcome in outcomes:
        session.add(outcome.diagnostics)
    return outcomes


def _status_before(unchanged: Sequence[Entry]) -> Status:
    """What the shell is told of files that were not looked at again: a second run hides no problem of the first."""
    bad = sum(entry.status != "converted" for entry in unchanged)
    if bad:
        say(f"{bad} of the unchanged files were refused or converted in part (--force says why)")
    return Status.FOUND if bad else Status.OK


def _table(outcomes: Sequence[Outcome], unchanged: Sequence[Entry]) -> str:
    counts = Counter(outcome.status for outcome in outcomes)
    rows = [
        ("converted", counts["converted"]),
        ("converted in part", counts["withheld"]),
        ("refused", counts["refused"]),
        ("failed", counts["failed"]),
        ("unchanged", len(unchanged)),
        ("questions", sum(outcome.items for outcome in outcomes)),
        ("withheld", sum(outcome.withheld for outcome in outcomes)),
    ]
    return "\n".join(f"{name:<18}{count:>9}" for name, count in rows)


def _write_junit(session: Session, outcomes: Sequence[Outcome], path: Path) -> None:
    from qticonv.report.junit import to_junit

    files = ((outcome.job.name, outcome.diagnostics) for outcome in outcomes)
    document = to_junit(files, suite="qticonv batch", strict=session.strict)
    session.write(path, document.encode("utf-8"))
