"""``qticonv check``."""

from __future__ import annotations

from pathlib import Path

import click

from qticonv.cli.session import Session, put, say
from qticonv.diagnostics import Code, Severity, diagnose
from qticonv.formats import FORMATS, detect_format, format_named
from qticonv.model import Source
from qticonv.model.options import CheckOptions

CHECKABLE = tuple(entry.name for entry in FORMATS if entry.check)

EPILOG = """\b
Examples:
  qticonv check quiz.qti21.zip quiz.moodle.xml
  qticonv check export.zip --format json > findings.json
  qticonv check item.xml --xsd schemas-of-1edtech/
"""


@click.command("check", epilog=EPILOG)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT…", type=click.Path(path_type=str))
@click.option("-f", "--from", "source_format", type=click.Choice(CHECKABLE), help="Format of the input. [detected]")
@click.option("--format", "rendering", type=click.Choice(["text", "json"]), default="text", help="How to report.")
@click.option(
    "--xsd", type=click.Path(path_type=Path, file_okay=False), envvar="QTICONV_QTI_XSD", metavar="DIR", help="QTI XSDs."
)
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Report as JSON.")
@click.option("--strict", is_flag=True, help="Make any warning a failure.")
@click.option("-v", "--verbose", is_flag=True, help="Also show notes.")
def command(
    inputs: tuple[str, ...],
    source_format: str | None,
    rendering: str,
    xsd: Path | None,
    report: Path | None,
    strict: bool,
    verbose: bool,
) -> int:
    """Say what is wrong with a file, whoever made it: what an importer would refuse, drop or change."""
    session = Session(verbose=verbose, strict=strict, report=report)
    for path in inputs:
        source = session.load(path)
        if source is not None:
            _check(session, source, source_format, CheckOptions(xsd_directory=xsd))
    if rendering == "json":
        from qticonv.report.machine import to_json

        put(to_json(session.diagnostics))
        session.hush()
    return session.finish()


def _check(session: Session, source: Source, source_format: str | None, options: CheckOptions) -> None:
    entry = format_named(source_format) if source_format else detect_format(source)
    if entry.check is None:
        message = f"{source.name} is {entry.label}, which has no rules to check"
        hint = f"formats that are checked: {', '.join(CHECKABLE)}; state one with --from"
        session.add([diagnose(Code.INPUT_UNSUPPORTED, message, hint=hint)])
        return
    found = entry.check(source, options)
    session.add(found)
    session.show()
    worst = min((diagnostic.severity.rank for diagnostic in found), default=Severity.NOTE.rank)
    verdict = ("wrong", "doubtful", "right")[worst]
    say(f"{source.name}: {entry.name}: {verdict}")
