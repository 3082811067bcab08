"""The page of what the pipeline prepared."""

from __future__ import annotations

from collections.abc import Iterable

from qticonv.formats import FORMATS, format_named
from qticonv.pipeline import Prepared, screen
from qticonv.report.preview.page import render


def preview(prepared: Prepared, targets: Iterable[str] = (), *, source: str | None = None) -> str:
    """Return the preview page of ``prepared`` as HTML.

    It says for each of ``targets`` (names of formats that are written; all of them where none is given) what of each
    item is adapted or lost. ``source`` is the name of the input. Raises :class:`KeyError` for an unknown target.
    """
    wanted = tuple(targets) or tuple(entry.name for entry in FORMATS if entry.write)
    writable = prepared.writable
    losses = {target: screen(writable, format_named(target))[1] for target in dict.fromkeys(wanted)}
    reading = prepared.reading
    return render(
        prepared.bank,
        reading.diagnostics,
        lines=reading.lines,
        losses=losses,
        withheld=prepared.withheld,
        source=source,
    )
