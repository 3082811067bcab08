"""The proof of an inferred key: quotes with their places, and reasons in words."""

from __future__ import annotations

from collections.abc import Sequence

from qticonv.keys.infer import Inference
from qticonv.keys.words import TOKEN, Vocabulary
from qticonv.model import Choice, Evidence, Item, LineRole, Reading
from qticonv.patterns import lazy

_SENTENCE = lazy(r"[.!?][.!?]*(?=[\s\"'”’)]|$)")
_CLAUSE = lazy(r"[:;\n]|\s[—–-]\s|(?<=\w)[—–](?=\w)")
_EDGES = " \t\"'“”‘’()"
_MOST_WORDS, _MOST_QUOTES, _LEAST_SHARE = 4, 2, 0.3
_LEAST_WORTH = 0.2  # of a word that a reason speaks of: "not" says little
_SHORT = 160  # letters of a sentence that is quoted whole


def names(choice: Choice) -> str:
    """Return what a person calls a choice: its printed label, or else its identifier."""
    return choice.label or choice.identifier


def words_of(choice: int, text: str, inference: Inference, vocabulary: Vocabulary) -> list[str]:
    """Return the distinctive words of a choice that the explanation names, as ``text`` (the choice) prints them."""
    named, owner, lower = inference.found.words[choice], inference.owner, text.lower()
    found: dict[str, float] = {}
    last = ""
    for token in TOKEN.findall(lower) if named else ():
        (code,) = vocabulary[token]
        if code not in named:
            last = ""
        elif last and f"{last}-{token}" in lower:
            found[f"{last}-{token}"] = found.pop(last, 0.0) + owner[code][1]
            last = ""
        else:
            found.setdefault(token, owner[code][1])
            last = token
    telling = [word for word, worth in found.items() if worth >= _LEAST_WORTH] or list(found)
    if len(telling) <= _MOST_WORDS:
        return telling
    best = sorted(telling, key=found.__getitem__, reverse=True)[:_MOST_WORDS]
    return [word for word in telling if word in best]


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


def quotes(explanation: str, choice: int, inference: Inference, vocabulary: Vocabulary) -> list[str]:
    """Return clauses of the explanation that speak most of a choice, in the order of the text."""
    sentences = _SENTENCE.split(explanation)
    worth = [0.0] * len(sentences)
    for number, (_, _, hits) in enumerate(inference.found.sentences[: len(sentences)]):
        for one, value, _ in hits:
            if one == choice:
                worth[number] += value
    best = sorted(range(len(worth)), key=worth.__getitem__, reverse=True)[:_MOST_QUOTES]
    least = _LEAST_SHARE * worth[best[0]]
    chosen = [number for number in sorted(best) if worth[number] and worth[number] >= least]
    found = [_clause(sentences[number], inference.found.words[choice], inference, vocabulary) for number in chosen]
    return [clause for clause in found if clause]


def _clause(sentence: str, named: set[int], inference: Inference, vocabulary: Vocabulary) -> str:
    """Return the clause of a sentence that speaks most of the words named."""
    if len(sentence) <= _SHORT and "\n" not in sentence:
        return sentence.strip(_EDGES)
    clauses = [clause.strip(_EDGES) for clause in _CLAUSE.split(sentence)]
    if len(clauses) == 1:
        return clauses[0]
    return max(
        clauses,
        key=lambda clause: sum(sorted(inference.owner[code][1] for code in set(vocabulary.encode(clause)) & named)),
    )


def evidence(item: Item, reading: Reading, found: Sequence[str]) -> tuple[Evidence, ...]:
    """Return the quotes with the line and columns where the source has them, as far as it was read line by line."""
    return tuple([_located(item, reading, quote) for quote in found])


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
