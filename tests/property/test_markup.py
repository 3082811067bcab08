"""What holds for every HTML fragment, however broken or hostile."""

from __future__ import annotations

import html
import re
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from qticonv.model import Text
from qticonv.model.markup import sanitise
from qticonv.writers.markup import formulas, to_block, to_html, to_inline

NAMES = [
    "p",
    "div",
    "span",
    "strong",
    "em",
    "b",
    "i",
    "u",
    "sub",
    "sup",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "table",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "td",
    "th",
    "caption",
    "img",
    "a",
    "h1",
    "h3",
    "hr",
    "br",
    "dl",
    "dt",
    "dd",
    "math",
    "mrow",
    "mi",
    "mfrac",
    "msup",
    "mtable",
    "mtr",
    "mtd",
    "mtext",
    "annotation",
    "script",
    "style",
    "svg",
    "iframe",
    "font",
    "o:p",
    "int",
    "section",
    "object",
]
ATTRIBUTES = [
    "",
    ' class="x y"',
    " onclick='alert(1)'",
    ' style="color:red"',
    ' href="http://a.b/c?d=1&e=2#f"',
    ' href="java&#10;script:alert(1)"',
    " href=//x",
    ' src="x.png" alt="a &quot; b"',
    ' src="data:image/png;base64,AAAA"',
    ' src="data:text/html;base64,AAAA"',
    ' src="asset:a.png"',
    ' rowspan="2" colspan="x"',
    ' display="block" alttext="&lt;x"',
    " a='",
    "/",
]
TAGS = st.builds(
    lambda close, name, attribute: f"<{close}{name}{attribute}>",
    st.sampled_from(["", "", "/"]),
    st.sampled_from(NAMES),
    st.sampled_from(ATTRIBUTES),
)
TEXTS = st.one_of(
    st.sampled_from(
        ["a", " ", "\n", "&amp;", "&lt;script&gt;", "<", "x<y", "\\(x_1\\)", "&nbsp;", "<!--", "-->", "<![CDATA[<p>]]>"]
    ),
    st.text(max_size=8),
)
FRAGMENTS = st.lists(st.one_of(TAGS, TEXTS), max_size=25).map("".join)
NAMESPACE = "http://www.imsglobal.org/xsd/imsqti_v2p1"


def parse(content: str) -> etree._Element:
    return etree.fromstring(f"<root>{content}</root>".encode())


def text_of(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


@settings(deadline=None, max_examples=400)
@given(FRAGMENTS)
@example("<b><ul><li><td></b>")
@example("<blockquote><hr></blockquote>")
@example("<table><caption>a<p>b")
def test_the_result_is_well_formed_safe_and_final(fragment: str) -> None:
    content, _ = sanitise(fragment)
    root = parse(content)
    assert sanitise(content)[0] == content
    for element in root.iter():
        assert str(element.tag).split("}")[-1] not in ("script", "style", "iframe", "svg", "object", "u", "font")
        assert not any(str(name).startswith("on") or name == "style" for name in element.attrib)
        assert "script:" not in str(element.get("href", "")).lower()


KEPT = [name for name in NAMES if name not in ("script", "style", "svg", "iframe", "annotation", "int")]
WORDS = st.sampled_from(["one", "two", "three", "x<y", "a & b"])
TAG_SOUP = st.lists(
    st.one_of(
        st.builds(lambda close, name: f"<{close}{name}>", st.sampled_from(["", "/"]), st.sampled_from(KEPT)), WORDS
    ),
    max_size=25,
)


@settings(deadline=None, max_examples=400)
@given(TAG_SOUP)
def test_no_text_is_lost_and_none_moves(parts: list[str]) -> None:
    content, _ = sanitise("".join(parts))
    words = "".join(part for part in parts if not part.startswith("<"))
    assert "".join(text_of(parse(content)).split()) == "".join(words.split())


@settings(deadline=None, max_examples=200)
@given(st.text())
def test_escaped_text_arrives_unchanged(text: str) -> None:
    content, removed = sanitise(html.escape(text))
    assert not removed
    kept = re.sub(
        "[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff]", "", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    )
    assert text_of(parse(content)) == kept


@settings(deadline=None, max_examples=300)
@given(FRAGMENTS)
def test_every_target_form_is_well_formed(fragment: str) -> None:
    for text in (Text(fragment), Text(fragment, is_html=True)):
        for mathml in (False, True):
            parse(to_html(text, mathml=mathml, asset_url=lambda name: None))
            assert len(parse(to_block(text, mathml=mathml))) == 1
            inline = parse(to_inline(text, mathml=mathml))
            assert not {str(element.tag) for element in inline.iter()} & {"p", "div", "ul", "td", "table"}
        formulas(text)


@settings(deadline=None, max_examples=200)
@given(
    st.text(st.characters(blacklist_categories=("Cs", "Cc"))).filter(lambda text: not re.search("[\ufffe\uffff]", text))
)
def test_plain_text_arrives_unchanged(text: str) -> None:
    root = parse(to_html(Text(text)))
    for line_break in root.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    assert text_of(root) == text


@lru_cache(maxsize=1)
def qti_schema(folder: Path) -> etree.XMLSchema:
    class Local(etree.Resolver):
        def resolve(self, system_url: str, public_id: str, context: object = None) -> Any:
            path = folder / re.sub(r"^https?://", "", system_url)
            return self.resolve_filename(str(path), context) if path.is_file() else None  # type: ignore[attr-defined]

    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Local())
    return etree.XMLSchema(etree.parse(str(folder / "www.imsglobal.org/xsd/imsqti_v2p1.xsd"), parser))


