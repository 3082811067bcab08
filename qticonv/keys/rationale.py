"""Feedback of single choices inside an explanation: "Option A is wrong because …".

A sentence becomes a choice's feedback only where it is certain whose it is: it opens with one letter and a verdict, the
words beside it are that choice's, and the verdict does not contradict the key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from qticonv.keys.features import Owners, weigh
from qticonv.keys.words import Vocabulary, holds_any
from qticonv.model import Choice, Text
from qticonv.patterns import lazy

_JUDGED = lazy(
    r"([A-H])\}?\$?[)\"']?\s+(?:is|was)\s+(?:also\s+|therefore\s+|the\s+)?"
    r"(wrong|incorrect|not correct|false|correct|right|best)\b"
)
# What may stand before the letter, from the beginning of its sentence.
_OPENING = lazy(
    r"(?:(?<=[.!?])|(?<=[.!?][\"')])|^)\s*(?:(?:Option|Choice|Answer)\s+)?[(\"']?\$?(?:\\math\w+\{)?\Z", re.MULTILINE
)
_LETTER = lazy(r"\b(?:[Oo]ptions?|[Cc]hoices?)\s+\W{0,3}[A-H]\b|\([A-H]\)")
_SENTENCE_END = lazy(r"[.!?](?=\s|$|[A-Z\"'])|\n")
_VERDICTS = (
    "is wrong",
    "incorrect",
    "is correct",
    "is false",
    "is right",
    "is not c",
    "is the ",
    "is also",
    "is therefore",
    "was ",
)
_HINT = lazy(r"[A-H]\W{0,3} (?:is|was) ")  # a cheap test before the expression
_RIGHT = ("correct", "right", "best")


def with_rationales(
    choices: tuple[Choice, ...], owner: Callable[[], Owners], text: str, vocabulary: Vocabulary
) -> tuple[Choice, ...]:
    """Return ``choices`` with the feedback that ``text`` certainly gives to single ones; existing feedback stays.

    ``owner`` (whose the words of the choices are) is asked for only where there is a judgement on a letter.
    """
    found: dict[int, str] = {}
    for letter, verdict, sentence in _judgements(text) if _may_judge(text) else ():
        places = [place for place, choice in enumerate(choices) if choice.label == letter]
        if len(places) == 1 and _certain(choices, places[0], verdict in _RIGHT, sentence, owner(), vocabulary):
            found.setdefault(places[0], sentence)
    if not found:
        return choices
    return tuple(
        replace(choice, feedback=Text(found[place])) if place in found and choice.feedback is None else choice
        for place, choice in enumerate(choices)
    )


def _judgements(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield letter, verdict and sentence where a sentence opens with them."""
    before = 0
    for match in _JUDGED.finditer(text):
        opening = _OPENING.search(text, before, match.start())
        before = match.end()
        if opening:
            end = _SENTENCE_END.search(text, before)
            yield match[1], match[2], text[opening.start() : end.end() if end else len(text)].strip()


def _may_judge(text: str) -> bool:
    return holds_any(text, _VERDICTS) and _HINT.search(text) is not None


def _certain(
    choices: Sequence[Choice], place: int, right: bool, sentence: str, owner: Owners, vocabulary: Vocabulary
) -> bool:
    if len(_LETTER.findall(sentence)) > 1:
        return False
    if any(choice.is_key for choice in choices) and choices[place].is_key != right:
        return False
    values = weigh(set(vocabulary.words(sentence)), owner, len(choices))
    return values[place] > max([value for other, value in enumerate(values) if other != place], default=0.0)
