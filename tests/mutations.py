"""Damage that files suffer: cut off, shuffled, copied twice, wrongly encoded. Deterministic."""

from __future__ import annotations

import random
from collections.abc import Callable

Mutation = Callable[[bytes, random.Random], bytes]


def truncate(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def cut_out(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.randrange(1, 400) :]


def shuffle_lines(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines)


def duplicate_lines(data: bytes, chance: random.Random) -> bytes:
    return b"\n".join(part for line in data.split(b"\n") for part in [line] * chance.choice((1, 1, 1, 2, 3)))


def drop_lines(data: bytes, chance: random.Random) -> bytes:
    return b"\n".join(line for line in data.split(b"\n") if chance.random() > 0.15)


def drop_blank_lines(data: bytes, _: random.Random) -> bytes:
    return b"\n".join(line for line in data.split(b"\n") if line.strip())


def join_lines(data: bytes, chance: random.Random) -> bytes:
    return b"".join(line + chance.choice((b"\n", b"\n", b" ", b"")) for line in data.split(b"\n"))


def delete_characters(data: bytes, chance: random.Random) -> bytes:
    return bytes(byte for byte in data if chance.random() > 0.03)


def flip_bytes(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(len(data) // 200 + 1):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def insert_controls(data: bytes, chance: random.Random) -> bytes:
    signs = ("\x00", "\x0c", "\x0b", "\u200b", "\ufeff", "\u202e", "\u00ad", "\u2028", "\x1b[1m", "\ufffd")
    return b"\n".join(
        line + (chance.choice(signs).encode() if chance.random() < 0.2 else b"") for line in data.split(b"\n")
    )


def insert_marks(data: bytes, chance: random.Random) -> bytes:
    marks = (
        b"{",
        b"}",
        b"]]>",
        b"*",
        b"A. ",
        b"1. ",
        b"Answer: ",
        b"|",
        b"\t",
        b"---\n",
        b"Answer Key\n",
        b"```\n",
        b"<p>",
    )
    return b"\n".join((chance.choice(marks) if chance.random() < 0.15 else b"") + line for line in data.split(b"\n"))


def swap_encoding(data: bytes, chance: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(
        chance.choice(("utf-16", "utf-16-be", "cp1251", "cp1252", "gb18030", "utf-8-sig", "utf-32")), "replace"
    )


def misread_encoding(data: bytes, chance: random.Random) -> bytes:
    return data.decode(chance.choice(("cp1252", "cp1251", "latin-1", "gb18030")), "replace").encode()


def change_line_ends(data: bytes, chance: random.Random) -> bytes:
    return b"".join(line + chance.choice((b"\n", b"\r\n", b"\r", b"\n\n")) for line in data.split(b"\n"))


def indent(data: bytes, chance: random.Random) -> bytes:
    return b"\n".join(
        chance.choice((b"", b"  ", b"\t", b"        ", b"> ", b"- ")) + line for line in data.split(b"\n")
    )


MUTATIONS: tuple[Mutation, ...] = (
    truncate,
    cut_out,
    shuffle_lines,
    duplicate_lines,
    drop_lines,
    drop_blank_lines,
    join_lines,
    delete_characters,
    flip_bytes,
    insert_controls,
    insert_marks,
    swap_encoding,
    misread_encoding,
    change_line_ends,
    indent,
)
