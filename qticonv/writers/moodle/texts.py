"""Texts that Moodle has no field of their own for, and where they are written instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from qticonv.diagnostics import Code, Diagnostic, Effect, diagnose
from qticonv.model import Item, ItemBank, Match, Pair, Text
from qticonv.patterns import lazy
from qticonv.writers.capabilities import quiz_parts

# Takes a text, returns it as HTML with the images as the target holds them.
Render = Callable[[Text], str]

_FULL = Decimal(100)
FILE_MARK = "@@PLUGINFILE@@"
# The mark in an author's text: Moodle would put an address in its place when it shows the text.
_STRAY_MARK = lazy(rf'(?<!src="){FILE_MARK}')


class Texts:
    """Makes HTML of the texts of one bank.

    A passage that several items share usually stands before them and is kept when it passes; the bank is searched once
    more only for one that stands later.
    """

    __slots__ = ("_items", "_passages", "_render")

    def __init__(self, items: Sequence[Item], render: Render) -> None:
        self._items = items
        self._passages: dict[str, str] = {}
        self._render = render

    def render(self, text: Text) -> str:
        """Return ``text`` as HTML."""
        html = self._render(text)
        return _STRAY_MARK.sub(f"&#64;{FILE_MARK[1:]}", html) if FILE_MARK in html else html

    def join(self, parts: Iterable[Text | str | None]) -> str:
        """Return the texts as one piece of HTML, each once, with a line break between."""
        found: dict[str, None] = {}
        for part in parts:
            if part:
                found[part if isinstance(part, str) else self.render(part)] = None
        return "<br/>".join(found)

    def answer_feedback(self, item: Item, own: Text | None, weight: Decimal) -> str:
        """Return the feedback of an answer with what the item says about answers of this weight (in percent).

        For questions that have no combined feedback, but exactly one answer that was given: it is shown when it is due.
        """
        feedback = item.feedback
        if own is feedback.correct is feedback.partially_correct is feedback.incorrect is None:
            return ""
        if weight >= _FULL:
            return self.join((own, feedback.correct))
        return self.join((own, feedback.partially_correct if weight > 0 else feedback.incorrect))

    def general_with_pairs(self, item: Item, interaction: Match) -> str:
        """Return the general feedback, with the feedback of single pairs, which a matching has no field for."""
        return self.join((item.feedback.general, *map(self._pair_feedback, interaction.pairs)))

    def _pair_feedback(self, pair: Pair) -> str:
        if not pair.feedback:
            return ""
        return f"{self.render(pair.left)} → {self.render(pair.right)}: {self.render(pair.feedback)}"

    def keep_passage(self, item: Item) -> None:
        """Remember ``item`` as a passage."""
        self._passages[item.identifier] = self.render(item.stem)

    def stem(self, item: Item) -> str:
        """Return the stem of ``item``, after its passage if it has one."""
        stem = self.render(item.stem)
        if item.passage is None:
            return stem
        if item.passage not in self._passages:
            found = (self.render(other.stem) for other in self._items if other.identifier == item.passage)
            self._passages[item.passage] = next(found, "")
        passage = self._passages[item.passage]
        return f'<div class="passage">{passage}</div><div>{stem}</div>' if passage else stem


def bank_losses(bank: ItemBank, target: str) -> tuple[Diagnostic, ...]:
    """Return what a file for the question bank cannot hold of the bank as a whole."""
    return tuple(
        diagnose(
            Code.TARGET_LOSES,
            f"{what}: not written, because this file fills Moodle's question bank and makes no quiz",
            target=target,
            effect=Effect.LOST,
        )
        for what in quiz_parts(bank)
    )
