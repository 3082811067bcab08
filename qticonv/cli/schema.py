"""``qticonv schema``."""

from __future__ import annotations

import click

from qticonv.cli.session import put

EPILOG = """\b
Examples:
  qticonv schema > item-bank.schema.json
  qticonv schema answers
"""


@click.command("schema", epilog=EPILOG)
@click.argument("name", type=click.Choice(["bank", "answers", "layout"]), default="bank")
def command(name: str) -> int:
    """Print the JSON Schema of the intermediate form (bank), or of answers and layout files."""
    from qticonv.interchange.schema import schema_text

    put(schema_text(name))
    return 0
