"""Imports run one way, heavy libraries stay where they belong, and every package is installed."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from qticonv.diagnostics import Code
from qticonv.formats import FORMATS

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "qticonv"

# What each part may import of the package. A part is a module or a folder directly below qticonv/.
TOOLS = {"patterns", "collector"}
BASE = {"diagnostics", "model"} | TOOLS
MAY_IMPORT: dict[str, set[str]] = {
    "__init__": {"api"},
    "api": BASE | {"pipeline", "interchange"},
    "assets": BASE,
    "__main__": {"cli"},
    "diagnostics": set(),
    "patterns": set(),
    "collector": set(),
    "model": {"diagnostics"} | TOOLS,
    "interchange": BASE,
    "readers": BASE,
    "keys": BASE,
    "checks": BASE,
    "writers": BASE,
    "conformance": BASE | {"readers"},
    "sniffing": BASE,
    "formats": BASE | {"sniffing", "checks", "interchange"},
    "pipeline": BASE | {"assets", "formats", "keys", "checks", "writers", "interchange", "readers"},
    "outputs": BASE,
    "report": BASE | {"pipeline", "formats", "writers", "interchange"},
    "batch": BASE | {"pipeline", "formats", "outputs", "report"},
}
ONLY_IN = {
    "click": {"cli"},
    "jsonschema": {"interchange"},
    "jsonschema_rs": {"interchange"},
    "yaml": {"interchange"},
    "lxml": {"readers", "writers", "conformance"},
}


def part_of(path: Path) -> str:
    """Return the part of the package that ``path`` belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> Iterator[str]:
    """Yield the dotted names that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from (f"{node.module}.{name.name}" for name in node.names)


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_run_one_way(path: Path) -> None:
    part = part_of(path)
    for name in imports_of(path):
        top, _, rest = name.partition(".")
        if top in ONLY_IN:
            assert part in ONLY_IN[top], f"{top} is imported outside {ONLY_IN[top]}"
        if top != "qticonv" or not rest or part == "cli":
            continue
        target = rest.split(".")[0]
        if not (PACKAGE / target).exists() and not (PACKAGE / f"{target}.py").exists():
            continue  # a name of the package itself, such as __version__
        assert target == part or target in MAY_IMPORT[part], f"{part} imports {target}"


def test_every_package_is_installed() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = set(config["tool"]["setuptools"]["packages"])
    found = {".".join(path.parent.relative_to(ROOT).parts) for path in PACKAGE.rglob("__init__.py")}
    assert listed == found | {"qticonv.schemas"}


def test_codes_are_documented_and_unique() -> None:
    slugs = [code.slug for code in Code]
    assert len(set(slugs)) == len(slugs)
    for code in Code:
        assert code.value.title
        assert code.value.cause.endswith((".", "?", "!"))
        assert code.value.remedy.endswith((".", "?", "!"))


def test_codes_are_all_used() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in MODULES if path.name != "diagnostics.py")
    unused = [code.name for code in Code if f"Code.{code.name}" not in sources]
    assert unused == []


def test_formats_have_unique_names_and_suffixes() -> None:
    names = [entry.name for entry in FORMATS]
    assert len(set(names)) == len(names)
    suffixes = [entry.suffix for entry in FORMATS if entry.write]
    assert len(set(suffixes)) == len(suffixes)
