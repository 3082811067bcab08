"""Validation against the JSON Schemas: jsonschema-rs decides, jsonschema explains what is wrong and where."""

from __future__ import annotations

import difflib
import functools
import json
import re
from collections.abc import Iterator
from pkgutil import get_data
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from qticonv.interchange.values import Path, format_path

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

# Name on the command line -> file in the package of schemas.
SCHEMAS = {"bank": "item-bank-1.0.json", "answers": "answers-1.0.json", "layout": "layout-1.0.json"}

_SHOWN = 60  # code points of a wrong value that a message shows
_NAMES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "empty",
}


class Violation(Struct, frozen=True, gc=False):
    """One thing that is wrong: where, and what."""

    path: Path
    message: str

    def below(self, prefix: Path) -> Violation:
        """Return the same with the path continued upwards by ``prefix``."""
        return Violation((*prefix, *self.path), self.message)

    def __str__(self) -> str:
        return f"{format_path(self.path)}: {self.message}"


def schema_text(name: str = "bank") -> str:
    """Return the text of the schema ``bank``, ``answers`` or ``layout``; raise :class:`KeyError` for others."""
    return (get_data("qticonv.schemas", SCHEMAS[name]) or b"").decode()


def violations(data: Any, name: str, definition: str | None = None) -> tuple[Violation, ...]:
    """Return what is wrong with ``data`` against a schema or one of its ``$defs``; nothing if it is valid."""
    if is_valid(data, name, definition):
        return ()
    errors = explainer(name, definition).iter_errors(data)
    found = dict.fromkeys(violation for error in errors for violation in _explain(error))
    return tuple(found) or (Violation((), "does not follow the schema"),)


def is_valid(data: Any, name: str, definition: str | None = None) -> bool:
    """Return the fast validator's verdict."""
    return bool(judge(name, definition).is_valid(data))


@functools.cache
def judge(name: str, definition: str | None = None) -> Any:
    """Return the compiled jsonschema-rs validator of a schema or of one of its ``$defs``."""
    import jsonschema_rs

    return jsonschema_rs.validator_for(_schema(name, definition))


@functools.cache
def explainer(name: str, definition: str | None = None) -> Validator:
    """Return the jsonschema validator of the same schema."""
    import jsonschema

    extend: Any = jsonschema.validators.extend
    validator = extend(jsonschema.Draft202012Validator, {"pattern": _pattern})
    explaining: Validator = validator(_schema(name, definition))
    return explaining


def _schema(name: str, definition: str | None) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(schema_text(name))
    if definition is None:
        return schema
    return {"$schema": schema["$schema"], "$ref": f"#/$defs/{definition}", "$defs": schema["$defs"]}


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    """``pattern`` as ECMA 262 has it, where ``$`` does not match before a final line break."""
    from jsonschema.exceptions import ValidationError

    if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _explain(error: Any) -> Iterator[Violation]:
    path: Path = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        return (Violation((*path, name), _unknown(name, known)) for name in error.instance if name not in known)
    if error.validator == "required":
        missing = (name for name in error.validator_value if name not in error.instance)
        return (Violation(path, f"the property {name!r} is missing") for name in missing)
    return iter((Violation(path, _message(error)),))


def _message(error: Any) -> str:
    given, wanted = error.instance, error.validator_value
    match error.validator:
        case "type":
            names = [wanted] if isinstance(wanted, str) else wanted
            return f"{_show(given)} is not {' or '.join(_NAMES[name] for name in names)}"
        case "enum":
            return f"{_show(given)} is not one of {', '.join(map(str, wanted))}"
        case "const":
            return f"{_show(given)} is not {json.dumps(wanted)}"
        case "anyOf":
            return "needs " + ", or ".join(" and ".join(map(repr, option["required"])) for option in wanted)
        case "pattern" | "maxLength":
            return f"{_show(given)} does not fit: {error.schema.get('description', error.message)}"
        case "minLength" | "minItems":
            return f"{_show(given)} is empty"
        case _:
            return str(error.message).replace(repr(given), _show(given))


def _unknown(name: str, known: dict[str, Any]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"unknown property {_show(name)}" + (f"; did you mean {close[0]!r}?" if close else "")


def _show(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"
