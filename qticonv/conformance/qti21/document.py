"""One pass over an item: everything the checks ask about, by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from lxml import etree
from msgspec import Struct, field

from qticonv.conformance.qti21.vocabulary import BINDINGS, BUILT_IN

Element = etree._Element


class Variable(Struct):
    """A declared variable."""

    identifier: str
    kind: str  # response, outcome or template
    base_type: str | None
    cardinality: str | None
    element: Element | None = None
    correct: list[Element] = field(default_factory=list)
    default: list[Element] = field(default_factory=list)
    mapping: Element | None = None
    area_mapping: Element | None = None


class Interaction(Struct):
    """An interaction and its choices by identifier; ``sets`` are the two sides of a pair, where there are sides."""

    name: str
    element: Element
    response: str
    choices: dict[str, Element] = field(default_factory=dict)
    sets: tuple[frozenset[str], frozenset[str]] | None = None


class Document:
    """An assessmentItem, indexed."""

    def __init__(self, root: Element) -> None:
        self.root = root
        namespace = etree.QName(root).namespace
        self.prefix = f"{{{namespace}}}" if namespace else ""
        self.named: dict[str, list[Element]] = defaultdict(list)
        skip = len(self.prefix)
        for element in root.iter(f"{self.prefix}*"):
            self.named[str(element.tag)[skip:]].append(element)
        self.declarations = list(self._declarations())
        self.variables: dict[str, Variable] = {
            name: Variable(name, "outcome", *types) for name, types in BUILT_IN.items()
        }
        for declared in self.declarations:
            self.variables.setdefault(declared.identifier, declared)
        self.interactions = list(self._interactions())

    def local(self, element: Element) -> str:
        """Return the name of ``element`` without its namespace."""
        return str(element.tag)[len(self.prefix) :]

    def children(self, element: Element, name: str) -> list[Element]:
        """Return the children of ``element`` that are called ``name``."""
        return element.findall(self.prefix + name)

    def bound(self, response: str) -> Interaction | None:
        """Return the first interaction of a response."""
        return next((entry for entry in self.interactions if entry.response == response), None)

    def _declarations(self) -> Iterator[Variable]:
        for kind in ("response", "outcome", "template"):
            for element in self.named.get(f"{kind}Declaration", ()):
                yield Variable(
                    identifier=element.get("identifier", ""),
                    kind=kind,
                    base_type=element.get("baseType"),
                    cardinality=element.get("cardinality"),
                    element=element,
                    correct=self._values(element, "correctResponse"),
                    default=self._values(element, "defaultValue"),
                    mapping=element.find(f"{self.prefix}mapping"),
                    area_mapping=element.find(f"{self.prefix}areaMapping"),
                )

    def _values(self, declaration: Element, name: str) -> list[Element]:
        return declaration.findall(f"{self.prefix}{name}/{self.prefix}value")

    def _interactions(self) -> Iterator[Interaction]:
        for name, binding in BINDINGS.items():
            for element in self.named.get(name, ()):
                tags = [self.prefix + choice for choice in binding.choices]
                found = Interaction(name, element, element.get("responseIdentifier", ""))
                for choice in element.iter(*tags) if tags else ():
                    found.choices.setdefault(choice.get("identifier", ""), choice)
                found.sets = self._sides(found)
                yield found

    def _sides(self, interaction: Interaction) -> tuple[frozenset[str], frozenset[str]] | None:
        if interaction.name == "matchInteraction":
            sets = self.children(interaction.element, "simpleMatchSet")
            if len(sets) == 2:
                first, second = (frozenset(choice.get("identifier", "") for choice in side) for side in sets)
                return first, second
        if interaction.name == "gapMatchInteraction":
            return self._by_kind(interaction, ("gapText", "gapImg"))
        if interaction.name == "graphicGapMatchInteraction":
            return self._by_kind(interaction, ("gapImg",))
        return None

    def _by_kind(self, interaction: Interaction, first: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
        movable = frozenset(name for name, choice in interaction.choices.items() if self.local(choice) in first)
        return movable, frozenset(interaction.choices) - movable
