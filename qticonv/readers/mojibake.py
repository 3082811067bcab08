"""Text that was decoded wrongly by an earlier program and saved so: "cafÃ©", "РџСЂРёРІРµС‚", "Ïðèâåò".

Only what is certain is repaired: a passage is turned back into bytes with the wrong encoding and must then be valid
in the right one, and the marks of such damage must outnumber whatever else goes beyond ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from qticonv.patterns import lazy
from qticonv.readers.encodings import script_of

_HIGH_1252 = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_HIGH_1251 = "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—™љ›њќћџ\xa0ЎўЈ¤Ґ¦§Ё©Є«¬\xad®Ї°±Ііґµ¶·ё№є»јЅѕї\x98"
_SIGNS = lazy(
    "[\xa0-\xbf×÷\u2000-\u20cf\u2100-\u23ff\u2500-\u27bf\u3000-\u303f\ufe0f\ufeff\uff00-\uffef\U0001f000-\U0001faff]"
)


class _Kind(Struct, frozen=True, gc=False):
    """``wrong``: the encoding that the text was read in; ``marks``: what its traces look like; ``least``: how many."""

    wrong: str
    right: str
    marks: re.Pattern[str]
    least: int
    rest: re.Pattern[str] | None = None  # what else is recoded once the damage is certain

    @property
    def name(self) -> str:
        return f"{self.right.upper()} that was read as {self.wrong}"


_KINDS = (
    _Kind(
        "cp1252",
        "utf-8",
        lazy(f"(?:[Â-ß][{_HIGH_1252}]|[à-ï][{_HIGH_1252}]{{2}}|[ð-ô][{_HIGH_1252}]{{3}}){{1,200}}"),
        1,
    ),
    _Kind("cp1251", "utf-8", lazy(f"(?:[ВГРС][{_HIGH_1251}]|[вг][{_HIGH_1251}]{{2}}){{2,}}"), 2),
    _Kind("cp1252", "cp1251", lazy("[À-ÿ]{3,}"), 8, lazy("[À-ÿ¸¨¹«»]+")),
)
_SAMPLE = 200_000
_FIRST = lazy("[À-ÿРС]")  # what every trace begins with
_GATE = lazy(f"[À-ÿРС](?:(?<=[Â-ô])[{_HIGH_1252}]|(?<=[РС])[{_HIGH_1251}]|(?<=[À-ÿ])[À-ÿ]{{3}})")


def repair_mojibake(text: str, beyond: str) -> tuple[str, str] | None:
    """Return the repaired text and what had happened to it, or ``None`` where nothing is certainly wrong.

    ``beyond``: the characters of ``text`` beyond ASCII.
    """
    first = min((at for character in set(_FIRST.findall(beyond)) for at in _traces(text, character)), default=None)
    if first is None:
        return None
    start = max(0, first - _SAMPLE // 2)
    sample = text[start : start + _SAMPLE]
    for kind in _KINDS:
        if _is_certain(sample, kind):
            repaired = _restore(text, kind.marks, kind)
            return (_restore(repaired, kind.rest, kind) if kind.rest else repaired), kind.name
    return None


def _traces(text: str, character: str) -> Iterator[int]:
    """The first trace that begins with ``character``. A character is found faster than an expression."""
    at = text.find(character)
    while at >= 0:
        if _GATE.match(text, at):
            yield at
            return
        at = text.find(character, at + 1)


def _restore(text: str, marks: re.Pattern[str], kind: _Kind) -> str:
    return marks.sub(lambda match: _recode(match[0], kind) or match[0], text)


def _is_certain(sample: str, kind: _Kind) -> bool:
    passages = kind.marks.findall(sample)
    restored = [(passage, right) for passage in passages if (right := _recode(passage, kind)) is not None]
    likely = sum(_is_likely(right) for _, right in restored)
    touched = sum(len(passage) for passage, _ in restored)
    beyond = len(sample) - len(sample.encode("ascii", "ignore"))
    return len(restored) >= kind.least and likely >= 0.9 * len(restored) and touched >= 0.6 * beyond


def _recode(passage: str, kind: _Kind) -> str | None:
    data = bytearray()
    for character in passage:
        try:
            data += character.encode(kind.wrong)
        except UnicodeEncodeError:
            if ord(character) > 0xFF:
                return None
            data.append(ord(character))  # the five bytes that the code page leaves undefined
    try:
        return data.decode(kind.right)
    except UnicodeDecodeError:
        return None


def _is_likely(text: str) -> bool:
    """Whether the restored characters are ones that texts consist of."""
    if script_of(text[0]) == "cyrillic":
        return sum(character.islower() for character in text[1:]) >= 0.6 * len(text[1:])
    return all(script_of(character) != "other" or _SIGNS.match(character) for character in text)
