"""Keys: stated, inferred with evidence, or reviewed; never invented."""

from qticonv.keys.settle import settle

__all__ = ["settle"]
