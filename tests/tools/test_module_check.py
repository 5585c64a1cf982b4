"""Every registered function is judged or reported, and only files with the decorator are imported."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from symgd.tools.cli import run_command
from symgd.tools.module_check import registers_functions

HEAD = 'import sys\nimport symgd as sg\nRIGHT = sg.verified("x**2", wrt="x")\n'
RIGHT = '@sg.verified("x**2", wrt="x")\ndef right(x):\n    return 2*x\n'
WRONG = '@sg.verified("x**2", wrt="x")\ndef wrong(x):\n    return x\n'
ENDINGS = {
    "SystemExit": "raise SystemExit(0)",
    "SystemExit without a code": "sys.exit()",
    "BaseException": "raise BaseException('stop')",
    "GeneratorExit": "raise GeneratorExit",
    "RecursionError": "return leaves(x)",
    "MemoryError": "raise MemoryError",
    "an error without a text": "raise type('E', (Exception,), {'__str__': lambda self: 1/0})()",
}


@pytest.mark.parametrize("name", ENDINGS)
def test_a_function_that_leaves_is_reported_and_the_others_are_judged(name, tmp_path, capsys):
    path = tmp_path / "losses.py"
    leaves = f'@sg.verified("x**2", wrt="x")\ndef leaves(x):\n    {ENDINGS[name]}\n'
    path.write_text(HEAD + leaves + WRONG + RIGHT)
    assert run_command(["check", str(path), "--json"]) == 2
    found = {row["function"]: row["verdict"] for row in json.loads(capsys.readouterr().out)["checks"]}
    assert found == {"leaves": "ERROR", "wrong": "WRONG", "right": "RIGHT"}


@pytest.mark.parametrize(
    ("body", "code"), [(RIGHT, 0), (WRONG, 1), (RIGHT + WRONG, 1), ("", 2), (RIGHT + "raise SystemExit(0)\n", 2)]
)
def test_only_a_module_that_is_right_throughout_leaves_with_0(body, code, tmp_path, capsys):
    path = tmp_path / "losses.py"
    path.write_text("import symgd as sg\n" + body)
    assert run_command(["check", str(path)]) == code
    assert "Traceback" not in capsys.readouterr().err


def test_ctrl_c_in_a_function_interrupts(tmp_path):
    path = tmp_path / "losses.py"
    path.write_text("import symgd as sg\n" + RIGHT.replace("return 2*x", "raise KeyboardInterrupt"))
    assert run_command(["check", str(path)]) == 130


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import symgd as sg\n@sg.verified('x**2', wrt='x')\ndef f(x): return 2*x\n", True),
        ("import symgd\n@symgd.verified('x**2', wrt='x')\ndef f(x): return 2*x\n", True),
        ("from symgd import verified\n@verified('x**2', wrt='x')\ndef f(x): return 2*x\n", True),
        ("from symgd import verified as v\n@v('x**2', wrt='x')\ndef f(x): return 2*x\n", True),
        ("import symgd as sg\nf = sg.verified('x**2', wrt='x')(lambda x: 2*x)\n", True),
        ("# verified by hand\nraise SystemExit\n", False),
        ("'''All of this is verified.'''\nraise SystemExit\n", False),
        ("unverified = 3\nprint('verified')\n", False),
        ("def f(:  # verified\n", True),
        ("x = 1\n", False),
        ("", False),
    ],
)
def test_the_decorator_is_looked_for_and_not_the_word(text, expected, tmp_path):
    path = tmp_path / "a.py"
    path.write_text(text)
    assert registers_functions(path) is expected
    assert not registers_functions(tmp_path / "missing.py")
    assert not registers_functions(tmp_path)


HELPERS = """
import symgd as sg

def my_check(function):
    return sg.verified("x**2", wrt="x")(function)

def made(factor):
    @my_check
    def slope(x):
        return factor*x
    return slope

@my_check
def own(x):
    return 2*x
