"""What becomes of an item whose key was looked for in its explanation: an inferred key, or a missing one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Self

from qticonv.diagnostics import Code, Diagnostic, diagnose
from qticonv.keys.guards import Guard
from qticonv.keys.reasons import names
from qticonv.keys.reviewed import mark
from qticonv.model import Candidate, ChoiceInteraction, Evidence, Item, Key, KeySource

# Every confidence that there is, with three decimals; no inference is certain.
_CONFIDENCES = tuple(Decimal(n).scaleb(-3) for n in range(1000))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Confidences of the choices in printed order, the best of them first in ``ranking``, and reasons in words.

    ``reasons`` are those of the first few of the ranking.
    """

    confidences: tuple[Decimal, ...]
    ranking: tuple[int, ...]
    guards: tuple[Guard, ...]
    reasons: tuple[str, ...]

    @classmethod
    def of(
        cls, probabilities: Sequence[float], guards: tuple[Guard, ...], ranking: Sequence[int], *reasons: str
    ) -> Self:
        """Return the verdict with ``probabilities`` (of the choices, in printed order) rounded to three decimals."""
        rounded = tuple([_CONFIDENCES[min(999, int(1000 * chance + 0.5))] for chance in probabilities])
        return cls(rounded, tuple(ranking), guards, reasons)

    def is_accepted(self, accept: Decimal) -> bool:
        """Whether the best choice is the key, as far as can be told at this threshold."""
        return not self.guards and self.confidences[self.ranking[0]] >= accept


def decide(
    item: Item,
    interaction: ChoiceInteraction,
    verdict: Verdict,
    accept: Decimal,
    prove: Callable[[int], tuple[Evidence, ...]],
) -> tuple[Item, Diagnostic]:
    """Return the item with its key accepted or missing, and the diagnostic that says why.

    ``prove`` returns the evidence for the choice at an index; it is asked for only where the key is accepted.
    """
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
    sure = verdict.confidences[best]
    key = Key(source=KeySource.INFERRED, confidence=sure, evidence=prove(best), candidates=candidates)
    name = names(choices[best])
    message = f"the explanation shows that {name} is right (confidence {sure}): {verdict.reasons[0]}"
    done = replace(item, interaction=replace(interaction, choices=mark(choices, [best])), key=key)
    return done, diagnose(Code.KEY_INFERRED, message, item=item.identifier, span=item.span)


def _missing(item: Item, interaction: ChoiceInteraction, verdict: Verdict, accept: Decimal) -> Diagnostic:
    listed = "; ".join(
        [
            f"{names(interaction.choices[place])} ({verdict.confidences[place]}) {reason}".rstrip()
            for place, reason in zip(verdict.ranking, verdict.reasons, strict=False)
        ]
    )
    why = ", and ".join(verdict.guards) or f"no choice reaches the confidence of {accept}"
    message = f"the explanation does not settle the key, because {why}; candidates: {listed}"
    return diagnose(Code.KEY_MISSING, message, item=item.identifier, span=item.span)


def unexplained(item: Item, reason: str) -> tuple[Item, Diagnostic]:
    """Return the item with its key missing for want of anything to infer it from."""
    key = item.key if item.key is not None else Key(source=KeySource.MISSING)
    return replace(item, key=key), diagnose(Code.KEY_MISSING, reason, item=item.identifier, span=item.span)
