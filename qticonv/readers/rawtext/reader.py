"""From bytes to items: decoding, refusing what is no quiz, finding the layout, reading, checking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from qticonv import collector
from qticonv.diagnostics import Code, Diagnostic, Severity, diagnose
from qticonv.model import ItemBank, LineRole, Reading, Source
from qticonv.model.options import ReadOptions
from qticonv.readers.decoding import Decoded, decode
from qticonv.readers.noquiz import no_quiz
from qticonv.readers.rawtext.heads import read_heads
from qticonv.readers.rawtext.induction import Induced, induce, judge
from qticonv.readers.rawtext.inline import ways_to_cut
from qticonv.readers.rawtext.keylist import Entry, read_key_file
from qticonv.readers.rawtext.layout import BULLETS, NO_OPTIONS, Layout, QuestionKind, describe
from qticonv.readers.rawtext.noise import find_noise
from qticonv.readers.rawtext.scan import scan
from qticonv.readers.rawtext.segments import Part, Segment, read_segment, scanned, segment_from
from qticonv.readers.recognise import recognise

if TYPE_CHECKING:
    from qticonv.readers.rawtext.styles import Proposal

_NEARLY_ALL = 0.8
_FEW_CUT = 1.1  # pieces to a line
_BEGINNING = 1_500  # lines whose layout is that of the file, if it is clear
_SEGMENT = 16_000  # lines that are read together
_LARGE = 1.5 * _SEGMENT
_CERTAIN = 0.6  # the share of sound questions from which on a layout is not doubted


def read_text(source: Source, options: ReadOptions) -> Reading:
    """Read ``source`` as raw question text."""
    with collector.paused():
        return _read_text(source, options)


def _read_text(source: Source, options: ReadOptions) -> Reading:
    decoded = decode(source)
    lines = decoded.lines
    if not any(line.strip() for line in lines):
        blank = (LineRole.BLANK,) * len(lines)
        said = _refusing(decoded.diagnostics)
        return Reading(bank=ItemBank(items=()), diagnostics=said, lines=lines, roles=blank)
    refusal = _refusal(source, lines)
    if refusal:
        return _refused(decoded, refusal)
    stated = Layout.from_dict(options.layout) if options.layout else None
    key_list = _key_file(options.key_list)
    if len(lines) > 2 * _BEGINNING:
        beginning = _try(source.name, lines[:_BEGINNING], stated).induced
        if _is_certain(beginning):
            return _read_by(beginning.layout, source, decoded, key_list)
    tried = _try(source.name, lines, stated)
    induced = tried.induced
    proposal = None if stated or _is_certain(induced) else _propose(lines, source.name)
    if proposal and _is_better(proposal, induced):
        return _read_as(proposal, decoded, source)
    if not stated and not _is_quiz(induced):
        reason = "no line has the shape of a question with options or an answer"
        return _refused(decoded, diagnose(Code.NOT_A_QUIZ, f"{source.name} holds no questions: {reason}."))
    part = read_segment(tried.segment, induced.layout, source.name, key_list)
    reading = _reading(source, decoded, [part])
    doubts = () if stated else tuple(_doubt_layout(reading, induced))
    return replace(reading, diagnostics=reading.diagnostics + doubts)


def _propose(lines: Sequence[str], name: str) -> Proposal | None:
    from qticonv.readers.rawtext import styles  # few files need them

    return styles.propose(lines, name)


def _doubt_layout(reading: Reading, induced: Induced) -> Iterator[Diagnostic]:
    """Where the layout explains too little of the file, any of its questions may be misread."""
    if induced.share >= _CERTAIN:
        return
    message = f"Only {induced.share:.0%} of the questions fit the layout that was found."
    for item in reading.bank.items:
        yield diagnose(Code.RAW_LAYOUT_DOUBTFUL, message, item=item.identifier, span=item.span)


class _Tried(Struct, frozen=True, gc=False):
    """One way to read lines (whole, or cut between options), and the layout that fits best."""

    segment: Segment
    induced: Induced


def _try(name: str, lines: Sequence[str], stated: Layout | None) -> _Tried:
    """Try the lines whole, and, where some hold several options, with these cut; return what fits better.

    Where few lines are cut, the layout is the same.
    """
    noise = find_noise(lines)
    known = stated
    ways: list[_Tried] = []
    for pieces in ways_to_cut(lines):
        found, lists = scanned(pieces, noise, name)
        induced = judge(found, known) if known else induce(found)
        layout = induced.layout.with_(inline=not ways)  # the first way cuts what can be cut
        ways.append(_Tried(Segment(0, lines, noise, found, lists), replace(induced, layout=layout)))
        if len(pieces) < _FEW_CUT * len(lines):
            known = layout
    return max(ways, key=lambda way: way.induced.score)


def _key_file(source: Source | None) -> tuple[Entry, ...]:
    """The keys in a file of their own (``--key``)."""
    if source is None:
        return ()
    return read_key_file(scan(read_heads(decode(source).lines)), source.name)


def _refusal(source: Source, lines: Sequence[str]) -> Diagnostic | None:
    """Why the file is not read at all: another tool's format, or no quiz."""
    other = recognise(lines)
    if other:
        message = (
            f"{source.name} looks like {other.label} (it has {other.reason} in line {other.line}); it was not read."
        )
        return diagnose(Code.INPUT_UNSUPPORTED, message, hint=other.remedy + ".")
    reason = no_quiz(lines)
    return diagnose(Code.NOT_A_QUIZ, f"{source.name} holds no questions: {reason}.") if reason else None


