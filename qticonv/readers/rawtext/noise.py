"""Lines that belong to the page and not to the quiz: page numbers, running heads, buttons and states of quiz sites.

A line that could be an option or a key is never noise by its own look. Numbers and repeated lines are noise only where
they come back at the distance of pages; words of a site, only if the table says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from qticonv.patterns import lazy
from qticonv.readers.rawtext.noise_words import CERTAIN, NEARBY, OF_WORDS, PAGE_WORDS
from qticonv.readers.rawtext.words import Openings

_NO_DIGITS = str.maketrans("", "", "0123456789")
_SITE = {text.strip(): reason for reason, texts in CERTAIN.items() for text in texts.split("|")}
_SITE_OPENINGS = Openings(_SITE)
_SITE_LENGTH = 90
_SITE_NEARBY = frozenset(NEARBY.split("|"))
_PAGE = lazy(
    rf"\s*[-–—|•\[(]*\s*(?:(?:{PAGE_WORDS})\.?\s*(?P<page>\d+)(?:\s*(?:{OF_WORDS})\s*\d+)?|第\s*(?P<cjk>\d+)\s*[页頁]"
    r"(?:\s*[,，/]?\s*共\s*\d+\s*[页頁])?)\s*[-–—|•\])]*\s*|\s*[-–—]\s*(?P<dashed>\d+)\s*[-–—]\s*",
    re.IGNORECASE,
)
_BARE = lazy(r"\s*(\d{1,4})\s*")
_PAGE_TOTAL = lazy(rf".*\b(?:{PAGE_WORDS})\.?\s*\d+\s*(?:{OF_WORDS})\s*\d+\W*", re.IGNORECASE)
_PRINTED_URL = lazy(r"\s*(?:https?://|www\.|file:///)\S+\s+\d+\s*/\s*\d+\s*")
_PRINTED_DATE = lazy(r"\s*\d{1,2}[./]\d{1,2}[./]\d{2,4},?\s+\d{1,2}[:.]\d{2}(?:\s*[AP]M)?\s+\S.*", re.IGNORECASE)
_URL = lazy(r"\s*(?:https?://|www\.)\S+\s*")
_COPYRIGHT = lazy(r"\s*(?:©|\(c\)|copyright\b)\s*(?:©|\(c\))?\s*(?:19|20)\d\d\b.*", re.IGNORECASE)
_COOKIES = lazy(
    r"(?i)\s*(?:(?:we|this (?:web)?site|our (?:web)?site) uses? cookies\b.*"
    r"|by (?:continuing|using|clicking)\b.{0,80}\bcookies\b.*"
    r"|.{0,20}\b(?:verwende[tn]|utilise(?:ns)? des|utiliza(?:mos)?|usa(?:mos)?) cookies\b.*)"
)
_PATTERNED = (  # signs of the line (quick: they begin with one character), the line, what it is, how often it must come
    ((lazy("ookie"),), _COOKIES, "a notice about cookies", 1),
    ((lazy("©"), lazy("opyright")), _COPYRIGHT, "a copyright line of the page", 1),
    ((lazy("://"), lazy(r"www\.")), _PRINTED_URL, "the address at the foot of a print-out", 1),
    ((lazy(r"/\d{1,2}[./]\d\d"), lazy(r"\.\d{1,2}[./]\d\d")), _PRINTED_DATE, "the head of a print-out", 2),
    ((lazy("://"),), _URL, "an address that comes back on every page", 2),
)
_LABELLED = lazy(r"\s*(?:[-*+•▪☐□>#]|[(\[]?\w{1,3}[.):\]、]|[①-⓿]|Q\d|\|)")
_PAGE_DISTANCE = 20  # lines; a page of print rarely holds fewer


def find_noise(lines: Sequence[str]) -> Mapping[int, str]:
    """Return the 0-based indices of the lines that are noise, with what each is (a noun phrase)."""
    noise: dict[int, str] = dict(_site_lines(lines))
    text = "\n".join(lines)
    for index, reason in _patterned(lines, text):
        noise.setdefault(index, reason)
    numbers = dict(_page_numbers(lines))
    for index, reason in (*numbers.items(), *_running_heads(lines, numbers)):
        noise.setdefault(index, reason)
    if noise:
        _spread(lines, noise)
    return dict(sorted(noise.items()))


def _site_lines(lines: Sequence[str]) -> Iterable[tuple[int, str]]:
    for index, line in enumerate(lines):
        if line and len(line) < _SITE_LENGTH and _SITE_OPENINGS.may_begin(line):
            reason = _SITE.get(line.casefold().translate(_NO_DIGITS).strip())
            if reason and not _is_number(line):
                yield index, reason


def _is_number(line: str) -> bool:
    """``3 / 4`` could be an option; ``3 / 4 points`` could not."""
    return not any(character.isalpha() for character in line)


def _patterned(lines: Sequence[str], text: str) -> Iterable[tuple[int, str]]:
    """Lines that one pattern tells, looked for only where the text holds what all of them have."""
    for signs, pattern, reason, least in _PATTERNED:
        found = [match.start() for sign in signs for match in sign.finditer(text)]
        hits = [index for index in _lines_at(found, text) if pattern.fullmatch(lines[index])]
        if least > 1:
            counts = Counter(lines[index].translate(_NO_DIGITS).strip() for index in hits)
            hits = [index for index in hits if counts[lines[index].translate(_NO_DIGITS).strip()] >= least]
        yield from ((index, reason) for index in hits)


def _lines_at(offsets: Iterable[int], text: str) -> list[int]:
    """The lines that the characters at ``offsets`` stand on, each once."""
    found: list[int] = []
    line = reached = 0
    for offset in sorted(offsets):
        line += text.count("\n", reached, offset)
        reached = offset
        if not found or found[-1] != line:
            found.append(line)
    return found


def _page_numbers(lines: Sequence[str]) -> Iterable[tuple[int, str]]:
    worded: list[tuple[int, int]] = []
    bare: list[tuple[int, int]] = []
    for index, line in enumerate(lines):
        if not line or len(line) > 60 or not (line[-1].isdigit() or line[-1] in " -–—|•])页頁"):
            continue
        found = _PAGE.fullmatch(line)
        if found:
            worded.append((index, int(found["page"] or found["cjk"] or found["dashed"])))
        elif _PAGE_TOTAL.fullmatch(line) and not _LABELLED.match(line):
            yield index, "a page number"
        elif _BARE.fullmatch(line):
            bare.append((index, int(line)))
    for sequence, distance, least in ((worded, 5, 2), (bare, _PAGE_DISTANCE, 3)):
        for index in _counting(sequence, distance, least):
            yield index, "a page number"


def _counting(numbers: Sequence[tuple[int, int]], distance: int, least: int) -> list[int]:
    """Indices of numbers that count up by one at no less than ``distance`` lines, ``least`` of them or more.

    All numbers of the kind must do so, but for one in ten: where many do not, they are keys or options.
    """
    chains: list[list[tuple[int, int]]] = []
    for index, number in numbers:
        for chain in chains[-4:]:
            if number == chain[-1][1] + 1 and index - chain[-1][0] >= distance:
                chain.append((index, number))
                break
        else:
            chains.append([(index, number)])
    kept = [index for chain in chains if len(chain) >= least for index, _ in chain]
    return kept if len(kept) >= 0.9 * len(numbers) else []


def _running_heads(lines: Sequence[str], numbers: Iterable[int]) -> Iterable[tuple[int, str]]:
    """The same line again and again, at the distance of pages and near their numbers, or alone between blank lines.

    Stems, options and keys come back too; they neither keep a regular distance nor stand beside the page's number.
    """
    repeated = {line for line, count in Counter(lines).items() if count >= 3 and len(line.strip()) >= 8}
    if not repeated:
        return
    places: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        if line in repeated:
            places.setdefault(line, []).append(index)
    near = {number + step for number in numbers for step in range(-4, 5)}
    for line, indices in places.items():
        beside = sum(index in near for index in indices) >= 0.8 * len(indices)
        if min(after - before for before, after in pairwise(indices)) < _PAGE_DISTANCE:
            continue
        if (beside and len(line) >= 12) or _is_head_alone(lines, line, indices):
            yield from ((index, "a running head or foot") for index in indices)


def _is_head_alone(lines: Sequence[str], line: str, indices: Sequence[int]) -> bool:
    """Four times or more between blank lines, at about the same distance, and neither a question nor a label."""
    if len(indices) < 4 or _LABELLED.match(line) or line.rstrip()[-1] in ".?:;!。？：{}" or len(line) > 80:
        return False
    from statistics import median

    gaps = [after - before for before, after in pairwise(indices)]
    middle = median(gaps)
    is_regular = min(gaps) >= 0.6 * middle and max(gaps) <= 1.5 * middle
    return is_regular and all(not _beside(lines, index).strip() for index in indices)


def _beside(lines: Sequence[str], index: int) -> str:
    return "".join([*lines[max(0, index - 1) : index], *lines[index + 1 : index + 2]])


def _spread(lines: Sequence[str], noise: dict[int, str]) -> None:
    """Add the words that are noise only beside noise, blank lines between them apart."""
    for step in (1, -1):
        for start in sorted(noise, reverse=step < 0):
            index = start + step
            while 0 <= index < len(lines) and (not lines[index].strip() or _is_nearby(lines[index])):
                if lines[index].strip():
                    noise.setdefault(index, "a word of the page's menu")
                index += step


def _is_nearby(line: str) -> bool:
    return len(line) < 40 and line.casefold().translate(_NO_DIGITS).strip() in _SITE_NEARBY
