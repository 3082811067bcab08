"""The key of an item as its author should read it, with the controls that choose another one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import assert_never

from qticonv.model import (
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    ExtendedText,
    Gap,
    Gaps,
    KeySource,
    Match,
    NoInteraction,
    NumericAnswer,
    NumericEntry,
    Order,
    Scoring,
    Text,
    TextAnswer,
    TextEntry,
    Upload,
)
from qticonv.report.preview.entry import Entry, is_multiple, short
from qticonv.report.preview.findings import badge
from qticonv.report.preview.html import Html, hidden, join, tag
from qticonv.report.preview.scoring import plain_number
from qticonv.report.preview.student import letter
from qticonv.report.preview.texts import block, labelled

_SCORING = {Scoring.PARTIAL: "partial scoring", Scoring.ALL_OR_NOTHING: "all or nothing"}
KEY_WORDS = {
    KeySource.STATED: ("good", "✓", "Key stated in the source"),
    KeySource.INFERRED: ("fair", "≈", "Key inferred from the explanation"),
    KeySource.REVIEWED: ("good", "✎", "Key chosen by a person"),
    KeySource.MISSING: ("bad", "?", "Key undecided"),
}


def key_line(entry: Entry) -> Html | None:
    """Return where the key comes from and how sure it is; ``None`` where no key is needed."""
    if entry.source is None:
        return None
    key = entry.item.key
    sure = f", {percent(key.confidence)} sure" if key and key.confidence is not None else ""
    return tag("p", badge(KEY_WORDS[entry.source], sure), class_="key-line")


def percent(probability: Decimal) -> str:
    """Return e.g. ``"99.3 %"``."""
    return f"{probability * 100:.1f} %"


def facts(entry: Entry) -> Html | None:
    """Return how it is scored and shown, where an author can choose."""
    item, found = entry.item, []
    if isinstance(item.interaction, (Match, Order, Gaps)):
        found.append(_SCORING[item.interaction.scoring])
    if isinstance(item.interaction, ChoiceInteraction) and item.interaction.kind is ChoiceKind.MULTIPLE:
        found.append(_SCORING[item.interaction.scoring])
    if isinstance(item.interaction, ChoiceInteraction) and item.interaction.shuffle:
        found.append("choices are shuffled")
    if isinstance(item.interaction, TextEntry):
        found.append("capitals matter" if item.interaction.case_sensitive else "capitals do not matter")
    if item.penalty:
        found.append(f"each further try costs {_percentage(item.penalty)}")
    if item.language:
        found.append(f"language {item.language}")
    return tag("p", "; ".join(found).capitalize() + ".", class_="quiet") if found else None


def answers(entry: Entry) -> Html | None:
    """Return the choices, accepted answers, pairs, order or gaps with the key marked and the feedback on each."""
    match entry.item.interaction:
        case ChoiceInteraction(choices=choices):
            return _choices(entry, choices)
        case TextEntry(accepted=texts) if texts:
            return _rows(_accepted(entry, text, str(at)) for at, text in enumerate(texts))
        case NumericEntry(accepted=numbers) if numbers:
            return _rows(_accepted(entry, number, str(at)) for at, number in enumerate(numbers))
        case TextEntry() | NumericEntry():
            return None
        case ExtendedText(model_answer=model):
            return labelled("Model answer", model, entry.assets, "model")
        case Match():
            return _pairs(entry, entry.item.interaction)
        case Order(sequence=sequence):
            return tag("ol", *(tag("li", block(text, entry.assets)) for text in sequence), class_="sequence")
        case Gaps(gaps=gaps):
            return join(_gap(entry, at, gap) for at, gap in enumerate(gaps))
        case Upload() | NoInteraction():
            return None
        case _:
            assert_never(entry.item.interaction)


def _rows(rows: Iterable[Html]) -> Html:
    return tag("ul", *rows, class_="answers")


def _row(mark: Html, content: Sequence[str | None], feedback: Html | None) -> Html:
    return tag("li", mark, tag("div", *content, class_="answer"), feedback)


def _mark(is_key: bool) -> Html:
    return tag("span", tag("span", "✓", aria_hidden="true"), hidden("Key: "), class_="mark") if is_key else _NO_MARK


_NO_MARK = tag("span", class_="mark")


def _choices(entry: Entry, choices: Sequence[Choice]) -> Html:
    sure = {one.choice: one.confidence for one in entry.item.key.candidates} if entry.item.key else {}
    rows = []
    for at, choice in enumerate(choices):
        content = (
            tag("span", letter(choice, at), class_="letter"),
            block(choice.content, entry.assets),
            _credit(choice.credit),
            tag("span", f"{percent(sure[choice.identifier])} likely", class_="sure")
            if choice.identifier in sure
            else None,
        )
        mark = _pick(entry, choice, at) if entry.pickable else _mark(choice.is_key)
        rows.append(_row(mark, content, _reply(entry, choice.feedback, str(at))))
    return _rows(rows)


def _credit(credit: Decimal | None) -> Html | None:
    return None if credit is None else tag("span", _percentage(credit), class_="credit")


def _percentage(share: Decimal) -> str:
    return f"{plain_number((share * 100).normalize())} %"


def _reply(entry: Entry, feedback: Text | None, name: str) -> Html | None:
    """Feedback on one choice, answer or pair; the page's script copies it by its name."""
    if not feedback:
        return None
    return tag("div", hidden("Feedback: "), block(feedback, entry.assets), class_="reply", data_feedback=name)


