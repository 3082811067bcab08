"""Raw question text as people write it: the lines, then the layout of the whole file, then the questions."""

from __future__ import annotations

from qticonv.model import Reading, Source
from qticonv.model.options import ReadOptions

__all__ = ["read"]

_MARKDOWN_SUFFIXES = (".md", ".markdown", ".mdown")


def read(source: Source, options: ReadOptions) -> Reading:
    """Read raw question text; what cannot be read as a question is reported, and nothing raises."""
    from qticonv.readers.rawtext.reader import read_text

    reading = read_text(source, options)
    if source.name.lower().endswith(_MARKDOWN_SUFFIXES):
        from qticonv.readers.rawtext.enrich import with_markdown

        return with_markdown(reading)
    return reading
