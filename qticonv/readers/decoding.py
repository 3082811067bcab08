"""From bytes to lines: encoding, line ends, damage of characters. Nothing here raises, and nothing is lost unsaid.

A line is a line of an editor: it ends at ``\\n``, ``\\r\\n`` or ``\\r`` and nowhere else.
"""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterable, Sequence
from typing import overload

from msgspec import Struct

from qticonv.diagnostics import Code, Diagnostic, SourceSpan, diagnose
from qticonv.model import Source
from qticonv.patterns import lazy
from qticonv.readers.characters import SUSPECT, beyond_ascii, fold_line, has_ascii_controls, repair_lines
from qticonv.readers.encodings import guess
from qticonv.readers.mojibake import repair_mojibake
from qticonv.readers.recognise import recognise_bytes

__all__ = ["Decoded", "decode", "fold_line"]

_SAMPLE = 1 << 16
_LARGE = 4 << 20  # characters from which on lines are kept packed
_RUN = 4096  # lines that are packed together
_MAX_WARNINGS = 50
_BOMS = (  # the longer first: the mark of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY_SIGNATURES = (
    b"PK\x03\x04",
    b"%PDF-",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",  # Word, Excel and PowerPoint before 2007
    b"\x89PNG\r\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"\x7fELF",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"SQLite format 3\x00",
    b"ID3\x03",
    b"OggS",
)
_CONTROL_BYTES = bytes(sorted(set(range(32)) - {9, 10, 11, 12, 13, 27}))
_QUESTION_MARKS = lazy(r"(?<!\S)\?{2,}(?=[ ,.;:][ ]*\?{2,})|^\s*\?{4,}")


class Decoded(Struct, frozen=True, gc=False):
    """A source as text.

    ``lines`` come without line ends and are as many as an editor shows. They are empty where the input is binary.
    ``encoding`` is a Python codec name, or ``"binary"``.
    """

    lines: Sequence[str]
    diagnostics: tuple[Diagnostic, ...]
    encoding: str


class _Text(Struct, frozen=True, gc=False):
    content: str
    encoding: str
    is_doubtful: bool = False
    wrong_lines: tuple[int, ...] = ()  # 0-based; they are not in the encoding of the others


def decode(source: Source) -> Decoded:
    """Return the lines of ``source`` and what was repaired, doubtful or lost on the way. Never raises."""
    text = _decode_bytes(source.data)
    if text is None:
        return Decoded((), (_binary(source),), "binary")
    content, found = text.content, list(_encoding_diagnostics(source, text))
    repaired = repair_mojibake(content, beyond_ascii(content))
    if repaired:
        content, what = repaired
        found.append(diagnose(Code.INPUT_MOJIBAKE, f"Text in {what} was restored.", span=_span(source, 1)))
    lines = split_lines(content)
    if has_ascii_controls(content) or SUSPECT.search(beyond_ascii(content)):
        lines, more = _repair(source, lines)
        found += more
    if "??" in content:
        found += _replaced_by_question_marks(source, lines)
    if not any(line and not line.isspace() for line in lines):
        found.append(diagnose(Code.INPUT_EMPTY, f"{source.name} holds no text.", span=_span(source, 1)))
    return Decoded(Lines(lines) if len(content) > _LARGE else tuple(lines), tuple(found), text.encoding)


class Lines(Sequence[str]):
    """Lines of a large text, kept packed: as strings they would take six times the memory. A slice is a tuple."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._count = len(lines)
        self._packed = [_pack(lines[start : start + _RUN]) for start in range(0, len(lines), _RUN)]
        self._unpacked: tuple[int, list[str]] = (-1, [])  # the run that was asked for last

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...
    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        if isinstance(index, slice):
            return tuple(self._at(place) for place in range(self._count)[index])
        return self._at(range(self._count)[index])

    def _at(self, place: int) -> str:
        run = place // _RUN
        if run != self._unpacked[0]:
            self._unpacked = (run, zlib.decompress(self._packed[run]).decode("utf-8", "surrogatepass").split("\n"))
        return self._unpacked[1][place % _RUN]


def _pack(lines: Sequence[str]) -> bytes:
    return zlib.compress("\n".join(lines).encode("utf-8", "surrogatepass"), 1)


def split_lines(text: str) -> list[str]:
    """Split at ``\\n``, ``\\r\\n`` and ``\\r``; a final line end begins no further line."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def _decode_bytes(data: bytes) -> _Text | None:
    """Return the text, or ``None`` where the bytes are no text."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _Text(data[len(mark) :].decode(encoding, "replace"), encoding)
    if data.startswith(_BINARY_SIGNATURES):
        return None
    wide = _wide_encoding(data)
    if wide:
        return _Text(data.decode(wide, "replace"), wide)
    head = data[:_SAMPLE]
    if len(head) - len(head.translate(None, _CONTROL_BYTES)) > max(8, 0.05 * len(head)):
        return None
    try:
        return _Text(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _decode_damaged(data)


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a byte order mark: NULs at every second place, or all but one of four."""
    head = data[: _SAMPLE - _SAMPLE % 4]
    if head.count(0) < 0.03 * len(head) or not head:
        return None
    controls = len(head) - len(head.translate(None, _CONTROL_BYTES))
    if head.isascii() and controls < max(4, 0.25 * len(head)):
        return None  # text in which a few NULs stand
    for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        text = head.decode(encoding, "replace")
        if _looks_like_text(text):
            return encoding
    return None


