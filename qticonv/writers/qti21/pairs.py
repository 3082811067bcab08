"""Matching and ordering."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from qticonv.model import Item, Match, Order, Scoring, Text
from qticonv.writers.qti21.assembly import NONE, Assembly, Content, Modal, Verdicts
from qticonv.writers.qti21.choices import mapped_verdict
from qticonv.writers.qti21.xml import (
    add_score,
    any_of,
    assign,
    assign_identifier,
    base_value,
    condition,
    is_null,
    match_correct,
    member,
    number,
    outcome,
    response,
    share,
    variable,
)

_NAME = "RESPONSE"


def assemble_match(item: Item, interaction: Match, stem: str, content: Content) -> Assembly:
    """Put a matching item together. Equal right sides are one choice, which then may be used more than once."""
    rights = _printed([pair.right for pair in interaction.pairs] + list(interaction.distractors))
    names = {right: f"T{n}" for n, right in enumerate(rights, 1)}
    key = [f"S{n} {names[pair.right]}" for n, pair in enumerate(interaction.pairs, 1)]
    partial = interaction.scoring is Scoring.PARTIAL and item.points > 0
    mapping = _mapping(item, key) if partial else ""
    commented = [(n, pair.feedback) for n, pair in enumerate(interaction.pairs, 1) if pair.feedback]
    return Assembly(
        interaction="matchInteraction",
        body=f"<div>{stem}</div>{_match_body(interaction, names, content)}",
        responses=response(_NAME, "multiple", "directedPair", key, mapping),
        rules=_match_rules(item, key, partial) + _pair_rules([n for n, _ in commented]),
        outcomes="".join(outcome(f"FEEDBACK_{n}", NONE) for n, _ in commented),
        modals=tuple(Modal(f"FEEDBACK_{n}", f"pair_{n}_fb", content.comment(text)) for n, text in commented),
    )


def _printed(texts: Sequence[Text]) -> list[Text]:
    """Distinct texts in an order that does not give the key away, for engines that do not shuffle."""
    return sorted(dict.fromkeys(texts), key=lambda text: (text.plain.casefold(), text.content, text.is_html))


def _match_body(interaction: Match, names: dict[Text, str], content: Content) -> str:
    count = len(interaction.pairs)
    lefts = [(f"S{n}", pair.left, 1) for n, pair in enumerate(interaction.pairs, 1)]
    rights = [(name, right, count) for right, name in names.items()]
    sets = "".join(
        f"<simpleMatchSet>{''.join(_associable(*choice, content) for choice in choices)}</simpleMatchSet>"
        for choices in (lefts, rights)
    )
    # maxAssociations is 1 unless it is given.
    head = f'<matchInteraction responseIdentifier="{_NAME}" shuffle="true" maxAssociations="{count}">'
    return f"{head}{sets}</matchInteraction>"


def _associable(name: str, text: Text, limit: int, content: Content) -> str:
    head = f'<simpleAssociableChoice identifier="{name}" matchMax="{limit}">'
    return f"{head}{content.flow(text)}</simpleAssociableChoice>"


def _mapping(item: Item, key: Sequence[str]) -> str:
    each = number(share(item.points, Decimal(1), Decimal(len(key))))
    entries = "".join(f'<mapEntry mapKey="{pair}" mappedValue="{each}"/>' for pair in key)
    return f'<mapping defaultValue="0" lowerBound="0" upperBound="{number(item.points)}">{entries}</mapping>'


def _match_rules(item: Item, key: Sequence[str], partial: bool) -> str:
    verdicts = Verdicts.of(item)
    branches = [(is_null([_NAME]), verdicts.empty), (match_correct(_NAME), verdicts.right)]
    if not partial:
        if item.feedback.partially_correct:
            branches.append((any_of([member(pair, _NAME, "directedPair") for pair in key]), verdicts.partial))
        return condition(branches, verdicts.wrong)
    return condition(branches, assign("SCORE", f'<mapResponse identifier="{_NAME}"/>') + mapped_verdict(verdicts))


def _pair_rules(numbers: Sequence[int]) -> str:
    """Comments on pairs explain them, so they show once something was matched, right or wrong."""
    if not numbers:
        return ""
    shown = "".join(assign_identifier(f"FEEDBACK_{n}", f"pair_{n}_fb") for n in numbers)
    return condition([(f"<not>{is_null([_NAME])}</not>", shown)])


def assemble_order(item: Item, interaction: Order, stem: str, content: Content) -> Assembly:
    """Put an ordering item together."""
    sequence = interaction.sequence
    printed = sorted(range(len(sequence)), key=lambda index: (sequence[index].plain.casefold(), index))
    names = {index: f"RESPONSE_{n}" for n, index in enumerate(printed, 1)}
    choices = "".join(
        f'<simpleChoice identifier="{names[index]}">{content.flow(sequence[index])}</simpleChoice>' for index in printed
    )
    key = [names[index] for index in range(len(sequence))]
    body = f'<orderInteraction responseIdentifier="{_NAME}" shuffle="true">{choices}</orderInteraction>'
    return Assembly(
        interaction="orderInteraction",
        hint="orderInteraction",
        body=f"<div>{stem}</div>{body}",
        responses=response(_NAME, "ordered", "identifier", key),
        rules=_order_rules(item, interaction, key),
    )


def _order_rules(item: Item, interaction: Order, key: Sequence[str]) -> str:
    verdicts = Verdicts.of(item)
    branches = [(is_null([_NAME]), verdicts.empty), (match_correct(_NAME), verdicts.right)]
    if interaction.scoring is not Scoring.PARTIAL or item.points <= 0:
        if item.feedback.partially_correct:
            branches.append((any_of([_at(n, name) for n, name in enumerate(key, 1)]), verdicts.partial))
        return condition(branches, verdicts.wrong)
    each = share(item.points, Decimal(1), Decimal(len(key)))
    places = "".join(condition([(_at(n, name), add_score(each))]) for n, name in enumerate(key, 1))
    return condition(branches, places + mapped_verdict(verdicts))


def _at(place: int, name: str) -> str:
    indexed = f'<index n="{place}">{variable(_NAME)}</index>'
    return f"<match>{indexed}{base_value('identifier', name)}</match>"
