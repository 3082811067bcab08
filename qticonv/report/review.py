"""One question as ``qticonv review`` shows it: lines of plain text for a terminal of any width, without colour."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set

from msgspec import Struct

from qticonv.model import ChoiceInteraction, ChoiceKind, Item, NumericEntry, TextEntry
from qticonv.report.columns import wrap

_FEW = 2  # candidates that are shown unless all are asked for
_NO_LETTERS = re.compile(r"[^0-9a-z]")
_GENERATED = "123456789abcdefghijklmnoprstuvwxyz"  # q is quit


class Marks(Struct, frozen=True, kw_only=True, gc=False):
    """Signs of a terminal: what encloses evidence, what marks a picked choice, what separates parts of a line."""

    opening: str
    closing: str
    picked: str
    dot: str


UNICODE = Marks(opening="«", closing="»", picked="●", dot="·")
ASCII = Marks(opening=">>", closing="<<", picked="*", dot="-")


class Card(Struct, frozen=True, kw_only=True, gc=False):
    """What is shown of a question.

    ``picked`` are identifiers of choices, or typed answers; ``reasons`` say what speaks for a choice, ``caution`` why
    the candidates are not to be trusted.
    """

    item: Item
    picked: Set[str]
    reasons: Mapping[str, str]
    show_all: bool
    caution: str = ""


def pick_keys(item: Item) -> tuple[str, ...]:
    """Return the key that picks each choice: its printed letter or digit where all have one, else a running one."""
    interaction = item.interaction
    if not isinstance(interaction, ChoiceInteraction):
        return ()
    if interaction.kind is ChoiceKind.TRUE_FALSE:
        return ("t", "f")
    labels = tuple(_NO_LETTERS.sub("", (choice.label or choice.identifier).lower()) for choice in interaction.choices)
    if len(set(labels)) == len(labels) and all(len(label) == 1 and label != "q" for label in labels):
        return labels
    return tuple(_GENERATED[: len(labels)])


def kind_name(item: Item) -> str:
    """Return what kind of question ``item`` is, and what is to be done."""
    match item.interaction:
        case ChoiceInteraction(kind=ChoiceKind.SINGLE):
            return "one is right"
        case ChoiceInteraction(kind=ChoiceKind.MULTIPLE):
            return "several may be right"
        case ChoiceInteraction():
            return "true or false"
        case TextEntry():
            return "short answer"
        case NumericEntry():
            return "number"
        case _:
            return "cannot be settled here"


def render(card: Card, columns: int, marks: Marks) -> list[str]:
    """Return the question in lines of at most ``columns``."""
    item = card.item
    lines = wrap(item.stem.plain, columns)
    if isinstance(item.interaction, ChoiceInteraction):
        lines += ["", *_choices(card, columns, marks)]
    elif card.picked:
        lines += ["", *(line for answer in sorted(card.picked) for line in wrap(answer, columns, first="  = "))]
    lines += _candidates(card, columns)
    lines += _explanation(item, columns, marks)
    return lines


def _choices(card: Card, columns: int, marks: Marks) -> Iterable[str]:
    interaction = card.item.interaction
    if not isinstance(interaction, ChoiceInteraction):
        return
    for key, choice in zip(pick_keys(card.item), interaction.choices, strict=False):
        sign = marks.picked if choice.identifier in card.picked else " "
        yield from wrap(choice.content.plain, columns, first=f"{sign} [{key}] ")


def _explanation(item: Item, columns: int, marks: Marks) -> Iterable[str]:
    quotes = [evidence.quote for evidence in item.key.evidence] if item.key else []
    text = item.feedback.general.plain if item.feedback.general else ""
    marked, absent = mark_quotes(text, quotes, marks)
    if marked:
        yield from ("", "Explanation:", *wrap(marked, columns, first="  "))
    if absent:
        yield from ("", "Evidence:")
        for quote in absent:
            yield from wrap(f"{marks.opening}{quote}{marks.closing}", columns, first="  ")


def mark_quotes(text: str, quotes: Sequence[str], marks: Marks) -> tuple[str, list[str]]:
    """Return ``text`` with the ``quotes`` that stand in it enclosed in marks, and the quotes that do not."""
    spans, absent = [], []
    for quote in quotes:
        pattern = r"\s+".join(map(re.escape, quote.split()))
        found = re.search(pattern, text) if pattern else None
        if found:
            spans.append(found.span())
        elif pattern:
            absent.append(quote)
    for start, end in reversed(_joined(spans)):
        text = f"{text[:start]}{marks.opening}{text[start:end]}{marks.closing}{text[end:]}"
    return text, absent


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _candidates(card: Card, columns: int) -> Iterable[str]:
    interaction, key = card.item.interaction, card.item.key
    if key is None or not isinstance(interaction, ChoiceInteraction):
        return
    keys = {choice.identifier: name for name, choice in zip(pick_keys(card.item), interaction.choices, strict=False)}
    ranked = sorted(key.candidates, key=lambda candidate: -candidate.confidence)
    shown = [one for one in ranked if one.choice in keys][: None if card.show_all else _FEW]
    if shown:
        yield from ("", "Candidates:" if card.show_all else "Best candidates:")
    for candidate in shown:
        share = f"{candidate.confidence * 100:.1f} %"
        reason = card.reasons.get(candidate.choice, "")
        yield from wrap(f"{share:>7}  {reason}", columns, first=f"  [{keys[candidate.choice]}] ", rest=" " * 15)
    if card.caution and shown:
        yield from wrap(card.caution, columns, first="  Caution: ", rest="  ")