def _looks_like_text(text: str) -> bool:
    """Whether nearly all characters are assigned and some are the ones that every text has: spaces, digits, letters."""
    printable = sum(character.isprintable() or character in "\t\r\n\f\v\ufeff" for character in text)
    common = sum(character in " \t\r\n" or "0" <= character <= "z" for character in text)
    return printable >= 0.97 * len(text) and common >= 0.05 * len(text)


def _decode_damaged(data: bytes) -> _Text:
    """Text that is not UTF-8: a few wrong bytes in UTF-8, halves of surrogate pairs, or another encoding."""
    if b"\xed" in data and _has_only_surrogates(data):
        return _keep_valid(data, is_doubtful=False)
    valid = data.decode("utf-8", "ignore")
    wrong = len(data) - len(valid.encode())
    right = len(valid) - len(valid.encode("ascii", "ignore"))
    if right > 2 * wrong:
        return _keep_valid(data, is_doubtful=False)
    found = guess(data)
    if right and found.codec == "cp1252":  # western letters look like UTF-8 only by the rarest chance
        return _keep_valid(data, is_doubtful=found.doubtful)
    return _Text(data.decode(found.codec, "replace"), found.codec, found.doubtful)


def _has_only_surrogates(data: bytes) -> bool:
    """Whether nothing but halves of surrogate pairs keeps ``data`` from being UTF-8."""
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _keep_valid(data: bytes, is_doubtful: bool) -> _Text:
    """UTF-8 with errors: surrogate pairs are joined, lines wholly in cp1252 are read so, the rest is replaced."""
    lines = re.split(b"\r\n|\n|\r", data)
    decoded = [_decode_line(line) for line in lines]
    wrong = tuple(index for index, line in enumerate(lines) if decoded[index].encode() != line)
    return _Text("\n".join(decoded), "utf-8", is_doubtful, wrong)


def _decode_line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        paired = line.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")
        return paired.decode("utf-16-le", "replace")
    except UnicodeDecodeError:
        pass
    escaped = line.decode("utf-8", "surrogateescape")
    is_mixed = any("\x7f" < character < "\ud800" for character in escaped)
    return line.decode("utf-8" if is_mixed else "cp1252", "replace")


def _encoding_diagnostics(source: Source, text: _Text) -> Iterable[Diagnostic]:
    if text.wrong_lines:
        message = f"Not all of the text is in UTF-8; {_places(text.wrong_lines)} were read as cp1252 where possible."
        yield diagnose(Code.INPUT_ENCODING, message, span=_span(source, text.wrong_lines[0] + 1))
    if text.is_doubtful:
        line = _first_beyond_ascii(text.content)
        message = f"The encoding is not certain; {text.encoding} makes most sense."
        yield diagnose(Code.INPUT_ENCODING_DOUBTFUL, message, span=_span(source, line))
    elif not text.encoding.startswith("utf"):
        yield diagnose(Code.INPUT_ENCODING, f"The text was read as {text.encoding}.", span=_span(source, 1))


def _first_beyond_ascii(content: str) -> int:
    hit = re.search("[^\x00-\x7f]", content)
    return 1 + (len(split_lines(content[: hit.start()] + "x")) - 1 if hit else 0)


def _repair(source: Source, lines: list[str]) -> tuple[list[str], list[Diagnostic]]:
    repaired, found = repair_lines(lines)
    notes = [
        diagnose(
            Code.INPUT_CHARACTERS,
            f"{repair.what} were removed or replaced ({_places(hits)}).".capitalize(),
            span=_span(source, hits[0] + 1),
        )
        for repair, hits in found
    ]
    lost = [index for index, line in enumerate(repaired) if "\ufffd" in line]
    return repaired, notes + _warn_of_loss(source, lost, "a character that could not be decoded")


def _replaced_by_question_marks(source: Source, lines: Sequence[str]) -> list[Diagnostic]:
    """Question marks where an earlier program had no letter: several such words side by side, on several lines."""
    hits = [index for index, line in enumerate(lines) if "??" in line and _QUESTION_MARKS.search(line)]
    return _warn_of_loss(source, hits, "question marks in place of text") if len(hits) >= 3 else []


def _warn_of_loss(source: Source, indices: Sequence[int], what: str) -> list[Diagnostic]:
    """One warning a line, so that each question is named; beyond fifty, one for all the others."""
    named = [
        diagnose(Code.INPUT_CHARACTERS_LOST, f"Line {index + 1} holds {what}.", span=_span(source, index + 1))
        for index in indices[:_MAX_WARNINGS]
    ]
    rest = indices[_MAX_WARNINGS:]
    if rest:
        message = f"{len(rest)} more lines hold {what}."
        named.append(diagnose(Code.INPUT_CHARACTERS_LOST, message, span=_span(source, rest[0] + 1, rest[-1] + 1)))
    return named


def _places(indices: Sequence[int]) -> str:
    """``line 3``, ``lines 3, 5 and 7``, ``lines 3, 5, 7 and 12 others``."""
    if len(indices) == 1:
        return f"line {indices[0] + 1}"
    shown = [str(index + 1) for index in indices[:5]]
    last = f"{len(indices) - 5} others" if len(indices) > 5 else shown.pop()
    return f"lines {', '.join(shown)} and {last}"


def _binary(source: Source) -> Diagnostic:
    known = recognise_bytes(source)
    if known:
        return diagnose(
            Code.INPUT_UNSUPPORTED, f"{source.name} is {known.label}; it was not read.", hint=known.remedy + "."
        )
    return diagnose(Code.INPUT_BINARY, f"{source.name} is not a text file.")


def _span(source: Source, start: int, end: int | None = None) -> SourceSpan:
    return SourceSpan(source.name, start, end or start)
