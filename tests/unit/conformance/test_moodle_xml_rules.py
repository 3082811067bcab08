"""Every rule by which Moodle refuses a Moodle XML file, loses questions or changes them: one seeded defect each.

A rule names a good question, what is replaced in it, and what must be found on the line of the replacement. The facts
were found by importing such files into Moodle 4.2 and 4.5.
"""

# ruff: noqa: E501 - a rule is one line

from __future__ import annotations

from dataclasses import dataclass

import pytest

from qticonv.conformance.moodle import check
from qticonv.diagnostics import Code, Diagnostic, Severity
from qticonv.model import Source
from qticonv.model.options import CheckOptions

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n'
COMMON = """<name><text>A name</text></name>
<questiontext format="html"><text><![CDATA[<p>What?</p>]]></text></questiontext>
<defaultgrade>1</defaultgrade>
<penalty>0.3333333</penalty>
<idnumber>q-1</idnumber>
<tags><tag><text>tag</text></tag></tags>
"""
BODIES = {
    "multichoice": """<single>true</single>
<shuffleanswers>true</shuffleanswers>
<answernumbering>abc</answernumbering>
<correctfeedback format="html"><text>Yes</text></correctfeedback>
<answer fraction="100" format="html"><text>right</text><feedback format="html"><text>Yes</text></feedback></answer>
<answer fraction="0" format="html"><text>wrong</text></answer>
""",
    "truefalse": """<answer fraction="100"><text>true</text></answer>
<answer fraction="0"><text>false</text></answer>
""",
    "shortanswer": """<usecase>0</usecase>
<answer fraction="100"><text>Paris</text></answer>
<answer fraction="0"><text>*</text></answer>
""",
    "numerical": """<answer fraction="100"><text>3.14</text><tolerance>0.01</tolerance></answer>
<answer fraction="0"><text>*</text></answer>
""",
    "essay": """<responseformat>editor</responseformat>
<responsefieldlines>15</responsefieldlines>
<graderinfo format="html"><text>Model</text></graderinfo>
""",
    "matching": """<shuffleanswers>true</shuffleanswers>
<subquestion format="html"><text>France</text><answer><text>Paris</text></answer></subquestion>
<subquestion format="html"><text>Italy</text><answer><text>Rome</text></answer></subquestion>
<subquestion format="html"><text></text><answer><text>Lisbon</text></answer></subquestion>
""",
    "description": "",
    "cloze": "",
    "ordering": """<layouttype>VERTICAL</layouttype>
<selecttype>ALL</selecttype>
<selectcount>2</selectcount>
<shownumcorrect>1</shownumcorrect>
<answer fraction="1" format="html"><text>first</text></answer>
<answer fraction="2" format="html"><text>second</text></answer>
""",
}
CLOZE = "{1:SHORTANSWER:=Paris#yes~%50%Lyon~*#no} {1:NM:=3.5:0.25} {2:MCS:=a~b} {1:MR:%50%a~%50%b}"


def question(kind: str) -> str:
    common = COMMON
    if kind == "cloze":
        common = COMMON.replace("<p>What?</p>", CLOZE).replace("<defaultgrade>1<", "<defaultgrade>5<")
    return f'<question type="{kind}">\n{common}{BODIES[kind]}</question>\n'


def found_in(data: str | bytes, name: str = "x.xml") -> list[Diagnostic]:
    return list(check(Source(name, data.encode() if isinstance(data, str) else data), CheckOptions()))


@pytest.mark.parametrize("kind", BODIES)
def test_a_good_question_is_not_reported(kind: str) -> None:
    found = found_in(f"{HEAD}{question(kind)}</quiz>\n")
    assert [entry.code for entry in found] == ([Code.MOODLE_VERSION] if kind == "ordering" else [])


@dataclass(frozen=True)
class Rule:
    """``old`` is replaced by ``new`` in a question of ``kind``; ``code`` must be found there."""

    name: str
    kind: str
    old: str
    new: str
    code: Code
    words: str = ""
    at_question: bool = False  # reported at the question, because the place is missing


