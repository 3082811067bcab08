"""Every example gives the bank and the outputs that stand beside it, and they are right before they are stored."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from qticonv import api
from qticonv.diagnostics import Severity
from qticonv.formats import FORMATS, format_named
from qticonv.model import Source
from qticonv.model.options import CheckOptions
from qticonv.pipeline import Conversion

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
TEXTS = sorted(path for path in EXAMPLES.glob("*.txt") if not path.name.endswith(".gift.txt"))
TARGETS = tuple(entry.name for entry in FORMATS if entry.write)


def converted(path: Path) -> Conversion:
    """Convert an example with its answers, if it has some."""
    answers = path.with_suffix(".answers.yaml")
    return api.convert(api.prepare(path, answers=answers if answers.exists() else None), TARGETS)


def content(data: bytes) -> dict[str, bytes]:
    """Return what an output holds: zip members by name (compressors differ between platforms), or the bytes."""
    if not data.startswith(b"PK"):
        return {"": data}
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_example_gives_what_stands_beside_it(path: Path, request: pytest.FixtureRequest) -> None:
    conversion = converted(path)
    assert len(conversion.artifacts) == len(TARGETS)
    for artifact in conversion.artifacts:
        check = format_named(artifact.target).check
        assert check is not None
        found = check(Source(artifact.suffix, artifact.data), CheckOptions())
        assert [one for one in found if one.severity is Severity.ERROR] == []
        stored = path.with_name(f"{path.stem}{artifact.suffix}")
        if request.config.getoption("--update-goldens"):
            stored.write_bytes(artifact.data)
        assert content(stored.read_bytes()) == content(artifact.data)


def test_the_seed_arrives_whole() -> None:
    path = EXAMPLES / "security-dilemma.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    explanations = [lines[number - 1] for number in (6, 13, 19, 25, 30)]
    model = lines[28].removeprefix("Model answer: ")
    for artifact in converted(path).artifacts:
        assert (artifact.written, artifact.withheld) == (5, 0)
        text = b"\n".join(content(artifact.data).values()).decode("utf-8")
        text = text.replace("\\:", ":").replace("&#x27;", "'").replace("&#39;", "'").replace("&apos;", "'")
        text = " ".join(text.replace("''", "'").split())
        for wanted in (*explanations, model):
            assert " ".join(wanted.split()) in text, artifact.target


def test_the_seed_without_answers_withholds_what_is_not_known() -> None:
    prepared = api.prepare(EXAMPLES / "security-dilemma.txt", accept_keys=None)
    conversion = api.convert(prepared, ["qti21", "moodle", "gift"])
    assert [(artifact.written, artifact.withheld) for artifact in conversion.artifacts] == [(3, 2)] * 3
    missing = [found for found in conversion.diagnostics if found.code.slug == "key-missing"]
    assert [(found.span.start_line, found.span.end_line) for found in missing if found.span] == [(1, 6), (7, 13)]
