"""The rules of Moodle's XML importer, one by one, as the writer keeps them.

What is written is read back by ``judges.moodle_xml`` (Moodle's own steps) and by lxml.
"""

from __future__ import annotations

import base64
import re
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from banks import HOSTILE, PNG, choices, essay, every_type, single_choice, word_bank
from judges import moodle_xml
from lxml import etree
from msgspec.structs import replace

from qticonv.conformance.moodle import check
from qticonv.diagnostics import Effect, Severity
from qticonv.model import (
    Asset,
    ChoiceInteraction,
    ChoiceKind,
    ExtendedText,
    Feedback,
    Gap,
    GapKind,
    Gaps,
    Interaction,
    Item,
    ItemBank,
    Match,
    NoInteraction,
    NumericAnswer,
    NumericEntry,
    Order,
    Pair,
    QuizSettings,
    Scoring,
    Source,
    Text,
    TextAnswer,
    TextEntry,
    Upload,
)
from qticonv.model.options import CheckOptions, WriteOptions
from qticonv.writers import moodle
from qticonv.writers.moodle import rules


def item(interaction: Interaction | None = None, stem: str = "What?", **fields: Any) -> Item:
    fields = {"identifier": "q-1", **fields}
    return Item(stem=Text(stem), interaction=interaction or NoInteraction(), **fields)


def written(*items: Item, options: WriteOptions | None = None, **bank: Any) -> bytes:
    out = BytesIO()
    moodle.write(ItemBank(items=items, **bank), options or WriteOptions(), out)
    found = check(Source("x.xml", out.getvalue()), CheckOptions())
    assert [entry.message for entry in found if entry.severity is not Severity.NOTE] == []
    return out.getvalue()


def read(*items: Item, **bank: Any) -> moodle_xml.Node:
    return moodle_xml.questions(written(*items, **bank))[-1]


def multiple(right: int, wrong: int, scoring: Scoring = Scoring.PARTIAL) -> ChoiceInteraction:
    texts = [f"choice {place}" for place in range(right + wrong)]
    made = choices(*texts, keys="ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:right])
    return ChoiceInteraction(kind=ChoiceKind.MULTIPLE, choices=made, scoring=scoring)


# ---------------------------------------------------------------- container


def test_every_text_stands_in_one_cdata_section() -> None:
    data = written(*every_type_items(), title="A title")
    texts = re.findall(rb"<text>(.*?)</text>", data, re.DOTALL)
    assert texts
    assert all(re.fullmatch(rb"(?:<!\[CDATA\[.*\]\]>|true|false|\*|)", text, re.DOTALL) for text in texts)
    assert b"&" not in re.sub(rb"<!\[CDATA\[.*?\]\]>", b"", data, flags=re.DOTALL)


def every_type_items() -> tuple[Item, ...]:
    return tuple(entry for entry in every_type().items if entry.is_keyed)


def test_the_end_mark_of_cdata_is_split() -> None:
    assert b"]]]]><![CDATA[>" in written(item(title="a ]]> b"))
    assert read(item(title="a ]]> b")).get("name", "text") == "a ]]> b"


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_lxml_and_moodle_read_the_same(text: str) -> None:
    data = written(item(stem=text, title=text))
    root = etree.fromstring(data)
    question = moodle_xml.questions(data)[0]
    for path in (("name", "text"), ("questiontext", "text")):
        assert (root.findtext(f"question/{'/'.join(path)}") or "").strip(" \t\n") == question.get(*path)


def test_every_format_is_html() -> None:
    data = written(*every_type_items())
    formats = set(re.findall(rb'<(?:questiontext|\w*feedback|graderinfo|subquestion)(?: format="(\w+)")?>', data))
    assert formats == {b"html"}


def test_two_writes_are_the_same_bytes() -> None:
    assert written(*every_type_items()) == written(*every_type_items())


def test_control_characters_and_lone_surrogates_do_not_reach_the_file() -> None:
    data = written(item(stem="a\x00b\x0bc\ud800d\ufffee", title="t\x01"))
    assert moodle_xml.questions(data)[0].get("questiontext", "text") == "abc\ufffdde"


# ---------------------------------------------------------------- names, categories, tags


def test_a_name_is_cut_at_a_word() -> None:
    name = read(item(title="word " * 80)).get("name", "text") or ""
    assert len(name) <= 255 and name.endswith("word…")


def test_a_name_is_not_cut_within_an_entity() -> None:
    name = read(item(title="<b" * 200)).get("name", "text") or ""
    assert len(name) <= 255 and re.fullmatch(r"(?:&lt;b)+(?:&lt;)?…", name)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("x<y", "x&lt;y"),
        ("List<int> x", "List&lt;int> x"),
        ("1 < 2", "1 < 2"),
        ("a <", "a &lt;"),
        ("&lt; is an entity", "&amp;lt; is an entity"),
        ("R & D", "R & D"),
        ("two\nlines", "two lines"),
    ],
)
def test_a_name_is_written_so_that_no_text_is_taken_for_a_tag(title: str, name: str) -> None:
    assert read(item(title=title)).get("name", "text") == name


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("Short question?", "Short question?"),
        ("word " * 40, ("word " * 15).strip() + "…"),
        ("Fill {{gap}} in", "Fill _____ in"),
        ("   ", "q-1"),
    ],
)
def test_without_a_title_the_name_is_the_beginning_of_the_stem(stem: str, name: str) -> None:
    assert rules.item_name(item(stem=stem)) == name


