"""One function a question type: the part of the XML that only this type has."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from qticonv.model import (
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    ExtendedText,
    Gaps,
    Item,
    Match,
    NoInteraction,
    NumericEntry,
    Order,
    Scoring,
    Text,
    TextEntry,
    Upload,
)
from qticonv.writers.moodle import rules
from qticonv.writers.moodle.cloze import cloze_text, gap_weights
from qticonv.writers.moodle.rules import decimal
from qticonv.writers.moodle.xml import Context, cdata

_DEFAULT_PENALTY = "0.3333333"
# What Moodle's form offers for the size of an essay's answer box (essay/questiontype.php, response_sizes).
RESPONSE_LINES = (2, 3, 5, 10, 15, 20, 25, 30, 35, 40)
_DEFAULT_LINES = 15


def question(item: Item, context: Context) -> str:
    """Return ``item`` as a ``question`` element.

    The item must be one that :func:`qticonv.writers.moodle.limits.limits` does not withhold.
    """
    interaction = item.interaction
    match interaction:
        case ChoiceInteraction():
            return _choice(item, interaction, context)
        case TextEntry():
            return _frame("shortanswer", item, context, _short_answer(item, interaction, context))
        case NumericEntry():
            return _frame("numerical", item, context, _numerical(item, interaction, context))
        case ExtendedText():
            return _essay(item, interaction, context)
        case Match():
            return _matching(item, interaction, context)
        case Order():
            return _frame("ordering", item, context, _ordering(item, interaction, context))
        case Gaps():
            stem = cloze_text(context.texts.stem(item), interaction, item.points, context.without_files)
            return _frame("cloze", item, context, stem=stem, points=sum(gap_weights(interaction, item.points)))
        case Upload():
            return _frame("essay", item, context, _UPLOAD)
        case NoInteraction():
            return _frame("description", item, context)
        case _:
            assert_never(interaction)


def _frame(
    kind: str,
    item: Item,
    context: Context,
    own: str = "",
    *,
    stem: str | None = None,
    general: Text | str | None = None,
    penalty: str = _DEFAULT_PENALTY,
    points: int | None = None,
) -> str:
    """Return the elements that all types have around those of one type."""
    if item.penalty is not None and kind != "description":
        penalty = decimal(item.penalty)
    grade = decimal(item.points) if points is None else str(points)
    tags = "".join(f"<tag><text>{cdata(tag)}</text></tag>" for tag in map(rules.tag_text, item.tags) if tag)
    return (
        f'<question type="{kind}">\n'
        f"<name><text>{cdata(rules.item_name(item))}</text></name>\n"
        f"{context.html('questiontext', context.texts.stem(item) if stem is None else stem)}"
        f"{context.html('generalfeedback', item.feedback.general if general is None else general)}"
        f"<defaultgrade>{grade if kind != 'description' else 0}</defaultgrade>\n"
        f"<penalty>{penalty}</penalty>\n"
        "<hidden>0</hidden>\n"
        f"<idnumber>{cdata(rules.id_number(item))}</idnumber>\n"
        f"{own}"
        f"{f'<tags>{tags}</tags>' if tags else ''}"
        "</question>\n"
    )


def _answer(weight: Decimal, text: str, feedback: str, kind: str = "") -> str:
    """Return an ``answer`` element; ``text`` holds its ``text`` element and what goes with it."""
    return f'<answer fraction="{decimal(weight)}"{kind}>{text}{feedback}</answer>\n'


def _combined(item: Item, context: Context) -> str:
    feedback = item.feedback
    return (
        context.optional("correctfeedback", feedback.correct)
        + context.optional("partiallycorrectfeedback", feedback.partially_correct)
        + context.optional("incorrectfeedback", feedback.incorrect)
    )


# ---------------------------------------------------------------- choices


def _choice(item: Item, interaction: ChoiceInteraction, context: Context) -> str:
    if interaction.kind is ChoiceKind.TRUE_FALSE:
        return _frame("truefalse", item, context, _true_false(item, interaction, context), penalty="1")
    return _frame("multichoice", item, context, _multichoice(item, interaction, context))


def _multichoice(item: Item, interaction: ChoiceInteraction, context: Context) -> str:
    single = interaction.kind is ChoiceKind.SINGLE
    answers = "".join(
        _answer(weight, context.body(choice.content), context.optional("feedback", choice.feedback), ' format="html"')
        for choice, weight in zip(interaction.choices, rules.choice_weights(interaction), strict=True)
    )
    return (
        f"<single>{'true' if single else 'false'}</single>\n"
        f"<shuffleanswers>{'true' if interaction.shuffle else 'false'}</shuffleanswers>\n"
        f"<answernumbering>{_numbering(interaction.choices)}</answernumbering>\n"
        f"<showstandardinstruction>{0 if single else 1}</showstandardinstruction>\n"
        f"{_combined(item, context)}{answers}"
    )


def _numbering(choices: tuple[Choice, ...]) -> str:
    """Number the choices as the source did, because explanations speak of them."""
    label = choices[0].label if choices else None
    if label and label.isdigit():
        return "123"
    return "ABCD" if label and label.isupper() else "abc"


def _true_false(item: Item, interaction: ChoiceInteraction, context: Context) -> str:
    """The words are Moodle's own; only ``true`` and ``false`` in lower case are read (xml/format.php, truefalse)."""
    weights = rules.choice_weights(interaction)
    return "".join(
        _answer(
            weight,
            f"<text>{word}</text>",
            context.optional("feedback", context.texts.answer_feedback(item, choice.feedback, weight)),
            ' format="moodle_auto_format"',
        )
        for word, choice, weight in zip(("true", "false"), interaction.choices, weights, strict=True)
    )


