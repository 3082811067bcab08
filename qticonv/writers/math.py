"""LaTeX to presentation MathML, through latex2mathml where it is installed (``pip install qticonv[math]``)."""

from __future__ import annotations

from functools import lru_cache

from qticonv.model.markup import escape, sanitise
from qticonv.patterns import lazy

MAX_LENGTH = 5_000  # characters of one formula
# Attributes that change how a formula looks but not what it says.
_HARMLESS = lazy(
    r"attribute (?:columnlines|rowlines|displaystyle|scriptlevel|math\w+|\w*spac(?:e|ing)|minsize|maxsize|\w+align"
    r"|width|height|depth|voffset)"
)
_UNKNOWN_COMMAND = lazy(r">\\[A-Za-z]")  # latex2mathml passes on what it does not know


def is_available() -> bool:
    """Whether formulas can be converted at all."""
    return _converter() is not None


@lru_cache(maxsize=1)
def _converter() -> object | None:
    try:
        from latex2mathml import converter
    except ImportError:
        return None
    return converter


@lru_cache(maxsize=4096)
def convert(latex: str, is_block: bool = False) -> str | None:
    """Return ``latex`` as one ``math`` element with the LaTeX kept in ``alttext``, or ``None`` where that fails.

    The element holds only what the MathML 2 schema of QTI allows; a formula that would lose a part there is not
    converted.
    """
    converter = _converter()
    if converter is None or not latex or len(latex) > MAX_LENGTH:
        return None
    try:
        raw = converter.convert(latex, display="block" if is_block else "inline")  # type: ignore[attr-defined]
    except Exception:  # the library raises whatever its parser meets, IndexError and RecursionError among them
        return None
    content, removed = sanitise(raw.replace("<math", f'<math alttext="{escape(latex)}"', 1))
    if not content.startswith("<math") or _UNKNOWN_COMMAND.search(content):
        return None
    if any(not _HARMLESS.match(what) for what in removed):
        return None
    return content
