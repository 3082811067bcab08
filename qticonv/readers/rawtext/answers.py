"""What a stated key means: letters, numbers or the text of options, and the feedback that goes on behind it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from msgspec import Struct

from qticonv.patterns import lazy
from qticonv.readers.rawtext.heads import family_of, value_of
from qticonv.readers.rawtext.words import Part, alternatives, pattern, words


class Option(Struct, frozen=True, gc=False):
    """An option as a key may name it: its printed label and its text."""

    label: str
    text: str


class Resolved(Struct, frozen=True, gc=False):
    """Positions of the keyed options, the text behind the labels, and what is doubtful (``""``: nothing).

    ``error`` says why no key could be read although something stands there.
    """

    positions: tuple[int, ...] = ()
    rest: str = ""
    doubt: str = ""
    error: str = ""


class KeyStyle(Struct, frozen=True, gc=False):
    """What all keys of a file tell of how they name options.

    ``base``: the number (0 or 1) of the first option where no numbers are printed, ``None`` if nothing tells it.
    ``by_label``: keys name printed labels, never texts. ``has_zero``: a key is 0, though the printed numbers begin
    with 1.
    """

    base: int | None = None
    by_label: bool = False
    has_zero: bool = False


UNKNOWN = KeyStyle()
_LABEL = r"(?:\d{1,2}|[A-Za-zА-Яа-я]|[①-⑮❶-❽㉠-㉤]|[أإابجدهو]|[α-θΑ-Θ]|[א-ח]|[가나다라마]|[ア-ク]|[ivxIVX]{2,4})"
_OPENING = r"[(\[（【*_`\"'“]*"
_ONE = lazy(rf"{_OPENING}(?P<label>{_LABEL})(?![^\W_])(?P<close>[)\]）】*_`\"'”.:：．、,]*)", re.UNICODE)
_NAMES = {"options", "choices", "letter", "letters", "letra", "lettre", "opciones"}
_WORD = lazy(
    lambda: (
        r"(?:(?:both|only|sowohl|les|la|le|the|is|are|ist|es|litera|буква)\s+)*"
        rf"(?:{alternatives(words(Part.OPTION) | _NAMES)}\s*[:.]?\s*)?"
    ),
    re.IGNORECASE,
)
_BETWEEN = lazy(
    lambda: (
        r"(?:\s*(?:[,;，；、/&+|]|\b(?:and|AND|And|und|et|or|ve|va|dan|và)\b|\b[yeiио](?=\s+[(\[\"']?\w\b)|和|与|및|와)\s*)+"
        rf"(?:{alternatives(words(Part.OPTION))}\s+)?|\s+"
    )
)
_SOLID = lazy(r"[(\[*_`\"]*(?P<letters>[A-Z]{2,8}|[a-z]{2,8}|[①-⑮]{2,8}|[А-Е]{2,6})[)\]*_`\".。]*$")
_NUMBERS = lazy(r"[(\[]?\d{1,2}[)\].]*(?:\s*[,;&]\s*[(\[]?\d{1,2}[)\].]*)*")
_DIGITS = lazy(r"\d+")
_NUMERALS = frozenset({"digit", "circled", "roman"})
_UNNUMBERED = "the key is a number, and nothing tells whether the first option is 0 or 1"
_LABEL_REACH = 12
_WIDE = frozenset(map(chr, range(0xFF08, 0xFF5B)))  # full-width brackets, digits and letters
_NOISE = lazy(r"[\s\"'“”‘’«»`*_\\]+")
_ENDING = lazy(r"[.。,;:!?]+$")
_WORDS_BEHIND = lazy(lambda: rf"\s*[-–—(（]*\s*{pattern(Part.CORRECT)}\s*[)）]*\s*$", re.IGNORECASE)


def fold(text: str) -> str:
    """Fold a text for comparison: look-alikes, case, quotes, marks of emphasis, white space, the final point."""
    plain = unicodedata.normalize("NFKC", text) if not text.isascii() else text
    return _ENDING.sub("", _NOISE.sub("", plain)).casefold()


def resolve(value: str, options: Sequence[Option], style: KeyStyle = UNKNOWN) -> Resolved:
    """Find out which of ``options`` the key ``value`` names: by printed label, else by text, else by number.

    ``style`` is what the file tells of its keys; what it does not tell is not guessed.
    """
    value = value.strip()
    if "\n" in value:
        return _resolve_lines(value.split("\n"), options, style)
    number = numbers_in(value)
    if len(number) == 1 and not are_numbered(options):
        return _by_number(number[0], options, style.base)
    if not value:
        return Resolved()
    lone = _positions([value], options, style.base) if len(value) == 1 else None
    if lone:
        return _unless_text(value, lone, options, style)
    exact = () if _looks_like_label(value) else _by_text(value, options)
    if exact:
        return Resolved(exact)
    return _by_labels(value, options, style) or _by_wording(value, options, style.base)


def _unless_text(value: str, found: tuple[int, ...], options: Sequence[Option], style: KeyStyle) -> Resolved:
    """The options that ``value`` names by label, unless it may mean something else that the file does not rule out."""
    text = () if style.by_label else _by_text(value, options) or _by_texts(value, options)
    if text and text != found:
        return Resolved(error="the key could be the label of one option or the text of another")
    if style.has_zero and numbers_in(value):
        return Resolved(error="the key is a number, and keys of this file count from 0, though 1 is printed first")
    return Resolved(found)


def _by_labels(value: str, options: Sequence[Option], style: KeyStyle) -> Resolved | None:
    """The options whose labels ``value`` begins with; ``None`` where it does not begin with labels of options."""
    labels, rest = read_labels(value, len(options))
    if not labels:
        return None
    found = _positions(labels, options, style.base)
    if found is not None:
        return _with_rest(found, rest, options) if rest.strip() else _unless_text(value, found, options, style)
    exact = _by_text(value, options) or (_by_text(rest, options) if labels[0].isdigit() else ())
    if exact:
        return Resolved(exact)
    if rest:
        return None
    return Resolved(error=_UNNUMBERED if style.base is None and labels[0].isdigit() else _no_option(labels))


def _by_wording(value: str, options: Sequence[Option], base: int | None) -> Resolved:
    """The options that ``value`` names by their texts, or in a sentence."""
    exact = _by_text(value, options) or _by_texts(value, options)
    if exact:
        return Resolved(exact)
    beginning = _by_beginning(value, options) or _at_end(value, options, base)
    return beginning or Resolved(rest=value, error="the key matches no option")


def numbers_in(value: str) -> list[str]:
    """The numbers that ``value`` consists of: ``2``, ``(1)``, ``1, 3``; none where it says anything else."""
    return _DIGITS.findall(value) if _NUMBERS.fullmatch(value) else []


def are_numbered(options: Sequence[Option]) -> bool:
    """Whether the printed labels are numerals, so that a number is a label."""
    return any(option.label and family_of(option.label) in _NUMERALS for option in options)


def _by_number(number: str, options: Sequence[Option], base: int | None) -> Resolved:
    """The option that has a number for its text, or the place that the number names; nothing where these disagree."""
    text = _by_text(number, options)
    place = -1 if base is None else int(number) - base
    named = (place,) if 0 <= place < len(options) else ()
    if text and named and text != named:
        return Resolved(error="the key could be the text of one option or the number of another")
    if text or named:
        return Resolved(text or named)
    return Resolved(error=_UNNUMBERED if base is None else _no_option([number]))


def _no_option(labels: Sequence[str]) -> str:
    return f"the key names {', '.join(labels)}, which is no option"


def _resolve_lines(lines: Sequence[str], options: Sequence[Option], style: KeyStyle) -> Resolved:
    """One right option a line: all of them must be understood."""
    found = [resolve(line, options, style) for line in lines if line.strip()]
    if not all(one.positions for one in found):
        return Resolved(error="not every line of the key names an option")
    positions = {place for one in found for place in one.positions}
    return Resolved(tuple(sorted(positions)), " ".join(one.rest for one in found if one.rest))


def _looks_like_label(value: str) -> bool:
    return len(value) <= 2


def _with_rest(found: tuple[int, ...], rest: str, options: Sequence[Option]) -> Resolved:
    """``B. Changing data …``: what follows the label is the option's text, or feedback."""
    rest = rest.strip().lstrip("-–—:.)").strip() if rest else ""
    if not rest:
        return Resolved(found)
    if len(found) == 1:
        own = fold(options[found[0]].text)
        folded = fold(rest)
        if folded == own:
            return Resolved(found)
        if own and folded.startswith(own) and len(own) > 3:
            return Resolved(found, rest)
        other = next((n for n, option in enumerate(options) if fold(option.text) == folded), None)
        if other is not None:
            return Resolved(error="the key's letter and its text name different options")
    return Resolved(found, rest)


