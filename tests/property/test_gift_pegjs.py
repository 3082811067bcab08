"""gift-pegjs, a GIFT parser of another project, reads what is written and gives every text back.

It runs as one Node process for all examples. Where Node or the package is not there, the tests are skipped:
``npm ci --prefix tests/judges`` installs it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from property.test_moodle_and_gift import BY_KIND, GIFT_KINDS, one_line, same, written

from qticonv.model import (
    ChoiceInteraction,
    ChoiceKind,
    Item,
    Match,
    NumericEntry,
    Text,
    TextEntry,
)
from qticonv.writers import gift

JUDGES = Path(__file__).resolve().parent.parent / "judges"
TYPES = {
    "multichoice": "MC",
    "truefalse": "TF",
    "shortanswer": "Short",
    "numerical": "Numerical",
    "essay": "Essay",
    "match": "Matching",
    "description": "Description",
}
Parse = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def parse() -> Iterator[Parse]:
    """A function that parses GIFT and returns the questions as gift-pegjs describes them."""
    node = shutil.which("node")
    if node is None or not (JUDGES / "node_modules" / "gift-pegjs").is_dir():
        pytest.skip("node or gift-pegjs is not installed (npm ci --prefix tests/judges)")
    command = [node, str(JUDGES / "gift_parse.mjs")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdin and process.stdout
        streams = process.stdin, process.stdout

        def run(text: str) -> list[dict[str, Any]]:
            streams[0].write(json.dumps(text) + "\n")
            streams[0].flush()
            answer: dict[str, Any] = json.loads(streams[1].readline())
            assert "error" not in answer, (answer, text)
            questions: list[dict[str, Any]] = answer["questions"]
            return questions

        yield run
        process.stdin.close()


def text_of(part: dict[str, str] | None) -> str:
    return part["text"] if part else ""


@pytest.mark.parametrize("kind", GIFT_KINDS)
def test_gift_pegjs_gives_every_text_back(kind: str, parse: Parse) -> None:
    @settings(deadline=None, max_examples=30)
    @given(BY_KIND[kind])
    def holds(item: Item) -> None:
        data = written(gift, "gift", item)
        if data is None:
            return
        (question,) = parse(data.decode("utf-8"))
        _judge(item, question, GIFT_KINDS[kind])

    holds()


def _judge(item: Item, question: dict[str, Any], kind: str) -> None:
    interaction = item.interaction
    assert question["type"] == TYPES[kind]
    assert question["id"] == item.identifier
    if item.title:
        assert unescape(question["title"]) == one_line(item.title)
    assert question["stem"]["format"] == "html"
    assert same(question["stem"]["text"], item.stem)
    if isinstance(interaction, ChoiceInteraction):
        _judge_choice(interaction, question)
    elif isinstance(interaction, TextEntry):
        _judge_short(interaction, question)
    elif isinstance(interaction, NumericEntry):
        for number, read in zip(interaction.accepted, question["choices"], strict=False):
            assert Decimal(str(read["text"]["number"])) == number.value
            assert Decimal(str(read["text"]["range"])) == (number.tolerance or 0)
    elif isinstance(interaction, Match):
        _judge_match(interaction, question)


def _judge_choice(interaction: ChoiceInteraction, question: dict[str, Any]) -> None:
    if interaction.kind is ChoiceKind.TRUE_FALSE:
        assert question["isTrue"] is interaction.choices[0].is_key
        # The parser calls the feedback on the wrong answer, which stands first, trueFeedback.
        right, wrong = question["falseFeedback"], question["trueFeedback"]
        for choice in interaction.choices:
            if choice.feedback:
                assert flat(choice.feedback) in flat(text_of(right if choice.is_key else wrong))
        return
    for choice, read in zip(interaction.choices, question["choices"], strict=True):
        assert same(read["text"]["text"], choice.content) and read["text"]["format"] == "html"
        assert (read["isCorrect"] or (read["weight"] or 0) > 0) is choice.is_key
        if choice.feedback:
            assert flat(choice.feedback) in flat(text_of(read["feedback"]))


def flat(text: Text | str) -> str:
    """The text in one line: of an author's text, or of HTML that was read back."""
    plain = text.content if isinstance(text, Text) else unescape(text.replace("<br/>", "\n"))
    return re.sub(r"[\s\ufeff]+", " ", one_line(plain))


def _judge_short(interaction: TextEntry, question: dict[str, Any]) -> None:
    for answer, read in zip(interaction.accepted, question["choices"], strict=False):
        assert one_line(read["text"]["text"].replace("\\*", "*")) == one_line(answer.content)
        if answer.feedback:
            assert flat(answer.feedback) in flat(text_of(read["feedback"]))


def _judge_match(interaction: Match, question: dict[str, Any]) -> None:
    for pair, read in zip(interaction.pairs, question["matchPairs"], strict=False):
        assert same(read["subquestion"]["text"], pair.left)
        assert flat(resolved(read["subanswer"])) == flat(pair.right)


def resolved(text: str) -> str:
    """The parser returns right sides with its placeholders for escaped characters in them."""
    return re.sub(r"&&0?(92|58|35|61|12[356]);", lambda match: chr(int(match[1])), text)
