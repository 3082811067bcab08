"""The command line; click lives here and nowhere else."""

from __future__ import annotations

import os
import sys

_WITH_AN_END = frozenset({"multiprocessing", "distributed", "fsspec", "coverage"})  # they clean up when a process ends


def main() -> None:
    """Run the command line and exit with its status (see ``qticonv.cli.status``)."""
    from qticonv.cli.root import run

    status = run()
    if not (_WITH_AN_END.intersection(sys.modules) or sys.gettrace() or sys.getprofile()):
        _leave(status)
    raise SystemExit(status)


def _leave(status: int) -> None:
    """End the process at once: taking all objects apart, one by one, takes as long as reading a short file."""
    try:
        for stream in filter(None, (sys.stdout, sys.stderr)):  # either may be closed
            stream.flush()
    except OSError:
        return  # the interpreter says so
    os._exit(status)
