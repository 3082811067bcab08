"""What a QTI 2.1 package looks like, rule by rule. The rules come from the schemas, the engines and Canvas Classic."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import banks
import pytest
from lxml import etree
from msgspec.structs import replace
from qti_engine import QTI, attempt, document, identifier_of, package, text_of

from qticonv.conformance.qti21 import check
from qticonv.diagnostics import Diagnostic, Effect
from qticonv.model import (
    Asset,
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    ExtendedText,
    Feedback,
    Gap,
    GapKind,
    Gaps,
    Item,
    ItemBank,
    QuizSettings,
    Section,
    Source,
    Text,
    TextAnswer,
    TextEntry,
)
from qticonv.model.options import CheckOptions, WriteOptions
from qticonv.writers.capabilities import TABLE, Feature, Kind, losses
from qticonv.writers.qti21 import limits, write
from qticonv.writers.qti21.xml import number, share

CP = "{http://www.imsglobal.org/xsd/imscp_v1p1}"
KEYED = tuple(item for item in banks.every_item() if item.is_keyed)


def keyed(bank: ItemBank) -> ItemBank:
    return replace(bank, items=tuple(item for item in bank.items if item.is_keyed))


def zipped(bank: ItemBank, options: WriteOptions | None = None) -> bytes:
    buffer = io.BytesIO()
    write(bank, options or WriteOptions(), buffer)
    return buffer.getvalue()


def faults(data: bytes, directory: Path | None = None) -> list[Diagnostic]:
    found = check(Source("x.zip", data), CheckOptions(xsd_directory=directory))
    remote = "is not part of the package"  # a warning that a picture on the web deserves
    return [entry for entry in found if entry.target != "canvas" and not entry.message.endswith(remote)]


def root_of(item: Item, options: WriteOptions | None = None) -> etree._Element:
    return etree.fromstring(document(item, options))


BANKS: dict[str, Callable[[], ItemBank]] = {
    "every type": banks.every_type,
    "hostile texts": banks.hostile,
    "hostile HTML": banks.hostile_html,
    "the seed": banks.seed,
    "empty": lambda: ItemBank(items=()),
}


@pytest.mark.parametrize("name", BANKS)
def test_packages_are_right(name: str) -> None:
    assert faults(zipped(keyed(BANKS[name]()))) == []


@pytest.mark.parametrize("name", BANKS)
def test_packages_are_valid_against_the_official_schemas(name: str, shared: Path) -> None:
    assert faults(zipped(keyed(BANKS[name]())), shared / "qti-xsd") == []


def test_banks_without_a_quiz_are_right(shared: Path) -> None:
    data = zipped(keyed(banks.every_type()), WriteOptions(as_bank=True))
    assert faults(data, shared / "qti-xsd") == []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "test.xml" not in archive.namelist()
        assert b"QTIv2.1 Item Bank Package" in archive.read("imsmanifest.xml")


def test_two_writes_are_byte_identical_and_hold_no_clock() -> None:
    bank = keyed(banks.every_type())
    assert zipped(bank) == zipped(bank)
    with zipfile.ZipFile(io.BytesIO(zipped(bank))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("item", KEYED, ids=lambda item: item.identifier)
def test_root_attributes(item: Item) -> None:
    root = root_of(replace(item, title="Title & <more>", language="de-CH"))
    assert root.get("identifier") == item.identifier
    assert root.get("title") == "Title & <more>"
    assert (root.get("adaptive"), root.get("timeDependent"), root.get("toolName")) == ("false", "false", "qticonv")
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "de-CH"


@pytest.mark.parametrize("item", KEYED, ids=lambda item: item.identifier)
def test_points_stand_in_all_three_places(item: Item) -> None:
    """New Quizzes reads SCORE/@normalMaximum, else MAXSCORE; Canvas Classic the weight of the reference."""
    files = package(ItemBank(items=(replace(item, points=Decimal("2.50")),)))
    root = etree.fromstring(files[f"items/{item.identifier}.xml"])
    outcomes = {entry.get("identifier"): entry for entry in root.iter(f"{QTI}outcomeDeclaration")}
    points = "0" if item.interaction == banks.description().interaction else "2.5"
    assert outcomes["SCORE"].get("normalMaximum") == points
    assert text_of(outcomes["MAXSCORE"]) == points
    weight = etree.fromstring(files["test.xml"]).find(f".//{QTI}weight")
    assert weight is not None and weight.get("value") == points


@pytest.mark.parametrize("item", KEYED, ids=lambda item: item.identifier)
def test_stem_stands_directly_in_the_body_and_interactions_beside_it(item: Item) -> None:
    """Canvas Classic sanitises a div and loses what it does not know in it."""
    body = root_of(item).find(f"{QTI}itemBody")
    assert body is not None
    for child in body.iter(f"{QTI}div"):
        assert not [e for e in child.iter() if str(e.tag).endswith("Interaction")]


@pytest.mark.parametrize("item", KEYED, ids=lambda item: item.identifier)
def test_feedback_outcomes_have_a_default(item: Item) -> None:
    """JQTI+ fails on NULL outcomes."""
    root = root_of(item)
    declared = {e.get("identifier"): e for e in root.iter(f"{QTI}outcomeDeclaration")}
    for modal in root.iter(f"{QTI}modalFeedback"):
        assert declared[modal.get("outcomeIdentifier")].find(f"{QTI}defaultValue") is not None


@pytest.mark.parametrize("item", KEYED, ids=lambda item: item.identifier)
def test_no_identifier_of_answer_feedback_looks_like_feedback_on_the_question(item: Item) -> None:
    """Canvas Classic reads the kind of a feedback from its identifier (assessment_item_converter.rb:245-257)."""
    kinds = re.compile(r"wrong|incorrect|correct|solution|general_|_all|_C$|_IC$", re.IGNORECASE)
    whole = {"general_fb", "correct_fb", "general_incorrect_fb"}
    for modal in root_of(item).iter(f"{QTI}modalFeedback"):
        identifier = modal.get("identifier", "")
        assert identifier in whole or not kinds.search(identifier)


@pytest.mark.parametrize("item", KEYED, ids=lambda item: item.identifier)
def test_single_responses_have_one_correct_value(item: Item) -> None:
    """Several values on a single response are refused by JQTI+ and qti-sdk."""
    for response in root_of(item).iter(f"{QTI}responseDeclaration"):
        values = response.findall(f"{QTI}correctResponse/{QTI}value")
        assert response.get("cardinality") != "single" or len(values) <= 1


@pytest.mark.parametrize("item", KEYED, ids=lambda item: item.identifier)
def test_choice_interactions_say_shuffle_and_max_choices(item: Item) -> None:
    """Optional in the schema, required by JQTI+."""
    for interaction in root_of(item).iter(f"{QTI}choiceInteraction"):
        assert interaction.get("shuffle") and interaction.get("maxChoices")


def test_true_false_is_what_canvas_classic_knows() -> None:
    """Response TF, an explicit match against a constant, never <correct> (choice_interaction.rb:190)."""
    root = root_of(banks.true_false())
    interaction = root.find(f".//{QTI}choiceInteraction")
    assert interaction is not None
    assert interaction.get("responseIdentifier") == "TF"
    assert [text_of(choice) for choice in interaction] == ["True", "False"]
    assert root.find(f".//{QTI}correct") is None
    assert root.find(f".//{QTI}responseElseIf/{QTI}match/{QTI}baseValue") is not None


def test_essays_have_no_correct_response() -> None:
    """Canvas Classic would make a short answer of it."""
    root = root_of(banks.essay())
    assert root.find(f".//{QTI}correctResponse") is None
    rubric = root.find(f".//{QTI}rubricBlock")
    assert rubric is not None
    assert rubric.get("view") == "scorer tutor"
    assert text_of(rubric) == "Because the days are longer.\nAnd the sun stands higher."


def test_a_model_answer_can_be_kept_from_students() -> None:
    root = root_of(banks.essay(), WriteOptions(model_answer_for_students=False))
    assert [text_of(modal) for modal in root.iter(f"{QTI}modalFeedback")] == ["The axis of the Earth is tilted."]
    assert root.find(f".//{QTI}rubricBlock") is not None
    silent = root_of(banks.essay(feedback=Feedback()), WriteOptions(model_answer_for_students=False))
    assert silent.find(f"{QTI}modalFeedback") is None


def test_comments_on_answers_hold_no_paragraphs() -> None:
    """Canvas Classic keeps only the first p of a comment on an answer."""
    rich = Text("<p>First <em>a</em></p><div>second</div><ul><li>third</li></ul>", is_html=True)
    parts = (Choice(identifier="A", content=Text("a"), is_key=True, feedback=rich), *banks.choices("b", "c")[1:])
    item = banks.item("?", ChoiceInteraction(kind=ChoiceKind.SINGLE, choices=parts), key=banks.STATED)
    (modal,) = root_of(item).iter(f"{QTI}modalFeedback")
    assert modal.find(f".//{QTI}p") is None
    assert text_of(modal) == "First a\n\nsecond\nthird".replace("\n\n", "\n")


def test_gap_texts_are_paragraphs_with_the_fields_inside() -> None:
    stem = Text("<p>Iron is {{a}} &amp; {{b}}.</p>loose {{c}} <em>text</em><ul><li>{{d}}</li></ul>", is_html=True)
    names = "abcd"
    parts = tuple(Gap(name=n, kind=GapKind.TEXT, accepted=(TextAnswer(content=n),)) for n in names)
    body = root_of(banks.item(stem, Gaps(gaps=parts), key=banks.STATED)).find(f"{QTI}itemBody")
    assert body is not None
    assert [etree.QName(child).localname for child in body] == ["p", "p", "ul"]
    fields = [field.get("responseIdentifier") for field in body.iter(f"{QTI}textEntryInteraction")]
    assert fields == ["RESPONSE_1", "RESPONSE_2", "RESPONSE_3", "RESPONSE_4"]
    assert "{{" not in text_of(body)


def test_printed_order_does_not_give_the_key_away() -> None:
    """Not every engine shuffles."""
    root = root_of(banks.order())
    printed = [text_of(choice) for choice in root.iter(f"{QTI}simpleChoice")]
    assert printed == sorted(printed)
    names = {choice.get("identifier"): text_of(choice) for choice in root.iter(f"{QTI}simpleChoice")}
    key = [names[str(value.text)] for value in root.iter(f"{QTI}value") if value.text in names]
    assert key == ["Prophase", "Metaphase", "Anaphase", "Telophase"]


def test_a_passage_stands_in_every_item_that_refers_to_it_wherever_it_is_defined() -> None:
    passage = banks.description()
    item = replace(banks.essay(), passage=passage.identifier)
    for items in ((passage, item), (item, passage)):
        files = package(ItemBank(items=items))
        assert "the Nile is 6,650 km long" in text_of(etree.fromstring(files[f"items/{item.identifier}.xml"]))


class Once(Sequence[Item]):
    """Items that can be gone through once, as from a file; nothing else is known of them."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items
        self.rounds = 0

    def __iter__(self) -> Iterator[Item]:
        self.rounds += 1
        return iter(self._items)

    def __len__(self) -> int:
        raise AssertionError("the length is not known yet")

    def __getitem__(self, index: Any) -> Any:
        raise AssertionError("items are not at hand")


