from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import banks
import pytest
from msgspec.structs import replace

from qticonv.diagnostics import Code, Effect, Severity
from qticonv.interchange import bank
from qticonv.interchange.document import parse, to_yaml
from qticonv.model import Item, ItemBank, NumericAnswer, NumericEntry, Reading, Source, Text, item_identifier
from qticonv.model.options import WriteOptions

BANKS: dict[str, Callable[[], ItemBank]] = {
    "every type": banks.every_type,
    "seed": banks.seed,
    "hostile": banks.hostile,
    "empty": lambda: ItemBank(items=()),
}


def without_data(entries: ItemBank) -> ItemBank:
    """The bank as a file holds it: assets are named, not contained."""
    assets = {name: replace(asset, data=None) for name, asset in entries.assets.items()}
    return replace(entries, items=tuple(entries.items), assets=assets)


@pytest.mark.parametrize("name", BANKS)
@pytest.mark.parametrize("dump", [bank.dump_json, bank.dump_yaml], ids=["json", "yaml"])
def test_what_is_written_is_read_back(name: str, dump: Callable[[ItemBank], str]) -> None:
    entries = BANKS[name]()
    text = dump(entries)
    reading = bank.load(Source("a.bank", text.encode()))
    assert reading.diagnostics == ()
    assert reading.bank == without_data(entries)
    assert dump(reading.bank) == text


@pytest.mark.parametrize("name", BANKS)
def test_json_and_yaml_are_the_same_data(name: str) -> None:
    entries = BANKS[name]()
    assert json.loads(bank.dump_json(entries)) == bank.to_dict(entries)
    assert bank.from_dict(bank.to_dict(entries)) == (without_data(entries), ())


def test_write_writes_utf8_yaml() -> None:
    stream = BytesIO()
    assert bank.write(banks.seed(), WriteOptions(), stream) == ()
    assert stream.getvalue().decode() == bank.dump_yaml(banks.seed())


@pytest.mark.parametrize("name", BANKS)
def test_yaml_in_chunks_is_yaml(name: str) -> None:
    entries = BANKS[name]()
    assert bank.dump_yaml(entries) == to_yaml(bank.to_dict(entries))
    many = banks.many(250)
    assert bank.dump_yaml(many) == to_yaml(bank.to_dict(many))


def test_yaml_keeps_the_order_of_the_documentation_and_leaves_out_defaults() -> None:
    text = bank.dump_yaml(ItemBank(items=(banks.single_choice(),), title="A quiz", language="en"))
    order = ["schema_version:", "title:", "language:", "items:", "stem:", "interaction:", "choices:", "key:"]
    assert [text.index(word) for word in order] == sorted(text.index(word) for word in order)
    assert "shuffle" not in text
    assert "points" not in text
    assert "null" not in text


def test_several_lines_are_a_literal_block() -> None:
    text = bank.dump_yaml(ItemBank(items=(banks.essay(),)))
    assert "model_answer: |-\n" in text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("1", 1),
        ("-0.5", -0.5),
        ("0.1", 0.1),
        ("1E+3", 1000),
        ("6.02E+23", 6.02e23),
        ("0.1000000000000000000000001", "0.1000000000000000000000001"),
        ("1E+400", "1E+400"),
        ("12345678901234567890", "12345678901234567890"),
    ],
)
def test_numbers_are_exact(value: str, written: float | str) -> None:
    entry = replace(
        banks.numeric_entry(), interaction=NumericEntry(accepted=(NumericAnswer(value=Decimal(value)),))
    )  # fmt: skip
    entries = ItemBank(items=(entry,))
    assert bank.to_dict(entries)["items"][0]["interaction"]["accepted"][0] == {"value": written}
    for dump in (bank.dump_json, bank.dump_yaml):
        reading = bank.load(Source("a", dump(entries).encode()))
        assert reading.diagnostics == ()
        assert reading.bank.items[0].interaction == entry.interaction


def test_a_json_number_with_more_digits_than_a_double_is_not_rounded() -> None:
    text = bank.dump_json(ItemBank(items=(banks.numeric_entry(),)))
    accepted = '"accepted": [{"value": 0.10000000000000000000000001}, {"value": 12345678901234567891}]'
    start, end = text.index('"accepted"'), text.index("]", text.index('"accepted"')) + 1
    reading = bank.load(Source("a.json", (text[:start] + accepted + text[end:]).encode()))
    interaction = reading.bank.items[0].interaction
    assert isinstance(interaction, NumericEntry)
    values = [answer.value for answer in interaction.accepted]
    assert values == [Decimal("0.10000000000000000000000001"), Decimal("12345678901234567891")]


HEAD = 'schema_version: "1.0"\nitems:\n'
CHOICE = """\
- stem: Which one?
  interaction:
    type: choice
    kind: single
    choices:
    - {identifier: A, content: this, is_key: true}
    - {identifier: B, content: that}
  key: {source: stated}
"""


def load(text: str) -> tuple[tuple[Item, ...], list[str]]:
    reading = bank.load(Source("hand.yaml", text.encode()))
    for found in reading.diagnostics:
        assert (found.code, found.severity) == (Code.BANK_INVALID, Severity.ERROR)
    lines = [f"{d.span.start_line if d.span else '-'}: {d.message}" for d in reading.diagnostics]
    return tuple(reading.bank.items), lines


def test_an_item_written_by_hand_gets_its_identifier() -> None:
    (item,), lines = load(HEAD + CHOICE)
    assert lines == []
    assert item.identifier == item_identifier(item.stem, item.interaction)


