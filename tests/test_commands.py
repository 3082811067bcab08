"""Commands as a person runs them: each ``tests/commands/*.test`` file is one run with its inputs and all that follows.

Sections start with ``== name``: ``run`` (the arguments after ``qticonv``), ``file NAME``, ``stdin``, ``status``,
``stdout``, ``stderr``, ``written`` (names of the files that were written). ``pytest --update-goldens`` rewrites what
came out.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

CASES = sorted((Path(__file__).parent / "commands").glob("*.test"))
SECTION = re.compile(r"^== (.+)\n", re.MULTILINE)


def sections(text: str) -> dict[str, str]:
    """Split a case into its sections."""
    parts = SECTION.split(text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def execute(case: dict[str, str], folder: Path) -> dict[str, str]:
    """Run the case in ``folder`` and return the sections that say what came of it."""
    given = set()
    for name, content in case.items():
        if name.startswith("file "):
            path = folder / name.removeprefix("file ")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8", newline="")
            given.add(path)
    done = subprocess.run(
        [sys.executable, "-m", "qticonv", *shlex.split(case["run"])],
        cwd=folder,
        input=case.get("stdin", ""),
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "100"},
        check=False,
    )
    written = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p not in given)
    return {
        "status": f"{done.returncode}\n",
        "stdout": done.stdout,
        "stderr": done.stderr,
        "written": "".join(f"{name}\n" for name in written),
    }


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_command(path: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    case = sections(path.read_text(encoding="utf-8"))
    got = execute(case, tmp_path)
    assert "Traceback" not in got["stderr"]
    if request.config.getoption("--update-goldens"):
        inputs = "".join(f"== {name}\n{text}" for name, text in case.items() if name not in got)
        results = "".join(f"== {name}\n{text}" for name, text in got.items() if text)
        path.write_text(inputs + results, encoding="utf-8")
    else:
        assert {name: case.get(name, "") for name in got} == got
