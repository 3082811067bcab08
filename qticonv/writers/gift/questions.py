"""One function a question type: what stands between the braces."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import partial
from typing import assert_never

from qticonv.model import (
    ChoiceInteraction,
    ChoiceKind,
    ExtendedText,
    Gaps,
    Item,
    ItemBank,
    Match,
    NoInteraction,
    NumericEntry,
    Order,
    Text,
    TextEntry,
    Upload,
)
from qticonv.model.options import WriteOptions
from qticonv.writers.gift.text import comment_value, escape, plain
from qticonv.writers.markup import data_uri, to_html
from qticonv.writers.moodle import rules
from qticonv.writers.moodle.rules import decimal
from qticonv.writers.moodle.texts import Texts

_FULL = Decimal(100)


class Writer:
    """Writes the questions of one bank. Images become ``data:`` addresses: a GIFT file carries no files."""

    __slots__ = ("_model_answer_for_students", "texts")

    def __init__(self, bank: ItemBank, options: WriteOptions) -> None:
        urls = {name: data_uri(asset) for name, asset in bank.assets.items()}
        self.texts = Texts(bank.items, partial(to_html, asset_url=urls.get))
        self._model_answer_for_students = options.model_answer_for_students

    def question(self, item: Item) -> str:
        """Return ``item`` as one GIFT question with the blank line that ends it.

        Every line but the answers' begins with a mark of GIFT, so no text is taken for a comment or a category.
        """
        values = [("id", rules.id_number(item)), *(("tag", rules.tag_text(tag)) for tag in item.tags)]
        marks = " ".join(f"[{name}:{value}]" for name, text in values if (value := comment_value(text)))
        head = f"// {marks}\n" if marks else ""
        name = escape(rules.item_name(item))
        return f"{head}::{name}::{self._html(self.texts.stem(item))}{self._answers(item)}\n\n"

    def _answers(self, item: Item) -> str:
        interaction = item.interaction
        match interaction:
            case ChoiceInteraction():
                return self._choice(item, interaction)
            case TextEntry():
                return self._short_answer(item, interaction)
            case NumericEntry():
                return self._numerical(item, interaction)
            case ExtendedText():
                shown = interaction.model_answer if self._model_answer_for_students else None
                return f"{{{self._general(self.texts.join((shown, item.feedback.general)))}}}"
            case Match():
                return self._matching(item, interaction)
            case NoInteraction():
                return ""
            case Order() | Gaps() | Upload():
                raise ValueError(f"GIFT has no question type for {item.identifier}")
            case _:
                assert_never(interaction)

    def _html(self, content: Text | str | None) -> str:
        """``->`` has no escape and would make a matching of a short answer; in HTML it is written as an entity."""
        if not content:
            return ""
        html = self.texts.render(content) if isinstance(content, Text) else content
        return f"[html]{escape(html.replace('->', '-&gt;'))}"

    def _feedback(self, content: Text | str | None) -> str:
        return f"#{self._html(content)}" if content else ""

    def _general(self, content: Text | str | None) -> str:
        return f"####{self._html(content)}" if content else ""

    def _block(self, opening: str, answers: Iterable[str], general: Text | str | None) -> str:
        lines = [*answers, self._general(general)]
        return "\n\t".join([opening, *filter(None, lines)]) + "\n}"

    def _choice(self, item: Item, interaction: ChoiceInteraction) -> str:
        if interaction.kind is ChoiceKind.TRUE_FALSE:
            return self._true_false(item, interaction)
        single = interaction.kind is ChoiceKind.SINGLE
        answers = []
        for choice, weight in zip(interaction.choices, rules.choice_weights(interaction), strict=True):
            feedback = self.texts.answer_feedback(item, choice.feedback, weight) if single else choice.feedback
            mark = "=" if single and weight == _FULL else f"~%{decimal(weight)}%" if weight else "~"
            answers.append(f"{mark}{self._html(choice.content)}{self._feedback(feedback)}")
        return self._block("{", answers, item.feedback.general)

    def _true_false(self, item: Item, interaction: ChoiceInteraction) -> str:
        """The feedback on the wrong answer stands before that on the right one (gift/format.php:107)."""
        feedback = {
            choice.is_key: self._html(
                self.texts.answer_feedback(item, choice.feedback, _FULL if choice.is_key else Decimal(0))
            )
            for choice in interaction.choices
        }
        word = "TRUE" if interaction.choices[0].is_key else "FALSE"
        right = f"#{feedback[True]}" if feedback[True] else ""
        wrong = f"#{feedback[False]}" if feedback[False] or right else ""
        return f"{{{word}{wrong}{right}{self._general(item.feedback.general)}}}"

    def _short_answer(self, item: Item, interaction: TextEntry) -> str:
        accepted = [answer for answer in interaction.accepted if answer.content.strip()]
        if any("->" in answer.content for answer in accepted):
            # Only without an equals sign is this no matching (gift/format.php:312); there is one answer, see limits.
            answer = accepted[0]
            own = self._feedback(self.texts.answer_feedback(item, answer.feedback, _FULL))
            return f"{{{plain(rules.literal_answer(answer.content))}{own}{self._general(item.feedback.general)}}}"
        answers = []
        for answer in accepted:
            weight = rules.answer_weight(answer.credit)
            feedback = self._feedback(self.texts.answer_feedback(item, answer.feedback, weight))
            answers.append(f"=%{decimal(weight)}%{plain(rules.literal_answer(answer.content))}{feedback}")
        if item.feedback.incorrect:
            answers.append(f"=%0%*{self._feedback(item.feedback.incorrect)}")
        return self._block("{", answers, item.feedback.general)

    def _numerical(self, item: Item, interaction: NumericEntry) -> str:
        """Always ``number:tolerance``; anything else that is not a number would accept every answer."""
        answers = []
        for answer in interaction.accepted:
            value, tolerance = rules.value_and_tolerance(answer)
            weight = rules.answer_weight(answer.credit)
            feedback = self._feedback(self.texts.answer_feedback(item, answer.feedback, weight))
            answers.append(f"=%{decimal(weight)}%{decimal(value)}:{decimal(tolerance)}{feedback}")
        if item.feedback.incorrect:
            answers.append(f"~{self._feedback(item.feedback.incorrect)}")
        return self._block("{#", answers, item.feedback.general)

    def _matching(self, item: Item, interaction: Match) -> str:
        pairs = [(self._html(pair.left), pair.right) for pair in interaction.pairs]
        pairs += [("", distractor) for distractor in interaction.distractors]
        answers = [f"={left} -> {escape(rules.right_text(right))}" for left, right in pairs]
        return self._block("{", answers, self.texts.general_with_pairs(item, interaction))
