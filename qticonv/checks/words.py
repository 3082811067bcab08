"""Words of several languages that checks look for, all in lower case."""

from __future__ import annotations

# language -> words for true, words for false
_TRUTH = {
    "en": ("true t right correct yes y", "false f wrong incorrect no n"),
    "de": ("wahr richtig ja stimmt w r", "falsch unwahr nein"),
    "fr": ("vrai v exact oui", "faux inexact non"),
    "es": ("verdadero cierto correcto sí si", "falso incorrecto"),
    "it": ("vero giusto corretto", "sbagliato scorretto"),
    "pt": ("verdadeiro certo correto sim", "errado incorreto não nao"),
    "nl": ("waar juist goed", "onwaar onjuist fout nee"),
    "sv": ("sant rätt riktigt", "falskt fel"),
    "da": ("sandt rigtigt", "forkert falsk"),
    "no": ("riktig", "galt usant"),
    "fi": ("tosi oikein", "epätosi väärin"),
    "pl": ("prawda tak", "fałsz nie"),
    "cs": ("pravda správně ano", "nepravda špatně ne"),
    "hu": ("igaz igen", "hamis nem"),
    "ro": ("adevărat corect", "fals incorect"),
    "tr": ("doğru evet", "yanlış hayır"),
    "ru": ("правда верно да истина", "ложь неверно нет неправда"),
    "uk": ("так вірно", "хибно ні невірно"),
    "el": ("σωστό ναι", "λάθος όχι"),
    "zh": ("正确 对 是", "错误 错 否 不对"),
    "ja": ("正しい はい", "間違い いいえ 誤り"),
    "ko": ("맞다 참 예", "틀리다 거짓 아니오"),
    "ar": ("صحيح صح نعم", "خطأ غلط لا"),
    "he": ("נכון כן", "שגוי לא"),
    "hi": ("सत्य सही हाँ", "असत्य गलत नहीं"),
    "vi": ("đúng", "sai"),
    "id": ("benar ya", "salah tidak"),
    "signs": ("✓ ✔ √ ○", "✗ ✘ × ❌"),
}
TRUE_WORDS = frozenset(word for right, _ in _TRUTH.values() for word in right.split())
FALSE_WORDS = frozenset(word for _, wrong in _TRUTH.values() for word in wrong.split())

NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eine": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5,
    "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5,
    "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5,
    "uma": 1, "duas": 2, "três": 3, "quatro": 4, "due": 2, "tre": 3, "quattro": 4,
    "twee": 2, "drie": 3,
    **{str(number): number for number in range(1, 10)},
}  # fmt: skip
