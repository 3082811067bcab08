"""What an explanation says about each choice, as named numbers.

Every feature compares the explanation with a choice's *distinctive* words: those that the stem and the other choices
do not have, or have less. No feature knows how long a choice is printed or where it stands.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

from qticonv.keys.question import Mention, Question
from qticonv.keys.words import CLAUSE_END, CUE_BIT, CUE_MASK, CUES, PLACES, SENTENCE_END, Vocabulary

DENSE = (
    "coverage",  # share of the choice's distinctive words that the explanation names
    "named share",  # its share of all distinctive words named, repetitions damped
    "words named",  # log number of its distinctive words named
    "phrases",  # log weight of its words that stand side by side in the explanation, too
    "early",  # how early the first of them stands
    "focus",  # how far they stand in the sentences that take up the stem
    "head share",  # coverage of the choice's head (up to its first comma or dash), relative to the other choices
    "head opens",  # share of its head's distinctive words that the first sentence of the explanation names
    "all words",  # coverage of all its words, distinctive or not
    "refuted by letter",  # "Option C …", as far as letters can be trusted in this file
    "approved by letter",  # "Option B is correct"
    "left by letters",  # the letters of all other choices are refuted
)
CONTEXT = tuple(f"in: {name}" for name in (*CUES, *PLACES)) + tuple(f"after: {name}" for name in CUES)
NAMES = DENSE + CONTEXT

STEM_WORD = 0.35  # weight of a choice's word that the stem has, too
_SHARED = (1.0, 0.5, 0.2)  # … of a word that one, two or more choices have (but not all)
_SMOOTH, _SMOOTH_HEAD = 0.5, 0.3
_LETTERS = 3  # columns of what letters say, the last ones
_FIRST, _LAST, _LATER, _ASKED = (CUE_BIT[place] for place in PLACES)


Hit = tuple[int, float, int]  # choice, weight, cues before it in its clause


class Scan(Struct):
    """What one pass over the explanation finds, by choice."""

    named: list[float]  # weight of occurrences, the n-th of a word counting 1/n
    words: list[set[int]]  # the distinctive ones that are named
    first: dict[int, int]  # position of the first word named, where there is one
    opening: frozenset[int]  # distinctive words that the first sentence names
    sentences: list[tuple[int, float, list[Hit]]]  # cues, weight of stem words, hits


Owners = dict[int, tuple[tuple[int, ...], float]]


def owners(question: Question, weight: Sequence[float]) -> Owners:
    """Return the choices that have a word, and how distinctive it is, for every word that not all of them have."""
    masks: dict[int, int] = {}
    for index, words in enumerate(question.different):
        bit = 1 << index
        for word in words:
            masks[word] = masks.get(word, 0) | bit
    count, stem, found = len(question.choices), question.stem, {}
    for word, mask in masks.items():
        members, share = _share(mask, count)
        if members:
            value = weight[word] * share
            found[word] = (members, value * STEM_WORD if word in stem else value)
    return found


@lru_cache(maxsize=4096)
def _share(mask: int, count: int) -> tuple[tuple[int, ...], float]:
    """Return which of ``count`` choices have a word, given as bits, and what it counts for each (none if all do)."""
    shared = mask.bit_count()
    if shared == count:
        return (), 0.0
    members = tuple(index for index in range(mask.bit_length()) if mask >> index & 1)
    return members, _SHARED[min(shared if count > 2 else 1, 3) - 1]


def scan(question: Question, owner: Owners, vocabulary: Vocabulary) -> Scan:
    """Walk once over the explanation."""
    cues, weight, stem = vocabulary.cue, vocabulary.weight, question.stem
    known, asked = owner.keys() | stem, {question.noun: _ASKED}
    count = len(question.choices)
    words: list[set[int]] = [set() for _ in range(count)]
    named = [0.0] * count
    first: dict[int, int] = {}
    seen: dict[int, int] = {}
    seen_by: list[int] = []  # how many distinctive words were seen by the end of each sentence
    sentences: list[tuple[int, float, list[Hit]]] = []
    hits: list[Hit] = []
    here, before, focus = 0, 0, 0.0
    for position, code in enumerate(question.explanation):
        if not code:
            continue
        if code in known:
            if code in owner:
                members, value = owner[code]
                times = seen[code] = seen.get(code, 0) + 1
                value /= times
                for choice in members:
                    hits.append((choice, value, before))
                    named[choice] += value
                    words[choice].add(code)
                    first.setdefault(choice, position)
            if code in stem:
                focus += weight[code]
                here |= asked.get(code, 0)
        cue = cues[code]
        if cue:
            before = (0 if cue & CLAUSE_END else before) | (cue & CUE_MASK)
            here |= cue & CUE_MASK
            if cue & SENTENCE_END:
                seen_by.append(len(seen))
                sentences.append((here, focus, hits))
                here, focus, hits = 0, 0.0, []
    if here or hits or focus:
        sentences.append((here, focus, hits))
    seen_by.append(len(seen))
    return Scan(named, words, first, frozenset(list(seen)[: seen_by[0]]), sentences)


def contexts(found: Scan) -> Iterator[tuple[int, list[Hit]]]:
    """Yield the hits of each sentence with the cues of the sentence, its place in the explanation among them."""
    last = len(found.sentences) - 1
    for number, (here, _, hits) in enumerate(found.sentences):
        if hits:
            place = _FIRST if number == 0 else _LATER if number > 1 else 0
            yield here | place | (_LAST if number == last > 0 else 0), hits


def dense(question: Question, owner: Owners, found: Scan, vocabulary: Vocabulary) -> list[tuple[float, ...]]:
    """Return the values of :data:`DENSE` for each choice, those of letters left at 0."""
    total = sum(found.named) + _SMOOTH
    told = [_told(choice, question, owner, found, vocabulary.weight) for choice in range(len(found.named))]
    shares, heads = _shares(found.named), _shares([head for _, _, _, _, head, _, _ in told])
    return [
        (covered, share, words, phrases, early, focus / total, head, opens, known, 0.0, 0.0, 0.0)
        for (covered, words, phrases, early, _, opens, known), share, focus, head in zip(
            told, shares, _focus(found), heads, strict=True
        )
    ]


def _shares(values: list[float]) -> list[float]:
    total = sum(values)
    return [value / total for value in values] if total else [1 / len(values)] * len(values)


Told = tuple[float, float, float, float, float, float, float]


def _told(choice: int, question: Question, owner: Owners, found: Scan, weight: Sequence[float]) -> Told:
    """Return what is told of one choice: the columns of :data:`DENSE` without shares, focus and letters.

    Of "head share" it is the coverage of the head.
    """
    words, named, explained = question.different[choice], found.words[choice], question.explained
    if not named and words.isdisjoint(explained):
        return 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    opening, head = found.opening, question.heads[choice]
    part = full = known = total = opens = 0.0
    lead = _SMOOTH_HEAD
    for word in words:
        value = weight[word]
        total += value
        if word in owner:
            own = owner[word][1]
            full += own
            lead += own
            if word in named:
                known += value
                part += own
                opens += own if word in opening else 0.0
        elif word in explained:
            known += value
    covered, ahead = part / (full + _SMOOTH), part
    if head is not words:
        own_words = [word for word in head if word in owner]
        lead = sum([owner[word][1] for word in own_words], _SMOOTH_HEAD)
        ahead = sum([owner[word][1] for word in own_words if word in named])
        opens = sum([owner[word][1] for word in own_words if word in opening])
    return (
        covered,
        math.log1p(len(named)),
        _phrases(question.choices[choice], question.pairs, owner),
        1 - found.first[choice] / (len(question.explanation) or 1) if named else 0.0,
        ahead / lead,
        opens / lead,
        known / (total + _SMOOTH),
    )


def _phrases(words: Sequence[int], pairs: frozenset[tuple[int, int]], owner: Owners) -> float:
    """Return the log weight of the words that stand side by side in ``words`` and among ``pairs``."""
    found = pairs.intersection(pairwise(words))
    return math.log1p(sum([owner[word][1] for both in found for word in both if word in owner])) if found else 0.0


def _focus(found: Scan) -> list[float]:
    values = [0.0] * len(found.named)
    most = max([focus for _, focus, _ in found.sentences], default=0.0)
    for _, focus, hits in found.sentences:
        if focus:
            for choice, value, _ in hits:
                values[choice] += value * focus / most
    return values


def letters(mentions: Sequence[Mention], count: int, trust: float) -> list[tuple[float, float, float]]:
    """Return refuted, approved and left for each of ``count`` choices, between 0 and ``trust``."""
    refuted, approved, left = [0.0] * count, [0.0] * count, [0.0] * count
    for mention in mentions:
        for choice in mention.choices:
            (approved if mention.approving else refuted)[choice] = trust
    rest = [choice for choice in range(count) if not refuted[choice]]
    if trust and len(rest) == 1 and count > 2:
        left[rest[0]] = trust
    return list(zip(refuted, approved, left, strict=True))


def with_letters(rows: list[tuple[float, ...]], mentions: Sequence[Mention], trust: float) -> list[tuple[float, ...]]:
    """Return the rows of :func:`dense` with what letters say, as far as they are trusted (0 to 1) in this file."""
    if not mentions:
        return rows
    told = letters(mentions, len(rows), trust)
    return [(*row[:-_LETTERS], *values) for row, values in zip(rows, told, strict=True)]


def weigh(words: Collection[int], owner: Owners, count: int) -> list[float]:
    """Return for each of ``count`` choices how much of what ``words`` distinguish is its own."""
    values = [0.0] * count
    for members, value in [owner[word] for word in words if word in owner]:
        for choice in members:
            values[choice] += value
    return values


def fit_of_mentions(mentions: Sequence[Mention], owner: Owners, count: int) -> tuple[int, int]:
    """Return how many mentions of a single letter stand beside words of that choice, and how many beside another's."""
    fits = misfits = 0
    for mention in mentions:
        if len(mention.choices) != 1:
            continue
        values = weigh(mention.words, owner, count)
        best = max(values)
        if best:
            fits += values[mention.choices[0]] == best
            misfits += values[mention.choices[0]] < best
    return fits, misfits


def expand(found: Scan) -> list[list[float]]:
    """Return the values of :data:`CONTEXT` for each choice: the share of its words named that stand in it."""
    bits = [(CUE_BIT[name], True) for name in (*CUES, *PLACES)] + [(CUE_BIT[name], False) for name in CUES]
    rows = [[0.0] * len(bits) for _ in found.named]
    for here, hits in contexts(found):
        for choice, value, before in hits:
            columns = [column for column, (bit, whole) in enumerate(bits) if (here if whole else before) & bit]
            for column in columns:
                rows[choice][column] += value / (found.named[choice] + _SMOOTH)
    return rows
