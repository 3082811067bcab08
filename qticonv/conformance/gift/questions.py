"""What GIFT makes of one block: title, text, braces, general feedback.

From question/format/gift/format.php, ``readquestion``.
"""

from __future__ import annotations

import re

from qticonv.conformance.gift.blocks import Block, Question, unescape
from qticonv.conformance.gift.types import check_answers
from qticonv.conformance.importer import (
    MAX_IDNUMBER,
    MAX_NAME,
    Findings,
    check_category,
    check_format,
    check_idnumber,
    check_name,
    check_tag,
)
from qticonv.diagnostics import Code
from qticonv.patterns import lazy

_ID = lazy(r"\[id:((?:\\\]|[^\]\x00-\x1f\x7f])+)\]")
_TAG = lazy(r"\[tag:((?:\\\]|[^\]<>`\x00-\x1f\x7f])+)\]")
_TOKEN_BEGIN = lazy(r"\[(?:id|tag):")
_LATEX_BEFORE_BRACE = lazy(r"(?:\\[A-Za-z]+|[\^_])$")
_LATEX_N = lazy(
    r"\\n(?:abla|atural|e|earrow|eg|eq|exists|geq|i|leq|mid|ormalsize|ot|otin|parallel|rightarrow|subseteq|u|warrow)(?![A-Za-z])"
)
_PLACEHOLDER = lazy(r"&&(?:0(?:58|35|61|92)|12[356]);|&&010")
_MARKER = lazy(r"\[(html|markdown|plain|moodle)\]", re.IGNORECASE)
_NEXT = lazy(r"\n(::(?:[^:\n]|:(?!:))*::|\$CATEGORY:)")


# A text in HTML in which all that has a meaning in GIFT is escaped, on one line and not blank.
_HTML = r"\[html\](?:[^\\~=#{}:\n\r]++|\\[\\~=#{}:])++"
# A question of which nearly all files consist, and in which nothing can be wrong: a single choice, one answer a line.
_USUAL = lazy(
    rf"// \[id:(?P<id>[A-Za-z0-9_-]{{1,{MAX_IDNUMBER}}})\]\n"
    rf"::(?P<name>(?:[^\\~=#{{}}:<\n\r]|\\[\\~=#{{}}:]){{1,{MAX_NAME}}})::{_HTML}\{{\n"
    rf"(?:~{_HTML}\n)*+=(?:{_HTML}\n)(?:~{_HTML}\n)*+(?:####{_HTML}\n)?\}}"
)


def check_block(findings: Findings, block: Block) -> bool:
    """Check one block; return whether it holds a question or a category."""
    return _is_usual(findings, block) or _look_closely(findings, block)


def _is_usual(findings: Findings, block: Block) -> bool:
    """Whether the block is a question as nearly all are: only its ID number may be wrong, and that is checked."""
    text = "\n".join(block.lines)
    usual = _USUAL.fullmatch(text)
    if usual is None or "&&" in text or "\n~" not in text or not usual["name"].strip():
        return False
    check_idnumber(findings, usual["id"], block.line)
    return True


def _look_closely(findings: Findings, block: Block) -> bool:
    _comments(findings, block)
    question = Question(findings, block)
    if not question.text:
        return False
    if question.text[0] == "$" and question.text[:10].upper() == "$CATEGORY:":
        _category(question)
    else:
        _question(question)
    return True


def _comments(findings: Findings, block: Block) -> None:
    comments = [(block.line + place, line) for place, line in enumerate(block.lines) if line.startswith("//")]
    for number, line in comments:
        identifiers = _ID.findall(line)
        for identifier in identifiers[:1]:
            check_idnumber(findings, identifier.strip().replace("\\]", "]"), number)
        begun = line.count("[tag:")
        tags = _TAG.findall(line) if begun else []
        for tag in tags:
            check_tag(findings, tag.replace("\\]", "]"), number)
        if line.count("[id:") + begun > len(tags) + bool(identifiers):
            message = "an [id:…] or [tag:…] is not read: it is not closed, or holds < > ` or a backslash at its end"
            findings.add(Code.GIFT_COMMENT, message, number)
    if comments and len(comments) == len(block.lines):
        if any(_TOKEN_BEGIN.search(line) for _, line in comments):
            message = "a blank line separates the [id:…] or [tag:…] from its question; it is left out"
            findings.add(Code.GIFT_COMMENT, message, block.line)
        return
    first_text = next(place for place, line in enumerate(block.lines, start=block.line) if not line.startswith("//"))
    for number, line in comments:
        if number > first_text and re.match(r"//[^\s/]", line):
            message = "the line begins with //, so it is taken for a comment and left out"
            findings.add(Code.GIFT_COMMENT, message, number, "Let another character stand first.")


def _category(question: Question) -> None:
    text = question.text
    if not text.startswith("$CATEGORY:"):
        question.add(Code.MOODLE_CATEGORY, "only $CATEGORY: in upper case is read; this becomes a question", 0)
        return
    head, newline, rest = text[10:].partition("\n")
    if newline and rest.strip():
        message = "a blank line is missing after the category; the question below becomes a part of its name"
        question.add(Code.GIFT_SEPARATOR, message, text.index("\n") + 1)
    if re.search(r"\\[:#={}~]", question.text):
        question.add(Code.MOODLE_CATEGORY, "escapes are not resolved in a category; only the backslash is doubled", 0)
    check_category(question.findings, head.strip().replace("\\\\", "\\"), question.line)


