"""Where batch inputs come from and outputs go to: local paths, or URLs that fsspec knows (extra ``cloud``)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from qticonv import outputs
from qticonv.diagnostics import Code, Diagnostic, diagnose
from qticonv.outputs import MAX_INPUT, read_input, shown_path, write_output

_MAX_DEPTH = 64


class StorageError(Exception):
    """A location cannot be used; the message says why."""


def is_url(path: str) -> bool:
    """Whether ``path`` is for fsspec rather than the local file system."""
    return "://" in path


def absolute(path: str) -> str:
    """Return ``path`` so that it means the same file in a process with another working directory."""
    return path if is_url(path) else os.path.abspath(path)  # noqa: PTH100 - Path keeps ".." and cannot be compared


def shown(location: str) -> str:
    """Return how messages speak of ``location``."""
    return location if is_url(location) else shown_path(Path(location))


@contextmanager
def _backend(url: str) -> Iterator[tuple[Any, str]]:
    """Give the file system of ``url`` and the path in it; whatever fails in between is a :class:`StorageError`."""
    try:
        import fsspec
    except ImportError:
        raise StorageError(f"{url}: URLs need the extra `cloud`: pip install 'qticonv[cloud]'") from None
    try:
        # Listings are not kept: another process may have written in between.
        files, path = fsspec.core.url_to_fs(url, use_listings_cache=False)
        yield files, str(path)
    except Exception as error:  # every backend raises its own kinds
        raise StorageError(f"{url}: {str(error) or type(error).__name__}") from None


def join(folder: str, name: str) -> str:
    """Return the location of ``name`` (relative, forward slashes) below ``folder``."""
    return f"{folder.rstrip('/')}/{name}" if is_url(folder) else str(Path(folder, name))


def parent(location: str) -> Path | None:
    """Return the folder in which images beside a file are looked for; object stores have none."""
    return None if is_url(location) else Path(location).parent


def walk(location: str, *, leave_out: str) -> Iterator[tuple[str, str] | StorageError]:
    """Yield ``(location, relative name)`` of the file ``location``, or of every file below it, sorted by name.

    Hidden files and the folder ``leave_out`` are left out. Links to folders are not followed, so that a loop of folders
    ends. A folder that cannot be listed is yielded as an error, and the others go on.
    """
    if is_url(location):
        yield from _walk_url(location, leave_out)
        return
    root = Path(location)
    if not root.is_dir():
        yield location, root.name
        return
    for path in _walk_folder(root, 0, Path(leave_out)):
        yield path if isinstance(path, StorageError) else (str(path), path.relative_to(root).as_posix())


def _walk_folder(folder: Path, depth: int, leave_out: Path) -> Iterator[Path | StorageError]:
    if depth > _MAX_DEPTH:
        yield StorageError(f"{shown(str(folder))}: folders are nested deeper than {_MAX_DEPTH}")
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield StorageError(f"{shown(str(folder))}: {(error.strerror or str(error)).lower()}")
        return
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if path != leave_out:
                yield from _walk_folder(path, depth + 1, leave_out)
        elif _is_input(entry):
            yield path


def _is_input(entry: os.DirEntry[str]) -> bool:
    """A file, or a link that leads to one or nowhere (which is reported when it is read); no pipes, no devices."""
    try:
        return entry.is_file() or (entry.is_symlink() and not Path(entry.path).exists())
    except OSError:  # a loop of links
        return True


def _walk_url(url: str, leave_out: str) -> Iterator[tuple[str, str] | StorageError]:
    try:
        with _backend(url) as (files, root):
            found = files.find(root, detail=True) if files.isdir(root) else None
    except StorageError as error:
        yield error
        return
    if found is None:
        yield url, PurePosixPath(root).name
        return
    scheme = url.partition("://")[0]
    for path, entry in sorted(found.items()):
        name, place = path.removeprefix(root).lstrip("/"), f"{scheme}://{path.lstrip('/')}"
        if name_below(leave_out, place) is not None or any(part.startswith(".") for part in PurePosixPath(name).parts):
            continue
        too_large = (entry.get("size") or 0) > MAX_INPUT
        yield StorageError(f"{place} is larger than {MAX_INPUT // 2**20} MiB") if too_large else (place, name)


def name_below(folder: str, location: str) -> str | None:
    """Return the name of ``location`` relative to ``folder``, both absolute; ``None`` where it lies elsewhere."""
    start = f"{folder.rstrip('/')}/"
    return location.removeprefix(start) if location.startswith(start) else None


def read(location: str) -> bytes | Diagnostic:
    """Return the content of ``location``, or a diagnostic where it cannot be read."""
    if not is_url(location):
        got = read_input(location)
        return got if isinstance(got, Diagnostic) else got.data
    try:
        with _backend(location) as (files, path):
            data: bytes = files.cat_file(path)
    except StorageError as error:
        return diagnose(Code.INPUT_UNREADABLE, str(error))
    return data


def write(location: str, content: bytes | BinaryIO, *, force: bool) -> Diagnostic | None:
    """Write ``content`` (bytes, or all of a file) in one step; return a diagnostic where that is not possible.

    Object stores write whole objects.
    """
    if not is_url(location):
        return write_output(Path(location), content, force=force)
    data = content if isinstance(content, bytes) else content.read()
    try:
        with _backend(location) as (files, path):
            if not force and files.exists(path) and files.cat_file(path) != data:
                return diagnose(Code.OUTPUT_EXISTS, f"{location} exists already", hint="use --force to overwrite it")
            files.pipe_file(path, data)
    except StorageError as error:
        return diagnose(Code.OUTPUT_UNWRITABLE, str(error))
    return None


def sweep(folder: str, names: Iterable[str]) -> None:
    """Remove what killed runs left of the outputs called ``names`` (below ``folder``). Object stores keep no halves."""
    if is_url(folder):
        return
    by_folder: dict[str, set[str]] = {}
    for name in names:
        parent, _, base = name.rpartition("/")
        by_folder.setdefault(parent, set()).add(base)
    for parent, bases in by_folder.items():
        outputs.sweep(Path(folder, parent), bases)


def sizes(folder: str) -> Callable[[str], int | None]:
    """Return a function from a name below ``folder`` to its size in bytes, ``None`` where there is no such file.

    An object store is asked once for all.
    """
    if not is_url(folder):
        return lambda name: _local_size(Path(folder, name))
    try:
        with _backend(folder) as (files, root):
            found = files.find(root, detail=True)
    except StorageError:  # there is nothing yet, or what is wrong will be told when it is written to
        found = {}
    known = {path.removeprefix(root).lstrip("/"): entry.get("size") for path, entry in found.items()}
    return known.get


def _local_size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def digest(data: bytes) -> str:
    """Return the hash by which an unchanged input is known."""
    return hashlib.sha256(data).hexdigest()
