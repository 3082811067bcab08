"""Questions of a form that was found right before: of these only names, ID numbers and tags are looked at.

Where answers are shown and not compared (multiple choice, essay, description), nothing else depends on what a text
says, as long as it says something.
"""

from __future__ import annotations

import re

from msgspec import Struct

from qticonv.conformance.forms import GAP, Forms
from qticonv.conformance.importer import MAX_IDNUMBER, MAX_NAME, Findings

_SECTION = re.compile(r"<!\[CDATA\[([^\]]*+(?:\](?!\]>)[^\]]*+)*+)\]\]>")
_CUT = f"<![CDATA[{GAP}]]>"
_TEXT, _IDNUMBER = f"<text>{_CUT}</text>", f"<idnumber>{_CUT}</idnumber>"
_HEAD = re.compile(rf'\s*<question type="(?:multichoice|essay|description)">\s*<name>\s*{re.escape(_TEXT)}\s*</name>')
_TAGS = re.compile(rf"<tags>(?:\s*<tag>\s*{re.escape(_TEXT)}\s*</tag>)*\s*</tags>")
_OTHER_FORMAT = re.compile(r"""\sformat\s*=(?!"(?:html|moodle_auto_format)")""")
_BETWEEN_SECTIONS = re.compile(r"\]\]>\s+<!\[CDATA\[")


class _Places(Struct, frozen=True, gc=False):
    """Which of the varying parts are no mere texts."""

    idnumber: int | None
    tags: slice


class Memory:
    """Remembers the forms of questions in one file.

    ``passed`` counts the questions that were recalled, ``has_space`` is whether white space may get lost somewhere.
    """

    def __init__(self, findings: Findings) -> None:
        self.forms: Forms[_Places] = Forms("question", _cut, self._recall, self._look)
        self.passed = 0
        self.has_space = False
        self._findings = findings
        self._tags: set[str] = set()

    def right(self) -> None:
        """Note that nothing was found about the question that the parser completed last; it stands in the quiz."""
        completed = self.forms.completed()
        if completed is not None and (places := _places(completed[0])) is not None:
            self.forms.know(completed[0], places)
            self._tags.update(completed[1][places.tags])

    def _recall(self, places: _Places, texts: list[str], line: int) -> bool:
        if not all(map(str.strip, texts)) or not self._is_usual(texts[0]):
            return False
        if any("@@PLUGINFILE@@" in text for text in texts) or not self._tags.issuperset(texts[places.tags]):
            return False
        if places.idnumber is not None:
            identity = (self._findings.category, texts[places.idnumber])
            if identity in self._findings.identifiers or len(identity[1]) > MAX_IDNUMBER:
                return False
            self._findings.identifiers.add(identity)
        self.passed += 1
        return True

    @staticmethod
    def _is_usual(name: str) -> bool:
        return len(name) <= MAX_NAME and "<" not in name and "\n" not in name

    def _look(self, source: str | None) -> None:
        constant = "&" if source is None else _cut(source)[0]
        if "&" in constant or "\r" in constant or _BETWEEN_SECTIONS.search(constant):
            self.has_space = True


def _cut(text: str) -> tuple[str, list[str]]:
    pieces = _SECTION.split(text)
    return _CUT.join(pieces[::2]), pieces[1::2]


def _places(form: str) -> _Places | None:
    """Return the places in a form in which all that matters stands, except for texts that say something."""
    if not _HEAD.match(form) or form.count("<!") > form.count(_CUT) or "<?" in form or _OTHER_FORMAT.search(form):
        return None
    if form.count("<idnumber") > 1 or form.count("<tags") > 1 or "<coursetags" in form:
        return None
    before, found, _ = form.partition(_IDNUMBER)
    if not found and "<idnumber" in form and "<idnumber></idnumber>" not in form:
        return None
    tags = _TAGS.search(form)
    if (tags is None and "<tags" in form) or form.count(_TEXT) + bool(found) != form.count(GAP):
        return None
    start = form.count(GAP, 0, tags.start()) if tags else 0
    end = start + tags[0].count(GAP) if tags else 0
    return _Places(before.count(GAP) if found else None, slice(start, end))
