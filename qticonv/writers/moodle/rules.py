"""What both of Moodle's importers (Moodle XML and GIFT) do to names, categories, weights and numbers.

The file names in the docstrings are those of Moodle 4.5: ``format.php`` is ``question/format.php``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal, localcontext
from functools import lru_cache

from qticonv.model import ChoiceInteraction, ChoiceKind, Item, NumericAnswer, Scoring, Text
from qticonv.model.markup import clean_text
from qticonv.patterns import lazy

NAME_LENGTH = 255
DERIVED_NAME_LENGTH = 80
IDNUMBER_LENGTH = 100
SEGMENT_LENGTH = 255  # of a category
RIGHT_LENGTH = 255  # of a right side of a matching
TAG_LENGTH = 50  # Moodle 4.2 cuts longer ones; 4.5 holds 255
MAX_RIGHT_CHOICES = 20
DIGITS = 14  # significant digits of a number in Moodle's database

# The only weights that Moodle accepts, in percent, and their negatives (question/engine/bank.php:423-468).
WEIGHTS = (
    Decimal(100),
    Decimal(90),
    Decimal("83.33333"),
    Decimal(80),
    Decimal(75),
    Decimal(70),
    Decimal("66.66667"),
    Decimal(60),
    Decimal(50),
    Decimal(40),
    Decimal("33.33333"),
    Decimal(30),
    Decimal(25),
    Decimal(20),
    Decimal("16.66667"),
    Decimal("14.28571"),
    Decimal("12.5"),
    Decimal("11.11111"),
    Decimal(10),
    Decimal(5),
    Decimal(0),
)
_WEIGHTS_UP = WEIGHTS[::-1]
_HUNDRED = Decimal(100)
_ZERO = Decimal(0)

# Not allowed in XML 1.0, and in GIFT they end up in the database.
NOT_TEXT = lazy("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_UNCLEAN = lazy("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
# What is shown as another character, and the one sequence of GIFT's own (&&010) that does not look like an entity.
_ENTITY_LIKE = lazy(r"&(?=[A-Za-z0-9#]{1,8};|&010)")
_TAG_LIKE = lazy(r"<(?![ \t\n\r\f\v])")
_UNIT = lazy(r"&[A-Za-z]+;|.", re.DOTALL)


def clean(text: str) -> str:
    """Return ``text`` with ``\\n`` as line end and without the characters that neither format can hold."""
    return text if text.isprintable() or not _UNCLEAN.search(text) else clean_text(text)


def one_line(text: str) -> str:
    """Return ``text`` with every run of white space as one space."""
    return " ".join(clean(text).split())


# ---------------------------------------------------------------- names


def plain_field(text: str) -> str:
    """Escape a plain text that Moodle shows with ``format_string``: names, categories, right sides of a matching.

    Tags are stripped there, and ``<`` begins one unless white space follows (format.php:812, match/renderer.php:143);
    an entity is shown as its character.
    """
    if "&" in text:
        text = _ENTITY_LIKE.sub("&amp;", text)
    return _TAG_LIKE.sub("&lt;", text) if "<" in text else text


def item_name(item: Item) -> str:
    """Return the question's name, at most 255 characters; without a title, the beginning of the stem."""
    if item.title and item.title.strip():
        return cut(plain_field(one_line(item.title)), NAME_LENGTH)
    stem = item.stem.plain
    if "{{" in stem:
        stem = re.sub(r"\{\{[^{}]*\}\}", "_____", stem)
    stem = one_line(stem)
    return cut(plain_field(stem), DERIVED_NAME_LENGTH) or item.identifier


def id_number(item: Item) -> str:
    """Return the identifier as Moodle's ID number; none where it is longer than that may be."""
    identifier = one_line(item.identifier).replace("\x7f", "")
    return identifier if len(identifier) <= IDNUMBER_LENGTH else ""


