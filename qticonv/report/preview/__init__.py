"""The preview: one self-contained HTML page that shows every item as a student and as an author sees it."""

from qticonv.report.preview.page import render

__all__ = ["render"]
