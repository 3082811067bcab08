"""A second reading of GIFT: what Moodle's importer takes from the file, written after its source, step by step.

Line numbers are those of question/format/gift/format.php and question/format.php in Moodle 4.5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TRIM = " \t\n\r\0\x0b"
_ESCAPED = ("\\:", "\\#", "\\=", "\\{", "\\}", "\\~", "\\n")
_PLACEHOLDERS = ("&&058;", "&&035;", "&&061;", "&&123;", "&&125;", "&&126;", "&&010")
_CHARACTERS = (":", "#", "=", "{", "}", "~", "\n")
_WEIGHT = re.compile(r"%(-*[0-9]{1,2}\.?[0-9]*)%")


@dataclass
class Answer:
    weight: float
    text: str
    format: str
    feedback: str = ""
    tolerance: str = ""


@dataclass
class Question:
    kind: str
    name: str = ""
    text: str = ""
    format: str = "moodle"
    general: str = ""
    answers: list[Answer] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    single: bool = False
    identifier: str = ""
    tags: list[str] = field(default_factory=list)


def read(data: bytes) -> list[Question]:
    """Return questions and categories (kind ``category``, the path as text)."""
    found: list[Question] = []
    block: list[str] = []
    for line in (line.strip(_TRIM) for line in [*data.decode("utf-8").split("\n"), ""]):
        if line in ("", "0"):  # empty($line): format.php:734
            if block:
                question = _question(block)
                if question:
                    found.append(question)
            block = []
        else:
            block.append(line)
    return found


def _pre(text: str) -> str:
    """escapedchar_pre, 124-134."""
    text = text.replace("\\\\", "&&092;")
    for escaped, placeholder in zip(_ESCAPED, _PLACEHOLDERS, strict=True):
        text = text.replace(escaped, placeholder)
    return text.replace("&&092;", "\\")


def _post(text: str) -> str:
    """escapedchar_post, 136-142."""
    for placeholder, character in zip(_PLACEHOLDERS, _CHARACTERS, strict=True):
        text = text.replace(placeholder, character)
    return text


def _formatted(text: str, default: str) -> tuple[str, str]:
    """parse_text_with_format: a marker counts at position 0 only."""
    marker = re.match(r"\[(html|markdown|plain|moodle)\]", text)
    if marker:
        return _post(text[marker.end() :]).strip(_TRIM), marker[1]
    return _post(text).strip(_TRIM), default


def _question(lines: list[str]) -> Question | None:
    comments = [line for line in lines if line.startswith("//")]
    text = _pre("\n".join(" " if line.startswith("//") else line for line in lines).strip(_TRIM))
    if not text:
        return None
    if text.startswith("$CATEGORY:"):
        return Question("category", text=text[10:].strip(_TRIM))
    question = Question("")
    _comment(question, comments)
    if text.startswith("::"):
        end = text.find("::", 2)
        assert end > 0
        question.name = _post(text[2:end])
        text = text[end + 2 :].strip(_TRIM)
    opening, closing = text.find("{"), text.find("}")
    assert (opening < 0) == (closing < 0), "a brace is missing"
    answers = None
    if opening >= 0:
        answers = text[opening + 1 : closing].strip(_TRIM)
        gap = "" if text.endswith("}") else "_____"
        text = text[:opening] + gap + text[closing + 1 :]
    question.text, question.format = _formatted(text, "moodle")
    if answers is None:
        question.kind = "description"
        return question
    if "####" in answers:
        answers, _, general = answers.rpartition("####")
        answers = answers.strip(_TRIM)
        question.general = _formatted(general, question.format)[0]
    _answers(question, answers)
    return question


def _comment(question: Question, comments: list[str]) -> None:
    text = "\n".join(comments)
    identifier = re.search(r"\[id:((?:\\\]|[^\]\x00-\x1f\x7f])+)\]", text)
    question.identifier = identifier[1].strip().replace("\\]", "]") if identifier else ""
    question.tags = [tag.replace("\\]", "]") for tag in re.findall(r"\[tag:((?:\\\]|[^\]<>`\x00-\x1f\x7f])+)\]", text)]


def _answers(question: Question, text: str) -> None:
    """Which type it is: 295-329."""
    if text == "":
        question.kind = "essay"
    elif text[0] == "#":
        question.kind = "numerical"
        _numerical(question, text[1:])
    elif "~" in text:
        question.kind = "multichoice"
        question.single = "=" in text
        for part in _parts(text.replace("=", "~="), "~"):
            full = part.startswith("=")
            question.answers.append(_answer(question, part[full:], 100.0 if full else 0.0, weighted=not full))
        assert len(question.answers) >= 2
    elif "=" in text and "->" in text:
        question.kind = "match"
        for part in _parts(text, "="):
            assert "->" in part, part
            left, _, right = part.partition("->")
            question.pairs.append((_formatted(left, question.format)[0], _post(right).strip(_TRIM)))
        assert len(question.pairs) >= 2
    elif text.partition("#")[0].strip(_TRIM) in ("T", "TRUE", "F", "FALSE"):
        question.kind = "truefalse"
        _true_false(question, text)
    else:
        question.kind = "shortanswer"
        question.answers = [_answer(question, part, 100.0) for part in _parts(text, "=")]


def _parts(text: str, separator: str) -> list[str]:
    """explode, trim the first part, leave it out if it is empty (or 0)."""
    parts = text.split(separator)
    if parts[0].strip(_TRIM) in ("", "0"):
        del parts[0]
    return [part.strip(_TRIM) for part in parts]


def _answer(question: Question, text: str, default: float, *, weighted: bool = True) -> Answer:
    """answerweightparser and commentparser: 81-105."""
    weight = _WEIGHT.match(text) if weighted else None
    if weight:
        text = text[weight.end() :]
    content, _, feedback = text.partition("#")
    content, kind = _formatted(content.strip(_TRIM), question.format)
    own = _formatted(feedback.strip(_TRIM), question.format)[0]
    return Answer(float(weight[1]) if weight else default, content, kind, own)


def _true_false(question: Question, text: str) -> None:
    """split_truefalse_comment: the first feedback is for the wrong answer (107-122)."""
    word, wrong, right = [*text.split("#", 2), "", ""][:3]
    is_true = word.strip(_TRIM) in ("T", "TRUE")
    feedback = {True: right, False: wrong}
    for value in (True, False):
        own = _formatted(feedback[value is is_true].strip(_TRIM), question.format)[0]
        weight = 100.0 if value is is_true else 0.0
        question.answers.append(Answer(weight, str(value).lower(), "", own))


def _numerical(question: Question, text: str) -> None:
    text, tilde, other = text.partition("~")
    for part in _parts(text, "="):
        answer = _answer(question, part, 100.0)
        number = answer.text
        if number.find("..") > 0:
            low, high = map(float, number.split("..", 1))
            answer.text, answer.tolerance = str((low + high) / 2), str(high - (low + high) / 2)
        elif number.find(":") > 0:
            answer.text, answer.tolerance = (side.strip(_TRIM) for side in number.split(":", 1))
        float(answer.text), float(answer.tolerance or 0)
        question.answers.append(answer)
    assert question.answers
    if tilde:
        feedback = _formatted(other.partition("#")[2].strip(_TRIM), question.format)[0]
        question.answers.append(Answer(0.0, "*", "", feedback))
