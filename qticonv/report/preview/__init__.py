"""The preview: one self-contained HTML page that shows every item as a student and as an author sees it."""

from qticonv.report.preview.page import render
from qticonv.report.preview.prepared import preview

__all__ = ["preview", "render"]
