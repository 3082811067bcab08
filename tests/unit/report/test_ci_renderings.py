"""What CI systems are told: each rendering is read back with the rules of the service that reads it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from qticonv.diagnostics import Code, Diagnostic, Severity, SourceSpan
from qticonv.report.github import to_github
from qticonv.report.junit import to_junit
from qticonv.report.sarif import to_sarif

Files = Sequence[tuple[str, Sequence[Diagnostic]]]

texts = st.text(st.characters(), max_size=30)
names = st.sampled_from(["quiz.xml", "a folder/naïve % quiz.zip", "deep/er/quiz,1.gift.txt"])


@st.composite
def spans(draw: st.DrawFn, name: str) -> SourceSpan:
    source = draw(st.sampled_from([name, f"{name}/items/a.xml"]))
    line, start = draw(st.integers(1, 50)), draw(st.none() | st.integers(0, 9))
    end = None if start is None else start + draw(st.integers(0, 5))
    return SourceSpan(source, line, line + draw(st.integers(0, 3)), start, end)


@st.composite
def checked(draw: st.DrawFn) -> tuple[str, list[Diagnostic]]:
    name = draw(names)
    finding = st.builds(
        Diagnostic,
        code=st.sampled_from(Code),
        message=texts,
        severity=st.sampled_from(Severity),
        hint=st.none() | texts,
        item=st.none() | texts,
        span=st.none() | spans(name),
    )
    return name, draw(st.lists(finding, max_size=4))


def assert_github_takes(log: dict[str, Any]) -> None:
    """Assert what GitHub's code scanning needs of a SARIF file, and what SARIF 2.1.0 demands of these parts."""
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "qticonv"
    rules = driver["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert len(rule["name"]) <= 255
        assert all(rule[part]["text"] for part in ("shortDescription", "fullDescription", "help"))
        assert len(rule["shortDescription"]["text"]) <= 1024
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
    for result in run["results"]:
        assert_result(result, rules)


def assert_result(result: dict[str, Any], rules: list[dict[str, Any]]) -> None:
    """Assert that a result names its rule and stands at a relative place with lines and columns from 1."""
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert result["level"] in ("error", "warning", "note")
    assert isinstance(result["message"]["text"], str)
    (location,) = result["locations"]
    place = location["physicalLocation"]
    uri = place["artifactLocation"]["uri"]
    assert re.fullmatch(r"(?:[\w.~/!$&'()*+,;=@-]|%[0-9A-F]{2})+", uri, re.ASCII), "an RFC 3986 relative reference"
    assert urlsplit(uri).scheme == ""
    assert not PurePosixPath(unquote(uri)).is_absolute()
    region = place["region"]
    assert 1 <= region["startLine"] <= region.get("endLine", region["startLine"])
    if "endColumn" in region:
        assert 1 <= region["startColumn"] <= region["endColumn"]
    assert re.fullmatch(r"[0-9a-f]+:\d+", result["partialFingerprints"]["primaryLocationLineHash"])


@settings(deadline=None, max_examples=60)
@given(st.lists(checked(), max_size=3))
def test_sarif_holds_every_finding_in_the_form_that_github_takes(files: Files) -> None:
    log = json.loads(to_sarif(files))
    assert_github_takes(log)
    results = log["runs"][0]["results"]
    assert [(result["ruleId"], result["level"]) for result in results] == [
        (found.code.slug, found.severity.value) for _, diagnostics in files for found in diagnostics
    ]
    prints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]
    assert len(set(prints)) == len(prints)


ESCAPES = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}


def unescaped(text: str) -> str:
    """Undo the escapes of a workflow command."""
    return re.sub("|".join(ESCAPES), lambda found: ESCAPES[found.group()], text)


def read_command(line: str) -> tuple[str, dict[str, str], str]:
    """Read a workflow command as the runner does (actions/runner, ActionCommand.cs)."""
    command, _, data = line.removeprefix("::").partition("::")
    level, _, listed = command.partition(" ")
    properties = dict(pair.split("=", 1) for pair in listed.split(","))
    return level, {key: unescaped(value) for key, value in properties.items()}, unescaped(data)


@settings(deadline=None, max_examples=60)
@given(st.lists(checked(), max_size=3))
def test_github_commands_are_one_line_each_and_read_back(files: Files) -> None:
    text = to_github(files)
    expected = [(name, found) for name, diagnostics in files for found in diagnostics]
    lines = text.split("\n")[:-1]
    assert len(lines) == len(expected)
    for line, (name, found) in zip(lines, expected, strict=True):
        level, properties, message = read_command(line)
        assert level == {"error": "error", "warning": "warning", "note": "notice"}[found.severity.value]
        assert properties["file"] == name
        assert properties["title"] == found.code.slug
        assert ("line" in properties) is (found.span is not None and found.span.source == name)
        assert message.startswith("items/a.xml:") is (found.span is not None and found.span.source != name)
        assert message.partition("\n")[0].isprintable() or not found.message


@settings(deadline=None, max_examples=60)
@given(st.lists(checked(), max_size=3), st.booleans())
def test_junit_counts_the_files_that_fail(files: Files, strict: bool) -> None:
    suite = ElementTree.fromstring(to_junit(files, suite="check", strict=strict).encode("utf-8", "replace"))
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    fails = [any(found.severity in failing for found in diagnostics) for _, diagnostics in files]
    assert [case.find("failure") is not None for case in suite] == fails
    assert (suite.get("tests"), suite.get("failures")) == (str(len(files)), str(sum(fails)))


def spoil(package: Path, out: Path) -> str:
    """Copy a package with its first item cut off after two lines; return the item's path."""
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(out, "w") as new:
        item = next(name for name in old.namelist() if name.startswith("items/"))
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, b"\n".join(data.split(b"\n")[:2]) if name == item else data)
    return item


def test_sarif_of_a_member_of_a_package_and_of_a_line(tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    examples = Path(__file__).parents[3] / "examples"
    item = spoil(examples / "security-dilemma.qti21.zip", tmp_path / "export" / "week 1.zip")
    (tmp_path / "broken.xml").write_text('<?xml version="1.0"?>\n<quiz>\n<question></quiz>\n', encoding="utf-8")
    command = ["check", "export/week 1.zip", "broken.xml", "-f", "qti21", "--format", "sarif"]
    done = subprocess.run(
        [sys.executable, "-m", "qticonv", *command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    log = json.loads(done.stdout)
    assert_github_takes(log)
    errors = [result for result in log["runs"][0]["results"] if result["level"] == "error"]
    places = [result["locations"][0]["physicalLocation"] for result in errors]
    found = {(place["artifactLocation"]["uri"], place["region"]["startLine"]) for place in places}
    assert found == {("export/week%201.zip", 1), ("broken.xml", 3)}
    assert re.match(rf"{re.escape(item)}:\d+: ", errors[0]["message"]["text"])
