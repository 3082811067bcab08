from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from msgspec.structs import replace

from qticonv.diagnostics import Code, Severity
from qticonv.keys import settle
from qticonv.model import ChoiceInteraction, ChoiceKind, Item, KeySource, Reading

Make = Callable[..., Reading]
ACCEPT = Decimal("0.95")

TIDES = (
    "Why does the sea rise and fall twice a day on most coasts?",
    [
        "Winds push surface water towards the shore and release it in the evening",
        "The Moon's gravity pulls harder on the near side than on the far side, so two bulges form",
        "Evaporation lowers the sea by day and rain fills it again by night",
        "Tectonic plates tremble and shake whole continents",
    ],
    "The Moon pulls harder on the near side of the Earth than on the far side, and this difference in gravity "
    "stretches the oceans into two bulges. As the Earth turns, a coast passes through both bulges each day. "
    "Winds move surface water, but not with this rhythm, and evaporation is far too slow.",
)
BREAD = (
    "What makes bread dough rise before it is baked?",
    [
        "Salt draws water out of the flour and swells it",
        "Yeast ferments sugar into carbon dioxide, and gluten traps the gas bubbles",
        "Butter melts and pushes the layers of dough apart",
        "Kneading heats the air in the dough until it expands",
    ],
    "Yeast cells feed on sugar in the dough and ferment it, giving off carbon dioxide. The gas would escape if gluten "
    "did not form an elastic net that traps the bubbles. Salt slows the yeast down rather than swelling the flour.",
)


def interaction(item: Item) -> ChoiceInteraction:
    assert isinstance(item.interaction, ChoiceInteraction)
    return item.interaction


def keys(item: Item) -> list[str]:
    return [choice.identifier for choice in interaction(item).keys]


def source(item: Item) -> KeySource:
    assert item.key is not None
    return item.key.source


def test_key_is_inferred_with_evidence_and_confidence(quiz: Make) -> None:
    settled = settle(quiz(TIDES, BREAD), answers=None, accept=ACCEPT)
    for item in settled.bank.items:
        assert keys(item) == ["B"]
        assert item.key is not None
        assert item.key.source is KeySource.INFERRED
        assert item.key.confidence is not None
        assert item.key.confidence >= ACCEPT
        assert item.key.candidates[0].choice == "B"
        assert len(item.key.candidates) == 4
        assert item.key.evidence
        for proof in item.key.evidence:
            assert proof.line is not None
            assert settled.lines[proof.line - 1][proof.start : proof.end] == proof.quote


def test_accepted_key_is_noted_with_reasons_in_words(quiz: Make) -> None:
    settled = settle(quiz(TIDES, BREAD), answers=None, accept=ACCEPT)
    notes = [d for d in settled.diagnostics if d.code is Code.KEY_INFERRED]
    assert [d.item for d in notes] == [item.identifier for item in settled.bank.items]
    assert all(d.severity is Severity.NOTE and d.span is not None for d in notes)
    assert "names B's distinctive words" in notes[0].message
    assert "*bulges*" in notes[0].message
    assert "D is not mentioned" in notes[0].message


def test_no_inference_leaves_no_candidates(quiz: Make) -> None:
    settled = settle(quiz(TIDES, BREAD), answers=None, accept=None)
    for item in settled.bank.items:
        assert item.key is not None
        assert item.key.source is KeySource.MISSING
        assert item.key.candidates == ()
        assert keys(item) == []
    assert [d.code for d in settled.diagnostics] == [Code.KEY_MISSING] * 2


def test_threshold_decides(quiz: Make) -> None:
    settled = settle(quiz(TIDES, BREAD), answers=None, accept=Decimal(1))
    assert [source(item) for item in settled.bank.items] == [KeySource.MISSING] * 2
    report = settled.diagnostics[0]
    assert report.code is Code.KEY_MISSING
    assert "no choice reaches the confidence of 1" in report.message
    assert "B (0." in report.message
    first = settled.bank.items[0].key
    assert first is not None
    assert sum(candidate.confidence for candidate in first.candidates) == pytest.approx(1, abs=0.002)


