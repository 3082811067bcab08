"""The fitting script: from a folder of questions to weights that are used, the same every time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from qticonv.keys.features import CONTEXT, DENSE
from qticonv.keys.model import CALIBRATION, WEIGHTS, load

ROOT = Path(__file__).resolve().parents[3]
THINGS = ("copper kettle", "woollen blanket", "paper lantern", "granite boulder", "rubber tyre", "glass marble")
ACTS = (
    "boils water quickly",
    "keeps sleepers warm",
    "glows at night",
    "rolls downhill slowly",
    "grips wet roads",
    "shines",
)


def questions(shift: int) -> list[dict[str, object]]:
    made = []
    for number in range(40):
        picked = [(number + shift + step) % len(THINGS) for step in range(4)]
        key = (number * 7) % 4
        options = [f"The {THINGS[n]} {ACTS[n]}" for n in picked]
        right, wrong = picked[key], picked[(key + 1) % 4]
        text = (
            f"A {THINGS[right]} {ACTS[right]}, as trial {number} showed. It is not the {THINGS[wrong]} that was needed."
        )
        made.append(
            {"question": f"What did trial {number} show?", "options": options, "answer": key, "explanation": text}
        )
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("quizzes")
    for shift, name in enumerate(("okg", "saten")):
        lines = "\n".join(json.dumps(row) for row in questions(shift))
        (path / f"{name}.jsonl").write_text(lines + "\n", encoding="utf-8")
    return path


def fit(folder: Path, out: Path) -> str:
    argv = [sys.executable, str(ROOT / "tools" / "fit_keys.py"), str(folder), "--out", str(out), "--report"]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def test_fit_is_deterministic_and_complete(folder: Path, tmp_path: Path) -> None:
    report = fit(folder, tmp_path / "one.json")
    fit(folder, tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    data = json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))
    assert set(data["ranker"]) == {*DENSE, *CONTEXT}
    assert set(data["calibration"]) == set(CALIBRATION)
    assert [source["file"] for source in data["provenance"]] == ["okg.jsonl", "saten.jsonl"]
    assert "okg                    left out" in report
    assert data["ranker"]["coverage"] > 0


def test_shipped_weights_say_where_they_come_from() -> None:
    data = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    assert all(len(source["sha256"]) == 64 and source["lines"] for source in data["provenance"])
    assert load().ranker == data["ranker"]
    assert len(WEIGHTS.read_bytes()) < 64_000


def test_no_feature_knows_length_or_place_of_a_choice() -> None:
    assert not [name for name in (*DENSE, *CONTEXT, *CALIBRATION) if "length" in name or "position" in name]
