"""What sends a question to review, whatever its score: kinds where words of an explanation mislead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from qticonv.keys.words import holds_any
from qticonv.patterns import lazy


class Guard(StrEnum):
    """Why an inferred key is not accepted, in words for the message."""

    NUMERIC = "the choices are numbers"
    CODE = "it is about code or formulas"
    NEGATED_STEM = "the stem asks for what is not so"
    COMPOUND = 'a choice speaks of other choices ("all of the above")'
    LETTERS = "a letter in the explanation speaks against it"
    LITTLE = "the explanation names too few of its distinctive words"
    NEIGHBOUR = "the explanation fits a neighbouring question better"


_NUMBER = lazy(r"\d[\d.,]*")
_TERM = lazy(r"[^\W\d_]{2,}")  # a word; a single letter is a variable or a unit
_FEW_WORDS = 2  # besides numbers
_FEW_WORDS_CALCULATED = 6
_EQUATIONS = 2  # in an explanation that calculates
_BLOCK = "{};"  # marks of code in a stem
_CODE_SIGN = lazy(r"[`{}=<>\\^_$|;\[\]+*/~(](?:(?<!\()|\))")  # a back quote or what _CODE_MARK finds, quick to find
_CODE_MARK = lazy(r"[{}=<>\\^_$|;\[\]+*/~]|\(\)")
_CAPITALS = lazy(r"[NELFI](?<!\w.)(?:(?<=N)OT|(?<=E)XCEPT|(?<=L)EAST|(?<=F)ALSE|(?<=I)NCORRECT)\b")  # quick to find
# In the sentence that asks. "What is wrong with this?" asks for a fault, which the explanation names like any answer.
_NEGATED = lazy(
    r"\bexcept\b\W*(?:for\W*)?\Z|\b(?:all|any|each|following|these)\b.*\bexcept\b|\bnot\W*\Z"
    r"|\b(?:which|what|who|following)\b(?:(?!\b(?:that|who|because|when|if)\b)[^,;]){0,60}?"
    r"\b(?:(?:is|are|was|were|does|do|did|would|has|have|had|can|could|should|will|may)\s+(?:\w+\s+)?not\b"
    r"|\w+n['’]t\b|cannot\b|(?:is|are|was|were)\s+(?:\w+\s+)?(?:false|incorrect|untrue|inappropriate|unlikely)\b)"
    r"|\b(?:false|incorrect|untrue|wrong)\s+(?:statement|option|answer|pair|match)|\bleast\s+(?:likely|appropriate|accurate|suitable)",
    re.IGNORECASE,
)
_NEGATION = ("not", "n't", "n’t", "xcept", "east", "alse", "incorrect", "ntrue", "inappropriate", "nlikely", "wrong")
_COMPOUND = lazy(
    r"\W*(?:(?:all|none|both|neither|any|either|two|some|each)\s+(?:of\s+)?(?:the\s+)?"
    r"(?:above|these|those|them|others?|options?|choices?|answers?|following|statements?|listed|mentioned)\b"
    r"|(?:both|neither|either|only)?\s*\(?[A-H1-5]\)?(?:\s*,\s*\(?[A-H1-5]\)?)*\s*(?:,|and|or|nor|&)\s*\(?[A-H1-5]\)?"
    r"(?:\s+(?:only|both))?\W*\Z"
    r"|(?:all|none|both|neither|no answer|cannot be determined)\W*\Z)",
    re.IGNORECASE,
)


def guards_of(stem: str, choices: Sequence[str], explanation: str) -> tuple[Guard, ...]:
    """Return the guards that the kind of question provokes."""
    half = (len(choices) + 1) // 2
    printed = "\n".join(choices)  # what none of them has is looked for once
    fired = []
    if _NUMBER.search(printed) and _are_numbers(choices, half, calculated=explanation.count("=") >= _EQUATIONS):
        fired.append(Guard.NUMERIC)
    if _shows_code(stem) or (_CODE_SIGN.search(printed) and sum([_is_code(choice) for choice in choices]) >= half):
        fired.append(Guard.CODE)
    if _asks_negation(stem):
        fired.append(Guard.NEGATED_STEM)
    if any(_COMPOUND.match(choice) for choice in choices):
        fired.append(Guard.COMPOUND)
    return tuple(fired)


def _asks_negation(stem: str) -> bool:
    if _CAPITALS.search(stem):
        return True
    if not holds_any(stem, _NEGATION):
        return False
    asking = stem[max(stem.rfind(mark, 0, -1) for mark in (". ", "? ", "! ", "\n")) + 1 :]
    return holds_any(asking, _NEGATION) and _NEGATED.search(asking) is not None


def _are_numbers(choices: Sequence[str], half: int, *, calculated: bool) -> bool:
    """Whether ``half`` of the choices say little but numbers, a little more where the explanation calculates."""
    frames = [_NUMBER.sub("", choice) for choice in choices if _NUMBER.search(choice)]
    if len(frames) < half:
        return False
    few = _FEW_WORDS_CALCULATED if calculated else _FEW_WORDS
    return sum([len(_TERM.findall(frame)) <= few or frames.count(frame) > 1 for frame in frames]) >= half


def _shows_code(stem: str) -> bool:
    return "```" in stem or sum(map(stem.count, _BLOCK)) >= 3


def _is_code(choice: str) -> bool:
    if choice.count("`") >= 2:
        return True
    if not _CODE_MARK.search(choice):
        return False
    marks = len(_CODE_MARK.findall(choice))
    return marks >= 2 and marks * 12 > len(choice)
