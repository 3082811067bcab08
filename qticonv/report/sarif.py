"""SARIF 2.1.0, which code scanning services show beside the files.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/ and, for what GitHub needs of it,
https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

import qticonv
from qticonv.diagnostics import Code, Diagnostic, Severity
from qticonv.report.place import identity, message_in, place_in

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def to_sarif(files: Iterable[tuple[str, Sequence[Diagnostic]]]) -> str:
    """Return a SARIF log with one run: the codes that occur are its rules, the findings its results."""
    named = [(name, found) for name, diagnostics in files for found in diagnostics]
    codes = sorted({found.code for _, found in named}, key=lambda code: code.slug)
    seen: Counter[str] = Counter()
    run = {
        "tool": {
            "driver": {"name": "qticonv", "semanticVersion": qticonv.__version__, "rules": [_rule(c) for c in codes]}
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(name, found, codes.index(found.code), seen) for name, found in named],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=True, indent=1) + "\n"


def _rule(code: Code) -> dict[str, Any]:
    text = code.value
    return {
        "id": text.slug,
        "name": "".join(word.capitalize() for word in text.slug.split("-")),
        "shortDescription": {"text": text.title},
        "fullDescription": {"text": text.cause},
        "help": {
            "text": f"{text.cause}\n\n{text.remedy}",
            "markdown": f"**Cause:** {text.cause}\n\n**Remedy:** {text.remedy}\n\n`qticonv explain {text.slug}`",
        },
        "defaultConfiguration": {"level": _LEVELS[text.severity]},
    }


def _result(name: str, found: Diagnostic, rule: int, seen: Counter[str]) -> dict[str, Any]:
    print_ = hashlib.sha256("\0".join(identity(name, found)).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    seen[print_] += 1
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(name, errors="replace"), "uriBaseId": "%SRCROOT%"},
            "region": _region(name, found),
        }
    }
    if found.item:
        location["logicalLocations"] = [{"name": found.item, "kind": "object"}]
    return {
        "ruleId": found.code.slug,
        "ruleIndex": rule,
        "level": _LEVELS[found.severity],
        "message": {"text": "\n".join(filter(None, (message_in(name, found), found.hint)))},
        "locations": [location],
        # Without it GitHub hashes the lines around the place, which a zip does not have.
        "partialFingerprints": {"primaryLocationLineHash": f"{print_}:{seen[print_]}"},
    }


def _region(name: str, found: Diagnostic) -> dict[str, int]:
    """Return lines and columns from 1; GitHub wants a line, so that what has none stands at the first."""
    span = place_in(name, found)
    if span is None:
        return {"startLine": 1}
    region = {"startLine": span.start_line, "endLine": max(span.start_line, span.end_line)}
    if span.start is not None:
        region["startColumn"] = span.start + 1
        if span.end is not None and span.end_line <= span.start_line:
            region["endColumn"] = max(span.start + 1, span.end + 1)
    return region
