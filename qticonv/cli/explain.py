"""``qticonv explain``."""

from __future__ import annotations

import click

from qticonv.cli.session import put
from qticonv.diagnostics import Code

EPILOG = """\b
Examples:
  qticonv explain key-missing
  qticonv explain --all
"""


@click.command("explain", epilog=EPILOG)
@click.argument("slug", required=False, metavar="CODE")
@click.option("--all", "everything", is_flag=True, help="List all codes.")
def command(slug: str | None, everything: bool) -> int:
    """Explain a diagnostic code: its cause, an example and the remedy."""
    if everything or slug is None:
        width = max(len(code.slug) for code in Code)
        for code in Code:
            put(f"{code.slug:<{width}}  {code.severity.value:<7}  {code.value.title}\n")
        return 0
    try:
        code = Code.from_slug(slug)
    except KeyError:
        raise click.UsageError(f"there is no code {slug!r}; `qticonv explain --all` lists them") from None
    put(describe(code))
    return 0


def describe(code: Code) -> str:
    """Return the page of one code."""
    text = code.value
    out = [f"{text.slug} ({text.severity.value}): {text.title}", "", f"Cause:  {text.cause}", f"Remedy: {text.remedy}"]
    if text.example:
        out += ["", "An input that provokes it:", *(f"    {line}".rstrip() for line in text.example.splitlines())]
    return "\n".join(out) + "\n"
