"""Text of an item: plain, or a fragment of the safe HTML subset."""

from __future__ import annotations

import re

from msgspec import Struct

from qticonv.patterns import lazy

_TAG = lazy(r"<[^<>]*>")
_BREAK = lazy(r"</(?:p|div|li|tr|h[1-6]|pre|blockquote)>|<br\s*/?>", re.IGNORECASE)


class Text(Struct, frozen=True, gc=False):
    """A piece of text.

    ``content`` is plain text, in which line breaks are significant, or, where ``is_html`` is true, a well-formed
    XHTML
    fragment of the safe subset (see ``qticonv.model.markup``). Math is ``\\(…\\)`` or ``\\[…\\]`` in either.
    """

    content: str
    is_html: bool = False

    def __bool__(self) -> bool:
        return bool(self.content.strip())

    @property
    def plain(self) -> str:
        """The text without marks: for names, comparisons and places that hold no HTML."""
        if not self.is_html:
            return self.content
        import html

        return html.unescape(_TAG.sub("", _BREAK.sub("\n", self.content))).strip()