def _refusing(found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """An input without text is refused as a whole: the error names no line."""
    return tuple(replace(said, span=None) if said.severity is Severity.ERROR else said for said in found)


def _read_by(layout: Layout, source: Source, decoded: Decoded, key_list: Sequence[Entry]) -> Reading:
    """Read a file by the layout of its beginning; a large one segment by segment, where that is possible."""
    lines = decoded.lines
    parts = _read_divided(layout, source, lines) if len(lines) > _LARGE and not key_list else None
    if parts is None:
        whole = segment_from(lines, 0, len(lines), layout, source.name)
        parts = [read_segment(whole, layout, source.name, key_list)]
    return _reading(source, decoded, parts)


def _read_divided(layout: Layout, source: Source, lines: Sequence[str]) -> list[Part] | None:
    """Read a large file segment by segment; ``None`` where it cannot be divided.

    A list of keys belongs to questions of all segments, and without a mark no question shows where a segment may end.
    """
    if layout.question is QuestionKind.PARAGRAPH:
        return None
    parts: list[Part] = []
    start = 0
    while start < len(lines):
        segment = segment_from(lines, start, _SEGMENT, layout, source.name)
        if segment.lists:
            return None
        parts.append(read_segment(segment, layout, source.name))
        if not (segment.is_last or (parts[-1].items and parts[-1].roles)):
            return None
        start += len(parts[-1].roles)
    return parts


def _reading(source: Source, decoded: Decoded, parts: Sequence[Part]) -> Reading:
    layout = parts[0].layout.with_(inline=any(part.layout.inline for part in parts))
    return Reading(
        bank=ItemBank(
            items=tuple(chain.from_iterable(part.items for part in parts)), title=parts[0].title or source.stem
        ),
        diagnostics=(*decoded.diagnostics, *chain.from_iterable(part.diagnostics for part in parts)),
        lines=decoded.lines,
        roles=tuple(chain.from_iterable(part.roles for part in parts)),
        layout=describe(layout),
        layout_data=layout.to_dict(),
    )


def _is_certain(induced: Induced) -> bool:
    """Whether labels, boxes or a key show the options of most questions, so that no style without marks is tried."""
    layout = induced.layout
    if layout.option == NO_OPTIONS:
        return induced.share >= _NEARLY_ALL and layout.question is not QuestionKind.PARAGRAPH
    return induced.share >= _CERTAIN and (layout.option != BULLETS or induced.keyed >= _NEARLY_ALL)


def _is_better(proposal: Proposal, induced: Induced) -> bool:
    """A style without marks that explains nearly all lines, against bullets that may be options or answers."""
    return induced.share < _CERTAIN or induced.layout.option == NO_OPTIONS or proposal.score >= induced.share


def _read_as(proposal: Proposal, decoded: Decoded, source: Source) -> Reading:
    bank = ItemBank(items=proposal.items, title=proposal.title or source.stem)
    diagnostics = decoded.diagnostics + proposal.diagnostics
    return Reading(
        bank=bank, diagnostics=diagnostics, lines=decoded.lines, roles=proposal.roles, layout=proposal.layout
    )


def _is_quiz(induced: Induced) -> bool:
    return induced.score > 0 and (induced.share > 0 or induced.keyed > 0)


def _refused(decoded: Decoded, said: Diagnostic) -> Reading:
    roles = tuple(LineRole.UNCLAIMED if line.strip() else LineRole.BLANK for line in decoded.lines)
    diagnostics = (*decoded.diagnostics, said)
    return Reading(bank=ItemBank(items=()), diagnostics=diagnostics, lines=decoded.lines, roles=roles)
