"""Whatever the texts hold, Moodle XML and GIFT give them back unchanged, or the loss was announced.

Three judges read what is written, none of them made for it: Moodle's own steps (``judges.moodle_xml``,
``judges.moodle_gift``), and gift-pegjs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from io import BytesIO
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judges import moodle_gift, moodle_xml

from qticonv.conformance import gift as check_gift
from qticonv.conformance import moodle as check_moodle
from qticonv.diagnostics import Effect, Severity
from qticonv.model import (
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    ExtendedText,
    Feedback,
    Gap,
    GapKind,
    Gaps,
    Item,
    ItemBank,
    Match,
    NoInteraction,
    NumericAnswer,
    NumericEntry,
    Order,
    Pair,
    Scoring,
    Source,
    Text,
    TextAnswer,
    TextEntry,
    Upload,
)
from qticonv.model.options import CheckOptions, WriteOptions
from qticonv.writers import gift, moodle
from qticonv.writers.capabilities import losses

FRAGMENTS = (
    *("~", "=", "#", "{", "}", ":", "\\", "//", "->", "]]>", "<", "&", ">", '"', "'", "*", "%", "|"),
    *(
        "$CATEGORY: a/b",
        "[html]",
        "[plain]",
        "%50%",
        "%100%",
        "####",
        "::",
        "{=a ~b}",
        "{#1}",
        "{1:SA:=x}",
        "&&058;",
        "&&010",
    ),
    *(
        "&lt;",
        "&amp;",
        "&nbsp;",
        "<b>",
        "</text>",
        "<![CDATA[",
        "<!--",
        "-->",
        "\\n",
        "\\neq",
        "\\}",
        "\\#",
        "\\(x^2\\)",
    ),
    *(
        "\\frac{a}{b}",
        "$$x$$",
        "\n",
        "\n\n",
        "\n0\n",
        "\n// c\n",
        "\r\n",
        "\t",
        "\x00",
        "\x0b",
        "\ud800",
        "\ufffe",
        "0",
    ),
    *("TRUE", "true", "é", "ß", "日本", "😀", "\u200b", "\u202e", "\u00a0", "a", "b c", " ", "@@PLUGINFILE@@/x.png"),
)
hostile = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=4), min_size=1, max_size=6).map("".join)
contents = hostile.filter(lambda text: bool(shown(text)))
texts = contents.map(Text)
maybe = st.none() | texts
feedback = st.builds(Feedback, general=maybe, correct=maybe, partially_correct=maybe, incorrect=maybe)
names = st.none() | contents
tags = st.lists(contents, max_size=2, unique=True).map(tuple)


def shown(text: str) -> str:
    """The text without what no importer keeps: control characters, and white space at the ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    kept = (
        character for character in text if character in "\t\n" or (character >= " " and character not in "\ufffe\uffff")
    )
    return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in kept).strip()


def one_line(text: str) -> str:
    return " ".join(shown(text).split())


def visible(html: str) -> str:
    """What a browser shows of HTML that holds line breaks and no other mark-up."""
    return unescape(html.replace("<br/>", "\n")).strip()


def joined(*parts: Text | None) -> str:
    """Several texts in one field, each once."""
    return "\n".join(dict.fromkeys(shown(part.content) for part in parts if part))


def same(html: str, *parts: Text | None) -> bool:
    return re.sub(r"\s+", " ", visible(html)) == re.sub(r"\s+", " ", joined(*parts).strip())


# ---------------------------------------------------------------- items


def items(interaction: st.SearchStrategy[Any]) -> st.SearchStrategy[Item]:
    return st.builds(
        Item,
        identifier=st.from_regex(r"q-[0-9a-f]{12}", fullmatch=True),
        stem=texts,
        interaction=interaction,
        title=names,
        feedback=feedback,
        tags=tags,
    )


@st.composite
def choices(draw: st.DrawFn, kind: ChoiceKind) -> ChoiceInteraction:
    drawn = draw(st.lists(st.tuples(texts, maybe), min_size=2, max_size=5))
    keys = draw(st.sets(st.integers(0, len(drawn) - 1), min_size=1, max_size=len(drawn) - 1))
    if kind is ChoiceKind.SINGLE:
        keys = {min(keys)}
    made = (
        Choice(identifier=str(place), content=content, feedback=own, is_key=place in keys)
        for place, (content, own) in enumerate(drawn)
    )
    return ChoiceInteraction(kind=kind, choices=tuple(made), scoring=draw(st.sampled_from(Scoring)))


