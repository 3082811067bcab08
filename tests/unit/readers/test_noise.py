"""Lines of the page are told from lines of the quiz."""

from __future__ import annotations

from pathlib import Path

import pytest

from qticonv.model import Source
from qticonv.readers.decoding import decode
from qticonv.readers.rawtext.noise import find_noise


def page(number: int, foot: str) -> str:
    """A page of print: six questions and a foot."""
    questions = "".join(
        f"{6 * number + n}. Question {6 * number + n}?\nA. {n}\nB. {n + 1}\nAnswer: A\n\n" for n in range(6)
    )
    return f"{questions}{foot}\n"


def noise_of(text: str) -> list[str]:
    lines = text.splitlines()
    return [lines[index] for index in find_noise(lines)]


PAGES = [
    ("page numbers", ["1", "2", "3", "4"]),
    ("page numbers in dashes", ["- 1 -", "- 2 -", "- 3 -", "- 4 -"]),
    ("page words", ["Page 1", "Page 2", "Page 3", "Page 4"]),
    ("page of pages", ["Seite 1 von 4", "Seite 2 von 4", "Seite 3 von 4", "Seite 4 von 4"]),
    ("Chinese page numbers", ["第 1 页 共 4 页", "第 2 页 共 4 页", "第 3 页 共 4 页", "第 4 页 共 4 页"]),
    ("address of a print-out", [f"https://quiz.example.org/exam?id=5 {n}/4" for n in range(1, 5)]),
    ("date of a print-out", [f"3/14/2024, 10:0{n} AM Practice exam" for n in range(4)]),
]


@pytest.mark.parametrize(("what", "feet"), PAGES, ids=[row[0] for row in PAGES])
def test_feet_of_pages(what: str, feet: list[str]) -> None:
    assert noise_of("".join(page(n, foot) for n, foot in enumerate(feet))) == feet


def test_running_heads_beside_page_numbers() -> None:
    text = "".join(page(n, f"Geography, summer term\n{n + 1}") for n in range(4))
    assert noise_of(text) == [line for n in range(4) for line in ("Geography, summer term", str(n + 1))]


def test_a_running_head_alone() -> None:
    text = "".join(page(n, "Geography, summer term\n") for n in range(4))
    assert noise_of(text) == ["Geography, summer term"] * 4


SITE = [
    "Not studied (42)",
    "Select these 42",
    "Show Answer",
    "View Answer Discuss in Forum Workspace Report",
    "Skip to main content",
    "Not yet answered",
    "Marked out of 1.00",
    "Antwort anzeigen",
    "Показать ответ",
    "查看答案",
    "0.0分",
    "This website uses cookies to improve your experience.",
    "© 2023 Example Inc. All rights reserved",
]


@pytest.mark.parametrize("line", SITE)
def test_lines_of_sites(line: str) -> None:
    assert noise_of(f"1. Which?\nA. this\nB. that\n{line}\nAnswer: A\n") == [line]


def test_words_of_a_menu_beside_noise() -> None:
    assert noise_of("Flashcards\nLearn\nTest\nTerms in this set (4)\n1. Which?\nA. Learn\nB. Test\n") == [
        "Flashcards",
        "Learn",
        "Test",
        "Terms in this set (4)",
    ]


QUIZZES = [
    "Learn\nTest\nMatch\n",
    "How many?\n6\n7\n8\n\nHow much?\n7\n8\n9\n",
    "".join(f"What is {n} + 1?\n3\n{n}\n{n + 1}\n{n + 2}\n\n" for n in range(40)),
    "".join(f"{n}\nWhich is it?\nthis\nthat\nnone of the above\n" for n in range(1, 40)),
    "".join(
        f"Choose the right answer.\n{n}. Which?\nA. all of the above\nB. none of the above\n\n" for n in range(1, 40)
    ),
    "".join(f"{n}. Which?\n" + "A. an option\n" * 1 + "B. another\n" * 1 + "Answer: A\n" for n in range(1, 60)),
    "Which of these uses cookies?\nA. A browser\nB. Cookies are stored by the site\n3 / 4\n",
    "https://one.example.org\nhttps://two.example.com/x\n",
    "1. What is 3 of 4?\nA. 3/4\nB. 4/3\n",
]


@pytest.mark.parametrize("text", QUIZZES)
def test_options_keys_and_repeated_stems_are_no_noise(text: str) -> None:
    assert noise_of(text) == []


def test_nothing_is_lost_in_questions_of_real_files(shared: Path) -> None:
    """In the seed's family, where every line is a part of a question, no line is taken for noise."""
    for path in sorted((shared / "corpus" / "okg" / "raw").glob("*.txt")):
        assert not find_noise(decode(Source(path.name, path.read_bytes())).lines), path.name
