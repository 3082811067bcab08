"""The assessmentTest: sections, references, weights and settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from qticonv import __version__
from qticonv.model import QuizSettings, Section, Text
from qticonv.writers.qti21.assembly import Content
from qticonv.writers.qti21.names import Unique
from qticonv.writers.qti21.xml import DECLARATION, LOCATION, QTI, attribute, number

# bank identifier -> (identifier in the package, points)
References = Mapping[str, tuple[str, str]]

_PROCESSING = (
    '<outcomeProcessing><setOutcomeValue identifier="SCORE"><sum><testVariables variableIdentifier="SCORE"/></sum>'
    "</setOutcomeValue></outcomeProcessing>\n</assessmentTest>\n"
)


def document(
    identifier: str,
    title: str,
    settings: QuizSettings,
    sections: Sequence[Section],
    references: References,
    unique: Unique,
    content: Content,
) -> Iterator[str]:
    """Yield the test in pieces; an item that no section names goes into a section of its own, in the bank's order.

    ``unique`` gives identifiers that no item has: all of them in a test must differ.
    """
    yield (
        f'{DECLARATION}<assessmentTest xmlns="{QTI}" {LOCATION} identifier="{identifier}" '
        f'title="{attribute(title)}" toolName="qticonv" toolVersion="{__version__}">\n'
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"><defaultValue><value>0</value>'
        "</defaultValue></outcomeDeclaration>\n"
    )
    if settings.time_limit_minutes is not None:
        yield f'<timeLimits maxTime="{number(settings.time_limit_minutes * 60)}"/>\n'
    yield f'<testPart identifier="{unique("part-1")}" navigationMode="nonlinear" submissionMode="individual">\n'
    yield _control(settings)
    described = _description(settings.description, content) if settings.description else ""
    for ordinal, (section, members) in enumerate(_groups(title, sections, references), 1):
        head = _section_head(unique(f"section-{ordinal}"), section, len(members), settings)
        yield head + (described if ordinal == 1 else "") + "\n"
        yield from (_reference(*references[name]) for name in members)
        yield "</assessmentSection>\n"
    yield f"</testPart>\n{_PROCESSING}"


def _control(settings: QuizSettings) -> str:
    """showFeedback is false unless it is given, and then no feedback shows after the last attempt."""
    attempts = f' maxAttempts="{settings.attempts}"' if settings.attempts is not None else ""
    return f'<itemSessionControl{attempts} showFeedback="true"/>\n'


def _groups(title: str, sections: Sequence[Section], references: References) -> Iterator[tuple[Section, Sequence[str]]]:
    """Sections with the items that are there; an item stands in the first section that names it."""
    placed: set[str] = set()
    for section in sections:
        members = [name for name in dict.fromkeys(section.items) if name in references and name not in placed]
        placed.update(members)
        if members:
            yield section, members
    rest = [name for name in references if name not in placed]
    if rest or not placed:
        yield Section(title=title, items=()), rest


def _section_head(identifier: str, section: Section, size: int, settings: QuizSettings) -> str:
    # visible="false": Canvas Classic makes a text question of a visible title (assessment_test_converter.rb:196).
    head = f'<assessmentSection identifier="{identifier}" title="{attribute(section.title)}" visible="false">'
    if section.pick is not None:
        head += f'<selection select="{min(section.pick, size)}"/>'
    if settings.shuffle_items:
        head += '<ordering shuffle="true"/>'
    return head


def _description(text: Text, content: Content) -> str:
    """The quiz's description, which candidates see with the first section."""
    return f'<rubricBlock view="candidate">{content.blocks(text)}</rubricBlock>'


def _reference(identifier: str, points: str) -> str:
    """A reference is called like its item, or Canvas Classic finds an empty quiz (assessment_test_converter.rb:256)."""
    return (
        f'<assessmentItemRef identifier="{identifier}" href="items/{identifier}.xml">'
        f'<weight identifier="WEIGHT" value="{points}"/></assessmentItemRef>\n'
    )