LONG = "x" * 256
# fmt: off
RULES = (
    # --- 2. Limits and cleaning common to both
    Rule("name longer than 255", "essay", "A name", LONG, Code.MOODLE_CHANGED, "cut to 255", True),
    Rule("name with < loses text", "essay", "A name", "List&lt;int&gt; x", Code.MOODLE_CHANGED, "the name loses", True),
    Rule("empty name", "essay", "A name", "", Code.MOODLE_CHANGED, "empty name", True),
    Rule("missing name", "essay", "<name><text>A name</text></name>", "", Code.MOODLE_REFUSES, "no name", True),
    Rule("idnumber longer than 100", "essay", "q-1", "q" * 101, Code.MOODLE_STOPS, "ID number"),
    Rule("tag longer than 50", "essay", ">tag<", ">" + "t" * 51 + "<", Code.MOODLE_CHANGED, "longer than 50"),
    Rule("tag with angle brackets", "essay", ">tag<", ">a&lt;b<", Code.MOODLE_CHANGED, "angle brackets"),
    *(
        Rule(f"fraction {bad}", "multichoice", 'fraction="0"', f'fraction="{bad}"', Code.MOODLE_WEIGHT, bad)
        for bad in ("33.33", "33.3", "33", "45", "15", "22.2", "28.57", "37.5", "150", "-33")
    ),
    Rule("no right answer", "multichoice", 'fraction="100"', 'fraction="0"', Code.MOODLE_MARKS, "weight 100", True),
    Rule("best answer 50", "multichoice", 'fraction="100"', 'fraction="50"', Code.MOODLE_MARKS, "weight 100", True),
    Rule(
        "several answers that sum to 50",
        "multichoice",
        "<single>true</single>",
        '<single>false</single><answer fraction="50"><text>also</text></answer>',
        Code.MOODLE_MARKS,
        "add up to 150",
        True,
    ),
    Rule("numerical without 100", "numerical", 'fraction="100"', 'fraction="50"', Code.MOODLE_MARKS, "", True),
    Rule("shortanswer without 100", "shortanswer", 'fraction="100"', 'fraction="50"', Code.MOODLE_STOPS, "100", True),
    Rule("an empty choice vanishes", "multichoice", "<text>wrong</text>", "<text> </text>", Code.MOODLE_DROPPED, "empty"),
    Rule(
        "a single choice",
        "multichoice",
        '<answer fraction="0" format="html"><text>wrong</text></answer>',
        "",
        Code.MOODLE_STOPS,
        "two answers",
        True,
    ),
    Rule("markdown eats math", "essay", '"html"><text><![CDATA[<p>', '"markdown"><text><![CDATA[\\(x\\)', Code.MOODLE_CHANGED, "Markdown"),
    Rule("plain text shows no math", "essay", '"html"><text><![CDATA[<p>', '"plain_text"><text><![CDATA[$$x$$', Code.MOODLE_CHANGED, "plain text"),
    Rule("right side longer than 255", "matching", "Paris", LONG, Code.MOODLE_STOPS, "longer than 255"),
    Rule("right side with <", "matching", "Paris", "List&lt;int", Code.MOODLE_CHANGED, "loses text"),
    Rule("wildcard in an answer", "shortanswer", "Paris", "P*s", Code.MOODLE_CHANGED, "accepts anything in its place"),
    Rule("wildcard alone", "shortanswer", "Paris", "*", Code.MOODLE_KEY, "accepts every response"),
    Rule("number with 15 digits", "numerical", "3.14", "3.14159265358979", Code.MOODLE_CHANGED, "14 significant"),
    # --- 3. Container
    Rule("text without CDATA", "essay", "<![CDATA[<p>What?</p>]]>", "<p>What?</p>", Code.MOODLE_REFUSES, "without CDATA"),
    Rule("unknown format", "essay", '<graderinfo format="html"', '<graderinfo format="HTML"', Code.MOODLE_CHANGED, "unknown"),
    Rule("unknown element", "essay", "<defaultgrade>1</defaultgrade>", "<defaultmark>2</defaultmark>", Code.MOODLE_DROPPED, "defaultmark"),
    Rule("single FALSE is true", "multichoice", "<single>true", "<single>FALSE", Code.MOODLE_CHANGED, "reads as true"),
    Rule("shuffle TRUE", "multichoice", "<shuffleanswers>true", "<shuffleanswers>Yes", Code.MOODLE_CHANGED, "shuffleanswers"),
    Rule("usecase true", "shortanswer", "<usecase>0", "<usecase>true", Code.MOODLE_STOPS, "0 or 1"),
    Rule("empty penalty", "essay", "0.3333333", "", Code.MOODLE_REFUSES, "penalty"),
    Rule("empty fraction", "multichoice", 'fraction="0"', 'fraction=""', Code.MOODLE_REFUSES, "fraction"),
    Rule("fraction that is no number", "multichoice", 'fraction="0"', 'fraction="none"', Code.MOODLE_REFUSES, "not a number"),
    Rule("defaultgrade abc", "essay", "<defaultgrade>1<", "<defaultgrade>abc<", Code.MOODLE_STOPS, "defaultgrade"),
    Rule("unknown type", "essay", 'type="essay"', 'type="freetext"', Code.MOODLE_REFUSES, "freetext"),
    Rule("no type", "essay", ' type="essay"', "", Code.MOODLE_REFUSES, "no type"),
    Rule("file path", "essay", "]]></text>", ']]></text><file name="a" path="x" encoding="base64">YQ==</file>', Code.MOODLE_STOPS, "path"),
    Rule("file without name", "essay", "]]></text>", ']]></text><file path="/">YQ==</file>', Code.MOODLE_STOPS, "no name"),
    Rule("file twice", "essay", "]]></text>", "]]></text>" + '<file name="a">YQ==</file>' * 2, Code.MOODLE_DROPPED, "twice"),
    Rule("bad base64", "essay", "]]></text>", ']]></text><file name="a">?!</file>', Code.MOODLE_CHANGED, "not base64"),
    Rule("missing file", "essay", "What?", '<img src="@@PLUGINFILE@@/a%20b.png">', Code.MOODLE_DROPPED, "a b.png"),
    # --- 3. Per type
    Rule("answernumbering", "multichoice", ">abc<", ">a.<", Code.MOODLE_CHANGED, "answernumbering"),
    Rule("True instead of true", "truefalse", ">true<", ">True<", Code.MOODLE_KEY, "'True'"),
    Rule("localised true", "truefalse", ">true<", ">Wahr<", Code.MOODLE_KEY, "'Wahr'"),
    Rule("one answer only", "truefalse", '<answer fraction="0"><text>false</text></answer>', "", Code.MOODLE_STOPS, "two answers", True),
    Rule("true twice", "truefalse", ">false<", ">true<", Code.MOODLE_KEY, "last one decides", True),
    Rule("90 is not right", "truefalse", 'fraction="100"', 'fraction="90"', Code.MOODLE_KEY, "fraction 100", True),
    *(
        Rule(f"number {bad}", "numerical", "3.14", bad, Code.MOODLE_NUMBER, "another number")
        for bad in ("3,14", "10%", "5 kg", "1 000", "1/2")
    ),
    Rule("number abc", "numerical", "3.14", "abc", Code.MOODLE_STOPS, "not a number"),
    Rule("empty number", "numerical", "3.14", "", Code.MOODLE_STOPS, "is empty"),
    Rule("number outside of text", "numerical", "<text>3.14</text>", "3.14", Code.MOODLE_STOPS, "outside of text"),
    Rule("tolerance with a comma", "numerical", "0.01", "0,01", Code.MOODLE_NUMBER, "tolerance"),
    Rule("* is right", "numerical", 'fraction="0"', 'fraction="100"', Code.MOODLE_KEY, "every number"),
    Rule("responseformat", "essay", ">editor<", ">rich<", Code.MOODLE_CHANGED, "responseformat"),
    Rule("answer in an essay", "essay", "<graderinfo", '<answer fraction="0"><text></text></answer>\n<graderinfo', Code.MOODLE_DROPPED, "answer"),
    Rule("empty right side", "matching", "Rome", "", Code.MOODLE_STOPS, "empty"),
    Rule("one pair", "matching", "<text>Italy</text>", "<text></text>", Code.MOODLE_CHANGED, "two pairs", True),
    Rule("combined feedback in a cloze", "cloze", "<tags>", "<correctfeedback><text>a</text></correctfeedback>\n<tags>", Code.MOODLE_DROPPED, "correctfeedback"),
    Rule("shownumcorrect false", "matching", "<shuffleanswers>true", "<shownumcorrect>0</shownumcorrect><shuffleanswers>true", Code.MOODLE_CHANGED, "whatever"),
    Rule("defaultgrade of a cloze", "cloze", "<defaultgrade>5<", "<defaultgrade>3<", Code.MOODLE_CHANGED, "worth 5"),
    Rule(r"\~ in a gap", "cloze", "=Paris", r"=Pa\~ris", Code.MOODLE_CHANGED, "backslash", True),
    Rule("cloze without a gap", "cloze", CLOZE, "no gap", Code.MOODLE_REFUSES, "no gap", True),
    Rule("gap without full marks", "cloze", "=Paris", "%50%Paris", Code.MOODLE_REFUSES, "gap 1", True),
    Rule("drop-down with one choice", "cloze", "{2:MCS:=a~b}", "{2:MCS:=a}", Code.MOODLE_REFUSES, "two choices", True),
    Rule("unknown kind of gap", "cloze", "{2:MCS:", "{2:CHOICE:", Code.MOODLE_CHANGED, "not read as a gap", True),
    Rule("number in a gap", "cloze", "=3.5:0.25", "=3,5:0.25", Code.MOODLE_NUMBER, "gap 2", True),
    Rule("ordering without shownumcorrect", "ordering", "<shownumcorrect>1</shownumcorrect>", "", Code.MOODLE_STOPS, "shownumcorrect", True),
    Rule("ordering with random selection", "ordering", "<selecttype>ALL</selecttype>", "", Code.MOODLE_CHANGED, "selecttype", True),
    Rule("ordering with one item", "ordering", '<answer fraction="2" format="html"><text>second</text></answer>', "", Code.MOODLE_STOPS, "two items", True),
)
# fmt: on


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rule(rule: Rule) -> None:
    good = HEAD + question("description").replace("q-1", "q-0") + question(rule.kind) + "</quiz>\n"
    start = good.index(f'<question type="{rule.kind}"')
    place = good.index(rule.old, start)
    bad = good[:place] + rule.new + good[place + len(rule.old) :]
    found = [entry for entry in found_in(bad) if entry.code is rule.code and rule.words in entry.message]
    assert found, [entry.message for entry in found_in(bad)]
    assert found[0].span is not None and found[0].target == "moodle"
    line = good.count("\n", 0, start if rule.at_question else place) + 1
    assert found[0].span.start_line == line


