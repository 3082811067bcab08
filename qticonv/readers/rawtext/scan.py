"""Everything that can be said of each line before the layout is known; made once for a file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from qticonv.patterns import lazy
from qticonv.readers.rawtext.fields import Field, may_announce, read_field
from qticonv.readers.rawtext.heads import Head
from qticonv.readers.rawtext.words import Part

_RULE = lazy(r"~~$|(?:[-=_*~+–—]\s?){3,}$|[─━═]{3,}$|\|[\s:|-]+\|$")
_MARKUP = lazy(
    r"(?:</?(?:details|summary|div|p|br|hr|center|span|table|tr|td|ul|ol|li|b|i|strong|em)\b[^<>]*>\s*|<!--.*?-->\s*)+$"
    r"|\?{3}\+?\s.*$|!{3}\s.*$|(?:<[a-z]+[^<>]*>)*<summary[^<>]*>[^<>]*</summary>(?:</?[a-z]+[^<>]*>)*$|:::+.*$|&nbsp;$",
    re.IGNORECASE,
)
_FOLDED = lazy(r"[?!]{3}\+?\s+[\w-]+\s+[\"“](?P<title>[^\"”]*)[\"”]\s*$")
_FENCE = lazy(r"(?:```|~~~)")
_WRAP_COLUMN = range(55, 100)


class Scan(Struct, frozen=True, gc=False):
    """The lines of a file with their heads and fields. ``fenced``: lines of code blocks; ``rules``: rulers, markup."""

    heads: Sequence[Head]
    fields: Mapping[int, Field]
    fenced: frozenset[int]
    rules: frozenset[int]
    valued: frozenset[Part]  # parts whose value mostly stands behind the word


def scan(heads: Sequence[Head]) -> Scan:
    """Scan pieces (heads in order; several may stand on one line)."""
    fenced = _fenced(heads)
    fields: dict[int, Field] = {}
    rules: set[int] = set()
    for index, head in enumerate(heads):
        raw = head.raw
        if not raw or index in fenced:
            continue
        if not raw[0].isalnum() and _RULE.match(raw):
            rules.add(index)
        elif may_announce(raw) and (found := _field(head)):
            fields[index] = found
        elif raw[0] in "<?!:&" and _MARKUP.match(raw):
            rules.add(index)
    return Scan(heads, fields, fenced, frozenset(rules), _valued(fields.values()))


def _field(head: Head) -> Field | None:
    if head.sign == "^" and head.body:
        return Field(Part.ANSWER, head.body)
    if head.raw.startswith(("???", "!!!")):
        title = _FOLDED.match(head.raw)
        found = read_field(title["title"]) if title else None
        return found if found and not found.value else None
    return read_field(head.raw)


def _fenced(heads: Sequence[Head]) -> frozenset[int]:
    marks = [index for index, head in enumerate(heads) if head.raw[:3] in {"```", "~~~"} and _FENCE.match(head.raw)]
    inside: set[int] = set()
    for start, end in zip(marks[::2], marks[1::2], strict=False):
        inside.update(range(start, end + 1))
    return frozenset(inside)


def _valued(found: Iterable[Field]) -> frozenset[Part]:
    counts: Counter[tuple[Part, bool]] = Counter((field.part, bool(field.value)) for field in found)
    return frozenset(part for part in Part if counts[part, True] > counts[part, False])


def is_wrapped(heads: Sequence[Head]) -> bool:
    """Whether a program broke the lines: many end near one column, few beyond it, and the next line goes on."""
    lengths = sorted(len(head.raw) for head in heads if head.raw)
    if len(lengths) < 4 or lengths[-max(1, len(lengths) // 50)] not in _WRAP_COLUMN:
        return False
    longest = lengths[-max(1, len(lengths) // 50)]
    full = [i for i, head in enumerate(heads[:-1]) if longest - 15 <= len(head.raw)]
    going_on = sum(1 for i in full if heads[i + 1].raw and not heads[i + 1].label and not heads[i + 1].bullet)
    return len(full) >= 3 and going_on >= 0.6 * len(full)


def mark_divided(heads: Sequence[Head]) -> Sequence[Head]:
    """Where rulers of two kinds divide questions (``++++``) and options (``====``), give the options a bullet."""
    rulers = Counter(head.raw for head in heads if head.raw[:4] in {"====", "++++"} and set(head.raw) <= {head.raw[0]})
    if len(rulers) != 2 or min(rulers.values()) < 1 or rulers.total() < 4:
        return heads
    changed = list(heads)
    behind = ""
    for index, head in enumerate(heads):
        if head.raw in rulers:
            behind = head.raw[0]
        elif head.raw and behind == "=":
            changed[index] = replace(head, bullet="=", indent=0, label="", family="")
            behind = ""
        elif head.raw:
            behind = ""
    return changed


def without(found: Scan, pieces: Collection[int]) -> Scan:
    """Return the scan with ``pieces`` blank: they were read by another reader."""
    if not pieces:
        return found
    heads = [Head(head.line, "") if index in pieces else head for index, head in enumerate(found.heads)]
    fields = {index: field for index, field in found.fields.items() if index not in pieces}
    return replace(found, heads=heads, fields=fields, rules=found.rules.difference(pieces))
