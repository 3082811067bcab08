"""Which format is this? Cheap and certain signs in the first bytes of an input; what is not certain is free text."""

from __future__ import annotations

import io
import re
import zlib

from qticonv.model import Source

_HEAD = 65_536
_MANIFEST = "imsmanifest.xml"
_MANIFEST_LIMIT = 16_777_216
_XML_ROOT = re.compile(rb"<(?![?!])(?:[\w.-]+:)?([\w.-]+)(?=[\s/>])([^>]{0,4096})")
_COMMAND = re.compile(rb"\\[A-Za-z]+\Z")  # of LaTeX: what follows in braces is no answer
_COMMAND_LENGTH = 24
_GIFT_HEAD = 1 << 19
_GIFT_ANSWER = re.compile(rb"\{\s*(?:[=~#]|TRUE|FALSE|[TF]\s*[#}])")
_BANK = re.compile(rb"(?:^|[\n{,])[ \t]*[\"']?schema_version[\"']?[ \t]*:")


def xml_root(source: Source) -> tuple[str, bytes]:
    """Return the local name and the attributes (as bytes) of the root element; empty where this is no XML."""
    head = source.data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith(b"<"):
        return "", b""
    found = _XML_ROOT.search(head)
    if not found:
        return "", b""
    return found.group(1).decode("ascii", "replace"), found.group(2)


def zip_manifest(source: Source) -> bytes | None:
    """Return the ``imsmanifest.xml`` of a content package, or ``None`` where there is none that can be read."""
    if not source.data.startswith(b"PK"):
        return None
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as package:
            names = [name for name in package.namelist() if name.rpartition("/")[2] == _MANIFEST]
            if not names:
                return None
            with package.open(min(names, key=len)) as member:
                return member.read(_MANIFEST_LIMIT)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError, zlib.error):
        return None


def is_bank(source: Source) -> bool:
    """A bank in JSON or YAML names its schema version at the top level."""
    return _BANK.search(source.data[:_HEAD]) is not None and not source.data.startswith(b"PK")


def is_moodle(source: Source) -> bool:
    """Moodle XML has the root ``quiz``."""
    return xml_root(source)[0] == "quiz"


def is_qti21(source: Source) -> bool:
    """A QTI 2.x item, test or section, or a package that holds such resources."""
    root, attributes = xml_root(source)
    if root in ("assessmentItem", "assessmentTest", "assessmentSection"):
        return b"imsqti_v2" in attributes or b"imsqti_v3" not in attributes
    manifest = zip_manifest(source)
    return manifest is not None and re.search(rb"imsqti_\w+_xmlv2p", manifest) is not None


def is_canvas(source: Source) -> bool:
    """QTI 1.2: the root ``questestinterop``, or a package that holds such resources."""
    if xml_root(source)[0] == "questestinterop":
        return True
    manifest = zip_manifest(source)
    return manifest is not None and re.search(rb"imsqti_xmlv1p2|\.xml\.qti", manifest) is not None


def may_be_gift(source: Source) -> bool:
    """Whether the braces or titles of GIFT stand in the source, so that it is worth a closer look."""
    if source.name.endswith((".gift", ".gift.txt")):
        return True
    head = source.data[:_GIFT_HEAD]
    answers = (found.start() for found in _GIFT_ANSWER.finditer(head))
    is_answered = any(not _COMMAND.search(head[max(0, start - _COMMAND_LENGTH) : start]) for start in answers)
    return b"::" in head or b"$CATEGORY:" in head or is_answered


def may_be_aiken(source: Source) -> bool:
    """Whether Aiken's line for the key stands near the beginning, so that it is worth a closer look."""
    return b"ANSWER:" in source.data[:_HEAD]
