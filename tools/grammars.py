"""Make ``schemas/*.rng`` from ``schemas/*.rnc``: ``python -m tools.grammars`` (with the extra ``grammars``).

The compact syntax is what people read and write; lxml reads the XML syntax. Two things are changed on the way:

* ``urn:local`` stands for "no namespace", which rnc2rng cannot write;
* an element with several names becomes a choice of elements: libxml2 loses such names in some choices, and is faster
  without them.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import rnc2rng
from lxml import etree

SCHEMAS = Path(__file__).resolve().parent.parent / "schemas"
_RNG = "{http://relaxng.org/ns/structure/1.0}"
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


def main() -> None:
    """Convert every grammar."""
    for path in sorted(SCHEMAS.glob("*.rnc")):
        target = path.with_suffix(".rng")
        target.write_bytes(convert(path))
        print(target.name)


if __name__ == "__main__":
    main()
