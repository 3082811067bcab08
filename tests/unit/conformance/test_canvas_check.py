"""`check` on packages for Canvas: our own are clean; every seeded defect is found, with its file and line."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import banks
import pytest
from banks import every_type
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from qticonv.conformance.canvas import check
from qticonv.diagnostics import Code, Diagnostic, Effect
from qticonv.model import Gap, GapKind, Gaps, Item, ItemBank, NumericAnswer, NumericEntry, Source, Text, TextAnswer
from qticonv.model.options import CheckOptions, WriteOptions
from qticonv.writers.canvas import limits, write, write_many

PICTURE = every_type().items[-1]
NUMBER = banks.item("Number", NumericEntry(accepted=(NumericAnswer(value=Decimal("1.5")),)))
BLANK = banks.item(
    "A {{metal}}", Gaps(gaps=(Gap(name="metal", kind=GapKind.TEXT, accepted=(TextAnswer(content="x"),)),))
)
LANGUAGE_FREE = replace(banks.single_choice(), tags=(), language=None)


def packed(*items: Item, as_bank: bool = False, title: str = "Quiz") -> bytes:
    out = io.BytesIO()
    bank = ItemBank(items=items, title=title, assets=every_type().assets)
    write(bank, WriteOptions(as_bank=as_bank), out)
    return out.getvalue()


def changed(package: bytes, change: Callable[[str, str], str | None], rename: Callable[[str], str] = str) -> bytes:
    """Return the package with every text file changed by ``change(path, text)``; ``None`` leaves the file out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith((".xml", ".qti")):
                text = change(name, data.decode())
                if text is None:
                    continue
                data = text.encode()
            new.writestr(rename(name), data)
    return out.getvalue()


def found(data: bytes) -> tuple[Diagnostic, ...]:
    return check(Source("quiz.canvas.zip", data), CheckOptions())


@pytest.mark.parametrize("as_bank", [False, True])
def test_our_own_packages_are_clean(as_bank: bool) -> None:
    kept = [i for i in every_type().items if i.is_keyed and all(f.effect is not Effect.WITHHELD for f in limits(i))]
    assert found(packed(*kept, as_bank=as_bank)) == ()
    out = io.BytesIO()
    write_many([ItemBank(items=kept, title=title) for title in "ab"], WriteOptions(), out)
    assert found(out.getvalue()) == ()


@pytest.mark.parametrize("text", banks.HOSTILE + banks.HOSTILE_HTML)
@pytest.mark.parametrize("kind", ["choice", "match", "order", "text", "essay"])
def test_our_own_packages_with_hostile_texts_are_clean(text: str, kind: str) -> None:
    items = [banks.hostile_item(Text(text, is_html), kind) for is_html in (False, True)]
    kept = [i for i in items if all(f.effect is not Effect.WITHHELD for f in limits(i))]
    loud = [d for d in found(packed(*kept)) if "empty" not in d.message and "no text" not in d.message]
    assert loud == []


@dataclass(frozen=True)
class Defect:
    """What to change in a package of ``item`` and what is to be said about it."""

    item: Item
    old: str
    new: str
    code: Code
    message: str


