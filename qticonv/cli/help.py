"""``qticonv help``."""

from __future__ import annotations

import click

from qticonv.cli.session import put


@click.command("help", epilog="\b\nExample:\n  qticonv help convert\n")
@click.argument("name", required=False, metavar="COMMAND")
@click.pass_context
def command(context: click.Context, name: str | None) -> int:
    """Show the help of a command, or of all commands."""
    parent = context.parent
    assert parent is not None and isinstance(parent.command, click.Group)  # noqa: S101 - a command of the group
    if name is None:
        put(f"{parent.get_help()}\n")
        return 0
    found = parent.command.get_command(parent, name)
    if found is None:
        raise click.UsageError(f"there is no command {name!r}; `qticonv help` lists them")
    with click.Context(found, info_name=name, parent=parent) as shown:
        put(f"{found.get_help(shown)}\n")
    return 0
