"""Where questions begin: which numbers are question numbers and which belong to a list inside a question."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from msgspec import Struct

from qticonv.patterns import lazy
from qticonv.readers.rawtext.heads import Head
from qticonv.readers.rawtext.layout import BULLETS, GLUED, SIGNED, UNLABELLED, Layout, QuestionKind
from qticonv.readers.rawtext.runs import Candidate
from qticonv.readers.rawtext.scan import Scan
from qticonv.readers.rawtext.words import Part

_BARE_KEY = lazy(r"\(?([A-Ha-h]{1,5}|[①-⑩]|\d)[).]?$")
_LIST_LENGTH = 12
_KEYS = frozenset({Part.ANSWER, Part.MODEL})


class Start(Struct, frozen=True, gc=False):
    """The first piece of a question; ``number`` as printed; ``marked``: it bears the layout's question mark."""

    index: int
    number: int | None = None
    marked: bool = True
    paragraphs: int = 1  # between what ends the question before and the options of this one


def find_starts(scan: Scan, layout: Layout, options: Sequence[Candidate], end: int) -> list[Start]:
    """Return where the questions of ``scan.heads[:end]`` begin, in order; ``options`` are all that look like one."""
    if layout.question is QuestionKind.PARAGRAPH:
        return _by_paragraph(scan, layout, options, end)
    marked = [
        index
        for index, head in enumerate(scan.heads[:end])
        if head.raw
        and layout.is_question(head)
        and index not in scan.fenced
        and not (index in scan.fields and head.word != "question")
    ]
    if layout.option == "digit" and layout.question is QuestionKind.NUMBER:
        marked = _followed_by_first(scan, marked, options)
    starts = _accept(scan, layout, marked, options, end)
    return [*_before_first(scan, layout, options, starts, end), *starts]


def _followed_by_first(scan: Scan, marked: Sequence[int], options: Sequence[Candidate]) -> list[int]:
    """Where questions and options are both numbered, a question is what the first option stands below."""
    own = {index for index, _ in options}
    if not own.intersection(marked):
        return list(marked)
    return [
        index
        for index, after in zip(marked, [*marked[1:], None], strict=True)
        if index not in own or (after is not None and _number(scan.heads[after]) == 1)
    ]


def _accept(scan: Scan, layout: Layout, marked: Sequence[int], options: Sequence[Candidate], end: int) -> list[Start]:
    """Keep the marks whose numbers go on, or begin again after a finished question."""
    finished = _finished_counts(scan, options, end)
    accepted: list[Start] = []
    for position, index in enumerate(marked):
        number = _number(scan.heads[index])
        after = marked[position + 1] if position + 1 < len(marked) else end
        if accepted and _repeats_header(scan, accepted[-1].index, index):
            continue
        later = marked[position + 1 : position + 2 + _LIST_LENGTH]
        if accepted and _is_in_list(accepted[-1], number, index, later, finished, scan):
            continue
        if not accepted or _goes_on(accepted[-1], index, number, after, finished, layout):
            accepted.append(Start(index, number))
    return accepted


def _is_in_list(
    last: Start, number: int | None, index: int, later: Sequence[int], finished: Sequence[int], scan: Scan
) -> bool:
    """A number without options or key that comes again with them: an item of a list in the question before.

    ``later``: the next marks, one more than are looked at.
    """
    if last.number is None or number != last.number + 1 or not later or finished[later[0]] > finished[index]:
        return False
    is_open = finished[index] == finished[last.index]
    for other, after in zip(later[:_LIST_LENGTH], [*later[1:], len(finished) - 1], strict=False):
        value = _number(scan.heads[other])
        if is_open:
            if finished[other] > finished[index]:
                return value == number
        elif finished[after] > finished[other] and value in {number, number + 1}:
            return value == number
    return False


def _repeats_header(scan: Scan, before: int, index: int) -> bool:
    """``Question: …`` below the heading ``Question 1``: the same question."""
    first, second = scan.heads[before], scan.heads[index]
    if second.label or not second.word or (second.hashes and not first.hashes):
        return False
    return not first.text and all(not scan.heads[i].raw for i in range(before + 1, index))


def _finished_counts(scan: Scan, options: Sequence[Candidate], end: int) -> list[int]:
    """How many options and key lines stand before each piece: a running sum."""
    counts = [0] * (end + 1)
    for index, _ in options:
        counts[index + 1] += 1
    for index, field in scan.fields.items():
        if field.part in _KEYS and index < end:
            counts[index + 1] += 1
    return list(accumulate(counts))


def _goes_on(last: Start, index: int, number: int | None, after: int, finished: Sequence[int], layout: Layout) -> bool:
    if number is None or last.number is None:
        return True
    if number == last.number + 1:
        return True
    if layout.option == "none":
        return number > last.number or number == 1
    before_is_done = finished[index] > finished[last.index]
    own_is_done = finished[after] > finished[index]
    if number > last.number:
        return before_is_done and (own_is_done or number - last.number <= 3)
    return own_is_done and (before_is_done or number == 1)


def _number(head: Head) -> int | None:
    return int(head.label) if head.label.isdigit() else None


