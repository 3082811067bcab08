"""Names and rules of QTI 2.1 that no schema states: what binds to what, and what an expression gives.

Source: IMS QTI 2.1 Assessment Test, Section and Item Information Model, chapters 7 (interactions), 8 (response
processing) and 15 (expressions).
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

NAMESPACES = {
    "http://www.imsglobal.org/xsd/imsqti_v2p0": "2.0",
    "http://www.imsglobal.org/xsd/imsqti_v2p1": "2.1",
    "http://www.imsglobal.org/xsd/imsqti_v2p2": "2.2",
}


class Binding(Struct, frozen=True, gc=False):
    """What an interaction needs of its response: base types, cardinalities, and the elements that are its choices."""

    base_types: tuple[str, ...]
    cardinalities: tuple[str, ...]
    choices: tuple[str, ...] = ()


def _bind(base_types: str, cardinalities: str, choices: str = "") -> Binding:
    return Binding(*(tuple(names.split()) for names in (base_types, cardinalities, choices)))


BINDINGS: Mapping[str, Binding] = {
    "associateInteraction": _bind("pair", "single multiple", "simpleAssociableChoice"),
    "choiceInteraction": _bind("identifier", "single multiple", "simpleChoice"),
    "drawingInteraction": _bind("file", "single"),
    "endAttemptInteraction": _bind("boolean", "single"),
    "extendedTextInteraction": _bind("string integer float", "single multiple ordered record"),
    "gapMatchInteraction": _bind("directedPair", "single multiple", "gapText gapImg gap"),
    "graphicAssociateInteraction": _bind("pair", "single multiple", "associableHotspot"),
    "graphicGapMatchInteraction": _bind("directedPair", "single multiple", "gapImg associableHotspot"),
    "graphicOrderInteraction": _bind("identifier", "ordered", "hotspotChoice"),
    "hotspotInteraction": _bind("identifier", "single multiple", "hotspotChoice"),
    "hottextInteraction": _bind("identifier", "single multiple", "hottext"),
    "inlineChoiceInteraction": _bind("identifier", "single", "inlineChoice"),
    "matchInteraction": _bind("directedPair", "single multiple", "simpleAssociableChoice"),
    "mediaInteraction": _bind("integer", "single"),
    "orderInteraction": _bind("identifier", "ordered", "simpleChoice"),
    "positionObjectInteraction": _bind("point", "single multiple"),
    "selectPointInteraction": _bind("point", "single multiple"),
    "sliderInteraction": _bind("integer float", "single"),
    "textEntryInteraction": _bind("string integer float", "single record"),
    "uploadInteraction": _bind("file", "single"),
}

# Interactions whose number of choices decides the cardinality of the response.
COUNTED = ("choiceInteraction", "hotspotInteraction", "hottextInteraction")

BUILT_IN: Mapping[str, tuple[str, str]] = {
    "numAttempts": ("integer", "single"),
    "duration": ("float", "single"),
    "completionStatus": ("identifier", "single"),
    "completion_status": ("identifier", "single"),
}

# Expressions that always give the same type, whatever is in them.
_FIXED: Mapping[str, str] = {
    "boolean": "and or not match equal equalRounded gt gte lt lte contains member stringMatch patternMatch inside "
    "isNull substring anyN durationLT durationGTE",
    "integer": "containerSize numberCorrect numberIncorrect numberPresented numberResponded numberSelected "
    "integerDivide integerModulus round truncate randomInteger",
    "float": "divide power mapResponse mapResponsePoint integerToFloat randomFloat roundTo mathOperator mathConstant "
    "outcomeMaximum outcomeMinimum statsOperator",
}
RESULT_TYPES: Mapping[str, str] = {name: base for base, names in _FIXED.items() for name in names.split()}
# Integer if everything in them is, else float.
ARITHMETIC = ("sum", "product", "subtract", "min", "max", "gcd", "lcm")
NUMERIC_COMPARISONS = ("gt", "gte", "lt", "lte", "equal", "equalRounded")
# Expressions whose operands must be of one type and cardinality.
ALIKE = ("match",)

STANDARD_TEMPLATES = ("match_correct", "map_response", "map_response_point")
