"""What GIFT makes of the answers (question/format/gift/format.php:295-620)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from qticonv.conformance.gift.blocks import Question, unescape
from qticonv.conformance.importer import check_marks, check_right_side, check_weight, is_number
from qticonv.diagnostics import Code
from qticonv.patterns import lazy

_WEIGHT = lazy(r"%(-*[0-9]{1,2}\.?[0-9]*)%")
_LOOKS_WEIGHTED = lazy(r"%[^%\n]{0,12}%")
_TRUE_FALSE = ("T", "TRUE", "F", "FALSE")
_ARROW = lazy("->")


class Answer(Struct, frozen=True, gc=False):
    """One answer: the mark before it, and where it begins and ends after the mark, trimmed."""

    mark: str
    begin: int
    end: int


def check_answers(question: Question, begin: int, end: int) -> None:
    """Check the answers between ``begin`` and ``end`` of the question's text, by the type that Moodle sees in them."""
    begin, end = question.trim(begin, end)
    masked = question.masked[begin:end]
    if not masked:
        return
    if masked[0] == ">":
        question.add(
            Code.MOODLE_VERSION, "ordering in GIFT needs Moodle 4.4; older sites make a short answer of it", begin
        )
    elif masked[0] == "#":
        _numerical(question, begin + 1, end)
    elif "~" in masked:
        _multichoice(question, begin, end)
    elif "=" in masked and "->" in masked:
        _matching(question, begin, end)
    elif masked.partition("#")[0].strip() not in _TRUE_FALSE:
        _short_answer(question, begin, end)


def _split(question: Question, begin: int, end: int, marks: str) -> Iterator[Answer]:
    """Yield the answers; what stands before the first mark is one too, unless it is empty (or ``0``, for PHP)."""
    places = [match.start() for match in re.finditer(marks, question.masked[begin:end])]
    first, last = question.trim(begin, begin + places[0] if places else end)
    if question.text[first:last] not in ("", "0"):
        yield Answer("", first, last)
    for place, after in pairwise((*places, end - begin)):
        yield Answer(question.text[begin + place], *question.trim(begin + place + 1, begin + after))


def _weight(question: Question, answer: Answer, default: float) -> tuple[float, int]:
    """Check the weight in front of an answer; return it and where the text begins."""
    text = question.text[answer.begin : answer.end]
    match = _WEIGHT.match(text)
    if match is None:
        if looks := _LOOKS_WEIGHTED.match(text):
            message = f"the weight {looks[0]} is not read; it stays in the text"
            question.add(Code.MOODLE_KEY, message, answer.begin, "Write %50% or %-33.33333%.")
        return default, answer.begin
    weight = check_weight(question.findings, match[1], question.line_at(answer.begin))
    return weight or 0.0, answer.begin + match.end()


def _text_end(question: Question, begin: int, end: int) -> int:
    """Return where the feedback of an answer begins, or its end."""
    at = question.masked.find("#", begin, end)
    return end if at < 0 else at


# ---------------------------------------------------------------- types


def _multichoice(question: Question, begin: int, end: int) -> None:
    single = "=" in question.masked[begin:end]
    weights = []
    for answer in _split(question, begin, end, "[~=]"):
        if answer.mark == "=":
            weight, start = 100.0, answer.begin
            if _WEIGHT.match(question.text[answer.begin : answer.end]):
                message = "a weight after = stays in the text of a multiple choice"
                question.add(Code.MOODLE_CHANGED, message, answer.begin, "Write ~%50% for a part of the points.")
        else:
            weight, start = _weight(question, answer, 0.0)
        if not answer.mark:
            question.add(Code.MOODLE_KEY, "text before the first ~ or = becomes a wrong answer", answer.begin)
        if not question.text[start : _text_end(question, start, answer.end)].strip():
            if answer.mark == "~" and question.masked[answer.begin : answer.begin + 1] == "=":
                continue  # "~=" for a right answer: the empty one before it vanishes, and nothing is lost
            question.add(Code.MOODLE_DROPPED, "an answer is empty and left out", answer.begin)
        _unescaped(question, answer)
        weights.append(weight)
    if len(weights) < 2:
        question.add(Code.MOODLE_REFUSES, "a multiple choice needs at least two answers", begin)
    check_marks(question.findings, weights, single, question.line)