# ---------------------------------------------------------------- rules about the whole file


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        pytest.param("<quiz>", Code.XML_MALFORMED, "not well-formed", id="not closed"),
        pytest.param(HEAD + "<question>&nbsp;</question></quiz>", Code.XML_MALFORMED, "", id="HTML entity"),
        pytest.param(HEAD + "<a>\x0b</a></quiz>", Code.XML_MALFORMED, "", id="control character"),
        pytest.param(HEAD + "<a>&#11;</a></quiz>", Code.XML_MALFORMED, "", id="control character by number"),
        pytest.param(HEAD + "</quiz>", Code.MOODLE_REFUSES, "no question", id="empty quiz"),
        pytest.param("<questions></questions>", Code.MOODLE_REFUSES, "not quiz", id="another root"),
        pytest.param('<!DOCTYPE quiz [<!ENTITY a "b">]><quiz>&a;</quiz>', Code.XML_UNSAFE, "DOCTYPE", id="DOCTYPE"),
        pytest.param("", Code.XML_MALFORMED, "", id="empty file"),
    ],
)
def test_refused_file(data: str, code: Code, words: str) -> None:
    found = found_in(data)
    assert any(entry.code is code and words in entry.message for entry in found), found


def test_only_categories_make_a_good_file() -> None:
    category = '<question type="category"><category><text>$course$/top/A//B/C</text></category></question>'
    assert found_in(f"{HEAD}{category}</quiz>") == []