E, W, P = Code.CANVAS_QUESTION, Code.CANVAS_LOSES, Code.CANVAS_PACKAGE
ONE = LANGUAGE_FREE
MULTIPLE, TRUE_FALSE, SHORT, MATCH = banks.multiple_choice(), banks.true_false(), banks.text_entry(), banks.match()
ORDER, DROP, ESSAY = banks.order(), banks.word_bank(), banks.essay()
FEEDBACK = (
    '<itemfeedback ident="{}"><flow_mat><material><mattext texttype="{}">{}</mattext>'
    "</material></flow_mat></itemfeedback></item>"
)
DEFECTS = {
    # package
    "resource type": Defect(ONE, '"imsqti_xmlv1p2"', '"imsqti_assessment_xmlv1p2"', P, "resource type"),
    "no resource": Defect(ONE, 'type="imsqti_xmlv1p2"', 'type="webcontent"', P, "finds no quiz"),
    "file is missing": Defect(ONE, '<file href="g', '<file href="h', P, "not in the package"),
    "version": Defect(ONE, "<schema>IMS Content<", "<schema>QTIv2.1 Package<", P, "says QTI 2"),
    "QTI 2 namespace": Defect(
        ONE, 'xmlns:imsmd="', 'xmlns:q="http://www.imsglobal.org/xsd/imsqti_v2p1" xmlns:imsmd="', P, "says QTI 2"
    ),
    "no dependency": Defect(ONE, "<dependency ", "<x ", W, "does not depend"),
    "folder name": Defect(ONE, '<assessment ident="g', '<assessment ident="h', W, "left to Canvas's defaults"),
    "image without a resource": Defect(PICTURE, 'type="webcontent"', 'type="other"', W, "no webcontent resource"),
    "image is missing": Defect(PICTURE, "images/red.png&quot;", "images/blue.png&quot;", P, "images/blue.png"),
    "embedded image": Defect(PICTURE, "$IMS-CC-FILEBASE$/images/red.png", "data:image/png;base64,AA==", W, "embedded"),
    # frame
    "namespace": Defect(ONE, "xsd/ims_qtiasiv1p2\"", "xsd/ims_qtiasiv1p1\"", P, "New Quizzes finds nothing"),
    "root": Defect(ONE, "questestinterop", "quiz", P, "the root is"),
    "no question": Defect(ONE, r"re:<(/?)item\b", r"<\1thing", P, "holds no question"),
    "quiz title": Defect(ONE, 'title="Quiz"', f'title="{"x" * 256}"', P, "the quiz is lost"),
    "item title": Defect(ONE, 'title="The hottest', f'title="{"x" * 256}', E, "the question is lost"),
    "no ident": Defect(ONE, "<item ident=", "<item label=", E, "no ident"),
    "colon": Defect(ONE, '<item ident="q-', '<item ident="q:', W, "colon"),
    "no presentation": Defect(ONE, "presentation>", "other>", E, "no presentation"),
    # metadata
    "no type": Defect(ONE, "question_type", "qmd_itemtype", W, "guesses the type"),
    "unknown type": Defect(ONE, "multiple_choice_question", "hotspot_question", E, "not one of Canvas's"),
    "no points": Defect(ONE, "points_possible", "points", W, "worth 1 point"),
    "points": Defect(ONE, "possible</fieldlabel><fieldentry>1", "possible</fieldlabel><fieldentry>1,5", E, "no number"),
    "negative points": Defect(
        ONE, "points_possible</fieldlabel><fieldentry>1", "points_possible</fieldlabel><fieldentry>-1", W, "become 0"
    ),
    # texts
    "long stem": Defect(ONE, "Which planet", "x" * 16_385, E, "replaces it"),
    "no stem": Defect(ONE, "Which planet has the hottest surface?</mattext>", "</mattext>", W, "no text"),
    "empty answer": Defect(ONE, "Mercury", "", W, "No answer text"),
    "plain tag": Defect(ONE, "html\">Mercury", "plain\">use &lt;b&gt;", W, "looks like a tag"),
    "script": Defect(ONE, "Mercury", "&lt;script&gt;x&lt;/script&gt;", W, "element script"),
    # feedback
        "feedback directly in material": Defect(
        ONE, "re:</?flow_mat>", "", W, "New Quizzes finds only flow_mat"
    ),
    "feedback of nothing": Defect(ONE, 'ident="general_fb"', 'ident="explanation"', W, "belongs to no answer"),
    "feedback called otherwise": Defect(ONE, 'ident="correct_fb"', 'ident="correct"', W, "New Quizzes knows"),
    "feedback not shown": Defect(ONE, 'linkrefid="1001_fb"', 'linkrefid="other"', W, "leaves it out"),
    "answer called correct": Defect(ONE, "1002", "correct1", W, "becomes one of the question"),
    "feedback with escapes": Defect(ONE, "</item>", FEEDBACK.format("1001_fb", "text/html", "R&amp;amp;D"), W, "&amp;"),
    "plain feedback with escapes": Defect(ONE, "</item>", FEEDBACK.format("1001_fb", "x", "R&amp;D"), W, "escapes"),
    # keys
    "no key": Defect(ONE, ">100<", ">0<", E, "no key"),
    "key of nothing": Defect(ONE, '<response_label ident="1002"', '<response_label ident="9"', E, "names no answer"),
    "answer twice": Defect(ONE, '<response_label ident="1001"', '<response_label ident="1002"', E, "stands 2 times"),
    "two responses": Defect(
        ONE, "</presentation>", '<response_lid ident="r"/></presentation>', E, "exactly one"
    ),
    "multiple answers without and": Defect(MULTIPLE, "and>", "or>", E, "without <and>"),
    "true/false": Defect(TRUE_FALSE, ">True<", ">Wahr<", W, "multiple choice in Classic"),
    "short answer without key": Defect(SHORT, "setvar", "x", E, "essay"),
    "short answer for feedback only": Defect(
        SHORT, '<varequal respident="response1">Canberra</varequal></conditionvar><displayfeedback',
        '<varequal respident="response1">Perth</varequal></conditionvar><displayfeedback', E, "accepts it as right",
    ),
    "short answer with a rule for the rest": Defect(
        SHORT, ' continue="Yes"><conditionvar><other/>', "><conditionvar><other/>", E, "essay"
    ),
    "number without range": Defect(NUMBER, "vargte", "x", E, "without its range"),
    "number with a comma": Defect(NUMBER, "1.5", "1,5", E, "is no number"),
    "number as text": Defect(NUMBER, ' fibtype="Decimal"', "", E, "short answer of it"),
    "number without points": Defect(NUMBER, "setvar", "x", E, "no key"),
    "essay with a key": Defect(
        ESSAY, "<respcondition", '<respcondition><conditionvar><varequal respident="response1">x</varequal>'
        "</conditionvar></respcondition><respcondition", E, "becomes a short answer",
    ),
    "essay without a field": Defect(ESSAY, "render_fib", "x", E, "needs response_str"),
    "blank not in the text": Defect(BLANK, "[metal]", "[other]", E, "does not stand in the text"),
    "blank with a dot": Defect(BLANK, "response_metal", "response_me.tal", E, "letters, digits"),
    "blank without a name": Defect(BLANK, "<mattext>metal<", "<mattext>other<", E, "must hold the name"),
    "blank without answer": Defect(BLANK, "response_label", "x", E, "has no answer"),
    "drop-down without key": Defect(DROP, 'response_pump">1001', 'response_x">1001', E, "no rule gives points"),
    "drop-down with a strange key": Defect(DROP, 'response_pump">1001', 'response_pump">9', E, "names no answer"),
    "drop-down type not first": Defect(
        DROP, "<qtimetadatafield>", "<qtimetadatafield><fieldlabel>a</fieldlabel><fieldentry>b</fieldentry>"
        "</qtimetadatafield><qtimetadatafield>", E, "must be the first",
    ),
    "one left side": Defect(MATCH, "re:<response_lid ident=.response_200[23].*?</response_lid>", "", E, "fewer"),
    "left side without key": Defect(MATCH, 'respident="response_2002"', 'respident="response_x"', E, "left side"),
    "right side without number": Defect(MATCH, "3001", "x", W, "by chance"),
    "ordering": Defect(ORDER, '"Ordered"', '"Single"', E, "rcardinality"),
    "ordering key": Defect(ORDER, '<varequal respident="response1">1001</varequal>', "", E, "every thing to order"),
}  # fmt: skip


