"""The safe HTML subset: tolerant HTML in, well-formed XHTML out.

:func:`sanitise` is the only gate through which mark-up enters the package. What it returns is well-formed, free of
scripts and valid where QTI 2.1 allows block content (``qticonv.model.subset`` holds the rules); applied twice it
changes nothing more. Its tokens are found by expressions that never go back, so that the time is linear in the length
of any input, and the result does not depend on the version of Python's own HTML parser.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from qticonv.model import subset
from qticonv.model.tree import Node, Tree
from qticonv.patterns import lazy

MAX_TAGS = 100_000  # tags of one fragment; after that everything is text

_TOKEN = lazy(
    r"<!--(?P<comment>.*?)(?:-->|\Z)"
    r"|<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)"
    r"|<[!?](?P<declaration>[^<>]*+)>"
    r"""|<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9:._-]*+)(?P<attributes>(?:[^"'<>]++|"[^"]*"|'[^']*')*+)>""",
    re.DOTALL,
)
_ATTRIBUTE = lazy(r"""([^\s"'<>/=]++)(?:\s*+=\s*+("[^"]*"|'[^']*'|[^\s"'<>]++))?+""")
_SELF_CLOSING = lazy(r"""(?:\A|[\s"'])/\s*\Z""")
_REFERENCE = lazy(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")
_NOT_XML = lazy("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NEWLINE = lazy(r"\r\n?")
_URI_SAFE = "!#$%&'()*+,/:;=?@~-._"


def sanitise(fragment: str) -> tuple[str, tuple[str, ...]]:
    """Return ``fragment`` as well-formed XHTML of the safe subset, and what was removed from it.

    What is removed is named for people (``"element script"``, ``"attribute onclick"``, ``"link javascript:…"``), each
    once, in order of appearance. Text is never removed except inside elements that hold no text for readers (script,
    style, svg …); a tag of no HTML element (``List<int>``) is text.
    """
    reader = _Reader()
    reader.feed(clean_text(fragment))
    root, removed = reader.finish()
    return _serialise(root), removed


def clean_text(text: str) -> str:
    """Return ``text`` with ``\\n`` for every line end and without characters that XML cannot hold."""
    if text.isprintable():  # most texts are, and this is many times faster
        return text
    return _NOT_XML.sub(_substitute, _NEWLINE.sub("\n", text))


def is_clean(text: str) -> bool:
    """Whether :func:`clean_text` leaves every character of ``text`` (line ends apart)."""
    return _NOT_XML.search(text) is None


def _substitute(match: re.Match[str]) -> str:
    character = match.group()
    return "\ufffd" if "\ud800" <= character <= "\udfff" else "\n" if character == "\x0c" else ""


class _Reader:
    """Finds the tokens of a fragment and hands them to a tree."""

    def __init__(self) -> None:
        self._tree = Tree()
        self._skipping: list[str] = []
        self._endless: set[str] = set()  # elements without an end tag in the rest of the source

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

    def _known(self, name: str, source: str, closed: bool) -> None:
        kept = subset.RENAMED.get(name, name)
        if kept in subset.UNWRAPPED or ":" in kept:
            self._remove(f"element {name}")
            return
        attributes = self._attributes(kept, source)
        if (kept == "a" and "href" not in attributes) or (kept == "img" and "src" not in attributes):
            self._without_target(kept, attributes)
        elif not self._tree.start(kept, attributes, closed):
            self._remove(f"element {name}")

    def _without_target(self, name: str, attributes: dict[str, str]) -> None:
        """An image that leads nowhere leaves its alternative text; a link leaves the text that is in it anyway."""
        self._remove(f"element {name}")
        if name == "img":
            self._text(attributes.get("alt", ""))

    def _end(self, name: str, literal: str) -> None:
        if self._skipping:
            if name == self._skipping[0]:
                self._skipping.pop()
        elif name == "br":
            self._known("br", "", True)
        elif not _is_known(name):
            self._text(literal)
        else:
            self._tree.end(subset.RENAMED.get(name, name))

    def finish(self) -> tuple[Node, tuple[str, ...]]:
        """Return the root of the tree and what was left out."""
        if self._skipping:
            self._remove(f"text after <{self._skipping[0]}> that is not closed")
        return self._tree.finish(), tuple(self._tree.removed)

    def _text(self, text: str) -> None:
        if text and not self._skipping:
            self._tree.text(clean_text(text))

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
        self._tree.removed[what] = None


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
    import html
    from html.entities import html5

    name = reference.group()
    return html.unescape(name) if name[1] == "#" or name[1:] in html5 else name


def _uri(value: str) -> str:
    return quote(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", value.strip()), safe=_URI_SAFE)


def _serialise(node: Node) -> str:
    return "".join(escape(child) if isinstance(child, str) else _element(child) for child in node.children)


def _element(node: Node) -> str:
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in node.attributes.items())
    if node.name == "math":
        attributes = f' xmlns="{subset.MATHML}"{attributes}'
    if node.name in subset.VOID:
        return f"<{node.name}{attributes}/>"
    return f"<{node.name}{attributes}>{_serialise(node)}</{node.name}>"


def escape(text: str) -> str:
    """Escape ``& < > "`` and nothing else: for text and attribute values of HTML and XML alike."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
