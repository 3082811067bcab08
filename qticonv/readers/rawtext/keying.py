"""Joining a list of keys with the questions: by printed number, and by order where that is the only way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qticonv.diagnostics import Code, Diagnostic, SourceSpan, diagnose
from qticonv.model import LineRole
from qticonv.readers.rawtext.answers import KeyStyle, Option, are_numbered, fold, numbers_in
from qticonv.readers.rawtext.blocks import Block
from qticonv.readers.rawtext.keylist import Entry, KeyList

Pairs = list[tuple[Block, Entry]]


def join_keys(blocks: Sequence[Block], entries: Sequence[Entry]) -> tuple[Pairs, list[Entry]]:
    """Return the pairs of question and entry, and the entries that belong to no question.

    Numbers that begin again are told apart by section: the n-th run of numbers in the list belongs to the n-th run
    among the questions, if there are as many.
    """
    if sum(1 for block in blocks if block.options) >= len(entries):
        blocks = [block for block in blocks if block.options]  # lists name options; essays in between have no entry
    if any(entry.number is None for entry in entries) or all(block.number is None for block in blocks):
        return _by_order(blocks, entries)
    question_runs = _runs([block.number for block in blocks])
    entry_runs = _runs([entry.number for entry in entries])
    if len(question_runs) == len(entry_runs) or max(len(question_runs), len(entry_runs)) == 1:
        pairs: Pairs = []
        spare: list[Entry] = []
        for questions, keys in zip(question_runs, entry_runs, strict=False):
            found, left = _by_number([blocks[n] for n in questions], [entries[n] for n in keys])
            pairs += found
            spare += left
        return pairs, spare
    return _by_unique_number(blocks, entries)


def _runs(numbers: Sequence[int | None]) -> list[list[int]]:
    """Positions grouped into runs of rising numbers; positions without a number stay out."""
    runs: list[list[int]] = []
    last: int | None = None
    for position, number in enumerate(numbers):
        if number is None:
            continue
        if last is None or number <= last:
            runs.append([])
        runs[-1].append(position)
        last = number
    return runs


def _by_number(blocks: Sequence[Block], entries: Sequence[Entry]) -> tuple[Pairs, list[Entry]]:
    numbered = {block.number: block for block in blocks}
    pairs = [(numbered[entry.number], entry) for entry in entries if entry.number in numbered]
    return pairs, [entry for entry in entries if entry.number not in numbered]


def _by_unique_number(blocks: Sequence[Block], entries: Sequence[Entry]) -> tuple[Pairs, list[Entry]]:
    """Only numbers that stand once among the questions and once in the list."""
    questions = Counter(block.number for block in blocks)
    keys = Counter(entry.number for entry in entries)
    once = {number for number in keys if keys[number] == 1 and questions[number] == 1}
    pairs, _ = _by_number([b for b in blocks if b.number in once], [e for e in entries if e.number in once])
    return pairs, [entry for entry in entries if entry.number not in once]


def _by_order(blocks: Sequence[Block], entries: Sequence[Entry]) -> tuple[Pairs, list[Entry]]:
    """As many keys as questions: the n-th belongs to the n-th; otherwise none belongs to any."""
    if len(blocks) != len(entries):
        return [], list(entries)
    return list(zip(blocks, entries, strict=True)), []


def style_of_keys(blocks: Sequence[Block]) -> KeyStyle:
    """Return what the keys of all questions together tell of how keys name options.

    Numbers count from 0 or 1 as a 0, or the number of a last option, tells; a key that is the text of an option tells
    nothing of numbers. Keys name labels if some do that can mean nothing else, and none is a text alone.
    """
    has_zero = has_last = printed_zero = by_label = by_text = False
    for block in blocks:
        if not block.options or not block.keys:
            continue
        options = [Option(option.label, option.parts[0][1]) for option in block.options]
        labels = {option.label.casefold() for option in options}
        shortest = min(len(option.text) for option in options)
        for _, value in block.keys:
            key = value.strip("()[]. ").casefold()
            is_text = shortest <= len(value) and fold(value) in {fold(option.text) for option in options}
            by_label |= key in labels and not is_text
            by_text |= is_text and key not in labels
            numbers = [] if is_text else list(map(int, numbers_in(value.strip())))
            if are_numbered(options):
                printed_zero |= 0 in numbers and "0" not in labels
            else:
                has_zero |= 0 in numbers
                has_last |= len(options) > 1 and len(options) in numbers
    base = None if has_zero is has_last else int(has_last)
    return KeyStyle(base, by_label and not by_text, printed_zero)


def apply_lists(blocks: Sequence[Block], lists: Sequence[KeyList], roles: list[LineRole]) -> list[Diagnostic]:
    """Give the keys of the lists to their questions; report entries and questions that have no counterpart."""
    for keys in lists:
        for index, role in keys.roles.items():
            roles[index] = role
    return apply_entries(blocks, [entry for keys in lists for entry in keys.entries])


def apply_entries(blocks: Sequence[Block], entries: Sequence[Entry]) -> list[Diagnostic]:
    """Give ``entries`` to their questions; return a diagnostic for each that has none."""
    pairs, spare = join_keys(blocks, entries)
    for block, entry in pairs:
        block.keys.append((entry.index, entry.value))
        block.explanation += entry.feedback
    keyed = {id(block) for block, _ in pairs}
    for block in blocks if entries else ():
        if id(block) not in keyed and not block.keys:
            block.doubt("The list of keys has no entry for this question.")
    return [_report_spare(entry) for entry in spare]


def _report_spare(entry: Entry) -> Diagnostic:
    number = f"question {entry.number}" if entry.number is not None else "a question by its place"
    message = f"The list of keys names {number} ({entry.value[:40]}), which was not found."
    return diagnose(Code.RAW_KEY_DOUBTFUL, message, span=SourceSpan(entry.source, entry.line + 1, entry.line + 1))
