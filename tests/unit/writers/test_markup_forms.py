"""Texts as HTML for each place, math and images."""

from __future__ import annotations

import builtins
from typing import Any

import banks
import pytest

from qticonv.diagnostics import Code
from qticonv.model import Asset, ItemBank, Text
from qticonv.writers import math
from qticonv.writers.markup import (
    asset_names,
    bank_assets,
    data_uri,
    formulas,
    kept_formulas,
    packaged_path,
    to_block,
    to_html,
    to_inline,
)
from qticonv.writers.qti21 import limits

MATH = '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline" alttext="x"><mrow><mi>x</mi></mrow></math>'


def rich(content: str) -> Text:
    return Text(content, is_html=True)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (Text('a < b & "c"\nd'), "a &lt; b &amp; &quot;c&quot;<br/>d"),
        (rich("<p>a<script>b</script>"), "<p>a</p>"),
        (rich('<img src="x.png" alt="a &amp; b">'), "[a &amp; b]"),
        (rich('<img src="asset:x.png">'), '<img src="asset:x.png" alt=""/>'),
        (rich('<img src="https://example.org/x.png" alt="a" width="5"/>'),
         '<img src="https://example.org/x.png" alt="a" width="5"/>'),
        (Text("a\x00b"), "ab"),
    ],
)  # fmt: skip
def test_html(text: Text, html: str) -> None:
    assert to_html(text) == html


def test_images_are_found_where_the_target_says() -> None:
    text = rich('<p><img src="asset:a b" alt="x"/><img src="asset:c" alt=""/></p>')
    found = to_html(text, asset_url=lambda name: "images/a&b.png" if name == "a b" else None)
    assert found == '<p><img src="images/a&amp;b.png" alt="x"/>[c]</p>'


@pytest.mark.parametrize(
    ("text", "block", "inline"),
    [
        (Text("a\nb"), "<p>a<br/>b</p>", "a<br/>b"),
        (rich("a <b>b</b>"), "<p>a <b>b</b></p>", "a <b>b</b>"),
        (rich("<p>a</p><p>b</p>"), "<div><p>a</p><p>b</p></div>", "a<br/>b"),
        (rich("<ul><li>a</li><li>b</li></ul>c"), "<div><ul><li>a</li><li>b</li></ul>c</div>", "a<br/>b<br/>c"),
        (rich("<table><tr><td>1</td><td>2</td></tr></table>"),
         "<div><table><tbody><tr><td>1</td><td>2</td></tr></tbody></table></div>", "1 2"),
    ],
)  # fmt: skip
def test_block_and_inline(text: Text, block: str, inline: str) -> None:
    assert to_block(text) == block and to_inline(text) == inline


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (Text(r"a \(x\)"), f"a {MATH}"),
        (rich(r"<b>\(x\)</b>"), f"<b>{MATH}</b>"),
        (rich(r"<code>\(x\)</code> <pre>\(x\)</pre>"), r"<code>\(x\)</code> <pre>\(x\)</pre>"),
        (Text(r"\(x"), r"\(x"),
        (Text(r"\\(x\\)"), r"\\(x\\)"),
        (rich(r"\(x<b>y</b>\)"), r"\(x<b>y</b>\)"),
        (Text(r"\(\unknown{x} < 1\)"), r"\(\unknown{x} &lt; 1\)"),
        (Text(r"\(\)"), r"\(\)"),
    ],
)
def test_math_becomes_mathml_where_it_is_math(text: Text, html: str) -> None:
    assert to_html(text, mathml=True) == html
    assert "<math" not in to_html(text)


def test_displayed_math_is_a_block() -> None:
    assert 'display="block"' in to_html(Text(r"\[x\]"), mathml=True)


def test_formulas() -> None:
    assert formulas(Text(r"\(a\\(b)\) \[c\] \(d")) == (r"\(a\\(b)\)", r"\[c\]")
    assert formulas(rich(r"\(a &lt; b\) <code>\(c\)</code>")) == (r"\(a < b\)",)


def test_formulas_that_stay_latex_are_reported() -> None:
    item = banks.single_choice(title=None)
    stem = Text(r"\(x\) \(\unknown{y}\) \(\unknown{y}\)")
    assert kept_formulas((stem,)) == (r"\(\unknown{y}\)",)
    (finding,) = [d for d in limits(banks.item(stem, item.interaction)) if d.code is Code.MATH_KEPT]
    assert r"\unknown{y}" in finding.message


def test_without_the_library_math_stays_latex(monkeypatch: pytest.MonkeyPatch) -> None:
    original = builtins.__import__

    def refuse(name: str, *rest: Any) -> Any:
        if name.startswith("latex2mathml"):
            raise ImportError(name)
        return original(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    math._converter.cache_clear()
    math.convert.cache_clear()
    try:
        assert not math.is_available()
        assert to_html(Text(r"\(x\)"), mathml=True) == r"\(x\)"
    finally:
        math._converter.cache_clear()
        math.convert.cache_clear()


def test_assets_that_texts_show() -> None:
    text = rich('<img src="asset:b"/><img src="asset:a&amp;c"/><img src="asset:b"/>')
    assert asset_names([text, Text("asset:x")]) == ("b", "a&c")
    assets = {name: Asset(path=name, media_type="image/png", data=name.encode()) for name in ("b", "unused")}
    bank = ItemBank(items=[banks.item(text, banks.upload().interaction)], assets=assets)
    assert bank_assets(bank) == {"b": b"b"}
    assert data_uri(assets["b"]) == "data:image/png;base64,Yg=="
    assert data_uri(Asset(path="x", media_type="image/png")) is None


def test_paths_in_a_package_are_plain_and_different() -> None:
    names = ["a.png", "a b.png", "ä b.png", "../a.png", ".a", "x" * 300]
    paths = [packaged_path(name) for name in names]
    assert paths[0] == "images/a.png" and len(set(paths)) == len(names)
    assert all(path.count("/") == 1 and path.isascii() and len(path) < 330 for path in paths)
