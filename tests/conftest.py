"""Shared by all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in every run, so that a green tree stays green. HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile("stable", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "stable"))

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of evaluation data beside the checkout; a user's clone does not have it."""
    if not SHARED.is_dir():
        pytest.skip("the evaluation data (../shared) is not there")
    return SHARED


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Where every judge must be present, a skipped test is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("QTICONV_REQUIRE_JUDGES") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let expected outputs be rewritten; each is validated by its test before it is stored."""
    parser.addoption("--update-goldens", action="store_true", help="rewrite expected outputs with what came out")
