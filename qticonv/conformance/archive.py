"""Reading a zip of any origin without trusting it: sizes, paths, links and names are checked before a byte is used."""

from __future__ import annotations

import io
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, NamedTuple

from qticonv.diagnostics import Code, Diagnostic, SourceSpan, diagnose
from qticonv.model.stored import IN_MEMORY, temporary

MAX_MEMBERS = 250_000  # a bank of 100,000 items is one file an item
MAX_MEMBER_BYTES = 256 * 1024 * 1024
MAX_TOTAL_BYTES = 1024 * 1024 * 1024
# Deflate cannot pass 1032:1, so a bomb shows in the ratio; canvas_unzip stops at 100:1 for the whole file.
MAX_RATIO = 100
_RATIO_FREE_BYTES = 10 * 1024 * 1024  # small archives may be as dense as they like
_ORDINARY = (0x00, 0x08)  # flags; 8: the sizes follow the data, and stand in the directory
_PART = 16_384  # bytes that are unpacked at once: at most 16 MB come of them
_RECORD = struct.Struct("<qQQL?")
_LOCAL = struct.Struct("<4s2xHH16xHH")  # of a local header: signature, flags, method, lengths of name and extra field

# What zipfile raises for damaged, encrypted or unknown content; a wrong offset makes it seek to a negative place.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OSError)


class ArchiveError(Exception):
    """The archive, or one member of it, was not taken."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def diagnostic(self, source: str, target: str | None = None) -> Diagnostic:
        """Return what is to be said about it; ``source`` names the archive."""
        span = SourceSpan(source, 1, 1)
        return diagnose(Code.ARCHIVE_UNSAFE, f"{source}: {self.message}", span=span, target=target)


class Archive:
    """The files of a zip by path (forward slashes, no folders), in the order of the zip's directory.

    What the directory says of a file is kept in a few bytes: there may be 100,000.
    """

    __slots__ = ("_file", "_members", "_zip")

    def __init__(self, file: BinaryIO, members: dict[str, bytes]) -> None:
        self._file = file
        self._members = members
        self._zip: zipfile.ZipFile | None = None

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def size(self, name: str) -> int:
        """Return the unpacked size in bytes that the zip states for ``name``."""
        return _Member.unpacked(self._members[name]).size

    def read(self, name: str, limit: int = MAX_MEMBER_BYTES) -> bytes:
        """Return the content of ``name``; raise :class:`KeyError` if absent, :class:`ArchiveError` if unsound."""
        member = _Member.unpacked(self._members[name])
        if member.size > limit:
            raise ArchiveError(f"{name!r} is larger than {limit // 2**20} MB")
        data = self._unpack(name, member) if member.is_ordinary else None
        if data is not None:
            return data
        with self._opened(name) as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            raise ArchiveError(f"{name!r} unpacks to more than {limit // 2**20} MB")
        return data

    def unpack(self, name: str) -> BinaryIO:
        """Return the content of ``name`` as a file that need not fit into memory; raise as :meth:`read` does."""
        member = _Member.unpacked(self._members[name])
        if not IN_MEMORY < member.size <= MAX_MEMBER_BYTES:
            return io.BytesIO(self.read(name))
        unpacked = temporary()
        if not (member.is_ordinary and self._stands_at(name, member) and _inflate_into(unpacked, self._file, member)):
            unpacked.seek(0)
            unpacked.truncate()
            with self._opened(name) as file:
                shutil.copyfileobj(file, unpacked)  # zipfile stops at the size that the directory states
        unpacked.seek(0)
        return unpacked

    @contextmanager
    def _opened(self, name: str) -> Iterator[IO[bytes]]:
        """Let zipfile read a file, and say what is wrong with it."""
        try:
            self._zip = self._zip or zipfile.ZipFile(self._file)
            with self._zip.open(name) as file:
                yield file
        except _UNREADABLE as error:
            raise ArchiveError(f"{name!r} cannot be unpacked: {error}") from None

    def _unpack(self, name: str, member: _Member) -> bytes | None:
        """Unpack an ordinary member in a quarter of zipfile's time; None where anything is not as it should be."""
        return _inflate(self._file.read(member.packed), member) if self._stands_at(name, member) else None

    def _stands_at(self, name: str, member: _Member) -> bool:
        """Whether the local header is that of the member; if so, go to its data."""
        encoded = name.encode("ascii")
        self._file.seek(member.offset)
        header = self._file.read(_LOCAL.size + len(encoded))
        if len(header) < _LOCAL.size + len(encoded):
            return False
        signature, flags, method, name_length, extra = _LOCAL.unpack_from(header)
        if (signature, method, name_length) != (b"PK\x03\x04", zipfile.ZIP_DEFLATED, len(encoded)):
            return False
        if extra:
            self._file.seek(extra, io.SEEK_CUR)
        return flags in _ORDINARY and header[_LOCAL.size :] == encoded


