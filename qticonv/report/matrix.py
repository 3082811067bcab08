"""The capability table for people: what each target holds of each kind of question."""

from __future__ import annotations

from collections.abc import Iterator

from qticonv.writers.capabilities import TABLE, Cell, Feature, Hold, Kind, cell


def exceptions() -> Iterator[tuple[str, Kind | None, Feature, Cell]]:
    """Yield every cell that is not full, as (target, row or ``None`` for all rows, column, cell), in a fixed order."""
    for target, table in TABLE.items():
        for (kind, feature), entry in sorted(table.items(), key=lambda pair: _order(*pair[0])):
            if entry.hold is not Hold.FULL:
                yield target, kind, feature, entry


def _order(kind: Kind | None, feature: Feature) -> tuple[int, int]:
    return list(Feature).index(feature), -1 if kind is None else list(Kind).index(kind)


def render_matrix() -> str:
    """Return the table as text: which kinds each target holds, then every exception in words."""
    targets = tuple(TABLE)
    width = max(len(kind.value) for kind in Kind)
    out = [f"{'':{width}}  {'  '.join(f'{target:<8}' for target in targets)}".rstrip()]
    for kind in Kind:
        holds = (cell(target, kind, Feature.ITSELF).hold for target in targets)
        out.append(f"{kind.value:{width}}  {'  '.join(f'{hold.value:<8}' for hold in holds)}".rstrip())
    out += ["", "What is not held in full:"]
    for target, row, feature, entry in exceptions():
        out.append(f"  {target}: {row or 'every kind'}: {feature.value}: {entry.hold}: {entry.note}")
    return "\n".join(out) + "\n"
