"""Plain blocks: a stem, its options or its answer, one a line, without any mark; the same number in every block.

Blocks are told apart by blank lines or rulers, by numbers before the stems, by a sign before them, or by the stems
themselves, where each of them asks. The division is believed only if nearly all blocks come out even.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from msgspec.structs import replace

from qticonv.model import LineRole
from qticonv.patterns import lazy
from qticonv.readers.characters import asks
from qticonv.readers.rawtext.styles.columns import MASK, Columns, KeyKind, first_number
from qticonv.readers.rawtext.styles.drafts import Draft, Page, Proposal, Style, finish
from qticonv.readers.rawtext.styles.records import Record, head_names
from qticonv.readers.rawtext.styles.tables import read_records

_RULER = lazy(r"\s*(?:[-=*_~#–—+]\s?){3,}$")
_NUMBERED = lazy(r"\s*(?:[Qq]\s*)?(\d{1,4})\s*[.):、]\s*(?=\S)")
_SIGNED = lazy(r"\s*(#+|>|@|\?|Q[.:)])\s*(?=\S)")
_LABELLED = lazy(r"\s*(?:[-*+•▪]\s+)?(?:[(\[]?[A-Da-d]\s?[.):\]、]|\d{1,2}[.)]\s|\[[ xX]?\]|[①-⑤]|[-*+•▪]\s)\s*\S")
_KEY_LINE = lazy(r"\W*(?:(?:\d{1,3}[.):-]\s*)?(?:[A-Ha-h]|\d)(?:[\s,;]+|$)){3,}")
_KEY_ENTRY = lazy(r"(?:\d{1,3}[.):-]\s*)?([A-Ha-h]|\d)(?:[\s,;]+|$)")
_MAX_WIDTH = 14
_LEAST = 0.8

Cell = tuple[str, int, int]  # text, first line, last line


def _read_blocks(page: Page, name: str, divide: Callable[[Page], Sequence[list[Cell]]]) -> Proposal | None:
    """Read the file as plain blocks, divided by ``divide``."""
    blocks = list(divide(page))
    read = _read(blocks)
    return _proposal(page, name, blocks, read) if read else None


def _proposal(
    page: Page, name: str, blocks: Sequence[Sequence[Cell]], read: Sequence[tuple[list[Draft], Columns]]
) -> Proposal | None:
    drafts = sorted((draft for group, _ in read for draft in group), key=lambda draft: draft.first)
    of_line = {block[0][1]: block for block in blocks}
    by_first = {draft.first: columns for group, columns in read for draft in group}
    for draft in drafts:
        _claim(page, of_line[draft.first], by_first[draft.first])
    keyed = _with_key_line(page, drafts)
    layout = _describe(name, [columns for _, columns in read]) + ("; all keys on one line" if keyed != drafts else "")
    head = blocks[0]
    if len(head) > 1 and head[0][1] < keyed[0].first and head_names([cell[0] for cell in head]):
        page.claim(head[0][1], head[-1][2], LineRole.HEADER)
    for index, line in enumerate(page.lines):
        if _RULER.match(line):
            page.claim(index, index, LineRole.SEPARATOR)
    masked = any(columns.kind is KeyKind.MASK for _, columns in read)
    lettered = sum(bool(draft.options) and draft.options[0][0] in ("A", "a") for draft in drafts)
    if lettered >= 0.5 * len(drafts) and not masked:
        return None
    if page.share_claimed < _LEAST or (page.are_marked(len(drafts)) and not masked):
        return None
    return finish(page, "blocks", layout, keyed)


def _claim(page: Page, block: Sequence[Cell], columns: Columns) -> None:
    roles: dict[int | None, LineRole] = {columns.feedback: LineRole.FEEDBACK}
    roles.update(dict.fromkeys(columns.options, LineRole.CHOICE))
    roles.update({columns.key: roles.get(columns.key, LineRole.KEY), columns.stem: LineRole.STEM})
    for index, (_, first, last) in enumerate(block):
        page.claim(first, last, roles.get(index, LineRole.TAG))


def _with_key_line(page: Page, drafts: list[Draft]) -> list[Draft]:
    """Apply a line of as many keys as there are questions, if one stands before the first or behind the last."""
    asked = [draft for draft in drafts if draft.options]
    if len(asked) < 3 or len(asked) < len(drafts) or any(draft.keys for draft in asked):
        return drafts
    for index in (*range(drafts[0].first), *range(drafts[-1].last + 1, len(page.lines))):
        entries = _KEY_ENTRY.findall(page.lines[index]) if _KEY_LINE.fullmatch(page.lines[index]) else []
        places = _places(entries, [len(draft.options) for draft in drafts]) if len(entries) == len(drafts) else None
        if places:
            page.claim(index, index, LineRole.KEY)
            return [replace(draft, keys=(place,)) for draft, place in zip(drafts, places, strict=True)]
    return drafts


def _places(entries: Sequence[str], counts: Sequence[int]) -> list[int] | None:
    """Positions that letters or numbers name; ``None`` where one is out of reach or the first number is not known."""
    if all(map(str.isdigit, entries)):
        base = first_number([int(entry) for entry in entries], counts)
        places = [int(entry) - base for entry in entries] if base is not None else []
    else:
        places = [ord(entry.upper()) - ord("A") for entry in entries]
    fits = places and all(0 <= place < count for place, count in zip(places, counts, strict=True))
    return places if fits else None


def _describe(name: str, found: Sequence[Columns]) -> str:
    parts = [f"blocks divided by {name}"]
    for columns in found:
        if columns.options:
            key = "no key" if columns.kind is KeyKind.NONE else f"key: {columns.kind}"
            parts.append(f"a stem, {len(columns.options)} options without labels, {key}")
        else:
            parts.append("a stem and its answer" if columns.key is not None else "stems without answers")
    return "; ".join(dict.fromkeys(parts))


def _read(blocks: Sequence[Sequence[Cell]]) -> list[tuple[list[Draft], Columns]]:
    """Read the blocks of each width that is frequent enough; nothing if most blocks are of other widths."""
    usable = [block for block in blocks if len(block) <= _MAX_WIDTH]
    if not usable or _are_labelled(usable):
        return []
    widths = Counter(map(len, usable))
    found = []
    for width, count in sorted(widths.items(), key=lambda pair: (-pair[1], pair[0])):
        if count < max(1 if len(usable) == 1 else 3, 0.04 * len(usable)):
            continue
        records = [_record(block) for block in usable if len(block) == width]
        names = head_names(records[0].cells) if width > 1 else None
        read = read_records(records[1:], names) if names and len(records) > 3 else read_records(records)
        if read:
            found.append(read)
    return found if sum(len(drafts) for drafts, _ in found) >= _LEAST * len(blocks) and len(found) <= 3 else []


def _are_labelled(blocks: Sequence[Sequence[Cell]]) -> bool:
    """Whether the options bear labels, bullets or boxes: that is for the reader of marked layouts."""
    if all(MASK.fullmatch(block[0][0]) for block in blocks):
        return False
    labelled = sum(sum(bool(_LABELLED.match(cell[0])) for cell in block[1:]) >= 2 for block in blocks)
    return labelled >= 0.3 * len(blocks)


def _record(block: Sequence[Cell]) -> Record:
    return Record(
        tuple(cell[0] for cell in block), tuple(cell[1] for cell in block), first=block[0][1], last=block[-1][2]
    )


def _filled(page: Page) -> Iterable[tuple[int, str]]:
    for index, line in enumerate(page.lines):
        if line.strip() and index not in page.noise and not _RULER.match(line):
            yield index, line


def _paragraphs(page: Page) -> list[list[Cell]]:
    """Blocks between blank lines and rulers."""
    blocks: list[list[Cell]] = [[]]
    for index, line in enumerate(page.lines):
        if index in page.noise:
            continue
        if not line.strip() or _RULER.match(line):
            blocks.append([])
        else:
            blocks[-1].append((line.strip(), index, index))
    return [block for block in blocks if block]


def _rulers(page: Page) -> list[list[Cell]]:
    """Blocks between rulers; blank lines mean nothing."""
    blocks: list[list[Cell]] = [[]]
    for index, line in enumerate(page.lines):
        if _RULER.match(line):
            blocks.append([])
        elif line.strip() and index not in page.noise:
            blocks[-1].append((line.strip(), index, index))
    filled = [block for block in blocks if block]
    return filled if len(filled) > 2 else []


def _started(page: Page, is_start: Callable[[int, str], bool]) -> list[list[Cell]]:
    """Blocks that begin at the lines that ``is_start`` accepts; what stands before the first is left out."""
    blocks: list[list[Cell]] = []
    for index, line in _filled(page):
        if is_start(index, line):
            blocks.append([])
        if blocks:
            blocks[-1].append((line.strip(), index, index))
    return blocks


def _numbers(page: Page) -> list[list[Cell]]:
    """Blocks that begin with numbers that count up by one (or begin anew at one)."""
    expected = {1}

    def is_start(_: int, line: str) -> bool:
        found = _NUMBERED.match(line)
        if not found or int(found[1]) not in expected:
            return False
        expected.clear()
        expected.update((int(found[1]) + 1, 1))
        return True

    return _started(page, is_start)


def _signs(page: Page) -> list[list[Cell]]:
    """Blocks that begin with a sign that the other lines do not have."""
    signs = Counter(match[1] for _, line in _filled(page) if (match := _SIGNED.match(line)))
    if not signs:
        return []
    sign = max(sorted(signs), key=lambda entry: signs[entry] if entry != ">" else 0)
    blocks = _started(page, lambda _, line: bool((match := _SIGNED.match(line)) and match[1] == sign))
    return [[(_unsigned(block[0][0]), *block[0][1:]), *block[1:]] for block in blocks]


def _unsigned(text: str) -> str:
    match = _SIGNED.match(text)
    return text[match.end() :] if match else text


def _questions(page: Page) -> list[list[Cell]]:
    """Blocks that begin with a line that asks."""
    return _started(page, lambda _, line: asks(line))


def _spread(page: Page) -> list[list[Cell]]:
    """Blocks whose cells are paragraphs: each begins with a paragraph that asks."""
    blocks: list[list[Cell]] = []
    for paragraph in _paragraphs(page):
        text = " ".join(cell[0] for cell in paragraph)
        if asks(text):
            blocks.append([])
        if blocks:
            blocks[-1].append((text, paragraph[0][1], paragraph[-1][2]))
    return blocks


BLOCK_STYLES = tuple(
    Style(f"blocks divided by {name}", partial(_read_blocks, name=name, divide=divide), for_unmarked=False)
    for name, divide in (
        ("blank lines", _paragraphs),
        ("rulers", _rulers),
        ("numbers", _numbers),
        ("a sign before the stem", _signs),
        ("stems that ask", _questions),
        ("stems that ask, one paragraph a part", _spread),
    )
)
