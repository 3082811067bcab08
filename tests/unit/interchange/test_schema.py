from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

import jsonschema
import pytest

from qticonv.interchange.schema import SCHEMAS, schema_text, violations


def properties(schema: Any, path: str = "$") -> Iterator[tuple[str, Any, Any]]:
    """Yield path and schema of every property and definition that people read; conditions (``if``) are none."""
    if isinstance(schema, list):
        for index, part in enumerate(schema):
            yield from properties(part, f"{path}[{index}]")
    elif isinstance(schema, dict):
        for keyword, part in schema.items():
            if keyword == "if":
                continue
            if keyword in ("properties", "$defs"):
                yield from ((f"{path}.{keyword}.{name}", inner, schema) for name, inner in part.items())
            yield from properties(part, f"{path}.{keyword}")


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_valid_and_versioned(name: str) -> None:
    schema = json.loads(schema_text(name))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"].endswith(":1.0")


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_property_has_a_description(name: str) -> None:
    schema = json.loads(schema_text(name))
    seen = 0
    for path, inner, _ in properties(schema):
        seen += 1
        target = inner
        if "description" not in inner and "$ref" in inner:
            target = schema["$defs"][inner["$ref"].rpartition("/")[2]]
        description = target.get("description", "")
        assert description.endswith((".", ")")), f"{path} has no description"
    assert seen > 3


@pytest.mark.parametrize("name", SCHEMAS)
def test_unknown_properties_are_errors_everywhere(name: str) -> None:
    for path, inner, _ in properties(json.loads(schema_text(name))):
        if "properties" in inner and "allOf" not in inner:
            assert inner.get("additionalProperties") is not None, path


def test_every_installed_schema_is_listed() -> None:
    installed = {entry.name for entry in resources.files("qticonv.schemas").iterdir() if entry.name.endswith(".json")}
    assert installed == set(SCHEMAS.values())


def test_an_unknown_schema_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        schema_text("nonsense")


def test_a_shown_value_is_short() -> None:
    (found,) = violations({"schema_version": "x" * 500, "items": []}, "bank")
    assert len(found.message) < 100
