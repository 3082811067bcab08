"""What the page knows about one item, gathered once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct

from qticonv.diagnostics import Diagnostic, Effect, Severity, SourceSpan
from qticonv.model import (
    Asset,
    ChoiceInteraction,
    ChoiceKind,
    Item,
    ItemBank,
    KeySource,
    NumericEntry,
    Text,
    TextEntry,
    interaction_type,
)

TYPE_NAMES: Mapping[str, str] = {
    "single": "Single choice",
    "multiple": "Multiple choice",
    "true_false": "True / false",
    "text_entry": "Short answer",
    "numeric_entry": "Number",
    "extended_text": "Essay",
    "match": "Matching",
    "order": "Ordering",
    "gaps": "Gaps",
    "upload": "File upload",
    "none": "Passage",
}


class SourceText(Struct, frozen=True, gc=False):
    """The lines of an input, and its name where it is known; places in other files have no lines here."""

    lines: Sequence[str]
    name: str | None = None

    def numbers(self, span: SourceSpan | None) -> range:
        """Return the numbers of the lines of ``span`` that are there to be shown."""
        if span is None or self.name not in (None, span.source):
            return range(0)
        return range(max(span.start_line, 1), min(span.end_line, len(self.lines)) + 1)


class Entry(Struct, frozen=True, kw_only=True, gc=False):
    """One item with its place and all that was said about it.

    ``number`` counts questions from 1 as a student sees them; passages have none. ``anchor`` is unique in the page.
    ``is_withheld``: the item goes into no file.
    ``diagnostics`` are about the item itself, ``losses`` about targets, by target.
    """

    item: Item
    anchor: str
    number: int | None
    diagnostics: tuple[Diagnostic, ...]
    losses: Mapping[str, tuple[Diagnostic, ...]]
    text: SourceText
    assets: Mapping[str, Asset]
    passage: Item | None = None
    is_withheld: bool = False

    @property
    def kind(self) -> str:
        """The type that a person speaks of: a key of :data:`TYPE_NAMES`."""
        interaction = self.item.interaction
        return interaction.kind.value if isinstance(interaction, ChoiceInteraction) else interaction_type(interaction)

    @property
    def heading(self) -> str:
        """ "Question 3", or "Passage"."""
        return TYPE_NAMES[self.kind] if self.number is None else f"Question {self.number}"

    @property
    def source(self) -> KeySource | None:
        """Where the key comes from; ``None`` where none is needed."""
        if not self.item.needs_key:
            return None
        return self.item.key.source if self.item.key else KeySource.MISSING

    @property
    def is_lossy(self) -> bool:
        """Whether some target loses a part of the item or refuses it."""
        return any(
            finding.effect in (Effect.LOST, Effect.WITHHELD) for found in self.losses.values() for finding in found
        )

    @property
    def needs_review(self) -> bool:
        """Whether a person should look at it: no key, or a warning or an error about the item itself."""
        doubtful = any(finding.severity is not Severity.NOTE for finding in self.diagnostics)
        return doubtful or self.is_withheld

    @property
    def pickable(self) -> bool:
        """Whether its key can be chosen in the page: an answers file can hold it, and no text states it."""
        held = isinstance(self.item.interaction, (ChoiceInteraction, TextEntry, NumericEntry))
        return held and self.source in (KeySource.MISSING, KeySource.INFERRED)


def is_multiple(item: Item) -> bool:
    """Whether a student may pick several choices."""
    return isinstance(item.interaction, ChoiceInteraction) and item.interaction.kind is ChoiceKind.MULTIPLE


def entries(
    bank: ItemBank,
    diagnostics: Sequence[Diagnostic],
    text: SourceText,
    losses: Mapping[str, Sequence[Diagnostic]],
    withheld: Collection[int] = (),
) -> Iterator[Entry]:
    """Yield an entry for each item of ``bank``, in its order."""
    about = _by_item(diagnostics)
    by_target = {target: _by_item(found) for target, found in losses.items()}
    passages = {item.identifier: item for item in bank.items}
    number = 0
    for position, item in enumerate(bank.items, start=1):
        is_question = interaction_type(item.interaction) != "none"
        number += is_question
        yield Entry(
            item=item,
            anchor=f"item-{position}",
            number=number if is_question else None,
            diagnostics=tuple(about.get(item.identifier, ())),
            losses={target: tuple(found.get(item.identifier, ())) for target, found in by_target.items()},
            text=text,
            assets=bank.assets,
            passage=passages.get(item.passage or ""),
            is_withheld=position - 1 in withheld or not item.is_keyed,
        )


def _by_item(diagnostics: Sequence[Diagnostic]) -> Mapping[str, list[Diagnostic]]:
    found: dict[str, list[Diagnostic]] = defaultdict(list)
    for finding in diagnostics:
        if finding.item is not None:
            found[finding.item].append(finding)
    return found


def short(text: Text | None, longest: int = 60) -> str:
    """Return the plain text in one line, cut to what fits into a label."""
    words = " ".join((text.plain if text else "").split())
    return words if len(words) <= longest else f"{words[: longest - 1]}…"
