"""Whatever a bank holds arrives in Classic Quizzes and in New Quizzes, or is announced as lost."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import canvas_reader
import pytest
from banks import STATED, every_type, item
from canvas_reader import Question, rendered
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from qticonv.diagnostics import Effect
from qticonv.model import (
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    ExtendedText,
    Feedback,
    Gap,
    GapKind,
    Gaps,
    Item,
    ItemBank,
    Match,
    NoInteraction,
    NumericAnswer,
    NumericEntry,
    Order,
    Pair,
    Text,
    TextAnswer,
    TextEntry,
    Upload,
)
from qticonv.model.markup import sanitise
from qticonv.model.options import WriteOptions
from qticonv.writers.canvas import limits, write

HOSTILE = [
    "a < b & c > d", "List<int> x", "&amp; &lt;b&gt;", "]]>", '"quoted" \'s', "line one\nline two", "[metal] [x]",
    "{{x}}", r"\(x_1 < 2\)",
    "correct_fb general_ wrong", "50 %", "é 日本 𝄞", "<script>x</script>", "a  b", "points_possible", "0",
]  # fmt: skip
HTML = [
    "<p>one</p><p>two</p>", "<strong>b</strong> &amp; c", "a<br/>b", "<ul><li>x</li></ul>", "<p>R&amp;D</p>",
    "<pre>  code\n  &lt;b&gt;</pre>", "<span>x &lt; y</span>", "H<sub>2</sub>O",
]  # fmt: skip
CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Zs", "Zl", "Zp", "Cn"))
PLAIN = st.one_of(st.sampled_from(HOSTILE), st.text(CHARACTERS, min_size=1, max_size=12))
TEXTS = st.one_of(PLAIN.map(Text), st.sampled_from(HTML).map(lambda content: Text(content, is_html=True)))
MAYBE = st.none() | TEXTS
FEEDBACK = st.builds(Feedback, general=MAYBE, correct=MAYBE, partially_correct=MAYBE, incorrect=MAYBE)
CREDITS = st.sampled_from([None, None, Decimal(1), Decimal("0.5")])
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-1000, max_value=1000, places=3)


def choices(content: st.SearchStrategy[Text], least: int = 1) -> st.SearchStrategy[tuple[Choice, ...]]:
    one = st.builds(Choice, identifier=st.just("A"), content=content, is_key=st.booleans(), feedback=MAYBE)
    return st.lists(one, min_size=least, max_size=4).map(tuple)


SINGLE = st.builds(
    lambda parts, key, shuffle: ChoiceInteraction(
        kind=ChoiceKind.SINGLE,
        shuffle=shuffle,
        choices=tuple(replace(part, is_key=index == key % len(parts)) for index, part in enumerate(parts)),
    ),
    choices(TEXTS),
    st.integers(0, 3),
    st.booleans(),
)
MULTIPLE = st.builds(ChoiceInteraction, kind=st.just(ChoiceKind.MULTIPLE), choices=choices(TEXTS))
TRUE_FALSE = st.builds(
    lambda right, first, second: ChoiceInteraction(
        kind=ChoiceKind.TRUE_FALSE,
        shuffle=False,
        choices=(
            Choice(identifier="T", content=Text("True"), is_key=right, feedback=first),
            Choice(identifier="F", content=Text("False"), is_key=not right, feedback=second),
        ),
    ),
    st.booleans(),
    MAYBE,
    MAYBE,
)
ANSWERS = st.lists(st.builds(TextAnswer, content=PLAIN, credit=CREDITS, feedback=MAYBE), min_size=1, max_size=3).map(
    tuple
)
VALUES = st.builds(
    NumericAnswer,
    value=NUMBERS,
    tolerance=st.sampled_from([None, Decimal(0), Decimal("0.001")]),
    credit=CREDITS,
    feedback=MAYBE,
)
RANGES = st.builds(lambda low, width: NumericAnswer(minimum=low, maximum=low + abs(width)), NUMBERS, NUMBERS)
ENTRIES = st.lists(VALUES | RANGES, min_size=1, max_size=3).map(tuple)
PAIRS = st.lists(st.builds(Pair, left=TEXTS, right=PLAIN.map(Text), feedback=MAYBE), min_size=2, max_size=4).map(tuple)
TEXT_GAP = st.builds(Gap, name=st.just(""), kind=st.just(GapKind.TEXT), accepted=ANSWERS)
NUMBER_GAP = st.builds(Gap, name=st.just(""), kind=st.just(GapKind.NUMERIC), numbers=ENTRIES)
DROP_GAP = st.builds(Gap, name=st.just(""), kind=st.just(GapKind.DROPDOWN), choices=choices(PLAIN.map(Text)))
GAP_NAMES = ["metal", "a.b", "x", "1", "a-b"]
GAPS = st.lists(st.one_of(TEXT_GAP, NUMBER_GAP, DROP_GAP), min_size=1, max_size=3) | st.lists(
    DROP_GAP, min_size=1, max_size=3
)


INTERACTIONS: dict[str, st.SearchStrategy[Any]] = {
    "single": SINGLE,
    "multiple": MULTIPLE,
    "true/false": TRUE_FALSE,
    "text": ANSWERS.map(lambda accepted: TextEntry(accepted=accepted)),
    "number": ENTRIES.map(lambda accepted: NumericEntry(accepted=accepted)),
    "essay": MAYBE.map(lambda answer: ExtendedText(model_answer=answer)),
    "match": st.builds(Match, pairs=PAIRS, distractors=st.lists(PLAIN.map(Text), max_size=2).map(tuple)),
    "order": st.lists(TEXTS, min_size=2, max_size=4).map(lambda sequence: Order(sequence=tuple(sequence))),
    "gaps": GAPS.map(lambda gaps: Gaps(gaps=tuple(replace(g, name=n) for g, n in zip(gaps, GAP_NAMES, strict=False)))),
    "upload": st.just(Upload()),
    "none": st.just(NoInteraction()),
}


@st.composite
def items(draw: st.DrawFn, kind: str | None = None) -> Item:
    interaction = draw(st.one_of(*INTERACTIONS.values()) if kind is None else INTERACTIONS[kind])
    stem = draw(TEXTS)
    if isinstance(interaction, Gaps):
        marks = " ".join(f"{{{{{gap.name}}}}}" for gap in interaction.gaps)
        stem = Text(f"{stem.content.replace('{{x}}', '')} {marks}", stem.is_html)
    title = draw(st.none() | PLAIN)
    points = draw(st.sampled_from([Decimal(1), Decimal("2.5"), Decimal(0)]))
    return item(stem, interaction, title=title, points=points, feedback=draw(FEEDBACK), key=STATED)


def package(*items: Item, **fields: Any) -> bytes:
    out = io.BytesIO()
    write(ItemBank(items=items, **fields), WriteOptions(), out)
    return out.getvalue()


def shown(text: Text | None) -> str:
    """Return a text of a bank as a browser shows it."""
    if text is None:
        return ""
    if text.is_html:
        return rendered(sanitise(text.content)[0])
    return "\n".join(line for line in (" ".join(line.split()) for line in text.content.split("\n")) if line)


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("kind", INTERACTIONS)
@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_every_field_arrives_in_both(kind: str, data: st.DataObject) -> None:
    original = data.draw(items(kind))
    assume(not any(finding.effect is Effect.WITHHELD for finding in limits(original)))
    (quiz,) = canvas_reader.quizzes(package(original))
    (gem,), (classic,) = canvas_reader.new_quizzes(quiz.document), canvas_reader.classic(quiz.document)
    for arrived in (gem, classic):
        assert arrived.points == (0 if isinstance(original.interaction, NoInteraction) else original.points)
        assert arrived.title and (original.title is None or arrived.title == (plain(original.title) or arrived.title))
        if not isinstance(original.interaction, Gaps):
            assert arrived.stem == shown(original.stem)
        _check_feedback(original, arrived)
    _check_interaction(original, gem, classic)


def _check_feedback(original: Item, arrived: Question) -> None:
    if isinstance(original.interaction, NoInteraction):
        assert not arrived.feedback
        return
    given = original.feedback
    general = [shown(given.general)]
    if isinstance(original.interaction, ExtendedText):
        general.insert(0, shown(original.interaction.model_answer))
    wanted = {
        "general": "\n".join(part for part in general if part),
        "correct": shown(given.correct),
        "incorrect": shown(given.incorrect),
    }
    assert arrived.feedback == {name: text for name, text in wanted.items() if text}


def _check_interaction(original: Item, gem: Question, classic: Question) -> None:  # noqa: C901 - one case each
    interaction = original.interaction
    match interaction:
        case ChoiceInteraction():
            _check_choice(interaction, gem, classic)
        case TextEntry(accepted=accepted):
            full = [answer for answer in accepted if answer.credit in (None, 1)]
            texts = [plain(answer.content) for answer in full]
            assert gem.kind == "short answer" and classic.kind == "short_answer_question"
            assert gem.key == texts and sorted(classic.key) == sorted(set(texts))
            comments = {plain(a.content): shown(a.feedback) for a in reversed(full) if shown(a.feedback)}
            assert set(gem.comments) == set(comments)
        case NumericEntry(accepted=accepted):
            numbers = [answer for answer in accepted if answer.credit in (None, 1)]
            assert gem.kind == "numeric" and [answer.bounds for answer in numbers] == classic.key
            assert [len(entry) for entry in gem.key] == [3 if a.value is None or a.tolerance else 2 for a in numbers]
            assert list(classic.comments.values()) == [shown(a.feedback) for a in numbers if shown(a.feedback)]
        case ExtendedText(model_answer=model_answer):
            assert (gem.kind, classic.kind) == ("essay", "essay_question")
            assert gem.notes == shown(model_answer)
        case Match():
            _check_match(interaction, gem, classic)
        case Order(sequence=sequence):
            assert (gem.kind, classic.kind) == ("ordering", "ordering_question")
            assert [plain(gem.answers[name]) for name in gem.key] == [plain(shown(text)) for text in sequence]
            assert list(gem.key) == list(classic.key)
            if not any("Classic" in finding.message for finding in limits(original)):
                assert [classic.answers[name] for name in classic.key] == [plain(shown(text)) for text in sequence]
        case Gaps():
            _check_gaps(interaction, gem, classic)
        case Upload():
            assert (gem.kind, classic.kind) == ("upload", "file_upload_question")
        case NoInteraction():
            assert (gem.kind, classic.kind) == ("text", "text_only_question")


def _check_choice(interaction: ChoiceInteraction, gem: Question, classic: Question) -> None:
    assert gem.kind == "choice" and classic.kind.startswith(
        {"single": "multiple_choice", "multiple": "multiple_answers", "true_false": "true_false"}[interaction.kind]
    )
    assert gem.shuffled is interaction.shuffle
    for arrived in (gem, classic):
        assert [shown(choice.content) for choice in interaction.choices] == list(arrived.answers.values())
        names = dict(zip(arrived.answers, interaction.choices, strict=True))
        assert arrived.key == [name for name, choice in names.items() if choice.is_key]
        assert arrived.comments == {n: shown(c.feedback) for n, c in names.items() if shown(c.feedback)}


def _check_match(interaction: Match, gem: Question, classic: Question) -> None:
    assert (gem.kind, classic.kind) == ("matching", "matching_question")
    for arrived in (gem, classic):
        assert list(arrived.lefts.values()) == [shown(pair.left) for pair in interaction.pairs]
        assert list(arrived.key) == list(arrived.lefts)
    rights = [gem.answers[gem.key[name]] for name in gem.lefts]
    assert rights == [plain(pair.right.content) for pair in interaction.pairs]
    assert {plain(text.content) for text in interaction.distractors} <= set(gem.answers.values())
    commented = [shown(pair.feedback) for pair in interaction.pairs if shown(pair.feedback)]
    assert list(classic.comments.values()) == commented


def _check_gaps(interaction: Gaps, gem: Question, classic: Question) -> None:
    drop_downs = all(gap.kind is GapKind.DROPDOWN for gap in interaction.gaps)
    assert gem.kind == ("dropdowns" if drop_downs else "blanks")
    for arrived in (gem, classic):
        for gap, name in zip(interaction.gaps, arrived.key, strict=True):
            if drop_downs:
                right = next(choice for choice in gap.choices if choice.is_key)
                assert arrived.answers[arrived.key[name]] == plain(right.content.content)
                assert f"[{name.removeprefix('response_')}]" in arrived.stem
            else:
                assert [arrived.answers[answer] for answer in arrived.key[name]] == list(_typed(gap))
                assert arrived.stem.count(f"[{name}]") == 1


def _typed(gap: Gap) -> list[str]:
    full = [plain(answer.content) for answer in gap.accepted if answer.credit in (None, 1)]
    keys = [plain(choice.content.content) for choice in gap.choices if choice.is_key]
    values = [number.value for number in gap.numbers if number.value is not None and number.credit in (None, 1)]
    return [*full, *keys, *(f"{value.normalize():f}" if value else "0" for value in values)]


@settings(deadline=None, max_examples=30)
@given(st.lists(items(), max_size=4))
def test_two_runs_give_the_same_bytes(originals: list[Item]) -> None:
    kept = [original for original in originals if not any(f.effect is Effect.WITHHELD for f in limits(original))]
    assert package(*kept, title="t") == package(*kept, title="t")


def test_the_bank_of_all_types_arrives() -> None:
    bank = every_type()
    kept = [i for i in bank.items if i.is_keyed and not any(f.effect is Effect.WITHHELD for f in limits(i))]
    out = io.BytesIO()
    assert write(replace(bank, items=kept), WriteOptions(), out) == ()
    (quiz,) = canvas_reader.quizzes(out.getvalue())
    assert len(canvas_reader.new_quizzes(quiz.document)) == len(canvas_reader.classic(quiz.document)) == len(kept) == 23
