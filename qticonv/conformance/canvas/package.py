"""QTI 1.2 packages of any origin: what Canvas Classic Quizzes or New Quizzes would refuse, drop or change.

The rules are those of the importers (canvas-lms: qti_exporter and QTIMigrationTool; instructure/qti, "the gem", for New
Quizzes). Every finding names the file inside the package and the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from lxml import etree
from msgspec import Struct, field

from qticonv.conformance.archive import Archive, ArchiveError, open_archive
from qticonv.conformance.canvas.items import check_item
from qticonv.conformance.canvas.view import Finding, child_text, children, descendants, line_of, local
from qticonv.conformance.xml import XmlError, parse_xml
from qticonv.diagnostics import Code, Diagnostic, Effect, SourceSpan, diagnose
from qticonv.model import Source
from qticonv.model.options import CheckOptions
from qticonv.model.stored import opened
from qticonv.patterns import lazy

QTI_NAMESPACE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
TARGET = "canvas"
TITLE_LENGTH = 255
MAX_FILES = 100_000  # gems/canvas_unzip

_MANIFEST = "imsmanifest.xml"
_QUIZ = "imsqti_xmlv1p2"
_LEARNING_RESOURCE = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
_QTI_2 = lazy(r"https?://www\.imsglobal\.org/xsd/(?:imsqti_v2p[01]|qti/qtiv2p[01])")
_SOURCE = lazy(r"""\ssrc\s*=\s*["']([^"']*)["']""", re.IGNORECASE)


class _Report(Struct):
    """Collects what is to be said about the files of one package (or one file)."""

    name: str
    found: list[Diagnostic] = field(default_factory=list)

    def add(self, finding: Finding, path: str = "", item: str | None = None) -> None:
        """Add a finding about the file ``path`` of the package."""
        source = f"{self.name}/{path}" if path else self.name
        line = finding.line or 1
        self.found.append(
            diagnose(
                finding.code,
                finding.message,
                hint=finding.hint,
                item=item,
                span=SourceSpan(source, line, line),
                target=TARGET,
                effect=Effect.LOST if finding.code is Code.CANVAS_LOSES else None,
            )
        )

    def package(
        self, message: str, path: str = "", node: etree._Element | None = None, hint: str | None = None
    ) -> None:
        """Add an error of the package."""
        self.add(Finding(Code.CANVAS_PACKAGE, message, line_of(node), hint), path)

    def loses(self, message: str, path: str = "", node: etree._Element | None = None, hint: str | None = None) -> None:
        """Add a warning about a silent loss."""
        self.add(Finding(Code.CANVAS_LOSES, message, line_of(node), hint), path)


def check(source: Source, options: CheckOptions) -> tuple[Diagnostic, ...]:
    """Return what Canvas would refuse, drop or change of a package, or of a single file of QTI 1.2."""
    report = _Report(source.name)
    if opened(source).read(2) == b"PK":
        try:
            _Package(open_archive(opened(source)), report).check()
        except ArchiveError as error:
            return (error.diagnostic(source.name, TARGET),)
    else:
        document = _parsed(opened(source).read(), "", report)
        if document is not None:
            report.package("a single file: Canvas imports a zip with a manifest", hint="pack it with `qticonv convert`")
            _Document(document, "", report).check()
    return tuple(report.found)


def _parsed(data: bytes, path: str, report: _Report) -> etree._Element | None:
    try:
        return parse_xml(data)
    except XmlError as error:
        report.found.append(error.diagnostic(f"{report.name}/{path}" if path else report.name, TARGET))
        return None


# ---------------------------------------------------------------- the package


class _Package:
    """A zip with a manifest."""

    def __init__(self, archive: Archive, report: _Report) -> None:
        self._archive = archive
        self._report = report
        self._top = ""  # the folder around everything, which canvas_unzip tolerates
        self._items: dict[str, str] = {}  # identifier of an item -> the file that it stands in
        self._web: set[str] = set()  # files that have a resource of their own

    def check(self) -> None:
        """Check manifest, quizzes, banks and images."""
        if len(self._archive) > MAX_FILES:
            self._report.package(f"more than {MAX_FILES} files in the zip")
        manifest = self._manifest()
        if manifest is None:
            return
        self._check_version(manifest)
        resources = {str(node.get("identifier")): node for node in descendants(manifest, "resource")}
        self._web = {self._href(node) for node in resources.values() if node.get("type") == "webcontent"}
        quizzes = [node for node in resources.values() if node.get("type") == _QUIZ]
        banks = [node for node in resources.values() if str(node.get("href")).endswith(".xml.qti")]
        if not quizzes and not banks:
            self._report_no_quiz(resources.values(), manifest)
        for node in (*quizzes, *banks):
            self._check_document(node, resources)

    def _manifest(self) -> etree._Element | None:
        names = [name for name in self._archive if name.rpartition("/")[2] == _MANIFEST and name.count("/") < 2]
        if not names:
            self._report.package("no imsmanifest.xml at the top of the zip: Canvas imports nothing")
            return None
        name = min(names, key=len)
        self._top = name.removesuffix(_MANIFEST)
        return self._read(name)

    def _check_version(self, manifest: etree._Element) -> None:
        schema = "".join(child_text(node, "schema") for node in children(manifest, "metadata"))
        if "QTIv2." in schema or any(_QTI_2.match(uri) for uri in manifest.nsmap.values() if uri):
            message = "the manifest says QTI 2: Canvas does not convert the QTI 1.2 files then (converter.rb)"
            self._report.package(message, self._top + _MANIFEST, manifest)

    def _report_no_quiz(self, resources: Iterable[etree._Element], manifest: etree._Element) -> None:
        path = self._top + _MANIFEST
        near = [node for node in resources if "qti" in str(node.get("type"))]
        for node in near:
            message = f"resource type {node.get('type')!r} is not seen by New Quizzes: it must be {_QUIZ!r}"
            self._report.package(message, path, node)
            self._check_document(node, {})
        if not near:
            self._report.package(f"no resource of type {_QUIZ!r}: Canvas finds no quiz", path, manifest)

    def _check_document(self, resource: etree._Element, resources: dict[str, etree._Element]) -> None:
        path = self._href(resource)
        if path not in self._archive:
            message = f"the file {path!r} of resource {resource.get('identifier')!r} is not in the package"
            self._report.package(message, self._top + _MANIFEST, resource)
            return
        root = self._read(path)
        if root is None:
            return
        document = _Document(root, path, self._report)
        document.check()
        self._check_duplicates(document)
        self._check_settings(document, resource, resources)
        self._check_images(document)

    def _check_duplicates(self, document: _Document) -> None:
        for node in document.items:
            identifier = str(node.get("ident"))
            if identifier in self._items:
                message = f"identifier {identifier!r} stands twice: one question may take the place of the other"
                self._report.loses(message, document.path, node)
            self._items[identifier] = document.path

    def _check_settings(
        self, document: _Document, resource: etree._Element, resources: dict[str, etree._Element]
    ) -> None:
        quiz = document.quiz
        if quiz is None:
            return
        wanted = f"{self._top}{quiz.get('ident')}/assessment_meta.xml"
        linked = [resources.get(str(node.get("identifierref"))) for node in children(resource, "dependency")]
        if wanted not in self._archive:
            message = f"no {wanted!r}: description, attempts and time limit are left to Canvas's defaults"
            self._report.loses(message, document.path, quiz)
        elif not any(node is not None and self._href(node) == wanted for node in linked):
            message = (
                "the resource of the quiz does not depend on its assessment_meta.xml: New Quizzes misses the settings"
            )
            self._report.loses(message, self._top + _MANIFEST, resource)

    def _check_images(self, document: _Document) -> None:
        for node in descendants(document.root, "mattext"):
            for address in _SOURCE.findall(node.text or ""):
                self._check_image(address, document.path, node)

    def _check_image(self, address: str, path: str, node: etree._Element) -> None:
        if address.startswith("data:"):
            self._report.loses("an image is embedded (data:); both importers remove it", path, node)
        if re.match("[A-Za-z][A-Za-z0-9+.-]*:|/", address):  # elsewhere, or on the Canvas server (equation_images)
            return
        plain = re.sub(r"\$[A-Z_-]*\$/?", "", unquote(address.partition("?")[0])).lstrip("/")
        folders = (self._top, f"{path.rpartition('/')[0]}/", f"{self._top}web_resources/")  # the last: course exports
        places = [(folder + plain).lstrip("/") for folder in folders]
        found = next((place for place in places if place in self._archive), None)
        if found is None:
            self._report.package(f"the image {plain!r} is not in the package", path, node)
        elif found not in self._web:
            self._report.loses(f"the image {plain!r} is no webcontent resource of its own: the link breaks", path, node)

    def _href(self, resource: etree._Element) -> str:
        """Return the path of the (first) file of a resource in the zip."""
        files = [str(node.get("href")) for node in children(resource, "file") if node.get("href")]
        return self._top + unquote(resource.get("href") or next(iter(files), ""))

    def _read(self, path: str) -> etree._Element | None:
        return _parsed(self._archive.read(path), path, self._report)


# ---------------------------------------------------------------- a quiz or a bank


class _Document:
    """A file of QTI 1.2."""

    def __init__(self, root: etree._Element, path: str, report: _Report) -> None:
        self.root = root
        self.path = path
        self._report = report
        self.items = list(descendants(root, "item"))
        self.quiz = next(descendants(root, "assessment"), None)

    def check(self) -> None:
        """Check the frame and every item."""
        if local(self.root) != "questestinterop":
            self._report.package(f"the root is {local(self.root)!r}, not questestinterop", self.path, self.root)
            return
        if self.root.tag != f"{{{QTI_NAMESPACE}}}questestinterop":
            message = f"without the namespace {QTI_NAMESPACE} New Quizzes finds nothing in the file"
            self._report.package(message, self.path, self.root, f'write xmlns="{QTI_NAMESPACE}" at the root')
        if self.root.prefix:
            self._report.package("a prefix instead of a default namespace hides everything", self.path, self.root)
        if not self.items:
            self._report.package("the file holds no question", self.path, self.root)
        self._check_titles()
        for section in descendants(self.root, "section"):
            self._check_group(section)
        for node in self.items:
            for finding in check_item(node):
                self._report.add(finding, self.path, node.get("ident"))

    def _check_titles(self) -> None:
        if self.quiz is not None and len(self.quiz.get("title") or "") > TITLE_LENGTH:
            self._report.package(
                f"the title has over {TITLE_LENGTH} characters: the quiz is lost", self.path, self.quiz
            )
        for bank in descendants(self.root, "objectbank"):
            title = next(_bank_titles(bank), "")
            if not title:
                self._report.loses("the bank has no bank_title; Canvas gives it a name of its own", self.path, bank)
            elif len(title) > TITLE_LENGTH:
                self._report.loses(f"the title of the bank is cut to {TITLE_LENGTH} characters", self.path, bank)

    def _check_group(self, section: etree._Element) -> None:
        selection = next(descendants(section, "selection"), None)
        if selection is None or next(children(section, "section"), None) is not None:
            return
        number = child_text(selection, "selection_number")
        held = sum(1 for _ in children(section, "item")) + sum(1 for _ in children(section, "itemref"))
        if number and (not number.isdigit() or (held and int(number) > held)):
            message = f"{number!r} questions are to be drawn from {held}; Canvas draws all of them"
            self._report.loses(message, self.path, selection)
        if number and not any(
            child_text(node, "points_per_item") for node in children(selection, "selection_extension")
        ):
            self._report.loses("the group has no points_per_item: each question is worth 1 point", self.path, selection)


def _bank_titles(bank: etree._Element) -> Iterator[str]:
    for entry in descendants(bank, "qtimetadatafield"):
        if child_text(entry, "fieldlabel") == "bank_title":
            yield child_text(entry, "fieldentry")