def read_labels(value: str, count: int) -> tuple[list[str], str]:
    """Read the labels at the beginning of ``value``; return them and the text behind.

    ``A D``, ``AD``, ``A, B and D``, ``A; C``, ``(b)``, ``B. because …``; a word is no run of labels.
    """
    if not value.isascii():
        value = (
            unicodedata.normalize("NFKC", value[:_LABEL_REACH]) + value[_LABEL_REACH:] if value[0] in _WIDE else value
        )
    solid = _SOLID.match(value)
    if solid and _are_labels(solid["letters"], count):
        return list(solid["letters"]), ""
    prefix = _WORD.match(value)
    position = prefix.end() if prefix else 0
    labels: list[str] = []
    closed = False
    end = position
    while True:
        found = _ONE.match(value, end if not labels else position)
        if not found:
            break
        labels.append(found["label"])
        end, closed = found.end(), bool(found["close"])
        between = _BETWEEN.match(value, end)
        if between and _begins_sentence(found["close"], between[0], value, between.end()):
            break
        if not between and not (closed and value[end - 1 : end] in ",，、"):
            break
        position = between.end() if between else end
    if not labels:
        return [], value
    rest = value[end:]
    if not _ends_label(rest, closed, labels[-1]):
        labels, rest = _without_last(labels, value)
    return labels, rest


