"""Passing by what was found right before: most elements of a long document differ in their texts alone.

The form of an element is its source with every varying part left out. Two elements that stand side by side and have one
form are parsed alike, so that what was said of the first by its form holds for the second, and only the varying parts
are left to look at. What these may be, and which forms are to be known, is the matter of the check.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

GAP = "\0"  # where a varying part was; no source that is well-formed holds it
_NEWLINE = "\n"
_PART, _STEP = 1 << 20, 1 << 16
_OTHER_ENCODING = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["'](?!utf-?8["'])""", re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n")

# Cuts a text into its constant part, with a GAP for each varying part, and the varying parts.
Cut = Callable[[str], tuple[str, list[str]]]
# Shown the form of an element, its varying parts and its line; True where nothing more is to be done about it.
Recall = Callable[[str, list[str], int], bool]


class Forms:
    """Cuts a document into elements called ``name`` and lets a parser see what ``recall`` does not know.

    ``look`` is shown the constant part of the whole document, some elements at a time, or ``None`` for what was not
    cut.
    """

    def __init__(self, name: str, cut: Cut, recall: Recall, look: Callable[[str | None], None] | None = None) -> None:
        self._end = f"</{name}>"
        self._begin = re.compile(rf"\s*<{name}(?:\s[^<>]*[^<>/])?>")
        self._tags = re.compile(rf"</?{name}[\s/>]")
        self._cut = cut
        self._recall = recall
        self._look = look
        self._beside = False  # whether the parser stands right behind an element, and where that is suits the check
        self._form, self._parts = "", list[str]()

    def sources(self, file: BinaryIO) -> Iterator[bytes]:
        """Yield the rest of ``file`` without the elements that are known; their line ends stay."""
        is_utf_8, line = True, 1
        for number, part in enumerate(whole_elements(file, self._end.encode())):
            is_utf_8 = is_utf_8 and (number > 0 or not _OTHER_ENCODING.match(part.removeprefix(_BOM)))
            elements = self._elements(_plain_text(part) if is_utf_8 else None)
            if elements is None:
                self._beside, self._form = False, ""
                yield part
            else:
                yield from self._unknown(*elements, line)
            line += part.count(b"\n")

    def _elements(self, text: str | None) -> tuple[list[str], list[str], list[str]] | None:
        """Return sources, forms and varying parts; None where a varying part holds what looks like an end tag."""
        constant, varying = (None, []) if text is None else self._cut(text)
        if self._look is not None:
            self._look(constant)
        if text is None or constant is None:
            return None
        sources, forms = text.split(self._end), constant.split(self._end)
        return (sources, forms, varying) if len(sources) == len(forms) else None

    def _unknown(self, sources: list[str], forms: list[str], varying: list[str], line: int) -> Iterator[bytes]:
        begin = passed = 0
        for source, form in zip(sources[:-1], forms, strict=False):
            end = begin + form.count(GAP)
            parts = varying[begin:end]
            begin = end
            if self._beside and self._recall(form, parts, line):
                passed += source.count(_NEWLINE)
            else:
                self._beside, self._form, self._parts = False, form, parts
                yield (_NEWLINE * passed + source + self._end).encode()
                passed = 0
            line += source.count(_NEWLINE)
        if rest := _NEWLINE * passed + sources[-1]:
            self._beside = self._beside and rest.isspace()
            yield rest.encode()

    def completed(self) -> tuple[str, list[str]] | None:
        """Note that the parser has just completed an element that stands where the check looks at elements.

        Return its form and its varying parts, or None where it is not certain that they are those of this element.
        """
        form = self._form
        self._beside = self._begin.match(form) is not None and len(self._tags.findall(form + self._end)) == 2
        return (form, self._parts) if self._beside else None


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
