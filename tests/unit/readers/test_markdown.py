"""Markdown becomes the safe subset; math and white space in code survive it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qticonv.model import Text
from qticonv.model.markup import sanitise
from qticonv.readers import markdown
from qticonv.readers.markdown import markdown_to_text

CASES = [
    ("plain", "a & b <c>\nd", Text("a & b <c> d")),
    ("emphasis", "a *b*", Text("a <em>b</em>", is_html=True)),
    ("math", r"\(x_1 * y * z_2 < 3\)", Text(r"\(x_1 * y * z_2 < 3\)")),
    ("math with emphasis around", r"*a* \(x_1\)", Text(r"<em>a</em> \(x_1\)", is_html=True)),
    ("math in code", r"`\(x\)`", Text(r"<code>\(x\)</code>", is_html=True)),
    ("displayed math", "\\[\na\n= b\n\\]", Text("\\[ a = b \\]")),
    ("unpaired mark", r"\(a", Text("(a")),
    ("code", "```\nif x:\n    y\n```", Text("<pre><code>if x:\n    y\n</code></pre>", is_html=True)),
    ("image", "![a b](x/y.png)", Text('<img src="x/y.png" alt="a b"/>', is_html=True)),
    ("script", "[a](javascript:b)", Text("a")),
    ("html", "<script>a</script>", Text("<script>a</script>")),
    ("dollars", "costs $5 and $6", Text("costs $5 and $6")),
    (
        "table",
        "|a|\n|-|\n|b|",
        Text("<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>", is_html=True),
    ),
]


@pytest.mark.parametrize(("source", "text"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_cases(source: str, text: Text) -> None:
    assert markdown_to_text(source) == text


def test_dollar_math_where_the_format_has_it() -> None:
    text = markdown_to_text(r"is $x_1$ or $$y$$, `$z$`, \$5, $5 and $6", dollar_math=True)
    assert text == Text(r"is \(x_1\) or \[y\], <code>$z$</code>, $5, $5 and $6", is_html=True)


@settings(deadline=None, max_examples=150)
@given(st.text(st.sampled_from("ab*_`$\\()[]|-#>! \n<&.1"), max_size=40), st.booleans())
def test_every_source_gives_safe_html(source: str, dollar_math: bool) -> None:
    text = markdown_to_text(source, dollar_math=dollar_math)
    assert not text.is_html or sanitise(text.content) == (text.content, ())


def test_without_the_library_the_text_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "is_available", lambda: False)
    assert markdown_to_text("a *b*") == Text("a *b*")
