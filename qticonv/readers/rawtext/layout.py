"""A layout: how one file marks questions, options, keys and feedback, as data.

The layout of a file is found by :mod:`qticonv.readers.rawtext.induction`, or stated by a layout file; one reader
(:mod:`qticonv.readers.rawtext.blocks`) applies any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Self

from msgspec import Struct
from msgspec.structs import asdict, fields, replace

from qticonv.readers.rawtext.heads import Head


class QuestionKind(StrEnum):
    """How a question begins."""

    NUMBER = "number"  # "1." "12)"
    WORD = "word"  # "Question 1", "Q1.", "第1题"; with or without a number
    HEADING = "heading"  # a Markdown heading without a number
    SIGN = "sign"  # "#Which …", "* Which …"
    PARAGRAPH = "paragraph"  # no mark: the text before a run of options


class KeyPlace(StrEnum):
    """Where the key of a question stands."""

    LINE = "line"  # "Answer: B"
    BARE = "bare line"  # "B"
    MARK = "mark"  # a mark on the option
    LIST = "list"  # a table or list at the end, at the top or in another file
    NONE = "none"


class FeedbackPlace(StrEnum):
    """Where feedback stands; a word such as ``Explanation:`` is understood in any of them."""

    MARKED = "marked"
    AFTER_KEY = "after key"
    AFTER_OPTIONS = "after options"


BULLETS = "bullet"
BOXES = "box"
GLUED = "glued"
SIGNED = "sign"
NO_OPTIONS = "none"
UNLABELLED = frozenset({BULLETS, BOXES, SIGNED})


class Layout(Struct, frozen=True, kw_only=True, gc=False):
    """How a file is laid out.

    ``question_marks`` and ``option_marks`` are the characters that may close a label (``".)"``); empty means none.
    ``option`` is a family of labels (:data:`qticonv.readers.rawtext.heads.FAMILIES`, ``latin``, ``digit``,
    ``roman``), or ``bullet``, ``box``, ``glued``, ``sign``, ``none``. ``option_word``: ``Option A:``. ``key_mark``
    is the mark that only right options bear (see :mod:`qticonv.readers.rawtext.marks`).
    """

    question: QuestionKind
    question_heading: bool = False
    question_sign: str = ""
    question_marks: str = ""
    option: str = NO_OPTIONS
    option_marks: str = ""
    option_word: bool = False
    option_sign: str = ""
    key: KeyPlace = KeyPlace.NONE
    key_mark: str = ""
    feedback: FeedbackPlace = FeedbackPlace.MARKED
    inline: bool = False
    wrapped: bool = False

    def is_question(self, head: Head) -> bool:
        """Whether ``head`` bears this layout's question mark (its number is not looked at)."""
        match self.question:
            case QuestionKind.NUMBER:
                if head.word == "question" and head.label:
                    return True
                return (
                    head.family == "digit"
                    and not head.word
                    and bool(head.hashes) == self.question_heading
                    and (head.punct or " ") in self.question_marks
                    and not head.box
                    and head.bullet in self.question_sign
                )
            case QuestionKind.WORD:
                return head.word == "question" and (not self.question_heading or bool(head.hashes))
            case QuestionKind.HEADING:
                return bool(head.hashes)
            case QuestionKind.SIGN:
                sign = self.question_sign
                return head.sign == sign or (head.bullet[:1] == sign and head.indent == 0 and not head.box)
            case QuestionKind.PARAGRAPH:
                return False

    def is_option(self, head: Head) -> bool:
        """Whether ``head`` bears this layout's option mark (its place in the run is not looked at)."""
        if self.option in UNLABELLED or self.option == NO_OPTIONS:
            return self._is_unlabelled(head)
        if not head.label:
            return False
        if head.family != self.option and not (self.option == "roman" and head.label.lower() in {"i", "v", "x"}):
            return self.option == "latin" and head.family == "cyrillic" and self._closes(head)
        if bool(head.word == "option") != self.option_word or head.word == "question" or head.hashes:
            return False
        return self._closes(head)

    def _closes(self, head: Head) -> bool:
        return (head.punct or " ") in self.option_marks

    def _is_unlabelled(self, head: Head) -> bool:
        match self.option:
            case "box":
                return bool(head.box)
            case "bullet":
                return bool(head.bullet) and head.bullet in self.option_sign and not head.hashes
            case "sign":
                return bool(head.sign) and head.sign in self.option_sign
            case _:
                return False

    def with_(self, **changes: Any) -> Self:
        """Return the layout with some properties changed."""
        return replace(self, **changes)

    def to_dict(self) -> dict[str, object]:
        """Return the layout as plain data, for a layout file; defaults are left out."""
        standard = {entry.name: entry.default for entry in fields(self)}
        return {name: value for name, value in _plain(asdict(self)).items() if value != standard[name]}

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> Self:
        """Build a layout from plain data; raise :class:`ValueError` that names what is wrong."""
        kinds: dict[str, type[StrEnum]] = {"question": QuestionKind, "key": KeyPlace, "feedback": FeedbackPlace}
        known = {entry.name: entry for entry in fields(cls)}
        values: dict[str, Any] = {}
        for name, value in data.items():
            if name not in known:
                raise ValueError(f"unknown property {name!r}; known are {', '.join(known)}")
            expected = bool if known[name].default in (True, False) else str
            if not isinstance(value, expected):
                raise ValueError(f"{name} must be {'true or false' if expected is bool else 'text'}")
            values[name] = kinds[name](str(value)) if name in kinds else value
        if "question" not in values:
            raise ValueError("question is missing: " + ", ".join(QuestionKind))
        return cls(**values)


