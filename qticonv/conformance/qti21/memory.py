"""What repeats by the ten thousand: resources of a manifest, references of a test.

One of a form that was found right before is not parsed; only the names in it are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import add

from qticonv.conformance.forms import GAP, Forms
from qticonv.conformance.qti21.manifest import Resource

# After a quotation mark the value of an attribute that names something, after a bracket the text of a title or keyword.
_NAMED = re.compile(
    r'([">])(?:(?<= identifier=")|(?<= href=")|(?<=>)(?=[^<>]*</imsmd:string>))'
    r'([^"<>]*+(?:"(?=[^<>]*</imsmd:string>)[^"<>]*+)*+)'
)
_STRING = re.compile(rf'<imsmd:string(?: language="[^"<>]*")?>{GAP}</imsmd:string>')
_RESOURCE = re.compile(rf'\s*<resource identifier="{GAP}" type="\w+" href="{GAP}">')
_FILE = f'<file href="{GAP}"'
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(?:[./][A-Za-z0-9_][A-Za-z0-9_-]*)*")
_NO_REFERENCE = re.compile("&(?!(?:amp|lt|gt|quot|apos);)")
_MOST, _LONGEST = 4096, 16_384


def cut_names(text: str) -> tuple[str, list[str]]:
    """Cut out identifiers, addresses and the texts of metadata; what stands around them stays."""
    pieces = _NAMED.split(text)
    return GAP.join(map(add, pieces[::3], [*pieces[1::3], ""])), pieces[2::3]


def are_plain(names: Sequence[str]) -> bool:
    """Whether these identifiers and addresses are right for certain, and mean what they say."""
    return all(map(_NAME.fullmatch, names))


class ResourceMemory:
    """Remembers the forms of resources that stand directly in ``resources``; those recalled go to ``found``."""

    def __init__(self, found: list[Resource]) -> None:
        self.forms = Forms("resource", cut_names, self._recall)
        self._found = found
        self._known: dict[str, Resource] = {}

    def right(self, resource: Resource, base: str) -> None:
        """Note that nothing was found about the resource that the parser completed last."""
        completed = self.forms.completed()
        if completed is None or "/" in base or len(completed[0]) > _LONGEST or len(self._known) >= _MOST:
            return
        form, names = completed
        if _is_usual(form) and _alike(resource, form, names, resource.line - _lines_before(form)) == resource:
            self._known[form] = resource

    def _recall(self, form: str, names: list[str], line: int) -> bool:
        known = self._known.get(form)
        if known is None:
            return False
        files = len(known.files)
        if "/" in names[0] or not are_plain((*names[:2], *names[-files:])):
            return False
        if any("&" in text and _NO_REFERENCE.search(text) for text in names[2:-files]):
            return False
        self._found.append(_alike(known, form, names, line))
        return True


def _alike(known: Resource, form: str, names: list[str], line: int) -> Resource:
    """Return the resource of the form of ``known`` that has these names; its source begins on ``line``."""
    return known._replace(
        identifier=names[0],
        href=names[1],
        files=tuple(names[-len(known.files) :]),
        line=line + _lines_before(form),
    )


def _lines_before(form: str) -> int:
    return form.count("\n", 0, form.find("<"))


def _is_usual(form: str) -> bool:
    """Whether in a resource of this form all names are those of itself and of its files, which come last."""
    if not _RESOURCE.match(form) or "<!" in form or "<?" in form or ":base" in form:
        return False
    texts, files = len(_STRING.findall(form)), form.count(_FILE)
    return files > 0 and form.count(GAP) == 2 + texts + files and not _STRING.search(form, form.find(_FILE))
