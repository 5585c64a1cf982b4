"""What type checkers and editors read is what is declared."""

from __future__ import annotations

import inspect

import symgd as sg
from symgd.graph.primitive import FUNCTIONS
from tests.public_stub import STUB, names, parameters, public_names, written


def test_the_stub_has_every_function_of_the_language():
    assert STUB.read_text(encoding="utf-8") == written(), "run: python -m tests.public_stub"


def test_no_function_is_left_out():
    assert set(names()) | public_names() >= set(FUNCTIONS)


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
