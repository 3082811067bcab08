"""What Canvas would lose of an item, rule by rule (canvas-lms qti_exporter; the instructure/qti gem)."""

from __future__ import annotations

import banks
import pytest
from msgspec.structs import replace
from qti_engine import document

from qticonv.conformance.qti21 import check
from qticonv.diagnostics import Code, Severity
from qticonv.model import Choice, ChoiceInteraction, Feedback, Item, Source
from qticonv.model.options import CheckOptions


def losses(data: bytes) -> list[tuple[Severity, str]]:
    found = check(Source("item.xml", data), CheckOptions())
    return [(entry.severity, entry.message) for entry in found if entry.code is Code.QTI_CANVAS]


def changed(item: Item, old: str, new: str) -> bytes:
    text = document(item).decode()
    assert old in text
    return text.replace(old, new).encode()


N, W = Severity.NOTE, Severity.WARNING
SINGLE = banks.single_choice()
CASES: dict[str, tuple[bytes, Severity, str]] = {
    "New Quizzes drops feedback": (document(SINGLE), N, "New Quizzes drops all feedback"),
    "a partial comment has no place": (document(banks.weighted_choice()), N, "drops the feedback 'partial_fb'"),
    "feedback of another name": (changed(SINGLE, "general_fb", "explanation"), N, "drops the feedback 'explanation'"),
    "rubricBlock": (document(banks.essay()), N, "ignores rubricBlock"),
    "a prefix": (
        document(SINGLE)
        .replace(b"<", b"<q:")
        .replace(b"<q:/", b"</q:")
        .replace(b"<q:?", b"<?")
        .replace(b"xmlns=", b"xmlns:q="),
        W,
        "elements with a prefix",
    ),
    "an essay with a key": (
        changed(
            banks.essay(),
            'baseType="string"/>',
            'baseType="string"><correctResponse><value>a</value></correctResponse></responseDeclaration>',
        ),
        W,
        "makes a short answer of an essay",
    ),
    "interactions in a div": (
        changed(SINGLE, "</itemBody>", "</div></itemBody>").replace(b"<itemBody>", b"<itemBody><div>"),
        W,
        "loses interactions inside a div",
    ),
    "blocks beside the stem": (changed(SINGLE, "<itemBody>", "<itemBody><ul><li>a</li></ul>"), N, "drops a ul"),
    "a long stem": (document(banks.essay(title=None)).replace(b"Why is", b"x" * 16_400), W, "replaces texts over"),
    "a long title": (changed(SINGLE, 'title="', f'title="{"t" * 256}'), W, "cannot store titles"),
    "several interactions": (document(banks.gaps()), N, "refuses items with more than one interaction"),
    "drop-downs": (document(banks.gaps()), N, "does not read inlineChoiceInteraction"),
    "uploads": (document(banks.upload()), N, "does not read uploadInteraction"),
    "mappings": (document(banks.multiple_choice()), N, "ignores mappings"),
    "sliders": (
        changed(
            SINGLE,
            "</itemBody>",
            '<sliderInteraction responseIdentifier="R" lowerBound="0" upperBound="9"/></itemBody>',
        ),
        W,
        "dead “Error” question of sliderInteraction",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_loss_is_named(name: str) -> None:
    data, severity, words = CASES[name]
    assert [found for found, message in losses(data) if words in message] == [severity]


def test_a_multiple_choice_with_one_key_becomes_single() -> None:
    interaction = banks.multiple_choice().interaction
    assert isinstance(interaction, ChoiceInteraction)
    parts: tuple[Choice, ...] = tuple(replace(part, is_key=part.identifier == "A") for part in interaction.choices)
    item = banks.item("One?", replace(interaction, choices=parts), key=banks.STATED)
    assert any("makes a single choice" in message for _, message in losses(document(item)))


def test_what_canvas_keeps_is_not_named() -> None:
    plain = banks.single_choice(feedback=Feedback())
    interaction = plain.interaction
    assert isinstance(interaction, ChoiceInteraction)
    silent = replace(interaction, choices=tuple(replace(part, feedback=None) for part in interaction.choices))
    assert losses(document(replace(plain, interaction=silent))) == []
