"""Formats of other tools are recognised by their own marks, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from qticonv.model import Source
from qticonv.readers.decoding import decode
from qticonv.readers.noquiz import no_quiz
from qticonv.readers.recognise import recognise

FOREIGN = [
    ("gift", "::Sky:: What colour is the sky? {=blue ~green ~red}\n"),
    ("gift", "What colour is the sky?{\n=blue\n~green\n}\n"),
    ("gift", "The sky is blue. {T}\n"),
    ("gift", "How many legs has a spider? {#8:0}\n"),
    ("gift", "$CATEGORY: $course$/top/Spiders\n"),
    ("cloze", "The sky is {1:MULTICHOICE:=blue~green} and grass {1:SA:=green}.\n"),
    ("text2qti", "1.  Which are planets?\n[*] Mars\n[ ] Sun\n[*] Venus\n\n2.  Explain.\n____\n"),
    ("text2qti", "Quiz title: Space\n\nGROUP\npick: 1\n\n1.  What is 1+1?\n=   2\nEND_GROUP\n"),
    ("bbq", "MC\tWhich?\tone\tCorrect\ttwo\tIncorrect\nTF\tIs it?\ttrue\n"),
    ("webct", ":TYPE:MC:1:0:C\n:TITLE:Sky\n:QUESTION:H\nWhich?\n:ANSWER1:100:H\nblue\n"),
    (
        "rexams",
        "Question\n========\nWhat?\n\nAnswerlist\n----------\n* a\n* b\n\nMeta-information\n====\nextype: schoice\n",
    ),
    ("rst", ".. mchoice:: q1\n   :answer_a: one\n   :correct: a\n\n   Which?\n"),
    ("latex", "\\documentclass{exam}\n\\begin{document}\n\\begin{questions}\n\\question Which?\n\\end{document}\n"),
    ("json", '[\n  {"question": "Which?",\n   "options": ["a", "b"],\n   "answer": 0\n  }\n]\n'),
    ("json", "const quiz = [\n  {\n    question: 'Which?',\n    options: ['a', 'b'],\n    answer: 'a',\n  },\n];\n"),
    ("yaml", "- question: Which?\n  answers: [a, b]\n  correct: a\n- question: What?\n  answers: [c, d]\n"),
    ("xml", '<?xml version="1.0"?>\n<quiz>\n<question type="essay"/>\n</quiz>\n'),
    ("xml", "<html>\n<body>\n<p>1. Which?</p>\n</body>\n</html>\n"),
    ("rtf", "{\\rtf1\\ansi 1. Which?\\par}\n"),
    ("kahoot", "Question,Answer 1,Answer 2,Answer 3,Answer 4,Time limit,Correct\nWhich?,a,b,c,d,20,1\n"),
    ("brightspace", "NewQuestion,MC,,,\nID,X-1,,,\nQuestionText,Which?,,,\n"),
    (
        "markup",
        "\\item{kind = mc}\n{text = Which?}\n{wrong = a}\n{right = c}\n\n\\item{kind = tf}\n{text = Is it}\n",
    ),
]
FREE = [
    "1. Which?\nA. this {maybe}\nB. that\nAnswer: A\n",
    "1. What does f(x) = {x : x > 0} mean?\nA. a set\nB. a map\nAnswer: A\n",
    "1. What is $\\frac{1}{2}$?\nA. $x_{=}$\nB. $^{T}$\nAnswer: A\n",
    "1. Which is right?\n*a) this\nb) that\n",
    "# Quiz\n\n- [ ] one\n- [x] two\n",
    "<details>\n\n1. Which?\n- A. one\n- B. two\n\n</details>\n",
    "1. What prints this?\nint a[] = {1, 2};\nA. 1\nB. 2\nAnswer: A\n",
    "Question: Which, then?\nAnswer 1: this\nAnswer 2: that\nCorrect: 1\n",
    "Which tag makes a link?\nA) <a>\nB) <link>\nANSWER: A\n",
    "Which is 2:1?,one,two\nWhich is 1:1?,three,four\n",
]


@pytest.mark.parametrize(("name", "text"), FOREIGN)
def test_a_format_of_another_tool_is_named(name: str, text: str) -> None:
    found = recognise(text.splitlines())
    assert found is not None
    assert found.name == name
    assert 1 <= found.line <= len(text.splitlines())
    assert found.label
    assert found.reason
    assert found.remedy


@pytest.mark.parametrize("text", FREE)
def test_free_text_is_let_pass(text: str) -> None:
    assert recognise(text.splitlines()) is None


#: The styles of the evaluation data that belong to other tools, or may be taken for theirs.
TOOLS = ("gift", "text2qti", "bbq", "webct", "rmd", "rst", "moodle", "json", "latex", "custom", "csv", "docx")


def test_no_false_alarm_on_real_files(shared: Path) -> None:
    named = []
    for path in sorted((shared / "corpus" / "files").glob("*/*")):
        decoded = decode(Source(path.name, path.read_bytes()))
        if not path.parent.name.startswith(TOOLS) and recognise(decoded.lines):
            named.append(path.name)
    assert named == []


def test_real_files_of_other_tools_are_recognised(shared: Path) -> None:
    missed = []
    for style in (
        "gift",
        "bbq_tab",
        "webct_text",
        "rmd_exams",
        "rst_mchoice",
        "moodle_cloze",
        "json_in_txt",
        "latex_exam",
    ):
        for path in sorted((shared / "corpus" / "files" / style).iterdir()):
            if not recognise(decode(Source(path.name, path.read_bytes())).lines):
                missed.append(path.name)
    assert missed == []


NOT_A_QUIZ = [
    ("menu", "Lunch\nTomato soup   4.50\nPancakes   6.00\nCoffee   2.20\n", "price"),
    (
        "rules",
        "Rules of the contest\n1. Everyone may take part.\n2. Winners are drawn on Friday.\n"
        "a) Prizes are not paid out.\nb) There is no appeal.\n",
        "nothing that asks",
    ),
    (
        "programming task",
        "Write a queue.\n\nvoid init(int n)\ncalled once, 1 <= n <= 1000\n\nint next(int id)\n"
        "id is between 1 and 10^9 (1 <= id <= 1000000000)\n",
        "programming",
    ),
    (
        "summary",
        "The book tells of a farm.\nThe animals take it over.\nIn the end the pigs rule.\n",
        "no line asks",
    ),
    ("keys alone", "1. b\n2. c\n3. a\n4. d\n", "list of keys"),
]


@pytest.mark.parametrize(("what", "text", "reason"), NOT_A_QUIZ, ids=[row[0] for row in NOT_A_QUIZ])
def test_what_is_no_quiz_is_refused_with_the_reason(what: str, text: str, reason: str) -> None:
    assert reason in (no_quiz(text.splitlines()) or "")


@pytest.mark.parametrize(
    "text",
    [
        "1. Which?\nA. this\nB. that\n",
        "".join(f"The capital of {land} is\nA. Paris\nB. Rome\n" for land in ("France", "Italy", "Spain")),
        "Der Himmel ist\n+ blau\n- rot\n\nGras ist\n+ grün\n- gelb\n",
        "- [ ] one\n- [x] two\n",
        "term\tdefinition\nother\tmore\n",
        "Water boils at ____ degrees.\n",
        "Name three rivers.\nAnswer: Rhine, Danube, Elbe\n",
        "问题一\n答案：对\n",
        "X010\nThe sky is\ngreen\nblue\nred\n",
        "What is the farm called?\n\nIt is called Manor Farm in the beginning, and Animal Farm later.\n",
        "",
    ],
)
def test_what_may_be_a_quiz_is_not_refused(text: str) -> None:
    assert no_quiz(text.splitlines()) is None


def test_no_annotated_file_is_refused(shared: Path) -> None:
    refused = []
    for row in (shared / "corpus" / "GOLD.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        path = shared / "corpus" / row.split("\t")[1]
        lines = decode(Source(path.name, path.read_bytes())).lines
        if lines and not recognise(lines) and no_quiz(lines):
            refused.append(path.name)
    assert refused == []
