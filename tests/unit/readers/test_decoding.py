"""Bytes become lines: encodings, line ends, damage of characters, input that is no text."""

from __future__ import annotations

import io
import time
import zipfile

import pytest

from qticonv.diagnostics import Code
from qticonv.model import Source
from qticonv.readers.decoding import Decoded, decode, fold_line

TEXTS = {
    "french": "1. Quelle est la capitale de l’Égypte ?\nA. Le Caire, fondé il y a dix siècles\nB. Paris\nRéponse : A\n",
    "german": "1. Welche Größe hat ein Atom?\nA) größer als ein Haar\nB) überall gleich\nLösung: A\n",
    "portuguese": "1. Qual é a opção correta?\na) não há solução\nb) coração\nResposta: b\n",
    "spanish": "1. ¿Cuál es la opción correcta?\na) el niño\nb) la montaña\nRespuesta: b\n",
    "polish": "1. Która odpowiedź jest właściwa?\na) żółć\nb) gęś i łoś\nOdpowiedź: a\n",
    "czech": "1. Která odpověď je správná?\na) řeka teče\nb) žlutý kůň\n",
    "turkish": "1. Doğru cevap hangisidir?\nA) şık olan\nB) ıspanak\n",
    "russian": "1. Какой ответ правильный?\nА) первый\nБ) второй\nОтвет: А\n",
    "greek": "1. Ποια είναι η σωστή απάντηση;\nΑ. η πρώτη\nΒ. η δεύτερη\n",
    "hebrew": "1. מהי התשובה הנכונה?\nא. ראשונה\nב. שנייה\n",
    "arabic": "1. ما هو الجواب الصحيح؟\nأ. الأول\nب. الثاني\n",
    "chinese": "1. 下列哪项是正确的？\nA. 第一个选项\nB. 第二个\n答案：A\n",
    "taiwanese": "1. 下列哪項是正確的？\nA. 第一個選項\nB. 第二個選項\n答案：A\n",
    "japanese": "1. 次のうち正しいものはどれですか。\nA. これ\nB. それ\n答え：A\n",
    "korean": "1. 다음 중 옳은 것은 무엇인가?\nA. 첫번째\nB. 두번째\n정답: A\n",
}
ENCODED = [
    ("french", "cp1252"),
    ("french", "mac_roman"),
    ("german", "cp1252"),
    ("german", "latin-1"),
    ("german", "cp850"),
    ("portuguese", "cp1252"),
    ("spanish", "cp1252"),
    ("polish", "cp1250"),
    ("polish", "iso8859_2"),
    ("czech", "cp1250"),
    ("czech", "iso8859_2"),
    ("turkish", "cp1254"),
    ("russian", "cp1251"),
    ("russian", "koi8_r"),
    ("russian", "cp866"),
    ("greek", "cp1253"),
    ("hebrew", "cp1255"),
    ("arabic", "cp1256"),
    ("chinese", "gbk"),
    ("taiwanese", "big5"),
    ("japanese", "cp932"),
    ("japanese", "euc_jp"),
    ("korean", "cp949"),
]


def codes(decoded: Decoded) -> list[Code]:
    return [diagnostic.code for diagnostic in decoded.diagnostics]


def read(data: bytes) -> Decoded:
    return decode(Source("quiz.txt", data))


@pytest.mark.parametrize("name", TEXTS)
def test_utf_8_needs_no_remark(name: str) -> None:
    decoded = read(TEXTS[name].encode())
    assert decoded == Decoded(tuple(TEXTS[name].splitlines()), (), "utf-8")


@pytest.mark.parametrize(("name", "encoding"), ENCODED)
def test_legacy_encodings_are_found(name: str, encoding: str) -> None:
    decoded = read(TEXTS[name].encode(encoding))
    assert decoded.lines == tuple(TEXTS[name].splitlines())
    assert codes(decoded)[0] in (Code.INPUT_ENCODING, Code.INPUT_ENCODING_DOUBTFUL)


