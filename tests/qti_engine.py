"""A judge: pyslet, an independent QTI 2.1 engine, runs items; and helpers that look into what was written."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from msgspec.structs import replace

from qticonv.model import Item, ItemBank
from qticonv.model.options import WriteOptions
from qticonv.writers.qti21 import write

QTI = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
Response = str | Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to: the score, and the feedback shown as identifier and text."""

    score: float
    shown: Mapping[str, str]

    @property
    def texts(self) -> set[str]:
        """The texts that show."""
        return set(self.shown.values())


def package(bank: ItemBank, options: WriteOptions | None = None) -> dict[str, bytes]:
    """Write ``bank`` and return the files of the package."""
    buffer = io.BytesIO()
    assert write(bank, options or WriteOptions(), buffer) == ()
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def document(item: Item, options: WriteOptions | None = None) -> bytes:
    """Write a bank of ``item`` alone and return its document."""
    files = package(ItemBank(items=(replace(item, passage=None),), language="en"), options)
    (name,) = (name for name in files if name.startswith("items/"))
    return files[name]


def text_of(element: etree._Element) -> str:
    """Return the text of an element with line breaks as they show."""
    copy = etree.fromstring(etree.tostring(element, with_tail=False))
    for line in copy.iter(f"{QTI}br"):
        line.text = "\n"
    return "".join(map(str, copy.itertext()))


def identifier_of(data: bytes, text: str) -> str:
    """Return the identifier of the choice that says ``text``."""
    root = etree.fromstring(data)
    names = ("simpleChoice", "simpleAssociableChoice", "inlineChoice")
    found = [e.get("identifier", "") for name in names for e in root.iter(f"{QTI}{name}") if text_of(e) == text]
    assert len(found) == 1, f"{text!r} stands for {len(found)} choices"
    return found[0]


def attempt(data: bytes, responses: Mapping[str, Response]) -> Outcome:
    """Answer the item ``data`` with ``responses`` (by response identifier) and return what comes of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyslet was written for older Pythons
        state = _session(data, responses)
    return Outcome(float(state["SCORE"].value), dict(_shown(data, state)))


def _session(data: bytes, responses: Mapping[str, Response]) -> Any:
    from pyslet.qtiv2.variables import ItemSessionState
    from pyslet.qtiv2.xml import QTIDocument

    read = QTIDocument()
    read.read(src=io.BytesIO(data))
    state = ItemSessionState(read.root)
    state.begin_session()
    for name, value in responses.items():
        variable = state[name]
        variable.set_value(_typed(variable, value))
    state.end_attempt()
    return state


def _typed(variable: Any, value: Response) -> Any:
    if value is None or not isinstance(value, str):
        return value
    from pyslet.qtiv2.variables import FloatValue

    return float(value) if isinstance(variable, FloatValue) else value


def _shown(data: bytes, state: Any) -> list[tuple[str, str]]:
    shown = []
    for modal in etree.fromstring(data).iter(f"{QTI}modalFeedback"):
        value = state[modal.get("outcomeIdentifier")].value
        held = [] if value is None else [value] if isinstance(value, str) else list(value)
        if modal.get("identifier") in held:
            shown.append((modal.get("identifier", ""), text_of(modal)))
    return shown


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A package of ``files``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()
