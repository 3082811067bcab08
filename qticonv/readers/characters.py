"""Characters that cannot be seen or that look like others: removed from the text, or folded for matching only.

What changes how a text reads is left alone: full-width letters, typographic spaces, joiners within Persian or emoji.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from msgspec import Struct

from qticonv.patterns import lazy

_BREAKS = "\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
_CONTROLS = "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"
_INVISIBLE = "\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_LOOKALIKES = "\u2f00-\u2fd5\ufb00-\ufb06"

#: Nothing has to be done for a text in which this finds nothing.
SUSPECT = lazy(f"[{_BREAKS}{_CONTROLS}{_INVISIBLE}{_LOOKALIKES}\xad\u200c\u200d\ufffd\ud800-\udfff]")
_ASCII = bytes(range(128))
_ASCII_CONTROLS = bytes(sorted(set(range(32)) - {9, 10, 13})) + b"\x7f"


# Runs are taken from their first character on and never given back (``++``): long ones cost no more than short ones.


class Repair(Struct, frozen=True, gc=False):
    """A kind of damage: what it is called, how it is found in a line, what stands there afterwards."""

    what: str
    pattern: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str]
    is_loss: bool = False

    def apply(self, line: str) -> str:
        """Return ``line`` without this damage."""
        return self.pattern.sub(self.replacement, line)


def _composed(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[0])


_NARROW = "[\x00-\u024f]"
_JOINERS = "[\u200c\u200d]++"
REPAIRS = (
    Repair(
        "page or line break characters at the end of a line",
        lazy(f"^[{_BREAKS}]++|(?<![{_BREAKS}])[{_BREAKS}]++$"),
        "",
    ),
    Repair("page or line break characters, now spaces,", lazy(f"[{_BREAKS}]+"), " "),
    Repair("control characters", lazy(f"\x1b\\[[0-9;]*[A-Za-z]|[{_CONTROLS}]+"), ""),
    Repair("invisible characters or marks of writing direction", lazy(f"[{_INVISIBLE}]+"), ""),
    Repair(
        "invisible joiners",
        lazy(f"(?<={_NARROW}){_JOINERS}|^{_JOINERS}|(?<![\u200c\u200d]){_JOINERS}(?={_NARROW}|$)"),
        "",
    ),
    # At the end of a line it tells that the word goes on; the lines are joined later.
    Repair("soft hyphens", lazy(r"(?<!\xad)\xad++(?![ \t]*$)"), ""),
    Repair("look-alikes of letters (ligatures, radicals)", lazy(f"[{_LOOKALIKES}]"), _composed),
    Repair("halves of characters", lazy("[\ud800-\udfff]"), "\ufffd"),
)


def has_ascii_controls(text: str) -> bool:
    """Whether ``text`` holds ASCII control characters other than tab and line ends."""
    data = text.encode("utf-8", "surrogatepass")
    return len(data.translate(None, _ASCII_CONTROLS)) != len(data)


def beyond_ascii(text: str) -> str:
    """The characters of ``text`` beyond ASCII: a few, mostly, so that looking through them takes no time."""
    if text.isascii():
        return ""
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")


def repair_lines(lines: list[str]) -> tuple[list[str], list[tuple[Repair, list[int]]]]:
    """Return the repaired lines and, for every kind of damage that was found, its 0-based line indices."""
    found = []
    suspects = [index for index, line in enumerate(lines) if SUSPECT.search(line)]
    repaired = list(lines)
    for repair in REPAIRS:
        hits = [index for index in suspects if repair.pattern.search(repaired[index])]
        for index in hits:
            repaired[index] = repair.apply(repaired[index])
        if hits:
            found.append((repair, hits))
    return repaired, found


def _fold_table() -> dict[int, str]:
    """Single characters that compatibility decomposition maps to one other character, where that helps matching."""
    ranges = (
        (0xFF01, 0xFF5E),  # full-width ASCII
        (0xFE50, 0xFE6B),  # small forms
        (0x2F00, 0x2FD5),  # Kangxi radicals
        (0xF900, 0xFAFF),  # compatibility ideographs
        (0x1D400, 0x1D7FF),  # mathematical letters used as bold or italic
        (0x2000, 0x200A),
        (0x202F, 0x202F),
        (0x205F, 0x205F),
        (0x3000, 0x3000),
        (0x00A0, 0x00A0),
    )
    table = {}
    for start, end in ranges:
        for code in range(start, end + 1):
            folded = unicodedata.normalize("NFKC", chr(code))
            if len(folded) == 1 and folded != chr(code):
                table[code] = folded
    return table


_FOLD = _fold_table()


def fold_line(line: str) -> str:
    """Return ``line`` for matching labels and words: full-width forms, look-alikes and special spaces folded.

    The result has the length of ``line``, so columns found in it hold for ``line`` itself.
    """
    return line if line.isascii() else line.translate(_FOLD)


_CLOSING = " \t\"'”’»)]*_`.。"
_GROUP = lazy(r"\([^()]{0,60}\)$")
_BLANK = lazy(r"_{3,}|\.{4,}")


def ending(line: str) -> str:
    """The end of ``line`` without closing quotes, emphasis and a note in brackets: ``"Which? (2 points)"``."""
    tail = line[-200:].rstrip(" \t\"'”’»*_`")
    group = _GROUP.search(tail)
    return (tail[: group.start()] if group and group.start() else tail).rstrip(_CLOSING)


def asks(line: str) -> bool:
    """Whether ``line`` asks: it ends with a question mark, a colon or an equals sign, or leaves a blank."""
    return ending(line).endswith(("?", "？", "؟", ":", "：", "…", "=")) or bool(_BLANK.search(line))
