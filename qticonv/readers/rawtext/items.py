"""Blocks become items: texts are joined, keys resolved, types found; every doubt is a diagnostic on the item."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from msgspec import Struct, field
from msgspec.structs import replace

from qticonv.diagnostics import Code, Diagnostic, Severity, SourceSpan, diagnose
from qticonv.model import (
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    ExtendedText,
    Feedback,
    Interaction,
    Item,
    Key,
    KeySource,
    NoInteraction,
    NumericAnswer,
    NumericEntry,
    Text,
    TextAnswer,
    TextEntry,
    item_identifier,
)
from qticonv.patterns import lazy
from qticonv.readers.rawtext.answers import Option, Resolved, resolve
from qticonv.readers.rawtext.blocks import Block
from qticonv.readers.rawtext.context import Context
from qticonv.readers.rawtext.fields import Field
from qticonv.readers.rawtext.passages import Passage, covered
from qticonv.readers.rawtext.runs import REPEATED
from qticonv.readers.rawtext.words import Part, truth_value

_LABELS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NUMBER = lazy(r"[-+−]?\d{1,15}(?:[.,]\d{1,15})?$")
_SHORT = ("short", "sa", "fib", "blank", "kurz", "courte", "corta", "填空", "简答")
_LONGEST_KEY = 8  # words of an option that a key line repeats, but not quite
_TAG_LENGTH = 40
_LONE_LABELS = lazy(r"[(\[]?[A-Ha-h](?:\s?[,;&/]?\s?[A-H]){0,4}[)\].]*$")
_PROSE_WORDS = 8
_ONE_POINT = Decimal(1)


class Built(Struct):
    """What is known of an item while it is made. ``doubts`` become warnings on the item, ``notes`` notes."""

    block: Block
    doubts: list[tuple[Code, str]] = field(default_factory=list)
    notes: list[tuple[Code, str]] = field(default_factory=list)

    def doubt(self, code: Code, message: str) -> None:
        """Remember something that may have gone wrong."""
        self.doubts.append((code, message))


def build_items(
    blocks: Sequence[Block], passages: Sequence[Passage], context: Context, count: int
) -> tuple[list[Item], list[Diagnostic]]:
    """Make the items of the first ``count`` blocks, with a description before the questions that share a passage."""
    items: list[Item] = []
    diagnostics: list[Diagnostic] = []
    before = {passage.before: passage for passage in passages}
    shared: dict[int, str] = {}
    for position, block in enumerate(blocks[:count]):
        passage = before.get(position)
        if passage:
            description, said = _describe(passage, context)
            items.append(description)
            diagnostics.append(said)
            shared.update((id(reached), description.identifier) for reached in covered(passage, blocks))
        item, about = build_item(block, context)
        of_passage = shared.get(id(block))
        items.append(replace(item, passage=of_passage) if of_passage else item)
        diagnostics += about
    return items, diagnostics


def _describe(passage: Passage, context: Context) -> tuple[Item, Diagnostic]:
    """A shared text as an item of its own that asks nothing."""
    stem = Text(context.join(passage.pieces))
    first, last = context.line(passage.pieces[0][0]) + 1, context.line(passage.pieces[-1][0]) + 1
    span = SourceSpan(context.source, first, last)
    identifier = item_identifier(stem, NoInteraction())
    item = Item(identifier=identifier, stem=stem, interaction=NoInteraction(), span=span)
    message = "This text was taken for a passage that the questions below share."
    return item, diagnose(Code.RAW_TEXT_DOUBTFUL, message, item=identifier, span=span)


def build_item(block: Block, context: Context) -> tuple[Item, list[Diagnostic]]:
    """Make an item of ``block``; return it with what there is to say about it."""
    built = Built(block)
    stem = Text(context.join(block.stem))
    texts = [context.join(option.parts) for option in block.options]
    resolved = _resolve(block, texts, context, built)
    feedback = _feedback(block, resolved, context)
    interaction, key = _choice(block, texts, resolved, context) if texts else _open(block, context, built)
    _check(block, stem, interaction, built)
    _left_out(block, built)
    identifier = item_identifier(stem, interaction)
    span = SourceSpan(context.source, context.line(block.first) + 1, context.line(block.last) + 1)
    item = Item(
        identifier=identifier,
        title=block.title or None,
        stem=stem,
        interaction=interaction,
        key=key,
        feedback=Feedback(general=feedback) if feedback else Feedback(),
        points=_points(block),
        tags=tuple(dict.fromkeys(fact.value for _, fact in block.facts if _is_tag(fact))),
        span=span,
    )
    return item, _diagnostics(built, identifier, span)


def _diagnostics(built: Built, identifier: str, span: SourceSpan) -> list[Diagnostic]:
    said = [diagnose(code, text, item=identifier, span=span) for code, text in built.doubts]
    notes = [diagnose(code, text, severity=Severity.NOTE, item=identifier, span=span) for code, text in built.notes]
    return said + notes


def _resolve(block: Block, texts: Sequence[str], context: Context, built: Built) -> Resolved:
    """Resolve the key of a question whose options have these texts."""
    if not texts:
        return Resolved()
    options = [Option(option.label, text) for option, text in zip(block.options, texts, strict=True)]
    marked = [n for n, option in enumerate(block.options) if option.marked]
    values = [value for _, value in block.keys if value]
    if not values:
        return Resolved(tuple(marked))
    if block.run.doubt == REPEATED:
        built.doubt(Code.RAW_KEY_UNREADABLE, "No key: a label stands twice, so it does not tell which option is meant.")
        return Resolved()
    found, *others = [resolve(value, options, context.style) for value in values]
    if any(other.positions != found.positions for other in others):
        built.doubt(Code.RAW_KEY_DOUBTFUL, "The question states its key twice, and differently; no key was taken.")
        return Resolved()
    if found.error and not _explains(found.rest):
        built.doubt(Code.RAW_KEY_UNREADABLE, f"No key: {found.error} ({values[0][:60]!r}).")
    if marked and found.positions and tuple(marked) != found.positions:
        built.doubt(Code.RAW_KEY_DOUBTFUL, "The marks on the options and the key line disagree; no key was taken.")
        return Resolved(rest=found.rest)
    return found


def _feedback(block: Block, resolved: Resolved, context: Context) -> Text | None:
    parts: list[str] = []
    if resolved.rest and (resolved.positions or _explains(resolved.rest)):
        parts.append(resolved.rest)
    parts += [text for text in (context.join(block.explanation), context.join(block.tail)) if text]
    return Text("\n".join(parts)) if parts else None


def _explains(text: str) -> bool:
    """Whether what stands where a key is expected explains instead of naming: ``Correct: Mercury melts at …``."""
    return len(text.split()) > _LONGEST_KEY


def _is_tag(fact: Field) -> bool:
    """Whether a fact about a question is short enough for a tag: a difficulty, a topic."""
    return (
        fact.part is Part.OTHER
        and 0 < len(fact.value) <= _TAG_LENGTH
        and fact.value[0].isalpha()
        and "](" not in fact.value
    )


def _left_out(block: Block, built: Built) -> None:
    """Notes on facts that have no place in an item: links, what a student answered or scored."""
    if not block.facts:
        return
    left = [fact.value for _, fact in block.facts if fact.part in {Part.OTHER, Part.GIVEN} and not _is_tag(fact)]
    if any(left):
        built.notes.append((Code.RAW_TEXT_ASIDE, f"Left out: {', '.join(filter(None, left))[:60]!r}."))


def _points(block: Block) -> Decimal:
    if block.points is not None:
        return block.points
    for _, fact in block.facts:
        number = re.search(r"\d+(?:[.,]\d+)?", fact.value)
        if fact.part is Part.POINTS and number:
            return Decimal(number[0].replace(",", "."))
    return _ONE_POINT


_STATED, _MISSING = Key(source=KeySource.STATED), Key(source=KeySource.MISSING)


def _key(stated: bool) -> Key:
    return _STATED if stated else _MISSING


def _choice(block: Block, texts: Sequence[str], resolved: Resolved, context: Context) -> tuple[Interaction, Key]:
    keys = set(resolved.positions)
    # Printed the other way round it stays a single choice: the order is the author's.
    is_truth = len(texts) == 2 and [truth_value(text) for text in texts] == [True, False]
    choices = tuple(
        Choice(
            identifier=_identifier(n),
            content=Text(text),
            label=option.label or None,
            is_key=n in keys,
            feedback=Text(context.join(option.feedback)) if option.feedback else None,
        )
        for n, (option, text) in enumerate(zip(block.options, texts, strict=True))
    )
    kind = ChoiceKind.TRUE_FALSE if is_truth else ChoiceKind.MULTIPLE if len(keys) > 1 else ChoiceKind.SINGLE
    return ChoiceInteraction(kind=kind, choices=choices, shuffle=not is_truth), _key(bool(keys))


def _identifier(place: int) -> str:
    return _LABELS[place] if place < len(_LABELS) else f"C{place + 1}"


def _open(block: Block, context: Context, built: Built) -> tuple[Interaction, Key | None]:
    """A question without options: true/false, a number, a short answer, an essay."""
    if block.models:
        model = context.join([piece for piece in block.models if piece[1]])
        return ExtendedText(model_answer=Text(model) if model else None), None
    answers = [line for _, text in block.keys for line in text.split("\n") if line]
    if answers and all(_LONE_LABELS.match(answer) for answer in answers) and not _is_short(block.kind):
        built.doubt(Code.RAW_KEY_UNREADABLE, "The key names an option, but no options were found.")
        return TextEntry(accepted=()), _key(False)
    if not answers:
        if block.keys:
            built.doubt(Code.RAW_KEY_UNREADABLE, "The line for the key is empty.")
            return TextEntry(accepted=()), _key(False)
        return ExtendedText(), None
    if len(answers) == 1 and truth_value(answers[0]) is not None:
        return _true_false(truth_value(answers[0]) is True), _key(True)
    if all(_NUMBER.match(answer) for answer in answers) and (numbers := [_decimal(answer) for answer in answers]):
        return NumericEntry(accepted=tuple(NumericAnswer(value=number) for number in numbers)), _key(True)
    if any(_is_prose(answer) for answer in answers):
        return ExtendedText(model_answer=Text("\n".join(answers))), None
    return TextEntry(accepted=tuple(TextAnswer(content=answer) for answer in answers)), _key(True)


def _is_short(kind: str) -> bool:
    """Whether a tag says that the answer is a text: a letter is the answer then, not a label."""
    return any(word in kind.casefold() for word in _SHORT)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", ".").replace("−", "-"))
    except InvalidOperation:
        return Decimal(0)


def _is_prose(answer: str) -> bool:
    """Whether no machine can match the answer: a sentence, or more words than a short answer has."""
    return len(answer.split()) >= _PROSE_WORDS or "\n" in answer or len(answer) > 80


def _true_false(value: bool) -> ChoiceInteraction:
    return ChoiceInteraction(
        kind=ChoiceKind.TRUE_FALSE,
        choices=(
            Choice(identifier="A", content=Text("True"), is_key=value),
            Choice(identifier="B", content=Text("False"), is_key=not value),
        ),
        shuffle=False,
    )


def _check(block: Block, stem: Text, interaction: Interaction, built: Built) -> None:
    """Doubts about the item itself."""
    if not stem:
        built.doubt(Code.RAW_STEM_MISSING, "The question has no text before its options.")
    if block.run.doubt:
        built.doubt(Code.RAW_LABELS_DOUBTFUL, f"The options of this question are doubtful: {block.run.doubt}.")
    if block.run.second is not None:
        built.doubt(Code.RAW_LABELS_DOUBTFUL, "A second run of options begins inside this question.")
    if isinstance(interaction, ChoiceInteraction) and len(interaction.choices) < 2:
        built.doubt(Code.RAW_LABELS_DOUBTFUL, "The question has only one option.")
    for code, doubt in block.doubts:
        built.doubt(code, doubt)
