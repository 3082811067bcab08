"""What qticonv has to say about an input: codes, places and messages, as data.

Readers, checks, writers and conformance checks *return* diagnostics; nothing in the package prints or raises
because of
what a user wrote. How they are shown is decided in ``qticonv.report``. This module imports nothing of the package.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from typing import Self


class Severity(StrEnum):
    """How much a diagnostic matters to the person who runs the program."""

    ERROR = "error"  # something is withheld, refused or wrong
    WARNING = "warning"  # something was lost or is doubtful
    NOTE = "note"  # something was adapted or repaired

    @property
    def rank(self) -> int:
        """0 for an error, 1 for a warning, 2 for a note."""
        return tuple(Severity).index(self)


class Effect(StrEnum):
    """What happened to the item in the target."""

    ADAPTED = "adapted"  # all of it arrives, in another form
    LOST = "lost"  # a part does not arrive
    WITHHELD = "withheld"  # the item was not written


@dataclass(frozen=True, slots=True)
class CodeText:
    """The fixed text of one code: what it means and what to do about it."""

    slug: str
    severity: Severity
    title: str
    cause: str
    remedy: str
    example: str = ""  # an input that provokes it


_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE


class Code(Enum):
    """The closed list of everything qticonv can report.

    A value is a :class:`CodeText`; ``qticonv explain SLUG`` prints it. Keep the members of one area together.
    """

    # --- input: reading bytes and deciding what they are
    INPUT_UNREADABLE = CodeText(
        "input-unreadable",
        _E,
        "The input could not be read",
        "The file does not exist, is a directory, or may not be read.",
        "Check the path and the permissions; directories go to `qticonv batch`.",
    )
    INPUT_EMPTY = CodeText(
        "input-empty",
        _E,
        "The input is empty",
        "The file holds nothing but white space.",
        "Check that the right file was saved; text copied into an editor must be saved first.",
        "\n",
    )
    INPUT_BINARY = CodeText(
        "input-binary",
        _E,
        "The input is not text",
        "The bytes are neither text in a known encoding nor a format that qticonv reads.",
        "Save the document as plain text (UTF-8) and convert that.",
    )
    INPUT_UNSUPPORTED = CodeText(
        "input-unsupported",
        _E,
        "A known format that qticonv does not read",
        "The input was recognised as a format of another tool, which is not read, rather than misread as free text.",
        "Export the questions as plain text, Aiken or a bank, or state `--from text` to read it as free text.",
    )
    NOT_A_QUIZ = CodeText(
        "not-a-quiz",
        _E,
        "No questions were found",
        "Nothing in the input has the shape of a question with its answers.",
        "Check that this is the right file; `qticonv parse --explain-lines FILE` shows how each line was read.",
        "Menu\nTomato soup   4.50\nPancakes      6.00\n",
    )

    INPUT_ENCODING = CodeText(
        "input-encoding",
        _N,
        "The input is not in UTF-8",
        "The bytes were read in another encoding, which was found by what makes sense as text.",
        "Nothing has to be done; save the file as UTF-8 to be independent of this.",
    )
    INPUT_ENCODING_DOUBTFUL = CodeText(
        "input-encoding-doubtful",
        _W,
        "The encoding of the input is not certain",
        "The bytes make about equal sense in several encodings; letters beyond ASCII may be wrong.",
        "Compare the accented or non-Latin letters with the original, or save the file as UTF-8.",
    )
    INPUT_CHARACTERS_LOST = CodeText(
        "input-characters-lost",
        _W,
        "Characters were lost before the text was read",
        "The line holds replacement characters, question marks in place of letters, or bytes that mean nothing.",
        "Restore the line from the original.",
        "1. What is a caf\ufffd?\n",
    )
    INPUT_MOJIBAKE = CodeText(
        "input-mojibake",
        _N,
        "Wrongly decoded text was repaired",
        "An earlier program read the text in a wrong encoding and saved it so; the letters were restored.",
        "Nothing has to be done; compare the accented or non-Latin letters with the original.",
        "1. Qu'est-ce qu'un cafÃ© ?\n",
    )
    INPUT_CHARACTERS = CodeText(
        "input-characters",
        _N,
        "Characters that cannot be seen were removed or replaced",
        "Copies from PDFs, web pages and word processors bring control, invisible or look-alike characters along.",
        "Nothing has to be done.",
        "1. What is\u200b this?\n",
    )

    # --- output: writing files
    OUTPUT_EXISTS = CodeText(
        "output-exists",
        _E,
        "The output file exists already",
        "qticonv never overwrites a file unless it is asked to.",
        "Use `--force` to overwrite, or `-o DIR` to write somewhere else.",
    )
    OUTPUT_UNWRITABLE = CodeText(
        "output-unwritable",
        _E,
        "The output could not be written",
        "The folder may not be written to, or the disk is full. Nothing half-written was left behind.",
        "Check free space and permissions, or use `-o DIR`.",
    )
    OUTPUT_COLLISION = CodeText(
        "output-collision",
        _E,
        "Two inputs would be written to the same output file",
        "The outputs are named after the inputs, and two inputs have the same name.",
        "Convert them into different folders, rename one, or use `--merge` to put them into one output.",
    )

    # --- raw text: reading questions as people write them

    # --- bank, answers and layout files
    BANK_INVALID = CodeText(
        "bank-invalid",
        _E,
        "The bank does not follow the schema",
        "A property is unknown, missing or of the wrong kind; the message names its path.",
        "Compare with `qticonv schema`, which prints the JSON Schema of the intermediate form.",
        'schema_version: "1.0"\nitems:\n- stem: What?\n',
    )

    # --- keys
    KEY_MISSING = CodeText(
        "key-missing",
        _W,
        "The right answer is not known",
        "The text states no key, and the explanation does not prove one.",
        "Run `qticonv review FILE`, or write the key into an answers file and use `--answers`.",
        "1. Which one?\nA. this\nB. that\n",
    )

    # --- checks of the bank

    # --- QTI 2.1

    # --- Moodle XML and GIFT

    # --- Canvas (QTI 1.2)

    # --- what a target cannot hold
    TARGET_LOSES = CodeText(
        "target-loses",
        _W,
        "The target cannot hold a part of the item",
        "The format has no place for this property, so the file is written without it.",
        "Choose another target (see `qticonv formats --matrix`), or accept the loss.",
    )
    TARGET_ADAPTS = CodeText(
        "target-adapts",
        _N,
        "The target holds a part of the item in another form",
        "The format has no place for this property as it is; it was written where students or graders still see it.",
        "Nothing has to be done; see `qticonv formats --matrix` for what each target holds.",
    )
    TARGET_REFUSES = CodeText(
        "target-refuses",
        _W,
        "The target cannot hold the item at all",
        "The format has no such question type; the item was left out of this target's file only.",
        "Choose another target for this item (see `qticonv formats --matrix`).",
    )

    # --- rich content: HTML, images, math

    # --- our own faults
    INTERNAL = CodeText(
        "internal",
        _E,
        "qticonv made a mistake",
        "An own check failed on what qticonv was about to write; nothing was written.",
        "Please report it with the input (or the smallest part of it that does the same) and the output of "
        "`qticonv --version`.",
    )

    @property
    def slug(self) -> str:
        """The name that is printed and that ``qticonv explain`` takes."""
        return self.value.slug

    @property
    def severity(self) -> Severity:
        """The severity that a diagnostic of this code has unless it says otherwise."""
        return self.value.severity

    @classmethod
    def from_slug(cls, slug: str) -> Code:
        """Return the code called ``slug``; raise :class:`KeyError` if there is none."""
        for code in cls:
            if code.slug == slug:
                return code
        raise KeyError(slug)


@dataclass(frozen=True, slots=True)
class SourceSpan:
    """A place in an input.

    Lines from 1, inclusive; columns are 0-based code points of the first line, end exclusive.
    """

    source: str
    start_line: int
    end_line: int
    start: int | None = None
    end: int | None = None

    def with_columns(self, start: int, end: int) -> Self:
        """Return the same place narrowed to columns ``start`` to ``end``."""
        return replace(self, start=start, end=end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding. ``item`` is an item identifier, ``target`` a format name."""

    code: Code
    message: str
    severity: Severity
    hint: str | None = None
    item: str | None = None
    span: SourceSpan | None = None
    target: str | None = None
    effect: Effect | None = None


def diagnose(
    code: Code,
    message: str,
    *,
    severity: Severity | None = None,
    hint: str | None = None,
    item: str | None = None,
    span: SourceSpan | None = None,
    target: str | None = None,
    effect: Effect | None = None,
) -> Diagnostic:
    """Build a diagnostic with the code's own severity unless ``severity`` is given."""
    return Diagnostic(
        code=code,
        message=message,
        severity=code.severity if severity is None else severity,
        hint=hint,
        item=item,
        span=span,
        target=target,
        effect=effect,
    )
