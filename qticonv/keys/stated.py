"""A key that an explanation states: "The correct answer is B, the security dilemma".

A letter alone is not enough. Options are sometimes shuffled after the explanations were written, and then letters point
at wrong choices; only where the words beside the letter are that choice's words is the key stated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from qticonv.keys.features import owners, weigh
from qticonv.keys.question import Question
from qticonv.keys.words import Vocabulary, holds_any
from qticonv.patterns import lazy

_LETTER = r"[\"'“‘(\[*$]{0,3}(?:\\math\w+\{)?([A-H])\b(?!['’.]\w)[\"'”’)\]*$}]{0,4}"
_RIGHT = r"(?:correct|right|best)\b"
_STATEMENT = lazy(  # begins with a character and looks back, as the expression of letters does
    r"[CcRrBbAaOo.!?](?:"
    rf"(?<=[.!?])\s+{_LETTER}\s+is\s+(?:the\s+)?{_RIGHT}"
    r"|(?<!\w.)(?:"
    r"(?:(?<=[Cc])orrect|(?<=[Rr])ight|(?<=[Bb])est)\s+(?:answer|choice|option|response)\s*(?:is|was|would be|:|=)\s*"
    rf"(?:[Oo]ption|[Cc]hoice|[Aa]nswer)?\s*{_LETTER}"
    rf"|(?<=[Aa])nswer\s*(?:is|:|=)\s*(?:[Oo]ption|[Cc]hoice)?\s*{_LETTER}"
    rf"|(?:(?<=[Oo])ption|(?<=[Cc])hoice|(?<=[Aa])nswer)\s+{_LETTER}\s+(?:is|was)\s+(?:the\s+|therefore\s+the\s+|thus\s+)?"
    rf"(?:only\s+)?{_RIGHT}))"
)
_OPENING = lazy(rf"{_LETTER}\s+is\s+(?:the\s+)?{_RIGHT}")
_MARKS = (
    "nswer",
    "orrect",
    " is right",
    " is the right",
    " is the best",
    "est choice",
    "est option",
    "ight choice",
    "ight option",
)
_END = lazy(r"[.!?](?=\s|$)|;")
_LONGEST = 300
WORDS_NEEDED = 2


def stated_choice(
    question: Callable[[], Question], labels: Sequence[str], text: str, vocabulary: Vocabulary
) -> int | None:
    """Return the index of the choice that ``text`` states to be right by letter and fitting words, or ``None``.

    ``question`` is asked for only where there is a statement; ``labels`` are the printed letters of the choices.
    Contradicting statements state nothing.
    """
    if not holds_any(text, _MARKS):
        return None
    found = set()
    for match in _statements(text):
        letter = next(group for group in match.groups() if group)
        if labels.count(letter) == 1 and _fits(question(), labels.index(letter), _beside(text, match), vocabulary):
            found.add(labels.index(letter))
    return found.pop() if len(found) == 1 else None


def _statements(text: str) -> Iterator[re.Match[str]]:
    opening = _OPENING.match(text)
    if opening:
        yield opening
    yield from _STATEMENT.finditer(text, opening.end() if opening else 0)


def _beside(text: str, match: re.Match[str]) -> str:
    """Return the words that follow the letter within its sentence, or the next sentence's where none follow."""
    rest = text[match.end() : match.end() + _LONGEST].lstrip(" ,:;.)—–-")
    end = _END.search(rest)
    return rest[: end.start()] if end else rest


def _fits(question: Question, index: int, beside: str, vocabulary: Vocabulary) -> bool:
    """Whether most distinctive words of ``beside`` are those of the choice, and enough of them."""
    owner = owners(question, vocabulary.weight)
    named = {word for word in vocabulary.words(beside) if word in owner}
    own = {word for word in question.choices[index] if word in owner}
    values = weigh(named, owner, len(question.choices))
    rivals = [value for choice, value in enumerate(values) if choice != index]
    return bool(own) and len(named & own) >= min(WORDS_NEEDED, len(own)) and values[index] > max(rivals, default=0.0)
