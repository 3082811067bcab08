"""Progress: one line that is rewritten on a terminal, plain lines in a log."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pexpect
import pyte
import pytest
from batches import make_sources, run

from qticonv.cli.progress import duration

LINE = r"(\d+)/120 files, [\d.]+/s, \d+ s left, ([01]) with problems"


@pytest.mark.slow
def test_on_a_terminal_one_line_is_rewritten(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "src", 119)
    (sources / "menu.txt").write_text("Soup 4.50\nBread 2.00\n", encoding="utf-8")
    command = ["-m", "qticonv", "batch", "src", "-o", "out", "-t", "qti21", "-j", "1"]
    child = pexpect.spawn(sys.executable, command, cwd=tmp_path, encoding="utf-8", dimensions=(24, 80), timeout=60)
    output = child.read()
    child.close()
    assert child.exitstatus == 1
    shown = [int(done) for done, _ in re.findall(rf"\r\x1b\[K{LINE}", output)]
    assert len(shown) > 1, "it was rewritten on the way"
    assert shown == sorted(shown)
    screen = pyte.Screen(80, 24)
    pyte.Stream(screen).feed(output)
    lines = [line.rstrip() for line in screen.display]
    assert re.fullmatch(LINE.replace(r"(\d+)", "120"), lines[0]), "nothing of the lines before is left"
    assert any(line.startswith("menu.txt") or "not-a-quiz" in line for line in lines[1:])
    assert any(re.fullmatch(r"converted +119", line) for line in lines)


@pytest.mark.slow
def test_an_interrupt_at_the_keyboard_ends_the_line(tmp_path: Path) -> None:
    make_sources(tmp_path / "src", 600)
    command = ["-m", "qticonv", "batch", "src", "-o", "out", "-t", "qti21", "-j", "2"]
    child = pexpect.spawn(sys.executable, command, cwd=tmp_path, encoding="utf-8", dimensions=(24, 80), timeout=60)
    child.expect(r"\d+/600 files")
    child.sendintr()
    rest = child.read()
    child.close()
    assert child.exitstatus == 130
    assert "\nqticonv: interrupted; what was written is complete" in rest
    assert "Traceback" not in rest
    recorded = (tmp_path / "out" / ".qticonv-batch.jsonl").read_text(encoding="utf-8").splitlines()
    assert 0 < len(recorded) < 600


def test_in_a_log_lines_are_plain(tmp_path: Path) -> None:
    make_sources(tmp_path / "src", 3)
    done = run("src", "-o", "out", "-t", "gift", "-j", "1", cwd=tmp_path)
    assert re.match(r"3/3 files, [\d.]+/s, 0 s left, 0 with problems\n", done.stderr)
    assert "\r" not in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "0 s"), (99, "99 s"), (150, "2 min"), (5_400, "90 min"), (36_000, "10.0 h")]
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text
