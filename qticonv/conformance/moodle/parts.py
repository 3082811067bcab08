"""The parts that all questions of a Moodle XML file have: texts, numbers, flags, files."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import cast
from urllib.parse import unquote

from lxml import etree

from qticonv.conformance.importer import Findings, check_format, is_number
from qticonv.diagnostics import Code, Severity
from qticonv.patterns import lazy

FORMATS = frozenset({"html", "moodle_auto_format", "plain_text", "markdown", "wiki_like"})
_LARGE_FILE = 1024 * 1024
_REFERENCE = lazy(r"""(?:src|href)\s*=\s*["']?@@PLUGINFILE@@/([^"'?#<>\s]+)""")


def line_of(element: etree._Element) -> int | None:
    """Return the line on which ``element`` begins, from 1."""
    return cast("int | None", element.sourceline)


class Question:
    """One ``question`` element with its children by name."""

    __slots__ = ("element", "findings", "kind", "line", "parts")

    def __init__(self, findings: Findings, element: etree._Element) -> None:
        self.findings = findings
        self.element = element
        self.kind = element.get("type") or ""
        self.line = line_of(element)
        self.parts: dict[str, list[etree._Element]] = {}
        for child in element:
            self.parts.setdefault(child.tag, []).append(child)

    def first(self, tag: str) -> etree._Element | None:
        """Return the first child called ``tag``; Moodle looks at no other."""
        found = self.parts.get(tag)
        return found[0] if found else None

    def all(self, tag: str) -> list[etree._Element]:
        """Return all children called ``tag``."""
        return self.parts.get(tag, [])

    def value(self, tag: str) -> str | None:
        """Return the text that stands in child ``tag`` itself; ``""`` for an empty one, ``None`` for none."""
        element = self.first(tag)
        return None if element is None else (element.text or "").strip()

    def add(
        self,
        code: Code,
        message: str,
        at: etree._Element | None = None,
        hint: str | None = None,
        severity: Severity | None = None,
    ) -> None:
        """Add a finding at ``at``, or else at the question."""
        line = self.line if at is None else line_of(at)
        self.findings.add(code, message, line, hint, severity)


def plain(question: Question, element: etree._Element | None) -> str | None:
    """Return what stands in the ``text`` child of ``element``; ``None`` if there is none."""
    if element is None:
        return None
    for child in element:  # faster than find(), for what is done for every text of a file
        if child.tag == "text":
            return _content(question, child)
    return None


def _content(question: Question, text: etree._Element) -> str:
    if len(text):
        question.add(
            Code.MOODLE_REFUSES, "mark-up stands in a text without CDATA; Moodle refuses the file", text, "Use CDATA."
        )
    return text.text or ""


def formatted(question: Question, element: etree._Element | None) -> str | None:
    """Check a text with a format and files, and return it."""
    if element is None:
        return None
    text = plain(question, element)
    if text is None:
        if (element.text or "").strip():
            question.add(Code.MOODLE_DROPPED, f"the text of {element.tag} does not stand in a text element", element)
        return ""
    kind = element.get("format")
    if kind != "html" and kind is not None:
        _format(question, element, kind, text)
    files = [child for child in element if child.tag == "file"] if len(element) > 1 else []
    if files or "@@PLUGINFILE@@" in text:
        _files(question, element, files, text)
    return text


def _format(question: Question, element: etree._Element, kind: str, text: str) -> None:
    if kind.strip() not in FORMATS:
        message = f"the format {kind!r} of {element.tag} is unknown; it is read as html"
        question.add(Code.MOODLE_CHANGED, message, element)
    check_format(question.findings, kind.strip(), text, line_of(element))


def _files(question: Question, element: etree._Element, files: list[etree._Element], text: str) -> None:
    names: set[str] = set()
    for file in files:
        name = file.get("name")
        if not name:
            question.add(Code.MOODLE_STOPS, "a file has no name; Moodle breaks off", file)
        elif name in names:
            question.add(Code.MOODLE_DROPPED, f"file {name} occurs twice; the second is left out", file)
        names.add(name or "")
        _file(question, file)
    for reference in dict.fromkeys(map(unquote, _REFERENCE.findall(text))):
        if reference not in names:
            question.add(Code.MOODLE_DROPPED, f"file {reference} is shown but not in the file", element)


def _file(question: Question, file: etree._Element) -> None:
    path = file.get("path") or "/"
    if not (path.startswith("/") and path.endswith("/")):
        question.add(Code.MOODLE_STOPS, f"the path {path!r} of a file must begin and end with /", file)
    content = file.text or ""
    try:
        size = len(base64.b64decode("".join(content.split()), validate=True))
    except (binascii.Error, ValueError):
        question.add(Code.MOODLE_CHANGED, f"file {file.get('name')} is not base64; Moodle stores something else", file)
        return
    if size > _LARGE_FILE:
        message = f"file {file.get('name')} has {size // 2**20} MB; the import may take minutes or fail"
        question.add(Code.MOODLE_CHANGED, message, file, severity=Severity.NOTE)


def number(question: Question, tag: str, *, breaks: Code) -> None:
    """Check that child ``tag`` holds a number; ``breaks`` is what happens otherwise."""
    value = question.value(tag)
    if value is not None and not is_number(value):
        question.add(breaks, f"{tag} is {value!r}, not a number", question.first(tag))


def flag(question: Question, tag: str) -> None:
    """Check a truth value: anything but ``false``, ``0`` and nothing is true (xml/format.php, ``trans_single``)."""
    value = question.value(tag)
    if value is not None and value not in ("true", "false", "1", "0"):
        meant = "true" if value else "false"
        message = f"{tag} is {value!r}, which Moodle reads as {meant}"
        question.add(Code.MOODLE_CHANGED, message, question.first(tag), "Write true or false in lower case.")


def own_text(element: etree._Element) -> str:
    """Return the text that stands directly in ``element``, outside its children."""
    return "".join(_own(element)).strip()


def _own(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        yield child.tail or ""