def _begins_sentence(close: str, between: str, value: str, position: int) -> bool:
    """``B. A stem …``: behind a full stop and a space stands feedback, unless a label with a full stop follows."""
    if not between.isspace() or not close or close[-1] not in ".:。)）":
        return False
    following = _ONE.match(value, position)
    return not following or close[-1] not in following["close"]


def _without_last(labels: list[str], value: str) -> tuple[list[str], str]:
    """The last "label" was a word: ``A, B and a dog`` names A and B; ``A dog`` names nothing."""
    if len(labels) == 1:
        return [], value
    kept = labels[:-1]
    position = 0
    for label in kept:
        position = value.index(label, position) + 1
    return kept, value[position:].lstrip(" ),.;:]*_`\"'")


def _ends_label(rest: str, closed: bool, label: str) -> bool:
    if not rest.strip() or closed:
        return True
    if not label.isalpha() or label.isupper() or not label.isascii():
        return rest.lstrip()[:1] in "-–—(（[<:=/。，；" or re.match(r"\s+[A-Z][\w ]{2,24}:", rest) is not None
    return rest.lstrip()[:1] in "-–—(（[<:="


def _are_labels(letters: str, count: int) -> bool:
    family = family_of(letters[0])
    places = [value_of(letter, family) for letter in letters]
    known = [place for place in places if place is not None]
    return len(known) == len(letters) and known == sorted(set(known)) and known[-1] < max(count, 2)


