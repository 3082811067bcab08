"""One job: read a file, convert it, write its outputs. Runs in any process of any executor."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote

from msgspec import Struct, field

from qticonv.batch import storage
from qticonv.diagnostics import Code, Diagnostic, Severity, diagnose
from qticonv.model import Asset, Source
from qticonv.model.options import CheckOptions, WriteOptions
from qticonv.model.stored import opened
from qticonv.outputs import output_stem
from qticonv.pipeline import Conversion, PrepareOptions, convert, prepare


class Job(Struct, frozen=True, kw_only=True, gc=False):
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


class Task(Struct, frozen=True, kw_only=True, gc=False):
    """What is the same for all jobs of a batch."""

    prepare: PrepareOptions
    write: WriteOptions
    check: CheckOptions
    targets: tuple[str, ...]
    folder: str
    strict: bool
    force: bool


class Outcome(Struct, frozen=True, kw_only=True, gc=False):
    """What came of one job.

    ``outputs`` are names below the output folder with their sizes in bytes; ``images`` are the files beside the input
    that went into them, with their hashes. Where an image was missing, ``digest`` is empty: it may come.
    """

    job: Job
    digest: str
    status: str  # converted | withheld | refused | failed
    items: int
    withheld: int
    outputs: dict[str, int]
    diagnostics: tuple[Diagnostic, ...]
    images: dict[str, str] = field(default_factory=dict)

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
        return failed(job, "", (found,))


def failed(job: Job, digest: str, diagnostics: tuple[Diagnostic, ...]) -> Outcome:
    """Return the outcome of a job that a later run has to do again."""
    return Outcome(job=job, digest=digest, status="failed", items=0, withheld=0, outputs={}, diagnostics=diagnostics)


def _run(job: Job, task: Task) -> Outcome:
    data = storage.read(job.location)
    if isinstance(data, Diagnostic):
        return failed(job, "", (data,))
    digest = storage.digest(data)
    folder = storage.parent(job.location)
    prepared = prepare([Source(job.name, data, folder)], task.prepare)
    conversion = convert(prepared, task.targets, task.write, task.check)
    written = _write(job, task, conversion)
    if isinstance(written, Diagnostic):
        return failed(job, digest, (*conversion.diagnostics, written))
    if any(found.code is Code.INTERNAL for found in conversion.diagnostics):
        return failed(job, digest, conversion.diagnostics)
    withheld = max((artifact.withheld for artifact in conversion.artifacts), default=len(prepared.withheld))
    complete = all(found.code is not Code.ASSET_MISSING for found in conversion.diagnostics)
    return Outcome(
        job=job,
        digest=digest if complete else "",
        status=_status(written, withheld, conversion.diagnostics),
        items=len(prepared.bank.items),
        withheld=withheld,
        outputs=written,
        diagnostics=conversion.diagnostics,
        images=_images(folder, prepared.bank.assets.values()),
    )


def _write(job: Job, task: Task, conversion: Conversion) -> dict[str, int] | Diagnostic:
    """Write the outputs and return their names and sizes; none where ``--strict`` forbids it."""
    if task.strict and any(found.severity is not Severity.NOTE for found in conversion.diagnostics):
        return {}
    outputs: dict[str, int] = {}
    for artifact in conversion.artifacts:
        name = f"{job.output_stem}{artifact.suffix}"
        content = opened(artifact.content)
        trouble = storage.write(storage.join(task.folder, name), content, force=task.force or job.overwrite)
        if trouble is not None:
            return trouble
        outputs[name] = artifact.content.size
    return outputs


def _images(folder: Path | None, assets: Iterable[Asset]) -> dict[str, str]:
    """Return the files that the assets were read from (relative, as named or unquoted) and their hashes."""
    loaded = [(asset.path, asset.data) for asset in assets if asset.data is not None and folder is not None]
    return {
        name: storage.digest(data)
        for path, data in loaded
        for name in dict.fromkeys((path.replace("\\", "/"), unquote(path)))
        if folder is not None and (folder / name).is_file()
    }


def _status(outputs: dict[str, int], withheld: int, diagnostics: Sequence[Diagnostic]) -> str:
    if not outputs:
        return "refused"
    errors = any(found.severity is Severity.ERROR for found in diagnostics)
    return "withheld" if withheld or errors else "converted"
