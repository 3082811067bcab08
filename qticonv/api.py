"""The Python interface: the same pipeline as the command line, with typed results.

    import qticonv

    quiz = qticonv.prepare("quiz.txt")
    for item in quiz.bank.items:
        print(item.identifier, item.key)
    result = qticonv.convert(quiz, ["moodle", "canvas"])
    for artifact in result.artifacts:
        pathlib.Path(f"quiz{artifact.suffix}").write_bytes(artifact.data)
    for diagnostic in result.diagnostics:
        print(diagnostic.severity, diagnostic.code.slug, diagnostic.message)

What a user wrote never raises; it is reported in ``diagnostics``. ``OSError`` is raised where a path cannot be read,
``KeyError`` where a target does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from qticonv import pipeline
from qticonv.diagnostics import Diagnostic
from qticonv.model import Source
from qticonv.model.answers import Answers
from qticonv.model.options import WriteOptions
from qticonv.pipeline import DEFAULT_ACCEPTANCE, Conversion, Overrides, Prepared, PrepareOptions


def prepare(
    source: str | Path | bytes,
    *,
    source_format: str | None = None,
    answers: str | Path | None = None,
    accept_keys: Decimal | float | None = DEFAULT_ACCEPTANCE,
    title: str | None = None,
) -> Prepared:
    """Read a file (or its bytes) into a bank, settle its keys and check it.

    ``accept_keys`` is the confidence (above 0, at most 1) from which an inferred key is accepted; ``None`` infers none.
    """
    loaded, found = _load_answers(answers)
    accept = None if accept_keys is None else Decimal(str(accept_keys))
    options = PrepareOptions(
        source_format=source_format, answers=loaded, accept=accept, overrides=Overrides(title=title)
    )
    prepared = pipeline.prepare([_source(source)], options)
    return prepared.with_diagnostics(found)


def convert(
    source: Prepared | str | Path | bytes, to: Iterable[str], *, write: WriteOptions | None = None
) -> Conversion:
    """Convert what was prepared (or a file, or its bytes) into the formats named in ``to``."""
    prepared = source if isinstance(source, Prepared) else prepare(source)
    return pipeline.convert(prepared, to, write or WriteOptions())


def _source(given: str | Path | bytes) -> Source:
    if isinstance(given, bytes):
        return Source("input", given)
    path = Path(given)
    return Source(path.name, path.read_bytes(), path.parent)


def _load_answers(path: str | Path | None) -> tuple[Answers | None, tuple[Diagnostic, ...]]:
    if path is None:
        return None, ()
    from qticonv.interchange import answers

    return answers.load(_source(path))