@pytest.mark.parametrize("name", ["french", "russian", "chinese", "korean"])
@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
def test_unicode_encodings_with_and_without_mark(name: str, encoding: str) -> None:
    decoded = read(TEXTS[name].encode(encoding))
    assert decoded.lines == tuple(TEXTS[name].splitlines())
    assert not decoded.diagnostics


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    assert read(f"one{end}two{end}{end}four{end}".encode()).lines == ("one", "two", "", "four")


def test_mixed_line_ends_and_other_separators() -> None:
    assert read("a\r\nb\nc\rd\u2028e\u0085f\x0bg".encode()).lines == ("a", "b", "c", "d e f g")


@pytest.mark.parametrize("data", [b"", b"\n", b" \t\r\n \n", b"\xef\xbb\xbf", b"\x0c\n\x0c", "\u200b\n".encode()])
def test_empty_input_is_an_error(data: bytes) -> None:
    assert Code.INPUT_EMPTY in codes(read(data))


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", Code.INPUT_BINARY, "text"),
        (bytes(range(256)) * 50, Code.INPUT_BINARY, "text"),
        (b"\x7fELF\x02\x01\x01" + b"\x00" * 60, Code.INPUT_BINARY, "text"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", Code.INPUT_UNSUPPORTED, "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100, Code.INPUT_UNSUPPORTED, "2007"),
        (b"PK\x03\x04broken", Code.INPUT_UNSUPPORTED, "damaged"),
    ],
)
def test_binary_input_is_named(data: bytes, code: Code, word: str) -> None:
    decoded = read(data)
    assert decoded.lines == ()
    assert decoded.encoding == "binary"
    assert codes(decoded) == [code]
    assert word in decoded.diagnostics[0].message


