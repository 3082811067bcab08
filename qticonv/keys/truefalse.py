"""True/false without a printed answer: what the explanation's opening says of the statement."""

from __future__ import annotations

import re
from collections.abc import Mapping

from qticonv.keys.model import logistic
from qticonv.patterns import lazy

# The bare word and punctuation: "False. Even …", "True — this is …", "**False:** …"
_STATED = lazy(r"[\s*_\"'“‘(\[]*(true|false)[*_\"'”’)\]]*\s*(?:[.!:;,]|[—–]|-\s)", re.IGNORECASE)
_SENTENCE_END = lazy(r"(?<=[.!?])\s")
_SUBJECT = r"(?:this|that|it|the (?:statement|claim|sentence|premise|assertion))"
_REJECTING = (
    r"(?:misconception|misreading|misunderstanding|misinterpretation|mistake|mistaken|error|fallacy|myth|confusion|"
    r"false|incorrect|wrong|untrue|inaccurate|backwards?|opposite|oversimplification|overstatement|exaggeration)"
)
_REJECTS = lazy(
    rf"\W*{_SUBJECT}\b[^,;:—–]{{0,60}}\b{_REJECTING}\b"
    rf"|\W*{_SUBJECT}\s+(?:\w+\s+)?(?:misunderst|misread|misrepresent|misstat|confus|conflat|revers|invert|overstat|understat|"
    r"exaggerat|contradict|ignor|gets?\b[^.]{0,30}\b(?:wrong|backwards?))"
    r"|\W*(?:incorrect|wrong|not (?:quite|true|so|correct|necessarily)|no)\b\W",
    re.IGNORECASE,
)
_AFFIRMING = (
    r"(?:core|central|key|essential|fundamental|defining|definition|essence|basis|foundation|principle|purpose|insight|"
    r"result|results|claim|property|advantage|criterion|consequence|consequences|reason|mechanism|logic|feature|idea|"
    r"strategy|standard|classic|precisely|exactly|why|how|what|true|correct|right|accurate)"
)
_AFFIRMS = lazy(
    rf"\W*{_SUBJECT}\s+(?:is|was|follows|captures|describes|reflects|states|holds|remains)\b[^;:—–]{{0,60}}?\b{_AFFIRMING}\b"
    r"|\W*(?:correct|right|exactly|indeed|yes|precisely)\b\W",
    re.IGNORECASE,
)
_NOT = lazy(r"\b(?:not|never|no|cannot|nor|neither)\b|n['’]t\b", re.IGNORECASE)
_CORRECTS = lazy(r"\b(?:actually|in fact|rather than|instead|however|but|only|merely|misconception)\b", re.IGNORECASE)

CUES = ("constant", "rejects", "affirms", "negates", "corrects")


def stated(explanation: str) -> bool | None:
    """Return the truth value that ``explanation`` opens with, if it opens with the bare word and punctuation."""
    match = _STATED.match(explanation)
    return None if match is None else match[1].lower() == "true"


def opening(explanation: str) -> str:
    """Return the first sentence."""
    return _SENTENCE_END.split(explanation.strip(), maxsplit=1)[0]


def cues(statement: str, explanation: str) -> dict[str, float]:
    """Return what the opening of ``explanation`` does with ``statement``, by the names in :data:`CUES`."""
    first = opening(explanation)
    rejects = bool(_REJECTS.match(first))
    negated = bool(_NOT.search(first)) and not _NOT.search(statement)
    return {
        "constant": 1.0,
        "rejects": float(rejects),
        "affirms": float(not rejects and bool(_AFFIRMS.match(first))),
        "negates": float(negated),
        "corrects": float(bool(_CORRECTS.search(first))),
    }


def probability(statement: str, explanation: str, weights: Mapping[str, float]) -> float:
    """Return the probability that ``statement`` is true."""
    found = cues(statement, explanation)
    return logistic(sum([weight * found[name] for name, weight in weights.items()]))