@pytest.mark.parametrize(
    ("stem", "choices", "explanation", "reason"),
    [
        (
            "How many chambers has the heart of a bird?",
            ["2 chambers", "3 chambers", "4 chambers", "5 chambers"],
            "Birds and mammals have four chambers, 4 chambers in all: two atria and two ventricles.",
            "numbers",
        ),
        (
            "Which loop prints the list?",
            ["for x in y: print(x);", "while(y){print(y)}", "y.map{|x| print x}", "[print(x) for x in y]"],
            "The loop for x in y visits every element x of y and calls print on it.",
            "code",
        ),
        (
            "Which of these is NOT a mammal?",
            ["The whale that breathes air", "The tuna with gills and scales", "The bat that flies", "The seal"],
            "The tuna is a fish with gills and scales. Whale, bat and seal are mammals that nurse their young.",
            "not so",
        ),
        (
            "What does bread need to rise?",
            ["Yeast that ferments sugar", "Gluten that traps carbon dioxide", "Warm dough", "All of the above"],
            "Yeast ferments sugar, gluten traps carbon dioxide bubbles, and warm dough speeds this up.",
            "other choices",
        ),
        ("Which is it?", ["A red apple", "A blue plum", "A green pear"], "Apple.", "too few"),
    ],
)
def test_guards_send_to_review(quiz: Make, stem: str, choices: list[str], explanation: str, reason: str) -> None:
    settled = settle(quiz((stem, choices, explanation)), answers=None, accept=Decimal(0))
    (item,) = settled.bank.items
    assert source(item) is KeySource.MISSING
    assert keys(item) == []
    assert item.key is not None
    assert item.key.candidates
    (report,) = settled.diagnostics
    assert reason in report.message


def test_letters_that_speak_against_the_best_choice(quiz: Make) -> None:
    stem, choices, explanation = TIDES
    told = f"{explanation} Option B is wrong because the bulges of the Moon's gravity pull on the near side only."
    settled = settle(quiz((stem, choices, told)), answers=None, accept=Decimal(0))
    assert source(settled.bank.items[0]) is KeySource.MISSING


def test_explanations_that_slipped_are_not_believed(quiz: Make) -> None:
    slipped = quiz((*TIDES[:2], BREAD[2]), (*BREAD[:2], TIDES[2]))
    settled = settle(slipped, answers=None, accept=Decimal(0))
    assert [source(item) for item in settled.bank.items] == [KeySource.MISSING] * 2
    assert all("neighbouring" in d.message for d in settled.diagnostics)


def test_letter_with_fitting_text_is_a_stated_key(quiz: Make) -> None:
    told = "The correct answer is B, the Moon's gravity that makes two bulges. Nothing else has this rhythm."
    settled = settle(quiz((*TIDES[:2], told)), answers=None, accept=None)
    (item,) = settled.bank.items
    assert source(item) is KeySource.STATED
    assert keys(item) == ["B"]
    assert settled.diagnostics == ()


@pytest.mark.parametrize(
    "told",
    [
        "The correct answer is B.",
        "Choice $\\mathbf{C}$ is the best answer. Choice B is correct because the Moon's gravity makes two bulges. "
        "Choice $\\mathbf{C}$ is right: evaporation lowers the sea, rain fills it.",
        "The correct answer is C, the Moon's gravity that makes two bulges.",
        "A common error is that B is right. The correct answer is not B, the Moon's gravity and its two bulges.",
        "The correct answer is B, the Moon's gravity with two bulges. The correct answer is A, winds push water.",
    ],
)
def test_lone_or_contradicted_letters_state_nothing(quiz: Make, told: str) -> None:
    settled = settle(quiz((*TIDES[:2], told)), answers=None, accept=None)
    assert source(settled.bank.items[0]) is KeySource.MISSING


def test_stated_keys_stay(quiz: Make) -> None:
    reading = quiz(TIDES)
    item = reading.bank.items[0]
    choices = tuple(replace(c, is_key=c.identifier == "D") for c in interaction(item).choices)
    assert item.key is not None
    stated = replace(
        item,
        interaction=replace(interaction(item), choices=choices),
        key=replace(item.key, source=KeySource.STATED),
    )
    reading = replace(reading, bank=replace(reading.bank, items=(stated,)))
    settled = settle(reading, answers=None, accept=ACCEPT)
    assert settled.bank.items == (stated,)
    assert settled.diagnostics == ()


def test_several_right_choices_are_not_inferred(quiz: Make) -> None:
    settled = settle(quiz(TIDES, kind=ChoiceKind.MULTIPLE), answers=None, accept=Decimal(0))
    assert source(settled.bank.items[0]) is KeySource.MISSING
    assert "how many" in settled.diagnostics[0].message


def test_without_explanation_the_key_is_missing(quiz: Make) -> None:
    reading = quiz(TIDES)
    bare = replace(reading.bank.items[0], feedback=type(reading.bank.items[0].feedback)())
    settled = settle(replace(reading, bank=replace(reading.bank, items=(bare,))), answers=None, accept=ACCEPT)
    assert source(settled.bank.items[0]) is KeySource.MISSING
    assert "no explanation" in settled.diagnostics[0].message


def test_choices_get_the_feedback_that_is_certainly_theirs(quiz: Make) -> None:
    told = (
        f"{TIDES[2]} Option A is wrong because winds push surface water without any daily rhythm. Option C is wrong "
        "because rain and evaporation change the sea level too little. Option D is wrong."
    )
    settled = settle(quiz((*TIDES[:2], told)), answers=None, accept=ACCEPT)
    (item,) = settled.bank.items
    feedback = [choice.feedback.content if choice.feedback else None for choice in interaction(item).choices]
    assert feedback[0] == "Option A is wrong because winds push surface water without any daily rhythm."
    assert feedback[1] is None
    assert feedback[2] is not None
    assert feedback[3] is None  # nothing shows that D is meant
    assert item.feedback.general is not None
    assert item.feedback.general.content == told


