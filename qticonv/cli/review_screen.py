"""A review on a terminal: one question a screen, or, where there is no such terminal, one line at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from qticonv.cli.review_session import Decision, Press, Review
from qticonv.report.columns import wrap
from qticonv.report.review import ASCII, UNICODE, Marks, kind_name, pick_keys, render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qticonv.cli.review_keys import Move

Save = Callable[[Decision], None]

_SMALLEST = (20, 8)  # columns and rows below which a screen is drawn as if it were larger
_USUAL = (80, 24)
_CLEAR_LINE, _CLEAR_REST, _HOME = "\x1b[K", "\x1b[J", "\x1b[H"
_WORDS = {
    "": Press.SKIP,
    "skip": Press.SKIP,
    "back": Press.BACK,
    "all": Press.ALL,
    "clear": Press.CLEAR,
    "quit": Press.QUIT,
    "ok": Press.CONFIRM,
}


def marks_for(encoding: str | None) -> Marks:
    """Return the signs that a terminal with ``encoding`` can show."""
    try:
        "".join((UNICODE.opening, UNICODE.closing, UNICODE.picked, UNICODE.dot)).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return UNICODE


def heading(review: Review, marks: Marks) -> str:
    """Return the progress line: which question, where it stands, what is decided."""
    span = review.item.span
    place = "" if span is None else f"{span.source}, lines {span.start_line}-{span.end_line}"
    parts = [f"Question {review.position + 1} of {len(review.items)}", kind_name(review.item), place]
    parts.append(f"{len(review.decided)} decided")
    return f" {marks.dot} ".join(part for part in parts if part)


# --- a screen


def run_screen(review: Review, save: Save, *, descriptor: int, out: TextIO) -> None:
    """Review on the terminal ``descriptor``, drawing on ``out``, until all is shown or the person quits."""
    from qticonv.cli.review_keys import Keyboard, Move

    screen = _Screen(out, marks_for(out.encoding))
    with screen.shown(), Keyboard(descriptor) as keyboard:
        while not review.finished:
            screen.draw(review)
            key = keyboard.read()
            if isinstance(key, Move):
                screen.move(key)
                continue
            if key is Press.CONFIRM and review.takes_text:
                with keyboard.line_mode():
                    decision = review.answer(screen.ask(descriptor))
            else:
                decision = review.press(key)
            if decision is not None:
                save(decision)
                keyboard.forget()


class _Screen:
    """Draws a review; remembers how far the question is scrolled."""

    def __init__(self, out: TextIO, marks: Marks) -> None:
        self._out, self._marks = out, marks
        self._top, self._last_top, self._page, self._shown = 0, 0, 1, -1

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Draw on the terminal's second screen, so that the first is as it was afterwards."""
        self._write("\x1b[?1049h")
        try:
            yield
        finally:
            self._write(_HOME + _CLEAR_REST + "\x1b[?1049l")  # cleared for terminals that have only one screen

    def size(self) -> tuple[int, int]:
        """Return columns and rows."""
        try:
            columns, rows = os.get_terminal_size(self._out.fileno())
        except OSError:
            return _USUAL
        if not columns or not rows:
            return _USUAL
        return max(columns, _SMALLEST[0]), max(rows, _SMALLEST[1])

    def draw(self, review: Review) -> None:
        """Draw the question that is shown."""
        columns, rows = self.size()
        if self._shown != review.position:
            self._shown, self._top = review.position, 0
        head = [*wrap(heading(review, self._marks), columns), "-" * columns]
        body = render(review.card(), columns, self._marks)
        foot = wrap(_help(review), columns)
        room = max(rows - len(head) - len(foot) - 2, 1)
        self._page, self._last_top = room, max(len(body) - room, 0)
        self._top = min(self._top, self._last_top)
        seen = body[self._top : self._top + room]
        seen += [""] * (room - len(seen))
        status = f" {self._marks.dot} ".join(filter(None, (review.message, self._more(len(body), room))))
        lines = [*head, *seen, "-" * columns, *wrap(status, columns)[:1], *foot][:rows]
        self._write(_HOME + "\r\n".join(line + _CLEAR_LINE for line in lines) + _CLEAR_REST)

    def _more(self, total: int, room: int) -> str:
        if total <= room:
            return ""
        return f"lines {self._top + 1}-{min(self._top + room, total)} of {total}: arrow keys or page keys for the rest"

    def move(self, key: Move) -> None:
        """Scroll."""
        steps = {"up": -1, "down": 1, "page up": -self._page, "page down": self._page}
        self._top = min(max(self._top + steps.get(key.value, 0), 0), self._last_top)

    def ask(self, descriptor: int) -> str:
        """Ask for a typed answer on the last line."""
        self._write("\r" + _CLEAR_LINE + "Answer (empty: none): ")
        with os.fdopen(descriptor, encoding="utf-8", errors="replace", closefd=False) as terminal:
            return terminal.readline()

    def _write(self, text: str) -> None:
        encoding = self._out.encoding or "ascii"
        self._out.write(text.encode(encoding, "replace").decode(encoding))
        self._out.flush()


