"""What an explanation says about each choice, as named numbers.

Every feature compares the explanation with a choice's *distinctive* words: those that the stem and the other choices
do not have, or have less. No feature knows how long a choice is printed or where it stands.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from qticonv.keys.question import Question
from qticonv.keys.words import CLAUSE_END, CUE_BIT, CUE_MASK, CUES, PLACES, SENTENCE_END, Vocabulary

DENSE = (
    "coverage",  # share of the choice's distinctive words that the explanation names
    "coverage share",  # … relative to the other choices
    "named share",  # its share of all distinctive words named, repetitions damped
    "word share",  # its share of the different distinctive words named
    "lead",  # log ratio of its distinctive words named to the best other choice's
    "unnamed",  # weight of its distinctive words that the explanation does not name
    "words named",  # log number of its distinctive words named
    "density",  # share of the explanation that they make up
    "run",  # distinctive words that stand side by side in the explanation, too
    "early",  # how early the first of them stands
    "late",  # how late the last of them stands
    "focus",  # how far they stand in the sentences that take up the stem
    "head",  # coverage of the choice's head (up to the first comma or dash)
    "head share",  # … relative to the other choices
    "all words",  # coverage of all its words, distinctive or not
    "refuted by letter",  # "Option C …", as far as letters can be trusted in this file
    "approved by letter",  # "Option B is correct"
    "left by letters",  # the letters of all other choices are refuted
)
CONTEXT = tuple(f"in: {name}" for name in (*CUES, *PLACES)) + tuple(f"after: {name}" for name in CUES)
NAMES = DENSE + CONTEXT

STEM_WORD = 0.35  # weight of a choice's word that the stem has, too
_SHARED = (1.0, 0.5, 0.2)  # … of a word that one, two or more choices have (but not all)
_SMOOTH = 0.5
_FIRST, _SECOND, _LAST, _LATER = (CUE_BIT[place] for place in PLACES)


Record = tuple[tuple[int, ...], float, int, int]  # choices, weight, cues of the sentence, cues before in the clause


@dataclass(slots=True)
class Scan:
    """What one pass over the explanation finds, by choice."""

    named: list[float]  # weight of occurrences, the n-th of a word counting 1/n
    words: list[set[int]]
    runs: list[float]
    first: list[int]
    last: list[int]
    sentences: list[tuple[int, float, list[Record]]] = field(default_factory=list)  # cues, weight of stem words, hits


Owners = dict[int, tuple[tuple[int, ...], float]]


def owners(question: Question, weight: Sequence[float]) -> Owners:
    """Return the choices that have a word, and how distinctive it is, for every word that not all of them have."""
    masks: dict[int, int] = {}
    for index, words in enumerate(question.choices):
        for word in words:
            masks[word] = masks.get(word, 0) | 1 << index
    count, stem, found = len(question.choices), question.stem, {}
    for word, mask in masks.items():
        shared = mask.bit_count()
        if shared == count:
            continue
        value = weight[word] * _SHARED[min(shared if count > 2 else 1, 3) - 1]
        found[word] = (_members(mask), value * STEM_WORD if word in stem else value)
    return found


_MEMBERS: dict[int, tuple[int, ...]] = {}


def _members(mask: int) -> tuple[int, ...]:
    members = _MEMBERS.get(mask)
    if members is None:
        members = tuple(index for index in range(mask.bit_length()) if mask >> index & 1)
        if mask < 1 << 10:
            _MEMBERS[mask] = members
    return members


def scan(question: Question, owner: Owners, vocabulary: Vocabulary) -> Scan:
    """Walk once over the explanation."""
    count = len(question.choices)
    found = Scan([0.0] * count, [set() for _ in range(count)], [0.0] * count, [-1] * count, [-9] * count)
    cues, weight, stem = vocabulary.cue, vocabulary.weight, question.stem
    seen: dict[int, int] = {}
    hits: list[Record] = []
    here = before = 0
    focus = 0.0
    for position, code in enumerate(question.explanation):
        cue = cues[code]
        entry = owner.get(code)
        if entry is not None:
            members, value = entry
            seen[code] = times = seen.get(code, 0) + 1
            hits.append((members, value / times, here, before))
            _note(found, code, position, members, value, times)
        if code in stem:
            focus += weight[code]
        if cue:
            before = (0 if cue & CLAUSE_END else before) | (cue & CUE_MASK)
            here |= cue & CUE_MASK
            if cue & SENTENCE_END:
                found.sentences.append((here, focus, hits))
                here, focus, hits = 0, 0.0, []
    if here or hits or focus:
        found.sentences.append((here, focus, hits))
    return found


def _note(found: Scan, code: int, position: int, members: tuple[int, ...], value: float, times: int) -> None:
    for choice in members:
        found.named[choice] += value / times
        found.words[choice].add(code)
        if position - found.last[choice] <= 2:
            found.runs[choice] += value
        if found.first[choice] < 0:
            found.first[choice] = position
        found.last[choice] = position


def contexts(found: Scan) -> list[Record]:
    """Return the hits with the cues of their whole sentence, its place in the explanation among them."""
    records, end = [], len(found.sentences) - 1
    for number, (here, _, hits) in enumerate(found.sentences):
        place = _FIRST if number == 0 else _SECOND if number == 1 else _LATER
        whole = here | place | (_LAST if number == end > 0 else 0)
        records += [(members, value, whole, before) for members, value, _, before in hits]
    return records


def dense(question: Question, owner: Owners, found: Scan, vocabulary: Vocabulary, trust: float) -> list[list[float]]:
    """Return the values of :data:`DENSE` for each choice; ``trust`` (0 to 1) is that of letters in this file."""
    weight = vocabulary.weight
    named, length = found.named, len(question.explanation) or 1
    total = sum(named) + _SMOOTH
    mass = sum([weight[code] for code in question.explanation]) or 1.0
    worth = [[owner[code][1] for code in set(words) if code in owner] for words in question.choices]
    whole = [sum(values) for values in worth]
    hit = [sum([owner[code][1] for code in words]) for words in found.words]
    covered = [h / (w + _SMOOTH) for h, w in zip(hit, whole, strict=True)]
    heads = [_covered(head, words, owner) for head, words in zip(question.heads, found.words, strict=True)]
    focus = _focus(found)
    columns = (
        covered,
        _shares(covered),
        _shares(named),
        _shares(hit),
        _leads(hit),
        [w - h for h, w in zip(hit, whole, strict=True)],
        [math.log1p(len(words)) for words in found.words],
        [value / mass for value in named],
        [math.log1p(value) for value in found.runs],
        [1 - first / length if first >= 0 else 0.0 for first in found.first],
        [last / length if last >= 0 else 0.0 for last in found.last],
        [value / total for value in focus],
        heads,
        _shares(heads),
        [_known(words, question.explained, weight) for words in question.choices],
        *letters(question, trust),
    )
    return [list(row) for row in zip(*columns, strict=True)]


def _shares(values: list[float]) -> list[float]:
    total = sum(values)
    return [value / total for value in values] if total else [1 / len(values)] * len(values)


def _leads(values: list[float]) -> list[float]:
    *_, second, best = sorted((*values, 0.0)[: max(2, len(values))])
    return [math.log((v + _SMOOTH) / ((best if v < best else second) + _SMOOTH)) for v in values]


def _covered(words: frozenset[int], named: set[int], owner: Owners) -> float:
    known = [owner[word][1] for word in words if word in owner]
    return sum([owner[word][1] for word in words if word in named]) / (sum(known) + 0.3)


def _known(words: Sequence[int], explained: frozenset[int], weight: Sequence[float]) -> float:
    different = set(words)
    total = sum([weight[word] for word in different])
    return sum([weight[word] for word in different if word in explained]) / (total + _SMOOTH)


def _focus(found: Scan) -> list[float]:
    values = [0.0] * len(found.named)
    most = max([focus for _, focus, _ in found.sentences], default=0.0)
    for _, focus, hits in found.sentences:
        if focus:
            for members, value, *_ in hits:
                for choice in members:
                    values[choice] += value * focus / most
    return values


def letters(question: Question, trust: float) -> tuple[list[float], list[float], list[float]]:
    """Return refuted, approved and left, each by choice and between 0 and ``trust``."""
    count = len(question.choices)
    refuted, approved, left = [0.0] * count, [0.0] * count, [0.0] * count
    for mention in question.mentions:
        for choice in mention.choices:
            (approved if mention.approving else refuted)[choice] = trust
    rest = [choice for choice in range(count) if not refuted[choice]]
    if trust and len(rest) == 1 and count > 2:
        left[rest[0]] = trust
    return refuted, approved, left


def weigh(words: Collection[int], owner: Owners, count: int) -> list[float]:
    """Return for each of ``count`` choices how much of what ``words`` distinguish is its own."""
    values = [0.0] * count
    for members, value in [owner[word] for word in words if word in owner]:
        for choice in members:
            values[choice] += value
    return values


def fit_of_mentions(question: Question, owner: Owners) -> tuple[int, int]:
    """Return how many mentions of a single letter stand beside words of that choice, and how many beside another's."""
    fits = misfits = 0
    for mention in question.mentions:
        if len(mention.choices) != 1:
            continue
        values = weigh(mention.words, owner, len(question.choices))
        best = max(values)
        if best:
            fits += values[mention.choices[0]] == best
            misfits += values[mention.choices[0]] < best
    return fits, misfits


def expand(found: Scan) -> list[list[float]]:
    """Return the values of :data:`CONTEXT` for each choice: the share of its words named that stand in it."""
    bits = [(CUE_BIT[name], True) for name in (*CUES, *PLACES)] + [(CUE_BIT[name], False) for name in CUES]
    rows = [[0.0] * len(bits) for _ in found.named]
    for members, value, here, before in contexts(found):
        for column, (bit, whole) in enumerate(bits):
            if (here if whole else before) & bit:
                for choice in members:
                    rows[choice][column] += value / (found.named[choice] + _SMOOTH)
    return rows
