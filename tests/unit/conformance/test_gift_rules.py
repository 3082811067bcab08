"""Every rule by which Moodle refuses a GIFT file, loses questions or changes them: one seeded defect each.

The facts were found by importing such files into Moodle 4.2 and 4.5.
"""

# ruff: noqa: E501 - a rule is one line

from __future__ import annotations

import pytest

from qticonv.conformance.gift import check, detect
from qticonv.diagnostics import Code, Diagnostic
from qticonv.model import Source
from qticonv.model.options import CheckOptions


def found_in(data: str | bytes, name: str = "x.txt") -> list[Diagnostic]:
    return list(check(Source(name, data.encode() if isinstance(data, str) else data), CheckOptions()))


GOOD = {
    "single choice": "::Tomb::[html]Who lies in Grant's tomb?{\n=[html]Grant#Yes\n~%50%[html]Nobody\n~Jefferson#No\n####All of it}",
    "several answers": "Which are even?{\n~%50%two\n~%50%four\n~%-100%three\n}",
    "one right of several": "Which are even?{~%100%two ~%-50%three}",
    "one line": "::a::Who?{~Grant~Jefferson =no one}",
    "a doubled mark": "Who?{~Grant~=Jefferson}",
    "true": "Grant was president.{TRUE#wrong#right####general}",
    "false": "::x::Grant lives.{F}",
    "short answer": "Capital of France?{=%100%Paris#yes =%50%Lyon#half =%0%*#no}",
    "short answer that is a letter": "Which note follows E?{=%100%F}",
    "bare short answer": "Arrow?{a->b#yes}",
    "two short answers": "Who?{=no one =nobody}",
    "numerical": "Pi?{#=%100%3.14:0.005#yes =%50%3:0.2 ~#no}",
    "range": "One to five?{#1..5}",
    "number": "Year?{#1822}",
    "zero": "Nothing?{#=0:0}",
    "negative": "Below?{#=-1.5e3:.5}",
    "matching": "Match.{\n=[html]France -> Paris\n=Italy -> Rome\n= -> Lisbon\n####g}",
    "essay": "Write.{}",
    "essay with general feedback": "Write.{####[html]Model}",
    "description": "::Read::[html]Read this\\: it \\{is\\} good.",
    "missing word": "Grant is {~buried =entombed ~living} in the tomb.",
    "escaped formula": "::f::What is \\\\(\\\\frac\\{1\\}\\{2\\}\\\\)?{=half =0.5}",
    "asterisk as text": "Product of a and b?{=a\\\\*b}",
    "category": "$CATEGORY: $course$/top/A//B/C d",
    "comment": "// question 1 [id:q-1] [tag:a] [tag:b\\]c]\n::a::b{=c ~d}",
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_question_is_not_reported(name: str) -> None:
    assert found_in(GOOD[name] + "\n") == []
    assert found_in("\ufeff" + GOOD[name].replace("\n", "\r\n") + "\r\n\r\n" + GOOD["essay"]) == []


# fmt: off
RULES = {
    # --- 2. Limits and cleaning common to both
    "name longer than 255": ("::" + "x" * 256 + "::a{}", Code.MOODLE_CHANGED, "cut to 255", 0),
    "name with <": ("::a<b::a{}", Code.MOODLE_CHANGED, "loses text", 0),
    "idnumber longer than 100": (f"// [id:{'q' * 101}]\n::a::a{{}}", Code.MOODLE_STOPS, "ID number", 0),
    "tag longer than 50": (f"// [tag:{'t' * 51}]\n::a::a{{}}", Code.MOODLE_CHANGED, "longer than 50", 0),
    "weight 33": ("a{\n~%33%b\n~%33%c\n~%33%d}", Code.MOODLE_WEIGHT, "weight 33", 1),
    "weight 37.5": ("a{=b\n~%37.5%c}", Code.MOODLE_WEIGHT, "37.5", 1),
    "no right answer": ("a{~b ~c}", Code.MOODLE_MARKS, "add up to 0", 0),
    "weights that sum to 200": ("a{~%100%b ~%100%c}", Code.MOODLE_MARKS, "add up to 200", 0),
    "short answer without 100": ("a{=%50%b =%50%c}", Code.MOODLE_STOPS, "weight 100", 0),
    "markdown eats math": ("[markdown]\\\\(x\\\\){=b ~c}", Code.MOODLE_CHANGED, "Markdown", 0),
    "plain text shows no math": ("[plain]$$x$${=b ~c}", Code.MOODLE_CHANGED, "plain text", 0),
    # --- 4. Reading
    "missing blank line": ("::a::b{=c ~d}\n::e::f{=g ~h}", Code.GIFT_SEPARATOR, "before ::e::", 1),
    "missing blank line without titles": ("b{=c ~d}\nf{=g ~h}", Code.GIFT_SEPARATOR, "after the answers", 1),
    "missing blank line after the category": ("$CATEGORY: A\n::a::b{}", Code.GIFT_SEPARATOR, "part of its name", 1),
    "missing blank line before the category": ("a{}\n$CATEGORY: A", Code.GIFT_SEPARATOR, "$CATEGORY:", 1),
    "a line that is 0": ("How many?{\n=1\n=\n0\n}", Code.GIFT_SEPARATOR, "only 0", 3),
    "lone carriage return": ("a{}\n\nb\rc{}", Code.GIFT_SEPARATOR, "carriage return", 2),
    "LaTeX that begins with \\n": ("Is \\(a \\neq b\\)?{T}", Code.GIFT_ESCAPE, "\\neq", 0),
    "LaTeX with \\nu": ("Is \\(\\nu\\) small?{T}", Code.GIFT_ESCAPE, "\\nu", 0),
    "LaTeX brace": ("Is \\frac{1}{2} small?{T}", Code.GIFT_BRACES, "formula", 0),
    "placeholder": ("a &&058; b{T}", Code.GIFT_ESCAPE, "&&058;", 0),
    "brace in an answer": ("a{=set {b} ~c}", Code.GIFT_BRACES, "hold a {", 0),
    "no closing brace": ("a{=b ~c", Code.GIFT_BRACES, "brace is missing", 0),
    "no opening brace": ("a\n=b ~c}", Code.GIFT_BRACES, "brace is missing", 1),
    "closing before opening": ("a} {=b", Code.GIFT_BRACES, "before {", 0),
    "no braces at all": ("What?\n=right\n~wrong", Code.GIFT_BRACES, "description", 0),
    "URL at the beginning of a line": ("See\n//example.org/a{=b ~c}", Code.GIFT_COMMENT, "taken for a comment", 1),
    "comment that a blank line separates": ("// [id:q-1]\n\n::a::b{}", Code.GIFT_COMMENT, "blank line", 0),
    "tag that ends in a backslash": ("// [tag:a\\] [tag:b]\n::a::b{}", Code.GIFT_COMMENT, "not read", 0),
    "tag with a bracket": ("// [tag:a<b]\n::a::b{}", Code.GIFT_COMMENT, "not read", 0),
    "description with general feedback": ("Read.####Well done", Code.MOODLE_DROPPED, "general feedback", 0),
    "upper-case format": ("[HTML]a{T}", Code.MOODLE_CHANGED, "[HTML]", 0),
    "space before the format of the general feedback": ("a{T#### [html]b}", Code.MOODLE_CHANGED, "white space", 0),
    "title that is not closed": ("::a b{T}", Code.MOODLE_CHANGED, "not closed", 0),
    "lower-case category": ("$category: A", Code.MOODLE_CATEGORY, "upper case", 0),
    "escapes in a category": ("$CATEGORY: A\\: B", Code.MOODLE_CATEGORY, "not resolved", 0),
    "category without a name": ("$CATEGORY: A/ /B", Code.MOODLE_CATEGORY, "without a name", 0),
    "category longer than 255": ("$CATEGORY: " + "x" * 256, Code.MOODLE_STOPS, "longer than 255", 0),
    # --- 4. Per type
    "one choice": ("a{~b}", Code.MOODLE_REFUSES, "two answers", 0),
    "empty choice": ("a{=b\n~\n~c}", Code.MOODLE_DROPPED, "empty", 1),
    "weight after =": ("a{=%50%b ~c}", Code.MOODLE_CHANGED, "weight after =", 0),
    "weight with a plus": ("a{=b\n~%+50%c}", Code.MOODLE_KEY, "%+50%", 1),
    "weight without a zero": ("a{=b\n~%.5%c}", Code.MOODLE_KEY, "%.5%", 1),
    "weight with a comma": ("a{~%33,3%b ~%100%c}", Code.MOODLE_KEY, "%33,3%", 0),
    "text before the answers": ("a{b\n=c ~d}", Code.MOODLE_KEY, "becomes a wrong answer", 0),
    "= in feedback": ("a{=b#since x=1\n~c}", Code.GIFT_ESCAPE, "begins a new answer", 0),
    "= in a tag": ('a{=b ~<a href="x">c</a>}', Code.GIFT_ESCAPE, "begins a new answer", 0),
    "true in lower case": ("a{true}", Code.GIFT_TYPE, "'true'", 0),
    "True": ("a{True#b}", Code.GIFT_TYPE, "'True'", 0),
    "arrow in a short answer": ("a{=b->c}", Code.MOODLE_REFUSES, "one pair", 0),
    "arrow in one of two short answers": ("a{=b->c =d}", Code.MOODLE_REFUSES, "no ->", 0),
    "wildcard": ("a{=*}", Code.MOODLE_KEY, "every response", 0),
    "empty right side": ("a{=b -> c\n=d ->\n=e -> f}", Code.MOODLE_STOPS, "empty", 1),
    "feedback on a pair": ("a{=b -> c#d =e -> f}", Code.MOODLE_CHANGED, "part of the right side", 0),
    "number with a comma": ("a{#3,14}", Code.MOODLE_NUMBER, "accepts every answer", 0),
    "number with a space": ("a{#=1 000:5}", Code.MOODLE_NUMBER, "'1 000:5'", 0),
    "number with a unit": ("a{#5 kg}", Code.MOODLE_NUMBER, "'5 kg'", 0),
    "percentage": ("a{#5%}", Code.MOODLE_NUMBER, "'5%'", 0),
    "fraction": ("a{#=1/2}", Code.MOODLE_NUMBER, "'1/2'", 0),
    "lone 0": ("a{#0}", Code.MOODLE_REFUSES, "lone 0", 0),
    "tolerance missing": ("a{#5:}", Code.MOODLE_REFUSES, "'5:'", 0),
    "tolerance abc": ("a{#5:abc}", Code.MOODLE_REFUSES, "'5:abc'", 0),
    "half a range": ("a{#1..}", Code.MOODLE_REFUSES, "'1..'", 0),
    "ordering": ("a{>2 ALL VERTICAL\nb\nc}", Code.MOODLE_VERSION, "4.4", 0),
}
# fmt: on


@pytest.mark.parametrize("name", RULES)
def test_rule(name: str) -> None:
    bad, code, words, line = RULES[name]
    data = f"::first::[html]fine{{TRUE}}\n\n{bad}\n"
    found = [entry for entry in found_in(data) if entry.code is code and words in entry.message]
    assert found, [(entry.code.slug, entry.message) for entry in found_in(data)]
    assert found[0].span is not None and found[0].target == "gift"
    assert found[0].span.start_line == 3 + line


def test_upload_form_wants_utf_8_and_an_ending() -> None:
    good = "Äpfel?{T}\n"
    assert found_in(good) == found_in(good, "-") == []
    assert [entry.code for entry in found_in(good, "x.gift")] == [Code.MOODLE_UPLOAD]
    assert [entry.code for entry in found_in(good.encode("latin-1"))] == [Code.MOODLE_UPLOAD]
    assert [entry.code for entry in found_in(good.encode("utf-16"))] == [Code.MOODLE_UPLOAD]


@pytest.mark.parametrize("text", ["", "\n\n", "// only a comment\n", "0\n"])
def test_a_file_without_questions(text: str) -> None:
    assert [entry.code for entry in found_in(text)] == [Code.MOODLE_REFUSES]


def test_old_line_ends_are_read_where_there_are_no_others() -> None:
    assert found_in("a{T}\r\rb{F}\r") == []


def test_duplicate_idnumbers_count_within_a_category() -> None:
    one = "// [id:q-1]\n::a::b{T}\n\n"
    assert [entry.code for entry in found_in(one + one)] == [Code.MOODLE_DROPPED]
    assert found_in(f"{one}$CATEGORY: B\n\n{one}") == []


@pytest.mark.parametrize(
    "name", sorted(set(GOOD) - {"bare short answer", "description", "category", "essay", "essay with general feedback"})
)
def test_gift_is_detected(name: str) -> None:
    assert detect(Source("x.txt", GOOD[name].encode()))


@pytest.mark.parametrize(
    "text",
    [
        "1. What is \\(\\frac{1}{2}\\)?\nA. half\nB. third\nAnswer: A\n",
        '{"items": [{"stem": "a = b", "x": {}}]}\n',
        "{\n=a\n}\n",
        "Which set is {1, 2}?\nA. this\nB. that\n",
        "int main() { return 0; }\n",
        "Read the following {text}.\n\nIs it {=} or {~}?\n\nNo quiz.\n\nReally.\n",
        "[html]",
        "Menu: soup {4.50}",
    ],
)
def test_other_texts_are_not_taken_for_gift(text: str) -> None:
    assert not detect(Source("x.txt", text.encode()))


def test_hostile_input_takes_linear_time() -> None:
    for text in (
        "{" * 200_000,
        "=" * 200_000,
        "a{" + "~" * 100_000 + "}",
        "\\" * 200_000,
        "::" * 100_000,
        "#" * 200_000,
    ):
        found_in(text)
        detect(Source("x.txt", text.encode()))
