"""The judge of hostile input notices what it is there for: programs, changes outside the folder, time, memory."""

from __future__ import annotations

import pytest

from tests.hostile.judge import CPU_SECONDS, MEGABYTES, Judge


@pytest.fixture(scope="module")
def judge():
    with Judge() as process:
        yield process


@pytest.mark.parametrize(
    "code",
    [
        "open({path!r}, 'w')",
        "__import__('os').remove({path!r})",
        "__import__('os').rename({path!r}, {path!r} + '2')",
        "__import__('os').mkdir({path!r} + '3')",
        "__import__('os').chmod({path!r}, 0)",
        "__import__('os').symlink('here', {path!r} + '4')",
        "__import__('os').symlink({path!r}, {path!r} + '5')",
        "__import__('os').truncate({path!r}, 0)",
        "folder.parent.joinpath('folder-beside').mkdir()",
    ],
)
def test_a_change_outside_the_folder_is_noticed(code, judge, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "outside").write_text("mine")
    assert judge.run(tmp_path / "folder", python=code.format(path=str(tmp_path / "outside")))["written"]


@pytest.mark.parametrize(
    "code",
    ["__import__('os').system('true')", "__import__('subprocess').run(['true'])", "__import__('os').execv('/bin/true', ['x'])"],
)
def test_a_program_is_noticed(code, judge, tmp_path):
    assert judge.run(tmp_path, python=code)["programs"]


def test_what_a_folder_may_hold_is_no_alarm(judge, tmp_path):
    found = judge.run(tmp_path, python="(folder / 'a').write_text('1'), (folder / 'b').mkdir(), (folder / 'a').unlink()")
    assert (found["code"], found["written"], found["programs"]) == (0, [], [])


def test_time_and_memory_are_measured(judge, tmp_path):
    found = judge.run(tmp_path, python="[np.ones(10**8).sum(), sum(range(10**8))]")
    assert found["seconds"] > CPU_SECONDS
    assert found["megabytes"] > MEGABYTES


def test_an_exit_code_and_the_streams_are_reported(judge, tmp_path):
    found = judge.run(tmp_path, arguments=["check", "x**2", "--gradient", "x", "--quiet"])
    assert (found["code"], found["out"], found["err"]) == (1, "WRONG\n", "")
