"""``qticonv parse``."""

from __future__ import annotations

from typing import Any

import click

from qticonv.cli.options import input_options, prepare_options, report_options
from qticonv.cli.session import Session, put, say
from qticonv.pipeline import Prepared, prepare

EPILOG = """\b
Examples:
  qticonv parse quiz.txt                     the intermediate form as YAML
  qticonv parse quiz.txt --json | jq '.items | length'
  qticonv parse quiz.txt --explain-lines     the file with the role of each line in the margin
  qticonv parse quiz.txt --print-layout > exams.layout.yaml
"""


@click.command("parse", epilog=EPILOG)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT…", type=click.Path(path_type=str))
@click.option("--json", "as_json", is_flag=True, help="JSON instead of YAML.")
@click.option("--explain-lines", is_flag=True, help="Show the file with the role of each line in the margin.")
@click.option("--print-layout", is_flag=True, help="Print the layout that was found, for --layout.")
@input_options
@click.option("--merge", is_flag=True, help="Put several inputs into one bank.")
@report_options
def command(inputs: tuple[str, ...], as_json: bool, explain_lines: bool, print_layout: bool, **given: Any) -> int:
    """Print the intermediate form of a question file on stdout.

    Missing keys alone are no failure here: the bank says which they are. See `qticonv schema` for the form.
    """
    if len(inputs) > 1 and not given["merge"]:
        raise click.UsageError("parse takes one input; --merge puts several into one bank")
    session = Session(verbose=given["verbose"], strict=given["strict"], report=given["report"])
    options = prepare_options(session, given)
    sources = [source for path in inputs if (source := session.load(path)) is not None]
    if options is None or not sources:
        return session.finish(withheld_counts=False)
    prepared = prepare(sources, options)
    session.remember(prepared.reading, sources[0])
    session.add(prepared.reading.diagnostics)
    session.show()
    if given["verbose"] and prepared.reading.layout:
        say(f"layout: {prepared.reading.layout}")
    if not session.failed:
        put(_result(prepared, as_json=as_json, explain_lines=explain_lines, print_layout=print_layout))
    return session.finish(withheld_counts=False)


def _result(prepared: Prepared, *, as_json: bool, explain_lines: bool, print_layout: bool) -> str:
    if explain_lines:
        from qticonv.report.lines import explain

        return explain(prepared.reading)
    if print_layout:
        from qticonv.interchange import layout

        return layout.dump(prepared.reading.layout_data or {})
    from qticonv.interchange import bank

    return bank.dump_json(prepared.bank) if as_json else bank.dump_yaml(prepared.bank)
