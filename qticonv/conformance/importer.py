"""What Moodle's importers demand of both formats.

The tables repeat what the writers know on purpose: a slip in one place must not pass the check in the other.
File names are those of Moodle 4.5; ``format.php`` is ``question/format.php``.
"""

from __future__ import annotations

import codecs
import re

from msgspec import Struct, field

from qticonv.diagnostics import Code, Diagnostic, Effect, Severity, SourceSpan, diagnose
from qticonv.model import Source
from qticonv.model.stored import chunks, opened
from qticonv.patterns import lazy

MAX_NAME = 255
MAX_SEGMENT = 255
MAX_IDNUMBER = 100
MAX_TAG = 50
MAX_RIGHT = 255

# question/engine/bank.php:423-468, in percent; the negatives are accepted too.
WEIGHTS: tuple[float, ...] = (
    *(100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20, 16.66667, 14.28571, 12.5, 11.11111),
    *(10, 5, 0),
)
_WEIGHT_TOLERANCE = 0.001  # in percent (match_grade_options compares shares to 0.00001)
USUAL_WEIGHTS = {f"{sign}{weight:g}": float(f"{sign}{weight:g}") for weight in WEIGHTS for sign in ("", "-")}

NUMBER = lazy(r"\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*")  # PHP's is_numeric
TAG_LIKE = lazy(r"<(?![ \t\n\r\f\v])")
_CONTEXT = lazy(r"\$[a-z]+\$")


class Findings(Struct):
    """Collects what is to be said about one file."""

    source: str
    target: str
    found: list[Diagnostic] = field(default_factory=list)
    identifiers: set[tuple[str, str]] = field(default_factory=set)
    category: str = ""
    lines_before: int = 0  # that were cut off before the part that is looked at

    def add(
        self, code: Code, message: str, line: int | None, hint: str | None = None, severity: Severity | None = None
    ) -> None:
        """Add a finding at ``line`` (from 1)."""
        place = (line or 1) + self.lines_before
        span = SourceSpan(self.source, place, place)
        self.found.append(
            diagnose(
                code, message, hint=hint, severity=severity, span=span, target=self.target, effect=_EFFECTS.get(code)
            )
        )


_EFFECTS = {
    Code.MOODLE_DROPPED: Effect.LOST,
    Code.MOODLE_CHANGED: Effect.ADAPTED,
    Code.MOODLE_STOPS: Effect.LOST,
}


def check_file_name(findings: Findings, source: Source, suffix: str) -> None:
    """Check the ending of the file's name, as the upload form does."""
    ending = "." + source.name.rpartition("/")[2].rpartition(".")[2]
    if "." in source.name and ending.lower() != suffix:
        # Moodle looks into files with an ending that it does not know, and often takes them for something else.
        severity = Severity.WARNING if ending.lower() == f".{findings.target}" else None
        findings.add(Code.MOODLE_UPLOAD, f"the file must be named {suffix}, not {ending}", None, severity=severity)


def check_utf_8(findings: Findings, source: Source) -> bool:
    """Check that the file is UTF-8, as the upload form does; return whether it is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in chunks(opened(source)):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _not_utf_8(findings, source)
    return True


def _not_utf_8(findings: Findings, source: Source) -> bool:
    data = opened(source).read()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        findings.add(Code.MOODLE_UPLOAD, "the file is not UTF-8", line, "Save it as UTF-8.")
    return False


def is_number(text: str) -> bool:
    """Whether PHP takes ``text`` for a number."""
    return NUMBER.fullmatch(text) is not None


def check_weight(findings: Findings, text: str, line: int | None) -> float | None:
    """Check a weight in percent against the accepted ones; return its value, or ``None`` where it is no number."""
    if text in USUAL_WEIGHTS:
        return USUAL_WEIGHTS[text]
    if not is_number(text):
        findings.add(Code.MOODLE_REFUSES, f"the weight {text!r} is not a number", line)
        return None
    value = float(text)
    if not any(abs(abs(value) - weight) < _WEIGHT_TOLERANCE for weight in WEIGHTS):
        nearest = min(WEIGHTS, key=lambda weight: abs(abs(value) - weight))
        hint = f"The nearest is {'-' if value < 0 else ''}{nearest:g}."
        findings.add(
            Code.MOODLE_WEIGHT, f"Moodle does not accept the weight {text} and refuses the whole file", line, hint
        )
    return value


def check_name(findings: Findings, name: str, line: int | None) -> None:
    """Check a question's name (format.php:812-821)."""
    if not name.strip():
        findings.add(Code.MOODLE_CHANGED, "the question has an empty name", line)
    if len(name) > MAX_NAME:
        findings.add(Code.MOODLE_CHANGED, f"the name is cut to {MAX_NAME} characters", line)
    if "<" in name and TAG_LIKE.search(name):
        findings.add(
            Code.MOODLE_CHANGED, "the name loses text: Moodle takes < for the beginning of a tag", line, "Write &lt;."
        )
    if "\n" in name.strip():
        findings.add(Code.MOODLE_CHANGED, "the name holds a line break, which stays in it", line)


