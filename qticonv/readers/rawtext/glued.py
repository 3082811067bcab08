"""Letters glued to the text, as they come out of a web page: ``AWhether …``, ``BWhether …``, ``TTrue``, ``FFalse``.

A letter at the beginning of a line proves nothing, so a letter is a label only in a whole run A, B, C … on
consecutive lines.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import takewhile

from qticonv.readers.rawtext.heads import Head
from qticonv.readers.rawtext.layout import GLUED
from qticonv.readers.rawtext.words import truth_value

_LONGEST_RUN = 10


def glue_heads(heads: Sequence[Head]) -> tuple[Sequence[Head], frozenset[int]]:
    """Return the heads with the glued letters taken off, and the runs whose last line is in doubt (index of it).

    Where no letters are glued, the heads are the same object.
    """
    runs = _trim(heads, find_runs(heads))
    if not runs:
        return heads, frozenset()
    changed = list(heads)
    for start, length in runs.items():
        for place in range(length):
            changed[start + place] = _unglue(heads[start + place], place)
    doubtful = frozenset(start + n - 1 for start, n in runs.items() if _may_be_longer(heads, start, n, runs))
    return changed, doubtful


def _unglue(head: Head, place: int) -> Head:
    """The label is a letter of the run A, B, C, or of the pair T, F; its place is kept as the inner mark."""
    rest = head.raw[1:].strip()
    label = head.raw[0]
    return Head(head.line, head.raw, head.indent, label=label, family=GLUED, text=rest, inner=str(place), body=head.raw)


def find_runs(heads: Sequence[Head]) -> dict[int, int]:
    """Return the runs of glued letters as index of the first line -> number of lines."""
    runs: dict[int, int] = {}
    index, end = 0, len(heads)
    while index < end:
        raw = heads[index].raw
        if raw[:1] == "A":
            length = _run_length(heads, index)
            if length >= 2 and _are_labels(heads, index, length):
                runs[index] = length
                index += length
                continue
        elif raw[:1] == "T" and _is_truth_pair(heads, index):
            runs[index] = 2
        index += 1
    return runs


def _run_length(heads: Sequence[Head], start: int) -> int:
    length = 0
    for index in range(start, min(start + _LONGEST_RUN, len(heads))):
        raw = heads[index].raw
        if len(raw) < 2 or raw[0] != chr(65 + length) or raw[1].isspace() or heads[index].punct:
            break
        length += 1
    return length


def _are_labels(heads: Sequence[Head], start: int, length: int) -> bool:
    """Three letters in turn right below the header and stem of a question are labels, whatever they are glued to."""
    if length >= 3 and start >= 2 and heads[start - 2].word == "question":
        return True
    return _reads_as_labels(heads[start : start + length])


def _reads_as_labels(run: Sequence[Head]) -> bool:
    """Without the letters the lines begin like texts of their own: not ``pple``, ``anana``, ``herry``."""
    whole = sum(1 for head in run if not _is_rest_of_word(head.raw[1:]))
    return whole == len(run) if len(run) == 2 else 2 * whole >= len(run)


def _is_rest_of_word(rest: str) -> bool:
    letters = "".join(takewhile(str.isalpha, rest))
    return len(letters) >= 2 and letters.islower()


def _is_truth_pair(heads: Sequence[Head], index: int) -> bool:
    if index + 1 >= len(heads):
        return False
    first, second = heads[index].raw, heads[index + 1].raw
    return second[:1] == "F" and truth_value(first[1:]) is True and truth_value(second[1:]) is False


def _trim(heads: Sequence[Head], runs: Mapping[int, int]) -> dict[int, int]:
    """Shorten runs whose last line is the beginning of the feedback: ``Each of these …`` after A, B, C, D."""
    usual = Counter(length for length in runs.values() if length > 2)
    return {start: n - _is_feedback(heads, start, n, usual) for start, n in runs.items()}


def _is_feedback(heads: Sequence[Head], start: int, length: int, usual: Mapping[int, int]) -> bool:
    """Whether the last line of a run is feedback. A run as long as most runs of the file is whole."""
    if length <= 3 or usual.get(length, 0) > max(1, usual.get(length - 1, 0)):
        return False
    last = heads[start + length - 1].raw
    others = heads[start : start + length - 1]
    goes_on_as_word = _is_latin_small(last[1]) and not all(_is_latin_small(head.raw[1]) for head in others)
    unusual = usual.get(length, 0) < usual.get(length - 1, 0)
    return goes_on_as_word or (unusual and _ends_block(heads, start + length))


def _is_latin_small(char: str) -> bool:
    """Whether ``char`` can go on a word that a Latin capital began (``α`` cannot)."""
    return char.islower() and unicodedata.name(char, "").startswith("LATIN")


def _ends_block(heads: Sequence[Head], index: int) -> bool:
    """Whether the next line begins another question, so that the run's last line may be feedback."""
    return index >= len(heads) or heads[index].word == "question"


def _may_be_longer(heads: Sequence[Head], start: int, length: int, runs: Mapping[int, int]) -> bool:
    """Whether the line behind the run carries the next letter too and was left out only by its shape."""
    index = start + length
    if length < 3 or index >= len(heads) or index in runs:
        return False
    raw = heads[index].raw
    return len(raw) > 1 and raw[0] == chr(65 + length) and not raw[1].islower() and not raw[1].isspace()
