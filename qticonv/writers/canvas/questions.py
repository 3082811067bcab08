"""One item as one ``item`` of QTI 1.2, in the form that Canvas's own exporter writes (lib/cc/qti/qti_items.rb).

Answers are called by numbers: Canvas files a feedback by words in its identifier (``correct``, ``general_`` …).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TypeVar, assert_never

from msgspec import Struct

from qticonv.model import (
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    ExtendedText,
    Gaps,
    Item,
    Match,
    NoInteraction,
    NumericAnswer,
    NumericEntry,
    Order,
    Text,
    TextAnswer,
    TextEntry,
    Upload,
)
from qticonv.model.markup import escape
from qticonv.writers.canvas import xml
from qticonv.writers.canvas.gaps import Blank, as_drop_downs, blanks, filled_stem

TITLE_LENGTH = 255  # a column of Canvas's database; a longer title loses the question
A = TypeVar("A", TextAnswer, NumericAnswer)

FIRST_ANSWER, FIRST_LEFT, FIRST_RIGHT = 1001, 2001, 3001

_OUTCOMES = (
    '<outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>'  # a percentage
)
_GENERAL, _CORRECT, _INCORRECT = "general_fb", "correct_fb", "general_incorrect_fb"
_PROCEED = ' continue="Yes"'
_ESSAY_RULE = xml.condition("<other/>", "")
_TRUE_WORDS, _FALSE_WORDS = ({"true", "t"}, {"false", "f"})


class Question(Struct, frozen=True, gc=False):
    """The parts of an item that depend on its interaction.

    ``comments`` are the feedbacks of single answers: (number of the answer, feedback). ``is_added_up``: every right
    part adds to the score, and Canvas writes no rule for the feedback of the whole.
    """

    kind: str
    response: str = ""
    before: str = ""  # rules that show the feedback of single answers
    rules: str = ""  # rules that give points
    comments: tuple[tuple[int, Text], ...] = ()
    is_added_up: bool = False
    stem: str | None = None  # HTML, escaped, in place of the item's


def write_item(item: Item, identifier: str, content: xml.Content, passage: Text | None, *, for_students: bool) -> str:
    """Return ``item`` as XML. ``for_students``: a model answer is part of the general feedback."""
    question = _question(item, content, passage)
    stem = content.html(item.stem) if question.stem is None else question.stem
    if passage is not None:
        stem = f"{escape('<div>')}{content.html(passage)}{escape('</div><div>')}{stem}{escape('</div>')}"
    body = xml.html_material(stem) + question.response
    points = "0" if isinstance(item.interaction, NoInteraction) else xml.number(item.points)
    fields = xml.metadata("question_type", question.kind) + xml.metadata("points_possible", points)
    head = f'<item ident="{identifier}" title="{escape(title_of(item))}"><itemmetadata><qtimetadata>'
    return (
        f"{head}{fields}{_new_quizzes_fields(item, content)}</qtimetadata></itemmetadata>"
        f"<presentation>{body}</presentation>{_processing(item, question, content, for_students)}</item>\n"
    )


def title_of(item: Item) -> str:
    """Return the name of the question: its title or the beginning of its stem, cut to what Canvas holds."""
    name = xml.one_line(item.title or item.stem.plain) or item.identifier
    limit = TITLE_LENGTH if item.title else 80
    return name if len(name) <= limit else name[: limit - 1].rstrip() + "…"


def full_answers(answers: Iterable[A]) -> list[A]:
    """Return the answers that earn full marks: Canvas knows no others, and a lesser one must not earn them."""
    return [answer for answer in answers if answer.credit in (None, Decimal(1))]


def is_true_false(interaction: ChoiceInteraction) -> bool:
    """Whether Canvas keeps the item as true/false: it looks for the words (choice_interaction.rb)."""
    if interaction.kind is not ChoiceKind.TRUE_FALSE or len(interaction.choices) != 2:
        return False
    first, second = (choice.content.plain.strip().casefold() for choice in interaction.choices)
    return first in _TRUE_WORDS and second in _FALSE_WORDS


# ---------------------------------------------------------------- what all questions share


def _processing(item: Item, question: Question, content: xml.Content, for_students: bool) -> str:
    if isinstance(item.interaction, NoInteraction):
        return ""
    given = item.feedback
    general = _general(item, content, for_students)
    rules = [xml.condition("<other/>", xml.show(_GENERAL), proceed=_PROCEED)] if general else []
    rules += [question.before, _with_feedback(question, given.correct)]
    if given.incorrect and not question.is_added_up and question.rules != _ESSAY_RULE:
        rules.append(xml.condition("<other/>", xml.show(_INCORRECT), proceed=_PROCEED))
    shown = [xml.feedback(_GENERAL, general)] if general else []
    for name, text in ((_CORRECT, given.correct), (_INCORRECT, given.incorrect)):
        if text:
            shown.append(xml.feedback(name, content.shielded(text)))
    shown += [xml.feedback(f"{number}_fb", content.shielded(text)) for number, text in question.comments]
    return f"<resprocessing>{_OUTCOMES}{''.join(rules)}</resprocessing>{''.join(shown)}"


def _with_feedback(question: Question, correct: Text | None) -> str:
    """Return the scoring rules, with the feedback for a right response in the rules that give all points at once."""
    if not correct or question.is_added_up or question.rules == _ESSAY_RULE:
        return question.rules
    return question.rules.replace("</respcondition>", f"{xml.show(_CORRECT)}</respcondition>")


def _general(item: Item, content: xml.Content, for_students: bool) -> str:
    """Return the general feedback, escaped, below the model answer: as a page that reveals both shows them."""
    parts = [item.feedback.general]
    if isinstance(item.interaction, ExtendedText) and for_students:
        parts.insert(0, item.interaction.model_answer)
    shown = [content.shielded(part) for part in parts if part]
    if len(shown) < 2:
        return "".join(shown)
    return "".join(f"{escape('<div>')}{part}{escape('</div>')}" for part in shown)


def _new_quizzes_fields(item: Item, content: xml.Content) -> str:
    """Return what New Quizzes reads and Classic Quizzes does not: the model answer for graders, whether case counts.

    instructure/qti: string_interaction.rb; spec/fixtures/items_1.2/nq_multiple_fib_case_sensitive.xml.
    """
    match item.interaction:
        case ExtendedText(model_answer=Text() as answer):
            return xml.metadata("grading_notes", content.html(answer))
        case TextEntry(case_sensitive=True):
            return xml.metadata("case_sensitive", "true")
        case Gaps(gaps=gaps) if any(gap.case_sensitive for gap in gaps):
            return xml.metadata("case_sensitive", "true")
    return ""


# ---------------------------------------------------------------- by interaction


def _question(item: Item, content: xml.Content, passage: Text | None) -> Question:
    interaction = item.interaction
    match interaction:
        case ChoiceInteraction():
            return _choice(interaction, content)
        case TextEntry():
            return _text_entry(interaction)
        case NumericEntry():
            return _numeric(interaction)
        case ExtendedText():
            return Question("essay_question", xml.typed_response(), rules=_ESSAY_RULE)
        case Upload():
            return Question("file_upload_question", rules=_ESSAY_RULE)
        case Match():
            return _match(interaction, content)
        case Order():
            return _order(interaction, content)
        case Gaps():
            return _gaps(item.stem, interaction, content, passage.content if passage else "")
        case NoInteraction():
            return Question("text_only_question")
        case _:
            assert_never(interaction)


def _choice(interaction: ChoiceInteraction, content: xml.Content) -> Question:
    multiple = interaction.kind is ChoiceKind.MULTIPLE
    numbered = list(enumerate(interaction.choices, FIRST_ANSWER))
    as_words = is_true_false(interaction)
    labels = [xml.label(number, _choice_material(choice, number, as_words, content)) for number, choice in numbered]
    shuffle = ' shuffle="Yes"' if interaction.shuffle else ""
    comments = tuple((number, choice.feedback) for number, choice in numbered if choice.feedback)
    kind = "multiple_answers" if multiple else "true_false" if as_words else "multiple_choice"
    return Question(
        f"{kind}_question",
        xml.choice_response("response1", "Multiple" if multiple else "Single", labels, shuffle=shuffle),
        before="".join(_comment(number, number) for number, _ in comments),
        rules=_all_right(numbered) if multiple else _one_right(numbered),
        comments=comments,
    )


def _choice_material(choice: Choice, number: int, as_words: bool, content: xml.Content) -> str:
    if as_words:
        return xml.plain_material("True" if number == FIRST_ANSWER else "False")
    return xml.html_material(content.html(choice.content))


def _comment(number: int, value: object, response: str = "response1") -> str:
    return xml.condition(xml.equal(value, response), xml.show(f"{number}_fb"), proceed=_PROCEED)


def _one_right(numbered: Sequence[tuple[int, Choice]]) -> str:
    return "".join(xml.condition(xml.equal(number), xml.score()) for number, choice in numbered if choice.is_key)


def _all_right(numbered: Sequence[tuple[int, Choice]]) -> str:
    tests = (xml.equal(number) if choice.is_key else f"<not>{xml.equal(number)}</not>" for number, choice in numbered)
    return xml.condition(f"<and>{''.join(tests)}</and>", xml.score())


def _text_entry(interaction: TextEntry) -> Question:
    case = ' case="Yes"' if interaction.case_sensitive else ""
    numbered = list(enumerate(full_answers(interaction.accepted), FIRST_ANSWER))
    values = {number: escape(xml.one_line(answer.content)) for number, answer in numbered}
    comments = tuple((number, answer.feedback) for number, answer in numbered if answer.feedback)
    tests = "".join(xml.equal(value, attributes=case) for value in values.values())
    return Question(
        "short_answer_question",
        xml.typed_response(),
        before="".join(_comment(number, values[number]) for number, _ in comments),
        rules=xml.condition(tests, xml.score()),
        comments=comments,
    )


def _numeric(interaction: NumericEntry) -> Question:
    numbered = list(enumerate(full_answers(interaction.accepted), FIRST_ANSWER))
    comments = tuple((number, answer.feedback) for number, answer in numbered if answer.feedback)
    rules = []
    for number, answer in numbered:
        shown = xml.show(f"{number}_fb") if answer.feedback else ""
        rules.append(xml.condition(_number_test(answer), xml.score() + shown))
    return Question(
        "numerical_question", xml.typed_response(' fibtype="Decimal"'), rules="".join(rules), comments=comments
    )


def _number_test(answer: NumericAnswer) -> str:
    """Return the test of a number; without its range a single value is lost (numeric_interaction.rb)."""
    low, high = (xml.number(bound) for bound in answer.bounds)
    bounds = f'<vargte respident="response1">{low}</vargte><varlte respident="response1">{high}</varlte>'
    if answer.value is None:
        return bounds
    margin = ""
    if answer.tolerance:
        margin = f' margintype="absolute" margin="{xml.number(answer.tolerance)}"'
    return f"<or>{xml.equal(xml.number(answer.value), attributes=margin)}<and>{bounds}</and></or>"


def _match(interaction: Match, content: xml.Content) -> Question:
    sides = [pair.right.plain for pair in interaction.pairs] + [text.plain for text in interaction.distractors]
    rights = {
        xml.one_line(side): number for number, side in enumerate(dict.fromkeys(map(xml.one_line, sides)), FIRST_RIGHT)
    }
    labels = [xml.label(number, xml.side_material(side)) for side, number in rights.items()]
    share = f"{Decimal(100) / max(len(interaction.pairs), 1):.2f}"
    responses, rules, comments = [], [], []
    for number, pair in enumerate(interaction.pairs, FIRST_LEFT):
        name = f"response_{number}"
        prompt = xml.html_material(content.shielded(pair.left))
        responses.append(xml.choice_response(name, "Single", labels, prompt=prompt))
        test = xml.equal(rights[xml.one_line(pair.right.plain)], name)
        rules.append(xml.condition(test, xml.score(share, "Add"), proceed=""))
        if pair.feedback:
            rules.append(xml.condition(f"<not>{test}</not>", xml.show(f"{number}_fb"), proceed=""))
            comments.append((number, pair.feedback))
    return Question(
        "matching_question", "".join(responses), rules="".join(rules), comments=tuple(comments), is_added_up=True
    )


def _order(interaction: Order, content: xml.Content) -> Question:
    """Printed in the order of the texts, so that the file gives nothing away where it is shown as it is."""
    numbers = dict(enumerate(interaction.sequence, FIRST_ANSWER))
    printed = sorted(numbers.items(), key=lambda entry: (entry[1].content, entry[0]))
    labels = [xml.label(number, _step(text, content)) for number, text in printed]
    tests = "".join(map(xml.equal, numbers))
    response = xml.choice_response("response1", "Ordered", labels, shuffle=' shuffle="Yes"')
    return Question("ordering_question", response, rules=xml.condition(tests, xml.score()))


def _step(text: Text, content: xml.Content) -> str:
    """Return a thing to order. Classic Quizzes takes tags and escapes out of it (order_interaction.rb)."""
    return xml.html_material(content.html(text)) if text.is_html else xml.side_material(text.content)


def _gaps(stem: Text, interaction: Gaps, content: xml.Content, passage: str) -> Question:
    drop_downs = as_drop_downs(interaction)
    parts = blanks(interaction, f"{stem.content} {passage}")
    share = f"{Decimal(100) / max(len(parts), 1):.2f}"
    responses, before, rules, comments = [], [], [], []
    for blank in parts:
        labels = [xml.label(answer.number, xml.plain_material(answer.text)) for answer in blank.answers]
        prompt = f"<material><mattext>{blank.name}</mattext></material>"
        responses.append(xml.choice_response(blank.response, "Single", labels, prompt=prompt))
        commented = [(answer.number, answer.feedback) for answer in blank.answers if answer.feedback]
        before += [_comment(number, number, blank.response) for number, _ in commented]
        comments += commented
        rules.append(_blank_rule(blank, share))
    return Question(
        "multiple_dropdowns_question" if drop_downs else "fill_in_multiple_blanks_question",
        "".join(responses),
        before="".join(before),
        rules="".join(rules),
        comments=tuple(comments),
        is_added_up=True,
        stem=filled_stem(content.html(stem), parts),
    )


def _blank_rule(blank: Blank, share: str) -> str:
    right = next(answer.number for answer in blank.answers if answer.is_right)
    return xml.condition(xml.equal(right, blank.response), xml.score(share, "Add"), proceed="")
