"""The hardened XML parser takes ordinary documents and refuses what only attackers write."""

from __future__ import annotations

import pytest

from qticonv.conformance.xml import MAX_DEPTH, XmlError, parse_xml
from qticonv.diagnostics import Code

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
REFUSED = {
    "doctype": b"<!DOCTYPE quiz><quiz/>",
    "external entity": b'<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><q>&x;</q>',
    "parameter entity": b'<!DOCTYPE q [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]><q/>',
    "billion laughs": f'<!DOCTYPE q [<!ENTITY l0 "lol">{LAUGHS}]><q a="&l9;">&l9;</q>'.encode(),
    "UTF-16": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE q [<!ENTITY x "y">]><q>&x;</q>'.encode("utf-16"),
    "UTF-32": '<?xml version="1.0" encoding="UTF-32"?><!DOCTYPE q [<!ENTITY x "y">]><q>&x;</q>'.encode("utf-32"),
    "after a comment": b"<!-- " + b"x" * 100_000 + b" --><!DOCTYPE q><q/>",
    "depth": b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1),
    "great depth": b"<a>" * 300_000,
    "unknown entity": b"<q>&nbsp;</q>",
    "empty": b"",
    "not closed": b"<q>\n<b>\n</q>",
    "control character": b"<q>\x0b</q>",
    "unknown encoding": b'<?xml version="1.0" encoding="klingon"?><q/>',
    "invalid UTF-8": b"<q>\xff</q>",
}


@pytest.mark.parametrize("name", REFUSED)
def test_dangerous_and_broken_documents_are_refused(name: str) -> None:
    with pytest.raises(XmlError) as caught:
        parse_xml(REFUSED[name])
    diagnostic = caught.value.diagnostic("file.xml")
    assert diagnostic.code in (Code.XML_UNSAFE, Code.XML_MALFORMED)
    assert diagnostic.span is not None and diagnostic.span.start_line >= 1


def test_the_line_of_a_defect_is_named() -> None:
    with pytest.raises(XmlError) as caught:
        parse_xml(b"<q>\n<b>\n</q>")
    assert caught.value.line == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252", "utf-8-sig"])
def test_ordinary_documents_are_read_in_their_encoding(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?><!-- c --><q a="é">é<?pi?></q>'
    root = parse_xml(text.encode(encoding))
    assert (root.tag, root.text, root.get("a"), len(root)) == ("q", "é", "é", 0)


def test_large_texts_are_read_only_when_asked_for() -> None:
    document = b"<q>" + b"A" * 11_000_000 + b"</q>"
    with pytest.raises(XmlError):
        parse_xml(document)
    assert len(parse_xml(document, large_texts=True).text or "") == 11_000_000


def test_depth_within_the_limit_is_read() -> None:
    assert parse_xml(b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH, large_texts=True).tag == "a"
