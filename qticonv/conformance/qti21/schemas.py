"""Structure: the official schemas where a directory holds them, else qticonv's own grammar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, cached_property
from pathlib import Path
from pkgutil import get_data
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from qticonv.conformance.qti21.findings import Finding, at
from qticonv.diagnostics import Code

_ITEM = "www.imsglobal.org/xsd/imsqti_v2p1.xsd"
_MANIFEST = "www.imsglobal.org/xsd/qti/qtiv2p1/qtiv2p1_imscpv1p2_v1p0.xsd"
# Schemas that are published under more than one name, or may not be copied (the IEEE's: a stub stands in).
_STAND_INS = {
    "imsmd_loose_v1p3p2.xsd": "stubs/lom.xsd",
    "imsqti_metadata_v2p1p1.xsd": "www.imsglobal.org/xsd/imsqti_metadata_v2p1.xsd",
}
_MOST_ERRORS = 20
_NAMESPACES = {"q": "http://www.imsglobal.org/xsd/imsqti_v2p1", "c": "http://www.imsglobal.org/xsd/imscp_v1p1"}


class SchemaError(Exception):
    """The official schemas are not there, or not usable."""


class Schema:
    """A compiled grammar. Its verdict is a list of findings, none for a valid document.

    ``identities`` finds the values that must differ within a document; RELAX NG in libxml2 does not look at that.
    ``core`` is a small part of the grammar: what follows it needs no look at the whole, which takes long to load.
    """

    def __init__(self, load: Callable[[], Any], identities: etree.XPath | None = None, core: Any = None) -> None:
        self._load = load
        self._identities = identities
        self._core = core

    @cached_property
    def _validator(self) -> Any:
        return self._load()

    def accepts(self, element: etree._Element) -> bool:
        """Whether ``element`` follows the grammar; its identities are not looked at."""
        return bool((self._core is not None and self._core.validate(element)) or self._validator.validate(element))

    def check(self, element: etree._Element) -> Iterator[Finding]:
        """Yield where ``element`` does not follow the grammar."""
        if self._identities is not None:
            yield from _repeated(self._identities(element))
        if self.accepts(element):
            return
        seen: set[tuple[int, str]] = set()
        for error in list(self._validator.error_log)[:_MOST_ERRORS]:
            found = (max(1, error.line), _readable(error.message))
            if found not in seen:
                seen.add(found)
                yield Finding(Code.QTI_STRUCTURE, found[1], found[0])


def _repeated(values: Any) -> Iterator[Finding]:
    if len(set(values)) == len(values):
        return
    seen: set[str] = set()
    for value in values:
        if value in seen:
            message = f"the identifier {str(value)!r} stands in the document twice"
            yield Finding(Code.QTI_STRUCTURE, message, at(value.getparent()))
        seen.add(value)


def _readable(message: str) -> str:
    """Take the namespaces out of a message: ``{http://…}p`` becomes ``p``."""
    parts = message.split("{")
    return parts[0] + "".join(part.partition("}")[2] if "}" in part else "{" + part for part in parts[1:])


@cache
def own(kind: str) -> Schema:
    """Return qticonv's own grammar for ``kind``: ``"item"`` (items and tests) or ``"manifest"``."""
    if kind == "manifest":
        identities = "self::c:manifest/@identifier | .//c:resource/@identifier"
        return Schema(lambda: _grammar("qti21-manifest.rng"), etree.XPath(identities, namespaces=_NAMESPACES))
    identities = ".//@id | .//q:responseDeclaration/@identifier"
    xpath = etree.XPath(identities, namespaces=_NAMESPACES)
    return Schema(lambda: _grammar("qti21.rng"), xpath, _grammar("qti21-core.rng"))


def _grammar(name: str) -> etree.RelaxNG:
    return etree.RelaxNG(etree.fromstring(get_data("qticonv.schemas", name) or b""))


@cache
def official(directory: Path, kind: str) -> Schema:
    """Return the official schema for ``kind``.

    ``directory`` holds the schemas by URL host and path (``www.imsglobal.org/xsd/imsqti_v2p1.xsd``). Every import is
    resolved there and never on the network. Raises :class:`SchemaError` where a schema is missing or unusable.
    """
    path = directory / {"item": _ITEM, "manifest": _MANIFEST}[kind]
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    parser.resolvers.add(_Directory(directory))
    try:
        schema = etree.XMLSchema(etree.fromstring(path.read_bytes(), parser, base_url=path.as_uri()))
        return Schema(lambda: schema)
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError, OSError) as error:
        raise SchemaError(f"{path}: {error}") from None


class _Directory(etree.Resolver):
    """Maps ``http://host/path`` to ``DIRECTORY/host/path``, and a relative import to the file of that name."""

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self._directory = directory

    @cached_property
    def _by_name(self) -> dict[str, Path]:
        return {path.name: path for path in sorted(self._directory.rglob("*.xsd"), reverse=True)}

    def resolve(self, system_url: str | None, public_id: str | None, context: Any) -> Any:  # type: ignore[override]
        """Return the file for a schemaLocation; an unknown one is empty, never fetched."""
        parts = urlsplit(system_url or "")
        name = parts.path.rpartition("/")[2]
        if name in _STAND_INS:
            path = self._directory / _STAND_INS[name]
        elif parts.scheme in ("http", "https"):
            path = self._directory / parts.netloc / parts.path.lstrip("/")
        else:
            path = Path(parts.path)
        if not path.is_file():
            path = self._by_name.get(name, path)
        if not path.is_file():
            raise FileNotFoundError(f"{system_url} is not in {self._directory}")
        return self.resolve_string(path.read_bytes(), context, base_url=path.as_uri())
