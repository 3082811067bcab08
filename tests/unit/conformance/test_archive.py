"""Zips of any origin: what is safe is read, what is not is named."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest

from qticonv.conformance.archive import ArchiveError, is_safe_path, open_archive
from qticonv.diagnostics import Code


def zip_of(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def symlink() -> zipfile.ZipInfo:
    member = zipfile.ZipInfo("images/x.png")
    member.create_system = 3
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    return member


def encrypted() -> bytes:
    data = bytearray(zip_of(("a.xml", b"x")))
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(signature) + offset] |= 1
    return bytes(data)


REFUSED = {
    "no zip": b"hello",
    "empty": b"",
    "cut off": zip_of(("a.xml", b"<a/>" * 100))[:-30],
    "parent folder": zip_of(("../../etc/passwd", b"x")),
    "absolute": zip_of(("/etc/passwd", b"x")),
    "drive": zip_of(("C:/x", b"x")),
    "backslash": zip_of(("..\\x", b"x")),
    "control character": zip_of(("a\nb", b"x")),
    "symlink": zip_of((symlink(), b"/etc/passwd")),
    "encrypted": encrypted(),
    "bomb": zip_of(("bomb", b"\0" * 40_000_000)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_unsafe_archives_are_refused(name: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        open_archive(io.BytesIO(REFUSED[name]))
    assert caught.value.diagnostic("package.zip").code is Code.ARCHIVE_UNSAFE


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_path_that_stands_twice_is_refused() -> None:
    with pytest.raises(ArchiveError, match="twice"):
        open_archive(io.BytesIO(zip_of(("a.xml", b"1"), ("a.xml", b"2"))))


def test_a_stated_size_is_not_believed() -> None:
    data = bytearray(zip_of(("a.xml", b"x" * 5000)))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(ArchiveError):
        open_archive(io.BytesIO(data)).read("a.xml", limit=100)


def test_damaged_content_is_named() -> None:
    data = bytearray(zip_of(("a.xml", bytes(range(256)) * 20)))
    data[60] ^= 0xFF
    with pytest.raises(ArchiveError, match=r"a\.xml"):
        open_archive(io.BytesIO(data)).read("a.xml")


def test_ordinary_archives_are_read() -> None:
    archive = open_archive(
        io.BytesIO(zip_of(("images/", b""), ("images/größe x.png", b"1"), ("imsmanifest.xml", b"<m/>")))
    )
    assert list(archive) == ["images/größe x.png", "imsmanifest.xml"]
    assert archive.read("imsmanifest.xml") == b"<m/>"
    assert "images/" not in archive and len(archive) == 2 and archive.size("imsmanifest.xml") == 4
    with pytest.raises(ArchiveError):
        archive.read("imsmanifest.xml", limit=3)


def test_paths() -> None:
    assert all(map(is_safe_path, ["a", "a/b.png", "a b/ü.png", "..a/b", "a/x:y"]))
    assert not any(map(is_safe_path, ["", ".", "..", "a/../b", "/a", "a\\b", "c:x", "a\0b"]))
