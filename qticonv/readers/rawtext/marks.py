"""Marks that only right options bear: a star, a tick, bold type, a word or a letter behind the text.

A mark means nothing by itself (``*`` is a bullet here and the key there), so it is learnt from the whole file: it must
stand on some but not all options of most questions. A mark on every option is no key.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct

from qticonv.patterns import lazy
from qticonv.readers.rawtext.blocks import Block, RawOption
from qticonv.readers.rawtext.heads import Head
from qticonv.readers.rawtext.layout import BULLETS, GLUED, Layout
from qticonv.readers.rawtext.words import Part, words

_TICKS = "✓✔✅☑√🗸"
_CROSSES = "✗✘❌✖×"
_BEHIND = lazy(
    rf"""(?=[ \t(\[（【<>_:#!+=–—←⇐*☆⭐{_TICKS}{_CROSSES}-])[ \t]*(?:[-–—<=]+[ \t]*|[←⇐][ \t]*)?
    (?: [(\[（【*_<]{{1,4}}[ \t]*(?P<bracketed>[^()\[\]（）【】<>*]{{1,24}}?)[ \t]*[)\]）】*_>]{{1,4}}
      | (?P<symbol>[{_TICKS}{_CROSSES}★☆⭐*←#!+]+)
      | :(?P<emoji>[a-z_]{{1,24}}):
      | (?<=[-–—=:][ \t])(?P<word>[^\W\d_]{{2,14}})
      | (?<=[ \t])(?P<letter>[A-ZА-Я])
      | (?<=[ \t])(?P<arrow><[-=]+)
    )
    ["”“'»]?[ \t.]*$""",
    re.VERBOSE,
)
_BEFORE = lazy(rf"(?P<symbol>[{_TICKS}{_CROSSES}★⭐]+|:[a-z_]{{1,24}}:)[ \t]*")
_WHOLE = lazy(
    r"(?P<open>\*\*\*|\*\*|__|<b>|<strong>)(?P<text>.*?)(?P<close>\*\*\*|\*\*|__|</b>|</strong>)[ \t.]*$", re.DOTALL
)
_QUOTES = "\"”“'»"
_LEADS_TO_MARK = " \t-–—<=←⇐"
_SIGN_NEAR_END = lazy("[-–—=:] ")
_RIGHT_SIGNS = {"sign #", "sign *", "sign !", "sign >", "sign =", "box x", "bullet +", "bold"}
_RIGHT_EMOJI = {"white_check_mark", "heavy_check_mark", "ballot_box_with_check", "+1", "check"}
_RIGHT_ENDS = {"*", "**", "★", "⭐", "←", "+", "<-", "<--", "<---", "<=", "<=="}
_LEARNT_LEAST = 4


class Found(Struct, frozen=True, gc=False):
    """A mark on an option and the option's text without it (its first and last piece)."""

    first: str
    last: str


def marks_on(option: RawOption, layout: Layout) -> dict[str, Found]:
    """Return all marks on an option, by name."""
    first, last = option.parts[0][1], option.parts[-1][1]
    head = option.head
    if _is_plain(head, layout) and first[:1].isalnum() and not _may_end_in_mark(last):
        return {}
    marks: dict[str, Found] = {}
    if head.sign and head.sign != layout.option_sign:
        marks[f"sign {head.sign}"] = Found(first, last)
    if head.box == "x":
        marks["box x"] = Found(first, last)
    if layout.option == BULLETS and len(layout.option_sign) > 1:
        marks[f"bullet {head.bullet}"] = Found(first, last)
    if head.inner and head.family != GLUED:
        marks[f"inner {head.inner.casefold()}"] = Found(first, last)
    marks.update(_bold(option, first, last))
    marks.update(_beside(first, last, len(option.parts) == 1))
    return marks


def _is_plain(head: Head, layout: Layout) -> bool:
    has_inner = head.inner and head.family != GLUED
    return not (head.sign or head.box or has_inner or head.strong or len(layout.option_sign) > 1)


def _bold(option: RawOption, first: str, last: str) -> dict[str, Found]:
    """Bold from end to end, with or without the label."""
    head = option.head
    whole = _WHOLE.match(first) if len(option.parts) == 1 else None
    if whole and whole["open"] not in whole["text"]:
        return {"bold": Found(whole["text"].strip(), whole["text"].strip())}
    stripped = last.rstrip()
    if head.strong and stripped.endswith(head.strong) and stripped.count(head.strong) == 1:
        cut = stripped[: -len(head.strong)].rstrip()
        return {"bold": Found(cut if len(option.parts) == 1 else first, cut)}
    return {}


def _beside(first: str, last: str, is_single: bool) -> dict[str, Found]:
    marks: dict[str, Found] = {}
    before = _BEFORE.match(first) if first and not first[0].isalnum() else None
    if before:
        rest = first[before.end() :]
        marks[f"before {before['symbol'].strip(':')}"] = Found(rest, rest if is_single else last)
    behind = _behind(last) if last and _may_end_in_mark(last) else None
    if behind:
        end = behind[0].rstrip(" \t.")[-1]
        cut = last[: behind.start()].rstrip() + (end if end in _QUOTES else "")
        if cut and behind.lastgroup:
            marks[f"behind {behind[behind.lastgroup].casefold()}"] = Found(cut if is_single else first, cut)
    return marks


def _behind(text: str) -> re.Match[str] | None:
    """The mark that ``text`` ends with; a letter that stands alone there is all that can be one."""
    start = max(0, len(text) - 48)
    if text[-1].isupper() and text[-2:-1] in {" ", "\t"}:
        start = max(start, len(text[:-1].rstrip(_LEADS_TO_MARK)))
    return _BEHIND.search(text, start)


def _may_end_in_mark(text: str) -> bool:
    """Cheap, because it is asked of every option: most end in a small letter or a digit."""
    end = text[-1]
    return not (end.islower() or end.isdigit()) or _SIGN_NEAR_END.search(text, max(0, len(text) - 20)) is not None


def apply_marks(blocks: Sequence[Block], layout: Layout) -> str:
    """Learn the marks of right options, set :attr:`RawOption.marked`, take the marks off; return their names."""
    questions = [block for block in blocks if len(block.options) >= 2]
    borne = [[marks_on(option, layout) for option in block.options] for block in questions]
    chosen = _choose(questions, borne)
    for block, options in zip(questions, borne, strict=True) if chosen else ():
        _mark(block, options, chosen)
    return ", ".join(name for name, is_right in chosen.items() if is_right)


def _choose(questions: Sequence[Block], borne: Sequence[Sequence[Mapping[str, Found]]]) -> dict[str, bool]:
    """Return the marks that tell right from wrong: name -> whether it marks the right ones."""
    some: Counter[str] = Counter()
    one: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for options in filter(any, borne):
        counts = Counter(name for marks in options for name in marks)
        for name, count in counts.items():
            every[name] += count == len(options)
            some[name] += count < len(options)
            one[name] += count == 1
    chosen: dict[str, bool] = {}
    for name in sorted(some, key=lambda mark: (-some[mark], mark)):
        if _is_wrong(name):
            continue
        known = _is_right(name)
        enough = some[name] >= (0.5 if known else 0.8) * len(questions) and (known or one[name] >= _LEARNT_LEAST)
        if enough and every[name] <= 0.1 * some[name]:
            chosen[name] = True
    if _mark_everything(borne, chosen):  # several "marks", one for each option: they are part of the texts
        chosen = {name: True for name in chosen if _is_right(name)}
    chosen.update(_fill_up(questions, borne, chosen, every))
    return chosen


def _mark_everything(borne: Sequence[Sequence[Mapping[str, Found]]], chosen: Mapping[str, bool]) -> bool:
    """Whether in every second question all options bear a chosen mark."""
    full = sum(all(any(name in marks for name in chosen) for marks in options) for options in borne)
    return bool(chosen) and 2 * full > len(borne)


def _fill_up(
    questions: Sequence[Block],
    borne: Sequence[Sequence[Mapping[str, Found]]],
    chosen: Mapping[str, bool],
    every: Mapping[str, int],
) -> dict[str, bool]:
    """Known marks in the questions that have neither a chosen mark nor a key line: files that mix two ways."""
    more: Counter[str] = Counter()
    for block, options in zip(questions, borne, strict=True):
        if not block.keys and not any(name in chosen for marks in options for name in marks):
            counts = Counter(name for marks in options for name in marks if _is_right(name))
            more.update(name for name, count in counts.items() if count < len(options))
    return {
        name: True for name, count in more.items() if not every.get(name) and (chosen or count >= 0.5 * len(questions))
    }


def _is_right(name: str) -> bool:
    kind, _, what = name.partition(" ")
    if name in _RIGHT_SIGNS or kind == "inner":
        return True
    if kind in {"before", "behind"}:
        known = what in _RIGHT_EMOJI or what in _RIGHT_ENDS or all(c in _TICKS for c in what)
        return known or (what in words(Part.CORRECT) and len(what) > 1)
    return False


def _is_wrong(name: str) -> bool:
    what = name.partition(" ")[2]
    return (
        what in words(Part.WRONG)
        or (what in {"x", "-"} and not name.startswith("box"))
        or (bool(what) and all(c in _CROSSES for c in what))
    )


def _mark(block: Block, options: Sequence[Mapping[str, Found]], chosen: Mapping[str, bool]) -> None:
    bearing = [next((name for name in chosen if name in marks), "") for marks in options]
    if all(bearing):
        block.doubt("Every option bears the mark of right options, so none is taken for the key.")
    for option, marks, name in zip(block.options, options, bearing, strict=True):
        option.marked = bool(name) and not all(bearing)
        _strip(option, marks, name)


def _strip(option: RawOption, marks: Mapping[str, Found], name: str) -> None:
    if not name:
        return
    found = marks[name]
    first_index, last_index = option.parts[0][0], option.parts[-1][0]
    option.parts[0] = (first_index, found.first)
    if len(option.parts) > 1:
        option.parts[-1] = (last_index, found.last)
