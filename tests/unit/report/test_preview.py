"""The preview page as text: what can be held without a browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from decimal import Decimal

import banks
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement, document_fromstring

from qticonv.diagnostics import Code, Effect, SourceSpan, diagnose
from qticonv.model import (
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    Evidence,
    ExtendedText,
    Gaps,
    Item,
    ItemBank,
    Key,
    KeySource,
    Match,
    NumericAnswer,
    NumericEntry,
    Pair,
    Text,
)
from qticonv.report.preview import render
from qticonv.report.preview.html import Html, escape, in_text, prose, tag
from qticonv.report.preview.paper import key_words
from qticonv.report.preview.scoring import gap_options, mixed, rights
from qticonv.report.preview.texts import highlight


def tree_of(page: str) -> HtmlElement:
    return document_fromstring(page)


def data_of(tree: HtmlElement) -> dict[str, object]:
    found: dict[str, object] = json.loads(tree.get_element_by_id("data").text)
    return found


# --- the file


def test_same_bank_same_page() -> None:
    assert render(banks.every_type()) == render(banks.every_type())


def test_policy_names_the_script_and_the_style_that_are_there() -> None:
    page = render(banks.seed())
    tree = tree_of(page)
    [policy] = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    [script] = tree.xpath("//script[@type='module']")
    [style] = tree.xpath("//style")
    for element, directive in ((script, "script-src"), (style, "style-src")):
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none'")


def test_page_refers_to_nothing_outside() -> None:
    tree = tree_of(render(banks.every_type()))
    references = tree.xpath("//@src | //@href | //@action | //@srcset | //@poster")
    assert {reference for reference in references if not reference.startswith(("data:", "#"))} == set()


def test_identifiers_of_elements_are_unique() -> None:
    twice = ItemBank(items=(*banks.every_item(), *banks.every_item()))
    names = tree_of(render(twice)).xpath("//@id")
    assert len(names) == len(set(names))


@pytest.mark.parametrize("text", ["a\x00b\x1b[31mc", "lone \ud800 surrogate", "\ufffe\uffff", "a\r\nb"])
def test_page_can_be_encoded_and_holds_no_control_characters(text: str) -> None:
    items = (banks.hostile_item(Text(text)), banks.hostile_item(Text(text, is_html=True), "match"))
    findings = [diagnose(Code.BANK_INVALID, text, item=items[0].identifier)]
    page = render(ItemBank(items=items, title=text), findings, lines=[text], source=text)
    assert not re.search("[\x00-\x08\x0b-\x1f\ufffe\uffff]", page)
    page.encode("utf-8")


@settings(deadline=None, max_examples=60)
@given(st.text(min_size=1), st.sampled_from(("choice", "match", "order", "text", "essay")), st.booleans())
def test_no_text_adds_a_script_or_leaves_its_place(text: str, kind: str, is_html: bool) -> None:
    tree = tree_of(render(ItemBank(items=(banks.hostile_item(Text(text, is_html), kind),), title=text)))
    assert len(tree.xpath("//script")) == 2
    assert len(tree.xpath("//style")) == 1
    assert len(tree.xpath("//article")) == 1
    assert tree.xpath("//article//*[@style] | //article//@*[starts-with(name(), 'on')]") == []
    assert list(data_of(tree)["items"]) == ["item-1"]  # type: ignore[call-overload]


def test_data_block_cannot_be_left() -> None:
    choice = Choice(identifier="</script><!--", content=Text("</script><script>x"), is_key=True)
    item = banks.item("?", ChoiceInteraction(kind=ChoiceKind.SINGLE, choices=(choice,)), key=banks.STATED)
    page = render(ItemBank(items=(item,)), source="</script>")
    block = page[page.index('id="data">') : page.index('<script type="module">')]
    assert block.count("</script") == 1
    assert "<!--" not in block
    assert data_of(tree_of(page))["source"] == "</script>"


# --- the author's view


def test_everything_about_an_item_is_there() -> None:
    findings = [diagnose(Code.KEY_MISSING, "no key here", item=banks.missing().identifier, hint="do `this`")]
    lines = [f"line {number}" for number in range(1, 10)]
    tree = tree_of(render(ItemBank(items=(banks.inferred((2, 4)), banks.missing())), findings, lines=lines))
    first, second = (article.text_content() for article in tree.xpath("//article"))
    assert "Key inferred from the explanation, 99.3 % sure" in first
    assert "arteries carry blood away from the heart line 4" in first
    assert "Source: heart.txt, lines 2–4" in first
    assert "2line 23line 34line 4" in first
    assert "71.0 % likely" in second
    assert "no key here" in second
    assert tree.xpath("//article[2]//li//code/text()") == ["key-missing", "this"]


def test_what_is_withheld_is_listed_with_its_reason_and_lines() -> None:
    items = (banks.single_choice(), banks.reviewed(), banks.missing())
    findings = [
        diagnose(Code.BANK_INVALID, "asked twice", item=items[1].identifier),
        diagnose(Code.BANK_INVALID, "not understood", effect=Effect.WITHHELD, span=SourceSpan("q.txt", 2, 3)),
        diagnose(Code.KEY_MISSING, "undecided", item=items[2].identifier, effect=Effect.WITHHELD),
    ]
    tree = tree_of(render(ItemBank(items=items), findings, lines=["a", "b", "c", "d"], withheld={1}))
    [listed] = tree.xpath("//section[.//h2[@id='withheld']]")
    rows = [row.text_content() for row in listed.xpath(".//ul/li")]
    assert listed.xpath(".//h2")[0].text_content() == "Withheld: 3"
    assert "Question 2" in rows[0]
    assert "asked twice" in rows[0]
    assert "its key is undecided" in rows[1]
    assert "lines 2–3: not understood" in rows[2]
    assert "b\nc" in rows[2]


def test_targets_count_what_arrives() -> None:
    items = (banks.order(), banks.essay(), banks.upload(), banks.missing())
    losses = {
        "qti21": (),
        "gift": (
            diagnose(Code.TARGET_REFUSES, "no", item=items[0].identifier, target="gift", effect=Effect.WITHHELD),
            diagnose(Code.TARGET_LOSES, "less", item=items[1].identifier, target="gift", effect=Effect.LOST),
            diagnose(Code.TARGET_ADAPTS, "else", item=items[1].identifier, target="gift", effect=Effect.ADAPTED),
        ),
    }
    tree = tree_of(render(ItemBank(items=items), losses=losses))
    rows = tree.xpath("//table[contains(@class, 'targets-table')]/tbody/tr")
    assert [[cell.text_content() for cell in row.xpath("td")] for row in rows] == [
        ["3", "0", "0", "1"],
        ["1", "0", "1", "2"],
    ]
    flags = tree.xpath("//article/@data-flags")
    assert ["lossy" in value.split() for value in flags] == [True, True, False, False]


def test_lines_of_another_file_are_not_shown() -> None:
    item = banks.single_choice(span=SourceSpan("other.txt", 1, 2))
    finding = diagnose(Code.BANK_INVALID, "no", effect=Effect.WITHHELD, span=SourceSpan("answers.yaml", 1, 1))
    tree = tree_of(render(ItemBank(items=(item,)), [finding], lines=["a", "b"], source="quiz.txt"))
    assert "other.txt, lines 1–2" in tree.text_content()
    assert "answers.yaml, line 1: no" in tree.text_content()
    assert tree.xpath("//*[@class='lines'] | //section//pre") == []


def test_absurd_numbers_are_no_trouble() -> None:
    huge = NumericAnswer(value=Decimal("1E+99999"), tolerance=Decimal("1E-99999"), credit=Decimal("1E+999"))
    item = banks.item("?", NumericEntry(accepted=(huge,)), points=Decimal("1E+400"), key=banks.STATED)
    assert data_of(tree_of(render(ItemBank(items=(item,)))))["source"] == "quiz"


def test_an_empty_bank_is_a_page_too() -> None:
    tree = tree_of(render(ItemBank(items=()), [diagnose(Code.NOT_A_QUIZ, "nothing here")]))
    assert "nothing here" in tree.text_content()
    assert tree.xpath("//article") == []


# --- small parts


def test_escaping_happens_once() -> None:
    assert tag("p", "<b>&", tag("b", '"'), title='"<') == '<p title="&quot;&lt;">&lt;b&gt;&amp;<b>&quot;</b></p>'
    assert escape(Html("<b>")) == "<b>"
    assert tag("input", disabled=True, value=None, data_x=0) == '<input disabled data-x="0">'


def test_change_of_text_leaves_tags_alone() -> None:
    assert in_text(Html('<a title="x">x</a>'), lambda part: part.replace("x", "y")) == '<a title="x">y</a>'


def test_backticks_become_code() -> None:
    assert prose("use `a<b` or ` alone") == "use <code>a&lt;b</code> or ` alone"


@pytest.mark.parametrize(
    ("content", "quote", "marked"),
    [
        ("a &amp; b c", "a & b", "<mark>a &amp; b</mark> c"),
        ("a\nb", "a b", "<mark>a\nb</mark>"),
        ("<b>a</b> b", "a b", "<b>a</b> b"),
        ("a a", "a", "<mark>a</mark> a"),
        ("text", " ", "text"),
    ],
)
def test_quotes_are_marked_where_they_stand(content: str, quote: str, marked: str) -> None:
    assert highlight(Html(content), [quote]) == marked


@given(st.lists(st.text(max_size=3), min_size=2, max_size=8))
def test_mixed_order_does_not_give_the_key_away(texts: list[str]) -> None:
    order = mixed(tuple(map(Text, texts)))
    assert sorted(order) == list(range(len(texts)))
    if len(set(texts)) > 1:
        assert [texts[at] for at in order] != texts


def test_word_bank_offers_every_word_once() -> None:
    interaction = banks.word_bank().interaction
    assert isinstance(interaction, Gaps)
    offered = gap_options(interaction, interaction.gaps[1])
    assert [(text.content, at) for text, at in offered] == [("heart", 0), ("lungs", 1), ("liver", 2)]


def test_equal_right_sides_are_offered_once() -> None:
    interaction = banks.match().interaction
    assert isinstance(interaction, Match)
    pairs = (*interaction.pairs, Pair(left=Text("Île-de-France"), right=Text("Paris")))
    assert sorted(text.content for text in rights(Match(pairs=pairs))) == ["Madrid", "Paris", "Rome"]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (banks.multiple_choice(), "A, D"),
        (banks.true_false(False), "F"),
        (banks.text_entry(), "Canberra / Canberra, ACT / Sydney"),
        (banks.numeric_entry(), "3.14 ± 0.01 / 3 to 3.5"),
        (banks.order(), "Prophase → Metaphase → Anaphase → Telophase"),
        (banks.gaps(), "(1) iron / steel; (2) liquid; (3) 1538 ± 5"),
        (banks.missing(), "undecided"),
        (banks.upload(), "—"),
        (banks.item("?", ExtendedText()), "no model answer"),
    ],
)
def test_key_on_paper(item: Item, words: str) -> None:
    assert key_words(item) == words


def test_every_piece_of_evidence_is_marked_in_its_line() -> None:
    line = "veins return it, arteries carry it away"
    evidence = tuple(Evidence(quote=line[a:b], line=1, start=a, end=b) for a, b in ((17, 25), (0, 5), (20, 31)))
    key = Key(source=KeySource.INFERRED, confidence=Decimal("0.97"), evidence=evidence)
    tree = tree_of(render(ItemBank(items=(banks.inferred((1, 1), key=key),)), lines=[line]))
    [shown] = tree.xpath("//*[@class='lines']//code")
    assert shown.text_content() == line
    assert shown.xpath("mark/text()") == ["veins", "arteries", " carry"]


def test_evidence_beyond_the_lines_is_no_trouble() -> None:
    evidence = (Evidence(quote="gone", line=99, start=500, end=600), Evidence(quote=""))
    key = Key(source=KeySource.INFERRED, confidence=Decimal("0.97"), evidence=evidence)
    item = banks.inferred((1, 99), key=key)
    assert "gone" in render(ItemBank(items=(item,)), lines=["one", "two"])