@st.composite
def true_false(draw: st.DrawFn) -> ChoiceInteraction:
    right = draw(st.booleans())
    made = (
        Choice(identifier=word, content=Text(word), is_key=(word == "True") is right, feedback=draw(maybe))
        for word in ("True", "False")
    )
    return ChoiceInteraction(kind=ChoiceKind.TRUE_FALSE, choices=tuple(made), shuffle=False)


credits_ = st.sampled_from([None, Decimal(1), Decimal("0.5"), Decimal(0)])
text_answers = st.builds(TextAnswer, content=contents, credit=credits_, feedback=maybe)
first_answer = st.builds(TextAnswer, content=contents, feedback=maybe)
numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**6), max_value=10**6, places=3)
number_answers = st.builds(
    NumericAnswer, value=numbers, tolerance=st.none() | numbers.map(abs), credit=credits_, feedback=maybe
)
short = st.tuples(first_answer, st.lists(text_answers, max_size=2)).map(lambda drawn: (drawn[0], *drawn[1]))
numeric = st.tuples(st.builds(NumericAnswer, value=numbers, feedback=maybe), st.lists(number_answers, max_size=2)).map(
    lambda drawn: (drawn[0], *drawn[1])
)
pairs = st.lists(st.builds(Pair, left=texts, right=texts, feedback=maybe), min_size=2, max_size=4).map(tuple)

BY_KIND: dict[str, st.SearchStrategy[Item]] = {
    "single": items(choices(ChoiceKind.SINGLE)),
    "multiple": items(choices(ChoiceKind.MULTIPLE)),
    "true_false": items(true_false()),
    "short": items(st.builds(TextEntry, accepted=short, case_sensitive=st.booleans())),
    "numeric": items(st.builds(NumericEntry, accepted=numeric)),
    "essay": items(st.builds(ExtendedText, model_answer=maybe)),
    "match": items(st.builds(Match, pairs=pairs, distractors=st.lists(texts, max_size=2).map(tuple))),
    "description": items(st.just(NoInteraction())),
    "order": items(
        st.builds(Order, sequence=st.lists(texts, min_size=2, max_size=5).map(tuple), scoring=st.sampled_from(Scoring))
    ),
    "upload": items(st.just(Upload())),
}
GIFT_KINDS = {
    "single": "multichoice",
    "multiple": "multichoice",
    "true_false": "truefalse",
    "short": "shortanswer",
    "numeric": "numerical",
    "essay": "essay",
    "match": "match",
    "description": "description",
}


def written(writer: ModuleType, target: str, item: Item) -> bytes | None:
    """The file with ``item`` alone, or ``None`` where it is withheld with a diagnostic."""
    found = (*losses(item, target), *writer.limits(item))
    if any(diagnostic.effect is Effect.WITHHELD for diagnostic in found):
        return None
    first, second = BytesIO(), BytesIO()
    writer.write(ItemBank(items=[item]), WriteOptions(), first)
    writer.write(ItemBank(items=[item]), WriteOptions(), second)
    assert first.getvalue() == second.getvalue()
    return first.getvalue()


def assert_clean(check: ModuleType, name: str, data: bytes) -> None:
    found = check.check(Source(name, data), CheckOptions())
    said = [entry.message for entry in found if entry.severity is not Severity.NOTE]
    assert [message for message in said if "Moodle 4.2 cuts it" not in message] == []  # a long tag, which limits tells


# ---------------------------------------------------------------- Moodle XML


@pytest.mark.parametrize("kind", BY_KIND)
def test_moodle_xml_gives_every_text_back(kind: str) -> None:
    @settings(deadline=None, max_examples=60)
    @given(BY_KIND[kind])
    def holds(item: Item) -> None:
        data = written(moodle, "moodle", item)
        if data is None:
            return
        assert_clean(check_moodle, "x.xml", data)
        (question,) = moodle_xml.questions(data)
        interaction = item.interaction
        model = interaction.model_answer if isinstance(interaction, ExtendedText) else None
        own = [pair.feedback for pair in interaction.pairs] if isinstance(interaction, Match) else []
        assert same(question.get("questiontext", "text") or "", item.stem)
        general = question.get("generalfeedback", "text") or ""
        if any(own):
            assert all(not part or shown(part.content) in visible(general) for part in (item.feedback.general, *own))
        else:
            assert same(general, model, item.feedback.general)
        if item.title:
            assert unescape(question.get("name", "text") or "") == one_line(item.title)
        XML_CHECKS[kind](item, question)

    holds()


