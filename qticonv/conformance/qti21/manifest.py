"""The manifest of a package, read resource by resource."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from posixpath import normpath
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from qticonv.conformance.archive import Archive
from qticonv.conformance.qti21.document import Element
from qticonv.conformance.qti21.findings import Finding, at
from qticonv.diagnostics import Code, Severity
from qticonv.patterns import lazy

_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_SIMPLE = lazy(r"\w[\w-]*(?:[./]\w[\w-]*)*")
_OTHER_VERSION = lazy(r"QTIv2\.(?!1)")
_HINT = "{http://www.imsglobal.org/xsd/imsqti_v2p1}interactionType"  # as Canvas Classic reads it
_NCNAME = lazy(r"[^\W\d][\w.-]*")
_RESOURCES = "{http://www.imsglobal.org/xsd/imscp_v1p1}resources"
_MANIFEST = "{http://www.imsglobal.org/xsd/imscp_v1p1}manifest"
_DEPENDENCY = "{http://www.imsglobal.org/xsd/imscp_v1p1}dependency"
_PLAIN_NAME = lazy(r"[A-Za-z_][A-Za-z0-9_.-]*")
_TYPE = lazy(r"imsqti_(item|test|assessment|section|resprocessing|outcomes?|stylesheet)_xmlv2p([012])\w*")


class Resource(NamedTuple):
    """A resource. Paths are as in the zip; one that is not inside the package is empty."""

    identifier: str
    kind: str  # item, test, section, …; "" for anything else
    version: str  # "2.1"; "" for anything else
    href: str
    files: tuple[str, ...]
    dependencies: tuple[str, ...]
    hint: str | None
    line: int


class Dependencies:
    """Collects what resources depend on, because a test depends on as many as a bank has items."""

    def __init__(self) -> None:
        self._names: dict[Element | None, list[str]] = {}

    def take(self, element: Element) -> bool:
        """Note a dependency; return whether the grammar cannot object to it, so that it may leave the tree."""
        name = element.get("identifierref", "")
        self._names.setdefault(element.getparent(), []).append(name)
        alone = element.tag == _DEPENDENCY and element.keys() == ["identifierref"] and not len(element)
        return alone and not element.text and _PLAIN_NAME.fullmatch(name) is not None

    def of(self, resource: Element) -> tuple[str, ...]:
        """Return what ``resource``, which is complete, depends on."""
        return tuple(self._names.pop(resource, ()))


def read_resource(element: Element, base: str, dependencies: tuple[str, ...]) -> Resource:
    """Return what a ``resource`` element says; ``base`` is the xml:base of the manifest and of its resources.

    ``dependencies`` are what :class:`Dependencies` collected.
    """
    base = urljoin(base, own_base) if (own_base := element.get(_BASE)) else base
    kind, version = _kind_and_version(element.get("type", ""))
    reference = element.get("href", "")
    href = path_of(base, reference)
    files: list[str] = []
    hint: str | None = None
    for child in element:
        name = str(child.tag).rpartition("}")[2]
        if name == "file":
            own = child.get("href", "")
            files.append(href if own == reference else path_of(base, own))  # mostly the same: there may be 100,000
        elif name == "metadata":
            hint = next((found.text for found in child.iter(_HINT)), None)
    return Resource(
        identifier=element.get("identifier", ""),
        kind=kind,
        version=version,
        href=href,
        files=tuple(files),
        dependencies=dependencies,
        hint=hint,
        line=at(element),
    )


def is_listed(resource: Element) -> bool:
    """Whether ``resource`` stands where resources belong: in the manifest's list of them."""
    around = [parent.tag for parent in resource.iterancestors()]
    return around == [_RESOURCES, _MANIFEST]


@lru_cache(maxsize=64)
def _kind_and_version(name: str) -> tuple[str, str]:
    found = _TYPE.fullmatch(name)
    if found is None:
        return "", ""
    return {"assessment": "test"}.get(found[1], found[1]), f"2.{found[2]}"


def path_of(base: str, href: str) -> str:
    """Return the path in the package that ``href`` means, seen from ``base``; empty if it is outside."""
    if "/" not in base and _SIMPLE.fullmatch(href):
        return href
    parts = urlsplit(href)
    if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
        return ""
    path = normpath(base.rpartition("/")[0] + "/" + unquote(parts.path)).lstrip("/")
    return "" if path.startswith("..") else path


def check_resources(resources: Iterable[Resource], archive: Archive) -> Iterator[Finding]:
    """Yield what does not fit between resources, and between them and the files."""
    resources = list(resources)
    known = {resource.identifier for resource in resources}
    seen: set[str] = set()
    for resource in resources:
        name, line = resource.identifier, resource.line
        if name in seen:
            yield Finding(Code.QTI_DUPLICATE, f"the resource {name!r} stands in the manifest twice", line)
        seen.add(name)
        if not _NCNAME.fullmatch(name):
            yield Finding(Code.QTI_PACKAGE, f"the resource identifier {name!r} is no XML name", line)
        yield from _check_files(resource, archive)
        for other in resource.dependencies:
            if other not in known:
                message = f"the resource {name!r} depends on {other!r}, which is not in the manifest"
                yield Finding(Code.QTI_PACKAGE, message, line)


def _check_files(resource: Resource, archive: Archive) -> Iterator[Finding]:
    if resource.files == (resource.href,) and resource.href in archive:
        return  # so for nearly all
    name, line = resource.identifier, resource.line
    if resource.href and resource.href not in resource.files:
        message = f"the resource {name!r} does not list its own file {resource.href}"
        yield Finding(Code.QTI_PACKAGE, message, line)
    for path in sorted({resource.href, *resource.files} - {""}):
        if path not in archive:
            yield Finding(Code.QTI_PACKAGE, f"the resource {name!r} names {path}, which is not in the package", line)
    if "" in resource.files or (resource.kind and not resource.href):
        message = f"the resource {name!r} names a file outside the package"
        severity = Severity.ERROR if resource.kind else Severity.WARNING
        yield Finding(Code.QTI_PACKAGE, message, line, severity)


def other_version(root: Element) -> str | None:
    """Return what a manifest says it is, if that is a QTI 2 package of another version than 2.1."""
    schema = root.findtext("{*}metadata/{*}schema") or ""
    return schema.strip() if _OTHER_VERSION.match(schema.strip()) else None


def unlisted(resources: Iterable[Resource], archive: Archive, manifest: str) -> list[str]:
    """Return the files of the package that no resource lists (schemas apart)."""
    listed = {path for resource in resources for path in (resource.href, *resource.files)}
    return sorted(name for name in archive if name not in listed and name != manifest and not name.endswith(".xsd"))
