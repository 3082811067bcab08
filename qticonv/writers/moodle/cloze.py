"""Texts with gaps in Moodle's cloze notation (question/type/multianswer/questiontype.php, ``extract_question``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from html import escape, unescape
from math import lcm

from qticonv.model import Choice, Gap, GapKind, Gaps, NumericAnswer, Text, TextAnswer
from qticonv.patterns import lazy
from qticonv.writers.moodle import rules
from qticonv.writers.moodle.texts import Render

MAX_WEIGHT = 1000

_SPECIAL = lazy("""[~#}{\\\\=%&<>"':*\n]""")
# Outside the gaps, what Moodle would take for one: "{1:SA:…}" and the mark "{#1}" that it puts in a gap's place.
_LOOKS_LIKE_GAP = lazy(r"\{(?=#|[0-9]*:)")
_MARK = lazy(r"\{\{([^{}]+)\}\}")


def cloze_text(stem: str, interaction: Gaps, points: Decimal, render: Render) -> str:
    """Return ``stem`` (HTML with ``{{name}}`` marks) with a cloze code in the place of every mark.

    ``render`` makes the HTML of feedback, which has no files of its own.
    """
    weights = gap_weights(interaction, points)
    codes = {
        gap.name: _code(gap, weight, interaction, render) for gap, weight in zip(interaction.gaps, weights, strict=True)
    }
    parts = _MARK.split(stem)
    for place in range(1, len(parts), 2):
        parts[place] = codes.get(unescape(parts[place]).strip(), f"{{{{{parts[place]}}}}}")
    parts[::2] = [_LOOKS_LIKE_GAP.sub("&#123;", part) for part in parts[::2]]
    return "".join(parts)


def has_mark(stem: str, name: str) -> bool:
    """Whether ``stem`` marks the place of the gap called ``name``."""
    return any(unescape(mark).strip() == name for mark in _MARK.findall(stem))


def gap_weights(interaction: Gaps, points: Decimal) -> list[int]:
    """Return the whole-number weight of every gap; in Moodle the question is worth their sum.

    The weights are the gaps' own points where these are whole, else whole numbers in the same ratio.
    """
    gaps = interaction.gaps
    if all(gap.points is None for gap in gaps):
        share = points / len(gaps)
        return [int(share) if share == int(share) >= 1 else 1] * len(gaps)
    shares = [Fraction(gap.points if gap.points is not None else 1) for gap in gaps]
    factor = lcm(*(share.denominator for share in shares))
    return [min(int(share * factor), MAX_WEIGHT) for share in shares]


def _code(gap: Gap, weight: int, interaction: Gaps, render: Render) -> str:
    match gap.kind:
        case GapKind.DROPDOWN:
            choices = word_bank(interaction, gap) if interaction.shared_choices else gap.choices
            return _gap(weight, "MULTICHOICE", (_choice(choice, render) for choice in choices))
        case GapKind.NUMERIC:
            return _gap(weight, "NUMERICAL", (_number_code(number, render) for number in gap.numbers))
        case GapKind.TEXT:
            kind = "SHORTANSWER_C" if gap.case_sensitive else "SHORTANSWER"
            accepted = (answer for answer in gap.accepted if answer.content.strip())
            return _gap(weight, kind, (_text_code(answer, render) for answer in accepted))


def _gap(weight: int, kind: str, answers: Iterable[str]) -> str:
    return f"{{{weight}:{kind}:{'~'.join(answers)}}}"


def word_bank(interaction: Gaps, gap: Gap) -> Sequence[Choice]:
    """Return all words of all drop-downs, each once; those of ``gap`` itself keep what they are."""
    own = {choice.content.plain: choice for choice in gap.choices}
    words = dict.fromkeys(choice.content.plain for other in interaction.gaps for choice in other.choices)
    return [own.get(word) or Choice(identifier=word, content=Text(word)) for word in words]


def _choice(choice: Choice, render: Render) -> str:
    credit = choice.credit if choice.credit is not None else Decimal(1 if choice.is_key else 0)
    # An option is read as HTML after one decoding, and a drop-down shows it without tags.
    return f"{_credit(credit)}{_escape(escape(choice.content.plain))}{_feedback(choice.feedback, render)}"


def _text_code(answer: TextAnswer, render: Render) -> str:
    credit = Decimal(1) if answer.credit is None else answer.credit
    return f"{_credit(credit)}{_escape(rules.literal_answer(answer.content))}{_feedback(answer.feedback, render)}"


def _number_code(number: NumericAnswer, render: Render) -> str:
    credit = Decimal(1) if number.credit is None else number.credit
    value, tolerance = rules.value_and_tolerance(number)
    return f"{_credit(credit)}{rules.decimal(value)}:{rules.decimal(tolerance)}{_feedback(number.feedback, render)}"


def _credit(credit: Decimal) -> str:
    """``=`` for full marks, nothing for none; weights of gaps are not held to Moodle's list."""
    if credit == 1:
        return "="
    return f"%{rules.decimal(round(credit * 100, 5))}%" if credit else ""


def _feedback(feedback: Text | None, render: Render) -> str:
    return f"#{_escape(render(feedback))}" if feedback else ""


def _escape(text: str) -> str:
    r"""Escape what has a meaning in a gap; ``\}`` and ``\#`` lose their backslash when they are read."""
    text = rules.clean(text).strip().replace("\\}", "\\\\}").replace("\\#", "\\\\#")
    return _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", text)
