"""Is a GIFT file one that Moodle imports completely and unchanged? For files of any origin."""

from __future__ import annotations

import re

from qticonv.conformance.gift.blocks import blocks, lines_of
from qticonv.conformance.gift.questions import check_block
from qticonv.conformance.moodle.common import Findings, check_upload
from qticonv.diagnostics import Code, Diagnostic
from qticonv.model import Source
from qticonv.model.options import CheckOptions

__all__ = ["check", "detect"]

_TITLED = re.compile(r"::(?:[^:\\]|\\.|:(?!:))+::")
# Answers that nothing but GIFT writes like this, with nothing but a few words after them.
_ANSWERED = re.compile(
    r"[^\\{\s]\s*\{\s*(?:[=~]|#\s*[=\d.+-]|(?:TRUE|FALSE|T|F)\s*[#}])(?:[^{}\\]|\\.)*+\}?+[^{}]*+\Z", re.DOTALL
)
_ESSAY = re.compile(r"[^\\{]\{\s*(?:####(?:[^{}\\]|\\.)*+)?\}\s*\Z", re.DOTALL)


def check(source: Source, options: CheckOptions) -> tuple[Diagnostic, ...]:
    """Return everything by which Moodle would refuse the file, lose questions or change them, with line numbers."""
    findings = Findings(source.name, "gift")
    if not check_upload(findings, source, ".txt"):
        return tuple(findings.found)
    text = source.data.decode("utf-8-sig")
    lines = lines_of(text)
    _line_ends(findings, text, lines)
    if not sum(check_block(findings, block) for block in blocks(lines)):
        findings.add(Code.MOODLE_REFUSES, "the file holds no question", 1)
    return tuple(findings.found)


def _line_ends(findings: Findings, text: str, lines: list[str]) -> None:
    if "\r" in text and "\n" in text:
        for number, line in enumerate(lines, start=1):
            if "\r" in line:
                findings.add(Code.GIFT_SEPARATOR, "a lone carriage return is no line end for Moodle", number)
    for number, (before, line, after) in enumerate(zip(lines, lines[1:], lines[2:], strict=False), start=2):
        if line == "0" and before and after:
            findings.add(Code.GIFT_SEPARATOR, "a line that holds only 0 counts as blank and ends the question", number)


def detect(source: Source) -> bool:
    """Whether ``source`` is certainly GIFT: most of its blocks are questions that only GIFT writes like this."""
    try:
        text = source.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if "{" not in text and "$CATEGORY:" not in text:
        return False
    found = other = 0
    for block in blocks(lines_of(text)):
        body = "\n".join(line for line in block.lines if not line.startswith("//"))
        if not body:
            continue
        if body.startswith("$CATEGORY:") or _ANSWERED.search(body) or (_TITLED.match(body) and _ESSAY.search(body)):
            found += 1
        elif not _TITLED.match(body):
            other += 1
    return found > 0 and found >= other
