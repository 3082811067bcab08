"""Tests that need a browser; they skip where there is none."""
