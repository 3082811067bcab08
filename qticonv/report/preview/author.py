"""An item as the author should read it: key and where it comes from, feedback, findings, targets, source lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import assert_never

from qticonv.diagnostics import Diagnostic, Effect, Severity, SourceSpan
from qticonv.model import (
    Choice,
    ChoiceInteraction,
    ExtendedText,
    Gap,
    Gaps,
    KeySource,
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
from qticonv.report.preview.entry import Entry, is_multiple, short
from qticonv.report.preview.html import Html, escape, hidden, join, prose, tag
from qticonv.report.preview.scoring import plain_number
from qticonv.report.preview.student import letter
from qticonv.report.preview.texts import block, highlight

_LONGEST_LINE = 4000
KEY_WORDS = {
    KeySource.STATED: ("good", "✓", "Key stated in the source"),
    KeySource.INFERRED: ("fair", "≈", "Key inferred from the explanation"),
    KeySource.REVIEWED: ("good", "✎", "Key chosen by a person"),
    KeySource.MISSING: ("bad", "?", "Key undecided"),
}
SEVERITY_WORDS = {
    Severity.ERROR: ("bad", "✕", "Error"),
    Severity.WARNING: ("fair", "!", "Warning"),
    Severity.NOTE: ("plain", "i", "Note"),
}
_FEEDBACK_NAMES = (
    ("general", "After every answer"),
    ("correct", "When right"),
    ("partially_correct", "When partly right"),
    ("incorrect", "When wrong"),
)


def author_view(entry: Entry) -> Html:
    """Return everything that only the author sees, in the order in which it matters."""
    return tag(
        "div",
        _key(entry),
        _evidence(entry),
        _feedback(entry),
        findings(entry.diagnostics),
        _targets(entry),
        _source(entry),
        class_="notes",
    )


def badge(words: tuple[str, str, str], more: str = "") -> Html:
    """Return a mark with its sign and its words; colour never stands alone."""
    style, sign, text = words
    return tag("span", tag("span", sign, class_="sign", aria_hidden="true"), text + more, class_=f"badge {style}")


def percent(probability: Decimal) -> str:
    """Return e.g. ``"99.3 %"``."""
    return f"{probability * 100:.1f} %"


def where(span: SourceSpan | None) -> str:
    """Return e.g. ``"lines 3–7"``."""
    if span is None:
        return ""
    if span.start_line == span.end_line:
        return f"line {span.start_line}"
    return f"lines {span.start_line}–{span.end_line}"


# --- the key


def _key(entry: Entry) -> Html:
    return join((_key_line(entry), _answers(entry), _pick_line(entry)))


def _key_line(entry: Entry) -> Html | None:
    if entry.source is None:
        return None
    key = entry.item.key
    sure = f", {percent(key.confidence)} sure" if key and key.confidence is not None else ""
    return tag("p", badge(KEY_WORDS[entry.source], sure), class_="key-line")


def _answers(entry: Entry) -> Html | None:
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
            return _named(entry, "Model answer", model, "model")
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
    return None if credit is None else tag("span", f"{plain_number((credit * 100).normalize())} %", class_="credit")


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


def _pick_line(entry: Entry) -> Html | None:
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


def _evidence(entry: Entry) -> Html | None:
    key = entry.item.key
    if key is None or not key.evidence:
        return None
    rows = (
        tag("li", tag("q", one.quote, dir="auto"), f" line {one.line}" if one.line is not None else None)
        for one in key.evidence
    )
    return tag("div", tag("h4", "Because it says"), tag("ul", *rows), class_="evidence")


# --- feedback, findings, targets, source


def _named(entry: Entry, title: str, text: Text | None, name: str, quotes: Sequence[str] = ()) -> Html | None:
    if not text:
        return None
    body = highlight(block(text, entry.assets), quotes)
    return tag("div", tag("h4", title), tag("div", body, data_feedback=name), class_="named")


def _feedback(entry: Entry) -> Html:
    quotes = [one.quote for one in entry.item.key.evidence] if entry.item.key else []
    return join(
        _named(entry, title, getattr(entry.item.feedback, name), name, quotes) for name, title in _FEEDBACK_NAMES
    )


def findings(diagnostics: Sequence[Diagnostic], title: str = "Findings") -> Html | None:
    """Return diagnostics as a list: severity, message, code, lines and what to do."""
    if not diagnostics:
        return None
    return tag("div", tag("h4", title), tag("ul", *map(_finding, diagnostics), class_="findings"))


def _finding(finding: Diagnostic) -> Html:
    place = where(finding.span)
    code = tag("span", join((tag("code", finding.code.slug), place), ", "), class_="quiet")
    hint = prose(finding.hint or finding.code.value.remedy)
    return tag(
        "li", badge(SEVERITY_WORDS[finding.severity]), " ", tag("bdi", finding.message), " ", code, tag("p", hint)
    )


_TARGET_WORDS = {
    Effect.WITHHELD: ("bad", "✕", "left out"),
    Effect.LOST: ("fair", "!", "loses"),
    Effect.ADAPTED: ("plain", "i", "adapts"),
}


def _targets(entry: Entry) -> Html | None:
    if not entry.losses:
        return None
    complete = [target for target, found in entry.losses.items() if not found]
    whole = tag("li", badge(("good", "✓", "complete")), " ", ", ".join(complete)) if complete else None
    rows = (_target(target, found) for target, found in entry.losses.items() if found)
    return tag("div", tag("h4", "In each target"), tag("ul", whole, *rows, class_="targets"))


def _target(target: str, found: Sequence[Diagnostic]) -> Html:
    details = tag("ul", *(tag("li", _effect(finding), " ", finding.message) for finding in found))
    return tag("li", tag("strong", target), details)


def _effect(finding: Diagnostic) -> Html:
    return badge(_TARGET_WORDS[finding.effect or Effect.ADAPTED])


def _source(entry: Entry) -> Html | None:
    span = entry.item.span
    if span is None:
        return None
    place = join((tag("bdi", span.source), where(span)), ", ")
    if not entry.source_lines:
        return tag("p", "Source: ", place, class_="quiet")
    body = tag("div", *_numbered(entry), class_="lines", tabindex="0", role="group", aria_label="Source lines")
    return tag("details", tag("summary", "Source: ", place), body, class_="source")


def _numbered(entry: Entry) -> Iterator[Html]:
    marked = {one.line: (one.start, one.end) for one in entry.item.key.evidence} if entry.item.key else {}
    for number in entry.source_lines:
        line = entry.lines[number - 1]
        start, end = marked.get(number, (None, None))
        yield tag(
            "div", tag("span", str(number), class_="line-number"), tag("code", _marked(line, start, end), dir="auto")
        )


def _marked(line: str, start: int | None, end: int | None) -> Html:
    if len(line) > _LONGEST_LINE:
        line = f"{line[:_LONGEST_LINE]}…"
    if start is None or end is None:
        return escape(line)
    return join((line[:start], tag("mark", line[start:end]), line[end:]))
