"""Texts as XHTML in the places that QTI has for them.

``qticonv.writers.markup`` gives well-formed XHTML of the subset that QTI allows; here it is fitted into places that
hold blocks only, or no paragraphs.
"""

from __future__ import annotations

from collections.abc import Callable

from qticonv.model import Text
from qticonv.model.subset import BLOCKS
from qticonv.patterns import lazy
from qticonv.writers import markup

Locate = Callable[[str], str | None]

_TAG = lazy(r"(<[^>]*>)")
_PARAGRAPH = lazy(r"<(?:p|div)(?: [^>]*)?>|</(?:p|div)>")
_EDGES = lazy(r"\A(?:<br/>|\s)+|(?:<br/>|\s)+\Z")
_BREAKS = lazy(r"<br/>\s*(?:<br/>\s*)+")
# A picture that is neither packed nor somewhere on the web is nowhere.
_LOST_IMAGE = lazy(r'<img src="(?!\.\./images/|images/|https?:)[^"]*" alt="([^"]*)"[^>]*/>')


class PackageContent:
    """Turns the texts of one document into XHTML; ``locate`` gives the place of an asset, seen from the document."""

    def __init__(self, locate: Locate) -> None:
        self._locate = locate

    def flow(self, text: Text) -> str:
        """Content of a div, a choice or a feedback: inline and block elements mixed."""
        content = markup.to_html(text, asset_url=self._locate, mathml=True)
        return _LOST_IMAGE.sub(r"[\1]", content) if text.is_html and "<img" in content else content

    def blocks(self, text: Text) -> str:
        """Block elements only: loose text goes into paragraphs."""
        content = self.flow(text)
        return _in_blocks(content) if "<" in content and markup.has_blocks(content) else f"<p>{content}</p>"

    def comment(self, text: Text) -> str:
        """Content without paragraphs: Canvas Classic keeps only the first ``p`` of a comment on an answer."""
        content = self.flow(text)
        if "<p" not in content and "<div" not in content:
            return content
        return _EDGES.sub("", _BREAKS.sub("<br/>", _PARAGRAPH.sub("<br/>", content)))


def _in_blocks(content: str) -> str:
    """Put what stands beside the outermost blocks into paragraphs."""
    written: list[str] = []
    loose: list[str] = []
    depth = 0
    for part in _TAG.split(content):
        name = part.strip("</>").split(" ")[0] if part.startswith("<") else ""
        if name in BLOCKS and not part.startswith("</"):
            if depth == 0:
                written.append(_paragraph(loose))
                loose = []
            depth += not part.endswith("/>")
            written.append(part)
        elif depth:
            depth -= name in BLOCKS
            written.append(part)
        else:
            loose.append(part)
    return "".join((*written, _paragraph(loose)))


def _paragraph(loose: list[str]) -> str:
    inner = "".join(loose)
    return f"<p>{inner}</p>" if inner.strip() else ""
