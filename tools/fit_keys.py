#!/usr/bin/env python3
"""Fit the key inference and write ``qticonv/keys/weights.json``.

    fit_keys.py FOLDER [--true-false FILE] [--out FILE] [--report]

FOLDER holds one JSON-lines file a family of quizzes; a line is a question with its true key:
``{question, options, answer (0-based), explanation, explanation_nokey?}``. FILE holds true/false questions
(``{type: "true-false", question, answer, explanation}``; other types are passed over).

The fit is deterministic: no randomness, no clock, standard library only. ``--report`` prints, for every family, what
cross-validation within the families and leaving the family out of the fit give.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from likelihood import Vector, dot, fit_logistic, minimise, spreads

from qticonv.keys import features, infer, model, truefalse
from qticonv.keys.guards import guards_of
from qticonv.keys.lexicon import STOP_WORDS
from qticonv.keys.neighbours import APART, misfits
from qticonv.keys.question import prepare
from qticonv.keys.words import TOKEN, Vocabulary, stem

# How much a question of a family counts: (ranker, calibration). Explanations in sentences that argue for the key are
# what the inference is for. Families of one-word choices (ecqa) or notes (medmcqa) speak another language: they hurt
# the ranker, and keep the calibration honest. Choices of aqua are numbers, which a guard sends to review.
FAMILIES = {
    "okg": (3.0, 1.0),
    "cca-a": (3.0, 1.0),
    "database-management": (3.0, 1.0),
    "saten": (1.0, 1.0),
    "jsq": (0.5, 0.5),
    "rustbook": (0.5, 0.5),
    "medmcqa": (0.0, 0.01),
    "ecqa": (0.0, 0.01),
    "aqua": (0.0, 0.0),
}
FILE_SIZE = 20  # questions that are looked at together, as in a quiz
FOLDS = 5
RANKER_PENALTY, CALIBRATION_PENALTY, TRUE_FALSE_PENALTY = 10.0, 1.0, 1.0
ALONE, MISMATCHED = 0.25, 0.05  # weights of a question without neighbours, and of one with another's explanation
COMMON_WORDS, COMMON_QUESTIONS = 1000, 8
THRESHOLD = 0.95

Row = dict[str, Any]


@dataclass(slots=True)
class Example:
    """A question, its features and, after the ranker was fitted without it, its scores."""

    profile: infer.Profile
    answer: int
    rows: list[Vector]
    kinds: tuple[Any, ...]
    misfit: float
    trust: float
    scores: Vector = field(default_factory=list)

    @property
    def best(self) -> int:
        """The choice with the highest score."""
        return max(range(len(self.scores)), key=self.scores.__getitem__)

    def inputs(self, misfit: float) -> tuple[float, ...]:
        """What the calibration looks at, were ``misfit`` the comparison with the neighbours."""
        return infer.calibration_inputs(self.profile, self.scores, self.best, misfit)

    @property
    def guarded(self) -> bool:
        """Whether a guard keeps the key from being accepted."""
        return bool(self.kinds or infer.evidence_guards(self.profile, self.best, self.misfit, self.trust))


def read(path: Path) -> list[Row]:
    """Return the usable questions of a file, white space folded."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        {
            "question": fold(row["question"]),
            "options": [fold(option) for option in row["options"]],
            "answer": row["answer"],
            "text": fold(row.get("explanation_nokey") or row.get("explanation") or ""),
        }
        for row in rows
        if isinstance(row.get("answer"), int) and 2 <= len(row.get("options") or ()) <= 8
    ]


def fold(text: object) -> str:
    """Return ``text`` on one line."""
    return " ".join(str(text).split())


def common_words(families: Iterable[Sequence[Row]]) -> dict[str, float]:
    """Return a weight below 1 for the stems that many questions have."""
    counts: Counter[str] = Counter()
    total = 0
    for rows in families:
        for row in rows:
            total += 1
            tokens = TOKEN.findall(f"{row['question']} {row['text']}".lower())
            counts.update({stem(token) for token in tokens if token[0].isalnum() and token not in STOP_WORDS})
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:COMMON_WORDS]
    return {
        word: round(max(0.1, min(1.0, math.log(total / count) / 6)), 2)
        for word, count in sorted(ranked)
        if count >= COMMON_QUESTIONS
    }


def examples(rows: Sequence[Row], common: dict[str, float], texts: Sequence[str]) -> list[Example]:
    """Return the examples of a family, looked at in files of :data:`FILE_SIZE`; ``texts`` are the explanations."""
    made = []
    for start in range(0, len(rows), FILE_SIZE):
        chunk = slice(start, start + FILE_SIZE)
        made += _file(rows[chunk], common, texts[chunk])
    return made


def _file(rows: Sequence[Row], common: dict[str, float], texts: Sequence[str]) -> list[Example]:
    vocabulary = Vocabulary(common)
    labels = "ABCDEFGH"
    questions = [
        prepare(vocabulary, row["question"], row["options"], list(labels[: len(row["options"])]), text)
        for row, text in zip(rows, texts, strict=True)
    ]
    profiles = [infer.profile(question, vocabulary, wanted=True) for question in questions]
    trust = infer.letters_trust(profiles)
    return [
        _example(row, text, profile, misfit, trust)
        for row, text, profile, misfit in zip(rows, texts, profiles, misfits(profiles), strict=True)
    ]


