"""Hard wraps are undone; breaks that mean something stay."""

from __future__ import annotations

import pytest

from qticonv.readers.rawtext.joining import is_hard_wrapped, join_lines

JOINED = [
    ("one line", ["Which?"], "Which?"),
    ("nothing", [], ""),
    ("blank lines around", ["", "Which?", ""], "Which?"),
    ("goes on in lower case", ["What does the poet", "mean by this?"], "What does the poet mean by this?"),
    (
        "was full",
        ["What is the name of the river that runs through", "Vienna?"],
        "What is the name of the river that runs through Vienna?",
    ),
    ("sentences on lines of their own", ["A stone falls.", "How fast is it?"], "A stone falls.\nHow fast is it?"),
    ("Chinese without a space", ["下列哪一项是", "正确的说法？"], "下列哪一项是正确的说法？"),
    ("Korean with a space", ["다음 중 옳은 것은", "무엇인가?"], "다음 중 옳은 것은 무엇인가?"),
    ("divided word", ["Name the exam-", "ple that fits"], "Name the example that fits"),
    ("compound", ["Name the self-", "made man here"], "Name the self-made man here"),
    ("compound that stands elsewhere", ["An ice-cold and ice-", "cold drink"], "An ice-cold and ice-cold drink"),
    ("soft hyphen", ["Donau\u00ad", "dampfer"], "Donaudampfer"),
    ("not sign of a PDF", ["Photo¬", "synthese"], "Photosynthese"),
    ("range", ["pages 12–", "14"], "pages 12–14"),
    ("paragraphs", ["One.", "", "Two."], "One.\n\nTwo."),
    ("list", ["Consider:", "- one", "- two"], "Consider:\n- one\n- two"),
    ("statements", ["Consider these.", "(i) one", "(ii) two"], "Consider these.\n(i) one\n(ii) two"),
    ("code", ["What is printed?", "int x = 1;", "print(x);"], "What is printed?\nint x = 1;\nprint(x);"),
    ("fence", ["```", "a", "  b", "```", "Which?"], "```\na\n  b\n```\nWhich?"),
    ("table", ["| a | b |", "|---|---|", "| 1 | 2 |"], "| a | b |\n|---|---|\n| 1 | 2 |"),
    ("indentation of all lines", ["Which of these", "   is right?"], "Which of these is right?"),
]


@pytest.mark.parametrize(("what", "lines", "text"), JOINED, ids=[row[0] for row in JOINED])
def test_join_lines(what: str, lines: list[str], text: str) -> None:
    assert join_lines(lines) == text


def test_a_known_column_joins_sentences_too() -> None:
    lines = ["This line was broken since it was full.", "This one ends the paragraph."]
    assert join_lines(lines) == "\n".join(lines)
    assert join_lines(lines, wrap=40) == " ".join(lines)


WRAPPED = """1. A long question that somebody wrote in an
editor which breaks its lines at a column of
about forty-four, so that words go on below.
A. an option that is itself much longer than
a single line
B. a short one
2. Another long question, whose text does not
fit on one line and so goes on in the one that
follows it
A. one
B. two
"""


def test_the_column_of_hard_wraps_is_found() -> None:
    column = is_hard_wrapped(WRAPPED.splitlines())
    assert column is not None
    assert 43 <= column <= 47


@pytest.mark.parametrize(
    "text",
    [
        "1. Which?\nA. this\nB. that\nAnswer: A\n" * 20,
        "what is it\nthis\nthat\nother\n\n" * 20,
        "A very long line that nobody ever broke because the editor wraps it on the screen.\nshort\n" * 20,
        "",
    ],
)
def test_lines_that_are_not_wrapped(text: str) -> None:
    assert is_hard_wrapped(text.splitlines()) is None