@pytest.mark.parametrize(
    ("member", "word"), [("word/document.xml", "Word"), ("xl/workbook.xml", "Excel"), ("imsmanifest.xml", "package")]
)
def test_office_files_are_named(member: str, word: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(member, "<x/>")
    diagnostic = read(buffer.getvalue()).diagnostics[0]
    assert diagnostic.code is Code.INPUT_UNSUPPORTED
    assert word in diagnostic.message
    assert diagnostic.hint


REPAIRED = [
    ("form feed before a line", "one\n\x0cTwo\n", ("one", "Two")),
    ("form feed within a line", "one\x0ctwo\n", ("one two",)),
    ("bell and nul", "on\x07e\x00\n", ("one",)),
    ("terminal colours", "\x1b[31mred\x1b[0m\n", ("red",)),
    ("zero width space", "A\u200b. one\n", ("A. one",)),
    ("byte order mark inside", "one\n\ufefftwo\n", ("one", "two")),
    ("writing direction overridden", "\u202eA. one\u202c\n", ("A. one",)),
    ("joiner between Latin letters", "fi\u200dle\n", ("file",)),
    ("soft hyphen in a word", "ex\u00adam\u00adple\n", ("example",)),
    ("Kangxi radical", "⼯程\n", ("工程",)),
    ("ligature", "of\ufb01ce\n", ("office",)),
]


@pytest.mark.parametrize(("what", "text", "lines"), REPAIRED, ids=[row[0] for row in REPAIRED])
def test_characters_are_repaired_and_noted(what: str, text: str, lines: tuple[str, ...]) -> None:
    decoded = read(text.encode())
    assert decoded.lines == lines
    assert codes(decoded) == [Code.INPUT_CHARACTERS]
    assert decoded.diagnostics[0].span is not None


@pytest.mark.parametrize(
    "text",
    ["می‌شود", "👨‍👩‍👧 family", "a\u00a0b", "Quoi\u202f?", "Ａ．一", "word\u00ad", "CAFÉ», dit-il", "x² ½ © ™", "¿Qué?"],
)
def test_what_is_meant_stays(text: str) -> None:
    assert read(text.encode()) == Decoded((text,), (), "utf-8")


MOJIBAKE = [
    ("Qu’est-ce qu’un café à Orléans ?", "cp1252"),
    ("Übung: Größe – „schön“", "cp1252"),
    ("Какой ответ правильный? Второй ответ.", "cp1251"),
    ("下列哪项是正确的？", "cp1252"),
]


@pytest.mark.parametrize(("text", "wrong"), MOJIBAKE)
def test_mojibake_of_utf_8_is_undone(text: str, wrong: str) -> None:
    damaged = "".join(
        bytes([byte]).decode(wrong, "replace").replace("\ufffd", chr(byte)) if byte > 0x7F else chr(byte)
        for byte in text.encode()
    )
    decoded = read(damaged.encode())
    assert decoded.lines == (text,)
    assert codes(decoded)[0] is Code.INPUT_MOJIBAKE


def test_cyrillic_read_as_latin_is_undone() -> None:
    text = "Какой ответ правильный и почему его считают верным в этой задаче всегда? Да, он."
    decoded = read(text.encode("cp1251").decode("cp1252").encode())
    assert decoded.lines == (text,)


def test_utf_8_with_wrong_bytes_is_read_line_by_line() -> None:
    decoded = read("1. Où est l’été ?\nA. déjà là\n".encode() + b"B. caf\xe9\n" + "C. né à ".encode() + b"\xff\n")
    assert decoded.lines == ("1. Où est l’été ?", "A. déjà là", "B. café", "C. né à \ufffd")
    assert codes(decoded) == [Code.INPUT_ENCODING, Code.INPUT_CHARACTERS_LOST]
    lost = decoded.diagnostics[1].span
    assert lost is not None
    assert lost.start_line == 4


def test_surrogate_halves_in_utf_8() -> None:
    decoded = read(b"1. \xed\xa0\xbd\xed\xb8\x80 and \xed\xa0\x80\n")
    assert decoded.lines == ("1. \U0001f600 and \ufffd",)
    assert Code.INPUT_CHARACTERS_LOST in codes(decoded)


def test_question_marks_in_place_of_letters_are_named_line_by_line() -> None:
    decoded = read(b"1. ????? ??????\n????? a) one\n?????? ??? b) two\nReally??\n")
    assert codes(decoded) == [Code.INPUT_CHARACTERS_LOST] * 3
    assert [diagnostic.span.start_line for diagnostic in decoded.diagnostics if diagnostic.span] == [1, 2, 3]


def test_question_marks_that_are_meant() -> None:
    assert not read(b"What is 2, 4, ??\nReally???\n???\n").diagnostics


def test_many_damaged_lines_are_not_named_one_by_one_for_ever() -> None:
    decoded = read("\ufffd\n".encode() * 500)
    assert len(decoded.diagnostics) == 51
    last = decoded.diagnostics[-1].span
    assert last is not None
    assert last.end_line == 500


def test_fold_line_keeps_columns() -> None:
    line = "Ａ．\u3000⼯程\u00a0（１）𝗤𝘂𝗲𝘀𝘁𝗶𝗼𝗻"
    assert fold_line(line) == "A. 工程 (1)Question"
    assert len(fold_line(line)) == len(line)
    assert fold_line("① x² ﬁ") == "① x² ﬁ"


@pytest.mark.slow
@pytest.mark.parametrize(
    "data",
    [
        b"x" * 50_000_000,
        "é".encode() * 25_000_000,
        "é".encode("cp1252") * 50_000_000,
        b"\x0c" * 50_000_000,
        "Ã©".encode() * 5_000_000,
    ],
    ids=["ascii", "utf-8", "cp1252", "form feeds", "mojibake"],
)
def test_a_giant_line_passes(data: bytes) -> None:
    start = time.monotonic()
    assert len(read(data).lines) == 1
    assert time.monotonic() - start < 30