def _example(row: Row, text: str, profile: infer.Profile, misfit: float, trust: float) -> Example:
    dense = features.with_letters(profile.rows, profile.mentions, trust)
    rows = [[*left, *right] for left, right in zip(dense, features.expand(profile.found), strict=True)]
    return Example(profile, row["answer"], rows, guards_of(row["question"], row["options"], text), misfit, trust)


def fit_ranker(training: Sequence[tuple[Example, float]]) -> Vector:
    """Return weights of the features under which the true keys are most likely (a conditional logit)."""
    _, deviations = spreads([row for example, _ in training for row in example.rows])
    scaled = [
        ([[v / d for v, d in zip(row, deviations, strict=True)] for row in example.rows], example.answer, weight)
        for example, weight in training
    ]

    def loss(weights: Vector) -> tuple[float, Vector]:
        value = RANKER_PENALTY / 2 * dot(weights, weights)
        slope = [RANKER_PENALTY * w for w in weights]
        for rows, answer, weight in scaled:
            shares = model.softmax([dot(weights, row) for row in rows])
            value -= weight * math.log(max(shares[answer], 1e-300))
            for index, (row, share) in enumerate(zip(rows, shares, strict=True)):
                pull = weight * (share - (index == answer))
                slope = [s + pull * x for s, x in zip(slope, row, strict=True)]
        return value, slope

    fitted = minimise(loss, [0.0] * len(deviations))
    return [w / d for w, d in zip(fitted, deviations, strict=True)]


# --- the model


@dataclass(frozen=True, slots=True)
class Family:
    """A family's questions with their own explanations and with those of the question before."""

    own: list[Example]
    other: list[Example]
    weights: tuple[float, float]


def score_by_folds(families: dict[str, Family], left_out: str | None = None) -> None:
    """Give every example scores of a ranker that was fitted without its fold (and without the family left out)."""
    for turn in range(FOLDS):
        training = [
            (example, family.weights[0])
            for name, family in families.items()
            for number, example in enumerate(family.own)
            if family.weights[0] and name != left_out and fold_of(number) != turn
        ]
        weights = fit_ranker(training)
        for family in families.values():
            for number, pair in enumerate(zip(family.own, family.other, strict=True)):
                if fold_of(number) == turn:
                    for example in pair:
                        example.scores = [dot(weights, row) for row in example.rows]


def fold_of(number: int) -> int:
    """Return the fold of the question with this number: ten questions in a row stay together."""
    return number // 10 % FOLDS


def fit_calibration(families: dict[str, Family], skip: Callable[[str, int], bool] | None = None) -> dict[str, float]:
    """Return the calibration: the probability that the best choice is the key, learned on unseen questions."""
    rows: list[Vector] = []
    right: list[bool] = []
    weights: list[float] = []
    for name, family in families.items():
        weight = family.weights[1]
        for number, (own, other) in enumerate(zip(family.own, family.other, strict=True)):
            if not weight or (skip is not None and skip(name, number)):
                continue
            for example, share in ((own, weight), (other, weight * MISMATCHED)):
                if example is own and example.guarded:
                    continue
                for misfit, part in ((example.misfit, 1 - ALONE), (APART, ALONE)):
                    rows.append([*example.inputs(misfit)])
                    right.append(example is own and example.best == example.answer)
                    weights.append(share * part)
    return dict(zip(model.CALIBRATION, fit_logistic(rows, right, weights, CALIBRATION_PENALTY), strict=True))


def confidence(calibration: dict[str, float], example: Example) -> float:
    """Return the calibrated probability of the example's best choice."""
    return model.logistic(dot([calibration[name] for name in model.CALIBRATION], example.inputs(example.misfit)))


# --- report


def report(families: dict[str, Family]) -> None:
    """Print what is accepted, and what of it is wrong, in cross-validation and with the family left out of the fit."""
    score_by_folds(families)
    by_turn = [fit_calibration(families, in_fold(turn)) for turn in range(FOLDS)]
    for name, family in families.items():
        result = figures(family, lambda number: by_turn[fold_of(number)])
        print(f"{name:22} cross-validated  {line(result)}", flush=True)
    for name, family in families.items():
        if any(family.weights):
            score_by_folds(families, left_out=name)
            calibration = fit_calibration(families, in_family(name))
            print(f"{name:22} left out         {line(figures(family, always(calibration)))}", flush=True)


def in_fold(turn: int) -> Callable[[str, int], bool]:
    """Return a test for the examples of a fold."""
    return lambda _, number: fold_of(number) == turn


def in_family(name: str) -> Callable[[str, int], bool]:
    """Return a test for the examples of a family."""
    return lambda other, _: other == name


def always(calibration: dict[str, float]) -> Callable[[int], dict[str, float]]:
    """Return the same calibration for every example."""
    return lambda _: calibration


