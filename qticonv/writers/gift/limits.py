"""What GIFT cannot hold of one item because of its content, on top of what Moodle cannot hold at all."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from qticonv.diagnostics import Diagnostic
from qticonv.model import ChoiceInteraction, ChoiceKind, Item, TextEntry
from qticonv.writers.gift.text import COMMENT_MARK, PLACEHOLDER
from qticonv.writers.moodle import rules
from qticonv.writers.moodle.limits import Findings, frame_limits, interaction_limits, is_usual


def limits(item: Item) -> tuple[Diagnostic, ...]:
    """Return what a GIFT file cannot hold of ``item``; effect ``withheld`` keeps the item out of the file."""
    if _is_usual(item):
        return ()
    findings = Findings(item, "gift")
    frame_limits(findings)
    interaction_limits(findings)
    if item.tags and any(tag.rstrip().endswith("\\") for tag in item.tags):
        findings.adapt("a backslash at the end of a tag is left out")
    if any(COMMENT_MARK.search(tag) for tag in item.tags):
        findings.adapt("[id: and [tag: in a tag become (id: and (tag:, or GIFT would read them as marks of its own")
    match item.interaction:
        case ChoiceInteraction(kind=ChoiceKind.SINGLE) as interaction:
            _single(findings, interaction)
        case ChoiceInteraction(kind=ChoiceKind.MULTIPLE, shuffle=False):
            findings.lose(_SHUFFLE)
        case TextEntry() as interaction:
            _short_answer(findings, interaction)
        case _:
            pass
    return tuple(findings.found)


def _is_usual(item: Item) -> bool:
    """Whether there is nothing to say about ``item``, as about nearly all questions."""
    interaction, feedback = item.interaction, item.feedback
    is_shuffled = isinstance(interaction, ChoiceInteraction) and interaction.shuffle
    return is_shuffled and feedback.partially_correct is None and is_usual(item)


_SHUFFLE = "the choices may be shuffled: GIFT cannot say that they are not, the site's default decides"


_USUAL: Sequence[Decimal | int] = (100, 0)


def _single(findings: Findings, interaction: ChoiceInteraction) -> None:
    weights = _USUAL if rules.has_one_key(interaction) else rules.choice_weights(interaction)
    if 100 not in weights:
        findings.withhold("no choice earns full marks; GIFT would make a question with several answers of it")
    elif set(weights) == {100}:
        findings.withhold("every choice is right; GIFT would make a short answer of it")
    if not interaction.shuffle:
        findings.lose(_SHUFFLE)
    if findings.item.feedback.partially_correct and not any(0 < weight < 100 for weight in weights):
        findings.lose("feedback when partly right has no choice to stand with: no choice earns a part of the points")


def _short_answer(findings: Findings, interaction: TextEntry) -> None:
    accepted = [answer for answer in interaction.accepted if answer.content.strip()]
    alone = len(accepted) == 1 and not findings.item.feedback.incorrect and accepted[0].credit in (None, 1)
    if any("->" in answer.content for answer in accepted) and not alone:
        findings.withhold('"->" in an accepted answer: GIFT would make a matching of it, unless it is the only answer')
    if any(PLACEHOLDER.search(answer.content) for answer in accepted):
        findings.withhold("an accepted answer holds a sequence that GIFT uses itself and cannot escape (like &&058;)")