@pytest.mark.parametrize("name", DEFECTS)
def test_seeded_defects(name: str) -> None:
    defect = DEFECTS[name]
    original = packed(defect.item)
    assert found(original) == ()
    seen: list[str] = []

    def change(path: str, text: str) -> str:
        if re.search(defect.old[3:] if defect.old.startswith("re:") else re.escape(defect.old), text):
            seen.append(path)
        if defect.old.startswith("re:"):
            return re.sub(defect.old[3:], defect.new, text)
        return text.replace(defect.old, defect.new)

    findings = found(changed(original, change))
    assert seen, "the defect was not seeded"
    hits = [entry for entry in findings if defect.message in entry.message]
    assert hits and {entry.code for entry in hits} == {defect.code}, [entry.message for entry in findings]
    for entry in hits:
        assert entry.span is not None and entry.span.source.startswith("quiz.canvas.zip") and entry.target == "canvas"


def test_the_line_is_that_of_the_place() -> None:
    package = changed(
        packed(ONE, NUMBER), lambda path, text: text.replace("1.5", "1,5").replace("</item>\n", "</item>\n\n")
    )
    (line,) = {entry.span.start_line for entry in found(package) if entry.span and "is no number" in entry.message}
    (item,) = {entry.item for entry in found(package)}
    assert line == 6 and item == NUMBER.identifier


