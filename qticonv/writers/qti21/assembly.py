"""What an item is put together from, and the document that it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Protocol, Self

from msgspec import Struct

from qticonv import __version__
from qticonv.model import Gaps, Item, Text
from qticonv.patterns import lazy
from qticonv.writers.qti21.xml import (
    DECLARATION,
    LOCATION,
    QTI,
    assign,
    assign_identifier,
    attribute,
    number,
    outcome,
    variable,
)

# Identifiers of feedback. Canvas Classic knows the kind by them (qti_exporter, assessment_item_converter.rb:245-257):
# /incorrect/ is looked for before /correct/, then /general_/; a partial comment has no place there.
GENERAL, CORRECT, INCORRECT, PARTIAL = "general_fb", "correct_fb", "general_incorrect_fb", "partial_fb"
GAP_MARK = lazy(r"\{\{([^{}]+)\}\}")
_HEAD = f'{DECLARATION}<assessmentItem xmlns="{QTI}" {LOCATION} '
EMPTY, ANSWERED, NONE = "empty", "answered", "none"
BASIC = "FEEDBACKBASIC"


class Content(Protocol):
    """Turns texts into XHTML that QTI allows, and remembers which images they need."""

    def flow(self, text: Text) -> str:
        """Content of a div, a choice or a feedback."""
        ...

    def blocks(self, text: Text) -> str:
        """A run of block elements, for places that hold no bare text."""
        ...

    def comment(self, text: Text) -> str:
        """Content without paragraphs, lines kept apart by br: Canvas Classic keeps only the first paragraph."""
        ...


class Modal(Struct, frozen=True, gc=False):
    """A modalFeedback. ``content`` is XHTML."""

    outcome: str
    identifier: str
    content: str

    def __str__(self) -> str:
        return (
            f'<modalFeedback outcomeIdentifier="{self.outcome}" identifier="{self.identifier}" showHide="show">'
            f"<div>{self.content}</div></modalFeedback>\n"
        )


class Assembly(Struct, frozen=True, kw_only=True, gc=False):
    """An interaction, in pieces.

    ``rules`` set SCORE and FEEDBACKBASIC; ``interaction`` is its name in QTI metadata; ``hint`` the name by which
    Canvas Classic learns the type from the manifest, ``question_type`` Canvas's own.
    """

    body: str
    interaction: str | None
    responses: str = ""
    outcomes: str = ""
    rules: str = ""
    modals: Sequence[Modal] = ()
    general: str = ""
    minimum: Decimal | None = None
    hint: str | None = None
    question_type: str | None = None


class Verdicts(Struct, frozen=True, gc=False):
    """Actions for the outcomes of an attempt, as the item's feedback asks.

    Where an item has no text for a partly right response, such a response gets the text for a wrong one.
    """

    tells_partial: bool  # whether there is a text for a partly right response

    @classmethod
    def of(cls, item: Item) -> Self:
        """Return the verdicts that the feedback of ``item`` asks for."""
        return cls(bool(item.feedback.partially_correct))

    @property
    def empty(self) -> str:
        """Nothing was answered."""
        return assign_identifier(BASIC, EMPTY)

    @property
    def right(self) -> str:
        """All points."""
        return assign("SCORE", variable("MAXSCORE")) + assign_identifier(BASIC, CORRECT)

    @property
    def correct(self) -> str:
        """Right, the score being set elsewhere."""
        return assign_identifier(BASIC, CORRECT)

    @property
    def partial(self) -> str:
        """Partly right, the score being set elsewhere."""
        return assign_identifier(BASIC, PARTIAL if self.tells_partial else INCORRECT)

    @property
    def wrong(self) -> str:
        """Wrong."""
        return assign_identifier(BASIC, INCORRECT)


def is_shown(identifier: str, rules: str) -> bool:
    """Whether ``rules`` ever set an outcome to ``identifier``."""
    return f">{identifier}<" in rules


def title_of(item: Item, limit: int = 80) -> str:
    """Return the item's title, or the beginning of its stem; never longer than Canvas can store (255)."""
    stem = GAP_MARK.sub("____", item.stem.plain) if isinstance(item.interaction, Gaps) else item.stem.plain
    words = " ".join((item.title or stem).split())
    longest = 255 if item.title else limit
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def document(
    item: Item, identifier: str, title: str, language: str | None, assembly: Assembly, modals: str
) -> tuple[str, str, str]:
    """Return the assessmentItem in three parts: what stands before its title, the title, and the rest."""
    lang = f' xml:lang="{language}"' if language else ""
    general = assembly.general or item.feedback.general
    rules = assembly.rules + (assign_identifier("FEEDBACKGENERAL", GENERAL) if general else "")
    processing = f"<responseProcessing>{rules}</responseProcessing>\n" if rules else ""
    head = f'{_HEAD}identifier="{identifier}" title="'
    rest = (
        f'" adaptive="false" timeDependent="false"{lang} toolName="qticonv" toolVersion="{__version__}">\n'
        f"{assembly.responses}{_outcomes(item, assembly, bool(general))}\n<itemBody>{assembly.body}</itemBody>\n"
        f"{processing}{modals}</assessmentItem>\n"
    )
    return head, attribute(title), rest


def _outcomes(item: Item, assembly: Assembly, general: bool) -> str:
    minimum = "" if assembly.minimum is None else number(assembly.minimum)
    return _common_outcomes(number(item.points), minimum, bool(assembly.responses), general) + assembly.outcomes


@lru_cache(maxsize=256)
def _common_outcomes(points: str, minimum: str, is_answered: bool, general: bool) -> str:
    limits = f' normalMaximum="{points}"'
    if minimum:
        limits += f' normalMinimum="{minimum}"'
    declared = outcome("SCORE", "0", "float", limits) + outcome("MAXSCORE", points, "float")
    if is_answered:
        declared += outcome(BASIC, EMPTY)
    return declared + (outcome("FEEDBACKGENERAL", NONE) if general else "")


def modals(item: Item, assembly: Assembly, content: Content) -> str:
    """Return all feedback of an item: that on the whole item in the order in which Canvas Classic lets the last win."""
    feedback = item.feedback
    general = assembly.general or (content.flow(feedback.general) if feedback.general else "")
    found = [Modal("FEEDBACKGENERAL", GENERAL, general)] if general else []
    kinds = (
        (CORRECT, feedback.correct),
        (INCORRECT, feedback.incorrect),
        (PARTIAL, feedback.partially_correct),
    )
    found += [
        Modal(BASIC, identifier, content.flow(text))
        for identifier, text in kinds
        if text and is_shown(identifier, assembly.rules)  # limits has said that the rest is left out
    ]
    return "".join(map(str, (*found, *assembly.modals)))
