"""What is too long for memory is judged as what is not: the same findings, in parts and from a file."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from banks import every_item
from qti_engine import package, zipped

from qticonv.conformance import archive
from qticonv.conformance.qti21 import check as check_qti21
from qticonv.conformance.qti21 import package as packages
from qticonv.diagnostics import Diagnostic
from qticonv.formats import FORMATS, Format
from qticonv.model import ItemBank, Reading, Source
from qticonv.model.options import CheckOptions, WriteOptions
from qticonv.model.stored import Stored, chunks, in_memory, opened, temporary
from qticonv.pipeline import Prepared, convert

MANIFEST, TEST = "imsmanifest.xml", "test.xml"
INSERTED = (b"<", b"&", b"x", b'<weight identifier="w" value="1"/>', b'<dependency identifierref="a"/>', b' title="x"')


def stored(data: bytes, name: str) -> Stored:
    file = temporary()
    file.write(data)
    return Stored(name=name, data=b"", file=file)


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return ``data`` with a part left out, put twice, or something put in."""
    at, size = chance.randrange(len(data)), chance.randrange(1, 60)
    part = data[at : at + size]
    return data[:at] + chance.choice((b"", part + part, *(other + part for other in INSERTED))) + data[at + size :]


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], tuple[Diagnostic, ...]]:
    def found(data: bytes) -> tuple[Diagnostic, ...]:
        with monkeypatch.context() as patched:
            patched.setattr(packages, "_LONG", 0)
            patched.setattr(archive, "IN_MEMORY", 0)
            return check_qti21(stored(data, "x.zip"), CheckOptions())

    return found


@pytest.mark.parametrize("name", [TEST, MANIFEST])
@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_package_in_parts(name: str, seed: int, in_parts: Callable[[bytes], tuple[Diagnostic, ...]]) -> None:
    files = dict(package(ItemBank(items=every_item()[:6], title="Six")))
    files[name] = damaged(files[name], random.Random(seed))
    data = zipped(files)
    assert in_parts(data) == check_qti21(Source("x.zip", data), CheckOptions())


@pytest.mark.parametrize("entry", [entry for entry in FORMATS if entry.check and entry.write], ids=lambda e: e.name)
def test_every_check_reads_files_as_it_reads_bytes(entry: Format) -> None:
    assert entry.check is not None
    bank = ItemBank(items=tuple(item for item in every_item() if item.is_keyed), title="All")
    (artifact,) = convert(Prepared(reading=Reading(bank=bank)), [entry.name], WriteOptions()).artifacts
    name = f"x{entry.suffix}"
    for seed in range(20):
        data = damaged(artifact.data, random.Random(seed)) if seed else artifact.data
        found = entry.check(Source(name, data), CheckOptions())
        assert entry.check(stored(data, name), CheckOptions()) == found
        assert seed or artifact.content.size == len(data) > 0


def test_stored_content_is_read_from_its_beginning_every_time() -> None:
    source = stored(b"abc" * 1_000_000, "x")
    assert b"".join(chunks(opened(source))) == opened(source).read() == in_memory(source).data
    assert source.size == 3_000_000
    assert in_memory(Source("x", b"abc")).data == b"abc"
