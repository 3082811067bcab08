"""Texts that make careless patterns take for ever: reading them takes time in proportion to their length."""

from __future__ import annotations

import time

import pytest

from qticonv.model import Source
from qticonv.readers.decoding import decode
from qticonv.readers.noquiz import no_quiz
from qticonv.readers.rawtext.joining import is_hard_wrapped, join_lines
from qticonv.readers.rawtext.noise import find_noise
from qticonv.readers.rawtext.styles import propose
from qticonv.readers.recognise import recognise

MANY = 200_000
HOSTILE = {
    "form feeds within a line": "a" + "\x0c" * MANY + "b",
    "joiners between Arabic letters": "ب" + "\u200d" * MANY + "ب",
    "soft hyphens at the end": "a" + "\u00ad" * MANY,
    "soft hyphens within": "a" + "\u00ad" * MANY + " b",
    "one word": "x" * MANY + "\ny",
    "one word with a hyphen": "x" * MANY + "-\ny",
    "spaces": "a" + " " * MANY + "b",
    "colons": ":" * MANY,
    "question marks": "?" * MANY + "x",
    "underscores": "_" * MANY + "x",
    "open braces": "{" * MANY,
    "open braces on lines": "{=\n" * 20_000,
    "open tags": "<a>" * 60_000,
    "brackets": "(" * MANY + ")" * MANY,
    "bars": "|" * MANY,
    "quotes": '"a,b\n' * 50_000,
    "lines with hyphens": "exam-\n" * 20_000,
    "lines that are noise": "Show Answer\n" * 50_000,
    "numbers alone": "".join(f"{n}\n" for n in range(50_000)),
    "labels": "A. one\nB. two\n" * 20_000,
    "rulers": "---\n" * 50_000,
    "blank lines": "\n" * MANY + "1. Which?\n",
    "spaces before a bracket": "What?" + " " * 4_900 + "x\n" * 50,
    "colons in rows": (":" * 4_900 + "x\n") * 20,
    "mojibake": "Ã©" * MANY,
    "bytes of another encoding": "",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_is_bounded(name: str) -> None:
    data = HOSTILE[name].encode() if HOSTILE[name] else b"\xe9\xff" * MANY
    start = time.process_time()
    lines = decode(Source("hostile.txt", data)).lines
    recognise(lines)
    no_quiz(lines)
    find_noise(lines)
    is_hard_wrapped(lines)
    propose(lines, "hostile.txt")
    join_lines(lines)
    assert time.process_time() - start < 6
