"""Images: which a document uses, and what of them is packed."""

from __future__ import annotations

from collections.abc import Mapping

from qticonv.model import Asset
from qticonv.writers.markup import packaged_path


class Locator:
    """Gives the place of images relative to one document, and remembers which it uses.

    ``root`` leads from the document to the package's root; ``packed`` collects the images of the whole package by
    their path.
    """

    def __init__(self, assets: Mapping[str, Asset], packed: dict[str, bytes], root: str) -> None:
        self._assets = assets
        self._packed = packed
        self._root = root
        self.used: dict[str, None] = {}

    def __call__(self, name: str) -> str | None:
        """Return the place of the asset called ``name``, or None if it has no content."""
        asset = self._assets.get(name)
        if asset is None or asset.data is None:
            return None
        path = packaged_path(name)
        self.used[path] = None
        self._packed[path] = asset.data
        return self._root + path