def test_rationale_with_shuffled_letters_is_nobodys(quiz: Make) -> None:
    told = f"{TIDES[2]} Option A is wrong because rain and evaporation are too slow."
    settled = settle(quiz((*TIDES[:2], told)), answers=None, accept=ACCEPT)
    assert all(choice.feedback is None for choice in interaction(settled.bank.items[0]).choices)


class TestSeed:
    def test_first_question_is_proved(self, seed: Reading) -> None:
        settled = settle(seed, answers=None, accept=ACCEPT)
        first = settled.bank.items[0]
        assert source(first) is KeySource.INFERRED
        assert keys(first) == ["B"]
        assert first.key is not None
        assert any(proof.line == 6 for proof in first.key.evidence)

    def test_second_question_never_gets_a_wrong_key(self, seed: Reading) -> None:
        for accept in ("0.5", "0.8", "0.95"):
            settled = settle(seed, answers=None, accept=Decimal(accept))
            assert keys(settled.bank.items[1]) in ([], ["B"])

    def test_stated_keys_and_essays_stay(self, seed: Reading) -> None:
        settled = settle(seed, answers=None, accept=ACCEPT)
        assert settled.bank.items[2:] == seed.bank.items[2:]

    def test_without_inference_two_keys_are_missing(self, seed: Reading) -> None:
        settled = settle(seed, answers=None, accept=None)
        missing = [d for d in settled.diagnostics if d.code is Code.KEY_MISSING]
        assert [d.item for d in missing] == [item.identifier for item in seed.bank.items[:2]]


class TestTrueFalse:
    @pytest.mark.parametrize(
        ("explanation", "truth"),
        [
            ("False. Even a perfect gas has weight.", ["F"]),
            ("True — the gas has weight.", ["T"]),
            ("**False:** it has weight.", ["F"]),
        ],
    )
    def test_bare_word_states(self, quiz: Make, explanation: str, truth: list[str]) -> None:
        reading = quiz(("A gas weighs nothing.", ["True", "False"], explanation), kind=ChoiceKind.TRUE_FALSE)
        (item,) = settle(reading, answers=None, accept=None).bank.items
        assert keys(item) == truth
        assert source(item) is KeySource.STATED

    @pytest.mark.parametrize(
        "explanation",
        ["False friends are common in both languages.", "Truth is a property of sentences.", "T. rex ran."],
    )
    def test_other_openings_state_nothing(self, quiz: Make, explanation: str) -> None:
        reading = quiz(("A gas weighs nothing.", ["True", "False"], explanation), kind=ChoiceKind.TRUE_FALSE)
        (item,) = settle(reading, answers=None, accept=None).bank.items
        assert source(item) is KeySource.MISSING

    @pytest.mark.parametrize(
        ("explanation", "truth"),
        [
            ("This is a common misconception. Air in a room weighs as much as a person.", "F"),
            ("This is the defining property of a gas: it fills whatever holds it.", "T"),
        ],
    )
    def test_cues_are_inferred(self, quiz: Make, explanation: str, truth: str) -> None:
        reading = quiz(("A gas fills its vessel.", ["True", "False"], explanation), kind=ChoiceKind.TRUE_FALSE)
        (item,) = settle(reading, answers=None, accept=Decimal("0.8")).bank.items
        assert keys(item) == [truth]
        assert source(item) is KeySource.INFERRED

    def test_what_says_neither_is_missing(self, quiz: Make) -> None:
        told = "Gases were first weighed in the seventeenth century by emptying flasks."
        reading = quiz(("A gas weighs nothing.", ["True", "False"], told), kind=ChoiceKind.TRUE_FALSE)
        (item,) = settle(reading, answers=None, accept=ACCEPT).bank.items
        assert source(item) is KeySource.MISSING
        assert item.key is not None
        assert len(item.key.candidates) == 2


def test_a_question_with_one_choice_is_left_to_a_person(quiz: Make) -> None:
    reading = quiz(TIDES)
    item = reading.bank.items[0]
    alone = replace(item, interaction=replace(interaction(item), choices=interaction(item).choices[:1]))
    settled = settle(replace(reading, bank=replace(reading.bank, items=(alone,))), answers=None, accept=Decimal(0))
    assert source(settled.bank.items[0]) is KeySource.MISSING
    assert "no choices to tell one from" in settled.diagnostics[0].message


def test_a_letter_that_becomes_two_in_lower_case(quiz: Make) -> None:
    stem, choices, explanation = TIDES
    settled = settle(quiz((f"What is the İzmİr? {stem}", choices, explanation)), answers=None, accept=ACCEPT)
    assert keys(settled.bank.items[0]) == ["B"]
