"""Gaps as Canvas has them: all of an item's are blanks to type into, or all are drop-downs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from qticonv.model import Gap, GapKind, Gaps, Text
from qticonv.model.markup import escape
from qticonv.model.rules import GAP_MARK
from qticonv.patterns import lazy
from qticonv.writers.canvas import xml

FIRST_ANSWER = 1001
_UNSAFE = lazy(r"[^A-Za-z0-9_-]")


class Answer(Struct, frozen=True, gc=False):
    """A choice of a drop-down or an accepted answer of a blank."""

    number: int
    text: str
    is_right: bool
    feedback: Text | None


class Blank(Struct, frozen=True, gc=False):
    """A gap. ``mark`` is its name in the stem of the bank, ``name`` in Canvas's (``[name]``)."""

    mark: str
    name: str
    answers: tuple[Answer, ...]
    offer: str = ""  # the choices of a drop-down that had to become a blank, as text

    @property
    def response(self) -> str:
        """The identifier of its response; the gem cuts off the prefix to find ``[name]``."""
        return f"response_{self.name}"


def as_drop_downs(interaction: Gaps) -> bool:
    """Whether the item becomes drop-downs: only if all of its gaps are."""
    return all(gap.kind is GapKind.DROPDOWN for gap in interaction.gaps)


def blanks(interaction: Gaps, around: str) -> tuple[Blank, ...]:
    """Return the gaps with numbered answers and names that Canvas accepts (letters, digits, ``_`` and ``-``).

    ``around`` is the text that they stand in: no name stands there in brackets already.
    """
    drop_downs = as_drop_downs(interaction)
    numbers = iter(range(FIRST_ANSWER, 10**6))
    names = _names(interaction, around)
    return tuple(_blank(gap, names[gap.name], drop_downs, numbers) for gap in interaction.gaps)


def _names(interaction: Gaps, around: str) -> dict[str, str]:
    offered = " ".join(choice.content.plain for gap in interaction.gaps for choice in gap.choices)
    names: dict[str, str] = {}
    for gap in interaction.gaps:
        plain = name = _UNSAFE.sub("_", gap.name) or "gap"
        count = 1
        while name in names.values() or f"[{name}]" in around or f"[{name}]" in offered:
            count += 1
            name = f"{plain}_{count}"
        names[gap.name] = name
    return names


def _blank(gap: Gap, name: str, drop_downs: bool, numbers: Iterator[int]) -> Blank:
    if drop_downs:
        choices = (Answer(next(numbers), c.content.plain, c.is_key, c.feedback) for c in gap.choices)
        return Blank(gap.name, name, tuple(choices))
    answers = tuple(Answer(next(numbers), text, True, feedback) for text, feedback in accepted_texts(gap))
    offer = " / ".join(xml.one_line(choice.content.plain) for choice in gap.choices)
    return Blank(gap.name, name, answers, offer)


def accepted_texts(gap: Gap) -> Iterator[tuple[str, Text | None]]:
    """Yield what a student may type into a gap for full marks; of a number only the value itself."""
    for answer in gap.accepted:
        if answer.credit in (None, Decimal(1)):
            yield answer.content, answer.feedback
    for choice in gap.choices:
        if choice.is_key:
            yield choice.content.plain, choice.feedback
    for number in gap.numbers:
        if number.value is not None and number.credit in (None, Decimal(1)):
            yield xml.number(number.value), number.feedback


def filled_stem(stem: str, parts: Sequence[Blank]) -> str:
    """Return the (escaped) stem with ``[name]`` for each mark, and the choices that a blank cannot offer after it."""
    written = {
        blank.mark: f"[{blank.name}]" + (f" ({escape(escape(blank.offer))})" if blank.offer else "") for blank in parts
    }
    return GAP_MARK.sub(lambda match: written.get(match[1], match[0]), stem)
