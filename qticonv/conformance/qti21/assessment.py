"""The referential layer of a test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from qticonv.conformance.forms import GAP, Forms
from qticonv.conformance.qti21.document import Element
from qticonv.conformance.qti21.findings import Finding, at
from qticonv.conformance.qti21.memory import are_plain, cut_names, lines_before
from qticonv.conformance.qti21.vocabulary import BUILT_IN
from qticonv.conformance.xml import parse_long_xml
from qticonv.diagnostics import Code, Severity
from qticonv.patterns import lazy

_ITEM_REF = "{http://www.imsglobal.org/xsd/imsqti_v2p1}assessmentItemRef"
_WEIGHT = "{http://www.imsglobal.org/xsd/imsqti_v2p1}weight"
_PLAIN = lazy(r"[A-Za-z_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_.-]+)*")
_PLAIN_NUMBER = lazy(r"[0-9]+(?:\.[0-9]+)?")
# What is written with nothing but plain names in a reference whose form is remembered.
_USUAL = lazy(
    rf'\s*<assessmentItemRef identifier="{GAP}" href="{GAP}">(?:<weight identifier="{GAP}" value="[0-9.]+"/>)*'
    "</assessmentItemRef>"
)
_IDENTIFIED = ("testPart", "assessmentSection", "assessmentItemRef", "assessmentSectionRef")


class Reference(NamedTuple):
    """An assessmentItemRef or assessmentSectionRef: ``href`` is relative to the test's file."""

    identifier: str
    href: str
    line: int
    is_section: bool


class Taken:
    """References to items that were taken out of a long test, and how many of them each section has."""

    def __init__(self) -> None:
        self.forms: Forms[int] = Forms("assessmentItemRef", cut_names, self._recall)
        self.references: list[Reference] = []
        self.weights: set[str] = set()
        self.sizes: Counter[Element] = Counter()
        self._section: Element | None = None

    def take(self, element: Element) -> bool:
        """Take a reference that the grammar cannot object to."""
        section = element.getparent()
        if section is None or not _is_plain(element):
            return False
        self.references.append(_reference(element))
        self.weights.update(weight.get("identifier", "") for weight in element)
        self.sizes[section] += 1
        completed = self.forms.completed()
        if completed is not None and _USUAL.fullmatch(completed[0]):
            self.forms.know(completed[0], lines_before(completed[0]))
            self._section = section
        return True

    def _recall(self, before: int, names: list[str], line: int) -> bool:
        """Take a reference of a form that was taken before, in the same section."""
        if self._section is None or not are_plain(names) or "/" in names[0]:
            return False
        identifier, href, *weights = names
        self.references.append(Reference(identifier, href, line + before, False))
        self.weights.update(weights)
        self.sizes[self._section] += 1
        return True


class Contents:
    """What a test (or a section in a file of its own) names, some of which may have been taken out of its tree."""

    def __init__(self, root: Element, taken: Taken | None = None) -> None:
        self.root = root
        self._taken = taken

    def elements(self, *names: str) -> Iterator[Element]:
        """Yield the elements called ``names`` that were not taken: the last of a row is, but stands in the tree."""
        found = self.root.iter(*("{*}" + name for name in names))
        return found if self._taken is None else (element for element in found if not _is_plain(element))

    @property
    def references(self) -> Iterator[Reference]:
        """What it refers to, in order, or what was taken first."""
        yield from self._taken.references if self._taken else ()
        yield from map(_reference, self.elements("assessmentItemRef", "assessmentSectionRef"))

    @property
    def identified(self) -> Iterator[tuple[str, int]]:
        """Identifiers of its parts with their lines, in order, or what was taken last."""
        yield from ((element.get("identifier", ""), at(element)) for element in self.elements(*_IDENTIFIED))
        yield from ((name, line) for name, _, line, _ in (self._taken.references if self._taken else ()))

    @property
    def weights(self) -> set[str]:
        """The identifiers of all weights."""
        found = {element.get("identifier", "") for element in self.root.iter("{*}weight")}
        return found | self._taken.weights if self._taken else found

    def size(self, section: Element) -> int:
        """Return how many parts ``section`` has."""
        parts = [child for child in section if str(child.tag).rpartition("}")[2] in _IDENTIFIED]
        if self._taken is None:
            return len(parts)
        return self._taken.sizes[section] + sum(not _is_plain(part) for part in parts)


def _reference(element: Element) -> Reference:
    is_section = "SectionRef" in str(element.tag)
    return Reference(element.get("identifier", ""), element.get("href", ""), at(element), is_section)


