"""All that an item says, as one string: what cannot stand in it need not be looked for in its parts."""

from __future__ import annotations

from qticonv.model import ChoiceInteraction, Item
from qticonv.model.walk import strings


def wording(item: Item) -> str:
    """Return every string of ``item`` joined, in no particular order: texts, accepted answers, names."""
    interaction, feedback = item.interaction, item.feedback
    if not isinstance(interaction, ChoiceInteraction):
        return "".join(strings(item))
    # Nearly all items are choices, and going through their fields by name takes a quarter of the time.
    found = [item.identifier, item.stem.content, *item.tags, *item.category]
    found += filter(None, (item.title, item.language, item.passage))
    shown = [feedback.general, feedback.correct, feedback.partially_correct, feedback.incorrect]
    for choice in interaction.choices:
        found += (choice.identifier, choice.label or "", choice.content.content)
        shown.append(choice.feedback)
    found += [text.content for text in shown if text is not None]
    return "".join(found)
