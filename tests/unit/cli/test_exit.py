"""A command ends with its status and all its output, whatever became of the streams."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize(
    ("redirected", "status"),
    [("--help >&-", 0), ("--help 2>&-", 0), ("--help >&- 2>&-", 0), ("nonsense 2>&-", 2), ("schema | head -c 1", 0)],
)
def test_closed_streams(redirected: str, status: int) -> None:
    command = f'"$0" -m qticonv {redirected}'
    done = subprocess.run(["sh", "-c", command, sys.executable], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (status, "")


def test_long_output_arrives_whole() -> None:
    command = [sys.executable, "-m", "qticonv", "schema"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout.startswith("{\n")
    assert done.stdout.endswith("}\n")
