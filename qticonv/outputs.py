"""Files on disk: read inputs, write outputs atomically, never overwrite unasked."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from qticonv.diagnostics import Code, Diagnostic, diagnose
from qticonv.model import Source

_TEMPORARY, _NAMED = ".qticonv-", 120  # how temporary files begin, and how much of the output's name they bear
MAX_INPUT = 536_870_912
_CHUNK = 1 << 20  # bytes that are copied or compared at once


def display_name(path: str) -> str:
    """Return the name under which diagnostics speak of ``path``: relative where it can be, with forward slashes."""
    if path == "-":
        return "stdin"
    given = Path(path)
    if given.is_absolute():
        with suppress(ValueError):
            return given.relative_to(Path.cwd()).as_posix()
        return given.name
    return given.as_posix()


def shown_path(path: Path) -> str:
    """Return how messages speak of a file that is written: relative where it can be, else as it was given."""
    with suppress(ValueError):
        return path.relative_to(Path.cwd()).as_posix()
    return path.as_posix()


def read_input(path: str) -> Source | Diagnostic:
    """Read a file, or standard input for ``-``; return a diagnostic where it cannot be read whole."""
    name = display_name(path)
    try:
        if path == "-":
            return _take(name, sys.stdin.buffer, None)
        given = Path(path)
        if given.is_dir():
            return diagnose(Code.INPUT_UNREADABLE, f"{name} is a directory", hint="use `qticonv batch` for directories")
        with given.open("rb") as file:
            return _take(name, file, given.parent)
    except OSError as error:
        return diagnose(Code.INPUT_UNREADABLE, f"{name}: {_reason(error)}")
    except ValueError as error:  # an embedded NUL in the path
        return diagnose(Code.INPUT_UNREADABLE, f"{name!r}: {error}")


def _take(name: str, file: BinaryIO, folder: Path | None) -> Source | Diagnostic:
    """Read ``file``: never more than the limit, and only as one state of it."""
    before = os.fstat(file.fileno())
    too_large = diagnose(Code.INPUT_UNREADABLE, f"{name} is larger than {MAX_INPUT // 1_048_576} MiB")
    if before.st_size > MAX_INPUT:
        return too_large
    data = file.read(before.st_size + 1) if before.st_size else b"".join(_chunks(file))
    after = os.fstat(file.fileno())
    if len(data) > MAX_INPUT:
        return too_large
    if stat.S_ISREG(after.st_mode) and (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        return diagnose(Code.INPUT_CHANGED, f"{name} changed while it was read")
    return Source(name, data, folder)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    """Yield what a pipe or a device holds, until it is too much."""
    total = 0
    while total <= MAX_INPUT and (chunk := file.read(65_536)):
        total += len(chunk)
        yield chunk


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def output_stem(name: str) -> str:
    """Return the stem of the outputs of an input called ``name``: ``quiz.bank.yaml`` and ``quiz.txt`` give ``quiz``."""
    base = PurePosixPath(name).name
    for suffix in (".bank.yaml", ".bank.json", ".bank.yml"):
        if base.lower().endswith(suffix):
            return base[: -len(suffix)] or "quiz"
    return PurePosixPath(base).stem or "quiz"


def write_output(path: Path, data: bytes | BinaryIO, *, force: bool) -> Diagnostic | None:
    """Write ``data`` (bytes, or all of a file) to ``path`` in one step; return a diagnostic where that is not possible.

    A file that holds ``data`` already is left as it is, with or without ``force``.
    The bytes go to a temporary file in the same folder, which is then moved into place, so that a full disk or an
    interruption leaves either the old file or the new one.
    """
    import shutil
    import tempfile

    shown = shown_path(path)
    content = io.BytesIO(data) if isinstance(data, bytes) else data
    if _holds(path, content):
        return None
    if path.exists() and not force:
        return diagnose(Code.OUTPUT_EXISTS, f"{shown} exists already", hint="use --force to overwrite it")
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f"{_TEMPORARY}{path.name[:_NAMED]}-", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            content.seek(0)
            shutil.copyfileobj(content, file, _CHUNK)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
        temporary = None
    except OSError as error:
        return diagnose(Code.OUTPUT_UNWRITABLE, f"{shown}: {_reason(error)}")
    finally:
        if temporary is not None:
            with suppress(OSError):
                Path(temporary).unlink()
    return None


def sweep(folder: Path, names: Collection[str]) -> None:
    """Remove what killed runs left in ``folder`` of the outputs called ``names``: their temporary files."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(_TEMPORARY) and entry.name[len(_TEMPORARY) :].rpartition("-")[0] in names:
                with suppress(OSError):
                    Path(entry.path).unlink()


def _holds(path: Path, content: BinaryIO) -> bool:
    try:
        if path.stat().st_size != content.seek(0, io.SEEK_END):
            return False
        content.seek(0)
        with path.open("rb") as file:
            return all(chunk == content.read(len(chunk)) for chunk in iter(lambda: file.read(_CHUNK), b""))
    except OSError:
        return False


def _umask() -> int:
    value = os.umask(0)
    os.umask(value)
    return value
