"""Items and banks built from the model: one function an interaction type, and whole banks for what must hold for all.

``from banks import every_type`` works in every test (``pythonpath`` in pyproject.toml). All texts are made for the
tests, except the seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from qticonv.diagnostics import SourceSpan
from qticonv.model import (
    Asset,
    Candidate,
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    Evidence,
    ExtendedText,
    Feedback,
    Gap,
    GapKind,
    Gaps,
    Interaction,
    Item,
    ItemBank,
    Key,
    KeySource,
    Match,
    NoInteraction,
    NumericAnswer,
    NumericEntry,
    Order,
    Pair,
    QuizSettings,
    Scoring,
    Section,
    Text,
    TextAnswer,
    TextEntry,
    Upload,
    item_identifier,
)

SEED = Path(__file__).with_name("data") / "security-dilemma.txt"
STATED = Key(source=KeySource.STATED)
ALL_FEEDBACK = Feedback(
    general=Text("General: shown to everybody."),
    correct=Text("Correct: well done."),
    partially_correct=Text("Partly: some of it is right."),
    incorrect=Text("Incorrect: read the chapter again."),
)
# A red 2 × 2 picture, so that an <img> can be seen to have loaded (naturalWidth is 2).
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a73000000104944415478da6338a0a000440c"
    "100a001e8e04017f8aee130000000049454e44ae426082"
)


def item(stem: str | Text, interaction: Interaction, **fields: Any) -> Item:
    """Return an item with its proper identifier; ``fields`` are those of :class:`Item`."""
    text = Text(stem) if isinstance(stem, str) else stem
    return Item(identifier=item_identifier(text, interaction), stem=text, interaction=interaction, **fields)


def choices(*contents: str, keys: str = "", feedback: str = "", credit: Sequence[str] = ()) -> tuple[Choice, ...]:
    """Return choices A, B, C … with the given texts; ``keys`` is e.g. ``"AC"``, ``feedback`` a prefix for each."""
    made = []
    for index, content in enumerate(contents):
        letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[index]
        made.append(
            Choice(
                identifier=letter,
                label=letter,
                content=Text(content),
                is_key=letter in keys,
                credit=Decimal(credit[index]) if credit else None,
                feedback=Text(f"{feedback} {letter}.") if feedback else None,
            )
        )
    return tuple(made)


# --- choice


def single_choice(**fields: Any) -> Item:
    """One right choice, feedback on every choice, all feedback on the item."""
    parts = choices("Mercury", "Venus", "Earth", "Mars", keys="B", feedback="About planet")
    interaction = ChoiceInteraction(kind=ChoiceKind.SINGLE, choices=parts)
    fields = {"key": STATED, "feedback": ALL_FEEDBACK, "title": "The hottest planet", "tags": ("planets",), **fields}
    return item("Which planet has the hottest surface?", interaction, **fields)


def weighted_choice(**fields: Any) -> Item:
    """A single choice whose second-best choice earns half of the points."""
    parts = choices("oak", "palm", "moss", keys="A", credit=("1", "0.5", "0"))
    interaction = ChoiceInteraction(kind=ChoiceKind.SINGLE, choices=parts, shuffle=False)
    fields = {"key": STATED, "feedback": ALL_FEEDBACK, "points": Decimal(2), **fields}
    return item("Which of these is a broad-leaved tree?", interaction, **fields)


def multiple_choice(scoring: Scoring = Scoring.PARTIAL, **fields: Any) -> Item:
    """Two right choices of four; partial scoring unless ``scoring`` says otherwise."""
    parts = choices("2", "4", "9", "11", keys="AD", feedback="About number")
    interaction = ChoiceInteraction(kind=ChoiceKind.MULTIPLE, choices=parts, scoring=scoring)
    fields = {"key": STATED, "feedback": ALL_FEEDBACK, "points": Decimal(2), **fields}
    return item(f"Which numbers are prime ({scoring.value.replace('_', ' ')})?", interaction, **fields)


def true_false(answer: bool = True, **fields: Any) -> Item:
    """A true/false item with feedback on both choices."""
    parts = (
        Choice(identifier="T", label="T", content=Text("True"), is_key=answer, feedback=Text("You said true.")),
        Choice(identifier="F", label="F", content=Text("False"), is_key=not answer, feedback=Text("You said false.")),
    )
    interaction = ChoiceInteraction(kind=ChoiceKind.TRUE_FALSE, choices=parts, shuffle=False)
    fields = {"key": STATED, "feedback": Feedback(general=Text("Water freezes at 0 °C.")), **fields}
    stem = "Water freezes at 0 °C at sea level." if answer else "Water boils at 50 °C at sea level."
    return item(stem, interaction, **fields)


# --- typed answers


def text_entry(case_sensitive: bool = False, **fields: Any) -> Item:
    """A short answer with two full answers, one worth half, and feedback on each."""
    accepted = (
        TextAnswer(content="Canberra", feedback=Text("Right, not Sydney.")),
        TextAnswer(content="Canberra, ACT", credit=Decimal(1)),
        TextAnswer(content="Sydney", credit=Decimal("0.5"), feedback=Text("The largest city, not the capital.")),
    )
    fields = {"key": STATED, "feedback": ALL_FEEDBACK, **fields}
    stem = f"What is the capital of Australia{' (mind the capitals)' if case_sensitive else ''}?"
    return item(stem, TextEntry(accepted=accepted, case_sensitive=case_sensitive), **fields)


def numeric_entry(**fields: Any) -> Item:
    """A number: an exact value with a tolerance, and a range worth half of the points."""
    accepted = (
        NumericAnswer(value=Decimal("3.14"), tolerance=Decimal("0.01"), feedback=Text("Close enough.")),
        NumericAnswer(
            minimum=Decimal(3), maximum=Decimal("3.5"), credit=Decimal("0.5"), feedback=Text("Only roughly.")
        ),
    )
    fields = {"key": STATED, "feedback": ALL_FEEDBACK, "points": Decimal(4), **fields}
    return item(r"Give \(\pi\) to two decimals.", NumericEntry(accepted=accepted), **fields)


def essay(model_answer: str | None = "Because the days are longer.\nAnd the sun stands higher.", **fields: Any) -> Item:
    """An essay; ``None`` leaves out the model answer."""
    interaction = ExtendedText(model_answer=Text(model_answer) if model_answer else None, expected_lines=8)
    fields = {"feedback": Feedback(general=Text("The axis of the Earth is tilted.")), "points": Decimal(5), **fields}
    stem = "Why is summer warmer than winter?" if model_answer else "Describe your favourite season."
    return item(stem, interaction, **fields)


# --- arranging


def match(scoring: Scoring = Scoring.PARTIAL, **fields: Any) -> Item:
    """Three pairs and a distractor, with feedback on one pair."""
    pairs = (
        Pair(left=Text("France"), right=Text("Paris"), feedback=Text("On the Seine.")),
        Pair(left=Text("Italy"), right=Text("Rome")),
        Pair(left=Text("Spain"), right=Text("Madrid")),
    )
    fields = {"key": STATED, "feedback": ALL_FEEDBACK, "points": Decimal(3), **fields}
    stem = f"Match each country with its capital ({scoring.value.replace('_', ' ')})."
    return item(stem, Match(pairs=pairs, distractors=(Text("Lisbon"),), scoring=scoring), **fields)


def order(scoring: Scoring = Scoring.ALL_OR_NOTHING, **fields: Any) -> Item:
    """Four steps to put in order."""
    sequence = tuple(map(Text, ("Prophase", "Metaphase", "Anaphase", "Telophase")))
    fields = {"key": STATED, "feedback": ALL_FEEDBACK, "points": Decimal(2), **fields}
    stem = f"Put the phases of mitosis in order ({scoring.value.replace('_', ' ')})."
    return item(stem, Order(sequence=sequence, scoring=scoring), **fields)


# --- gaps


def gaps(scoring: Scoring = Scoring.PARTIAL, **fields: Any) -> Item:
    """One text gap, one drop-down and one numeric gap, with feedback on answers and points on one gap."""
    parts = (
        Gap(
            name="metal",
            kind=GapKind.TEXT,
            accepted=(
                TextAnswer(content="iron", feedback=Text("Fe.")),
                TextAnswer(content="steel", credit=Decimal("0.5"), feedback=Text("An alloy of it.")),
            ),
        ),
        Gap(
            name="state",
            kind=GapKind.DROPDOWN,
            choices=choices("solid", "liquid", "gas", keys="B", feedback="About state"),
        ),
        Gap(
            name="degrees",
            kind=GapKind.NUMERIC,
            numbers=(NumericAnswer(value=Decimal(1538), tolerance=Decimal(5)),),
            points=Decimal(2),
        ),
    )
    fields = {"key": STATED, "feedback": ALL_FEEDBACK, "points": Decimal(4), **fields}
    stem = f"Rust is an oxide of {{{{metal}}}}, which becomes {{{{state}}}} at {{{{degrees}}}} °C ({scoring.value})."
    return item(stem, Gaps(gaps=parts, scoring=scoring), **fields)


def word_bank(**fields: Any) -> Item:
    """Two drop-down gaps that draw on one word bank."""
    words = ("heart", "lungs", "liver")
    parts = (
        Gap(name="pump", kind=GapKind.DROPDOWN, choices=choices(*words, keys="A")),
        Gap(name="air", kind=GapKind.DROPDOWN, choices=choices(*words, keys="B")),
    )
    fields = {"key": STATED, "feedback": ALL_FEEDBACK, **fields}
    return item(
        "The {{pump}} moves blood, the {{air}} take in oxygen.", Gaps(gaps=parts, shared_choices=True), **fields
    )


# --- the rest


def upload(**fields: Any) -> Item:
    """A file to hand in."""
    fields = {"points": Decimal(10), "feedback": Feedback(general=Text("Marked within a week.")), **fields}
    return item("Hand in your lab report as a PDF.", Upload(), **fields)


def description(**fields: Any) -> Item:
    """A passage: nothing to answer."""
    text = Text("<p>Read this <em>carefully</em>: <strong>the Nile</strong> is 6,650 km long.</p>", is_html=True)
    return item(text, NoInteraction(), **{"title": "A passage about the Nile", **fields})


# --- kinds of keys


def inferred(lines: tuple[int, int] = (1, 6), **fields: Any) -> Item:
    """A single choice whose key follows from the explanation; the evidence stands in the general feedback."""
    explanation = "Only arteries carry blood away from the heart, under high pressure; veins carry it back."
    quote = "arteries carry blood away from the heart"
    key = Key(
        source=KeySource.INFERRED,
        confidence=Decimal("0.993"),
        evidence=(Evidence(quote=quote, line=lines[1], start=5, end=5 + len(quote)),),
        candidates=(
            Candidate(choice="B", confidence=Decimal("0.993")),
            Candidate(choice="A", confidence=Decimal("0.005")),
        ),
    )
    parts = choices("veins", "arteries", "capillaries", keys="B")
    span = SourceSpan("heart.txt", *lines)
    fields = {"key": key, "feedback": Feedback(general=Text(explanation)), "span": span, **fields}
    return item(
        "Which vessels carry blood away from the heart?",
        ChoiceInteraction(kind=ChoiceKind.SINGLE, choices=parts),
        **fields,
    )


def missing(kind: ChoiceKind = ChoiceKind.SINGLE, **fields: Any) -> Item:
    """A choice without a key, with candidates."""
    parts = choices("Ghent", "Bruges", "Antwerp")
    if kind is ChoiceKind.TRUE_FALSE:
        parts = choices("True", "False")
    key = Key(
        source=KeySource.MISSING,
        candidates=(
            Candidate(choice="B", confidence=Decimal("0.710")),
            Candidate(choice="A", confidence=Decimal("0.200")),
        ),
    )
    fields = {"key": key, "feedback": Feedback(general=Text("All of them are old trading towns.")), **fields}
    stem = f"Undecided, {kind.value.replace('_', ' ')}: the town with the longest belfry stairs."
    return item(stem, ChoiceInteraction(kind=kind, choices=parts, shuffle=False), **fields)


def missing_text(**fields: Any) -> Item:
    """A short answer without a key."""
    return item("Undecided: name the river.", TextEntry(accepted=()), key=Key(source=KeySource.MISSING), **fields)


def reviewed(**fields: Any) -> Item:
    """A choice whose key a person chose."""
    parts = choices("alpha", "beta", keys="A")
    fields = {"key": Key(source=KeySource.REVIEWED), **fields}
    return item(
        "Which letter comes first?", ChoiceInteraction(kind=ChoiceKind.SINGLE, choices=parts, shuffle=False), **fields
    )


# --- whole banks

BUILDERS: tuple[Callable[[], Item], ...] = (
    single_choice,
    weighted_choice,
    multiple_choice,
    lambda: multiple_choice(Scoring.ALL_OR_NOTHING),
    true_false,
    lambda: true_false(False),
    text_entry,
    lambda: text_entry(case_sensitive=True),
    numeric_entry,
    essay,
    lambda: essay(model_answer=None),
    match,
    lambda: match(Scoring.ALL_OR_NOTHING),
    order,
    lambda: order(Scoring.PARTIAL),
    gaps,
    lambda: gaps(Scoring.ALL_OR_NOTHING),
    word_bank,
    upload,
    description,
    inferred,
    reviewed,
    missing,
    lambda: missing(ChoiceKind.MULTIPLE),
    lambda: missing(ChoiceKind.TRUE_FALSE),
    missing_text,
)


def every_item() -> tuple[Item, ...]:
    """Return one item of every type, kind, scoring and key source."""
    return tuple(build() for build in BUILDERS)


def every_type() -> ItemBank:
    """Return a bank of :func:`every_item` with settings, sections, an image and a passage that two items share."""
    passage = description()
    picture = item(
        Text('<p>What is shown?<br/><img src="asset:red.png" alt="a red square"/></p>', is_html=True),
        ChoiceInteraction(kind=ChoiceKind.SINGLE, choices=choices("a square", "a circle", keys="A")),
        key=STATED,
        category=("Shapes", "Plane"),
        penalty=Decimal("0.25"),
        language="en-GB",
    )
    items = tuple(replace(entry, passage=passage.identifier) if entry.tags else entry for entry in every_item())
    sections = (
        Section(title="Warm-up", items=(items[0].identifier, items[4].identifier), pick=1, points_each=Decimal(1)),
    )
    return ItemBank(
        items=(*items, picture),
        title="Every type of question",
        language="en",
        quiz=QuizSettings(description=Text("A quiz with everything."), attempts=2, time_limit_minutes=Decimal(30)),
        sections=sections,
        assets={"red.png": Asset(path="red.png", media_type="image/png", data=PNG)},
    )


# Texts that break careless writers and pages; a page that runs one of the scripts sets window.canary.
HOSTILE: tuple[str, ...] = (
    "<script>window.canary = 1</script>",
    "</script><script>window.canary = 2</script>",
    "<!--<script>",
    "-->",
    "<![CDATA[ x ]]>",
    "]]>",
    '<img src=x onerror="window.canary = 3"> & <b>bold</b> &amp; &lt;',
    "<svg/onload=window.canary=4>",
    "\"><iframe srcdoc='<script>parent.canary = 5</script>'></iframe>",
    "<style>* { display: none !important }</style>",
    "javascript:window.canary=6",
    "{{name}} {{ {{{ }}} }} ${7*7} <%= 7*7 %>",
    "~ = # { } : \\ \\n -> // %50% *",
    "::title:: {=a ~b} ####",
    r"\(\frac{a}{b}\) and \[ x < y & z \] and \( unpaired",
    "\u202eright to left\u202c \u200b zero width \ufeff \u00a0",
    "emoji 👩‍🔬 astral 𝔘 combining e\u0301 ﬁ",
    "line one\nline two\n\n  indented\ttab",
    "List<int> x; if (a<b && c>d) { return; }",
    "__proto__",
    "x" * 3000,
)
# Markup that must never reach a page as it is: what a reader's HTML may hold before it is sanitised.
HOSTILE_HTML: tuple[str, ...] = (
    '<p onclick="window.canary = 11">click</p>',
    '<img src="x" onerror="window.canary = 12" alt="x"/>',
    '<a href="javascript:window.canary = 13">link</a>',
    '<p style="position:fixed;inset:0;background:red">styled</p>',
    "<script>window.canary = 14</script><p>after</p>",
    '<svg xmlns="http://www.w3.org/2000/svg" onload="window.canary = 15"><script>window.canary = 16</script></svg>',
    '<iframe src="javascript:parent.canary = 17"></iframe>',
    '<form action="https://example.org/"><input name="key"/><button>send</button></form>',
    '<img src="https://example.org/pixel.png" alt="tracker"/>',
    "<math><mtext><style>*{display:none}</style></mtext></math>",
)


def hostile_item(text: Text, kind: str = "choice") -> Item:
    """Return an item of ``kind`` ("choice", "match", "order", "text" or "essay") that holds ``text`` everywhere."""
    again = Text(text.content + " ", text.is_html)  # a second choice that is not the same text
    feedback = Feedback(general=text, correct=text, partially_correct=text, incorrect=text)
    shape: dict[str, Interaction] = {
        "choice": ChoiceInteraction(
            kind=ChoiceKind.SINGLE,
            choices=(
                Choice(identifier="A", label="A", content=text, is_key=True, feedback=text),
                Choice(identifier="B", label="B", content=again, feedback=text),
            ),
        ),
        "match": Match(
            pairs=(Pair(left=text, right=text, feedback=text), Pair(left=again, right=again)), distractors=(Text("z"),)
        ),
        "order": Order(sequence=(text, again)),
        "text": TextEntry(accepted=(TextAnswer(content=text.plain, feedback=text),)),
        "essay": ExtendedText(model_answer=text),
    }
    plain = " ".join(text.plain.split())
    fields: dict[str, Any] = {} if kind == "essay" else {"key": STATED}
    return item(text, shape[kind], title=plain, feedback=feedback, tags=(plain,), category=(plain, "x"), **fields)


def hostile(kinds: Sequence[str] = ("choice", "match", "order", "text", "essay")) -> ItemBank:
    """Return a bank that holds every text of :data:`HOSTILE` in every place of an item of every kind."""
    items = tuple(hostile_item(Text(text), kind) for text in HOSTILE for kind in kinds)
    return ItemBank(items=items, title=HOSTILE[1], language="en")


def hostile_html() -> ItemBank:
    """Return a bank whose HTML texts were not sanitised (a reader's fault that a page must survive)."""
    items = tuple(hostile_item(Text(text, is_html=True), kind) for text in HOSTILE_HTML for kind in ("choice", "match"))
    return ItemBank(items=items, title="Hostile HTML")


def many(count: int) -> ItemBank:
    """Return a bank of ``count`` different items that goes through all types again and again."""
    return ItemBank(items=tuple(_numbered(count)), title=f"{count} items", language="en")


def _numbered(count: int) -> Iterator[Item]:
    for number in range(1, count + 1):
        made = BUILDERS[number % len(BUILDERS)]()
        stem = Text(f"{number}. {made.stem.content}", made.stem.is_html)
        span = SourceSpan("many.txt", number * 10, number * 10 + 8)
        identifier = item_identifier(stem, made.interaction)
        yield replace(made, stem=stem, identifier=identifier, span=span, tags=(f"week {number % 12 + 1}",))


# --- the seed: five items as a reader should give them


def seed_lines() -> tuple[str, ...]:
    """The lines of the seed text."""
    return tuple(SEED.read_text(encoding="utf-8").splitlines())


def _span(first: int, last: int) -> SourceSpan:
    return SourceSpan("security-dilemma.txt", first, last)


def _evidence(lines: Sequence[str], line: int, quote: str) -> Evidence:
    start = lines[line - 1].index(quote)
    return Evidence(quote=quote, line=line, start=start, end=start + len(quote))


def _seed_choice(lines: Sequence[str], stem: int, first: int, key: str, evidence: str, confidence: str) -> Item:
    parts = choices(*(line[1:] for line in lines[first - 1 : first + 3]), keys=key)
    explanation = first + 4
    return item(
        lines[stem - 1],
        ChoiceInteraction(kind=ChoiceKind.SINGLE, choices=parts),
        key=Key(
            source=KeySource.INFERRED,
            confidence=Decimal(confidence),
            evidence=(_evidence(lines, explanation, evidence),),
            candidates=(Candidate(choice=key, confidence=Decimal(confidence)),),
        ),
        feedback=Feedback(general=Text(lines[explanation - 1])),
        span=_span(stem if stem == 1 else stem - 1, explanation),
    )


def _seed_truth(lines: Sequence[str], stem: int, answer: bool) -> Item:
    parts = (
        Choice(identifier="T", label="T", content=Text("True"), is_key=answer),
        Choice(identifier="F", label="F", content=Text("False"), is_key=not answer),
    )
    return item(
        lines[stem - 1],
        ChoiceInteraction(kind=ChoiceKind.TRUE_FALSE, choices=parts, shuffle=False),
        key=STATED,
        feedback=Feedback(general=Text(lines[stem + 3])),
        span=_span(stem - 1, stem + 4),
    )


def seed() -> ItemBank:
    """Return the five items of the seed with spans, evidence and feedback."""
    lines = seed_lines()
    model = lines[-2].removeprefix("Model answer: ")
    essay_item = item(
        lines[-4],
        ExtendedText(model_answer=Text(model)),
        feedback=Feedback(general=Text(lines[-1])),
        span=_span(len(lines) - 4, len(lines)),
    )
    items = (
        _seed_choice(lines, 1, 2, "B", "This is a textbook security dilemma scenario", "0.993"),
        _seed_choice(lines, 8, 9, "B", "The core disagreement is about what rational states optimize for", "0.962"),
        _seed_truth(lines, 15, True),
        _seed_truth(lines, 21, False),
        essay_item,
    )
    return ItemBank(items=items, title="Security dilemma", language="en")
