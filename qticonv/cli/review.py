"""``qticonv review``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct
from msgspec.structs import replace

from qticonv.cli.options import input_options, prepare_options
from qticonv.cli.review_session import Decision, Review, can_settle, queue
from qticonv.cli.session import Session, say
from qticonv.diagnostics import Code, Diagnostic, Severity
from qticonv.model import Item, Source
from qticonv.outputs import display_name, output_stem, read_input, write_output
from qticonv.pipeline import Prepared, prepare

if TYPE_CHECKING:
    from qticonv.keys import Opinion

EPILOG = """\b
Examples:
  qticonv review quiz.txt                  one key press a question; writes quiz.answers.yaml
  qticonv convert quiz.txt --answers quiz.answers.yaml
  qticonv review quiz.txt --all            also confirm what was inferred, the least certain first
"""


@click.command("review", epilog=EPILOG)
@click.argument("path", metavar="INPUT", type=click.Path(path_type=str))
@click.option("--all", "confirm_accepted", is_flag=True, help="Also confirm inferred keys, the least certain first.")
@click.option("--plain", is_flag=True, help="Print and read lines instead of drawing screens.")
@input_options
def command(path: str, confirm_accepted: bool, plain: bool, **given: Any) -> int:
    """Choose the keys that could not be settled, one question a screen.

    Every decision is in the answers file (--answers, or STEM.answers.yaml beside the input) at once, so that a broken
    connection loses nothing; started again, the review goes on where it ended.
    """
    answers = _answers_path(path, given["answers"])
    session = Session()
    options = prepare_options(session, {**given, "answers": str(answers) if answers.exists() else None})
    source = session.load(path)
    if options is None or source is None:
        return session.finish()
    prepared = prepare([source], options)
    session.remember(prepared.reading, source)
    session.add(found for found in prepared.reading.diagnostics if found.code is not Code.KEY_MISSING)
    items = _to_review(prepared, confirm_accepted=confirm_accepted)
    review = _with_opinions(prepared, items) if options.accept is not None else Review(items)
    try:
        _run(review, _Saver(answers), session, plain=plain, from_stdin=path == "-")
    except _NotSavedError as error:
        session.add(error.diagnostics)
    session.show()
    _sum_up(review, path, answers, _beyond(prepared))
    return session.finish(withheld_counts=False)


def _answers_path(path: str, given: str | None) -> Path:
    if given is not None:
        return Path(given)
    if path == "-":
        raise click.UsageError("state --answers FILE where the input is stdin")
    return Path(path).with_name(f"{output_stem(path)}.answers.yaml")


def _to_review(prepared: Prepared, *, confirm_accepted: bool) -> tuple[Item, ...]:
    """Return what can be settled here, a repeated question once."""
    items = queue(tuple(prepared.bank.items), confirm_accepted=confirm_accepted)
    return tuple({item.identifier: item for item in items if can_settle(item)}.values())


def _beyond(prepared: Prepared) -> list[Item]:
    return [item for item in queue(tuple(prepared.bank.items), confirm_accepted=False) if not can_settle(item)]


def _with_opinions(prepared: Prepared, items: Sequence[Item]) -> Review:
    """Return a review that shows what the inference saw: its evidence, and its reasons for the best choices."""
    from qticonv import keys

    opinions = keys.opinions(prepared.reading, {item.identifier for item in items})
    return Review(
        [_with_evidence(item, opinions.get(item.identifier)) for item in items],
        reasons={name: opinion.reasons for name, opinion in opinions.items()},
        cautions={name: "; ".join(opinion.cautions) for name, opinion in opinions.items()},
    )


def _with_evidence(item: Item, opinion: Opinion | None) -> Item:
    if opinion is None or item.key is None or item.key.evidence:
        return item
    return replace(item, key=replace(item.key, evidence=opinion.evidence))


# --- saving


class _NotSavedError(Exception):
    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("a decision could not be saved")
        self.diagnostics = diagnostics


class _Saver(Struct, frozen=True, gc=False):
    """Puts each decision into the answers file, which is read again each time: somebody else may write it too."""

    path: Path

    def __call__(self, decision: Decision) -> None:
        from qticonv.interchange import answers

        source = read_input(str(self.path)) if self.path.exists() else Source(str(self.path), b"")
        if isinstance(source, Diagnostic):
            raise _NotSavedError([source])
        changed = [] if decision.answer is None else [decision.answer]
        withdrawn = [decision.item.identifier] if decision.answer is None else []
        text, wrong = answers.revise(source, changed, withdrawn)
        if wrong:
            raise _NotSavedError(wrong)
        trouble = write_output(self.path.resolve(), text.encode(), force=True)
        if trouble is not None:
            raise _NotSavedError([trouble])


# --- the terminal


def _run(review: Review, save: _Saver, session: Session, *, plain: bool, from_stdin: bool) -> None:
    """Review on a screen or in lines. Messages come before lines, and after a screen, which would cover them."""
    from qticonv.cli.review_screen import run_lines, run_screen

    if review.finished:
        return
    terminal = _open_terminal() if from_stdin else None
    descriptor = terminal if terminal is not None else 0
    if not plain and _draws(descriptor):
        loud = sum(found.severity is not Severity.NOTE for found in session.diagnostics)
        review.message = f"messages about the input that follow at the end: {loud}" if loud else ""
        run_screen(review, save, descriptor=descriptor, out=sys.stdout)
        return
    session.show()
    with os.fdopen(descriptor, encoding="utf-8", errors="replace", closefd=terminal is not None) as lines:
        run_lines(review, save, lines=lines, out=sys.stdout)


def _open_terminal() -> int:
    """Open the terminal where stdin holds the questions."""
    try:
        return os.open("/dev/tty", os.O_RDWR)
    except OSError:
        raise click.UsageError("the questions come from stdin, and there is no terminal to ask at") from None


def _draws(descriptor: int) -> bool:
    """Whether input and output are a terminal that can clear its screen and tell keys."""
    if os.environ.get("TERM", "dumb") == "dumb" or not (os.isatty(descriptor) and sys.stdout.isatty()):
        return False
    try:
        import termios
    except ImportError:
        return False
    return hasattr(termios, "tcgetattr")


def _sum_up(review: Review, path: str, answers: Path, beyond: Sequence[Item]) -> None:
    left = len([item for item in review.items if item.identifier not in review.decided])
    if not review.items:
        say("nothing to review: every key that can be chosen here is settled")
    else:
        say(f"{len(review.decided)} decided, {left} left")
    for item in beyond:
        place = "" if item.span is None else f" (line {item.span.start_line})"
        say(f"{item.identifier}{place}: a key of this kind is not chosen here; edit the output of `qticonv parse`")
    if answers.exists():
        shown = display_name(str(answers))
        say(f"answers: {shown}; next: qticonv convert {path} --answers {shown}")
