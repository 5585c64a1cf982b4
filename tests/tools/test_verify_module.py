"""Every registered function is judged or reported, and only files with the decorator are imported."""

from __future__ import annotations

import json

import pytest

from symgd.tools.cli import run_command
from symgd.tools.verify_module import registers_functions

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