def test_without_a_manifest_nothing_is_found() -> None:
    data = changed(packed(ONE), lambda path, text: None if path == "imsmanifest.xml" else text)
    assert [entry.message for entry in found(data)] == [
        "no imsmanifest.xml at the top of the zip: Canvas imports nothing"
    ]


def test_one_folder_around_everything_is_tolerated() -> None:
    assert found(changed(packed(PICTURE), lambda path, text: text, lambda name: f"export/{name}")) == ()


def test_addresses_on_a_server_are_left_alone() -> None:
    for address in ("/equation_images/x%5E2?scale=1", "https://example.org/x.png"):
        change = f"&lt;img src=&quot;{address}&quot;/&gt;"
        assert found(changed(packed(ONE), lambda path, text, new=change: text.replace("Mercury", new))) == ()  # type: ignore[misc]


def test_settings_are_missed() -> None:
    data = changed(packed(ONE), lambda path, text: None if path.endswith("assessment_meta.xml") else text)
    assert [entry.code for entry in found(data)] == [W]


def test_a_question_that_stands_twice() -> None:
    out = io.BytesIO()
    write_many([ItemBank(items=[ONE], title=title) for title in "ab"], WriteOptions(), out)
    data = changed(out.getvalue(), lambda path, text: text.replace(f"{ONE.identifier}-2", ONE.identifier))
    assert ["stands twice" in entry.message for entry in found(data)] == [True]


def test_bank_titles() -> None:
    for old, new, message in (("bank_title", "title", "name of its own"), (">Quiz<", f">{'x' * 256}<", "is cut")):
        data = changed(packed(ONE, as_bank=True), lambda path, text, old=old, new=new: text.replace(old, new))  # type: ignore[misc]
        assert [message in entry.message for entry in found(data)] == [True]


def test_a_single_file_is_checked_too() -> None:
    with zipfile.ZipFile(io.BytesIO(packed(ONE))) as archive:
        document = archive.read(archive.namelist()[0])
    (finding,) = check(Source("quiz.xml", document), CheckOptions())
    assert finding.code is P and finding.span is not None and finding.span.source == "quiz.xml"


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><questestinterop>&x;</questestinterop>',
        b"<questestinterop><item></questestinterop>",
        b"<a>" * 5000,
    ],
)
def test_hostile_documents_are_refused(document: bytes) -> None:
    for entry in (*check(Source("q.xml", document), CheckOptions()), *_in_a_package(document)):
        assert entry.code in (Code.XML_UNSAFE, Code.XML_MALFORMED)


def _in_a_package(document: bytes) -> tuple[Diagnostic, ...]:
    manifest = changed(packed(ONE), lambda path, text: text if path == "imsmanifest.xml" else document.decode())
    return tuple(entry for entry in found(manifest) if entry.code is not W)


def test_hostile_archives_are_refused() -> None:
    assert [entry.code for entry in found(b"PK\x03\x04 no zip")] == [Code.ARCHIVE_UNSAFE]
    renamed = changed(packed(ONE), lambda path, text: text, lambda name: f"../{name}")
    assert [entry.code for entry in found(renamed)] == [Code.ARCHIVE_UNSAFE]


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200), st.integers(0, 10_000))
def test_damaged_packages_never_raise(noise: bytes, at: int) -> None:
    data = packed(ONE, MATCH)
    at %= len(data)
    found(data[:at] + noise + data[at + len(noise) :])
    found(changed(data, lambda path, text: text[: at % len(text)] + noise.decode("latin-1") + text[at % len(text) :]))