@pytest.mark.parametrize(
    ("segments", "path"),
    [
        (("A", "B"), "$course$/top/A/B"),
        (("A/B", "C"), "$course$/top/A//B/C"),
        (("/A", "B/"), "$course$/top/ //A/B// "),
        (("top", "A"), "$course$/top/Top/A"),
        (("a<b",), "$course$/top/a&lt;b"),
        (("two\nlines",), "$course$/top/two lines"),
    ],
)
def test_category_path(segments: tuple[str, ...], path: str) -> None:
    data = written(item(category=segments))
    assert moodle_xml.categories(data) == [path.strip()]
    split = [part.replace("//", "/").strip() for part in re.split(r"(?<!/)/(?!/)", path)][2:]
    assert [part.replace("&lt;", "<") for part in split] == [
        "Top" if segment == "top" else " ".join(segment.split()) for segment in segments
    ]


def test_the_title_of_the_bank_is_the_category_of_items_without_one() -> None:
    first, second, third = (item(identifier=f"q-{n}", category=c) for n, c in ((1, ()), (2, ("B",)), (3, ())))
    assert moodle_xml.categories(written(first, second, third, title="T")) == [
        "$course$/top/T",
        "$course$/top/B",
        "$course$/top/T",
    ]
    assert moodle_xml.categories(written(first)) == []
    assert moodle_xml.categories(written(second, third)) == ["$course$/top/B", "$course$/top/Questions"]


def test_identifier_and_tags() -> None:
    question = read(item(identifier="q-3f9a52c1e0b7", tags=("a, b", "c<d>`  e")))
    assert question.get("idnumber") == "q-3f9a52c1e0b7"
    assert [tag.get("text") for tag in question.all("tags")[0].all("tag")] == ["a, b", "cd e"]
    assert read(replace(item(), identifier="q" * 101)).get("idnumber") == ""


def test_what_a_question_bank_cannot_hold_is_said() -> None:
    out = BytesIO()
    quiz = QuizSettings(attempts=2, shuffle_items=True)
    found = moodle.write(ItemBank(items=[item()], quiz=quiz), WriteOptions(), out)
    assert [(entry.effect, entry.message.split(":")[0]) for entry in found] == [
        (Effect.LOST, "number of attempts"),
        (Effect.LOST, "order of the questions"),
    ]


# ---------------------------------------------------------------- choices


@pytest.mark.parametrize("count", range(1, 21))
def test_even_weights_add_up_to_100(count: int) -> None:
    read_weights = [fraction for fraction, *_ in moodle_xml.answers(read(item(multiple(count, 1))))]
    *right, wrong = map(Decimal, read_weights)
    assert abs(sum(right, Decimal(-100))) < Decimal("0.001") and wrong == -100
    assert all(fraction in map(str, rules.WEIGHTS) for fraction in read_weights[:-1])


@pytest.mark.parametrize("wrong", range(1, 26))
@pytest.mark.parametrize("scoring", Scoring)
def test_ticking_everything_scores_nothing(wrong: int, scoring: Scoring) -> None:
    weight = rules.wrong_weight(scoring, wrong)
    assert -weight in rules.WEIGHTS
    assert 100 + weight * wrong <= Decimal("0.001")
    if scoring is Scoring.ALL_OR_NOTHING:
        assert weight == -100


def test_a_weight_is_the_nearest_accepted_one() -> None:
    credits_ = ("1", "0.333", "0.34", "0.666", "0.142", "-0.33", "0.001", "0")
    assert [rules.decimal(rules.weight(Decimal(credit))) for credit in credits_] == [
        *("100", "33.33333", "33.33333", "66.66667", "14.28571", "-33.33333", "0", "0"),
    ]


def test_choices_are_numbered_as_in_the_source() -> None:
    for labels, numbering in (("AB", "ABCD"), ("ab", "abc"), ("12", "123"), ("", "abc")):
        made = [
            replace(c, label=label)
            for c, label in zip(choices("x", "y", keys="A"), labels or (None, None), strict=True)
        ]
        question = read(item(ChoiceInteraction(kind=ChoiceKind.SINGLE, choices=tuple(made), shuffle=False)))
        assert question.get("answernumbering") == numbering
        assert question.get("shuffleanswers") == "false" and question.get("single") == "true"