def cut(text: str, length: int) -> str:
    """Return ``text`` cut at a word to at most ``length`` characters, ending in ``…``; no entity is split."""
    if len(text) <= length:
        return text
    whole = _whole_units(text, length - 1) if "&" in text[:length] else text[: length - 1]
    words = whole.rpartition(" ")[0]
    return (words if len(words) > length // 2 else whole).rstrip() + "…"


def _whole_units(text: str, length: int) -> str:
    """Return the beginning of ``text`` up to ``length`` characters, without a part of an entity at its end."""
    kept, size = [], 0
    for unit in _UNIT.findall(text[: length + 9]):
        size += len(unit)
        if size > length:
            break
        kept.append(unit)
    return "".join(kept)


def right_text(text: Text) -> str:
    """Return the right side of a matching, which is plain text in one line."""
    return plain_field(one_line(text.plain))


def literal_answer(content: str) -> str:
    r"""Return an accepted answer so that it matches literally.

    ``*`` is a wildcard, ``\*`` is an asterisk (shortanswer/question.php:98).
    """
    return one_line(content).replace("*", "\\*")


# ---------------------------------------------------------------- categories and tags

# Where items without a category go in an untitled bank, when they stand after an item that has one.
FALLBACK_CATEGORY = ("Questions",)


def category_path(segments: Sequence[str]) -> str:
    """Return the path that both importers read; ``/`` inside a segment is doubled.

    A segment called ``top`` would be skipped (format.php, ``create_category_path``), so it is capitalised. A slash at
    the end of a segment is kept apart from the separator by a space, which is trimmed again.
    """
    names = ["Top" if segment == "top" else segment for segment in map(category_segment, segments)]
    return "/".join(["$course$/top", *(_path_part(name) for name in names if name)])


def _path_part(name: str) -> str:
    return f"{' ' * name.startswith('/')}{name.replace('/', '//')}{' ' * name.endswith('/')}"


def category_segment(segment: str) -> str:
    """Return one category name as it is stored: one line, without what would be taken for a tag."""
    return plain_field(one_line(segment))


def item_category(item: Item, title: str | None) -> tuple[str, ...]:
    """Return the category of ``item``: its own, else one named like the bank, else none."""
    segments = tuple(segment for segment in item.category if segment.strip())
    if segments:
        return segments
    return (title,) if title and title.strip() else ()


def tag_text(tag: str) -> str:
    """Return ``tag`` as Moodle stores it: no ``< >``, backtick or control character, single spaces."""
    return one_line(re.sub(r"[<>`\x7f]", "", tag))


# ---------------------------------------------------------------- weights


@lru_cache(maxsize=1024)
def weight(credit: Decimal) -> Decimal:
    """Return the accepted weight in percent that is nearest to ``credit`` (a share between -1 and 1)."""
    wanted = abs(credit) * _HUNDRED
    nearest = min(WEIGHTS, key=lambda accepted: abs(accepted - wanted))
    return nearest if credit >= 0 else -nearest


def is_exact(credit: Decimal) -> bool:
    """Whether Moodle's weight for ``credit`` is the same to a thousandth of the points."""
    return abs(weight(credit) - credit * _HUNDRED) < Decimal("0.1")


@lru_cache(maxsize=64)
def even_weights(count: int) -> tuple[Decimal, ...]:
    """Return the weights of ``count`` equally right choices; they add up to 100.

    Over ten, no accepted weight is 100/count, so some choices get 10 and the others 5.
    """
    if not 0 < count <= MAX_RIGHT_CHOICES:
        raise ValueError(f"Moodle has no weights for {count} right choices")
    if count > 10:
        return (Decimal(10),) * (20 - count) + (Decimal(5),) * (2 * count - 20)
    return (weight(Decimal(1) / count),) * count


@lru_cache(maxsize=256)
def wrong_weight(scoring: Scoring, wrong_count: int) -> Decimal:
    """Return the weight of each wrong choice of a multiple choice.

    All or nothing: -100, so that one wrong choice leaves nothing. Partial: an even share of -100 (rounded to the next
    accepted weight), so that ticking everything scores nothing. Moodle never goes below zero for the question.
    """
    if scoring is Scoring.ALL_OR_NOTHING:
        return -_HUNDRED
    share = (_HUNDRED / wrong_count).quantize(Decimal("0.00001"), ROUND_CEILING) - Decimal("0.00001")
    return -next(accepted for accepted in _WEIGHTS_UP if accepted >= share)


def has_one_key(interaction: ChoiceInteraction) -> bool:
    """Whether one of several choices earns everything and the others nothing, as in nearly all questions."""
    if interaction.kind is not ChoiceKind.SINGLE:
        return False
    keys = 0
    for choice in interaction.choices:
        if choice.credit is not None:
            return False
        keys += choice.is_key
    return keys == 1 < len(interaction.choices)


def choice_weights(interaction: ChoiceInteraction) -> list[Decimal]:
    """Return the weight in percent of every choice, in printed order."""
    choices = interaction.choices
    if has_one_key(interaction):
        return [_HUNDRED if choice.is_key else _ZERO for choice in choices]
    if interaction.kind is not ChoiceKind.MULTIPLE:
        return [
            weight(choice.credit) if choice.credit is not None else _HUNDRED if choice.is_key else _ZERO
            for choice in choices
        ]
    evenly = sum(choice.is_key and choice.credit is None for choice in choices)
    shares = iter(even_weights(evenly) if evenly else ())
    wrong = sum(not choice.is_key and choice.credit is None for choice in choices)
    penalty = wrong_weight(interaction.scoring, wrong) if wrong and not interaction.is_weighted else Decimal(0)
    return [
        weight(choice.credit) if choice.credit is not None else next(shares) if choice.is_key else penalty
        for choice in choices
    ]


def answer_weight(credit: Decimal | None) -> Decimal:
    """Return the weight in percent of an accepted answer: full unless the author gave another."""
    return _HUNDRED if credit is None else weight(credit)


# ---------------------------------------------------------------- numbers


@lru_cache(maxsize=256)
def decimal(number: Decimal) -> str:
    """Return ``number`` with a decimal point and no exponent, as both importers want it."""
    if not number:
        return "0"
    if abs(number.adjusted()) > 30:
        return f"{number.normalize():E}"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def value_and_tolerance(answer: NumericAnswer) -> tuple[Decimal, Decimal]:
    """Return the middle of the accepted numbers and the distance to its ends, exact in decimals."""
    if answer.value is not None:
        return answer.value, answer.tolerance or Decimal(0)
    low, high = answer.bounds
    with localcontext() as context:
        context.prec = 200
        middle = (low + high) / 2
        return middle, high - middle
