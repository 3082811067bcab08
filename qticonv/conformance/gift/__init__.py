"""Is a GIFT file one that Moodle imports completely and unchanged? For files of any origin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import BinaryIO

from qticonv.conformance.gift.blocks import Block, blocks, lines_of, parts_of
from qticonv.conformance.gift.questions import check_block
from qticonv.conformance.importer import Findings, check_file_name, check_utf_8
from qticonv.diagnostics import Code, Diagnostic
from qticonv.model import Source
from qticonv.model.options import CheckOptions
from qticonv.model.stored import opened
from qticonv.patterns import lazy

__all__ = ["check", "detect"]

_TITLED = lazy(r"::(?:[^:\\]|\\.|:(?!:))+::")
# Answers that nothing but GIFT writes like this, with nothing but a few words after them.
_ANSWERED = lazy(
    r"[^\\{\s]\s*\{\s*(?:[=~]|#\s*[=\d.+-]|(?:TRUE|FALSE|T|F)\s*[#}])(?:[^{}\\]|\\.)*+\}?+[^{}]*+\Z", re.DOTALL
)

_HEAD = 1 << 19  # bytes that are looked at to tell GIFT from other texts


def check(source: Source, options: CheckOptions) -> tuple[Diagnostic, ...]:
    """Return everything by which Moodle would refuse the file, lose questions or change them, with line numbers."""
    findings = Findings(source.name, "gift")
    check_file_name(findings, source, ".txt")
    if not check_utf_8(findings, source):
        return tuple(findings.found)
    if not sum(check_block(findings, block) for block in blocks(_lines(findings, opened(source)))):
        findings.add(Code.MOODLE_REFUSES, "the file holds no question", 1)
    return tuple(findings.found)


def _lines(findings: Findings, file: BinaryIO) -> Iterator[str]:
    """Yield the lines of ``file``, and report those that end a question, or do not, other than it seems."""
    before, zero, count = "", False, 0
    for text in parts_of(file):
        lines = lines_of(text)
        if not (zero or "\r" in text or "0" in lines):
            yield from lines  # so for almost every part of every file
            before = lines[-1]
        else:
            for number, line in enumerate(lines, count + 1):
                _line_end(findings, line, number, after_zero=zero)
                zero = line == "0" and bool(before)
                before = line
                yield line
        count += len(lines)


def _line_end(findings: Findings, line: str, number: int, *, after_zero: bool) -> None:
    if after_zero and line:
        findings.add(Code.GIFT_SEPARATOR, "a line that holds only 0 counts as blank and ends the question", number - 1)
    if "\r" in line:
        findings.add(Code.GIFT_SEPARATOR, "a lone carriage return is no line end for Moodle", number)


_LONG = 40  # lines: a block of more is a page without blank lines, in which braces are part of a formula


def detect(source: Source) -> bool:
    """Whether ``source`` is certainly GIFT: by its name, or because most blocks are written as only GIFT does."""
    if source.name.endswith((".gift", ".gift.txt")):
        return True
    head = source.data[:_HEAD]
    if len(source.data) > _HEAD:
        head = head[: head.rfind(b"\n") + 1]
    if not any(mark in head for mark in (b"{", b"::", b"$CATEGORY:")):
        return False
    try:
        return _is_gift(blocks(line for text in parts_of(BytesIO(head)) for line in lines_of(text)))
    except UnicodeDecodeError:
        return False


def _is_gift(found_blocks: Iterable[Block]) -> bool:
    named = answered = other = 0
    for block in found_blocks:
        body = "\n".join(line for line in block.lines if not line.startswith("//"))
        if not body:
            continue
        if body.startswith("$CATEGORY:") or _TITLED.match(body):
            named += 1
        elif _ANSWERED.search(body) and body.count("\n") < _LONG:
            answered += 1
        else:
            other += 1
    return named + answered > 0 and named + answered >= other
