from __future__ import annotations

from decimal import Decimal

import banks
from msgspec.structs import replace

from qticonv.keys import opinions, settle
from qticonv.model import Feedback, Item, ItemBank, Reading, Text

EXPLANATION = "Only arteries carry blood away from the heart, under high pressure; veins carry it back."


def asked(stem: str = "Which vessels carry blood away from the heart?", kind: str = "single") -> Item:
    item = banks.inferred()
    return replace(item, stem=Text(stem), identifier=f"q-{kind}", span=None)


def test_an_opinion_does_not_depend_on_the_key() -> None:
    reading = Reading(bank=ItemBank(items=(asked(), banks.single_choice())))
    unsettled = settle(
        replace(reading, bank=ItemBank(items=(banks.missing(), asked()))), answers=None, accept=Decimal("1")
    )  # fmt: skip
    opinion = opinions(reading, {"q-single"})["q-single"]
    assert opinions(unsettled, {"q-single"})["q-single"].reasons.keys() == opinion.reasons.keys()
    assert set(opinions(reading, {"q-single"})) == {"q-single"}


def test_evidence_reasons_and_cautions() -> None:
    item = replace(asked(), feedback=Feedback(general=Text(EXPLANATION)))
    opinion = opinions(Reading(bank=ItemBank(items=(item,))), {item.identifier})[item.identifier]
    assert opinion.evidence
    assert all(part.quote in EXPLANATION for part in opinion.evidence)
    assert "arteries" in opinion.reasons["B"]
    assert "the stem asks for what is not so" not in opinion.cautions
    negated = replace(item, stem=Text("Which vessels do NOT carry blood to the heart?"))
    opinion = opinions(Reading(bank=ItemBank(items=(negated,))), {item.identifier})[item.identifier]
    assert "the stem asks for what is not so" in opinion.cautions


def test_without_an_explanation_there_is_no_opinion() -> None:
    item = replace(asked(), feedback=Feedback())
    assert opinions(Reading(bank=ItemBank(items=(item,))), {item.identifier}) == {}
