"""An item as the student answers it: the stem and native controls; the page's script scores them."""

from __future__ import annotations

import re
from typing import assert_never

from qticonv.model import (
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    ExtendedText,
    Gap,
    GapKind,
    Gaps,
    Match,
    NoInteraction,
    NumericEntry,
    Order,
    TextEntry,
    Upload,
)
from qticonv.report.preview.entry import Entry, short
from qticonv.report.preview.html import Html, escape, hidden, in_text, join, tag
from qticonv.report.preview.scoring import gap_options, mixed, rights
from qticonv.report.preview.texts import block

_DEFAULT_LINES = 6
_MOST_LINES = 30


def student_view(entry: Entry) -> Html:
    """Return the question with its controls, "Check" and "Clear", and a place for the feedback."""
    item = entry.item
    stem = tag("div", _stem(entry), class_="stem", id=f"{entry.anchor}-stem", lang=item.language)
    body = (_passage(entry), stem, tag("div", _controls(entry), lang=item.language))
    if isinstance(item.interaction, NoInteraction):
        return tag("div", *body, class_="sheet")
    buttons = tag(
        "div",
        tag("button", "Check", hidden(f" {entry.heading}"), type="button", class_="check primary"),
        tag("button", "Clear", hidden(f" {entry.heading}"), type="button", class_="clear"),
        class_="buttons",
    )
    result = tag("div", class_="result", aria_live="polite")
    # No <form>: Chromium's autofill looks at all forms of a page again and again, ten seconds long with 2,000 of them.
    return tag("div", *body, buttons, result, class_="sheet")


def letter(choice: Choice, position: int) -> str:
    """Return what is printed before a choice: its label, or A, B, C …"""
    return choice.label or (chr(ord("A") + position) if position < 26 else str(position + 1))


def _passage(entry: Entry) -> Html | None:
    passage = entry.passage
    if passage is None:
        return None
    summary = tag("summary", "Read the passage: ", tag("bdi", passage.title or short(passage.stem)))
    return tag("details", summary, block(passage.stem, entry.assets), class_="passage")


def _stem(entry: Entry) -> Html:
    html = block(entry.item.stem, entry.assets)
    if not isinstance(entry.item.interaction, Gaps):
        return html
    gaps = enumerate(entry.item.interaction.gaps)
    controls = {
        str(escape(f"{{{{{gap.name}}}}}")): _gap(entry.item.interaction, position, gap) for position, gap in gaps
    }
    marks = re.compile("|".join(map(re.escape, controls)) or r"(?!)")
    return in_text(html, lambda part: marks.sub(lambda found: controls.pop(found[0], escape("")) or found[0], part))


def _controls(entry: Entry) -> Html | None:
    match entry.item.interaction:
        case ChoiceInteraction():
            return _choices(entry, entry.item.interaction)
        case TextEntry():
            return _typed(entry, "Your answer", None)
        case NumericEntry():
            return _typed(entry, "Your answer (a number)", "decimal")
        case ExtendedText(expected_lines=lines):
            return _essay(entry, min(lines or _DEFAULT_LINES, _MOST_LINES))
        case Match():
            return _match(entry, entry.item.interaction)
        case Order():
            return _order(entry, entry.item.interaction)
        case Gaps(shared_choices=shared):
            return _word_bank(entry, entry.item.interaction) if shared else None
        case Upload():
            label = tag("label", "Your file", for_=f"{entry.anchor}-file")
            return tag("p", label, tag("input", type="file", id=f"{entry.anchor}-file"), class_="field")
        case NoInteraction():
            return None
        case _:
            assert_never(entry.item.interaction)


def _choices(entry: Entry, interaction: ChoiceInteraction) -> Html:
    several = interaction.kind is ChoiceKind.MULTIPLE
    rows = []
    for position, choice in enumerate(interaction.choices):
        reference = f"{entry.anchor}-c{position}"
        control = tag(
            "input", type="checkbox" if several else "radio", name=entry.anchor, id=reference, value=str(position)
        )
        mark = tag("span", letter(choice, position), class_="letter")
        rows.append(
            tag(
                "div", control, tag("label", mark, block(choice.content, entry.assets), for_=reference), class_="choice"
            )
        )
    legend = tag("legend", "Choose all that apply" if several else "Choose one")
    return tag("fieldset", legend, *rows, class_="choices", aria_describedby=f"{entry.anchor}-stem")


def _typed(entry: Entry, label: str, mode: str | None) -> Html:
    reference = f"{entry.anchor}-text"
    control = tag(
        "input", type="text", id=reference, inputmode=mode, spellcheck="false", aria_describedby=f"{entry.anchor}-stem"
    )
    return tag("p", tag("label", label, for_=reference), control, class_="field")


def _essay(entry: Entry, lines: int) -> Html:
    reference = f"{entry.anchor}-essay"
    control = tag("textarea", id=reference, rows=lines, aria_describedby=f"{entry.anchor}-stem")
    return tag("p", tag("label", "Your answer", for_=reference), control, class_="field")


def _options(texts: list[str]) -> Html:
    blank = tag("option", "Choose …", value="")
    return join((blank, *(tag("option", text, value=str(at)) for at, text in enumerate(texts))))


def _match(entry: Entry, interaction: Match) -> Html:
    pool = rights(interaction)
    options = _options([short(text, 200) for text in pool])
    rows = []
    for position, pair in enumerate(interaction.pairs):
        reference = f"{entry.anchor}-m{position}"
        label = tag("label", block(pair.left, entry.assets), for_=reference)
        rows.append(tag("div", label, tag("select", options, id=reference), class_="pair"))
    on_paper = tag("ol", *(tag("li", block(text, entry.assets)) for text in pool), class_="paper lettered")
    legend = tag("legend", "Match each with one of the choices")
    return tag("fieldset", legend, *rows, on_paper, class_="pairs", aria_describedby=f"{entry.anchor}-stem")


def _order(entry: Entry, interaction: Order) -> Html:
    rows = []
    for at in mixed(interaction.sequence):
        text = interaction.sequence[at]
        moves = (
            tag("button", arrow, type="button", class_=direction, aria_label=f"Move {direction}: {short(text)}")
            for direction, arrow in (("up", "↑"), ("down", "↓"))
        )
        rows.append(tag("li", block(text, entry.assets), tag("span", *moves, class_="moves"), data_at=at))
    legend = tag("legend", "Put in order, first at the top")
    rows_list = tag("ol", *rows, class_="order")
    return tag("fieldset", legend, rows_list, aria_describedby=f"{entry.anchor}-stem")


def _gap(interaction: Gaps, position: int, gap: Gap) -> Html:
    label = f"Gap {position + 1}"
    if gap.kind is GapKind.DROPDOWN:
        texts = [short(text, 200) for text, _ in gap_options(interaction, gap)]
        select = tag("select", _options(texts), class_="gap", aria_label=label)
        on_paper = None if interaction.shared_choices else tag("span", f" ({' / '.join(texts)})", class_="paper")
        return join((select, on_paper))
    mode = "decimal" if gap.kind is GapKind.NUMERIC else None
    return tag("input", type="text", class_="gap", aria_label=label, inputmode=mode, spellcheck="false")


def _word_bank(entry: Entry, interaction: Gaps) -> Html:
    words = gap_options(interaction, interaction.gaps[0])
    listed = (tag("li", block(word, entry.assets)) for word, _ in words)
    return tag("div", tag("p", "Word bank"), tag("ul", *listed), class_="word-bank")
