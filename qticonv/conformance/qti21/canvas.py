"""What Canvas would drop or change of a QTI 2.x item.

Sources: canvas-lms qti_exporter (Canvas Classic) and the instructure/qti gem (New Quizzes).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qticonv.conformance.qti21.document import Document, Element, Variable
from qticonv.conformance.qti21.findings import Finding, at
from qticonv.diagnostics import Code, Severity
from qticonv.patterns import lazy

_CLASSIC, _NEW = "Canvas Classic", "New Quizzes"
# assessment_item_converter.rb:245-257: what kind a modalFeedback is, by its identifier.
_COMMENT = lazy(r"wrong|incorrect|_IC$|correct|_C$|solution|general_|_all|feedback_(\d*)_fb", re.IGNORECASE)
# create_instructure_question: these become an "Error" question unless the manifest says what they are.
_HINTED = frozenset(["orderInteraction", "uploadInteraction"])
_UNKNOWN = frozenset(
    f"{name}Interaction"
    for name in (
        *("gapMatch", "slider", "hottext", "hotspot", "selectPoint", "graphicGapMatch", "graphicOrder"),
        *("graphicAssociate", "drawing", "positionObject", "media", "custom"),
    )
)
_NEW_QUIZZES_UNKNOWN = _UNKNOWN - {"gapMatchInteraction"} | {"inlineChoiceInteraction", "uploadInteraction"}
_DROPPED_BLOCKS = frozenset(["ul", "ol", "dl", "pre", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"])
_LONGEST_STEM, _LONGEST_TITLE = 16_384, 255


def check_canvas(root: Element, hint: str | None) -> Iterator[Finding]:
    """Yield what Canvas would lose of an item; ``hint`` is the interactionType that the manifest gives it."""
    document = Document(root)
    yield from _check_prefix(root)
    yield from _check_feedback(document)
    yield from _check_interactions(document, hint)
    yield from _check_keys(document)
    yield from _check_body(document)
    if len(root.get("title", "")) > _LONGEST_TITLE:
        yield _dead(f"{_CLASSIC} cannot store titles over {_LONGEST_TITLE} characters and drops the question", root)


def _lost(message: str, element: Element) -> Finding:
    """A part that goes missing."""
    return Finding(Code.QTI_CANVAS, message, at(element), Severity.NOTE, "canvas")


def _dead(message: str, element: Element) -> Finding:
    """A question that nobody can answer afterwards."""
    return Finding(Code.QTI_CANVAS, message, at(element), Severity.WARNING, "canvas")


def _check_prefix(root: Element) -> Iterator[Finding]:
    if root.prefix:
        yield _dead(f"Canvas finds nothing in elements with a prefix, such as {root.prefix}:assessmentItem", root)


def _check_feedback(document: Document) -> Iterator[Finding]:
    modals = document.named.get("modalFeedback", [])
    shown = modals + document.named.get("feedbackInline", [])
    if shown:
        yield _lost(f"{_NEW} drops all feedback of QTI 2.x", shown[0])
    answers = {
        (value.text or "").strip()
        for setter in document.named.get("setOutcomeValue", [])
        if setter.get("identifier") == "FEEDBACK"
        for value in setter.iter(setter.tag.replace("setOutcomeValue", "baseValue"))
    }
    for modal in modals:
        identifier = modal.get("identifier", "")
        if not _COMMENT.search(identifier) and identifier not in answers:
            yield _lost(f"{_CLASSIC} drops the feedback {identifier!r}: its name does not say its kind", modal)
    for rubric in document.named.get("rubricBlock", []):
        yield _lost("Canvas ignores rubricBlock", rubric)


def _check_interactions(document: Document, hint: str | None) -> Iterator[Finding]:
    names = [interaction.name for interaction in document.interactions]
    for interaction in document.interactions:
        element, name = interaction.element, interaction.name
        if name in _UNKNOWN or (name in _HINTED and not hint):
            yield _dead(f"{_CLASSIC} makes a dead “Error” question of {name}", element)
        if name in _NEW_QUIZZES_UNKNOWN:
            yield _lost(f"{_NEW} does not read {name}", element)
        if name == "extendedTextInteraction" and _has_key(document, interaction.response):
            yield _dead(f"{_CLASSIC} makes a short answer of an essay with a correct response", element)
    if not names and not hint:
        yield _dead(f"{_CLASSIC} makes a dead “Error” question of an item without an interaction", document.root)
    if len(names) > 1:
        yield _lost(f"{_NEW} refuses items with more than one interaction", document.root)


def _check_keys(document: Document) -> Iterator[Finding]:
    for interaction in document.interactions:
        variable = document.variables.get(interaction.response)
        if interaction.name == "choiceInteraction" and variable and _is_single_of_many(variable):
            message = f"{_CLASSIC} makes a single choice of a multiple choice with one right answer"
            yield _lost(message, interaction.element)
    for variable in document.variables.values():
        if variable.mapping is not None and len(variable.mapping) > len(variable.correct):
            message = f"Canvas ignores mappings: only the correct response of {variable.identifier} scores"
            yield _lost(message, variable.mapping)


def _is_single_of_many(variable: Variable) -> bool:
    return variable.cardinality == "multiple" and len(variable.correct) == 1


def _has_key(document: Document, response: str) -> bool:
    variable = document.variables.get(response)
    return variable is not None and bool(variable.correct)


def _check_body(document: Document) -> Iterator[Finding]:
    for body in document.named.get("itemBody", []):
        for child in body:
            name = document.local(child) if str(child.tag).startswith(document.prefix) else ""
            if name in _DROPPED_BLOCKS:
                yield _lost(f"{_CLASSIC} drops a {name} that stands directly in itemBody", child)
            if name == "div" and any(interaction.element in child.iter() for interaction in document.interactions):
                yield _dead(f"{_CLASSIC} loses interactions inside a div", child)
            if name in ("div", "p") and sum(map(len, child.itertext())) > _LONGEST_STEM:
                yield _dead(f"{_CLASSIC} replaces texts over {_LONGEST_STEM} characters by a notice", child)
