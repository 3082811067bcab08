"""Whatever happens to a file, reading it neither fails nor hangs, and every line is accounted for."""

from __future__ import annotations

import random
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutations import MUTATIONS

from qticonv.diagnostics import Code, Severity
from qticonv.model import LineRole, Reading, Source
from qticonv.model.options import ReadOptions, WriteOptions
from qticonv.pipeline import PrepareOptions, convert, prepare
from qticonv.readers.decoding import decode
from qticonv.readers.rawtext.reader import read_text

CASES = sorted((Path(__file__).parent.parent / "unit" / "readers" / "styles").glob("*.txt"))
ALL_CASES = [*CASES, *sorted((Path(__file__).parent.parent / "cases" / "rawtext").glob("*/input.*"))]
TARGETS = ("qti21", "moodle", "gift", "canvas")
MUST_BE_NAMED = (LineRole.NOISE, LineRole.UNCLAIMED)
SECONDS_PER_READ = 10
PER_SHARED_FILE = 2


def read(data: bytes) -> Reading:
    start = time.monotonic()
    reading = read_text(Source("quiz.txt", data), ReadOptions())
    assert time.monotonic() - start < SECONDS_PER_READ
    return reading


def assert_accounted_for(reading: Reading) -> None:
    """Every line has a role; what no question has is named by a diagnostic, or the file is refused as a whole.

    The lines of stems and choices also lie in the span of a question.
    """
    refused = any(said.severity is Severity.ERROR for said in reading.diagnostics) and not reading.bank.items
    assert len(reading.roles) == len(reading.lines) or refused
    assert reading.bank.items or refused
    named = {
        number
        for said in reading.diagnostics
        if said.span
        for number in range(said.span.start_line, said.span.end_line + 1)
    }
    asked: set[int] = set()
    for item in reading.bank.items:
        assert item.span is not None
        assert 1 <= item.span.start_line <= item.span.end_line <= len(reading.lines)
        asked.update(range(item.span.start_line, item.span.end_line + 1))
    for number, (line, role) in enumerate(zip(reading.lines, reading.roles, strict=False), start=1):
        if not line.strip():
            continue
        assert role is not LineRole.BLANK, f"line {number} was dropped: {line!r}"
        if role in MUST_BE_NAMED and not refused:
            assert number in named, f"line {number} is not named: {line!r}"
        if role in (LineRole.STEM, LineRole.CHOICE):
            assert number in asked or number in named, f"line {number} is in no question: {line!r}"


@pytest.mark.slow
@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_mutations_of_the_cases(path: Path) -> None:
    data = path.read_bytes()
    for mutation in MUTATIONS:
        mutated = mutation(data, random.Random(f"{path.stem} {mutation.__name__}"))
        assert_accounted_for(read(mutated))


def assert_converts(data: bytes) -> None:
    """The whole way to all targets neither raises nor makes a file that is wrong, whatever is in the source."""
    prepared = prepare([Source("quiz.txt", data)], PrepareOptions())
    found = convert(prepared, TARGETS, WriteOptions()).diagnostics
    assert [said.message for said in found if said.code is Code.INTERNAL] == []


@pytest.mark.slow
@pytest.mark.parametrize("path", ALL_CASES, ids=[f"{path.parent.name}-{path.stem}" for path in ALL_CASES])
def test_mutations_of_the_cases_convert(path: Path) -> None:
    data = path.read_bytes()
    assert_converts(data)
    for mutation in MUTATIONS[:: max(1, len(MUTATIONS) // 4)]:
        assert_converts(mutation(data, random.Random(f"{path.stem} {mutation.__name__}")))


@pytest.mark.slow
def test_mutations_of_real_files_convert(shared: Path) -> None:
    for number, path in enumerate(sorted((shared / "corpus" / "files").glob("*/*"))):
        mutation = MUTATIONS[number % len(MUTATIONS)]
        assert_converts(mutation(path.read_bytes()[:20_000], random.Random(zlib.crc32(path.name.encode()))))


@pytest.mark.slow
def test_mutations_of_real_files(shared: Path) -> None:
    """Each file as it is, and with some of the mutations in turn."""
    for number, path in enumerate(sorted((shared / "corpus" / "files").glob("*/*"))):
        data = path.read_bytes()[:60_000]
        assert_accounted_for(read(data))
        for step in range(PER_SHARED_FILE - 1):
            mutation = MUTATIONS[(number + 2 * step) % len(MUTATIONS)]
            chance = random.Random(zlib.crc32(path.name.encode()) + step)
            assert_accounted_for(read(mutation(data, chance)))


@given(st.binary(max_size=400))
@settings(deadline=None, max_examples=150)
def test_any_bytes_decode(data: bytes) -> None:
    decoded = decode(Source("any", data))
    assert all("\n" not in line and "\r" not in line for line in decoded.lines)
    "\n".join(decoded.lines).encode()  # no halves of surrogate pairs


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cf"]), max_size=300))
@settings(deadline=None, max_examples=150)
def test_clean_utf_8_keeps_its_lines(text: str) -> None:
    """Text without control characters is not changed, but for look-alikes and mojibake, which are noted."""
    decoded = decode(Source("any", text.encode()))
    if not decoded.diagnostics:
        assert "\n".join(decoded.lines) == text


@given(
    st.lists(
        st.sampled_from(
            ["1. What?", "A. one", "B. two", "* x", "Answer: B", "> y", "-", "| a | b |", "---", "", "# H", "t\td"]
        ),
        max_size=30,
    )
)
@settings(deadline=None, max_examples=150)
def test_any_order_of_lines_is_accounted_for(lines: list[str]) -> None:
    assert_accounted_for(read("\n".join(lines).encode()))
