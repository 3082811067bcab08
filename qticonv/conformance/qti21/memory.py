"""What repeats by the ten thousand: resources of a manifest, references of a test.

One of a form that was found right before is not parsed; only the names in it are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qticonv.conformance.forms import GAP, NO_REFERENCE, Forms
from qticonv.conformance.qti21.manifest import Resource

# The value of an attribute that names something, or the text of a title or keyword in the metadata.
_NAMED = re.compile(
    r'( (?:identifier|href)=")([^"<>]*+)(?=")|(<imsmd:string(?: language="[^"<>]*+")?>)([^<>]*+)(?=</imsmd:string>)'
)
_STRING = re.compile(rf'<imsmd:string(?: language="[^"<>]*")?>{GAP}</imsmd:string>')
_RESOURCE = re.compile(rf'\s*<resource identifier="{GAP}" type="\w+" href="{GAP}">')
_FILE = f'<file href="{GAP}"'
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(?:[./][A-Za-z0-9_][A-Za-z0-9_-]*)*")


def cut_names(text: str) -> tuple[str, list[str]]:
    """Cut out identifiers, addresses and the texts of metadata; what stands around them stays."""
    names: list[str] = []

    def cut(found: re.Match[str]) -> str:
        names.append(found[2] or found[4] or "")
        return f"{found[1] or found[3]}{GAP}"

    return _NAMED.sub(cut, text), names


def are_plain(names: Sequence[str]) -> bool:
    """Whether these identifiers and addresses are right for certain, and mean what they say."""
    return all(map(_NAME.fullmatch, names))


class ResourceMemory:
    """Remembers the forms of resources that stand directly in ``resources``; those recalled go to ``found``."""

    def __init__(self, found: list[Resource]) -> None:
        self.forms: Forms[tuple[Resource, int]] = Forms("resource", cut_names, self._recall)
        self._found = found

    def right(self, resource: Resource, base: str) -> None:
        """Note that nothing was found about the resource that the parser completed last."""
        completed = self.forms.completed()
        if completed is None or "/" in base or not _is_usual(completed[0]):
            return
        form, names = completed
        before = lines_before(form)
        if _alike(resource, names, resource.line) == resource:
            self.forms.know(form, (resource, before))

    def _recall(self, value: tuple[Resource, int], names: list[str], line: int) -> bool:
        known, before = value
        files = len(known.files)
        if "/" in names[0] or not are_plain((*names[:2], *names[-files:])):
            return False
        if any("&" in text and NO_REFERENCE.search(text) for text in names[2:-files]):
            return False
        self._found.append(_alike(known, names, line + before))
        return True


def _alike(known: Resource, names: list[str], line: int) -> Resource:
    """Return the resource on ``line`` that has the form of ``known`` and these names."""
    files = tuple(names[-len(known.files) :])
    return Resource(names[0], known.kind, known.version, names[1], files, known.dependencies, known.hint, line)


def lines_before(form: str) -> int:
    """Return how many lines a form has before its element."""
    return form.count("\n", 0, form.find("<"))


def _is_usual(form: str) -> bool:
    """Whether in a resource of this form all names are those of itself and of its files, which come last."""
    if not _RESOURCE.match(form) or "<!" in form or "<?" in form or ":base" in form:
        return False
    texts, files = len(_STRING.findall(form)), form.count(_FILE)
    return files > 0 and form.count(GAP) == 2 + texts + files and not _STRING.search(form, form.find(_FILE))
