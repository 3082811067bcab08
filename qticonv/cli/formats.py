"""``qticonv formats``."""

from __future__ import annotations

import click

from qticonv.cli.session import put
from qticonv.formats import FORMATS

EPILOG = """\b
Examples:
  qticonv formats
  qticonv formats --matrix          what each target can hold
"""


@click.command("formats", epilog=EPILOG)
@click.option("--matrix", is_flag=True, help="What each target can hold of each kind of question.")
def command(matrix: bool) -> int:
    """List the formats that are read, written and checked."""
    if matrix:
        from qticonv.report.matrix import render_matrix

        put(render_matrix())
        return 0
    rows: list[tuple[str, ...]] = [("format", "reads", "writes", "checks", "output", "what it is")]
    for entry in FORMATS:
        able = tuple("yes" if part else "-" for part in (entry.read, entry.write, entry.check))
        rows.append((entry.name, *able, f"STEM{entry.suffix}" if entry.write else "-", entry.label))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        put("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[5]]) + "\n")
    return 0