def test_true_false_uses_moodles_words_and_penalty() -> None:
    made = choices("Wahr", "Falsch", keys="B", feedback="fb")
    interaction = ChoiceInteraction(kind=ChoiceKind.TRUE_FALSE, choices=made, shuffle=False)
    question = read(item(interaction, feedback=Feedback(correct=Text("yes"), incorrect=Text("no"))))
    assert moodle_xml.answers(question) == [("0", "true", "fb A.<br/>no"), ("100", "false", "fb B.<br/>yes")]
    assert question.get("penalty") == "1"


# ---------------------------------------------------------------- typed answers


def test_short_answer_escapes_the_wildcard_and_keeps_case_and_credit() -> None:
    accepted = (TextAnswer(content="a*b"), TextAnswer(content="  c ", credit=Decimal("0.5")))
    question = read(item(TextEntry(accepted=accepted, case_sensitive=True)))
    assert [answer[:2] for answer in moodle_xml.answers(question)] == [("100", r"a\*b"), ("50", "c")]
    assert question.get("usecase") == "1"


def test_feedback_on_any_other_answer_stands_last() -> None:
    entry = item(TextEntry(accepted=(TextAnswer(content="a"),)), feedback=Feedback(incorrect=Text("no")))
    assert moodle_xml.answers(read(entry))[-1] == ("0", "*", "no")


@pytest.mark.parametrize(
    ("answer", "value", "tolerance"),
    [
        ({"value": "3.14"}, "3.14", "0"),
        ({"value": "-0.50", "tolerance": "0.010"}, "-0.5", "0.01"),
        ({"value": "1E+3"}, "1000", "0"),
        ({"value": "1E+40"}, "1E+40", "0"),
        ({"value": "1.5E-7"}, "0.00000015", "0"),
        ({"minimum": "1", "maximum": "1.1"}, "1.05", "0.05"),
        ({"minimum": "-0.1", "maximum": "0.2"}, "0.05", "0.15"),
        ({"minimum": "0.1", "maximum": "0.3"}, "0.2", "0.1"),
    ],
)
def test_numbers_have_a_point_and_ranges_become_exact_tolerances(
    answer: dict[str, str], value: str, tolerance: str
) -> None:
    given: dict[str, Any] = {name: Decimal(text) for name, text in answer.items()}
    (node,) = read(item(NumericEntry(accepted=(NumericAnswer(**given),)))).all("answer")
    assert (node.get("text"), node.get("tolerance")) == (value, tolerance)


# ---------------------------------------------------------------- essays and files to hand in


def test_a_model_answer_is_for_graders_and_students() -> None:
    entry = essay(model_answer="Model")
    question = read(entry)
    assert question.get("graderinfo", "text") == "Model"
    assert question.get("generalfeedback", "text") == "Model<br/>The axis of the Earth is tilted."
    graders = moodle_xml.questions(written(entry, options=WriteOptions(model_answer_for_students=False)))[0]
    assert graders.get("graderinfo", "text") == "Model"
    assert graders.get("generalfeedback", "text") == "The axis of the Earth is tilted."


@pytest.mark.parametrize(("lines", "size"), [(None, "15"), (1, "2"), (5, "5"), (6, "10"), (99, "40")])
def test_the_size_of_an_essay_is_one_that_moodle_offers(lines: int | None, size: str) -> None:
    assert read(item(ExtendedText(expected_lines=lines))).get("responsefieldlines") == size


def test_an_upload_is_an_essay_that_takes_files_only() -> None:
    question = read(item(Upload()))
    assert question.attributes["type"] == "essay"
    assert (question.get("responseformat"), question.get("attachmentsrequired")) == ("noinline", "1")


# ---------------------------------------------------------------- matching, ordering, gaps


def test_matching_with_distractors() -> None:
    interaction = Match(
        pairs=(
            Pair(left=Text("a<b"), right=Text("List<int>"), feedback=Text("fb")),
            Pair(left=Text("c"), right=Text("d")),
        ),
        distractors=(Text("e"),),
    )
    question = read(item(interaction, feedback=Feedback(general=Text("g"))))
    pairs = [(node.get("text"), node.get("answer", "text")) for node in question.all("subquestion")]
    assert pairs == [("a&lt;b", "List&lt;int>"), ("c", "d"), ("", "e")]
    assert question.get("generalfeedback", "text") == "g<br/>a&lt;b → List&lt;int&gt;: fb"


