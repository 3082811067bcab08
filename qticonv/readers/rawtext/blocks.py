"""Blocks: the lines of a file divided into questions, and each question into its parts, by a layout."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct, field
from msgspec.structs import replace

from qticonv.diagnostics import Code
from qticonv.model.reading import LineRole
from qticonv.readers.rawtext.fields import Field, find_answer, is_link
from qticonv.readers.rawtext.heads import Head, read_head
from qticonv.readers.rawtext.layout import FeedbackPlace, Layout, QuestionKind
from qticonv.readers.rawtext.runs import Candidate, Run, before_talk, candidates, choose_run, of_question
from qticonv.readers.rawtext.scan import Scan
from qticonv.readers.rawtext.starts import Start, find_starts, is_bare_key
from qticonv.readers.rawtext.words import Part, is_kind

Piece = tuple[int, str]  # index of the piece, its text


class RawOption(Struct):
    """An option as printed. ``parts`` are its lines; the first is without label."""

    index: int
    place: int
    head: Head
    parts: list[Piece]
    feedback: list[Piece] = field(default_factory=list)
    marked: bool = False  # it bears the mark of right options

    @property
    def label(self) -> str:
        """The printed label; a number or letter alone behind a bullet is the option's text."""
        return self.head.label if self.head.punct or not self.head.bullet else ""


class Block(Struct):
    """The lines of one question, divided into parts. Indices are of pieces; ``last`` is inclusive."""

    first: int
    last: int
    number: int | None = None
    marked: bool = True
    paragraphs: int = 1  # of the stem, where no mark says that the question begins
    kind: str = ""  # what the header or a tag says of the type
    title: str = ""
    points: Decimal | None = None
    sign_word: bool = False  # a question sign stands before the text, perhaps with a letter ("#Q")
    stem: list[Piece] = field(default_factory=list)
    options: list[RawOption] = field(default_factory=list)
    keys: list[Piece] = field(default_factory=list)
    models: list[Piece] = field(default_factory=list)
    explanation: list[Piece] = field(default_factory=list)
    tail: list[Piece] = field(default_factory=list)  # text behind key or options that no word announces
    between: list[Piece] = field(default_factory=list)  # headings and texts between this question and the next
    facts: list[tuple[int, Field]] = field(default_factory=list)
    run: Run = field(default_factory=Run)
    doubts: list[tuple[Code, str]] = field(default_factory=list)

    def doubt(self, message: str, code: Code = Code.RAW_TEXT_DOUBTFUL) -> None:
        """Keep a doubt, which becomes a warning on the item."""
        self.doubts.append((code, message))


def read_blocks(scan: Scan, layout: Layout, end: int, roles: list[LineRole]) -> list[Block]:
    """Divide ``scan.heads[:end]`` into blocks and write the role of each piece into ``roles``."""
    options = candidates(scan, layout, end)
    return divide(scan, layout, end, roles, find_starts(scan, layout, options, end), options)


def divide(
    scan: Scan,
    layout: Layout,
    end: int,
    roles: list[LineRole],
    starts: Sequence[Start],
    options: Sequence[Candidate],
) -> list[Block]:
    """The same where it is known where questions begin and what looks like an option."""
    blocks = []
    position = 0
    for start, stop in zip(starts, [*(following.index for following in starts[1:]), end], strict=False):
        first = bisect_left(options, (start.index + start.marked, -1), position)
        position = bisect_left(options, (stop, -1), first)
        own = before_talk(of_question(options[first:position], scan.heads, layout), scan)
        blocks.append(_BlockReader(scan, layout, roles).read(start, stop, choose_run(own)))
    return blocks


