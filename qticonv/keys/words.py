"""Words of quiz texts as small integers: tokens, stems, weights and cue classes.

A token is a word (lower case) or a punctuation mark that ends a sentence or a clause. A :class:`Vocabulary` gives
every token a code, so that the rest of the package works on lists and sets of small integers. Code 0 is a word
without meaning of its own ("the").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

from qticonv.keys.lexicon import CUE_WORDS, LETTER_TOKEN, STOP_WORDS, SUFFIXES
from qticonv.patterns import lazy

TOKEN = lazy(r"[^\W_]+(?:['’][^\W_]+)*|[.!?]+(?=[\s\"'”’)]|$)|[;:,()\"“”—–]")

# A mention of a choice by its letter or number ("Option C", "options A and D", "(B)", "Distractor 2").
LETTER = lazy(
    # It begins with its first character and looks back from there: that is many times faster to search for.
    r"[(OoCcAaDd](?:(?<=\()(?:[Oo]ption |[Cc]hoice )?(?P<bracket>[A-H])\)|(?<!\w.)(?:(?<=[Oo])ptions?|(?<=[Cc])hoices?"
    r"|(?<=[Aa])nswers?|(?<=[Dd])istractors?|(?<=[Aa])lternatives?)(?:\s+is\b|:)?\s+[\"'“($]{0,2}(?:\\math\w+\{)?"
    r"(?P<letter>[A-H]|[1-8])\b(?P<more>(?:(?:,\s*|\s+)?(?:(?:and|or|&)\s+|/|,\s*)[\"'“($]{0,2}[A-H]\b(?!['’]))*))"
)
_MAY_NAME_LETTER = ("ption", "hoice", "nswer", "istractor", "lternative", *(f"({letter})" for letter in "ABCDEFGH"))

CUES = tuple(CUE_WORDS)
PLACES = ("first sentence", "last sentence", "later sentence", "sentence with the noun asked for")
SENTENCE_END = 1 << (len(CUES) + len(PLACES))
CLAUSE_END = SENTENCE_END << 1
HEAD_END = CLAUSE_END << 1  # what ends the head of a choice: a clause end, or "because"
CUE_BIT = {name: 1 << n for n, name in enumerate((*CUES, *PLACES))}
CUE_MASK = SENTENCE_END - 1

_CUE_OF = {word: CUE_BIT[name] for name, words in CUE_WORDS.items() for word in words.split()}
_SPECIAL = STOP_WORDS.union(_CUE_OF)
_MARKS = frozenset('.!?;:,()"“”—–')  # tokens, where they end what stands between blanks
_QUOTATION = frozenset('"“”')
_NEGATED = ("n't", "n’t")
# Suffixes by their last two letters, the longest first, and after them that of one letter; or by the last letter alone.
_ENDINGS = {
    ending: tuple(
        sorted((suffix for suffix in SUFFIXES if ending.endswith(suffix[-2:])), key=lambda suffix: -len(suffix))
    )
    for ending in {suffix[-2:] for suffix in SUFFIXES}
}
_STEM, _KEPT = 9, 4  # letters of a stem: at most, and what a suffix leaves at least


def stem(word: str) -> str:
    """Return ``word`` without its inflection: "maximizes", "maximizing" and "maximization" become one."""
    if len(word) <= 3 or word.isdigit():
        return word
    if word[-2:] in ("'s", "’s"):
        word = word[:-2]
    shorter = _strip(word)
    if shorter is not word:
        word = _strip(shorter)
    if len(word) > _KEPT and word[-1] == word[-2] and word[-1] not in "aeiou":
        word = word[:-1]
    return word[:_STEM]


def _strip(word: str) -> str:
    longest = len(word) - _KEPT
    for suffix in _ENDINGS.get(word[-2:]) or _ENDINGS.get(word[-1], ()):
        if word.endswith(suffix) and len(suffix) <= longest:
            return word[: -len(suffix)]
    return word


class Vocabulary(dict[str, tuple[int, ...]]):
    """The codes of what stands between blanks ("word," is a word and a mark), made on first sight.

    No token reaches across a blank, and a token by itself has one code. ``weight[code]`` is how much a word tells (0
    for stop words and marks, 1 for a rare word), ``cue[code]`` the bits of its cue classes and of the boundary it
    makes; ``head_ends`` are the codes that end the head of a choice. A vocabulary lives as long as one file is settled.
    """

    def __init__(self, common: Mapping[str, float]) -> None:
        super().__init__()
        self._common = common
        self._stems: dict[str, int] = {}
        self.weight: list[float] = [0.0]
        self.cue: list[int] = [0]
        self.head_ends: set[int] = set()

    def __missing__(self, printed: str) -> tuple[int, ...]:
        codes: tuple[int, ...]
        if printed.isalnum():
            codes = (self._code(printed),)
        elif printed[-1] in _MARKS and printed[:-1].isalnum():
            codes = self[printed[:-1]] + self[printed[-1]]
        elif (tokens := TOKEN.findall(printed)) == [printed]:
            codes = (self._code(printed),)
        else:
            codes = tuple(chain.from_iterable(map(self.__getitem__, tokens)))
        self[printed] = codes
        return codes

    def encode(self, text: str) -> list[int]:
        """Return the codes of the tokens of ``text``."""
        return list(chain.from_iterable(map(self.__getitem__, text.lower().split())))

    def words(self, text: str) -> list[int]:
        """Return the codes of the words of ``text`` that carry meaning."""
        return list(filter(self.weight.__getitem__, self.encode(text)))

    def _code(self, token: str) -> int:
        if token in _SPECIAL or not token[0].isalnum() or token.endswith(_NEGATED):
            return self._special(token)
        return self._word(stem(token), 0)

    def _special(self, token: str) -> int:
        cue = _CUE_OF.get(token, 0)
        if not token[0].isalnum():
            end = SENTENCE_END | CLAUSE_END if token[0] in ".!?" else (0 if token in _QUOTATION else CLAUSE_END)
            return self._new(0.0, cue | end | (HEAD_END if end else 0))
        if token.endswith(_NEGATED):
            cue |= CUE_BIT["negation"]
        if cue & CUE_BIT["cause"]:
            cue |= HEAD_END
        if token in STOP_WORDS or token == LETTER_TOKEN:
            return self._new(0.0, cue) if cue else 0
        return self._word(stem(token), cue)

    def _word(self, name: str, cue: int) -> int:
        # A cue word has its own code; its stem is shared with the other words only where none of them is a cue.
        key = f"{name}\0{cue}" if cue else name
        code = self._stems.get(key)
        if code is None:
            code = self._stems[key] = self._new(self._common.get(name, 1.0), cue)
        return code

    def _new(self, weight: float, cue: int) -> int:
        code = len(self.weight)
        self.weight.append(weight)
        self.cue.append(cue)
        if cue & HEAD_END:
            self.head_ends.add(code)
        return code


def may_name_letters(text: str) -> bool:
    """Whether ``text`` can hold a mention of a choice by its letter (a cheap test before the expression)."""
    return holds_any(text, _MAY_NAME_LETTER)


def holds_any(text: str, parts: Iterable[str]) -> bool:
    """Whether one of ``parts`` stands in ``text``: in less time than ``any`` takes."""
    for part in parts:  # noqa: SIM110
        if part in text:
            return True
    return False
