"""``qticonv review`` on a real terminal: a pseudo-terminal with an emulator that shows what a person would see."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import banks
import pytest
from msgspec.structs import replace

from qticonv.interchange import answers, bank
from qticonv.model import (
    Candidate,
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    Feedback,
    Item,
    ItemBank,
    Key,
    KeySource,
    Source,
    Text,
    item_identifier,
)

pexpect = pytest.importorskip("pexpect", reason="pseudo-terminals are a POSIX thing")
pyte = pytest.importorskip("pyte")

MISSING = Key(source=KeySource.MISSING)
LONG = "\n".join(f"Paragraph {number} of a long text." for number in range(1, 60))


def unkeyed(
    stem: str, *contents: str, kind: ChoiceKind = ChoiceKind.SINGLE, explanation: str = "", labels: str = "ABCDEFGH"
) -> Item:
    choices = tuple(
        Choice(identifier=label, label=label, content=Text(content))
        for label, content in zip(labels, contents, strict=False)
    )
    interaction = ChoiceInteraction(kind=kind, choices=choices)
    feedback = Feedback(general=Text(explanation)) if explanation else Feedback()
    return Item(
        identifier=item_identifier(Text(stem), interaction),
        stem=Text(stem),
        interaction=interaction,
        key=MISSING,
        feedback=feedback,
    )


RIVER = unkeyed("Which river flows through Ghent?", "the Scheldt", "the Rhine", "the Meuse")
PRIMES = unkeyed("Which are primes?", "two", "three", "four", kind=ChoiceKind.MULTIPLE)
RAIN = unkeyed("It rains in Spain.", "True", "False", kind=ChoiceKind.TRUE_FALSE)
KANJI = unkeyed("日本の首都はどこですか。" * 12, "東京", "京都", "大阪")


class Terminal:
    """A program on a pseudo-terminal. ``text`` is what the screen shows now."""

    def __init__(self, folder: Path, *arguments: str, columns: int = 80, rows: int = 24, **environment: str) -> None:
        variables = {**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "0", **environment}
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.process = pexpect.spawn(
            sys.executable,
            ["-m", "qticonv", "review", *arguments],
            cwd=str(folder),
            env=variables,
            dimensions=(rows, columns),
            timeout=20,
        )

    def pump(self, seconds: float = 0.05) -> bool:
        """Feed the emulator with what has come; return whether the program still writes."""
        try:
            self._stream.feed(self.process.read_nonblocking(65536, timeout=seconds))
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        return True

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    def until(self, condition: str | Callable[[str], bool], seconds: float = 20) -> str:
        """Wait until the screen shows a text or meets a condition; return what it shows."""
        meets = condition if callable(condition) else lambda text: condition in text
        end = time.monotonic() + seconds
        while not meets(self.text):
            going = self.pump()
            if time.monotonic() > end or (not going and not meets(self.text)):
                pytest.fail(f"the screen never showed {condition!r}:\n{self.text}")
        return self.text

    def press(self, keys: str) -> None:
        self.process.send(keys)

    def end(self) -> int:
        """Wait for the end; return the exit status."""
        while self.pump(1):
            pass
        self.process.wait()
        status = self.process.exitstatus
        return int(-self.process.signalstatus if status is None else status)

    def kill(self, number: int) -> None:
        self.process.kill(number)
        self.end()


Start = Callable[..., Terminal]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Terminal] = []

    def run(items: list[Item], *arguments: str, name: str = "quiz.bank.yaml", **options: object) -> Terminal:
        (tmp_path / name).write_text(bank.dump_yaml(ItemBank(items=tuple(items))), encoding="utf-8")
        terminal = Terminal(tmp_path, name, *arguments, **options)  # type: ignore[arg-type]
        started.append(terminal)
        return terminal

    yield run
    for terminal in started:
        with suppress(Exception):
            terminal.process.close(force=True)


def saved(folder: Path, name: str = "quiz.answers.yaml") -> dict[str | int, tuple[object, ...]]:
    path = folder / name
    if not path.exists():
        return {}
    found, wrong = answers.load(Source(name, path.read_bytes()))
    assert wrong == ()
    return {entry.reference: entry.values for entry in found.entries}


def test_one_key_a_question(start: Start, tmp_path: Path) -> None:
    terminal = start([RIVER, RAIN, PRIMES])
    shown = terminal.until("Question 1 of 3")
    assert "Which river flows through Ghent?" in shown
    assert "  [b] the Rhine" in shown
    assert "0 decided" in shown
    terminal.press("a")
    terminal.until("Question 2 of 3")
    assert saved(tmp_path) == {RIVER.identifier: ("A",)}
    terminal.press("f")
    terminal.until("Question 3 of 3")
    terminal.press("b")
    terminal.until("● [b] three")
    terminal.press("a")
    shown = terminal.until("● [a] two")
    assert "● [b] three" in shown
    assert PRIMES.identifier not in saved(tmp_path)
    terminal.press("\r")
    terminal.until("3 decided, 0 left")
    assert terminal.end() == 0
    assert saved(tmp_path) == {RIVER.identifier: ("A",), RAIN.identifier: ("B",), PRIMES.identifier: ("A", "B")}
    text = (tmp_path / "quiz.answers.yaml").read_text(encoding="utf-8")
    assert "text: the Scheldt" in text


def test_skip_back_change_and_quit(start: Start, tmp_path: Path) -> None:
    terminal = start([RIVER, RAIN])
    terminal.until("Question 1 of 2")
    terminal.press(" ")
    terminal.until("Question 2 of 2")
    terminal.press("t")
    terminal.until("1 decided, 1 left")
    assert terminal.end() == 0
    again = start([RIVER, RAIN])
    again.until("Question 1 of 1")
    again.press("b")
    again.until("1 decided, 0 left")
    again.end()
    assert saved(tmp_path) == {RAIN.identifier: ("A",), RIVER.identifier: ("B",)}
    (tmp_path / "quiz.answers.yaml").unlink()
    third = start([RIVER, RAIN])
    third.until("Question 1 of 2")
    third.press("c")
    third.until("Question 2 of 2")
    third.press("\x7f")
    assert "● [c] the Meuse" in third.until("Question 1 of 2")
    third.press("a")
    third.until("Question 2 of 2")
    assert saved(tmp_path) == {RIVER.identifier: ("A",)}
    third.press("\x1b[D")
    third.until("Question 1 of 2")
    third.press("-")
    third.until("the decision is withdrawn")
    assert saved(tmp_path) == {}
    third.press("q")
    third.until("0 decided, 2 left")
    assert third.end() == 0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_whatever_ends_it_nothing_that_was_decided_is_lost(start: Start, tmp_path: Path, number: int) -> None:
    items = [unkeyed(f"Question with the number {place}?", "yes, it is", "no, it is not") for place in range(1, 5)]
    for place in (1, 2, 3):
        terminal = start(items)
        terminal.until(f"Question 1 of {5 - place}")
        terminal.press("b")
        terminal.until(f"Question 2 of {5 - place}")
        terminal.kill(number)
        assert saved(tmp_path) == {item.identifier: ("B",) for item in items[:place]}
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["quiz.answers.yaml", "quiz.bank.yaml"]


def test_stopped_and_continued(start: Start, tmp_path: Path) -> None:
    terminal = start([RIVER, RAIN])
    terminal.until("Question 1 of 2")
    terminal.process.kill(signal.SIGSTOP)
    terminal.screen.reset()
    terminal.process.kill(signal.SIGCONT)
    terminal.until("Question 1 of 2")
    terminal.press("b")
    terminal.until("Question 2 of 2")
    assert saved(tmp_path) == {RIVER.identifier: ("B",)}
    terminal.press("q")
    assert terminal.end() == 0


def test_a_connection_that_breaks(start: Start, tmp_path: Path) -> None:
    terminal = start([RIVER, RAIN])
    terminal.until("Question 1 of 2")
    terminal.press("a")
    terminal.until("Question 2 of 2")
    terminal.process.close(force=False)
    assert saved(tmp_path) == {RIVER.identifier: ("A",)}


def test_evidence_and_candidates_are_shown(start: Start) -> None:
    explanation = (
        "Only arteries carry oxygen-rich blood away under high pressure. Valves keep the flow in one direction. "
    )
    item = unkeyed(
        "Which vessels do not lead to the heart?",
        "veins with thin walls",
        "arteries under high pressure",
        "lymph ducts",
        "nerves",
        explanation=explanation,
    )
    terminal = start([item], "--accept-keys", "1")
    shown = terminal.until("Explanation:")
    assert "Best candidates:" in shown
    assert "[b]" in shown.partition("Best candidates:")[2].partition("Explanation")[0]
    assert "distinctive words" in shown
    assert "Caution: the stem asks for what is not so" in shown
    assert "«" in shown.partition("Explanation:")[2]
    candidates = shown.partition("Best candidates:")[2].partition("Explanation")[0].count("%")
    assert candidates == 2
    terminal.press("+")
    shown = terminal.until(lambda text: "Best candidates:" not in text and "Candidates:" in text)
    assert shown.partition("Candidates:")[2].partition("Explanation")[0].count("%") == 4
    terminal.press("q")
    terminal.end()


def test_long_questions_scroll(start: Start) -> None:
    terminal = start([unkeyed(LONG, "this", "that")])
    shown = terminal.until("Paragraph 1 of")
    assert "[a] this" not in shown
    assert "lines 1-" in shown
    terminal.press("\x1b[6~")
    terminal.until(lambda text: "Paragraph 1 of" not in text and "Paragraph 20 of" in text)
    for _ in range(4):
        terminal.press("\x1b[6~")
    terminal.until("[b] that")
    terminal.press("\x1b[A")
    terminal.until("Paragraph 45 of")
    terminal.press("a")
    terminal.until("1 decided, 0 left")
    terminal.end()


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (40, 12), (20, 8)])
def test_wide_characters_fit_the_screen(start: Start, columns: int, rows: int) -> None:
    terminal = start([KANJI], columns=columns, rows=rows)
    shown = terminal.until("日本の首都")
    assert "Question 1 of 1" in shown
    for _ in range(30):
        terminal.press("\x1b[B")
    terminal.until("大")
    terminal.press("a")
    terminal.end()


def test_a_new_size_of_the_window_is_followed(start: Start) -> None:
    terminal = start([KANJI])
    terminal.until("[c]")
    terminal.screen.resize(30, 100)
    terminal.screen.reset()
    terminal.process.setwinsize(30, 100)
    terminal.until("-" * 100)
    terminal.screen.resize(10, 30)
    terminal.screen.reset()
    terminal.process.setwinsize(10, 30)
    terminal.until(lambda text: "-" * 30 in text and "-" * 31 not in text and "Question 1" in text)
    terminal.press("b")
    terminal.until("decided")
    terminal.end()


def test_the_terminal_is_as_it_was_before(start: Start) -> None:
    terminal = start([RIVER])
    terminal.until("Question 1 of 1")
    before = terminal.process.getecho()
    assert not before
    terminal.press("q")
    terminal.until("0 decided, 1 left")
    assert "Which river" not in terminal.text
    terminal.end()


def test_typed_answers(start: Start, tmp_path: Path) -> None:
    word = banks.missing_text()
    terminal = start([word, RIVER])
    terminal.until("enter: type the answer")
    terminal.press("\r")
    terminal.until("Answer (empty: none):")
    terminal.press("die Schelde\r")
    terminal.until("Question 2 of 2")
    assert saved(tmp_path) == {word.identifier: ("die Schelde",)}
    terminal.press("q")
    terminal.end()


def test_all_confirms_what_was_accepted_the_least_certain_first(start: Start, tmp_path: Path) -> None:
    sure = banks.inferred()
    interaction = unkeyed("Who wrote Emma?", "Austen", "Shelley").interaction
    assert isinstance(interaction, ChoiceInteraction)
    keyed = replace(interaction, choices=(replace(interaction.choices[0], is_key=True), interaction.choices[1]))
    unsure = replace(
        RIVER,
        identifier=item_identifier(Text("Who wrote Emma?"), keyed),
        stem=Text("Who wrote Emma?"),
        interaction=keyed,
        key=Key(
            source=KeySource.INFERRED,
            confidence=Decimal("0.951"),
            candidates=(Candidate(choice="A", confidence=Decimal("0.951")),),
        ),
    )
    terminal = start([sure, unsure, RIVER], "--all")
    assert "Which river" in terminal.until("Question 1 of 3")
    terminal.press("a")
    assert "● [a] Austen" in terminal.until("Who wrote Emma?")
    terminal.press("\r")
    terminal.until("● [b] arteries")
    terminal.press("a")
    terminal.until("3 decided, 0 left")
    terminal.end()
    assert saved(tmp_path) == {RIVER.identifier: ("A",), unsure.identifier: ("A",), sure.identifier: ("A",)}


def test_a_changed_question_is_reported_and_asked_again(start: Start, tmp_path: Path) -> None:
    (tmp_path / "quiz.answers.yaml").write_text(
        f"answers:\n  {RIVER.identifier}: {{key: A, text: the Danube}}\n  q-000000000000: A\n", encoding="utf-8"
    )
    terminal = start([RIVER, RAIN])
    terminal.until("Question 1 of 2")
    terminal.press("a")
    terminal.until("Question 2 of 2")
    terminal.press("q")
    shown = terminal.until("1 decided, 1 left")
    assert "answer-changed" in shown
    assert "answer-unknown-item" in shown
    assert terminal.end() == 1
    assert "text: the Scheldt" in (tmp_path / "quiz.answers.yaml").read_text(encoding="utf-8")


def test_a_dumb_terminal_is_asked_in_lines(start: Start, tmp_path: Path) -> None:
    terminal = start([RIVER, PRIMES], TERM="dumb", NO_COLOR="1", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    terminal.until("\n>")
    assert "[b] the Rhine" in terminal.text
    terminal.press("b\n")
    terminal.until("Question 2 of 2")
    terminal.press("a b\n")
    terminal.until("2 decided, 0 left")
    assert terminal.end() == 0
    assert saved(tmp_path) == {RIVER.identifier: ("B",), PRIMES.identifier: ("A", "B")}


def review(folder: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qticonv", "review", *arguments],
        cwd=folder,
        input=typed,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def write(folder: Path, *items: Item) -> None:
    (folder / "quiz.bank.yaml").write_text(bank.dump_yaml(ItemBank(items=items)), encoding="utf-8")


def test_without_a_terminal_lines_are_read_from_stdin(tmp_path: Path) -> None:
    write(tmp_path, RIVER, RAIN)
    done = review(tmp_path, "quiz.bank.yaml", "--answers", "keys.json", typed="c\nskip\n")
    assert done.returncode == 0, done.stderr
    assert saved(tmp_path, "keys.json") == {RIVER.identifier: ("C",)}
    assert (tmp_path / "keys.json").read_text(encoding="utf-8").startswith("{")
    assert "next: qticonv convert quiz.bank.yaml --answers keys.json" in done.stderr


def test_what_was_reviewed_is_converted(tmp_path: Path) -> None:
    write(tmp_path, RIVER, RAIN)
    review(tmp_path, "quiz.bank.yaml", typed="a\nt\n")
    command = [sys.executable, "-m", "qticonv", "parse", "quiz.bank.yaml", "--answers", "quiz.answers.yaml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    reading = bank.load(Source("out", done.stdout))
    assert [item.key for item in reading.bank.items] == [Key(source=KeySource.REVIEWED)] * 2


def test_nothing_to_review(tmp_path: Path) -> None:
    write(tmp_path, banks.single_choice())
    done = review(tmp_path, "quiz.bank.yaml")
    assert (done.returncode, done.stdout) == (0, "")
    assert "nothing to review" in done.stderr
    assert not (tmp_path / "quiz.answers.yaml").exists()


def test_an_answers_file_that_is_broken_is_not_overwritten(tmp_path: Path) -> None:
    write(tmp_path, RIVER)
    (tmp_path / "quiz.answers.yaml").write_text("answers: [", encoding="utf-8")
    done = review(tmp_path, "quiz.bank.yaml", typed="a\n")
    assert done.returncode == 1
    assert "answers-invalid" in done.stderr
    assert (tmp_path / "quiz.answers.yaml").read_text(encoding="utf-8") == "answers: ["


def test_a_decision_that_cannot_be_saved_ends_the_review(tmp_path: Path) -> None:
    write(tmp_path, RIVER, RAIN)
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = review(tmp_path, "quiz.bank.yaml", "--answers", "file/keys.yaml", typed="a\nt\n")
    assert done.returncode == 4
    assert "output-unwritable" in done.stderr
    assert "Question 2 of 2" not in done.stdout


def test_wrong_use(tmp_path: Path) -> None:
    assert review(tmp_path, "absent.txt").returncode == 4
    done = review(tmp_path, "-")
    assert done.returncode == 2
    assert "--answers" in done.stderr
