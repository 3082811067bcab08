"""What a batch has done so far: one JSON line a file, appended as soon as the file is finished.

A killed run leaves at most one torn last line, which is ignored; everything before it counts when the run is resumed.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import asdict

from qticonv.batch import storage
from qticonv.diagnostics import Diagnostic

NAME = ".qticonv-batch.jsonl"
_STORE_SECONDS = 30  # what a killed run into an object store does again at most


class Entry(Struct, frozen=True, kw_only=True, gc=False):
    """One finished file.

    ``settings`` is a hash of the options and the program's version, ``digest`` one of the input; ``outputs`` are names
    below the output folder with their sizes in bytes, ``images`` files beside the input with their hashes. ``problems``
    counts diagnostics by severity.
    """

    name: str
    settings: str
    digest: str
    outputs: Mapping[str, int]
    status: str
    items: int
    withheld: int
    problems: Mapping[str, int]
    images: Mapping[str, str] = field(default_factory=dict)


def load(folder: str) -> dict[str, Entry]:
    """Return the last entry of every file of an earlier run into ``folder``."""
    data = storage.read(storage.join(folder, NAME))
    entries: dict[str, Entry] = {}
    if isinstance(data, Diagnostic):
        return entries
    for line in data.decode("utf-8", "replace").splitlines():
        with suppress(ValueError, TypeError):
            entry = Entry(**json.loads(line))
            entries[entry.name] = entry
    return entries


class Recorder(AbstractContextManager["Recorder"]):
    """Appends entries to the manifest; locally as they come, in an object store as a whole now and then.

    Raises :class:`StorageError` where the manifest cannot be written: then nothing else could be either.
    """

    def __init__(self, folder: str, kept: Iterable[Entry]) -> None:
        self._location = storage.join(folder, NAME)
        self._remote: list[str] | None = None
        if storage.is_url(folder):
            self._remote = [_line(entry) for entry in kept]
            self._store()
        else:
            self._append(_torn_line_end(Path(self._location)))

    def add(self, entries: Iterable[Entry]) -> None:
        """Record finished files."""
        lines = [_line(entry) for entry in entries]
        if self._remote is None:
            self._append("".join(lines))
            return
        self._remote += lines
        if time.monotonic() - self._stored > _STORE_SECONDS:
            self._store()

    def __exit__(self, *exception: object) -> None:
        """Store what is not stored yet."""
        if self._remote is not None:
            self._store()

    def _append(self, text: str) -> None:
        path = Path(self._location)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as file:
                file.write(text.encode("utf-8"))
        except OSError as error:
            raise storage.StorageError(
                f"{storage.shown(self._location)}: {(error.strerror or str(error)).lower()}"
            ) from None

    def _store(self) -> None:
        trouble = storage.write(self._location, "".join(self._remote or ()).encode("utf-8"), force=True)
        if trouble is not None:
            raise storage.StorageError(trouble.message)
        self._stored = time.monotonic()


def _torn_line_end(path: Path) -> str:
    """A killed run may have left a torn line; what follows must not be glued to it."""
    with suppress(OSError), path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return "" if file.read() == b"\n" else "\n"
    return ""


def _line(entry: Entry) -> str:
    return json.dumps(asdict(entry), sort_keys=True) + "\n"
