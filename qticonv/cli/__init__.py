"""The command line; click lives here and nowhere else."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    raise SystemExit("not yet")
