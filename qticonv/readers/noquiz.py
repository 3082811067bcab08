"""Texts that are no quiz at all: menus, rules of a contest, programming tasks, prose.

A text is refused only if it lacks what every quiz has in some form. One clear sign of a quiz (a run of lettered
options, a line that states an answer, check boxes) is enough to let the reader try.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property

from qticonv.patterns import lazy
from qticonv.readers.characters import ending, fold_line

_MAX_LINES = 3_000
_MAX_LINE = 1_000
_HEAD = 300  # where a quiz mostly shows what it is
_ASKING = lazy(r"[?？؟](?:\s|[\"']{0,2}[,;|\t])|_{3,}|\.{4,}|…{2,}|[（(]\s{0,9}[)）]")
_LABEL = lazy(
    r"\s*[-*>+#]{0,3}\s*[*_]{0,2}(?:[^\W\d]{3,12}\s)?[([]?(?:(?:([A-Ha-h])|([А-Жа-ж])|([أبتثجحدهـ]))\s?[.):\]、·-]|([①-⑳]))\s*\S"
)
_BOX = lazy(r"\s*(?:[-*+]\s*)?(?:\[[ xX*✓]?\]|[☐☑☒□■○●✓✔✗✘❌✅])\s*\S")
_STATING = lazy(
    r"(?i)\W*(?:\w+ ){0,3}?(?:answers?|ans|key|solution|correct|antwort(?:en)?|lösung(?:en)?|richtig|r[ée]ponses?"
    r"|corrigé|respuestas?|soluci[oó]n|respostas?|gabarito|rispost[ae]|soluzione|đáp án|ответы?|odpowied[zź]i?|jawaban"
    r"|kunci|benar|cevap|to['ʻ’]g['ʻ’]ri javob|javob|відповідь|svar|vastaus|antwoord|odgovor|odpověď|válasz)"
    r"(?:\W*(?:is|are|est|ist|es|é))?\s*[*_]*\s*(?:[:=：].*|[*_]{2}\W*)|\W*(?:.{0,4}(?:答案|答え|正解)|정답|الإجابة|الاجابة|答[：:]).*"
)
_HEADER = lazy(
    r"(?i)\W*(?:(?:practice |quiz )?question|frage|aufgabe|pregunta|quest[aã]o|pergunta|domanda|câu(?: hỏi)?|вопрос"
    r"|задание|pytanie|soal|savol|soru|문제|題目|题目|問題|第.{1,4}题)\W*\d*\W*"
)
_MARKED = lazy(
    r"\s*(?:[*!]{1,2}\s?[(\[]?[A-Ha-h][.)\]]\s|\*{1,2}\s?\(|[+](?:\{[^{}]*\})?\s*\S|[-*+]\s*!\S|[XO01]{3,}\s*$|X[01]{2,})"
)
_MASK = lazy(r"\s*X[01]{2,}\s*$")
_TRUTH = lazy(
    r"(?i)(?:.*[\s(（\[:–-]\s*)(?:t|f|true|false|wahr|falsch|richtig|vrai|faux|verdadero|falso|vero|верно|неверно|对|错)"
    r"[)）\].]*\s*|(?:true|false|t|f|wahr|falsch|richtig|vrai|faux|verdadero|falso|верно|неверно)[\s:.)–-]+\S.*"
)
#: The instruction of a matching question.
MATCHING = lazy(
    r"(?i)\W*(?:\d+[.)]\s*)?(?:match|ordnen? sie|ordne|verbinden? sie|verbinde|relie[rz]?|associe[rz]?|une|empareja"
    r"|relacion[ae]|ligue|abbina|collega|соотнесите|сопоставьте|установите соответствие|dopasuj|połącz|连线|匹配)\b.*"
)
_KEY_ENTRY = lazy(r"\A\W*\d{1,4}\W*[A-Ha-h](?:\W*[A-Ha-h])*\W*\Z")
_PRICE = lazy(
    r"(?:[€$£¥₩]\s*\d+(?:[.,]\d+)?|\d+[.,]\d{2}\s*(?:[€$£]|EUR|USD|PLN|zł|kr)?|\s/\s*\d+|\d+\s*(?:원|円|元|руб\.?))\s*$"
)
_CONSTRAINT = lazy(r"\d\s*(?:<=|≤|<)\s*\w+|\b(?:int|void|char|long|bool|double)\s+\w+\s*\(")
_CODE = lazy(r"\A.*[;{}]\s*$|\A\s*(?://|/\*|#include|def |for |while |if ?\().*")
_INLINE = lazy(r"(?<!\w)[(]?[Aa][.)].*?\s[(]?[Bb][.)].*?\s[(]?[Cc][.)]")
_DELIMITED = lazy(r"(?:[^|\t;]*[|\t;]){1,}[^|\t;]+|\d+:.*:.*|.*(?:---|->|=>|→|\^\*\^).*|(?:[^,]+,){3,}[^,]+")


class _Signs:
    """How many of ``lines`` (filled ones) show each sign of a quiz or of something else; counted when asked for."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.filled = len(lines)

    @property
    def are_certain(self) -> bool:
        """Whether something is there that only quizzes have; the signs that are quickest to look for come first."""
        marks = self.glued > 0 or self.boxes > 1 or self.states or self.marked > 1
        return marks or _matches(_TRUTH.fullmatch, self.lines) >= max(3, 0.3 * self.filled)

    @property
    def glued(self) -> int:
        """Runs of lines that begin with A, B, C: letters of options whose mark was lost when a page was copied."""
        return "".join(line[:1] for line in self.lines).count("ABC")

    @property
    def boxes(self) -> int:
        """Check boxes."""
        return count_boxes(self.lines)

    @property
    def states(self) -> bool:
        """Whether a line states an answer or is the header of a question."""
        return any(_STATING.fullmatch(line) or _HEADER.fullmatch(line) for line in self.lines)

    @property
    def marked(self) -> int:
        """Right options with a mark, or a whole run of options on one line."""
        first = self.lines[0] if self.lines else ""
        heads = 2 * bool(_MASK.match(first) or MATCHING.match(first))
        return heads + _matches(_MARKED.match, self.lines) + _matches(_INLINE.search, self.lines)

    @cached_property
    def runs(self) -> tuple[int, ...]:
        """How long each run of options is."""
        return option_runs(self.lines)

    @cached_property
    def asking(self) -> int:
        """Lines that ask or leave a blank."""
        return _matches(_is_asking, self.lines)

    @property
    def openings(self) -> int:
        """Lines that can be stems: they ask, leave a blank or end with a colon."""
        return self.asking + _matches(_is_leading, self.lines)

    @property
    def has_even_runs(self) -> bool:
        """Whether most runs of options have the same length, as in an exam."""
        return len(self.runs) > 2 and max(map(self.runs.count, self.runs)) >= 0.6 * len(self.runs)

    @property
    def are_delimited(self) -> bool:
        """Whether at least half of the lines consist of parts that a sign sets apart: pairs, cards, rows."""
        return _matches(_DELIMITED.fullmatch, self.lines) >= 0.5 * self.filled

    def are_mostly(self, pattern: re.Pattern[str], share: float) -> bool:
        """Whether at least ``share`` of the lines show ``pattern``."""
        return _matches(pattern.search, self.lines) >= share * self.filled


