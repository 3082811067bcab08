"""Raw question text as people write it: the lines, then the layout of the whole file, then the questions."""

from __future__ import annotations

from qticonv.model import Reading, Source
from qticonv.model.options import ReadOptions

__all__ = ["read"]


def read(source: Source, options: ReadOptions) -> Reading:
    """Read raw question text; what cannot be read as a question is reported, and nothing raises."""
    from qticonv.readers.rawtext.reader import read_text

    return read_text(source, options)
