"""Keys: stated, inferred with evidence, or reviewed; never invented."""

from qticonv.keys.opinion import Opinion, opinions
from qticonv.keys.settle import settle

__all__ = ["Opinion", "opinions", "settle"]
