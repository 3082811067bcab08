"""The package: a zip with items, test, manifest and images, written as the items come."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import IO, BinaryIO

from msgspec.structs import replace

from qticonv.diagnostics import Diagnostic
from qticonv.model import Item, ItemBank, NoInteraction
from qticonv.model.options import WriteOptions
from qticonv.writers.packing import Packer
from qticonv.writers.qti21 import assessment, manifest, names
from qticonv.writers.qti21.content import PackageContent
from qticonv.writers.qti21.images import Locator
from qticonv.writers.qti21.items import Written, write_item
from qticonv.writers.qti21.xml import encode, number

TEST = "test.xml"
MANIFEST = "imsmanifest.xml"
_STORED = 0
_BATCH = 1000
_CHUNK = 65_536
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
            Packer(self._out) as package,
            tempfile.SpooledTemporaryFile(_IN_MEMORY) as resources,
        ):
            for item in self._bank.items:
                resources.write(self._item(item, package))
            identifier = f"quiz-{self._digest.hexdigest()[:12]}"
            test_images = [] if self._options.as_bank else self._test(identifier, package)
            for name, data in self._images.items():
                package.add(name, data, _STORED)
            resources.seek(0)
            package.stream(MANIFEST, self._manifest(identifier, resources, test_images))

    def _item(self, item: Item, package: Packer) -> bytes:
        """Pack an item and return its resource."""
        item = self._worth_of(item)
        locator = Locator(self._bank.assets, self._images, "../")
        identifier = self._unique(names.identifier(item.identifier))
        passage = self._passage(item)
        written = write_item(item, identifier, passage, self._language, self._options, PackageContent(locator))
        href = f"items/{identifier}.xml"
        package.add(href, encode(*written.parts))
        self._register(item, written)
        return encode(*manifest.item_resource(item, written, href, locator.used))

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

    def _test(self, identifier: str, package: Packer) -> list[str]:
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
        package.stream(TEST, _encoded(pieces))
        return list(locator.used)

    def _manifest(self, identifier: str, resources: IO[bytes], test_images: Iterable[str]) -> Iterator[bytes]:
        yield encode(manifest.head(f"manifest-{identifier}", self._title, self._language, self._options.as_bank))
        if not self._options.as_bank:
            yield encode(manifest.test_head(identifier, TEST, self._title, self._language, test_images))
            yield from _encoded(manifest.dependency(written) for written, _ in self._references.values())
            yield b"</resource>\n"
        while chunk := resources.read(_CHUNK):
            yield chunk
        yield encode(manifest.FOOT)


def _encoded(pieces: Iterable[str]) -> Iterator[bytes]:
    """Encode a document that grows with the bank, without holding it in memory."""
    pieces = iter(pieces)
    while batch := "".join(islice(pieces, _BATCH)):
        yield encode(batch)


def _points_of_sections(bank: ItemBank) -> Mapping[str, Decimal]:
    """What each item is worth where its section says so; the first section that names an item counts."""
    return {
        identifier: section.points_each
        for section in reversed(bank.sections)
        if section.points_each is not None
        for identifier in section.items
    }
