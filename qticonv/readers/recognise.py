"""Formats of other tools and texts that are no quiz: recognised and named rather than misread as free text.

A format is recognised by signs that free text does not have. A false alarm would refuse a file that could have been
read, so every rule asks for its format's own marks, and for enough of them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from msgspec import Struct

from qticonv.model import Source
from qticonv.patterns import lazy

__all__ = ["Recognition", "recognise", "recognise_bytes"]

_MAX_LINES = 5_000
_MAX_LINE = 2_000


class Recognition(Struct, frozen=True, gc=False):
    """A format that was recognised.

    ``reason`` says what was seen, as the end of "it has …"; ``line`` (from 1) is where; ``remedy`` what to do.
    """

    name: str
    label: str
    reason: str
    line: int
    remedy: str


class _Rule(Struct, frozen=True, gc=False):
    """A format is recognised if ``sign`` is found in at least ``least`` lines and in ``share`` of the filled ones.

    ``also``: a pattern that must be found as well, anywhere. Only where one of ``needles`` (an empty one stands in
    every text) is found, or a line begins with a character of ``begins``, is ``sign`` looked for at all.
    """

    name: str
    label: str
    what: str
    sign: re.Pattern[str]
    least: int = 1
    share: float = 0.0
    also: re.Pattern[str] | None = None
    needles: tuple[str, ...] = ()
    begins: str = ""
    remedy: str = "Export the questions as plain text or Aiken, or copy them from the page that shows them"


def _re(source: str) -> re.Pattern[str]:
    """A pattern for lines; white space at the beginning of a line ends with the line, or blank lines cost."""
    return lazy(source.replace(r"^\s*", r"^[^\S\n]*"), re.MULTILINE)


_CLOZE_TYPES = "MULTICHOICE|MULTIRESPONSE|MCH?S?|MCVS?|MRH?S?|SHORTANSWER|SAC?|MWC?|NUMERICAL|NM"
_XML = (
    r"\A\s*(?:<\?xml\b|<!DOCTYPE\b|<(?!(?:details|summary|div|p|center|span|a|b|i|img|br)\b)([A-Za-z][\w:.-]*)"
    r"(?:\s[^<>]*)?>(?s:.*)</\1\s*>\s*\Z)"
)
_GIFT = (  # every alternative begins with its character, which is quick to find, and looks behind it then
    r"\{(?<![\\\w^_$].)(?<!\\ .)\s*(?:[=~]\S?[^{}]*[=~}]|(?:T|TRUE|F|FALSE)\s*(?:#[^{}]*)?\}\s*(?:$|\.)"
    r"|#\s*-?[\d.]+\s*(?::|\.\.|\}))|\{(?<!\\.)[^\S\n]*\n\s*[=~]|:(?<![^\n]:):[^:\n]+::|\$(?<![^\n]\$)CATEGORY:"
    r"|\[(?<![^\n]\[)(?:html|moodle|plain|markdown)\].*\{"
)
_KAHOOT = (
    r"(?i)\A\W{0,9}(?:\w{1,20}[,;\t])?\"?questions?\b[^\n]*?[,;\t]\W*answer ?1\b[^\n]*\banswer ?2\b[^\n]*"
    r"\b(?:correct|time)"
)
_TEXT2QTI = (
    r"^(?:\[[ *]\]\s+\S|_{3,}[^\S\n]*$|#{3,}[^\S\n]*$|\^{3,}[^\S\n]*$|GROUP[^\S\n]*$|END_GROUP[^\S\n]*$"
    r"|=\s+-?[\d.]+\s*(?:\+-|$)|```\{\.python)"
)
_RULES = (
    _Rule(
        "xml",
        "XML or HTML",
        "XML or HTML tags from the first line on",
        _re(r"^[^\S\n]*<[/!?A-Za-z]"),
        share=0.4,
        also=_re(_XML),
        begins="<",
    ),
    _Rule(
        "json",
        "JSON or JavaScript data",
        "keys and values in braces",
        _re(
            r"^[^\S\n]*(?:[{}\[\]][\]})]*[,;]?[^\S\n]*$|[\"']?[A-Za-z_]\w*[\"']?\s*:\s*[\"'`\[{\d]|[\"'`].*[\"'`]\s*,?[^\S\n]*$|\]\s*,|\}\s*,|(?:true|false|null|-?\d+),?[^\S\n]*$)"
        ),
        3,
        0.6,
        _re(r"^[^\S\n]*[\[{]|[\[{][^\S\n]*$"),
        needles=("{\n", "[\n"),
        begins="[{",
    ),
    _Rule(
        "yaml",
        "YAML data",
        "a list of records with named properties",
        _re(r"^[^\S\n]*-\s+(?:question|questions|prompt|stem|text|title|id|q|type)\s*:"),
        2,
        0.05,
        _re(r"^[ \t]+-?[^\S\n]*(?:answers?|options|choices|correct(?:_answer)?|solution|feedback|points)\s*:"),
        begins="-",
    ),
    _Rule(
        "cloze",
        "Moodle's embedded answers (Cloze)",
        "answers embedded in braces",
        _re(rf"\{{\d*:(?:{_CLOZE_TYPES}|MULTICHOICE_\w+|MULTIRESPONSE_\w+):"),
        needles=("{",),
    ),
    _Rule(
        "gift",
        "GIFT",
        "answers in braces that begin with = or ~",
        _re(_GIFT),
        1,
        0.02,
        needles=("{", "\n::", "$CATEGORY:"),
        begins=":",
    ),
    _Rule(
        "bbq",
        "Blackboard's tab-delimited questions",
        "lines that begin with a question type and a tab",
        _re(r"^(?:MC|MA|TF|ESS|ORD|MAT|FIB|FIB_PLUS|FIL|NUM|SR|OP|JUMBLED_SENTENCE|QUIZ_BOWL)\t[^\t\n]+"),
        1,
        0.6,
        needles=("\t",),
    ),
    _Rule(
        "webct",
        "WebCT",
        "lines that begin with :TYPE:, :QUESTION: or :ANSWER1:",
        _re(r"^:(?:TYPE:(?:MC|MS?|S|SA|C|P|TF)\b|QUESTION|TITLE:|ANSWER\d*:?|REASON\d|CAT:|FORMULA)"),
        2,
        begins=":",
    ),
    _Rule(
        "rexams",
        "R/exams",
        "the meta-information of R/exams",
        _re(r"^(?:ex(?:type|solution|name)\s*:|\s*\\ex(?:type|solution|name)\{)"),
        1,
        0.0,
        _re(
            r"^(?:(?:Question|Answerlist|Solution|Meta-information)\s*\n\s*[-=]{3,}|\s*\\begin\{(?:question|answerlist|solution)\})"
        ),
        needles=("extype", "exsolution", "exname"),
    ),
    _Rule(
        "rst",
        "reStructuredText of Runestone",
        "question directives",
        _re(r"^[^\S\n]*\.\. (?:mchoice|fillintheblank|clickablearea|dragndrop|parsonsprob|shortanswer|poll)::"),
        begins=".",
    ),
    _Rule(
        "latex",
        "LaTeX",
        "LaTeX commands",
        _re(
            r"^[^\S\n]*\\(?:documentclass|usepackage|begin\{(?:document|questions?|choices|oneparchoices|checkboxes|reponses(?:horiz)?|multi|numerical|shortanswer|exam)\}|(?:CorrectChoice|CorrectItem|bonne|mauvaise|correctchoice|wrongchoice)\b|element\{)"
        ),
        2,
        0.02,
        begins="\\",
    ),
    _Rule(
        "markup",
        "a markup of its own",
        "commands with a backslash and properties in braces",
        _re(r"^[^\S\n]*\\[A-Za-z]+\s*\{[^{}]*=|^[^\S\n]*\{\s*\w+\s*=[^{}]*\}?[^\S\n]*$"),
        4,
        0.35,
        begins="\\{",
    ),
    _Rule(
        "rtf",
        "Rich Text (RTF)",
        "the head of an RTF file",
        _re(r"\A\s*\{\\rtf\d"),
        begins="{",
        remedy="Open it in a word processor and save it as plain text (UTF-8)",
    ),
    _Rule(
        "kahoot",
        "the spreadsheet of Kahoot",
        "a head row with question, answers, time and correct answer",
        _re(_KAHOOT),
        needles=("",),
    ),
    _Rule(
        "brightspace",
        "Brightspace's CSV",
        "rows that begin with NewQuestion",
        _re(r"(?i)^[^\w\n]{0,9}NewQuestion\s*,\s*(?:MC|MS|SA|TF|M|WR|O|FIB|LE?)\b"),
        needles=("NewQuestion", "newquestion", "NEWQUESTION", "Newquestion"),
    ),
    _Rule(
        "text2qti",
        "text2qti",
        "marks of text2qti for question types that have no letters",
        _re(_TEXT2QTI),
        2,
        0.0,
        _re(r"^(?:\*[a-z]\)\s|\*\s{2,}\S|\[\*\]\s|(?:END_)?GROUP[^\S\n]*$|(?i:quiz title|quiz description)\s*:)"),
        needles=("GROUP\n",),
        begins="[_#^=`",
    ),
)


def recognise(lines: Sequence[str]) -> Recognition | None:
    """Return the format of another tool that ``lines`` are in, or ``None`` for free text."""
    head = [line[:_MAX_LINE] for line in lines[:_MAX_LINES]]
    starts = [line.lstrip()[:1] for line in head]
    filled = sum(map(bool, starts))
    text = "\n".join(head)
    beginnings = frozenset(starts)
    for rule in _RULES:
        if not (beginnings.intersection(rule.begins) or any(needle in text for needle in rule.needles)):
            continue
        first = rule.sign.search(text)
        if first and _is_met(rule, text, filled):
            line = text.count("\n", 0, first.start() + len(first[0]) - len(first[0].lstrip())) + 1
            return Recognition(rule.name, rule.label, rule.what, line, rule.remedy)
    return None


def _is_met(rule: _Rule, text: str, filled: int) -> bool:
    if rule.also and not rule.also.search(text):
        return False
    needed = max(rule.least, rule.share * filled)
    return needed <= 1 or sum(1 for _ in rule.sign.finditer(text)) >= needed


_DOCUMENT = "Open it and save it as plain text (UTF-8)"
_MEMBERS = (  # a member's name, or how it begins
    ("imsmanifest.xml", "package", "a content package", "Unpack it and convert the files within"),
    ("h5p.json", "h5p", "an H5P package", "Export the questions as text"),
    ("word/", "docx", "a Word document", "Open it in a word processor and save it as plain text (UTF-8)"),
    ("xl/", "xlsx", "an Excel workbook", "Save the sheet as text with tabs"),
    ("ppt/", "pptx", "a PowerPoint presentation", "Save the outline as plain text"),
    ("META-INF/container.xml", "epub", "an e-book", _DOCUMENT),
    ("content.xml", "odt", "an OpenDocument file", _DOCUMENT),
)
_SIGNATURES = (
    (b"%PDF-", "pdf", "a PDF document", "Copy its text into a text file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole", "a Word, Excel or PowerPoint file from before 2007", _DOCUMENT),
    (b"{\\rtf", "rtf", "a Rich Text file (RTF)", _DOCUMENT),
    (b"\x1f\x8b", "gzip", "a compressed archive", "Unpack it first"),
)


def recognise_bytes(source: Source) -> Recognition | None:
    """Return the binary format of ``source`` (office documents, PDF, archives), or ``None``."""
    data = source.data
    for signature, name, label, remedy in _SIGNATURES:
        if data.startswith(signature):
            return Recognition(name, label, "the file's first bytes", 1, remedy)
    return _recognise_zip(data) if data.startswith(b"PK\x03\x04") else None


def _recognise_zip(data: bytes) -> Recognition:
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.namelist()[:_MAX_LINES]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError):
        return Recognition("zip", "a damaged archive", "the first bytes of a ZIP archive", 1, "Download it again")
    for start, name, label, remedy in _MEMBERS:
        if any(member.startswith(start) for member in members):
            return Recognition(name, label, f"a ZIP archive with {start.rstrip('/')} in it", 1, remedy)
    return Recognition(
        "zip", "a ZIP archive", "the first bytes of a ZIP archive", 1, "Unpack it and convert the files within"
    )
