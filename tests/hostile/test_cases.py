"""Every case of hostile input ends in one message and exit code 2, within bounds, and leaves nothing behind."""

from __future__ import annotations

import json
import re
import stat

import pytest

from tests.hostile import command_cases, data_cases, problem_cases
from tests.hostile.judge import CPU_SECONDS, MEGABYTES, Judge

CASES = [*data_cases.CASES, *problem_cases.CASES, *command_cases.CASES]
IN_PYTHON = [case for case in CASES if case.python is not None]
TABLES = (data_cases.CASES, problem_cases.CASES, command_cases.CASES)


@pytest.fixture(scope="module")
def judge():
    with Judge() as process:
        yield process


def content_of(folder):
    """Return what lies in a folder: the bytes of regular files, and the kinds of other things."""
    found = {}
    for path in folder.rglob("*"):
        status = path.lstat()
        found[path] = (status.st_mode, status.st_size)
        if stat.S_ISREG(status.st_mode) and status.st_size < 10**7:
            found[path] += (path.read_bytes(),)
    return found


def judged(judge, case, folder, **request):
    """Run a case; what holds for all of them is asserted here."""
    if not folder.exists():
        folder.mkdir()
        case.make_files(folder)
    before = content_of(folder)
    found = judge.run(folder, **request)
    words = f"{case.name}: exit code {found['code']}\n{found['out'][:300]}\n{found['err'][:600]}"
    assert "Traceback" not in found["err"], words
    assert found["code"] == case.code, words
    assert found["seconds"] <= CPU_SECONDS, f"{case.name}: {found['seconds']} s"
    assert found["megabytes"] <= MEGABYTES, f"{case.name}: {found['megabytes']} MB"
    assert found["programs"] == [], words
    assert found["written"] == [], words
    assert content_of(folder) == before, words
    return found


def assert_one_message(text):
    assert re.match(r"[A-Z][A-Za-z]*Error: \S", text), text
    assert len(re.findall(r"^[A-Z][A-Za-z]*Error: ", text, re.MULTILINE)) == 1, text
    assert len(text) < 1000
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text), ascii(text)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_hostile_input_is_one_message(case, judge, tmp_path):
    found = judged(judge, case, tmp_path / "folder", arguments=list(case.arguments))
    assert found["out"] == ""
    assert_one_message(found["err"])
    assert re.search(case.message, found["err"]), found["err"]
    if case.name in command_cases.WITHOUT_JSON:
        return
    found = judged(judge, case, tmp_path / "folder", arguments=[*case.arguments, "--json"])
    assert found["err"] == ""
    answer = json.loads(found["out"])
    assert answer["version"] == 1
    assert set(answer["error"]) == {"kind", "message", "hint"}
    assert re.search(case.message, answer["error"]["message"]), answer


@pytest.mark.parametrize("case", IN_PYTHON, ids=str)
def test_the_same_through_python(case, judge, tmp_path):
    found = judged(judge, case, tmp_path / "folder", python=case.python)
    assert_one_message(found["err"])
    assert re.search(case.python_message or case.message, found["err"]), found["err"]


def test_there_are_enough_cases():
    assert len(CASES) >= 150
    for table in TABLES:
        assert len({case.name for case in table}) == len(table)
