"""From one input to what is to be written: the one way through the program for the data.

    source -> reader -> keys -> overrides -> checks -> screening -> writer -> conformance -> artifacts

Nothing is written to disk, printed, or raised because of what a user wrote; only images beside the source are read. The
command line, the batch runner and the preview call :func:`prepare` and, to get files, :func:`convert`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import BinaryIO

from msgspec import Struct, field
from msgspec.structs import replace

from qticonv.diagnostics import Code, Diagnostic, Effect, Severity, diagnose
from qticonv.formats import FORMATS, Format, detect_format, format_named
from qticonv.model import Item, ItemBank, NoInteraction, QuizSettings, Reading, Source
from qticonv.model.answers import Answer, Answers
from qticonv.model.options import CheckOptions, ReadOptions, WriteOptions
from qticonv.model.selection import select
from qticonv.model.stored import Stored, opened, temporary

DEFAULT_ACCEPTANCE = Decimal("0.95")


class Overrides(Struct, frozen=True, kw_only=True, gc=False):
    """What the caller says about all items of an input, over what the input says itself."""

    title: str | None = None
    language: str | None = None
    points: Decimal | None = None
    category: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class PrepareOptions(Struct, frozen=True, kw_only=True, gc=False):
    """How an input is read and its keys are settled.

    ``accept`` is the confidence from which an inferred key is accepted; ``None`` means that no key is inferred.
    """

    source_format: str | None = None
    read: ReadOptions = field(default_factory=ReadOptions)
    answers: Answers | None = None
    accept: Decimal | None = DEFAULT_ACCEPTANCE
    overrides: Overrides = field(default_factory=Overrides)


class Quiz(Struct, frozen=True, gc=False):
    """One of several inputs that were merged: its title and the identifiers of its items."""

    title: str | None
    items: frozenset[str]


class Prepared(Struct, frozen=True, kw_only=True, gc=False):
    """An input that was read, keyed and checked.

    ``reading.diagnostics`` holds all that was found; ``withheld`` are the positions in ``reading.bank.items`` of the
    items that go into no file. ``quizzes`` are the inputs that were merged, for formats that hold several quizzes.
    """

    reading: Reading
    withheld: frozenset[int] = frozenset()
    quizzes: tuple[Quiz, ...] = ()

    @property
    def bank(self) -> ItemBank:
        """The bank, withheld items included."""
        return self.reading.bank

    @property
    def unread(self) -> int:
        """How many items the reader withheld: they are in its diagnostics, but not in the bank."""
        present = {item.identifier for item in self.bank.items}
        return sum(found.effect is Effect.WITHHELD and found.item not in present for found in self.reading.diagnostics)

    @property
    def writable(self) -> ItemBank:
        """The bank without what is withheld; sections and passages refer to nothing that is gone."""
        kept = tuple(item for index, item in enumerate(self.bank.items) if index not in self.withheld)
        return select(self.bank, kept)

    def with_diagnostics(self, diagnostics: Iterable[Diagnostic]) -> Prepared:
        """Return the same with ``diagnostics`` told first."""
        reading = replace(self.reading, diagnostics=(*diagnostics, *self.reading.diagnostics))
        return replace(self, reading=reading)


class Artifact(Struct, frozen=True, kw_only=True, gc=False):
    """A file to be written, and how many items were written, adapted, cut short (``lossy``) or withheld.

    A large ``content`` stands in a temporary file, which is gone with the artifact.
    """

    target: str
    suffix: str
    content: Stored
    written: int
    adapted: int
    lossy: int
    withheld: int

    @property
    def data(self) -> bytes:
        """The whole file."""
        return opened(self.content).read()


class Conversion(Struct, frozen=True, kw_only=True, gc=False):
    """All artifacts of one input and all there is to say, the input included; after an internal error no artifacts."""

    artifacts: tuple[Artifact, ...]
    diagnostics: tuple[Diagnostic, ...]


def read(source: Source, source_format: str | None, options: ReadOptions) -> Reading:
    """Read ``source`` as ``source_format``, or as the format that it shows itself to be."""
    from qticonv import assets, checks

    entry = format_named(source_format) if source_format else detect_format(source)
    if entry.read is None:
        return _refuse(source, entry)
    reading: Reading = entry.read(source, options)
    bank, found = assets.load(reading.bank, source.folder)
    reading = replace(reading, bank=bank, diagnostics=(*reading.diagnostics, *found))
    if entry.name != "bank":  # a bank's own errors were told with their lines; one that a reader made must be right
        reading = _validated(reading)
    return replace(reading, bank=checks.distinguish(reading.bank))


def _validated(reading: Reading) -> Reading:
    from qticonv.interchange import bank

    found = bank.validate(reading.bank)
    return replace(reading, diagnostics=(*reading.diagnostics, *found)) if found else reading


def _refuse(source: Source, entry: Format) -> Reading:
    readable = ", ".join(other.name for other in FORMATS if other.read)
    found = diagnose(
        Code.INPUT_UNSUPPORTED,
        f"{source.name} is {entry.label}; qticonv checks such files but does not read questions from them",
        hint=f"formats that are read: {readable}; `qticonv check` says whether the file is right",
    )
    return Reading(bank=ItemBank(items=()), diagnostics=(found,))


def prepare(sources: Sequence[Source], options: PrepareOptions) -> Prepared:
    """Read ``sources`` into one bank (more than one: merged in order), settle its keys and check it."""
    from qticonv import checks, keys

    readings = [read(source, options.source_format, options.read) for source in sources]
    answers = _share_out(options.answers, readings)
    settled = [
        keys.settle(reading, answers=share, accept=options.accept)
        for reading, share in zip(readings, answers, strict=True)
    ]
    reading = _override(_merge(settled), options.overrides)
    quizzes = () if len(settled) == 1 or options.overrides.title else tuple(map(_quiz, settled))
    verdict = checks.run(reading.bank)
    unkeyed = {index for index, item in enumerate(reading.bank.items) if not item.is_keyed}
    reading = replace(reading, diagnostics=(*reading.diagnostics, *verdict.diagnostics))
    return Prepared(reading=reading, withheld=frozenset(unkeyed.union(verdict.withheld)), quizzes=quizzes)


def _share_out(answers: Answers | None, readings: Sequence[Reading]) -> list[Answers | None]:
    """Give each reading the answers to its own items; what fits nowhere goes to the last, which reports it."""
    if answers is None or len(readings) == 1:
        return [answers] * len(readings)
    homes = {item.identifier: number for number, entry in enumerate(readings) for item in entry.bank.items}
    shares: list[list[Answer]] = [[] for _ in readings]
    for entry in answers.entries:
        number = homes.get(entry.reference, len(readings) - 1) if isinstance(entry.reference, str) else -1
        shares[number].append(entry)
    return [replace(answers, entries=tuple(share)) for share in shares]


def _quiz(reading: Reading) -> Quiz:
    return Quiz(reading.bank.title, frozenset(item.identifier for item in reading.bank.items))


def _merge(readings: Sequence[Reading]) -> Reading:
    if len(readings) == 1:
        return readings[0]
    from qticonv import assets

    banks = assets.with_own_names([reading.bank for reading in readings])
    first = banks[0]
    bank = replace(
        first,
        items=tuple(_in_language(item, bank.language, first.language) for bank in banks for item in bank.items),
        sections=tuple(section for bank in banks for section in bank.sections),
        assets={name: asset for bank in banks for name, asset in bank.assets.items()},
    )
    diagnostics = [diagnostic for reading in readings for diagnostic in reading.diagnostics]
    for other in banks[1:]:
        if other.quiz not in (QuizSettings(), first.quiz):
            message = f"the quiz settings of {other.title!r} are left out: the merged quiz has those of the first input"
            diagnostics.append(diagnose(Code.MERGE_LOSES, message, effect=Effect.LOST))
    return Reading(bank=bank, diagnostics=tuple(diagnostics))


def _in_language(item: Item, own: str | None, merged: str | None) -> Item:
    """Let an item keep the language of its bank where the merged bank has another."""
    return item if item.language or own in (None, merged) else replace(item, language=own)


def _override(reading: Reading, overrides: Overrides) -> Reading:
    if overrides == Overrides():
        return reading
    bank = reading.bank
    items = tuple(_override_item(item, overrides) for item in bank.items)
    bank = replace(bank, items=items, title=overrides.title or bank.title, language=overrides.language or bank.language)
    return replace(reading, bank=bank)


def _override_item(item: Item, overrides: Overrides) -> Item:
    points = (
        item.points if overrides.points is None or isinstance(item.interaction, NoInteraction) else overrides.points
    )
    new_tags = tuple(tag for tag in overrides.tags if tag not in item.tags)
    return replace(item, points=points, category=overrides.category or item.category, tags=item.tags + new_tags)


def convert(
    prepared: Prepared, targets: Iterable[str], write: WriteOptions, check: CheckOptions | None = None
) -> Conversion:
    """Write what can be written of ``prepared`` for every target, and check what was written."""
    artifacts: list[Artifact] = []
    diagnostics = [_mark_withheld(found) for found in prepared.reading.diagnostics]
    writable = prepared.writable
    for target in targets:
        job = _Job(format_named(target), prepared.quizzes, write, check or CheckOptions())
        artifact, found = _convert_one(writable, job)
        diagnostics += found
        if artifact is not None:
            artifacts.append(replace(artifact, withheld=artifact.withheld + len(prepared.withheld) + prepared.unread))
    if any(found.code is Code.INTERNAL for found in diagnostics):
        artifacts = []
    return Conversion(artifacts=tuple(artifacts), diagnostics=tuple(diagnostics))


def _mark_withheld(found: Diagnostic) -> Diagnostic:
    """A missing key keeps an item out of files; `parse`, which writes the item, says nothing of that."""
    return replace(found, effect=Effect.WITHHELD) if found.code is Code.KEY_MISSING else found


class _Job(Struct, frozen=True, gc=False):
    entry: Format
    quizzes: tuple[Quiz, ...]
    write: WriteOptions
    check: CheckOptions


def _convert_one(bank: ItemBank, job: _Job) -> tuple[Artifact | None, list[Diagnostic]]:
    entry = job.entry
    screened, found = screen(bank, entry)
    if not screened.items:
        return None, found
    out = temporary()
    found += _write(screened, job, out)
    content = Stored(name=f"output{entry.suffix}", data=b"", file=out)
    found += _verify(entry, content, job.check)
    by_effect = {
        effect: len({said.item for said in found if said.item is not None and said.effect is effect})
        for effect in Effect
    }
    artifact = Artifact(
        target=entry.name,
        suffix=entry.suffix,
        content=content,
        written=len(screened.items),
        adapted=by_effect[Effect.ADAPTED],
        lossy=by_effect[Effect.LOST],
        withheld=len(bank.items) - len(screened.items),
    )
    return artifact, found


def _write(bank: ItemBank, job: _Job, out: BinaryIO) -> tuple[Diagnostic, ...]:
    if job.entry.write is None:
        raise ValueError(f"{job.entry.name} cannot be written")
    if job.entry.write_many is None or not job.quizzes:
        return job.entry.write(bank, job.write, out)
    banks = []
    for quiz in job.quizzes:
        part = select(bank, [item for item in bank.items if item.identifier in quiz.items])
        if part.items:
            banks.append(replace(part, title=quiz.title))
    return job.entry.write_many(banks, job.write, out)


def screen(bank: ItemBank, entry: Format) -> tuple[ItemBank, list[Diagnostic]]:
    """Report what ``entry`` cannot hold of every item; return the bank without the items that it cannot hold at all."""
    from qticonv.writers import capabilities

    kept: list[Item] = []
    found: list[Diagnostic] = []
    for item in bank.items:
        own = capabilities.losses(item, entry.name)
        if entry.limits is not None and not _is_withheld(own):
            own += entry.limits(item)
        if not own or not _is_withheld(own):
            kept.append(item)
        found += own
    lost = (*_lost_passages(bank, kept, entry), *capabilities.language_loss(bank, entry.name))
    return bank if len(kept) == len(bank.items) else select(bank, kept), [*found, *lost]


def _lost_passages(bank: ItemBank, kept: Sequence[Item], entry: Format) -> list[Diagnostic]:
    """Report the items that go without their passage, because the target cannot hold that."""
    present = {item.identifier for item in kept}
    return [
        diagnose(
            Code.TARGET_LOSES,
            "the shared passage is left out, because this target cannot hold it",
            item=item.identifier,
            span=item.span,
            target=entry.name,
            effect=Effect.LOST,
        )
        for item in kept
        if item.passage is not None and item.passage not in present
    ]


def _is_withheld(diagnostics: Iterable[Diagnostic]) -> bool:
    return any(diagnostic.effect is Effect.WITHHELD for diagnostic in diagnostics)


def _verify(entry: Format, content: Source, options: CheckOptions) -> list[Diagnostic]:
    """Check our own output. An error there is our mistake, whatever the input was."""
    if entry.check is None:
        return []
    found = entry.check(content, options)
    return [
        diagnose(
            Code.INTERNAL,
            f"the {entry.name} output would be wrong: {diagnostic.message} [{diagnostic.code.slug}]",
            item=diagnostic.item,
            span=diagnostic.span,
            target=entry.name,
        )
        for diagnostic in found
        if diagnostic.severity is Severity.ERROR
    ]
