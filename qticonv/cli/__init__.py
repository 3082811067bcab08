"""The command line; click lives here and nowhere else."""

from __future__ import annotations


def main() -> None:
    """Run the command line and exit with its status (see ``qticonv.cli.status``)."""
    from qticonv.cli.root import run

    raise SystemExit(run())