def _is_plain(element: Element) -> bool:
    """Whether ``element`` is a reference to an item that is right for certain and has nothing but weights in it."""
    return (
        element.tag == _ITEM_REF
        and element.keys() == ["identifier", "href"]
        and _PLAIN.fullmatch(element.get("href", "")) is not None
        and not (element.text or "").strip()
        and all(map(_is_plain_weight, element))
    )


def _is_plain_weight(element: Element) -> bool:
    return (
        element.tag == _WEIGHT
        and element.keys() == ["identifier", "value"]
        and _PLAIN.fullmatch(element.get("identifier", "")) is not None
        and _PLAIN_NUMBER.fullmatch(element.get("value", "")) is not None
        and not len(element)
        and not (element.text or "").strip()
        and not (element.tail or "").strip()
    )


def read_long_test(file: BinaryIO) -> Contents:
    """Read a test of any length without keeping all of it; raise :class:`XmlError`."""
    taken = Taken()
    return Contents(parse_long_xml(file, "assessmentItemRef", taken.take, taken.forms), taken)


def check_test(test: Contents) -> Iterator[Finding]:
    """Yield what is wrong with an assessmentTest (or a section in a file of its own)."""
    yield from _check_identifiers(test)
    yield from _check_selections(test)
    yield from _check_processing(test)
    yield from _check_session(test.root)


def _check_identifiers(test: Contents) -> Iterator[Finding]:
    """All identifiers in a test differ (QTI 2.1's Schematron); a period would separate a variable's name."""
    seen: set[str] = set()
    for identifier, line in test.identified:
        if identifier in seen:
            yield Finding(Code.QTI_DUPLICATE, f"{identifier!r} stands in the test twice", line)
        seen.add(identifier)
        if "." in identifier:
            message = f"the identifier {identifier!r} has a period, which separates an item from its variable"
            yield Finding(Code.QTI_PORTABILITY, message, line)


def _check_selections(test: Contents) -> Iterator[Finding]:
    for element in test.root.iter("{*}selection"):
        section = element.getparent()
        if section is None or element.get("withReplacement") in ("true", "1"):
            continue
        inside = test.size(section)
        wanted = element.get("select", "").strip()
        if wanted.isdecimal() and int(wanted) > inside:
            message = f"the section selects {wanted} of {inside}"
            yield Finding(Code.QTI_PACKAGE, message, at(element))


def _check_processing(test: Contents) -> Iterator[Finding]:
    root = test.root
    outcomes = {element.get("identifier", "") for element in root.iter("{*}outcomeDeclaration")} | set(BUILT_IN)
    for element in root.iter("{*}setOutcomeValue", "{*}lookupOutcomeValue"):
        if element.get("identifier", "") not in outcomes:
            message = f"outcome {element.get('identifier')!r} is set but not declared"
            yield Finding(Code.QTI_REFERENCE, message, at(element))
    for element in root.iter("{*}testFeedback"):
        if element.get("outcomeIdentifier", "") not in outcomes:
            message = f"testFeedback names the outcome {element.get('outcomeIdentifier')!r}, which is not declared"
            yield Finding(Code.QTI_REFERENCE, message, at(element))
    yield from _check_variables(test, outcomes)
    weights = test.weights
    for element in root.iter("{*}testVariables", "{*}outcomeMaximum", "{*}outcomeMinimum", "{*}variable"):
        weight = element.get("weightIdentifier")
        if weight is not None and weight not in weights:
            yield Finding(Code.QTI_REFERENCE, f"no item has the weight {weight!r}", at(element))


def _check_variables(test: Contents, outcomes: set[str]) -> Iterator[Finding]:
    variables = list(test.root.iter("{*}variable"))
    items = {reference.identifier for reference in test.references if not reference.is_section} if variables else set()
    for element in variables:
        name, period, _ = element.get("identifier", "").partition(".")
        if name not in (items if period else outcomes):
            message = f"variable {element.get('identifier')!r} belongs to no item and no outcome of the test"
            yield Finding(Code.QTI_REFERENCE, message, at(element))


def _check_session(root: Element) -> Iterator[Finding]:
    """Feedback is hidden after the last attempt unless showFeedback is true; false is its default."""
    shown = [element.get("showFeedback") for element in root.iter("{*}itemSessionControl")]
    if str(root.tag).endswith("}assessmentTest") and not {"true", "1"} & set(shown):
        message = 'no itemSessionControl says showFeedback="true": feedback is hidden after the last attempt'
        yield Finding(Code.QTI_PORTABILITY, message, at(root), Severity.NOTE)
