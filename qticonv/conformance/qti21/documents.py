"""Judging single documents, and remembering verdicts: a large bank has few shapes of items."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from qticonv.conformance.qti21 import schemas
from qticonv.conformance.qti21.assessment import Contents, check_test
from qticonv.conformance.qti21.document import Element
from qticonv.conformance.qti21.findings import Finding, at
from qticonv.conformance.qti21.item import check_item
from qticonv.conformance.qti21.vocabulary import NAMESPACES
from qticonv.conformance.xml import parse_xml
from qticonv.diagnostics import Code
from qticonv.model.options import CheckOptions

_ROOTS = {"item": "assessmentItem", "test": "assessmentTest", "section": "assessmentSection"}
_CP = "http://www.imsglobal.org/xsd/imscp_v1p1"
# Running text: more than white space after a tag, except values, which the checks look at.
_TEXT = re.compile(rb">\s*+[^<>\s][^<>]*+(?=<(?!/value>|/baseValue>))")
_ROOT = re.compile(
    rb'(?:<\?xml[^<>]*>\s*+)?<assessmentItem\s[^<]*?\bidentifier="([A-Za-z0-9_-]{1,255})"[^<]*?\stitle="([^"<]{1,255})"'
)
_NO_REFERENCE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)")
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_POINTERS = (
    b"href",
    *(mark + name for mark in (b"<", b":") for name in (b"img", b"object", b"stylesheet", b"include")),
)
_OTHER_ENCODING = re.compile(rb"encoding=(?![\"']utf-8[\"'])", re.IGNORECASE)
_MOST_SHAPES = 4096
_LONGEST = 16_384


class Judge:
    """Checks documents as the options ask."""

    def __init__(self, options: CheckOptions) -> None:
        self._options = options
        self._shapes: dict[tuple[bytes | None, str | None], tuple[Finding, ...]] = {}

    def document(self, root: Element, kind: str, test: Contents | None = None) -> Iterator[Finding]:
        """Yield what is wrong with an item, test or section; ``test`` is given where not all of it is in the tree."""
        name = etree.QName(root)
        if name.localname != _ROOTS[kind]:
            message = f"the root element is {name.localname}; it must be {_ROOTS[kind]}"
            yield Finding(Code.QTI_STRUCTURE, message, at(root))
            return
        version = NAMESPACES.get(name.namespace or "")
        if version is None:
            message = f"the namespace is {name.namespace!r}; QTI 2.1 is http://www.imsglobal.org/xsd/imsqti_v2p1"
            yield Finding(Code.QTI_STRUCTURE, message, at(root))
        elif version == "2.1":
            yield from self.structure(root, "item")
        else:
            yield Finding(Code.QTI_UNCHECKED, f"this is QTI {version}; its structure was not checked", at(root))
        if kind == "item":
            yield from check_item(root)
        else:
            yield from check_test(test or Contents(root))

    def structure(self, element: Element, grammar: str) -> Iterator[Finding]:
        """Yield where ``element`` does not follow the grammar of its kind."""
        if self._options.xsd_directory is not None:
            return schemas.official(self._options.xsd_directory, grammar).check(element)
        return schemas.own(grammar).check(element)

    def resource(self, element: Element) -> Iterator[Finding]:
        """Yield what is wrong with a resource that is judged alone; a right one holds no other, nor its identifier."""
        return iter(()) if schemas.own("manifest").accepts(element) else self.structure(element, "manifest")

    @property
    def judges_in_pieces(self) -> bool:
        """Whether a manifest is judged resource by resource; the official schema knows whole manifests only."""
        return self._options.xsd_directory is None

    def manifest(self, root: Element) -> Iterator[Finding]:
        """Yield what is wrong with a manifest (or with what is left of it when its resources were judged alone)."""
        name = etree.QName(root)
        if name.localname != "manifest" or name.namespace != _CP:
            message = f"the root element must be manifest in the namespace {_CP}"
            yield Finding(Code.QTI_PACKAGE, message, at(root))
            return
        yield from self.structure(root, "manifest")

    def recall(self, data: bytes, hint: str | None) -> tuple[str, tuple[Finding, ...]] | None:
        """Return identifier and losses in Canvas of an item of a shape that was found right before, or None.

        Two documents of one shape differ in nothing but running text (and the identifier and title of the root), so
        the verdict is the same, and both are well-formed if their texts are.
        """
        shape, identifier = _shape(data)
        losses = self._shapes.get((shape, hint))
        if losses is None:
            return None
        if not _is_sound(data):
            parse_xml(data)
        return identifier, losses

    def remember(self, data: bytes, hint: str | None, losses: tuple[Finding, ...]) -> None:
        """Keep the shape of a document that is right."""
        shape, _ = _shape(data)
        if shape is not None and _is_plain(shape) and len(self._shapes) < _MOST_SHAPES:
            self._shapes[shape, hint] = losses


def _shape(data: bytes) -> tuple[bytes | None, str]:
    """Return ``data`` without running text, and the item's identifier; no shape where that cannot be told apart."""
    root = _ROOT.match(data) if len(data) <= _LONGEST else None
    if root is None:
        return None, ""
    head = data[: root.start(1)] + data[root.end(1) : root.start(2)]
    return head + _TEXT.sub(b">.", data[root.end(2) :]), root[1].decode()


def _is_plain(shape: bytes) -> bool:
    """Whether what was left out of a document of this shape is running text for certain, and all that matters is in it.

    No comments, CDATA or instructions, no other encoding, and no pointers to files.
    """
    if b"<!" in shape or shape.find(b"<?", 2) != -1 or _OTHER_ENCODING.search(shape):
        return False
    return not any(pointer in shape for pointer in _POINTERS)


def _is_sound(data: bytes) -> bool:
    """Whether the texts of a document are well-formed for certain: legal characters, and only the named references."""
    if _NO_REFERENCE.search(data) or len(data.translate(None, _CONTROLS)) != len(data):
        return False
    if data.isascii():
        return True
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return "\ufffe" not in text and "\uffff" not in text
