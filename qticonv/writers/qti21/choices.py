"""Single choice, multiple choice and true/false."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

from msgspec import Struct

from qticonv.model import ChoiceInteraction, ChoiceKind, Item, Scoring
from qticonv.writers.qti21.assembly import NONE, PARTIAL, Assembly, Content, Modal, Verdicts
from qticonv.writers.qti21.xml import (
    any_of,
    assign,
    assign_identifier,
    base_value,
    condition,
    is_null,
    match,
    match_correct,
    member,
    number,
    outcome,
    response,
    share,
    variable,
)

_ONE, _ZERO = Decimal(1), Decimal(0)


def choice_name(index: int) -> str:
    """The identifier of choice ``index`` (from 0). Canvas Classic joins RESPONSE_n with feedback_n_fb."""
    return f"RESPONSE_{index + 1}"


def assemble(item: Item, interaction: ChoiceInteraction, stem: str, content: Content) -> Assembly:
    """Put a choice item together."""
    commented = [(n, choice.feedback) for n, choice in enumerate(interaction.choices, 1) if choice.feedback]
    right = tuple([index for index, choice in enumerate(interaction.choices) if choice.is_key])
    several = interaction.kind is ChoiceKind.MULTIPLE
    usual = len(right) == 1 and not several and not interaction.is_weighted  # the key earns all, the others nothing
    scheme = _scheme(
        interaction.kind,
        right,
        () if usual else interaction.credits,
        not usual and item.points > 0 and _is_mapped(interaction),
        str(item.points),  # equal numbers may be written differently
        bool(item.feedback.partially_correct),
        tuple([n for n, _ in commented]),
    )
    return Assembly(
        interaction="choiceInteraction",
        body=f"<div>{stem}</div>{_body(interaction, scheme.name, content)}",
        responses=scheme.responses,
        rules=scheme.rules,
        outcomes=scheme.outcomes,
        modals=[Modal(f"FEEDBACK_{n}", f"feedback_{n}_fb", content.comment(text)) for n, text in commented],
        minimum=scheme.minimum,
    )


class _Scheme(Struct, frozen=True, gc=False):
    """How responses are judged: all of an item that is no text."""

    name: str
    responses: str
    rules: str
    outcomes: str
    minimum: Decimal | None


@lru_cache(maxsize=1024)
def _scheme(
    kind: ChoiceKind,
    right: tuple[int, ...],
    shares: tuple[Decimal, ...],
    mapped: bool,
    points: str,
    tells_partial: bool,
    commented: tuple[int, ...],
) -> _Scheme:
    """``right`` counts from 0, ``commented`` from 1; a bank has few schemes."""
    several = kind is ChoiceKind.MULTIPLE
    name = "TF" if kind is ChoiceKind.TRUE_FALSE else "RESPONSE"
    keys = _correct_values(right, shares, several)
    mapping = _mapping(Decimal(points), shares, several) if mapped else ""
    verdicts = Verdicts(tells_partial)
    return _Scheme(
        name=name,
        responses=response(name, "multiple" if several else "single", "identifier", keys, mapping),
        rules=_scoring(verdicts, name, keys, kind, mapped) + _choice_rules(commented, name, several),
        outcomes="".join([outcome(f"FEEDBACK_{n}", NONE) for n in commented]),
        minimum=_minimum(Decimal(points), shares) if mapped and not several else None,
    )


def _is_mapped(interaction: ChoiceInteraction) -> bool:
    shares = interaction.credits
    if interaction.kind is ChoiceKind.MULTIPLE:
        return interaction.scoring is Scoring.PARTIAL or interaction.is_weighted
    return sum(credit != 0 for credit in shares) > 1 or max(shares, default=_ONE) != 1


def _correct_values(keys: Sequence[int], shares: Sequence[Decimal], several: bool) -> list[str]:
    if not several and len(keys) > 1:
        keys = sorted(keys, key=lambda index: -shares[index])[:1]
    return [choice_name(index) for index in keys]


def _mapping(points: Decimal, shares: Sequence[Decimal], several: bool) -> str:
    entries = "".join(
        f'<mapEntry mapKey="{choice_name(index)}" mappedValue="{number(share(points, credit))}"/>'
        for index, credit in enumerate(shares)
    )
    bounds = f' lowerBound="0" upperBound="{number(points)}"' if several else ""
    return f'<mapping defaultValue="0"{bounds}>{entries}</mapping>'


def _minimum(points: Decimal, shares: Sequence[Decimal]) -> Decimal | None:
    lowest = min(shares, default=_ZERO)
    return share(points, lowest) if lowest < 0 else None


def _body(interaction: ChoiceInteraction, name: str, content: Content) -> str:
    choices = "".join(
        [
            f'<simpleChoice identifier="RESPONSE_{n}">{content.flow(choice.content)}</simpleChoice>'
            for n, choice in enumerate(interaction.choices, 1)
        ]
    )
    shuffle = "true" if interaction.shuffle else "false"
    limit = "0" if interaction.kind is ChoiceKind.MULTIPLE else "1"
    head = f'<choiceInteraction responseIdentifier="{name}" shuffle="{shuffle}" maxChoices="{limit}">'
    return f"{head}{choices}</choiceInteraction>"


def _scoring(verdicts: Verdicts, name: str, keys: Sequence[str], kind: ChoiceKind, mapped: bool) -> str:
    # Canvas Classic sees true/false only in an explicit match (choice_interaction.rb:190), never in <correct>.
    right = match(name, keys[0]) if kind is ChoiceKind.TRUE_FALSE and keys else match_correct(name)
    branches = [(is_null([name]), verdicts.empty), (right, _right(verdicts, name, mapped, kind))]
    if mapped:
        return condition(branches, assign("SCORE", f'<mapResponse identifier="{name}"/>') + mapped_verdict(verdicts))
    if kind is ChoiceKind.MULTIPLE and verdicts.tells_partial and keys:
        hit = any_of([member(key, name) for key in keys])
        branches.append((hit, assign_identifier("FEEDBACKBASIC", PARTIAL)))
    return condition(branches, verdicts.wrong)


def _right(verdicts: Verdicts, name: str, mapped: bool, kind: ChoiceKind) -> str:
    """A single choice may be worth less than all points; exactly the keys of a multiple choice are worth all."""
    if mapped and kind is not ChoiceKind.MULTIPLE:
        return assign("SCORE", f'<mapResponse identifier="{name}"/>') + mapped_verdict(verdicts)
    return verdicts.right


def mapped_verdict(verdicts: Verdicts) -> str:
    """Judge a response by the SCORE that it has already."""
    score, zero = variable("SCORE"), base_value("float", "0")
    return condition(
        [
            (f"<gte>{score}{variable('MAXSCORE')}</gte>", verdicts.correct),
            (f"<gt>{score}{zero}</gt>", verdicts.partial),
        ],
        verdicts.wrong,
    )


def _choice_rules(commented: Iterable[int], name: str, several: bool) -> str:
    rules = []
    for n in commented:
        choice = choice_name(n - 1)
        test = member(choice, name) if several else match(name, choice)
        rules.append(condition([(test, assign_identifier(f"FEEDBACK_{n}", f"feedback_{n}_fb"))]))
    return "".join(rules)
