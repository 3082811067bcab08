"""The word lists of key inference: stop words, cue words and endings. Tables only."""

from __future__ import annotations

from collections.abc import Mapping


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a mention of a choice by its letter ("Option C") is replaced by before a text is cut into tokens.
LETTER_TOKEN = "qqletter"  # noqa: S105 - a token of text

# Words that carry no subject matter.
STOP_WORDS = _words("""
    a an the of to in on at by for with from as is are was were be been being am do does did done has have had
    having it its this that these those there here he she they them their his her we us our you your i me my who
    whom whose which what when where how than then so such too very can could will would shall should may might
    must and or if because while into onto over about also just any some each other others another more most
    much many own same both through between during before after above below up down out off again s t d ll ve re
    one whether thus hence therefore however although though since unless until upon within across per via
    """)

# Cue classes: words that tell how a sentence speaks of what it names. The names are those of the weights.
CUE_WORDS: Mapping[str, str] = {
    "negation": """
    not no never nor cannot can't don't doesn't isn't aren't won't wasn't weren't didn't wouldn't shouldn't
    couldn't hasn't haven't hadn't without neither dont doesnt isnt cant wont none nothing
    """,
    "contrast": "rather instead unlike than contrary contrast versus opposed whereas",
    "rejection": """
    wrong incorrect incorrectly misconception misconceptions mistake mistaken mistakes mistakenly myth false
    falsely fallacy confuse confuses confused confusing confusion misread misreads misreading misunderstand
    misunderstands misunderstanding misunderstood misrepresents misleading misses missing conflate conflates
    conflating tempting trap intuitive naive opposite backwards backward reverses reversed reversing inverts
    inverted ignores ignore ignoring overstates understates contradicts contradict fails fail invalid
    insufficient irrelevant inappropriate unrelated overkill deny denies error unnecessary unreliable
    """,
    "choices": "distractor distractors option options choice choices alternatives alternative answers",
    "letter": LETTER_TOKEN,
    "common": "both same share shared shares agree common similarly equally alike",
    "concession": "but although though while however yet despite even",
    "approval": "correct correctly right best answer true key precisely exactly core essential central",
    "conclusion": "so therefore thus hence consequently result means implies",
    "cause": "because since due",
    "only": "only just merely simply",
    "pointing": "this these that",
    "or": "or",
    "person": "we you your our",
    "quotation": '" “ ”',
    "bracket": "(",
}

# Endings that are cut off to find the stem of a word.
SUFFIXES = _words("""
    ization isation ational fulness ousness iveness tional biliti ations ingly ments ness ation ities ement
    izing izes ized ising ised ises ance ence able ible ment ions ings edly ally ically ical ive ion ity ies ied
    ing est ful ous ers ors ism ist ists ic ics al ly er or ed es en s e y
    """)
