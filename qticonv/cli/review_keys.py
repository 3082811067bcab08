"""Keys of a terminal: cbreak mode, escape sequences, changes of the window's size. POSIX only."""

from __future__ import annotations

import os
import re
import select
import signal
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from types import FrameType
from typing import Self

from qticonv.cli.review_session import Press


class Move(Enum):
    """What only moves what is seen."""

    UP = "up"
    DOWN = "down"
    PAGE_UP = "page up"
    PAGE_DOWN = "page down"
    REDRAW = "redraw"


Key = str | Press | Move

_SEQUENCES: dict[bytes, Key] = {
    b"\x1b[A": Move.UP,
    b"\x1bOA": Move.UP,
    b"\x1b[B": Move.DOWN,
    b"\x1bOB": Move.DOWN,
    b"\x1b[5~": Move.PAGE_UP,
    b"\x1b[6~": Move.PAGE_DOWN,
    b"\x1b[C": Press.SKIP,
    b"\x1bOC": Press.SKIP,
    b"\x1b[D": Press.BACK,
    b"\x1bOD": Press.BACK,
    b"\x1b[3~": Press.CLEAR,
    b"\r": Press.CONFIRM,
    b"\n": Press.CONFIRM,
    b"\x7f": Press.BACK,
    b"\x08": Press.BACK,
    b" ": Press.SKIP,
    b"+": Press.ALL,
    b"-": Press.CLEAR,
    b"q": Press.QUIT,
    b"Q": Press.QUIT,
    b"\x04": Press.QUIT,
    b"\x0c": Move.REDRAW,
}
_ESCAPE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|O[ -~]|[ -NP-Z\\-~])")
_ESCAPE_WAIT = 0.1  # seconds in which the rest of an escape sequence must come


class Keyboard:
    """The keys of the terminal ``descriptor``. Inside of ``with`` each is read as it is pressed and not echoed."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._buffer = b""
        self._saved = termios.tcgetattr(descriptor)
        self._signals, self._signalled = -1, -1
        self._handlers: dict[int, object] = {}

    def __enter__(self) -> Self:
        tty.setcbreak(self._descriptor)
        self._signals, self._signalled = os.pipe()
        os.set_blocking(self._signals, False)
        os.set_blocking(self._signalled, False)
        signal.set_wakeup_fd(self._signalled, warn_on_full_buffer=False)
        for number, handler in ((signal.SIGWINCH, _ignore), (signal.SIGCONT, self._resume), (signal.SIGTERM, _end)):
            self._handlers[number] = signal.signal(number, handler)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        signal.set_wakeup_fd(-1)
        os.close(self._signals)
        os.close(self._signalled)
        self._restore()

    def _restore(self) -> None:
        with suppress(termios.error):  # the terminal may be gone
            termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._saved)

    def _resume(self, number: int, frame: FrameType | None) -> None:
        """After a stop (Ctrl-Z) the shell has changed the terminal's mode."""
        tty.setcbreak(self._descriptor)

    def forget(self) -> None:
        """Drop what was typed ahead: it was meant for a question that is no longer shown."""
        self._buffer = b""
        with suppress(termios.error):
            termios.tcflush(self._descriptor, termios.TCIFLUSH)

    @contextmanager
    def line_mode(self) -> Iterator[None]:
        """Let the terminal edit and echo a line."""
        self._restore()
        try:
            yield
        finally:
            tty.setcbreak(self._descriptor)

    def read(self) -> Key:
        """Wait for a key; a hang-up is :attr:`Press.QUIT`, a new size :attr:`Move.REDRAW`."""
        while True:
            if not self._buffer:
                if self._wait(None):
                    return Move.REDRAW
                if not self._fill():
                    return Press.QUIT
            key = self._take()
            if key is not None:
                return key

    def _wait(self, seconds: float | None) -> bool:
        """Wait for input; return whether a signal came first."""
        ready, _, _ = select.select([self._descriptor, self._signals], [], [], seconds)
        if self._signals in ready:
            os.read(self._signals, 1024)
            return True
        return False

    def _fill(self) -> bool:
        try:
            new = os.read(self._descriptor, 1024)
        except OSError:
            return False
        self._buffer += new
        return bool(new)

    def _take(self) -> Key | None:
        """Return the first key of the buffer; None for what has no meaning."""
        size = self._size_of_first()
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        if taken in _SEQUENCES:
            return _SEQUENCES[taken]
        text = taken.decode("utf-8", "replace")
        return text if text.isprintable() else None

    def _size_of_first(self) -> int:
        first = self._buffer[0]
        if first == 0x1B:
            return self._size_of_escape()
        size = 1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
        while len(self._buffer) < size and self._fill():
            pass
        return size

    def _size_of_escape(self) -> int:
        while (found := _ESCAPE.match(self._buffer)) is None:
            ready, _, _ = select.select([self._descriptor], [], [], _ESCAPE_WAIT)
            if not ready or len(self._buffer) > 32 or not self._fill():
                return len(self._buffer)
        return found.end()


def _ignore(number: int, frame: FrameType | None) -> None:
    """The wake-up descriptor tells of the signal."""


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
