"""The answers file: keys that a person chose, in JSON or YAML.

``answers: {q-3f9a52c1e0b7: {key: B, text: The security dilemma — …}, 2: [A, C], 3: true}``. What an answer refers to is
known to ``qticonv.keys`` alone; here only the form is checked. :func:`revise` changes single entries of a file and
leaves all else, comments included, as it was written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence, Set
from decimal import Decimal
from typing import Any

from qticonv.diagnostics import Code, Diagnostic, SourceSpan, diagnose
from qticonv.interchange import encode
from qticonv.interchange.decode import decimal
from qticonv.interchange.document import Document, DocumentError, Path, format_path, parse, to_yaml
from qticonv.interchange.schema import Violation, violations
from qticonv.model import Source
from qticonv.model.answers import Answer, Answers, AnswerValue


def load(source: Source) -> tuple[Answers, tuple[Diagnostic, ...]]:
    """Read an answers file; an entry that is not of the right form is reported and left out."""
    nothing = Answers(source=source.name, entries=())
    try:
        document = parse(source.data)
    except DocumentError as error:
        return nothing, (_problem(error.message, source.name, error.line),)
    data = document.data
    entries = data.get("answers") if isinstance(data, dict) else None
    frame = {**data, "answers": {}} if isinstance(entries, dict) else data
    wrong = list(violations(frame, "answers"))
    answers = []
    for name, entry in entries.items() if isinstance(entries, dict) and not wrong else ():
        found = tuple(_entry_violations(name, entry))
        wrong += found
        if not found:
            answers.append(_answer(name, entry, _span(document, source.name, ("answers", name))))
    diagnostics = tuple(_report(violation, document, source.name) for violation in wrong)
    return Answers(source=source.name, entries=tuple(answers)), diagnostics


def merge(answers: Answers, changed: Iterable[Answer], withdrawn: Iterable[str | int] = ()) -> Answers:
    """Return ``answers`` with the ``changed`` ones in place or at the end, without the ``withdrawn`` ones."""
    entries = {entry.reference: entry for entry in answers.entries}
    entries.update((entry.reference, entry) for entry in changed)
    for reference in withdrawn:
        entries.pop(reference, None)
    return Answers(source=answers.source, entries=tuple(entries.values()))


def dump(answers: Answers, *, as_json: bool = False) -> str:
    """Return the answers file as YAML, or as JSON."""
    data = {"answers": {entry.reference: _plain(entry) for entry in answers.entries}}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n" if as_json else to_yaml(data)


def revise(
    source: Source, changed: Sequence[Answer] = (), withdrawn: Iterable[str | int] = ()
) -> tuple[str, tuple[Diagnostic, ...]]:
    """Return the text of an answers file after changes; with diagnostics, which make it unusable, the text is empty.

    A source without bytes is a new file; one whose name ends in ``.json`` is written as JSON. Entries in YAML's block
    style are changed where they stand; other files are written anew.
    """
    current, wrong = load(source) if source.data else (Answers(source=source.name, entries=()), ())
    if wrong:
        return "", wrong
    withdrawn = frozenset(withdrawn)
    revised = merge(current, changed, withdrawn)
    if source.name.lower().endswith(".json"):
        return dump(revised, as_json=True), ()
    text = _edited(source, current, changed, withdrawn) if source.data else None
    return (text if text is not None and _says(text, revised) else dump(revised)), ()


def _says(text: str, answers: Answers) -> bool:
    """Whether ``text`` is an answers file that says the same as ``answers``."""
    found, wrong = load(Source(answers.source, text.encode()))
    return not wrong and _contents(found) == _contents(answers)


def _contents(answers: Answers) -> list[tuple[object, ...]]:
    return [(entry.reference, entry.values, entry.texts) for entry in answers.entries]


def _edited(source: Source, current: Answers, changed: Sequence[Answer], withdrawn: Set[str | int]) -> str | None:
    """Return the text with the lines of entries exchanged; None where each entry does not have lines of its own."""
    lines = source.data.decode("utf-8-sig", "replace").splitlines(keepends=True)
    starts = [entry.span.start_line - 1 for entry in current.entries if entry.span]
    if not starts or starts != sorted(set(starts)) or not lines[starts[0]].startswith(" "):
        return None
    indent = lines[starts[0]][: -len(lines[starts[0]].lstrip())]
    new = {entry.reference: entry for entry in changed}
    parts = lines[: starts[0]]
    for entry, start, end in zip(current.entries, starts, [*starts[1:], len(lines)], strict=True):
        own, after = _without_comments_below(lines[start:end])
        if entry.reference in new:
            own = _entry_lines(new.pop(entry.reference), indent)
        elif entry.reference in withdrawn:
            own = []
        parts += [*own, *after]
    if parts and not parts[-1].endswith("\n"):
        parts.append("\n")
    return "".join([*parts, *(line for entry in new.values() for line in _entry_lines(entry, indent))])


def _without_comments_below(lines: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Split the lines of an entry from the blank lines and comments that follow: these speak of the next one."""
    end = len(lines)
    while end > 1 and lines[end - 1].strip()[:1] in ("", "#"):
        end -= 1
    return lines[:end], lines[end:]


def _entry_lines(entry: Answer, indent: str) -> list[str]:
    text = to_yaml({entry.reference: _plain(entry)})
    return [indent + line if line.strip() else line for line in text.splitlines(keepends=True)]


def _plain(entry: Answer) -> Any:
    values = [encode.number(value) if isinstance(value, Decimal) else value for value in entry.values]
    key = values[0] if len(values) == 1 else values
    if not entry.texts:
        return key
    return {"key": key, "text": entry.texts[0] if len(entry.texts) == 1 else list(entry.texts)}


def _entry_violations(name: str, entry: Any) -> Iterable[Violation]:
    path: Path = ("answers", name)
    for violation in violations(entry, "answers", "answer"):
        yield Violation((*path, *violation.path), violation.message)
    if isinstance(entry, dict) and len(_listed(entry.get("text", ()))) not in (0, len(_listed(entry.get("key")))):
        yield Violation((*path, "text"), "as many texts as keys are needed")


def _answer(name: str, entry: Any, span: SourceSpan | None) -> Answer:
    key, texts = (entry["key"], entry.get("text", ())) if isinstance(entry, dict) else (entry, ())
    reference = int(name) if name.isascii() and name.isdigit() and len(name) < 10 else name
    values = tuple(_value(value) for value in _listed(key))
    return Answer(reference=reference, values=values, texts=tuple(_listed(texts)), span=span)


def _value(value: str | bool | int | float) -> AnswerValue:
    return value if isinstance(value, (str, bool)) else decimal(value)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _report(violation: Violation, document: Document, source: str) -> Diagnostic:
    message = f"{format_path(violation.path)}: {violation.message}"
    return _problem(message, source, document.line_of(violation.path))


def _problem(message: str, source: str, line: int | None) -> Diagnostic:
    span = None if line is None else SourceSpan(source, line, line)
    return diagnose(Code.ANSWERS_INVALID, message, span=span)


def _span(document: Document, source: str, path: Path) -> SourceSpan | None:
    line = document.line_of(path)
    return None if line is None else SourceSpan(source, line, line)
