"""Images beside the source or embedded in it become assets of the bank, with their content; nothing else is let in.

Nothing is ever fetched from a network, and nothing is read outside the folder of the source.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import TypeVar
from urllib.parse import unquote
from xml.parsers import expat

from msgspec.structs import replace

from qticonv.diagnostics import Code, Diagnostic, Effect, diagnose
from qticonv.model import Asset, Item, ItemBank, Text
from qticonv.model.markup import escape, sanitise
from qticonv.model.walk import map_texts, texts
from qticonv.patterns import lazy

T = TypeVar("T")

MAX_BYTES = 30 * 1024 * 1024  # one image
MAX_TOTAL_BYTES = 200 * 1024 * 1024  # all images of a bank

_IMAGE = lazy(r'<img src="([^"]*)"([^>]*)/>')
_ALT = lazy(r' alt="([^"]*)"')
_DATA = lazy(r"data:image/[a-z0-9.+-]+;base64,(.*)", re.IGNORECASE | re.DOTALL)
_SUFFIXES = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/svg+xml": ".svg",
}


class _RefusedError(Exception):
    """Why an image is not taken; ``code`` says whether it is missing or refused."""

    def __init__(self, message: str, code: Code = Code.ASSET_REFUSED) -> None:
        super().__init__(message)
        self.code = code


def load(bank: ItemBank, base: Path | None) -> tuple[ItemBank, tuple[Diagnostic, ...]]:
    """Return ``bank`` with the content of every image that its texts show, and what is to be said about them.

    ``base`` is the folder of the source; ``None`` where there is none (standard input). In the result every image of a
    text is an asset (``asset:NAME``) or stays on another server (``https://…``); one that cannot be had is replaced by
    its alternative text in brackets. Assets that no text shows are left as they are.
    """
    loader = _Loader(bank, base)
    items = tuple(loader.item(item) for item in bank.items)
    quiz = loader.part(bank.quiz, None)
    if not loader.found and not loader.diagnostics:
        return bank, ()
    loaded = replace(bank, items=items, quiz=quiz, assets={**bank.assets, **loader.found})
    return loaded, tuple(dict.fromkeys(loader.diagnostics))


def with_own_names(banks: Sequence[ItemBank]) -> list[ItemBank]:
    """Return ``banks`` so that they can be merged: one name never stands for two different images."""
    taken: dict[str, Asset] = {}
    return [_with_own_names(bank, taken) for bank in banks]


def _with_own_names(bank: ItemBank, taken: dict[str, Asset]) -> ItemBank:
    names: dict[str, str] = {}
    for name, asset in bank.assets.items():
        other = taken.get(name)
        if other is not None and other.data != asset.data:
            path = PurePosixPath(name)
            names[name] = f"{path.stem}-{_hash(asset.data or b'')}{path.suffix}"
        taken[names.get(name, name)] = asset
    if not names:
        return bank

    def renamed(match: re.Match[str]) -> str:
        name = _source(match).removeprefix("asset:")
        return f'<img src="asset:{escape(names[name])}"{match[2]}/>' if name in names else match.group()

    def change(text: Text) -> Text:
        content = _IMAGE.sub(renamed, text.content) if text.is_html else text.content
        return text if content == text.content else Text(content, is_html=True)

    items = tuple(map_texts(item, change) for item in bank.items)
    assets = {names.get(name, name): asset for name, asset in bank.assets.items()}
    return replace(bank, items=items, quiz=map_texts(bank.quiz, change), assets=assets)


def _source(image: re.Match[str]) -> str:
    from html import unescape  # most banks have no images

    return unescape(image[1])


class _Loader:
    def __init__(self, bank: ItemBank, base: Path | None) -> None:
        self._assets = bank.assets
        self._base = base
        self._known: dict[str, str | _RefusedError] = {}  # an image's source -> the name of its asset
        self._total = 0
        self.found: dict[str, Asset] = {}
        self.diagnostics: list[Diagnostic] = []

    def item(self, item: Item) -> Item:
        return self.part(item, item)

    def part(self, part: T, item: Item | None) -> T:
        if not any(text.is_html and "<img" in text.content for text in texts(part)):
            return part
        return map_texts(part, lambda text: self._text(text, item))

    def _text(self, text: Text, item: Item | None) -> Text:
        if not text.is_html or "<img" not in text.content:
            return text
        content = sanitise(text.content)[0]
        return Text(_IMAGE.sub(lambda match: self._image(match, item), content), is_html=True)

    def _image(self, match: re.Match[str], item: Item | None) -> str:
        source, rest = _source(match), match[2]
        alt = _ALT.search(rest)
        if re.match("https?://", source, re.IGNORECASE):
            self._say(Code.ASSET_REMOTE, f"the image {_short(source)} is not part of the output", item)
            return match.group()
        name = self._name(source)
        if isinstance(name, str):
            return f'<img src="asset:{escape(name)}"{rest}/>'
        self._say(name.code, f"the image {_short(source)} {name}", item, Effect.LOST)
        label = alt[1] if alt and alt[1] else escape(_short(source).strip("'"))
        return f"[{label}]"

    def _say(self, code: Code, message: str, item: Item | None, effect: Effect | None = None) -> None:
        identifier, span = (item.identifier, item.span) if item else (None, None)
        self.diagnostics.append(diagnose(code, message, item=identifier, span=span, effect=effect))

    def _name(self, source: str) -> str | _RefusedError:
        """Return the name of the asset that ``source`` stands for, loaded, or why there is none."""
        if source not in self._known:
            try:
                self._known[source] = self._load(source)
            except _RefusedError as error:
                self._known[source] = error
        return self._known[source]

    def _load(self, source: str) -> str:
        if embedded := _DATA.fullmatch(source):
            data = _decoded(embedded[1])
            return self._add(None, f"embedded-{_hash(data)}", "", data)
        if not source.startswith("asset:"):
            path = _within(self._path(source))
            return self._add(None, PurePosixPath(path.name).stem, source, self._read(path))
        name = source.removeprefix("asset:")
        if name not in self._assets:
            raise _RefusedError("is not among the assets of the bank", Code.ASSET_MISSING)
        asset = self._assets[name]
        data = asset.data if asset.data is not None else self._read(_within(self._path(asset.path)))
        return self._add(name, name, asset.path, data)

    def _add(self, name: str | None, stem: str, path: str, data: bytes) -> str:
        """Add ``data`` as the asset ``name``, or under a name made of ``stem`` that is free."""
        if len(data) > MAX_BYTES:
            raise _RefusedError(f"is larger than {MAX_BYTES // 2**20} MB")
        media_type = sniff(data)
        if self._total + len(data) > MAX_TOTAL_BYTES:
            raise _RefusedError(f"would make the images of the bank larger than {MAX_TOTAL_BYTES // 2**20} MB")
        self._total += len(data)
        if name is None:
            name = self._free_name(stem, _SUFFIXES[media_type], data)
        self.found[name] = Asset(path=path or name, media_type=media_type, data=data)
        return name

    def _free_name(self, stem: str, suffix: str, data: bytes) -> str:
        plain = re.sub(r"[^A-Za-z0-9_-]", "_", stem)[:60]
        name = plain + suffix
        taken = self.found.get(name) or self._assets.get(name)
        if plain == stem and (taken is None or taken.data == data):
            return name
        return f"{plain}-{_hash(data)}{suffix}"

    def _path(self, source: str) -> tuple[Path, str]:
        if self._base is None:
            raise _RefusedError("cannot be found: the input has no folder", Code.ASSET_MISSING)
        direct = _plain_path(source)
        if not _exists(self._base / direct) and _exists(self._base / _plain_path(unquote(source))):
            direct = _plain_path(unquote(source))
        return self._base, direct

    def _read(self, path: Path) -> bytes:
        try:
            if not path.is_file():
                raise _RefusedError("was not found", Code.ASSET_MISSING)
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise _RefusedError(f"could not be read ({error.strerror})", Code.ASSET_MISSING) from None
        if len(data) > MAX_BYTES:
            raise _RefusedError(f"is larger than {MAX_BYTES // 2**20} MB")
        return data


def _plain_path(source: str) -> str:
    """Return ``source`` as a relative path with forward slashes, or refuse it."""
    path = source.replace("\\", "/")
    parts = PurePosixPath(path).parts
    if path.startswith("/") or ".." in parts or re.match("[A-Za-z]:", path) or "\0" in path or not parts:
        raise _RefusedError("lies outside the folder of the source")
    return path


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long for the file system
        return False


def _within(place: tuple[Path, str]) -> Path:
    """Return the file with all links followed; a link that leads out of the folder is refused."""
    base, relative = place
    try:
        path = (base / relative).resolve()
    except (OSError, RuntimeError):
        raise _RefusedError("was not found", Code.ASSET_MISSING) from None
    if not path.is_relative_to(base.resolve()):
        raise _RefusedError("lies outside the folder of the source")
    return path


def _decoded(encoded: str) -> bytes:
    if len(encoded) > MAX_BYTES * 3 // 2:
        raise _RefusedError(f"is larger than {MAX_BYTES // 2**20} MB")
    try:
        return base64.b64decode("".join(encoded.split()), validate=True)
    except binascii.Error:
        raise _RefusedError("is not valid base64") from None


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:8]


def _short(source: str) -> str:
    return repr(source if len(source) <= 60 else source[:40] + "…")


def sniff(data: bytes) -> str:
    """Return the media type of an image by its first bytes; raise the module's own error where it is not taken."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if b"<svg" in data[:4096] or b"<svg" in data[:8192].replace(b"\0", b""):
        _check_svg(data)
        return "image/svg+xml"
    raise _RefusedError("is no PNG, JPEG, GIF, WebP or SVG image")


_SVG_SCRIPTS = {"script", "foreignobject", "iframe", "object", "embed", "handler", "listener", "set", "animate"}
_SVG_ADDRESS = lazy(r"\s*(?:#|data:image/(?:png|jpeg|gif|webp);)", re.IGNORECASE)


def _check_svg(data: bytes) -> None:
    """Refuse an SVG that is not well-formed, has scripts or entities, or refers to anything outside itself."""
    parser = expat.ParserCreate()
    texts: list[str] = []
    parser.EntityDeclHandler = _refuse_entity
    parser.StartElementHandler = _check_svg_element
    parser.CharacterDataHandler = texts.append
    parser.ProcessingInstructionHandler = _refuse_instruction
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise _RefusedError("is an SVG that is not well-formed") from None
    _check_svg_style("".join(texts))


def _refuse_entity(*_: object) -> None:
    raise _RefusedError("is an SVG with entities")


def _refuse_instruction(target: str, data: str) -> None:
    raise _RefusedError(f"is an SVG with a processing instruction ({target})")


def _check_svg_element(name: str, attributes: dict[str, str]) -> None:
    if name.lower().split(":")[-1] in _SVG_SCRIPTS:
        raise _RefusedError(f"is an SVG with the element {name}, which can run scripts")
    for key, value in attributes.items():
        local = key.lower().split(":")[-1]
        if local.startswith("on"):
            raise _RefusedError(f"is an SVG with the handler {key}")
        if local == "href" and value.strip() and not _SVG_ADDRESS.match(value) and name.lower() != "a":
            raise _RefusedError(f"is an SVG that refers to {_short(value)}")
        _check_svg_style(value)


def _check_svg_style(text: str) -> None:
    compact = re.sub(r"\s", "", text).lower()
    if (
        "@import" in compact
        or "javascript:" in compact
        or re.search(r"url\(['\"]?(?!['\"]?(?:#|data:image/))", compact)
    ):
        raise _RefusedError("is an SVG that refers to something outside itself")
