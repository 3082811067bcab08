"""The head of a line: indentation, bullet, check box, sign, label; all the marks a line may bear, before any decision.

Whether ``1.`` begins a question or an option is not decided here; that needs the layout of the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from qticonv.patterns import lazy
from qticonv.readers.rawtext.words import ByInitial, Openings, Part, first_word, pattern, words


class Head(Struct, frozen=True, gc=False):
    """A line and what stands before its text.

    ``line`` counts from 0, ``indent`` in columns (a tab is 4), ``hashes`` is the depth of a Markdown heading. ``box``
    is ``"x"`` for a ticked box, ``" "`` for an empty one, ``""`` for none. ``word`` is ``"question"`` or ``"option"``
    where such a word stands before the label, or alone. ``punct`` closes the label. ``text`` follows all of it.
    """

    line: int
    raw: str
    indent: int = 0
    hashes: int = 0
    bullet: str = ""
    box: str = ""
    sign: str = ""
    strong: str = ""
    word: str = ""
    label: str = ""
    family: str = ""
    punct: str = ""
    text: str = ""
    inner: str = ""  # a mark inside the label, as in "D:CORRECT)"
    body: str = ""  # what follows bullet, box and sign, the label included


FAMILIES: dict[str, str] = {
    "circled": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮",
    "cyrillic": "АБВГДЕЖЗИК",
    "arabic": "أبجدهوزحطي",
    "greek": "ΑΒΓΔΕΖΗΘ",
    "hebrew": "אבגדהוזח",
    "kana": "アイウエオカキク",
    "hangul": "가나다라마바사아",
    "jamo": "ㄱㄴㄷㄹㅁㅂㅅㅇ",
}
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_ALIASES = str.maketrans("اإ❶❷❸❹❺❻❼❽㉠㉡㉢㉣㉤", "أأ①②③④⑤⑥⑦⑧ㄱㄴㄷㄹㅁ")
_FAMILY_OF = {char: family for family, chars in FAMILIES.items() for char in chars}

_DECOR = lazy(
    r"""(?P<indent>[ \t\u3000\xa0]*)
    (?:(?P<hash>\#{1,6})[ \t]+)?
    (?:(?P<bullet>\*\*|[-*+•▪◦‣●○·–—■□➢➤►>])[ \t]+)?
    (?:(?P<box>\[[ xX*✓✔√]?\]|[☐☑☒✅✔✓❌✗✘])[ \t]*)?
    (?:(?P<sign>\*(?![*\s])|[!=~^@\#>→])[ \t]*)?
    (?P<strong>\*\*\*?|__)?""",
    re.VERBOSE,
)
_LABEL = lazy(
    r"""(?P<open>[(\[（【])?
    (?P<label>\d{1,6}|[IVX]{2,5}(?![a-z])|[ivx]{2,5}(?![a-zA-Z])|[A-Za-zА-Яа-яЁё]|[①-⑮❶-❽㉠-㉤]
      |[أإابجدهوزحطي]|[Α-Θα-θ]|[א-ח]|[ア-ク]|[가나다라마바사아]|[ㄱ-ㅇ])
    (?P<inner>:[A-Z]{4,})?
    (?P<punct>\\?[.)）\]】:：、．。/]\)?|[ \t]?[-–—](?=[ \t])|(?=[ \t\u3000]|$))
    (?P<close>\*\*\*?|__)?[ \t\u3000]*""",
    re.VERBOSE,
)
_CIRCLED = lazy(r"(?P<label>[①-⑮❶-❽㉠-㉤])(?P<punct>)(?P<inner>)(?P<close>\*\*\*?|__)?[ \t\u3000.)]*")
_CLOSERS = {"（": "）", "(": ")", "[": "]", "【": "】"}
_WORDED = ByInitial(
    lambda one_of: (
        rf"""(?:(?P<question>{one_of(words(Part.QUESTION))})|(?P<option>{one_of(words(Part.OPTION))}))
    (?:[ \t]*(?:n[ro]?[.°º]|no\.?|nr\.?|number|\#|№)?[ \t.]*
       (?P<label>\d{{1,6}}|[A-Ha-h](?![^\W_]))(?P<tail>[ \t]*题|번|番)?)?
    (?P<close>\*\*\*?|__)?
    (?P<punct>[ \t]*[.)）:：、．。|]|[ \t]+[-–—](?=[ \t])|(?=[ \t\u3000({{\[（]|$))
    (?P<close2>\*\*\*?|__)?[ \t\u3000]*"""
    ),
    re.VERBOSE,
)
_CJK_NUMBER = lazy(r"第[ \t]*(?P<label>\d{1,6})[ \t]*[题題問问문](?P<punct>[.)）:：、．。]?)[ \t\u3000]*")
_NUMBER = lazy(r"\d{1,6}[ \t]*[-.]?[ \t]*")
_NUMBER_WORD = lazy(
    lambda: (
        rf"(?P<label>\d{{1,6}})[ \t]*[-.]?[ \t]*(?:{pattern(Part.QUESTION)}|번|番)(?![^\W\d_])"
        r"(?P<punct>[ \t]*[.)）:：]?)[ \t]*"
    ),
    re.IGNORECASE,
)
_ABBREVIATION = lazy(r"[a-z]\.")
_WIDE = frozenset(map(chr, [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), 0xFF08]))
_NARROW = {code: code - 0xFEE0 for code in (*map(ord, _WIDE), 0xFF0E, 0xFF09)}  # full-width labels as ASCII
_LABEL_REACH = 6
_TICKED = frozenset("xX*✓✔√☑☒✅")
_ANNOUNCING = words(Part.QUESTION) | words(Part.OPTION)
_FIRST_WORDS = Openings(_ANNOUNCING).words
_FIRST_WIDE = frozenset({*(word[0] for word in _ANNOUNCING if ord(word[0]) > 0x2E80), "번", "番"})


def read_heads(lines: Sequence[str]) -> list[Head]:
    """Return the head of every line."""
    return [read_head(number, line) for number, line in enumerate(lines)]


def read_head(line: int, text: str) -> Head:
    """Return the head of one line; it never fails: a line without marks has only text."""
    raw = text.strip()
    if not raw:
        return Head(line, "")
    if raw[0] in _WIDE:
        text = raw = raw[:_LABEL_REACH].translate(_NARROW) + raw[_LABEL_REACH:]
    if raw[0].isalnum() and raw[0] == text[0]:  # most lines bear no marks; this saves them the pattern
        found = _label(raw)
        if found is None:
            return Head(line, raw, text=raw, body=raw)
        word, label, family, punct, inner, body = found
        return Head(line, raw, 0, 0, "", "", "", "", word, label, family, punct, body, inner, raw)
    decor = _DECOR.match(text)
    if decor is None:
        return Head(line, raw, text=raw, body=raw)
    indent = len(decor["indent"].expandtabs(4))
    hashes, bullet = len(decor["hash"] or ""), decor["bullet"] or ""
    sign, strong = decor["sign"] or "", decor["strong"] or ""
    box = _box(decor["box"])
    rest = text[decor.end() :].rstrip()
    word, label, family, punct, inner, body = _label(rest) or ("", "", "", "", "", rest)
    return Head(line, raw, indent, hashes, bullet, box, sign, strong, word, label, family, punct, body, inner, rest)


def _box(found: str | None) -> str:
    if not found:
        return ""
    return "x" if found.strip("[]") in _TICKED else " "


_Label = tuple[str, str, str, str, str, str]  # word, label, family, punctuation, inner mark, text


def _label(rest: str) -> _Label | None:
    """Return what is said by the label or word that the text behind the bullet begins with, if it does."""
    word = first_word(rest)
    if len(word) > 1 and rest[0].isascii() and word.strip("IVXivx"):  # no label, as in most lines
        return _worded(rest) if word.casefold() in _FIRST_WORDS else None
    labelled = _LABEL.match(rest)
    found = labelled or _CIRCLED.match(rest)
    if found:
        label, punct, inner = found.group("label", "punct", "inner")
        punct = punct.strip(" \t\\")
        body = rest[found.end() :]
        if not (_is_no_label(label, punct, body) or _wants_word(label, punct)):
            opened = labelled["open"] if labelled else None
            punct = ("(" + punct) if opened and punct[:1] == _CLOSERS[opened] else punct
            return "", label, family_of(label), punct, (inner or "").strip(":"), body
    if word:
        return _worded(rest) if _may_announce(word) else None
    return _numbered(rest) if rest[:1].isdigit() else None


def _wants_word(label: str, punct: str) -> bool:
    """Whether the label alone is too little: a letter that may be the beginning of a word such as ``Q``."""
    return label in "Qq" and punct in ".:：)"


def _is_no_label(label: str, punct: str, body: str) -> bool:
    """Decimals (1.5), abbreviations (e.g.), times (10:30) are no labels."""
    if label.isdigit():
        return (punct in {".", ":"} and body[:1].isdigit()) or punct == "/"
    return punct == "." and label.islower() and _ABBREVIATION.match(body) is not None


def _worded(rest: str) -> _Label | None:
    """The same where a word such as ``Question`` may stand."""
    found = _CJK_NUMBER.match(rest) or _WORDED.match(rest)
    word = "option" if found and found.groupdict().get("option") else "question"
    return _after_label(found, word, rest)


def _numbered(rest: str) -> _Label | None:
    """The same where the word stands behind the number: ``3. soru``, ``12번``."""
    number = _NUMBER.match(rest)
    following = first_word(rest[number.end() :]) if number else ""
    return _after_label(_NUMBER_WORD.match(rest), "question", rest) if following and _may_announce(following) else None


def _may_announce(word: str) -> bool:
    """Whether a word, or its first character where no spaces divide words, may announce a question."""
    return word.casefold() in _FIRST_WORDS or word[0] in _FIRST_WIDE


def _after_label(found: re.Match[str] | None, word: str, rest: str) -> _Label | None:
    if not found:
        return None
    label = found["label"] or ""
    if not label and not found["punct"].strip() and rest[found.end() :]:
        return None  # a sentence that begins with the word
    if word == "question" and label and not label.isdigit():
        return None
    return word, label, family_of(label) if label else "", found["punct"].strip(), "", rest[found.end() :]


@lru_cache(maxsize=4096)
def family_of(label: str) -> str:
    """The family of labels that ``label`` belongs to: ``latin``, ``digit``, ``roman``, ``circled``, …"""
    if label.isascii():
        if label.isdigit():
            return "digit"
        return "roman" if len(label) > 1 else "latin"
    return _FAMILY_OF.get(label.upper().translate(_ALIASES), "cyrillic" if label.upper() in "ЁЛМН" else "")


_LOOKALIKE = str.maketrans("АВСЕ", "ABCE")  # Cyrillic letters typed for Latin ones


@lru_cache(maxsize=4096)
def value_of(label: str, family: str) -> int | None:
    """The place of ``label`` in ``family``, from 0; ``None`` where it is not of that family."""
    upper = label.upper().translate(_ALIASES)
    if family == "digit":
        return int(label) - 1 if label.isdigit() and label.isascii() else None
    if family == "latin":
        upper = upper.translate(_LOOKALIKE)
        return ord(upper) - 65 if len(upper) == 1 and "A" <= upper <= "Z" else None
    if family == "roman":
        return _ROMAN.index(upper) if upper in _ROMAN else None
    place = FAMILIES.get(family, "").find(upper) if len(upper) == 1 else -1
    return place if place >= 0 else None
