"""From stem, choices, explanation and the neighbouring explanations to a probability per choice.

The questions of a file are looked at together: neighbours tell whether an explanation belongs to its question, and all
of them whether the letters that explanations mention can be trusted (options are sometimes shuffled after the
explanations were written).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec import Struct

from qticonv.keys.features import Owners, Scan, dense, fit_of_mentions, letters, owners, scan, with_letters
from qticonv.keys.guards import Guard
from qticonv.keys.model import Model, softmax
from qticonv.keys.question import Mention, Question
from qticonv.keys.words import Vocabulary

MISFIT = -0.15  # from here on an explanation belongs to a neighbour rather than to its question
LETTERS_TRUSTED = 0.5
WORDS_NEEDED = 2  # distinctive words that the explanation must name, unless the choice has only one


class Profile(Struct, frozen=True, gc=False):
    """What is kept of a question: the words by which neighbours are compared, and what the explanation tells.

    Where nothing is to be inferred, ``found`` and ``rows`` are empty.
    """

    explained: frozenset[int]
    asked: frozenset[int]
    shared: frozenset[int]
    overlap: tuple[float, float, float]  # the last three of the calibration's inputs
    mentions: tuple[Mention, ...]
    fit: tuple[int, int]  # of the mentions
    owner: Owners
    found: Scan
    rows: list[tuple[float, ...]]  # the dense features of each choice, those of letters left at 0


class Inference(Struct, frozen=True, gc=False):
    """What the explanation says about the choices of one question.

    ``probabilities`` are those of the choices in printed order and sum to 1; that of the best one is calibrated.
    ``guards`` are reasons not to accept it whatever its probability.
    """

    probabilities: tuple[float, ...]
    guards: tuple[Guard, ...]
    owner: Owners
    found: Scan

    @property
    def ranking(self) -> list[int]:
        """Indices of the choices, the most probable first."""
        return sorted(range(len(self.probabilities)), key=lambda index: -self.probabilities[index])


def profile(question: Question, vocabulary: Vocabulary, *, wanted: bool) -> Profile:
    """Return the profile of a question, whose key is ``wanted`` or not."""
    owner = owners(question, vocabulary.weight)
    found = scan(question, owner, vocabulary) if wanted else Scan([], [], {}, frozenset(), [])
    explained, stem = question.explained, question.stem
    return Profile(
        explained=explained,
        asked=question.asked,
        shared=question.shared,
        overlap=(
            math.log1p(len(explained)),
            len(stem & explained) / (len(stem) + 0.5),
            len(question.shared) / (len(explained) + 0.5),
        ),
        mentions=question.mentions,
        fit=fit_of_mentions(question.mentions, owner, len(question.choices)),
        owner=owner,
        found=found,
        rows=dense(question, owner, found, vocabulary) if wanted else [],
    )


def infer(
    profiles: Sequence[Profile], wanted: Sequence[tuple[Guard, ...] | None], misfit: Sequence[float], model: Model
) -> list[Inference | None]:
    """Return what is inferred for each question that is wanted.

    ``profiles`` are all questions of one file in their order and ``misfit`` how they compare with their neighbours;
    ``wanted`` holds the guards that stem and choices provoke, or ``None`` where nothing is to be inferred.
    """
    trust = letters_trust(profiles)
    return [
        None if fired is None else _infer_one(one, fired, value, trust, model)
        for one, fired, value in zip(profiles, wanted, misfit, strict=True)
    ]


def letters_trust(profiles: Sequence[Profile]) -> float:
    """Return from 0 to 1 how far the letters that explanations mention stand beside words of the choice they name."""
    fits = sum([one.fit[0] for one in profiles])
    misses = sum([one.fit[1] for one in profiles])
    share = (fits + 1.2) / (fits + misses + 2)
    return min(1.0, max(0.0, (share - 0.3) / 0.3))


def _infer_one(one: Profile, fired: tuple[Guard, ...], misfit: float, trust: float, model: Model) -> Inference:
    scores = model.scores(with_letters(one.rows, one.mentions, trust), one.found)
    best = max(range(len(scores)), key=scores.__getitem__)
    sure = model.confidence(calibration_inputs(one, scores, best, misfit))
    return Inference(
        probabilities=spread(softmax(scores), best, sure),
        guards=(*fired, *evidence_guards(one, best, misfit, trust)),
        owner=one.owner,
        found=one.found,
    )


def calibration_inputs(one: Profile, scores: Sequence[float], best: int, misfit: float) -> tuple[float, ...]:
    """Return the values of :data:`CALIBRATION`: how clearly ``best`` leads, and how well the explanation fits."""
    others = [score for index, score in enumerate(scores) if index != best]
    rest = max(others)
    margin = scores[best] - rest
    odds = margin - math.log(sum([math.exp(score - rest) for score in others]))
    return 1.0, odds, margin, math.log1p(len(one.found.words[best])), max(misfit, -1.5), *one.overlap


def spread(shares: Sequence[float], best: int, sure: float) -> tuple[float, ...]:
    """Return probabilities that sum to 1: ``sure`` for the best choice, the rest by their shares.

    The best one keeps at least an equal share, so that the order of the choices is that of their shares.
    """
    rest = 1 - shares[best]
    sure = max(sure, 1 / len(shares))
    if rest <= 0:
        return tuple([float(index == best) for index in range(len(shares))])
    ceiling = max([share for index, share in enumerate(shares) if index != best]) / rest
    sure = max(sure, ceiling / (1 + ceiling))
    return tuple([sure if index == best else (1 - sure) * share / rest for index, share in enumerate(shares)])


def evidence_guards(one: Profile, best: int, misfit: float, trust: float) -> list[Guard]:
    """Return the guards that the explanation itself provokes against ``best``."""
    fired = []
    named = len(one.found.words[best])
    if named < WORDS_NEEDED and named < max(1, _own_words(one.owner, best)):
        fired.append(Guard.LITTLE)
    if misfit > MISFIT:
        fired.append(Guard.NEIGHBOUR)
    if one.mentions and trust >= LETTERS_TRUSTED:
        told = letters(one.mentions, len(one.rows), trust)
        against = told[best][0] and not told[best][1]
        if against or any(approved for index, (_, approved, _) in enumerate(told) if index != best):
            fired.append(Guard.LETTERS)
    return fired


def _own_words(owner: Owners, choice: int) -> int:
    """Return how many words no other choice has."""
    return sum([members == (choice,) for members, _ in owner.values()])
