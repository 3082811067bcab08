"""Conservation: whatever the text, every line has one role, and what no question claims is named by its lines."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from qticonv.diagnostics import Severity
from qticonv.model import ChoiceInteraction, LineRole, Reading, Source
from qticonv.model.options import ReadOptions
from qticonv.readers.rawtext import read

WORDS = [
    "the",
    "sun",
    "is",
    "a",
    "star",
    "water",
    "boils",
    "at",
    "100",
    "degrees",
    "who",
    "why",
    "iron",
    "A",
    "B.",
    "v.",
]
NOISE = [
    "---",
    "Page 3",
    "3",
    "Answer key",
    "1. A",
    "1-a 2-b 3-c",
    "(a) or (b)",
    "```",
    "| 1 | A |",
    "# Part 2",
    "* *",
    ">",
]
NOISE += [
    "Questions 3-4 refer to the text.",
    "A",
    "AB",
    "Note: see above",
    "True",
    "Answer:",
    "<details>",
    "- [x] tick",
]

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
question_marks = st.sampled_from(["{n}. ", "{n}) ", "Question {n}: ", "Q{n}. ", "**{n}.** ", "", "### {n}. "])
option_marks = st.sampled_from(["A. ", "A) ", "(A) ", "a. ", "- [ ] ", "- ", "A", "1) ", "① ", "Option A: "])
keys = st.sampled_from(["Answer: {k}", "{k}", "", "ANS: {k}. because", "Correct answer: {k}, A", "[Answer: {k}]"])
feedback = st.sampled_from(["", "Explanation: it is so.", "It is so, because A is wrong.", "Feedback:\nIt is so."])


def _label(mark: str, place: int) -> str:
    table = {"A": chr(65 + place), "a": chr(97 + place), "1": str(place + 1), "①": "①②③④⑤⑥"[place]}
    return next(
        (mark.replace(sign, label, 1) for sign, label in table.items() if sign in mark and "Opt" not in mark), mark
    )


@st.composite
def quizzes(draw: st.DrawFn) -> str:
    question, option, key = draw(question_marks), draw(option_marks), draw(keys)
    lines: list[str] = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        lines.append(question.format(n=number) + draw(texts).capitalize() + "?")
        count = draw(st.integers(0, 5))
        lines += [_label(option, place) + draw(texts).capitalize() for place in range(count)]
        lines += [key.format(k=draw(st.sampled_from("ABCD"))), draw(feedback), *draw(st.lists(st.just(""), max_size=2))]
        lines += draw(st.lists(st.sampled_from(NOISE), max_size=1))
    return "\n".join(lines)


def check(text: str) -> Reading:
    reading = read(Source("x.txt", text.encode("utf-8", "surrogatepass")), ReadOptions())
    assert len(reading.lines) == len(reading.roles)
    if any(said.severity is Severity.ERROR and said.span is None for said in reading.diagnostics):
        return reading  # refused as a whole
    named = {
        line
        for said in reading.diagnostics
        if said.span is not None
        for line in range(said.span.start_line, said.span.end_line + 1)
    }
    for number, (line, role) in enumerate(zip(reading.lines, reading.roles, strict=True), 1):
        assert (role is LineRole.BLANK) <= (not line.strip())
        if role in {LineRole.UNCLAIMED, LineRole.NOISE}:
            assert number in named, (number, line)
    return reading


def holds_all_claimed(reading: Reading) -> None:
    """A line that is said to be a stem or a choice lies within the lines of an item."""
    spans = [item.span for item in reading.bank.items if item.span]
    inside = {line for span in spans for line in range(span.start_line, span.end_line + 1)}
    for number, role in enumerate(reading.roles, 1):
        if role in {LineRole.STEM, LineRole.CHOICE}:
            assert number in inside, (number, reading.lines[number - 1])


@settings(deadline=None, max_examples=150)
@given(quizzes())
def test_quizzes_lose_no_line(text: str) -> None:
    holds_all_claimed(check(text))


@settings(deadline=None, max_examples=100)
@given(st.lists(st.one_of(st.sampled_from(NOISE), texts, st.text(max_size=30)), max_size=30).map("\n".join))
def test_noise_never_raises_and_loses_no_line(text: str) -> None:
    holds_all_claimed(check(text))


@settings(deadline=None, max_examples=100)
@given(quizzes())
def test_keys_are_options_and_missing_keys_mark_none(text: str) -> None:
    for item in check(text).bank.items:
        if isinstance(item.interaction, ChoiceInteraction):
            assert item.key is not None
            assert bool(item.interaction.keys) == (item.key.source == "stated")


@settings(deadline=None, max_examples=50)
@given(quizzes())
def test_reading_twice_gives_the_same(text: str) -> None:
    assert check(text) == check(text)
