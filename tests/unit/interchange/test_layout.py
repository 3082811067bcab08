from __future__ import annotations

import pytest

from qticonv.diagnostics import Code
from qticonv.interchange import layout
from qticonv.model import Source

FILE = b'question: number\nquestion_marks: ".)"\noption: latin\noption_marks: ")"\nkey: line\ninline: true\n'


def test_load_and_dump() -> None:
    found, wrong = layout.load(Source("l.yaml", FILE))
    assert wrong == ()
    assert found is not None
    assert found["inline"] is True
    assert layout.load(Source("l.yaml", layout.dump(found).encode())) == (found, ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("question: number\noptions: latin\n", "2: $.options: unknown property \"options\"; did you mean 'option'?"),
        ("question: number\nkey: here\n", '2: $.key: "here" is not one of line, bare line, mark, list, none'),
        ("option: latin\n", "1: $: the property 'question' is missing"),
        ("question: number\nquestion: word\n", "2: the property 'question' stands twice in one object"),
    ],
)
def test_mistakes(text: str, message: str) -> None:
    found, (problem,) = layout.load(Source("l.yaml", text.encode()))
    assert found is None
    assert problem.code is Code.LAYOUT_INVALID
    assert problem.span is not None
    assert f"{problem.span.start_line}: {problem.message}" == message
