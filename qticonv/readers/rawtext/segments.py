"""Reading lines by a known layout, a segment of the file at a time, so that memory does not grow with the file.

A segment ends where a question ends. Its last two questions are read again with the next segment: the last may be cut
off, and what tells whether two questions follow one another looks at both.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

from qticonv.diagnostics import Diagnostic
from qticonv.model import Item, LineRole
from qticonv.readers.rawtext.blocks import Block, read_blocks
from qticonv.readers.rawtext.context import Context
from qticonv.readers.rawtext.heads import Head, read_heads
from qticonv.readers.rawtext.induction import prepare
from qticonv.readers.rawtext.inline import split_lines
from qticonv.readers.rawtext.items import build_items
from qticonv.readers.rawtext.joining import join_lines
from qticonv.readers.rawtext.keying import apply_entries, apply_lists, style_of_keys
from qticonv.readers.rawtext.keylist import Entry, KeyList, find_key_lists
from qticonv.readers.rawtext.layout import Layout
from qticonv.readers.rawtext.noise import find_noise
from qticonv.readers.rawtext.outside import give_roles, line_roles, preface, report_aside, report_noise, take_title
from qticonv.readers.rawtext.passages import Passage, covered, take_passages
from qticonv.readers.rawtext.refine import refine
from qticonv.readers.rawtext.runs import candidates
from qticonv.readers.rawtext.scan import Scan, mark_divided, scan, without

_READ_AGAIN = 2  # questions
_LOOKED_BACK = 400  # lines: a page number is known by those of the pages before


class Segment(Struct, frozen=True, gc=False):
    """Lines of a file from line ``start`` (from 0) on, ready to be read: without noise and lists of keys.

    The numbers in ``noise`` and ``scan`` count from the segment's first line; ``is_last``: nothing follows.
    """

    start: int
    lines: Sequence[str]
    noise: Mapping[int, str]
    scan: Scan
    lists: tuple[KeyList, ...]
    is_last: bool = True


class Part(Struct, frozen=True, gc=False):
    """What was read of a segment. ``roles`` are those of the lines done with: the next segment begins behind them."""

    items: Sequence[Item]
    diagnostics: Sequence[Diagnostic]
    roles: Sequence[LineRole]
    title: str | None
    layout: Layout


def scanned(pieces: Sequence[Head], noise: Collection[int], name: str) -> tuple[Scan, tuple[KeyList, ...]]:
    """Scan pieces without noise; return what is left when the lists of keys are taken out, and these."""
    heads = mark_divided(pieces)
    found = scan([Head(head.line, "") if head.line in noise else head for head in heads] if noise else heads)
    lists = find_key_lists(found, name)
    return without(found, {piece for keys in lists for piece in keys.roles}), lists


def segment_from(lines: Sequence[str], start: int, size: int, layout: Layout, name: str) -> Segment:
    """Return the segment of ``size`` lines from ``start`` on."""
    own = lines[start : start + size]
    before = min(start, _LOOKED_BACK)
    noise = {
        number - before: what
        for number, what in find_noise(lines[start - before : start + size]).items()
        if number >= before
    }
    found, lists = scanned(split_lines(own) if layout.inline else read_heads(own), noise, name)
    return Segment(start, own, noise, found, lists, start + size >= len(lines))


def read_segment(segment: Segment, layout: Layout, name: str, key_list: Sequence[Entry] = ()) -> Part:
    """Read a segment by ``layout``; ``name`` is that of the file, ``key_list`` are keys from a file of their own."""
    prepared, doubtful = prepare(segment.scan, layout)
    piece_roles = [LineRole.BLANK if not head.raw else LineRole.UNCLAIMED for head in prepared.heads]
    blocks = read_blocks(prepared, layout, _end(prepared, layout, segment.lists), piece_roles)
    diagnostics = apply_lists(blocks, segment.lists, piece_roles) + apply_entries(blocks, key_list)
    passages = take_passages(blocks, preface(blocks, prepared), prepared, piece_roles)
    layout = refine(blocks, prepared, layout, piece_roles, doubtful)
    context = Context(name, prepared, layout, join_lines, segment.start, style_of_keys(blocks))
    title = None if segment.start else take_title(blocks, context, piece_roles)
    give_roles(prepared, piece_roles)
    kept = len(blocks) if segment.is_last else _kept(blocks, passages, prepared.heads)
    items, about = build_items(blocks, passages, context, kept)
    done = len(segment.lines) if kept == len(blocks) else prepared.heads[blocks[kept].first].line
    roles = line_roles(context, piece_roles, len(segment.lines))[:done]
    diagnostics += about + report_aside(context, roles, segment.lines, _first_line(items, segment))
    noise = {number: what for number, what in segment.noise.items() if number < done}
    if noise:
        roles = tuple(LineRole.NOISE if number in noise else role for number, role in enumerate(roles))
    layout = layout.with_(inline=len(prepared.heads) > len(segment.lines))
    return Part(items, [*report_noise(context, noise), *diagnostics], roles, title, layout)


def _kept(blocks: Sequence[Block], passages: Sequence[Passage], heads: Sequence[Head]) -> int:
    """How many questions are done with.

    Those that share a passage stay together with the question it stands behind, and what is on one line stays together.
    """
    kept = max(0, len(blocks) - _READ_AGAIN)
    for passage in passages:
        if passage.before <= kept < passage.before + len(covered(passage, blocks)) and passage.before > 1:
            kept = min(kept, passage.before - 1)
    while kept and (first := blocks[kept].first) and heads[first].line == heads[first - 1].line:
        kept -= 1
    return kept


def _first_line(items: Sequence[Item], segment: Segment) -> int:
    """The line (of the segment) where the first question begins; what stands before it is a preface."""
    if segment.start:
        return 0
    return min((item.span.start_line for item in items if item.span), default=len(segment.lines)) - 1


def _end(found: Scan, layout: Layout, lists: Sequence[KeyList]) -> int:
    """Where the questions end: at the last list of keys, unless options follow it."""
    if not lists:
        return len(found.heads)
    start = lists[-1].start
    options = candidates(found, layout, len(found.heads))
    return len(found.heads) if options and options[-1][0] >= start else start
