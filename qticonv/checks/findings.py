"""What a check returns."""

from __future__ import annotations

from msgspec import Struct

from qticonv.diagnostics import Code, Diagnostic, Effect, Severity, diagnose
from qticonv.model import ItemBank


class Finding(Struct, frozen=True, gc=False):
    """A diagnostic about the item at ``index``, or about the whole bank (``None``)."""

    index: int | None
    diagnostic: Diagnostic

    @property
    def withholds(self) -> bool:
        """Whether the item must not be written."""
        return self.diagnostic.effect is Effect.WITHHELD


def about(
    bank: ItemBank, index: int, code: Code, message: str, *, withheld: bool = False, hint: str | None = None
) -> Finding:
    """Return a finding about the item at ``index``."""
    item = bank.items[index]
    effect = Effect.WITHHELD if withheld else None
    return Finding(index, diagnose(code, message, item=item.identifier, span=item.span, effect=effect, hint=hint))


def withhold_errors(bank: ItemBank, index: int, code: Code, message: str) -> Finding:
    """Return a finding that withholds the item where the code is an error."""
    return about(bank, index, code, message, withheld=code.severity is Severity.ERROR)
