"""Texts that Moodle has no field of their own for, and where they are written instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from qticonv.diagnostics import Code, Diagnostic, Effect, diagnose
from qticonv.model import Item, ItemBank, Match, Pair, Text
from qticonv.writers.markup import to_html

_FULL = Decimal(100)


def join_html(parts: Iterable[Text | str | None]) -> str:
    """Return the texts as one piece of HTML, each once, with a line break between."""
    found: dict[str, None] = {}
    for part in parts:
        if part:
            found[part if isinstance(part, str) else to_html(part)] = None
    return "<br/>".join(found)


def merged_feedback(item: Item, own: Text | None, weight: Decimal) -> str:
    """Return the feedback of an answer with what the item says about answers of this weight (in percent).

    For questions that have no combined feedback but exactly one answer that was given: it is shown when it is due.
    """
    feedback = item.feedback
    if weight >= _FULL:
        return join_html((own, feedback.correct))
    return join_html((own, feedback.partially_correct if weight > 0 else feedback.incorrect))


def general_with_pairs(item: Item, interaction: Match) -> str:
    """Return the general feedback, with the feedback of single pairs, which a matching has no field for."""
    return join_html((item.feedback.general, *(_pair_feedback(pair) for pair in interaction.pairs)))


def _pair_feedback(pair: Pair) -> str:
    if not pair.feedback:
        return ""
    return f"{to_html(pair.left)} → {to_html(pair.right)}: {to_html(pair.feedback)}"


class Passages:
    """Finds the text that several items share.

    A passage usually stands before the items that need it and is kept when it passes; the bank is searched once more
    only for one that stands later.
    """

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items
        self._texts: dict[str, Text | None] = {}

    def keep(self, item: Item) -> None:
        """Remember ``item`` as a passage."""
        self._texts[item.identifier] = item.stem

    def stem(self, item: Item) -> str:
        """Return the stem of ``item`` as HTML, after its passage if it has one."""
        if item.passage is None:
            return to_html(item.stem)
        if item.passage not in self._texts:
            found = (other.stem for other in self._items if other.identifier == item.passage)
            self._texts[item.passage] = next(found, None)
        passage = self._texts[item.passage]
        if passage is None:
            return to_html(item.stem)
        return f'<div class="passage">{to_html(passage)}</div><div>{to_html(item.stem)}</div>'


def bank_losses(bank: ItemBank, target: str) -> tuple[Diagnostic, ...]:
    """Return what a file for the question bank cannot hold of the bank as a whole."""
    quiz = bank.quiz
    lost = {
        "sections": bool(bank.sections),
        "description of the quiz": bool(quiz.description),
        "number of attempts": quiz.attempts is not None,
        "time limit": quiz.time_limit_minutes is not None,
        "order of the questions": quiz.shuffle_items is not None,
    }
    return tuple(
        diagnose(
            Code.TARGET_LOSES,
            f"{what}: not written, because this file fills Moodle's question bank and makes no quiz",
            target=target,
            effect=Effect.LOST,
        )
        for what, given in lost.items()
        if given
    )
