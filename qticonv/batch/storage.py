"""Where batch inputs come from and outputs go to: local paths, or URLs that fsspec knows (extra ``cloud``)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from qticonv.diagnostics import Code, Diagnostic, diagnose
from qticonv.outputs import read_input, write_output

_MAX_DEPTH = 64


def is_url(path: str) -> bool:
    """Whether ``path`` is for fsspec rather than the local file system."""
    return "://" in path


def _filesystem(url: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError:
        raise StorageError(f"{url}: URLs need the extra `cloud`: pip install 'qticonv[cloud]'") from None
    try:
        files, path = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError, OSError) as error:
        raise StorageError(f"{url}: {error}") from None
    return files, str(path)


class StorageError(Exception):
    """A location cannot be used at all; the message says why."""


def join(folder: str, name: str) -> str:
    """Return the location of ``name`` (relative, forward slashes) below ``folder``."""
    return f"{folder.rstrip('/')}/{name}" if is_url(folder) else str(Path(folder, name))


def walk(location: str) -> Iterator[tuple[str, str]]:
    """Yield ``(location, relative name)`` of the file ``location``, or of every file below it, sorted by name.

    Hidden files are left out. Links to folders are not followed, so that a loop of folders ends.
    """
    if is_url(location):
        yield from _walk_url(location)
        return
    root = Path(location)
    if not root.is_dir():
        yield location, root.name
        return
    for path in _walk_folder(root, 0):
        yield str(path), path.relative_to(root).as_posix()


def _walk_folder(folder: Path, depth: int) -> Iterator[Path]:
    if depth > _MAX_DEPTH:
        return
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for path in entries:
        if path.name.startswith("."):
            continue
        if path.is_dir():
            if not path.is_symlink():
                yield from _walk_folder(path, depth + 1)
        elif path.is_file():
            yield path


def _walk_url(url: str) -> Iterator[tuple[str, str]]:
    files, root = _filesystem(url)
    if not files.isdir(root):
        yield url, PurePosixPath(root).name
        return
    scheme = url.partition("://")[0]
    for path in sorted(files.find(root)):
        name = path.removeprefix(root).lstrip("/")
        if not any(part.startswith(".") for part in PurePosixPath(name).parts):
            yield f"{scheme}://{path.lstrip('/')}", name


def read(location: str) -> bytes | Diagnostic:
    """Return the content of ``location``, or a diagnostic where it cannot be read."""
    if not is_url(location):
        got = read_input(location)
        return got if isinstance(got, Diagnostic) else got.data
    try:
        files, path = _filesystem(location)
        data: bytes = files.cat_file(path)
    except StorageError as error:
        return diagnose(Code.INPUT_UNREADABLE, str(error))
    except Exception as error:  # every fsspec backend raises its own kinds
        return diagnose(Code.INPUT_UNREADABLE, f"{location}: {error}")
    return data


def write(location: str, data: bytes, *, force: bool) -> Diagnostic | None:
    """Write ``data`` in one step; return a diagnostic where that is not possible. Object stores write whole objects."""
    if not is_url(location):
        return write_output(Path(location), data, force=force)
    try:
        files, path = _filesystem(location)
        if not force and files.exists(path) and files.cat_file(path) != data:
            return diagnose(Code.OUTPUT_EXISTS, f"{location} exists already", hint="use --force to overwrite it")
        files.pipe_file(path, data)
    except StorageError as error:
        return diagnose(Code.OUTPUT_UNWRITABLE, str(error))
    except Exception as error:  # every fsspec backend raises its own kinds
        return diagnose(Code.OUTPUT_UNWRITABLE, f"{location}: {error}")
    return None


def size(location: str) -> int | None:
    """Return the size of ``location`` in bytes, or ``None`` where there is no such file."""
    try:
        if is_url(location):
            files, path = _filesystem(location)
            return int(files.size(path))
        return Path(location).stat().st_size
    except Exception:  # not there, whatever the backend calls it
        return None


def digest(data: bytes) -> str:
    """Return the hash by which an unchanged input is known."""
    return hashlib.sha256(data).hexdigest()