def _help(review: Review) -> str:
    more = "space skip, backspace back, + all reasons, - clear, q quit"
    if review.takes_text:
        return f"enter: type the answer; {more}"
    keys = " ".join(pick_keys(review.item))
    if review.is_multiple:
        return f"{keys}: mark, enter: confirm; {more}"
    confirm = ", enter: keep what is marked" if review.card().picked else ""
    return f"{keys}: pick{confirm}; {more}"


# --- lines


def run_lines(review: Review, save: Save, *, lines: TextIO, out: TextIO) -> None:
    """Review with whole lines: for terminals that cannot do more, and for programs."""
    marks = marks_for(out.encoding)
    shown: tuple[int, bool] | None = None
    while not review.finished:
        if shown != (review.position, review.show_all):
            shown = (review.position, review.show_all)
            card = render(review.card(), _USUAL[0], marks)
            _print(
                out, ["", *wrap(heading(review, marks), _USUAL[0]), "", *card, "", *wrap(_line_help(review), _USUAL[0])]
            )
        out.write("> ")
        out.flush()
        line = lines.readline()
        if not line:
            review.press(Press.QUIT)
            _print(out, [""])
            break
        for decision in _obey(review, line.strip()):
            save(decision)
        if review.message:
            _print(out, [review.message])


def _obey(review: Review, line: str) -> list[Decision]:
    """Do what a line says; return what is to be saved."""
    if review.takes_text and line.startswith("="):
        decisions = [review.answer(line[1:])]
    elif line.lower() in _WORDS:
        decisions = [review.press(_WORDS[line.lower()])]
    elif review.is_multiple:
        decisions = [_mark(review, line.lower())]
    else:
        decisions = [review.press(line)]
    return [decision for decision in decisions if decision is not None]


def _mark(review: Review, line: str) -> Decision | None:
    """Take ``a c`` or ``ac`` as the whole key of a question with several."""
    keys = pick_keys(review.item)
    wanted = {char for char in line if char not in " ,;"}
    if not wanted <= set(keys):
        return review.press(line)
    marked = review.card().picked
    for key, choice in zip(keys, review.choice_identifiers(), strict=False):
        if (key in wanted) is not (choice in marked):
            review.press(key)
    return review.press(Press.CONFIRM)


def _line_help(review: Review) -> str:
    more = "skip (or an empty line), back, all (reasons), clear, quit"
    if review.takes_text:
        return f"= and the answer, or: {more}"
    keys = " ".join(pick_keys(review.item))
    return f"{keys}{' (several)' if review.is_multiple else ''}, or: ok (keep what is marked), {more}"


def _print(out: TextIO, lines: Sequence[str]) -> None:
    encoding = out.encoding or "ascii"
    out.write("".join(f"{line}\n" for line in lines).encode(encoding, "replace").decode(encoding))
    out.flush()
