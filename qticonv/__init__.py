"""Convert raw quiz text into files that a learning platform imports, with key, points and feedback.

``qticonv.prepare`` and ``qticonv.convert`` are the Python interface; see :mod:`qticonv.api`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qticonv.api import convert, prepare

__version__ = "0.1.0"
__all__ = ["__version__", "convert", "prepare"]


def __getattr__(name: str) -> Any:
    # Imported when first used: the command line starts without the pipeline.
    if name in ("convert", "prepare"):
        from qticonv import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
