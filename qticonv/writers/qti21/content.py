"""Texts as XHTML that the QTI 2.1 schema allows.

Plain text needs nothing but escaping. HTML is walked once and rebuilt: QTI knows a subset of XHTML 1.0 (no ``u``, ``s``
or ``style``; tables with ``tbody``; ``alt`` and ``href`` required), and is strict about what may stand in what.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape

from lxml import etree

from qticonv.model import Text
from qticonv.writers import markup
from qticonv.writers.qti21.xml import FORBIDDEN

_PHRASES = frozenset(["a", "abbr", "acronym", "cite", "code", "dfn", "em", "kbd", "q", "samp", "span", "strong", "var"])
_INLINE = _PHRASES | frozenset(["b", "big", "i", "small", "sub", "sup", "tt"])
_TEXT_BLOCKS = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "address"])
_FLOW_BLOCKS = frozenset(("div",))
_BLOCKS = _TEXT_BLOCKS | _FLOW_BLOCKS | frozenset(["ul", "ol", "dl", "blockquote", "table", "hr"])
_VOID = frozenset(("br", "img", "math"))
_PARTS = frozenset(["li", "dt", "dd", "td", "th", "tr", "caption", "tbody", "thead", "tfoot"])
# What HTML has and QTI has not, by the nearest thing it has.
_ALIASES: Mapping[str, tuple[str, str]] = {
    "u": ("span", "underline"),
    "ins": ("span", "underline"),
    "s": ("span", "line-through"),
    "strike": ("span", "line-through"),
    "del": ("span", "line-through"),
    "mark": ("span", "mark"),
    "font": ("span", ""),
    "center": ("div", ""),
    "section": ("div", ""),
    "article": ("div", ""),
    "figure": ("div", ""),
    "figcaption": ("p", ""),
}
_MATHML = "http://www.w3.org/1998/Math/MathML"
_TAGS = re.compile(r"<(?!br/>)")
_SIZE = re.compile(r"[0-9]+%?")
_SPAN = re.compile(r"[0-9]{1,4}")
_LANG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_BREAKS = re.compile(r"(?:<br/>)+\Z")

Locate = Callable[[str], str | None]


class PackageContent:
    """Turns the texts of one item into XHTML; ``locate`` gives the place of an asset, seen from the item's file."""

    def __init__(self, locate: Locate) -> None:
        self._locate = locate

    def flow(self, text: Text) -> str:
        """Content of a div, a choice or a feedback: inline and block elements mixed."""
        html = markup.to_html(text)
        return "".join(self._flow(parse(html))) if _is_marked(text, html) else html

    def blocks(self, text: Text) -> str:
        """Block elements only; loose text goes into paragraphs."""
        html = markup.to_html(text)
        return "".join(self._blocks(parse(html))) if _is_marked(text, html) else f"<p>{html}</p>"

    def comment(self, text: Text) -> str:
        """Content without paragraphs: Canvas Classic keeps only the first ``p`` of a comment on an answer."""
        html = markup.to_html(text)
        if not _is_marked(text, html):
            return html
        return _BREAKS.sub("", "".join(self._comment(parse(html))))

    def _flow(self, parent: etree._Element) -> Iterable[str]:
        yield _text(parent.text)
        for child in parent:
            yield from self._flow_child(child)
            yield _text(child.tail)

    def _flow_child(self, child: etree._Element) -> Iterable[str]:
        name, style = _name(child)
        if name in _BLOCKS:
            yield self._block(child, name, style)
        elif name in _INLINE and any(_name(inner)[0] in _BLOCKS for inner in child.iterdescendants()):
            yield from self._flow(child)  # a block inside an inline element: the block matters more
        elif name in _PARTS:
            yield f"<div>{''.join(self._flow(child))}</div>"
        elif name in _INLINE or name in _VOID:
            yield self._inline_child(child)
        else:
            yield from self._flow(child)

    def _comment(self, parent: etree._Element) -> Iterable[str]:
        yield _text(parent.text)
        for child in parent:
            if _name(child)[0] in ("p", "div"):
                yield from self._comment(child)
                yield "<br/>"
            else:
                yield from self._flow_child(child)
            yield _text(child.tail)

    def _blocks(self, parent: etree._Element) -> Iterable[str]:
        """Blocks as they are, runs of inline content as paragraphs."""
        run = [_text(parent.text)]
        for child in parent:
            name, style = _name(child)
            if name in _BLOCKS:
                yield _paragraph(run)
                run = []
                yield self._block(child, name, style)
            else:
                run.append(self._inline_child(child))
            run.append(_text(child.tail))
        yield _paragraph(run)

    def _block(self, element: etree._Element, name: str, style: str) -> str:
        head = name + _attributes(element, style)
        if name == "hr":
            return "<hr/>"
        if name == "table":
            return self._table(element, head)
        if name in ("ul", "ol"):
            return f"<{head}>{self._items(element)}</{name}>"
        if name == "dl":
            return f"<{head}>{self._definitions(element)}</{name}>"
        if name == "blockquote":
            return f"<{head}>{''.join(self._blocks(element))}</{name}>"
        if name in _TEXT_BLOCKS and not _holds_block(element):
            return f"<{head}>{''.join(self._inline(element))}</{name}>"
        # A block inside a paragraph: the paragraph becomes a div.
        return f"<div{_attributes(element, style)}>{''.join(self._flow(element))}</div>"

    def _items(self, parent: etree._Element) -> str:
        items = [f"<li>{_text(parent.text)}</li>" if (parent.text or "").strip() else ""]
        for child in parent:
            inner = "".join(self._flow(child) if _name(child)[0] == "li" else self._flow_child(child))
            tail = _text(child.tail) if (child.tail or "").strip() else ""
            items.append(f"<li>{inner}{tail}</li>")
        return "".join(items)

    def _definitions(self, parent: etree._Element) -> str:
        parts = []
        for child in parent:
            if _name(child)[0] == "dt" and not _holds_block(child):
                parts.append(f"<dt>{''.join(self._inline(child))}</dt>")
            else:
                parts.append(f"<dd>{''.join(self._flow(child))}</dd>")
        return "".join(parts)

    def _table(self, element: etree._Element, head: str) -> str:
        """Rebuild a table: caption, thead, tfoot, then bodies, as the schema orders them."""
        found: dict[str, list[str]] = {"caption": [], "thead": [], "tfoot": [], "tbody": []}
        loose: list[str] = []
        for child in element:
            name = _name(child)[0]
            if name == "caption":
                found[name] = [f"<caption>{''.join(self._inline(child))}</caption>"]
            elif name in found and (rows := self._rows(child)):
                found[name].append(f"<{name}>{rows}</{name}>")
            elif name == "tr":
                loose.append(self._row(child))
        bodies = found["tbody"] + ([f"<tbody>{''.join(loose)}</tbody>"] if any(loose) else [])
        heads, feet = found["thead"], found["tfoot"]
        bodies = [part.replace("thead>", "tbody>") for part in heads[1:]] + bodies
        if not bodies:
            bodies, heads = [part.replace("thead>", "tbody>") for part in heads[:1]], []
        if not bodies:
            return f"<div>{''.join(self._flow(element))}</div>"
        return f"<{head}>{''.join(found['caption'] + heads[:1] + feet[:1] + bodies)}</table>"

    def _rows(self, part: etree._Element) -> str:
        return "".join(self._row(row) for row in part if _name(row)[0] == "tr")

    def _row(self, row: etree._Element) -> str:
        cells = []
        for cell in row:
            name = _name(cell)[0]
            if name in ("td", "th"):
                cells.append(f"<{name}{_spans(cell)}>{''.join(self._flow(cell))}</{name}>")
        return f"<tr>{''.join(cells)}</tr>" if cells else ""

    def _inline(self, parent: etree._Element) -> Iterable[str]:
        yield _text(parent.text)
        for child in parent:
            yield self._inline_child(child)
            yield _text(child.tail)

    def _inline_child(self, child: etree._Element) -> str:
        name, style = _name(child)
        if name == "br":
            return "<br/>"
        if name == "img":
            return self._image(child)
        if name == "math":
            return _math(child)
        inner = "".join(self._inline(child))
        if name == "a":
            href = child.get("href")
            return f'<a href="{escape(href)}">{inner}</a>' if href else inner
        if name in _INLINE:
            return f"<{name}{_attributes(child, style)}>{inner}</{name}>"
        return f"{inner}<br/>" if name in _BLOCKS else inner

    def _image(self, element: etree._Element) -> str:
        source, alt = element.get("src") or "", escape(element.get("alt") or "")
        place = self._locate(source.removeprefix("asset:")) if source.startswith("asset:") else source
        if not place:
            return alt
        sizes = "".join(
            f' {side}="{value}"' for side in ("height", "width") if _SIZE.fullmatch(value := element.get(side) or "")
        )
        return f'<img src="{escape(place)}" alt="{alt}"{sizes}/>'


