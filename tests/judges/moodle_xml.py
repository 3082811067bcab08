"""A second reading of Moodle XML: what Moodle's own reader takes from the file, written after its source.

Moodle's parser hands texts over in pieces, and pieces of nothing but white space are dropped (lib/xmlize.php:160). A
piece ends at every entity, at both ends of a CDATA section, at every tag, and before the first character that is not
ASCII.
Not for files of others: no checks, no limits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

_TOKEN = re.compile(
    r"<!\[CDATA\[(?P<cdata>.*?)\]\]>|<!--.*?-->|<\?.*?\?>|<(?P<end>/?)(?P<name>[\w-]+)(?P<attributes>[^>]*?)(?P<empty>/?)>"
    r"|(?P<entity>&[#\w]+;)|(?P<text>[^<&]+)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_TRIM = " \t\n\r\0\x0b"


@dataclass
class Node:
    """An element: its attributes, its children in order, and its own text as Moodle keeps it."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    text: str = ""

    def all(self, name: str) -> list[Node]:
        return [child for child in self.children if child.name == name]

    def get(self, *path: str) -> str | None:
        """The trimmed text of the first descendant along ``path``; ``None`` if there is none."""
        node = self
        for name in path:
            found = node.all(name)
            if not found:
                return None
            node = found[0]
        return node.text.strip(_TRIM)


def xmlize(data: bytes) -> Node:
    """Return the root element."""
    stack = [Node("")]
    text = data.decode("utf-8")
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        assert token, text[position : position + 60]
        position = token.end()
        if token["cdata"] is not None:
            _piece(stack[-1], token["cdata"])
        elif token["entity"]:
            _piece(stack[-1], unescape(token["entity"]))
        elif token["text"]:
            ascii_part = re.match(r"[\x00-\x7f]*", token["text"])
            assert ascii_part
            _piece(stack[-1], ascii_part[0])
            _piece(stack[-1], token["text"][ascii_part.end() :])
        elif token["name"]:
            _tag(stack, token)
    return stack[0].children[0]


def _piece(node: Node, piece: str) -> None:
    if piece.strip(_TRIM):
        node.text += piece


def _tag(stack: list[Node], token: re.Match[str]) -> None:
    if token["end"]:
        node = stack.pop()
        assert node.name == token["name"]
        return
    attributes = {name: unescape(value) for name, value in _ATTRIBUTE.findall(token["attributes"])}
    node = Node(token["name"], attributes)
    stack[-1].children.append(node)
    if not token["empty"]:
        stack.append(node)


def questions(data: bytes) -> list[Node]:
    """Return the ``question`` elements that are no categories."""
    return [node for node in xmlize(data).all("question") if node.attributes["type"] != "category"]


def categories(data: bytes) -> list[str]:
    """Return the category paths in order."""
    found = [
        node.get("category", "text") for node in xmlize(data).all("question") if node.attributes["type"] == "category"
    ]
    return [path for path in found if path is not None]


def answers(question: Node) -> list[tuple[str, str, str]]:
    """Return fraction, text and feedback of every answer."""
    return [
        (node.attributes["fraction"], node.get("text") or "", node.get("feedback", "text") or "")
        for node in question.all("answer")
    ]
