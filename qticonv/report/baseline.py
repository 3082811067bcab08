"""Known findings, kept in a file so that only new ones count (``qticonv check --baseline``).

A finding is known by its code, file, item and message; how often it was found counts as well, so that a new one that
reads like a known one is new. Notes fail nothing and are not kept.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from qticonv.diagnostics import Code, Diagnostic, Severity, diagnose
from qticonv.model import Source
from qticonv.report.place import identity

_FIELDS = ("code", "file", "item", "message")
_Known = tuple[str, ...]


class Baseline(Struct, frozen=True, gc=False):
    """How often each known finding may occur."""

    known: Mapping[_Known, int] = field(default_factory=dict)

    def sort_out(self, name: str, found: Sequence[Diagnostic]) -> tuple[list[Diagnostic], list[str]]:
        """Return what is new of the findings of the file ``name``, and what is known of it but was not found."""
        left = Counter({known: count for known, count in self.known.items() if known[1] == name})
        new = []
        for diagnostic in found:
            known = identity(name, diagnostic)
            if left[known] and _counts(diagnostic):
                left[known] -= 1
            else:
                new.append(diagnostic)
        return new, [f"{code}: {message}" for (code, _, _, message), count in left.items() if count]

    def updated(self, name: str, found: Sequence[Diagnostic]) -> Baseline:
        """Return the baseline by which all findings of the file ``name`` are known, and none but these."""
        kept = Counter({known: count for known, count in self.known.items() if known[1] != name})
        kept.update(identity(name, diagnostic) for diagnostic in found if _counts(diagnostic))
        return Baseline(kept)

    def to_json(self) -> str:
        """Return the content of the file: sorted, so that it can be compared and merged."""
        findings = [
            {"file": file, "code": code, "item": item or None, "message": message, "count": count}
            for (code, file, item, message), count in sorted(self.known.items(), key=lambda entry: entry[0][1::-1])
        ]
        return json.dumps({"version": 1, "findings": findings}, ensure_ascii=True, indent=1) + "\n"


def _counts(found: Diagnostic) -> bool:
    """Notes fail nothing; a file that could not be read was not checked."""
    return found.severity is not Severity.NOTE and found.code not in (Code.INPUT_UNREADABLE, Code.INPUT_CHANGED)


def load(source: Source) -> Baseline | Diagnostic:
    """Return what :meth:`Baseline.to_json` wrote."""
    try:
        data = json.loads(source.data)
        if data["version"] != 1:
            raise ValueError("version is not 1")
        return Baseline({_known(entry): _count(entry) for entry in data["findings"]})
    except KeyError as error:
        return diagnose(Code.BASELINE_INVALID, f"{source.name}: {error} is missing")
    except (ValueError, TypeError, RecursionError) as error:
        return diagnose(Code.BASELINE_INVALID, f"{source.name}: {error}")


def _known(entry: Mapping[str, Any]) -> _Known:
    values = [entry[name] for name in _FIELDS]
    if not all(isinstance(value, str | None) for value in values):
        raise ValueError("code, file, item and message must be texts")
    return tuple(value or "" for value in values)


def _count(entry: Mapping[str, Any]) -> int:
    if not isinstance(entry["count"], int):
        raise ValueError("a count must be a number")
    return entry["count"]