@pytest.mark.parametrize(
    ("category", "code", "words"),
    [
        ("<category></category>", Code.MOODLE_REFUSES, "no text"),
        ("<category><text></text></category>", Code.MOODLE_CATEGORY, "without a name"),
        ("<category><text>top/A/ /B</text></category>", Code.MOODLE_CATEGORY, "without a name"),
        (f"<category><text>A/{LONG}</text></category>", Code.MOODLE_STOPS, "longer than 255"),
        ("<category><text>$system$/A</text></category>", Code.MOODLE_CATEGORY, "whole site"),
        ("<category><text>A&lt;b</text></category>", Code.MOODLE_CATEGORY, "loses text"),
        ("<category><text>A</text></category><info><text>i</text></info>", Code.MOODLE_CHANGED, "no format"),
    ],
)
def test_category(category: str, code: Code, words: str) -> None:
    found = found_in(f'{HEAD}<question type="category">{category}</question></quiz>')
    assert [(entry.code, words in entry.message) for entry in found] == [(code, True)]


def test_upload_form_wants_utf_8_and_an_ending() -> None:
    good = f"{HEAD}{question('essay')}</quiz>".replace("A name", "Äpfel")
    assert found_in(good) == found_in("\ufeff" + good) == found_in(good.replace("\n", "\r\n")) == []
    latin = good.replace("UTF-8", "ISO-8859-1").encode("latin-1")
    assert {entry.code for entry in found_in(latin)} == {Code.MOODLE_UPLOAD}
    assert {entry.code for entry in found_in(good.encode("utf-16"))} >= {Code.MOODLE_UPLOAD}
    assert [entry.code for entry in found_in(good, "x.txt")] == [Code.MOODLE_UPLOAD]
    assert found_in(good, "x.XML") == found_in(good, "-") == []