class _BlockReader:
    """Walks over the lines of one question; ``part`` is the part that text goes on with."""

    def __init__(self, scan: Scan, layout: Layout, roles: list[LineRole]) -> None:
        self.scan = scan
        self.fields, self.rules, self.fenced = scan.fields, scan.rules, scan.fenced
        self.layout = layout
        self.roles = roles
        self.part = LineRole.STEM
        self.blank = False
        self.ended = False
        self.sink: list[Piece] = []  # where text behind an announced feedback goes
        self.listing = False  # a heading over the options was read: the lines below it are options
        self.prompted = False  # copied from a page: what stands behind a field's word is all of its value

    def read(self, start: Start, stop: int, run: Run) -> Block:
        self.block = Block(start.index, start.index, start.number, start.marked, paragraphs=start.paragraphs)
        self.block.run = run
        self.places = dict(self.block.run.options)
        self.remaining = len(self.places)
        first = start.index
        if start.marked:
            self._header(self.scan.heads[first])
            first += 1
        heads, roles = self.scan.heads, self.roles
        for index in range(first, stop):
            head = heads[index]
            if not head.raw:
                self.blank = True
                continue
            roles[index] = self._take(index, head)
            self.blank = False
            if not self.ended:
                self.block.last = index
        return self.block

    def _header(self, head: Head) -> None:
        """The line with the question mark: its text is the stem, or says what type the question is."""
        role = LineRole.STEM
        text = head.text
        if self.layout.question is QuestionKind.WORD and head.word and not head.punct and head.label:
            text = self._behind_header(text)
        elif self.layout.question in {QuestionKind.SIGN, QuestionKind.HEADING}:
            text = head.text if head.label and self.layout.question is QuestionKind.HEADING else head.body
            self.block.sign_word = self.layout.question is QuestionKind.SIGN
        if text:
            self.block.stem.append((self.block.first, _closed(text, head)))
        else:
            role = LineRole.HEADER
        self.roles[self.block.first] = role

    def _behind_header(self, text: str) -> str:
        """What stands behind ``Question 2`` without a colon: the type, or ``Question: …``, or the stem itself."""
        inner = read_head(0, text)
        if inner.word == "question" and inner.punct:
            return inner.text
        if is_kind(text):
            self.block.kind = text
            return ""
        return text

    def _take(self, index: int, head: Head) -> LineRole:
        if self.ended:
            return self._after_end(index, head)
        if index in self.places:
            return self._option(index, head)
        found = self.fields.get(index)
        if found and index not in self.fenced:
            return self._field(index, found)
        if index in self.rules:
            return LineRole.SEPARATOR
        if head.hashes and self.part is not LineRole.STEM and index not in self.fenced:
            self.ended = True
            return self._after_end(index, head)
        return self._text(index, head)

    def _after_end(self, index: int, head: Head) -> LineRole:
        if index in self.rules:
            return LineRole.SEPARATOR
        self.block.between.append((index, head.raw))
        return LineRole.TITLE if head.hashes else LineRole.UNCLAIMED

    def _option(self, index: int, head: Head) -> LineRole:
        text = head.text if head.label and self.layout.option not in {"bullet", "box", "sign"} else head.body
        self.block.options.append(RawOption(index, self.places[index], head, [(index, text)]))
        self.part = LineRole.CHOICE
        self.remaining -= 1
        return LineRole.CHOICE

    def _field(self, index: int, found: Field) -> LineRole:
        block = self.block
        match found.part:
            case Part.ANSWER:
                return self._key(index, found.value)
            case Part.GIVEN:
                return self._given(index, found)
            case Part.MODEL:
                self.part = LineRole.MODEL_ANSWER
                block.models.append((index, found.value))
                return LineRole.MODEL_ANSWER
            case Part.EXPLANATION:
                return self._explanation(index, found.value)
            case Part.PROMPT:
                self.prompted = True
                return LineRole.SEPARATOR
            case Part.OPTIONS:
                self.listing = not self.places and self.part is LineRole.STEM
                return LineRole.SEPARATOR
            case _:
                block.facts.append((index, found))
                return LineRole.POINTS if found.part is Part.POINTS else LineRole.TAG

    def _explanation(self, index: int, value: str) -> LineRole:
        """Feedback on an option, where it stands between options, or on the question."""
        options = self.block.options
        is_on_option = self.part is LineRole.CHOICE and (self.remaining or any(one.feedback for one in options))
        self.sink = options[-1].feedback if is_on_option and options else self.block.explanation
        if not is_on_option:
            self.part = LineRole.FEEDBACK
        if value:
            self.sink.append((index, value))
        return LineRole.FEEDBACK

    def _given(self, index: int, found: Field) -> LineRole:
        """What a student answered is no key; a key may stand behind it on the same line."""
        stated = find_answer(found.value)
        if stated is None:
            self.block.facts.append((index, found))
            return LineRole.NOISE
        return self._key(index, stated)

    def _key(self, index: int, value: str) -> LineRole:
        self.block.keys.append((index, value))
        self.part = LineRole.KEY
        return LineRole.KEY

    def _text(self, index: int, head: Head) -> LineRole:
        block = self.block
        if self.part is LineRole.KEY and self.remaining and not block.options and not block.stem:
            self.part = LineRole.STEM  # the key stands before the question
        match self.part:
            case LineRole.STEM | LineRole.CHOICE if self.listing:
                return self._listed(index, head)
            case LineRole.STEM:
                return self._stem(index, head)
            case LineRole.CHOICE:
                return self._behind_option(index, head)
            case LineRole.KEY:
                return self._behind_key(index, head)
            case LineRole.MODEL_ANSWER:
                if not (block.models[-1][1] or self.prompted or Part.MODEL in self.scan.valued):
                    block.models[-1] = (block.models[-1][0], head.raw)
                    return LineRole.MODEL_ANSWER
                return self._tail(index, head)
            case _:
                self.sink.append((index, head.raw))
                return LineRole.FEEDBACK

    def _stem(self, index: int, head: Head) -> LineRole:
        text = head.raw
        if head.word == "question" and not head.label and head.punct and self._is_title_only():
            text = _closed(head.text, head)
            self.block.title, self.block.stem = " ".join(part for _, part in self.block.stem), []
        if text:
            self.block.stem.append((index, text))
        return LineRole.STEM if text else LineRole.HEADER

    def _is_title_only(self) -> bool:
        """Whether what was taken for the stem so far is the heading that ``Question:`` stands under."""
        return len(self.block.stem) <= 1

    def _listed(self, index: int, head: Head) -> LineRole:
        """A line below a heading such as ``Options:`` is an option, with whatever mark it has."""
        labelled = bool(head.label and head.punct)
        text = head.text if labelled else head.body
        plain = head if labelled else replace(head, label="", family="")
        self.block.options.append(RawOption(index, len(self.block.options), plain, [(index, text)]))
        self.part = LineRole.CHOICE
        return LineRole.CHOICE

    def _behind_key(self, index: int, head: Head) -> LineRole:
        """The key below its word, one answer a line; or text behind the key."""
        keys = self.block.keys
        if Part.ANSWER not in self.scan.valued:
            if not keys[-1][1]:
                keys[-1] = (index, _unbulleted(head))
                return LineRole.KEY
            if head.bullet and self.scan.heads[keys[-1][0]].bullet and not self.blank:
                keys[-1] = (keys[-1][0], f"{keys[-1][1]}\n{_unbulleted(head)}")
                return LineRole.KEY
        return self._tail(index, head)

    def _behind_option(self, index: int, head: Head) -> LineRole:
        """Text behind an option goes on with it, is a bare key, or is feedback."""
        block = self.block
        if not self.remaining and is_bare_key(head) and self.layout.option not in {"bullet", "glued"}:
            return self._key(index, head.raw)
        if block.options[-1].feedback:
            block.options[-1].feedback.append((index, head.raw))
            return LineRole.FEEDBACK
        goes_on = self.remaining or (not self.blank and self.layout.feedback is not FeedbackPlace.AFTER_OPTIONS)
        if goes_on:
            block.options[-1].parts.append((index, head.raw))
            return LineRole.CHOICE
        return self._tail(index, head)

    def _tail(self, index: int, head: Head) -> LineRole:
        if is_link(head.raw):
            self.block.facts.append((index, Field(Part.OTHER, head.raw)))
            return LineRole.TAG
        self.block.tail.append((index, head.raw))
        return LineRole.FEEDBACK


def _unbulleted(head: Head) -> str:
    return _closed(head.body, head) if head.bullet or head.strong else head.raw


def _closed(text: str, head: Head) -> str:
    """Take off the closing half of an emphasis that was opened before the label: ``**3. What?**``."""
    if head.strong and text.count(head.strong) % 2:
        return " ".join(part.strip() for part in text.split(head.strong, 1)).strip()
    return text