def _positions(labels: Sequence[str], options: Sequence[Option], base: int | None) -> tuple[int, ...] | None:
    printed = {option.label.casefold(): n for n, option in enumerate(options) if option.label}
    if len(printed) == len(options):
        direct = [printed.get(label.casefold()) for label in labels]
        if all(place is not None for place in direct):
            return tuple(sorted({place for place in direct if place is not None}))
        across = _across_scripts(labels, options, base)
        if across:
            return tuple(sorted(set(across)))
    return _by_index(labels, options, base, printed)


def _across_scripts(labels: Sequence[str], options: Sequence[Option], base: int | None) -> list[int]:
    """Labels in another script or case than printed: Cyrillic А for Latin A, 3 for ③, C for 3; 3 for C by ``base``."""
    values = [value_of(option.label, family_of(option.label)) for option in options]
    found = []
    for label in labels:
        family = family_of(label)
        place = value_of(label, "latin") if family in {"latin", "cyrillic"} else value_of(label, family)
        if family == "digit" and not are_numbered(options):
            place = None if base is None else int(label) - base
        if place is None or place not in values or values.count(place) > 1:
            return []
        found.append(values.index(place))
    return found


def _by_index(
    labels: Sequence[str], options: Sequence[Option], base: int | None, printed: dict[str, int]
) -> tuple[int, ...] | None:
    """Options without labels: a letter or a number names the place."""
    if printed:
        return None
    found = set()
    for label in labels:
        place = value_of(label, family_of(label))
        if label.isdigit():
            place = int(label) - base if base is not None else None
        if place is None or not 0 <= place < len(options):
            return None
        found.add(place)
    return tuple(sorted(found))


def _by_text(value: str, options: Sequence[Option]) -> tuple[int, ...]:
    """The option whose text the key repeats; none where two options read the same."""
    wanted = fold(value)
    found = tuple(n for n, option in enumerate(options) if wanted and fold(option.text) == wanted)
    return found if len(found) == 1 else ()


def _by_texts(value: str, options: Sequence[Option]) -> tuple[int, ...]:
    """Several options named by their texts, set apart by semicolons, bars, commas or lines."""
    for separator in ("\n", ";", "；", "|", ",", "、"):
        parts = [part for part in value.split(separator) if part.strip()]
        if len(parts) < 2:
            continue
        found = [_by_text(part, options) or _by_labelled_text(part, options) for part in parts]
        if all(found):
            return tuple(sorted({place for places in found for place in places}))
    return ()


def _by_labelled_text(part: str, options: Sequence[Option]) -> tuple[int, ...]:
    labels, rest = read_labels(part.strip(), len(options))
    if len(labels) != 1:
        return ()
    found = _positions(labels, options, None)
    return found if found and (not rest or fold(rest.lstrip(" .)-:")) == fold(options[found[0]].text)) else ()


def _by_beginning(value: str, options: Sequence[Option]) -> Resolved | None:
    """``b Berlin`` or ``Berlin. It has been …``: the key begins with the whole text of one option."""
    first = _ONE.match(value)
    if first and not first["close"]:
        found = _positions([first["label"]], options, None)
        if found and fold(value[first.end() :]) == fold(options[found[0]].text):
            return Resolved(found)
    sentences = re.split(r"(?<=[.。!?])\s+|\n", value, maxsplit=1)
    if len(sentences) == 2:
        exact = _by_text(sentences[0], options)
        if exact:
            return Resolved(exact, sentences[1])
    return None


def _at_end(value: str, options: Sequence[Option], base: int | None) -> Resolved | None:
    """``the first of them: A``: a sentence that ends in a colon and labels."""
    _, sign, end = value.replace("：", ":").rpartition(":")
    if not sign or len(end.strip()) > 12:
        return None
    labels, rest = read_labels(end.strip(), len(options))
    found = _positions(labels, options, base) if labels and not rest.strip() else None
    return Resolved(found) if found else None
