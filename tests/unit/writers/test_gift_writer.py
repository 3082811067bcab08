"""The rules of Moodle's GIFT importer, one by one, as the writer keeps them: the exact text of small files."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from banks import PNG, choices, every_type, single_choice
from judges import moodle_gift
from msgspec.structs import replace

from qticonv.conformance.gift import check, detect
from qticonv.diagnostics import Effect, Severity
from qticonv.model import (
    Asset,
    ChoiceInteraction,
    ChoiceKind,
    ExtendedText,
    Feedback,
    Interaction,
    Item,
    ItemBank,
    Match,
    NoInteraction,
    NumericAnswer,
    NumericEntry,
    Pair,
    QuizSettings,
    Source,
    Text,
    TextAnswer,
    TextEntry,
)
from qticonv.model.options import CheckOptions, WriteOptions
from qticonv.writers import gift
from qticonv.writers.capabilities import losses

ALL = Feedback(general=Text("gen"), correct=Text("yes"), partially_correct=Text("partly"), incorrect=Text("no"))


def item(interaction: Interaction | None = None, stem: str = "What?", **fields: Any) -> Item:
    fields = {"identifier": "q-1", "title": "T", **fields}
    return Item(stem=Text(stem), interaction=interaction or NoInteraction(), **fields)


def written(*items: Item, **bank: Any) -> str:
    out = BytesIO()
    gift.write(ItemBank(items=items, **bank), WriteOptions(), out)
    found = check(Source("x.txt", out.getvalue()), CheckOptions())
    assert [entry.message for entry in found if entry.severity is not Severity.NOTE] == []
    return out.getvalue().decode()


def choice(kind: ChoiceKind, *texts: str, keys: str, credit: tuple[str, ...] = ()) -> ChoiceInteraction:
    return ChoiceInteraction(kind=kind, choices=choices(*texts, keys=keys, feedback="fb", credit=credit))


EXAMPLES: dict[str, tuple[Item, str]] = {
    "single choice: = is right, ~ wrong, ~%50% partial; feedback of the item stands with the choices": (
        item(choice(ChoiceKind.SINGLE, "a", "b", "c", keys="A", credit=("1", "0.5", "0")), feedback=ALL),
        "{\n\t=[html]a#[html]fb A.<br/>yes\n\t~%50%[html]b#[html]fb B.<br/>partly\n\t~[html]c#[html]fb C.<br/>no\n"
        "\t####[html]gen\n}",
    ),
    "multiple choice has no =, or one answer could be given only": (
        item(choice(ChoiceKind.MULTIPLE, "a", "b", "c", "d", keys="ABD")),
        "{\n\t~%33.33333%[html]a#[html]fb A.\n\t~%33.33333%[html]b#[html]fb B.\n\t~%-100%[html]c#[html]fb C.\n"
        "\t~%33.33333%[html]d#[html]fb D.\n}",
    ),
    "one right choice of a multiple choice": (
        item(ChoiceInteraction(kind=ChoiceKind.MULTIPLE, choices=choices("a", "b", keys="A"))),
        "{\n\t~%100%[html]a\n\t~%-100%[html]b\n}",
    ),
    "true/false: the feedback on the wrong answer stands first": (
        item(choice(ChoiceKind.TRUE_FALSE, "True", "False", keys="A"), feedback=ALL),
        "{TRUE#[html]fb B.<br/>no#[html]fb A.<br/>yes####[html]gen}",
    ),
    "false, with feedback on the right answer only": (
        item(
            ChoiceInteraction(kind=ChoiceKind.TRUE_FALSE, choices=choices("True", "False", keys="B")),
            feedback=Feedback(correct=Text("yes")),
        ),
        "{FALSE##[html]yes}",
    ),
    "short answer: weights, the wildcard escaped, a leading [ protected, any other answer last": (
        item(
            TextEntry(
                accepted=(
                    TextAnswer(content="a*b", feedback=Text("fb")),
                    TextAnswer(content="[html]x=1", credit=Decimal("0.5")),
                )
            ),
            feedback=ALL,
        ),
        "{\n\t=%100%a\\\\*b#[html]fb<br/>yes\n\t=%50%[plain][html]x\\=1#[html]partly\n\t=%0%*#[html]no\n\t####[html]gen\n}",
    ),
    "an arrow in the only answer is written without =": (
        item(TextEntry(accepted=(TextAnswer(content="a->b", feedback=Text("x -> y")),))),
        "{a->b#[html]x -&gt; y}",
    ),
    "numbers: always with a tolerance": (
        item(
            NumericEntry(
                accepted=(
                    NumericAnswer(value=Decimal("0")),
                    NumericAnswer(minimum=Decimal(1), maximum=Decimal(4), credit=Decimal("0.5")),
                )
            ),
            feedback=ALL,
        ),
        "{#\n\t=%100%0:0#[html]yes\n\t=%50%2.5:1.5#[html]partly\n\t~#[html]no\n\t####[html]gen\n}",
    ),
    "essay: the model answer can only be general feedback": (
        item(ExtendedText(model_answer=Text("Model")), feedback=Feedback(general=Text("gen"))),
        "{####[html]Model<br/>gen}",
    ),
    "essay without anything": (item(ExtendedText()), "{}"),
    "matching: distractors have no left side, feedback on a pair is general": (
        item(
            Match(
                pairs=(
                    Pair(left=Text("a -> b"), right=Text("c -> d")),
                    Pair(left=Text("e"), right=Text("f<g"), feedback=Text("fb")),
                ),
                distractors=(Text("#h"),),
            )
        ),
        "{\n\t=[html]a -&gt; b -> c -> d\n\t=[html]e -> f&lt;g\n\t= -> \\#h\n\t####[html]e → f&lt;g\\: fb\n}",
    ),
    "description": (item(), ""),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name: str) -> None:
    entry, answers = EXAMPLES[name]
    assert written(entry) == f"// [id:q-1]\n::T::[html]What?{answers}\n\n"


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("~ = # { } :", r"\~ \= \# \{ \} \:"),
        ("a\\b", "a\\\\b"),
        (r"\neq \{", r"\\neq \\\{"),
        ("two\r\nlines", "two<br/>lines"),
        ("a -> b // c", "a -&gt; b // c"),
        ("&&058;", "&amp;&amp;058;"),
        ("[html]x", "[html]x"),
        ("%50%", "%50%"),
        ("0", "0"),
    ],
)
def test_texts_are_escaped(text: str, escaped: str) -> None:
    assert written(item(stem=text)) == f"// [id:q-1]\n::T::[html]{escaped}\n\n"


def test_html_stays_in_one_line() -> None:
    entry = replace(item(), stem=Text("<pre>a\n\nb</pre>", is_html=True))
    assert written(entry) == "// [id:q-1]\n::T::[html]<pre>a\\n\\nb</pre>\n\n"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("a::b: c", r"a\:\:b\: c"),
        ("x<y", "x&lt;y"),
        ("&&010", "&amp;&010"),
        ("two\n\nlines", "two lines"),
        (None, "What?"),
    ],
)
def test_titles(title: str | None, name: str) -> None:
    assert written(item(title=title)).splitlines()[1] == f"::{name}::[html]What?"


def test_comment_with_identifier_and_tags() -> None:
    entry = item(tags=("a", "b]c", "d<e>", "f\\", "\\"))
    assert written(entry).splitlines()[0] == "// [id:q-1] [tag:a] [tag:b\\]c] [tag:de] [tag:f]"


def test_categories_stand_alone_and_only_their_backslash_is_doubled() -> None:
    entry = item(category=("A/B", "c: d = {e}\\f"))
    assert written(entry).startswith("$CATEGORY: $course$/top/A//B/c: d = {e}\\\\f\n\n// [id:q-1]\n")
    assert written(item(), title="Bank").startswith("$CATEGORY: $course$/top/Bank\n\n")
    assert written(item()).startswith("// [id:q-1]")


def test_no_line_begins_with_an_authors_text() -> None:
    """So nothing is taken for a comment (//), a category ($CATEGORY:), a blank line or the line 0."""
    hostile = "\n// c\n$CATEGORY: x\n0\n\n::t::\n"
    parts = choices(hostile, hostile, keys="A", feedback=hostile)
    entry = item(ChoiceInteraction(kind=ChoiceKind.SINGLE, choices=parts), stem=hostile, title=hostile, feedback=ALL)
    lines = written(entry).splitlines()
    assert [line[:3] for line in lines] == ["// ", "::/", "\t=[", "\t~[", "\t##", "}", ""]


def test_images_become_data_addresses() -> None:
    picture = Text('<p><img src="asset:a.png" alt="x"/></p>', is_html=True)
    entry = replace(item(), stem=picture)
    assets = {"a.png": Asset(path="a.png", media_type="image/png", data=PNG)}
    (question,) = moodle_gift.read(written(entry, assets=assets).encode())
    assert question.text.startswith('<p><img src="data:image/png;base64,iVBOR')
    assert "[x]" in written(entry)


def test_a_model_answer_for_graders_only_is_lost_and_said() -> None:
    entry = item(ExtendedText(model_answer=Text("Model")))
    out = BytesIO()
    found = gift.write(ItemBank(items=[entry]), WriteOptions(model_answer_for_students=False), out)
    assert b"Model" not in out.getvalue()
    assert [(entry.effect, entry.item) for entry in found] == [(Effect.LOST, "q-1")]


def test_what_a_question_bank_cannot_hold_is_said() -> None:
    quiz = QuizSettings(description=Text("d"), time_limit_minutes=Decimal(5))
    found = gift.write(ItemBank(items=[item()], quiz=quiz), WriteOptions(), BytesIO())
    assert [entry.effect for entry in found] == [Effect.LOST, Effect.LOST]


def test_a_passage_is_repeated() -> None:
    passage = item(identifier="p", stem="The passage.")
    data = written(passage, replace(single_choice(), passage="p"))
    assert '[html]<div class\\="passage">The passage.</div><div>Which planet' in data


def test_a_bank_of_every_type_passes_and_is_detected() -> None:
    def holds(entry: Item) -> bool:
        return entry.is_keyed and all(found.effect is not Effect.WITHHELD for found in losses(entry, "gift"))

    bank = every_type()
    items = [entry for entry in bank.items if holds(entry)]
    first = written(*items, title=bank.title, assets=bank.assets)
    assert first == written(*items, title=bank.title, assets=bank.assets)
    assert detect(Source("x.txt", first.encode()))
    assert len([question for question in moodle_gift.read(first.encode()) if question.kind != "category"]) == len(items)


def test_marks_of_comments_in_tags_are_no_marks() -> None:
    item = replace(single_choice(), tags=("[id:x", "a [tag:b]"))
    out = BytesIO()
    gift.write(ItemBank(items=(item,)), WriteOptions(), out)
    first = out.getvalue().decode().splitlines()[0]
    assert first.endswith("[tag:(id:x] [tag:a (tag:b\\]]")
    assert any("[id: and [tag: in a tag" in found.message for found in gift.limits(item))