def test_items_are_gone_through_once() -> None:
    passage = banks.description()
    items = Once((passage, *(replace(item, passage=passage.identifier) for item in KEYED[:5])))
    assert faults(zipped(ItemBank(items=items))) == []
    assert items.rounds == 1


# --- test


def test_the_test_shows_feedback_and_refers_to_items_by_their_name() -> None:
    files = package(keyed(banks.every_type()))
    root = etree.fromstring(files["test.xml"])
    part, control = root.find(f"{QTI}testPart"), root.find(f".//{QTI}itemSessionControl")
    assert part is not None and control is not None
    assert (part.get("submissionMode"), control.get("showFeedback")) == ("individual", "true")
    for reference in root.iter(f"{QTI}assessmentItemRef"):
        item = etree.fromstring(files[reference.get("href", "")])
        assert reference.get("identifier") == item.get("identifier")
    assert {section.get("visible") for section in root.iter(f"{QTI}assessmentSection")} == {"false"}
    assert [entry.get("weightIdentifier") for entry in root.iter(f"{QTI}testVariables")] == [None]


def test_quiz_settings_arrive() -> None:
    bank = ItemBank(
        items=KEYED[:3],
        title="Set & ready",
        quiz=QuizSettings(
            description=Text("<p>Read <em>this</em>.</p>", is_html=True),
            attempts=3,
            time_limit_minutes=Decimal("1.5"),
            shuffle_items=True,
        ),
    )
    root = etree.fromstring(package(bank)["test.xml"])
    assert root.get("title") == "Set & ready"
    limit, control, ordering, rubric = (
        root.find(f".//{QTI}{name}") for name in ("timeLimits", "itemSessionControl", "ordering", "rubricBlock")
    )
    assert limit is not None and limit.get("maxTime") == "90"
    assert control is not None and control.get("maxAttempts") == "3"
    assert ordering is not None and ordering.get("shuffle") == "true"
    assert rubric is not None and text_of(rubric) == "Read this."


