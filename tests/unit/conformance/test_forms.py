"""What is passed by because its form was found right before: the verdict is that of looking at everything."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from banks import STATED, choices, item, many, single_choice
from msgspec.structs import replace

from qticonv.conformance import moodle
from qticonv.conformance.forms import whole_elements
from qticonv.conformance.moodle.memory import Memory
from qticonv.diagnostics import Diagnostic
from qticonv.model import ChoiceInteraction, ChoiceKind, Feedback, Item, ItemBank, Source, Text
from qticonv.model.options import CheckOptions, WriteOptions
from qticonv.writers.moodle import write

SECTION = "<![CDATA["
PUT_IN = (
    *("", " ", "\u00a0", "\u2028", "a", "<b>x</b>", "a<b", "x\ny", "y" * 300, "@@PLUGINFILE@@/a.png", "]]", "\ufffe"),
    *("\r\n", "</question>", "<question>", "<!-- ", "]]><!-- ", "]]> <![CDATA[", "]]>&amp; &lt;<![CDATA["),
    *("]]><b/><![CDATA[", "\0", "\x01"),
)


def alike(count: int, **fields: Any) -> list[Item]:
    """Return single choices that differ in their texts alone."""
    made = [item_of(f"Which harbour is number {number}?", place) for number, place in enumerate("AB" * count)]
    return [replace(entry, **fields) for entry in made[:count]]


def item_of(stem: str, key: str) -> Item:
    offered = choices(f"The first & best for {stem}", f"None <of> them, {stem}", "All", keys=key)
    return item(
        stem,
        ChoiceInteraction(kind=ChoiceKind.SINGLE, choices=offered),
        key=STATED,
        feedback=Feedback(general=Text(f"Because of {stem}")),
    )


def written(bank: ItemBank) -> str:
    out = BytesIO()
    write(bank, WriteOptions(), out)
    return out.getvalue().decode()


def verdict(text: str) -> tuple[Diagnostic, ...]:
    return moodle.check(Source("q.xml", text.encode("utf-8", "surrogatepass")), CheckOptions())


def verdict_on_everything(text: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Diagnostic, ...]:
    with monkeypatch.context() as patch:
        patch.setattr(Memory, "right", lambda self: None)
        return verdict(text)


def put_in(text: str, chance: random.Random) -> str:
    places = [at for at in range(len(text)) if text.startswith(SECTION, at)]
    at = chance.choice(places) + len(SECTION)
    end = text.index("]]>", at)
    return text[:at] + chance.choice((text[at:end], "")) + chance.choice(PUT_IN) + text[end:]


def cut_out(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + text[at + chance.randrange(1, 30) :]


def repeat(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    end = text.find("</question>\n", at)
    return text[:at] + text[at:end] + text[at:]


@pytest.mark.parametrize("change", [put_in, cut_out, repeat])
@pytest.mark.parametrize("seed", range(100))
def test_a_change_anywhere_is_judged_as_if_all_were_looked_at(
    change: Callable[[str, random.Random], str], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [*alike(8), *many(3).items, *alike(4, tags=("one", "two"), points=Decimal(2))]
    text = change(written(ItemBank(items=items, title="T")), random.Random(f"{change.__name__} {seed}"))
    assert verdict(text) == verdict_on_everything(text, monkeypatch)


def test_only_the_first_of_a_form_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    monkeypatch.setattr(moodle, "check_question", lambda question: looked.append(question.kind))
    assert verdict(written(ItemBank(items=alike(50)))) == ()
    # The first stands behind the head of the file; then each form once: the first or the second choice is the key.
    assert looked == ["multichoice"] * 3


def test_lines_count_where_questions_were_passed_by() -> None:
    text = written(ItemBank(items=alike(30)))
    before, _, after = text.rpartition("<single>true")
    (found,) = verdict(f"{before}<single>yes{after}")
    assert found.span is not None
    assert found.span.start_line == before.count("\n") + 1


def test_what_must_be_unique_is_looked_at_everywhere() -> None:
    first = single_choice()
    found = verdict(written(ItemBank(items=(first, replace(first, identifier="other"), first))))
    assert [said.code.slug for said in found] == ["moodle-dropped"]


def test_parts_end_with_an_end_tag() -> None:
    data = b"".join(b"<q>%d</q>" % number for number in range(300_000)) + b"</r>"
    parts = list(whole_elements(BytesIO(data), b"</q>"))
    assert b"".join(parts) == data
    assert len(parts) > 2
    assert all(part.endswith(b"</q>") for part in parts[:-1])
