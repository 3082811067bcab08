"""Settle the keys of a reading: stated, reviewed, inferred or missing.

A stated key stays, and what an explanation states by letter and fitting text is stated, too. An answers file overrides
both. What is left is inferred from the explanation where the threshold and the guards allow it, or is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from msgspec import Struct, field
from msgspec.structs import replace

from qticonv import collector
from qticonv.diagnostics import Diagnostic
from qticonv.keys import reasons, truefalse
from qticonv.keys.features import Owners, owners
from qticonv.keys.guards import Guard, guards_of
from qticonv.keys.infer import MISFIT, Inference, Profile, infer, profile
from qticonv.keys.model import Model, load
from qticonv.keys.neighbours import misfits
from qticonv.keys.question import Question, prepare
from qticonv.keys.rationale import with_rationales
from qticonv.keys.reviewed import apply_answers, mark
from qticonv.keys.stated import stated_choice
from qticonv.keys.verdict import Verdict, confidences, decide, unexplained
from qticonv.keys.words import Vocabulary
from qticonv.model import (
    ChoiceInteraction,
    ChoiceKind,
    Evidence,
    ExtendedText,
    Item,
    Key,
    KeySource,
    Reading,
)
from qticonv.model.answers import Answers


def settle(reading: Reading, *, answers: Answers | None, accept: Decimal | None) -> Reading:
    """Return ``reading`` with every key settled as far as it can be.

    ``accept`` is the confidence (0 to 1) from which an inferred key is accepted; ``None`` infers nothing. An item that
    stays without a key has :data:`KeySource.MISSING`, with candidates where something was inferred, and is reported.
    """
    with collector.paused():
        return _settled(reading, answers, accept)


def _settled(reading: Reading, answers: Answers | None, accept: Decimal | None) -> Reading:
    workshop = Workshop.of(reading)
    items = [workshop.stated(place, item) for place, item in enumerate(reading.bank.items)]
    said: list[Diagnostic] = []
    if answers is not None:
        items, said = apply_answers(items, answers)
    verdicts = workshop.verdicts(items) if accept is not None else [None] * len(items)
    for place, (item, verdict) in enumerate(zip(items, verdicts, strict=True)):
        if verdict is not None and accept is not None and isinstance(item.interaction, ChoiceInteraction):
            items[place], report = decide(item, item.interaction, verdict, accept)
            said.append(report)
        elif not item.is_keyed:
            items[place], report = unexplained(item, workshop.why_missing(place, item, accept))
            said.append(report)
    items = [workshop.with_rationales(place, item) for place, item in enumerate(items)]
    bank = replace(reading.bank, items=tuple(items))
    return replace(reading, bank=bank, diagnostics=(*reading.diagnostics, *said))


class Workshop(Struct):
    """The items of one reading and their explanations; texts become codes where they are asked for."""

    reading: Reading
    vocabulary: Vocabulary
    model: Model
    explanations: list[str]
    questions: dict[int, Question] = field(default_factory=dict)
    profiles: list[Profile] = field(default_factory=list)
    inferences: list[Inference | None] = field(default_factory=list)

    @classmethod
    def of(cls, reading: Reading) -> Workshop:
        """Return the workshop of a reading."""
        model = load()
        vocabulary = Vocabulary(model.common)
        explanations = [item.feedback.general.plain if item.feedback.general else "" for item in reading.bank.items]
        return cls(reading, vocabulary, model, explanations)

    def question(self, place: int) -> Question:
        """Return the question at ``place`` as inference sees it, and keep it."""
        found = self.questions[place] = self._read(place)
        return found

    def _read(self, place: int) -> Question:
        found = self.questions.get(place)
        return found or _question(self.vocabulary, self.reading.bank.items[place], self.explanations[place])

    def _owner(self, place: int) -> Owners:
        if self.profiles:
            return self.profiles[place].owner
        return owners(self.question(place), self.vocabulary.weight)

    def stated(self, place: int, item: Item) -> Item:
        """Return the item with the key that its explanation states, if it has none and there is one."""
        interaction, text, index = item.interaction, self.explanations[place], None
        if not text or item.is_keyed or not isinstance(interaction, ChoiceInteraction):
            return item
        if interaction.kind is ChoiceKind.TRUE_FALSE:
            truth = truefalse.stated(text)
            index = None if truth is None else int(not truth)
        elif interaction.kind is ChoiceKind.SINGLE:
            labels = [choice.label or "" for choice in interaction.choices]
            index = stated_choice(partial(self.question, place), labels, text, self.vocabulary)
        if index is None:
            return item
        marked = replace(interaction, choices=mark(interaction.choices, [index]))
        return replace(item, interaction=marked, key=Key(source=KeySource.STATED))

    def verdicts(self, items: Sequence[Item]) -> list[Verdict | None]:
        """Return what is inferred for the items that have no key but an explanation."""
        wanted = [
            bool(text) and not item.is_keyed and isinstance(item.interaction, ChoiceInteraction)
            for item, text in zip(items, self.explanations, strict=True)
        ]
        if not any(wanted):
            return [None] * len(items)
        guards = [
            _guards(item, text) if want else None
            for item, text, want in zip(items, self.explanations, wanted, strict=True)
        ]
        self.profiles = [
            profile(self._read(place), self.vocabulary, wanted=fired is not None) for place, fired in enumerate(guards)
        ]
        misfit = misfits(self.profiles)
        self.inferences = infer(self.profiles, guards, misfit, self.model)
        return [
            self._verdict(place, item, misfit[place]) if wanted[place] else None for place, item in enumerate(items)
        ]

    def _verdict(self, place: int, item: Item, misfit: float) -> Verdict | None:
        interaction, inference = item.interaction, self.inferences[place]
        if not isinstance(interaction, ChoiceInteraction):
            return None
        if interaction.kind is ChoiceKind.TRUE_FALSE:
            return self._truth(place, item, misfit)
        return self._choice(place, item, interaction, inference) if inference else None

    def _choice(self, place: int, item: Item, interaction: ChoiceInteraction, inference: Inference) -> Verdict:
        def reason(choice: int) -> str:
            told = reasons.reason(interaction.choices, choice, inference, self.vocabulary)
            return told + reasons.silent(interaction.choices, inference) if choice == ranking[0] else told

        def prove(choice: int) -> tuple[Evidence, ...]:
            quotes = reasons.quotes(self.explanations[place], choice, inference, self.vocabulary)
            return reasons.evidence(item, self.reading, quotes)

        ranking = tuple(inference.ranking)
        return Verdict(confidences(inference.probabilities), ranking, inference.guards, reason, prove)

    def _truth(self, place: int, item: Item, misfit: float) -> Verdict:
        text = self.explanations[place]
        chance = truefalse.probability(item.stem.plain, text, self.model.true_false)
        opening = truefalse.opening(text)
        ranking = (0, 1) if chance >= 0.5 else (1, 0)

        def reason(choice: int) -> str:
            verb = "rejects" if choice else "affirms"
            return f'the explanation {verb} the statement: "{opening}"' if choice == ranking[0] else ""

        def prove(_: int) -> tuple[Evidence, ...]:
            return reasons.evidence(item, self.reading, [opening])

        guards = (Guard.NEIGHBOUR,) if misfit > MISFIT else ()
        return Verdict(confidences((chance, 1 - chance)), ranking, guards, reason, prove)

    def why_missing(self, place: int, item: Item, accept: Decimal | None) -> str:
        """Return why nothing was inferred for an item, in words."""
        if accept is None:
            return "the text states no key, and inference is switched off"
        if not isinstance(item.interaction, ChoiceInteraction):
            return "the text states no key, and none can be inferred for a question of this type"
        if not self.explanations[place]:
            return "the text states no key, and there is no explanation to infer it from"
        if len(item.interaction.choices) < 2:
            return "the text states no key, and there are no choices to tell one from"
        return "the text states no key, and how many choices are right cannot be inferred"

    def with_rationales(self, place: int, item: Item) -> Item:
        """Return the item with the feedback on single choices that its explanation certainly gives."""
        interaction, text = item.interaction, self.explanations[place]
        if not text or not isinstance(interaction, ChoiceInteraction) or interaction.kind is ChoiceKind.TRUE_FALSE:
            return item
        choices = with_rationales(interaction.choices, partial(self._owner, place), text, self.vocabulary)
        return (
            item if choices is interaction.choices else replace(item, interaction=replace(interaction, choices=choices))
        )


def _guards(item: Item, explanation: str) -> tuple[Guard, ...] | None:
    interaction = item.interaction
    if not isinstance(interaction, ChoiceInteraction) or interaction.kind is not ChoiceKind.SINGLE:
        return None
    if len(interaction.choices) < 2:  # there is nothing to tell a key from
        return None
    return guards_of(item.stem.plain, [choice.content.plain for choice in interaction.choices], explanation)


def _question(vocabulary: Vocabulary, item: Item, explanation: str) -> Question:
    stem, interaction = item.stem.plain, item.interaction
    if isinstance(interaction, ExtendedText) and interaction.model_answer is not None:
        stem = f"{stem} {interaction.model_answer.plain}"
    if not isinstance(interaction, ChoiceInteraction) or interaction.kind is ChoiceKind.TRUE_FALSE:
        return prepare(vocabulary, stem, (), (), explanation)
    texts = [choice.content.plain for choice in interaction.choices]
    return prepare(vocabulary, stem, texts, [choice.label for choice in interaction.choices], explanation)
