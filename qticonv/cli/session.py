"""What all commands share: diagnostics shown on stderr, the report file, and the exit status."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

import click
from msgspec import Struct, field

from qticonv.cli.status import Status
from qticonv.diagnostics import Code, Diagnostic, Effect, Severity
from qticonv.model import Reading, Source
from qticonv.outputs import read_input, write_output

_FILE_CODES = frozenset({Code.INPUT_UNREADABLE, Code.INPUT_CHANGED, Code.OUTPUT_UNWRITABLE, Code.OUTPUT_EXISTS})


class Session(Struct):
    """One run of a command.

    Diagnostics are kept in the order in which they came; :meth:`show` prints those that are new. ``verbose`` also
    prints notes. ``strict`` turns every warning into a failure.
    """

    verbose: bool = False
    strict: bool = False
    report: Path | None = None
    force: bool = False
    diagnostics: list[Diagnostic] = field(default_factory=list)
    lines: dict[str, Sequence[str]] = field(default_factory=dict)
    _shown: int = 0

    def add(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Keep ``diagnostics`` for :meth:`show`, the report and the exit status."""
        self.diagnostics += diagnostics

    def remember(self, reading: Reading, source: Source) -> None:
        """Keep the lines of a reading, so that diagnostics can quote them."""
        self.lines[source.name] = reading.lines

    def load(self, path: str) -> Source | None:
        """Read an input file; where that fails, keep the diagnostic and return ``None``."""
        got = read_input(path)
        if isinstance(got, Source):
            return got
        self.add([got])
        return None

    def write(self, path: Path, data: bytes | BinaryIO) -> bool:
        """Write an output file; where that fails, keep the diagnostic and return ``False``."""
        trouble = write_output(path, data, force=self.force)
        if trouble is not None:
            self.add([trouble])
        return trouble is None

    def show(self) -> None:
        """Print the diagnostics that were not printed yet; notes only where they were asked for."""
        from qticonv.report.terminal import Style, render

        new = self.diagnostics[self._shown :]
        self._shown = len(self.diagnostics)
        shown = [found for found in new if self.is_shown(found)]
        if shown:
            say("\n".join(render(shown, Style(colour=wants_colour(), lines=self.lines))))
        notes = len(new) - len(shown)
        if notes:
            say(f"{notes} note{'s' if notes > 1 else ''} not shown (-v shows them)")

    def is_shown(self, found: Diagnostic) -> bool:
        """Whether ``found`` is for people's eyes: notes are only where they were asked for."""
        return self.verbose or found.severity is not Severity.NOTE

    def hush(self) -> None:
        """Print nothing of what is there so far: it was told in another form."""
        self._shown = len(self.diagnostics)

    @property
    def failed(self) -> bool:
        """Whether ``--strict`` forbids to write: any warning or error."""
        return self.strict and any(found.severity is not Severity.NOTE for found in self.diagnostics)

    def finish(self, *, withheld_counts: bool = True) -> Status:
        """Print what is left, write the report, and return the exit status.

        ``withheld_counts`` is false for commands that write no items for a platform: a missing key is no failure there.
        """
        self.show()
        if self.report is not None:
            self._write_report(self.report)
            self.show()
        return self._status(withheld_counts)

    def _write_report(self, path: Path) -> None:
        from qticonv.report.machine import to_json

        trouble = write_output(path, to_json(self.diagnostics).encode("ascii"), force=True)
        if trouble is not None:
            self.add([trouble])

    def _status(self, withheld_counts: bool) -> Status:
        codes = Counter(found.code for found in self.diagnostics)
        if codes[Code.INTERNAL]:
            return Status.INTERNAL
        if any(codes[code] for code in _FILE_CODES):
            return Status.FILES
        withheld = withheld_counts and any(found.effect is Effect.WITHHELD for found in self.diagnostics)
        error = any(found.severity is Severity.ERROR for found in self.diagnostics)
        return Status.FOUND if error or withheld or self.failed else Status.OK


def wants_colour() -> bool:
    """Colours only on a terminal, and never where NO_COLOR is set or the terminal is dumb."""
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def say(text: str) -> None:
    """Print lines for people on stderr, whatever its characters and the terminal's encoding."""
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    click.echo(text.encode(encoding, "replace").decode(encoding), err=True, color=True)


def put(text: str) -> None:
    """Write a result to stdout as UTF-8 with LF line ends, whatever the locale."""
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