def check_category(findings: Findings, path: str, line: int | None) -> None:
    """Check a category path and remember it: ID numbers are unique within a category."""
    findings.category = path
    segments = [segment.replace("//", "/").strip() for segment in re.split(r"(?<!/)/(?!/)", path)]
    if segments and _CONTEXT.fullmatch(segments[0]):
        if segments[0] == "$system$":
            message = "the category is one of the whole site, which only administrators may fill"
            findings.add(Code.MOODLE_CATEGORY, message, line)
        del segments[0]
    if segments and segments[0] == "top":
        del segments[0]
    if not segments or not all(segments):
        findings.add(Code.MOODLE_CATEGORY, f"the category path {path!r} has a part without a name", line)
    for segment in segments:
        if len(segment) > MAX_SEGMENT:
            message = f"category {segment[:40]}… is longer than {MAX_SEGMENT} characters; nothing after it is imported"
            findings.add(Code.MOODLE_STOPS, message, line)
        if TAG_LIKE.search(segment):
            findings.add(Code.MOODLE_CATEGORY, f"category {segment!r} loses text from < on", line, "Write &lt;.")


def check_idnumber(findings: Findings, identifier: str, line: int | None) -> None:
    """Check an ID number (format.php:451)."""
    if not identifier:
        return
    if len(identifier) > MAX_IDNUMBER:
        message = f"the ID number has more than {MAX_IDNUMBER} characters; this and all later questions are lost"
        findings.add(Code.MOODLE_STOPS, message, line)
    key = (findings.category, identifier)
    if key in findings.identifiers:
        message = f"the ID number {identifier!r} occurs twice in a category; the second is left out"
        findings.add(Code.MOODLE_DROPPED, message, line)
    findings.identifiers.add(key)


def check_tag(findings: Findings, tag: str, line: int | None) -> None:
    """Check a tag; ``< >`` and backticks are removed, long ones are cut."""
    if len(tag) > MAX_TAG:
        findings.add(
            Code.MOODLE_CHANGED, f"tag {tag[:40]}… is longer than {MAX_TAG} characters; Moodle 4.2 cuts it", line
        )
    if re.search(r"[<>`]|  ", tag):
        findings.add(Code.MOODLE_CHANGED, f"tag {tag!r} loses angle brackets, backticks or double spaces", line)


def check_right_side(findings: Findings, text: str, line: int | None) -> None:
    """Check a right side of a matching (match/renderer.php:143)."""
    if not text.strip():
        message = "a right side is empty; this question and, without a word, all later ones are lost"
        findings.add(Code.MOODLE_STOPS, message, line)
    if len(text) > MAX_RIGHT:
        findings.add(Code.MOODLE_STOPS, f"a right side is longer than {MAX_RIGHT} characters", line)
    if "<" in text and TAG_LIKE.search(text):
        findings.add(
            Code.MOODLE_CHANGED,
            "a right side loses text: Moodle takes < for the beginning of a tag",
            line,
            "Write &lt;.",
        )


def check_format(findings: Findings, kind: str, text: str, line: int | None) -> None:
    """Check how a text of format ``kind`` is shown: Markdown eats the marks of math, plain text runs no filter."""
    if kind == "markdown" and re.search(r"\\[(\[]", text):
        message = r"Markdown removes the backslash of \( and \[, so the formula is not shown"
        findings.add(Code.MOODLE_CHANGED, message, line, "Use the format html.")
    if kind in ("plain", "plain_text") and re.search(r"\\[(\[]|\$\$", text):
        findings.add(Code.MOODLE_CHANGED, "formulas in plain text are not shown", line, "Use the format html.")


def check_marks(findings: Findings, weights: list[float], single: bool, line: int | None) -> None:
    """Check that some response earns full marks; Moodle does not (multichoice/questiontype.php:213)."""
    best = max(weights, default=0) if single else sum(weight for weight in weights if weight > 0)
    if abs(best - 100) > 0.1:
        what = "no answer has the weight 100" if single else f"the weights of the right answers add up to {best:g}"
        findings.add(Code.MOODLE_MARKS, what, line)
