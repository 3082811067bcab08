"""What a batch has done so far: one JSON line a file, appended as soon as the file is finished.

A killed run leaves at most one torn last line, which is ignored; everything before it counts when the run is resumed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from qticonv.batch import storage
from qticonv.diagnostics import Diagnostic

NAME = ".qticonv-batch.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One finished file.

    ``settings`` is a hash of the options and the program's version, ``digest`` one of the input; ``outputs`` are names
    below the output folder with their sizes in bytes. ``problems`` counts diagnostics by severity.
    """

    name: str
    settings: str
    digest: str
    outputs: Mapping[str, int]
    status: str
    items: int
    withheld: int
    problems: Mapping[str, int]


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


class Recorder:
    """Appends entries to the manifest; locally a line at a time, in an object store as a whole at the end."""

    def __init__(self, folder: str, kept: Iterable[Entry]) -> None:
        self._location = storage.join(folder, NAME)
        self._remote: list[str] | None = [_line(entry) for entry in kept] if storage.is_url(folder) else None
        if self._remote is None:
            Path(self._location).parent.mkdir(parents=True, exist_ok=True)
            self._start_on_a_new_line()

    def _start_on_a_new_line(self) -> None:
        """A killed run may have left a torn line; what follows must not be glued to it."""
        path = Path(self._location)
        if path.exists() and path.stat().st_size and not path.read_bytes().endswith(b"\n"):
            with path.open("ab") as file:
                file.write(b"\n")

    def add(self, entries: Iterable[Entry]) -> None:
        """Record finished files."""
        lines = [_line(entry) for entry in entries]
        if self._remote is not None:
            self._remote += lines
        elif lines:
            with Path(self._location).open("ab") as file:
                file.write("".join(lines).encode("utf-8"))

    def close(self) -> None:
        """Store the manifest where it could not be appended to."""
        if self._remote is not None:
            storage.write(self._location, "".join(self._remote).encode("utf-8"), force=True)


def _line(entry: Entry) -> str:
    return json.dumps(asdict(entry), sort_keys=True) + "\n"
