"""What goes into a reader and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path, PurePosixPath

from msgspec import Struct

from qticonv.diagnostics import Diagnostic
from qticonv.model.items import ItemBank


class Source(Struct, frozen=True, gc=False):
    """The bytes of one input and the name under which diagnostics speak of it (relative, forward slashes).

    ``folder`` is where images beside the source are looked for; ``None`` where there is no such place.
    """

    name: str
    data: bytes
    folder: Path | None = None

    @property
    def stem(self) -> str:
        """The file name without its suffix: the fallback for a title."""
        return PurePosixPath(self.name).stem or "quiz"


class LineRole(StrEnum):
    """What a line of a raw text was taken for. Every line has exactly one."""

    BLANK = "blank"
    TITLE = "title"
    HEADER = "header"  # "Question 2 Multiple Choice"
    STEM = "stem"
    CHOICE = "choice"
    KEY = "key"
    FEEDBACK = "feedback"
    MODEL_ANSWER = "model answer"
    POINTS = "points"
    TAG = "tag"
    CATEGORY = "category"
    PASSAGE = "passage"
    SEPARATOR = "separator"  # rulers, blank prompts
    NOISE = "noise"  # reported by a diagnostic: page numbers, menus of the site it was copied from
    UNCLAIMED = "unclaimed"  # reported by a diagnostic: not understood


class Reading(Struct, frozen=True, kw_only=True, gc=False):
    """The result of a reader: the bank, and all there is to say about it.

    ``lines`` are the source's lines after decoding (without line ends) and ``roles`` what each was taken for; both
    are
    empty for formats that are not read line by line. ``layout`` describes the layout that was found, for people;
    ``layout_data`` is the same as the content of a layout file.
    """

    bank: ItemBank
    diagnostics: tuple[Diagnostic, ...] = ()
    lines: Sequence[str] = ()
    roles: tuple[LineRole, ...] = ()
    layout: str | None = None
    layout_data: Mapping[str, object] | None = None
