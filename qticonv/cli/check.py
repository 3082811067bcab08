"""``qticonv check``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

from qticonv.cli.session import Session, put, say
from qticonv.conformance.destinations import DESTINATIONS, Destination, as_note, judge, refusal
from qticonv.diagnostics import Code, Diagnostic, Severity, diagnose
from qticonv.formats import FORMATS, Format, detect_format, format_named
from qticonv.model import Source
from qticonv.model.options import CheckOptions, WriteOptions
from qticonv.outputs import display_name, read_input
from qticonv.pipeline import PrepareOptions, convert, prepare
from qticonv.report.baseline import Baseline, load

CHECKABLE = tuple(entry.name for entry in FORMATS if entry.check)
RENDERINGS = ("text", "json", "junit", "sarif", "github")

EPILOG = """\b
Examples:
  qticonv check quiz.qti21.zip quiz.moodle.xml
  qticonv check export.zip --for canvas               what Canvas would refuse, drop or change
  qticonv check export/*.zip --format sarif > findings.sarif
  qticonv check export/*.zip --baseline known.json --write-baseline
  qticonv check export/*.zip --baseline known.json    only what is new since then
"""


@click.command("check", epilog=EPILOG)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT…", type=click.Path(path_type=str))
@click.option("-f", "--from", "source_format", type=click.Choice(CHECKABLE), help="Format of the input. [detected]")
@click.option("--for", "destination", type=click.Choice(list(DESTINATIONS)), help="Judge for one destination alone.")
@click.option("--format", "rendering", type=click.Choice(RENDERINGS), default="text", help="How to report.")
@click.option(
    "--baseline", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Known findings, not reported."
)
@click.option("--write-baseline", is_flag=True, help="Write what is found into the baseline file.")
@click.option(
    "--xsd", type=click.Path(path_type=Path, file_okay=False), envvar="QTICONV_QTI_XSD", metavar="DIR", help="QTI XSDs."
)
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Report as JSON.")
@click.option("--strict", is_flag=True, help="Make any warning a failure.")
@click.option("-v", "--verbose", is_flag=True, help="Also show notes.")
def command(inputs: tuple[str, ...], **given: Any) -> int:
    """Say what is wrong with a file, whoever made it: what an importer would refuse, drop or change.

    A finding of the baseline is known by its code, file, item and message; its line may move.
    """
    if given["write_baseline"] and given["baseline"] is None:
        raise click.UsageError("--write-baseline needs --baseline FILE")
    session = Session(verbose=given["verbose"], strict=given["strict"], report=given["report"], force=True)
    known = _load_baseline(session, given["baseline"], given["write_baseline"])
    if known is None:
        return session.finish()
    rendering: str = given["rendering"]
    judgement = _Judgement(
        source_format=given["source_format"],
        destination=DESTINATIONS[given["destination"]] if given["destination"] else None,
        options=CheckOptions(xsd_directory=given["xsd"]),
    )
    files: list[tuple[str, Sequence[Diagnostic]]] = []
    for path in inputs:
        name, label, found = judgement.of(path)
        if given["write_baseline"]:
            known = known.updated(name, found)
        new, gone = known.sort_out(name, found)
        files.append((name, new))
        session.add(new)
        if rendering == "text":
            session.show()
        _tell(name, label, new, known=len(found) - len(new), gone=gone)
    if given["write_baseline"]:
        session.write(given["baseline"], known.to_json().encode("ascii"))
    if rendering != "text":
        put(_render(rendering, files, session))
        session.hush()
    return session.finish()


class _Judgement(Struct, frozen=True, kw_only=True, gc=False):
    """How files are judged: as a format or as what they show themselves to be, for a destination or for all."""

    source_format: str | None
    destination: Destination | None
    options: CheckOptions

    def of(self, path: str) -> tuple[str, str, tuple[Diagnostic, ...]]:
        """Return the file's name, its format (empty where it was not checked), and what was found."""
        source = read_input(path)
        if isinstance(source, Diagnostic):
            return display_name(path), "", (source,)
        entry = format_named(self.source_format) if self.source_format else detect_format(source)
        if entry.check is None:
            message = f"{source.name} is {entry.label}, which has no rules to check"
            hint = f"formats that are checked: {', '.join(CHECKABLE)}; state one with --from"
            return source.name, "", (diagnose(Code.INPUT_UNSUPPORTED, message, hint=hint),)
        found = entry.check(source, self.options)
        if self.destination is not None:
            found = _judge(source, entry, found, self.destination)
        return source.name, entry.name, found


def _judge(
    source: Source, entry: Format, found: tuple[Diagnostic, ...], destination: Destination
) -> tuple[Diagnostic, ...]:
    """Weigh ``found`` for ``destination``; a bank is judged by what would be lost when it is converted for it."""
    if entry.name == "bank":
        return tuple(dict.fromkeys((*found, *_conversion(source, destination.target))))
    if entry.name not in destination.formats:
        return (refusal(source.name, entry.label, destination), *map(as_note, found))
    return judge(found, destination)


def _conversion(source: Source, target: str) -> tuple[Diagnostic, ...]:
    prepared = prepare([source], PrepareOptions(source_format="bank"))
    return convert(prepared, [target], WriteOptions()).diagnostics


def _tell(name: str, label: str, new: Sequence[Diagnostic], *, known: int, gone: Sequence[str]) -> None:
    """Say what became of a file that was checked, and which known findings it does not have any more."""
    if label:
        worst = min((found.severity.rank for found in new), default=Severity.NOTE.rank)
        more = f", with {known} known finding{'s' if known > 1 else ''}" if known else ""
        say(f"{name}: {label}: {('wrong', 'doubtful', 'right')[worst]}{more}")
    for finding in gone:
        say(f"{name}: in the baseline, but not found any more: {finding}")


def _render(rendering: str, files: Sequence[tuple[str, Sequence[Diagnostic]]], session: Session) -> str:
    match rendering:
        case "junit":
            from qticonv.report.junit import to_junit

            return to_junit(files, suite="qticonv check", strict=session.strict)
        case "sarif":
            from qticonv.report.sarif import to_sarif

            return to_sarif(files)
        case "github":
            from qticonv.report.github import to_github

            # Only the first ten annotations of a kind are shown, and notes would push others out of sight.
            return to_github((name, list(filter(session.is_shown, found))) for name, found in files)
        case _:
            from qticonv.report.machine import to_json

            return to_json(session.diagnostics)


def _load_baseline(session: Session, path: Path | None, rewrite: bool) -> Baseline | None:
    """Return the known findings; ``None`` where the file is of no use. One that is to be written need not be there."""
    if path is None or (rewrite and not path.exists()):
        return Baseline()
    source = session.load(str(path))
    if source is None:
        return None
    loaded = load(source)
    if isinstance(loaded, Diagnostic):
        session.add([loaded])
        return None
    return loaded
