"""Plan a batch and run it on an executor."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace

import qticonv
from qticonv.batch import manifest, storage
from qticonv.batch.worker import Job, Outcome, Task, run_jobs
from qticonv.diagnostics import Code, Diagnostic, diagnose

_CHUNK = 16  # files a task: enough to hide what handing over costs, few enough to keep all workers busy
_AHEAD = 4  # tasks a worker that are handed over in advance


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done: ``jobs``, the entries of ``unchanged`` files, and inputs that cannot be part of the batch."""

    jobs: tuple[Job, ...]
    unchanged: tuple[manifest.Entry, ...]
    diagnostics: tuple[Diagnostic, ...]


def settings_of(task: Task) -> str:
    """Return a hash of everything but the input that the outputs depend on."""
    relevant = (qticonv.__version__, task.prepare, task.write, task.targets, task.strict)
    return hashlib.sha256(repr(relevant).encode("utf-8", "surrogatepass")).hexdigest()


def find_jobs(locations: Iterable[str]) -> tuple[list[Job], list[Diagnostic]]:
    """Return a job for every file at or below ``locations``; two that would write the same outputs are reported."""
    jobs: dict[str, Job] = {}
    found: list[Diagnostic] = []
    for location in locations:
        try:
            for path, name in storage.walk(location):
                job = Job(location=path, name=name)
                first = jobs.setdefault(job.output_stem, job)
                if first.location != path:
                    found.append(
                        diagnose(Code.OUTPUT_COLLISION, f"{path} and {first.location} have the same output name")
                    )
        except storage.StorageError as error:
            found.append(diagnose(Code.INPUT_UNREADABLE, str(error)))
    return list(jobs.values()), found


def plan(locations: Iterable[str], task: Task, *, redo: bool) -> Plan:
    """Decide what is to be done; files that an earlier run finished and that did not change are skipped."""
    jobs, found = find_jobs(locations)
    done = manifest.load(task.folder)
    settings = settings_of(task)
    todo: list[Job] = []
    unchanged: list[manifest.Entry] = []
    for job in jobs:
        entry = done.get(job.name)
        if not redo and entry is not None and entry.settings == settings and _is_current(job, entry, task.folder):
            unchanged.append(entry)
        else:
            todo.append(replace(job, overwrite=entry is not None))
    return Plan(jobs=tuple(todo), unchanged=tuple(unchanged), diagnostics=tuple(found))


def _is_current(job: Job, entry: manifest.Entry, folder: str) -> bool:
    if entry.status == "failed":
        return False
    data = storage.read(job.location)
    if isinstance(data, Diagnostic) or storage.digest(data) != entry.digest:
        return False
    return all(storage.size(storage.join(folder, name)) == size for name, size in entry.outputs.items())


def run(
    planned: Plan, task: Task, executor: Executor, *, workers: int, progress: Callable[[Outcome], None]
) -> list[Outcome]:
    """Run the jobs and return their outcomes in the order of the plan; each is recorded as soon as it is there.

    On an interruption the jobs that have not begun are dropped, those at work are finished and recorded, and
    :class:`KeyboardInterrupt` goes on.
    """
    settings = settings_of(task)
    recorder = manifest.Recorder(task.folder, planned.unchanged)
    outcomes: dict[str, Outcome] = {}

    def take(batch: Sequence[Outcome]) -> None:
        recorder.add(_entry(outcome, settings) for outcome in batch)
        for outcome in batch:
            outcomes[outcome.job.name] = outcome
            progress(outcome)

    pending: set[Future[list[Outcome]]] = set()
    try:
        for chunk in _chunks(planned.jobs, workers):
            pending.add(executor.submit(run_jobs, chunk, task))
            if len(pending) >= workers * _AHEAD:
                pending = _drain(pending, take)
        while pending:
            pending = _drain(pending, take)
    except KeyboardInterrupt:
        running = {future for future in pending if not future.cancel()}
        for future in wait(running).done:
            take(future.result())
        raise
    finally:
        recorder.close()
    return [outcomes[job.name] for job in planned.jobs]


def _drain(
    pending: set[Future[list[Outcome]]], take: Callable[[Sequence[Outcome]], None]
) -> set[Future[list[Outcome]]]:
    done, rest = wait(pending, return_when=FIRST_COMPLETED)
    for future in done:
        take(future.result())
    return set(rest)


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
    )