def test_sections_select_and_weigh() -> None:
    first, second, third, fourth = (item.identifier for item in KEYED[:4])
    sections = (
        Section(title="Draw", items=(second, first, "gone"), pick=1, points_each=Decimal(7)),
        Section(title="All", items=(fourth, first)),
    )
    files = package(ItemBank(items=KEYED[:4], sections=sections))
    found = [
        (
            section.get("title"),
            [select.get("select") for select in section.iter(f"{QTI}selection")],
            [ref.get("identifier") for ref in section.iter(f"{QTI}assessmentItemRef")],
        )
        for section in etree.fromstring(files["test.xml"]).iter(f"{QTI}assessmentSection")
    ]
    assert found == [("Draw", ["1"], [second, first]), ("All", [], [fourth]), ("Quiz", [], [third])]
    assert b'normalMaximum="7"' in files[f"items/{first}.xml"]
    assert b'normalMaximum="7"' not in files[f"items/{fourth}.xml"]


def test_identifiers_are_names_and_differ() -> None:
    names = ["part-1", "section-1", "1 a.b", "Q", "q", "é", "x" * 200]
    items = tuple(replace(banks.essay(), identifier=name) for name in names)
    data = zipped(ItemBank(items=items))
    assert faults(data) == []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        written = [name for name in archive.namelist() if name.startswith("items/")]
    assert len({name.lower() for name in written}) == len(names)
    assert all(re.fullmatch(r"items/[A-Za-z_][\w-]*\.xml", name, re.ASCII) for name in written)


