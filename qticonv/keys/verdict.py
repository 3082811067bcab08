"""What becomes of an item whose key was looked for in its explanation: an inferred key, or a missing one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from qticonv.diagnostics import Code, Diagnostic, diagnose
from qticonv.keys.guards import Guard
from qticonv.keys.reasons import names
from qticonv.keys.reviewed import mark
from qticonv.model import Candidate, ChoiceInteraction, Evidence, Item, Key, KeySource

_SUREST = Decimal("0.999")  # no inference is certain


@dataclass(frozen=True, slots=True)
class Verdict:
    """Probabilities of the choices in printed order, and the reasons for the best two (``ranking``)."""

    probabilities: Sequence[float]
    guards: tuple[Guard, ...]
    ranking: tuple[int, ...]
    reasons: tuple[str, ...]
    evidence: tuple[Evidence, ...]

    def confidence(self, choice: int) -> Decimal:
        """The probability of a choice, with three decimals."""
        return min(_SUREST, Decimal(f"{self.probabilities[choice]:.3f}"))


def decide(item: Item, interaction: ChoiceInteraction, verdict: Verdict, accept: Decimal) -> tuple[Item, Diagnostic]:
    """Return the item with its key accepted or missing, and the diagnostic that says why."""
    choices = interaction.choices
    best = verdict.ranking[0]
    candidates = tuple(
        Candidate(choice=choices[place].identifier, confidence=verdict.confidence(place))
        for place in sorted(range(len(choices)), key=lambda place: -verdict.probabilities[place])
    )
    if verdict.guards or verdict.confidence(best) < accept:
        key = Key(source=KeySource.MISSING, candidates=candidates)
        return replace(item, key=key), _missing(item, interaction, verdict, accept)
    key = Key(
        source=KeySource.INFERRED,
        confidence=verdict.confidence(best),
        evidence=verdict.evidence,
        candidates=candidates,
    )
    message = (
        f"the explanation shows that {names(choices[best])} is right "
        f"(confidence {verdict.confidence(best)}): {verdict.reasons[0]}"
    )
    marked = replace(interaction, choices=mark(choices, [best]))
    done = replace(item, interaction=marked, key=key)
    return done, diagnose(Code.KEY_INFERRED, message, item=item.identifier, span=item.span)


def _missing(item: Item, interaction: ChoiceInteraction, verdict: Verdict, accept: Decimal) -> Diagnostic:
    listed = "; ".join(
        f"{names(interaction.choices[place])} ({verdict.confidence(place)}) {reason}".rstrip()
        for place, reason in zip(verdict.ranking, verdict.reasons, strict=True)
    )
    why = ", and ".join(verdict.guards) or f"no choice reaches the confidence of {accept}"
    message = f"the explanation does not settle the key, because {why}; candidates: {listed}"
    return diagnose(Code.KEY_MISSING, message, item=item.identifier, span=item.span)


def unexplained(item: Item, reason: str) -> tuple[Item, Diagnostic]:
    """Return the item with its key missing for want of anything to infer it from."""
    key = item.key if item.key is not None else Key(source=KeySource.MISSING)
    return replace(item, key=key), diagnose(Code.KEY_MISSING, reason, item=item.identifier, span=item.span)