def _before_first(
    scan: Scan, layout: Layout, options: Sequence[Candidate], starts: Sequence[Start], end: int
) -> list[Start]:
    """A question whose header was cut off: a run of options or a key before the first mark."""
    limit = starts[0].index if starts else end
    ahead = [(index, place) for index, place in options if index < limit]
    if layout.option == GLUED and not ahead:
        ahead = [(index, 0) for index, field in scan.fields.items() if field.part in _KEYS and index < limit][:1]
    if len(ahead) < (2 if layout.option != GLUED else 1) or layout.option in {BULLETS, SIGNED}:
        return []
    return _by_paragraph(scan, layout, ahead, limit)


def _by_paragraph(scan: Scan, layout: Layout, options: Sequence[Candidate], end: int) -> list[Start]:
    """Questions without a mark: the text between what ends one question and the options or key of the next."""
    starts: list[Start] = []
    anchor = 0
    for first, last in _anchors(scan, layout, options, end):
        begin = _stem_begin(scan, anchor, first)
        if begin is not None:
            starts.append(Start(begin, None, False, _paragraphs(scan, begin, first)))
        anchor = last + 1
    return starts


def _anchors(scan: Scan, layout: Layout, options: Sequence[Candidate], end: int) -> list[tuple[int, int]]:
    """Runs of options with the key lines behind them, as (first, last) piece; key lines alone count too."""
    found: list[tuple[int, int]] = []
    marks: list[tuple[int, bool]] = []
    for n, (index, place) in enumerate(options):
        is_labelled = layout.option not in UNLABELLED
        is_first = place == 0 if is_labelled else _stands_apart(scan, options, n)
        marks.append((index, is_first or n == 0))
    keys = [(i, False) for i, field in scan.fields.items() if i < end and field.part in _KEYS]
    bare = [(i, False) for i in _bare_keys(scan, options, end)]
    has_options = bool(marks)
    for index, is_first in sorted(marks + keys + bare):
        is_key = index in scan.fields
        key_before = is_key and has_options and bool(found) and _has_text(scan, found[-1][1] + 1, index)
        if not found or is_first or (is_key and not has_options) or key_before:
            if found and is_first and found[-1][0] == found[-1][1] and found[-1][0] in scan.fields:
                found[-1] = (found[-1][0], index)  # the key stands before the options
                continue
            found.append((index, index))
        else:
            found[-1] = (found[-1][0], index)
    return found


def _has_text(scan: Scan, start: int, end: int) -> bool:
    """Whether a line that announces nothing stands there."""
    return any(scan.heads[i].raw and i not in scan.rules and i not in scan.fields for i in range(start, end))


def _stands_apart(scan: Scan, options: Sequence[Candidate], n: int) -> bool:
    """Whether a new question stands between this unlabelled option and the one before it."""
    if n == 0:
        return True
    between = range(options[n - 1][0] + 1, options[n][0])
    is_broken = any(i in scan.fields or i in scan.rules or not scan.heads[i].raw for i in between)
    return is_broken and _has_text(scan, between.start, between.stop)


def _bare_keys(scan: Scan, options: Sequence[Candidate], end: int) -> list[int]:
    """Lines that hold nothing but labels, directly behind a run of options."""
    found = []
    indices = {index for index, _ in options}
    for index, _ in options:
        following = index + 1
        while following < end and not scan.heads[following].raw:
            following += 1
        if following < end and following not in indices and is_bare_key(scan.heads[following]):
            found.append(following)
    return found


def is_bare_key(head: Head) -> bool:
    """Whether a line may be a key without a word: ``B``, ``bc``, ``③``."""
    return len(head.raw) <= 7 and _BARE_KEY.match(head.raw) is not None


def _stem_begin(scan: Scan, anchor: int, first: int) -> int | None:
    """The first piece of the stem that ends before ``first``.

    Lines directly behind the last option go on with it; the stem begins after the first blank line, or is the last
    line where there is none.
    """
    announced = [i for i in range(anchor, first) if _is_announced(scan, i)]
    begin = announced[-1] + 1 if announced else anchor
    texts = [i for i in range(begin, first) if scan.heads[i].raw and i not in scan.rules]
    if not texts:
        return None
    broken = [i for i in texts if (i > begin and not scan.heads[i - 1].raw) or i - 1 in scan.rules]
    headings = [i for i in texts if scan.heads[i].hashes]
    if begin == 0:
        return _last_paragraph(scan, texts, broken, headings)
    if begin - 1 not in scan.fields or (texts[0] == begin and broken):
        return broken[0] if broken else texts[-1]  # what stands directly behind option or key goes on with it
    return next((i for i in texts if i not in headings), texts[0])


def _paragraphs(scan: Scan, begin: int, first: int) -> int:
    """How many paragraphs stand in front of the options."""
    filled = [bool(scan.heads[index].raw) for index in range(begin, first)]
    return sum(1 for n, is_filled in enumerate(filled) if is_filled and (n == 0 or not filled[n - 1]))


def _is_announced(scan: Scan, index: int) -> bool:
    found = scan.fields.get(index)
    return found is not None and found.part in {Part.ANSWER, Part.EXPLANATION, Part.MODEL, Part.POINTS}


def _last_paragraph(scan: Scan, texts: Sequence[int], broken: Sequence[int], headings: Sequence[int]) -> int:
    """Before the first question stands a title or a preface: the stem is the last paragraph, without headings."""
    begin = broken[-1] if broken else texts[0]
    return next((i for i in texts if i >= begin and i not in headings), texts[-1])
