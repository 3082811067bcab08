"""What a caller may ask of a reader, a writer and a conformance check."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from qticonv.model.reading import Source


class ReadOptions(Struct, frozen=True, kw_only=True, gc=False):
    """Options of a reader.

    ``layout`` is the content of a layout file for raw text, ``key_list`` a second input that holds the keys.
    """

    layout: Mapping[str, object] | None = None
    key_list: Source | None = None


class WriteOptions(Struct, frozen=True, kw_only=True, gc=False):
    """Options of a writer.

    ``model_answer_for_students``: a model answer is shown after answering where the format can do so; otherwise only
    graders see it. ``as_bank``: write an item bank without a quiz where the format knows the difference.
    """

    model_answer_for_students: bool = True
    as_bank: bool = False


class CheckOptions(Struct, frozen=True, kw_only=True, gc=False):
    """Options of a conformance check. ``xsd_directory`` holds official XSDs, laid out by URL host and path."""

    xsd_directory: Path | None = None
