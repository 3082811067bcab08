"""The building blocks of a QTI document: numbers, values, rules. All that is user text arrives here escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from html import escape

from qticonv.model.markup import clean_text
from qticonv.patterns import lazy

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
# Only the QTI pair: QTIWorks refuses an item whose schemaLocation names another schema as well.
LOCATION = (
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'xsi:schemaLocation="{QTI} http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd"'
)
# Everything that XML 1.0 cannot hold, not even as a reference (Char in the recommendation).
FORBIDDEN = lazy("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_NONCHARACTERS = re.compile(b"\xef\xbf[\xbe\xbf]")
_ONE = Decimal(1)
_PLAIN_EXPONENTS = range(-30, 31)
# For what is made of nothing but identifiers: those of qticonv's own, which every item has.
_remembered = lru_cache(maxsize=256)


def attribute(text: str) -> str:
    """Escape ``text`` for an attribute; white space becomes single spaces, as a parser would make it anyway."""
    return escape(" ".join(text.split()))


def encode(*document: str) -> bytes:
    """Return the bytes of ``document``; what XML cannot hold is left out (``limits`` has reported it).

    It may come in parts: one that is not ASCII makes encoding slow, but no other part.
    """
    try:
        data = b"".join([part.encode("utf-8") for part in document])
    except UnicodeEncodeError:
        return clean_text("".join(document)).encode("utf-8")
    # The same test as the expression's, on bytes: many times faster, and this runs over everything that is written.
    if len(data.translate(None, _CONTROLS)) != len(data) or (b"\xef" in data and _NONCHARACTERS.search(data)):
        return clean_text("".join(document)).encode("utf-8")
    return data


def number(value: Decimal) -> str:
    """Return ``value`` in the C locale, without an exponent unless it is astronomically large or small.

    >>> number(Decimal("2.50")), number(Decimal("1E+3"))
    ('2.5', '1000')
    """
    if value == _ONE:
        return "1"
    if value.is_zero():
        return "0"
    if value.adjusted() not in _PLAIN_EXPONENTS:
        return str(value)
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def share(points: Decimal, part: Decimal, whole: Decimal = Decimal(1)) -> Decimal:
    """Return ``points * part / whole`` with the 17 digits that a float tells apart."""
    return +(points * part / whole).quantize(Decimal(1).scaleb((points.adjusted() if points else 0) - 16))


def base_value(base_type: str, text: str) -> str:
    """A constant; ``text`` is escaped already."""
    return f'<baseValue baseType="{base_type}">{text}</baseValue>'


@_remembered
def variable(identifier: str) -> str:
    """The value of a response or an outcome."""
    return f'<variable identifier="{identifier}"/>'


def is_null(identifiers: Sequence[str]) -> str:
    """True when none of the responses was given."""
    tests = [f"<isNull>{variable(identifier)}</isNull>" for identifier in identifiers]
    return tests[0] if len(tests) == 1 else f"<and>{''.join(tests)}</and>"


def match(identifier: str, value: str) -> str:
    """True when a single response is the choice ``value``."""
    return f"<match>{variable(identifier)}{base_value('identifier', value)}</match>"


@_remembered
def match_correct(identifier: str) -> str:
    """True when the response is the declared correct response."""
    return f'<match>{variable(identifier)}<correct identifier="{identifier}"/></match>'


def member(value: str, identifier: str, base_type: str = "identifier") -> str:
    """True when a multiple response holds ``value``."""
    return f"<member>{base_value(base_type, value)}{variable(identifier)}</member>"


def string_match(identifier: str, text: str, case_sensitive: bool) -> str:
    """True when the response is ``text`` (not escaped yet)."""
    sensitive = "true" if case_sensitive else "false"
    value = base_value("string", escape(text, quote=False))
    return f'<stringMatch caseSensitive="{sensitive}">{variable(identifier)}{value}</stringMatch>'


def between(identifier: str, bounds: tuple[Decimal, Decimal]) -> str:
    """True when a number lies in a closed range.

    ``equal`` with a tolerance fails in qti-components and pyslet; this passes everywhere.
    """
    low, high = (base_value("float", number(bound)) for bound in bounds)
    response = variable(identifier)
    return f"<and><gte>{response}{low}</gte><lte>{response}{high}</lte></and>"


def any_of(tests: Sequence[str]) -> str:
    """True when one of ``tests`` is."""
    return tests[0] if len(tests) == 1 else f"<or>{''.join(tests)}</or>"


def all_of(tests: Sequence[str]) -> str:
    """True when all of ``tests`` are."""
    return tests[0] if len(tests) == 1 else f"<and>{''.join(tests)}</and>"


def assign(outcome: str, expression: str) -> str:
    """Set an outcome."""
    return f'<setOutcomeValue identifier="{outcome}">{expression}</setOutcomeValue>'


@_remembered
def assign_identifier(outcome: str, identifier: str) -> str:
    """Set an outcome to an identifier."""
    return assign(outcome, base_value("identifier", identifier))


def add_score(points: Decimal) -> str:
    """Add to SCORE."""
    return assign("SCORE", f"<sum>{variable('SCORE')}{base_value('float', number(points))}</sum>")


def condition(branches: Iterable[tuple[str, str]], otherwise: str = "") -> str:
    """A responseCondition: if, else-if … of (test, actions), and else."""
    parts = []
    name = "responseIf"
    for test, actions in branches:
        parts.append(f"<{name}>{test}{actions}</{name}>")
        name = "responseElseIf"
    if otherwise:
        parts.append(f"<responseElse>{otherwise}</responseElse>")
    return f"<responseCondition>{''.join(parts)}</responseCondition>"


def response(identifier: str, cardinality: str, base_type: str, correct: Sequence[str] = (), mapping: str = "") -> str:
    """A responseDeclaration; ``correct`` values are escaped already."""
    values = "".join(f"<value>{value}</value>" for value in correct)
    key = f"<correctResponse>{values}</correctResponse>" if values else ""
    head = f'<responseDeclaration identifier="{identifier}" cardinality="{cardinality}" baseType="{base_type}"'
    return f"{head}>{key}{mapping}</responseDeclaration>" if key or mapping else f"{head}/>"


@_remembered
def outcome(identifier: str, default: str, base_type: str = "identifier", extra: str = "") -> str:
    """A single outcome with a default: JQTI+ fails on feedback outcomes that are NULL."""
    return (
        f'<outcomeDeclaration identifier="{identifier}" cardinality="single" baseType="{base_type}"{extra}>'
        f"<defaultValue><value>{default}</value></defaultValue></outcomeDeclaration>"
    )