def no_quiz(lines: Sequence[str]) -> str | None:
    """Return why ``lines`` cannot be a quiz, as the end of a sentence, or ``None`` if they may be one."""
    filled = [line for line in lines[:_MAX_LINES] if line and not line.isspace()]
    if not filled or _Signs([fold_line(line[:_MAX_LINE]) for line in filled[:_HEAD]]).are_certain:
        return None
    signs = _Signs([fold_line(line[:_MAX_LINE]) for line in filled])
    if signs.are_certain:
        return None
    for is_met, reason in _REASONS:
        if is_met(signs):
            return reason
    return None


_REASONS: tuple[tuple[Callable[[_Signs], bool], str], ...] = (
    (
        lambda signs: signs.are_mostly(_KEY_ENTRY, 0.8),
        "it is a list of keys without questions; give it with --key beside the questions",
    ),
    (
        lambda signs: signs.are_mostly(_PRICE, 0.3) and signs.asking <= 0.1 * signs.filled,
        "many lines end with a price or an amount, like those of a menu, and none of them asks anything",
    ),
    (
        lambda signs: (
            not signs.runs
            and (signs.are_mostly(_CONSTRAINT, 2 / signs.filled) or signs.are_mostly(_CODE, 0.25))
            and signs.openings < 0.1 * signs.filled
            and not signs.are_delimited
        ),
        "it reads like a programming task, with code or ranges of variables, and has no options or answers",
    ),
    (
        lambda signs: bool(signs.runs) and not signs.has_even_runs and signs.openings < 0.25 * len(signs.runs),
        "its lists stand under nothing that asks",
    ),
    (
        lambda signs: not signs.runs and not signs.openings and not signs.are_delimited,
        "no line asks anything, and there are neither options nor answers",
    ),
    (
        lambda signs: not signs.runs and signs.openings < 0.02 * signs.filled and not signs.are_delimited,
        "hardly any line asks anything, and there are neither options nor answers: it reads like prose",
    ),
)


def _is_asking(line: str) -> bool:
    return ending(line).endswith(("?", "？", "؟")) or bool(_ASKING.search(line))


def _is_leading(line: str) -> bool:
    return ending(line).endswith((":", "："))


def _matches(matcher: Callable[[str], object], lines: Sequence[str]) -> int:
    return sum(1 for line in lines if matcher(line))


def count_boxes(lines: Sequence[str]) -> int:
    """How many lines begin with a check box or a tick."""
    return _matches(_BOX.match, lines)


def option_runs(lines: Sequence[str]) -> tuple[int, ...]:
    """The lengths of the runs A, B, … or ①, ②, … of two labels or more."""
    lengths: list[int] = []
    previous = 0
    for line in lines:
        ordinal = _ordinal(line)
        if ordinal == 2 and previous == 1:
            lengths.append(2)
        elif lengths and ordinal == previous + 1 == lengths[-1] + 1:
            lengths[-1] = ordinal
        previous = ordinal or previous
    return tuple(lengths)


def _ordinal(line: str) -> int:
    """1 for a line that begins with A, a, А, أ or ①, and so on; 0 for one without such a label."""
    label = _LABEL.match(line)
    if not label:
        return 0
    latin, cyrillic, arabic, circled = label.groups()
    if latin:
        return ord(latin.casefold()) - ord("a") + 1
    if circled:
        return ord(circled) - ord("①") + 1
    return "абвгдеж".find(cyrillic.casefold()) + 1 if cyrillic else "أبتثجحد".find(arabic) + 1
