"""Quick tests of how lines begin find what the whole table of words finds."""

from __future__ import annotations

import re

import pytest

from qticonv.readers.rawtext.words import ByInitial, Openings, Part, alternatives, is_truth, words

PARTS = [part for part in Part if words(part)]


@pytest.mark.parametrize("part", PARTS)
def test_every_phrase_may_begin_a_line_in_any_case(part: Part) -> None:
    openings = Openings(words(part))
    for phrase in words(part):
        for printed in (phrase, phrase.upper(), phrase.capitalize()):
            if printed.casefold() == phrase.casefold():  # "ß" has no capital
                assert openings.may_begin(printed), printed
                assert openings.may_begin(f"{printed}: more"), printed


def test_a_line_that_begins_with_no_phrase_is_known() -> None:
    openings = Openings({"answer key", "no"})
    assert openings.may_begin("Answer  key")
    assert openings.may_begin("NO 7")
    assert openings.may_begin("(Answer key)")
    assert openings.may_begin("答案")
    assert not any(map(openings.may_begin, ("Answer", "Answer keys", "Answers", "North", "A", "ans")))


@pytest.mark.parametrize("part", PARTS)
def test_one_initial_is_enough(part: Part) -> None:
    by_initial = ByInitial(lambda one_of: rf"{one_of(words(part))}(?P<rest>.*)", lead=r"[\s*]*")
    whole = re.compile(rf"[\s*]*{alternatives(words(part))}(?P<rest>.*)", re.IGNORECASE)
    for text in (*words(part), *map(str.upper, words(part)), "** answer: B", "Ruins", "", "1", "** "):
        found, wanted = by_initial.match(f"{text} and so on"), whole.match(f"{text} and so on")
        assert (found and found["rest"]) == (wanted and wanted["rest"]), text


def test_words_for_true_and_false() -> None:
    assert all(map(is_truth, ("True", "FALSE", "stimmt  nicht", "√", "Правда", "对")))
    assert not any(map(is_truth, ("", "maybe", "true or false", "truth")))
