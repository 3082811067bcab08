"""The one hardened XML parser for files of any origin: no DTD, no entities, no network, limits on size and depth.

What it refuses is raised as :class:`XmlError`, which its callers turn into a diagnostic at once
(:meth:`XmlError.diagnostic`): nothing of it leaves a check.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, cast
from xml.parsers import expat

from lxml import etree

from qticonv.conformance.forms import Forms
from qticonv.diagnostics import Code, Diagnostic, SourceSpan, diagnose
from qticonv.model.stored import chunks

MAX_BYTES = 256 * 1024 * 1024
MAX_DEPTH = 200
_STEP = 1 << 15  # bytes that are parsed at once

_DOCTYPE = "the document has a document type declaration (DOCTYPE), which can hide entities; remove it"
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")


class XmlError(Exception):
    """The document was not taken. ``line`` counts from 1 and is ``None`` where no line is to blame."""

    def __init__(self, message: str, line: int | None = None, code: Code = Code.XML_UNSAFE) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.code = code

    def diagnostic(self, source: str, target: str | None = None) -> Diagnostic:
        """Return what is to be said about it; ``source`` names the file (``package.zip/imsmanifest.xml``)."""
        line = self.line or 1
        span = SourceSpan(source, line, line)
        return diagnose(self.code, f"{source}: {self.message}", span=span, target=target)


class _Prolog(Exception):  # noqa: N818 - a signal, not an error
    """Raised at the root element: the prolog was read and holds nothing dangerous."""


def parse_xml(data: bytes, *, large_texts: bool = False) -> etree._Element:
    """Return the root element of ``data``, with comments and processing instructions left out.

    ``large_texts`` allows single texts over 10 MB (files embedded as base64). Raises :class:`XmlError`.
    """
    if len(data) > MAX_BYTES:
        raise XmlError(f"the document is larger than {MAX_BYTES // 2**20} MB")
    _check_prolog((data,))
    try:
        root = etree.fromstring(data, _parser(large_texts))
    except etree.XMLSyntaxError as error:
        raise XmlError(_reason(error), error.lineno or None, Code.XML_MALFORMED) from None
    if root is None:  # what libxml2 returns for some documents without an element
        raise XmlError("the document holds no element", code=Code.XML_MALFORMED)
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise XmlError(_DOCTYPE, 1)
    if _TOO_DEEP(root):
        raise XmlError(f"elements are nested deeper than {MAX_DEPTH}")
    return root


def _parser(large_texts: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=large_texts,
    )


def _reason(error: etree.XMLSyntaxError) -> str:
    return "not well-formed XML: " + (error.msg or "no reason was given").split(", line ")[0]


def _check_prolog(document: Iterable[bytes]) -> None:
    """Refuse a document type declaration: expat reads the prolog in every encoding and is stopped at the root."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype(parser)
    parser.StartElementHandler = _stop
    try:
        for chunk in document:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except _Prolog:
        pass
    except expat.ExpatError:
        pass  # lxml says it better; what only lxml understands (an encoding) is looked at below
    except (ValueError, LookupError):
        raise XmlError("the encoding is not supported", 1, Code.XML_MALFORMED) from None


def _stop(name: str, attributes: dict[str, str]) -> None:
    raise _Prolog


def _refuse_doctype(parser: expat.XMLParserType) -> Callable[[str, str | None, str | None, bool], None]:
    def refuse(name: str, system: str | None, public: str | None, internal: bool) -> None:
        raise XmlError(_DOCTYPE, parser.CurrentLineNumber)

    return refuse


# Asked about an element once it is complete; True where nothing more is to be done about it.
Take = Callable[[etree._Element], bool]


def iterate_xml(
    file: BinaryIO,
    name: str,
    *,
    row: str = "",
    take: Take | None = None,
    forms: Forms[Any] | None = None,
    large_texts: bool = False,
) -> Iterator[etree._Element]:
    """Yield every element whose local name is ``name`` once it is complete, then the root; raise :class:`XmlError`.

    For documents that are long rather than deep: an element is emptied when the next one is asked for, so memory does
    not grow with the document. Elements called ``row`` are shown to ``take``; what that takes goes from the tree, but
    the last of neighbours stays for its place. Elements that ``forms`` know are passed by. ``large_texts`` as in
    :func:`parse_xml`.
    """
    if file.seek(0, io.SEEK_END) > MAX_BYTES:
        raise XmlError(f"the document is larger than {MAX_BYTES // 2**20} MB")
    file.seek(0)
    _check_prolog(chunks(file))
    file.seek(0)
    parser = etree.XMLPullParser(
        events=("end",),
        tag=[f"{{*}}{wanted}" for wanted in (name, row) if wanted],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=large_texts,
    )
    taken: etree._Element | None = None
    try:
        for element in _completed(parser, forms.sources(file) if forms else chunks(file)):
            if take is not None and element.tag.rpartition("}")[2] == row:
                if take(element):
                    _leave_out(taken, element)
                    taken = element
                continue
            yield element
            element.clear()
            before, parent = element.getprevious(), element.getparent()
            if parent is not None and before is not None and before.tag == element.tag:
                parent.remove(before)
        root = parser.close()
    except etree.XMLSyntaxError as error:
        raise XmlError(_reason(error), error.lineno or None, Code.XML_MALFORMED) from None
    if root is None:
        raise XmlError("the document holds no element", code=Code.XML_MALFORMED)
    yield root


def _completed(parser: etree.XMLPullParser, sources: Iterable[bytes]) -> Iterator[etree._Element]:
    """Feed the parser and yield the elements that it completes, those before a mistake as well."""
    for source in sources:
        for start in range(0, len(source), _STEP):
            mistake: etree.XMLSyntaxError | None = None
            try:
                parser.feed(source[start : start + _STEP])
            except etree.XMLSyntaxError as error:
                mistake = error
            yield from (cast("etree._Element", element) for _, element in parser.read_events())
            if mistake is not None:
                raise mistake


def _leave_out(taken: etree._Element | None, after: etree._Element) -> None:
    """Remove an element that was taken if ``after`` stands beside it with nothing but white space between."""
    parent = after.getparent()
    if taken is not None and parent is not None and after.getprevious() is taken and not (taken.tail or "").strip():
        parent.remove(taken)


def parse_long_xml(file: BinaryIO, row: str, take: Take, forms: Forms[Any]) -> etree._Element:
    """Return the root of a document without the elements called ``row`` that ``take`` takes or ``forms`` knows.

    Raises :class:`XmlError`.
    """
    *_, root = iterate_xml(file, "", row=row, take=take, forms=forms)
    if _TOO_DEEP(root):
        raise XmlError(f"elements are nested deeper than {MAX_DEPTH}")
    return root
