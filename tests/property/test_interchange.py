"""What must hold for every bank: both files give it back, and the two validators agree on every mutation of it."""

from __future__ import annotations

import copy
import json
from typing import Any

import banks
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from qticonv.interchange import answers, bank
from qticonv.interchange.document import _FORBIDDEN, DocumentError, LineOf, parse, to_yaml
from qticonv.interchange.schema import explainer, judge, violations
from qticonv.model import ItemBank, Source, Text
from qticonv.model.answers import Answer, Answers
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


@settings(deadline=None, max_examples=250)
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


@settings(deadline=None, max_examples=300)
@given(texts)
def test_any_text_is_a_scalar_in_yaml(text: str) -> None:
    assert parse(to_yaml({text: [text]}).encode()).data == {text: [text]}
    assert yaml.safe_load(to_yaml({text: [text]})) == {text: [text]}
    assert parse(json.dumps({text: [text]}).encode()).data == {text: [text]}


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200) | texts.map(str.encode))
def test_no_input_raises(content: bytes) -> None:
    reading = bank.load(Source("a", content))
    assert reading.diagnostics or reading.bank.items == ()


answer_values = st.lists(
    st.one_of(texts, st.booleans(), st.decimals(-(10**9), 10**9, places=3)), min_size=1, max_size=3
)
references = st.one_of(st.integers(0, 20), st.sampled_from(["q-1", "q-2", "q: 3", "#4", "no", " 5"]))


@st.composite
def answer(draw: st.DrawFn) -> Answer:
    values = tuple(draw(answer_values))
    return Answer(reference=draw(references), values=values, texts=draw(st.sampled_from([(), values and ("x",)])))


@st.composite
def entries(draw: st.DrawFn) -> tuple[Answer, ...]:
    found = draw(st.lists(answer(), max_size=5))
    fitting = (one if len(one.texts) in (0, len(one.values)) else replace(one, texts=()) for one in found)
    return tuple({one.reference: one for one in fitting}.values())


@settings(deadline=None, max_examples=200)
@given(entries(), entries(), st.lists(references, max_size=2), st.booleans())
def test_revising_an_answers_file_is_merging(
    before: tuple[Answer, ...], changed: tuple[Answer, ...], withdrawn: list[str | int], as_json: bool
) -> None:
    name = "a.json" if as_json else "a.yaml"
    current = Answers(source=name, entries=before)
    text, wrong = answers.revise(
        Source(name, answers.dump(current, as_json=as_json).encode()), changed, withdrawn
    )  # fmt: skip
    assert wrong == ()
    found, wrong = answers.load(Source(name, text.encode()))
    assert wrong == ()
    wanted = answers.merge(current, changed, withdrawn)
    assert [(e.reference, e.values, e.texts) for e in found.entries] == [
        (e.reference, e.values, e.texts) for e in wanted.entries
    ]


plain = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**6), 10**6), texts),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
files = st.dictionaries(st.sampled_from(["a", "items", "b"]), plain, max_size=3)


def outcome(content: bytes, *each_item: Any) -> Any:
    try:
        return parse(content, *each_item).data
    except DocumentError:
        return "refused"


@settings(deadline=None, max_examples=300)
@given(files, st.data(), st.sampled_from([None, 2]), st.booleans())
def test_reading_items_one_by_one_is_reading_them_all(
    data: dict[str, Any], drawn: st.DataObject, indent: int | None, as_yaml: bool
) -> None:
    text = to_yaml(data) if as_yaml else json.dumps(data, indent=indent, ensure_ascii=False)
    if drawn.draw(st.booleans()):  # damaged
        place = drawn.draw(st.integers(0, len(text)))
        text = text[:place] + drawn.draw(st.sampled_from(["", ",", "]", "}", '"', ":", "x", "{"])) + text[place + 1 :]
    seen: list[Any] = []

    def each(index: int, item: Any, line_of: LineOf) -> Any:
        seen[index:] = [item]
        assert line_of(("items", index)) != 0
        return item

    whole = outcome(text.encode())
    assert outcome(text.encode(), each) == whole
    if isinstance(whole, dict) and isinstance(whole.get("items"), list):
        assert seen[: len(whole["items"])] == whole["items"]