"""
USES = {
    "a decorator": "from helpers import my_check\n\n@my_check\ndef wrong(x):\n    return 3*x\n",
    "a function of its factory": "from helpers import made\n\nwrong = made(3)\n",
    "a call in a call": "from helpers import made\ndef make():\n    return made(3)\n\nwrong = make()\n",
    "a class": "from helpers import my_check\nclass A:\n    @staticmethod\n    @my_check\n    def f(x):\n        return 3*x\n",
}


@pytest.mark.parametrize("name", USES)
def test_a_file_is_judged_by_what_it_registers_through_another(name, tmp_path, capsys):
    """The other file's own registrations are judged where it is given itself; the line is that of the file."""
    path, helpers = tmp_path / "losses.py", tmp_path / "helpers.py"
    path.write_text(USES[name])
    helpers.write_text(HELPERS)
    assert run_command(["check", str(path), str(helpers), "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)["checks"]
    assert [(row["file"], row["verdict"]) for row in rows] == [(str(path), "WRONG"), (str(helpers), "RIGHT")]
    assert rows[0]["line"] in (3, 4)


def test_the_cause_is_found_and_the_digits_are_measured_while_the_neighbours_are_there(tmp_path, capsys):
    path = tmp_path / "losses.py"
    (tmp_path / "helpers.py").write_text("FACTOR = 3\n")
    path.write_text("import symgd as sg\n" + WRONG.replace("return x", "import helpers\n    return helpers.FACTOR * x"))
    assert run_command(["check", str(path)]) == 1
    assert "cause: " in capsys.readouterr().out


def test_a_function_that_fails_where_the_cause_is_looked_for_stays_wrong(tmp_path, capsys, monkeypatch):
    from symgd.checking.verdict import GradientCheck

    def fail(self):
        raise SystemExit(0)

    path = tmp_path / "losses.py"
    path.write_text("import symgd as sg\n" + WRONG + RIGHT)
    monkeypatch.setattr(GradientCheck, "causes", property(lambda self: fail(self) if self.find_causes else []))
    assert run_command(["check", str(path)]) == 1
    assert "wrong: gradient WRONG" in capsys.readouterr().out


@pytest.mark.parametrize("where", ["", "    "], ids=["while it is imported", "while it is called"])
@pytest.mark.parametrize("change", ["os.chdir(os.path.dirname(os.path.abspath(__file__)))", "os.environ['SLOPE'] = '2'"])
def test_what_one_file_does_to_the_process_does_not_reach_the_next(change, where, tmp_path, monkeypatch, capsys):
    """The second file is that of the folder in which the command was called, and has its own environment."""
    monkeypatch.chdir(tmp_path)
    head = "import os\nimport symgd as sg\n"
    body = '@sg.verified("x**2", wrt="x")\ndef slope(x):\n    {}return {}\n'
    for name in ("p/q", "q"):
        (tmp_path / name).mkdir(parents=True)
    first = body.format(f"{change}\n    ", "2*x") if where else f"{change}\n" + body.format("", "2*x")
    (tmp_path / "p" / "first.py").write_text(head + first)
    (tmp_path / "p" / "q" / "second.py").write_text(head + body.format("", "2*x"))
    wrong = "int(os.environ.get('SLOPE', '3'))*x"
    (tmp_path / "q" / "second.py").write_text(head + body.format("", wrong))
    assert run_command(["check", "p/first.py", "q/second.py"]) == 1
    out = capsys.readouterr().out
    assert "p/first.py:3: slope: gradient RIGHT" in out.replace("first.py:4", "first.py:3")
    assert "q/second.py:3: slope: gradient WRONG" in out
    assert Path.cwd() == tmp_path


def test_a_file_keeps_its_own_environment(tmp_path, capsys):
    (tmp_path / "a.py").write_text(
        'import os\nimport symgd as sg\nos.environ["SLOPE"] = "2"\n@sg.verified("x**2", wrt="x")\ndef slope(x):\n'
        '    return int(os.environ["SLOPE"])*x\n'
    )
    assert run_command(["check", str(tmp_path / "a.py")]) == 0
    assert "SLOPE" not in os.environ


@pytest.mark.parametrize("leave", ["os._exit(0)", "__import__('posix')._exit(0)"])
@pytest.mark.skipif(os.name != "posix", reason="another system has another module")
def test_a_module_that_ends_the_process_is_an_error(leave, tmp_path, capsys):
    (tmp_path / "a.py").write_text(f"import os\nimport symgd as sg\n{RIGHT}{leave}\n")
    assert run_command(["check", str(tmp_path / "a.py")]) == 2
