"""Images: which an item uses, and where they stand in the package."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from qticonv.model import Asset
from qticonv.writers.qti21 import names


class Images:
    """The images of a package. Each is packed once, however many items show it."""

    def __init__(self, assets: Mapping[str, Asset]) -> None:
        self._assets = assets
        self._places: dict[str, str] = {}
        self._unique = names.Unique()
        self.packed: dict[str, bytes] = {}

    def place(self, name: str) -> str | None:
        """Return where the asset called ``name`` stands, seen from the package's root; None if it has no content."""
        asset = self._assets.get(name)
        if asset is None or asset.data is None:
            return None
        if name not in self._places:
            suffix = PurePosixPath(asset.path).suffix.lower()
            stem = self._unique(names.file_name(name, suffix).removesuffix(suffix))
            self._places[name] = f"images/{stem}{suffix}"
            self.packed[self._places[name]] = asset.data
        return self._places[name]


class Locator:
    """Gives the images of one document relative to it, and remembers which it used."""

    def __init__(self, images: Images, root: str) -> None:
        self._images = images
        self._root = root
        self.used: dict[str, None] = {}

    def __call__(self, name: str) -> str | None:
        """Return the place of the asset called ``name``, or None if it has no content."""
        place = self._images.place(name)
        if place is None:
            return None
        self.used[place] = None
        return self._root + place
