"""A question made ready for inference: its texts as codes, and where its explanation names choices by letter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from qticonv.keys.lexicon import LETTER_TOKEN
from qticonv.keys.words import HEAD_END, LETTER, Vocabulary, may_name_letters
from qticonv.patterns import lazy

# "What is the correct fix", "Which architectural rule was …": the noun before a verb or a preposition.
_ASKED = lazy(
    r"[Ww](?<!\w.)h(?:at|ich)\s+(?:(?:\w+\s+)?(?:is|are|was|were|would be)\s+(?:the|an?|one)\s+)?"
    r"(?:\w+\s+){0,3}?(?P<noun>[^\W_]+)(?=\s+(?:of|between|for|in|to|about|that|is|are|was|were|does|do|did|best|should|"
    r"would|will|can|could|must|most|when|with|from|by|behind|has|have|explains?|describes?|allows?|makes?|causes?)\b"
    r"|[?:,]|\s*$)"
)
_MORE_LETTERS = lazy(r"[A-H]\b")
_MENTION_END = lazy(r"[.;](?=\s|$|[A-Z])")
_MENTION_START = lazy(r"[.;,:](?=\s)")
_APPROVED_AFTER = lazy(r"\W{0,4}(?:is|are|was)?\s*(?:the |therefore |thus )?(?:correct|right|best|true)\b")
_APPROVED_BEFORE = lazy(r"(?:correct|right|best)\s+(?:answer\s+)?(?:is|:)?\s*$")


class Mention(Struct, frozen=True, gc=False):
    """A mention of choices by letter: their indices, the words beside it, and whether they are called right."""

    choices: tuple[int, ...]
    words: frozenset[int]
    approving: bool


class Question(Struct, frozen=True, gc=False):
    """A question with choices as inference sees it. All words are codes of one vocabulary."""

    stem: frozenset[int]
    noun: int  # what the stem asks for ("What is the fundamental disagreement between …"), or -1
    choices: list[list[int]]
    different: list[frozenset[int]]  # the different words of each choice
    heads: list[frozenset[int]]  # those up to its first comma, dash or "because"; all of them where it has none
    explanation: list[int]
    explained: frozenset[int]
    pairs: frozenset[tuple[int, int]]  # words that stand side by side in the explanation, small words left out
    asked: frozenset[int]  # the words of the stem and of all choices
    shared: frozenset[int]  # those of them that the explanation has
    mentions: tuple[Mention, ...]


def prepare(
    vocabulary: Vocabulary, stem: str, choices: Sequence[str], labels: Sequence[str | None], explanation: str
) -> Question:
    """Return the question of these plain texts; ``labels`` are the printed ones ("A"), in the order of ``choices``."""
    tells = vocabulary.weight.__getitem__
    mentions, marked = _mentions(vocabulary, labels, explanation)
    codes = vocabulary.encode(marked)
    told = list(filter(tells, codes))
    explained = frozenset(told)
    printed = list(map(vocabulary.encode, choices))
    words = [list(filter(tells, text)) for text in printed]
    different = list(map(frozenset, words))
    asks = frozenset(vocabulary.words(stem))
    asked = asks.union(*different)
    return Question(
        stem=asks,
        noun=_noun(vocabulary, stem),
        choices=words,
        different=different,
        heads=[
            whole if vocabulary.head_ends.isdisjoint(text) else _head(vocabulary, text)
            for whole, text in zip(different, printed, strict=True)
        ],
        explanation=codes,
        explained=explained,
        pairs=frozenset(pairwise(told)),
        asked=asked,
        shared=asked & explained,
        mentions=mentions,
    )


def _noun(vocabulary: Vocabulary, stem: str) -> int:
    nouns = [match["noun"] for match in _ASKED.finditer(stem)] if "hat" in stem or "hich" in stem else []
    codes = vocabulary.words(nouns[-1]) if nouns else []
    return codes[0] if len(codes) == 1 else -1


def _head(vocabulary: Vocabulary, printed: list[int]) -> frozenset[int]:
    weight, cue = vocabulary.weight, vocabulary.cue
    head: list[int] = []
    for code in printed:
        if cue[code] & HEAD_END and head:
            break
        if weight[code]:
            head.append(code)
    return frozenset(head)


def _mentions(
    vocabulary: Vocabulary, labels: Sequence[str | None], explanation: str
) -> tuple[tuple[Mention, ...], str]:
    """Return the mentions, and the explanation with each of them replaced by one token."""
    found = list(LETTER.finditer(explanation)) if may_name_letters(explanation) else []
    if not found:
        return (), explanation
    index = {label.upper(): n for n, label in enumerate(labels) if label}
    ends = [match.start() for match in found[1:]] + [len(explanation)]
    mentions = [_mention(vocabulary, index, explanation, match, end) for match, end in zip(found, ends, strict=True)]
    starts = [0, *(match.end() for match in found)]
    stops = [*(match.start() for match in found), len(explanation)]
    pieces = [explanation[start:stop] for start, stop in zip(starts, stops, strict=True)]
    marked = f" {LETTER_TOKEN} ".join(pieces)
    return tuple(mention for mention in mentions if mention.choices), marked


def _mention(
    vocabulary: Vocabulary, index: dict[str, int], explanation: str, match: re.Match[str], end: int
) -> Mention:
    letter, more, start = match["bracket"], match["more"], match.start()
    letters = [letter or match["letter"], *(_MORE_LETTERS.findall(more) if more else ())]
    stop = _MENTION_END.search(explanation, match.end(), end)
    text = after = explanation[match.end() : stop.start() if stop else end]
    approving = bool(_APPROVED_AFTER.match(after) or _APPROVED_BEFORE.search(explanation[max(0, start - 25) : start]))
    if letter:
        text = _MENTION_START.split(explanation[max(0, start - 120) : start])[-1] + " " + after
    choices = tuple([index[letter] for letter in letters if letter in index])
    return Mention(choices, frozenset(vocabulary.words(text)), approving)
