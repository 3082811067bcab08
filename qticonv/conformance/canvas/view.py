"""What the checks of an item look at, found without regard to namespaces."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import cast

from lxml import etree
from msgspec import Struct, field

from qticonv.diagnostics import Code


class Finding(Struct, frozen=True, gc=False):
    """Something about a line of a document."""

    code: Code
    message: str
    line: int | None
    hint: str | None = None


def local(node: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return str(node.tag).rpartition("}")[2]


def children(node: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the children called ``name``."""
    return iter(node.iterchildren(f"{{*}}{name}"))


def descendants(node: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the elements called ``name`` inside ``node``."""
    return node.iterdescendants(f"{{*}}{name}")


def child_text(node: etree._Element, name: str) -> str:
    """Return the text of the first child called ``name``; empty if there is none."""
    found = next(children(node, name), None)
    return "" if found is None else "".join(map(str, found.itertext())).strip()


def line_of(node: etree._Element | None) -> int | None:
    """Return the line of an element."""
    return None if node is None else cast("int | None", node.sourceline)


class ItemView(Struct):
    """An item with what its checks look at."""

    node: etree._Element
    fields: dict[str, str] = field(default_factory=dict)
    found: list[Finding] = field(default_factory=list)

    def refuse(self, message: str, node: etree._Element | None = None, hint: str | None = None) -> None:
        """Add that the question is refused or loses its key."""
        self.found.append(Finding(Code.CANVAS_QUESTION, message, line_of(self.node if node is None else node), hint))

    def lose(self, message: str, node: etree._Element | None = None, hint: str | None = None) -> None:
        """Add that a part is dropped or changed."""
        self.found.append(Finding(Code.CANVAS_LOSES, message, line_of(self.node if node is None else node), hint))

    @property
    def kind(self) -> str:
        """Its type, without ``_question``."""
        return self.fields.get("question_type", "").removesuffix("_question")

    def all(self, name: str) -> list[etree._Element]:
        """Return the elements called ``name`` in it."""
        return list(descendants(self.node, name))

    @property
    def labels(self) -> list[etree._Element]:
        """The choices, answers or right sides that have a text."""
        return [label for label in self.all("response_label") if next(descendants(label, "mattext"), None) is not None]

    @property
    def scoring(self) -> list[etree._Element]:
        """The rules that give points."""
        return [rule for rule in self.all("respcondition") if any(points_of(n) > 0 for n in children(rule, "setvar"))]


def number(text: str) -> Decimal | None:
    """Return a finite number, or ``None`` where ``text`` is none."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def points_of(node: etree._Element) -> Decimal:
    """Return the number that a ``setvar`` holds; 0 where it is none."""
    return number(node.text or "") or Decimal(0)
