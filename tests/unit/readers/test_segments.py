"""A large file is read segment by segment, with the same result as at once."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest

from qticonv.model import Reading, Source
from qticonv.model.options import ReadOptions
from qticonv.readers.decoding import Lines, split_lines
from qticonv.readers.rawtext import read, reader, segments
from qticonv.readers.rawtext.blocks import Block
from qticonv.readers.rawtext.heads import Head
from qticonv.readers.rawtext.layout import Layout

Question = Callable[[int], str]


def lettered(number: int) -> str:
    lines = [f"{number}. Which word names place {number}?", "A. harbour", "B. meadow", "C. quarry"]
    lines += [f"Answer: {'ABC'[number % 3]}", f"Explanation: place {number} has stone.", ""]
    return "\n".join(lines)


def glued(number: int) -> str:
    lines = [f"Question {number} Multiple Choice", f"Where does river {number} end?", "AIn a lake", "BIn the sea"]
    return "\n".join([*lines, "CIn the sand", f"River {number} ends in the sea, as most rivers do."])


def in_columns(number: int) -> str:
    return f"{number}) What is left of {number}?  (a) one (b) two (c) three (d) four\nAns: {'abcd'[number % 4]}\n"


def with_passages(number: int) -> str:
    passage = f"Questions {number} to {number + 2} refer to the following text:\n\nShips {number} sailed.\n\n"
    return (passage if number % 7 == 1 else "") + lettered(number) + "\n"


def with_headings(number: int) -> str:
    return (f"## Chapter {number}\n\n" if number % 5 == 0 else "") + lettered(number) + "\n"


def with_gaps(number: int) -> str:
    return "" if number % 9 == 0 else lettered(number) + "\n"


def paged(number: int) -> str:
    return lettered(number) + (f"\nPage {number // 4}\n\n" if number % 4 == 3 else "\n")


def read_whole_and_divided(text: str, monkeypatch: pytest.MonkeyPatch, size: int) -> tuple[Reading, Reading]:
    """Read ``text`` at once, and as a large file whose beginning and whose segments have ``size`` lines."""
    source = Source("quiz.txt", text.encode())
    whole = read(source, ReadOptions())
    monkeypatch.setattr(reader, "_SEGMENT", size)
    monkeypatch.setattr(reader, "_LARGE", size)
    monkeypatch.setattr(reader, "_BEGINNING", size)
    return whole, read(source, ReadOptions())


@pytest.mark.parametrize("size", [97, 150, 250])
@pytest.mark.parametrize("question", [lettered, glued, in_columns, with_passages, with_headings, with_gaps, paged])
def test_division_changes_nothing(question: Question, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n".join(map(question, range(1, 200)))
    read_parts: list[int] = []

    def counted(lines: Sequence[str], start: int, size: int, layout: Layout, name: str) -> segments.Segment:
        read_parts.append(start)
        return segments.segment_from(lines, start, size, layout, name)

    monkeypatch.setattr(reader, "segment_from", counted)
    whole, divided = read_whole_and_divided(text, monkeypatch, size)
    assert len(set(read_parts)) > 1
    assert len(divided.bank.items) >= 100
    assert divided.bank == whole.bank
    assert divided.roles == whole.roles
    assert sorted(map(repr, divided.diagnostics)) == sorted(map(repr, whole.diagnostics))


def test_a_list_of_keys_at_the_end_is_joined_with_all_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = "\n".join("\n".join(lettered(number).split("\n")[:4]) + "\n" for number in range(1, 80))
    text = asked + "\nAnswer key\n" + "\n".join(f"{number}. {'ABC'[number % 3]}" for number in range(1, 80))
    whole, divided = read_whole_and_divided(text, monkeypatch, 100)
    assert all(item.is_keyed for item in divided.bank.items)
    assert divided == whole


def test_a_segment_unlike_the_first_makes_the_reader_look_at_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    prose = "\n".join(f"Paragraph {number} tells more of the same." for number in range(200))
    text = "\n".join(map(lettered, range(1, 40))) + "\n" + prose + "\n" + "\n".join(map(lettered, range(40, 80)))
    whole, divided = read_whole_and_divided(text, monkeypatch, 100)
    assert divided == whole


def test_a_segment_ends_with_a_line() -> None:
    heads = [Head(line, "x") for line in (0, 1, 1, 2, 3)]
    blocks = [Block(index, index) for index in range(4)]
    assert segments._kept(blocks, [], heads) == 1  # the third begins within the line of the second
    assert segments._kept([*blocks, Block(4, 4)], [], heads) == 3
    assert segments._kept(blocks[:2], [], heads) == 0


def test_lines_of_a_large_text_are_those_of_a_small_one() -> None:
    chance = random.Random(7)
    for _ in range(200):
        text = "".join(chance.choice("ab é中\n\n") for _ in range(chance.randrange(40)))
        wanted = split_lines(text)
        lines = Lines(wanted)
        assert list(lines) == wanted
        assert len(lines) == len(wanted)
        assert [lines[place] for place in range(-len(wanted), len(wanted))] == wanted * 2
        first, last = sorted((chance.randrange(12), chance.randrange(12)))
        assert lines[first:last] == tuple(wanted[first:last])
        assert lines[::2] == tuple(wanted[::2])
    with pytest.raises(IndexError):
        Lines(["a"])[1]
