"""Markdown of a source whose format is Markdown, through markdown-it-py (CommonMark with tables).

The library is optional (``pip install qticonv[markdown]``). HTML in the source is text. Math ``\\(…\\)`` and
``\\[…\\]`` stays as it is, which plain CommonMark would take for escaped brackets.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from qticonv.model import Text
from qticonv.model.markup import escape, sanitise
from qticonv.patterns import lazy

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

_LATEX = r"(?:[^\\]++|\\[^()\[\]])++"
_MATH = lazy(rf"\\\({_LATEX}\\\)|\\\[{_LATEX}\\\]")
# Pandoc's rule: no space inside the marks, no digit after the closing one, so that prices are no math.
_DOLLARS = lazy(r"\$\$([^$]+)\$\$|\$(?![\s$])((?:[^$\\\n]|\\.)*?)(?<![\s\\])\$(?!\d)")
_ONE_PARAGRAPH = lazy(r"<p>((?:(?!</?p>).)*)</p>", re.DOTALL)


@lru_cache(maxsize=1)
def is_available() -> bool:
    """Whether markdown-it-py is installed."""
    try:
        import markdown_it  # noqa: F401
    except ImportError:
        return False
    return True


def markdown_to_text(source: str, *, dollar_math: bool = False) -> Text:
    """Return Markdown as text: plain where it holds no mark-up, otherwise HTML of the safe subset.

    ``dollar_math``: ``$…$`` and ``$$…$$`` are math too and become ``\\(…\\)`` and ``\\[…\\]``. Without markdown-it-py
    the source stays plain text as it is.
    """
    if not is_available():
        return Text(source)
    content = sanitise(_parser(dollar_math).render(source))[0].strip()
    if alone := _ONE_PARAGRAPH.fullmatch(content):
        content = alone[1].strip()
    if "<" not in content:
        return Text(html.unescape(content).replace("\n", " "))
    return Text(content, is_html=True)


@lru_cache(maxsize=2)
def _parser(dollar_math: bool) -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["html_block", "html_inline"])
    parser.inline.ruler.before("escape", "math", _dollar_rule if dollar_math else _inline_rule)
    parser.block.ruler.before("fence", "math", _block_rule, {"alt": ["paragraph"]})
    parser.add_render_rule("math", _render)
    if dollar_math:
        parser.inline.ruler.before("text", "dollar", _dollar_rule)
    parser.validateLink = lambda url: True  # type: ignore[method-assign] # the safe subset decides
    return parser


def _inline_rule(state: StateInline, silent: bool) -> bool:
    found = _MATH.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.push("math", "", 0).content = found.group()
    state.pos = found.end()
    return True


def _dollar_rule(state: StateInline, silent: bool) -> bool:
    found = _DOLLARS.match(state.src, state.pos, state.posMax)
    if found is None:
        return _inline_rule(state, silent)
    if not silent:
        state.push("math", "", 0).content = rf"\[{found[1]}\]" if found[1] else rf"\({found[2]}\)"
    state.pos = found.end()
    return True


def _block_rule(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Take ``\\[ … \\]`` that begins a line and ends one, so that its lines are no headings or lists."""
    start = state.bMarks[first] + state.tShift[first]
    if state.is_code_block(first) or not state.src.startswith(r"\[", start):
        return False
    for line in range(first, last):
        if state.isEmpty(line):
            return False
        text = state.src[start : state.eMarks[line]].rstrip()
        if text.endswith(r"\]"):
            return bool(_MATH.fullmatch(text)) and _take_block(state, first, line, text, silent)
    return False


def _take_block(state: StateBlock, first: int, line: int, text: str, silent: bool) -> bool:
    if silent:
        return True
    state.push("paragraph_open", "p", 1)
    state.push("math", "", 0).content = text
    state.push("paragraph_close", "p", -1)
    state.line = line + 1
    return True


def _render(_: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    return escape(tokens[index].content)
