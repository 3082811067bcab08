"""Declarations, interactions and keys: does what is named exist, and can it be what it is said to be?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qticonv.conformance.qti21.document import Document, Element, Interaction, Variable
from qticonv.conformance.qti21.findings import Finding, at
from qticonv.conformance.qti21.vocabulary import BINDINGS, BUILT_IN, COUNTED
from qticonv.diagnostics import Code, Severity
from qticonv.patterns import lazy

LEXICAL = {
    "identifier": lazy(r"[^\W\d][\w.-]*"),
    "boolean": lazy(r"true|false|0|1"),
    "integer": lazy(r"[+-]?\d+"),
    "float": lazy(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|-?INF|NaN"),
    "point": lazy(r"-?\d+ -?\d+"),
    "pair": lazy(r"\S+ \S+"),
    "directedPair": lazy(r"\S+ \S+"),
}
_PAIRS = ("pair", "directedPair")


def check_declarations(document: Document) -> Iterator[Finding]:
    """Identifiers are distinct; constants are of their type; outcomes that feedback hangs on have a default."""
    seen: set[str] = set()
    for variable in document.declarations:
        line = at(variable.element) if variable.element is not None else 1
        if variable.identifier in seen or variable.identifier in BUILT_IN:
            yield Finding(Code.QTI_DUPLICATE, f"variable {variable.identifier!r} is declared twice", line)
        seen.add(variable.identifier)
        yield from _check_constants(variable, variable.default, "default value")
        if variable.kind == "response":
            yield from _check_key(document, variable)
            yield from _check_mapping(document, variable)


def _check_constants(variable: Variable, values: Iterable[Element], what: str) -> Iterator[Finding]:
    values = list(values)
    if variable.cardinality == "single" and len(values) > 1:
        message = f"{variable.identifier} is single but has {len(values)} values as its {what}; engines refuse that"
        yield Finding(Code.QTI_KEY, message, at(values[1]))
    for value in values:
        yield from _check_lexical(variable, value, (value.text or "").strip(), what)


def _check_lexical(variable: Variable, element: Element, text: str, what: str) -> Iterator[Finding]:
    pattern = LEXICAL.get(variable.base_type or "")
    if variable.cardinality != "record" and pattern is not None and not pattern.fullmatch(text):
        yield Finding(Code.QTI_KEY, f"{what} {text!r} of {variable.identifier} is no {variable.base_type}", at(element))


def _check_key(document: Document, variable: Variable) -> Iterator[Finding]:
    yield from _check_constants(variable, variable.correct, "correct response")
    interaction = document.bound(variable.identifier)
    if interaction is None:
        return
    seen: set[str] = set()
    for value in variable.correct:
        text = " ".join((value.text or "").split())
        yield from _check_choice(variable, interaction, text, at(value), "the correct response")
        if text in seen and variable.cardinality != "single" and variable.base_type in ("identifier", *_PAIRS):
            yield Finding(Code.QTI_KEY, f"the correct response names {text!r} twice", at(value))
        seen.add(text)
    yield from _check_count(variable, interaction)


def _check_count(variable: Variable, interaction: Interaction) -> Iterator[Finding]:
    """The limits of an interaction must leave room for its key."""
    attribute, default = {
        "choiceInteraction": ("maxChoices", "1"),
        "hottextInteraction": ("maxChoices", "1"),
        "hotspotInteraction": ("maxChoices", "1"),
        "matchInteraction": ("maxAssociations", "1"),
        "associateInteraction": ("maxAssociations", "1"),
    }.get(interaction.name, ("", "0"))
    limit = interaction.element.get(attribute, default) if attribute else "0"
    if limit.isdecimal() and 0 < int(limit) < len(variable.correct):
        message = f"{attribute} is {limit}, but the correct response has {len(variable.correct)} values"
        yield Finding(Code.QTI_KEY, message, at(interaction.element))


def _check_choice(variable: Variable, interaction: Interaction, text: str, line: int, who: str) -> Iterator[Finding]:
    if not interaction.choices:
        return
    if variable.base_type == "identifier" and text not in interaction.choices:
        yield Finding(Code.QTI_KEY, f"{who} names {text!r}, which is no choice of {interaction.name}", line)
    if variable.base_type not in _PAIRS or len(names := text.split()) != 2:
        return
    for name in names:
        if name not in interaction.choices:
            yield Finding(Code.QTI_KEY, f"{who} names {name!r}, which is no choice of {interaction.name}", line)
    if interaction.sets and all(name in interaction.choices for name in names):
        first, second = interaction.sets
        if names[0] not in first or names[1] not in second:
            yield Finding(Code.QTI_KEY, f"{who} has the pair {text!r} the wrong way round", line)


def _check_mapping(document: Document, variable: Variable) -> Iterator[Finding]:
    if variable.mapping is None:
        return
    interaction = document.bound(variable.identifier)
    seen: set[str] = set()
    for entry in document.children(variable.mapping, "mapEntry"):
        key = entry.get("mapKey", "")
        text = key if variable.base_type == "string" else " ".join(key.split())
        yield from _check_lexical(variable, entry, text, "map key")
        if interaction is not None:
            yield from _check_choice(variable, interaction, text, at(entry), "the mapping")
        if text in seen:
            yield Finding(Code.QTI_DUPLICATE, f"the mapping of {variable.identifier} has {text!r} twice", at(entry))
        seen.add(text)


def check_interactions(document: Document) -> Iterator[Finding]:
    """Every interaction has a response of the right kind, and choices of its own."""
    bound: set[str] = set()
    for interaction in document.interactions:
        line = at(interaction.element)
        variable = document.variables.get(interaction.response)
        if variable is None or variable.kind != "response":
            message = f"{interaction.name} names the response {interaction.response!r}, which is not declared"
            yield Finding(Code.QTI_REFERENCE, message, line)
            continue
        if interaction.response in bound:
            message = f"{interaction.response} belongs to more than one interaction"
            yield Finding(Code.QTI_REFERENCE, message, line)
        bound.add(interaction.response)
        yield from _check_binding(interaction, variable)
        yield from _check_choices(document, interaction)


def _check_binding(interaction: Interaction, variable: Variable) -> Iterator[Finding]:
    binding, line = BINDINGS[interaction.name], at(interaction.element)
    if variable.cardinality != "record" and variable.base_type not in binding.base_types:
        wanted = " or ".join(binding.base_types)
        message = f"{interaction.name} needs a response of type {wanted}; {variable.identifier} is {variable.base_type}"
        yield Finding(Code.QTI_TYPE, message, line)
    if variable.cardinality not in binding.cardinalities:
        wanted = " or ".join(binding.cardinalities)
        message = f"{interaction.name} needs a {wanted} response; {variable.identifier} is {variable.cardinality}"
        yield Finding(Code.QTI_TYPE, message, line)
    if interaction.name in COUNTED:
        yield from _check_counted(interaction, variable)


def _check_counted(interaction: Interaction, variable: Variable) -> Iterator[Finding]:
    line, limit = at(interaction.element), interaction.element.get("maxChoices", "1").strip()
    if limit != "1" and variable.cardinality == "single":
        message = f"maxChoices is {limit}, but {variable.identifier} holds a single value"
        yield Finding(Code.QTI_TYPE, message, line)
    if limit == "1" and variable.cardinality == "multiple":
        message = f"maxChoices is 1, but {variable.identifier} is multiple: programs differ on what that is"
        yield Finding(Code.QTI_TYPE, message, line, Severity.WARNING)
    if interaction.name == "choiceInteraction":
        for attribute in ("maxChoices", "shuffle"):
            if interaction.element.get(attribute) is None:
                message = f"choiceInteraction has no {attribute}, which JQTI+ (QTIWorks, OpenOlat) requires"
                yield Finding(Code.QTI_PORTABILITY, message, line)


def _check_choices(document: Document, interaction: Interaction) -> Iterator[Finding]:
    seen: set[str] = set()
    for name in BINDINGS[interaction.name].choices:
        for choice in interaction.element.iter(interaction.element.tag.replace(interaction.name, name)):
            identifier = choice.get("identifier", "")
            if identifier in seen:
                yield Finding(Code.QTI_DUPLICATE, f"two choices are called {identifier!r}", at(choice))
            seen.add(identifier)
