"""Texts of items as HTML: as the writers make it, with math as MathML and the bank's pictures as data URIs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from html import unescape

from qticonv.model import Asset, Text
from qticonv.report.preview.html import Html, escape, in_text, join, tag
from qticonv.writers.markup import data_uri, to_html

_CLASS = re.compile(r'\sclass="[^"]*"')
_REMOTE_IMAGE = re.compile(r'<img src="(?!data:)([^"]*)" alt="([^"]*)"[^<>]*>')

Assets = Mapping[str, Asset]


def block(text: Text | None, assets: Assets, **attributes: str) -> Html:
    """Return ``text`` as a block; line breaks and indents of plain text are kept."""
    if not text:
        return Html("")
    kind = "text rich" if text.is_html else "text plain"
    return tag("div", _content(text, assets), class_=kind, dir="auto", **attributes)


def _content(text: Text, assets: Assets) -> Html:
    content = to_html(text, asset_url=partial(_address, assets), mathml=True)
    if not text.is_html:
        return Html(content)
    content = _CLASS.sub("", content)  # a class of theirs could be one of the page's
    return Html(_REMOTE_IMAGE.sub(_named_image, content))


def _address(assets: Assets, name: str) -> str | None:
    asset = assets.get(name)
    return data_uri(asset) if asset is not None and asset.media_type.startswith("image/") else None


def _named_image(found: re.Match[str]) -> str:
    """The page loads nothing, so a picture from elsewhere is shown by its name."""
    name = unescape(found[2] or found[1])
    return tag("span", f"[picture not shown: {name}]", class_="no-picture")


def highlight(html: Html, quotes: Sequence[str]) -> Html:
    """Return ``html`` with each of ``quotes`` marked where it stands in one run of text."""
    for quote in quotes:
        words = re.compile(r"\s+".join(re.escape(escape(word)) for word in quote.split()) or r"(?!)")
        html = in_text(html, partial(words.sub, r"<mark>\g<0></mark>", count=1))
    return html


def names(values: Sequence[str], **attributes: str) -> Html:
    """Return ``values`` (tags, a category) side by side, each isolated from the direction of its neighbours."""
    return join((tag("bdi", value, **attributes) for value in values), " ")


def labelled(title: str, text: Text | None, assets: Assets, name: str, quotes: Sequence[str] = ()) -> Html | None:
    """Return a text of the author's under a title; the page's script finds it by ``name`` to show it to a student."""
    if not text:
        return None
    body = highlight(block(text, assets), quotes)
    return tag("div", tag("h4", title), tag("div", body, data_feedback=name), class_="named")
