"""The key of an item of QTI 1.2, by type: do both importers find it, and no other?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from lxml import etree

from qticonv.conformance.canvas.view import ItemView, child_text, children, descendants, local, number
from qticonv.patterns import lazy

_BLANK_NAME = lazy(r"[A-Za-z0-9_-]+")


def check_key(item: ItemView) -> None:
    """Add what is wrong with the key of ``item``."""
    check = _KINDS.get(item.kind)
    if check is not None:
        check(item)
    elif item.fields.get("question_type"):
        item.refuse(f"question type {item.fields['question_type']!r} is not one of Canvas's")


def _identifiers(item: ItemView) -> list[str]:
    names = [str(label.get("ident")) for label in item.labels]
    for name, count in Counter(names).items():
        if count > 1:
            item.refuse(f"answer {name!r} stands {count} times")
    return names


def _values(rule: etree._Element) -> list[str]:
    """The values that a rule compares with, without those that it excludes."""
    nodes = descendants(rule, "varequal")
    return [n.text or "" for n in nodes if not any(local(a) == "not" for a in n.iterancestors())]


def _choice(item: ItemView) -> None:
    names = _identifiers(item)
    if len(item.all("response_lid")) != 1:
        item.refuse("a choice question needs exactly one response_lid")
    keys = [value for rule in item.scoring for value in _values(rule)]
    if not keys:
        item.refuse("no rule gives points for an answer: the question has no key")
    for key in keys:
        if key not in names:
            item.refuse(f"the key {key!r} names no answer")


def _multiple(item: ItemView) -> None:
    _choice(item)
    loose = [rule for rule in item.scoring if next(descendants(rule, "and"), None) is None]
    if any(len(_values(rule)) > 1 for rule in loose):
        item.refuse("several right answers without <and>: New Quizzes takes the first only", loose[0])


def _true_false(item: ItemView) -> None:
    _choice(item)
    texts = ["".join(map(str, label.itertext())).strip().casefold() for label in item.labels]
    if len(texts) != 2 or not any("true" in text for text in texts) or not any("false" in text for text in texts):
        item.lose("true/false with other words than True and False becomes multiple choice in Classic Quizzes")


def _short_answer(item: ItemView) -> None:
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


def _numeric(item: ItemView) -> None:
    if not item.scoring:
        item.refuse("no rule gives points for a number: the question has no key")
    if not any(node.get("fibtype") == "Decimal" for node in item.all("render_fib")):
        item.refuse('render_fib without fibtype="Decimal": New Quizzes makes a short answer of it')
    for rule in item.scoring:
        if not any(next(descendants(rule, name), None) is not None for name in ("vargte", "vargt")):
            item.refuse("a number without its range (vargte and varlte): Classic Quizzes loses the answer", rule)
    for name in ("varequal", "vargte", "vargt", "varlte", "varlt"):
        for node in item.all(name):
            if number(node.text or "") is None:
                item.refuse(f"{node.text!r} is no number", node)


def _essay(item: ItemView) -> None:
    if item.all("varequal"):
        item.refuse("an essay with a compared answer becomes a short answer in Classic Quizzes")
    if not item.all("render_fib"):
        item.refuse("an essay needs response_str and render_fib")


def _blanks(item: ItemView) -> None:
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


def _drop_downs(item: ItemView) -> None:
    _blanks(item)
    first = next(iter(item.fields), "")
    if first != "question_type":
        item.refuse("question_type must be the first field: New Quizzes does not see drop-downs otherwise")
    _keys_of_responses(item, "drop-down")


def _keys_of_responses(item: ItemView, what: str) -> None:
    keys = {str(n.get("respident")): n.text or "" for rule in item.scoring for n in descendants(rule, "varequal")}
    for response in item.all("response_lid"):
        name = str(response.get("ident"))
        if name not in keys:
            item.refuse(f"no rule gives points for {what} {name!r}", response)
        elif keys[name] not in {str(label.get("ident")) for label in descendants(response, "response_label")}:
            item.refuse(f"the key {keys[name]!r} of {what} {name!r} names no answer", response)


def _matching(item: ItemView) -> None:
    if len(item.all("response_lid")) < 2:
        item.refuse("fewer than two left sides: New Quizzes takes the question for a choice")
    _keys_of_responses(item, "left side")
    if any(not re.search(r"\d", str(label.get("ident"))) for label in item.labels):
        item.lose("right sides without a number in their identifier get one by chance in Classic Quizzes")


def _ordering(item: ItemView) -> None:
    names = set(_identifiers(item))
    if [node.get("rcardinality") for node in item.all("response_lid")] != ["Ordered"]:
        item.refuse('ordering needs one response_lid with rcardinality="Ordered"')
    values = [node.text or "" for node in item.all("varequal")]
    if len(values) != len(names) or set(values) != names:
        item.refuse("the rule does not name every thing to order once")


def _nothing(item: ItemView) -> None:
    """Nothing that could be scored."""


_KINDS: dict[str, Callable[[ItemView], None]] = {
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
