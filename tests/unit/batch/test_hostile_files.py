"""Hostile files: a diagnostic each, in bounded time and memory, and the other files are done."""

from __future__ import annotations

import io
import json
import os
import re
import resource
import stat
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest
from batches import contents, make_sources, quiz, run

from qticonv.batch import runner
from qticonv.diagnostics import Code, Diagnostic
from qticonv.model import Source
from qticonv.outputs import MAX_INPUT, read_input

MANIFEST = (
    b'<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resource type="imsqti_item_xmlv2p1"/></manifest>'
)
MEMORY = 1_500_000_000  # of address space: a start takes a third of it


def package(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in (("imsmanifest.xml", MANIFEST), *members):
            archive.writestr(member, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(12))
HOSTILE = {
    "bomb.zip": (package(("items/big.xml", bytes(300_000_000))), "archive-unsafe"),
    "traversal.zip": (package(("../../outside.xml", b"<a/>")), "archive-unsafe"),
    "link.zip": (package((link("items/passwd.xml"), b"/etc/passwd")), "archive-unsafe"),
    "entities.xml": (f"<!DOCTYPE quiz [{ENTITIES}]><quiz>&e11;</quiz>".encode(), "xml-unsafe"),
    "deep.xml": (b"<quiz>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</quiz>", "xml-"),
    "brackets.bank.json": (
        b'{"schema_version": "1.0", "items": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "bank-invalid",
    ),
    "flow.bank.yaml": (b'schema_version: "1.0"\nitems: ' + b"[" * 5_000 + b"]" * 5_000 + b"\n", "bank-invalid"),
    "aliases.bank.yaml": (
        b'schema_version: "1.0"\na0: &a0 [x, x]\n'
        + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 12)),
        "bank-invalid",
    ),
}


def write_hostile(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, (data, _) in HOSTILE.items():
        (folder / name).write_bytes(data)


def limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def check(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run ``qticonv check`` with little memory."""
    command = [sys.executable, "-m", "qticonv", "check", *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, preexec_fn=limit_memory, check=False)
    assert "Traceback" not in done.stderr
    return done


def test_check_names_each_of_them(tmp_path: Path) -> None:
    write_hostile(tmp_path)
    began = time.monotonic()
    done = check(*HOSTILE, "--format", "github", cwd=tmp_path)
    assert time.monotonic() - began < 30
    assert done.returncode == 1, done.stderr
    for name, (_, code) in HOSTILE.items():
        assert re.search(rf"^::error file={re.escape(name)},title={code}", done.stdout, re.MULTILINE), name


def test_batch_refuses_each_of_them_and_converts_the_others(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "src", 2)
    write_hostile(sources)
    done = run("src", "-o", "out", "-t", "gift", "-j", "1", "--report", "report.json", cwd=tmp_path)
    assert done.returncode == 1
    assert sorted(contents(tmp_path / "out")) == ["unit0/quiz000.gift.txt", "unit1/quiz001.gift.txt"]
    assert re.search(rf"^refused +{len(HOSTILE)}$", done.stderr, re.MULTILINE)
    assert not (tmp_path / "outside.xml").exists()
    errors = [record for record in json.loads((tmp_path / "report.json").read_text()) if record["severity"] == "error"]
    assert len(errors) >= len(HOSTILE)


def test_what_is_no_file_is_reported_or_passed_over(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "src", 1)
    (sources / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    (sources / "self.txt").symlink_to(sources / "self.txt")
    os.mkfifo(sources / "pipe.txt")
    (sources / "up").symlink_to(tmp_path, target_is_directory=True)
    deep = sources.joinpath(*["d"] * 70)
    deep.mkdir(parents=True)
    (deep / "quiz.txt").write_text(quiz(5), encoding="utf-8")
    done = run("src", "-o", "out", "-t", "gift", "-j", "1", cwd=tmp_path)
    assert done.returncode == 4
    assert "src/gone.txt: no such file" in done.stderr
    assert "src/self.txt: too many levels of symbolic links" in done.stderr
    assert re.search(r"src/d/d/[d/]+: folders are nested deeper than 64", done.stderr)
    assert list(contents(tmp_path / "out")) == ["unit0/quiz000.gift.txt"]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """Memory that is not mapped: an error for every user, root included."""
    sources = make_sources(tmp_path / "src", 1)
    (sources / "broken.txt").symlink_to("/proc/self/mem")
    done = run("src", "-o", "out", "-t", "gift", "-j", "1", cwd=tmp_path)
    assert done.returncode == 4
    assert "src/broken.txt: input/output error" in done.stderr
    assert list(contents(tmp_path / "out")) == ["unit0/quiz000.gift.txt"]


def test_a_folder_that_cannot_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = make_sources(tmp_path / "src", 2)
    scan = os.scandir

    def refuse(path: Path) -> object:
        if path.name == "unit1":
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    jobs, found = runner.find_jobs([str(sources)], str(tmp_path / "out"))
    assert [job.name for job in jobs] == ["unit0/quiz000.txt"]
    assert [(d.code, "unit1: permission denied" in d.message) for d in found] == [(Code.INPUT_UNREADABLE, True)]


def test_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "quiz.txt"
    path.write_bytes(b"1. Which?\n" * 5_000_000)
    stop = threading.Event()

    def keep_writing() -> None:
        with path.open("r+b", buffering=0) as file:
            while not stop.is_set():
                file.seek(0)
                file.write(os.urandom(64))

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        got = read_input(str(path))
    finally:
        stop.set()
        writer.join()
    assert isinstance(got, Diagnostic)
    assert got.code is Code.INPUT_CHANGED
    assert isinstance(read_input(str(path)), Source), "and is read once nobody writes any more"


def test_devices_and_pipes_are_read_to_a_limit(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"1. Which?\n" * 20_000,))
    writer.start()
    got = read_input(str(pipe))
    writer.join()
    assert isinstance(got, Source)
    assert len(got.data) == 200_000


def test_a_device_without_an_end_is_refused(tmp_path: Path) -> None:
    done = check("/dev/zero", cwd=tmp_path)
    assert done.returncode == 4
    assert f"zero is larger than {MAX_INPUT // 2**20} MiB" in done.stderr


MEASURE = """
import json, resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL).returncode
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024]))
"""


def measure(*arguments: str, cwd: Path) -> tuple[float, int]:
    """Return the CPU seconds of a batch and the memory of its largest process in bytes.

    A process in between measures: a child's peak begins with that of its parent, and the tests' own is large.
    """
    command = [sys.executable, "-c", MEASURE, sys.executable, "-m", "qticonv", "batch", *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, check=True)
    status, seconds, memory = json.loads(done.stdout)
    assert status == 0
    return seconds, memory


@pytest.mark.slow
def test_many_tiny_files_take_bounded_time_and_memory(tmp_path: Path) -> None:
    count = 2_000
    for number in range(count):
        path = tmp_path / "src" / f"folder{number // 500}" / f"quiz{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"1. Which is {number}?\nA. one\nB. two\nAnswer: B\n", encoding="utf-8")
    first, memory = measure("src", "-o", "out", "-t", "gift", "-j", "2", cwd=tmp_path)
    second, again = measure("src", "-o", "out", "-t", "gift", "-j", "2", cwd=tmp_path)
    assert len(contents(tmp_path / "out")) == count
    assert max(memory, again) < 80_000_000
    assert first / count < 0.02
    assert second < first / 3, "a third of a second of it is the start"
