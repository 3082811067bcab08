"""Is a QTI 2.x item, test or package right, whoever made it?

Three layers: structure (the official schemas where a directory holds them, else qticonv's own grammar), references and
types (what no schema sees), and the package (manifest, files, what importers would lose).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lxml import etree

from qticonv.conformance.qti21.canvas import check_canvas
from qticonv.conformance.qti21.documents import Judge
from qticonv.conformance.qti21.findings import in_order
from qticonv.conformance.qti21.package import check_package
from qticonv.conformance.qti21.schemas import SchemaError
from qticonv.conformance.xml import XmlError, parse_xml
from qticonv.diagnostics import Code, Diagnostic, SourceSpan, diagnose
from qticonv.model import Source
from qticonv.model.options import CheckOptions
from qticonv.model.stored import opened

__all__ = ["check"]

_KINDS = {"assessmentTest": "test", "assessmentSection": "section"}
# A single item comes without a manifest, so nobody can say that it lacks a hint there.
_SOME_HINT = "unknown"
_MOST_FINDINGS = 2_000


def check(source: Source, options: CheckOptions) -> tuple[Diagnostic, ...]:
    """Return all that is wrong with a QTI 2.x document (``.xml``) or package (``.zip``).

    Nothing is fetched from anywhere; hostile files (entities, bombs, paths that leave the package) are refused with a
    diagnostic. An official schema is used where ``options.xsd_directory`` holds it.
    """
    look = check_package if opened(source).read(2) == b"PK" else _check_document
    try:
        return _cut(source, look(source, Judge(options)))
    except SchemaError as error:
        return (diagnose(Code.QTI_SCHEMAS, f"the official schemas cannot be used: {error}", target="qti21"),)


def _cut(source: Source, found: Iterator[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Nobody reads more than this, and a hostile file could have millions."""
    first = tuple(islice(found, _MOST_FINDINGS + 1))
    if len(first) <= _MOST_FINDINGS:
        return first
    message = f"there is more to say than these {_MOST_FINDINGS} findings; the rest was not checked"
    more = diagnose(Code.QTI_UNCHECKED, message, span=SourceSpan(source.name, 1, 1), target="qti21")
    return (*first[:_MOST_FINDINGS], more)


def _check_document(source: Source, judge: Judge) -> Iterator[Diagnostic]:
    try:
        root = parse_xml(opened(source).read())
    except XmlError as error:
        yield error.diagnostic(source.name, "qti21")
        return
    name = etree.QName(root).localname
    kind = _KINDS.get(name, "item")
    identifier = root.get("identifier") if name == "assessmentItem" else None
    found = list(judge.manifest(root) if name == "manifest" else judge.document(root, kind))
    if identifier is not None:
        found += check_canvas(root, _SOME_HINT)
    yield from (finding.diagnostic(source.name, identifier) for finding in in_order(found))
