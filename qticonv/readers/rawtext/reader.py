"""From bytes to items: decoding, refusing what is no quiz, finding the layout, reading, checking."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from qticonv.diagnostics import Code, Diagnostic, Severity, SourceSpan, diagnose
from qticonv.model import ItemBank, LineRole, Reading, Source
from qticonv.model.options import ReadOptions
from qticonv.readers.decoding import Decoded, decode
from qticonv.readers.noquiz import no_quiz
from qticonv.readers.rawtext.blocks import Block, Piece, read_blocks
from qticonv.readers.rawtext.context import Context
from qticonv.readers.rawtext.heads import Head
from qticonv.readers.rawtext.induction import Induced, induce, prepare
from qticonv.readers.rawtext.inline import ways_to_cut
from qticonv.readers.rawtext.items import build_items
from qticonv.readers.rawtext.joining import join_lines
from qticonv.readers.rawtext.keying import join_keys
from qticonv.readers.rawtext.keylist import Entry, KeyList, find_key_lists
from qticonv.readers.rawtext.layout import BULLETS, NO_OPTIONS, Layout, QuestionKind, describe
from qticonv.readers.rawtext.noise import find_noise
from qticonv.readers.rawtext.passages import take_passages
from qticonv.readers.rawtext.refine import refine
from qticonv.readers.rawtext.runs import candidates
from qticonv.readers.rawtext.scan import Scan, scan, without
from qticonv.readers.rawtext.styles import Proposal, propose
from qticonv.readers.recognise import recognise

_TITLE_LENGTH = 120
_NEARLY_ALL = 0.8
_CERTAIN = 0.6  # the share of sound questions from which on a layout is not doubted


def read_text(source: Source, options: ReadOptions) -> Reading:
    """Read ``source`` as raw question text."""
    decoded = decode(source)
    if not any(line.strip() for line in decoded.lines):
        return Reading(bank=ItemBank(items=()), diagnostics=_refusing(decoded.diagnostics), lines=decoded.lines)
    refusal = _refusal(source, decoded.lines)
    if refusal:
        return _refused(decoded, refusal)
    noise = find_noise(decoded.lines)
    found, lists, induced = max(_scans(decoded.lines, noise), key=lambda tried: tried[2].score)
    proposal = None if _is_certain(induced) else propose(decoded.lines, source.name)
    if proposal and _is_better(proposal, induced):
        return _read_as(proposal, decoded, source)
    if not _is_quiz(induced):
        reason = "no line has the shape of a question with options or an answer"
        return _refused(decoded, diagnose(Code.NOT_A_QUIZ, f"{source.name} holds no questions: {reason}."))
    reading = _read_with(source, decoded.lines, found, induced.layout, lists)
    roles = [LineRole.NOISE if number in noise else role for number, role in enumerate(reading.roles)]
    about_noise = tuple(_noise(source.name, noise))
    diagnostics = decoded.diagnostics + about_noise + reading.diagnostics
    return replace(reading, diagnostics=diagnostics, roles=tuple(roles))


def _noise(name: str, noise: Mapping[int, str]) -> Iterator[Diagnostic]:
    """One note for each line that belongs to the page and not to the quiz."""
    for number, what in sorted(noise.items()):
        span = SourceSpan(name, number + 1, number + 1)
        yield diagnose(Code.RAW_NOISE, f"Left out: {what}.", span=span)


def _scans(lines: Sequence[str], noise: Collection[int]) -> Iterator[tuple[Scan, tuple[KeyList, ...], Induced]]:
    """The readings of a file: with every line whole, and, where lines hold several options, with these cut."""
    for heads in ways_to_cut(lines):
        found = scan([Head(head.line, "") if head.line in noise else head for head in heads] if noise else heads)
        lists = find_key_lists(found)
        found = without(found, [piece for keys in lists for piece in keys.roles])
        yield found, lists, induce(found, len(found.heads))


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


def _read_with(
    source: Source, lines: tuple[str, ...], found: Scan, layout: Layout, lists: Sequence[KeyList]
) -> Reading:
    prepared, doubtful = prepare(found, layout)
    end = _end(prepared, layout, lists)
    piece_roles = [LineRole.BLANK if not head.raw else LineRole.UNCLAIMED for head in prepared.heads]
    blocks = read_blocks(prepared, layout, end, piece_roles)
    said = _apply_lists(blocks, lists, piece_roles, source.name, prepared)
    passages = take_passages(blocks, _preface(blocks, prepared), prepared, piece_roles)
    layout = refine(blocks, prepared, layout, piece_roles, doubtful)
    context = Context(source.name, prepared, layout, join_lines)
    items, about = build_items(blocks, passages, context)
    diagnostics = said + about
    title = _title(blocks, context, piece_roles)
    _roles_outside(prepared, piece_roles)
    roles = _line_roles(context, piece_roles, len(lines))
    first = min((item.span.start_line for item in items if item.span), default=len(lines))
    diagnostics += _aside(source.name, roles, lines, first - 1)
    bank = ItemBank(items=tuple(items), title=title or source.stem)
    return Reading(bank=bank, diagnostics=tuple(diagnostics), lines=lines, roles=roles, layout=describe(layout))


def _preface(blocks: Sequence[Block], found: Scan) -> list[Piece]:
    limit = blocks[0].first if blocks else 0
    return [(i, head.raw) for i, head in enumerate(found.heads[:limit]) if head.raw and i not in found.rules]


def _end(found: Scan, layout: Layout, lists: Sequence[KeyList]) -> int:
    """Where the questions end: at the last list of keys, unless options follow it."""
    if not lists:
        return len(found.heads)
    start = lists[-1].start
    options = candidates(found, layout, len(found.heads))
    return len(found.heads) if options and options[-1][0] >= start else start


def _apply_lists(
    blocks: Sequence[Block], lists: Sequence[KeyList], roles: list[LineRole], name: str, found: Scan
) -> list[Diagnostic]:
    """Give the keys of the lists to their questions; report entries and questions that have no counterpart."""
    entries = [entry for keys in lists for entry in keys.entries]
    for keys in lists:
        for index, role in keys.roles.items():
            roles[index] = role
    pairs, spare = join_keys(blocks, entries)
    for block, entry in pairs:
        block.keys.append((entry.index, entry.value))
        block.explanation += entry.feedback
    lacking = {id(block) for block, _ in pairs}
    for block in blocks if entries else ():
        if id(block) not in lacking and not block.keys:
            block.doubts.append("The list of keys has no entry for this question.")
    return [_spare_key(name, entry, found) for entry in spare]


def _spare_key(name: str, entry: Entry, found: Scan) -> Diagnostic:
    line = found.heads[entry.index].line + 1
    number = f"question {entry.number}" if entry.number is not None else "a question by its place"
    message = f"The list of keys names {number} ({entry.value}), which was not found."
    return diagnose(Code.RAW_KEY_DOUBTFUL, message, span=SourceSpan(name, line, line))


def _is_certain(induced: Induced) -> bool:
    """Whether labels, boxes or a key show the options of most questions, so that no style without marks is tried."""
    layout = induced.layout
    if layout.option == NO_OPTIONS:
        return induced.share >= _NEARLY_ALL and layout.question is not QuestionKind.PARAGRAPH
    return induced.share >= _CERTAIN and layout.option != BULLETS


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
    return induced.score > 0 and induced.share > 0


def _refused(decoded: Decoded, said: Diagnostic) -> Reading:
    roles = tuple(LineRole.UNCLAIMED if line.strip() else LineRole.BLANK for line in decoded.lines)
    diagnostics = (*decoded.diagnostics, said)
    return Reading(bank=ItemBank(items=()), diagnostics=diagnostics, lines=decoded.lines, roles=roles)


def _title(blocks: Sequence[Block], context: Context, roles: list[LineRole]) -> str | None:
    """A heading, or a short first line, before the first question."""
    limit = blocks[0].first if blocks else 0
    heads = context.scan.heads[:limit]
    candidates = [i for i, head in enumerate(heads) if head.raw and i not in context.scan.rules]
    headings = [i for i in candidates if heads[i].hashes]
    chosen = (headings or candidates)[:1]
    if not chosen or len(heads[chosen[0]].raw) > _TITLE_LENGTH:
        return None
    roles[chosen[0]] = LineRole.TITLE
    return heads[chosen[0]].raw.strip("#*_= \t") or None


def _roles_outside(found: Scan, roles: list[LineRole]) -> None:
    """Headings and rulers between questions explain themselves."""
    for index, head in enumerate(found.heads):
        if roles[index] is LineRole.UNCLAIMED and index not in found.fenced:
            if index in found.rules:
                roles[index] = LineRole.SEPARATOR
            elif head.hashes:
                roles[index] = LineRole.TITLE


def _line_roles(context: Context, roles: Sequence[LineRole], count: int) -> tuple[LineRole, ...]:
    """The role of each line: that of its first piece."""
    of_line = [LineRole.BLANK] * count
    for head, role in reversed(list(zip(context.scan.heads, roles, strict=True))):
        of_line[head.line] = role
    return tuple(of_line)


def _aside(name: str, roles: Sequence[LineRole], lines: Sequence[str], first: int) -> list[Diagnostic]:
    """Lines that are no part of a question: a note before the first question (``first``), a warning after it."""
    said = []
    start: int | None = None
    for number in range(len(roles) + 1):
        unclaimed = number < len(roles) and roles[number] is LineRole.UNCLAIMED
        if unclaimed and start is None:
            start = number
        elif not unclaimed and start is not None:
            said.append(_set_aside(name, start, number, lines, is_preface=start < first))
            start = None
    return said


def _set_aside(name: str, start: int, end: int, lines: Sequence[str], *, is_preface: bool) -> Diagnostic:
    text = " ".join(" ".join(line[:80] for line in lines[start : min(end, start + 4)]).split())[:60]
    span = SourceSpan(name, start + 1, end)
    if is_preface:
        return diagnose(Code.RAW_TEXT_ASIDE, f"Set aside: {text!r}.", span=span)
    return diagnose(Code.RAW_LINE_UNCLAIMED, f"These lines belong to no question: {text!r}.", span=span)
