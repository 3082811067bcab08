"""Feedback: can it ever be shown?"""

from __future__ import annotations

from collections.abc import Iterator

from qticonv.conformance.qti21.document import Document, Element, Variable
from qticonv.conformance.qti21.findings import Finding, at
from qticonv.diagnostics import Code, Severity

_SHOWN = ("modalFeedback", "feedbackInline", "feedbackBlock")
# Expressions whose value is made of what stands inside them. From any other the value cannot be foretold.
_TRANSPARENT = frozenset(["multiple", "ordered", "delete", "index", "random", "repeat"])


def check_feedback(document: Document) -> Iterator[Finding]:
    """Every feedback names an identifier outcome, and some rule gives that outcome the feedback's identifier."""
    reachable: dict[str, frozenset[str] | None] = {}
    for name in _SHOWN:
        for element in document.named.get(name, ()):
            outcome = element.get("outcomeIdentifier", "")
            variable = document.variables.get(outcome)
            if variable is None or variable.kind != "outcome":
                message = f"{name} names the outcome {outcome!r}, which is not declared"
                yield Finding(Code.QTI_REFERENCE, message, at(element))
                continue
            if outcome not in reachable:
                yield from _check_outcome(name, element, variable)
                reachable[outcome] = _values(document, variable)
            values, identifier = reachable[outcome], element.get("identifier", "")
            if values is not None and identifier not in values and element.get("showHide") != "hide":
                message = f"{name} {identifier!r} is never shown: no rule sets {outcome} to it"
                yield Finding(Code.QTI_FEEDBACK, message, at(element))


def _check_outcome(name: str, element: Element, variable: Variable) -> Iterator[Finding]:
    if variable.base_type != "identifier" or variable.cardinality not in ("single", "multiple"):
        message = (
            f"{name} needs a single or multiple identifier outcome; {variable.identifier} is "
            f"{variable.cardinality} {variable.base_type}"
        )
        yield Finding(Code.QTI_TYPE, message, at(element))
    elif not variable.default:
        message = f"{variable.identifier} has no default value: JQTI+ (QTIWorks, OpenOlat) fails while it is NULL"
        severity = Severity.WARNING if variable.cardinality == "single" else Severity.NOTE
        yield Finding(Code.QTI_PORTABILITY, message, at(element), severity)


def _values(document: Document, variable: Variable) -> frozenset[str] | None:
    """Return every identifier that an outcome can hold, or None where that cannot be foretold."""
    found = {(value.text or "").strip() for value in variable.default}
    for setter in document.named.get("setOutcomeValue", ()):
        if setter.get("identifier") != variable.identifier:
            continue
        for child in setter:
            given = _given(document, child, variable.identifier)
            if given is None:
                return None
            found |= given
    if any(setter.get("identifier") == variable.identifier for setter in document.named.get("lookupOutcomeValue", ())):
        return None
    if any(element.get("template") for element in document.named.get("responseProcessing", ())):
        return None if variable.identifier == "FEEDBACK" else frozenset(found)
    return frozenset(found)


def _given(document: Document, element: Element, itself: str) -> set[str] | None:
    name = document.local(element)
    if name == "baseValue":
        return {(element.text or "").strip()}
    if name == "null":
        return set()
    if name == "variable":
        source = element.get("identifier", "")
        interaction = document.bound(source)
        return set() if source == itself else set(interaction.choices) if interaction else None
    if name not in _TRANSPARENT:
        return None
    found: set[str] = set()
    for child in element:
        given = _given(document, child, itself)
        if given is None:
            return None
        found |= given
    return found
