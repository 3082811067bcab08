"""What Moodle demands of each question type (question/format/xml/format.php and the types' own import)."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches

from lxml import etree

from qticonv.conformance.importer import (
    USUAL_WEIGHTS,
    check_idnumber,
    check_marks,
    check_name,
    check_right_side,
    check_tag,
    check_weight,
    is_number,
)
from qticonv.conformance.moodle.cloze import check_cloze
from qticonv.conformance.moodle.parts import Question, flag, formatted, line_of, number, own_text, plain
from qticonv.diagnostics import Code, Severity

Element = etree._Element

_COMMON = frozenset(
    {"name", "questiontext", "generalfeedback", "defaultgrade", "penalty", "hidden", "idnumber", "tags", "coursetags"}
    | {"hint", "image", "image_base64"}
)
_COMBINED = frozenset({"correctfeedback", "partiallycorrectfeedback", "incorrectfeedback", "shownumcorrect"})
_ESSAY = frozenset(
    {"responseformat", "responserequired", "responsefieldlines", "minwordlimit", "maxwordlimit", "attachments"}
    | {"attachmentsrequired", "maxbytes", "filetypeslist", "graderinfo", "responsetemplate"}
)
_MULTICHOICE = frozenset(
    {"single", "shuffleanswers", "answernumbering", "showstandardinstruction", "correctresponsesfeedback", "answer"}
)
_NUMERICAL = frozenset({"answer", "unitgradingtype", "unitpenalty", "showunits", "unitsleft", "units", "instructions"})
_ORDERING = frozenset(
    {"layouttype", "selecttype", "selectcount", "gradingtype", "showgrading", "numberingstyle", "answer"}
)
_KNOWN: dict[str, frozenset[str]] = {
    "multichoice": _COMMON | _COMBINED | _MULTICHOICE,
    "truefalse": _COMMON | {"answer"},
    "shortanswer": _COMMON | {"usecase", "answer"},
    "numerical": _COMMON | _NUMERICAL,
    "essay": _COMMON | _ESSAY,
    "matching": _COMMON | _COMBINED | {"shuffleanswers", "subquestion"},
    "description": _COMMON,
    "cloze": _COMMON,
    "ordering": _COMMON | _COMBINED | _ORDERING,
}
_ALIASES = {"match": "matching", "multianswer": "cloze"}
# Types of Moodle's core whose own elements are not looked at here.
_OTHER_CORE = frozenset(
    {"calculated", "calculatedsimple", "calculatedmulti", "ddimageortext", "ddmarker", "ddwtos", "gapselect"}
    | {"randomsamatch"}
)
_DIGITS = 14
_RESPONSE_FORMATS = ("editor", "editorfilepicker", "plain", "monospaced", "noinline")
_NUMBERINGS = ("abc", "ABCD", "123", "iii", "IIII", "none")


def check_question(question: Question) -> None:
    """Check one question of any type."""
    kind = _ALIASES.get(question.kind, question.kind)
    if kind not in _KNOWN and kind not in _OTHER_CORE:
        what = f"the question type {question.kind!r} is unknown" if question.kind else "a question has no type"
        question.add(Code.MOODLE_REFUSES, what, hint="A site that has a plugin of this name imports it.")
        return
    _common(question)
    if kind in _KNOWN:
        _unknown_elements(question, _KNOWN[kind])
        if question.value("shownumcorrect") in ("0", "false"):
            message = "shownumcorrect is read as true whatever stands in it"
            question.add(Code.MOODLE_CHANGED, message, question.first("shownumcorrect"), "Leave it out.")
        _CHECKS[kind](question)


def _common(question: Question) -> None:
    _head(question)
    for tag, elements in question.parts.items():
        if tag in _FORMATTED:
            for element in elements:
                formatted(question, element)
    number(question, "penalty", breaks=Code.MOODLE_REFUSES)
    if question.value("defaultgrade") != "":
        number(question, "defaultgrade", breaks=Code.MOODLE_STOPS)
    identifier = question.first("idnumber")
    if identifier is not None:
        check_idnumber(question.findings, identifier.text or "", line_of(identifier))
    for tags in (*question.all("tags"), *question.all("coursetags")):
        for element in tags.findall("tag"):
            check_tag(question.findings, (plain(question, element) or "").strip(), line_of(element))


_FORMATTED = frozenset(
    {"questiontext", "generalfeedback", "correctfeedback", "partiallycorrectfeedback", "incorrectfeedback", "hint"}
    | {"graderinfo", "responsetemplate"}
)


def _head(question: Question) -> None:
    name = plain(question, question.first("name"))
    if name is None:
        question.add(Code.MOODLE_REFUSES, "the question has no name; Moodle refuses the file")
    else:
        check_name(question.findings, name, question.line)
    if question.first("questiontext") is None:
        question.add(Code.MOODLE_DROPPED, "the question has no questiontext")


def _unknown_elements(question: Question, known: frozenset[str]) -> None:
    for tag, elements in question.parts.items():
        if tag in known:
            continue
        near = get_close_matches(tag, known, n=1)
        hint = f"Did you mean {near[0]}?" if near else None
        question.add(Code.MOODLE_DROPPED, f"{tag} means nothing in a {question.kind} question", elements[0], hint)


# ---------------------------------------------------------------- answers


def _answers(question: Question, *, rich: bool = False) -> list[tuple[Element, str, float]]:
    """Check all answers; return element, text and weight (0 where it is no number) of each."""
    found = []
    for answer in question.all("answer"):
        text = (formatted(question, answer) if rich else plain(question, answer)) or ""
        if len(answer) > 1:
            _feedback(question, answer)
        fraction = answer.get("fraction")
        weight = USUAL_WEIGHTS.get(fraction or "0")
        if weight is None:
            weight = check_weight(question.findings, fraction or "0", line_of(answer))
        if fraction == "":
            question.add(Code.MOODLE_REFUSES, "the fraction of an answer is empty; Moodle breaks off", answer)
        found.append((answer, text.strip(), weight or 0.0))
    return found


def _feedback(question: Question, answer: Element) -> None:
    for child in answer:
        if child.tag == "feedback":
            formatted(question, child)


def _multichoice(question: Question) -> None:
    flag(question, "single")
    flag(question, "shuffleanswers")
    numbering = question.value("answernumbering")
    if numbering and numbering not in _NUMBERINGS:
        question.add(
            Code.MOODLE_CHANGED, f"answernumbering {numbering!r} is unknown", question.first("answernumbering")
        )
    answers = _answers(question, rich=True)
    if len(answers) < 2:
        question.add(Code.MOODLE_STOPS, "a multiple choice needs at least two answers")
    for element, text, _ in answers:
        if not text:
            question.add(Code.MOODLE_DROPPED, "an answer is empty and left out", element)
    single = question.value("single") not in ("false", "0", "")
    check_marks(question.findings, [weight for _, text, weight in answers if text], single, question.line)


def _truefalse(question: Question) -> None:
    answers = question.all("answer")
    if len(answers) != 2:
        question.add(Code.MOODLE_STOPS, f"true/false needs two answers, true and false; there are {len(answers)}")
    words = []
    right = []
    for answer in answers:
        word = (plain(question, answer) or "").strip()
        words.append(word)
        right.append((answer.get("fraction") or "").strip() in ("100", "100.0", "100.00000"))
        _feedback(question, answer)
        if word not in ("true", "false"):
            message = f"the answer {word!r} is not read: only true and false in lower case are, else the order decides"
            question.add(Code.MOODLE_KEY, message, answer, "Write true and false; Moodle shows its own words.")
    if len(set(words)) < len(words):
        question.add(Code.MOODLE_KEY, "both answers have the same text; the last one decides")
    elif len(answers) == 2 and sum(right) != 1:
        question.add(Code.MOODLE_KEY, "exactly one answer must have the fraction 100; the last one decides")


def _shortanswer(question: Question) -> None:
    usecase = question.value("usecase")
    if usecase not in (None, "0", "1"):
        question.add(
            Code.MOODLE_STOPS, f"usecase must be 0 or 1, not {usecase!r}; Moodle breaks off", question.first("usecase")
        )
    answers = _answers(question)
    if not any(abs(weight - 100) < 0.01 and text for _, text, weight in answers):
        question.add(Code.MOODLE_STOPS, "no answer has the weight 100; Moodle stops importing here")
    for element, text, weight in answers:
        if not text:
            question.add(Code.MOODLE_DROPPED, "an answer is empty and left out", element)
        elif weight > 0:
            check_wildcard(question, text, element)


def check_wildcard(question: Question, text: str, at: Element) -> None:
    """Report an asterisk that accepts anything in its place (shortanswer/question.php:98-121)."""
    bare = text.replace("\\*", "")
    if bare.strip("*") == "" and "*" in bare:
        question.add(Code.MOODLE_KEY, "the answer * accepts every response", at, r"Write \* for an asterisk.")
    elif "*" in bare:
        message = f"the asterisk in {text!r} accepts anything in its place"
        question.add(Code.MOODLE_CHANGED, message, at, r"Write \* for an asterisk.", Severity.NOTE)


def _numerical(question: Question) -> None:
    answers = _answers(question)
    for element, text, weight in answers:
        if text == "*":
            if weight > 0:
                question.add(Code.MOODLE_KEY, "the answer * accepts every number", element)
        else:
            _numerical_answer(question, element, text)
    check_marks(question.findings, [weight for _, _, weight in answers], True, question.line)


def _numerical_answer(question: Question, element: Element, text: str) -> None:
    if not text:
        where = "stands outside of text" if own_text(element) else "is empty"
        question.add(Code.MOODLE_STOPS, f"the number {where}; Moodle breaks off", element)
    elif not is_number(text):
        if any(character.isdigit() for character in text):
            question.add(Code.MOODLE_NUMBER, f"{text!r} is read as another number (3,14 becomes 314)", element)
        else:
            question.add(Code.MOODLE_STOPS, f"{text!r} is not a number; Moodle breaks off", element)
    elif len(re.sub(r"[eE].*|[^0-9]", "", text).strip("0")) > _DIGITS:
        message = f"{text} is stored with {_DIGITS} significant digits"
        question.add(Code.MOODLE_CHANGED, message, element, severity=Severity.NOTE)
    tolerance = element.findtext("tolerance")
    if tolerance is not None and tolerance.strip() and not is_number(tolerance):
        message = f"the tolerance {tolerance!r} is read as another number (0,01 becomes 1)"
        question.add(Code.MOODLE_NUMBER, message, element)


# ---------------------------------------------------------------- the other types


def _essay(question: Question) -> None:
    kind = question.value("responseformat")
    if kind and kind not in _RESPONSE_FORMATS:
        question.add(Code.MOODLE_CHANGED, f"responseformat {kind!r} is unknown", question.first("responseformat"))
    for tag in ("responsefieldlines", "attachments", "attachmentsrequired", "responserequired"):
        number(question, tag, breaks=Code.MOODLE_STOPS)


def _matching(question: Question) -> None:
    flag(question, "shuffleanswers")
    pairs = 0
    for part in question.all("subquestion"):
        left = formatted(question, part) or ""
        right = plain(question, part.find("answer")) or ""
        pairs += bool(left.strip() and right.strip())
        if left.strip() or right.strip():
            check_right_side(question.findings, right.strip(), line_of(part))
    if pairs < 2:
        question.add(Code.MOODLE_CHANGED, f"a matching needs two pairs to make sense; there are {pairs}")


def _ordering(question: Question) -> None:
    question.add(Code.MOODLE_VERSION, "ordering questions need Moodle 4.4; older sites refuse the whole file")
    answers = question.all("answer")
    for answer in answers:
        formatted(question, answer)
    if len(answers) < 2:
        question.add(Code.MOODLE_STOPS, "ordering needs at least two items; all later questions are lost")
    if question.first("shownumcorrect") is None and len(question.all("hint")) < 2:
        question.add(Code.MOODLE_STOPS, "without shownumcorrect Moodle breaks off", hint="Add <shownumcorrect>1.")
    if question.first("selecttype") is None:
        question.add(Code.MOODLE_CHANGED, "without selecttype only a random part of the items is shown")


def _description(question: Question) -> None:
    """Nothing but the common parts."""


_CHECKS: dict[str, Callable[[Question], None]] = {
    "multichoice": _multichoice,
    "truefalse": _truefalse,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "essay": _essay,
    "matching": _matching,
    "description": _description,
    "cloze": check_cloze,
    "ordering": _ordering,
}
