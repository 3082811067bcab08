"""What Canvas's two importers see in a package: written from their rules, without anything of the writer.

``new_quizzes`` follows the XPath expressions of the gem instructure/qti; ``classic`` what QTIMigrationTool and
qti_exporter make of the same file. Both give the texts as a student sees them.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lxml import etree, html

NS = {"x": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}
CP = {"x": "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"}
META = "{http://canvas.instructure.com/xsd/cccv1p0}"
LEARNING_RESOURCE = "associatedcontent/imscc_xmlv1p1/learning-application-resource"


@dataclass
class Question:
    """A question as it arrived. ``answers`` are texts by identifier; ``key`` depends on the kind."""

    kind: str
    identifier: str
    title: str
    points: Decimal
    stem: str
    answers: dict[str, str] = field(default_factory=dict)
    lefts: dict[str, str] = field(default_factory=dict)
    key: Any = None
    feedback: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    notes: str = ""
    group: str | None = None
    shuffled: bool = False


@dataclass
class Quiz:
    """A quiz or a bank of a package."""

    identifier: str
    title: str
    settings: dict[str, str]
    document: etree._Element
    groups: dict[str, tuple[int, Decimal]] = field(default_factory=dict)


# ---------------------------------------------------------------- the package


def files(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def quizzes(package: bytes) -> list[Quiz]:
    """Find the quizzes as both importers do: by resource type, settings by dependency and by folder name."""
    found = files(package)
    manifest = etree.fromstring(found["imsmanifest.xml"])
    resources = {r.get("identifier"): r for r in manifest.iterfind(".//x:resource", CP)}
    assert len(resources) == len(manifest.findall(".//x:resource", CP))
    result = []
    for resource in resources.values():
        if resource.get("type") == "imsqti_xmlv1p2":
            result.append(_quiz(resource, resources, found))
    return result


def _quiz(resource: Any, resources: dict[Any, Any], found: dict[str, bytes]) -> Quiz:
    document = etree.fromstring(found[resource.find("x:file", CP).get("href")])
    assessment = document.find("x:assessment", NS)
    assert assessment is not None
    identifier = str(assessment.get("ident"))
    (dependency,) = resource.findall("x:dependency", CP)
    meta = resources[dependency.get("identifierref")]
    assert meta.get("type") == LEARNING_RESOURCE
    assert meta.get("href") == f"{identifier}/assessment_meta.xml"  # quiz_metadata_converter.rb joins by this path
    settings = {e.tag.removeprefix(META): e.text or "" for e in etree.fromstring(found[meta.get("href")])}
    return Quiz(identifier, str(assessment.get("title")), settings, document, _groups(document))


def _groups(document: etree._Element) -> dict[str, tuple[int, Decimal]]:
    groups = {}
    for section in document.iterfind(".//x:section/x:section", NS):
        number = section.findtext("x:selection_ordering/x:selection/x:selection_number", None, NS)
        points = section.findtext("x:selection_ordering/x:selection/x:selection_extension/x:points_per_item", None, NS)
        groups[str(section.get("title"))] = (int(number or ""), Decimal(points or ""))
    return groups


def banks(package: bytes) -> dict[str, etree._Element]:
    """Return the item banks by title."""
    found = files(package)
    result = {}
    for resource in etree.fromstring(found["imsmanifest.xml"]).iterfind(".//x:resource", CP):
        href = str(resource.get("href"))
        if resource.get("type") == LEARNING_RESOURCE and href.endswith(".xml.qti"):
            bank = etree.fromstring(found[href]).find("x:objectbank", NS)
            assert bank is not None
            labels = bank.xpath(
                "x:qtimetadata/x:qtimetadatafield[x:fieldlabel='bank_title']/x:fieldentry", namespaces=NS
            )
            result[str(labels[0].text)] = bank  # type: ignore[index, union-attr]
    return result


def images(package: bytes) -> dict[str, bytes]:
    """Return the images that have a resource of their own with an href: others are "Missing link" in Canvas."""
    found = files(package)
    manifest = etree.fromstring(found["imsmanifest.xml"])
    hrefs = [str(r.get("href")) for r in manifest.iterfind(".//x:resource", CP) if r.get("type") == "webcontent"]
    return {href: found[href] for href in hrefs}


# ---------------------------------------------------------------- texts


def rendered(source: str) -> str:
    """Return HTML as a browser shows it: white space collapsed, a line for every ``br`` and block."""
    if not source.strip():
        return ""
    root = html.fragment_fromstring(source, create_parent="div")
    for element in root.iterdescendants():
        if element.tag in ("br", "p", "li", "tr", "div", "pre", "td"):
            element.tail = "\ue000" + (element.tail or "")
    lines = "".join(map(str, root.itertext())).split("\ue000")
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def _mattext(node: etree._Element | None) -> etree._Element:
    assert node is not None
    found = node.find(".//x:mattext", NS)
    assert found is not None
    return found


def _all(node: etree._Element, path: str) -> list[Any]:
    found = node.xpath(path, namespaces=NS)
    assert isinstance(found, list)
    return found


def _gem_text(mattext: etree._Element) -> str:
    """return_inner_content! and the sanitiser: HTML is unescaped, plain text is read as HTML all the same."""
    return rendered(mattext.text or "")


def _classic_text(mattext: etree._Element) -> str:
    """detect_html: a text that is nothing but text is stored as plain, with what escapes it has, and shown so."""
    source = mattext.text or ""
    if mattext.get("texttype") != "text/html":
        return " ".join(source.split())
    node = html.fragment_fromstring(source, create_parent="div") if source.strip() else html.Element("div")
    while len(node) == 1 and not (node.text or "").strip() and not (node[0].tail or "").strip():
        if node[0].tag not in ("p", "div", "span") or node[0].attrib:
            break
        node = node[0]
    if len(node) == 0 and node.text:
        plain = etree.tostring(node, encoding="unicode", with_tail=False)
        return " ".join(re.sub(r"\A<[^>]*>|</[^>]*>\Z", "", plain).split())
    return rendered(source)


# ---------------------------------------------------------------- New Quizzes


def new_quizzes(document: etree._Element) -> list[Question]:
    """Read the items of a quiz or bank as the gem does; an item that is matched by no or two models fails."""
    return [_gem_item(node) for node in document.iterfind(".//x:item", NS)]


def _gem_item(node: etree._Element) -> Question:
    fields = {
        n.findtext("x:fieldlabel", "", NS): n.findtext("x:fieldentry", "", NS)
        for n in _all(node, ".//x:qtimetadatafield")
    }
    (label,) = _all(node, ".//x:qtimetadata/*/x:fieldlabel[text()='points_possible']")
    assert not label.tail, "the gem takes the next node for the points"
    kind = _gem_kind(node, fields["question_type"])
    question = Question(
        kind=kind,
        identifier=str(node.get("ident")),
        title=str(node.get("title")),
        points=Decimal(label.getnext().text),
        stem=_gem_text(_mattext(node.find("x:presentation", NS))),
        notes=rendered(fields.get("grading_notes", "")),
        shuffled=bool(_all(node, ".//x:render_choice[@shuffle='Yes']")),
    )
    for name, identifier in (
        ("general", "general_fb"),
        ("correct", "correct_fb"),
        ("incorrect", "general_incorrect_fb"),
    ):
        if found := _gem_feedback(node, identifier):
            question.feedback[name] = found
    parent = node.getparent()
    question.group = str(parent.get("title")) if parent is not None and parent.get("title") else None
    _gem_answers(node, question)
    return question


def _gem_kind(node: etree._Element, kind: str) -> str:
    lids, fibs = _all(node, ".//x:response_lid"), _all(node, ".//x:render_fib")
    if kind in ("file_upload_question", "text_only_question"):
        return {"file_upload_question": "upload", "text_only_question": "text"}[kind]
    if lids:
        if kind == "fill_in_multiple_blanks_question":
            return "blanks"
        if _all(node, ".//x:fieldentry")[0].text == "multiple_dropdowns_question":
            return "dropdowns"
        if len(lids) > 1:
            return "matching"
        return "ordering" if lids[0].get("rcardinality") == "Ordered" else "choice"
    (fib,) = fibs
    if fib.get("fibtype") == "Decimal":
        return "numeric"
    is_essay = bool(_all(node, ".//x:respcondition[@continue!='Yes']/*/x:other"))
    answers = _all(node, ".//x:respcondition/x:setvar/../x:conditionvar/x:varequal")
    return "short answer" if answers and not is_essay else "essay"


def _gem_feedback(node: etree._Element, identifier: str | None) -> str:
    found = _all(node, f".//x:itemfeedback[@ident='{identifier}']/x:*/x:*/x:mattext")
    return _gem_text(found[0]) if found else ""


def _gem_answers(node: etree._Element, question: Question) -> None:
    labels = {str(n.get("ident")): n for n in _all(node, ".//x:response_label[.//x:mattext]")}
    raw = question.kind in ("blanks", "dropdowns")  # base_fill_blank_interaction.rb: inner_html, not unescaped again
    question.answers = {k: (_mattext(n).text or "") if raw else _gem_text(_mattext(n)) for k, n in labels.items()}
    question.key = _GEM_KEYS.get(question.kind, lambda node: None)(node)
    if question.kind == "matching":
        question.lefts = {str(n.get("ident")): _gem_text(_mattext(n)) for n in _all(node, ".//x:response_lid")}
    for entry in _all(node, ".//x:respcondition[x:displayfeedback][.//x:varequal[@respident]]"):
        (first, *_) = _all(entry, ".//x:varequal[@respident]")
        links = [d.get("linkrefid") for d in _all(entry, "./x:displayfeedback")]
        own = [link for link in links if link not in ("correct_fb", "general_incorrect_fb", "general_fb")]
        if own and (text := _gem_feedback(node, own[0])) and question.kind not in ("matching", "numeric"):
            question.comments[first.text or ""] = text


def _gem_choice_key(node: etree._Element) -> list[str]:
    every = _all(node, ".//x:respcondition//x:and")
    if every:
        assert not (every[0].text or "").strip() and every[0].text is None, "white space becomes an answer"
        assert all(child.tail is None for child in every[0])
        return [child.text or "" for child in every[0] if child.tag.endswith("varequal")]
    scoring = [n for n in _all(node, ".//x:respcondition") if float(n.findtext(".//x:setvar", "0", NS)) > 0]
    return [n.findtext(".//x:varequal", "", NS) for n in scoring]


def _gem_numbers(node: etree._Element) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for rule in _all(node, ".//x:respcondition/x:setvar[@varname='SCORE']/.."):
        equal, low, high = (rule.find(f".//x:{name}", NS) for name in ("varequal", "vargte", "varlte"))
        assert low is not None and high is not None, "the gem raises: Unsupported Numeric Type"
        if equal is None:
            found.append(("range", low.text or "", high.text or ""))
        elif equal.text == low.text == high.text:
            found.append(("exact", equal.text or ""))
        else:
            assert equal.text not in (low.text, high.text)
            found.append(("margin", equal.text or "", str(equal.get("margin"))))
    return found


def _gem_short(node: etree._Element) -> list[str]:
    return [n.text or "" for n in _all(node, ".//x:respcondition/x:setvar/../x:conditionvar/x:varequal")]


def _gem_pairs(node: etree._Element) -> dict[str, str]:
    rules = _all(node, ".//x:respcondition/x:setvar/../x:conditionvar/x:varequal")
    return {str(n.get("respident")): n.text or "" for n in rules}


def _gem_blanks(node: etree._Element) -> dict[str, list[str]]:
    return {
        str(lid.get("ident")).removeprefix("response_"): [str(n.get("ident")) for n in _all(lid, ".//x:response_label")]
        for lid in _all(node, ".//x:response_lid")
    }


def _gem_order(node: etree._Element) -> list[str]:
    return [n.text or "" for n in _all(node, ".//x:varequal")]


_GEM_KEYS: dict[str, Any] = {
    "choice": _gem_choice_key,
    "numeric": _gem_numbers,
    "short answer": _gem_short,
    "matching": _gem_pairs,
    "dropdowns": _gem_pairs,
    "blanks": _gem_blanks,
    "ordering": _gem_order,
}


# ---------------------------------------------------------------- Classic Quizzes


def classic(document: etree._Element) -> list[Question]:
    """Read the items as QTIMigrationTool and qti_exporter do."""
    return [_classic_item(node) for node in document.iterfind(".//x:item", NS)]


def _classic_item(node: etree._Element) -> Question:
    fields = {
        n.findtext("x:fieldlabel", "", NS): n.findtext("x:fieldentry", "", NS)
        for n in _all(node, ".//x:qtimetadatafield")
    }
    kind = fields["question_type"]
    question = Question(
        kind=kind,
        identifier=str(node.get("ident")),
        title=str(node.get("title")),
        points=max(Decimal(fields["points_possible"]), Decimal(0)),
        stem=rendered(_mattext(node.find("x:presentation", NS)).text or ""),
    )
    labels = _all(node, ".//x:response_label[.//x:mattext]")
    rich = kind in ("multiple_choice_question", "multiple_answers_question")
    question.answers = {
        str(n.get("ident")): rendered(_mattext(n).text or "") if rich else _classic_plain(_mattext(n)) for n in labels
    }
    if kind == "ordering_question":
        question.answers = {name: _cleared(text) for name, text in question.answers.items()}
    question.key = _classic_key(node, kind)
    if kind == "matching_question":
        question.lefts = {str(n.get("ident")): _classic_text(_mattext(n)) for n in _all(node, ".//x:response_lid")}
    if kind != "text_only_question":
        _classic_feedback(node, question)
    return question


def _classic_plain(mattext: etree._Element) -> str:
    """A drop-down, a blank, a right side: the text of the node, which is source where it is HTML."""
    return " ".join((mattext.text or "").split())


def _cleared(source: str) -> str:
    """html_helper.rb: tags and character references are taken out of a thing to order."""
    return " ".join(re.sub(r"&\w+;", "", re.sub(r"</?[^>\n]*>", "", source)).split())


def _classic_key(node: etree._Element, kind: str) -> Any:
    if kind == "numerical_question":
        return [_classic_number(n) for n in _all(node, ".//x:respcondition[x:setvar]")]
    if kind == "short_answer_question":  # every comparison is an accepted answer, whatever its rule does
        return list(dict.fromkeys(n.text or "" for n in _all(node, ".//x:varequal")))
    if kind == "fill_in_multiple_blanks_question":
        return _gem_blanks(node)
    if kind in ("matching_question", "multiple_dropdowns_question"):
        rules = _all(node, ".//x:respcondition[x:setvar[@action='Add']]//x:varequal")
        return {str(n.get("respident")): n.text or "" for n in rules}
    if kind == "ordering_question":
        return [n.text or "" for n in _all(node, ".//x:respcondition//x:varequal")]
    return [n.text or "" for n in _all(node, ".//x:respcondition[x:setvar]//x:varequal[not(ancestor::x:not)]")]


def _classic_number(rule: etree._Element) -> tuple[Decimal, Decimal]:
    if rule.find(".//x:varequal", NS) is not None:
        assert rule.find(".//x:or/x:and", NS) is not None, "a bare varequal loses the answer"
    return Decimal(rule.findtext(".//x:vargte", "", NS)), Decimal(rule.findtext(".//x:varlte", "", NS))


def _classic_feedback(node: etree._Element, question: Question) -> None:
    """File every feedback by its identifier, in the order of assessment_item_converter.rb; the last one wins."""
    for entry in _all(node, ".//x:itemfeedback"):
        identifier, text = str(entry.get("ident")), _classic_text(_mattext(entry))
        if re.search(r"wrong|incorrect|(_IC$)", identifier, re.IGNORECASE):
            question.feedback["incorrect"] = text
        elif re.search(r"correct|(_C$)", identifier, re.IGNORECASE):
            question.feedback["correct"] = text
        elif re.search(r"general_|_all", identifier, re.IGNORECASE):
            question.feedback["general"] = text
        else:
            number = re.fullmatch(r"(\d+)_fb", identifier)
            assert number, f"feedback {identifier} is dropped"
            question.comments[number[1]] = text
