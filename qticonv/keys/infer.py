"""From stem, choices, explanation and the neighbouring explanations to a probability per choice.

The questions of a file are looked at together: neighbours tell whether an explanation belongs to its question, and all
of them whether the letters that explanations mention can be trusted (options are sometimes shuffled after the
explanations were written).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec import Struct

from qticonv.keys.features import Owners, Scan, dense, fit_of_mentions, letters, owners, scan
from qticonv.keys.guards import Guard
from qticonv.keys.model import Model, softmax
from qticonv.keys.question import Question
from qticonv.keys.words import Vocabulary

MISFIT = -0.15  # from here on an explanation belongs to a neighbour rather than to its question
LETTERS_TRUSTED = 0.5
WORDS_NEEDED = 2  # distinctive words that the explanation must name, unless the choice has only one

CALIBRATION = (
    "constant",
    "log odds",  # of the best choice, as the ranker sees it
    "margin",  # between the scores of the two best
    "words named",  # log number of the best choice's distinctive words
    "misfit",  # with the neighbours
    "words explained",  # log number of different words in the explanation
    "stem explained",  # share of the stem's words that the explanation has
    "explanation asked",  # share of the explanation's words that the question has
)


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


def infer(
    questions: Sequence[Question],
    wanted: Sequence[tuple[Guard, ...] | None],
    misfit: Sequence[float],
    vocabulary: Vocabulary,
    model: Model,
) -> list[Inference | None]:
    """Return what is inferred for each question that is wanted.

    ``questions`` are all questions of one file in their order and ``misfit`` how they compare with their neighbours;
    ``wanted`` holds the guards that stem and choices provoke, or ``None`` where nothing is to be inferred.
    """
    owned = [owners(question, vocabulary.weight) for question in questions]
    trust = letters_trust(questions, owned)
    return [
        None if fired is None else _infer_one(question, owner, fired, value, trust, vocabulary, model)
        for question, owner, fired, value in zip(questions, owned, wanted, misfit, strict=True)
    ]


def letters_trust(questions: Sequence[Question], owned: Sequence[Owners]) -> float:
    """Return from 0 to 1 how far the letters that explanations mention stand beside words of the choice they name."""
    fits = misses = 0
    for question, owner in zip(questions, owned, strict=True):
        if question.mentions:
            good, bad = fit_of_mentions(question, owner)
            fits, misses = fits + good, misses + bad
    share = (fits + 1.2) / (fits + misses + 2)
    return min(1.0, max(0.0, (share - 0.3) / 0.3))


def _infer_one(
    question: Question,
    owner: Owners,
    fired: tuple[Guard, ...],
    misfit: float,
    trust: float,
    vocabulary: Vocabulary,
    model: Model,
) -> Inference:
    found = scan(question, owner, vocabulary)
    scores = model.scores(dense(question, owner, found, vocabulary, trust), found)
    shares = softmax(scores)
    best = max(range(len(scores)), key=scores.__getitem__)
    sure = model.confidence(calibration_inputs(question, found, scores, best, misfit))
    return Inference(
        probabilities=spread(shares, best, sure),
        guards=(*fired, *evidence_guards(question, owner, found, best, misfit, trust)),
        owner=owner,
        found=found,
    )


def calibration_inputs(
    question: Question, found: Scan, scores: Sequence[float], best: int, misfit: float
) -> dict[str, float]:
    """Return what the calibration looks at: how clearly ``best`` leads, and how well the explanation fits."""
    others = [score for index, score in enumerate(scores) if index != best]
    rest = max(others)
    odds = scores[best] - rest - math.log(sum([math.exp(score - rest) for score in others]))
    explained = len(question.explained)
    return {
        "constant": 1.0,
        "log odds": odds,
        "margin": scores[best] - rest,
        "words named": math.log1p(len(found.words[best])),
        "misfit": max(misfit, -1.5),
        "words explained": math.log1p(explained),
        "stem explained": len(question.stem & question.explained) / (len(question.stem) + 0.5),
        "explanation asked": len(question.shared) / (explained + 0.5),
    }


def spread(shares: Sequence[float], best: int, sure: float) -> tuple[float, ...]:
    """Return probabilities that sum to 1: ``sure`` for the best choice, the rest by their shares.

    The best one keeps at least an equal share, so that the order of the choices is that of their shares.
    """
    rest = 1 - shares[best]
    sure = max(sure, 1 / len(shares))
    if rest <= 0:
        return tuple(float(index == best) for index in range(len(shares)))
    ceiling = max([share for index, share in enumerate(shares) if index != best]) / rest
    sure = max(sure, ceiling / (1 + ceiling))
    return tuple(sure if index == best else (1 - sure) * share / rest for index, share in enumerate(shares))


def evidence_guards(
    question: Question, owner: Owners, found: Scan, best: int, misfit: float, trust: float
) -> list[Guard]:
    """Return the guards that the explanation itself provokes against ``best``."""
    fired = []
    own = [word for word in question.different[best] if word in owner and owner[word][0] == (best,)]
    if len(found.words[best]) < min(WORDS_NEEDED, max(1, len(own))):
        fired.append(Guard.LITTLE)
    if misfit > MISFIT:
        fired.append(Guard.NEIGHBOUR)
    if question.mentions and trust >= LETTERS_TRUSTED:
        refuted, approved, _ = letters(question, trust)
        against = refuted[best] and not approved[best]
        if against or any(value for index, value in enumerate(approved) if index != best):
            fired.append(Guard.LETTERS)
    return fired
