"""Is a Moodle XML file one that Moodle imports completely and unchanged? For files of any origin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from lxml import etree

from qticonv.conformance.forms import whole_elements
from qticonv.conformance.importer import Findings, check_category, check_file_name, check_idnumber, check_utf_8
from qticonv.conformance.moodle.memory import Memory
from qticonv.conformance.moodle.parts import Question, line_of, plain
from qticonv.conformance.moodle.types import check_question
from qticonv.conformance.xml import XmlError, iterate_xml
from qticonv.diagnostics import Code, Diagnostic, Severity
from qticonv.model import Source
from qticonv.model.options import CheckOptions
from qticonv.model.stored import opened

__all__ = ["check"]

_ENCODING = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']+)""")
# White space that stands alone between two entities or CDATA sections, or before a letter that is not ASCII, is dropped
# (lib/xmlize.php:160). CDATA sections are passed over as a whole.
_DROPPED_SPACE = re.compile(
    rb"<!--(?:.*?-->|.*)"
    rb"|<!\[CDATA\[(?:.*?\]\]>|.*)(?:(?P<between>\s+)(?=&|<!\[CDATA\[))?"
    rb"|&#?\w+;(?P<space>\s+)(?=&#?\w+;|<!\[CDATA\[|[\x80-\xff])"
    rb"|(?<=[^>\s])(?P<broken>\r\n)(?=[ \t]*[^\s<\x00-\x7f])",
    re.DOTALL,
)
_QUESTION_END = b"</question>"
_HEAD = 1024


def check(source: Source, options: CheckOptions) -> tuple[Diagnostic, ...]:
    """Return everything by which Moodle would refuse the file, lose questions or change them, with line numbers."""
    findings = Findings(source.name, "moodle")
    file = _trimmed(findings, opened(source))
    check_file_name(findings, source, ".xml")
    _encoding(findings, source, file.read(_HEAD))
    begun = len(findings.found)
    file.seek(0)
    memory = Memory(findings)
    try:
        count = sum(_questions(findings, file, memory)) + memory.passed
    except XmlError as error:
        findings.found[begun:begun] = _dropped_space(findings, file)
        check_utf_8(findings, source)
        findings.found.append(error.diagnostic(source.name, "moodle"))
        return tuple(findings.found)
    if memory.has_space:
        findings.found[begun:begun] = _dropped_space(findings, file)
    if not count and not any(found.code is Code.MOODLE_REFUSES for found in findings.found):
        findings.add(Code.MOODLE_REFUSES, "the file holds no question", 1)
    return tuple(findings.found)


def _trimmed(findings: Findings, file: BinaryIO) -> BinaryIO:
    """Moodle trims the file first, so a declaration may stand after blank lines."""
    begin = file.read(1)
    file.seek(0)
    if not begin.isspace():
        return file
    data = file.read()
    trimmed = data.lstrip()
    findings.lines_before = data.count(b"\n", 0, len(data) - len(trimmed))
    return BytesIO(trimmed)


def _encoding(findings: Findings, source: Source, head: bytes) -> None:
    """Check the encoding where it is another one; in what should be UTF-8 the parser finds what is not."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:4]:
        check_utf_8(findings, source)
    declared = _ENCODING.match(head.removeprefix(b"\xef\xbb\xbf"))
    if declared and declared[1].upper() not in (b"UTF-8", b"UTF8") and check_utf_8(findings, source):
        name = declared[1].decode("ascii", "replace")
        message = (
            f"the declared encoding is {name}, but Moodle accepts UTF-8 only: letters that are not ASCII are garbled"
        )
        findings.add(Code.MOODLE_CHANGED, message, 1, 'Save as UTF-8 and write encoding="UTF-8".', Severity.ERROR)


def _dropped_space(findings: Findings, file: BinaryIO) -> list[Diagnostic]:
    """Search the file in parts of a megabyte, each of whole questions."""
    found = Findings(findings.source, findings.target, lines_before=findings.lines_before)
    file.seek(0)
    line = 0
    for part in whole_elements(file, _QUESTION_END):
        _dropped_space_in(found, part, line)
        line += part.count(b"\n")
    return found.found


def _dropped_space_in(findings: Findings, data: bytes, before: int) -> None:
    message = "white space beside an entity or between CDATA sections is left out when Moodle reads the text"
    position = last = 0
    line = before + 1
    for match in _DROPPED_SPACE.finditer(data):
        if match.lastgroup is None:
            continue
        line += data.count(b"\n", position, match.start(match.lastgroup))
        position = match.start(match.lastgroup)
        if line != last:
            findings.add(Code.MOODLE_DROPPED, message, line, "Put the whole text into one CDATA section.")
        last = line


def _questions(findings: Findings, file: BinaryIO, memory: Memory) -> Iterator[int]:
    """Check every question and yield 1 for each that is not recalled; categories count: they make a file importable."""
    for element in iterate_xml(file, "question", forms=memory.forms, large_texts=True):
        parent = element.getparent()
        if parent is None:  # the root, which comes last
            if element.tag != "quiz":
                findings.add(Code.MOODLE_REFUSES, f"the root element is {element.tag}, not quiz", line_of(element))
        elif element.tag == "question" and parent.tag == "quiz" and parent.getparent() is None:
            before = len(findings.found)
            _question(findings, element)
            if len(findings.found) == before:
                memory.right()
            yield 1


def _question(findings: Findings, element: etree._Element) -> None:
    question = Question(findings, element)
    if question.kind == "category":
        _category(question)
    else:
        check_question(question)


def _category(question: Question) -> None:
    path = plain(question, question.first("category"))
    if path is None:
        question.add(Code.MOODLE_REFUSES, "the category has no text; Moodle breaks off")
    else:
        check_category(question.findings, path.strip(), question.line)
    info = question.first("info")
    if info is not None and info.get("format") is None:
        question.add(Code.MOODLE_CHANGED, "the category's info has no format", severity=Severity.NOTE)
    identifier = question.first("idnumber")
    if identifier is not None and identifier.text:
        check_idnumber(question.findings, f"category {identifier.text}", line_of(identifier))
