"""Make ``schemas/*.rng`` from ``schemas/*.rnc``: ``python -m tools.grammars`` (with the extra ``grammars``).

The compact syntax is what people read and write; lxml reads the XML syntax. Two things are changed on the way:

* ``urn:local`` stands for "no namespace", which rnc2rng cannot write;
* an element with several names becomes a choice of elements: libxml2 loses such names in some choices, and is faster
  without them.

``qti21-core.rng`` is the part of ``qti21.rng`` that the commonest documents need. Libxml2 reads the whole grammar in
some 70 ms and this part in one. Elements are only taken out of it, so what it accepts, the whole grammar accepts.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import rnc2rng
from lxml import etree

_COMMON = """
    assessmentItem responseDeclaration outcomeDeclaration defaultValue correctResponse value mapping mapEntry itemBody
    modalFeedback choiceInteraction simpleChoice textEntryInteraction extendedTextInteraction rubricBlock
    responseProcessing responseCondition responseIf responseElseIf responseElse setOutcomeValue baseValue variable
    correct match member stringMatch mapResponse isNull and or not sum gte lte
    assessmentTest testPart assessmentSection assessmentItemRef itemSessionControl timeLimits selection ordering weight
    outcomeProcessing testVariables
    div p br em strong sub sup code pre ul ol li img
"""
CORE = frozenset(_COMMON.split())
SCHEMAS = Path(__file__).resolve().parent.parent / "schemas"
_RNG = "{http://relaxng.org/ns/structure/1.0}"
_DEAD = f"{_RNG}notAllowed"
_LOCAL = "urn:local"


def convert(path: Path) -> bytes:
    """Return the grammar in the compact file ``path`` in RELAX NG's XML syntax."""
    text = rnc2rng.dumps(rnc2rng.load(str(path)))
    text = text.replace(f' xmlns:local="{_LOCAL}"', "").replace(_LOCAL, "")
    parser = etree.XMLParser(remove_blank_text=True)
    root = etree.fromstring(text.encode("utf-8"), parser)
    for element in list(root.iter(f"{_RNG}element")):
        _one_name_each(element)
    note = etree.Comment(f" Made from {path.name} by `python -m tools.grammars`; change that file. ")
    root.insert(0, note)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _one_name_each(element: etree._Element) -> None:
    """Turn ``element (a | b) { … }`` into ``element a { … } | element b { … }``."""
    names = element[0]
    if names.tag != f"{_RNG}choice" or any(name.tag != f"{_RNG}name" for name in names):
        return
    choice = etree.Element(f"{_RNG}choice")
    for name in names:
        one = etree.SubElement(choice, f"{_RNG}element")
        one.append(deepcopy(name))
        one.extend(deepcopy(child) for child in list(element)[1:])
    parent = element.getparent()
    assert parent is not None
    parent.replace(element, choice)


def core(grammar: bytes) -> bytes:
    """Return what is left of a grammar in RELAX NG's XML syntax without all elements that are not in :data:`CORE`."""
    root = etree.fromstring(grammar, etree.XMLParser(remove_blank_text=True))
    for element in list(root.iter(f"{_RNG}element")):
        name = element.get("name") or (element[0].text if element[0].tag == f"{_RNG}name" else None)
        if name not in CORE:
            _replace(element, "notAllowed")
    while _simplify(root):
        pass
    _drop_unused(root)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _replace(element: etree._Element, name: str) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.replace(element, etree.Element(f"{_RNG}{name}"))


def _simplify(root: etree._Element) -> bool:
    """Take one step of what follows from patterns that are not allowed; ``False`` where nothing is left to do."""
    dead = {entry.get("name") for entry in root.iter(f"{_RNG}define") if [part.tag for part in entry] == [_DEAD]}
    for reference in [entry for entry in root.iter(f"{_RNG}ref") if entry.get("name") in dead]:
        _replace(reference, "notAllowed")
    for pattern in root.iter(_DEAD):
        parent = pattern.getparent()
        assert parent is not None
        if parent.tag == f"{_RNG}choice":
            parent.remove(pattern)
            if not len(parent):
                _replace(parent, "notAllowed")
            return True
        if parent.tag in (f"{_RNG}optional", f"{_RNG}zeroOrMore"):
            _replace(parent, "empty")
            return True
        if parent.tag != f"{_RNG}define":
            _replace(parent, "notAllowed")
            return True
        if len(parent) > 1:
            parent[:] = [etree.Element(_DEAD)]
            return True
    return False


def _drop_unused(root: etree._Element) -> None:
    definitions = {entry.get("name"): entry for entry in root.iter(f"{_RNG}define")}
    used: set[str | None] = set()
    open_ends = [entry.get("name") for start in root.iter(f"{_RNG}start") for entry in start.iter(f"{_RNG}ref")]
    while open_ends:
        name = open_ends.pop()
        if name not in used:
            used.add(name)
            open_ends += [entry.get("name") for entry in definitions[name].iter(f"{_RNG}ref")]
    for name, entry in definitions.items():
        if name not in used:
            root.remove(entry)


def main() -> None:
    """Convert every grammar."""
    for path in sorted(SCHEMAS.glob("*.rnc")):
        target = path.with_suffix(".rng")
        target.write_bytes(convert(path))
        print(target.name)
    (SCHEMAS / "qti21-core.rng").write_bytes(core((SCHEMAS / "qti21.rng").read_bytes()))


if __name__ == "__main__":
    main()