# --- manifest


def hints(item: Item) -> list[str]:
    root = etree.fromstring(package(ItemBank(items=(item,)))["imsmanifest.xml"])
    types = [str(e.text) for e in root.iter(f"{QTI}interactionType")]
    return types + [e.get("value", "") for e in root.iter(f"{CP}instructureField")]


def test_the_manifest_tells_canvas_classic_what_it_cannot_guess() -> None:
    assert hints(banks.text_entry()) == ["extendedTextInteraction"]
    assert hints(banks.numeric_entry()) == ["extendedTextInteraction", "numerical_question"]
    assert hints(banks.order()) == ["orderInteraction"]
    assert hints(banks.upload()) == ["file_upload_question"]
    assert hints(banks.description()) == ["text_only_question"]
    assert hints(banks.essay()) == hints(banks.single_choice()) == hints(banks.match()) == []


def test_images_are_files_of_their_item_without_a_resource_of_their_own() -> None:
    """Canvas Classic skips a file that is a resource itself (qti.rb:109)."""
    bank = keyed(banks.every_type())
    files = package(bank)
    root = etree.fromstring(files["imsmanifest.xml"])
    images = [name for name in files if name.startswith("images/")]
    assert [files[name] for name in images] == [banks.PNG]
    owners = [r for r in root.iter(f"{CP}resource") if any(f.get("href") == images[0] for f in r.iter(f"{CP}file"))]
    assert [owner.get("type") for owner in owners] == ["imsqti_item_xmlv2p1"]
    item = etree.fromstring(files[owners[0].get("href", "")])
    (image,) = item.iter(f"{QTI}img")
    assert (image.get("src"), image.get("alt")) == (f"../{images[0]}", "a red square")


@pytest.mark.parametrize("source", ["asset:gone.png", "asset:empty.png", "beside.png", "../up.png"])
def test_images_that_are_not_there_leave_their_description(source: str) -> None:
    stem = Text(f'Look: <img src="{source}" alt="a tree"/>', is_html=True)
    bank = ItemBank(
        items=(banks.item(stem, ExtendedText()),), assets={"empty.png": Asset(path="x", media_type="image/png")}
    )
    data = zipped(bank)
    assert faults(data) == []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        (name,) = (name for name in archive.namelist() if name.startswith("items/"))
        assert b"[a tree]" in archive.read(name)


