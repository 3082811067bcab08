"""What Canvas cannot hold of one item because of its content.

What depends on the kind of item alone stands in ``qticonv.writers.capabilities``.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from qticonv.diagnostics import Code, Diagnostic, Effect, diagnose
from qticonv.model import (
    ChoiceInteraction,
    ChoiceKind,
    Gap,
    GapKind,
    Gaps,
    Item,
    Match,
    NumericEntry,
    Order,
    Text,
    TextEntry,
)
from qticonv.model.markup import is_clean
from qticonv.model.rules import GAP_MARK
from qticonv.model.walk import strings, texts
from qticonv.patterns import lazy
from qticonv.writers.canvas import xml
from qticonv.writers.canvas.gaps import accepted_texts, as_drop_downs
from qticonv.writers.canvas.package import STEM_LENGTH, TARGET
from qticonv.writers.canvas.questions import TITLE_LENGTH, full_answers, is_true_false
from qticonv.writers.markup import to_html

Finding = tuple[Effect, str]

_CODES = {
    Effect.WITHHELD: Code.TARGET_REFUSES,
    Effect.LOST: Code.TARGET_LOSES,
    Effect.ADAPTED: Code.TARGET_ADAPTS,
}
_CLEARED = lazy(r"<[^>\n]*>")
_BLANK_LIKE = lazy(r"\[[A-Za-z0-9_.-]+\]")


def limits(item: Item) -> tuple[Diagnostic, ...]:
    """Return what Canvas cannot hold of ``item``; effect ``withheld`` keeps the item out of the file."""
    return tuple(
        diagnose(_CODES[effect], message, item=item.identifier, span=item.span, target=TARGET, effect=effect)
        for effect, message in (*_frame(item), *_interaction(item))
    )


def _frame(item: Item) -> Iterator[Finding]:
    if len(to_html(item.stem)) > STEM_LENGTH:
        yield Effect.WITHHELD, f"the stem has more than {STEM_LENGTH} characters; Canvas would replace it by a notice"
    if item.title and len(xml.one_line(item.title)) > TITLE_LENGTH:
        yield Effect.ADAPTED, f"the title is cut to {TITLE_LENGTH} characters; with more the question would be lost"
    if not all(map(is_clean, strings((item.title or "", item.stem, item.interaction, item.feedback)))):
        yield Effect.ADAPTED, "control characters and halves of characters are left out: XML cannot hold them"
    if any('src="data:' in text.content for text in texts(item) if text.is_html):
        yield Effect.LOST, "an embedded image (data:) is removed by Canvas; as a file beside the source it would arrive"
    if item.points < 0:
        yield Effect.LOST, "negative points become 0 in Canvas"


def _interaction(item: Item) -> Iterator[Finding]:
    match item.interaction:
        case ChoiceInteraction() as choice:
            yield from _choice(choice)
        case TextEntry(accepted=answers):
            if not full_answers(answers):
                yield Effect.WITHHELD, "no accepted answer earns full marks, and Canvas has no others"
        case NumericEntry(accepted=numbers):
            if not full_answers(numbers):
                yield Effect.WITHHELD, "no accepted number earns full marks, and Canvas has no others"
        case Match() as matching:
            yield from _match(matching)
        case Order(sequence=sequence):
            yield from _order(sequence)
        case Gaps() as gaps:
            yield from _gaps(item, gaps)


def _choice(choice: ChoiceInteraction) -> Iterator[Finding]:
    if not choice.keys:
        yield Effect.WITHHELD, "no choice is right; Canvas could not score the question"
    if any(not entry.content.plain.strip() and "<img" not in entry.content.content for entry in choice.choices):
        yield Effect.LOST, 'a choice is empty; Canvas writes "No answer text provided." in its place'
    if choice.kind is ChoiceKind.TRUE_FALSE and not is_true_false(choice):
        yield Effect.ADAPTED, "true/false in other words than True and False becomes multiple choice in Canvas"
    if choice.kind is ChoiceKind.TRUE_FALSE and is_true_false(choice):
        words = [entry.content.plain.strip() for entry in choice.choices]
        if words != ["True", "False"]:
            yield Effect.ADAPTED, f"Canvas shows True and False instead of {' and '.join(words)}"


def _match(matching: Match) -> Iterator[Finding]:
    if len(matching.pairs) < 2:
        yield Effect.WITHHELD, "matching needs at least two pairs; the importer of New Quizzes takes one for a choice"
    sides = (*(pair.right for pair in matching.pairs), *matching.distractors)
    yield from _plain_only(sides, "a right side of the matching")
    if any(xml.HTML_LIKE.search(side.plain) for side in sides):
        yield Effect.ADAPTED, "< and & in a right side are shown as &lt; and &amp; in Classic Quizzes"


def _order(sequence: tuple[Text, ...]) -> Iterator[Finding]:
    if len(sequence) < 2:
        yield Effect.WITHHELD, "ordering needs at least two things to order"
    if any(map(_is_cleared, sequence)):
        yield Effect.LOST, "mark-up, < and & in a thing to order are left out in Classic Quizzes"


def _is_cleared(text: Text) -> bool:
    """Whether Classic Quizzes takes something out of a thing to order (html_helper.rb ``clear_html``)."""
    return text.is_html or xml.HTML_LIKE.search(text.content) is not None or bool(_CLEARED.search(text.content))


def _plain_only(sides: tuple[Text, ...], what: str) -> Iterator[Finding]:
    """Yield what is lost where Canvas shows plain text."""
    if any("<img" in side.content for side in sides if side.is_html):
        yield Effect.LOST, f"{what} is plain text in Canvas; its image is left out"
    elif any("<" in to_html(side).replace("<br/>", "") for side in sides):
        yield Effect.LOST, f"{what} is plain text in Canvas; its mark-up is left out"


def _gaps(item: Item, gaps: Gaps) -> Iterator[Finding]:
    drop_downs = as_drop_downs(gaps)
    if not gaps.gaps:
        yield Effect.WITHHELD, "the item has no gap"
    for gap in gaps.gaps:
        yield from _drop_down(gap) if drop_downs else _blank(gap)
    literal = GAP_MARK.sub("", item.stem.plain)
    if _BLANK_LIKE.search(literal):
        yield Effect.ADAPTED, "a word in square brackets stands in the stem; Classic Quizzes may take it for a blank"


def _drop_down(gap: Gap) -> Iterator[Finding]:
    if not any(choice.is_key for choice in gap.choices):
        yield Effect.WITHHELD, f"gap {gap.name!r} has no right choice"
    if sum(choice.is_key for choice in gap.choices) > 1:
        yield Effect.LOST, f"gap {gap.name!r} has several right choices; a drop-down of Canvas has one, the first"
    yield from _plain_only(tuple(choice.content for choice in gap.choices), f"a choice of gap {gap.name!r}")


def _blank(gap: Gap) -> Iterator[Finding]:
    if not any(text.strip() for text, _ in accepted_texts(gap)):
        yield Effect.WITHHELD, f"gap {gap.name!r} accepts nothing that can be typed for full marks in Canvas"
    if gap.kind is GapKind.DROPDOWN:
        yield (
            Effect.ADAPTED,
            f"gap {gap.name!r} becomes a blank with its choices beside it: not all gaps are drop-downs",
        )
        if any(not choice.is_key and choice.feedback for choice in gap.choices):
            yield (
                Effect.LOST,
                f"gap {gap.name!r}: feedback on wrong choices does not arrive, because it becomes a blank",
            )
    if any(choice.credit not in (None, Decimal(0), Decimal(1)) for choice in gap.choices):
        yield Effect.LOST, f"gap {gap.name!r}: partial credit does not arrive"