TABLE = parse(Path(__file__).with_name("mistakes.yaml").read_bytes()).data
MISTAKES, FRAMES = TABLE["items"], TABLE["frames"]


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_path_and_line_and_only_its_item_is_withheld(name: str) -> None:
    items, lines = load(HEAD + MISTAKES[name]["bank"] + CHOICE.replace("Which one?", "Which other?"))
    assert lines == [MISTAKES[name]["says"]]
    assert [item.stem.content for item in items] == ["Which other?"]


def test_withheld_items_are_named() -> None:
    text = HEAD + CHOICE.replace("- stem", "- identifier: q1\n  stem").replace("single", "several")
    (found,) = bank.load(Source("hand.yaml", text.encode())).diagnostics
    assert (found.item, found.effect) == ("q1", Effect.WITHHELD)


def test_json_errors_have_lines() -> None:
    text = bank.dump_json(banks.every_type()).replace('"is_key":true', '"is_key":"x"', 1)
    (found,) = bank.load(Source("a.json", text.encode())).diagnostics
    assert found.span is not None
    assert '"is_key":"x"' in text.splitlines()[found.span.start_line - 1]
    assert found.message.endswith('.is_key: "x" is not true or false')


@pytest.mark.parametrize("name", FRAMES)
def test_a_mistake_outside_of_items_refuses_the_bank(name: str) -> None:
    assert load(FRAMES[name]["bank"]) == ((), [FRAMES[name]["says"]])


def test_references_are_checked_and_a_withheld_item_is_no_broken_reference() -> None:
    text = (
        'schema_version: "1.0"\nsections:\n- {title: One, items: [q1, q2, q3], pick: 4}\nitems:\n'
        + CHOICE.replace("- stem", "- identifier: q1\n  passage: q2\n  stem")
        + CHOICE.replace("- stem", "- identifier: q2\n  stem").replace("single", "several")
    )
    _, lines = load(text)
    assert [line for line in lines if "several" not in line] == [
        "3: $.sections[0].items[2]: there is no item 'q3'",
        "3: $.sections[0].pick: only 3 items to pick from",
        "6: $.items[0].passage: there is no item 'q2' of type none",
    ]


def test_validate_accepts_every_bank_and_reports_what_a_reader_did_wrong() -> None:
    for make in BANKS.values():
        assert bank.validate(make()) == ()
    wrong = replace(banks.single_choice(), identifier="has space")
    (found,) = bank.validate(ItemBank(items=(banks.true_false(), wrong)))
    assert found.code is Code.INTERNAL
    assert found.message.startswith('the bank is not valid: $.items[1].identifier: "has space" does not fit')


def test_a_flood_of_mistakes_names_every_item() -> None:
    text = HEAD + "".join(CHOICE.replace("single", f"kind{index}") for index in range(300))
    _, lines = load(text)
    assert len(lines) == 300


def test_html_is_brought_into_the_safe_subset_and_losses_are_named() -> None:
    html = "<p onclick='x()'>Why <b>not<script>alert(1)</script></p>"
    text = HEAD + CHOICE.replace("stem: Which one?", f'identifier: q1\n  stem: {{html: "{html}"}}')
    reading = bank.load(Source("hand.yaml", text.encode()))
    (found,) = reading.diagnostics
    assert found.message == "$.items[0].stem: left out: attribute onclick, element script"
    assert (found.code, found.severity, found.item, found.effect) == (
        Code.BANK_HTML,
        Severity.WARNING,
        "q1",
        Effect.LOST,
    )
    assert found.span is not None
    assert found.span.start_line == 4
    assert "onclick" not in reading.bank.items[0].stem.content
    assert bank.load(Source("a", bank.dump_yaml(reading.bank).encode())).diagnostics == ()


def test_hostile_html_is_named_item_by_item() -> None:
    entries = banks.hostile_html()
    reading = bank.load(Source("a.json", bank.dump_json(entries).encode()))
    assert len(reading.bank.items) == len(tuple(entries.items))
    again = bank.load(Source("a.json", bank.dump_json(reading.bank).encode()))
    assert again.bank == reading.bank
    assert again.diagnostics == ()


def test_the_word_html_in_a_text_is_no_html() -> None:
    item = replace(banks.essay(), stem=Text("What does the tag 'html' mean? {'html': 1}"), tags=("'html'",))
    entries = ItemBank(items=(item,), title="'html'")
    assert bank.from_dict(bank.to_dict(entries)) == (entries, ())


@pytest.mark.parametrize("text", ["items: &a [1]\nb: *a\n", "a: &a []\nitems: *a\n"])
def test_the_list_of_items_has_no_name(text: str) -> None:
    (found,) = bank.load(Source("a.yaml", text.encode())).diagnostics
    assert found.message == "the list of items cannot have a name or be an alias"


def test_what_is_wrong_below_refuses_the_bank_whatever_came_before() -> None:
    for text in (HEAD + CHOICE.replace("single", "several") + "- [\n", '{"items": [{"stem": 1}], "items": 2}'):
        (found,) = bank.load(Source("a", text.encode())).diagnostics
        assert found.item is None
        assert "$" not in found.message


@pytest.mark.parametrize("text", ["\n", "a\n", "a\n\n", "a\nb\n\n", "\n\na", "a\nb\n", " \n "])
@pytest.mark.parametrize("dump", [bank.dump_json, bank.dump_yaml])
def test_line_breaks_at_the_ends_of_texts_survive(dump: Callable[[ItemBank], str], text: str) -> None:
    item = replace(banks.essay(), stem=Text(text), title=text, tags=("", text))
    entries = ItemBank(items=(item,), title=text)
    assert bank.load(Source("a", dump(entries).encode())) == Reading(bank=entries)
