"""The script that runs each test file alone draws files by a seed, and sees what fails alone."""

from __future__ import annotations

from random import Random

import pytest

from tests.run_each_file_alone import ROOT, drawn, files_below, main, run_alone


def test_a_seed_draws_the_same_files():
    files = files_below([ROOT / "tests"])
    assert ROOT / "tests" / "readers" / "numpy" / "test_traced.py" in files
    assert not any(file.name == "conftest.py" for file in files)
    assert drawn(files, 10, Random(3)) == drawn(files, 10, Random(3)) != drawn(files, 10, Random(4))
    assert sorted(drawn(files, None, Random(0))) == sorted(files)
    assert len(drawn(files, 10**6, Random(0))) == len(files)
    assert ROOT / "symgd" / "errors.py" in files_below([ROOT / "symgd"])


@pytest.mark.parametrize(
    ("content", "word", "code"),
    [("def test_it():\n    pass\n", "passed", 0), ("def test_it():\n    assert 0\n", "FAILED", 1), ("", "passed", 0)],
)
def test_what_fails_alone_is_reported(tmp_path, capsys, content, word, code):
    file = tmp_path / "test_example.py"
    file.write_text(content)
    assert main([str(file), "--seed", "7"]) == code
    said = capsys.readouterr().out
    assert "--seed 7" in said
    assert word in said
    assert said.count(file.name) >= 1 + code


def test_the_tests_of_a_file_are_shuffled():
    outcome = run_alone(ROOT / "tests" / "test_errors.py", 7, 600, ["-m", ""])
    assert outcome.is_passed, outcome.output
    assert outcome.command == "python -m pytest -q -x --shuffle-seed=7 -m '' tests/test_errors.py"
    assert " passed in " in str(outcome)


def test_a_file_that_takes_too_long_is_reported(tmp_path, capsys):
    file = tmp_path / "test_example.py"
    file.write_text("import time\n\ndef test_it():\n    time.sleep(60)\n")
    assert main([str(file), "--seconds", "0.2"]) == 1
    assert "took too long" in capsys.readouterr().out


def test_a_path_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SystemExit, match="there is no"):
        main([str(tmp_path / "nothing")])
