"""Shared by all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of evaluation data beside the checkout; a user's clone does not have it."""
    if not SHARED.is_dir():
        pytest.skip("the evaluation data (../shared) is not there")
    return SHARED