def _xml_choice(item: Item, question: moodle_xml.Node) -> None:
    interaction = item.interaction
    assert isinstance(interaction, ChoiceInteraction)
    read = moodle_xml.answers(question)
    for choice, (fraction, text, own) in zip(interaction.choices, read, strict=True):
        assert same(text, choice.content) and same(own, choice.feedback)
        assert (float(fraction) > 0) is choice.is_key
    assert abs(sum(float(fraction) for fraction, *_ in read if float(fraction) > 0) - 100) < 0.01
    for tag, part in zip(("correct", "partiallycorrect", "incorrect"), _combined(item), strict=True):
        assert same(question.get(f"{tag}feedback", "text") or "", part)


def _combined(item: Item) -> tuple[Text | None, Text | None, Text | None]:
    return item.feedback.correct, item.feedback.partially_correct, item.feedback.incorrect


def _due(item: Item, weight: float) -> Text | None:
    """The item's own feedback that is due with an answer of this weight."""
    feedback = item.feedback
    return feedback.correct if weight == 100 else feedback.partially_correct if weight > 0 else feedback.incorrect


def _xml_true_false(item: Item, question: moodle_xml.Node) -> None:
    interaction = item.interaction
    assert isinstance(interaction, ChoiceInteraction)
    read = moodle_xml.answers(question)
    assert [text for _, text, _ in read] == ["true", "false"]
    for choice, (fraction, _, own) in zip(interaction.choices, read, strict=True):
        assert float(fraction) == (100 if choice.is_key else 0)
        assert same(own, choice.feedback, _due(item, float(fraction)))


def accepts(pattern: str, response: str) -> bool:
    """shortanswer/question.php:98-121."""
    bits = re.split(r"(?<!\\)\*+", pattern)
    expression = ".*".join(re.escape(bit.replace("\\*", "*")) for bit in bits)
    return re.fullmatch(expression, response.strip(), re.DOTALL) is not None


def _check_short(item: Item, read: list[tuple[float, str, str]]) -> None:
    interaction = item.interaction
    assert isinstance(interaction, TextEntry)
    if item.feedback.incorrect:
        weight, text, own = read.pop()
        assert (weight, text) == (0, "*") and same(own, item.feedback.incorrect)
    for answer, (weight, text, own) in zip(interaction.accepted, read, strict=True):
        assert accepts(text, one_line(answer.content)) and not accepts(text, one_line(answer.content) + "x")
        assert weight == 100 * (1 if answer.credit is None else answer.credit)
        assert same(own, answer.feedback, _due(item, weight))


def _check_numbers(item: Item, read: list[tuple[float, str, str, str]]) -> None:
    interaction = item.interaction
    assert isinstance(interaction, NumericEntry)
    if item.feedback.incorrect:
        weight, text, _, own = read.pop()
        assert (weight, text) == (0, "*") and same(own, item.feedback.incorrect)
    for answer, (weight, value, tolerance, own) in zip(interaction.accepted, read, strict=True):
        assert Decimal(value) == answer.value and Decimal(tolerance) == (answer.tolerance or 0)
        assert weight == 100 * (1 if answer.credit is None else answer.credit)
        assert same(own, answer.feedback, _due(item, weight))


def _xml_short(item: Item, question: moodle_xml.Node) -> None:
    assert question.get("usecase") == str(int(getattr(item.interaction, "case_sensitive", False)))
    _check_short(item, [(float(fraction), text, own) for fraction, text, own in moodle_xml.answers(question)])


def _xml_numeric(item: Item, question: moodle_xml.Node) -> None:
    read = [
        (
            float(node.attributes["fraction"]),
            node.get("text") or "",
            node.get("tolerance") or "0",
            node.get("feedback", "text") or "",
        )
        for node in question.all("answer")
    ]
    _check_numbers(item, read)


def _xml_essay(item: Item, question: moodle_xml.Node) -> None:
    assert isinstance(item.interaction, ExtendedText)
    assert same(question.get("graderinfo", "text") or "", item.interaction.model_answer)


