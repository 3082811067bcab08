"""The CI examples of the documentation work: hooks run in pre-commit, scripts of the pipelines in a shell."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
PRE_COMMIT, GITHUB, GITLAB = map(yaml.safe_load, re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
BIN = Path(sys.executable).parent
BAD = '<quiz><question type="multichoice"><name><text>a</text></name></question></quiz>'


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """A folder with a good Moodle XML file, and one of our GIFT files."""
    folder = tmp_path / "exports"
    folder.mkdir()
    shutil.copy(ROOT / "examples" / "security-dilemma.moodle.xml", folder / "quiz.xml")
    shutil.copy(ROOT / "examples" / "security-dilemma.gift.txt", folder)
    return folder


def shell(lines: list[str], folder: Path) -> int:
    """Run the lines as a CI runner does; the installation was done already."""
    script = "\n".join(line for line in lines if line != "pip install qticonv")
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    command = ["bash", "-e", "-o", "pipefail", "-c", script]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False).returncode


def github_runs() -> list[str]:
    return [step["run"] for step in GITHUB["jobs"]["check"]["steps"] if "run" in step]


def test_every_step_of_the_github_example_runs_or_uses_an_action() -> None:
    steps = GITHUB["jobs"]["check"]["steps"]
    assert all(("run" in step) != ("uses" in step) for step in steps)
    assert all(re.fullmatch(r"[\w-]+/[\w/-]+@v\d+", step["uses"]) for step in steps if "uses" in step)
    (upload,) = (step for step in steps if "upload-sarif" in step.get("uses", ""))
    assert upload["with"]["sarif_file"] == "findings.sarif"
    assert upload["if"] == "always()"
    assert GITHUB["permissions"]["security-events"] == "write"


@pytest.mark.parametrize("bad", [False, True])
def test_github_example(exports: Path, bad: bool) -> None:
    if bad:
        (exports / "bad.xml").write_text(BAD, encoding="utf-8")
    install, annotate, scan = github_runs()
    assert install == "pip install qticonv"
    assert shell([annotate], exports.parent) == int(bad)
    assert shell([scan], exports.parent) == 0, "the upload must follow"
    results = json.loads((exports.parent / "findings.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    assert any(result["level"] == "error" for result in results) is bad


@pytest.mark.parametrize("bad", [False, True])
def test_gitlab_example(exports: Path, bad: bool) -> None:
    if bad:
        (exports / "bad.xml").write_text(BAD, encoding="utf-8")
    job = GITLAB["quizzes"]
    assert shell(job["script"], exports.parent) == int(bad)
    assert job["artifacts"]["when"] == "always"
    suite = ElementTree.parse(exports.parent / job["artifacts"]["reports"]["junit"]).getroot()
    assert (suite.get("tests"), suite.get("failures")) == (("3", "1") if bad else ("2", "0"))


def pre_commit(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run pre-commit with a cache and a git configuration of its own."""
    environment = {
        **os.environ,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(cwd / ".cache"),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    command = [sys.executable, "-m", "pre_commit", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_the_hook_definition_is_valid(tmp_path: Path) -> None:
    done = pre_commit("validate-manifest", str(ROOT / ".pre-commit-hooks.yaml"), cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(PRE_COMMIT), encoding="utf-8")
    assert pre_commit("validate-config", "config.yaml", cwd=tmp_path).returncode == 0
    assert [hook["id"] for hook in PRE_COMMIT["repos"][0]["hooks"]] == [HOOK["id"]]


def run_hook(folder: Path, overrides: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """Run the hook on a repository: as a local one, so that the program under test runs and none is fetched."""
    hook = {**HOOK, **overrides, "language": "system"}
    config = {"repos": [{"repo": "local", "hooks": [hook]}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    subprocess.run(["git", "add", "exports", "notes.txt"], cwd=folder, check=True)
    return pre_commit("run", "--all-files", cwd=folder)


def test_the_hook_passes_good_files_and_stops_bad_ones(exports: Path) -> None:
    folder = exports.parent
    (folder / "notes.txt").write_text("not for the hook\n", encoding="utf-8")
    documented = {key: value for key, value in PRE_COMMIT["repos"][0]["hooks"][0].items() if key != "id"}
    for overrides in ({}, documented):
        done = run_hook(folder, overrides)
        assert done.returncode == 0, done.stdout
        assert "Passed" in done.stdout
    (exports / "bad.xml").write_text(BAD, encoding="utf-8")
    done = run_hook(folder, documented)
    assert done.returncode == 1
    assert "exports/bad.xml:1: error[moodle-" in done.stdout
