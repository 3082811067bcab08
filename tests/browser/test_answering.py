"""Answering and choosing keys in the preview page: what a student sees afterwards, and what is saved."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from typing import Any

import banks
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select

from browser.cases import ANSWERS
from browser.chromium import Browser, Open, click
from qticonv.diagnostics import Severity
from qticonv.interchange import answers, bank
from qticonv.model import ChoiceKind, Item, ItemBank, Key, KeySource, NumericEntry, Source
from qticonv.pipeline import PrepareOptions, prepare
from qticonv.report.preview import render


def page_of(*items: Item, **more: Any) -> str:
    return render(ItemBank(items=items, title="A page"), **more)


def give(form: WebElement, response: Any) -> None:
    """Answer as a student does: with the form's own controls."""
    if response is None:
        return
    kind = form.find_element(By.XPATH, "ancestor::article").get_attribute("data-type")
    if kind in ("single", "multiple", "true_false"):
        for at in response:
            click(form.find_elements(By.CSS_SELECTOR, ".choice input")[at])
    elif kind == "order":
        _arrange(form, response)
    elif isinstance(response, str):
        form.find_element(By.CSS_SELECTOR, "input[type=text], textarea").send_keys(response)
    else:
        for control, value in zip(form.find_elements(By.CSS_SELECTOR, ".pair select, .gap"), response, strict=True):
            if control.tag_name == "select":
                Select(control).select_by_visible_text(value or "Choose …")
            else:
                control.send_keys(value)


def _arrange(form: WebElement, wanted: list[str]) -> None:
    for place, text in enumerate(wanted):
        for _ in wanted:
            rows = form.find_elements(By.CSS_SELECTOR, ".order > li")
            at = next(n for n, row in enumerate(rows) if row.find_element(By.CSS_SELECTOR, ".text").text == text)
            if at == place:
                break
            click(rows[at].find_element(By.CSS_SELECTOR, ".up"))


def check(form: WebElement) -> tuple[str, list[str]]:
    click(form.find_element(By.CSS_SELECTOR, ".check"))
    shown = form.find_elements(By.CSS_SELECTOR, ".shown-feedback .text")
    return form.find_element(By.CSS_SELECTOR, ".verdict .words").text, [text.text for text in shown]


