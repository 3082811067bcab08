"""What is passed by because its form was found right before: the verdict is that of looking at everything."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from banks import STATED, choices, every_item, item, many, single_choice
from msgspec.structs import replace
from qti_engine import package, zipped

from qticonv.conformance import moodle
from qticonv.conformance.forms import Tree, whole_elements
from qticonv.conformance.gift import check as check_gift
from qticonv.conformance.gift import questions as gift_questions
from qticonv.conformance.qti21 import check as check_qti21
from qticonv.conformance.qti21 import package as packages
from qticonv.diagnostics import Diagnostic
from qticonv.model import ChoiceInteraction, ChoiceKind, Feedback, Item, ItemBank, Reading, Source, Text
from qticonv.model.options import CheckOptions, WriteOptions
from qticonv.pipeline import Prepared, convert
from qticonv.writers.moodle import write

MARKS_OF_GIFT = re.compile(r"\[id:|::|\n\t[~=]|####|\[html\]|[{}]")
Found = tuple[Diagnostic, ...]
SECTION = "<![CDATA["
PUT_IN = (
    *("", " ", "\u00a0", "\u2028", "a", "<b>x</b>", "a<b", "x\ny", "y" * 300, "@@PLUGINFILE@@/a.png", "]]", "\ufffe"),
    *("\r\n", "</question>", "<question>", "<!-- ", "]]><!-- ", "]]> <![CDATA[", "]]>&amp; &lt;<![CDATA["),
    *("]]><b/><![CDATA[", "\0", "\x01"),
)


def alike(count: int, **fields: Any) -> list[Item]:
    """Return single choices that differ in their texts alone."""
    made = [item_of(f"Which harbour is number {number}?", place) for number, place in enumerate("AB" * count)]
    return [replace(entry, **fields) for entry in made[:count]]


def item_of(stem: str, key: str) -> Item:
    offered = choices(f"The first & best for {stem}", f"None <of> them, {stem}", "All", keys=key)
    return item(
        stem,
        ChoiceInteraction(kind=ChoiceKind.SINGLE, choices=offered),
        key=STATED,
        feedback=Feedback(general=Text(f"Because of {stem}")),
    )


def written(bank: ItemBank) -> str:
    out = BytesIO()
    write(bank, WriteOptions(), out)
    return out.getvalue().decode()


def verdict(text: str) -> tuple[Diagnostic, ...]:
    return moodle.check(Source("q.xml", text.encode("utf-8", "surrogatepass")), CheckOptions())


@pytest.fixture
def remembering_nothing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Found]], Found]:
    def called(check: Callable[[], Found]) -> Found:
        with monkeypatch.context() as patch:
            patch.setattr(Tree, "add", lambda self, form, value: None)
            return check()

    return called


def put_in(text: str, chance: random.Random) -> str:
    places = [at for at in range(len(text)) if text.startswith(SECTION, at)]
    at = chance.choice(places) + len(SECTION)
    end = text.index("]]>", at)
    return text[:at] + chance.choice((text[at:end], "")) + chance.choice(PUT_IN) + text[end:]


def cut_out(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + text[at + chance.randrange(1, 30) :]


def repeat(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    end = text.find("</question>\n", at)
    return text[:at] + text[at:end] + text[at:]


@pytest.mark.parametrize("change", [put_in, cut_out, repeat])
@pytest.mark.parametrize("seed", range(100))
def test_a_change_anywhere_is_judged_as_if_all_were_looked_at(
    change: Callable[[str, random.Random], str],
    seed: int,
    remembering_nothing: Callable[[Callable[[], Found]], Found],
) -> None:
    items = [*alike(8), *many(3).items, *alike(4, tags=("one", "two"), points=Decimal(2))]
    text = change(written(ItemBank(items=items, title="T")), random.Random(f"{change.__name__} {seed}"))
    assert verdict(text) == remembering_nothing(lambda: verdict(text))


@pytest.mark.parametrize("seed", range(150))
def test_a_change_anywhere_in_a_package(
    seed: int,
    remembering_nothing: Callable[[Callable[[], Found]], Found],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(packages, "_LONG", 0)
    chance = random.Random(seed)
    files = dict(package(ItemBank(items=[*alike(8), *every_item()[:2], *alike(12)[8:]], title='A "quoted" title')))
    name = chance.choice(("test.xml", "imsmanifest.xml", *files))
    files[name] = changed(files[name].decode(), chance).encode()
    source = Source("q.zip", zipped(files))
    assert check_qti21(source, CheckOptions()) == remembering_nothing(lambda: check_qti21(source, CheckOptions()))


def changed(text: str, chance: random.Random) -> str:
    """Cut out, repeat or put in something somewhere, often in a value or a text."""
    places = (
        [at + 1 for at, sign in enumerate(text[:-1]) if sign in '>"'] if chance.random() < 0.6 else range(len(text))
    )
    at = chance.choice(places)
    end = at + chance.choice((0, 0, 1, chance.randrange(200)))
    put = chance.choice(
        ("", "x", " ", "\n", "&", "&amp;", "<", ">", "]]>", "<!--", "-->", "/", "a/b", '"', text[at:end] * 2)
    )
    return text[:at] + put + text[end:]


@pytest.mark.parametrize("seed", range(300))
def test_a_change_anywhere_in_gift(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    text = changed_gift(in_gift(ItemBank(items=[*alike(6), *many(2).items])), chance)
    source = Source("q.txt", text.encode())
    found = check_gift(source, CheckOptions())
    monkeypatch.setattr(gift_questions, "_is_usual", lambda findings, block: False)
    assert found == check_gift(source, CheckOptions())


def changed_gift(text: str, chance: random.Random) -> str:
    places = [found.start() for found in MARKS_OF_GIFT.finditer(text)]
    place = chance.choice(places) + chance.choice((0, 1)) if chance.random() < 0.5 else chance.randrange(len(text))
    end = place + chance.choice((0, 0, 1, chance.randrange(80)))
    put: str = chance.choice(
        ("", *"~=#{}:\\ <0x", "\n", "\n\n", "->", "&&010", "%50%", "[tag:a]", "//", "é", "y" * 300)
    )
    return text[:place] + put + text[end:]


def in_gift(bank: ItemBank) -> str:
    (artifact,) = convert(Prepared(reading=Reading(bank=bank)), ["gift"], WriteOptions()).artifacts
    return artifact.data.decode()


def test_usual_questions_of_gift_are_not_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[object] = []

    def look(findings: object, block: object) -> bool:
        looked.append(block)
        return True

    monkeypatch.setattr(gift_questions, "_look_closely", look)
    assert check_gift(Source("q.txt", in_gift(ItemBank(items=alike(20))).encode()), CheckOptions()) == ()
    assert len(looked) == 0 or looked == [looked[0]]  # the category


def test_names_are_looked_at_in_every_part_of_a_package() -> None:
    files = dict(package(ItemBank(items=alike(6))))
    manifest = files["imsmanifest.xml"].decode()
    before, _, after = manifest.rpartition('<file href="items/')
    files["imsmanifest.xml"] = f'{before}<file href="elsewhere/{after}'.encode()
    found = [said.message for said in check_qti21(Source("q.zip", zipped(files)), CheckOptions())]
    assert any("does not list its own file" in message for message in found)
    assert any("which is not in the package" in message for message in found)


def test_only_the_first_of_a_form_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    monkeypatch.setattr(moodle, "check_question", lambda question: looked.append(question.kind))
    assert verdict(written(ItemBank(items=alike(50)))) == ()
    # The first stands behind the head of the file; then each form once: the first or the second choice is the key.
    assert looked == ["multichoice"] * 3


def test_lines_count_where_questions_were_passed_by() -> None:
    text = written(ItemBank(items=alike(30)))
    before, _, after = text.rpartition("<single>true")
    (found,) = verdict(f"{before}<single>yes{after}")
    assert found.span is not None
    assert found.span.start_line == before.count("\n") + 1


def test_what_must_be_unique_is_looked_at_everywhere() -> None:
    first = single_choice()
    found = verdict(written(ItemBank(items=(first, replace(first, identifier="other"), first))))
    assert [said.code.slug for said in found] == ["moodle-dropped"]


def test_parts_end_with_an_end_tag() -> None:
    data = b"".join(b"<q>%d</q>" % number for number in range(300_000)) + b"</r>"
    parts = list(whole_elements(BytesIO(data), b"</q>"))
    assert b"".join(parts) == data
    assert len(parts) > 2
    assert all(part.endswith(b"</q>") for part in parts[:-1])


def test_a_tree_finds_forms_by_their_longest_pieces() -> None:
    tree: Tree[str] = Tree()
    tree.add("<a>\0</a><b>\0</b>", "two")
    tree.add("<a></a><b>\0</b>", "one")
    assert tree.find("x<a>1</a><b>2</b>y", 1) == ("two", ["1", "2"], 17)
    assert tree.find("<a></a><b>2</b>", 0) == ("one", ["2"], 15)
    assert tree.find("<a>1</a><c>2</c>", 0) is None
    assert tree.find("<a>1", 0) is None


def test_a_tree_has_bounds() -> None:
    tree: Tree[int] = Tree()
    for number in range(200):
        tree.add(f"<a n='{number}'>\0</a>", number)
    assert sum(tree.find(f"<a n='{number}'>x</a>", 0) is not None for number in range(200)) == 64
