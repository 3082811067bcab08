"""What Moodle cannot hold of one item because of its content.

What depends on the kind of item alone stands in ``qticonv.writers.capabilities``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import assert_never

from msgspec import Struct, field

from qticonv.diagnostics import Code, Diagnostic, Effect, diagnose
from qticonv.model import (
    ChoiceInteraction,
    ChoiceKind,
    ExtendedText,
    Gap,
    GapKind,
    Gaps,
    Item,
    Match,
    NoInteraction,
    NumericAnswer,
    NumericEntry,
    Order,
    TextAnswer,
    TextEntry,
    Upload,
)
from qticonv.writers.moodle import rules
from qticonv.writers.moodle.cloze import gap_weights, has_mark, word_bank
from qticonv.writers.moodle.questions import RESPONSE_LINES, response_lines
from qticonv.writers.wording import wording

_FLOAT_LIMIT = 300  # powers of ten that a floating-point number holds, with some room
_TRUE_FALSE = (frozenset({"true", "t"}), frozenset({"false", "f"}))


class Findings(Struct):
    """Collects what is to be said about one item in one target."""

    item: Item
    target: str
    found: list[Diagnostic] = field(default_factory=list)

    def withhold(self, message: str, hint: str | None = None) -> None:
        """The item is left out of the file."""
        self._add(Code.TARGET_REFUSES, message, Effect.WITHHELD, hint)

    def lose(self, message: str, hint: str | None = None) -> None:
        """A part of the item does not arrive."""
        self._add(Code.TARGET_LOSES, message, Effect.LOST, hint)

    def adapt(self, message: str, hint: str | None = None) -> None:
        """A part of the item arrives in another form."""
        self._add(Code.TARGET_ADAPTS, message, Effect.ADAPTED, hint)

    def _add(self, code: Code, message: str, effect: Effect, hint: str | None) -> None:
        item = self.item
        self.found.append(
            diagnose(code, message, hint=hint, item=item.identifier, span=item.span, target=self.target, effect=effect)
        )


def limits(item: Item) -> tuple[Diagnostic, ...]:
    """Return what a Moodle XML file cannot hold of ``item``; effect ``withheld`` keeps the item out of the file."""
    if is_usual(item):
        return ()
    findings = Findings(item, "moodle")
    frame_limits(findings)
    interaction_limits(findings)
    match item.interaction:
        case ExtendedText(expected_lines=int(lines)) if response_lines(lines) != lines:
            offered = ", ".join(map(str, RESPONSE_LINES))
            findings.adapt(f"{lines} expected lines become {response_lines(lines)}: Moodle offers {offered}")
        case Gaps() as gaps:
            _gaps(findings, gaps)
        case Order(sequence=sequence) if len(sequence) < 2:
            findings.withhold("ordering needs at least two things to order; Moodle stops importing at such a question")
    return tuple(findings.found)


def is_usual(item: Item) -> bool:
    """Whether there is nothing to say about ``item`` in either format, as about nearly all questions."""
    interaction = item.interaction
    return (
        isinstance(interaction, ChoiceInteraction)
        and rules.has_one_key(interaction)
        and all(choice.content.content.strip() for choice in interaction.choices)
        and item.title is None
        and not item.tags
        and not item.category
        and item.points == 1
        and len(item.identifier) <= rules.IDNUMBER_LENGTH
        and wording(item).isprintable()
    )


# ---------------------------------------------------------------- what all questions have


def frame_limits(findings: Findings) -> None:
    """Check name, identifier, category, tags, points and characters of any item, for both formats."""
    item = findings.item
    if item.title and len(rules.plain_field(rules.one_line(item.title))) > rules.NAME_LENGTH:
        findings.adapt(f"the title is cut: names in Moodle have at most {rules.NAME_LENGTH} characters")
    if len(item.identifier) > rules.IDNUMBER_LENGTH:
        findings.lose(f"the identifier is left out: ID numbers have at most {rules.IDNUMBER_LENGTH} characters")
    for segment in map(rules.category_segment, item.category):
        if len(segment) > rules.SEGMENT_LENGTH:
            findings.withhold(f"category {segment[:40]}… is too long: the import would break off after 255 characters")
    for tag in item.tags:
        _tag(findings, tag)
    if item.points != 1 and item.points != round(item.points, 7):
        findings.adapt("the points are rounded to seven decimals")
    said = wording(item)
    if not said.isprintable() and rules.NOT_TEXT.search(said):
        findings.adapt("control characters are left out: no importer accepts them")


def _tag(findings: Findings, tag: str) -> None:
    written = rules.tag_text(tag)
    if written != tag.strip():
        findings.adapt(
            f"tag {tag!r} is written as {written!r}: Moodle allows no angle brackets, backticks or double spaces"
        )
    if len(written) > rules.TAG_LENGTH:
        findings.adapt(f"tag {written[:40]}… is longer than {rules.TAG_LENGTH} characters, where Moodle 4.2 cuts it")


def interaction_limits(findings: Findings) -> None:
    """Check what Moodle's question types refuse or change, whatever the format."""
    interaction = findings.item.interaction
    match interaction:
        case ChoiceInteraction():
            _choice(findings, interaction)
        case TextEntry():
            _text_answers(findings, interaction.accepted)
            _partial_feedback(findings, interaction.accepted)
        case NumericEntry():
            _numbers(findings, interaction.accepted)
            _partial_feedback(findings, interaction.accepted)
        case Match():
            _matching(findings, interaction)
        case ExtendedText() | Order() | Gaps() | Upload() | NoInteraction():
            pass
        case _:
            assert_never(interaction)


