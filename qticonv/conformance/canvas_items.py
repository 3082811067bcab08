"""One item of QTI 1.2: is its key found, do its texts and feedback arrive in Canvas's two importers?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import cast

from lxml import etree

from qticonv.diagnostics import Code
from qticonv.model.markup import sanitise

STEM_LENGTH = 16_384
TITLE_LENGTH = 255

_FILED = re.compile(r"wrong|incorrect|_IC$|correct|_C$|solution|general_|_all", re.IGNORECASE)
_TAG = re.compile(r"<[A-Za-z/!?]")
_UNSAFE = re.compile(r"element (?:script|style|iframe)$|attribute on|link (?:javascript|vbscript|data)", re.IGNORECASE)
_BLANK_NAME = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a line of a document."""

    code: Code
    message: str
    line: int | None
    hint: str | None = None


# ---------------------------------------------------------------- reading without regard to namespaces


def local(node: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return str(node.tag).rpartition("}")[2]


def children(node: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the children called ``name``."""
    return iter(node.iterchildren(f"{{*}}{name}"))


def descendants(node: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the elements called ``name`` inside ``node``."""
    return node.iterdescendants(f"{{*}}{name}")


def child_text(node: etree._Element, name: str) -> str:
    """Return the text of the first child called ``name``; empty if there is none."""
    found = next(children(node, name), None)
    return "" if found is None else "".join(map(str, found.itertext())).strip()


def line_of(node: etree._Element | None) -> int | None:
    """Return the line of an element."""
    return None if node is None else cast("int | None", node.sourceline)


# ---------------------------------------------------------------- the item


@dataclass(slots=True)
class _Item:
    """An item with what its checks look at."""

    node: etree._Element
    fields: dict[str, str] = field(default_factory=dict)
    found: list[Finding] = field(default_factory=list)

    def refuse(self, message: str, node: etree._Element | None = None, hint: str | None = None) -> None:
        self.found.append(Finding(Code.CANVAS_QUESTION, message, line_of(self.node if node is None else node), hint))

    def lose(self, message: str, node: etree._Element | None = None, hint: str | None = None) -> None:
        self.found.append(Finding(Code.CANVAS_LOSES, message, line_of(self.node if node is None else node), hint))

    @property
    def kind(self) -> str:
        return self.fields.get("question_type", "").removesuffix("_question")

    def all(self, name: str) -> list[etree._Element]:
        return list(descendants(self.node, name))

    @property
    def labels(self) -> list[etree._Element]:
        """The choices, answers or right sides that have a text."""
        return [label for label in self.all("response_label") if next(descendants(label, "mattext"), None) is not None]

    @property
    def scoring(self) -> list[etree._Element]:
        """The rules that give points."""
        return [rule for rule in self.all("respcondition") if any(_points(n) > 0 for n in children(rule, "setvar"))]


def check_item(node: etree._Element) -> list[Finding]:
    """Return what Canvas would refuse, drop or change of an ``item``."""
    item = _Item(node)
    _check_frame(item)
    _check_metadata(item)
    _check_texts(item)
    check = _KINDS.get(item.kind)
    if check is not None:
        check(item)
    elif item.fields.get("question_type"):
        item.refuse(f"question type {item.fields['question_type']!r} is not one of Canvas's")
    _check_feedback(item)
    return item.found


def _check_frame(item: _Item) -> None:
    identifier = item.node.get("ident")
    if not identifier:
        item.refuse("the item has no ident")
    elif ":" in identifier:
        item.lose(f"identifier {identifier!r}: Canvas replaces the colon, so a second import makes a second question")
    if len(item.node.get("title") or "") > TITLE_LENGTH:
        item.refuse(f"the title has over {TITLE_LENGTH} characters: the question is lost")
    if next(descendants(item.node, "presentation"), None) is None:
        item.refuse("the item has no presentation")


def _check_metadata(item: _Item) -> None:
    for entry in item.all("qtimetadatafield"):
        label = child_text(entry, "fieldlabel")
        item.fields[label] = child_text(entry, "fieldentry")
        if label == "points_possible":
            _check_points(item, entry)
    if not item.fields.get("question_type"):
        item.lose("no question_type in the metadata: Canvas guesses the type")
    if "points_possible" not in item.fields:
        item.lose("no points_possible in the metadata: the question is worth 1 point")


def _check_points(item: _Item, entry: etree._Element) -> None:
    points = _number(item.fields["points_possible"])
    if points is None:
        item.refuse(f"points_possible is {item.fields['points_possible']!r}, which is no number", entry)
    elif points < 0:
        item.lose("negative points become 0", entry)


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _points(node: etree._Element) -> Decimal:
    return _number(node.text or "") or Decimal(0)


# ---------------------------------------------------------------- texts


def _check_texts(item: _Item) -> None:
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


def _check_text(item: _Item, node: etree._Element) -> None:
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


def _check_feedback(item: _Item) -> None:
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


def _check_filing(item: _Item, node: etree._Element, identifier: str, answers: set[str], linked: set[str]) -> None:
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


# ---------------------------------------------------------------- keys, by type


def _identifiers(item: _Item) -> list[str]:
    names = [str(label.get("ident")) for label in item.labels]
    for name, count in Counter(names).items():
        if count > 1:
            item.refuse(f"answer {name!r} stands {count} times")
    return names


def _values(rule: etree._Element) -> list[str]:
    """The values that a rule compares with, without those that it excludes."""
    nodes = descendants(rule, "varequal")
    return [n.text or "" for n in nodes if not any(local(a) == "not" for a in n.iterancestors())]


def _choice(item: _Item) -> None:
    names = _identifiers(item)
    if len(item.all("response_lid")) != 1:
        item.refuse("a choice question needs exactly one response_lid")
    keys = [value for rule in item.scoring for value in _values(rule)]
    if not keys:
        item.refuse("no rule gives points for an answer: the question has no key")
    for key in keys:
        if key not in names:
            item.refuse(f"the key {key!r} names no answer")


def _multiple(item: _Item) -> None:
    _choice(item)
    loose = [rule for rule in item.scoring if next(descendants(rule, "and"), None) is None]
    if any(len(_values(rule)) > 1 for rule in loose):
        item.refuse("several right answers without <and>: New Quizzes takes the first only", loose[0])


def _true_false(item: _Item) -> None:
    _choice(item)
    texts = ["".join(map(str, label.itertext())).strip().casefold() for label in item.labels]
    if len(texts) != 2 or not any("true" in text for text in texts) or not any("false" in text for text in texts):
        item.lose("true/false with other words than True and False becomes multiple choice in Classic Quizzes")


def _short_answer(item: _Item) -> None:
    accepted = {value for rule in item.scoring for value in _values(rule)}
    if not accepted:
        item.refuse("no accepted answer: Classic Quizzes makes an essay of it")
    for rule in item.all("respcondition"):
        for value in _values(rule):
            if value not in accepted:
                item.refuse(f"{value!r} gets feedback only, but Classic Quizzes accepts it as right", rule)
    for rule in item.all("respcondition"):
        if rule.get("continue") != "Yes" and next(descendants(rule, "other"), None) is not None:
            item.refuse('a rule for all other answers without continue="Yes": New Quizzes makes an essay of it', rule)


def _numeric(item: _Item) -> None:
    if not item.scoring:
        item.refuse("no rule gives points for a number: the question has no key")
    if not any(node.get("fibtype") == "Decimal" for node in item.all("render_fib")):
        item.refuse('render_fib without fibtype="Decimal": New Quizzes makes a short answer of it')
    for rule in item.scoring:
        if not any(next(descendants(rule, name), None) is not None for name in ("vargte", "vargt")):
            item.refuse("a number without its range (vargte and varlte): Classic Quizzes loses the answer", rule)
    for name in ("varequal", "vargte", "vargt", "varlte", "varlt"):
        for node in item.all(name):
            if _number(node.text or "") is None:
                item.refuse(f"{node.text!r} is no number", node)


def _essay(item: _Item) -> None:
    if item.all("varequal"):
        item.refuse("an essay with a compared answer becomes a short answer in Classic Quizzes")
    if not item.all("render_fib"):
        item.refuse("an essay needs response_str and render_fib")


def _blanks(item: _Item) -> None:
    _identifiers(item)
    stem = next(descendants(item.node, "mattext"), None)
    text = "" if stem is None else stem.text or ""
    if not item.all("response_lid"):
        item.refuse("no response_lid, one for each blank")
    for response in item.all("response_lid"):
        name = str(response.get("ident")).removeprefix("response_")
        if not _BLANK_NAME.fullmatch(name):
            item.refuse(f"blank {name!r}: names have letters, digits, _ and - only", response)
        if f"[{name}]" not in text:
            item.refuse(f"blank {name!r}: [{name}] does not stand in the text", response)
        if child_text(next(children(response, "material"), response), "mattext") != name:
            item.refuse(f"blank {name!r}: its material must hold the name", response)
        if next(descendants(response, "response_label"), None) is None:
            item.refuse(f"blank {name!r} has no answer", response)


def _drop_downs(item: _Item) -> None:
    _blanks(item)
    first = next(iter(item.fields), "")
    if first != "question_type":
        item.refuse("question_type must be the first field: New Quizzes does not see drop-downs otherwise")
    _keys_of_responses(item, "drop-down")


def _keys_of_responses(item: _Item, what: str) -> None:
    keys = {str(n.get("respident")): n.text or "" for rule in item.scoring for n in descendants(rule, "varequal")}
    for response in item.all("response_lid"):
        name = str(response.get("ident"))
        if name not in keys:
            item.refuse(f"no rule gives points for {what} {name!r}", response)
        elif keys[name] not in {str(label.get("ident")) for label in descendants(response, "response_label")}:
            item.refuse(f"the key {keys[name]!r} of {what} {name!r} names no answer", response)


def _matching(item: _Item) -> None:
    if len(item.all("response_lid")) < 2:
        item.refuse("fewer than two left sides: New Quizzes takes the question for a choice")
    _keys_of_responses(item, "left side")
    if any(not re.search(r"\d", str(label.get("ident"))) for label in item.labels):
        item.lose("right sides without a number in their identifier get one by chance in Classic Quizzes")


def _ordering(item: _Item) -> None:
    names = set(_identifiers(item))
    if [node.get("rcardinality") for node in item.all("response_lid")] != ["Ordered"]:
        item.refuse('ordering needs one response_lid with rcardinality="Ordered"')
    values = [node.text or "" for node in item.all("varequal")]
    if len(values) != len(names) or set(values) != names:
        item.refuse("the rule does not name every thing to order once")


def _nothing(item: _Item) -> None:
    """Nothing that could be scored."""


_KINDS: dict[str, Callable[[_Item], None]] = {
    "multiple_choice": _choice,
    "true_false": _true_false,
    "multiple_answers": _multiple,
    "short_answer": _short_answer,
    "numerical": _numeric,
    "essay": _essay,
    "fill_in_multiple_blanks": _blanks,
    "multiple_dropdowns": _drop_downs,
    "matching": _matching,
    "ordering": _ordering,
    "file_upload": _nothing,
    "text_only": _nothing,
    "calculated": _nothing,
}
