"""Runs of options: which of the lines that look like options are the options of this question."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from qticonv.readers.rawtext.heads import Head, value_of
from qticonv.readers.rawtext.layout import BULLETS, GLUED, NO_OPTIONS, UNLABELLED, Layout
from qticonv.readers.rawtext.scan import Scan

Candidate = tuple[int, int]  # index of the piece, place of its label in the alphabet (from 0)
_FARTHEST = 25
REPEATED = "a label stands twice"


class Run(Struct, frozen=True, gc=False):
    """The chosen options as (index, place), the place of a second run, and whether the labels leave doubts."""

    options: tuple[Candidate, ...] = ()
    second: int | None = None
    doubt: str = ""


def candidates(scan: Scan, layout: Layout, end: int) -> list[Candidate]:
    """Return the pieces of ``scan.heads[:end]`` that bear the option mark of ``layout``."""
    found: list[Candidate] = []
    if layout.option == NO_OPTIONS:
        return found
    unlabelled = layout.option in UNLABELLED
    for index, head in enumerate(scan.heads[:end]):
        if not (head.label or unlabelled):
            continue
        if head.raw and layout.is_option(head) and index not in scan.fields and index not in scan.fenced:
            place = len(found) if unlabelled else option_place(head, layout)
            if place is not None:
                found.append((index, place))
    return found


def of_question(found: Sequence[Candidate], heads: Sequence[Head], layout: Layout) -> Sequence[Candidate]:
    """The candidates of one question: without labels they count from 0, and bullets further in are sub-items."""
    if layout.option not in UNLABELLED or not found:
        return found
    indices = [index for index, _ in found]
    if layout.option == BULLETS:
        indent = min(heads[index].indent for index in indices)
        indices = [index for index in indices if heads[index].indent <= indent + 1]
    return [(index, place) for place, index in enumerate(indices)]


def before_talk(found: Sequence[Candidate], scan: Scan) -> Sequence[Candidate]:
    """The candidates without a second run below a key or an explanation: there the options are talked about."""
    places = [place for _, place in found]
    if places == sorted(set(places)):
        return found
    reached = -1
    for position, (index, place) in enumerate(found):
        before = found[position - 1][0] if position else index
        if position >= 2 and place <= reached and any(n in scan.fields for n in range(before + 1, index)):
            return found[:position]
        reached = max(reached, place)
    return found


def option_place(head: Head, layout: Layout) -> int | None:
    """The place of an option's label in its alphabet, from 0."""
    if layout.option == GLUED:
        return int(head.inner)
    if head.family == "cyrillic" and layout.option == "latin":
        return value_of(head.label, "latin")
    return value_of(head.label, layout.option)


def choose_run(found: Sequence[Candidate]) -> Run:
    """Choose the run among the candidates of one question.

    Labels may come out of order (A, C, B, D); a label that is not of the run (``V. cholerae``) is text.
    """
    places = [place for _, place in found]
    if places == list(range(len(places))):
        return Run(tuple(found))
    start = _start(places)
    if start is None:
        return _headless(found)
    taken: list[Candidate] = []
    seen: set[int] = set()
    doubt, second = "", None
    for index, place in found[start:]:
        if place not in seen and place <= _FARTHEST:
            taken.append((index, place))
            seen.add(place)
        elif place == 0 and len(seen) >= 2:
            second = index
            break
        else:
            doubt = REPEATED
    taken, gap = _without_strays(taken)
    return Run(tuple(taken), second, doubt or gap)


def _start(places: Sequence[int]) -> int | None:
    """The first A that is followed by a B before the next A, or the last A."""
    zeros = [n for n, place in enumerate(places) if place == 0]
    for n, following in zip(zeros, [*zeros[1:], len(places)], strict=False):
        if following - n >= 2:
            return n
    return zeros[-1] if zeros else None


def _headless(found: Sequence[Candidate]) -> Run:
    """A run without its first label: taken where at least two labels follow one another, and doubted."""
    places = [place for _, place in found]
    if len(found) >= 2 and places[0] <= 2 and places == list(range(places[0], places[0] + len(places))):
        return Run(tuple(found), None, "the first option is missing")
    return Run()


def _without_strays(taken: list[Candidate]) -> tuple[list[Candidate], str]:
    """Leave out labels that no run reaches; say so where a gap remains."""
    places = sorted(place for _, place in taken)
    reached = 0
    for place in places:
        if place > reached + 2:
            break
        reached = place
    kept = [(index, place) for index, place in taken if place <= reached]
    gap = "" if sorted(place for _, place in kept) == list(range(len(kept))) else "the labels leave a gap"
    return kept, gap
