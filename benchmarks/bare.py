"""The ceiling: raw text to QTI 2.1, Moodle XML and GIFT without any check, with f-strings and a zip.

It reads exactly the lettered form that ``questions.as_raw_text`` writes, and nothing else.
"""

from __future__ import annotations

import re
import sys
import zipfile
from html import escape
from pathlib import Path

BLOCK = re.compile(r"\d+\. (.+)\nA\. (.+)\nB\. (.+)\nC\. (.+)\nD\. (.+)\nAnswer: (.)\nExplanation: (.+)\n")
ITEM = (
    '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="q{n}" title="q{n}" adaptive="false"'
    ' timeDependent="false"><responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">'
    "<correctResponse><value>{key}</value></correctResponse></responseDeclaration><outcomeDeclaration"
    ' identifier="SCORE" cardinality="single" baseType="float"/><outcomeDeclaration identifier="FEEDBACK"'
    ' cardinality="single" baseType="identifier"/><itemBody><div>{stem}</div><choiceInteraction'
    ' responseIdentifier="RESPONSE" shuffle="true" maxChoices="1">{choices}</choiceInteraction></itemBody>'
    "<responseProcessing><responseCondition><responseIf><match><variable"
    ' identifier="RESPONSE"/><correct identifier="RESPONSE"/></match><setOutcomeValue identifier="SCORE"><baseValue'
    ' baseType="float">1</baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing>'
    '<modalFeedback outcomeIdentifier="FEEDBACK" identifier="general_fb" showHide="show"><div>{explanation}</div>'
    "</modalFeedback></assessmentItem>"
)


def main(source: str, folder: str) -> None:
    """Convert ``source`` into three files below ``folder``."""
    moodle = ['<?xml version="1.0" encoding="UTF-8"?><quiz>']
    gift = []
    with zipfile.ZipFile(Path(folder, "bare.zip"), "w", zipfile.ZIP_DEFLATED) as package:
        for n, found in enumerate(BLOCK.finditer(Path(source).read_text(encoding="utf-8")), 1):
            stem, *choices, key, explanation = found.groups()
            texts = [escape(choice) for choice in choices]
            simple = "".join(
                f'<simpleChoice identifier="{letter}">{text}</simpleChoice>'
                for letter, text in zip("ABCD", texts, strict=True)
            )
            item = ITEM.format(n=n, key=key, stem=escape(stem), choices=simple, explanation=escape(explanation))
            package.writestr(f"items/q{n}.xml", item)
            answers = "".join(
                f'<answer fraction="{100 if letter == key else 0}" format="html">'
                f"<text><![CDATA[{text}]]></text></answer>"
                for letter, text in zip("ABCD", texts, strict=True)
            )
            moodle.append(
                f'<question type="multichoice"><name><text>q{n}</text></name><questiontext format="html"><text>'
                f"<![CDATA[{escape(stem)}]]></text></questiontext><generalfeedback><text>"
                f"<![CDATA[{escape(explanation)}]]></text></generalfeedback>{answers}</question>"
            )
            marked = "\n".join(
                f"{'=' if letter == key else '~'}{text}" for letter, text in zip("ABCD", choices, strict=True)
            )
            gift.append(f"::q{n}::{stem} {{\n{marked}\n####{explanation}\n}}\n")
    moodle.append("</quiz>")
    Path(folder, "bare.xml").write_text("\n".join(moodle), encoding="utf-8")
    Path(folder, "bare.gift.txt").write_text("\n".join(gift), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
