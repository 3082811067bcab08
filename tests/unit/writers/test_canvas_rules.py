"""The rules that Canvas's importers impose on a QTI 1.2 package, one test a rule."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal

import banks
import canvas_reader
import pytest
from banks import PNG, choices, every_type, item
from canvas_reader import NS, Question
from lxml import etree
from msgspec.structs import replace

from qticonv.diagnostics import Code, Diagnostic, Effect
from qticonv.model import (
    Asset,
    ChoiceInteraction,
    ChoiceKind,
    Gap,
    GapKind,
    Gaps,
    Item,
    ItemBank,
    Match,
    NumericAnswer,
    NumericEntry,
    Order,
    Pair,
    QuizSettings,
    Section,
    Text,
    TextAnswer,
    TextEntry,
)
from qticonv.model.options import WriteOptions
from qticonv.writers.canvas import limits, write, write_many

OPTIONS = WriteOptions()


def packed(bank: ItemBank, options: WriteOptions = OPTIONS) -> bytes:
    out = io.BytesIO()
    write(bank, options, out)
    return out.getvalue()


def losses(bank: ItemBank) -> list[str]:
    return [finding.message for finding in write(bank, OPTIONS, io.BytesIO())]


def document(*items: Item) -> etree._Element:
    (quiz,) = canvas_reader.quizzes(packed(ItemBank(items=items)))
    return quiz.document


def arrive(original: Item) -> tuple[Question, Question]:
    """Return the item as New Quizzes and as Classic Quizzes see it."""
    root = document(original)
    return canvas_reader.new_quizzes(root)[0], canvas_reader.classic(root)[0]


def effects(original: Item) -> list[Effect | None]:
    return [finding.effect for finding in limits(original)]


def accepted_items() -> list[Item]:
    return [i for i in every_type().items if i.is_keyed and Effect.WITHHELD not in effects(i)]


# ---------------------------------------------------------------- the package


def test_resource_type_is_the_one_that_the_gem_accepts() -> None:
    manifest = canvas_reader.files(packed(every_type_bank()))["imsmanifest.xml"].decode()
    assert manifest.count('type="imsqti_xmlv1p2"') == 1


def every_type_bank() -> ItemBank:
    return replace(every_type(), items=accepted_items())


def test_folder_and_dependency_lead_to_the_settings() -> None:
    (quiz,) = canvas_reader.quizzes(packed(every_type_bank()))  # asserts both ways of joining
    assert quiz.settings["title"] == quiz.title == "Every type of question"
    assert quiz.settings["description"] == "A quiz with everything."
    assert quiz.settings["allowed_attempts"] == "2" and quiz.settings["time_limit"] == "30"
    assert quiz.settings["quiz_type"] == "assignment"


def test_the_manifest_is_not_taken_for_qti_2() -> None:
    root = etree.fromstring(canvas_reader.files(packed(every_type_bank()))["imsmanifest.xml"])
    assert not [uri for uri in root.nsmap.values() if uri and "imsqti_v2" in uri]
    assert not re.search(r"QTIv2\.", etree.tostring(root, encoding="unicode"))


def test_default_namespaces_everywhere() -> None:
    for name, data in canvas_reader.files(packed(every_type_bank())).items():
        if name.endswith(".xml"):
            assert None in etree.fromstring(data).nsmap, name


def test_an_image_is_a_resource_of_its_own_with_a_file_base_address() -> None:
    package = packed(every_type_bank())
    assert canvas_reader.images(package) == {"images/red.png": PNG}
    (quiz,) = canvas_reader.quizzes(package)
    text = etree.tostring(quiz.document, encoding="unicode")
    assert "$IMS-CC-FILEBASE$/images/red.png" in text and "asset:" not in text and "data:" not in text


def test_images_with_strange_names_and_same_names_in_two_quizzes() -> None:
    stem = Text('<img src="asset:ä b.png" alt="x"/>', is_html=True)
    parts = [ItemBank(items=[item(stem, banks.single_choice().interaction)], title=title) for title in "ab"]
    images = [{"ä b.png": Asset(path="x.png", media_type="image/png", data=PNG + title.encode())} for title in "ab"]
    out = io.BytesIO()
    write_many([replace(b, assets=i) for b, i in zip(parts, images, strict=True)], OPTIONS, out)
    found = canvas_reader.images(out.getvalue())
    assert sorted(found.values()) == [PNG + b"a", PNG + b"b"] and all(map(str.isascii, found))


def test_an_image_without_content_leaves_its_text() -> None:
    stem = Text('<p>see <img src="asset:x.png" alt="a tree"/></p>', is_html=True)
    gem, _ = arrive(item(stem, banks.single_choice().interaction))
    assert gem.stem == "see [a tree]"


def test_several_quizzes_in_a_package() -> None:
    out = io.BytesIO()
    parts = [ItemBank(items=[banks.single_choice()], title=title) for title in ("One", "Two")]
    write_many(parts, OPTIONS, out)
    found = canvas_reader.quizzes(out.getvalue())
    assert [quiz.title for quiz in found] == ["One", "Two"]
    names = [q.identifier for quiz in found for q in canvas_reader.new_quizzes(quiz.document)]
    assert len(set(names)) == 2


def test_bank_only_form_has_a_bank_for_each_category_and_no_quiz() -> None:
    items = [replace(banks.single_choice(), category=("A", "B")), banks.true_false(), banks.text_entry()]
    package = packed(ItemBank(items=items, title="Course"), WriteOptions(as_bank=True))
    assert canvas_reader.quizzes(package) == []
    found = canvas_reader.banks(package)
    assert {title: len(canvas_reader.new_quizzes(bank)) for title, bank in found.items()} == {
        "Course / A / B": 1,
        "Course": 2,
    }


def test_what_belongs_to_a_quiz_is_reported_lost_from_a_bank() -> None:
    found = write(every_type_bank(), WriteOptions(as_bank=True), io.BytesIO())
    assert [finding.message.partition(":")[0] for finding in found] == [
        "sections",
        "description of the quiz",
        "number of attempts",
        "time limit",
    ]
    assert {finding.effect for finding in found} == {Effect.LOST}
    assert write(every_type_bank(), OPTIONS, io.BytesIO()) == ()


def test_zip_is_deterministic_and_has_no_clock() -> None:
    package = packed(every_type_bank())
    assert package == packed(every_type_bank())
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_questions_that_are_much_alike_make_no_zip_bomb() -> None:
    items = [replace(banks.single_choice(), identifier=f"q-{number:012x}") for number in range(1000)]
    package = packed(ItemBank(items=items))
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert sum(entry.file_size for entry in archive.infolist()) < 100 * len(package)


# ---------------------------------------------------------------- identifiers, titles, settings


def test_item_identifiers_are_stable_hashes_and_hand_made_ones_become_hashes() -> None:
    made = banks.single_choice()
    assert arrive(made)[0].identifier == made.identifier
    one, other = (
        canvas_reader.quizzes(packed(ItemBank(items=[replace(made, identifier="q1")], title=title)))[0]
        for title in "ab"
    )
    names = [canvas_reader.new_quizzes(quiz.document)[0].identifier for quiz in (one, other)]
    assert names[0] != names[1] and all(re.fullmatch("g[0-9a-f]{32}", name) for name in names)


def test_identifiers_have_no_colons_and_answers_are_numbers() -> None:
    root = document(*accepted_items())
    assert not [e for e in root.iter() if ":" in str(e.get("ident", ""))]
    for node in root.iterfind(".//x:response_label", NS):
        assert str(node.get("ident")).isdigit() or node.get("ident") == "answer1"


def test_titles_are_cut_to_255_characters() -> None:
    gem, _ = arrive(replace(banks.single_choice(), title="x" * 300))
    assert len(gem.title) == 255
    assert effects(replace(banks.single_choice(), title="x" * 300)) == [Effect.ADAPTED]
    (quiz,) = canvas_reader.quizzes(packed(ItemBank(items=[banks.single_choice()], title="y" * 300)))
    assert len(quiz.title) == len(quiz.settings["title"]) == 255
    assert losses(ItemBank(items=[], title="y" * 300))


def test_a_question_without_a_title_is_called_by_its_stem() -> None:
    gem, _ = arrive(replace(banks.single_choice(), title=None, stem=Text("Line one\nline <two> " + "z" * 100)))
    assert gem.title.startswith("Line one line <two>") and len(gem.title) == 80


def test_answers_are_shuffled_for_a_quiz_only_if_for_every_choice() -> None:
    shuffled, fixed = banks.single_choice(), banks.weighted_choice()
    for items, wanted in (([shuffled, banks.true_false()], "true"), ([shuffled, fixed], "false")):
        (quiz,) = canvas_reader.quizzes(packed(ItemBank(items=items)))
        assert quiz.settings["shuffle_answers"] == wanted
    assert [arrive(i)[0].shuffled for i in (shuffled, fixed)] == [True, False]


def test_points_are_those_of_the_items_and_of_what_is_drawn() -> None:
    items = [replace(banks.single_choice(), points=Decimal("1.5")), banks.true_false(), banks.numeric_entry()]
    sections = (
        Section(title="Draw", items=(items[0].identifier, items[1].identifier), pick=1, points_each=Decimal(3)),
    )
    (quiz,) = canvas_reader.quizzes(packed(ItemBank(items=items, sections=sections)))
    assert quiz.groups == {"Draw": (1, Decimal(3))} and quiz.settings["points_possible"] == "7"
    found = canvas_reader.new_quizzes(quiz.document)
    assert [question.group for question in found] == ["Draw", "Draw", None]


def test_sections_of_the_same_name_and_sections_without_a_draw() -> None:
    items = [banks.single_choice(), banks.true_false(), banks.text_entry()]
    sections = (
        Section(title="S", items=(items[0].identifier,), pick=1),
        Section(title="S", items=(items[1].identifier,), pick=1),
        Section(title="All", items=(items[2].identifier,), points_each=Decimal(9)),
    )
    bank = ItemBank(items=items, sections=sections, quiz=QuizSettings(shuffle_items=True))
    (quiz,) = canvas_reader.quizzes(packed(bank))
    found = canvas_reader.new_quizzes(quiz.document)
    assert [(question.group, question.points) for question in found] == [
        ("S", Decimal(1)),
        ("S", Decimal(1)),
        (None, Decimal(9)),
    ]
    assert len(losses(bank)) == 2


def test_a_group_gives_the_same_points_for_each_question() -> None:
    items = [banks.single_choice(), banks.numeric_entry()]
    bank = ItemBank(items=items, sections=(Section(title="S", items=tuple(i.identifier for i in items), pick=1),))
    assert ["worth 1 points" in message for message in losses(bank)] == [True]


# ---------------------------------------------------------------- questions


def test_question_type_is_the_first_field_and_nothing_stands_between_elements() -> None:
    root = document(*accepted_items())
    for node in root.iterfind(".//x:item", NS):
        fields = node.findall(".//x:fieldlabel", NS)
        assert [field.text for field in fields[:2]] == ["question_type", "points_possible"]
        for element in node.iterdescendants():
            assert not element.tail, etree.tostring(element)


def test_numbers_have_the_range_that_both_importers_need() -> None:
    answers = (
        NumericAnswer(value=Decimal("3.14"), tolerance=Decimal("0.001")),
        NumericAnswer(value=Decimal("1E+2")),
        NumericAnswer(minimum=Decimal(-1), maximum=Decimal("0.5")),
    )
    gem, classic = arrive(item("?", NumericEntry(accepted=answers)))
    assert gem.key == [("margin", "3.14", "0.001"), ("exact", "100"), ("range", "-1", "0.5")]
    assert classic.key == [answer.bounds for answer in answers]


def test_lesser_answers_never_earn_full_marks() -> None:
    half = Decimal("0.5")
    entry = TextEntry(accepted=(TextAnswer(content="a"), TextAnswer(content="b", credit=half, feedback=Text("x"))))
    gem, classic = arrive(item("?", entry))
    assert gem.key == classic.key == ["a"]
    assert effects(item("?", TextEntry(accepted=(TextAnswer(content="b", credit=half),)))) == [Effect.WITHHELD]
    number = NumericAnswer(value=Decimal(1), credit=half)
    assert effects(item("?", NumericEntry(accepted=(number,)))) == [Effect.WITHHELD]


def test_case_is_passed_on() -> None:
    root = document(banks.text_entry(case_sensitive=True), banks.text_entry())
    assert [node.text for node in root.iterfind(".//x:fieldlabel", NS)].count("case_sensitive") == 1
    assert {node.get("case") for node in root.iterfind(".//x:setvar/../x:conditionvar/x:varequal", NS)} == {
        "Yes",
        None,
    }


def test_multiple_answers_name_wrong_choices_too() -> None:
    root = document(banks.multiple_choice())
    assert len(root.findall(".//x:and/x:varequal", NS)) == 2 and len(root.findall(".//x:and/x:not", NS)) == 2


@pytest.mark.parametrize(
    ("words", "kind", "effect"),
    [
        (("True", "False"), "true_false_question", []),
        (("T", "F"), "true_false_question", [Effect.ADAPTED]),
        (("Wahr", "Falsch"), "multiple_choice_question", [Effect.ADAPTED]),
    ],
)
def test_true_false_needs_these_words(words: tuple[str, str], kind: str, effect: list[Effect]) -> None:
    parts = choices(*words, keys="B")
    original = item("?", ChoiceInteraction(kind=ChoiceKind.TRUE_FALSE, choices=parts, shuffle=False))
    _, classic = arrive(original)
    assert classic.kind == kind and effects(original) == effect
    assert list(classic.answers.values()) == (["True", "False"] if kind.startswith("true") else list(words))


def test_model_answer_is_general_feedback_and_grading_notes() -> None:
    gem, classic = arrive(banks.essay())
    answer = "Because the days are longer.\nAnd the sun stands higher."
    assert gem.notes == answer
    assert gem.feedback["general"] == classic.feedback["general"] == f"{answer}\nThe axis of the Earth is tilted."
    package = packed(ItemBank(items=[banks.essay()]), WriteOptions(model_answer_for_students=False))
    question = canvas_reader.new_quizzes(canvas_reader.quizzes(package)[0].document)[0]
    assert question.feedback["general"] == "The axis of the Earth is tilted." and question.notes == answer


def test_matching_has_one_list_of_right_sides() -> None:
    same = Match(
        pairs=(Pair(left=Text("a"), right=Text("x")), Pair(left=Text("b"), right=Text("x"))), distractors=(Text("y"),)
    )
    gem, _ = arrive(item("?", same))
    assert list(gem.answers.values()) == ["x", "y"] and len(set(gem.key.values())) == 1
    assert effects(item("?", replace(same, pairs=same.pairs[:1]))) == [Effect.WITHHELD]


def test_right_sides_are_plain_and_say_so() -> None:
    rich = Text("<em>x</em>", is_html=True)
    original = item("?", Match(pairs=(Pair(left=rich, right=rich), Pair(left=Text("b"), right=Text("y")))))
    gem, classic = arrive(original)
    assert list(gem.answers.values()) == list(classic.answers.values()) == ["x", "y"]
    assert effects(original) == [Effect.LOST]
    tag = item("?", Match(pairs=(Pair(left=Text("a"), right=Text("use <b>")), Pair(left=Text("b"), right=Text("y")))))
    assert "use <b>" in arrive(tag)[0].answers.values()


def test_ordering_is_compared_in_order_and_not_printed_in_it() -> None:
    gem, _ = arrive(item("?", Order(sequence=tuple(map(Text, "cab")))))
    assert [gem.answers[name] for name in gem.key] == ["c", "a", "b"]
    assert list(gem.answers.values()) == ["a", "b", "c"]
    assert effects(item("?", Order(sequence=(Text("a"),)))) == [Effect.WITHHELD]


def gap(name: str, kind: GapKind = GapKind.TEXT, **fields: object) -> Gap:
    given = fields or {"accepted": (TextAnswer(content="x"),)}
    return Gap(name=name, kind=kind, **given)  # type: ignore[arg-type]


def test_names_of_blanks_have_no_dots_and_stand_once_in_the_stem() -> None:
    original = item("[a_b] {{a.b}} {{a_b}}", Gaps(gaps=(gap("a.b"), gap("a_b"))))
    gem, _ = arrive(original)
    assert gem.stem == "[a_b] [a_b_2] [a_b_3]" and list(gem.key) == ["a_b_2", "a_b_3"]
    assert effects(original) == [Effect.ADAPTED]


def test_blanks_accept_plain_text() -> None:
    gem, classic = arrive(item("{{a}}", Gaps(gaps=(gap("a", accepted=(TextAnswer(content="x < y & z"),)),))))
    assert list(gem.answers.values()) == list(classic.answers.values()) == ["x < y & z"]


def test_drop_downs_beside_blanks_show_their_choices() -> None:
    drop = gap("b", GapKind.DROPDOWN, choices=choices("u", "v", keys="B", feedback="f"))
    original = item("{{a}} {{b}}", Gaps(gaps=(gap("a"), drop)))
    gem, _ = arrive(original)
    assert gem.kind == "blanks" and gem.stem == "[a] [b] (u / v)" and list(gem.answers.values()) == ["x", "v"]
    assert effects(original) == [Effect.ADAPTED, Effect.LOST]


def test_numeric_gaps_accept_the_value_and_ranges_are_withheld() -> None:
    number = gap("a", GapKind.NUMERIC, numbers=(NumericAnswer(value=Decimal("1.50"), tolerance=Decimal(1)),))
    assert list(arrive(item("{{a}}", Gaps(gaps=(number,))))[0].answers.values()) == ["1.5"]
    span = gap("a", GapKind.NUMERIC, numbers=(NumericAnswer(minimum=Decimal(1), maximum=Decimal(2)),))
    assert effects(item("{{a}}", Gaps(gaps=(span,)))) == [Effect.WITHHELD]


def test_long_stems_are_withheld_and_long_passages_not_repeated() -> None:
    long = Text("x " * 8200)
    assert effects(replace(banks.single_choice(), stem=long)) == [Effect.WITHHELD]
    passage = replace(banks.description(), stem=Text("y" * 16_000))
    question = replace(banks.single_choice(), stem=Text("z" * 1000), passage=passage.identifier)
    bank = ItemBank(items=[passage, question])
    assert len(losses(bank)) == 1
    assert canvas_reader.classic(canvas_reader.quizzes(packed(bank))[0].document)[1].stem == "z" * 1000


def test_a_passage_stands_before_the_stem() -> None:
    passage = banks.description()
    question = replace(banks.single_choice(), passage=passage.identifier)
    (quiz,) = canvas_reader.quizzes(packed(ItemBank(items=[question, passage])))
    arrived = canvas_reader.new_quizzes(quiz.document)[0]
    assert arrived.stem.splitlines() == ["Read this carefully: the Nile is 6,650 km long.", question.stem.content]


def test_items_that_cannot_be_scored_are_withheld() -> None:
    unkeyed = ChoiceInteraction(kind=ChoiceKind.SINGLE, choices=choices("a", "b"))
    drop = Gaps(gaps=(gap("a", GapKind.DROPDOWN, choices=choices("u", "v")),))
    for interaction in (unkeyed, drop, Gaps(gaps=())):
        assert Effect.WITHHELD in effects(item("{{a}}", interaction))


def test_characters_that_xml_cannot_hold_are_reported() -> None:
    assert effects(replace(banks.single_choice(), title="a\x0bb")) == [Effect.ADAPTED]
    entry = TextEntry(accepted=(TextAnswer(content="a\x00"),))
    assert effects(item("?", entry)) == [Effect.ADAPTED] and arrive(item("?", entry))[0].key == ["a"]


def test_embedded_images_are_reported() -> None:
    stem = Text('<img src="data:image/png;base64,AA==" alt="x"/>', is_html=True)
    assert effects(replace(banks.single_choice(), stem=stem)) == [Effect.LOST]


def test_findings_name_item_and_target() -> None:
    (finding,) = limits(item("?", Order(sequence=(Text("a"),))))
    assert isinstance(finding, Diagnostic)
    assert (finding.code, finding.target) == (Code.TARGET_REFUSES, "canvas") and finding.item