def _accepted(entry: Entry, answer: TextAnswer | NumericAnswer, name: str) -> Html:
    text = answer.content if isinstance(answer, TextAnswer) else number_words(answer)
    content = (tag("bdi", text, class_="typed"), _credit(answer.credit))
    is_key = answer.credit is None or answer.credit == 1
    return _row(_mark(is_key), content, _reply(entry, answer.feedback, name))


def number_words(answer: NumericAnswer) -> str:
    """Return e.g. ``"3.14 ± 0.01"`` or ``"3 to 3.5"``."""
    if answer.value is None:
        return " to ".join(map(plain_number, answer.bounds))
    margin = f" ± {plain_number(answer.tolerance)}" if answer.tolerance else ""
    return plain_number(answer.value) + margin


def _pairs(entry: Entry, interaction: Match) -> Html:
    rows = []
    for at, pair in enumerate(interaction.pairs):
        content = (
            block(pair.left, entry.assets),
            tag("span", "→", hidden(" belongs to "), class_="arrow"),
            block(pair.right, entry.assets),
        )
        rows.append(_row(_mark(True), content, _reply(entry, pair.feedback, str(at))))
    rows.extend(
        _row(_NO_MARK, (tag("span", "Distractor:", class_="quiet"), block(text, entry.assets)), None)
        for text in interaction.distractors
    )
    return _rows(rows)


def _gap(entry: Entry, position: int, gap: Gap) -> Html:
    points = f", {plain_number(gap.points)} points" if gap.points is not None else ""
    title = tag("p", f"Gap {position + 1} (", tag("bdi", gap.name), f"){points}", class_="gap-title")
    rows = [
        _row(
            _mark(choice.is_key),
            (block(choice.content, entry.assets), _credit(choice.credit)),
            _reply(entry, choice.feedback, f"{position}.{at}"),
        )
        for at, choice in enumerate(gap.choices)
    ]
    typed: tuple[TextAnswer | NumericAnswer, ...] = (*gap.accepted, *gap.numbers)
    rows.extend(_accepted(entry, answer, f"{position}.{at}") for at, answer in enumerate(typed))
    return join((title, _rows(rows)))


# --- picking a key


def _pick(entry: Entry, choice: Choice, at: int) -> Html:
    control = tag(
        "input",
        type="checkbox" if is_multiple(entry.item) else "radio",
        name=f"{entry.anchor}-key",
        value=str(at),
        checked=choice.is_key,
        data_was=choice.is_key,
        aria_label=f"{letter(choice, at)} is right: {short(choice.content)}",
    )
    return tag("span", control, class_="mark")


def pick_line(entry: Entry) -> Html | None:
    """Return what stands below the answers while a key can be chosen: a hint, "Confirm", "Undo"."""
    if not entry.pickable:
        return _unpickable(entry)
    typed = None
    if not isinstance(entry.item.interaction, ChoiceInteraction):
        label = tag("label", "Accepted answers, one a line", for_=f"{entry.anchor}-key")
        typed = tag("p", label, tag("textarea", id=f"{entry.anchor}-key", rows=2, class_="key-text"), class_="field")
    confirm = tag("button", "Confirm", hidden(f" the key of {entry.heading}"), type="button", class_="confirm")
    undo = tag("button", "Undo", hidden(f" the choice for {entry.heading}"), type="button", class_="undo", hidden=True)
    hint = "Tick the right answer." if entry.source is KeySource.MISSING else "Confirm it, or tick another answer."
    state = tag("span", hint if typed is None else "", class_="pick-state", aria_live="polite")
    buttons = tag("p", state, confirm if entry.source is KeySource.INFERRED else None, undo, class_="pick-buttons")
    return tag("div", typed, buttons, class_="pick")


def _unpickable(entry: Entry) -> Html | None:
    if entry.source is not KeySource.MISSING:
        return None
    return tag("p", "An answers file cannot hold this kind of key: write it into the source text.", class_="quiet")
