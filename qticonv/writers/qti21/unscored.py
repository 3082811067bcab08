"""Essay, upload and description: nothing that a machine scores."""

from __future__ import annotations

from qticonv.model import ExtendedText, Item
from qticonv.model.options import WriteOptions
from qticonv.writers.qti21.assembly import ANSWERED, BASIC, Assembly, Content, Verdicts
from qticonv.writers.qti21.xml import assign_identifier, condition, is_null, response

_NAME = "RESPONSE"
_LINES = 8


def assemble_essay(
    item: Item, interaction: ExtendedText, options: WriteOptions, stem: str, content: Content
) -> Assembly:
    """Put an essay together.

    The model answer is a rubric for graders. Canvas ignores rubricBlock (canvas-lms #1168) and students do not see
    it, so it also stands in the general feedback unless the options keep it from students. There is no
    correctResponse: Canvas Classic would make a short answer of it.
    """
    model = interaction.model_answer
    rubric = f'<rubricBlock view="scorer tutor">{content.blocks(model)}</rubricBlock>' if model else ""
    lines = interaction.expected_lines or _LINES
    field = f'<extendedTextInteraction responseIdentifier="{_NAME}" expectedLines="{lines}"/>'
    return Assembly(
        interaction="extendedTextInteraction",
        body=f"<div>{stem}</div>{field}{rubric}",
        responses=response(_NAME, "single", "string"),
        rules=_answered(item),
        general=_general(item, interaction, content) if options.model_answer_for_students else "",
    )


def _general(item: Item, interaction: ExtendedText, content: Content) -> str:
    """The model answer, then the explanation: as a page that reveals both shows them."""
    texts = [text for text in (interaction.model_answer, item.feedback.general) if text]
    if len(texts) < 2:
        return "".join(map(content.flow, texts))
    return "".join(f"<div>{content.flow(text)}</div>" for text in texts)


def assemble_upload(item: Item, stem: str) -> Assembly:
    """Put an upload item together."""
    return Assembly(
        interaction="uploadInteraction",
        hint="file_upload_question",
        body=f'<div>{stem}</div><uploadInteraction responseIdentifier="{_NAME}"/>',
        responses=response(_NAME, "single", "file"),
        rules=_answered(item),
    )


def assemble_description(stem: str) -> Assembly:
    """Put a description together: an item without an interaction."""
    return Assembly(interaction=None, hint="text_only_question", body=f"<div>{stem}</div>")


def _answered(item: Item) -> str:
    empty = Verdicts.of(item).empty
    return condition([(is_null([_NAME]), empty)], assign_identifier(BASIC, ANSWERED))
