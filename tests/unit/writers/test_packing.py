"""The packer writes what zipfile writes, and zipfile reads it; the wording of an item is all that it says."""

from __future__ import annotations

import io
import zipfile
from enum import Enum

from banks import every_item, hostile
from hypothesis import given, settings
from hypothesis import strategies as st

from qticonv.model.walk import strings
from qticonv.writers.packing import Packer
from qticonv.writers.wording import wording

names = st.text("abcdefghij/._-", min_size=1, max_size=20)
files = st.dictionaries(names, st.binary(max_size=3000), max_size=6)


def by_zipfile(contents: dict[str, bytes], level: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, data in contents.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.external_attr, info.create_system, info.compress_type = 0o644 << 16, 3, zipfile.ZIP_DEFLATED
            archive.writestr(info, data, zipfile.ZIP_DEFLATED if level else zipfile.ZIP_STORED, level)
    return out.getvalue()


@given(contents=files, level=st.sampled_from([0, 3, 6]))
@settings(deadline=None, max_examples=60)
def test_the_bytes_are_those_of_zipfile(contents: dict[str, bytes], level: int) -> None:
    out = io.BytesIO()
    with Packer(out) as package:
        for name, data in contents.items():
            package.add(name, data, level)
    assert out.getvalue() == by_zipfile(contents, level)


@given(pieces=st.lists(st.binary(max_size=500), max_size=8), before=st.binary(max_size=50))
@settings(deadline=None, max_examples=60)
def test_a_file_in_pieces_is_packed_whole(pieces: list[bytes], before: bytes) -> None:
    out = io.BytesIO()
    with Packer(out) as package:
        package.add("first", before)
        package.stream("long", pieces)
        package.add("last", before)
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        assert [archive.read(name) for name in archive.namelist()] == [before, b"".join(pieces), before]


def test_more_members_than_an_old_directory_counts() -> None:
    out = io.BytesIO()
    count = 0xFFFF + 2
    with Packer(out) as package:
        for number in range(count):
            package.add(f"{number:x}", b"", 0)
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == [f"{number:x}" for number in range(count)]
    assert out.getvalue() == by_zipfile({f"{number:x}": b"" for number in range(count)}, 0)


def test_the_wording_of_an_item_is_every_string_of_it() -> None:
    for item in (*every_item(), *hostile().items):
        everything = strings(item)
        said = [string for string in everything if not isinstance(string, Enum)]
        assert set("".join(said)) <= set(wording(item)) <= set("".join(everything))
