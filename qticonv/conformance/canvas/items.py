"""One item of QTI 1.2: is its key found, do its texts and feedback arrive in Canvas's two importers?"""

from __future__ import annotations

import re

from lxml import etree

from qticonv.conformance.canvas.keys import check_key
from qticonv.conformance.canvas.view import Finding, ItemView, child_text, descendants, local, number
from qticonv.model.markup import sanitise
from qticonv.patterns import lazy

STEM_LENGTH = 16_384
TITLE_LENGTH = 255

_FILED = lazy(r"wrong|incorrect|_IC$|correct|_C$|solution|general_|_all", re.IGNORECASE)
_TAG = lazy(r"<[A-Za-z/!?]")
_UNSAFE = lazy(r"element (?:script|style|iframe)$|attribute on|link (?:javascript|vbscript|data)", re.IGNORECASE)


def check_item(node: etree._Element) -> list[Finding]:
    """Return what Canvas would refuse, drop or change of an ``item``."""
    item = ItemView(node)
    _check_frame(item)
    _check_metadata(item)
    _check_texts(item)
    check_key(item)
    _check_feedback(item)
    return item.found


def _check_frame(item: ItemView) -> None:
    identifier = item.node.get("ident")
    if not identifier:
        item.refuse("the item has no ident")
    elif ":" in identifier:
        item.lose(f"identifier {identifier!r}: Canvas replaces the colon, so a second import makes a second question")
    if len(item.node.get("title") or "") > TITLE_LENGTH:
        item.refuse(f"the title has over {TITLE_LENGTH} characters: the question is lost")
    if next(descendants(item.node, "presentation"), None) is None:
        item.refuse("the item has no presentation")


def _check_metadata(item: ItemView) -> None:
    for entry in item.all("qtimetadatafield"):
        label = child_text(entry, "fieldlabel")
        item.fields[label] = child_text(entry, "fieldentry")
        if label == "points_possible":
            _check_points(item, entry)
    if not item.fields.get("question_type"):
        item.lose("no question_type in the metadata: Canvas guesses the type")
    if "points_possible" not in item.fields:
        item.lose("no points_possible in the metadata: the question is worth 1 point")


def _check_points(item: ItemView, entry: etree._Element) -> None:
    points = number(item.fields["points_possible"])
    if points is None:
        item.refuse(f"points_possible is {item.fields['points_possible']!r}, which is no number", entry)
    elif points < 0:
        item.lose("negative points become 0", entry)


# ---------------------------------------------------------------- texts


def _check_texts(item: ItemView) -> None:
    presentation = next(descendants(item.node, "presentation"), None)
    stem = None if presentation is None else next(descendants(presentation, "mattext"), None)
    if stem is None or not (stem.text or "").strip():
        item.lose("the question has no text")
    elif len(stem.text or "") > STEM_LENGTH:
        item.refuse(f"the text has over {STEM_LENGTH} characters: Canvas replaces it by a notice", stem)
    for label in item.labels:
        if not "".join(map(str, label.itertext())).strip():
            item.lose('an answer is empty: Canvas writes "No answer text provided."', label)
    for node in item.all("mattext"):
        _check_text(item, node)


def _check_text(item: ItemView, node: etree._Element) -> None:
    text = node.text or ""
    if node.get("texttype") != "text/html":
        parent = next(
            (str(local(a)) for a in node.iterancestors() if local(a) in ("response_label", "itemfeedback")), ""
        )
        if _TAG.search(text) and item.kind not in ("fill_in_multiple_blanks", "multiple_dropdowns"):
            item.lose("plain text with < loses what looks like a tag in New Quizzes", node, 'texttype="text/html"')
        if parent == "itemfeedback" and "&" in text:
            item.lose("plain feedback with & may be shown with its escapes in Classic Quizzes", node)
        return
    unsafe = [what for what in sanitise(text)[1] if _UNSAFE.match(what)] if "<" in text else []
    if unsafe:
        item.lose(f"both importers remove {', '.join(unsafe)}", node)


def _is_bare(text: str) -> bool:
    """Whether HTML is nothing but text, perhaps in p, div or span without attributes."""
    unwrapped = re.sub(r"^(?:\s*<(?:p|div|span)>)+|(?:</(?:p|div|span)>\s*)+$", "", text.strip())
    return "<" not in unwrapped


# ---------------------------------------------------------------- feedback


def _check_feedback(item: ItemView) -> None:
    answers = {str(label.get("ident")) for label in item.all("response_label")}
    answers |= {str(lid.get("ident")).removeprefix("response_") for lid in item.all("response_lid")}
    linked = {str(node.get("linkrefid")) for node in item.all("displayfeedback")}
    for node in item.all("itemfeedback"):
        identifier = str(node.get("ident"))
        if not any(local(n) == "mattext" for n in node.iterfind("{*}*/{*}*/{*}mattext")):
            item.lose(f"feedback {identifier!r}: New Quizzes finds only flow_mat/material/mattext", node)
        _check_filing(item, node, identifier, answers, linked)
        text = next(descendants(node, "mattext"), None)
        if (
            text is not None
            and text.get("texttype") == "text/html"
            and "&" in (text.text or "")
            and _is_bare(text.text or "")
        ):
            item.lose(f"feedback {identifier!r}: & and < without mark-up are shown as &amp; in Classic Quizzes", text)
    if item.kind == "text_only" and item.all("itemfeedback"):
        item.lose("a text has no feedback in Canvas")


def _check_filing(item: ItemView, node: etree._Element, identifier: str, answers: set[str], linked: set[str]) -> None:
    """Check under what Classic Quizzes files a feedback: it goes by words in the identifier."""
    answer = identifier.removesuffix("_fb")
    filed = _FILED.search(identifier)
    if identifier in ("general_fb", "correct_fb", "general_incorrect_fb"):
        return
    if answer in answers or (identifier in linked and not filed):
        if filed:
            item.lose(
                f"feedback {identifier!r} of an answer becomes one of the question: it contains {filed[0]!r}", node
            )
        elif identifier not in linked:
            item.lose(f"feedback {identifier!r}: no displayfeedback shows it, so New Quizzes leaves it out", node)
    elif filed:
        item.lose(
            f"feedback {identifier!r}: New Quizzes knows general_fb, correct_fb and general_incorrect_fb only", node
        )
    else:
        item.lose(f"feedback {identifier!r} is dropped: it belongs to no answer", node, "call it general_fb")