def _check_pairs(item: Item, read: list[tuple[str, str]]) -> None:
    interaction = item.interaction
    assert isinstance(interaction, Match)
    wanted: list[tuple[Text | None, Text]] = [(pair.left, pair.right) for pair in interaction.pairs]
    wanted += [(None, distractor) for distractor in interaction.distractors]
    for (left, right), (read_left, read_right) in zip(wanted, read, strict=True):
        assert same(read_left, left)
        assert unescape(read_right) == one_line(right.content)


def _xml_match(item: Item, question: moodle_xml.Node) -> None:
    _check_pairs(
        item, [(node.get("text") or "", node.get("answer", "text") or "") for node in question.all("subquestion")]
    )


def _nothing(item: Item, question: object) -> None:
    """All that such a question has was looked at before."""


def _xml_order(item: Item, question: moodle_xml.Node) -> None:
    interaction = item.interaction
    assert isinstance(interaction, Order)
    read = moodle_xml.answers(question)
    assert [fraction for fraction, *_ in read] == [str(place + 1) for place in range(len(interaction.sequence))]
    assert all(same(text, part) for part, (_, text, _) in zip(interaction.sequence, read, strict=True))
    assert question.get("shownumcorrect") == "1" and question.get("selecttype") == "ALL"
    grading = "ALL_OR_NOTHING" if interaction.scoring is Scoring.ALL_OR_NOTHING else "ABSOLUTE_POSITION"
    assert question.get("gradingtype") == grading


XML_CHECKS: dict[str, Callable[[Item, moodle_xml.Node], None]] = {
    "single": _xml_choice,
    "multiple": _xml_choice,
    "true_false": _xml_true_false,
    "short": _xml_short,
    "numeric": _xml_numeric,
    "essay": _xml_essay,
    "match": _xml_match,
    "description": _nothing,
    "order": _xml_order,
    "upload": _nothing,
}


# ---------------------------------------------------------------- gaps


@st.composite
def gap_items(draw: st.DrawFn) -> Item:
    """A text with one gap of each kind between hostile texts that hold no marks of their own."""
    text, drop, number = (
        Gap(name="a", kind=GapKind.TEXT, accepted=draw(short), case_sensitive=draw(st.booleans())),
        Gap(name="b", kind=GapKind.DROPDOWN, choices=draw(choices(ChoiceKind.SINGLE)).choices),
        Gap(name="c", kind=GapKind.NUMERIC, numbers=draw(numeric)),
    )
    between = [part.replace("{", "(").replace("}", ")") for part in draw(st.lists(contents, min_size=4, max_size=4))]
    stem = f"{between[0]}{{{{a}}}}{between[1]}{{{{b}}}}{between[2]}{{{{c}}}}{between[3]}{{1:SA:=x}}{{#1}}"
    return Item(identifier="q-1", stem=Text(stem), interaction=Gaps(gaps=(text, drop, number)), points=Decimal(3))


def _decoded(escaped: str) -> str:
    r"""html_entity_decode, then ``\}`` and ``\#`` (multianswer/questiontype.php, ``extract_question``)."""
    return unescape(escaped).replace("\\}", "}").replace("\\#", "#")


def _split_answers(code: str) -> list[tuple[str, str, str]]:
    """Weight, answer and feedback of each; Moodle's own expressions (ANSWER_ALTERNATIVE_REGEX)."""
    expression = r"~?(=|%(-?[0-9]+(?:[.,][0-9]*)?)%)?(.+?(?<!\\)(?<!&)(?=[~#}]|$))(#(.*?(?<!\\)(?=[~}]|$)))?"
    return [(mark, answer, own) for mark, _, answer, _, own in re.findall(expression, code, re.DOTALL)]


