"""The pipeline: merging, overrides, screening, and what happens to banks that cannot be written."""

from __future__ import annotations

import io
import json
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from qticonv.diagnostics import Code, Diagnostic, Effect, diagnose
from qticonv.formats import format_named
from qticonv.model import ExtendedText, Item, ItemBank, NoInteraction, Source, Text
from qticonv.model.options import WriteOptions
from qticonv.pipeline import Overrides, PrepareOptions, convert, prepare, screen

ONE = "1. Which metal is liquid?\nA. Iron\nB. Mercury\nC. Lead\nAnswer: B\n"
TWO = "1. Which metal is magnetic?\nA. Iron\nB. Copper\nC. Lead\nAnswer: A\n"
UNKEYED = f"1. Which metal is heavy?\nA. Iron\nB. Copper\nC. Lead\n\n2. {ONE[3:]}"


def source(text: str, name: str = "quiz.txt") -> Source:
    return Source(name, text.encode())


def members(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.namelist()


def test_merged_inputs_become_one_quiz_or_several_where_the_format_holds_them() -> None:
    sources = [source(ONE, "one.txt"), source(TWO, "two.txt")]
    merged = prepare(sources, PrepareOptions())
    by_target = {a.target: a for a in convert(merged, ["canvas", "moodle"], WriteOptions()).artifacts}
    assert sum(name.endswith("assessment_meta.xml") for name in members(by_target["canvas"].data)) == 2
    assert by_target["moodle"].data.count(b'<question type="multichoice">') == 2
    titled = prepare(sources, PrepareOptions(overrides=Overrides(title="All")))
    (canvas,) = convert(titled, ["canvas"], WriteOptions()).artifacts
    assert sum(name.endswith("assessment_meta.xml") for name in members(canvas.data)) == 1


def test_merging_keeps_images_languages_and_names_what_is_lost(tmp_path: Path) -> None:
    sources = []
    for name, language, attempts in (("one", "en", 1), ("two", "de", 2)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "fig.png").write_bytes(b"\x89PNG\r\n\x1a\n" + name.encode())
        bank = {
            "schema_version": "1.0",
            "title": name,
            "language": language,
            "quiz": {"attempts": attempts},
            "items": [
                {
                    "stem": {"html": f'What does {name} show? <img src="fig.png" alt="{name}"/>'},
                    "interaction": {"type": "extended_text"},
                }
            ],
        }
        sources.append(Source(f"{name}.bank.json", json.dumps(bank).encode(), folder))
    prepared = prepare(sources, PrepareOptions())
    assert {asset.data for asset in prepared.bank.assets.values() if asset.data} == {
        b"\x89PNG\r\n\x1a\none",
        b"\x89PNG\r\n\x1a\ntwo",
    }
    shown = [re.findall('asset:([^"]+)', item.stem.content)[0] for item in prepared.bank.items]
    assert [prepared.bank.assets[name].data for name in shown] == [
        b"\x89PNG\r\n\x1a\none",
        b"\x89PNG\r\n\x1a\ntwo",
    ]
    assert [item.language for item in prepared.bank.items] == [None, "de"]
    assert [found.code for found in prepared.reading.diagnostics] == [Code.MERGE_LOSES]


def test_an_item_whose_passage_a_target_cannot_hold_is_reported() -> None:
    items = [
        Item(identifier="p", stem=Text("A passage."), interaction=NoInteraction()),
        Item(identifier="q", stem=Text("What of it?"), interaction=ExtendedText(), passage="p"),
    ]

    def limits(item: Item) -> tuple[Diagnostic, ...]:
        refused = diagnose(Code.TARGET_REFUSES, "too long", item=item.identifier, effect=Effect.WITHHELD)
        return (refused,) if item.identifier == "p" else ()

    entry = replace(format_named("moodle"), limits=limits)
    screened, found = screen(ItemBank(items=items), entry)
    assert [(item.identifier, item.passage) for item in screened.items] == [("q", None)]
    assert [(one.item, one.effect) for one in found if one.effect is not Effect.ADAPTED] == [
        ("p", Effect.WITHHELD),
        ("q", Effect.LOST),
    ]


def test_the_language_of_a_bank_is_reported_where_it_cannot_stand() -> None:
    prepared = prepare([source(ONE)], PrepareOptions(overrides=Overrides(language="cs")))
    done = convert(prepared, ["qti21", "moodle", "gift", "canvas"], WriteOptions())
    said = {found.target for found in done.diagnostics if "language of the questions (cs)" in found.message}
    assert said == {"moodle", "gift", "canvas"}
    assert [artifact.lossy for artifact in done.artifacts] == [0, 0, 0, 0]  # no item loses anything
    qti, *_ = done.artifacts
    assert any(b'xml:lang="cs"' in zipfile.ZipFile(io.BytesIO(qti.data)).read(name) for name in members(qti.data))


def test_overrides_reach_every_item() -> None:
    overrides = Overrides(title="T", language="de", points=Decimal(3), category=("A", "B"), tags=("x",))
    bank = prepare([source(ONE + "\n" + TWO.replace("1.", "2."))], PrepareOptions(overrides=overrides)).bank
    assert (bank.title, bank.language) == ("T", "de")
    assert [(item.points, item.category, item.tags) for item in bank.items] == [(Decimal(3), ("A", "B"), ("x",))] * 2


def test_an_item_without_key_is_withheld_and_named() -> None:
    conversion = convert(prepare([source(UNKEYED)], PrepareOptions()), ["gift"], WriteOptions())
    (artifact,) = conversion.artifacts
    assert (artifact.written, artifact.withheld) == (1, 1)
    (missing,) = [found for found in conversion.diagnostics if found.code is Code.KEY_MISSING]
    assert missing.effect is Effect.WITHHELD
    assert missing.span is not None and (missing.span.start_line, missing.span.end_line) == (1, 4)


def test_nothing_is_written_where_nothing_can_be() -> None:
    conversion = convert(prepare([source("Soup 4.50\nBread 2.00\n")], PrepareOptions()), ["gift"], WriteOptions())
    assert conversion.artifacts == ()


def test_a_format_that_is_only_checked_is_not_read() -> None:
    prepared = prepare([source('<?xml version="1.0"?><quiz></quiz>', "a.xml")], PrepareOptions())
    assert [found.code for found in prepared.reading.diagnostics] == [Code.INPUT_UNSUPPORTED]


def test_an_unknown_target_is_an_error_of_the_caller() -> None:
    with pytest.raises(KeyError):
        convert(prepare([source(ONE)], PrepareOptions()), ["nothing"], WriteOptions())
