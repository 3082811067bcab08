"""From bytes to items: decoding, refusing what is no quiz, finding the layout, reading, checking."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from qticonv.diagnostics import Code, Diagnostic, Severity, diagnose
from qticonv.model import ItemBank, LineRole, Reading, Source
from qticonv.model.options import ReadOptions
from qticonv.readers.decoding import Decoded, decode
from qticonv.readers.noquiz import no_quiz
from qticonv.readers.rawtext.blocks import read_blocks
from qticonv.readers.rawtext.context import Context
from qticonv.readers.rawtext.heads import Head, read_heads
from qticonv.readers.rawtext.induction import Induced, induce, judge, prepare
from qticonv.readers.rawtext.inline import ways_to_cut
from qticonv.readers.rawtext.items import build_items
from qticonv.readers.rawtext.joining import join_lines
from qticonv.readers.rawtext.keying import apply_entries, apply_lists
from qticonv.readers.rawtext.keylist import Entry, KeyList, find_key_lists, read_key_file
from qticonv.readers.rawtext.layout import BULLETS, NO_OPTIONS, Layout, QuestionKind, describe
from qticonv.readers.rawtext.noise import find_noise
from qticonv.readers.rawtext.outside import give_roles, line_roles, preface, report_aside, report_noise, take_title
from qticonv.readers.rawtext.passages import take_passages
from qticonv.readers.rawtext.refine import refine
from qticonv.readers.rawtext.runs import candidates
from qticonv.readers.rawtext.scan import Scan, mark_divided, scan, without
from qticonv.readers.recognise import recognise

if TYPE_CHECKING:
    from qticonv.readers.rawtext.styles import Proposal

_NEARLY_ALL = 0.8
_FEW_CUT = 1.1  # pieces to a line
_CERTAIN = 0.6  # the share of sound questions from which on a layout is not doubted


def read_text(source: Source, options: ReadOptions) -> Reading:
    """Read ``source`` as raw question text."""
    with _paused_collector():
        return _read_text(source, options)


@contextmanager
def _paused_collector() -> Iterator[None]:
    """Reading makes very many small objects and no cycles; looking for cycles among them costs a fifth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _read_text(source: Source, options: ReadOptions) -> Reading:
    decoded = decode(source)
    if not any(line.strip() for line in decoded.lines):
        blank = (LineRole.BLANK,) * len(decoded.lines)
        said = _refusing(decoded.diagnostics)
        return Reading(bank=ItemBank(items=()), diagnostics=said, lines=decoded.lines, roles=blank)
    refusal = _refusal(source, decoded.lines)
    if refusal:
        return _refused(decoded, refusal)
    noise = find_noise(decoded.lines)
    stated = Layout.from_dict(options.layout) if options.layout else None
    tried = max(_scans(source.name, decoded.lines, noise, stated), key=lambda one: one.induced.score)
    induced = tried.induced
    proposal = None if stated or _is_certain(induced) else _propose(decoded.lines, source.name)
    if proposal and _is_better(proposal, induced):
        return _read_as(proposal, decoded, source)
    if not stated and not _is_quiz(induced):
        reason = "no line has the shape of a question with options or an answer"
        return _refused(decoded, diagnose(Code.NOT_A_QUIZ, f"{source.name} holds no questions: {reason}."))
    reading = _read_with(source, decoded.lines, tried, _key_file(options.key_list))
    roles = [LineRole.NOISE if number in noise else role for number, role in enumerate(reading.roles)]
    doubts = () if stated else tuple(_doubt_layout(reading, induced))
    about_noise = tuple(report_noise(source.name, noise))
    diagnostics = decoded.diagnostics + about_noise + reading.diagnostics + doubts
    return replace(reading, diagnostics=diagnostics, roles=tuple(roles))


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
    """One way to read the lines: the pieces without the lists of keys, these, and the layout that fits best."""

    scan: Scan
    lists: tuple[KeyList, ...]
    induced: Induced


def _scans(name: str, lines: Sequence[str], noise: Collection[int], stated: Layout | None) -> Iterator[_Tried]:
    """The readings of a file: with every line whole, and, where lines hold several options, with these cut.

    Where few lines are cut, the layouts that fit are the same.
    """
    rivals: tuple[Layout, ...] = ()
    for pieces in ways_to_cut(lines):
        heads = mark_divided(pieces)
        found = scan([Head(head.line, "") if head.line in noise else head for head in heads] if noise else heads)
        lists = find_key_lists(found, name)
        found = without(found, {piece for keys in lists for piece in keys.roles})
        end = len(found.heads)
        induced = judge(found, stated, end) if stated else induce(found, end, rivals)
        is_cut = len(heads) > len(lines)
        if len(heads) < _FEW_CUT * len(lines):
            rivals = induced.rivals
        yield _Tried(found, lists, replace(induced, layout=induced.layout.with_(inline=is_cut)))


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


def _read_with(source: Source, lines: tuple[str, ...], tried: _Tried, key_list: Sequence[Entry]) -> Reading:
    found, lists, layout = tried.scan, tried.lists, tried.induced.layout
    prepared, doubtful = prepare(found, layout)
    end = _end(prepared, layout, lists)
    piece_roles = [LineRole.BLANK if not head.raw else LineRole.UNCLAIMED for head in prepared.heads]
    blocks = read_blocks(prepared, layout, end, piece_roles)
    said = apply_lists(blocks, lists, piece_roles) + apply_entries(blocks, key_list)
    passages = take_passages(blocks, preface(blocks, prepared), prepared, piece_roles)
    layout = refine(blocks, prepared, layout, piece_roles, doubtful)
    context = Context(source.name, prepared, layout, join_lines)
    items, about = build_items(blocks, passages, context)
    diagnostics = said + about
    title = take_title(blocks, context, piece_roles)
    give_roles(prepared, piece_roles)
    roles = line_roles(context, piece_roles, len(lines))
    first = min((item.span.start_line for item in items if item.span), default=len(lines))
    diagnostics += report_aside(source.name, roles, lines, first - 1)
    bank = ItemBank(items=tuple(items), title=title or source.stem)
    return Reading(
        bank=bank,
        diagnostics=tuple(diagnostics),
        lines=lines,
        roles=roles,
        layout=describe(layout),
        layout_data=layout.to_dict(),
    )


def _end(found: Scan, layout: Layout, lists: Sequence[KeyList]) -> int:
    """Where the questions end: at the last list of keys, unless options follow it."""
    if not lists:
        return len(found.heads)
    start = lists[-1].start
    options = candidates(found, layout, len(found.heads))
    return len(found.heads) if options and options[-1][0] >= start else start


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
