"""A large bank converts in memory that grows by little more than its texts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

QUESTION = """{n}. In which year did the harbour of town {n} open its second basin to ships from overseas?
A. In the year {a}, when the first lighthouse of the bay was built
B. In the year {b}, after the railway had come to the coast at last
C. In the year {c}, together with the new market hall
Answer: B
Explanation: The railway came first, and with it the ships: the basin was opened in the same summer, in {b}.

"""
MEASURE = """
import json, resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024]))
"""


def measure(count: int, folder: Path) -> tuple[float, int, int]:
    """Return CPU seconds and peak memory of a conversion into three formats, and the size of the input, in bytes.

    A process in between measures: a child's peak begins with that of its parent, and the tests' own is large.
    """
    path = folder / f"bank{count}.txt"
    path.write_text(
        "".join(QUESTION.format(n=n, a=1800 + n % 50, b=1860 + n % 60, c=1930) for n in range(1, count + 1))
    )
    command = [sys.executable, "-c", MEASURE, sys.executable, "-m", "qticonv", "convert", str(path), "-o", str(folder)]
    done = subprocess.run(command, capture_output=True, check=True)
    status, seconds, memory = json.loads(done.stdout)
    assert status == 0
    return seconds, memory, path.stat().st_size


@pytest.mark.slow
def test_time_and_memory_grow_with_the_bank_and_no_faster(tmp_path: Path) -> None:
    seconds, memory, size = measure(4_000, tmp_path)
    more_seconds, more_memory, more_size = measure(16_000, tmp_path)
    assert more_seconds < 4.6 * seconds
    assert more_memory - memory < 10 * (more_size - size)
    for suffix in (".qti21.zip", ".moodle.xml", ".gift.txt"):
        assert (tmp_path / f"bank16000{suffix}").stat().st_size > 3.9 * (tmp_path / f"bank4000{suffix}").stat().st_size