def figures(family: Family, calibration: Callable[[int], dict[str, float]]) -> dict[str, float]:
    """Return counts and shares for one family."""
    accepted = wrong = slipped = top = 0
    sure = 0.0
    for number, (own, other) in enumerate(zip(family.own, family.other, strict=True)):
        fitted = calibration(number)
        top += own.best == own.answer
        chance = confidence(fitted, own)
        if chance >= THRESHOLD and not own.guarded:
            accepted += 1
            wrong += own.best != own.answer
            sure += chance
        slipped += confidence(fitted, other) >= THRESHOLD and not other.guarded
    return {
        "questions": len(family.own),
        "accepted": accepted,
        "wrong": wrong,
        "mean confidence": round(sure / accepted, 4) if accepted else 0.0,
        "first choice right": round(top / len(family.own), 4),
        "mismatched": slipped,
    }


def line(result: dict[str, float]) -> str:
    """Return figures on one line."""
    share = result["accepted"] / result["questions"]
    return (
        f"n {result['questions']:5}  first {result['first choice right']:.3f}  coverage {share:.3f}  "
        f"accepted {result['accepted']:4}  wrong {result['wrong']:3}  mean confidence {result['mean confidence']:.3f}  "
        f"mismatched accepted {result['mismatched']}"
    )


def main() -> int:
    """Fit, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--true-false", type=Path)
    parser.add_argument("--out", type=Path, default=model.WEIGHTS)
    parser.add_argument("--report", action="store_true")
    args = parser.parse_args()
    paths = {name: args.folder / f"{name}.jsonl" for name in FAMILIES}
    rows = {name: read(path) for name, path in paths.items() if path.is_file()}
    if not rows:
        print(f"no file of a known family in {args.folder}: {', '.join(FAMILIES)}", file=sys.stderr)
        return 2
    common = common_words(rows.values())
    families = {name: family_of(name, some, common) for name, some in rows.items()}
    true_false = read_true_false(args.true_false)
    if args.report:
        report(families)
        report_true_false(true_false)
    score_by_folds(families)
    calibration = fit_calibration(families)
    ranker = fit_ranker([(e, f.weights[0]) for f in families.values() if f.weights[0] for e in f.own])
    files = [*(paths[name] for name in rows), *([args.true_false] if args.true_false else [])]
    data = {
        "about": "Written by tools/fit_keys.py; do not edit.",
        "provenance": [provenance(path) for path in files],
        "ranker": rounded(dict(zip(features.NAMES, ranker, strict=True))),
        "calibration": rounded(calibration),
        "true_false": rounded(fit_true_false(true_false)),
        "common": common,
    }
    args.out.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def family_of(name: str, rows: Sequence[Row], common: dict[str, float]) -> Family:
    """Return the family's examples."""
    texts = [row["text"] for row in rows]
    return Family(examples(rows, common, texts), examples(rows, common, texts[-1:] + texts[:-1]), FAMILIES[name])


def provenance(path: Path) -> dict[str, Any]:
    """Return name, digest and number of lines of a file that was fitted on."""
    data = path.read_bytes()
    return {"file": path.name, "sha256": hashlib.sha256(data).hexdigest(), "lines": data.count(b"\n")}


def rounded(weights: dict[str, float]) -> dict[str, float]:
    """Return the weights with four decimals."""
    return {name: round(weight, 4) for name, weight in weights.items()}


def read_true_false(path: Path | None) -> list[Row]:
    """Return the true/false questions of a file that have an explanation."""
    lines = path.read_text(encoding="utf-8").splitlines() if path else []
    rows = [json.loads(line) for line in lines if line.strip()]
    return [row for row in rows if row.get("type") == "true-false" and row.get("explanation")]


def fit_true_false(rows: Sequence[Row]) -> dict[str, float]:
    """Return the weights of the cues of true/false explanations, 0 where there is nothing to fit on."""
    names = list(truefalse.CUES)
    if not rows:
        return dict.fromkeys(names, 0.0)
    cues = [truefalse.cues(fold(row["question"]), fold(row["explanation"])) for row in rows]
    table = [[found[name] for name in names] for found in cues]
    weights = fit_logistic(table, [row["answer"] for row in rows], [1.0] * len(rows), TRUE_FALSE_PENALTY)
    return dict(zip(names, weights, strict=True))


def report_true_false(rows: Sequence[Row]) -> None:
    """Print what is stated, and what is accepted of the rest, in cross-validation."""
    accepted = wrong = stated = misstated = 0
    for turn in range(FOLDS):
        weights = fit_true_false([row for number, row in enumerate(rows) if number % FOLDS != turn])
        for row in rows[turn::FOLDS]:
            told = truefalse.stated(row["explanation"])
            chance = truefalse.probability(fold(row["question"]), fold(row["explanation"]), weights)
            if told is not None:
                stated, misstated = stated + 1, misstated + (told != row["answer"])
            elif max(chance, 1 - chance) >= THRESHOLD:
                accepted, wrong = accepted + 1, wrong + ((chance > 0.5) != row["answer"])
    print(f"true/false  n {len(rows)}  stated {stated} (wrong {misstated})  accepted {accepted} (wrong {wrong})")


if __name__ == "__main__":
    sys.exit(main())
