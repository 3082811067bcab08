"""What a caller may ask of a reader, a writer and a conformance check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qticonv.model.reading import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """Options of a reader.

    ``layout`` is the content of a layout file for raw text, ``key_list`` a second input that holds the keys.
    """

    layout: Mapping[str, object] | None = None
    key_list: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOptions:
    """Options of a writer.

    ``model_answer_for_students``: a model answer is shown after answering where the format can do so; otherwise only
    graders see it. ``as_bank``: write an item bank without a quiz where the format knows the difference.
    """

    model_answer_for_students: bool = True
    as_bank: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """Options of a conformance check. ``xsd_directory`` holds official XSDs, laid out by URL host and path."""

    xsd_directory: Path | None = None