def test_blank_lines_before_the_declaration_are_trimmed() -> None:
    good = f"{HEAD}{question('essay')}</quiz>"
    assert found_in("\n \n" + good) == []
    (found,) = found_in("\n\n" + good.replace(">editor<", ">rich<"))
    assert found.span is not None and found.span.start_line == good[: good.index("editor")].count("\n") + 3


def test_another_declared_encoding_garbles_letters() -> None:
    found = found_in(f"{HEAD}{question('essay')}</quiz>".replace("UTF-8", "ISO-8859-1"))
    assert [(entry.code, entry.severity) for entry in found] == [(Code.MOODLE_CHANGED, Severity.ERROR)]


@pytest.mark.parametrize(
    "text",
    [
        "a &amp; é",
        "&lt; &amp; &gt;",
        "&lt;p&gt; &lt;/p&gt;",
        "&lt;br&gt;\n&lt;br&gt;",
        "<![CDATA[a]]> <![CDATA[b]]>",
        "a\r\né",
    ],
)
def test_white_space_beside_entities_is_lost(text: str) -> None:
    """xmlize drops pieces of nothing but white space, and the parser makes a piece at every entity."""
    data = f"{HEAD}{question('essay')}</quiz>".replace("<![CDATA[<p>What?</p>]]>", text)
    found = [entry for entry in found_in(data) if entry.code is Code.MOODLE_DROPPED]
    assert len(found) >= 1 and all("white space" in entry.message for entry in found)
    assert found[0].span is not None and found[0].span.start_line == 5


@pytest.mark.parametrize(
    "text", ["a &amp; b", "<![CDATA[a &amp; é]]>", "<![CDATA[a]]]]><![CDATA[> b]]>", "a é b", " &lt;p&gt; "]
)
def test_white_space_that_is_kept(text: str) -> None:
    assert found_in(f"{HEAD}{question('essay')}</quiz>".replace("<![CDATA[<p>What?</p>]]>", text)) == []


def test_duplicate_idnumbers_count_within_a_category() -> None:
    twice = question("essay") * 2
    found = found_in(f"{HEAD}{twice}</quiz>")
    assert [entry.code for entry in found] == [Code.MOODLE_DROPPED] and "occurs twice" in found[0].message
    other = '<question type="category"><category><text>B</text></category></question>'
    assert found_in(f"{HEAD}{question('essay')}{other}{question('essay')}</quiz>") == []


def test_line_numbers_beyond_65535() -> None:
    data = f"{HEAD}{question('essay').replace('q-1', 'q-0')}{chr(10) * 70_000}{question('essay').replace('>1<', '>abc<')}</quiz>"
    (found,) = found_in(data)
    assert found.span is not None
    assert found.span.start_line == data[: data.index("abc")].count("\n") + 1
