"""Known findings stay known while lines move; whatever is new, however alike, is new."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from qticonv.diagnostics import Code, Diagnostic, Severity, SourceSpan, diagnose
from qticonv.model import Source
from qticonv.report.baseline import Baseline, load

FOUND = diagnose(Code.MOODLE_MARKS, "no answer has the weight 100", item="q1", span=SourceSpan("a.xml", 3, 3))

findings = st.builds(
    Diagnostic,
    code=st.sampled_from([Code.MOODLE_MARKS, Code.MOODLE_KEY]),
    message=st.text(max_size=3),
    severity=st.sampled_from(Severity),
    item=st.none() | st.sampled_from(["q1", "q2"]),
)


@settings(deadline=None, max_examples=80)
@given(st.lists(findings, max_size=6), st.lists(findings, max_size=3))
def test_what_was_written_is_known_and_the_rest_is_new(old: list[Diagnostic], more: list[Diagnostic]) -> None:
    written = Baseline().updated("b.xml", more).updated("a.xml", old)
    read = load(Source("known.json", written.to_json().encode("ascii")))
    assert isinstance(read, Baseline)
    assert read == written
    new, gone = read.sort_out("a.xml", [*old, *more])
    serious = [found for found in more if found.severity is not Severity.NOTE]
    assert len([found for found in new if found.severity is not Severity.NOTE]) == len(serious)
    assert gone == []


def test_a_line_may_move_but_code_item_file_and_message_may_not() -> None:
    known = Baseline().updated("a.xml", [FOUND])
    assert known.sort_out("a.xml", [replace(FOUND, span=SourceSpan("a.xml", 9, 9))]) == ([], [])
    for other in (
        replace(FOUND, code=Code.MOODLE_KEY),
        replace(FOUND, item="q2"),
        replace(FOUND, message="another"),
    ):
        assert known.sort_out("a.xml", [other]) == ([other], ["moodle-marks: no answer has the weight 100"])
    assert known.sort_out("b.xml", [FOUND]) == ([FOUND], [])


def test_members_of_a_package_differ() -> None:
    one, two = (replace(FOUND, span=SourceSpan(f"a.zip/items/{name}.xml", 3, 3)) for name in "xy")
    known = Baseline().updated("a.zip", [one])
    assert known.sort_out("a.zip", [one, two]) == ([two], [])


def test_a_second_finding_that_reads_the_same_is_new() -> None:
    known = Baseline().updated("a.xml", [FOUND])
    assert known.sort_out("a.xml", [FOUND, FOUND]) == ([FOUND], [])


def test_a_file_that_cannot_be_read_is_never_known() -> None:
    unreadable = diagnose(Code.INPUT_UNREADABLE, "a.xml: no such file")
    assert Baseline().updated("a.xml", [unreadable]).known == {}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff\xfe",
        b'{"version": 2, "findings": []}',
        b'{"version": 1}',
        b'{"version": 1, "findings": [3]}',
        b'{"version": 1, "findings": [{"code": "a", "file": "b", "item": 3, "message": "c", "count": 1}]}',
        b'{"version": 1, "findings": [{"code": "a", "file": "b", "item": null, "message": "c", "count": "1"}]}',
        b"[" * 100_000,
    ],
    ids=lambda content: content[:40],
)
def test_a_damaged_file_is_reported(content: bytes) -> None:
    got = load(Source("known.json", content))
    assert isinstance(got, Diagnostic)
    assert got.code is Code.BASELINE_INVALID


def test_the_file_is_sorted_so_that_it_can_be_merged() -> None:
    known = Baseline().updated("b.xml", [FOUND]).updated("a.xml", [replace(FOUND, code=Code.MOODLE_KEY), FOUND])
    files = [(entry["file"], entry["code"]) for entry in json.loads(known.to_json())["findings"]]
    assert files == [("a.xml", "moodle-key"), ("a.xml", "moodle-marks"), ("b.xml", "moodle-marks")]
