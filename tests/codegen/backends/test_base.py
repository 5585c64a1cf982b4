"""A backend is a class; one of a user's is found by its name."""

from __future__ import annotations

import sys
from typing import ClassVar

import numpy as np
import pytest

import symgd as sg
from symgd.codegen.libraries import BACKENDS
from symgd.errors import SymgdError, UnsupportedError
from symgd.extend import Backend


def test_a_backend_of_a_user_is_one_class():
    class Renamed(Backend):
        name, package, alias = "renamed", "numpy", "rn"
        spellings: ClassVar = {
            "sigmoid": "1 / (1 + exp(-{x}))",
            "norm2": lambda node, names, printer: f"sqrt(sum({names[0]}**2))",
        }

    assert Renamed.__name__ == "Renamed"
    f = sg.lambdify("x", sg.formula("sum(sigmoid(x + 1))*norm2(x)", shapes={"x": "n"}), backend="renamed")
    assert f.backend == "renamed"
    assert "import numpy as rn" in f.source
    assert "1 / (1 + rn.exp(-(x + 1)))" in f.source
    assert "rn.sqrt(rn.sum(x**2))" in f.source
    assert "np." not in f.source
    assert f(np.zeros(2)) == 0
    with pytest.raises(SymgdError, match="renamed"):
        sg.lambdify("x", "x", backend="missing")


def _twice(x):
    """Return x twice."""
    return np.concatenate([x, x])


def test_functions_of_a_users_file_are_copied():
    class Doubling(Backend):
        name, package, alias = "doubling", "numpy", "nd"
        runtime = (*Backend.runtime, sys.modules[__name__])
        spellings: ClassVar = {"exp": "_twice({x})"}

    assert "_twice" in Doubling.helpers()
    f = sg.lambdify("x", sg.formula("sum(exp(x))", shapes={"x": "n"}), backend="doubling")
    assert "    return nd.concatenate([x, x])" in f.source
    assert f(np.ones(2)) == 4
    assert "_twice" not in BACKENDS["numpy"].helpers()


def test_a_module_of_one_function_is_not_that_of_the_next():
    source = sg.lambdify("X", sg.formula("norm(X, 2) + trace(X) + sqrt(sum(X))", shapes={"X": "n n"})).source
    assert "np.linalg.norm(X, 2)" in source
    assert "np.trace(X)" in source


NUMPYS = [
    "exp",
    "log",
    "sin",
    "cos",
    "tan",
    "asin",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "sign",
    "floor",
    "ceil",
    "sqrt",
    "abs",
    "log1p",
]


@pytest.mark.parametrize("name", NUMPYS)
def test_what_is_not_declared_is_as_in_numpy(name):
    class Bare(Backend):
        name, package, alias = "bare", "a_library", "ba"

    ours = sg.lambdify("x", f"{name}(x/2)", source_only=True).splitlines()[-1]
    assert sg.lambdify("x", f"{name}(x/2)", backend="bare", source_only=True).splitlines()[-1] == ours.replace("np.", "ba.")


def test_special_functions_need_a_spelling():
    class Bare(Backend):
        name, package, alias = "bare", "numpy", "ba"

    with pytest.raises(UnsupportedError, match="erf has no code for bare"):
        sg.lambdify("x", "erf(x)", backend="bare")


def test_declarations_are_checked():
    with pytest.raises(SymgdError, match="a backend called numpy is declared already"):

        class Again(Backend):
            name, package, alias = "numpy", "numpy", "np"

    for words in (
        ("a b", "numpy", "np"),
        ("a", "numpy; import os", "np"),
        ("a", "numpy", ""),
        ("a", "", "np"),
        (3, "numpy", "np"),
    ):
        with pytest.raises(SymgdError, match="cannot be declared as a backend"):
            type("Wrong", (Backend,), dict(zip(("name", "package", "alias"), words, strict=True)))
    assert "a" not in BACKENDS


def test_a_class_without_a_name_is_a_base_for_others():
    class Family(Backend):
        spellings: ClassVar = {"exp": "exp({x})"}

    class Member(Family):
        name, package, alias = "member", "numpy", "mb"

    assert "mb.exp(x)" in sg.lambdify("x", "exp(x)", backend="member", source_only=True)
    assert Family not in BACKENDS.values()
    assert BACKENDS["member"] is Member
