"""The one place where text becomes GIFT (question/format/gift/format.php:124, ``escapedchar_pre``)."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping

from qticonv.model import Asset, Text
from qticonv.writers.markup import to_html
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
# The importer's own placeholders: as plain text they would become the characters that they stand for.
PLACEHOLDER = re.compile(r"&&(?:0(?:58|35|61|92)|12[356]);|&&010")
_ASSET = re.compile(r'src="asset:([^"<>]+)"')


def escape(text: str) -> str:
    """Return ``text`` with everything escaped that has a meaning in GIFT, in one line."""
    return clean(text).strip().translate(_ESCAPES)


def html(content: Text | str | None, assets: Mapping[str, Asset]) -> str:
    """Return ``content`` with the marker ``[html]``, or nothing for no content.

    ``->`` has no escape and would make a matching of a short answer; in HTML it is written as an entity. Images become
    ``data:`` addresses: a GIFT file carries no files.
    """
    if not content:
        return ""
    text = to_html(content) if isinstance(content, Text) else content
    if "asset:" in text:
        text = _ASSET.sub(lambda match: _data_uri(match, assets), text)
    return f"[html]{escape(text.replace('->', '-&gt;'))}"


def _data_uri(match: re.Match[str], assets: Mapping[str, Asset]) -> str:
    asset = assets.get(match[1])
    if asset is None or asset.data is None:
        return match[0]
    return f'src="data:{asset.media_type};base64,{base64.b64encode(asset.data).decode("ascii")}"'


def plain(text: str) -> str:
    """Return plain text of a short answer; a leading ``[`` would be read as a format marker."""
    return f"[plain]{escape(text)}" if text.startswith("[") else escape(text)


def comment_value(text: str) -> str:
    r"""Return ``text`` for ``[id:…]`` and ``[tag:…]``: ``]`` is ``\]``, and no backslash stands at the end."""
    return clean(text).rstrip("\\").replace("]", "\\]")
