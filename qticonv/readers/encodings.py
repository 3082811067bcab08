"""Which encoding is this? For bytes that are not UTF-8.

charset-normalizer proposes; whether a proposal can be right is judged here by what text looks like: letters of one
script stand together, capitals do not follow small letters, and the letters that a language uses most are the most.
"""

from __future__ import annotations

import codecs
import unicodedata

from msgspec import Struct

SAMPLE_BYTES = 6000
_MARGIN = 0.08  # two readings that are closer than this cannot be told apart
_PLAUSIBLE = 0.35

# Per family: the letters that are used most, then the others. What is in neither is rare.
_MARKS = "’‘“”–—…•«»°§\xa0"
_WESTERN = ("éèàüöäßçñóíáãõêå¿" + _MARKS, "ùâîôûëïúæøœìòÉÈÀÇÖÄÜÑÓÍÁÚÃÕÊÂ¡ºª€£·©®™±×½²³µ´¬")
_CENTRAL = ("ąćęłóśżěíášřéž„" + _MARKS, "ńźčďňťúůýőűöüăâîşţäßĄĆĘŁŃÓŚŹŻČŘŠŽÉÁ")
_TURKISH = ("ıişğüöçİ" + _MARKS, "ÇĞÖŞÜâîû")
_CYRILLIC = ("оеаинтсрвлкмдпуяыьгз№" + _MARKS, "бчйхжшюцщэфъёіїєґАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЭЮЯ")
_GREEK = ("αοιετσνηυρςκπμλάίήέόώ" + _MARKS, "βγδζθξφχψωύΑΒΓΔΕΘΙΚΛΜΝΟΠΡΣΤΧΩ")
_HEBREW = ("יוהלאתרמבנשדעםחק" + _MARKS, "גזטכךןסףפצץ״׳")
_ARABIC = ("اليمنرتوبهعدفسكقحأة،؟" + _MARKS, "إآثجخذزشصضطظغىئؤء؛")
_HANZI = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家"
    "种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日军者意无力它与长把机十民"
    "第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月"
    "题答案选项确错误下列哪属计数据程序电网络安考试单判断解析參這個們來為國說時會對過發後裡種經麼沒動還進樣開從實無與長"
    "機題選項確錯誤哪屬計數據電網絡單斷，。、；：？！（）“”《》【】…　"
)
_HANGUL = (
    "이다는의가에을를한은고로하지도서나있사기정시자대것들어수아리일그인으만부해여라음보오전주적면상동성제중과장원문위"
    "방구공조경관계화용실생비무선내연안발결국학물스트식분신우모소마설교된할때까와답문제정옳은것다음중않무엇두세번"
)
_KANA = "".join(chr(code) for code in (*range(0x3041, 0x3097), *range(0x30A1, 0x30FD))) + "。、「」・ー？（）"
_CHINESE, _KOREAN, _JAPANESE = (_HANZI, ""), (_HANGUL, ""), (_KANA + _HANZI, "")


class _Candidate(Struct, frozen=True, gc=False):
    codec: str
    letters: tuple[str, str]
    prior: float = 0.0  # how much rarer than the first ones


_CANDIDATES = (
    _Candidate("cp1252", _WESTERN, 0.02),
    _Candidate("cp1251", _CYRILLIC),
    _Candidate("cp1250", _CENTRAL, -0.02),
    _Candidate("iso8859_2", _CENTRAL, -0.03),
    _Candidate("cp1254", _TURKISH, -0.04),
    _Candidate("gb18030", _CHINESE),
    _Candidate("big5", _CHINESE, -0.02),
    _Candidate("cp932", _JAPANESE),
    _Candidate("euc_jp", _JAPANESE, -0.02),
    _Candidate("cp949", _KOREAN),
    _Candidate("koi8_r", _CYRILLIC, -0.02),
    _Candidate("cp866", _CYRILLIC, -0.05),
    _Candidate("mac_cyrillic", _CYRILLIC, -0.08),
    _Candidate("cp1253", _GREEK, -0.02),
    _Candidate("cp1255", _HEBREW, -0.02),
    _Candidate("cp1256", _ARABIC, -0.02),
    _Candidate("mac_roman", _WESTERN, -0.08),
    _Candidate("cp850", _WESTERN, -0.08),
)