def _unescaped(question: Question, answer: Answer) -> None:
    """Report an ``=`` in the middle of a text: it begins a new, right answer."""
    if question.masked[answer.end : answer.end + 1] != "=" or question.text[answer.end - 1 : answer.end].isspace():
        return
    text = question.masked[answer.begin : answer.end]
    if "#" in text or text.rfind("<") > text.rfind(">"):
        message = "an = in the middle of a text begins a new answer that counts as right"
        question.add(Code.GIFT_ESCAPE, message, answer.end, r"Write \= in texts.")


def _short_answer(question: Question, begin: int, end: int) -> None:
    weights = []
    for answer in _split(question, begin, end, "="):
        weight, start = _weight(question, answer, 100.0)
        text = question.text[start : _text_end(question, start, answer.end)].strip()
        weights.append(weight if text else 0.0)
        _unescaped(question, answer)
        if not text:
            question.add(Code.MOODLE_DROPPED, "an answer is empty and left out", answer.begin)
        elif weight > 0:
            _accepted(question, unescape(text), answer, weighted=start > answer.begin)
    if not weights:
        question.add(Code.MOODLE_REFUSES, "a short answer needs an answer", begin)
    elif not any(abs(weight - 100) < 0.01 for weight in weights):
        question.add(Code.MOODLE_STOPS, "no answer has the weight 100; Moodle stops importing here", begin)


def _accepted(question: Question, text: str, answer: Answer, *, weighted: bool) -> None:
    if text.upper() in _TRUE_FALSE and not weighted:
        message = f"{text!r} makes a short answer: only TRUE, T, FALSE and F alone make a true/false question"
        question.add(Code.GIFT_TYPE, message, answer.begin, "Write {TRUE} or {FALSE}.")
    bare = text.replace("\\*", "")
    if "*" in bare and not bare.strip("*"):
        question.add(
            Code.MOODLE_KEY, "the answer * accepts every response", answer.begin, r"Write \\* for an asterisk."
        )


def _matching(question: Question, begin: int, end: int) -> None:
    answers = list(_split(question, begin, end, "="))
    if len(answers) < 2:
        message = "-> makes a matching of this, and one pair is not enough: Moodle refuses the file"
        question.add(Code.MOODLE_REFUSES, message, begin, "Write -&gt; where an arrow is meant as text.")
    for answer in answers:
        arrow = question.masked.find("->", answer.begin, answer.end)
        if arrow < 0:
            message = "an answer has no -> although another one makes a matching of this: Moodle refuses the file"
            question.add(Code.MOODLE_REFUSES, message, answer.begin)
            continue
        right = unescape(question.text[arrow + 2 : answer.end]).strip()
        check_right_side(question.findings, right, question.line_at(answer.begin))
        if "#" in question.masked[arrow : answer.end]:
            message = "a matching has no feedback on its pairs; it becomes a part of the right side"
            question.add(Code.MOODLE_CHANGED, message, answer.begin)


def _numerical(question: Question, begin: int, end: int) -> None:
    other = question.masked.find("~", begin, end)
    answers = list(_split(question, begin, end if other < 0 else other, "="))
    if not answers:
        question.add(Code.MOODLE_REFUSES, "no number is given (a lone 0 is not read): Moodle refuses the file", begin)
        return
    weights = []
    for answer in answers:
        weight, start = _weight(question, answer, 100.0)
        weights.append(weight)
        _number(question, question.text[start : _text_end(question, start, answer.end)].strip(), start)
    check_marks(question.findings, weights, True, question.line)


def _number(question: Question, text: str, at: int) -> None:
    """Check one number as Moodle takes it apart: range, number with tolerance, number."""
    if text.find("..") > 0:
        parts, value = text.split("..", 1), None
    elif text.find(":") > 0:
        value, tolerance = text.split(":", 1)
        parts = [tolerance]
    else:
        parts, value = [], text
    for part in parts:
        if not is_number(part):
            message = f"{text!r} holds something that is no number: Moodle breaks off"
            question.add(Code.MOODLE_REFUSES, message, at, "Write a decimal point and no unit.")
            return
    if value is not None and not is_number(value):
        message = f"{text!r} is not a number for Moodle, which then accepts every answer"
        question.add(Code.MOODLE_NUMBER, message, at, "Write a decimal point and no unit.")
