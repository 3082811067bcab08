"""The documentation is right: generated pages are current, examples are understood, commands run."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from qticonv import api
from qticonv.diagnostics import Code, Severity
from qticonv.model import KeySource

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(path: Path, language: str) -> list[str]:
    """Return the fenced blocks of a page in ``language``."""
    return [text for name, text in FENCE.findall(path.read_text(encoding="utf-8")) if name == language]


def test_generated_pages_are_current() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "make_docs.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


STYLES = blocks(ROOT / "docs" / "input-styles.md", "text")


@pytest.mark.parametrize("text", STYLES, ids=lambda text: text.splitlines()[0][:40])
def test_documented_style_is_understood(text: str) -> None:
    prepared = api.prepare(text.encode())
    assert prepared.bank.items
    for item in prepared.bank.items:
        assert item.key is None or item.key.source is KeySource.STATED
    doubts = [found.message for found in prepared.reading.diagnostics if found.severity is not Severity.NOTE]
    assert doubts == []


def commands() -> list[tuple[str, str]]:
    """Return every qticonv command line in the pages, with the page that shows it."""
    found = []
    for path in PAGES:
        for block in blocks(path, "console"):
            lines = (line.removeprefix("$ ").partition("  #")[0].strip() for line in block.splitlines())
            found += [(path.name, line) for line in lines if "qticonv " in line and not line.startswith("pip")]
    return found


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the pages speak of."""
    folder = tmp_path_factory.mktemp("files")
    example = ROOT / "examples" / "security-dilemma.txt"
    shutil.copy(example, folder / "quiz.txt")
    shutil.copy(example, folder / "sample.txt")
    answers = (ROOT / "examples" / "security-dilemma.answers.yaml").read_text(encoding="utf-8")
    (folder / "quiz.answers.yaml").write_text(answers, encoding="utf-8")
    lettered = next(text for text in STYLES if "Answer: B\nExplanation" in text)
    for name in ("bank/a.txt", "bank/deep/b.txt", "week1/c.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(lettered, encoding="utf-8")
    (folder / "known.json").write_text('{"version": 1, "findings": []}', encoding="utf-8")
    (folder / "last").write_text("", encoding="utf-8")
    (folder / "export").mkdir()
    shutil.copy(ROOT / "examples" / "security-dilemma.qti21.zip", folder / "export" / "quiz.zip")
    shutil.copy(ROOT / "examples" / "security-dilemma.moodle.xml", folder / "questions.moodle.xml")
    layout = subprocess.run(
        [sys.executable, "-m", "qticonv", "parse", "bank/a.txt", "--print-layout"],
        cwd=folder,
        capture_output=True,
        check=True,
    )
    (folder / "exams.layout.yaml").write_bytes(layout.stdout)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(("page", "line"), commands(), ids=lambda value: value)
def test_documented_command_runs(page: str, line: str, template: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(template, tmp_path / "files")
    placeholders = {"FILE…": "quiz.txt", "FILE": "quiz.txt", "CODE": "key-missing"}
    line = " ".join(placeholders.get(word, word) for word in line.split(" "))
    script = line.replace("qticonv ", f"{shlex.quote(sys.executable)} -m qticonv ")
    done = subprocess.run(
        ["sh", "-c", script], cwd=folder, input="q", capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    assert "error[internal]" not in done.stderr


RAW_EXAMPLES = [code for code in Code if code.value.example]


@pytest.mark.parametrize("code", RAW_EXAMPLES, ids=lambda code: code.slug)
def test_example_of_a_code_provokes_it(code: Code, tmp_path: Path) -> None:
    path = tmp_path / "example.txt"
    path.write_text(code.value.example, encoding="utf-8")
    report = tmp_path / "report.json"
    slugs = set()
    for command in (["convert", "-o", str(tmp_path / "out")], ["check"]):
        run = [sys.executable, "-m", "qticonv", command[0], str(path), *command[1:], "--report", str(report)]
        subprocess.run(run, capture_output=True, check=False)
        slugs |= set(re.findall(r'"code": "([\w-]+)"', report.read_text(encoding="utf-8")))
    assert code.slug in slugs
