"""The checks of Moodle XML and GIFT take any bytes: they answer with diagnostics, in bounded time, and never raise."""

from __future__ import annotations

from io import BytesIO

import pytest
from banks import every_type
from hypothesis import given, settings
from hypothesis import strategies as st

from qticonv.conformance import gift as check_gift
from qticonv.conformance import moodle as check_moodle
from qticonv.diagnostics import Code, Effect
from qticonv.model import ItemBank, Source
from qticonv.model.options import CheckOptions, WriteOptions
from qticonv.writers import gift, moodle
from qticonv.writers.capabilities import losses


def good_files() -> tuple[bytes, bytes]:
    bank = every_type()
    keyed = [item for item in bank.items if item.is_keyed]
    held = [item for item in keyed if all(found.effect is not Effect.WITHHELD for found in losses(item, "gift"))]
    xml, text = BytesIO(), BytesIO()
    moodle.write(ItemBank(items=keyed, title=bank.title), WriteOptions(), xml)
    gift.write(ItemBank(items=held, title=bank.title), WriteOptions(), text)
    return xml.getvalue(), text.getvalue()


XML, GIFT = good_files()
changes = st.lists(
    st.tuples(
        st.integers(0, 10**6),
        st.sampled_from(["cut", "copy", "drop", "put"]),
        st.sampled_from(b"< > & ]]> <![CDATA[ { } ~ = # \\ \n \0 \xff % -> :".split(b" ")),
    ),
    min_size=1,
    max_size=4,
)


def changed(data: bytes, steps: list[tuple[int, str, bytes]]) -> bytes:
    for place, action, piece in steps:
        at = place % (len(data) + 1)
        if action == "cut":
            data = data[:at]
        elif action == "copy":
            data = data[:at] + data[at // 2 : at] + data[at:]
        elif action == "drop":
            data = data[:at] + data[at + 7 :]
        else:
            data = data[:at] + piece + data[at:]
    return data


@settings(deadline=None, max_examples=150)
@given(changes)
def test_changed_files_are_judged(steps: list[tuple[int, str, bytes]]) -> None:
    check_moodle.check(Source("x.xml", changed(XML, steps)), CheckOptions())
    check_gift.check(Source("x.txt", changed(GIFT, steps)), CheckOptions())
    check_gift.detect(Source("x", changed(GIFT, steps)))


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_are_judged(data: bytes) -> None:
    check_moodle.check(Source("x.xml", data), CheckOptions())
    check_moodle.check(Source("x.xml", b"<quiz><question type='cloze'>" + data), CheckOptions())
    check_gift.check(Source("x.txt", data), CheckOptions())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"<quiz>" + b"<a>" * 100_000, Code.XML_MALFORMED, id="depth"),
        pytest.param(b"<quiz>" + b"<!--" * 100_000, Code.XML_MALFORMED, id="comments that do not end"),
        pytest.param(b"<quiz>" + b"<![CDATA[" * 100_000, Code.XML_MALFORMED, id="sections that do not end"),
        pytest.param(b"<quiz><a>" + b"&lt; " * 200_000 + b"</a></quiz>", Code.MOODLE_DROPPED, id="entities"),
        pytest.param(
            b'<!DOCTYPE quiz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><quiz>&b;</quiz>',
            Code.XML_UNSAFE,
            id="bomb",
        ),
        pytest.param(
            b'<!DOCTYPE quiz SYSTEM "http://127.0.0.1:9/x.dtd"><quiz/>', Code.XML_UNSAFE, id="external definition"
        ),
    ],
)
def test_hostile_xml_is_refused(data: bytes, code: Code) -> None:
    assert code in {found.code for found in check_moodle.check(Source("x.xml", data), CheckOptions())}


def test_hostile_cloze_takes_linear_time() -> None:
    for text in ("{1:SA:=" + "~" * 100_000, "{1:SA:=" + "a\\" * 50_000 + "}", "{1:SA:" * 30_000, "{" * 100_000):
        data = (
            f"<quiz><question type='cloze'><name><text>n</text></name><questiontext><text>{text}</text></questiontext>"
        )
        check_moodle.check(Source("x.xml", f"{data}</question></quiz>".encode()), CheckOptions())
