"""The wheel and the editable installation hold all that the program needs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROBE = (
    "import sys, qticonv, qticonv.schemas; from qticonv.cli.root import run; "
    "print(qticonv.__file__, file=sys.stderr); sys.exit(run(['schema']))"
)


def run_probe(pythonpath: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Print the schema with the package found on ``pythonpath``."""
    return subprocess.run(
        [sys.executable, "-c", PROBE],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": pythonpath},
        capture_output=True,
        text=True,
        check=True,
    )


def test_editable_installation_finds_the_schemas(tmp_path: Path) -> None:
    done = run_probe("", tmp_path)
    assert Path(done.stderr.strip()).is_relative_to(ROOT)
    assert json.loads(done.stdout)["$id"]


@pytest.mark.slow
def test_wheel_from_a_clean_tree_works_elsewhere(tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if not listed:
        pytest.skip("not a git checkout: what belongs to a clean tree is not known")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (clean / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, clean / name)
    python = [sys.executable, "-m"]
    build = [*python, "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist"), str(clean)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    elsewhere = tmp_path / "elsewhere"
    install = [*python, "pip", "install", "--no-deps", "--no-index", "--target", str(elsewhere), str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    done = run_probe(str(elsewhere), tmp_path)
    assert Path(done.stderr.strip()).is_relative_to(elsewhere)
    assert json.loads(done.stdout)["$id"]
