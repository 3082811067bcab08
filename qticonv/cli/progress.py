"""How far a batch is."""

from __future__ import annotations

import sys
import time

import click

from qticonv.batch.worker import Outcome

_LIVE, _LOG = 0.1, 10  # seconds between two reports: on a terminal, in a log


class Progress:
    """A line on a terminal with rate, time left and problems so far; plain lines, now and then, in a log."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.problems = total, 0, 0
        self.began = self.told = time.monotonic()
        self.live = sys.stderr.isatty()

    def __call__(self, outcome: Outcome) -> None:
        """Count an outcome, and tell now and then."""
        self.done += 1
        self.problems += outcome.status != "converted"
        now = time.monotonic()
        if now - self.told < (_LIVE if self.live else _LOG) and self.done < self.total:
            return
        self.told = now
        line = self._line(now - self.began)
        click.echo(f"\r\x1b[K{line}" if self.live else line, err=True, nl=not self.live or self.done == self.total)

    def break_off(self) -> None:
        """End the line on the terminal, so that what is said next stands on its own."""
        if self.live:
            click.echo(err=True)

    def _line(self, seconds: float) -> str:
        rate = self.done / max(seconds, 1e-6)
        left = duration((self.total - self.done) / rate)
        speed = f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}"
        return f"{self.done}/{self.total} files, {speed}/s, {left} left, {self.problems} with problems"


def duration(seconds: float) -> str:
    """Return a time as people say it: in seconds, minutes or hours."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 100 * 60 else f"{seconds / 3600:.1f} h"
