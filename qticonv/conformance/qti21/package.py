"""A package as a whole: manifest, tests, items and files."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree
from msgspec import Struct, field

from qticonv.conformance.archive import Archive, ArchiveError, open_archive
from qticonv.conformance.qti21.assessment import Contents, read_long_test
from qticonv.conformance.qti21.canvas import check_canvas
from qticonv.conformance.qti21.document import Element
from qticonv.conformance.qti21.documents import Judge
from qticonv.conformance.qti21.findings import Finding, at, in_order
from qticonv.conformance.qti21.manifest import (
    Dependencies,
    Resource,
    check_resources,
    is_listed,
    other_version,
    path_of,
    read_resource,
    unlisted,
)
from qticonv.conformance.qti21.memory import ResourceMemory
from qticonv.conformance.xml import XmlError, iterate_xml, parse_xml
from qticonv.diagnostics import Code, Diagnostic, Severity
from qticonv.model import Source
from qticonv.model.stored import opened

_MANIFEST = "imsmanifest.xml"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_POINTERS = {"img": "src", "object": "data", "stylesheet": "href", "include": "href", "a": "href"}
_MOST_NAMES = 5
_LONG = 1 << 20  # bytes of a test that is not kept whole
_MOST_FILES_IN_CANVAS = 100_000  # gems/canvas_unzip


def check_package(source: Source, judge: Judge) -> Iterator[Diagnostic]:
    """Yield what is wrong with a zip."""
    try:
        archive = open_archive(opened(source))
        yield from _Package(source.name, archive, judge).check()
    except ArchiveError as error:
        yield error.diagnostic(source.name, "qti21")


class _Package(Struct):
    name: str
    archive: Archive
    judge: Judge
    folder: str = ""
    items: dict[str, str] = field(default_factory=dict)  # path -> identifier
    losses: dict[tuple[str, Severity | None], list[str]] = field(default_factory=dict)  # message -> paths

    def check(self) -> Iterator[Diagnostic]:
        manifest = self._find_manifest()
        if manifest is None:
            yield Finding(Code.QTI_PACKAGE, f"the package has no {_MANIFEST} at its root").diagnostic(self.name, None)
            return
        self.folder = manifest.removesuffix(_MANIFEST)
        if self.folder:
            message = f"{_MANIFEST} stands in a folder; it must stand at the root of the zip"
            yield Finding(Code.QTI_PACKAGE, message, severity=Severity.WARNING).diagnostic(self.name, None)
        try:
            resources, found = self._read_manifest(manifest)
        except XmlError as error:
            yield error.diagnostic(self._path(manifest), "qti21")
            return
        found += (*check_resources(resources, self.archive), *self._unlisted(resources, manifest))
        for finding in in_order(found):
            yield finding.diagnostic(self._path(manifest), None)
        yield from self._check_documents(resources)
        yield from self._sum_up()
        if len(self.archive) > _MOST_FILES_IN_CANVAS:
            message = f"Canvas unpacks no more than {_MOST_FILES_IN_CANVAS:,} files; this package has more"
            yield Finding(Code.QTI_CANVAS, message, target="canvas").diagnostic(self.name, None)

    def _find_manifest(self) -> str | None:
        names = [name for name in self.archive if name.rpartition("/")[2] == _MANIFEST]
        return min(names, key=lambda name: (name.count("/"), name), default=None)

    def _path(self, name: str) -> str:
        return f"{self.name}/{name}"

    def _read_manifest(self, name: str) -> tuple[list[Resource], list[Finding]]:
        """Read a manifest of any length: every resource is judged alone, then what is left of the document."""
        resources: list[Resource] = []
        found: list[Finding] = []
        file = self.archive.unpack(name)
        dependencies = Dependencies()
        memory = ResourceMemory(resources)
        forms = memory.forms if self.judge.judges_in_pieces else None
        for element in iterate_xml(file, "resource", row="dependency", take=dependencies.take, forms=forms):
            if element.tag.rpartition("}")[2] == "resource":
                base = self._base_of(element)
                resource = read_resource(element, base, dependencies.of(element))
                resources.append(resource)
                wrong = self._check_resource(resource, element)
                found += wrong
                if not wrong and is_listed(element):
                    memory.right(resource, base)
            elif version := other_version(element):
                found.append(Finding(Code.QTI_UNCHECKED, f"this is a {version}; its structure was not checked"))
            elif self.judge.judges_in_pieces:
                for parent in element.findall("{*}resources"):
                    etree.strip_elements(parent, "{*}resource")
                found += self.judge.manifest(element)
            else:
                found += self.judge.manifest(parse_xml(self.archive.read(name)))
        if not resources:
            found.append(Finding(Code.QTI_PACKAGE, "the manifest lists no resources"))
        return resources, found

    def _check_resource(self, resource: Resource, element: Element) -> list[Finding]:
        if self.judge.judges_in_pieces and resource.version in ("2.1", ""):
            return list(self.judge.resource(element))
        return []

    def _base_of(self, element: Element) -> str:
        bases = [base for parent in element.iterancestors() if (base := parent.get(_BASE))]
        return self.folder + "".join(reversed(bases)) if bases else self.folder

    def _unlisted(self, resources: list[Resource], manifest: str) -> list[Finding]:
        names = unlisted(resources, self.archive, manifest)
        if not names:
            return []
        more = "" if len(names) <= _MOST_NAMES else f" and {len(names) - _MOST_NAMES} more"
        message = f"not listed in the manifest, so importers skip it: {', '.join(names[:_MOST_NAMES])}{more}"
        return [Finding(Code.QTI_PACKAGE, message, severity=Severity.WARNING)]

    def _check_documents(self, resources: list[Resource]) -> Iterator[Diagnostic]:
        checks: dict[str, Callable[[Element, Resource, dict[str, Resource]], Iterator[Finding]]] = {
            "item": self._check_pointers,
            "test": self._check_test,
            "section": self._check_test,
        }
        by_name = {resource.identifier: resource for resource in resources}
        for kind in ("item", "section", "test"):  # tests last: they refer to items
            for resource in resources:
                if resource.kind == kind and resource.href in self.archive:
                    yield from self._check_document(resource, by_name, checks[kind])

    def _check_document(
        self,
        resource: Resource,
        by_name: dict[str, Resource],
        check: Callable[[Element, Resource, dict[str, Resource]], Iterator[Finding]],
    ) -> Iterator[Diagnostic]:
        path = self._path(resource.href)
        if resource.kind != "item" and self.judge.judges_in_pieces and self.archive.size(resource.href) > _LONG:
            yield from self._check_long_test(resource, by_name)
            return
        try:
            data = self.archive.read(resource.href)
            if resource.kind == "item" and self._recall(data, resource):
                return
            root = parse_xml(data)
        except XmlError as error:
            yield error.diagnostic(path, "qti21")
            return
        found = [*self.judge.document(root, resource.kind), *check(root, resource, by_name)]
        identifier = None
        if resource.kind == "item":
            identifier = root.get("identifier", "")
            losses = tuple(check_canvas(root, resource.hint))
            self._take(resource, identifier, losses)
            if not found:
                self.judge.remember(data, resource.hint, losses)
        yield from (finding.diagnostic(path, identifier) for finding in in_order(found))

    def _check_long_test(self, resource: Resource, by_name: dict[str, Resource]) -> Iterator[Diagnostic]:
        path = self._path(resource.href)
        try:
            test = read_long_test(self.archive.unpack(resource.href))
        except XmlError as error:
            yield error.diagnostic(path, "qti21")
            return
        found = [*self.judge.document(test.root, resource.kind, test), *self._check_references(test, resource, by_name)]
        yield from (finding.diagnostic(path, None) for finding in in_order(found))

    def _recall(self, data: bytes, resource: Resource) -> bool:
        known = self.judge.recall(data, resource.hint)
        if known is not None:
            self._take(resource, *known)
        return known is not None

    def _take(self, resource: Resource, identifier: str, losses: tuple[Finding, ...]) -> None:
        self.items[resource.href] = identifier
        for loss in losses:
            self.losses.setdefault((loss.message, loss.severity), []).append(resource.href)

    def _sum_up(self) -> Iterator[Diagnostic]:
        """Say once what Canvas would lose of many items."""
        for (message, severity), paths in self.losses.items():
            where = paths[0] if len(paths) == 1 else f"{len(paths)} items, the first {paths[0]}"
            yield Finding(Code.QTI_CANVAS, f"{message} ({where})", severity=severity, target="canvas").diagnostic(
                self.name, self.items.get(paths[0]) if len(paths) == 1 else None
            )

    def _check_test(self, root: Element, resource: Resource, by_name: dict[str, Resource]) -> Iterator[Finding]:
        return self._check_references(Contents(root), resource, by_name)

    def _check_references(self, test: Contents, resource: Resource, by_name: dict[str, Resource]) -> Iterator[Finding]:
        root = test.root
        yield from self._check_pointers(root, resource, by_name)
        if root.find(".//{*}assessmentSection[@visible='true']") is not None:
            message = "Canvas Classic makes a text question of the title of a visible section"
            self.losses.setdefault((message, Severity.NOTE), []).append(resource.href)
        resource_of = {entry.href: entry for entry in by_name.values() if entry.kind in ("item", "section")}
        dependencies = {by_name[name].href for name in resource.dependencies if name in by_name}
        for reference in test.references:
            path = path_of(resource.href, reference.href)
            target = resource_of.get(path)
            if path not in self.archive or target is None:
                message = f"{reference.identifier!r} refers to {reference.href}, which is no item of the package"
                yield Finding(Code.QTI_PACKAGE, message, reference.line)
                continue
            if path not in dependencies:
                message = f"the test shows {path}, but its resource does not depend on it in the manifest"
                yield Finding(Code.QTI_PACKAGE, message, reference.line, Severity.WARNING)
            if not reference.is_section and self.items.get(path) not in (None, reference.identifier):
                message = "Canvas Classic drops references that are not called like their item from the quiz"
                self.losses.setdefault((message, Severity.WARNING), []).append(path)

    def _check_pointers(self, root: Element, resource: Resource, by_name: dict[str, Resource]) -> Iterator[Finding]:
        """Images and other files that a document shows."""
        for element in root.iter(*("{*}" + name for name in _POINTERS)):
            href = element.get(_POINTERS[etree.QName(element).localname], "")
            path = path_of(resource.href, href)
            if not path:
                yield from _outside(element, href)
            elif path not in self.archive:
                yield Finding(Code.QTI_PACKAGE, f"{href} is not in the package", at(element))
            elif path not in resource.files and not any(
                path in by_name[name].files for name in resource.dependencies if name in by_name
            ):
                message = f"{href} is not listed with the item in the manifest, so importers may leave it behind"
                yield Finding(Code.QTI_PACKAGE, message, at(element), Severity.WARNING)


def _outside(element: Element, href: str) -> Iterator[Finding]:
    """Links lead anywhere; a picture from elsewhere needs the network, and a path out of the package is no path."""
    if etree.QName(element).localname == "a":
        return
    if "://" in href or href.startswith("data:"):
        message = f"{href[:80]} is not part of the package"
        yield Finding(Code.QTI_PACKAGE, message, at(element), Severity.WARNING)
    else:
        yield Finding(Code.QTI_PACKAGE, f"{href[:80]!r} leads out of the package", at(element))
