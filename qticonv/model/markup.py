"""The safe HTML subset: tolerant HTML in, well-formed XHTML out.

:func:`sanitise` is the only gate through which mark-up enters the package. What it returns is well-formed, free of
scripts and valid where QTI 2.1 allows block content (``qticonv.model.subset`` holds the rules); applied twice it
changes nothing more. Its tokens are found by expressions that never go back, so that the time is linear in the length
of any input, and the result does not depend on the version of Python's own HTML parser.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.entities import html5
from urllib.parse import quote

from qticonv.model import subset

MAX_DEPTH = 60  # elements within elements; deeper tags are left out, their text stays
MAX_TAGS = 100_000  # tags of one fragment; after that everything is text

_TOKEN = re.compile(
    r"<!--(?P<comment>.*?)(?:-->|\Z)"
    r"|<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)"
    r"|<[!?](?P<declaration>[^<>]*+)>"
    r"""|<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9:._-]*+)(?P<attributes>(?:[^"'<>]++|"[^"]*"|'[^']*')*+)>""",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)(?:\s*+=\s*+("[^"]*"|'[^']*'|[^\s"'<>]++))?+""")
_SELF_CLOSING = re.compile(r"""(?:\A|[\s"'])/\s*\Z""")
_REFERENCE = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NEWLINE = re.compile(r"\r\n?")
_URI_SAFE = "!#$%&'()*+,/:;=?@~-._"


@dataclass(slots=True)
class _Node:
    """An element that is being built. ``children`` are texts and elements."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[str | _Node] = field(default_factory=list)


def sanitise(fragment: str) -> tuple[str, tuple[str, ...]]:
    """Return ``fragment`` as well-formed XHTML of the safe subset, and what was removed from it.

    What is removed is named for people (``"element script"``, ``"attribute onclick"``, ``"link javascript:…"``), each
    once, in order of appearance. Text is never removed except inside elements that hold no text for readers (script,
    style, svg …); a tag of no HTML element (``List<int>``) is text.
    """
    builder = _Builder()
    builder.feed(clean_text(fragment))
    return _serialise(builder.finish()), tuple(builder.removed)


def clean_text(text: str) -> str:
    """Return ``text`` with ``\\n`` for every line end and without characters that XML cannot hold."""
    return _NOT_XML.sub(_substitute, _NEWLINE.sub("\n", text))


def is_clean(text: str) -> bool:
    """Whether :func:`clean_text` leaves every character of ``text`` (line ends apart)."""
    return _NOT_XML.search(text) is None


def _substitute(match: re.Match[str]) -> str:
    character = match.group()
    return "\ufffd" if "\ud800" <= character <= "\udfff" else "\n" if character == "\x0c" else ""


class _Builder:
    """Takes tokens one by one and keeps the tree valid after each."""

    def __init__(self) -> None:
        self._root = _Node("")
        self._open = [self._root]
        self._skipping: list[str] = []
        self._endless: set[str] = set()  # elements without an end tag in the rest of the source
        self.removed: dict[str, None] = {}

    # ------------------------------------------------------------------ tokens

    def feed(self, source: str) -> None:
        """Read all tokens of ``source``; from the first tag over the limit on, all is text."""
        position = tags = 0
        while tags < MAX_TAGS and (token := _TOKEN.search(source, position)):
            tags += 1
            self._text(_unescape(source[position : token.start()]))
            position = self._token(token, source)
        if tags >= MAX_TAGS and _TOKEN.search(source, position):
            self._remove(f"mark-up after {MAX_TAGS} tags")
        self._text(_unescape(source[position:]))

    def _token(self, token: re.Match[str], source: str) -> int:
        """Take one token; return where the next begins."""
        name = token["name"]
        if token["cdata"] is not None:
            self._text(token["cdata"])
        elif name is None:
            if token["comment"] is not None and not self._skipping:
                self._remove("comment")
        else:
            return self._tag(token, name.lower(), source)
        return token.end()

    def _tag(self, token: re.Match[str], name: str, source: str) -> int:
        name = name.removeprefix("m:").removeprefix("mml:")
        closed = _SELF_CLOSING.search(token["attributes"]) is not None
        if token["close"]:
            self._end(name, token.group())
        elif not self._skipping and name in subset.RAW:
            self._remove(f"element {name}")
            return token.end() if closed else _end_of_raw(name, source, token.end())
        elif not self._skipping and name in subset.DROPPED | subset.MATH_DROPPED and not self._has_end(name, token):
            self._remove(f"element {name}")
        else:
            self._start(name, token, closed or name in subset.VOID)
        return token.end()

    def _has_end(self, name: str, token: re.Match[str]) -> bool:
        """Whether an end tag follows: without one only the tag is left out, not all of the text after it."""
        if name not in self._endless and not re.compile(f"</{name}", re.IGNORECASE).search(token.string, token.end()):
            self._endless.add(name)
        return name not in self._endless

    def _start(self, name: str, token: re.Match[str], closed: bool) -> None:
        if self._skipping or name in subset.DROPPED or name in subset.MATH_DROPPED:
            self._skip(name, closed)
        elif not _is_known(name):
            self._text(token.group())
        else:
            self._known(name, token["attributes"], closed)

    def _skip(self, name: str, closed: bool) -> None:
        """Leave out an element with all that is in it."""
        if not self._skipping:
            self._remove(f"element {name}")
        if not closed and (not self._skipping or name == self._skipping[0]):
            self._skipping.append(name)

    def _known(self, name: str, attributes: str, closed: bool) -> None:
        kept = subset.RENAMED.get(name, name)
        if kept in subset.UNWRAPPED or ":" in kept or self._is_too_deep(kept) or not self._place(kept):
            self._remove(f"element {name}")
            return
        node = _Node(kept, self._attributes(kept, attributes))
        if (kept == "a" and "href" not in node.attributes) or (kept == "img" and "src" not in node.attributes):
            self._without_target(node)
            return
        self._top.children.append(node)
        if not closed:
            self._open.append(node)
        elif kept not in subset.VOID:
            self._open.append(node)
            self._pop()

    def _is_too_deep(self, name: str) -> bool:
        return len(self._open) > MAX_DEPTH and name not in subset.FLAT

    def _without_target(self, node: _Node) -> None:
        """An image that leads nowhere leaves its alternative text; a link leaves the text that is in it anyway."""
        self._remove(f"element {node.name}")
        if node.name == "img":
            self._text(node.attributes.get("alt", ""))

    def _end(self, name: str, literal: str) -> None:
        if self._skipping:
            if name == self._skipping[0]:
                self._skipping.pop()
        elif name == "br":
            self._known("br", "", True)
        elif not _is_known(name):
            self._text(literal)
        else:
            self._close(subset.RENAMED.get(name, name))

    def _close(self, name: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].name == name:
                self._pop_to(depth)
                return
            if self._open[depth].name in subset.BARRIERS and name not in subset.TABLE_PARTS:
                return

    # ------------------------------------------------------------------ placing

    @property
    def _top(self) -> _Node:
        return self._open[-1]

    @property
    def _in_math(self) -> bool:
        return self._top.name in subset.MATH_ARITY or self._top.name == "math"

    def _place(self, name: str) -> bool:
        """Make the innermost open element one that may hold ``name``; ``False`` if there is no such place."""
        if self._in_math or name in subset.MATH_ARITY:
            return self._place_math(name)
        if name in subset.PARTS:
            return self._place_part(name)
        if name in subset.BLOCKS:
            return self._place_block(name)
        if name == "a":
            self._leave(frozenset({"a"}), "in a link")
        self._imply()
        return True

    def _place_math(self, name: str) -> bool:
        if name not in subset.MATH_ARITY or not self._in_math or self._top.name in subset.MATH_TOKENS:
            return False
        wanted = subset.MATH_PARTS.get(name)
        if wanted is not None:
            return self._top.name == wanted
        self._imply()
        return True

    def _place_part(self, name: str) -> bool:
        """Go up to the list or table that ``name`` belongs to, and down to the row that it needs."""
        containers = subset.PARTS[name]
        for depth in range(len(self._open) - 1, 0, -1):
            around = self._open[depth].name
            if around in containers or _leads_to(around, containers):
                self._pop_to(depth + 1)
                while self._top.name not in containers:
                    self._push(subset.IMPLIED[self._top.name])
                return name != "caption" or not self._top.children
            if around in subset.BARRIERS and name in subset.HOMES:
                break
        home = subset.HOMES.get(name, "table")
        return not self._is_too_deep(home) and self._place_block(home) and self._push_to(home, containers)

    def _push_to(self, home: str, containers: frozenset[str]) -> bool:
        self._push(home)
        while self._top.name not in containers:
            self._push(subset.IMPLIED[self._top.name])
        return True

    def _place_block(self, name: str) -> bool:
        """End the inline elements and the paragraph that are open: no block stands in them."""
        self._leave(subset.INLINE, "around a block")
        if self._top.name in subset.TEXT_BLOCKS:
            self._pop()
        if self._top.name in subset.TEXT_ONLY:
            if self._top.children and name != "hr":
                self._known("br", "", True)
            return False
        if self._top.name != "blockquote":
            self._imply()
        return True

    def _leave(self, names: frozenset[str], why: str) -> None:
        """End the outermost of the inline elements called ``names`` that are open in this block, and all in it."""
        depth = len(self._open)
        while depth > 1 and self._open[depth - 1].name in subset.INLINE:
            depth -= 1
        for inner in range(depth, len(self._open)):
            if self._open[inner].name in names:
                self._remove(f"element {self._open[inner].name} {why}")
                self._pop_to(inner)
                return

    def _imply(self) -> None:
        """Open what must stand between the innermost element and text."""
        while implied := subset.IMPLIED.get(self._top.name) or subset.MATH_IMPLIED.get(self._top.name):
            self._push(implied)

    def _push(self, name: str) -> None:
        node = _Node(name)
        self._top.children.append(node)
        self._open.append(node)

    # ------------------------------------------------------------------ closing

    def _pop_to(self, depth: int) -> None:
        while len(self._open) > depth:
            self._pop()

    def _pop(self) -> None:
        """End the innermost element; what would be invalid is replaced by what is in it."""
        node = self._open.pop()
        siblings = self._top.children
        if node.name in subset.NEVER_EMPTY and not node.children:
            siblings.pop()
        elif node.name == "table":
            siblings[-1:] = _tidy_table(node)
        elif node.name == "math" and not all(map(_has_arity, node.children)):
            self._remove("element math (malformed)")
            siblings[-1:] = [_text_of(node)]

    def finish(self) -> _Node:
        """End everything and return the root."""
        if self._skipping:
            self._remove(f"text after <{self._skipping[0]}> that is not closed")
        self._pop_to(1)
        return self._root

    # ------------------------------------------------------------------ text and attributes

    def _text(self, text: str) -> None:
        if not text or self._skipping:
            return
        top = self._top.name
        if not text.strip() and (top in subset.IMPLIED or (self._in_math and top not in subset.MATH_TOKENS)):
            return
        self._imply()
        if self._in_math and self._top.name not in subset.MATH_TOKENS:
            self._top.children.append(_Node("mtext", {}, [clean_text(text.strip())]))
        else:
            self._top.children.append(clean_text(text))

    def _attributes(self, name: str, source: str) -> dict[str, str]:
        allowed = subset.ATTRIBUTES.get(name, {})
        given: dict[str, str] = {}
        for key, value in _ATTRIBUTE.findall(source):
            given.setdefault(key.lower(), _value(value))
        kept = {}
        for key, pattern in allowed.items():
            if key in given:
                value = _uri(given.pop(key)) if key == "href" else given.pop(key).strip()
                if pattern.fullmatch(value):
                    kept[key] = value
                else:
                    self._remove(f"link {value[:40]}" if key in ("href", "src") else f"attribute {key}")
        self._other_attributes(name, given, kept)
        return kept

    def _other_attributes(self, name: str, given: dict[str, str], kept: dict[str, str]) -> None:
        for key, value in given.items():
            if key == "class" and name not in subset.MATH_ARITY and name != "math" and subset.CLASS.fullmatch(value):
                kept["class"] = value
            elif not key.startswith("xmlns"):
                self._remove(f"attribute {key[:40]}")

    def _remove(self, what: str) -> None:
        self.removed[what] = None


def _is_known(name: str) -> bool:
    return (
        name in subset.INLINE
        or name in subset.BLOCKS
        or name in subset.PARTS
        or name in subset.RENAMED
        or name in subset.UNWRAPPED
        or name in subset.DROPPED
        or name in subset.MATH_ARITY
        or name in subset.MATH_DROPPED
        or (":" in name and not name.startswith(("http", "ftp")))
    )


def _leads_to(name: str, containers: frozenset[str]) -> bool:
    """Whether implied elements lead from ``name`` to one of ``containers`` (table, tbody, tr)."""
    implied = subset.IMPLIED.get(name)
    return implied is not None and (implied in containers or _leads_to(implied, containers))


def _end_of_raw(name: str, source: str, position: int) -> int:
    end = re.compile(rf"</{name}[^>]*>", re.IGNORECASE).search(source, position)
    return end.end() if end else len(source)


def _value(raw: str) -> str:
    quoted = raw[1:-1] if raw[:1] in ("'", '"') else raw
    return clean_text(_unescape(quoted)).replace("\n", " ").replace("\t", " ")


def _unescape(text: str) -> str:
    """Resolve references that end in a semicolon; ``?a=1&copy=2`` and ``AT&T`` stay as they are."""
    return _REFERENCE.sub(_resolve, text) if "&" in text else text


def _resolve(reference: re.Match[str]) -> str:
    name = reference.group()
    return html.unescape(name) if name[1] == "#" or name[1:] in html5 else name


def _uri(value: str) -> str:
    return quote(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", value.strip()), safe=_URI_SAFE)


def _has_arity(node: str | _Node) -> bool:
    if isinstance(node, str):
        return True
    arity = subset.MATH_ARITY[node.name]
    fits = arity is None or arity == len(node.children)
    return fits and all(map(_has_arity, node.children))


def _tidy_table(table: _Node) -> list[str | _Node]:
    """Order the parts as XHTML does: caption, one head, bodies. A table without a row is its caption alone."""
    caption = [part for part in table.children if isinstance(part, _Node) and part.name == "caption"]
    rows = [part for part in table.children if isinstance(part, _Node) and part.name != "caption"]
    for index, part in enumerate(rows):
        if part.name == "thead" and (index > 0 or len(rows) == 1):
            part.name = "tbody"
    if not rows:
        return [_Node("p", {}, part.children) for part in caption]
    table.children = [*caption, *rows]
    return [table]


def _text_of(node: _Node) -> str:
    return "".join(child if isinstance(child, str) else _text_of(child) for child in node.children)


def _serialise(node: _Node) -> str:
    return "".join(escape(child) if isinstance(child, str) else _element(child) for child in node.children)


def _element(node: _Node) -> str:
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in node.attributes.items())
    if node.name == "math":
        attributes = f' xmlns="{subset.MATHML}"{attributes}'
    if node.name in subset.VOID:
        return f"<{node.name}{attributes}/>"
    return f"<{node.name}{attributes}>{_serialise(node)}</{node.name}>"


def escape(text: str) -> str:
    """Escape ``& < > "`` and nothing else: for text and attribute values of HTML and XML alike."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
