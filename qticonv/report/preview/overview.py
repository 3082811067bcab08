"""The top of the page: counts, what is withheld and why, filters; and the key for the paper version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from qticonv.diagnostics import Diagnostic, Effect, Severity
from qticonv.model import (
    ItemBank,
    KeySource,
    Section,
)
from qticonv.report.preview.entry import TYPE_NAMES, Entry, SourceText, short
from qticonv.report.preview.findings import SEVERITY_WORDS, badge, findings, where
from qticonv.report.preview.html import Html, join, prose, tag
from qticonv.report.preview.scoring import plain_number

_ZERO = Decimal(0)
_LONGEST_EXCERPT = 30  # lines


def counts(entries: Sequence[Entry]) -> Html:
    """Return the figures of the bank as a list of terms."""
    questions = [entry for entry in entries if entry.number is not None]
    sources = Counter(entry.source for entry in questions)
    points = sum((entry.item.points for entry in questions), start=_ZERO)
    cells = (
        tag("div", tag("dt", "points"), tag("dd", plain_number(points.normalize()))),
        _figure("passage", "passages", len(entries) - len(questions)),
        _figure("key stated", "keys stated", sources[KeySource.STATED]),
        _figure("key inferred", "keys inferred", sources[KeySource.INFERRED]),
        _figure("key reviewed", "keys reviewed", sources[KeySource.REVIEWED]),
        _figure("key undecided", "keys undecided", sources[KeySource.MISSING], class_="warn"),
        _figure("needs no key", "need no key", sources[None]),
    )
    total = tag("div", tag("dt", "question" if len(questions) == 1 else "questions"), tag("dd", str(len(questions))))
    return tag("dl", total, *cells, class_="counts")


def _figure(one: str, several: str, count: int, **attributes: str) -> Html | None:
    return tag("div", tag("dt", one if count == 1 else several), tag("dd", str(count)), **attributes) if count else None


def settings(bank: ItemBank) -> Html | None:
    """Return the settings of the quiz and its sections, as a line."""
    quiz, found = bank.quiz, []
    if quiz.attempts is not None:
        found.append(f"{quiz.attempts} attempt{'' if quiz.attempts == 1 else 's'}")
    if quiz.time_limit_minutes is not None:
        found.append(f"{plain_number(quiz.time_limit_minutes)} minutes")
    if quiz.shuffle_items:
        found.append("questions in random order")
    found.extend(_section(section) for section in bank.sections)
    return tag("p", join((tag("bdi", one) for one in found), " · "), class_="quiet") if found else None


def _section(section: Section) -> str:
    drawn = (
        f"{section.pick} of {len(section.items)} drawn" if section.pick is not None else f"{len(section.items)} items"
    )
    each = section.points_each
    worth = f", {plain_number(each)} point{'' if each == 1 else 's'} each" if each is not None else ""
    return f"{section.title}: {drawn}{worth}"


# --- withheld


def withheld(entries: Sequence[Entry], diagnostics: Sequence[Diagnostic], text: SourceText) -> Html | None:
    """Return what does not get into any file, and why; ``None`` if everything does."""
    kept_out = [entry for entry in entries if entry.is_withheld]
    listed = {entry.item.identifier for entry in kept_out}
    dropped = [finding for finding in diagnostics if _is_withheld(finding) and finding.item not in listed]
    rows = (*(_kept_out(entry) for entry in kept_out), *(_dropped(finding, text) for finding in dropped))
    if not rows:
        return None
    undecided = any(entry.source is KeySource.MISSING for entry in kept_out)
    note = "These go into no file." + (" Undecided keys can be chosen on this page." if undecided else "")
    title = tag("h2", f"Withheld: {len(rows)}", id="withheld")
    listing = tag("ul", *rows, class_="withheld", tabindex="0", aria_labelledby="withheld")
    return tag("section", title, tag("p", note), listing, aria_labelledby="withheld")


def _is_withheld(finding: Diagnostic) -> bool:
    """Whether the finding keeps something out of every file."""
    return finding.effect is Effect.WITHHELD and finding.target is None


def _kept_out(entry: Entry) -> Html:
    span = entry.item.span
    place = where(span, span.source if span else None)
    link = tag("a", entry.heading, href=f"#{entry.anchor}")
    quiet = tag("span", f" ({place})", class_="quiet") if place else None
    words = tag("bdi", short(entry.item.stem, 110))
    if entry.source is KeySource.MISSING:
        return tag("li", link, quiet, ": ", words, " — its key is undecided.", data_undecided=entry.anchor)
    serious = [finding for finding in entry.diagnostics if finding.severity is not Severity.NOTE]
    reasons = (tag("p", badge(SEVERITY_WORDS[one.severity]), " ", tag("bdi", one.message)) for one in serious)
    return tag("li", link, quiet, ": ", words, *reasons)


def _dropped(finding: Diagnostic, text: SourceText) -> Html:
    place = where(finding.span, text.name)
    words = join((tag("strong", place or finding.code.value.title), ": ", tag("bdi", finding.message)))
    hint = tag("p", prose(finding.hint or finding.code.value.remedy), class_="quiet")
    return tag("li", words, hint, _excerpt(finding, text))


def _excerpt(finding: Diagnostic, text: SourceText) -> Html | None:
    numbers = text.numbers(finding.span)
    if not numbers:
        return None
    excerpt = "\n".join(text.lines[number - 1][:400] for number in numbers[:_LONGEST_EXCERPT])
    return tag("details", tag("summary", "The lines"), tag("pre", excerpt, dir="auto"), class_="source")


def general_findings(entries: Sequence[Entry], diagnostics: Sequence[Diagnostic]) -> Html | None:
    """Return the findings that belong to no item of the page, in a closed list unless one is an error."""
    known = {entry.item.identifier for entry in entries}
    rest = [finding for finding in diagnostics if finding.item not in known and not _is_withheld(finding)]
    listed = findings(rest, title="About the file")
    if listed is None:
        return None
    is_open = any(finding.severity is Severity.ERROR for finding in rest)
    return tag("details", tag("summary", f"About the file: {len(rest)}"), listed, class_="about", open=is_open)


def targets(entries: Sequence[Entry], losses: Mapping[str, Sequence[Diagnostic]]) -> Html | None:
    """Return a table: for each target, how many items arrive complete, adapted, with a loss, or not at all."""
    if not losses:
        return None
    head = tag(
        "tr", *(tag("th", name, scope="col") for name in ("Target", "Complete", "Adapted", "With losses", "Left out"))
    )
    body = (_target_row(target, entries) for target in losses)
    caption = tag("caption", "What arrives where")
    return tag("table", caption, tag("thead", head), tag("tbody", *body), class_="targets-table")


def _target_row(target: str, entries: Sequence[Entry]) -> Html:
    worst = Counter(Effect.WITHHELD if entry.is_withheld else _worst(entry.losses.get(target, ())) for entry in entries)
    cells = (tag("td", str(worst[effect])) for effect in (None, Effect.ADAPTED, Effect.LOST, Effect.WITHHELD))
    return tag("tr", tag("th", target, tag("span", _label(target), class_="quiet"), scope="row"), *cells)


def _label(target: str) -> str:
    """Return what the format of that name is called."""
    from qticonv.formats import FORMATS

    return next((entry.label for entry in FORMATS if entry.name == target), "")


def _worst(found: Iterable[Diagnostic]) -> Effect | None:
    effects = {finding.effect for finding in found}
    return next((effect for effect in (Effect.WITHHELD, Effect.LOST, Effect.ADAPTED) if effect in effects), None)


# --- filters


def filters(entries: Sequence[Entry], losses: Mapping[str, Sequence[Diagnostic]]) -> Html:
    """Return the controls that narrow the list."""
    kinds = Counter(entry.kind for entry in entries)
    tags = Counter(name for entry in entries for name in dict.fromkeys(entry.item.tags))
    shown = (
        ("", "All items"),
        ("review", f"Needs review ({sum(entry.needs_review for entry in entries)})"),
        ("undecided", f"Key undecided ({sum(entry.source is KeySource.MISSING for entry in entries)})"),
        ("inferred", f"Key inferred ({sum(entry.source is KeySource.INFERRED for entry in entries)})"),
        ("lossy", f"Lossy in some target ({sum(entry.is_lossy for entry in entries)})"),
        *((f"lossy-{at}", f"Lossy in {target}") for at, target in enumerate(losses)),
    )
    types = (("", "All types"), *((kind, f"{TYPE_NAMES[kind]} ({kinds[kind]})") for kind in TYPE_NAMES if kinds[kind]))
    by_tag = (("", "All tags"), *((name, f"{short_name(name)} ({tags[name]})") for name in sorted(tags)))
    return join(
        (
            _select("filter-show", "Show", shown),
            _select("filter-type", "Type", types),
            _select("filter-tag", "Tag", by_tag) if tags else None,
        )
    )


def short_name(name: str) -> str:
    """Return a tag cut to what fits into a list."""
    return name if len(name) <= 40 else f"{name[:39]}…"


def _select(reference: str, label: str, options: Iterable[tuple[str, str]]) -> Html:
    listed = (tag("option", text, value=value) for value, text in options)
    return tag("div", tag("label", label, for_=reference), tag("select", *listed, id=reference), class_="filter")


def flags(entry: Entry, losses: Mapping[str, Sequence[Diagnostic]]) -> str:
    """Return the names of the filters that ``entry`` passes, for the page's script."""
    found = {
        "review": entry.needs_review,
        "undecided": entry.source is KeySource.MISSING,
        "inferred": entry.source is KeySource.INFERRED,
        "lossy": entry.is_lossy,
    }
    for at, target in enumerate(losses):
        found[f"lossy-{at}"] = _worst(entry.losses.get(target, ())) in (Effect.LOST, Effect.WITHHELD)
    return " ".join(name for name, passes in found.items() if passes)
