"""Options that several commands share, and how they become the pipeline's options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

import click

from qticonv.cli.session import Session
from qticonv.diagnostics import Severity
from qticonv.formats import FORMATS
from qticonv.model.answers import Answers
from qticonv.model.options import ReadOptions, WriteOptions
from qticonv.pipeline import DEFAULT_ACCEPTANCE, Overrides, PrepareOptions

F = TypeVar("F", bound=Callable[..., Any])


def positive(value: str) -> Decimal:
    """Return ``value`` as a decimal number above 0."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise click.BadParameter(f"{value!r} is not a number (with a decimal point)") from None
    if not number.is_finite() or number <= 0:
        raise click.BadParameter(f"{value} must be above 0")
    return number


def probability(value: str) -> Decimal:
    """Return ``value`` as a decimal number above 0 and at most 1."""
    number = positive(value)
    if number > 1:
        raise click.BadParameter(f"{value} must be at most 1")
    return number


WRITABLE = tuple(entry.name for entry in FORMATS if entry.write)
READABLE = tuple(entry.name for entry in FORMATS if entry.read)

_INPUT_OPTIONS = (
    click.option("-f", "--from", "source_format", type=click.Choice(READABLE), help="Format of the input. [detected]"),
    click.option("--answers", type=click.Path(path_type=str), metavar="FILE", help="Keys that a person reviewed."),
    click.option(
        "--accept-keys",
        type=probability,
        default=str(DEFAULT_ACCEPTANCE),
        show_default=True,
        metavar="P",
        help="Accept a key inferred from the explanation at this confidence.",
    ),
    click.option("--no-infer", is_flag=True, help="Infer no keys: stated and reviewed ones only."),
    click.option("--key", "key_list", type=click.Path(path_type=str), metavar="FILE", help="A list of keys."),
    click.option("--layout", type=click.Path(path_type=str), metavar="FILE", help="The layout of the raw text."),
    click.option("--title", help="Title of the quiz. [from the input]"),
    click.option("--language", metavar="TAG", help="Language of the questions, e.g. en or pt-BR."),
    click.option("--points", type=positive, metavar="N", help="Points of every question."),
    click.option("--category", metavar="A/B", help="Category path of every question."),
    click.option("--tag", "tags", multiple=True, help="Tag of every question (several allowed)."),
)

_TARGET_OPTIONS = (
    click.option("-t", "--to", "targets", multiple=True, type=click.Choice(WRITABLE), help="Target format (several)."),
    click.option("--as", "as_form", type=click.Choice(["quiz", "bank"]), default="quiz", help="Canvas: quiz or bank."),
    click.option(
        "--model-answer",
        type=click.Choice(["student", "grader"]),
        default="student",
        help="Who sees a model answer: students after answering, or graders alone where the format can.",
    ),
    click.option(
        "--xsd",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="QTICONV_QTI_XSD",
        metavar="DIR",
        help="Official QTI XSDs, to check QTI outputs against as well.",
    ),
)

_REPORT_OPTIONS = (
    click.option("--report", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Report as JSON."),
    click.option("--strict", is_flag=True, help="Make any warning a failure; then nothing is written."),
    click.option("-v", "--verbose", is_flag=True, help="Also show notes and what was understood."),
)


def apply_options(options: Sequence[Callable[[F], F]]) -> Callable[[F], F]:
    """Return a decorator that adds ``options`` in their order."""

    def decorate(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


input_options = apply_options(_INPUT_OPTIONS)  # how inputs are read and keyed
target_options = apply_options(_TARGET_OPTIONS)  # what is written
report_options = apply_options(_REPORT_OPTIONS)  # --report, --strict, --verbose


def write_options(given: Mapping[str, Any]) -> WriteOptions:
    """Turn the target options into the writers' options."""
    return WriteOptions(
        model_answer_for_students=given["model_answer"] == "student", as_bank=given["as_form"] == "bank"
    )


def prepare_options(session: Session, given: Mapping[str, Any]) -> PrepareOptions | None:
    """Turn the input options into the pipeline's; ``None`` where a file that they name is of no use."""
    before = len(session.diagnostics)
    read = ReadOptions(
        layout=_load_layout(session, given["layout"]),
        key_list=session.load(given["key_list"]) if given["key_list"] else None,
    )
    answers = _load_answers(session, given["answers"])
    if any(found.severity is Severity.ERROR for found in session.diagnostics[before:]):
        return None
    category = tuple(part.strip() for part in (given["category"] or "").split("/") if part.strip())
    return PrepareOptions(
        source_format=given["source_format"],
        read=read,
        answers=answers,
        accept=None if given["no_infer"] else given["accept_keys"],
        overrides=Overrides(
            title=given["title"],
            language=given["language"],
            points=given["points"],
            category=category,
            tags=given["tags"],
        ),
    )


def _load_answers(session: Session, path: str | None) -> Answers | None:
    source = session.load(path) if path else None
    if source is None:
        return None
    from qticonv.interchange import answers

    loaded, found = answers.load(source)
    session.add(found)
    return loaded


def _load_layout(session: Session, path: str | None) -> Mapping[str, object] | None:
    source = session.load(path) if path else None
    if source is None:
        return None
    from qticonv.interchange import layout

    loaded, found = layout.load(source)
    session.add(found)
    return loaded
