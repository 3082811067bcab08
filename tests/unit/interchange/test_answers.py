from __future__ import annotations

from decimal import Decimal

import pytest

from qticonv.diagnostics import Code, SourceSpan
from qticonv.interchange import answers
from qticonv.model import Source
from qticonv.model.answers import Answer, Answers

FILE = """\
# what the two of us agreed on
answers:
  q-3f9a52c1e0b7: {key: B, text: The security dilemma}
  2: [A, C]
  3: true
  4: {key: [A, yes], text: [one, two]}
  5: 2.50
"""


def load(text: str) -> tuple[tuple[Answer, ...], list[str]]:
    found, diagnostics = answers.load(Source("a.yaml", text.encode()))
    assert all(diagnostic.code is Code.ANSWERS_INVALID for diagnostic in diagnostics)
    return found.entries, [f"{d.span.start_line if d.span else '-'}: {d.message}" for d in diagnostics]


def test_load() -> None:
    entries, wrong = load(FILE)
    assert wrong == []
    assert [(entry.reference, entry.values, entry.texts) for entry in entries] == [
        ("q-3f9a52c1e0b7", ("B",), ("The security dilemma",)),
        (2, ("A", "C"), ()),
        (3, (True,), ()),
        (4, ("A", "yes"), ("one", "two")),
        (5, (Decimal("2.5"),), ()),
    ]
    assert entries[1].span == SourceSpan("a.yaml", 4, 4)


def test_json_numbers_of_questions_are_numbers_too() -> None:
    entries, wrong = load('{"answers": {"2": "A", "q-2": "B"}}')
    assert wrong == []
    assert [entry.reference for entry in entries] == [2, "q-2"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("answers:\n  2:\n", '2: $.answers["2"]: null is not text or a number or true or false or a list or a mapping'),
        ("answers:\n  2: []\n", '2: $.answers["2"]: a list is empty'),
        ("answers:\n  2: {kay: A}\n", '2: $.answers["2"].kay: unknown property "kay"; did you mean \'key\'?'),
        ("answers:\n  2: {key: [A, B], text: x}\n", '2: $.answers["2"].text: as many texts as keys are needed'),
        ("answers:\n  2: A\n  2: B\n", "3: the property '2' stands twice in one object"),
        ("anwsers:\n  2: A\n", "1: $.anwsers: unknown property \"anwsers\"; did you mean 'answers'?"),
        ("- A\n- B\n", "1: $: a list is not a mapping"),
        ("answers: [A, B]\n", "1: $.answers: a list is not a mapping"),
    ],
)
def test_mistakes_have_path_and_line(text: str, message: str) -> None:
    _, wrong = load(text)
    assert message in wrong


def test_a_mistake_costs_only_its_entry() -> None:
    entries, wrong = load("answers:\n  2: A\n  3: []\n  4: B\n")
    assert [entry.reference for entry in entries] == [2, 4]
    assert len(wrong) == 1


def test_what_is_dumped_is_read_back() -> None:
    entries, _ = load(FILE)
    hostile = Answer(
        reference="no", values=("null", "1", "yes", Decimal("0.1")), texts=("a: b", "#x", "", "two\nlines")
    )
    before = (*entries, hostile)
    for as_json in (False, True):
        text = answers.dump(Answers(source="a.yaml", entries=before), as_json=as_json)
        assert text.startswith("{") is as_json
        after, wrong = load(text)
        assert wrong == []
        assert [(e.reference, e.values, e.texts) for e in after] == [(e.reference, e.values, e.texts) for e in before]


def test_merge_changes_in_place_appends_and_withdraws() -> None:
    entries, _ = load(FILE)
    changed = [Answer(reference=2, values=("D",)), Answer(reference="q-new", values=("A",), texts=("one",))]
    merged = answers.merge(Answers(source="a.yaml", entries=entries), changed, withdrawn=[3, "q-unknown"])
    assert [(e.reference, e.values) for e in merged.entries] == [
        ("q-3f9a52c1e0b7", ("B",)),
        (2, ("D",)),
        (4, ("A", "yes")),
        (5, (Decimal("2.5"),)),
        ("q-new", ("A",)),
    ]


COMMENTED = """\
# chosen by the two of us

answers:
    # the first chapter
    q-1: {key: A, text: one}   # sure
    q-2:
        key: B
        text: two
    # the second chapter
    3: C
    # the end
"""


def revise(text: str, *changed: Answer, withdrawn: tuple[str | int, ...] = ()) -> str:
    revised, wrong = answers.revise(Source("a.yaml", text.encode()), changed, withdrawn)
    assert wrong == ()
    return revised


def test_revise_changes_one_entry_and_leaves_the_rest_as_it_was() -> None:
    assert revise(COMMENTED, Answer(reference="q-2", values=("C",), texts=("three",))) == COMMENTED.replace(
        "        key: B\n        text: two\n", "      key: C\n      text: three\n"
    )
    assert revise(COMMENTED, withdrawn=("q-1",)) == COMMENTED.replace("    q-1: {key: A, text: one}   # sure\n", "")
    assert revise(COMMENTED, Answer(reference=3, values=(True,))) == COMMENTED.replace("3: C", "3: true")
    assert revise(COMMENTED, Answer(reference="q-9", values=("A", "B"))) == COMMENTED + "    q-9:\n    - A\n    - B\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "answers: {}\n",
        "answers: {q-1: A, q-2: B}\n",
        "answers:\n  q-1: A",
        "answers:\n  q-1: A\n...\n",
        "answers:\n  q-1:\n    key: A\n    text: |\n      one\n\n      # no comment\n",
        '{"answers": {"q-1": "A"}}',
    ],
)
def test_revise_whatever_the_style(text: str) -> None:
    before = load(text)[0] if text else ()
    new = Answer(reference="q-7", values=("B",), texts=("two\nlines",))
    after, wrong = load(revise(text, new))
    assert wrong == []
    assert [(e.reference, e.values, e.texts) for e in after] == [
        *((e.reference, e.values, e.texts) for e in before),
        ("q-7", ("B",), ("two\nlines",)),
    ]
    if before:
        assert [e.reference for e in load(revise(text, withdrawn=("q-1",)))[0]] == [e.reference for e in before[1:]]


def test_withdrawing_all_leaves_a_file_that_is_read() -> None:
    text = revise("answers:\n  q-1: A\n", withdrawn=("q-1",))
    assert load(text) == ((), [])


def test_revise_keeps_json_and_refuses_what_is_broken() -> None:
    new = Answer(reference="q-1", values=("B",))
    text, wrong = answers.revise(Source("a.json", b""), [new])
    assert (text, wrong) == ('{\n  "answers": {\n    "q-1": "B"\n  }\n}\n', ())
    text, (problem,) = answers.revise(Source("a.yaml", b"answers: ["), [new])
    assert (text, problem.code) == ("", Code.ANSWERS_INVALID)
