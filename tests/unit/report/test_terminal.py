"""How diagnostics look in a terminal or a log."""

from __future__ import annotations

from qticonv.diagnostics import Code, Diagnostic, Effect, SourceSpan, diagnose
from qticonv.report.terminal import Style, printable, render

PLAIN = Style(colour=False, lines={"quiz.txt": ("1. What?", "A. \x1b[31mred")})


def at(line: int, effect: Effect | None = None, target: str | None = None, message: str = "no key") -> Diagnostic:
    span = SourceSpan("quiz.txt", line, line)
    return diagnose(Code.KEY_MISSING, message, span=span, item=f"q-{line}", effect=effect, target=target)


def test_what_is_said_alike_of_many_is_said_once() -> None:
    (line,) = render([at(line) for line in range(1, 8)], PLAIN)
    assert line.endswith("(7 places: line 1, line 2, line 3 and 4 more)")


def test_what_is_withheld_is_named_one_by_one() -> None:
    (line,) = render([at(line, Effect.WITHHELD) for line in range(1, 8)], PLAIN)
    assert line.endswith("(7 places: line 1, line 2, line 3, line 4, line 5, line 6, line 7)")


def test_a_single_finding_shows_its_line_and_a_marker() -> None:
    span = SourceSpan("quiz.txt", 1, 1, 3, 7)
    lines = render([diagnose(Code.KEY_MISSING, "no key", span=span, hint="review it")], PLAIN)
    assert lines == [
        "quiz.txt:1:4: warning[key-missing]: no key",
        "     1 | 1. What?",
        "       |    ^^^^",
        "  help: review it",
    ]


def test_no_input_steers_the_terminal() -> None:
    lines = render([at(2, message="odd \x1b]0;title\x07")], PLAIN)
    assert not any("\x1b" in line or "\x07" in line for line in lines)
    assert printable("a\u202eb\x00\n") == "a\ufffdb\ufffd "


def test_colours_only_where_asked_for() -> None:
    (line, *_) = render([at(1)], Style(colour=True, lines={}))
    assert line.startswith("quiz.txt:1: \x1b[33;1mwarning")
