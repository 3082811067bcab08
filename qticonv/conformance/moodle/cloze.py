"""What Moodle demands of a text with gaps (question/type/multianswer/questiontype.php)."""

from __future__ import annotations

import re
from html import unescape

from msgspec import Struct

from qticonv.conformance.importer import is_number
from qticonv.conformance.moodle.parts import Question, plain
from qticonv.diagnostics import Code
from qticonv.patterns import lazy

_KINDS = (
    "NUMERICAL|NM|MULTICHOICE|MC|MULTICHOICE_V|MCV|MULTICHOICE_H|MCH|SHORTANSWER|SA|MW|SHORTANSWER_C|SAC|MWC|"
    "MULTICHOICE_S|MCS|MULTICHOICE_VS|MCVS|MULTICHOICE_HS|MCHS|MULTIRESPONSE|MR|MULTIRESPONSE_H|MRH|MULTIRESPONSE_S|MRS|"
    "MULTIRESPONSE_HS|MRHS"
)
# A gap ends at the first brace that no backslash escapes. Moodle's own expression (ANSWER_REGEX) describes the same
# language and can take very long on hostile input.
_START = lazy(rf"\{{([0-9]*):({_KINDS}):")
_END = lazy(r"(?<!\\)\}")
_ALMOST = lazy(r"\{[0-9]*\s*:\s*[A-Za-z_]+\s*:")
_SEPARATOR = lazy(r"(?<!\\)~")
_ANSWER = lazy(r"(=|%(-?[0-9]+(?:[.,][0-9]*)?)%)?(.+?)(?<!\\)(?<!&)(?<!&amp;)(?:#(.*))?", re.DOTALL)
_NUMBER = lazy(r"(-?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][-+]?[0-9]+)?)(?::(-?[0-9.,eE+-]+))?")


class _Gap(Struct, frozen=True, gc=False):
    """One gap: its weight, its kind as it is written, and all its answers."""

    weight: int
    kind: str
    answers: str


def check_cloze(question: Question) -> None:
    """Check the gaps of a cloze question."""
    text = plain(question, question.first("questiontext")) or ""
    gaps, rest = _split(text)
    if not gaps:
        question.add(Code.MOODLE_REFUSES, "the text has no gap that Moodle recognises; it refuses the whole file")
    for near in _ALMOST.finditer(rest):
        question.add(Code.MOODLE_CHANGED, f"{near[0]}… is not read as a gap; it stays in the text")
    total = sum(gap.weight for gap in gaps)
    grade = question.value("defaultgrade")
    if gaps and grade and is_number(grade) and float(grade) != total:
        message = f"defaultgrade {grade} is not read: the question is worth {total}, the sum of its gaps"
        question.add(Code.MOODLE_CHANGED, message, question.first("defaultgrade"))
    for place, gap in enumerate(gaps, start=1):
        if "\\~" in gap.answers:
            question.add(
                Code.MOODLE_CHANGED, f"gap {place}: the backslash before ~ stays in the text", hint="Write &#126;."
            )
        _gap(question, place, gap.kind, _SEPARATOR.split(gap.answers))


def _split(text: str) -> tuple[list[_Gap], str]:
    """Return the gaps of ``text`` and the text without them."""
    gaps: list[_Gap] = []
    rest: list[str] = []
    position = 0
    while (start := _START.search(text, position)) and (end := _END.search(text, start.end())):
        rest.append(text[position : start.start()])
        position = end.end()
        if end.start() > start.end():
            gaps.append(_Gap(int(start[1][:9] or 1), start[2], text[start.end() : end.start()]))
    return gaps, "".join([*rest, text[position:]])


def _gap(question: Question, place: int, kind: str, answers: list[str]) -> None:
    best = 0.0
    count = 0
    for answer in filter(None, answers):
        match = _ANSWER.fullmatch(answer)
        if match is None:
            continue
        weight = 100.0 if match[1] == "=" else float((match[2] or "0").replace(",", "."))
        count += bool(unescape(match[3]).strip())
        best = max(best, weight)
        if kind in ("NUMERICAL", "NM"):
            _number(question, place, match[3])
    choice = kind.startswith("M") and not kind.startswith("MW")
    if choice and count < 2:
        question.add(Code.MOODLE_REFUSES, f"gap {place} needs at least two choices")
    several = kind.startswith(("MULTIRESPONSE", "MR"))
    if (best <= 0) if several else abs(best - 100) > 0.01:
        question.add(Code.MOODLE_REFUSES, f"gap {place} has no answer with full marks")


def _number(question: Question, place: int, text: str) -> None:
    if text.strip() == "*":
        return
    match = _NUMBER.fullmatch(text)
    parts = [part for part in match.groups() if part] if match else [text]
    if not all(map(is_number, parts)):
        question.add(Code.MOODLE_NUMBER, f"gap {place}: {text!r} is not a number as Moodle reads it")
