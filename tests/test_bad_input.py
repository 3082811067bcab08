"""Bad inputs: a clear message, the right exit status, nothing lost, no traceback."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

QUIZ = "1. Which planet is the largest?\nA. Mars\nB. Jupiter\nC. Venus\nAnswer: B\nExplanation: Jupiter is larger.\n"


def run(
    folder: Path,
    *arguments: str,
    stdin: bytes = b"",
    limit: Callable[[], None] | None = None,
    env: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run qticonv in ``folder``; whatever the input, there is no traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "qticonv", *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        env={**os.environ, **(env or {})},
        preexec_fn=limit,
        timeout=120,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    return done


def parsed(folder: Path, data: bytes) -> list[dict[str, object]]:
    """Parse ``data`` and return the items."""
    (folder / "quiz.txt").write_bytes(data)
    done = run(folder, "parse", "quiz.txt", "--json")
    items: list[dict[str, object]] = json.loads(done.stdout)["items"]
    return items


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("empty", b"", b"input-empty"),
        ("blank", b" \n\t\n\r\n", b"input-empty"),
        ("binary", bytes(range(256)) * 40, b"input-binary"),
        ("menu", b"Menu\n\nTomato soup   4.50\nPancakes      6.00\nCoffee        2.00\n", b"not-a-quiz"),
        (
            "prose",
            b"The harbour was quiet that morning. Two boats lay at the quay.\nNobody had come to unload them.\n" * 9,
            b"not-a-quiz",
        ),
        ("json", b'{"name": "settings", "values": [1, 2, 3], "nested": {"a": true}}\n', b"error["),
    ],
)
def test_what_is_no_quiz_is_refused(tmp_path: Path, name: str, data: bytes, code: bytes) -> None:
    (tmp_path / f"{name}.txt").write_bytes(data)
    done = run(tmp_path, "convert", f"{name}.txt", "-o", "out")
    assert done.returncode == 1
    assert code in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "encode"),
    [
        ("latin-1", lambda text: text.replace("Mars", "Mârs, café, naïve, über").encode("latin-1")),
        ("cp1252", lambda text: text.replace("Mars", "“Mârs” – café €5, naïve").encode("cp1252")),
        ("utf-16 with mark", lambda text: text.replace("Mars", "Mârs").encode("utf-16")),
        ("utf-16le without mark", lambda text: text.encode("utf-16-le")),
        ("utf-8 with mark", lambda text: text.replace("Mars", "Mârs").encode("utf-8-sig")),
        ("crlf", lambda text: text.replace("\n", "\r\n").encode()),
        ("lone cr", lambda text: text.replace("\n", "\r").encode()),
        ("mixed line ends", lambda text: text.replace("\n", "\r\n", 2).replace("\nC", "\rC").encode()),
        ("form feed", lambda text: text.replace("Answer", "\x0cAnswer").encode()),
        ("zero width and bidi", lambda text: text.replace("Mars", "M\u200bars\u202e").encode()),
        ("byte order mark inside", lambda text: text.replace("Mars", "Mars\ufeff").encode()),
    ],
)
def test_encodings_and_marks_are_repaired(tmp_path: Path, name: str, encode: Callable[[str], bytes]) -> None:
    (item,) = parsed(tmp_path, encode(QUIZ))
    interaction = item["interaction"]
    assert isinstance(interaction, dict)
    assert [choice.get("is_key", False) for choice in interaction["choices"]] == [False, True, False]
    assert "\ufffd" not in json.dumps(item, ensure_ascii=False)
    assert item["key"] == {"source": "stated"}


def test_lone_surrogates_and_hostile_texts_are_written(tmp_path: Path) -> None:
    hostile = "]]> { } ~ = # \\ <script>alert(1)</script> \u202e \U0001f600"
    (tmp_path / "quiz.txt").write_bytes(QUIZ.replace("Mars", hostile).encode() + b"\n2. Odd \xed\xa0\x80 byte?\n")
    done = run(tmp_path, "convert", "quiz.txt", "-o", "out", "--no-infer")
    assert done.returncode in (0, 1)
    assert (tmp_path / "out" / "quiz.moodle.xml").exists()


def test_a_bank_with_a_lone_surrogate(tmp_path: Path) -> None:
    bank = {
        "schema_version": "1.0",
        "items": [{"stem": "odd \ud800 text", "interaction": {"type": "extended_text"}}],
    }
    (tmp_path / "quiz.bank.json").write_text(json.dumps(bank), encoding="ascii")
    done = run(tmp_path, "convert", "quiz.bank.json", "-o", "out")
    assert done.returncode in (0, 1)


@pytest.mark.slow
def test_a_single_line_of_50_megabytes(tmp_path: Path) -> None:
    (tmp_path / "quiz.txt").write_bytes(b"word and more " * (50_000_000 // 14))
    done = run(tmp_path, "convert", "quiz.txt", "-o", "out")
    assert done.returncode == 1


@pytest.mark.slow
def test_twenty_thousand_options(tmp_path: Path) -> None:
    options = "".join(f"- option number {number}\n" for number in range(20_000))
    (tmp_path / "quiz.txt").write_text(f"1. Which?\n{options}Answer: option number 7\n", encoding="utf-8")
    done = run(tmp_path, "convert", "quiz.txt", "-o", "out")
    assert done.returncode in (0, 1)


def test_missing_directory_and_unreadable_inputs(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(QUIZ, encoding="utf-8")
    (tmp_path / "folder").mkdir()
    done = run(tmp_path, "convert", "missing.txt", "folder", "good.txt", "-t", "gift", "-o", "out")
    assert done.returncode == 4
    assert done.stderr.count(b"error[input-unreadable]") == 2
    assert (tmp_path / "out" / "good.gift.txt").exists(), "one bad input does not stop the others"


def test_output_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(QUIZ, encoding="utf-8")
    (tmp_path / "out").write_text("", encoding="utf-8")
    done = run(tmp_path, "convert", "good.txt", "-o", "out")
    assert done.returncode == 4
    assert b"output-unwritable" in done.stderr


def test_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(QUIZ, encoding="utf-8")
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))  # noqa: E731
    done = run(tmp_path, "convert", "good.txt", "-o", "out", limit=limit, env={"PYTHONDONTWRITEBYTECODE": "1"})
    assert done.returncode == 4
    assert b"output-unwritable" in done.stderr
    assert all(path.stat().st_size < 300 for path in (tmp_path / "out").iterdir())
    assert not list((tmp_path / "out").glob(".*"))


def test_existing_outputs_are_kept(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(QUIZ, encoding="utf-8")
    (tmp_path / "good.gift.txt").write_text("mine", encoding="utf-8")
    done = run(tmp_path, "convert", "good.txt", "-t", "gift")
    assert done.returncode == 4
    assert b"output-exists" in done.stderr
    assert (tmp_path / "good.gift.txt").read_text(encoding="utf-8") == "mine"
    assert run(tmp_path, "convert", "good.txt", "-t", "gift", "--force").returncode == 0
    assert (tmp_path / "good.gift.txt").read_text(encoding="utf-8") != "mine"


def test_two_inputs_with_the_same_output_name(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "quiz.txt").write_text(QUIZ, encoding="utf-8")
    done = run(tmp_path, "convert", "a/quiz.txt", "b/quiz.txt", "-t", "gift", "-o", "out")
    assert done.returncode == 1
    assert b"output-collision" in done.stderr
    assert b"b/quiz.txt and a/quiz.txt" in done.stderr


def test_an_interrupted_run_leaves_nothing_behind(tmp_path: Path) -> None:
    questions = "".join(QUIZ.replace("1. Which", f"{n}. At {n}, which") for n in range(1, 20_001))
    (tmp_path / "big.txt").write_text(questions, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "qticonv", "convert", "big.txt", "-o", "out"], cwd=tmp_path, stderr=subprocess.PIPE
    )
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"interrupted" in stderr
    assert b"Traceback" not in stderr
    assert not (tmp_path / "out").exists()


def test_same_bytes_under_another_locale_time_zone_umask_and_hash_seed(tmp_path: Path) -> None:
    (tmp_path / "quiz.txt").write_text(QUIZ.replace("Mars", "Mârs"), encoding="utf-8")
    plain: dict[str, str] = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0"}
    other: dict[str, str] = {"LC_ALL": "C", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "1", "PYTHONUTF8": "0"}
    targets = ("-t", "qti21", "-t", "moodle", "-t", "gift", "-t", "canvas", "-t", "bank")
    assert run(tmp_path, "convert", "quiz.txt", *targets, "-o", "one", env=plain).returncode == 0
    limit = lambda: (os.umask(0o077), None)[1]  # noqa: E731
    assert run(tmp_path, "convert", "quiz.txt", *targets, "-o", "two", limit=limit, env=other).returncode == 0
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(names) == 5
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
