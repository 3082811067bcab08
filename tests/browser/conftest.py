"""A browser for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("selenium", reason="selenium is not installed")

from browser.chromium import Browser, Open, start


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests; skips where there is no Chromium with its driver."""
    running = start(tmp_path_factory.mktemp("chromium"))
    try:
        yield running
    finally:
        running.driver.quit()


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Open:
    """Write a page to disk, as it would be mailed, and open it."""

    def opened(page: str) -> Browser:
        path = tmp_path / "page.html"
        path.write_text(page, encoding="utf-8")
        browser.open(path)
        return browser

    return opened
