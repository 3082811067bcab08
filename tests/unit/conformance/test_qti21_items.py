"""One seeded defect each: what the official schema does not see, the referential layer does, with the line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import banks
import pytest
from qti_engine import document

from qticonv.conformance.qti21 import check
from qticonv.diagnostics import Code, Diagnostic, Severity
from qticonv.model import Scoring, Source
from qticonv.model.options import CheckOptions

SINGLE = document(banks.single_choice()).decode()
STRICT = document(banks.multiple_choice(Scoring.ALL_OR_NOTHING)).decode()
PARTIAL = document(banks.multiple_choice()).decode()
SHORT = document(banks.text_entry()).decode()
NUMBER = document(banks.numeric_entry()).decode()
MATCH = document(banks.match()).decode()
ORDER = document(banks.order()).decode()
ESSAY = document(banks.essay()).decode()
GAPS = document(banks.gaps()).decode()

HEAD = (
    '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i" title="t" adaptive="false" '
    'timeDependent="false">\n'
)
TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/"
CHOICE = (
    '<itemBody><choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="1">'
    '<simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b</simpleChoice></choiceInteraction>'
    "</itemBody>\n"
)
SCORE = '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>\n'


def templated(template: str, response: str, name: str = "RESPONSE", outcomes: str = SCORE) -> str:
    declaration = f'<responseDeclaration identifier="{name}" cardinality="single" baseType="identifier">{response}'
    body = CHOICE.replace("RESPONSE", name)
    return (
        f"{HEAD}{declaration}</responseDeclaration>\n{outcomes}{body}"
        f'<responseProcessing template="{TEMPLATES}{template}"/>\n</assessmentItem>'
    )


KEY = "<correctResponse><value>A</value></correctResponse>"
GAP_MATCH = (
    f'{HEAD}<responseDeclaration identifier="RESPONSE" cardinality="multiple" baseType="directedPair">'
    f"<correctResponse><value>W1 G1</value></correctResponse></responseDeclaration>\n{SCORE}<itemBody>"
    '<gapMatchInteraction responseIdentifier="RESPONSE" shuffle="true">'
    '<gapText identifier="W1" matchMax="1">w</gapText><p><gap identifier="G1"/></p></gapMatchInteraction></itemBody>\n'
    "<responseProcessing><responseCondition><responseIf>"
    '<match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>'
    '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>'
    "</responseIf></responseCondition></responseProcessing></assessmentItem>"
)


@dataclass(frozen=True, slots=True)
class Defect:
    """A right document, what is replaced in it, and the code that must say so."""

    base: str
    old: str
    new: str
    code: Code
    severity: Severity = Severity.ERROR

    def seeded(self) -> bytes:
        assert self.old in self.base
        return self.base.replace(self.old, self.new, 1).encode()


E, W = Severity.ERROR, Severity.WARNING
TOLERANT = '<equal toleranceMode="absolute"><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></equal>'
DEFECTS: dict[str, Defect] = {
    "two choices of one identifier": Defect(
        SINGLE, '<simpleChoice identifier="RESPONSE_3"', '<simpleChoice identifier="RESPONSE_4"', Code.QTI_DUPLICATE
    ),
    "two associable choices of one identifier": Defect(
        MATCH, 'simpleAssociableChoice identifier="S2"', 'simpleAssociableChoice identifier="S1"', Code.QTI_DUPLICATE
    ),
    "a variable declared twice": Defect(
        SINGLE, 'outcomeDeclaration identifier="MAXSCORE"', 'outcomeDeclaration identifier="SCORE"', Code.QTI_DUPLICATE
    ),
    "a variable called like a built-in one": Defect(
        SINGLE, 'Declaration identifier="FEEDBACK_1"', 'Declaration identifier="duration"', Code.QTI_DUPLICATE
    ),
    "a correct response that names no choice": Defect(
        SINGLE, "<value>RESPONSE_2</value>", "<value>RESPONSE_9</value>", Code.QTI_KEY
    ),
    "a correct value of a multiple response that names no choice": Defect(
        STRICT, "<value>RESPONSE_4</value>", "<value>B</value>", Code.QTI_KEY
    ),
    "a correct value twice": Defect(STRICT, "<value>RESPONSE_4</value>", "<value>RESPONSE_1</value>", Code.QTI_KEY),
    "a pair that names no choice": Defect(MATCH, "<value>S1 T", "<value>S9 T", Code.QTI_KEY),
    "a map key that names no choice": Defect(PARTIAL, 'mapKey="RESPONSE_3"', 'mapKey="RESPONSE_9"', Code.QTI_KEY),
    "a map key twice": Defect(PARTIAL, 'mapKey="RESPONSE_3"', 'mapKey="RESPONSE_4"', Code.QTI_DUPLICATE),
    "a mapped pair that names no choice": Defect(MATCH, 'mapKey="S1 T', 'mapKey="S9 T', Code.QTI_KEY),
    "several correct values on a single response": Defect(
        SHORT, "<value>Canberra</value>", "<value>Canberra</value><value>Sydney</value>", Code.QTI_KEY
    ),
    "the template match_correct without a correct response": Defect(
        templated("match_correct", KEY), KEY, "", Code.QTI_KEY
    ),
    "the template map_response without a mapping": Defect(
        templated("match_correct", KEY), "match_correct", "map_response", Code.QTI_KEY
    ),
    "the template map_response_point without an area mapping": Defect(
        templated("match_correct", KEY), "match_correct", "map_response_point", Code.QTI_KEY
    ),
    "a template with a response that is not called RESPONSE": Defect(
        templated("match_correct", KEY, "ANSWER"), 'shuffle="true"', 'shuffle="false"', Code.QTI_REFERENCE
    ),
    "a template without SCORE": Defect(
        templated("match_correct", KEY),
        'outcomeDeclaration identifier="SCORE"',
        'outcomeDeclaration identifier="POINTS"',
        Code.QTI_REFERENCE,
    ),
    "a template together with rules": Defect(
        SINGLE,
        "<responseProcessing>",
        f'<responseProcessing template="{TEMPLATES}match_correct">',
        Code.QTI_PORTABILITY,
        W,
    ),
    "a correct expression without a correct response": Defect(
        STRICT,
        "<correctResponse><value>RESPONSE_1</value><value>RESPONSE_4</value></correctResponse>",
        "",
        Code.QTI_KEY,
    ),
    "mapResponse without a mapping": Defect(
        STRICT, '<correct identifier="RESPONSE"/>', '<mapResponse identifier="RESPONSE"/>', Code.QTI_KEY
    ),
    "several choices allowed on a single response": Defect(SINGLE, 'maxChoices="1"', 'maxChoices="0"', Code.QTI_TYPE),
    "one choice allowed on a multiple response": Defect(STRICT, 'maxChoices="0"', 'maxChoices="1"', Code.QTI_KEY),
    "one choice allowed on a multiple response with one key": Defect(
        STRICT.replace("<value>RESPONSE_4</value></c", "</c"), 'maxChoices="0"', 'maxChoices="1"', Code.QTI_TYPE, W
    ),
    "fewer associations than pairs": Defect(MATCH, 'maxAssociations="3"', 'maxAssociations="2"', Code.QTI_KEY),
    "associations left at their default": Defect(MATCH, ' maxAssociations="3"', "", Code.QTI_KEY),
    "an interaction with an undeclared response": Defect(
        SINGLE, 'responseIdentifier="RESPONSE"', 'responseIdentifier="ANSWER"', Code.QTI_REFERENCE
    ),
    "an interaction bound to an outcome": Defect(
        SINGLE, 'responseIdentifier="RESPONSE"', 'responseIdentifier="SCORE"', Code.QTI_REFERENCE
    ),
    "two interactions of one response": Defect(
        GAPS,
        'Interaction responseIdentifier="RESPONSE_3"',
        'Interaction responseIdentifier="RESPONSE_1"',
        Code.QTI_REFERENCE,
    ),
    "an undeclared outcome that is set": Defect(
        SINGLE, 'setOutcomeValue identifier="SCORE"', 'setOutcomeValue identifier="POINTS"', Code.QTI_REFERENCE
    ),
    "a response that is set": Defect(
        SINGLE, 'setOutcomeValue identifier="FEEDBACK_1"', 'setOutcomeValue identifier="RESPONSE"', Code.QTI_REFERENCE
    ),
    "an undeclared variable in an expression": Defect(
        SINGLE, '<variable identifier="MAXSCORE"/>', '<variable identifier="MAXIMUM"/>', Code.QTI_REFERENCE
    ),
    "an undeclared outcome of a feedback": Defect(
        SINGLE, 'outcomeIdentifier="FEEDBACK_1"', 'outcomeIdentifier="FEEDBACK_9"', Code.QTI_REFERENCE
    ),
    "a choice interaction with a response of strings": Defect(
        SINGLE, 'cardinality="single" baseType="identifier"', 'cardinality="single" baseType="string"', Code.QTI_TYPE
    ),
    "a match interaction with a response of identifiers": Defect(
        MATCH, 'baseType="directedPair"', 'baseType="pair"', Code.QTI_TYPE
    ),
    "an order interaction with a multiple response": Defect(
        ORDER, 'cardinality="ordered"', 'cardinality="multiple"', Code.QTI_TYPE
    ),
    "a text entry with a multiple response": Defect(
        SHORT, '"RESPONSE" cardinality="single"', '"RESPONSE" cardinality="multiple"', Code.QTI_TYPE
    ),
    "an essay with a response of identifiers": Defect(
        ESSAY, 'baseType="string"', 'baseType="identifier"', Code.QTI_TYPE
    ),
    "a pair the wrong way round": Defect(MATCH, "<value>S1 T3</value>", "<value>T3 S1</value>", Code.QTI_KEY),
    "a gap pair the wrong way round": Defect(GAP_MATCH, "W1 G1", "G1 W1", Code.QTI_KEY),
    "a decimal comma": Defect(NUMBER, "<value>3.14</value>", "<value>3,14</value>", Code.QTI_KEY),
    "a decimal comma in a constant": Defect(NUMBER, ">3.13<", ">3,13<", Code.QTI_TYPE),
    "a default that is not of its type": Defect(SINGLE, "<value>0</value>", "<value>none</value>", Code.QTI_KEY),
    "a tolerance mode without a tolerance": Defect(
        NUMBER, '<isNull><variable identifier="RESPONSE"/></isNull>', TOLERANT, Code.QTI_TYPE
    ),
    "SCORE set from an integer": Defect(
        SINGLE, '<variable identifier="MAXSCORE"/>', '<baseValue baseType="integer">1</baseValue>', Code.QTI_TYPE
    ),
    "SCORE set from a sum of integers": Defect(
        SINGLE,
        '<variable identifier="MAXSCORE"/>',
        '<sum><baseValue baseType="integer">1</baseValue><baseValue baseType="integer">1</baseValue></sum>',
        Code.QTI_TYPE,
    ),
    "SCORE declared as an integer": Defect(
        SINGLE,
        '"SCORE" cardinality="single" baseType="float"',
        '"SCORE" cardinality="single" baseType="integer"',
        Code.QTI_PORTABILITY,
        W,
    ),
    "a feedback identifier that no rule sets": Defect(
        SINGLE, 'identifier="general_fb" showHide', 'identifier="general_f" showHide', Code.QTI_FEEDBACK
    ),
    "a rule that sets another identifier": Defect(
        SINGLE, ">feedback_1_fb</baseValue>", ">feedback_one</baseValue>", Code.QTI_FEEDBACK
    ),
    "FEEDBACK of another cardinality": Defect(
        SHORT, '"FEEDBACK" cardinality="multiple"', '"FEEDBACK" cardinality="single"', Code.QTI_TYPE
    ),
    "FEEDBACK of another base type": Defect(
        SINGLE,
        '"FEEDBACK_1" cardinality="single" baseType="identifier"',
        '"FEEDBACK_1" cardinality="single" baseType="string"',
        Code.QTI_TYPE,
    ),
    "an ordered FEEDBACK": Defect(
        SHORT, '"FEEDBACK" cardinality="multiple"', '"FEEDBACK" cardinality="ordered"', Code.QTI_TYPE
    ),
    "a feedback outcome without a default": Defect(
        SINGLE,
        '"FEEDBACKGENERAL" cardinality="single" baseType="identifier"><defaultValue><value>none</value></defaultValue>',
        '"FEEDBACKGENERAL" cardinality="single" baseType="identifier">',
        Code.QTI_PORTABILITY,
        W,
    ),
    "match compares an identifier with a string": Defect(
        SINGLE, '<baseValue baseType="identifier">RESPONSE_1', '<baseValue baseType="string">RESPONSE_1', Code.QTI_TYPE
    ),
    "match compares a multiple with a single value": Defect(
        STRICT,
        '<correct identifier="RESPONSE"/>',
        '<baseValue baseType="identifier">RESPONSE_1</baseValue>',
        Code.QTI_TYPE,
    ),
    "match compares floats": Defect(
        NUMBER,
        '<isNull><variable identifier="RESPONSE"/></isNull>',
        '<match><variable identifier="RESPONSE"/><baseValue baseType="float">1</baseValue></match>',
        Code.QTI_TYPE,
        W,
    ),
    "gte compares identifiers": Defect(
        NUMBER,
        '<baseValue baseType="float">3.13</baseValue>',
        '<baseValue baseType="identifier">a</baseValue>',
        Code.QTI_TYPE,
    ),
    "member in a single value": Defect(
        STRICT, '"RESPONSE" cardinality="multiple"', '"RESPONSE" cardinality="single"', Code.QTI_TYPE
    ),
    "no maxChoices": Defect(SINGLE, ' maxChoices="1"', "", Code.QTI_PORTABILITY, W),
    "no shuffle": Defect(SINGLE, ' shuffle="true"', "", Code.QTI_PORTABILITY, W),
    "a schemaLocation that names more than QTI": Defect(
        SINGLE,
        '/imsqti_v2p1.xsd"',
        '/imsqti_v2p1.xsd http://www.w3.org/1998/Math/MathML mathml2.xsd"',
        Code.QTI_PORTABILITY,
        W,
    ),
    "no SCORE": Defect(
        templated("custom", KEY, outcomes=""), 'shuffle="true"', 'shuffle="false"', Code.QTI_PORTABILITY, W
    ),
    "the wrong root": Defect(SINGLE.replace("assessmentItem", "item"), "<item", "<item", Code.QTI_STRUCTURE),
    "no namespace": Defect(SINGLE, ' xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"', "", Code.QTI_STRUCTURE),
}
# What the official schema does see as well (an xs:ID that stands twice, enumerations) or is about to refuse anyway.
SEEN_BY_THE_SCHEMA = {"the wrong root", "no namespace"}


def found(data: bytes, directory: Path | None = None) -> list[Diagnostic]:
    findings = check(Source("item.xml", data), CheckOptions(xsd_directory=directory))
    return [finding for finding in findings if finding.target != "canvas"]


@pytest.mark.parametrize(
    "base",
    [SINGLE, STRICT, PARTIAL, SHORT, NUMBER, MATCH, ORDER, ESSAY, GAPS, GAP_MATCH, templated("match_correct", KEY)],
)
def test_the_documents_that_defects_are_seeded_in_are_right(base: str) -> None:
    assert found(base.encode()) == []


@pytest.mark.parametrize("name", DEFECTS)
def test_a_seeded_defect_is_found(name: str) -> None:
    defect = DEFECTS[name]
    hits = [finding for finding in found(defect.seeded()) if finding.code is defect.code]
    assert hits, f"{defect.code.slug} was not found"
    assert defect.severity in {finding.severity for finding in hits}
    assert all(finding.span is not None and finding.span.source == "item.xml" for finding in hits)


@pytest.mark.parametrize("name", sorted(set(DEFECTS) - SEEN_BY_THE_SCHEMA))
def test_the_official_schema_does_not_see_it(name: str, shared: Path) -> None:
    """Otherwise the defect would be none for the referential layer."""
    codes = {finding.code for finding in found(DEFECTS[name].seeded(), shared / "qti-xsd")}
    assert Code.QTI_STRUCTURE not in codes


def test_lines_are_the_documents() -> None:
    data = DEFECTS["a feedback identifier that no rule sets"].seeded()
    line = 1 + data[: data.index(b'identifier="general_f"')].count(b"\n")
    (finding,) = found(data)
    assert finding.span is not None and finding.span.start_line == line
    assert finding.item is not None and finding.item in SINGLE


@pytest.mark.parametrize("folder", ["one-form", "portable"])
def test_samples_that_run_in_four_engines_are_right(folder: str, shared: Path) -> None:
    for path in sorted((shared / "qti-patterns" / folder / "items").glob("*.xml")):
        assert [finding.message for finding in found(path.read_bytes())] == [], path.name


def test_other_versions_are_checked_for_what_they_share() -> None:
    later = SINGLE.replace('imsqti_v2p1" xmlns:xsi', 'imsqti_v2p2" xmlns:xsi')
    assert [finding.code for finding in found(later.encode())] == [Code.QTI_UNCHECKED]
    broken = later.replace("<value>RESPONSE_2</value>", "<value>RESPONSE_9</value>")
    assert [finding.code for finding in found(broken.encode())] == [Code.QTI_UNCHECKED, Code.QTI_KEY]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<a", Code.XML_MALFORMED),
        (b"", Code.XML_MALFORMED),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', Code.XML_UNSAFE),
        (b"<a>" * 230 + b"</a>" * 230, Code.XML_UNSAFE),
        (b"<quiz/>", Code.QTI_STRUCTURE),
        (b"<manifest/>", Code.QTI_PACKAGE),
    ],
)
def test_hostile_and_foreign_files(data: bytes, code: Code) -> None:
    assert code in {finding.code for finding in found(data)}


def test_schemas_that_are_not_there_are_named(tmp_path: Path) -> None:
    (finding,) = found(SINGLE.encode(), tmp_path)
    assert finding.code is Code.QTI_SCHEMAS


def test_schemas_that_are_damaged_are_named(tmp_path: Path) -> None:
    path = tmp_path / "www.imsglobal.org/xsd/imsqti_v2p1.xsd"
    path.parent.mkdir(parents=True)
    for text in (
        "<xs:schema",
        "<x/>",
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:include '
        'schemaLocation="http://www.imsglobal.org/nowhere.xsd"/></xs:schema>',
    ):
        path.write_text(text)
        assert [finding.code for finding in found(SINGLE.encode(), tmp_path)] == [Code.QTI_SCHEMAS]