def _choice(findings: Findings, interaction: ChoiceInteraction) -> None:
    credits_given = [choice.credit for choice in interaction.choices if choice.credit is not None]
    if len(interaction.choices) < 2:
        findings.withhold("a choice needs at least two choices; Moodle stops importing at such a question")
    if any(not choice.content for choice in interaction.choices):
        findings.withhold("a choice is empty; Moodle would leave it out")
    if interaction.kind is ChoiceKind.TRUE_FALSE:
        return _true_false(findings, interaction)
    evenly = sum(choice.is_key and choice.credit is None for choice in interaction.choices)
    if interaction.kind is ChoiceKind.MULTIPLE and evenly > rules.MAX_RIGHT_CHOICES:
        return findings.withhold(
            f"{evenly} choices are right; Moodle has weights for at most {rules.MAX_RIGHT_CHOICES} equal shares",
            "Split the question into several ones.",
        )
    _credits(findings, credits_given)
    _full_marks(findings, interaction)
    return None


def _true_false(findings: Findings, interaction: ChoiceInteraction) -> None:
    words = [choice.content.plain.strip() for choice in interaction.choices]
    if any(word.casefold() not in known for word, known in zip(words, _TRUE_FALSE, strict=False)):
        findings.adapt(f"Moodle shows its own words for true and false instead of {' and '.join(words)}")
    given = [choice.credit for choice in interaction.choices if choice.credit is not None]
    if any(credit not in (0, 1) for credit in given):
        findings.lose("true/false is right or wrong in Moodle; partial credit is left out")


def _full_marks(findings: Findings, interaction: ChoiceInteraction) -> None:
    if rules.has_one_key(interaction):
        return
    weights = rules.choice_weights(interaction)
    positive = [weight for weight in weights if weight > 0] or [Decimal(0)]
    best = max(positive) if interaction.kind is ChoiceKind.SINGLE else sum(positive, Decimal(0))
    if abs(best - 100) > Decimal("0.01"):
        findings.adapt(f"no response earns exactly full marks: the best one earns {rules.decimal(best)} %")


def _credits(findings: Findings, given: Iterable[Decimal]) -> None:
    for credit in dict.fromkeys(given):
        if not rules.is_exact(credit):
            findings.adapt(
                f"credit {rules.decimal(credit * 100)} % becomes {rules.decimal(rules.weight(credit))} %, "
                "the nearest that Moodle accepts"
            )


def _text_answers(findings: Findings, accepted: Sequence[TextAnswer]) -> None:
    used = _typed(findings, accepted)
    _credits(findings, (answer.credit for answer in used if answer.credit is not None))
    if not any(rules.answer_weight(answer.credit) == 100 for answer in used):
        findings.withhold("no accepted answer earns full marks; Moodle stops importing at such a question")


def _typed(findings: Findings, accepted: Sequence[TextAnswer]) -> list[TextAnswer]:
    """Return the answers that are not empty, and report what changes of them."""
    used = [answer for answer in accepted if answer.content.strip()]
    if len(used) < len(accepted):
        findings.lose("an accepted answer is empty and left out")
    if any(answer.content.strip() != rules.one_line(answer.content) for answer in used):
        findings.adapt("white space in an accepted answer becomes single spaces: it is typed into one line")
    return used


