"""The one place where text becomes Moodle XML.

Every text stands in one CDATA section: Moodle's reader drops white space that stands alone between entities
(lib/xmlize.php:160), so entity-escaped texts lose spaces.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from qticonv.model import Asset, Text
from qticonv.writers.markup import to_html
from qticonv.writers.moodle.rules import clean
from qticonv.writers.moodle.texts import Passages

_ASSET = re.compile(r'src="asset:([^"<>]+)"')


def cdata(text: str) -> str:
    """Return ``text`` as one CDATA section (two only where it holds the end mark itself)."""
    if not text:
        return ""
    text = clean(text)
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>') if ']]>' in text else text}]]>"


@dataclass(frozen=True, slots=True)
class Context:
    """What the questions of one bank share. ``assets`` are the bank's files by name."""

    passages: Passages
    assets: Mapping[str, Asset]
    model_answer_for_students: bool

    def html(self, tag: str, content: Text | str | None) -> str:
        """Return element ``tag`` with ``content`` as HTML, and with the files that it shows."""
        if not content:
            return f'<{tag} format="html"><text></text></{tag}>\n'
        return f'<{tag} format="html">{self.body(content)}</{tag}>\n'

    def optional(self, tag: str, content: Text | str | None) -> str:
        """Like :meth:`html`, but nothing at all for no content."""
        return self.html(tag, content) if content else ""

    def body(self, content: Text | str) -> str:
        """Return the ``text`` element and the ``file`` elements of ``content``."""
        html = to_html(content) if isinstance(content, Text) else content
        if "asset:" not in html:
            return f"<text>{cdata(html)}</text>"
        names = dict.fromkeys(name for name in _ASSET.findall(html) if self._data(name) is not None)
        html = _ASSET.sub(lambda match: self._reference(match, names), html)
        return f"<text>{cdata(html)}</text>{''.join(map(self._file, names))}"

    def _data(self, name: str) -> bytes | None:
        asset = self.assets.get(name)
        return asset.data if asset else None

    def _reference(self, match: re.Match[str], names: Mapping[str, None]) -> str:
        if match[1] not in names:
            return match[0]
        return f'src="@@PLUGINFILE@@/{quote(self._file_name(match[1]))}"'

    def _file_name(self, name: str) -> str:
        """A file name is unique within a field and ends like the source's file does."""
        suffix = PurePosixPath(self.assets[name].path).suffix
        base = re.sub(r'[/\\<>"&:]', "_", clean(name))
        return base if base.endswith(suffix) else base + suffix

    def _file(self, name: str) -> str:
        encoded = base64.b64encode(self._data(name) or b"").decode("ascii")
        return f'<file name="{self._file_name(name)}" path="/" encoding="base64">{encoded}</file>'
