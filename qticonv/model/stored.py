"""Content that need not fit into memory: a file that was written and is to be read, perhaps more than once."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, BinaryIO, cast

from qticonv.model.reading import Source

IN_MEMORY = 4 * 1024 * 1024  # bytes; what is longer goes to a temporary file
_CHUNK = 1 << 20


@cache
def _temporary_class() -> Callable[[int], Any]:
    from tempfile import SpooledTemporaryFile  # commands that write nothing start without it

    class Temporary(SpooledTemporaryFile[bytes]):
        def __del__(self) -> None:
            self.close()  # an artifact is kept for as long as its caller likes, so that nobody else knows when

    return Temporary


def temporary() -> BinaryIO:
    """Return a new file that is kept in memory while it is small, and is gone when nothing refers to it any more."""
    return cast("BinaryIO", _temporary_class()(IN_MEMORY))


class Stored(Source, frozen=True, gc=False, kw_only=True):
    """A source whose bytes stand in a file; ``data`` is empty, so that nobody takes them for it by mistake."""

    file: BinaryIO

    @property
    def size(self) -> int:
        """The length in bytes."""
        return self.file.seek(0, io.SEEK_END)


def opened(source: Source) -> BinaryIO:
    """Return the content of ``source`` as a file that stands at its beginning. It may be opened again, but not twice
    at a time, and is not to be closed.
    """
    if not isinstance(source, Stored):
        return io.BytesIO(source.data)
    source.file.seek(0)
    return source.file


def chunks(file: BinaryIO) -> Iterator[bytes]:
    """Yield the rest of ``file`` in pieces of at most a megabyte."""
    while chunk := file.read(_CHUNK):
        yield chunk


def in_memory(source: Source) -> Source:
    """Return ``source`` with its bytes in memory, for what needs all of them at once."""
    return Source(source.name, opened(source).read(), source.folder) if isinstance(source, Stored) else source