def _plain(data: dict[str, Any]) -> dict[str, object]:
    return {name: str(value) if isinstance(value, StrEnum) else value for name, value in data.items()}


_FIRST_LABELS = {"latin": "A", "digit": "1", "roman": "i", "circled": "①", "cyrillic": "А", "arabic": "أ", "kana": "ア"}


def describe(layout: Layout) -> str:
    """Say in words how a file is laid out, for ``parse -v``."""
    parts = [_describe_question(layout), _describe_options(layout), _describe_key(layout)]
    feedback = {
        FeedbackPlace.MARKED: "feedback: where a word announces it",
        FeedbackPlace.AFTER_KEY: "feedback: the text after the key",
        FeedbackPlace.AFTER_OPTIONS: "feedback: the text after the options",
    }
    return ", ".join([*parts, feedback[layout.feedback]])


def _describe_question(layout: Layout) -> str:
    closing = layout.question_marks.replace("(", "")[:1].strip()
    heading = "a heading " if layout.question_heading or layout.question is QuestionKind.HEADING else ""
    match layout.question:
        case QuestionKind.NUMBER:
            return f"questions start with {heading}'<n>{closing}'"
        case QuestionKind.WORD:
            return f"questions start with {heading}'Question <n>'"
        case QuestionKind.HEADING:
            return "questions start with a heading"
        case QuestionKind.SIGN:
            return f"questions start with '{layout.question_sign}'"
        case QuestionKind.PARAGRAPH:
            return "questions are the text before the options"


def _describe_options(layout: Layout) -> str:
    closing = layout.option_marks.replace("(", "").strip()[:1]
    match layout.option:
        case "none":
            return "no options"
        case "bullet" | "sign":
            return "options start with " + " or ".join(f"'{char}'" for char in layout.option_sign)
        case "box":
            return "options start with a check box"
        case "glued":
            return "options start with a letter glued to the text ('AThe …')"
        case family:
            return f"options '{'Option ' if layout.option_word else ''}{_FIRST_LABELS.get(family, family)}{closing}', …"


def _describe_key(layout: Layout) -> str:
    match layout.key:
        case KeyPlace.LINE:
            return "key: line 'Answer:'"
        case KeyPlace.BARE:
            return "key: a line with the letter alone"
        case KeyPlace.MARK:
            return f"key: options marked with {layout.key_mark}"
        case KeyPlace.LIST:
            return "key: a list or table"
        case KeyPlace.NONE:
            return "no key"
