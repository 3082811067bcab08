"""Options on one line: ``1. Which? A. this B. that C. those Answer: B`` is cut into its parts.

A line is cut only at a whole ascending run of labels of one style (``A. B. C.``), so an abbreviation or a name with an
initial (``v. Bidder``, ``Quadrant I:``) cuts nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

from msgspec import Struct

from qticonv.patterns import lazy
from qticonv.readers.rawtext.fields import read_field
from qticonv.readers.rawtext.heads import Head, family_of, read_head, value_of
from qticonv.readers.rawtext.words import Part, alternatives, pattern, words

_LONGEST = 20_000
_WIDE_LABEL = lazy("[①-⑧、．：）]")
_NEAR_LABEL = lazy(
    r"[.)\]:](?<=[A-Ha-hА-Еа-еأبجده1-8].)(?<![^\W_]..)"
)  # what closes labels is rarer than their letters
_LABEL = lazy(
    lambda: (
        rf"(?:(?<=[\s?.:;!)\]*_])|^)(?P<word>{alternatives(words(Part.OPTION) - {'choice'})}\s)?"
        r"(?P<open>[(\[（]?)(?:(?P<label>[A-Ha-hА-Еа-еأبجده]|(?<=[\s(])[1-8])(?P<close>[.)\]）:：、．])|(?P<circled>[①-⑧]))(?=(?P<space>\s?)\S)"
    ),
    re.IGNORECASE,
)


class Cut(Struct, frozen=True, gc=False):
    """Where an option begins on its line, and its place in the alphabet."""

    start: int
    place: int
    style: tuple[str, str, str, bool]


def ways_to_cut(lines: Sequence[str]) -> Iterator[list[Head]]:
    """The heads of whole lines; and the heads of the pieces, where some lines can be cut."""
    pieces = split_lines(lines)
    yield pieces
    if len(pieces) > len(lines):
        counts = Counter(head.line for head in pieces)
        whole = {head.line: head for head in pieces if counts[head.line] == 1}
        yield [whole.get(number) or read_head(number, line) for number, line in enumerate(lines)]


def split_lines(lines: Sequence[str]) -> list[Head]:
    """Return the pieces of all lines: one for most, several where options stand on one line."""
    heads: list[Head] = []
    expected: tuple[int, int] | None = None  # the line and the label that goes on with a run over several lines
    for number, line in enumerate(lines):
        if _may_hold_options(line) and not _is_prose(line) and (cuts := _cuts(lines, number, expected)):
            heads += _pieces(number, line, cuts)
            expected = (number + 1, cuts[-1].place + 1)
        elif ":" in line or "：" in line:
            heads += _split_key(number, line)
        else:
            heads.append(read_head(number, line))
    return heads


def _cuts(lines: Sequence[str], number: int, expected: tuple[int, int] | None) -> list[Cut]:
    line = lines[number]
    found = [_cut(match) for match in _LABEL.finditer(line)]
    if len(found) < 2:
        return []
    first = expected[1] if expected and expected[0] == number and not line[: found[0].start].strip() else 0
    if _are_columns(line, found):
        return found
    chain = _chain(found, first)
    return chain if _is_run(lines, number, chain) else []


def _may_hold_options(line: str) -> bool:
    """Whether two labels can stand on a line: cheap, because it is asked of every line."""
    if not 6 <= len(line) <= _LONGEST:
        return False
    if not line.isascii() and _WIDE_LABEL.search(line):
        return True
    return len(_NEAR_LABEL.findall(line)) >= 2


def _is_prose(line: str) -> bool:
    """A line that announces a key or an explanation: labels in it are talked about."""
    found = read_field(line)
    return found is not None and found.part in {Part.ANSWER, Part.MODEL, Part.EXPLANATION}


def _cut(match: re.Match[str]) -> Cut:
    label = match["label"] or match["circled"]
    family = family_of(label)
    place = value_of(label, family)
    start = match.start()
    while start and match.string[start - 1] in "*!✓✔✅":
        start -= 1
    word = "option" if match["word"] else ""
    style = (word + family, match["open"], match["close"] or "", label.isupper())
    return Cut(start, -1 if place is None else place, style)


def _are_columns(line: str, found: Sequence[Cut]) -> bool:
    """Two options side by side in columns that run down the page: ``(A) iron     (C) glass``."""
    if len(found) != 2 or line[: found[0].start].strip() or found[0].style != found[1].style:
        return False
    gap = line[found[1].start - 3 : found[1].start]
    return found[1].place == found[0].place + 2 and len(gap) == 3 and gap.isspace()


def _chain(found: Sequence[Cut], first: int) -> list[Cut]:
    """The longest run of labels of one style, one after the other, that begins with the place ``first``."""
    best: list[Cut] = []
    for n, cut in enumerate(found):
        if cut.place != first:
            continue
        chain = [cut]
        for other in found[n + 1 :]:
            if other.place == chain[-1].place + 1 and other.style == cut.style:
                chain.append(other)
        if len(chain) > len(best):
            best = chain
    return best


def _is_run(lines: Sequence[str], number: int, chain: Sequence[Cut]) -> bool:
    """Whether the labels stand for options here: not a list in prose before options on lines of their own.

    Three labels are a run; two are one if they fill the line or end a question, and the next line goes on with it.
    """
    if len(chain) < 2:
        return False
    line, family = lines[number], chain[0].style[0]
    below = _place_below(lines, number, family)
    if below is not None and below <= chain[-1].place:
        return chain[0].place > below == 0 and not line[: chain[0].start].strip()
    wide = all(line[cut.start - 2 : cut.start].isspace() for cut in chain[1:])
    before = line[: chain[0].start].strip()
    if family == "digit":
        return wide and not before
    if len(chain) >= 3:
        return True
    return before.endswith(("?", "？", ":", "：")) if before else wide or below == chain[-1].place + 1


def _place_below(lines: Sequence[str], number: int, family: str) -> int | None:
    """The place of the label that the next filled line begins with, if it is of ``family``."""
    for line in lines[number + 1 : number + 4]:
        if line.strip():
            head = read_head(0, line)
            same = head.label and head.punct and ("option" if head.word == "option" else "") + head.family == family
            return value_of(head.label, head.family) if same else None
    return None


def _pieces(number: int, line: str, cuts: Sequence[Cut]) -> list[Head]:
    starts = [cut.start for cut in cuts]
    pieces = []
    if line[: starts[0]].strip():
        pieces.append(line[: starts[0]])
    for start, end in zip(starts, [*starts[1:], len(line)], strict=True):
        pieces += _split_fields(line[start:end]) if end == len(line) else [line[start:end]]
    return [read_head(number, piece) for piece in pieces]


_FIELD_SIGN = lazy("[:：=]")


@cache
def _field_words(parts: tuple[Part, ...]) -> re.Pattern[str]:
    named = "|".join(map(pattern, parts))
    return re.compile(rf"(?<=\s)[(\[*_]*(?:{named})[*_]*\s?[:：=](?!//)", re.IGNORECASE)


def _split_fields(text: str, *parts: Part) -> list[str]:
    """Cut a line before ``Correct Answer:`` and ``Explanation:``."""
    if not _FIELD_SIGN.search(text):
        return [text]
    wanted = parts or (Part.ANSWER, Part.EXPLANATION)
    starts = [0, *(match.start() for match in _field_words(wanted).finditer(text) if match.start())]
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


_LABELS = r"[:：]\s?[*_]*[(\[]?[A-Ha-h①-⑧](?:\s?[,;&]\s?[A-Ha-h])*[)\].*_]*\s*"
_LABELS_AT_END = lazy(_LABELS + "$")
_KEY_AT_END = lazy(lambda: rf"(?<=\S)\s+(?P<key>[(\[*_]*{pattern(Part.ANSWER)}[*_]*\s?{_LABELS})$", re.IGNORECASE)


def _split_key(number: int, line: str) -> list[Head]:
    """Cut a key off the end of a labelled line (``D. none of these   Ans: B``), or an explanation off a key."""
    head = read_head(number, line)
    if not 10 <= len(line) <= _LONGEST:
        return [head]
    if line.count(":") + line.count("：") >= 2 and (announced := read_field(line)) and announced.part is Part.ANSWER:
        return [read_head(number, part) for part in _split_fields(line, Part.EXPLANATION)]
    if not (head.label and head.text and (":" in line[-16:] or "：" in line[-16:])):
        return [head]
    found = _KEY_AT_END.search(line, max(0, len(line) - 60)) if _LABELS_AT_END.search(line, len(line) - 16) else None
    before = read_head(number, line[: found.start()]) if found else None
    return [before, read_head(number, found["key"])] if found and before and before.label and before.text else [head]
