"""What type checkers and editors read is what is declared."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys

import symgd as sg
from tests.public_stub import STUB, parameters, public_names


def test_the_stub_has_every_function_of_the_language():
    """In a process of its own: other tests declare functions."""
    code = (
        "from symgd.graph.primitive import FUNCTIONS\n"
        "from tests.public_stub import STUB, names, public_names, written\n"
        "assert set(names()) | public_names() >= set(FUNCTIONS)\n"
        "assert STUB.read_text(encoding='utf-8') == written(), 'run: python -m tests.public_stub'\n"
    )
    root = STUB.parent.parent
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run([sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_functions_are_no_public_names_of_the_package_itself():
    """``from symgd import *`` takes neither ``sum`` nor ``max``."""
    assert set(sg.__all__) == public_names()


def test_parameters_are_named_after_the_declaration():
    found = {name: [one.name for one in parameters(name)] for name in ("exp", "besselj", "elu", "where", "add", "sum")}
    assert found == {
        "exp": ["x"],
        "besselj": ["order", "x"],
        "elu": ["x", "scale"],
        "where": ["condition", "x", "y"],
        "add": ["operands"],
        "sum": ["x", "axis", "keepdims"],
    }
    assert [one.default is inspect.Parameter.empty for one in parameters("elu")] == [True, False]