def test_tags_and_category_are_learning_object_metadata() -> None:
    item = banks.essay(tags=("climate", "a & b"), category=("Earth", "Seasons"))
    manifest = package(ItemBank(items=(item,)))["imsmanifest.xml"].decode()
    assert "<imsmd:keyword><imsmd:string>climate</imsmd:string></imsmd:keyword>" in manifest
    assert "a &amp; b" in manifest
    assert re.search(r"<imsmd:taxon>.*Earth.*</imsmd:taxon><imsmd:taxon>.*Seasons", manifest)


# --- what does not fit


def lost(item: Item) -> list[tuple[Effect | None, str]]:
    return [(found.effect, found.message) for found in limits(item)]


def test_limits_of_plain_items() -> None:
    weighted_and_such = {item.identifier for item in KEYED if item.feedback.partially_correct}
    for item in KEYED:
        if item.identifier not in weighted_and_such:
            assert limits(item) == ()


def test_an_identifier_is_not_said_so_nothing_of_it_is_lost() -> None:
    assert limits(replace(banks.upload(), identifier="\x00")) == ()


def test_limits_name_what_xml_cannot_hold() -> None:
    item = banks.item("a\x0bb\ud800", TextEntry(accepted=(TextAnswer(content="\x00"),)), key=banks.STATED)
    ((effect, message),) = lost(item)
    assert effect is Effect.ADAPTED
    assert "U+0000, U+000B, U+D800" in message
    assert faults(zipped(ItemBank(items=(item,)))) == []


def test_limits_of_true_false_in_other_words() -> None:
    interaction = banks.true_false().interaction
    assert isinstance(interaction, ChoiceInteraction)
    french = tuple(
        replace(choice, content=Text(word)) for choice, word in zip(interaction.choices, ("Vrai", "Faux"), strict=True)
    )
    item = banks.item("Oui ?", replace(interaction, choices=french), key=banks.STATED)
    assert [effect for effect, _ in lost(item)] == [Effect.ADAPTED]
    assert lost(banks.true_false()) == []


def test_limits_of_lengths() -> None:
    assert [e for e, _ in lost(banks.item("x" * 16_385, ExtendedText()))] == [Effect.LOST]
    assert lost(banks.item("x" * 16_384, ExtendedText())) == []
    item = banks.essay(title="t" * 256)
    assert [e for e, _ in lost(item)] == [Effect.LOST]
    assert len(root_of(item).get("title", "")) == 255
    assert lost(banks.essay(title="t" * 255)) == []


def test_limits_of_feedback_that_no_response_brings_up() -> None:
    item = banks.single_choice()
    assert "partly right" in lost(item)[0][1]
    assert "Partly: some of it is right." not in text_of(root_of(item))
    assert lost(banks.weighted_choice()) == []
    assert lost(banks.text_entry()) == []


def test_limits_of_answers_that_say_the_same() -> None:
    accepted = (TextAnswer(content="Oslo"), TextAnswer(content="OSLO", credit=Decimal("0.5"), feedback=Text("loud")))
    item = banks.item("?", TextEntry(accepted=accepted), key=banks.STATED)
    ((effect, message),) = lost(item)
    assert effect is Effect.ADAPTED and "OSLO" in message
    sensitive = banks.item("?", TextEntry(accepted=accepted, case_sensitive=True), key=banks.STATED)
    assert lost(sensitive) == []


def test_limits_of_drop_downs_with_mark_up() -> None:
    rich = (
        Choice(identifier="A", content=Text("H<sub>2</sub>O", is_html=True), is_key=True),
        *banks.choices("x", "y")[1:],
    )
    item = banks.item("{{a}}", Gaps(gaps=(Gap(name="a", kind=GapKind.DROPDOWN, choices=rich),)), key=banks.STATED)
    assert [effect for effect, _ in lost(item)] == [Effect.LOST]
    assert "H2O" in text_of(root_of(item))


def test_limits_of_languages() -> None:
    item = banks.essay(language="not a tag")
    assert [effect for effect, _ in lost(item)] == [Effect.LOST]
    assert faults(zipped(ItemBank(items=(item,)))) == []