def _question(question: Question) -> None:
    for match in _NEXT.finditer(question.masked):
        message = f"a blank line is missing before {question.text[match.start(1) : match.end(1)][:40]}"
        question.add(Code.GIFT_SEPARATOR, message, match.start(1))
    _characters(question)
    begin = _title(question)
    opening, closing = question.masked.find("{", begin), question.masked.find("}", begin)
    if opening < 0 and closing < 0:
        _stem(question, begin, len(question.text))
        _description(question, begin)
    elif opening < 0 or closing < opening:
        message = (
            "a brace is missing; Moodle refuses the whole file" if min(opening, closing) < 0 else "} stands before {"
        )
        question.add(Code.GIFT_BRACES, message, max(opening, closing, begin))
    else:
        _braces(question, begin, opening, closing)
        _stem(question, begin, opening)
        check_answers(question, opening + 1, _general_feedback(question, opening + 1, closing))


def _title(question: Question) -> int:
    """Check the title; return where the text begins."""
    if not question.masked.startswith("::"):
        return 0
    end = question.masked.find("::", 2)
    if end < 0:
        question.add(Code.MOODLE_CHANGED, "the title is not closed with ::", 0)
        return 2
    check_name(question.findings, unescape(question.text[2:end]), question.line)
    return end + 2


def _characters(question: Question) -> None:
    """Check for sequences that mean something although nobody sees it."""
    if "&&" in question.text and (match := _PLACEHOLDER.search(question.text)):
        message = f"{match[0]} is a sequence of the importer's own; it becomes another character"
        question.add(Code.GIFT_ESCAPE, message, match.start(), "Write &amp;&amp; in HTML.")
    if "\\" in question.masked:  # a backslash that escapes nothing: texts with LaTeX that was not escaped
        for match in _LATEX_N.finditer(question.text):
            if question.masked[match.start()] == "\x01" and question.text[match.start() - 1 : match.start()] != "\\":
                message = f"the beginning of {match[0]} is read as a line break"
                question.add(Code.GIFT_ESCAPE, message, match.start(), "Double every backslash.")


def _braces(question: Question, begin: int, opening: int, closing: int) -> None:
    masked = question.masked
    if "\\" in masked and _LATEX_BEFORE_BRACE.search(masked[begin:opening]):
        message = "the answers begin at a brace that belongs to a formula"
        question.add(Code.GIFT_BRACES, message, opening, r"Write \{ and \} in texts.")
    inner = masked.find("{", opening + 1, closing)
    if inner >= 0:
        question.add(Code.GIFT_BRACES, "the answers hold a {, so they end at the first } after it", inner)
    rest = masked[closing + 1 :]
    again = re.search(r"[{}]", rest)
    if again is None:
        return
    at = closing + 1 + again.start()
    if again[0] == "{" and "\n" in rest[: again.start()]:
        if not _NEXT.search(masked[closing + 1 :]):
            question.add(
                Code.GIFT_SEPARATOR, "a blank line is missing after the answers; the next question is lost", at
            )
    else:
        question.add(Code.GIFT_BRACES, f"a second {again[0]} stays in the text", at)


def _stem(question: Question, begin: int, end: int) -> None:
    text = question.text[begin:end].strip()
    check_text(question, text, begin)
    if not text and end < len(question.text):
        tail = question.text[question.masked.find("}", end) + 1 :].strip()
        if not tail:
            question.add(Code.MOODLE_CHANGED, "the question has no text", begin)


def check_text(question: Question, text: str, at: int) -> None:
    """Check the format marker of a text and what its format does to the text."""
    if not text.startswith("["):
        return
    match = _MARKER.match(text)
    if match is None:
        return
    if match[1] != match[1].lower():
        message = f"the format marker {match[0]} stays in the text"
        question.add(Code.MOODLE_CHANGED, message, at, "Write it in lower case.")
    elif match[1] != "html":
        check_format(question.findings, match[1], unescape(text[match.end() :]), question.line_at(at))


def _general_feedback(question: Question, begin: int, end: int) -> int:
    """Check the general feedback; return where the answers end."""
    at = question.masked.rfind("####", begin, end)
    if at < 0:
        return end
    feedback = question.text[at + 4 : end]
    if _MARKER.match(feedback.lstrip()) and feedback[0] != "[":
        question.add(Code.MOODLE_CHANGED, "white space between #### and the format marker leaves it in the text", at)
    check_text(question, feedback, at)
    return at


def _description(question: Question, begin: int) -> None:
    if re.search(r"\n[=~]", question.masked[begin:]):
        question.add(Code.GIFT_BRACES, "answers without braces: this becomes a description", begin)
    if "####" in question.masked[begin:]:
        question.add(Code.MOODLE_DROPPED, "a description has no general feedback; it stays in the text", begin)
