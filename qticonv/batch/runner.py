"""Plan a batch and run it on an executor."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

import qticonv
from qticonv.batch import manifest, storage
from qticonv.batch.worker import Job, Outcome, Task, failed, run_jobs
from qticonv.diagnostics import Code, Diagnostic, diagnose
from qticonv.formats import FORMATS

_CHUNK = 16  # files a task: enough to hide what handing over costs, few enough to keep all workers busy
_SUFFIXES = tuple(entry.suffix for entry in FORMATS if entry.write)
_AHEAD = 4  # tasks a worker that are handed over in advance


class Plan(Struct, frozen=True, kw_only=True, gc=False):
    """What is to be done: ``jobs``, the entries of ``unchanged`` files, and inputs that cannot be part of the batch."""

    jobs: tuple[Job, ...]
    unchanged: tuple[manifest.Entry, ...]
    diagnostics: tuple[Diagnostic, ...]


def settings_of(task: Task) -> str:
    """Return a hash of everything but the input that the outputs depend on."""
    relevant = (qticonv.__version__, task.prepare, task.write, task.targets, task.strict)
    return hashlib.sha256(repr(relevant).encode("utf-8", "surrogatepass")).hexdigest()


def find_jobs(locations: Iterable[str], folder: str) -> tuple[list[Job], list[Diagnostic]]:
    """Return a job for every file at or below ``locations``; two that would write the same outputs are reported.

    Outputs in ``folder``, of an earlier run, are no inputs even where they lie among them.
    """
    walks = (storage.walk(storage.absolute(location), leave_out=folder) for location in locations)
    jobs: dict[str, Job] = {}
    doubtful: list[Job] = []
    found: list[Diagnostic] = []
    for entry in chain.from_iterable(walks):
        if isinstance(entry, storage.StorageError):
            found.append(diagnose(Code.INPUT_UNREADABLE, str(entry)))
            continue
        job = Job(location=entry[0], name=entry[1])
        if any(_makers(job, folder)):
            doubtful.append(job)
        else:
            found += _take(job, jobs)
    for job in doubtful:
        if not any(maker in jobs for maker in _makers(job, folder)):
            found += _take(job, jobs)
    return list(jobs.values()), found


def _makers(job: Job, folder: str) -> Iterator[str]:
    """Yield the stems of the outputs that would be written where this input lies."""
    name = storage.name_below(folder, job.location)
    if name is not None:
        yield from (name.removesuffix(suffix) for suffix in _SUFFIXES if name.endswith(suffix))


def _take(job: Job, jobs: dict[str, Job]) -> Iterator[Diagnostic]:
    first = jobs.setdefault(job.output_stem, job)
    if first.location != job.location:
        names = f"{storage.shown(job.location)} and {storage.shown(first.location)}"
        yield diagnose(Code.OUTPUT_COLLISION, f"{names} have the same output name")


def plan(locations: Iterable[str], task: Task, *, redo: bool) -> Plan:
    """Decide what is to be done; files that an earlier run finished and that did not change are skipped."""
    jobs, found = find_jobs(locations, task.folder)
    done = manifest.load(task.folder)
    settings = settings_of(task)
    size_of = storage.sizes(task.folder)
    todo: list[Job] = []
    unchanged: list[manifest.Entry] = []
    for job in jobs:
        entry = done.get(job.name)
        if not redo and entry is not None and entry.settings == settings and _is_current(job, entry, size_of):
            unchanged.append(entry)
        else:
            todo.append(replace(job, overwrite=entry is not None))
    return Plan(jobs=tuple(todo), unchanged=tuple(unchanged), diagnostics=tuple(found))


def _is_current(job: Job, entry: manifest.Entry, size_of: Callable[[str], int | None]) -> bool:
    """Whether inputs and outputs are as they were; sizes first, because they cost least."""
    if entry.status == "failed" or any(size_of(name) != size for name, size in entry.outputs.items()):
        return False
    inputs = {job.location: entry.digest}
    folder = storage.parent(job.location)
    if folder is not None:
        inputs |= {str(folder / name): digest for name, digest in entry.images.items()}
    return all(_holds(location, digest) for location, digest in inputs.items())


def _holds(location: str, digest: str) -> bool:
    data = storage.read(location)
    return not isinstance(data, Diagnostic) and storage.digest(data) == digest


def run(
    planned: Plan, task: Task, executor: Executor, *, workers: int, progress: Callable[[Outcome], None]
) -> list[Outcome]:
    """Run the jobs and return their outcomes in the order of the plan; each is recorded as soon as it is there.

    What the manifest holds of an outcome is not kept in memory: a batch may have a million files.

    On an interruption the jobs that have not begun are dropped, those at work are finished and recorded, and
    :class:`KeyboardInterrupt` goes on. Raises :class:`StorageError` where the manifest cannot be written.
    """
    settings = settings_of(task)
    outcomes: dict[str, Outcome] = {}
    pending: dict[Future[list[Outcome]], Sequence[Job]] = {}
    storage.sweep(task.folder, (job.output_stem + suffix for job in planned.jobs for suffix in _SUFFIXES))

    with manifest.Recorder(task.folder, planned.unchanged) as recorder:

        def take(done: Iterable[Future[list[Outcome]]]) -> None:
            for future in done:
                batch = _result(future, pending.pop(future))
                recorder.add(_entry(outcome, settings) for outcome in batch)
                for outcome in batch:
                    outcomes[outcome.job.name] = replace(outcome, digest="", outputs={}, images={})  # now on disk
                    progress(outcome)

        try:
            for chunk in _chunks(planned.jobs, workers):
                pending[_submit(executor, chunk, task)] = chunk
                if len(pending) >= workers * _AHEAD:
                    take(wait(pending, return_when=FIRST_COMPLETED).done)
            while pending:
                take(wait(pending, return_when=FIRST_COMPLETED).done)
        except KeyboardInterrupt:
            take(wait([future for future in pending if not future.cancel()]).done)
            raise
    return [outcomes[job.name] for job in planned.jobs]


def _submit(executor: Executor, chunk: Sequence[Job], task: Task) -> Future[list[Outcome]]:
    """Hand a chunk over; an executor that takes nothing any more (its workers died) gives a future that says so."""
    try:
        return executor.submit(run_jobs, chunk, task)
    except RuntimeError as error:
        future: Future[list[Outcome]] = Future()
        future.set_exception(error)
        return future


def _result(future: Future[list[Outcome]], chunk: Sequence[Job]) -> list[Outcome]:
    """Return the outcomes of a chunk; where its worker died, every job of it failed, and a later run does them."""
    try:
        return future.result()
    except Exception as error:
        message = f"the worker stopped: {str(error) or type(error).__name__}"
        return [failed(job, "", (diagnose(Code.INTERNAL, f"{job.name}: {message}"),)) for job in chunk]


def _chunks(jobs: Sequence[Job], workers: int) -> Iterator[Sequence[Job]]:
    size = max(1, min(_CHUNK, len(jobs) // (workers * _AHEAD)))
    for start in range(0, len(jobs), size):
        yield jobs[start : start + size]


def _entry(outcome: Outcome, settings: str) -> manifest.Entry:
    return manifest.Entry(
        name=outcome.job.name,
        settings=settings,
        digest=outcome.digest,
        outputs=outcome.outputs,
        status=outcome.status,
        items=outcome.items,
        withheld=outcome.withheld,
        problems=outcome.problems,
        images=outcome.images,
    )
