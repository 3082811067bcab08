"""Sphinx configuration: ``make docs`` builds the site into ``site/``."""

project = "qticonv"
author = "The qticonv developers"
project_copyright = author
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "qticonv"
exclude_patterns = ["_build"]
myst_heading_anchors = 3
