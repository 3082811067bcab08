"""One job: read a file, convert it, write its outputs. Runs in any process of any executor."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from qticonv.batch import storage
from qticonv.diagnostics import Code, Diagnostic, Severity, diagnose
from qticonv.model import Source
from qticonv.model.options import CheckOptions, WriteOptions
from qticonv.outputs import output_stem
from qticonv.pipeline import PrepareOptions, convert, prepare


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One input: its location, and its name below the source folder (forward slashes).

    ``overwrite``: its outputs were written by an earlier run, so that they may be replaced.
    """

    location: str
    name: str
    overwrite: bool = False

    @property
    def output_stem(self) -> str:
        """The outputs' common name below the output folder: the source layout is mirrored."""
        folder, slash, base = self.name.rpartition("/")
        return f"{folder}{slash}{output_stem(base)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is the same for all jobs of a batch."""

    prepare: PrepareOptions
    write: WriteOptions
    check: CheckOptions
    targets: tuple[str, ...]
    folder: str
    strict: bool
    force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one job. ``outputs`` are names below the output folder with their sizes in bytes."""

    job: Job
    digest: str
    status: str  # converted | withheld | refused | failed
    items: int
    withheld: int
    outputs: dict[str, int]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def problems(self) -> dict[str, int]:
        """How many diagnostics there are of each severity."""
        return dict(Counter(found.severity.value for found in self.diagnostics))


def quiet_interrupts() -> None:
    """Leave Ctrl-C to the main process: a worker finishes the file it is at."""
    with suppress(ValueError):  # not the main thread of its process: nothing to do
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def run_jobs(jobs: Sequence[Job], task: Task) -> list[Outcome]:
    """Run some jobs one after the other; a job that goes wrong never stops the others."""
    return [_run_guarded(job, task) for job in jobs]


def _run_guarded(job: Job, task: Task) -> Outcome:
    try:
        return _run(job, task)
    except Exception as error:  # our own mistake: report it, and go on with the other files
        found = diagnose(Code.INTERNAL, f"{job.name}: {type(error).__name__}: {error}")
        return _failed(job, "", (found,))


def _failed(job: Job, digest: str, diagnostics: tuple[Diagnostic, ...]) -> Outcome:
    return Outcome(job=job, digest=digest, status="failed", items=0, withheld=0, outputs={}, diagnostics=diagnostics)


def _run(job: Job, task: Task) -> Outcome:
    data = storage.read(job.location)
    if isinstance(data, Diagnostic):
        return _failed(job, "", (data,))
    digest = storage.digest(data)
    prepared = prepare([Source(job.name, data)], task.prepare)
    conversion = convert(prepared, task.targets, task.write, task.check)
    diagnostics = list(conversion.diagnostics)
    outputs: dict[str, int] = {}
    if any(found.code is Code.INTERNAL for found in diagnostics):
        return _failed(job, digest, tuple(diagnostics))
    if not (task.strict and any(found.severity is not Severity.NOTE for found in diagnostics)):
        for artifact in conversion.artifacts:
            name = f"{job.output_stem}{artifact.suffix}"
            trouble = storage.write(storage.join(task.folder, name), artifact.data, force=task.force or job.overwrite)
            if trouble is not None:
                return _failed(job, digest, (*diagnostics, trouble))
            outputs[name] = len(artifact.data)
    withheld = max((artifact.withheld for artifact in conversion.artifacts), default=len(prepared.withheld))
    return Outcome(
        job=job,
        digest=digest,
        status=_status(outputs, withheld, diagnostics),
        items=len(prepared.bank.items),
        withheld=withheld,
        outputs=outputs,
        diagnostics=tuple(diagnostics),
    )


def _status(outputs: dict[str, int], withheld: int, diagnostics: Sequence[Diagnostic]) -> str:
    if not outputs:
        return "refused"
    errors = any(found.severity is Severity.ERROR for found in diagnostics)
    return "withheld" if withheld or errors else "converted"
