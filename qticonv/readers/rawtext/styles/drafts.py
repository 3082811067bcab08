"""Drafts of questions become items; a proposal is a whole file read in one style."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation

from msgspec import Struct, field

from qticonv.diagnostics import Code, Diagnostic, SourceSpan, diagnose
from qticonv.model import (
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    ExtendedText,
    Feedback,
    Interaction,
    Item,
    Key,
    KeySource,
    LineRole,
    Match,
    NumericAnswer,
    NumericEntry,
    Pair,
    Text,
    TextAnswer,
    TextEntry,
    item_identifier,
)
from qticonv.patterns import lazy
from qticonv.readers.characters import fold_line
from qticonv.readers.noquiz import count_boxes, option_runs
from qticonv.readers.rawtext.styles.records import BLANK
from qticonv.readers.rawtext.words import truth_value

_NUMBER = lazy(r"[-+−]?(?!\d{1,3},\d{3}$)\d{1,15}(?:[.,]\d{1,15})?$")  # "380,000" is no 380
_PROSE_WORDS = 8
_PROSE_LENGTH = 80
_SENTENCE_WORDS = 5


class Draft(Struct, frozen=True, kw_only=True, gc=False):
    """A question before it is an item. ``first`` and ``last`` are its lines (from 0, inclusive).

    ``options`` are (label, text); ``keys`` positions in it, ``None`` where no key is stated. ``answers`` are accepted
    answers of a question without options; ``pairs`` make it a matching question. ``doubts`` become
    warnings on the item.
    """

    stem: str
    first: int
    last: int
    options: tuple[tuple[str, str], ...] = ()
    keys: tuple[int, ...] | None = None
    answers: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    lacks_answer: bool = False  # it has one, which the text does not give
    feedback: str = ""
    tags: tuple[str, ...] = ()
    doubts: tuple[tuple[Code, str], ...] = ()


class Proposal(Struct, frozen=True, kw_only=True, gc=False):
    """A file read in one style.

    ``score`` is the share of the filled lines that have a place in a question or are known to be none, less up to a
    half where items are doubtful. ``roles`` has one role a line; ``layout`` describes the style for people.
    """

    name: str
    layout: str
    score: float
    items: tuple[Item, ...]
    roles: tuple[LineRole, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    title: str | None = None


class Page(Struct):
    """The lines of a file and the roles that a style gives them while it reads."""

    source: str
    lines: Sequence[str]
    noise: frozenset[int] = frozenset()
    roles: list[LineRole] = field(default_factory=list)
    runs: int = 0
    boxes: int = 0

    def __post_init__(self) -> None:
        folded = [fold_line(line) for line in self.lines]
        self.runs = len(option_runs(folded))
        self.boxes = count_boxes(folded)
        self.clear()

    @property
    def looks_marked(self) -> bool:
        """Whether labels or boxes are so many that they must be options: one run in twelve lines, a box in six."""
        return 12 * self.runs >= len(self.lines) > 0 or 6 * self.boxes >= len(self.lines) > 0

    def clear(self) -> None:
        """Forget all roles: blank lines are blank, noise is noise, the others are unclaimed."""
        self.roles = [
            LineRole.BLANK if not line.strip() else LineRole.NOISE if index in self.noise else LineRole.UNCLAIMED
            for index, line in enumerate(self.lines)
        ]

    def claim(self, first: int, last: int, role: LineRole) -> None:
        """Give ``role`` to the lines from ``first`` to ``last`` that have none yet."""
        for index in range(first, last + 1):
            if self.roles[index] is LineRole.UNCLAIMED:
                self.roles[index] = role

    def are_marked(self, count: int) -> bool:
        """Whether so many options bear labels or boxes that a reader of marked layouts must read ``count`` items."""
        return self.runs >= max(1, 0.25 * count) or self.boxes >= max(2, 0.5 * count)

    @property
    def share_claimed(self) -> float:
        """The share of the filled lines that have a role."""
        filled = [role for role in self.roles if role not in (LineRole.BLANK, LineRole.NOISE)]
        return 1 - filled.count(LineRole.UNCLAIMED) / len(filled) if filled else 0.0


class Style(Struct, frozen=True, gc=False):
    """A way to read a file. ``for_unmarked``: not to be tried where options bear labels or boxes."""

    name: str
    read: Callable[[Page], Proposal | None]
    for_unmarked: bool = True


def build(draft: Draft, source: str) -> tuple[Item, list[Diagnostic]]:
    """Make the item of ``draft``, with its diagnostics."""
    stem = Text(draft.stem)
    interaction, key = _interaction(draft)
    identifier = item_identifier(stem, interaction)
    span = SourceSpan(source, draft.first + 1, draft.last + 1)
    item = Item(
        identifier=identifier,
        stem=stem,
        interaction=interaction,
        key=key,
        feedback=Feedback(general=Text(draft.feedback)) if draft.feedback.strip() else Feedback(),
        tags=draft.tags,
        span=span,
    )
    return item, [diagnose(code, message, item=identifier, span=span) for code, message in draft.doubts]


def _interaction(draft: Draft) -> tuple[Interaction, Key | None]:
    if draft.pairs:
        return Match(pairs=tuple(Pair(left=Text(left), right=Text(right)) for left, right in draft.pairs)), _stated()
    if draft.options:
        return _choice(draft)
    answers = draft.answers
    if not answers:
        is_short = draft.lacks_answer or BLANK.search(draft.stem)
        return (TextEntry(accepted=()), _missing()) if is_short else (ExtendedText(), None)
    if len(answers) == 1 and (truth := truth_value(answers[0])) is not None:
        return _truth(truth), Key(source=KeySource.STATED)
    if all(map(_NUMBER.match, answers)) and (numbers := _numbers(answers)):
        return NumericEntry(accepted=tuple(NumericAnswer(value=number) for number in numbers)), _stated()
    if any(is_prose(answer, is_one_of_several=len(answers) > 1) for answer in answers):
        return ExtendedText(model_answer=Text("\n".join(answers))), None
    return TextEntry(accepted=tuple(TextAnswer(content=answer) for answer in answers)), _stated()


def _stated() -> Key:
    return Key(source=KeySource.STATED)


def _missing() -> Key:
    return Key(source=KeySource.MISSING)


def _choice(draft: Draft) -> tuple[Interaction, Key]:
    keys = set(draft.keys or ())
    # True/false has its true choice first; in the other order it stays as it was printed.
    is_truth = [truth_value(text) for _, text in draft.options] == [True, False]
    choices = tuple(
        Choice(
            identifier=chr(ord("A") + place) if place < 26 else f"C{place + 1}",
            content=Text(text),
            label=label or None,
            is_key=place in keys,
        )
        for place, (label, text) in enumerate(draft.options)
    )
    kind = ChoiceKind.TRUE_FALSE if is_truth else ChoiceKind.MULTIPLE if len(keys) > 1 else ChoiceKind.SINGLE
    source = KeySource.STATED if keys else KeySource.MISSING
    return ChoiceInteraction(kind=kind, choices=choices, shuffle=not is_truth), Key(source=source)


def _truth(value: bool) -> ChoiceInteraction:
    return ChoiceInteraction(
        kind=ChoiceKind.TRUE_FALSE,
        choices=(
            Choice(identifier="A", content=Text("True"), is_key=value),
            Choice(identifier="B", content=Text("False"), is_key=not value),
        ),
        shuffle=False,
    )


def _numbers(answers: Sequence[str]) -> list[Decimal]:
    try:
        return [Decimal(answer.replace(",", ".").replace("−", "-")) for answer in answers]
    except InvalidOperation:
        return []


def is_prose(answer: str, *, is_one_of_several: bool = False) -> bool:
    """Whether no machine can match the answer: a sentence, or more words than a short answer has."""
    factor = 2 if is_one_of_several else 1
    words = len(answer.split())
    is_sentence = words >= _SENTENCE_WORDS and answer.endswith((".", "!")) and not is_one_of_several
    return is_sentence or words >= factor * _PROSE_WORDS or "\n" in answer or len(answer) > factor * _PROSE_LENGTH


def finish(page: Page, name: str, layout: str, drafts: Sequence[Draft]) -> Proposal:
    """Make the proposal of ``drafts``; what no question claims is titled, or named in a diagnostic."""
    items: list[Item] = []
    diagnostics: list[Diagnostic] = []
    for draft in drafts:
        item, said = build(draft, page.source)
        items.append(item)
        diagnostics += said
    doubtful = sum(any(code is Code.RAW_TEXT_DOUBTFUL for code, _ in draft.doubts) for draft in drafts) / len(drafts)
    score = page.share_claimed * (1 - doubtful / 2)
    title = _title(page, drafts[0].first if drafts else 0)
    diagnostics += _unclaimed(page, drafts)
    return Proposal(
        name=name,
        layout=layout,
        score=score,
        items=tuple(items),
        roles=tuple(page.roles),
        diagnostics=tuple(diagnostics),
        title=title,
    )


def _title(page: Page, before: int) -> str | None:
    """The first line before the questions, if it is short."""
    for index in range(before):
        if page.roles[index] is LineRole.UNCLAIMED:
            text = page.lines[index].strip().strip("#*_= \t")
            if not text or len(text) > 120:
                return None
            page.roles[index] = LineRole.TITLE
            return text
    return None


def _unclaimed(page: Page, drafts: Sequence[Draft]) -> list[Diagnostic]:
    """A note on lines before the first question, a warning on those between or behind questions."""
    first = drafts[0].first if drafts else len(page.lines)
    said = []
    start: int | None = None
    for index in range(len(page.lines) + 1):
        is_open = index < len(page.lines) and page.roles[index] is LineRole.UNCLAIMED
        if is_open and start is None:
            start = index
        elif not is_open and start is not None:
            said.append(_named(page, start, index, is_early=index <= first))
            start = None
    return said


def _named(page: Page, start: int, end: int, *, is_early: bool) -> Diagnostic:
    text = " ".join(" ".join(page.lines[start:end]).split())[:60]
    span = SourceSpan(page.source, start + 1, end)
    if is_early:
        return diagnose(Code.RAW_TEXT_ASIDE, f"Set aside: {text!r}.", span=span)
    return diagnose(Code.RAW_LINE_UNCLAIMED, f"Not read, unlike the lines around it: {text!r}.", span=span)
