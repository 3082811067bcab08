"""The referential layer of a test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qticonv.conformance.qti21.document import Element
from qticonv.conformance.qti21.findings import Finding, at
from qticonv.conformance.qti21.vocabulary import BUILT_IN
from qticonv.diagnostics import Code, Severity

_IDENTIFIED = ("testPart", "assessmentSection", "assessmentItemRef", "assessmentSectionRef")


@dataclass(frozen=True, slots=True)
class Reference:
    """An assessmentItemRef or assessmentSectionRef: ``href`` is relative to the test's file."""

    identifier: str
    href: str
    line: int
    is_section: bool


def references(root: Element) -> list[Reference]:
    """Return what a test (or a section) refers to, in order."""
    return [
        Reference(element.get("identifier", ""), element.get("href", ""), at(element), "SectionRef" in str(element.tag))
        for element in root.iter("{*}assessmentItemRef", "{*}assessmentSectionRef")
    ]


def check_test(root: Element) -> Iterator[Finding]:
    """Yield what is wrong with an assessmentTest (or a section in a file of its own)."""
    yield from _check_identifiers(root)
    yield from _check_selections(root)
    yield from _check_processing(root)
    yield from _check_session(root)


def _check_identifiers(root: Element) -> Iterator[Finding]:
    """All identifiers in a test differ (QTI 2.1's Schematron); a period would separate a variable's name."""
    seen: set[str] = set()
    for element in root.iter(*("{*}" + name for name in _IDENTIFIED)):
        identifier = element.get("identifier", "")
        if identifier in seen:
            yield Finding(Code.QTI_DUPLICATE, f"{identifier!r} stands in the test twice", at(element))
        seen.add(identifier)
        if "." in identifier:
            message = f"the identifier {identifier!r} has a period, which separates an item from its variable"
            yield Finding(Code.QTI_PORTABILITY, message, at(element))


def _check_selections(root: Element) -> Iterator[Finding]:
    for element in root.iter("{*}selection"):
        section = element.getparent()
        if section is None or element.get("withReplacement") in ("true", "1"):
            continue
        inside = [child for child in section if str(child.tag).rpartition("}")[2] in _IDENTIFIED]
        wanted = element.get("select", "").strip()
        if wanted.isdecimal() and int(wanted) > len(inside):
            message = f"the section selects {wanted} of {len(inside)}"
            yield Finding(Code.QTI_PACKAGE, message, at(element))


def _check_processing(root: Element) -> Iterator[Finding]:
    outcomes = {element.get("identifier", "") for element in root.iter("{*}outcomeDeclaration")} | set(BUILT_IN)
    items = {element.get("identifier", "") for element in root.iter("{*}assessmentItemRef")}
    weights = {element.get("identifier", "") for element in root.iter("{*}weight")}
    for element in root.iter("{*}setOutcomeValue", "{*}lookupOutcomeValue"):
        if element.get("identifier", "") not in outcomes:
            message = f"outcome {element.get('identifier')!r} is set but not declared"
            yield Finding(Code.QTI_REFERENCE, message, at(element))
    for element in root.iter("{*}testFeedback"):
        if element.get("outcomeIdentifier", "") not in outcomes:
            message = f"testFeedback names the outcome {element.get('outcomeIdentifier')!r}, which is not declared"
            yield Finding(Code.QTI_REFERENCE, message, at(element))
    for element in root.iter("{*}variable"):
        name, period, _ = element.get("identifier", "").partition(".")
        if name not in (items if period else outcomes):
            message = f"variable {element.get('identifier')!r} belongs to no item and no outcome of the test"
            yield Finding(Code.QTI_REFERENCE, message, at(element))
    for element in root.iter("{*}testVariables", "{*}outcomeMaximum", "{*}outcomeMinimum", "{*}variable"):
        weight = element.get("weightIdentifier")
        if weight is not None and weight not in weights:
            yield Finding(Code.QTI_REFERENCE, f"no item has the weight {weight!r}", at(element))


def _check_session(root: Element) -> Iterator[Finding]:
    """Feedback is hidden after the last attempt unless showFeedback is true; false is its default."""
    shown = [element.get("showFeedback") for element in root.iter("{*}itemSessionControl")]
    if str(root.tag).endswith("}assessmentTest") and not {"true", "1"} & set(shown):
        message = 'no itemSessionControl says showFeedback="true": feedback is hidden after the last attempt'
        yield Finding(Code.QTI_PORTABILITY, message, at(root), Severity.NOTE)
