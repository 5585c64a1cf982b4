from __future__ import annotations

import os
import resource
import signal
import stat
import threading
from pathlib import Path

import pytest

from symgd.errors import DataError
from symgd.files import check_target, read_bytes, read_text, shown_path, write_file


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_and_replaced_only_with_force(tmp_path):
    path = tmp_path / "a.txt"
    write_file(path, "one")
    with pytest.raises(DataError, match="exists already"):
        write_file(path, "two")
    assert path.read_text() == "one"
    write_file(path, b"two", force=True)
    assert path.read_text() == "two"
    write_file(path, lambda temporary: temporary.write_text("three"), force=True)
    assert path.read_text() == "three"
    assert names_in(tmp_path) == ["a.txt"]


def test_new_files_have_the_usual_permissions_and_old_ones_keep_theirs(tmp_path):
    path = tmp_path / "a.txt"
    before = os.umask(0o027)
    try:
        write_file(path, "one")
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o600)
        write_file(path, "two", force=True)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(before)


def fails(path):
    path.write_text("half")
    raise RuntimeError("in the middle")


def test_what_fails_leaves_what_was_there(tmp_path):
    path = tmp_path / "a.txt"
    with pytest.raises(RuntimeError):
        write_file(path, fails)
    assert names_in(tmp_path) == []
    path.write_text("mine")
    with pytest.raises(RuntimeError):
        write_file(path, fails, force=True)
    assert path.read_text() == "mine"
    assert names_in(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("text", ["\ud800", "two words \udfff", "a" * 9000 + "\udc80"])
def test_a_text_that_utf8_cannot_hold_leaves_what_was_there(text, tmp_path):
    path = tmp_path / "a.txt"
    with pytest.raises(
        DataError, match=r"cannot write .*a\.txt: its text holds '\\ud[8cf][08f][0f]', half of a surrogate pair"
    ):
        write_file(path, text)
    assert names_in(tmp_path) == []
    path.write_text("mine")
    with pytest.raises(DataError, match="half of a surrogate pair"):
        write_file(path, text, force=True)
    assert path.read_text() == "mine"
    assert names_in(tmp_path) == ["a.txt"]


def test_a_full_disk_leaves_what_was_there(tmp_path):
    """A limit to the size of files stands for the disk."""
    path = tmp_path / "a.txt"
    path.write_text("mine")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(DataError, match=r"cannot write .*a\.txt"):
            write_file(path, "x" * 5000, force=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_text() == "mine"
    assert names_in(tmp_path) == ["a.txt"]


def test_of_many_writers_one_wins_and_the_others_are_told(tmp_path):
    path = tmp_path / "a.txt"
    outcomes = []

    def write(k):
        try:
            write_file(path, str(k) * 10_000)
            outcomes.append("written")
        except DataError:
            outcomes.append("refused")

    threads = [threading.Thread(target=write, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 7 + ["written"]
    assert len(set(path.read_text())) == 1
    assert names_in(tmp_path) == ["a.txt"]


def test_a_link_to_a_file_stays_a_link(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "target.txt").write_text("old")
    link = tmp_path / "link.txt"
    link.symlink_to("sub/target.txt")
    write_file(link, "new", force=True)
    assert link.is_symlink()
    assert (tmp_path / "sub" / "target.txt").read_text() == "new"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (os.mkfifo, "is a FIFO, and is not written over"),
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: path.symlink_to("/nonexistent/a"), "is a link that leads nowhere"),
        (lambda path: path.symlink_to("/dev/null"), "is a device"),
    ],
)
def test_what_is_no_file_is_not_written_over(make, message, tmp_path):
    path = tmp_path / "a.txt"
    make(path)
    with pytest.raises(DataError, match=message):
        check_target(path, force=True)
    with pytest.raises(DataError, match=message):
        write_file(path, "text", force=True)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xef\xbb\xbfa", "byte order mark"),
        ("a".encode("utf-16"), "UTF-16"),
        ("a".encode("utf-32"), "UTF-32"),
        (b"one\ntwo \xff", "line 2 holds the byte 0xff"),
        (b"x" * 101, "are read at most"),
    ],
)
def test_texts_are_plain_utf8_of_a_bounded_size(content, message, tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_text(path, 100)


def test_a_mark_may_be_allowed(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfa")
    assert read_text(path, 100, allow_mark=True) == "a"


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="there is no /proc here")
def test_files_without_a_size_are_bounded_too():
    with pytest.raises(DataError, match="are read at most"):
        read_bytes(Path("/proc/self/maps"), 10)


def test_shown_paths_are_one_line_of_bounded_length():
    assert shown_path("a\nb\x1b[2J\u202ec\udc80") == r"a\nb\x1b[2J\u202ec\udc80"
    long = shown_path("/folder" * 100 + "/file.txt")
    assert len(long) <= 120
    assert long.endswith("/file.txt")
