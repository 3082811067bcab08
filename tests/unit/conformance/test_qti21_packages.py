"""Packages from anywhere: one seeded defect each in manifest, test and files, and hostile archives."""

from __future__ import annotations

import io
import stat
import time
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import banks
import pytest
from qti_engine import package, zipped

from qticonv.conformance.qti21 import check
from qticonv.diagnostics import Code, Diagnostic, Severity
from qticonv.model import ItemBank, Source
from qticonv.model.options import CheckOptions

Files = dict[str, bytes]
MANIFEST, TEST = "imsmanifest.xml", "test.xml"


@cache
def clean() -> Mapping[str, bytes]:
    """A package of four items, the last with an image."""
    bank = banks.every_type()
    items = (*(item for item in bank.items if item.is_keyed), bank.items[-1])[:3]
    return package(ItemBank(items=(*items, bank.items[-1]), title="Four", language="en", assets=bank.assets))


def found(data: bytes, directory: Path | None = None) -> list[Diagnostic]:
    return list(check(Source("x.zip", data), CheckOptions(xsd_directory=directory)))


def item_names(files: Mapping[str, bytes]) -> list[str]:
    return [name for name in files if name.startswith("items/")]


def replaced(name: str, old: str, new: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        assert old.encode() in files[name]
        files[name] = files[name].replace(old.encode(), new.encode(), 1)

    return change


def renamed(old: str, new: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        files[new] = files.pop(old)

    return change


def in_items(old: str, new: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        (name,) = (name for name in item_names(files) if old.encode() in files[name])
        files[name] = files[name].replace(old.encode(), new.encode(), 1)

    return change


def first_item(files: Mapping[str, bytes]) -> str:
    return item_names(files)[0]


def without(pick: Callable[[Mapping[str, bytes]], str]) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        del files[pick(files)]

    return change


def with_file(name: str, data: bytes = b"x") -> Callable[[Files], None]:
    def change(files: Files) -> None:
        files[name] = data

    return change


def other_root(files: Files) -> None:
    files[first_item(files)] = files[TEST]


def broken_item(files: Files) -> None:
    files[first_item(files)] = files[first_item(files)][:-40]


def own_name(files: Files) -> None:
    name = first_item(files)
    stem = name[6:-4].encode()
    files[name] = files[name].replace(b'identifier="' + stem, b'identifier="other', 1)


ID = first_item(clean())[6:-4]
SECOND = item_names(clean())[1][6:-4]
E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTE
DEFECTS: dict[str, tuple[Callable[[Files], None], Code, Severity]] = {
    "no manifest": (without(lambda files: MANIFEST), Code.QTI_PACKAGE, E),
    "manifest in a folder": (renamed(MANIFEST, "quiz/imsmanifest.xml"), Code.QTI_PACKAGE, W),
    "manifest that is no manifest": (with_file(MANIFEST, b"<manifest/>"), Code.QTI_PACKAGE, E),
    "manifest that is not well-formed": (with_file(MANIFEST, b"<manifest"), Code.XML_MALFORMED, E),
    "manifest with a DOCTYPE": (with_file(MANIFEST, b"<!DOCTYPE m><manifest/>"), Code.XML_UNSAFE, E),
    "other schema": (replaced(MANIFEST, ">QTIv2.1 Package<", ">QTIv2.1<"), Code.QTI_STRUCTURE, E),
    "other schema version": (replaced(MANIFEST, ">1.0.0<", ">2.0<"), Code.QTI_STRUCTURE, E),
    "no organizations": (replaced(MANIFEST, "<organizations/>", ""), Code.QTI_STRUCTURE, E),
    "qtiMetadata in the namespace of items": (
        replaced(MANIFEST, 'imsqti_metadata_v2p1" ', 'imsqti_v2p1" '),
        Code.QTI_STRUCTURE,
        E,
    ),
    "unknown resource type": (
        replaced(MANIFEST, "imsqti_item_xmlv2p1", "imsqti_question_xmlv2p1"),
        Code.QTI_STRUCTURE,
        E,
    ),
    "a version on the manifest": (replaced(MANIFEST, "<manifest ", '<manifest version="1" '), Code.QTI_STRUCTURE, E),
    "a resource twice": (
        replaced(MANIFEST, f'resource identifier="res-{ID}"', f'resource identifier="res-{SECOND}"'),
        Code.QTI_DUPLICATE,
        E,
    ),
    "a resource identifier that is no name": (
        replaced(MANIFEST, f'resource identifier="res-{ID}"', 'resource identifier="1 x"'),
        Code.QTI_PACKAGE,
        E,
    ),
    "a dependency on nothing": (
        replaced(MANIFEST, f'identifierref="res-{ID}"', 'identifierref="res-gone"'),
        Code.QTI_PACKAGE,
        E,
    ),
    "an href that is not among the files": (
        replaced(MANIFEST, f'<file href="items/{ID}.xml"/>', ""),
        Code.QTI_PACKAGE,
        E,
    ),
    "a file that is not there": (without(first_item), Code.QTI_PACKAGE, E),
    "a file outside the package": (
        replaced(MANIFEST, '<file href="test.xml"/>', '<file href="test.xml"/><file href="../secret"/>'),
        Code.QTI_PACKAGE,
        E,
    ),
    "a file that is not listed": (with_file("notes.txt"), Code.QTI_PACKAGE, W),
    "an image that is not there": (without(lambda files: "images/red.png"), Code.QTI_PACKAGE, E),
    "an image that the item does not list": (
        replaced(MANIFEST, '<file href="images/red.png"/>', ""),
        Code.QTI_PACKAGE,
        W,
    ),
    "an image outside the package": (in_items("../images/red.png", "../../../etc/passwd"), Code.QTI_PACKAGE, E),
    "an image on the web": (in_items("../images/red.png", "https://example.org/x.png"), Code.QTI_PACKAGE, W),
    "an item that is a test": (other_root, Code.QTI_STRUCTURE, E),
    "an item that is cut off": (broken_item, Code.XML_MALFORMED, E),
    "a test that is not well-formed": (with_file(TEST, b"<assessmentTest>"), Code.XML_MALFORMED, E),
    "a reference to nothing": (replaced(TEST, f"items/{ID}.xml", "items/gone.xml"), Code.QTI_PACKAGE, E),
    "a reference to a file that is no item": (replaced(TEST, f"items/{ID}.xml", "images/red.png"), Code.QTI_PACKAGE, E),
    "a test that does not depend on its item": (
        replaced(MANIFEST, f'<dependency identifierref="res-{ID}"/>', ""),
        Code.QTI_PACKAGE,
        W,
    ),
    "a reference that is not called like its item": (own_name, Code.QTI_CANVAS, W),
    "a section whose title shows": (replaced(TEST, 'visible="false"', 'visible="true"'), Code.QTI_CANVAS, N),
    "a reference twice": (replaced(TEST, f'identifier="{ID}"', f'identifier="{SECOND}"'), Code.QTI_DUPLICATE, E),
    "a reference with a period": (replaced(TEST, f'identifier="{ID}"', 'identifier="a.b"'), Code.QTI_PORTABILITY, W),
    "feedback that the test hides": (replaced(TEST, ' showFeedback="true"', ""), Code.QTI_PORTABILITY, N),
    "an outcome that the test does not declare": (
        replaced(TEST, 'setOutcomeValue identifier="SCORE"', 'setOutcomeValue identifier="SUM"'),
        Code.QTI_REFERENCE,
        E,
    ),
    "a weight that no item has": (
        replaced(TEST, "<testVariables ", '<testVariables weightIdentifier="HEAVY" '),
        Code.QTI_REFERENCE,
        E,
    ),
    "a variable of no item": (
        replaced(TEST, '<testVariables variableIdentifier="SCORE"/>', '<variable identifier="gone.SCORE"/>'),
        Code.QTI_REFERENCE,
        E,
    ),
    "a selection of more than there is": (
        replaced(TEST, "<assessmentItemRef", '<selection select="9"/><assessmentItemRef'),
        Code.QTI_PACKAGE,
        E,
    ),
    "a part without a mode": (replaced(TEST, ' navigationMode="nonlinear"', ""), Code.QTI_STRUCTURE, E),
    "an empty manifest": (
        with_file(MANIFEST, b'<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m"/>'),
        Code.QTI_PACKAGE,
        E,
    ),
}


def test_the_package_that_defects_are_seeded_in_is_right(shared: Path) -> None:
    for directory in (None, shared / "qti-xsd"):
        assert [entry.message for entry in found(zipped(clean()), directory) if entry.target != "canvas"] == []


@pytest.mark.parametrize("name", DEFECTS)
def test_a_seeded_defect_is_found(name: str) -> None:
    change, code, severity = DEFECTS[name]
    files = dict(clean())
    change(files)
    hits = {(entry.code, entry.severity) for entry in found(zipped(files))}
    assert (code, severity) in hits


def test_packages_made_elsewhere_are_read(shared: Path) -> None:
    folder = shared / "qti-patterns" / "one-form"
    files = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.xml"))}
    for directory in (None, shared / "qti-xsd"):
        assert [entry.message for entry in found(zipped(files), directory) if entry.target != "canvas"] == []


def test_paths_may_be_encoded_and_have_a_base() -> None:
    files = dict(clean())
    renamed(f"items/{ID}.xml", "items/Größe 1.xml")(files)
    manifest = files[MANIFEST].decode().replace(f"items/{ID}.xml", "Gr%C3%B6%C3%9Fe%201.xml")
    based = manifest.replace(f'<resource identifier="res-{ID}"', f'<resource xml:base="items/" identifier="res-{ID}"')
    files[MANIFEST] = based.encode()
    files[TEST] = files[TEST].replace(f"items/{ID}.xml".encode(), b"items/Gr%C3%B6%C3%9Fe%201.xml")
    assert [entry.message for entry in found(zipped(files)) if entry.target != "canvas"] == []


def test_packages_of_other_versions_are_checked_for_what_they_share() -> None:
    later = {
        name: data.replace(b"imsqti_v2p1", b"imsqti_v2p2")
        .replace(b"_xmlv2p1", b"_xmlv2p2")
        .replace(b"QTIv2.1", b"QTIv2.2")
        for name, data in clean().items()
    }
    codes = {entry.code for entry in found(zipped(later)) if entry.target != "canvas"}
    assert codes == {Code.QTI_UNCHECKED}
    later[first_item(later)] = later[first_item(later)].replace(b"<value>RESPONSE_2<", b"<value>RESPONSE_9<")
    assert Code.QTI_KEY in {entry.code for entry in found(zipped(later))}


def test_many_items_of_one_shape_give_one_finding_for_canvas() -> None:
    items = tuple(banks.single_choice(title=f"{n}") for n in range(1))
    bank = ItemBank(items=(*items, *(entry for entry in banks.many(104).items if entry.is_keyed)))
    messages = [entry.message for entry in found(zipped(package(bank))) if entry.code is Code.QTI_CANVAS]
    assert len(messages) == len(set(messages)) < 20
    assert any("drops all feedback" in message and "items, the first" in message for message in messages)


def test_a_shape_that_was_right_before_does_not_hide_a_defect() -> None:
    """Verdicts are remembered by shape: all but running text belongs to the shape."""
    good = package(ItemBank(items=tuple(entry for entry in banks.many(52).items if entry.is_keyed)))
    name = next(name for name in reversed(item_names(good)) if b">RESPONSE_2</value>" in good[name])
    for old, new in (
        (b">RESPONSE_2</value>", b">RESPONSE_9</value>"),
        (b'identifier="general_fb" showHide', b'identifier="general" showHide'),
        (b"<div>", b"<div><img src='gone.png' alt=''/>"),
        (b"<div>", b"<div><object type='image/png' data = 'gone.png'/>"),
        (b"<itemBody>", b"<itemBody>words"),
        (b"<itemBody>", b"<itemBody><![CDATA[words]]>"),
        (b' title="', b' title="a > b" titel="'),
        (b"<div>", b"<div>&#0;"),
        (b"<div>", b"<div>&nope;"),
        (b"<div>", b"<div>\x0b"),
        (b"<div>", b"<div>\xff"),
        (b"<div>", b"<div>\xef\xbf\xbe"),
    ):
        files = {**good, name: good[name].replace(old, new, 1)}
        assert files[name] != good[name]
        assert [entry for entry in found(zipped(files)) if entry.severity is E], new


def symlink() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("items/link.xml")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
        for name, data in clean().items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 no zip",
        zipped({"../imsmanifest.xml": b"x"}),
        zipped({"imsmanifest.xml": b"\0" * 40_000_000}),
        symlink(),
    ],
    ids=["no zip", "a path that leads out", "a bomb", "a link"],
)
def test_hostile_archives_are_refused(data: bytes) -> None:
    assert [entry.code for entry in found(data)] == [Code.ARCHIVE_UNSAFE]


@pytest.mark.slow
def test_hostile_sizes_take_bounded_time() -> None:
    start = time.process_time()
    resource = '<resource identifier="r" type="webcontent"/>'
    long = f'<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>{resource * 50_000}'.encode()
    assert found(zipped({MANIFEST: long + b"</resources></manifest>"}))
    assert found(zipped({**clean(), first_item(clean()): b"<a>" * 1_000_000}))
    assert time.process_time() - start < 30
