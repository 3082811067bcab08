"""``qticonv preview``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from qticonv.cli.options import WRITABLE, input_options, prepare_options, report_options
from qticonv.cli.session import Session, put, say
from qticonv.outputs import output_stem
from qticonv.pipeline import Prepared, prepare

EPILOG = """\b
Examples:
  qticonv preview quiz.txt                      quiz.preview.html, to be opened in any browser
  qticonv preview quiz.txt -o page.html -t moodle
  qticonv convert quiz.txt --answers quiz.answers.yaml    with the keys chosen and saved in the page
"""


@click.command("preview", epilog=EPILOG)
@click.argument("source_path", metavar="INPUT", type=click.Path(path_type=str))
@click.option("-o", "--output", metavar="FILE", help="The page, or - for stdout. [STEM.preview.html]")
@click.option("-t", "--to", "targets", multiple=True, type=click.Choice(WRITABLE), help="Target to speak of. [all]")
@input_options
@click.option("--force", is_flag=True, help="Overwrite an existing page.")
@report_options
def command(source_path: str, output: str | None, targets: tuple[str, ...], **given: Any) -> int:
    """Write a page that shows every item as a student and as an author sees it.

    The page is one HTML file that loads nothing: it works from disk and by e-mail. Keys that are undecided can be
    chosen in it and saved as an answers file for `qticonv convert --answers`.
    """
    session = Session(verbose=given["verbose"], strict=given["strict"], report=given["report"], force=given["force"])
    options = prepare_options(session, given)
    source = session.load(source_path)
    if options is None or source is None:
        return session.finish(withheld_counts=False)
    prepared = prepare([source], options)
    session.remember(prepared.reading, source)
    session.add(prepared.reading.diagnostics)
    session.show()
    if not prepared.bank.items:
        say(f"{source.name}: there is no item to show, and no page was written")
    elif session.failed:
        say("--strict: nothing was written")
    else:
        _write(session, prepared, targets, source.name, output)
    return session.finish(withheld_counts=False)


def _write(session: Session, prepared: Prepared, targets: tuple[str, ...], name: str, output: str | None) -> None:
    from qticonv.report.preview import preview

    page = preview(prepared, targets, source=name)
    if output == "-":
        put(page)
        return
    path = Path(output or f"{output_stem(name)}.preview.html")
    if session.write(path, page.encode("utf-8")):
        count, undecided = len(prepared.bank.items), sum(not item.is_keyed for item in prepared.bank.items)
        open_keys = f", {undecided} with an undecided key" if undecided else ""
        say(f"{path}: {count} item{'' if count == 1 else 's'}{open_keys}")