# ---------------------------------------------------------------- answers that are typed


def _short_answer(item: Item, interaction: TextEntry, context: Context) -> str:
    answers = [
        _typed_answer(item, answer.credit, rules.literal_answer(answer.content), answer.feedback, context)
        for answer in interaction.accepted
        if answer.content.strip()
    ]
    return f"<usecase>{int(interaction.case_sensitive)}</usecase>\n{''.join(answers)}{_any_other(item, context)}"


def _typed_answer(
    item: Item, credit: Decimal | None, content: str, feedback: Text | None, context: Context, more: str = ""
) -> str:
    weight = rules.answer_weight(credit)
    own = context.optional("feedback", context.texts.answer_feedback(item, feedback, weight))
    return _answer(weight, f"<text>{cdata(content)}</text>{more}", own, ' format="moodle_auto_format"')


def _any_other(item: Item, context: Context) -> str:
    """The answer ``*`` takes what no other answer took: the place for feedback on a wrong answer."""
    if not item.feedback.incorrect:
        return ""
    feedback = context.html("feedback", item.feedback.incorrect)
    return _answer(Decimal(0), "<text>*</text>", feedback, ' format="moodle_auto_format"')


def _numerical(item: Item, interaction: NumericEntry, context: Context) -> str:
    answers = []
    for answer in interaction.accepted:
        value, tolerance = rules.value_and_tolerance(answer)
        more = f"<tolerance>{decimal(tolerance)}</tolerance>"
        answers.append(_typed_answer(item, answer.credit, decimal(value), answer.feedback, context, more))
    return "".join(answers) + _any_other(item, context)


# ---------------------------------------------------------------- essays


def _essay(item: Item, interaction: ExtendedText, context: Context) -> str:
    model = interaction.model_answer
    shown = model if context.model_answer_for_students else None
    own = (
        "<responseformat>editor</responseformat>\n"
        "<responserequired>1</responserequired>\n"
        f"<responsefieldlines>{response_lines(interaction.expected_lines)}</responsefieldlines>\n"
        "<attachments>0</attachments>\n"
        "<attachmentsrequired>0</attachmentsrequired>\n"
        f"{context.html('graderinfo', model)}"
    )
    return _frame("essay", item, context, own, general=context.texts.join((shown, item.feedback.general)))


def response_lines(expected: int | None) -> int:
    """Return the smallest size that Moodle offers for ``expected`` lines."""
    if expected is None:
        return _DEFAULT_LINES
    return next((lines for lines in RESPONSE_LINES if lines >= expected), RESPONSE_LINES[-1])


_UPLOAD = (
    "<responseformat>noinline</responseformat>\n"
    "<responserequired>0</responserequired>\n"
    "<attachments>-1</attachments>\n"
    "<attachmentsrequired>1</attachmentsrequired>\n"
)


# ---------------------------------------------------------------- matching and ordering


def _matching(item: Item, interaction: Match, context: Context) -> str:
    pairs = [(context.body(pair.left), pair.right) for pair in interaction.pairs]
    pairs += [("<text></text>", distractor) for distractor in interaction.distractors]
    own = "".join(
        f'<subquestion format="html">{left}'
        f"<answer><text>{cdata(rules.right_text(right))}</text></answer></subquestion>\n"
        for left, right in pairs
    )
    own = f"<shuffleanswers>true</shuffleanswers>\n{_combined(item, context)}{own}"
    return _frame("matching", item, context, own, general=context.texts.general_with_pairs(item, interaction))


def _ordering(item: Item, interaction: Order, context: Context) -> str:
    """``shownumcorrect`` must be there, or saving fails (ordering/questiontype.php:637)."""
    grading = "ALL_OR_NOTHING" if interaction.scoring is Scoring.ALL_OR_NOTHING else "ABSOLUTE_POSITION"
    answers = "".join(
        _answer(Decimal(place), context.body(text), "", ' format="html"')
        for place, text in enumerate(interaction.sequence, start=1)
    )
    return (
        "<layouttype>VERTICAL</layouttype>\n"
        "<selecttype>ALL</selecttype>\n"
        f"<selectcount>{len(interaction.sequence)}</selectcount>\n"
        f"<gradingtype>{grading}</gradingtype>\n"
        "<showgrading>SHOW</showgrading>\n"
        "<numberingstyle>none</numberingstyle>\n"
        f"{_combined(item, context)}<shownumcorrect>1</shownumcorrect>\n{answers}"
    )
