"""The tree of a fragment, kept valid after every step: no block in a paragraph, no text beside the items of a list.

What may stand in what is written in ``qticonv.model.subset``; where the source says otherwise, elements are opened and
closed as browsers do, and an element for which there is no place is left out while its text stays.
"""

from __future__ import annotations

from msgspec import Struct, field

from qticonv.model import subset

MAX_DEPTH = 60  # elements within elements; deeper tags are left out, their text stays


class Node(Struct):
    """An element that is being built. ``children`` are texts and elements."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[str | Node] = field(default_factory=list)


class Tree:
    """Takes start tags, end tags and texts in their order. ``removed`` names what was left out, each once."""

    def __init__(self) -> None:
        self._root = Node("")
        self._open = [self._root]
        self.removed: dict[str, None] = {}

    def start(self, name: str, attributes: dict[str, str], closed: bool) -> bool:
        """Open an element (``closed``: one without content); ``False`` if there is no place for it."""
        if self._is_too_deep(name) or not self._place(name):
            return False
        node = Node(name, attributes)
        self._top.children.append(node)
        if name not in subset.VOID:
            self._open.append(node)
        if closed and name not in subset.VOID:
            self._pop()
        return True

    def end(self, name: str) -> None:
        """Close the innermost element called ``name``, with all that is open in it; without one nothing happens."""
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].name == name:
                self._pop_to(depth)
                return
            if self._open[depth].name in subset.BARRIERS and name not in subset.TABLE_PARTS:
                return

    def text(self, text: str) -> None:
        """Add a text, in the element that must hold it."""
        top = self._top.name
        if not text.strip() and (top in subset.IMPLIED or (self._in_math and top not in subset.MATH_TOKENS)):
            return
        self._imply()
        if self._in_math and self._top.name not in subset.MATH_TOKENS:
            self._top.children.append(Node("mtext", {}, [text.strip()]))
        else:
            self._top.children.append(text)

    def finish(self) -> Node:
        """Close everything and return the root."""
        self._pop_to(1)
        return self._root

    def _is_too_deep(self, name: str) -> bool:
        return len(self._open) > MAX_DEPTH and name not in subset.FLAT

    # ------------------------------------------------------------------ placing

    @property
    def _top(self) -> Node:
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
                self.start("br", {}, True)
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
                self.removed[f"element {self._open[inner].name} {why}"] = None
                self._pop_to(inner)
                return

    def _imply(self) -> None:
        """Open what must stand between the innermost element and text."""
        while implied := subset.IMPLIED.get(self._top.name) or subset.MATH_IMPLIED.get(self._top.name):
            self._push(implied)

    def _push(self, name: str) -> None:
        node = Node(name)
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
            self.removed["element math (malformed)"] = None
            siblings[-1:] = [_text_of(node)]


def _leads_to(name: str, containers: frozenset[str]) -> bool:
    """Whether implied elements lead from ``name`` to one of ``containers`` (table, tbody, tr)."""
    implied = subset.IMPLIED.get(name)
    return implied is not None and (implied in containers or _leads_to(implied, containers))


def _has_arity(node: str | Node) -> bool:
    if isinstance(node, str):
        return True
    arity = subset.MATH_ARITY[node.name]
    fits = arity is None or arity == len(node.children)
    return fits and all(map(_has_arity, node.children))


def _tidy_table(table: Node) -> list[str | Node]:
    """Order the parts as XHTML does: caption, one head, bodies. A table without a row is its caption alone."""
    caption = [part for part in table.children if isinstance(part, Node) and part.name == "caption"]
    rows = [part for part in table.children if isinstance(part, Node) and part.name != "caption"]
    for index, part in enumerate(rows):
        if part.name == "thead" and (index > 0 or len(rows) == 1):
            part.name = "tbody"
    if not rows:
        return [Node("p", {}, part.children) for part in caption]
    table.children = [*caption, *rows]
    return [table]


def _text_of(node: Node) -> str:
    return "".join(child if isinstance(child, str) else _text_of(child) for child in node.children)
