"""A file that is one matching question: an instruction, then pairs on a line each, or on two lines in turn."""

from __future__ import annotations

from qticonv.diagnostics import Code
from qticonv.model import LineRole
from qticonv.readers.noquiz import MATCHING
from qticonv.readers.rawtext.styles.delimiters import DELIMITERS
from qticonv.readers.rawtext.styles.drafts import Draft, Page, Proposal, Style, finish

_DIVIDING = ("tabs", "arrows", "a sign of the file's own", "'|'", "';'", "dashes", "'='", "':'")
_LONGEST = 60  # pairs


def _read_matching(page: Page) -> Proposal | None:
    filled = [(i, line) for i, line in enumerate(page.lines) if line.strip() and i not in page.noise]
    if not 3 <= len(filled) <= 2 * _LONGEST or not MATCHING.match(filled[0][1]):
        return None
    head, body = filled[0], filled[1:]
    pairs, how = _on_one_line(body), "a pair a line"
    doubts: tuple[tuple[Code, str], ...] = ()
    if not pairs:
        pairs, how = _in_turn(body), "the two sides in turn"
        doubts = ((Code.RAW_TEXT_DOUBTFUL, "The lines were taken in turn: a left side, then what belongs to it."),)
    if not pairs:
        return None
    draft = Draft(stem=head[1].strip(), first=head[0], last=body[-1][0], pairs=pairs, doubts=doubts)
    page.claim(head[0], head[0], LineRole.STEM)
    page.claim(head[0] + 1, body[-1][0], LineRole.CHOICE)
    return finish(page, "matching", f"one matching question, {how}", [draft])


def _on_one_line(body: list[tuple[int, str]]) -> tuple[tuple[str, str], ...]:
    for delimiter in DELIMITERS:
        if delimiter.name not in _DIVIDING:
            continue
        rows = delimiter.rows(body)
        if len(rows) == len(body) and all(row.width == 2 for row in rows):
            return tuple((row.cells[0], row.cells[1]) for row in rows)
    return ()


def _in_turn(body: list[tuple[int, str]]) -> tuple[tuple[str, str], ...]:
    texts = [line.strip() for _, line in body]
    return tuple(zip(texts[::2], texts[1::2], strict=True)) if len(texts) % 2 == 0 and len(texts) >= 4 else ()


MATCHING_STYLES = (Style("matching", _read_matching),)
