"""Text of an item as HTML: the one place where writers escape.

The result is well-formed XHTML with only the five XML entities escaped numerically or by name (``&amp; &lt; &gt;
&quot;``), so that it can stand
in HTML (Moodle, GIFT, Canvas) and, with a namespace around it, in QTI.
"""

from __future__ import annotations

from html import escape

from qticonv.model import Text


def to_html(text: Text) -> str:
    """Return ``text`` as inline-safe HTML: plain text is escaped and its line breaks become ``<br/>``."""
    if text.is_html:
        return text.content
    return escape(text.content, quote=False).replace("\n", "<br/>")
