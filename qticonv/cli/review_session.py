"""The course of a review without a terminal: which question is shown, what a key does, what was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from enum import Enum

from msgspec import Struct, field

from qticonv.model import ChoiceInteraction, ChoiceKind, Item, KeySource, NumericEntry, TextEntry
from qticonv.model.answers import Answer, AnswerValue
from qticonv.report.review import Card, pick_keys


class Press(Enum):
    """Keys that are no characters."""

    CONFIRM = "confirm"
    SKIP = "skip"
    BACK = "back"
    ALL = "all"
    CLEAR = "clear"
    QUIT = "quit"


class Decision(Struct, frozen=True, gc=False):
    """What is to be saved: a new answer, or that the one to ``item`` is withdrawn."""

    item: Item
    answer: Answer | None


def queue(items: Sequence[Item], *, confirm_accepted: bool) -> tuple[Item, ...]:
    """Return what is to be reviewed: items without key in their order, then accepted ones, the least certain first."""
    open_items = [item for item in items if item.key is not None and item.key.source is KeySource.MISSING]
    if not confirm_accepted:
        return tuple(open_items)
    inferred = [item for item in items if item.key is not None and item.key.source is KeySource.INFERRED]
    return (*open_items, *sorted(inferred, key=_confidence))


def _confidence(item: Item) -> Decimal:
    return (item.key.confidence if item.key else None) or Decimal(0)


def can_settle(item: Item) -> bool:
    """Whether the key of ``item`` can be chosen or typed here."""
    return isinstance(item.interaction, (ChoiceInteraction, TextEntry, NumericEntry))


def _place(interaction: ChoiceInteraction, key: str, keys: Sequence[str]) -> int | None:
    """Return which choice ``key`` names: its key, or else its printed label, which may be several characters long."""
    labels = [(choice.label or choice.identifier).lower() for choice in interaction.choices]
    for names in (keys, labels):
        if key in names:
            return names.index(key)
    return None


class Review(Struct):
    """A review of ``items``.

    ``reasons`` say in words what speaks for a choice: item -> choice -> words; ``cautions`` what speaks against
    trusting that: item -> words.
    """

    items: Sequence[Item]
    reasons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    cautions: Mapping[str, str] = field(default_factory=dict)
    position: int = 0
    decided: dict[str, tuple[str, ...]] = field(default_factory=dict)
    message: str = ""
    show_all: bool = False
    quit: bool = False
    _toggled: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._turn_to(0)

    @property
    def finished(self) -> bool:
        """Whether there is nothing more to show."""
        return self.quit or self.position >= len(self.items)

    @property
    def item(self) -> Item:
        """The question that is shown."""
        return self.items[self.position]

    @property
    def is_multiple(self) -> bool:
        """Whether choices are toggled and then confirmed."""
        interaction = self.item.interaction
        return isinstance(interaction, ChoiceInteraction) and interaction.kind is ChoiceKind.MULTIPLE

    @property
    def takes_text(self) -> bool:
        """Whether the answer is typed."""
        return isinstance(self.item.interaction, (TextEntry, NumericEntry))

    def choice_identifiers(self) -> tuple[str, ...]:
        """Return the choices of the question that is shown, in printed order."""
        interaction = self.item.interaction
        choices = interaction.choices if isinstance(interaction, ChoiceInteraction) else ()
        return tuple(choice.identifier for choice in choices)

    def card(self) -> Card:
        """Return what is to be shown."""
        name = self.item.identifier
        return Card(
            item=self.item,
            picked=frozenset(self._toggled),
            reasons=self.reasons.get(name, {}),
            show_all=self.show_all,
            caution=self.cautions.get(name, ""),
        )

    def press(self, key: str | Press) -> Decision | None:
        """Do what ``key`` says; return a decision that must be saved before anything else is shown."""
        self.message = ""
        match key:
            case Press.SKIP:
                self._turn_to(self.position + 1)
            case Press.BACK:
                self._back()
            case Press.ALL:
                self.show_all = not self.show_all
            case Press.QUIT:
                self.quit = True
            case Press.CLEAR:
                return self._clear()
            case Press.CONFIRM:
                return self._confirm()
            case _:
                return self._pick(key.lower())
        return None

    def answer(self, text: str) -> Decision | None:
        """Take a typed answer; an empty one changes nothing."""
        value: AnswerValue = text.strip()
        if not value:
            return None
        if isinstance(self.item.interaction, NumericEntry):
            try:
                value = Decimal(text.strip())
            except InvalidOperation:
                self.message = f"{text.strip()!r} is not a number (with a decimal point)"
                return None
        self._toggled = {text.strip()}
        return self._decide(Answer(reference=self.item.identifier, values=(value,)))

    def _pick(self, key: str) -> Decision | None:
        interaction = self.item.interaction
        place = _place(interaction, key, pick_keys(self.item)) if isinstance(interaction, ChoiceInteraction) else None
        if place is None:
            self.message = f"the key {key!r} does nothing here"
            return None
        choice = self.choice_identifiers()[place]
        if self.is_multiple:
            self._toggled ^= {choice}
            return None
        self._toggled = {choice}
        return self._confirm()

    def _confirm(self) -> Decision | None:
        interaction = self.item.interaction
        if not isinstance(interaction, ChoiceInteraction) or not self._toggled:
            self.message = "nothing is picked yet"
            return None
        chosen = [choice for choice in interaction.choices if choice.identifier in self._toggled]
        values = tuple(choice.identifier for choice in chosen)
        texts = tuple(choice.content.plain for choice in chosen)
        return self._decide(Answer(reference=self.item.identifier, values=values, texts=texts))

    def _decide(self, answer: Answer) -> Decision:
        item = self.item
        self.decided[item.identifier] = tuple(sorted(self._toggled))
        self._turn_to(self.position + 1)
        return Decision(item, answer)

    def _clear(self) -> Decision | None:
        self._toggled = set()
        if self.decided.pop(self.item.identifier, None) is None:
            return None
        self.message = "the decision is withdrawn"
        return Decision(self.item, None)

    def _back(self) -> None:
        if self.position == 0:
            self.message = "this is the first question"
        else:
            self._turn_to(self.position - 1)

    def _turn_to(self, position: int) -> None:
        self.position = position
        self.show_all = False
        if self.finished:
            return
        interaction = self.item.interaction
        keyed = (
            {choice.identifier for choice in interaction.keys} if isinstance(interaction, ChoiceInteraction) else set()
        )
        self._toggled = set(self.decided.get(self.item.identifier, keyed))