_SCRIPTS = (
    (0x41, 0x24F, "latin"),
    (0x1E00, 0x1EFF, "latin"),
    (0x370, 0x3FF, "greek"),
    (0x400, 0x52F, "cyrillic"),
    (0x590, 0x5FF, "hebrew"),
    (0x600, 0x6FF, "arabic"),
    (0x3040, 0x30FF, "cjk"),
    (0x3400, 0x9FFF, "cjk"),
    (0xAC00, 0xD7A3, "cjk"),
)


class Guess(Struct, frozen=True, gc=False):
    """An encoding (Python codec name) and whether another one is about as likely."""

    codec: str
    doubtful: bool


def guess(data: bytes) -> Guess:
    """Return the encoding that makes most sense of ``data``, which is neither UTF-8 nor UTF-16; cost is bounded."""
    sample = _sample(data)
    proposed = _proposed(sample)
    readings = [(_score(text, entry, entry.codec == proposed), text, entry.codec) for text, entry in _decodable(sample)]
    if not readings:
        return Guess("cp1252", True)
    readings.sort(key=lambda reading: -reading[0])
    score, text, codec = readings[0]
    rivals = [other for value, other, _ in readings[1:] if score - value < _MARGIN]
    return Guess(codec, score < _PLAUSIBLE or any(other != text for other in rivals))


def _sample(data: bytes) -> bytes:
    """The first lines with bytes beyond ASCII: the others say nothing."""
    chosen: list[bytes] = []
    size = 0
    for line in data[: 40 * SAMPLE_BYTES * 10].split(b"\n"):
        if size >= SAMPLE_BYTES:
            break
        if not line.isascii():
            chosen.append(line[:SAMPLE_BYTES].rstrip(b"\r"))
            size += len(chosen[-1])
    return b"\n".join(chosen)


def _proposed(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    codecs_known = [entry.codec for entry in _CANDIDATES]
    best = from_bytes(sample, cp_isolation=codecs_known, enable_fallback=False).best()
    return best.encoding if best else ""


def _decodable(sample: bytes) -> list[tuple[str, _Candidate]]:
    found = []
    for entry in _CANDIDATES:
        try:
            text = codecs.getincrementaldecoder(entry.codec)().decode(sample)
        except UnicodeDecodeError:
            if entry.codec != "cp1252":
                continue
            text = sample.decode("cp1252", "replace")
        found.append((text, entry))
    return found


def _score(text: str, entry: _Candidate, is_proposed: bool) -> float:
    """Between -2 and about 1: how much ``text`` looks like a text."""
    total = weight = 0.0
    padded = f" {text} "
    for index, character in enumerate(text, start=1):
        if character < "\x80":
            continue
        size = 1.0 if ord(character) < 0x2000 else 2.0
        weight += size
        total += size * _plausibility(character, padded[index - 1], padded[index + 1], entry.letters)
    return total / max(weight, 1.0) + entry.prior + (0.05 if is_proposed else 0.0)


def _plausibility(character: str, before: str, after: str, letters: tuple[str, str]) -> float:
    if unicodedata.category(character) in ("Cc", "Co", "Cn", "Cs") or character == "\ufffd":
        return -2.0
    if character.isalpha():
        if _is_out_of_place(character, before, after, letters[0]):
            return -1.0
        if not before.isalpha() and not after.isalpha() and script_of(character) != "cjk":
            return 0.5  # a letter alone
    elif before.isalpha() and after.isalpha() and character not in "’·\xad" and script_of(before) != "cjk":
        return -1.0  # a sign within a word
    frequent, others = letters
    return 1.0 if character in frequent else 0.7 if character in others else 0.0


def _is_out_of_place(character: str, before: str, after: str, frequent: str) -> bool:
    """Capitals within a word, scripts within another's word, rare Latin letters with accents side by side."""
    script = script_of(character)
    if script == "latin" and before.isalpha() and not before.isascii():
        return not (character in frequent and before in frequent)
    if character.isupper() and before.islower():
        return True
    return script != "cjk" and any(
        side.isalpha() and script_of(side) not in (script, "cjk") for side in (before, after)
    )


def script_of(character: str) -> str:
    """Return ``latin``, ``cyrillic``, ``greek``, ``hebrew``, ``arabic``, ``cjk`` or ``other``."""
    code = ord(character)
    for start, end, name in _SCRIPTS:
        if start <= code <= end:
            return name
    return "other"