def _is_marked(text: Text, html: str) -> bool:
    """Whether there is more in ``html`` than escaped text and line breaks."""
    return (text.is_html or "<" in html) and _TAGS.search(html) is not None


def parse(html: str) -> etree._Element:
    """Parse a fragment; what is not well-formed is shown as it is written."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(f"<div>{_xml_only(html)}</div>", parser)
    except etree.XMLSyntaxError:
        return etree.fromstring(f"<div>{escape(_xml_only(html))}</div>", parser)


def _xml_only(html: str) -> str:
    return FORBIDDEN.sub("\ufffd", html)


def _name(element: etree._Element) -> tuple[str, str]:
    """Return the QTI name of an element and a class that says what the name does not."""
    name = str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()
    return _ALIASES.get(name, (name, ""))


def _holds_block(element: etree._Element) -> bool:
    return any(_name(inner)[0] in _BLOCKS for inner in element.iterdescendants())


def _text(text: str | None) -> str:
    return escape(text, quote=False) if text else ""


def _paragraph(run: Iterable[str]) -> str:
    inner = "".join(run)
    return f"<p>{inner}</p>" if inner.strip() else ""


def _attributes(element: etree._Element, style: str) -> str:
    names = " ".join(filter(None, (element.get("class"), style)))
    lang = element.get("{http://www.w3.org/XML/1998/namespace}lang") or element.get("lang")
    found = f' class="{escape(" ".join(names.split()))}"' if names else ""
    return found + (f' xml:lang="{escape(lang)}"' if lang and _LANG.fullmatch(lang) else "")


def _spans(cell: etree._Element) -> str:
    return "".join(
        f' {side}="{value}"' for side in ("rowspan", "colspan") if _SPAN.fullmatch(value := cell.get(side) or "")
    )


def _math(element: etree._Element, namespace: str = f' xmlns:m="{_MATHML}"') -> str:
    """MathML in its own namespace, under the prefix that QTI's examples use."""
    name = f"m:{str(element.tag).rpartition('}')[2].rpartition(':')[2]}"
    attributes = "".join(
        f' {key}="{escape(str(element.get(key)))}"' for key in map(str, element.keys()) if key[0] != "{"
    )
    inner = _text(element.text) + "".join(_math(child, "") + _text(child.tail) for child in element)
    return f"<{name}{namespace}{attributes}>{inner}</{name}>"
