"""Passing by what was found right before: most elements of a long document differ in their texts alone.

The form of an element is its source with every varying part left out. Two elements that stand side by side and have one
form are parsed alike, so that what was said of the first by its form holds for the second, and only the varying parts
are left to look at. What these may be, and which forms are to be known, is the matter of the check.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, Generic, TypeVar

T = TypeVar("T")

NO_REFERENCE = re.compile("&(?!(?:amp|lt|gt|quot|apos);)")  # an ampersand that begins none of the named references
GAP = "\0"  # where a varying part was; no source that is well-formed holds it
_PART, _STEP = 1 << 20, 1 << 16
_MOST_FORMS, _MOST_BRANCHES, _LONGEST = 4096, 64, 16_384
_OTHER_ENCODING = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["'](?!utf-?8["'])""", re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n")
_SECTION_END = "]]>"


class _Node(Generic[T]):
    """What may follow after a varying part: pieces of source, the longest first, and ``stop``, with which all begin."""

    __slots__ = ("branches", "stop", "value")

    def __init__(self) -> None:
        self.branches: list[tuple[str, _Node[T]]] = []
        self.stop = ""
        self.value: T | None = None


class Tree(Generic[T]):
    """Forms, with a value each, that are found by going through a source from piece to piece."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()
        self._size = 0

    def add(self, form: str, value: T) -> None:
        """Keep a form, unless there are too many or it is too long."""
        if self._size >= _MOST_FORMS or len(form) > _LONGEST:
            return
        node, pieces = self._root, form.split(GAP)
        for piece in pieces:
            after = next((after for other, after in node.branches if other == piece), None)
            if after is None:
                stop = _SECTION_END if piece.startswith(_SECTION_END) else piece[:1]
                if len(node.branches) >= _MOST_BRANCHES or node.value is not None or node.stop not in ("", stop):
                    return
                after = _Node()
                node.stop = stop if node is not self._root else ""
                node.branches.append((piece, after))
                node.branches.sort(key=lambda branch: -len(branch[0]))
            node = after
        if not node.branches:
            self._size += node.value is None
            node.value = value

    def find(self, source: str, at: int) -> tuple[T, list[str], int] | None:
        """Return the value of the form that stands in ``source`` at ``at``, its varying parts and where it ends."""
        node = self._root
        texts: list[str] = []
        while True:
            for branch in node.branches:
                if source.startswith(branch[0], at):
                    break
            else:
                return None
            at += len(branch[0])
            node = branch[1]
            if node.value is not None:
                return node.value, texts, at
            end = source.find(node.stop, at)
            if end < 0:
                return None
            texts.append(source[at:end])
            at = end


class Forms(Generic[T]):
    """Cuts a document into elements called ``name`` and lets a parser see what is not known.

    ``cut`` returns a source with a :data:`GAP` for each varying part, and these parts. ``recall`` is shown the value of
    a form that is known, the varying parts of an element and its line; where it returns true, the parser does not see
    the element. ``look`` is shown what the parser sees, or ``None`` where that is not the text that it seems to be.
    """

    def __init__(
        self,
        name: str,
        cut: Callable[[str], tuple[str, list[str]]],
        recall: Callable[[T, list[str], int], bool],
        look: Callable[[str | None], None] = lambda source: None,
    ) -> None:
        self._end = f"</{name}>"
        self._begin = re.compile(rf"\s*<{name}(?:\s[^<>]*[^<>/])?>")
        self._tags = re.compile(rf"</?{name}[\s/>]")
        self._cut, self._recall, self._look = cut, recall, look
        self._tree: Tree[T] = Tree()
        self._beside = False  # whether the parser stands right behind an element, and where that is suits the check
        self._source = ""

    def sources(self, file: BinaryIO) -> Iterator[bytes]:
        """Yield the rest of ``file`` without the elements that are known; their line ends stay."""
        is_utf_8, line = True, 1
        for number, part in enumerate(whole_elements(file, self._end.encode())):
            is_utf_8 = is_utf_8 and (number > 0 or not _OTHER_ENCODING.match(part.removeprefix(_BOM)))
            text = _plain_text(part) if is_utf_8 else None
            if text is None:
                self._beside, self._source = False, ""
                self._look(None)
                yield part
            else:
                yield from self._unknown(text, line)
            line += part.count(b"\n")

    def _unknown(self, text: str, line: int) -> Iterator[bytes]:
        """Yield what of ``text``, which begins on ``line``, is not known."""
        at = passed = 0
        while at < len(text):
            found = self._tree.find(text, at) if self._beside else None
            if found is not None and self._recall(found[0], found[1], line):
                end = found[2]
                passed += text.count("\n", at, end)
            else:
                end = _after(text, self._end, at)
                self._beside, self._source = False, text[at:end]
                self._look(self._source)
                yield ("\n" * passed + self._source).encode()
                passed = 0
            line += text.count("\n", at, end)
            at = end
        yield b"\n" * passed

    def completed(self) -> tuple[str, list[str]] | None:
        """Note that the parser has just completed an element that stands where the check looks at elements.

        Return its form and its varying parts, or None where it is not certain that they are those of this element.
        """
        source, self._source = self._source, ""  # of several elements in one source none is known for certain
        self._beside = source.endswith(self._end) and self._begin.match(source) is not None
        if not self._beside:
            return None
        form, texts = self._cut(source)
        self._beside = len(self._tags.findall(form)) == 2
        return (form, texts) if self._beside else None

    def know(self, form: str, value: T) -> None:
        """Recall elements of this form from now on."""
        self._tree.add(form, value)


def _after(text: str, mark: str, at: int) -> int:
    found = text.find(mark, at)
    return len(text) if found < 0 else found + len(mark)


def _plain_text(part: bytes) -> str | None:
    """Return UTF-8 in which every character is legal in XML and every line ends in a line feed, as text."""
    if len(part.translate(None, _CONTROLS)) != len(part):
        return None
    try:
        text = part.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\ufffe" in text or "\uffff" in text else text


def whole_elements(file: BinaryIO, end_tag: bytes) -> Iterator[bytes]:
    """Yield the rest of ``file`` in parts of about a megabyte that end with ``end_tag``; the last holds the rest."""
    rest = b""
    while part := rest + file.read(_PART - len(rest)):
        more, end = bytearray(), -1
        while end < 0 and (chunk := file.read(_STEP)):
            more += chunk
            end = more.find(end_tag, max(0, len(more) - len(chunk) - len(end_tag)))
        cut = end + len(end_tag) if end >= 0 else len(more)
        yield part + more[:cut]
        rest = bytes(more[cut:])
