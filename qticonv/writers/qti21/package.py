"""The package: a zip with items, test, manifest and images, written as the items come."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import BinaryIO

from msgspec.structs import replace

from qticonv.diagnostics import Diagnostic
from qticonv.model import Item, ItemBank, NoInteraction
from qticonv.model.options import WriteOptions
from qticonv.writers.qti21 import assessment, manifest, names
from qticonv.writers.qti21.content import PackageContent
from qticonv.writers.qti21.images import Locator
from qticonv.writers.qti21.items import Written, write_item
from qticonv.writers.qti21.xml import encode, number

TEST = "test.xml"
MANIFEST = "imsmanifest.xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16
_LEVEL = 6
_BATCH = 1000
_IN_MEMORY = 8 * 1024 * 1024


def write(bank: ItemBank, options: WriteOptions, out: BinaryIO) -> tuple[Diagnostic, ...]:
    """Write ``bank`` as a QTI 2.1 package.

    ``bank.items`` is gone through once and no more than one document is kept in memory. What is lost of an item is
    said by ``capabilities.losses`` and :func:`qticonv.writers.qti21.limits`, so there is nothing left to report.
    """
    _Package(bank, options, out).write()
    return ()


class _Package:
    def __init__(self, bank: ItemBank, options: WriteOptions, out: BinaryIO) -> None:
        self._bank, self._options = bank, options
        self._out = out
        self._images: dict[str, bytes] = {}
        self._passages: dict[str, Item] = {}
        self._references: dict[str, tuple[str, str]] = {}
        self._unique = names.Unique()
        self._digest = hashlib.sha256((bank.title or "").encode("utf-8", "surrogatepass"))
        self._worth = _points_of_sections(bank)
        self._language = names.language(bank.language)
        self._title = (" ".join((bank.title or "").split()) or "Quiz")[:255]

    def write(self) -> None:
        with (
            zipfile.ZipFile(self._out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as package,
            tempfile.SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", newline="") as resources,
        ):
            for item in self._bank.items:
                resources.write(self._item(item, package))
            identifier = f"quiz-{self._digest.hexdigest()[:12]}"
            test_images = [] if self._options.as_bank else self._test(identifier, package)
            for name, data in self._images.items():
                package.writestr(_entry(name), data, zipfile.ZIP_STORED)
            resources.seek(0)
            self._stream(MANIFEST, self._manifest(identifier, resources, test_images), package)

    def _item(self, item: Item, package: zipfile.ZipFile) -> str:
        """Pack an item and return its resource."""
        item = self._worth_of(item)
        locator = Locator(self._bank.assets, self._images, "../")
        identifier = self._unique(names.identifier(item.identifier))
        passage = self._passage(item)
        written = write_item(item, identifier, passage, self._language, self._options, PackageContent(locator))
        href = f"items/{identifier}.xml"
        data = encode(written.text)
        package.writestr(_entry(href), data, compresslevel=_LEVEL)
        self._register(item, written)
        return encode(manifest.item_resource(item, written, href, locator.used)).decode("utf-8")

    def _register(self, item: Item, written: Written) -> None:
        worth = "0" if isinstance(item.interaction, NoInteraction) else number(item.points)
        self._references.setdefault(item.identifier, (written.identifier, worth))
        self._digest.update(b"\x1f" + written.identifier.encode("ascii"))

    def _worth_of(self, item: Item) -> Item:
        points = self._worth.get(item.identifier)
        return item if points is None else replace(item, points=points)

    def _passage(self, item: Item) -> Item | None:
        """The description that ``item`` refers to. It nearly always stands before the item."""
        if isinstance(item.interaction, NoInteraction):
            self._passages[item.identifier] = item
        if item.passage is None:
            return None
        if item.passage not in self._passages:
            for other in self._bank.items:
                if isinstance(other.interaction, NoInteraction):
                    self._passages.setdefault(other.identifier, other)
        return self._passages.get(item.passage)

    def _test(self, identifier: str, package: zipfile.ZipFile) -> list[str]:
        """Pack the test and return the images that it shows."""
        locator = Locator(self._bank.assets, self._images, "")
        pieces = assessment.document(
            identifier,
            self._title,
            self._bank.quiz,
            self._bank.sections,
            self._references,
            self._unique,
            PackageContent(locator),
        )
        self._stream(TEST, pieces, package)
        return list(locator.used)

    def _manifest(self, identifier: str, resources: Iterable[str], test_images: Iterable[str]) -> Iterator[str]:
        yield manifest.head(f"manifest-{identifier}", self._title, self._language, self._options.as_bank)
        if not self._options.as_bank:
            yield manifest.test_head(identifier, TEST, self._title, self._language, test_images)
            for written, _ in self._references.values():
                yield manifest.dependency(written)
            yield "</resource>\n"
        yield from resources
        yield manifest.FOOT

    def _stream(self, name: str, pieces: Iterable[str], package: zipfile.ZipFile) -> None:
        """Pack a document that grows with the bank, without holding it in memory."""
        pieces = iter(pieces)
        with package.open(_entry(name), "w") as entry:
            while batch := "".join(islice(pieces, _BATCH)):
                entry.write(encode(batch))


def _entry(name: str) -> zipfile.ZipInfo:
    """A zip entry without a clock or a machine in it."""
    info = zipfile.ZipInfo(name, _EPOCH)
    info.external_attr = _MODE
    info.create_system = 3
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _points_of_sections(bank: ItemBank) -> Mapping[str, Decimal]:
    """What each item is worth where its section says so; the first section that names an item counts."""
    return {
        identifier: section.points_each
        for section in reversed(bank.sections)
        if section.points_each is not None
        for identifier in section.items
    }
