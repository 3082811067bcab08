"""What the content of one item makes impossible in QTI 2.1 and in the programs that read it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from qticonv.diagnostics import Code, Diagnostic, Effect, diagnose
from qticonv.model import (
    ChoiceInteraction,
    ChoiceKind,
    GapKind,
    Gaps,
    Item,
    Text,
    TextEntry,
)
from qticonv.model.options import WriteOptions
from qticonv.model.walk import strings
from qticonv.writers import markup
from qticonv.writers.capabilities import USES, Feature
from qticonv.writers.qti21.assembly import CORRECT, INCORRECT, PARTIAL, is_shown
from qticonv.writers.qti21.entries import distinct
from qticonv.writers.qti21.items import assemble
from qticonv.writers.qti21.names import language
from qticonv.writers.qti21.xml import FORBIDDEN
from qticonv.writers.wording import wording

_LONGEST_STEM = 16_384  # Canvas: assessment_question_importer.rb:193
_MOST_ESCAPED = 6  # characters that one may become
_LONGEST_TITLE = 255  # Canvas: varchar(255)
_TRUE_FALSE = ("true", "false")


def limits(item: Item) -> tuple[Diagnostic, ...]:
    """Return what of ``item`` a QTI 2.1 package cannot hold as it is, because of its content."""
    said = wording(item)
    if _is_usual(item, said):
        return ()
    checks = [_unreachable, _true_false, _stem, _title, _language, _repeated, _dropdowns]
    if "\\" in said:
        checks.insert(0, _formulas)
    if not said.isprintable():
        checks.insert(0, _characters)
    return tuple(chain.from_iterable(check(item) for check in checks))


def _is_usual(item: Item, said: str) -> bool:
    """Whether none of the checks can find anything, as in nearly all questions; ``said`` is all that it says."""
    feedback = item.feedback
    return (
        isinstance(item.interaction, ChoiceInteraction)
        and item.interaction.kind is not ChoiceKind.TRUE_FALSE
        and feedback.correct is feedback.partially_correct is feedback.incorrect is None
        and item.title is item.language is None
        and len(said) * _MOST_ESCAPED < _LONGEST_STEM
        and "\\" not in said
        and said.isprintable()
    )


def _characters(item: Item) -> Iterator[Diagnostic]:
    said = (item.title or "", item.stem, item.interaction, item.feedback, item.tags, item.category)
    if found := sorted(set(FORBIDDEN.findall("".join(strings(said))))):
        named = ", ".join(f"U+{ord(character):04X}" for character in found)
        message = f"characters that XML cannot hold are left out: {named}"
        yield _report(Code.TARGET_ADAPTS, message, item, Effect.ADAPTED)


def _formulas(item: Item) -> Iterator[Diagnostic]:
    kept = markup.kept_formulas(item)
    if kept:
        shown = ", ".join(formula if len(formula) <= 40 else formula[:39] + "…" for formula in kept[:3])
        message = f"{len(kept)} formula{'s stay' if len(kept) > 1 else ' stays'} LaTeX instead of MathML: {shown}"
        yield _report(Code.MATH_KEPT, message, item, Effect.ADAPTED)


class _Blank:
    """Content of which nothing is wanted but the rules around it."""

    def flow(self, text: Text) -> str:
        """Nothing."""
        return ""

    blocks = comment = flow


def _unreachable(item: Item) -> Iterator[Diagnostic]:
    """Feedback for a response that there cannot be: the rules that are written never bring it up."""
    feedback = item.feedback
    kinds = (
        (CORRECT, "right", feedback.correct),
        (PARTIAL, "partly right", feedback.partially_correct),
        (INCORRECT, "wrong", feedback.incorrect),
    )
    if not item.needs_key or not any(text for _, _, text in kinds):
        return
    if not feedback.partially_correct and not USES[Feature.CREDIT](item):
        return  # right and wrong are always possible then
    rules = assemble(item, None, WriteOptions(), _Blank()).rules
    for identifier, name, text in kinds:
        if text and not is_shown(identifier, rules):
            message = f"feedback when {name} is left out: no response to this question is {name}"
            yield _report(Code.TARGET_LOSES, message, item, Effect.LOST)


def _true_false(item: Item) -> Iterator[Diagnostic]:
    interaction = item.interaction
    if not isinstance(interaction, ChoiceInteraction) or interaction.kind is not ChoiceKind.TRUE_FALSE:
        return
    words = tuple(choice.content.plain.strip().casefold() for choice in interaction.choices)
    if words != _TRUE_FALSE:
        message = (
            "true/false: Canvas Classic knows the type only by the English words True and False; "
            "there the question becomes multiple choice"
        )
        yield _report(Code.TARGET_ADAPTS, message, item, Effect.ADAPTED)


def _stem(item: Item) -> Iterator[Diagnostic]:
    if len(item.stem.content) * _MOST_ESCAPED < _LONGEST_STEM:
        return
    length = len(markup.to_html(item.stem))
    if length > _LONGEST_STEM:
        message = (
            f"the question's text has {length} characters; Canvas Classic puts a notice in the place of texts over "
            f"{_LONGEST_STEM}"
        )
        yield _report(Code.TARGET_LOSES, message, item, Effect.LOST)


def _title(item: Item) -> Iterator[Diagnostic]:
    if item.title and len(" ".join(item.title.split())) > _LONGEST_TITLE:
        message = f"the title is cut to {_LONGEST_TITLE} characters: Canvas drops questions with longer ones"
        yield _report(Code.TARGET_LOSES, message, item, Effect.LOST)


def _language(item: Item) -> Iterator[Diagnostic]:
    if item.language and not language(item.language):
        message = f"“{item.language}” is no language tag, so the item states no language"
        yield _report(Code.TARGET_LOSES, message, item, Effect.LOST)


def _repeated(item: Item) -> Iterator[Diagnostic]:
    """Accepted answers that an earlier one covers keep neither their credit nor their comment."""
    if isinstance(item.interaction, TextEntry):
        sets = [(item.interaction.accepted, item.interaction.case_sensitive)]
    elif isinstance(item.interaction, Gaps):
        sets = [(gap.accepted, gap.case_sensitive) for gap in item.interaction.gaps]
    else:
        return
    for accepted, case_sensitive in sets:
        kept = distinct(accepted, case_sensitive)
        lost = [answer for answer in accepted if not any(answer is other for other in kept)]
        if lost:
            names = ", ".join(f"“{answer.content}”" for answer in lost)
            message = f"accepted answers that an earlier one covers already were left out: {names}"
            yield _report(Code.TARGET_ADAPTS, message, item, Effect.ADAPTED)


def _dropdowns(item: Item) -> Iterator[Diagnostic]:
    if not isinstance(item.interaction, Gaps):
        return
    rich = [
        choice
        for gap in item.interaction.gaps
        if gap.kind is GapKind.DROPDOWN
        for choice in gap.choices
        if choice.content.is_html and choice.content.plain != choice.content.content
    ]
    if rich:
        yield _report(Code.TARGET_LOSES, "drop-downs hold plain text: their mark-up is lost", item, Effect.LOST)


def _report(code: Code, message: str, item: Item, effect: Effect) -> Diagnostic:
    return diagnose(code, message, item=item.identifier, span=item.span, target="qti21", effect=effect)