class _Member(NamedTuple):
    """What the directory says of a member. ``is_ordinary``: deflated, with nothing unusual about it."""

    offset: int
    packed: int
    size: int
    crc: int
    is_ordinary: bool

    @classmethod
    def unpacked(cls, record: bytes) -> _Member:
        """Return what :func:`_record` packed."""
        return cls._make(_RECORD.unpack(record))


def _record(member: zipfile.ZipInfo) -> bytes:
    ordinary = (
        member.flag_bits in _ORDINARY
        and member.compress_type == zipfile.ZIP_DEFLATED
        and member.filename == member.orig_filename
        and member.filename.isascii()
        and member.header_offset >= 0  # a wrong directory leads anywhere
    )
    return _RECORD.pack(member.header_offset, member.compress_size, member.file_size, member.CRC, ordinary)


def _inflate(packed: bytes, member: _Member) -> bytes | None:
    """Return what ``packed`` holds if that is exactly what the directory says of it."""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = inflate.decompress(packed, member.size + 1)
    except zlib.error:
        return None
    whole = inflate.eof and not inflate.unused_data and len(data) == member.size
    return data if whole and zlib.crc32(data) == member.crc else None


def _inflate_into(out: BinaryIO, file: BinaryIO, member: _Member) -> bool:
    """Unpack from ``file`` to ``out``; return whether that is exactly what the directory says of the member."""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    crc = size = 0
    left = member.packed
    while left > 0 and size <= member.size:
        packed = file.read(min(left, _PART))
        left -= len(packed) or left
        try:
            data = inflate.decompress(packed)
        except zlib.error:
            return False
        crc = zlib.crc32(data, crc)
        size += out.write(data)
    return inflate.eof and not inflate.unused_data and size == member.size and crc == member.crc


def open_archive(file: BinaryIO) -> Archive:
    """Return the files of the zip ``file``; raise :class:`ArchiveError` if it is no zip or not safe to unpack."""
    try:
        archive = zipfile.ZipFile(file)
        members = archive.infolist()
    except _UNREADABLE as error:
        raise ArchiveError(f"not a zip file that can be read: {error}") from None
    if len(members) > MAX_MEMBERS:
        raise ArchiveError(f"the zip holds more than {MAX_MEMBERS} files")
    _check_sizes(members, file.seek(0, io.SEEK_END))
    return Archive(file, _by_name(members))


def _check_sizes(members: list[zipfile.ZipInfo], packed: int) -> None:
    total = sum(member.file_size for member in members)
    if total > MAX_TOTAL_BYTES:
        raise ArchiveError(f"the zip unpacks to more than {MAX_TOTAL_BYTES // 2**20} MB")
    if total > _RATIO_FREE_BYTES and total > MAX_RATIO * packed:
        raise ArchiveError(f"the zip unpacks to more than {MAX_RATIO} times its size, as zip bombs do")


def _by_name(members: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for member in members:
        _check_member(member)
        if member.is_dir():
            continue
        if member.filename in found:
            raise ArchiveError(f"{member.filename!r} stands in the zip twice")
        found[member.filename] = _record(member)
    return found


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.filename
    if not is_safe_path(member.orig_filename.removesuffix("/") if member.is_dir() else member.orig_filename):
        raise ArchiveError(f"{name!r} is not a path inside the zip")
    if member.flag_bits & 0x1:
        raise ArchiveError(f"{name!r} is encrypted")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise ArchiveError(f"{name!r} is a symbolic link")


def is_safe_path(path: str) -> bool:
    """Whether ``path`` is relative, stays inside its folder and has forward slashes and printable characters only."""
    plain = path.isprintable() and "\\" not in path and ":" not in path.partition("/")[0]
    parts = set(path.split("/")) - {"", "."}
    return plain and bool(parts) and ".." not in parts and not path.startswith("/")
