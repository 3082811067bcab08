"""What an item says: key, texts, points."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qticonv.checks.findings import Finding, about, withhold_errors
from qticonv.checks.words import FALSE_WORDS, NUMBERS, TRUE_WORDS
from qticonv.diagnostics import Code
from qticonv.model import (
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    Gaps,
    Interaction,
    Item,
    ItemBank,
    Match,
    NoInteraction,
    Order,
    Text,
)
from qticonv.model.identifiers import normalise
from qticonv.model.rules import incoherences
from qticonv.patterns import lazy

_PLAIN_MEDIA = lazy(r"<(?:img|math|svg|audio|video|object|iframe|table)\b", re.IGNORECASE)

_NUMBER = "|".join(sorted(NUMBERS, key=len, reverse=True))
_NOUN = (
    r"(?:correct|best|right|richtige|correctes|correctas|corretas|juiste)?\s*"
    r"(?:answers?|options?|choices?|responses?|antworten|réponses|respuestas|respostas|risposte|antwoorden|opciones)"
)
# A cheap test before the expression below: it begins with one of these words, or in this way.
_CHOOSE = (
    *("choose", "select", "pick", "mark", "tick", "wählen", "choisissez", "elija", "seleccione", "escolha"),
    *("selecione", "scegli", "kies"),
)
_WHICH = lazy(r"which\s+(?:two|three|four|five)")
# An instruction about the number of keys, not a question about numbers: it names answers, or ends stem or brackets.
_INSTRUCTION = lazy(
    rf"\b(?:choose|select|pick|mark|tick|wählen\s+sie|choisissez|elija|seleccione|escolha|selecione|scegli|kies)\s+"
    rf"(?:exactly\s+|any\s+|the\s+)?({_NUMBER})(?:\s+{_NOUN}\b|\s*[.:!]?\s*(?:[)\]]|$))"
    rf"|\bwhich\s+(two|three|four|five)\s+of\s+(?:the\s+following|these)\b",
    re.IGNORECASE,
)  # fmt: skip


def coherence(bank: ItemBank) -> Iterator[Finding]:
    """Yield items whose parts contradict one another (:mod:`qticonv.model.rules`); they are withheld."""
    for index, item in enumerate(bank.items):
        for path, message in incoherences(item):
            place = ".".join(str(step) for step in path)
            yield withhold_errors(bank, index, Code.ITEM_INCOHERENT, f"{place}: {message}")


def empty_texts(bank: ItemBank) -> Iterator[Finding]:
    """Yield items that ask nothing, or offer nothing to pick."""
    for index, item in enumerate(bank.items):
        if is_blank(item.stem):
            yield withhold_errors(bank, index, Code.TEXT_EMPTY, "the question has no text")
        interaction = item.interaction
        if isinstance(interaction, ChoiceInteraction) and not any(is_blank(c.content) for c in interaction.choices):
            continue  # so for nearly all: no name is made up for nothing
        empty = [name for name, text in _parts(interaction) if is_blank(text)]
        if empty:
            yield withhold_errors(bank, index, Code.TEXT_EMPTY, f"without text: {', '.join(empty)}")


def is_blank(text: Text) -> bool:
    """Whether a student sees nothing."""
    if not text.is_html:
        return not text.content.strip()
    return not text.plain.strip() and not _PLAIN_MEDIA.search(text.content)


def _parts(interaction: Interaction) -> Iterator[tuple[str, Text]]:
    match interaction:
        case ChoiceInteraction(choices=choices):
            yield from ((f"choice {_name(choice)}", choice.content) for choice in choices)
        case Gaps(gaps=gaps):
            for gap in gaps:
                yield from ((f"choice {_name(choice)} of gap {gap.name}", choice.content) for choice in gap.choices)
        case Match(pairs=pairs):
            for number, pair in enumerate(pairs, 1):
                yield f"left side {number}", pair.left
                yield f"right side {number}", pair.right
        case Order(sequence=sequence):
            yield from ((f"element {number}", text) for number, text in enumerate(sequence, 1))
        case _:
            return


def _name(choice: Choice) -> str:
    return choice.label or choice.identifier


def true_false_words(bank: ItemBank) -> Iterator[Finding]:
    """Yield true/false items whose first choice is not true: platforms store the key as a truth value."""
    for index, item in enumerate(bank.items):
        words = _true_false_words(item)
        if words is None or (words[0] in TRUE_WORDS and words[1] in FALSE_WORDS):
            continue
        if words[0] in FALSE_WORDS or words[1] in TRUE_WORDS:
            message = f"the first choice of true/false must be the true one, not {words[0]!r}"
            yield withhold_errors(bank, index, Code.TRUE_FALSE_REVERSED, message)
        else:
            message = f"{words[0]!r} and {words[1]!r} are taken for true and false"
            yield about(bank, index, Code.TRUE_FALSE_WORDS, message)


def _true_false_words(item: Item) -> tuple[str, str] | None:
    interaction = item.interaction
    if not isinstance(interaction, ChoiceInteraction) or interaction.kind is not ChoiceKind.TRUE_FALSE:
        return None
    if len(interaction.choices) != 2:
        return None
    first, second = (choice.content.plain.strip().strip(".!。").lower() for choice in interaction.choices)
    return first, second


def key_counts(bank: ItemBank) -> Iterator[Finding]:
    """Yield items whose stem asks for another number of choices than are right."""
    for index, item in enumerate(bank.items):
        interaction = item.interaction
        if not isinstance(interaction, ChoiceInteraction) or not item.is_keyed:
            continue
        stem = item.stem.plain
        found = _INSTRUCTION.search(stem) if _asks_to_choose(stem.lower()) else None
        if found is None:
            continue
        wanted, right = NUMBERS[(found[1] or found[2]).lower()], len(interaction.keys)
        if wanted != right:
            message = (
                f'the question says "{found[0].strip()}", and {right} of its choices {_are(right)} marked as right'
            )
            yield about(bank, index, Code.KEY_COUNT, message)


def _asks_to_choose(stem: str) -> bool:
    return any(map(stem.__contains__, _CHOOSE)) or _WHICH.search(stem) is not None


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def duplicate_choices(bank: ItemBank) -> Iterator[Finding]:
    """Yield items in which two choices read the same."""
    for index, item in enumerate(bank.items):
        if not isinstance(item.interaction, ChoiceInteraction):
            continue
        seen: dict[str, Choice] = {}
        for choice in item.interaction.choices:
            first = seen.setdefault(normalise(choice.content.content), choice)
            if first is not choice and not is_blank(choice.content):
                both = f"{_name(first)} and {_name(choice)}"
                key = "; one of them is the key" if first.is_key is not choice.is_key else ""
                yield about(bank, index, Code.DUPLICATE_CHOICE, f"the choices {both} read the same{key}")


def points(bank: ItemBank) -> Iterator[Finding]:
    """Yield questions that are worth nothing."""
    for index, item in enumerate(bank.items):
        if item.points <= 0 and not isinstance(item.interaction, NoInteraction):
            yield about(bank, index, Code.POINTS_NONE, f"the question is worth {item.points} points")
