"""Lines that a word announces: ``Answer: B``, ``解析：…``, ``Points: 2``.

The words stand in :mod:`qticonv.readers.rawtext.words`; this module knows how people set them: bold, in brackets, with
a colon, an equals sign, a dash, or alone on a line above the text.
"""

from __future__ import annotations

import re
from functools import cache

from msgspec import Struct

from qticonv.patterns import lazy
from qticonv.readers.rawtext.words import ByInitial, Openings, Part, is_truth, pattern, words


class Field(Struct, frozen=True, gc=False):
    """A part that a word announces and what follows the word; ``value`` is empty where the text comes below."""

    part: Part
    value: str
    bare: bool = False  # no colon or other sign follows the word


# In this order: a word of two parts ("note" the explanation, "answer" the key) counts for the first.
_ORDER = (
    Part.GIVEN,
    Part.MODEL,
    Part.PROMPT,
    Part.ANSWER,
    Part.EXPLANATION,
    Part.POINTS,
    Part.TYPE,
    Part.OTHER,
    Part.OPTIONS,
)
_SCORE_STARTS = frozenset("0123456789([")
_LONGEST = 48
_LONGEST_LINK = 2000
_LEAD = lazy(r"(?:[\s>*_#\-+•▪\[(【〔✅✔☑👉💡📝➡→“\"'`]|<[a-zA-Z][^<>]*>|\?{3}\+?|!{3})*")
_SIGN = lazy(r"[:：=]")
_TAIL = lazy(r"(?:[\s*_`:：=\]】)\"'>–—-]|</[a-zA-Z]+>)*")
_BRACKETS = lazy(r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]")
_NUMBERED = lazy(r"\s*(?:(?:to|for|zu|à|de|da|del)\s+)?(?:(?:question|q|no|nr|n|frage|item)[.°º]?\s*)?#?\d{1,4}[.)]?$")
_MARKUP = str.maketrans("", "", "*_`~")
_WORD = lazy(r"[^\s(\[.*_\-–—<:]+")
_SPACE = lazy(r"\s+")


@cache
def _table() -> dict[str, Part]:
    table: dict[str, Part] = {}
    for part in reversed(_ORDER):
        table.update(dict.fromkeys(words(part), part))
    return table


@cache
def _openings() -> Openings:
    return Openings(_table())


@cache
def _first_words() -> frozenset[str]:
    return frozenset(phrase.split()[0] for phrase in _table())


_BARE_LABEL = r"[(\[*_\s]*(?:[A-Ha-h①-⑩]|[A-H]{2,6}|\d|[A-Ha-h](?:\s*[,;&、]\s*[A-Ha-h])+)"
# A word without a colon: alone on its line, or with nothing but a label or a true/false word behind it.
_BARE = ByInitial(
    lambda one_of: (
        rf"(?P<word>{one_of(words(Part.ANSWER) | words(Part.EXPLANATION) | words(Part.MODEL))})"
        rf"(?:\s*[-–—.:>]+\s*|\s+|(?=[(\[①-⑩A-H]))?(?P<value>{_BARE_LABEL}[)\].*_\s]*"
        r"|(?<=[\s\-–—.])(?P<truth>\S.{0,30}?)[.\s]*|)$"
    )
)

_VERBS = (" is", " are", " ist", " es", " é", " è", " est", "是")
# "The correct answer is C. …": a key inside a sentence that begins with its announcement.
_SENTENCE = ByInitial(
    lambda one_of: (
        rf"(?P<word>{one_of(word for word in words(Part.ANSWER) if word.endswith(_VERBS))})"
        r"\s*:?\s*(?P<value>.*)$"
    ),
    re.DOTALL,
)

_PROMPT = lazy(lambda: pattern(Part.PROMPT), re.IGNORECASE)


_SCORE = lazy(
    lambda: rf"[(\[]?\d{{1,3}}(?:[.,]\d{{1,2}})?\s*(?:/\s*\d+\s*)?(?:{pattern(Part.POINTS)}|分|점|点)[)\]]?$",
    re.IGNORECASE,
)


_LINK = lazy(r"[\s>*_•(-]*(?:!?\[[^\[\]]*\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*\)|<?https?://\S+>?|www\.\S+)[\s.)*_]*$")


def read_field(text: str) -> Field | None:
    """Return the field that a line announces, or ``None``."""
    found = _read_field(text)
    if found and found.part is Part.EXPLANATION and _LINK.match(found.value):
        return Field(Part.OTHER, found.value)
    return found


def may_announce(text: str) -> bool:
    """Whether a line can announce a field: cheap, because it is asked of every line."""
    return _openings().may_begin(text)


