"""Text of an item as HTML: the one place where writers escape.

The result is well-formed XHTML with only ``&amp; &lt; &gt; &quot;`` escaped, so that it can stand in HTML (Moodle,
GIFT, Canvas) and, in the namespace around it, in QTI. Everything passes through ``qticonv.model.markup.sanitise``
once more: a bank may have been written by hand.

Images are written as ``<img src="asset:NAME" alt="…"/>`` in a bank; each target says with ``asset_url`` where NAME is
found in its file. Math ``\\(…\\)`` and ``\\[…\\]`` stays LaTeX, or becomes MathML with ``mathml=True`` (QTI).
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from qticonv.model import Asset, ItemBank, Text
from qticonv.model.markup import clean_text, escape, sanitise
from qticonv.model.subset import BLOCKS, PARTS
from qticonv.model.walk import texts
from qticonv.patterns import lazy
from qticonv.writers.math import convert

# Takes the name of an asset, returns its address in the target's file, or None where the target cannot hold it.
AssetUrl = Callable[[str], str | None]

_TAG = lazy(r"<[^>]*>")
_IMAGE = lazy(r"<img ([^>]*)/>")
_SOURCE = lazy(r'src="([^"]*)"')
_ALT = lazy(r'alt="([^"]*)"')
_ASSET = lazy(r'<img src="asset:([^"]*)"')
_BLOCK = lazy(lambda: rf"<(?:{'|'.join(sorted(BLOCKS))})[ >/]")
# Two backslashes are a line break of LaTeX, also before a bracket; a formula holds no mark of another.
_LATEX = r"(?:[^\\]++|\\[^()\[\]])++"
_MATH = lazy(rf"(?<!\\)(\\\({_LATEX}\\\)|\\\[{_LATEX}\\\])")
_NO_MATH_IN = ("code", "pre", "math")


def to_html(text: Text, *, asset_url: AssetUrl | None = None, mathml: bool = False) -> str:
    """Return ``text`` as XHTML: plain text is escaped and its line breaks become ``<br/>``; HTML may hold blocks.

    Without ``asset_url`` images keep their ``asset:NAME``. Every image has an ``alt``. Math marks in code are no
    math, and a mark without its partner is text.
    """
    content = text.content
    if not text.is_html:
        if mathml and "\\" in content:
            return _with_formulas(clean_text(content))
        return escape(content) if content.isprintable() else _plain(clean_text(content))
    content = _safe(content)
    if "<img" in content:
        content = _IMAGE.sub(lambda match: _image(match[1], asset_url), content)
    return _with_mathml(content) if mathml and "\\" in content else content


def to_block(text: Text, *, asset_url: AssetUrl | None = None, mathml: bool = False) -> str:
    """Return ``text`` as exactly one block element: a ``p``, or a ``div`` where it holds blocks itself."""
    content = to_html(text, asset_url=asset_url, mathml=mathml)
    element = "div" if has_blocks(content) else "p"
    return f"<{element}>{content}</{element}>"


def to_inline(text: Text, *, asset_url: AssetUrl | None = None, mathml: bool = False) -> str:
    """Return ``text`` without block elements: paragraphs, items and rows become lines, cells stand side by side."""
    content = to_html(text, asset_url=asset_url, mathml=mathml)
    return _without_blocks(content) if has_blocks(content) else content


def has_blocks(content: str) -> bool:
    """Whether the XHTML ``content`` holds a block element (p, div, ul, table …)."""
    return _BLOCK.search(content) is not None


@lru_cache(maxsize=2048)
def _safe(fragment: str) -> str:
    return sanitise(fragment)[0]


def _plain(content: str) -> str:
    return escape(content).replace("\n", "<br/>")


def _with_formulas(content: str) -> str:
    parts = _MATH.split(content)
    return "".join(_formula(part, escape(part)) if index % 2 else _plain(part) for index, part in enumerate(parts))


def _formula(marked: str, otherwise: str) -> str:
    """Return ``\\(…\\)`` as MathML, or ``otherwise`` where that is not possible."""
    return convert(marked[2:-2].strip(), marked[1] == "[") or otherwise


def _with_mathml(content: str) -> str:
    written = []
    inside = 0
    for part in re.split(r"(<[^>]*>)", content):
        if part.startswith("<"):
            if part.strip("</>").split(" ")[0] in _NO_MATH_IN:
                inside += -1 if part.startswith("</") else 1
            written.append(part)
        elif inside or "\\" not in part:
            written.append(part)
        else:
            pieces = _MATH.split(part)
            written += [_formula(html.unescape(p), p) if index % 2 else p for index, p in enumerate(pieces)]
    return "".join(written)


def formulas(text: Text) -> tuple[str, ...]:
    """Return the formulas of ``text`` as they are written, marks included (``\\(x^2\\)``)."""
    if "\\" not in text.content:
        return ()
    if not text.is_html:
        return tuple(_MATH.findall(text.content))
    visible = re.sub(r"<(code|pre|math)\b.*?</\1>", "<br/>", _safe(text.content), flags=re.DOTALL)
    return tuple(html.unescape(found) for part in _TAG.split(visible) for found in _MATH.findall(part))


def kept_formulas(parts: object) -> tuple[str, ...]:
    """Return the formulas in ``parts`` (an item, a quiz …) that stay LaTeX where MathML is wanted, each once."""
    found = dict.fromkeys(formula for text in texts(parts) for formula in formulas(text))
    return tuple(formula for formula in found if convert(formula[2:-2].strip(), formula[1] == "[") is None)


def _image(attributes: str, asset_url: AssetUrl | None) -> str:
    source, alt = _SOURCE.search(attributes), _ALT.search(attributes)
    name = html.unescape(source[1]) if source else ""
    label = alt[1] if alt else ""
    # A path leads nowhere from inside a learning platform: what was not loaded leaves its description.
    url = name if re.match("asset:|data:|https?://", name, re.IGNORECASE) else None
    if name.startswith("asset:") and asset_url is not None:
        url = asset_url(name.removeprefix("asset:"))
    if url is None:
        return f"[{label or escape(name.removeprefix('asset:'))}]"
    rest = _ALT.sub("", _SOURCE.sub("", attributes)).split()
    return " ".join([f'<img src="{escape(url)}" alt="{label}"', *rest]) + "/>"


def _without_blocks(content: str) -> str:
    written: list[str] = []
    pending = ""
    for part in re.split(r"(<[^>]*>)", content):
        name = part.strip("</>").split(" ")[0] if part.startswith("<") else ""
        if name in BLOCKS or name in PARTS:
            pending = pending or (" " if name in ("td", "th") else "<br/>") if written else ""
        elif part.strip() or (part and not pending):
            written += [pending, part]
            pending = ""
    return "".join(written)


# ---------------------------------------------------------------------- images


def asset_names(shown: Iterable[Text]) -> tuple[str, ...]:
    """Return the names of the assets that ``shown`` hold, each once, in order of appearance."""
    found = dict.fromkeys(
        html.unescape(name)
        for text in shown
        if text.is_html and "asset:" in text.content
        for name in _ASSET.findall(_safe(text.content))
    )
    return tuple(found)


def bank_assets(bank: ItemBank) -> dict[str, bytes]:
    """Return the content of every asset that the bank's items and description show and that was loaded, by name."""
    if not bank.assets:
        return {}
    shown = asset_names(texts((tuple(bank.items), bank.quiz)))
    loaded = ((name, bank.assets[name].data) for name in shown if name in bank.assets)
    return {name: data for name, data in loaded if data is not None}


def packaged_path(name: str) -> str:
    """Return the path of asset ``name`` in a zip: letters, digits and ``. _ -``: nothing to decode."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name).lstrip(".")
    if plain != name:
        plain = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8] + "-" + plain[-80:]
    return f"images/{plain}"


def base64_of(data: bytes) -> str:
    """Return ``data`` in base64, without line breaks (Moodle's ``<file encoding="base64">``)."""
    return base64.b64encode(data).decode("ascii")


def data_uri(asset: Asset) -> str | None:
    """Return the asset as a ``data:`` URI, or ``None`` where it was not loaded."""
    return None if asset.data is None else f"data:{asset.media_type};base64,{base64_of(asset.data)}"
