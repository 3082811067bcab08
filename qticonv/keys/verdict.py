"""What becomes of an item whose key was looked for in its explanation: an inferred key, or a missing one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from qticonv.diagnostics import Code, Diagnostic, diagnose
from qticonv.keys.guards import Guard
from qticonv.keys.reasons import names
from qticonv.keys.reviewed import mark
from qticonv.model import Candidate, ChoiceInteraction, Evidence, Item, Key, KeySource

# Every confidence that there is, with three decimals; no inference is certain.
_CONFIDENCES = tuple(Decimal(n).scaleb(-3) for n in range(1000))
SHOWN = 2  # candidates that a message speaks of


class Verdict(Struct, frozen=True, gc=False):
    """Confidences of the choices in printed order, the most probable first in ``ranking``, and how to explain them.

    ``reason`` and ``prove`` take the index of a choice: they return what speaks for it in words, and as quotes.
    """

    confidences: tuple[Decimal, ...]
    ranking: tuple[int, ...]
    guards: tuple[Guard, ...]
    reason: Callable[[int], str]
    prove: Callable[[int], tuple[Evidence, ...]]

    def is_accepted(self, accept: Decimal) -> bool:
        """Whether the best choice is the key, as far as can be told at this threshold."""
        return not self.guards and self.confidences[self.ranking[0]] >= accept


def confidences(probabilities: Sequence[float]) -> tuple[Decimal, ...]:
    """Return ``probabilities`` with three decimals, none of them 1."""
    return tuple([_CONFIDENCES[min(999, int(1000 * chance + 0.5))] for chance in probabilities])


def decide(item: Item, interaction: ChoiceInteraction, verdict: Verdict, accept: Decimal) -> tuple[Item, Diagnostic]:
    """Return the item with its key accepted or missing, and the diagnostic that says why."""
    choices, best = interaction.choices, verdict.ranking[0]
    candidates = tuple(
        [
            Candidate(choice=choices[place].identifier, confidence=verdict.confidences[place])
            for place in verdict.ranking
        ]
    )
    if not verdict.is_accepted(accept):
        key = Key(source=KeySource.MISSING, candidates=candidates)
        return replace(item, key=key), _missing(item, interaction, verdict, accept)
    sure, name = verdict.confidences[best], names(choices[best])
    key = Key(source=KeySource.INFERRED, confidence=sure, evidence=verdict.prove(best), candidates=candidates)
    message = f"the explanation shows that {name} is right (confidence {sure}): {verdict.reason(best)}"
    done = replace(item, interaction=replace(interaction, choices=mark(choices, [best])), key=key)
    return done, diagnose(Code.KEY_INFERRED, message, item=item.identifier, span=item.span)


def _missing(item: Item, interaction: ChoiceInteraction, verdict: Verdict, accept: Decimal) -> Diagnostic:
    listed = "; ".join(
        [
            f"{names(interaction.choices[place])} ({verdict.confidences[place]}) {verdict.reason(place)}".rstrip()
            for place in verdict.ranking[:SHOWN]
        ]
    )
    why = ", and ".join(verdict.guards) or f"no choice reaches the confidence of {accept}"
    message = f"the explanation does not settle the key, because {why}; candidates: {listed}"
    return diagnose(Code.KEY_MISSING, message, item=item.identifier, span=item.span)


def unexplained(item: Item, reason: str) -> tuple[Item, Diagnostic]:
    """Return the item with its key missing for want of anything to infer it from."""
    key = item.key if item.key is not None else Key(source=KeySource.MISSING)
    return replace(item, key=key), diagnose(Code.KEY_MISSING, reason, item=item.identifier, span=item.span)
