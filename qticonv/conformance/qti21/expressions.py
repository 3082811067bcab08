"""Response processing: the type of every expression, as far as it can be known, and what is set to what."""

from __future__ import annotations

from collections.abc import Iterator

from qticonv.conformance.qti21.document import Document, Element, Variable
from qticonv.conformance.qti21.findings import Finding, at
from qticonv.conformance.qti21.vocabulary import (
    ALIKE,
    ARITHMETIC,
    NUMERIC_COMPARISONS,
    RESULT_TYPES,
    STANDARD_TEMPLATES,
)
from qticonv.diagnostics import Code, Severity

Type = tuple[str | None, str | None]
"""(base type, cardinality); None where it cannot be known."""

_UNKNOWN: Type = (None, None)
_NUMERIC = ("integer", "float", "duration", None)
# Elements that name a variable, and what kind of variable it must be (None: any).
_NAMING = {
    "variable": None,
    "correct": None,
    "default": None,
    "mapResponse": "response",
    "mapResponsePoint": "response",
}


class Expressions:
    """Types of expressions, and findings about them."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def type_of(self, element: Element) -> Type:
        """Return the type that ``element`` gives."""
        name = self._document.local(element)
        if name in RESULT_TYPES:
            return RESULT_TYPES[name], "single"
        if name == "baseValue":
            return element.get("baseType"), "single"
        if name in ("variable", "correct", "default"):
            return self._declared(element.get("identifier", ""))
        inner = [self.type_of(child) for child in element]
        if name in ARITHMETIC:
            bases = {base for base, _ in inner}
            return ("integer" if bases == {"integer"} else None if None in bases else "float"), "single"
        return _container(name, inner)

    def _declared(self, identifier: str) -> Type:
        variable = self._document.variables.get(identifier)
        return (variable.base_type, variable.cardinality) if variable else _UNKNOWN

    def check(self) -> Iterator[Finding]:
        """Check every expression and every assignment of the item."""
        named = self._document.named
        for name, kind in _NAMING.items():
            for element in named.get(name, ()):
                yield from self._check_name(element, name, kind)
        for name in (*NUMERIC_COMPARISONS, *ALIKE, "member", "contains", "stringMatch"):
            for element in named.get(name, ()):
                yield from self._check_operands(element, name)
        for element in named.get("setOutcomeValue", ()):
            yield from self._check_assignment(element)
        for element in named.get("baseValue", ()):
            yield from self._check_constant(element)

    def _check_name(self, element: Element, name: str, kind: str | None) -> Iterator[Finding]:
        identifier = element.get("identifier", "")
        variable = self._document.variables.get(identifier)
        if variable is None or (kind and variable.kind != kind):
            message = f"{name} names {identifier!r}, which is no declared {kind or 'variable'}"
            yield Finding(Code.QTI_REFERENCE, message, at(element))
            return
        yield from self._check_source(element, name, variable)

    def _check_source(self, element: Element, name: str, variable: Variable) -> Iterator[Finding]:
        """What is read from a declaration must be there."""
        missing = {
            "correct": not variable.correct and not self._document.named.get("setCorrectResponse"),
            "mapResponse": variable.mapping is None,
            "mapResponsePoint": variable.area_mapping is None,
        }
        if missing.get(name):
            what = {"correct": "correct response", "mapResponse": "mapping", "mapResponsePoint": "area mapping"}[name]
            yield Finding(Code.QTI_KEY, f"{name} uses the {what} of {variable.identifier}, which has none", at(element))

    def _check_operands(self, element: Element, name: str) -> Iterator[Finding]:
        types = [self.type_of(child) for child in element]
        if (
            name == "equal"
            and element.get("toleranceMode") in ("absolute", "relative")
            and not element.get("tolerance")
        ):
            yield Finding(Code.QTI_TYPE, "equal has a tolerance mode but no tolerance", at(element))
        if name in NUMERIC_COMPARISONS:
            wrong = [base for base, cardinality in types if base not in _NUMERIC or cardinality not in ("single", None)]
            if wrong:
                yield Finding(Code.QTI_TYPE, f"{name} compares single numbers, not {wrong[0]}", at(element))
            return
        if len(types) != 2:
            return
        (base, cardinality), (other, other_cardinality) = types
        if base and other and base != other:
            yield Finding(Code.QTI_TYPE, f"{name} compares {base} with {other}", at(element))
        elif name in ALIKE and cardinality and other_cardinality and cardinality != other_cardinality:
            yield Finding(Code.QTI_TYPE, f"{name} compares {cardinality} with {other_cardinality} values", at(element))
        elif name in ALIKE and "float" in (base, other) and cardinality == "single":
            message = "match compares floats, which are hardly ever equal; use equal, or gte and lte"
            yield Finding(Code.QTI_TYPE, message, at(element), Severity.WARNING)
        elif name == "member" and (cardinality == "multiple" or other_cardinality == "single"):
            yield Finding(Code.QTI_TYPE, "member looks for a single value in a multiple or ordered one", at(element))

    def _check_assignment(self, element: Element) -> Iterator[Finding]:
        identifier = element.get("identifier", "")
        variable = self._document.variables.get(identifier)
        if variable is None or variable.kind != "outcome":
            message = f"setOutcomeValue sets {identifier!r}, which is no declared outcome"
            yield Finding(Code.QTI_REFERENCE, message, at(element))
            return
        for child in element:
            base, cardinality = self.type_of(child)
            if base and variable.base_type and base != variable.base_type:
                message = f"{identifier} is {variable.base_type}, but is set to a value of type {base}"
                yield Finding(Code.QTI_TYPE, message, at(element))
            elif cardinality and variable.cardinality and cardinality != variable.cardinality:
                message = f"{identifier} is {variable.cardinality}, but is set to a {cardinality} value"
                yield Finding(Code.QTI_TYPE, message, at(element))

    def _check_constant(self, element: Element) -> Iterator[Finding]:
        from qticonv.conformance.qti21.variables import LEXICAL

        text, base = (element.text or "").strip(), element.get("baseType", "")
        pattern = LEXICAL.get(base)
        if pattern is not None and not pattern.fullmatch(text):
            yield Finding(Code.QTI_TYPE, f"the constant {text!r} is no {base}", at(element))


def _container(name: str, inner: list[Type]) -> Type:
    """The types of expressions that make containers, or take something out of them."""
    if name in ("multiple", "ordered", "repeat"):
        bases = {base for base, _ in inner if base}
        return (bases.pop() if len(bases) == 1 else None), "multiple" if name == "multiple" else "ordered"
    if name in ("index", "random") and inner:
        return inner[0][0], "single"
    if name == "delete" and len(inner) == 2:
        return inner[1]
    return _UNKNOWN


def check_template(document: Document) -> Iterator[Finding]:
    """A standard response-processing template needs RESPONSE, declared with what it reads."""
    for element in document.named.get("responseProcessing", ()):
        name = (element.get("template") or "").rstrip("/").rpartition("/")[2].removesuffix(".xml")
        if not name:
            continue
        if len(element):
            message = "response processing names a template and has rules as well; the rules win in some programs only"
            yield Finding(Code.QTI_PORTABILITY, message, at(element))
        if name in STANDARD_TEMPLATES:
            yield from _check_standard(document, element, name)


def _check_standard(document: Document, element: Element, name: str) -> Iterator[Finding]:
    variable = document.variables.get("RESPONSE")
    if variable is None or variable.kind != "response":
        yield Finding(Code.QTI_REFERENCE, f"the template {name} reads RESPONSE, which is not declared", at(element))
        return
    present = {
        "match_correct": bool(variable.correct),
        "map_response": variable.mapping is not None,
        "map_response_point": variable.area_mapping is not None,
    }
    if not present[name]:
        what = {"match_correct": "correct response", "map_response": "mapping"}.get(name, "area mapping")
        yield Finding(Code.QTI_KEY, f"the template {name} needs a {what} of RESPONSE, which has none", at(element))
    if "SCORE" not in document.variables:
        yield Finding(Code.QTI_REFERENCE, f"the template {name} sets SCORE, which is not declared", at(element))
