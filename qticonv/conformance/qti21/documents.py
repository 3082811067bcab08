"""Judging single documents, and remembering verdicts: a large bank has few forms of items."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from lxml import etree

from qticonv.conformance.forms import GAP, NO_REFERENCE, Tree
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
_TEXT = re.compile(r">\s*+[^<>\s][^<>]*+(?=<(?!/value>|/baseValue>))")
_ROOT = re.compile(
    r'(?:<\?xml[^<>]*>\s*+)?<assessmentItem\s[^<]*?\bidentifier="([^"<]*)"[^<]*?\stitle="([^"<]{1,255})"'
)
_IDENTIFIER = re.compile("[A-Za-z0-9_-]{1,255}")
_ILLEGAL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST_TITLE = 255
_POINTERS = (
    "href",
    *(mark + name for mark in ("<", ":") for name in ("img", "object", "stylesheet", "include")),
)
_OTHER_ENCODING = re.compile(r"encoding=(?![\"']utf-8[\"'])", re.IGNORECASE)


class Judge:
    """Checks documents as the options ask."""

    def __init__(self, options: CheckOptions) -> None:
        self._options = options
        self._forms: dict[str | None, Tree[tuple[Finding, ...]]] = defaultdict(Tree)  # by hint

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
        """Return identifier and losses in Canvas of an item of a form that was found right before, or None.

        Two documents of one form differ in nothing but running text (and the identifier and title of the root), so
        the verdict is the same, and both are well-formed if their texts are.
        """
        source = _decoded(data)
        found = self._forms[hint].find(source, 0)
        if found is None or found[2] != len(source):
            return None
        losses, (identifier, title, *texts), _ = found
        if not _IDENTIFIER.fullmatch(identifier) or not 0 < len(title) <= _LONGEST_TITLE or "<" in title:
            return None
        if not all(map(str.strip, texts)):
            return None
        if not _is_sound("|".join((title, *texts))):
            parse_xml(data)
        return identifier, losses

    def remember(self, data: bytes, hint: str | None, losses: tuple[Finding, ...]) -> None:
        """Keep the form of a document that is right."""
        form = _form(_decoded(data))
        if form is not None:
            self._forms[hint].add(form, losses)


def _decoded(data: bytes) -> str:
    """Return UTF-8 as text; nothing for what is none."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _form(source: str) -> str | None:
    """Return ``source`` without identifier, title and running text; nothing where these cannot be told apart.

    No comments, CDATA or instructions, no other encoding, and no pointers to files may be there.
    """
    root = _ROOT.match(source)
    if root is None or GAP in source:
        return None
    head = f"{source[: root.start(1)]}{GAP}{source[root.end(1) : root.start(2)]}{GAP}"
    form = head + _TEXT.sub(f">{GAP}", source[root.end(2) :])
    if "<!" in form or form.find("<?", 2) != -1 or _OTHER_ENCODING.search(form):
        return None
    return None if any(pointer in form for pointer in _POINTERS) else form


def _is_sound(texts: str) -> bool:
    """Whether texts are well-formed for certain: legal characters, and only the named references."""
    if "&" in texts and NO_REFERENCE.search(texts):
        return False
    return ">" not in texts and (texts.isprintable() or not _ILLEGAL.search(texts))