@settings(deadline=None, max_examples=80)
@given(gap_items())
def test_cloze_codes_give_every_answer_back(item: Item) -> None:
    data = written(moodle, "moodle", item)
    assert data is not None
    assert_clean(check_moodle, "x.xml", data)
    (question,) = moodle_xml.questions(data)
    stem = question.get("questiontext", "text") or ""
    codes = re.findall(r"\{(\d+):([A-Z_]+):((?:[^}]|(?<=\\)})*)\}", stem)
    text, drop, number = item.interaction.gaps  # type: ignore[union-attr]
    assert [(weight, kind) for weight, kind, _ in codes] == [
        ("1", "SHORTANSWER_C" if text.case_sensitive else "SHORTANSWER"),
        ("1", "MULTICHOICE"),
        ("1", "NUMERICAL"),
    ]
    for answer, (mark, code, own) in zip(text.accepted, _split_answers(codes[0][2]), strict=True):
        assert accepts(_decoded(code), one_line(answer.content))
        assert mark == {None: "=", 1: "=", Decimal("0.5"): "%50%", 0: ""}[answer.credit]
        assert same(_decoded(own), answer.feedback)
    for choice, (mark, code, own) in zip(drop.choices, _split_answers(codes[1][2]), strict=True):
        assert same(_decoded(code), choice.content) and mark == ("=" if choice.is_key else "")
        assert same(_decoded(own), choice.feedback)
    for entry, (_, code, own) in zip(number.numbers, _split_answers(codes[2][2]), strict=True):
        value, tolerance = code.split(":")
        assert Decimal(value) == entry.value and Decimal(tolerance) == (entry.tolerance or 0)
        assert same(_decoded(own), entry.feedback)
    rest = re.sub(r"\{\d+:[A-Z_]+:(?:[^}]|(?<=\\)})*\}", "", stem)
    assert "{#" not in rest and "{1:" not in rest
    assert same(rest, Text(re.sub(r"\{\{[abc]\}\}", "", item.stem.content)))


# ---------------------------------------------------------------- GIFT


@pytest.mark.parametrize("kind", GIFT_KINDS)
def test_gift_gives_every_text_back(kind: str) -> None:
    @settings(deadline=None, max_examples=60)
    @given(BY_KIND[kind])
    def holds(item: Item) -> None:
        data = written(gift, "gift", item)
        if data is None:
            return
        assert_clean(check_gift, "x.txt", data)
        (question,) = moodle_gift.read(data)
        assert question.kind == GIFT_KINDS[kind]
        assert question.identifier == item.identifier
        assert same(question.text, item.stem) and question.format == "html"
        if item.title:
            assert unescape(question.name) == one_line(item.title)
        _gift_general(item, question)
        GIFT_CHECKS[kind](item, question)

    holds()


def _gift_general(item: Item, question: moodle_gift.Question) -> None:
    interaction = item.interaction
    if isinstance(interaction, NoInteraction):
        assert question.general == ""  # announced by the capability table
    elif isinstance(interaction, Match) and any(pair.feedback for pair in interaction.pairs):
        parts = (item.feedback.general, *(pair.feedback for pair in interaction.pairs))
        assert all(not part or shown(part.content) in visible(question.general) for part in parts)
    else:
        model = interaction.model_answer if isinstance(interaction, ExtendedText) else None
        assert same(question.general, model, item.feedback.general)


def _gift_choice(item: Item, question: moodle_gift.Question) -> None:
    interaction = item.interaction
    assert isinstance(interaction, ChoiceInteraction)
    single = interaction.kind is ChoiceKind.SINGLE
    assert question.single is single
    for choice, answer in zip(interaction.choices, question.answers, strict=True):
        assert same(answer.text, choice.content) and (answer.weight > 0) is choice.is_key
        assert same(answer.feedback, choice.feedback, _due(item, answer.weight) if single else None)
    assert abs(sum(answer.weight for answer in question.answers if answer.weight > 0) - 100) < 0.01


def _gift_true_false(item: Item, question: moodle_gift.Question) -> None:
    interaction = item.interaction
    assert isinstance(interaction, ChoiceInteraction)
    for choice, answer in zip(interaction.choices, question.answers, strict=True):
        assert answer.weight == (100 if choice.is_key else 0)
        assert same(answer.feedback, choice.feedback, _due(item, answer.weight))


GIFT_CHECKS: dict[str, Callable[[Item, moodle_gift.Question], None]] = {
    "single": _gift_choice,
    "multiple": _gift_choice,
    "true_false": _gift_true_false,
    "short": lambda item, question: _check_short(
        item, [(answer.weight, answer.text, answer.feedback) for answer in question.answers]
    ),
    "numeric": lambda item, question: _check_numbers(
        item, [(answer.weight, answer.text, answer.tolerance, answer.feedback) for answer in question.answers]
    ),
    "essay": _nothing,
    "match": lambda item, question: _check_pairs(item, question.pairs),
    "description": _nothing,
}
