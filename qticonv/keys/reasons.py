"""The proof of an inferred key: quotes with their places, and reasons in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qticonv.keys.infer import Inference
from qticonv.keys.question import Question
from qticonv.keys.words import Vocabulary
from qticonv.model import Choice, Evidence, Item, LineRole, Reading

_SENTENCE = re.compile(r"[.!?]+(?=[\s\"'”’)]|$)")
_CLAUSE = re.compile(r"[:;\n]|\s[—–-]\s|(?<=\w)[—–](?=\w)")
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_MOST_WORDS, _MOST_QUOTES, _LEAST_SHARE = 4, 2, 0.3


def names(choice: Choice) -> str:
    """Return what a person calls a choice: its printed label, or else its identifier."""
    return choice.label or choice.identifier


def words_of(choice: int, text: str, inference: Inference, vocabulary: Vocabulary) -> list[str]:
    """Return the distinctive words of a choice that the explanation names, as ``text`` (the choice) prints them."""
    named = inference.found.words[choice]
    found: dict[str, float] = {}
    for match in _WORD.finditer(text):
        worth = max([inference.owner[code][1] for code in vocabulary.words(match[0]) if code in named], default=0.0)
        if worth:
            found.setdefault(match[0].lower(), worth)
    best = sorted(found, key=lambda word: -found[word])[:_MOST_WORDS]
    return [word for word in found if word in best]


def reason(choices: Sequence[Choice], place: int, inference: Inference, vocabulary: Vocabulary) -> str:
    """Return what speaks for the choice at ``place``, in words."""
    words = words_of(place, choices[place].content.plain, inference, vocabulary)
    if not words:
        return f"nothing of {names(choices[place])} is named"
    listed = ", ".join(f"*{word}*" for word in words)
    return f"names {names(choices[place])}'s distinctive words {listed}"


def silent(choices: Sequence[Choice], inference: Inference) -> str:
    """Return which choices the explanation does not speak of ("C and D are not mentioned"), or an empty text."""
    left = [names(choice) for choice, words in zip(choices, inference.found.words, strict=True) if not words]
    if not left or len(left) == len(choices):
        return ""
    listed = left[0] if len(left) == 1 else f"{', '.join(left[:-1])} and {left[-1]}"
    return f"; {listed} {'is' if len(left) == 1 else 'are'} not mentioned"


def quotes(explanation: str, question: Question, choice: int, vocabulary: Vocabulary) -> list[str]:
    """Return the clauses of the explanation that speak most of a choice, in the order of the text."""
    wanted = set(question.choices[choice]) - question.stem
    worth: dict[str, float] = {}
    for clause in _clauses(explanation):
        codes = set(vocabulary.words(clause)) & wanted
        if codes:
            worth[clause] = sum(sorted(vocabulary.weight[code] for code in codes))
    best = sorted(worth, key=lambda clause: -worth[clause])[:_MOST_QUOTES]
    return [clause for clause in worth if clause in best and worth[clause] >= _LEAST_SHARE * worth[best[0]]]


def _clauses(explanation: str) -> list[str]:
    sentences = _SENTENCE.split(explanation)
    clauses = [clause.strip(" \t\"'“”‘’()") for sentence in sentences for clause in _CLAUSE.split(sentence)]
    return [clause for clause in clauses if clause]


def evidence(item: Item, reading: Reading, found: Sequence[str]) -> tuple[Evidence, ...]:
    """Return the quotes with the line and columns where the source has them, as far as it was read line by line."""
    return tuple(_located(item, reading, quote) for quote in found)


def _located(item: Item, reading: Reading, quote: str) -> Evidence:
    if item.span is not None:
        last = min(item.span.end_line, len(reading.lines))
        by_role = len(reading.roles) == len(reading.lines)
        for number in range(last, max(item.span.start_line, 1) - 1, -1):
            if by_role and reading.roles[number - 1] is not LineRole.FEEDBACK:
                continue
            start = reading.lines[number - 1].find(quote)
            if start >= 0:
                return Evidence(quote=quote, line=number, start=start, end=start + len(quote))
    return Evidence(quote=quote)
