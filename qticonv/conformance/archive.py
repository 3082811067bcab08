"""Reading a zip of any origin without trusting it: sizes, paths, links and names are checked before a byte is used."""

from __future__ import annotations

import io
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from qticonv.diagnostics import Code, Diagnostic, SourceSpan, diagnose
from qticonv.model.stored import IN_MEMORY, temporary

MAX_MEMBERS = 250_000  # a bank of 100,000 items is one file an item
MAX_MEMBER_BYTES = 256 * 1024 * 1024
MAX_TOTAL_BYTES = 1024 * 1024 * 1024
# Deflate cannot pass 1032:1, so a bomb shows in the ratio; canvas_unzip stops at 100:1 for the whole file.
MAX_RATIO = 100
_RATIO_FREE_BYTES = 10 * 1024 * 1024  # small archives may be as dense as they like
_ORDINARY = (0x00, 0x08)  # flags; 8: the sizes follow the data, and stand in the directory
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


@dataclass(frozen=True, slots=True)
class Archive:
    """The files of a zip by path (forward slashes, no folders), in the order of the zip's directory."""

    _zip: zipfile.ZipFile
    _file: BinaryIO
    _members: dict[str, zipfile.ZipInfo]

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def size(self, name: str) -> int:
        """Return the unpacked size in bytes that the zip states for ``name``."""
        return self._members[name].file_size

    def read(self, name: str, limit: int = MAX_MEMBER_BYTES) -> bytes:
        """Return the content of ``name``; raise :class:`KeyError` if absent, :class:`ArchiveError` if unsound."""
        member = self._members[name]
        if member.file_size > limit:
            raise ArchiveError(f"{name!r} is larger than {limit // 2**20} MB")
        data = self._unpack(member)
        return self._read_with_care(member, limit) if data is None else data

    def unpack(self, name: str) -> BinaryIO:
        """Return the content of ``name`` as a file that need not fit into memory; raise as :meth:`read` does."""
        member = self._members[name]
        if member.file_size <= IN_MEMORY or member.file_size > MAX_MEMBER_BYTES:
            return io.BytesIO(self.read(name))
        unpacked = temporary()
        try:
            with self._zip.open(member) as file:
                shutil.copyfileobj(file, unpacked)  # zipfile stops at the size that the directory states
        except _UNREADABLE as error:
            raise ArchiveError(f"{name!r} cannot be unpacked: {error}") from None
        unpacked.seek(0)
        return unpacked

    def _unpack(self, member: zipfile.ZipInfo) -> bytes | None:
        """Unpack an ordinary member; None for any other, which zipfile reads, or says what is wrong with it."""
        if member.header_offset < 0:  # a wrong directory leads anywhere
            return None
        name = member.orig_filename.encode("ascii", "replace")
        self._file.seek(member.header_offset)
        header = self._file.read(_LOCAL.size + len(name))
        if len(header) < _LOCAL.size + len(name):
            return None
        signature, flags, method, name_length, extra = _LOCAL.unpack_from(header)
        if (signature, name_length) != (b"PK\x03\x04", len(name)) or header[_LOCAL.size :] != name:
            return None
        if not member.flag_bits == flags in _ORDINARY or not member.compress_type == method == zipfile.ZIP_DEFLATED:
            return None
        packed = self._file.read(extra + member.compress_size)[extra:]
        return _inflate(packed, member)

    def _read_with_care(self, member: zipfile.ZipInfo, limit: int) -> bytes:
        name = member.filename
        try:
            with self._zip.open(member) as file:
                data = file.read(limit + 1)
        except _UNREADABLE as error:
            raise ArchiveError(f"{name!r} cannot be unpacked: {error}") from None
        if len(data) > limit:
            raise ArchiveError(f"{name!r} unpacks to more than {limit // 2**20} MB")
        return data


def _inflate(packed: bytes, member: zipfile.ZipInfo) -> bytes | None:
    """Return what ``packed`` holds if that is exactly what the directory says of it."""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = inflate.decompress(packed, member.file_size + 1)
    except zlib.error:
        return None
    whole = inflate.eof and not inflate.unused_data and len(data) == member.file_size
    return data if whole and zlib.crc32(data) == member.CRC else None


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
    return Archive(archive, file, _by_name(members))


def _check_sizes(members: list[zipfile.ZipInfo], packed: int) -> None:
    total = sum(member.file_size for member in members)
    if total > MAX_TOTAL_BYTES:
        raise ArchiveError(f"the zip unpacks to more than {MAX_TOTAL_BYTES // 2**20} MB")
    if total > _RATIO_FREE_BYTES and total > MAX_RATIO * packed:
        raise ArchiveError(f"the zip unpacks to more than {MAX_RATIO} times its size, as zip bombs do")


def _by_name(members: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    found: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        _check_member(member)
        if member.is_dir():
            continue
        if member.filename in found:
            raise ArchiveError(f"{member.filename!r} stands in the zip twice")
        found[member.filename] = member
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
