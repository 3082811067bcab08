"""What must hold of the checks for every bank, however odd."""

from __future__ import annotations

import banks
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from qticonv import checks
from qticonv.diagnostics import Code, Effect
from qticonv.model import Choice, ChoiceInteraction, Item, ItemBank, Key, KeySource, Text

ITEMS = banks.every_item()
words = st.sampled_from(["this", "that", " ", "True", "False", "(Choose two.)", "q"])


@st.composite
def changed(draw: st.DrawFn) -> Item:
    """An item with a part that was exchanged for a part of another one, or for nothing."""
    item, other = draw(st.sampled_from(ITEMS)), draw(st.sampled_from(ITEMS))
    match draw(st.sampled_from(["interaction", "key", "stem", "identifier", "choices", "passage", "none"])):
        case "interaction":
            return replace(item, interaction=other.interaction)
        case "key":
            return replace(item, key=draw(st.sampled_from([other.key, None, Key(source=KeySource.MISSING)])))
        case "stem":
            return replace(item, stem=Text(draw(words)))
        case "identifier":
            return replace(item, identifier=other.identifier)
        case "passage":
            return replace(item, passage=other.identifier)
        case "choices" if isinstance(item.interaction, ChoiceInteraction):
            contents = draw(st.lists(st.tuples(words, words, st.booleans()), max_size=4))
            choices = tuple(Choice(identifier=a, content=Text(b), is_key=key) for a, b, key in contents)
            return replace(item, interaction=replace(item.interaction, choices=choices))
        case _:
            return item


@settings(deadline=None, max_examples=300)
@given(st.lists(changed(), max_size=6))
def test_what_is_withheld_is_told_and_the_rest_is_clean(items: list[Item]) -> None:
    bank = ItemBank(items=tuple(items))
    found = checks.run(bank)
    told = [diagnostic.item for diagnostic in found.diagnostics if diagnostic.effect is Effect.WITHHELD]
    assert {items[index].identifier for index in found.withheld} == set(told)
    kept = [item for index, item in enumerate(items) if index not in found.withheld]
    assert [item.identifier for item in found.bank.items] == [item.identifier for item in kept]
    again = checks.run(found.bank)
    assert again.withheld == ()
    assert not any(diagnostic.code is Code.REFERENCE_BROKEN for diagnostic in again.diagnostics)
    assert len({item.identifier for item in found.bank.items}) == len(found.bank.items)


@settings(deadline=None, max_examples=100)
@given(st.lists(changed(), max_size=6))
def test_distinguishing_twice_is_distinguishing_once(items: list[Item]) -> None:
    once = checks.distinguish(ItemBank(items=tuple(items)))
    assert len(once.items) == len(items)
    assert checks.distinguish(once) == once
