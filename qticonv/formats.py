"""The one place where a format plugs in.

Adding a format is one module and one record in :data:`FORMATS`; command-line choices, detection by content,
``qticonv formats`` and the tests' parametrisation are derived from the tuple. The functions import their modules when
they are called, so that starting the program loads nothing that is not used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import Any, BinaryIO

from msgspec import Struct

from qticonv import sniffing
from qticonv.diagnostics import Diagnostic
from qticonv.model import Item, ItemBank, Reading, Source
from qticonv.model.options import CheckOptions, ReadOptions, WriteOptions
from qticonv.model.stored import in_memory

Read = Callable[[Source, ReadOptions], Reading]
Write = Callable[[ItemBank, WriteOptions, BinaryIO], tuple[Diagnostic, ...]]
WriteMany = Callable[[Sequence[ItemBank], WriteOptions, BinaryIO], tuple[Diagnostic, ...]]
Limits = Callable[[Item], tuple[Diagnostic, ...]]
Check = Callable[[Source, CheckOptions], tuple[Diagnostic, ...]]


class Format(Struct, frozen=True, kw_only=True, gc=False):
    """A format.

    ``suffix`` ends the name of an output (``STEM.qti21.zip``); ``detect`` says whether an input is certainly of this
    format. ``read``, ``write`` and ``check`` are ``None`` where the format cannot do that, ``write_many`` where
    one file holds one quiz. ``limits`` reports what of
    one item the target cannot hold because of its content (a diagnostic with effect ``withheld`` keeps the item out
    of the file); what depends on the kind of item alone stands in ``qticonv.writers.capabilities``.
    """

    name: str
    label: str
    suffix: str
    detect: Callable[[Source], bool]
    read: Read | None = None
    write: Write | None = None
    write_many: WriteMany | None = None
    limits: Limits | None = None
    check: Check | None = None


def _late(module: str, function: str) -> Callable[..., Any]:
    """Return ``module.function``, imported when it is first called; a test resolves every one."""

    @cache
    def resolved() -> Callable[..., Any]:
        found: Callable[..., Any] = getattr(import_module(f"qticonv.{module}"), function)
        return found

    def call(*arguments: Any) -> Any:
        return resolved()(*arguments)

    return call


def _check_bank(source: Source, options: CheckOptions) -> tuple[Diagnostic, ...]:
    """What the bank's file gets wrong, and what does not fit together in the bank."""
    from qticonv import checks
    from qticonv.interchange import bank

    reading = bank.read(in_memory(source), ReadOptions())
    return (*reading.diagnostics, *checks.run(reading.bank).diagnostics)


# In the order of detection: what is told by a certain sign comes before what is read as free text.
FORMATS: tuple[Format, ...] = (
    Format(
        name="bank",
        label="the intermediate form, YAML or JSON",
        suffix=".bank.yaml",
        detect=sniffing.is_bank,
        read=_late("interchange.bank", "read"),
        write=_late("interchange.bank", "write"),
        check=_check_bank,
    ),
    Format(
        name="qti21",
        label="QTI 2.1 package (Canvas Classic, TAO, OpenOlat, ONYX and others)",
        suffix=".qti21.zip",
        detect=sniffing.is_qti21,
        write=_late("writers.qti21", "write"),
        limits=_late("writers.qti21", "limits"),
        check=_late("conformance.qti21", "check"),
    ),
    Format(
        name="canvas",
        label="QTI 1.2 package for Canvas Classic Quizzes and New Quizzes",
        suffix=".canvas.zip",
        detect=sniffing.is_canvas,
        write=_late("writers.canvas", "write"),
        write_many=_late("writers.canvas", "write_many"),
        limits=_late("writers.canvas", "limits"),
        check=_late("conformance.canvas", "check"),
    ),
    Format(
        name="moodle",
        label="Moodle XML",
        suffix=".moodle.xml",
        detect=sniffing.is_moodle,
        write=_late("writers.moodle", "write"),
        limits=_late("writers.moodle", "limits"),
        check=_late("conformance.moodle", "check"),
    ),
    Format(
        name="gift",
        label="GIFT (Moodle and others)",
        suffix=".gift.txt",
        detect=lambda source: sniffing.may_be_gift(source) and _late("conformance.gift", "detect")(source),
        write=_late("writers.gift", "write"),
        limits=_late("writers.gift", "limits"),
        check=_late("conformance.gift", "check"),
    ),
    Format(
        name="aiken",
        label="Aiken",
        suffix=".txt",
        detect=lambda source: sniffing.may_be_aiken(source) and _late("readers.aiken", "detect")(source),
        read=_late("readers.aiken", "read"),
    ),
    Format(
        name="text",
        label="raw question text",
        suffix=".txt",
        detect=lambda source: True,
        read=_late("readers.rawtext", "read"),
    ),
)

DEFAULT_TARGETS = ("qti21", "moodle", "gift")


def format_named(name: str) -> Format:
    """Return the format called ``name``; raise :class:`KeyError` if there is none."""
    for entry in FORMATS:
        if entry.name == name:
            return entry
    raise KeyError(name)


def detect_format(source: Source) -> Format:
    """Return the format of ``source``; free text where no other format is certain."""
    return next(entry for entry in FORMATS if entry.detect(source))
