"""Whatever is printed arrives, in any encoding, and a terminal obeys none of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from symgd.explain.notation.names import unicode_name
from symgd.tools.streams import in_ascii

LOSS = ("mean(log(1 + exp(-y*(X @ w))))", "--shapes", "X: m n; y: m; w: n", "--wrt", "w")
COMMANDS = {
    "derive": ("derive", *LOSS, "--steps"),
    "check": ("check", *LOSS),
    "convexity": ("convexity", "x**2 - sin(2*x)", "--proof"),
    "taylor": ("taylor", "exp(θ)", "--remainder"),
    "help": ("derive", "--help"),
    "refusal": ("derive", "θ²"),
}
ENCODINGS = ["cp949", "euc-kr", "cp1252", "shift_jis", "latin-1", "ascii"]


def run(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "symgd.tools.cli", *arguments],
        capture_output=True,
        check=False,
        cwd=cwd,
        timeout=100,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
    )


@pytest.fixture(scope="module")
def in_unicode() -> dict[str, subprocess.CompletedProcess[bytes]]:
    return {name: run(*arguments, PYTHONIOENCODING="utf-8") for name, arguments in COMMANDS.items()}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", ["derive", pytest.param("refusal", marks=pytest.mark.study)])
def test_every_encoding_prints_everything(name, encoding, in_unicode):
    """The same exit code, and the same text but for the letters that the encoding has no place for."""
    found, expected = run(*COMMANDS[name], PYTHONIOENCODING=encoding), in_unicode[name]
    assert found.returncode == expected.returncode
    for stream in ("stdout", "stderr"):
        text, full = getattr(found, stream).decode(encoding), getattr(expected, stream).decode()
        assert "Traceback" not in text
        assert in_ascii(text) == in_ascii(full)
        for line, whole in zip(text.splitlines(), full.splitlines(), strict=True):
            if whole.isascii():
                assert line == whole


@pytest.mark.parametrize("name", COMMANDS)
def test_ascii_spells_mathematics(name, in_unicode):
    found = run(*COMMANDS[name], PYTHONIOENCODING="ascii")
    assert found.returncode == in_unicode[name].returncode
    text = (found.stdout + found.stderr).decode("ascii")
    assert "\\u" not in text
    assert "?" not in text.replace("WRONG", "")


def test_a_run_in_a_korean_locale_reaches_its_end(tmp_path):
    """The encoding is that of the locale, where Python follows it."""
    made = subprocess.run(
        ["localedef", "-i", "ko_KR", "-f", "EUC-KR", str(tmp_path / "ko_KR.EUC-KR")], capture_output=True, check=False
    ) if Path("/usr/bin/localedef").exists() else None  # fmt: skip
    if not (tmp_path / "ko_KR.EUC-KR").exists():
        pytest.skip(f"no locale ko_KR.EUC-KR can be made here: {made.stderr[:100] if made else 'localedef is missing'}")
    (tmp_path / "a.toml").write_text('title = "기울기 µ"\nformula = "x**2"\nwrt = "x"\nstart = 1.0\n', encoding="utf-8")
    done = run("run", "a.toml", cwd=tmp_path, LOCPATH=str(tmp_path), LC_ALL="ko_KR.EUC-KR", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert "기울기" in done.stdout.decode("euc-kr")
    assert (tmp_path / "a-report" / "weights.npz").exists()


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("∇_w L = 2 Xᵀ(Xw − y) / m", "grad_w L = 2 X^T(Xw - y) / m"),
        ("x²³ⁿ", "x^23n"),
        ("x₁₂", "x_12"),
        ("θᵀx", "theta^Tx"),
        ("Λ ≤ ½", "Lambda <= 1/2"),
        ("한", "\\ud55c"),
        ("é", "e"),
        ("plain", "plain"),
    ],
)
def test_spellings(text, spelled):
    assert in_ascii(text) == spelled


def test_greek_letters_are_spelled_as_they_are_typed():
    for name in ("alpha", "lambda", "omega", "Gamma", "Omega"):
        assert in_ascii(unicode_name(name)) == name


def test_closed_streams_are_no_traceback(tmp_path):
    """A shell closes standard output, standard error, or all three; files that are opened later are not written into."""
    (tmp_path / "a.toml").write_text('formula = "x**2"\nwrt = "x"\nstart = 1.0\n')
    for closing, code in ((">&-", 0), ("2>&-", 0), ("<&- >&- 2>&-", 0)):
        done = subprocess.run(
            f"{sys.executable} -m symgd.tools.cli run a.toml --json {closing}; echo $? > code",
            shell=True, capture_output=True, check=False, cwd=tmp_path, timeout=100,
        )  # fmt: skip
        assert b"Traceback" not in done.stderr
        assert int((tmp_path / "code").read_text()) == code
    for path in tmp_path.glob("*-report*"):
        assert json.loads((path / "run.json").read_text())["version"] == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("extra", [[], ["--json"], ["--quiet"]], ids=str)
def test_a_full_disk_behind_standard_output_is_one_message(extra):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "symgd.tools.cli", "derive", "x**2", *extra],
            stdout=full, stderr=subprocess.PIPE, check=False, timeout=100,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == b"OSError: standard output: No space left on device\n"


@pytest.mark.parametrize("words", ["--help", "derive --help", "--version", "nope"])
def test_a_reader_that_goes_is_no_traceback(words):
    done = subprocess.run(
        f"{sys.executable} -m symgd.tools.cli {words} | true",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize(
    ("command", "code"),
    [("check x**2 --gradient x", 1), ("convexity sin(x)*y+gamma(x) --budget 0.1", 3), ("derive 2*(", 2), ("check x**2", 0)],
)
@pytest.mark.parametrize("stream", ["stdout", pytest.param("stderr", marks=pytest.mark.study)])
def test_a_reader_that_goes_does_not_change_the_verdict(command, code, stream):
    reader, writer = os.pipe()
    os.close(reader)
    other = "stderr" if stream == "stdout" else "stdout"
    done = subprocess.run(
        [sys.executable, "-u", "-m", "symgd.tools.cli", *command.split()],
        check=False, timeout=100, **{stream: writer, other: subprocess.PIPE},
    )  # fmt: skip
    os.close(writer)
    assert done.returncode == code
    assert b"Traceback" not in getattr(done, other)
    if stream == "stderr" and code != 2:
        assert done.stdout


@pytest.mark.parametrize("extra", [[], ["--json"], ["--quiet"]], ids=str)
def test_a_run_whose_reader_goes_writes_its_report(extra, tmp_path):
    (tmp_path / "a.toml").write_text('formula = "x**2"\nwrt = "x"\nstart = 1.0\n')
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-u", "-m", "symgd.tools.cli", "run", "a.toml", *extra],
        check=False, timeout=100, stdout=writer, stderr=subprocess.PIPE, cwd=tmp_path,
    )  # fmt: skip
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "a-report" / "index.html").exists()


def test_a_file_name_that_the_locale_cannot_encode_is_named(tmp_path):
    (tmp_path / "a.toml").write_text(
        'formula = "x*w**2"\nwrt = "w"\n[data]\nx = { file = "größe.csv", column = "a" }\n', encoding="utf-8"
    )
    (tmp_path / "größe.csv").write_text("a\n1\n")
    done = run("run", "a.toml", cwd=tmp_path, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 2
    assert b"cannot be written in ascii, the encoding of file names here" in done.stderr
    assert b"PYTHONUTF8=1" in done.stderr


def test_a_terminal_obeys_nothing(tmp_path):
    (tmp_path / "a.toml").write_text(
        'title = "\\u001b[2J\\u202e title"\nformula = "x**2"\nwrt = "x"\nstart = 1.0\n[descent]\nepochs = 2\n'
    )
    done = run("run", "a.toml", "-o", "re\x1b[31mport", cwd=tmp_path)
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout + done.stderr
    assert "\u202e" not in done.stdout.decode()
    assert r"\x1b[2J\u202e title" in done.stdout.decode()
    assert r"re\x1b[31mport" in done.stdout.decode()