def is_link(text: str) -> bool:
    """Whether a line is nothing but a link: a reference, not an explanation."""
    if len(text) > _LONGEST_LINK or not ("://" in text or "www." in text) or text.lstrip().startswith("!"):
        return False
    return _LINK.match(text) is not None


def _read_field(text: str) -> Field | None:
    if len(text) <= 16 and text[:1] in _SCORE_STARTS and _SCORE.match(text):
        return Field(Part.OTHER, text)  # what a student scored, or what the question is worth
    start = _lead(text)
    rest = text[start:] if start else text
    if not may_announce(rest):
        return None
    sign = _SIGN.search(rest, 0, _LONGEST)
    if sign:
        part = _part_of(rest[: sign.start()])
        if part is not None:
            value_start = _TAIL.match(rest, sign.start())
            return Field(part, _value(rest[value_start.end() if value_start else sign.end() :], text[:start]))
    if _first_word(rest) in _first_words() or not rest[:1].isascii():
        return _without_sign(rest)
    return None


def _lead(text: str) -> int:
    if text[:1].isalnum():
        return 0
    found = _LEAD.match(text)
    return found.end() if found else 0


def _first_word(text: str) -> str:
    found = _WORD.match(text)
    return found[0].casefold() if found else ""


def _part_of(phrase: str) -> Part | None:
    plain = _table().get(phrase.casefold())
    if plain is not None:
        return plain
    phrase = _SPACE.sub(" ", phrase.translate(_MARKUP)).strip(" \t\"'“”").casefold()
    part = _table().get(phrase)
    if part is None and phrase:
        shorter = _NUMBERED.sub("", _BRACKETS.sub("", phrase)).strip()
        part = _table().get(shorter) if shorter != phrase else None
    return part


def _without_sign(rest: str) -> Field | None:
    if _PROMPT.match(rest):
        return Field(Part.PROMPT, "", True)
    if len(rest) <= _LONGEST:
        plain = _SPACE.sub(" ", re.sub(r"</?[a-zA-Z][^<>]*>|[\"#]", " ", rest).translate(_MARKUP)).strip(" ])】")
        part = _table().get(plain.casefold().removeprefix("show ").removeprefix("view "))
        if part is not None and not _is_adjective(plain):
            return Field(part, "", True)
        found = _BARE.match(plain)
        if found and found["truth"] and not is_truth(found["truth"]):
            found = None
        if found and (found["value"] or not _is_adjective(plain.rstrip(".。"))):
            return Field(_table()[_SPACE.sub(" ", found["word"]).casefold()], found["value"].strip(), True)
    found = _SENTENCE.match(rest)
    if found:
        return Field(Part.ANSWER, found["value"].strip(), True)
    return None


def _is_adjective(plain: str) -> bool:
    """Words such as ``correct`` or ``richtig`` alone, or a small letter, are the end of a wrapped line."""
    word = plain.casefold()
    return plain[:1].islower() or (word in words(Part.CORRECT) and word not in {"answer", "key", "ans"})


_CLOSING = {"[": "]", "(": ")", "【": "】", "〔": "〕"}


def _value(value: str, lead: str) -> str:
    """Strip what closes the marks that were opened before the word: ``[Answer: B]``, ``**Answer: B**``."""
    value = value.strip()
    if not lead:
        return value
    for opening in lead:
        closing = _CLOSING.get(opening)
        if closing and value.endswith(closing) and value.count(closing) > value.count(opening):
            value = value[:-1].rstrip()
    for mark in ("**", "__", "*", "_"):
        if mark in lead and value.endswith(mark) and value.count(mark) % 2:
            value = value.removesuffix(mark).rstrip()
            break
    return value


_ANSWER_INSIDE = lazy(lambda: rf"{pattern(Part.ANSWER)}\s*[:：]\s*(?P<value>[^:：]*)$", re.IGNORECASE)


def find_answer(text: str) -> str | None:
    """The key that is stated inside a line, behind another field: ``A  Correct answer: B``."""
    found = _ANSWER_INSIDE.search(text)
    return found["value"].strip() if found else None


def is_key_heading(line: str) -> bool:
    """A heading over a list of keys, alone on its line: ``ANSWER KEY``, ``## Gabarito comentado``, ``Lösungen:``."""
    return _key_openings().may_begin(line) and _KEY_HEADING.match(line) is not None


@cache
def _key_openings() -> Openings:
    return Openings(words(Part.KEYS))


_KEY_HEADING = ByInitial(
    lambda one_of: rf"{one_of(words(Part.KEYS))}(?:\s*[-–—:(（].{{0,60}})?[\s*_:：=\-–—\])】]*$",
    lead=r"[\s#*_=\-–—>\[(【]*",
)
