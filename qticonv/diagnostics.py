"""What qticonv has to say about an input: codes, places and messages, as data.

Readers, checks, writers and conformance checks *return* diagnostics; nothing in the package prints or raises
because of
what a user wrote. How they are shown is decided in ``qticonv.report``. This module imports nothing of the package.
"""

from __future__ import annotations

from enum import Enum, StrEnum

from msgspec import Struct


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


class CodeText(Struct, frozen=True, gc=False):
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
    INPUT_CHANGED = CodeText(
        "input-changed",
        _E,
        "The input changed while it was read",
        "Another program is writing the file, so that what was read may be neither the old nor the new content.",
        "Run the command again when the file is complete.",
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

    MERGE_LOSES = CodeText(
        "merge-loses",
        _W,
        "The merged quiz cannot hold the settings of every input",
        "Description, attempts, time limit and order belong to a quiz; a merged quiz has those of the first input.",
        "Set them in the first input, or convert the inputs one by one.",
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
    RAW_LINE_UNCLAIMED = CodeText(
        "raw-line-unclaimed",
        _W,
        "Lines that belong to no question",
        "The lines stand between questions and are neither a heading nor a part of one of them.",
        "Look at the lines; if they are part of a question, mark them as the other questions are marked.",
    )
    RAW_TEXT_ASIDE = CodeText(
        "raw-text-aside",
        _N,
        "Text before or between questions was set aside",
        "Titles, instructions and headings are not parts of a question.",
        "Nothing has to be done unless the lines named are part of a question.",
        "Quiz 1\nPlease answer all questions.\n\n1. Which one?\nA. this\nB. that\nAnswer: A\n",
    )
    RAW_NOISE = CodeText(
        "raw-noise",
        _N,
        "A line of the page was left out",
        "Page numbers, running heads, buttons and counters of a site are not parts of a question.",
        "Nothing has to be done unless the line named is part of a question.",
    )
    RAW_STEM_MISSING = CodeText(
        "raw-stem-missing",
        _W,
        "A question without text",
        "Options stand there, but nothing before them asks for anything.",
        "Add the text of the question, or remove the options.",
        "1. Which one?\nA. this\nB. that\nAnswer: A\n\n2.\nA. one\nB. two\nAnswer: A\n\n"
        "3. Which?\nA. ten\nB. six\nAnswer: B\n\n4. Who?\nA. he\nB. she\nAnswer: B\n",
    )
    RAW_LABELS_DOUBTFUL = CodeText(
        "raw-labels-doubtful",
        _W,
        "The options are not a whole run of labels",
        "A label is missing, stands twice or is out of reach, so an option may be lost or may be a piece of text.",
        "Compare the question with the source and correct its labels there.",
        "1. Which one?\nA. this\nB. that\nC. those\nAnswer: A\n\n2. Which?\nA. one\nB. two\nD. ten\nAnswer: A\n",
    )
    RAW_TEXT_DOUBTFUL = CodeText(
        "raw-text-doubtful",
        _W,
        "It is not certain which part a line belongs to",
        "The line could go on with an option, be feedback, or begin the next question.",
        "Compare the question with the source; a word such as `Explanation:` before the line settles it.",
    )
    RAW_KEY_UNREADABLE = CodeText(
        "raw-key-unreadable",
        _W,
        "A key is stated but cannot be used",
        "What stands behind the word for the answer is empty, names no option, contradicts itself, or is a number "
        "where nothing in the file tells whether the first option is 0 or 1.",
        "Correct the line in the source, or write the key into an answers file and use `--answers`.",
        "1. Which one?\nA. this\nB. that\nAnswer: F\n",
    )
    RAW_KEY_DOUBTFUL = CodeText(
        "raw-key-doubtful",
        _W,
        "Two statements of the key disagree",
        "The question states its key more than once, and the statements differ.",
        "Correct the source, or write the key into an answers file and use `--answers`.",
    )
    RAW_NUMBERS_DOUBTFUL = CodeText(
        "raw-numbers-doubtful",
        _W,
        "The numbers of the questions leave a gap",
        "A question may be missing, or its beginning was not recognised and it is part of the one before.",
        "Look at the lines between the two questions named.",
        "1. Which one?\nA. this\nB. that\nAnswer: A\n\n3. Which?\nA. one\nB. two\nAnswer: A\n",
    )
    RAW_LAYOUT_DOUBTFUL = CodeText(
        "raw-layout-doubtful",
        _W,
        "The layout of the file is not certain",
        "No reading of the file's marks explains most of its lines, so any question may be misread.",
        "Compare the questions with the source, or state the layout (`--layout FILE`).",
    )

    # --- bank, answers and layout files
    BANK_INVALID = CodeText(
        "bank-invalid",
        _E,
        "The bank does not follow the schema",
        "A property is unknown, missing or of the wrong kind; the message names its path.",
        "Compare with `qticonv schema`, which prints the JSON Schema of the intermediate form.",
        'schema_version: "1.0"\nitems:\n- stem: What?\n',
    )
    BANK_HTML = CodeText(
        "bank-html",
        _W,
        "A part of an HTML text was left out",
        "The intermediate form holds a safe subset of HTML, without scripts, event handlers, styles and the like; what "
        "the message names is not kept. All text stays.",
        "Write the text with elements of the subset, or as plain text.",
        'schema_version: "1.0"\nitems:\n- stem: {html: "<p onclick=\'x()\'>Why?</p>"}\n'
        "  interaction: {type: extended_text}\n",
    )
    ANSWERS_INVALID = CodeText(
        "answers-invalid",
        _E,
        "The answers file does not have the right form",
        "A property is unknown, missing or of the wrong kind; the message names its path.",
        "Compare with `qticonv schema answers`; an answers file looks like `answers: {q-3f9a52c1e0b7: B, 2: [A, C]}`.",
    )
    LAYOUT_INVALID = CodeText(
        "layout-invalid",
        _E,
        "The layout file does not have the right form",
        "A property is unknown or of the wrong kind; the message names its path.",
        "Start from what `qticonv parse --print-layout FILE` prints, and compare with `qticonv schema layout`.",
    )

    BASELINE_INVALID = CodeText(
        "baseline-invalid",
        _E,
        "The baseline file does not have the right form",
        "The file is not what `qticonv check --write-baseline` writes.",
        "Write it again with `qticonv check --baseline FILE --write-baseline`.",
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
    KEY_INFERRED = CodeText(
        "key-inferred",
        _N,
        "The right answer was inferred from the explanation",
        "The text states no key, and the explanation speaks for one choice with enough confidence.",
        "Confirm it with `qticonv review --all FILE`; `--accept-keys P` sets the confidence, `--no-infer` turns it "
        "off.",
        "1. What do plants take in to make sugar?\nA. Sunlight and carbon dioxide from the air\n"
        "B. Rotting leaves and insects in the soil\nC. Sea salt and volcanic ash\n"
        "Feedback: Plants make sugar from carbon dioxide in the air, and sunlight drives the reaction.\n",
    )
    KEY_OVERRIDDEN = CodeText(
        "key-overridden",
        _N,
        "The answers file overrides the key of the source",
        "A person chose another answer than the text states.",
        "Correct the source if the reviewed key is right, or remove the entry from the answers file if it is not.",
    )
    ANSWER_UNKNOWN_ITEM = CodeText(
        "answer-unknown-item",
        _E,
        "The answers file speaks of a question that is not there",
        "The identifier or number belongs to no question: the question was removed, or its text was changed, which "
        "changes its identifier.",
        "Run `qticonv review FILE` again for the changed questions, or remove the entry.",
    )
    ANSWER_UNUSABLE = CodeText(
        "answer-unusable",
        _E,
        "The answers file gives an answer that the question cannot have",
        "The question has no such choice, takes only one, or is of a type that has no key.",
        "Write the letter or the identifier of a choice, true or false, a text or a number, as the question asks.",
    )
    ANSWER_CHANGED = CodeText(
        "answer-changed",
        _E,
        "The question was changed since its answer was reviewed",
        "The text of the chosen choice in the answers file no longer fits; the answer was not used.",
        "Review the question again with `qticonv review FILE`.",
    )
    ANSWER_ORDINAL = CodeText(
        "answer-ordinal",
        _W,
        "The answers file refers to questions by number",
        "Where questions are added, removed or moved, a number means another question, and that cannot be noticed.",
        "Refer to questions by identifier; `qticonv review FILE` writes such a file.",
    )

    # --- checks of the bank
    ITEM_INCOHERENT = CodeText(
        "item-incoherent",
        _E,
        "The parts of the question contradict one another",
        "The key does not fit the kind of question: two right answers where one is asked for, a key that is missing "
        "yet marked, a gap that the text does not hold, a range whose minimum is above its maximum.",
        "Correct the place that the message names, or state the kind of question.",
    )
    DUPLICATE_ITEM = CodeText(
        "duplicate-item",
        _W,
        "The same question stands twice",
        "Stem and choices are the same as before, and so is the key. Learning platforms keep only one of them, or "
        "overwrite one by the other; the second is not written.",
        "Delete one of the two, or change what it asks.",
        "1. Which one?\nA. this\nB. that\nAnswer: A\n\n2. Which one?\nA. this\nB. that\nAnswer: A\n",
    )
    CONFLICTING_KEYS = CodeText(
        "conflicting-keys",
        _E,
        "The same question stands twice with different keys",
        "Stem and choices are the same, but the keys differ, and nothing tells which is right. Neither is written.",
        "Correct one of the keys and delete the other question.",
        "1. Which one?\nA. this\nB. that\nAnswer: A\n\n2. Which one?\nA. this\nB. that\nAnswer: B\n",
    )
    TEXT_EMPTY = CodeText(
        "text-empty",
        _E,
        "A question or a choice has no text",
        "Students would see nothing there; an image may have been lost when the text was copied.",
        "Write the text, or delete the choice.",
    )
    TRUE_FALSE_REVERSED = CodeText(
        "true-false-reversed",
        _E,
        "True and false stand in the wrong order",
        "The intermediate form has true first. Learning platforms store the key as a truth value, so that the key "
        "would be turned into its opposite.",
        "Put the true choice first; `is_key` stays with its choice.",
    )
    TRUE_FALSE_WORDS = CodeText(
        "true-false-words",
        _N,
        "True and false have other words",
        "The choices of a true/false question are not words for true and false that qticonv knows. Learning platforms "
        "show their own words instead.",
        "Make it a single choice question (`kind: single`) where the words matter.",
    )
    KEY_COUNT = CodeText(
        "key-count",
        _W,
        "The number of right answers is not the one that is asked for",
        "The question says how many choices to pick, and another number is marked as right.",
        "Check the key against the source.",
        "1. Which are even? (Choose two.)\nA. 1\nB. 2\nC. 4\nAnswer: B\n",
    )
    DUPLICATE_CHOICE = CodeText(
        "duplicate-choice",
        _W,
        "Two choices read the same",
        "Students cannot tell them apart, and Moodle cannot either when it re-reads them.",
        "Change or delete one of them.",
        "1. Which one?\nA. this\nB. that\nC. this\nAnswer: B\n",
    )
    POINTS_NONE = CodeText(
        "points-none",
        _W,
        "The question is worth nothing",
        "It has no points, so that right and wrong answers count the same.",
        "Give it points, or use `--points`.",
    )
    REFERENCE_BROKEN = CodeText(
        "reference-broken",
        _E,
        "Something refers to an item that does not exist",
        "A section or a question names an item that is not in the bank.",
        "Correct the identifier; `qticonv parse FILE` shows those that there are.",
    )

    # --- QTI 2.1
    QTI_STRUCTURE = CodeText(
        "qti-structure",
        _E,
        "The document does not follow the QTI 2.1 schema",
        "An element or attribute is missing, unknown, in the wrong place or has a value that it may not have.",
        "Correct the line that the message names; strict importers refuse the whole package.",
    )
    QTI_DUPLICATE = CodeText(
        "qti-duplicate",
        _E,
        "An identifier is used twice",
        "Choices of an interaction, variables of an item and everything in a test must differ in their identifiers.",
        "Rename one of them, and what refers to it.",
    )
    QTI_REFERENCE = CodeText(
        "qti-reference",
        _E,
        "Something refers to what is not there",
        "An interaction, rule or feedback names a variable that the item does not declare.",
        "Declare the variable, or correct the name; upper and lower case differ.",
    )
    QTI_KEY = CodeText(
        "qti-key",
        _E,
        "The key cannot work",
        "The correct response or the mapping names no choice, has too many values, or is not of its type (3,14 for "
        "3.14), or a rule reads a key that the item does not have.",
        "Correct the response declaration; until then nobody can answer this item correctly.",
    )
    QTI_TYPE = CodeText(
        "qti-type",
        _E,
        "Types do not fit together",
        "A response, a rule or a feedback is of another base type or cardinality than it must be.",
        "Correct the declaration, or what uses it; engines stop with an error here.",
    )
    QTI_FEEDBACK = CodeText(
        "qti-feedback",
        _E,
        "A feedback that is never shown",
        "No rule gives the outcome the identifier of the feedback.",
        "Set the outcome in the response processing, or remove the feedback.",
    )
    QTI_PORTABILITY = CodeText(
        "qti-portability",
        _W,
        "Programs differ on this",
        "The standard allows it, but a program in wide use refuses it or does something else.",
        "Write what the message says; then all programs do the same.",
    )
    QTI_PACKAGE = CodeText(
        "qti-package",
        _E,
        "The package does not hang together",
        "The manifest, the test, the items and the files of the package do not fit one another.",
        "Correct the manifest; importers skip what it does not list rightly.",
    )
    QTI_CANVAS = CodeText(
        "qti-canvas",
        _W,
        "Canvas would lose a part of this",
        "The importer of Canvas Classic or of New Quizzes does not read this part of QTI 2.1.",
        "For Canvas use the `canvas` target (QTI 1.2), which keeps key, points and feedback in both.",
    )
    QTI_SCHEMAS = CodeText(
        "qti-schemas",
        _E,
        "The official schemas cannot be used",
        "The directory given with `--xsd` lacks a schema, or holds one that is damaged.",
        "Lay the schemas out by URL host and path (www.imsglobal.org/xsd/imsqti_v2p1.xsd), or leave the option out.",
    )
    QTI_UNCHECKED = CodeText(
        "qti-unchecked",
        _N,
        "A part was not checked",
        "qticonv has no grammar for this version of QTI or for this kind of file.",
        "Nothing has to be done; references and keys were checked all the same where they could be.",
    )

    # --- Moodle XML and GIFT
    MOODLE_UPLOAD = CodeText(
        "moodle-upload",
        _E,
        "Moodle's upload form refuses the file",
        "Moodle takes UTF-8 only, Moodle XML only from files named .xml, and GIFT only from files named .txt.",
        "Save the file as UTF-8 and give it the ending that the message names.",
        '<quiz><question type="description"><name><text>A name</text></name>\n'
        "<questiontext><text>Read.</text></questiontext></question></quiz>\n",
    )
    MOODLE_REFUSES = CodeText(
        "moodle-refuses",
        _E,
        "Moodle refuses the whole file",
        "One such mistake anywhere makes the importer give up before anything is saved.",
        "Repair the place that the message names, or convert the questions with qticonv.",
        "::A title::Only one answer?{~this}\n",
    )
    MOODLE_STOPS = CodeText(
        "moodle-stops",
        _E,
        "Moodle stops importing at this question",
        "Questions are saved one by one: the earlier ones stay, this one and all later ones are lost, often silently.",
        "Repair the question, and remove what was imported before you import again.",
        "::A title::Which city?{=%50%Lyon}\n",
    )
    MOODLE_WEIGHT = CodeText(
        "moodle-weight",
        _E,
        "A weight that Moodle does not accept",
        "Only certain percentages are allowed, with five decimals (33.33333, not 33); any other refuses the file.",
        "Use a weight from the list in Moodle's question form.",
        "::A title::Which?{\n=this\n~%33%that\n}\n",
    )
    MOODLE_NUMBER = CodeText(
        "moodle-number",
        _E,
        "A number that Moodle reads as another one",
        "Moodle wants a decimal point and nothing else: 3,14 is read as 314, and in GIFT accepts every answer.",
        "Write the number with a point, without units, spaces or thousands separators.",
        "::Pi::How much is pi?{#3,14}\n",
    )
    MOODLE_KEY = CodeText(
        "moodle-key",
        _E,
        "The key does not arrive as it is written",
        "The importer reads another right answer than the one that the file seems to state.",
        "Write the answer in the form that the message names.",
        "::A title::Which city?{=*}\n",
    )
    MOODLE_MARKS = CodeText(
        "moodle-marks",
        _W,
        "No response earns exactly full marks",
        "Moodle imports such a question without a word, and nobody can reach its points.",
        "Give the right answers weights that add up to 100 (one of them 100 where one answer is given).",
        "::A title::Which?{~this ~that}\n",
    )
    MOODLE_DROPPED = CodeText(
        "moodle-dropped",
        _W,
        "Moodle leaves this out without a word",
        "The importer knows no such element, or keeps only a part of it.",
        "Move the content to a place that is imported, or accept the loss.",
        "::A title::Read this.####Well done.\n",
    )
    MOODLE_CHANGED = CodeText(
        "moodle-changed",
        _W,
        "Moodle changes this without a word",
        "The text or setting arrives, but not as it is written.",
        "Write it in the form that the message names.",
        "::List<int>::Is this a type?{TRUE}\n",
    )
    MOODLE_CATEGORY = CodeText(
        "moodle-category",
        _W,
        "A category that Moodle reads otherwise",
        "Category paths have rules of their own: / separates, // is a slash, nothing else is escaped.",
        "Write the path in the form that the message names.",
        "$CATEGORY: Physics//Optics/ /Lenses\n\n::A title::Is light fast?{TRUE}\n",
    )
    MOODLE_VERSION = CodeText(
        "moodle-version",
        _N,
        "Only newer Moodle sites take this",
        "The question type came with a later version; older sites refuse the whole file.",
        "Ask which version the site runs, or keep these questions in a file of their own.",
        "::A title::Put in order.{>2 ALL VERTICAL ALL_OR_NOTHING SHOW none\none\ntwo\n}\n",
    )
    GIFT_SEPARATOR = CodeText(
        "gift-separator",
        _E,
        "Questions are not separated by a blank line",
        "GIFT ends a question at a blank line; without it, what follows becomes a part of the question before.",
        "Put a blank line before and after every question and every $CATEGORY line.",
        "::One::Which?{=this ~that}\n::Two::Which?{=this ~that}\n",
    )
    GIFT_BRACES = CodeText(
        "gift-braces",
        _E,
        "Braces that GIFT misreads",
        "The answers stand between the first { and the first } without a backslash before them; LaTeX needs \\{.",
        "Escape braces in texts with a backslash, and close the answers with one }.",
        "::A title::Which?{=this ~that\n",
    )
    GIFT_TYPE = CodeText(
        "gift-type",
        _W,
        "GIFT makes another question type of this",
        "The type follows from the marks between the braces alone.",
        "Write the answers in the form that the message names.",
        "::A title::Is it so?{true}\n",
    )
    GIFT_ESCAPE = CodeText(
        "gift-escape",
        _W,
        "A character that GIFT takes for a mark",
        "~ = # { } and : have a meaning in GIFT, and \\n is a line break.",
        "Put a backslash before the character where it is meant as text.",
        "::A title::Which?{=this#because x=1\n~that}\n",
    )
    GIFT_COMMENT = CodeText(
        "gift-comment",
        _W,
        "A comment line that does not do what it seems to",
        "Lines that begin with // are left out; [id:…] and [tag:…] count only in a comment of the question itself.",
        "Put the comment directly above the question's title.",
        "// [tag:physics]\n\n::A title::Is light fast?{TRUE}\n",
    )

    # --- Canvas (QTI 1.2)
    CANVAS_PACKAGE = CodeText(
        "canvas-package",
        _E,
        "Canvas finds no quiz, or not all of it, in the package",
        "The importers look for a manifest with resources of type imsqti_xmlv1p2 and for the files that these name.",
        "Export the quiz again, or correct the manifest at the line that the message names.",
        '<questestinterop><item ident="a" title="b"/></questestinterop>\n',
    )
    CANVAS_QUESTION = CodeText(
        "canvas-question",
        _E,
        "Canvas refuses the question, or imports it without its key",
        "A rule of the importers is broken: the type, the key or a length. Canvas says nothing or gives a warning.",
        "Correct the question in the program that made it, and export it again.",
    )
    CANVAS_LOSES = CodeText(
        "canvas-loses",
        _W,
        "Canvas drops or changes a part of the question without a word",
        "The importers find feedback, points and answers only where Canvas's own exporter writes them.",
        "Correct the place that the message names, or convert the questions with qticonv.",
    )

    # --- destinations (`qticonv check --for`)
    DESTINATION_REFUSES = CodeText(
        "destination-refuses",
        _E,
        "The destination does not import this format",
        "The file is judged for a program that has no importer for files of its kind.",
        "Convert the questions to a format that the program imports.",
    )

    # --- XML and zip files of any origin
    XML_MALFORMED = CodeText(
        "xml-malformed",
        _E,
        "The XML is not well-formed",
        "A tag is not closed, a character is not allowed or the file was cut off; every importer refuses such a file.",
        "Export the file again, or repair it at the line that the message names.",
        '<?xml version="1.0"?>\n<quiz><question></quiz>\n',
    )
    XML_UNSAFE = CodeText(
        "xml-unsafe",
        _E,
        "The XML holds what a quiz has no use for and attackers have",
        "A DOCTYPE can define entities that read files or fill the memory; size and depth are limited too.",
        "Remove the DOCTYPE, or split the file.",
        '<?xml version="1.0"?>\n<!DOCTYPE quiz [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n<quiz>&a;</quiz>\n',
    )
    ARCHIVE_UNSAFE = CodeText(
        "archive-unsafe",
        _E,
        "The zip cannot be unpacked safely",
        "It is damaged or encrypted, or it holds links, paths that leave its folder, or far more than its size allows.",
        "Pack the files again with an ordinary zip program.",
    )

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
    ASSET_MISSING = CodeText(
        "asset-missing",
        _E,
        "An image was not found",
        "The image is neither beside the source nor in the bank; its description stands in its place.",
        "Put the image where the text says (relative to the source), or correct the path.",
    )
    ASSET_REFUSED = CodeText(
        "asset-refused",
        _E,
        "An image was not taken",
        "It is too large, is no image that browsers show, holds a script, or lies outside the folder of the source.",
        "Use PNG, JPEG, GIF, WebP or a plain SVG below 30 MB, in the folder of the source or below it.",
    )
    ASSET_REMOTE = CodeText(
        "asset-remote",
        _W,
        "An image stays on another server",
        "Nothing is ever fetched from the network; the output refers to the address, which may vanish.",
        "Save the image beside the source and refer to it by its file name.",
    )
    MATH_KEPT = CodeText(
        "math-kept",
        _N,
        "A formula stays LaTeX",
        "The target wants MathML; the library that makes it is not installed, or does not know a command.",
        "Install it with `pip install 'qticonv[math]'`, or simplify the formula.",
    )

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


class SourceSpan(Struct, frozen=True, gc=False):
    """A place in an input.

    Lines from 1, inclusive; columns are 0-based code points of the first line, end exclusive.
    """

    source: str
    start_line: int
    end_line: int
    start: int | None = None
    end: int | None = None


class Diagnostic(Struct, frozen=True, kw_only=True, gc=False):
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
