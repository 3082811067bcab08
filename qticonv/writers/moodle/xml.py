"""The one place where text becomes Moodle XML.

Every text stands in one CDATA section: Moodle's reader drops white space that stands alone between entities
(lib/xmlize.php:160), so entity-escaped texts lose spaces.
"""

from __future__ import annotations

from functools import partial

from qticonv.model import ItemBank, Text
from qticonv.model.options import WriteOptions
from qticonv.writers.markup import base64_of, data_uri, packaged_path, to_html
from qticonv.writers.moodle.rules import clean
from qticonv.writers.moodle.texts import FILE_MARK, Render, Texts

_FILE_URL = f"{FILE_MARK}/"


def cdata(text: str) -> str:
    """Return ``text`` as one CDATA section (two only where it holds the end mark itself)."""
    if not text:
        return ""
    if not text.isprintable():
        text = clean(text)
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>') if ']]>' in text else text}]]>"


class Context:
    """What the questions of one bank share: its texts, its images and the options."""

    __slots__ = ("_images", "model_answer_for_students", "texts", "without_files")

    def __init__(self, bank: ItemBank, options: WriteOptions) -> None:
        loaded = {name: asset.data for name, asset in bank.assets.items() if asset.data is not None}
        self._images = {packaged_path(name).removeprefix("images/"): data for name, data in loaded.items()}
        urls = {name: _FILE_URL + packaged_path(name).removeprefix("images/") for name in loaded}
        uris = {name: data_uri(bank.assets[name]) for name in loaded}
        self.without_files: Render = partial(to_html, asset_url=uris.get)
        self.texts = Texts(bank.items, partial(to_html, asset_url=urls.get))
        self.model_answer_for_students = options.model_answer_for_students

    def html(self, tag: str, content: Text | str | None) -> str:
        """Return element ``tag`` with ``content`` as HTML, and with the files that it shows."""
        return f'<{tag} format="html">{self.body(content)}</{tag}>\n'

    def optional(self, tag: str, content: Text | str | None) -> str:
        """Like :meth:`html`, but nothing at all for no content."""
        return self.html(tag, content) if content else ""

    def body(self, content: Text | str | None) -> str:
        """Return the ``text`` element and the ``file`` elements of ``content``."""
        if not content:
            return "<text></text>"
        html = self.texts.render(content) if isinstance(content, Text) else content
        text = f"<text>{cdata(html)}</text>"
        return text + self._files(html) if _FILE_URL in html else text

    def _files(self, html: str) -> str:
        return "".join(
            f'<file name="{name}" path="/" encoding="base64">{base64_of(data)}</file>'
            for name, data in self._images.items()
            if f'src="{_FILE_URL}{name}"' in html
        )
