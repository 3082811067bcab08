"""The own grammar and the official schemas give the same verdict on right, foreign and mutated documents."""

from __future__ import annotations

import random
import runpy
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import banks
import pytest
from lxml import etree
from msgspec.structs import replace
from qti_engine import package

from qticonv.conformance.qti21 import schemas
from qticonv.model import ItemBank

ROOT = Path(__file__).resolve().parents[3]
MUTATIONS = 600
Element = etree._Element
VALUES = ["", "x", "1x", "-1", "1.5", "true", "single", "identifier", "a b", "scorer tutor", "http://x y/[", " 7 "]
NAMES = [
    *("p", "div", "span", "br", "img", "li", "table", "prompt", "value", "math", "simpleChoice", "gap", "hottext"),
    *("responseIf", "and", "sum", "baseValue", "variable", "rubricBlock", "modalFeedback", "feedbackInline"),
    *("choiceInteraction", "textEntryInteraction", "printedVariable", "outcomeDeclaration", "object", "unknown"),
]
ATTRIBUTES = ["identifier", "title", "class", "id", "alt", "href", "shuffle", "baseType", "showHide", "view", "style"]


@cache
def documents() -> tuple[bytes, ...]:
    """Everything that is written for a bank of all types."""
    bank = replace(banks.every_type(), items=tuple(item for item in banks.every_type().items if item.is_keyed))
    files = package(ItemBank(items=(*bank.items, *banks.hostile_html().items), assets=bank.assets, quiz=bank.quiz))
    return tuple(data for name, data in sorted(files.items()) if name.endswith(".xml"))


def samples(shared: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((shared / "qti-patterns").rglob("*.xml"))]


def kind(data: bytes) -> str:
    return "manifest" if etree.QName(etree.fromstring(data)).localname == "manifest" else "item"


def verdicts(data: bytes, shared: Path) -> tuple[bool, bool]:
    """Return whether the own grammar and the official schema take ``data``."""
    root = etree.fromstring(data)
    grammar = kind(data)
    own = not list(schemas.own(grammar).check(root))
    official = not list(schemas.official(shared / "qti-xsd", grammar).check(root))
    return own, official


def test_the_grammars_are_made_from_their_sources() -> None:
    pytest.importorskip("rnc2rng", reason="needs the extra `grammars`")
    tool = runpy.run_path(str(ROOT / "tools" / "grammars.py"))
    convert, core = tool["convert"], tool["core"]
    sources = sorted((ROOT / "schemas").glob("*.rnc"))
    assert [source.name for source in sources] == ["qti21-manifest.rnc", "qti21.rnc"]
    for source in sources:
        assert convert(source) == source.with_suffix(".rng").read_bytes(), f"run `python -m tools.grammars` ({source})"
    assert core((ROOT / "schemas" / "qti21.rng").read_bytes()) == (ROOT / "schemas" / "qti21-core.rng").read_bytes()


def test_the_commonest_documents_need_the_core_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []
    load = schemas._grammar

    def grammar(name: str) -> etree.RelaxNG:
        loaded.append(name)
        return load(name)

    monkeypatch.setattr(schemas, "_grammar", grammar)
    schemas.own.cache_clear()
    for data in package(banks.seed()).values():
        assert not list(schemas.own(kind(data)).check(etree.fromstring(data)))
    schemas.own.cache_clear()
    assert sorted(loaded) == ["qti21-core.rng", "qti21-manifest.rng"]


def test_emitted_documents_and_samples_are_taken_by_both(shared: Path) -> None:
    for data in (*documents(), *samples(shared)):
        assert verdicts(data, shared) == (True, True), data[:300]


def elements(root: Element) -> list[Element]:
    return list(root.iter("*"))


def drop(root: Element, chance: random.Random) -> None:
    victim = chance.choice(elements(root)[1:])
    parent = victim.getparent()
    assert parent is not None
    parent.remove(victim)


def repeat(root: Element, chance: random.Random) -> None:
    original = chance.choice(elements(root)[1:])
    parent = original.getparent()
    assert parent is not None
    parent.insert(parent.index(original), etree.fromstring(etree.tostring(original, with_tail=False)))


def swap(root: Element, chance: random.Random) -> None:
    parents = [element for element in elements(root) if len(element) > 1]
    parent = chance.choice(parents)
    place = chance.randrange(len(parent) - 1)
    parent.insert(place, parent[place + 1])


def move(root: Element, chance: random.Random) -> None:
    moved = chance.choice(elements(root)[1:])
    inside = set(moved.iter())
    home = chance.choice([element for element in elements(root) if element not in inside])
    home.insert(chance.randrange(len(home) + 1), moved)


def rename(root: Element, chance: random.Random) -> None:
    element = chance.choice(elements(root)[1:])
    element.tag = f"{{{etree.QName(element).namespace}}}{chance.choice(NAMES)}"


def lose_attribute(root: Element, chance: random.Random) -> None:
    element = chance.choice([element for element in elements(root) if element.attrib])
    del element.attrib[chance.choice(sorted(map(str, element.attrib)))]


def test_what_the_core_accepts_the_whole_grammar_accepts() -> None:
    core, whole = (etree.RelaxNG(file=str(ROOT / "schemas" / name)) for name in ("qti21-core.rng", "qti21.rng"))
    chance = random.Random(11)
    seen: Counter[bool] = Counter()
    for data in (data for data in documents() if kind(data) == "item"):
        for change in (drop, repeat, swap, move, rename, lose_attribute):
            root = etree.fromstring(data)
            with suppress(IndexError, ValueError):  # nothing of that kind in the document
                change(root, chance)
            seen[core.validate(root)] += 1
            assert whole.validate(root) or not core.validate(root), etree.tostring(root)[:500]
    assert min(seen[True], seen[False]) > 20


def change_attribute(root: Element, chance: random.Random) -> None:
    element = chance.choice([element for element in elements(root) if element.attrib])
    element.set(chance.choice(sorted(map(str, element.attrib))), chance.choice(VALUES))


def add_attribute(root: Element, chance: random.Random) -> None:
    chance.choice(elements(root)).set(chance.choice(ATTRIBUTES), chance.choice(VALUES))


def add_text(root: Element, chance: random.Random) -> None:
    element = chance.choice(elements(root))
    element.text = (element.text or "") + "words"


MUTATE: tuple[Callable[[Element, random.Random], None], ...] = (
    drop,
    repeat,
    swap,
    move,
    rename,
    lose_attribute,
    change_attribute,
    add_attribute,
    add_text,
)


def mutant(number: int, originals: tuple[bytes, ...]) -> tuple[str, bytes]:
    """Return the name of a mutation and a document with one to three of it."""
    chance = random.Random(number)
    root = etree.fromstring(chance.choice(originals))
    mutate = MUTATE[number % len(MUTATE)]
    for _ in range(chance.choice((1, 1, 2, 3))):
        mutate(root, chance)
    return mutate.__name__, etree.tostring(root)


@pytest.mark.slow
def test_mutants_get_the_same_verdict(shared: Path) -> None:
    """At least 99 of 100; every disagreement is printed."""
    originals = (*documents(), *samples(shared))
    differ, refused = [], 0
    for number in range(MUTATIONS):
        name, data = mutant(number, originals)
        own, official = verdicts(data, shared)
        refused += not official
        if own != official:
            differ.append((number, name, "own" if own else "official"))
    assert refused > MUTATIONS / 4, "the mutations are too tame to tell anything"
    assert len(differ) <= MUTATIONS / 100, differ
