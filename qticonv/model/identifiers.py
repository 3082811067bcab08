"""Identifiers: stable names made from what is asked.

An identifier is a hash of the interaction type, the stem and the choices in printed order (order: sorted; match:
lefts in order,
then sorted rights; gaps: names in order). Key, feedback, points, file name, position and time do not enter: an
item keeps its identifier
when its key or feedback is corrected, so a learning platform can update it in place.
"""

from __future__ import annotations

import hashlib
import unicodedata
from typing import assert_never

from qticonv.model.interactions import (
    ChoiceInteraction,
    ExtendedText,
    Gaps,
    Interaction,
    Match,
    NoInteraction,
    NumericEntry,
    Order,
    TextEntry,
    Upload,
    interaction_type,
)
from qticonv.model.text import Text

_DIGITS = 12


def normalise(text: str) -> str:
    """Fold what does not change the question: white space, Unicode composition."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def identity_parts(interaction: Interaction) -> list[str]:
    """Return the texts of ``interaction`` that belong to its identity, in a fixed order."""
    match interaction:
        case ChoiceInteraction(choices=choices):
            return [choice.content.content for choice in choices]
        case Order(sequence=sequence):
            return sorted(text.content for text in sequence)
        case Match(pairs=pairs, distractors=distractors):
            rights = [pair.right.content for pair in pairs] + [text.content for text in distractors]
            return [pair.left.content for pair in pairs] + sorted(rights)
        case Gaps(gaps=gaps):
            return [gap.name for gap in gaps]
        case TextEntry() | NumericEntry() | ExtendedText() | Upload() | NoInteraction():
            return []
        case _:
            assert_never(interaction)


def item_identifier(stem: Text, interaction: Interaction, passage: str = "") -> str:
    """Return ``q-`` and twelve hexadecimal digits; ``passage`` enters only where it tells two questions apart."""
    parts = [interaction_type(interaction), stem.content, *identity_parts(interaction)]
    if passage:
        parts.append(passage)
    digest = hashlib.sha256("\x1f".join(map(normalise, parts)).encode("utf-8", "surrogatepass"))
    return f"q-{digest.hexdigest()[:_DIGITS]}"
