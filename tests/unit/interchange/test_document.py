from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest

from qticonv.interchange import yamltext
from qticonv.interchange.document import DocumentError, format_path, parse, to_yaml

SCALARS = {
    "yes": "yes",
    "no": "no",
    "on": "on",
    "~": "~",
    "True": "True",
    "2024-01-01": "2024-01-01",
    "1:30": "1:30",
    "0x10": "0x10",
    "012": "012",
    "1_000": "1_000",
    ".5": ".5",
    ".inf": ".inf",
    "+1": "+1",
    "<<": "<<",
    "=": "=",
    "true": True,
    "null": None,
    "": None,
    "1": 1,
    "-1.5": -1.5,
    "1e3": 1000,
    "1.0": 1,
    '"1"': "1",
}


@pytest.mark.parametrize("written", SCALARS)
def test_yaml_has_the_scalars_of_json(written: str) -> None:
    assert parse(f"a: {written}".encode()).data == {"a": SCALARS[written]}
    assert type(parse(f"a: {written}".encode()).data["a"]) is type(SCALARS[written])


@pytest.mark.parametrize("value", [value for value in SCALARS if not value.startswith('"')])
def test_text_that_looks_like_another_scalar_is_quoted_for_every_yaml_reader(value: str) -> None:
    import yaml

    written = to_yaml({"a": value})
    assert parse(written.encode()).data == {"a": value}
    assert yaml.safe_load(written) == {"a": value}


REFUSED = {
    "a repeated property": ("a: 1\nb: 2\na: 3\n", "the property 'a' stands twice in one object", 3),
    "a repeated property in JSON": ('{"a": 1,\n"b": 2,\n"a": 3}', "the property 'a' stands twice in one object", 3),
    "NaN": ('{"a": NaN}', "NaN is not a JSON number", None),
    "Infinity": ('{"a": -Infinity}', "-Infinity is not a JSON number", None),
    "a tag": ("a: !!python/name:os.system ''\n", "the tag tag:yaml.org,2002:python/name:os.system is not read here", 1),
    "a tag that does not fit": ("a: !!int x\n", "the tag tag:yaml.org,2002:int is not read here", 1),
    "a property that is no text": ("? [a]\n: 1\n", "a property's name must be text", 1),
    "an alias that holds itself": ("&a [*a]\n", "the alias *a names nothing that is complete", 1),
    "a control character": ('{"a": ["x",\n"\\u0000"]}', "$.a[1]: the control character U+0000 cannot be kept", 2),
    "a lone surrogate": ('{"a": "\\ud800"}', "$.a: the control character U+D800 cannot be kept", 1),
    "broken JSON": ('{"a": [1, 2}\n', "not valid JSON: Expecting ',' delimiter", 1),
    "broken YAML": ("a: 1\n b: 2\n", "not valid YAML: mapping values are not allowed in this context "
        "(put quotes around a text that holds a colon and a blank)", 2),
    "two documents": ("a: 1\n---\nb: 2\n", "not valid YAML: a second document begins", 2),
    "nothing": ("# only a comment\n", "empty", None),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    text, message, line = REFUSED[name]
    with pytest.raises(DocumentError) as caught:
        parse(text.encode())
    assert (caught.value.message, caught.value.line) == (message, line)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "[" * 500 + "]" * 500, "- " * 100_000, "{a: " * 5000, '{"a":' * 900 + "1" + "}" * 900]
)
def test_depth_is_bounded(text: str) -> None:
    with pytest.raises(DocumentError):
        parse(text.encode())


def test_a_billion_laughs_end_at_once() -> None:
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    text += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 20))
    start = time.process_time()
    with pytest.raises(DocumentError, match="aliases make the document too large"):
        parse(text.encode())
    assert time.process_time() - start < 5


def test_aliases_that_stay_small_are_read() -> None:
    assert parse(b"a: &x [1, 2]\nb: *x\n").data == {"a": [1, 2], "b": [1, 2]}


def test_encodings() -> None:
    text = "a: ä\n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert parse(text.encode(encoding)).data == {"a": "ä"}
    with pytest.raises(DocumentError, match="not UTF-8") as caught:
        parse(b"a: 1\nb: \xe4\n")
    assert caught.value.line == 2


def test_yaml_flow_style_that_looks_like_json() -> None:
    assert parse(b"{a: 1, b: [x, y]}").data == {"a": 1, "b": ["x", "y"]}


def test_lines_are_the_same_in_json_and_yaml() -> None:
    text = '{\n"a": [\n1,\n{"b\\"": "x y",\n"c": []\n}\n]\n,"d": "\\ud83d\\ude00"}'
    found = parse(text.encode())
    places: list[tuple[Any, ...]] = [(), ("a",), ("a", 0), ("a", 1), ("a", 1, 'b"'), ("a", 1, "c"), ("d",)]
    assert [found.line_of(place) for place in places] == [1, 2, 3, 4, 4, 5, 8]
    assert found.line_of(("a", 1, "absent")) == 4
    block = parse(b"# a comment\na:\n- 1\n- b: x y\n  c:\n  - 1\nd: 2\n")
    places = [(), ("a",), ("a", 0), ("a", 1), ("a", 1, "b"), ("a", 1, "c"), ("d",), ("a", 7)]
    assert [block.line_of(place) for place in places] == [2, 2, 3, 4, 4, 5, 7, 2]


def test_paths() -> None:
    assert format_path(("items", 3, "is_key")) == "$.items[3].is_key"
    assert format_path(("assets", 'a "b"')) == '$.assets["a \\"b\\""]'


def test_without_the_c_library_the_same_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    import yaml

    monkeypatch.setattr(yamltext, "_Loader", yaml.SafeLoader)
    for written, value in SCALARS.items():
        assert parse(f"a: {written}".encode()).data == {"a": value}
    with pytest.raises(DocumentError):
        parse(b"- " * 100_000)


def test_yaml_is_understood_by_its_own_reader_and_by_pyyaml() -> None:
    import yaml

    data = {
        "a": ["two\nlines", " leading\nspace ", "trailing \nspace", "tab\there", "#x", "a: b", "- c", "'", '"', "😀"]
    }
    assert parse(to_yaml(data).encode()).data == data
    assert yaml.safe_load(to_yaml(data)) == data
    assert re.search(r"^- \|-\n  two\n  lines$", to_yaml(data), re.MULTILINE)
    assert json.loads(json.dumps(data)) == data


@pytest.mark.parametrize("number", ["1e99999999999999999999", "1e400", "9" * 1_000_000, "0." + "1" * 5000, "-1E-99999"])
def test_huge_numbers_are_neither_computed_nor_rounded(number: str) -> None:
    assert parse(f'{{"a": {number}}}'.encode()).data == {"a": number}
    assert parse(f"a: {number}\n".encode()).data == {"a": number}


def test_emoji_stay_readable() -> None:
    data = {"a": "A rocket 🚀\nand a private \ue000 character 𝒳", "b": "🧪"}
    assert to_yaml(data) == "a: |-\n  A rocket 🚀\n  and a private \ue000 character 𝒳\nb: 🧪\n"
    assert parse(to_yaml(data).encode()).data == data