def _partial_feedback(findings: Findings, accepted: Sequence[TextAnswer | NumericAnswer]) -> None:
    earns_part = any(0 < rules.answer_weight(answer.credit) < 100 for answer in accepted)
    if findings.item.feedback.partially_correct and not earns_part:
        findings.lose("feedback when partly right has no answer to stand with: no answer earns a part of the points")


def _numbers(findings: Findings, accepted: Sequence[NumericAnswer]) -> None:
    for answer in accepted:
        _number(findings, answer)
    _credits(findings, (answer.credit for answer in accepted if answer.credit is not None))
    if not any(rules.answer_weight(answer.credit) == 100 for answer in accepted):
        findings.withhold("no accepted number earns full marks")


def _number(findings: Findings, answer: NumericAnswer) -> None:
    parts = (answer.value, answer.tolerance, answer.minimum, answer.maximum)
    given = [part for part in parts if part is not None]
    if any(not part.is_finite() or abs(part.adjusted()) > _FLOAT_LIMIT for part in given if part):
        return findings.withhold("a number is too large or too small for Moodle")
    value, tolerance = rules.value_and_tolerance(answer)
    if tolerance < 0:
        return findings.withhold(
            "the range ends before it begins" if answer.value is None else "the tolerance is negative"
        )
    for number in (value, tolerance):
        if len(rules.decimal(number).strip("-0.").replace(".", "")) > rules.DIGITS:
            findings.adapt(f"{rules.decimal(number)} is stored with {rules.DIGITS} significant digits")
    return None


def _matching(findings: Findings, interaction: Match) -> None:
    if len(interaction.pairs) < 2:
        findings.withhold("matching needs at least two pairs")
    if any(not pair.left for pair in interaction.pairs):
        findings.withhold("the left side of a pair is empty; Moodle would take its right side for a distractor")
    rights = [*(pair.right for pair in interaction.pairs), *interaction.distractors]
    for right in rights:
        written = rules.right_text(right)
        if not written:
            findings.withhold("a right side is empty; Moodle would lose this and all later questions")
        elif len(written) > rules.RIGHT_LENGTH:
            findings.withhold(f"the right side {written[:40]}… is longer than {rules.RIGHT_LENGTH} characters")
        if right.is_html and right.content.strip() != right.plain.strip():
            findings.adapt(
                f"the right side {written[:40]} is written as plain text: Moodle shows it in a drop-down list"
            )


# ---------------------------------------------------------------- gaps


def _gaps(findings: Findings, interaction: Gaps) -> None:
    item = findings.item
    for gap in interaction.gaps:
        if not has_mark(item.stem.content, gap.name):
            findings.withhold(f"gap {gap.name} has no mark in the text")
        _gap(findings, gap, interaction)
    total = sum(gap_weights(interaction, item.points)) if interaction.gaps else 0
    if not interaction.gaps:
        findings.withhold("the text has no gap; Moodle refuses the whole file")
    elif total != item.points:
        findings.adapt(
            f"the question is worth {total} points, the sum of its gaps, instead of {rules.decimal(item.points)}: "
            "gaps have whole-number weights",
            "Set the maximum mark in the quiz.",
        )


def _gap(findings: Findings, gap: Gap, interaction: Gaps) -> None:
    match gap.kind:
        case GapKind.TEXT:
            full = any(answer.credit in (None, 1) for answer in _typed(findings, gap.accepted))
        case GapKind.NUMERIC:
            for number in gap.numbers:
                _number(findings, number)
            full = any(number.credit in (None, 1) for number in gap.numbers)
        case GapKind.DROPDOWN:
            choices = word_bank(interaction, gap) if interaction.shared_choices else gap.choices
            full = any(choice.is_key and choice.credit in (None, 1) for choice in choices)
            if len(choices) < 2:
                findings.withhold(f"gap {gap.name} has fewer than two choices; Moodle refuses the whole file")
            if not all(choice.content.plain.strip() for choice in choices):
                findings.withhold(f"a choice of gap {gap.name} has no text; drop-down lists show nothing else")
            if any(choice.content.is_html and choice.content.plain != choice.content.content for choice in choices):
                findings.adapt(
                    f"the choices of gap {gap.name} are written as plain text: drop-down lists show no mark-up"
                )
    if not full:
        findings.withhold(f"gap {gap.name} has no answer with full marks; Moodle refuses the whole file")