def feedback_is_absent(build: Callable[..., Item]) -> Callable[[], bool]:
    return lambda: (
        not any(
            text is not None and text.content in document(build(feedback=banks.ALL_FEEDBACK)).decode()
            for text in (
                banks.ALL_FEEDBACK.correct,
                banks.ALL_FEEDBACK.partially_correct,
                banks.ALL_FEEDBACK.incorrect,
            )
        )
    )


def shared_choices_are_drop_downs() -> bool:
    menus = list(root_of(banks.word_bank()).iter(f"{QTI}inlineChoiceInteraction"))
    return [[text_of(choice) for choice in menu] for menu in menus] == [["heart", "lungs", "liver"]] * 2


def comments_on_pairs_show_after_any_answer() -> bool:
    data = document(banks.match())
    wrong = f"{identifier_of(data, 'Italy')} {identifier_of(data, 'Lisbon')}"
    answered, empty = attempt(data, {"RESPONSE": [wrong]}), attempt(data, {})
    return "On the Seine." in answered.texts and "On the Seine." not in empty.texts


def model_answer_is_rubric_and_feedback() -> bool:
    root = root_of(banks.essay())
    shown = [text_of(e) for name in ("rubricBlock", "modalFeedback") for e in root.iter(f"{QTI}{name}")]
    return len(shown) == 2 and all("Because the days are longer." in text for text in shown)


def passage_is_in_the_body() -> bool:
    passage = banks.description()
    files = package(ItemBank(items=(passage, banks.essay(passage=passage.identifier))))
    return sum(b"the Nile" in data for name, data in files.items() if name.startswith("items/")) == 2


PROOFS: dict[tuple[Kind | None, Feature], Callable[[], bool]] = {
    (None, Feature.PENALTY): lambda: b"0.125" not in document(banks.single_choice(penalty=Decimal("0.125"))),
    (None, Feature.PASSAGE): passage_is_in_the_body,
    (Kind.EXTENDED_TEXT, Feature.MODEL_ANSWER): model_answer_is_rubric_and_feedback,
    (Kind.MATCH, Feature.ANSWER_FEEDBACK): comments_on_pairs_show_after_any_answer,
    (Kind.GAPS, Feature.SHARED_CHOICES): shared_choices_are_drop_downs,
    (Kind.NONE, Feature.POINTS): lambda: b'"3"' not in document(banks.description(points=Decimal(3))),
    **{
        (kind, feature): feedback_is_absent(build)
        for kind, build in (
            (Kind.EXTENDED_TEXT, banks.essay),
            (Kind.UPLOAD, banks.upload),
            (Kind.NONE, banks.description),
        )
        for feature in (Feature.CORRECT_FEEDBACK, Feature.PARTIAL_FEEDBACK, Feature.INCORRECT_FEEDBACK)
    },
}


@pytest.mark.parametrize("cell", TABLE["qti21"], ids=lambda cell: f"{cell[0]}, {cell[1].value}")
def test_every_cell_that_is_not_full_is_true(cell: tuple[Kind | None, Feature]) -> None:
    assert PROOFS[cell]()


def test_capabilities_announce_what_essays_lose() -> None:
    item = banks.essay(feedback=banks.ALL_FEEDBACK)
    messages = [found.message for found in losses(item, "qti21") if found.effect is Effect.LOST]
    assert len(messages) == 3
    whole = text_of(root_of(item))
    for text in (banks.ALL_FEEDBACK.correct, banks.ALL_FEEDBACK.partially_correct, banks.ALL_FEEDBACK.incorrect):
        assert text is not None and text.content not in whole


@pytest.mark.parametrize(
    ("value", "text"),
    [("2.50", "2.5"), ("1E+3", "1000"), ("-0.0", "0"), ("1E+900", "1E+900"), ("0.1", "0.1"), ("100", "100")],
)
def test_numbers_are_written_as_every_locale_reads_them(value: str, text: str) -> None:
    assert number(Decimal(value)) == text


def test_shares_are_exact_where_they_can_be() -> None:
    assert number(share(Decimal(1), Decimal(1), Decimal(4))) == "0.25"
    assert float(number(share(Decimal(1), Decimal(1), Decimal(3)))) == 1 / 3
    assert number(share(Decimal(0), Decimal(1))) == "0"
