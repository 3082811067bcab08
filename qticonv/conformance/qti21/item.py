"""The referential layer of an item: everything that the official schema does not see."""

from __future__ import annotations

from collections.abc import Iterator

from qticonv.conformance.qti21.document import Document, Element
from qticonv.conformance.qti21.expressions import Expressions, check_template
from qticonv.conformance.qti21.feedback import check_feedback
from qticonv.conformance.qti21.findings import Finding, at
from qticonv.conformance.qti21.variables import check_declarations, check_interactions
from qticonv.diagnostics import Code

_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"


def check_item(root: Element) -> Iterator[Finding]:
    """Yield what is wrong with an assessmentItem."""
    document = Document(root)
    yield from check_declarations(document)
    yield from check_interactions(document)
    yield from Expressions(document).check()
    yield from check_template(document)
    yield from check_feedback(document)
    yield from _check_score(document)
    yield from _check_location(root)


def _check_score(document: Document) -> Iterator[Finding]:
    score = document.variables.get("SCORE")
    if score is not None and score.kind == "outcome" and (score.base_type, score.cardinality) == ("float", "single"):
        return
    if score is not None and (score.base_type, score.cardinality) == ("integer", "single"):
        message = "SCORE is an integer; it is a float in the standard templates, and some programs add up floats only"
        yield Finding(Code.QTI_PORTABILITY, message, at(score.element) if score.element is not None else 1)
    elif score is not None and score.element is not None:
        message = f"SCORE must be a single float; it is {score.cardinality} {score.base_type}"
        yield Finding(Code.QTI_TYPE, message, at(score.element))
    elif document.interactions:
        yield Finding(Code.QTI_PORTABILITY, "the item declares no SCORE, so no program can add up its points")


def _check_location(root: Element) -> Iterator[Finding]:
    names = (root.get(_LOCATION) or "").split()[::2]
    foreign = [name for name in names if "imsqti_v2p" not in name]
    if foreign:
        message = f"xsi:schemaLocation also names {foreign[0]}: QTIWorks refuses such items"
        yield Finding(Code.QTI_PORTABILITY, message, at(root))
