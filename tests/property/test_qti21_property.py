"""What must hold for every bank: the package is right, texts arrive unchanged, and what is lost was announced."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import banks
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from lxml import etree
from qti_engine import QTI, attempt, text_of

from qticonv.conformance.qti21 import check
from qticonv.diagnostics import Code, Effect
from qticonv.model import (
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    ExtendedText,
    Feedback,
    Gap,
    GapKind,
    Gaps,
    Interaction,
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
from qticonv.model.markup import clean_text
from qticonv.model.options import CheckOptions, WriteOptions
from qticonv.model.walk import texts as texts_in
from qticonv.writers.capabilities import losses
from qticonv.writers.qti21 import limits, write

MATHML = "{http://www.w3.org/1998/Math/MathML}"
PIECES = [
    *(
        "~ = # { } : \\ // ->",
        "]]>",
        "<b>",
        "&amp;",
        "$CATEGORY",
        "[html]",
        "%50%",
        "👩‍🔬",
        "\\(x^2\\)",
        "\n",
        "\t",
        "\x00",
    ),
    *("\ud800", "\u202e", "\ufffe", '"', "'", "{{gap}}", "correct_fb", "RESPONSE_1", "--", "<!--", "<?xml?>", "  "),
    *("<![CDATA[", "&#0;", "é", "word", "Ω", "\x85", "\u2028"),
]
hostile = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), min_size=1, max_size=6).map("".join)
visible = hostile.filter(lambda text: bool(clean_text(text).strip()))
texts = visible.map(Text)
optional = st.one_of(st.none(), texts)
names = st.one_of(st.just("q-0123456789ab"), hostile)
points = st.decimals(0, 1000, places=2)
credit = st.one_of(st.none(), st.decimals(-1, 1, places=2))
share = st.one_of(st.none(), st.decimals(0, 1, places=2))
scoring = st.sampled_from(Scoring)


def distinct(lowest: int, highest: int) -> st.SearchStrategy[list[Text]]:
    unique = st.lists(visible, min_size=lowest, max_size=highest, unique_by=lambda text: clean_text(text).casefold())
    return unique.map(lambda found: [Text(text) for text in found])


@st.composite
def choice_interactions(draw: st.DrawFn) -> ChoiceInteraction:
    kind = draw(st.sampled_from(ChoiceKind))
    contents = draw(distinct(2, 2 if kind is ChoiceKind.TRUE_FALSE else 6))
    several = kind is ChoiceKind.MULTIPLE
    keys = draw(st.sets(st.integers(0, len(contents) - 1), min_size=1, max_size=len(contents) if several else 1))
    credits_given = several and draw(st.booleans())
    parts = tuple(
        Choice(
            identifier=f"c{n}",
            content=content,
            is_key=n in keys,
            credit=draw(st.decimals(-1, 1, places=2)) if credits_given else None,
            feedback=draw(optional),
        )
        for n, content in enumerate(contents)
    )
    return ChoiceInteraction(kind=kind, choices=parts, shuffle=draw(st.booleans()), scoring=draw(scoring))


answers = st.builds(TextAnswer, content=visible, credit=share, feedback=optional)
numbers = st.one_of(
    st.builds(
        NumericAnswer,
        value=st.decimals(-(10**9), 10**9, places=3),
        tolerance=st.one_of(st.none(), st.decimals(0, 10, places=4)),
        credit=share,
        feedback=optional,
    ),
    st.tuples(st.decimals(-100, 100, places=2), st.decimals(0, 100, places=2), share, optional).map(
        lambda made: NumericAnswer(minimum=made[0], maximum=made[0] + made[1], credit=made[2], feedback=made[3])
    ),
)


@st.composite
def gap_parts(draw: st.DrawFn, name: str) -> Gap:
    kind = draw(st.sampled_from(GapKind))
    worth = draw(st.one_of(st.none(), st.decimals(Decimal("0.01"), 10, places=2)))
    if kind is GapKind.TEXT:
        accepted = tuple(draw(st.lists(answers, min_size=1, max_size=3)))
        return Gap(name=name, kind=kind, accepted=accepted, points=worth, case_sensitive=draw(st.booleans()))
    if kind is GapKind.NUMERIC:
        return Gap(name=name, kind=kind, numbers=tuple(draw(st.lists(numbers, min_size=1, max_size=3))), points=worth)
    contents = draw(distinct(2, 4))
    key = draw(st.integers(0, len(contents) - 1))
    parts = tuple(
        Choice(identifier=f"c{n}", content=content, is_key=n == key, feedback=draw(optional))
        for n, content in enumerate(contents)
    )
    return Gap(name=name, kind=kind, choices=parts, points=worth)


@st.composite
def gap_items(draw: st.DrawFn) -> tuple[Text, Interaction]:
    gaps = [draw(gap_parts(f"gap {n} & <{n}>")) for n in range(draw(st.integers(1, 3)))]
    stem = "".join(f"{draw(visible)} {{{{{gap.name}}}}} " for gap in gaps)
    return Text(stem.replace("{{gap}}", "")), Gaps(gaps=tuple(gaps), scoring=draw(scoring))


@st.composite
def matchings(draw: st.DrawFn) -> Match:
    lefts = draw(distinct(1, 4))
    pairs = tuple(Pair(left=left, right=draw(texts), feedback=draw(optional)) for left in lefts)
    return Match(pairs=pairs, distractors=tuple(draw(st.lists(texts, max_size=2))), scoring=draw(scoring))


interactions: st.SearchStrategy[Interaction] = st.one_of(
    choice_interactions(),
    st.builds(TextEntry, accepted=st.lists(answers, min_size=1, max_size=3).map(tuple), case_sensitive=st.booleans()),
    st.builds(NumericEntry, accepted=st.lists(numbers, min_size=1, max_size=3).map(tuple)),
    st.builds(ExtendedText, model_answer=optional, expected_lines=st.one_of(st.none(), st.integers(1, 50))),
    matchings(),
    st.builds(Order, sequence=distinct(2, 5).map(tuple), scoring=scoring),
    st.just(Upload()),
    st.just(NoInteraction()),
)
feedbacks = st.builds(Feedback, general=optional, correct=optional, partially_correct=optional, incorrect=optional)


@st.composite
def items(draw: st.DrawFn) -> Item:
    pair = st.tuples(texts, interactions)
    stem, interaction = draw(st.one_of(pair, pair, pair, gap_items()))
    return Item(
        identifier=draw(names),
        stem=stem,
        interaction=interaction,
        title=draw(st.one_of(st.none(), visible)),
        key=banks.STATED,
        feedback=draw(feedbacks),
        points=draw(points),
        tags=tuple(draw(st.lists(visible, max_size=2))),
        category=tuple(draw(st.lists(visible, max_size=2))),
        language=draw(st.sampled_from([None, "en", "de-CH", "no tag"])),
    )


item_banks = st.builds(
    ItemBank,
    items=st.lists(items(), max_size=3).map(tuple),
    title=st.one_of(st.none(), visible),
    language=st.sampled_from([None, "en"]),
)


def zipped(bank: ItemBank) -> bytes:
    buffer = io.BytesIO()
    write(bank, WriteOptions(), buffer)
    return buffer.getvalue()


def faults(data: bytes, directory: Path | None = None) -> list[str]:
    found = check(Source("x.zip", data), CheckOptions(xsd_directory=directory))
    return [entry.message for entry in found if entry.target != "canvas"]


@settings(deadline=None, max_examples=80)
@given(item_banks)
def test_every_bank_makes_a_right_package_and_the_same_one_twice(bank: ItemBank) -> None:
    data = zipped(bank)
    assert faults(data) == []
    assert zipped(bank) == data


@settings(deadline=None, max_examples=60)
@given(item_banks)
def test_every_package_is_valid_against_the_official_schemas(shared: Path, bank: ItemBank) -> None:
    assert faults(zipped(bank), shared / "qti-xsd") == []


def said(data: bytes) -> Iterator[str]:
    """Everything that a document says, mathematics as it was written."""
    root = etree.fromstring(data)
    for formula in list(root.iter(f"{MATHML}math")):
        marks = ("\\[", "\\]") if formula.get("display") == "block" else ("\\(", "\\)")
        written = f"{marks[0]}{formula.get('alttext')}{marks[1]}"
        tail = formula.tail
        formula.clear()
        formula.text, formula.tail = written, tail
    for element in root.iter():
        yield text_of(element)
        yield element.get("title", "")


def as_said(text: str) -> str:
    """Formulas are rewritten without white space at their ends; so is what is looked for."""
    return re.sub(r"\\([(\[])\s*(.*?)\s*\\([)\]])", r"\\\1\2\\\3", clean_text(text), flags=re.DOTALL)


def expected(item: Item) -> Iterator[str]:
    if not isinstance(item.interaction, Gaps):
        yield item.stem.content
    yield from (text.content for text in texts_in(item) if text is not item.stem)
    for answer in getattr(item.interaction, "accepted", ()):
        if isinstance(answer, TextAnswer):
            yield answer.content


def announced(item: Item) -> str:
    return "\n".join(entry.message for entry in (*losses(item, "qti21"), *limits(item)))


@settings(deadline=None, max_examples=200)
@given(items())
@example(banks.hostile_item(Text("]]> & < \\(x < 1\\) $CATEGORY [html] %50% {{name}}"), "text"))
@example(banks.essay("a\n\n  b\tc"))
def test_texts_arrive_unchanged_or_the_loss_was_announced(item: Item) -> None:
    with zipfile.ZipFile(io.BytesIO(zipped(ItemBank(items=(item,))))) as archive:
        (name,) = (name for name in archive.namelist() if name.startswith("items/"))
        found = set(said(archive.read(name)))
    missing = [text for text in expected(item) if as_said(text) not in {as_said(entry) for entry in found}]
    losing = announced(item)
    for text in missing:
        feedback = item.feedback
        kinds = {"right": feedback.correct, "partly right": feedback.partially_correct, "wrong": feedback.incorrect}
        unseen = [kind for kind, entry in kinds.items() if entry is not None and entry.content == text]
        is_announced = any(f"feedback when {kind}" in losing for kind in unseen)
        assert is_announced or repr_of(text) in losing or "left out" in losing, (text, losing)


def repr_of(text: str) -> str:
    return f"“{text}”"


@settings(deadline=None, max_examples=100)
@given(items())
def test_characters_that_xml_cannot_hold_are_announced(item: Item) -> None:
    whole = "".join((item.title or "", *item.tags, *item.category, *expected(item), item.stem.content))
    gaps = item.interaction.gaps if isinstance(item.interaction, Gaps) else ()
    whole += "".join(answer.content for gap in gaps for answer in gap.accepted)
    lost = clean_text(whole) != re.sub(r"\r\n?", "\n", whole)
    assert any(f.effect is Effect.ADAPTED and "XML cannot hold" in f.message for f in limits(item)) == lost


@settings(deadline=None, max_examples=60)
@given(choice_interactions(), points, st.data())
def test_scores_are_what_the_model_says(interaction: ChoiceInteraction, worth: Decimal, data: st.DataObject) -> None:
    """An oracle in a few lines against an engine: any response to any choice question."""
    pytest.importorskip("pyslet")
    item = Item(identifier="q-1", stem=Text("?"), interaction=interaction, points=worth)
    name = "TF" if interaction.kind is ChoiceKind.TRUE_FALSE else "RESPONSE"
    indexes = range(len(interaction.choices))
    several = interaction.kind is ChoiceKind.MULTIPLE
    chosen = data.draw(st.sets(st.sampled_from(indexes), min_size=1, max_size=len(indexes) if several else 1))
    given_names = [f"RESPONSE_{index + 1}" for index in sorted(chosen)]
    document = next(document_of(item))
    assume(b"<math" not in document)  # pyslet knows no mathematics
    outcome = attempt(document, {name: given_names if several else given_names[0]})
    assert outcome.score == pytest.approx(float(oracle(interaction, chosen) * worth), abs=1e-6)


def oracle(interaction: ChoiceInteraction, chosen: set[int]) -> Decimal:
    keys = {index for index, choice in enumerate(interaction.choices) if choice.is_key}
    if chosen == keys:
        return Decimal(1)
    if interaction.kind is not ChoiceKind.MULTIPLE:
        return Decimal(0)
    given_credit = any(choice.credit is not None for choice in interaction.choices)
    if not given_credit and interaction.scoring is Scoring.ALL_OR_NOTHING:
        return Decimal(0)
    total = Decimal(0)
    for index in chosen:
        choice = interaction.choices[index]
        if choice.credit is not None:
            total += choice.credit
        else:
            total += Decimal(1) / len(keys) if choice.is_key else -Decimal(1) / (len(interaction.choices) - len(keys))
    return min(Decimal(1), max(Decimal(0), total))


def document_of(item: Item) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(zipped(ItemBank(items=(item,))))) as archive:
        yield from (archive.read(name) for name in archive.namelist() if name.startswith("items/"))


@settings(deadline=None, max_examples=150)
@given(st.one_of(st.binary(max_size=300), hostile.map(lambda text: text.encode("utf-8", "surrogatepass"))))
@example(b"PK\x05\x06" + b"\0" * 18)
def test_no_file_raises(data: bytes) -> None:
    assert all(entry.code in Code for entry in check(Source("x", data), CheckOptions()))


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_no_broken_item_raises(data: st.DataObject) -> None:
    """Any attribute or text of a right document may be anything."""
    root = etree.fromstring(next(document_of(data.draw(st.sampled_from(KEYED)))))
    for _ in range(data.draw(st.integers(1, 4))):
        element = data.draw(st.sampled_from(list(root.iter("*"))))
        value = data.draw(st.sampled_from(["", "x", "1", "-1", "a b", "RESPONSE", "SCORE", "9" * 30, "é", "a b c"]))
        if element.attrib and data.draw(st.booleans()):
            element.set(data.draw(st.sampled_from(sorted(map(str, element.attrib)))), value)
        elif element.get("identifier") is None and element.tag != f"{QTI}itemBody":
            element.text = value
    check(Source("x.xml", etree.tostring(root)), CheckOptions())


KEYED = tuple(item for item in banks.every_item() if item.is_keyed)