@pytest.mark.parametrize(
    ("scoring", "grading"), [("all_or_nothing", "ALL_OR_NOTHING"), ("partial", "ABSOLUTE_POSITION")]
)
def test_ordering_has_what_moodle_cannot_do_without(scoring: str, grading: str) -> None:
    sequence = (Text("first"), Text("second"))
    question = read(item(Order(sequence=sequence, scoring=Scoring(scoring))))
    assert question.get("gradingtype") == grading
    assert question.get("shownumcorrect") == "1" and question.get("selecttype") == "ALL"
    assert [answer[:2] for answer in moodle_xml.answers(question)] == [("1", "first"), ("2", "second")]


def test_a_word_bank_is_a_drop_down_of_all_words_in_every_gap() -> None:
    stem = read(word_bank()).get("questiontext", "text") or ""
    assert "{1:MULTICHOICE:=heart~lungs~liver}" in stem and "{1:MULTICHOICE:heart~=lungs~liver}" in stem


@pytest.mark.parametrize(
    ("points", "gaps", "weights"),
    [("1", (None, None), "11"), ("4", (None, None), "22"), ("3", ("1", "2"), "12"), ("2", ("0.5", "1.5"), "13")],
)
def test_gap_weights_are_whole_numbers(points: str, gaps: tuple[str | None, ...], weights: str) -> None:
    made = tuple(
        Gap(
            name=f"g{place}",
            kind=GapKind.TEXT,
            accepted=(TextAnswer(content="x"),),
            points=None if given is None else Decimal(given),
        )
        for place, given in enumerate(gaps)
    )
    entry = item(Gaps(gaps=made), stem="{{g0}} {{g1}}", points=Decimal(points))
    assert "".join(re.findall(r"\{(\d)+:", read(entry).get("questiontext", "text") or "")) == weights


def test_what_looks_like_a_gap_in_the_text_is_none() -> None:
    gap = Gap(name="a", kind=GapKind.TEXT, accepted=(TextAnswer(content="x"),))
    entry = item(Gaps(gaps=(gap,)), stem=r"\(\frac{1}{2}\) {1:SA:=y} {#1} {{a}}")
    assert read(entry).get("questiontext", "text") == (r"\(\frac{1}{2}\) &#123;1:SA:=y} &#123;#1} {1:SHORTANSWER:=x}")


# ---------------------------------------------------------------- images and passages

IMAGE = Text('<p>See <img src="asset:my image.png" alt="an ä"/></p>', is_html=True)


def test_images_are_files_beside_the_text_that_shows_them() -> None:
    assets = {"my image.png": Asset(path="a/my image.png", media_type="image/png", data=PNG)}
    entry = replace(single_choice(), stem=IMAGE)
    question = read(entry, assets=assets)
    text = question.all("questiontext")[0]
    (file,) = text.all("file")
    assert f'src="@@PLUGINFILE@@/{file.attributes["name"]}" alt="an ä"' in (text.get("text") or "")
    assert base64.b64decode(file.text) == PNG
    assert file.attributes["path"] == "/" and file.attributes["encoding"] == "base64"
    assert not question.all("generalfeedback")[0].all("file")


def test_an_image_that_was_not_loaded_leaves_its_text() -> None:
    assert "[an ä]" in (read(replace(single_choice(), stem=IMAGE)).get("questiontext", "text") or "")


def test_images_in_the_feedback_of_a_gap_are_addresses_with_the_content() -> None:
    assets = {"my image.png": Asset(path="x.png", media_type="image/png", data=PNG)}
    gap = Gap(name="a", kind=GapKind.TEXT, accepted=(TextAnswer(content="x", feedback=IMAGE),))
    stem = read(item(Gaps(gaps=(gap,)), stem="{{a}}"), assets=assets).get("questiontext", "text") or ""
    assert "data&#58;image/png;base64," in stem


def test_moodles_mark_for_files_is_text_in_an_authors_text() -> None:
    assert read(item(stem="@@PLUGINFILE@@/x")).get("questiontext", "text") == "&#64;@PLUGINFILE@@/x"


@pytest.mark.parametrize("before", [True, False])
def test_a_passage_is_repeated_at_the_head_of_its_questions(before: bool) -> None:
    passage = item(identifier="p", stem="The passage.")
    entry = replace(single_choice(), passage="p")
    data = written(*((passage, entry) if before else (entry, passage)))
    stems = [question.get("questiontext", "text") or "" for question in moodle_xml.questions(data)]
    wanted = '<div class="passage">The passage.</div><div>Which planet has the hottest surface?</div>'
    assert sorted(stems) == sorted(["The passage.", wanted])


def test_a_passage_that_is_not_there_changes_nothing() -> None:
    assert read(item(passage="nowhere")).get("questiontext", "text") == "What?"
