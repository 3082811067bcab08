"""``qticonv convert``."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

from qticonv.cli.options import input_options, prepare_options, report_options, target_options, write_options
from qticonv.cli.session import Session, say
from qticonv.diagnostics import Code, diagnose
from qticonv.formats import DEFAULT_TARGETS
from qticonv.model import KeySource
from qticonv.model.options import CheckOptions, WriteOptions
from qticonv.model.stored import opened
from qticonv.outputs import output_stem
from qticonv.pipeline import Artifact, Prepared, PrepareOptions, convert, prepare

EPILOG = """\b
Examples:
  qticonv convert quiz.txt                        quiz.qti21.zip, quiz.moodle.xml and quiz.gift.txt, here
  qticonv convert quiz.txt -t canvas -o upload    one file for Canvas, in upload/
  qticonv convert quiz.txt --answers quiz.answers.yaml --strict
  qticonv convert week*.txt --merge --title Midterm -t moodle
  pbpaste | qticonv convert - -t gift -o - > quiz.gift.txt
"""


class Planned(Struct, frozen=True, gc=False):
    """An artifact and the file that it will be."""

    path: Path
    artifact: Artifact


@click.command("convert", epilog=EPILOG)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT…", type=click.Path(path_type=str))
@click.option("-o", "--output", default=".", metavar="DIR", help="Folder of the outputs, or - for stdout. [.]")
@target_options
@input_options
@click.option("--merge", is_flag=True, help="Put all inputs into one output.")
@click.option("--force", is_flag=True, help="Overwrite existing files.")
@report_options
def command(inputs: tuple[str, ...], targets: tuple[str, ...], output: str, **given: Any) -> int:
    """Convert question files into files that a learning platform imports.

    INPUT is a text file as people have it (a copied page, an exam, Aiken), a bank, or - for standard input. What
    cannot be converted is withheld and named with its lines; it is never dropped, and no key is ever guessed.
    """
    session = Session(verbose=given["verbose"], strict=given["strict"], report=given["report"], force=given["force"])
    wanted = tuple(dict.fromkeys(targets or DEFAULT_TARGETS))
    if output == "-" and (len(wanted) != 1 or (len(inputs) > 1 and not given["merge"])):
        raise click.UsageError("-o - takes one target and one input (or --merge)")
    options = prepare_options(session, given)
    if options is None:
        return session.finish()
    if (
        options.answers is not None
        and len(inputs) > 1
        and any(isinstance(a.reference, int) for a in options.answers.entries)
    ):
        raise click.UsageError("answers by number fit one input only; use identifiers (qticonv review writes them)")
    write = write_options(given)
    folder = Path() if output == "-" else Path(output)
    groups = [inputs] if given["merge"] else [(path,) for path in inputs]
    planned = _convert_all(session, groups, options, wanted, write, given["xsd"], folder)
    if not session.failed and not any(found.code is Code.INTERNAL for found in session.diagnostics):
        _write_all(session, planned, to_stdout=output == "-")
    elif session.failed:
        say("--strict: nothing was written")
    return session.finish()


def _prepared(session: Session, paths: Sequence[str], options: PrepareOptions) -> tuple[str, Prepared] | None:
    """Read inputs as one, and return the name of the first with what was made of them; their bytes are let go."""
    sources = [source for path in paths if (source := session.load(path)) is not None]
    if not sources:
        return None
    prepared = prepare(sources, options)
    session.remember(prepared.reading, sources[0])
    return sources[0].name, prepared


def _convert_all(
    session: Session,
    groups: Sequence[Sequence[str]],
    options: PrepareOptions,
    targets: tuple[str, ...],
    write: WriteOptions,
    xsd: Path | None,
    folder: Path,
) -> list[Planned]:
    planned: list[Planned] = []
    owners: dict[Path, str] = {}
    for paths in groups:
        read = _prepared(session, paths, options)
        if read is None:
            continue
        name, prepared = read
        conversion = convert(prepared, targets, write, CheckOptions(xsd_directory=xsd))
        session.add(conversion.diagnostics)
        session.show()
        _tell_inferred(prepared)
        stem = output_stem(name)
        for artifact in conversion.artifacts:
            path = folder / f"{stem}{artifact.suffix}"
            owner = owners.setdefault(path, name)
            if owner != name:
                message = f"{name} and {owner} would both be written to {path.as_posix()}"
                session.add([diagnose(Code.OUTPUT_COLLISION, message)])
                continue
            say(_summary(path, artifact))
            planned.append(Planned(path, artifact))
        for target in targets:
            if all(artifact.target != target for artifact in conversion.artifacts):
                say(f"{target}: nothing to write for {name}")
    return planned


def _tell_inferred(prepared: Prepared) -> None:
    """List the keys that were inferred: a person should know which they are without asking."""
    for item in prepared.bank.items:
        if item.key is not None and item.key.source is KeySource.INFERRED:
            letters = ", ".join(c.label or c.identifier for c in getattr(item.interaction, "keys", ()))
            place = f"line {item.span.start_line}" if item.span else item.identifier
            say(f"inferred key: {letters} ({item.key.confidence}) for {place}: {_short(item.stem.plain)}")


def _short(text: str) -> str:
    from qticonv.report.terminal import printable

    line = printable(" ".join(text.split()))
    return line if len(line) <= 70 else f"{line[:69]}…"


def _summary(path: Path, artifact: Artifact) -> str:
    lossy = f", {artifact.lossy} with losses" if artifact.lossy else ""
    return (
        f"{path.name}: {artifact.written} item{'' if artifact.written == 1 else 's'}, "
        f"{artifact.adapted} adapted{lossy}, {artifact.withheld} withheld"
    )


def _write_all(session: Session, planned: list[Planned], *, to_stdout: bool) -> None:
    for plan in planned:
        if to_stdout:
            shutil.copyfileobj(opened(plan.artifact.content), sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            session.write(plan.path, opened(plan.artifact.content))
