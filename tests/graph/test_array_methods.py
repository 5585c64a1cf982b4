"""The methods that type checkers see are those that formulas have, with parameters of the same names."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import numpy as np
import pytest

import symgd as sg
from symgd.graph import array_methods
from symgd.graph.array_methods import ArrayMethods
from symgd.graph.array_protocols import ARRAY_METHODS
from symgd.graph.node import Node

TREE = ast.parse(Path(array_methods.__file__).read_text(encoding="utf-8"))
STUBS = {node.name: node for node in ast.walk(TREE) if isinstance(node, ast.FunctionDef)}
X, V = sg.tensor("X", "3 3"), sg.tensor("v", "3")
ARGUMENTS = {  # by the name of a parameter, what may be given
    "axis": 0, "keepdims": True, "ddof": 1, "a_min": 0, "a_max": 1, "b": V, "indices": [0, 1], "axis1": 0, "axis2": 1,
    "order": "F", "dtype": float, "decimals": 0,
}  # fmt: skip
BY_PLACE = {"reshape": (9,), "transpose": (1, 0), "dot": (V,), "swapaxes": (0, 1)}
"""What is given to the methods whose first parameters NumPy takes by their places only."""
CASES = [(name, parameter.arg) for name, stub in STUBS.items() for parameter in (*stub.args.args[1:], *stub.args.kwonlyargs)]


def required_of(name):
    """Return the parameters of a stub that have no default."""
    arguments = STUBS[name].args
    return [argument.arg for argument in arguments.args[1 : len(arguments.args) - len(arguments.defaults)]]


def test_every_stub_is_a_method_of_formulas():
    assert len(STUBS) > 20
    assert set(STUBS) <= ARRAY_METHODS


def test_every_method_of_arrays_has_a_stub_where_it_gives_a_formula():
    refused = {"argmax", "item"}
    conditions = {"any", "all"}  # answered while a function is traced
    assert [name for name in ARRAY_METHODS - set(STUBS) - refused - conditions if hasattr(np.ndarray, name)] == []


@pytest.mark.parametrize(("name", "parameter"), CASES)
def test_a_method_takes_each_parameter_that_its_stub_names(name, parameter):
    place = BY_PLACE.get(name, ())
    options = {} if place and parameter in required_of(name) else {parameter: ARGUMENTS[parameter]}
    if not place:
        options |= {argument: ARGUMENTS[argument] for argument in required_of(name)}
    operand = {"squeeze": X[None], "take": V}.get(name, X)
    assert isinstance(getattr(operand, name)(*place, **options), Node)


@pytest.mark.parametrize("name", STUBS)
def test_a_stub_returns_a_formula_and_is_never_run(name):
    assert ast.unparse(STUBS[name].returns) == "N"
    assert name not in vars(ArrayMethods)
    assert all(isinstance(line, ast.Expr) and line.value.value is ... for line in STUBS[name].body)


def test_the_class_adds_nothing_to_formulas_when_a_program_runs():
    assert ArrayMethods in inspect.getmro(Node)
    assert ArrayMethods.__slots__ == ()
