"""The one place where text becomes GIFT (question/format/gift/format.php:124, ``escapedchar_pre``)."""

from __future__ import annotations

from qticonv.patterns import lazy
from qticonv.writers.moodle.rules import clean

_ESCAPES = {
    ord("\\"): "\\\\",
    ord("~"): "\\~",
    ord("="): "\\=",
    ord("#"): "\\#",
    ord("{"): "\\{",
    ord("}"): "\\}",
    ord(":"): "\\:",
    ord("\n"): "\\n",
}
_MEANING = lazy(r"[\\~=#{}:\n]")
COMMENT_MARK = lazy(r"\[(?=(?:id|tag):)")  # what the importer looks for anywhere in a comment
# The importer's own placeholders: as plain text they would become the characters that they stand for.
PLACEHOLDER = lazy(r"&&(?:0(?:58|35|61|92)|12[356]);|&&010")


def escape(text: str) -> str:
    """Return ``text`` with everything escaped that has a meaning in GIFT, in one line."""
    text = clean(text).strip()
    return text.translate(_ESCAPES) if _MEANING.search(text) else text


def plain(text: str) -> str:
    """Return plain text of a short answer; a leading ``[`` would be read as a format marker."""
    return f"[plain]{escape(text)}" if text.startswith("[") else escape(text)


def comment_value(text: str) -> str:
    r"""Return ``text`` for ``[id:…]`` and ``[tag:…]``: ``]`` is ``\]``, and no backslash stands at the end.

    What would be read as another identifier or tag begins with ``(``.
    """
    return COMMENT_MARK.sub("(", clean(text).rstrip("\\")).replace("]", "\\]")