def assert_valid(schema: etree.XMLSchema, block: str) -> None:
    item = (
        f'<assessmentItem xmlns="{NAMESPACE}" identifier="a" title="t" adaptive="false" timeDependent="false">'
        f"<itemBody>{block}</itemBody></assessmentItem>"
    )
    schema.assertValid(etree.fromstring(item.encode()))


def test_fragments_are_valid_qti(shared: Path) -> None:
    schema = qti_schema(shared / "qti-xsd")

    @settings(deadline=None, max_examples=400, database=None)
    @given(FRAGMENTS)
    def check(fragment: str) -> None:
        for text in (Text(fragment), Text(fragment, is_html=True)):
            assert_valid(schema, to_block(text, mathml=True, asset_url=lambda name: f"images/{name}"))
            assert_valid(schema, f"<p>{to_inline(text, mathml=True, asset_url=lambda name: None)}</p>")

    check()


FORMULAS = [
    r"\frac{a}{b}", r"\sum_{i=1}^n i^2", r"\sqrt[3]{x}", r"\begin{pmatrix}a&b\\c&d\end{pmatrix}", r"\int_0^1 f\,dx",
    r"\mathbb{R}", r"\left( x \right)", r"x \text{ if } y", r"\cancel{x}", r"\overline{AB}", r"\vec{v}\cdot\hat{x}",
    r"\begin{cases} a & b \\ c & d \end{cases}", r"\lim_{x\to 0}", r"a\neq b", r"\binom{n}{k}", r"30^\circ", r"f'(x)",
    r"\underbrace{a+b}_{c}", r"\overset{!}{=}", r"\xrightarrow{a}", r"\dfrac12", r"\boxed{x}", r"x<y>z", r"50\%",
    r"\begin{align} a&=b\\ c&=d\end{align}", r"\mathcal{L}", r"a \; b", r"\not=", r"\prod\limits_{k}",
    r"{}_{6}^{14}\mathrm{C}",
]  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_become_valid_mathml(formula: str, shared: Path) -> None:
    block = to_block(Text(rf"Let \({formula}\) be \[{formula}\]"), mathml=True)
    assert block.count("<math") == 2 and r"\(" not in block
    assert parse(block)[0][0].get("alttext") == formula
    assert_valid(qti_schema(shared / "qti-xsd"), block)


@pytest.mark.parametrize(
    "part",
    [
        "<b>",
        "<!--",
        '<a "',
        "<a '",
        "<![CDATA[",
        "<script>",
        "<svg>",
        "&",
        "<!",
        "<td>",
        "<ul>",
        "<p><b>",
        "\\(",
        "</b>",
    ],
)
def test_time_is_linear(part: str) -> None:
    start = time.process_time()
    content, _ = sanitise(part * (1_000_000 // len(part)))
    formulas(Text(content, is_html=True))
    assert time.process_time() - start < 8


def test_the_schema_is_no_yes_man(shared: Path) -> None:
    with pytest.raises(etree.DocumentInvalid):
        assert_valid(qti_schema(shared / "qti-xsd"), "<p><u>x</u></p>")
