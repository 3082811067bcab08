"""What must hold for every bank: both files give it back, and the two validators agree on every mutation of it."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import banks
from hypothesis import given, settings
from hypothesis import strategies as st

from qticonv.interchange import bank
from qticonv.interchange.document import _FORBIDDEN, parse, to_yaml
from qticonv.interchange.schema import explainer, judge, violations
from qticonv.model import ItemBank, Source, Text
from qticonv.model.markup import sanitise

ITEMS = [bank.to_dict(ItemBank(items=(item,)))["items"][0] for item in banks.every_item()]
FRAME = {key: value for key, value in bank.to_dict(banks.every_type()).items() if key != "items"} | {"items": []}

texts = st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: not _FORBIDDEN.search(text))
junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
    st.sampled_from(
        ["1", "-1", "0.5", "1e3", "3,14", "1.\n", "A", "a b", "choice", "gaps", "missing", "single", "1.0"]
    ),
    st.lists(texts, max_size=2),
    st.dictionaries(st.sampled_from(["html", "type", "kind", "key", "x"]), texts, max_size=2),
)


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path in ``data``."""
    found = [path]
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, child in children:
        found += places(child, (*path, step))
    return found


@st.composite
def mutated(draw: st.DrawFn, data: Any) -> Any:
    """``data`` with one to three places replaced, removed or added to."""
    data = copy.deepcopy(data)
    for _ in range(draw(st.integers(1, 3))):
        *parents, last = draw(st.sampled_from(places(data)[1:] or [(None,)]))
        parent = data
        for step in parents:
            parent = parent[step]
        match draw(st.sampled_from(["replace", "remove", "add"])):
            case _ if last is None:
                return draw(junk)
            case "replace":
                parent[last] = draw(junk)
            case "remove":
                del parent[last]
            case _ if isinstance(parent, dict):
                parent[draw(st.sampled_from(["type", "credit", "points", "html", "is_key", "extra"]))] = draw(junk)
            case _:
                parent.append(draw(junk))
    return data


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(ITEMS).flatmap(mutated))
def test_the_validators_agree_on_items(data: Any) -> None:
    assert judge("bank", "item").is_valid(data) is explainer("bank", "item").is_valid(data)


@settings(deadline=None, max_examples=100)
@given(mutated(FRAME))
def test_the_validators_agree_on_banks(data: Any) -> None:
    assert judge("bank").is_valid(data) is explainer("bank").is_valid(data)


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(ITEMS).flatmap(mutated))
def test_every_mutation_is_read_or_explained(data: Any) -> None:
    read, diagnostics = bank.from_dict({"schema_version": "1.0", "items": [data]})
    assert (len(read.items) == 1) or diagnostics
    assert all(found.message for found in diagnostics)
    for violation in violations(data, "bank", "item"):
        assert violation.message != "does not follow the schema"
    for item in read.items:
        assert bank.from_dict(bank.to_dict(read))[0].items == (item,)


@settings(deadline=None, max_examples=200)
@given(texts, texts, st.booleans())
def test_any_text_survives_both_files(first: str, second: str, is_html: bool) -> None:
    stem = Text(sanitise(first)[0], is_html=True) if is_html else Text(first)
    item = replace(banks.essay(), stem=stem, title=second, tags=(first, second))
    entries = ItemBank(items=(item,), title=second)
    for dump in (bank.dump_json, bank.dump_yaml):
        reading = bank.load(Source("a", dump(entries).encode()))
        assert reading.bank == entries
        assert reading.diagnostics == ()


@settings(deadline=None, max_examples=200)
@given(texts)
def test_any_text_is_a_scalar_in_yaml(text: str) -> None:
    assert parse(to_yaml({"a": [text]}).encode()).data == {"a": [text]}
    assert parse(json.dumps({text: [text]}).encode()).data == {text: [text]}


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200) | texts.map(str.encode))
def test_no_input_raises(content: bytes) -> None:
    reading = bank.load(Source("a", content))
    assert reading.diagnostics or reading.bank.items == ()