@pytest.fixture(scope="module")
def sheets(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> dict[str, WebElement]:
    """One page for all cases, opened once: the sheet of each case by its name."""
    builds = list(dict.fromkeys(build for build, _, _, _ in ANSWERS.values()))
    path = tmp_path_factory.mktemp("answering") / "page.html"
    path.write_text(page_of(*(build() for build in builds)), encoding="utf-8")
    browser.open(path)
    found = browser.driver.find_elements(By.CSS_SELECTOR, ".sheet")
    return {name: found[builds.index(build)] for name, (build, _, _, _) in ANSWERS.items()}


@pytest.mark.parametrize("name", ANSWERS)
def test_answering_shows_score_and_feedback(sheets: dict[str, WebElement], name: str) -> None:
    _, response, verdict, feedback = ANSWERS[name]
    sheet = sheets[name]
    give(sheet, response)
    assert check(sheet) == (verdict, feedback)
    click(sheet.find_element(By.CSS_SELECTOR, ".clear"))
    assert sheet.find_element(By.CSS_SELECTOR, ".result").text == ""


def test_clear_brings_the_first_order_back(show: Open) -> None:
    form = show(page_of(banks.order())).driver.find_element(By.CSS_SELECTOR, ".sheet")
    before = form.find_element(By.CSS_SELECTOR, ".order").text
    give(form, ["Prophase", "Metaphase", "Anaphase", "Telophase"])
    assert form.find_element(By.CSS_SELECTOR, ".order").text != before
    click(form.find_element(By.CSS_SELECTOR, ".clear"))
    assert form.find_element(By.CSS_SELECTOR, ".order").text == before


def test_ordering_by_keyboard_keeps_the_focus_in_the_row(show: Open) -> None:
    seen = show(page_of(banks.order()))
    rows = seen.driver.find_elements(By.CSS_SELECTOR, ".order > li")
    last, text = rows[-1], rows[-1].find_element(By.CSS_SELECTOR, ".text").text
    seen.run("arguments[0].querySelector('.up').focus()", last)
    for _ in rows:  # up to the top, where the focus goes to the other button, and down once
        seen.driver.switch_to.active_element.send_keys(Keys.ENTER)
    order = [row.text for row in seen.driver.find_elements(By.CSS_SELECTOR, ".order .text")]
    assert order.index(text) == 1
    assert seen.run("return arguments[0].contains(document.activeElement)", last)
    assert seen.run("return document.querySelector('.result').textContent") == "Now at place 2 of 4"


def test_the_students_copy_of_feedback_has_no_highlights(show: Open) -> None:
    form = show(page_of(banks.inferred())).driver.find_element(By.CSS_SELECTOR, ".sheet")
    check(form)
    assert form.find_elements(By.CSS_SELECTOR, "mark") == []


# --- choosing keys


def saved_answers(seen: Browser) -> bytes:
    for old in seen.downloads.iterdir():
        old.unlink()
    click(seen.driver.find_element(By.ID, "save"))
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        done = [path for path in seen.downloads.iterdir() if path.suffix == ".yaml"]
        if done:
            assert done[0].name == "quiz.answers.yaml"
            return done[0].read_bytes()
        time.sleep(0.05)
    raise AssertionError("nothing was saved")


def undecided_items() -> tuple[Item, ...]:
    number = banks.item("Undecided: how many?", NumericEntry(accepted=()), key=Key(source=KeySource.MISSING))
    kinds = (banks.missing(), banks.missing(ChoiceKind.MULTIPLE), banks.missing(ChoiceKind.TRUE_FALSE))
    return (*kinds, banks.missing_text(), number, banks.inferred(), banks.single_choice())


def test_chosen_keys_are_saved_as_an_answers_file(show: Open) -> None:
    items = undecided_items()
    seen = show(page_of(*items, source="quiz.txt"))
    articles = seen.driver.find_elements(By.CSS_SELECTOR, "article")

    def pick(at: int, *places: int) -> None:
        for place in places:
            click(articles[at].find_elements(By.CSS_SELECTOR, ".notes .mark input")[place])

    pick(0, 1)
    pick(1, 0, 2)
    pick(2, 0)
    articles[3].find_element(By.CSS_SELECTOR, ".key-text").send_keys('Danube\nDonau: "die"\n')
    articles[4].find_element(By.CSS_SELECTOR, ".key-text").send_keys("12.50")
    click(articles[5].find_element(By.CSS_SELECTOR, ".confirm"))
    assert seen.driver.find_element(By.ID, "save-state").text == "6 keys chosen, 0 undecided."
    saved = saved_answers(seen)
    assert json.loads(saved) == {
        "answers": {
            items[0].identifier: {"key": "B", "text": "Bruges"},
            items[1].identifier: {"key": ["A", "C"], "text": ["Ghent", "Antwerp"]},
            items[2].identifier: {"key": "A", "text": "True"},
            items[3].identifier: {"key": ["Danube", 'Donau: "die"']},
            items[4].identifier: {"key": "12.50"},
            items[5].identifier: {"key": "B", "text": "arteries"},
        }
    }
    assert_accepted(items, saved)


def assert_accepted(items: tuple[Item, ...], saved: bytes) -> None:
    """The program takes what was saved: the keys are reviewed, and nothing is left undecided."""
    loaded, findings = answers.load(Source("quiz.answers.yaml", saved))
    assert findings == ()
    text = bank.dump_yaml(ItemBank(items=items))
    prepared = prepare([Source("quiz.bank.yaml", text.encode())], PrepareOptions(answers=loaded))
    assert [found.message for found in prepared.reading.diagnostics if found.severity is not Severity.NOTE] == []
    sources = [item.key.source for item in prepared.bank.items if item.key]
    assert sources == [KeySource.REVIEWED] * 6 + [KeySource.STATED]
    numbers = prepared.bank.items[4].interaction
    assert isinstance(numbers, NumericEntry)
    assert [answer.value for answer in numbers.accepted] == [Decimal("12.50")]


def test_a_chosen_key_scores_at_once_and_can_be_undone(show: Open) -> None:
    seen = show(page_of(banks.missing()))
    form = seen.driver.find_element(By.CSS_SELECTOR, ".sheet")
    give(form, [1])
    click(seen.driver.find_elements(By.CSS_SELECTOR, ".notes .mark input")[1])
    assert check(form)[0] == "Correct: 1 of 1 point"
    click(seen.driver.find_element(By.CSS_SELECTOR, ".undo"))
    assert check(form)[0] == "Not scored: the key is undecided"
    assert not seen.driver.find_element(By.ID, "save").is_enabled()


def test_stated_keys_cannot_be_changed_in_the_page(show: Open) -> None:
    seen = show(page_of(banks.single_choice(), banks.gaps(key=Key(source=KeySource.MISSING))))
    assert seen.driver.find_elements(By.CSS_SELECTOR, ".notes input") == []
