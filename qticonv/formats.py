"""The one place where a format plugs in.

Adding a format is one module and one record in :data:`FORMATS`; command-line choices, detection by content,
``qticonv formats``
and the tests' parametrisation are derived from the tuple. The functions import their modules when they are called,
so that starting the
program loads nothing that is not used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from qticonv.diagnostics import Diagnostic
from qticonv.model import Item, ItemBank, Reading, Source
from qticonv.model.options import CheckOptions, ReadOptions, WriteOptions

Read = Callable[[Source, ReadOptions], Reading]
Write = Callable[[ItemBank, WriteOptions, BinaryIO], tuple[Diagnostic, ...]]
Limits = Callable[[Item], tuple[Diagnostic, ...]]
Check = Callable[[Source, CheckOptions], tuple[Diagnostic, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format.

    ``suffix`` ends the name of an output (``STEM.qti21.zip``); ``detect`` says whether an input is certainly of this
    format. ``read``, ``write`` and ``check`` are ``None`` where the format cannot do that. ``limits`` reports what
    of one item the
    target cannot hold because of its content (a diagnostic with effect ``withheld`` keeps the item out of the
    file); what depends
    on the kind of item alone stands in ``qticonv.writers.capabilities``.
    """

    name: str
    label: str
    suffix: str
    detect: Callable[[Source], bool] | None = None
    read: Read | None = None
    write: Write | None = None
    limits: Limits | None = None
    check: Check | None = None


FORMATS: tuple[Format, ...] = ()


def format_named(name: str) -> Format:
    """Return the format called ``name``; raise :class:`KeyError` if there is none."""
    for entry in FORMATS:
        if entry.name == name:
            return entry
    raise KeyError(name)
