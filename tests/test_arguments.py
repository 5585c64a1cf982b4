"""Readers of arguments: what they return, and the one sentence with which they refuse."""

from __future__ import annotations

import contextlib
import math
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse.linalg
import sympy as sp

import symgd as sg
from symgd.arguments import (
    integer_of,
    read_array,
    read_choice,
    read_flag,
    read_function,
    read_list,
    read_mapping,
    read_names,
    read_number,
    read_path,
    read_seed,
    read_text,
    read_whole_number,
)
from symgd.errors import DataError, SymgdError, UnsupportedError
from tests.fuzz.values import without_formulas

READERS = {
    "array": lambda value: read_array(value, "x"),
    "function": lambda value: read_function(value, "progress"),
    "choice": lambda value: read_choice(value, ("a", "b"), "layout"),
    "flag": lambda value: read_flag(value, "prove"),
    "list": lambda value: read_list(value, "wrt", "as in"),
    "mapping": lambda value: read_mapping(value, "data", "as in"),
    "names": lambda value: read_names(value, "arguments"),
    "number": lambda value: read_number(value, "beta", "[0, 1)"),
    "path": read_path,
    "seed": read_seed,
    "text": lambda value: read_text(value, "a title"),
    "whole number": lambda value: read_whole_number(value, "epochs", 0, 10),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.filterwarnings("ignore")
def test_a_reader_returns_or_refuses_whatever_it_is_given(reader):
    for value in without_formulas().values():
        with contextlib.suppress(SymgdError):
            READERS[reader](value)


@pytest.mark.parametrize("value", [3, np.int8(3), np.array(3), sp.Integer(3)])
def test_whole_numbers_of_any_library(value):
    assert integer_of(value) == read_whole_number(value, "n") == 3


@pytest.mark.parametrize("value", [True, 3.0, "3", None, int, [3], np.array([3]), Fraction(3)])
def test_what_is_no_whole_number(value):
    assert integer_of(value) is None


@pytest.mark.parametrize("value", [0.5, Fraction(1, 2), np.float32(0.5), np.array(0.5), sp.Rational(1, 2), np.longdouble(0.5)])
def test_numbers_of_any_library(value):
    number = read_number(value, "beta")
    assert number == 0.5
    assert type(number) is float


@pytest.mark.parametrize("value", [1, -0.1, math.nan, "0.5", None, True, 10**400, Decimal("0.5"), 1j, np.array([0.5])])
def test_what_is_no_number_between_0_and_1(value):
    with pytest.raises(SymgdError, match=r"beta is a number in \[0, 1\), not "):
        read_number(value, "beta", "[0, 1)")


def test_ends_may_be_open_or_closed():
    assert read_number(math.inf, "longest", "(0, inf]") == math.inf
    for value, within in ((0, "(0, 1]"), (math.inf, "(0, inf)"), (-math.inf, "(-inf, inf)")):
        with pytest.raises(SymgdError, match="is a (positive )?number"):
            read_number(value, "x", within)


def test_flags_are_truth_values_of_python_or_numpy():
    assert read_flag(np.True_, "prove") is True
    for value in (1, 0, "yes", None, np.array([True, False]), sp.Symbol("x") < 1):
        with pytest.raises(SymgdError, match="prove is True or False, not "):
            read_flag(value, "prove")


def test_choices_name_what_there_is():
    with pytest.raises(UnsupportedError, match=r"no layout called \['a'\]\n  hint: choose one of a, b"):
        read_choice(["a"], ("a", "b"), "layout", UnsupportedError)


def test_paths_name_a_file():
    assert read_path("a/b.json") == read_path(Path("a/b.json")) == Path("a/b.json")
    for value in ("", "/", "a\0b", "\ud800", 3, b"x"):
        with pytest.raises(DataError, match="the path of a file"):
            read_path(value)


def test_a_text_is_no_list_of_names():
    assert read_names(["x", "y"], "arguments") == ("x", "y")
    with pytest.raises(SymgdError, match="arguments is a list of names, not 'xy'"):
        read_names("xy", "arguments")


def test_classes_and_operators_are_called_for_something_else():
    assert read_function(len, "progress") is len
    for value in (dict, sp.Function("f"), scipy.sparse.linalg.aslinearoperator(np.eye(2)), 3, None):
        with pytest.raises(SymgdError, match="progress is a function, not "):
            read_function(value, "progress")


def test_seeds_are_no_longer_than_entropy():
    assert read_seed(2**128 - 1) == np.random.default_rng(2**128 - 1).bit_generator.seed_seq.entropy
    with pytest.raises(SymgdError, match="a seed has 128 bits at most"):
        read_seed(2**128)


@pytest.mark.parametrize("value", [1j * np.ones((3, 2)), [[1j, 2], [3, 4]], np.ones((0, 2)), np.ones((2, 0))])
@pytest.mark.parametrize("function", [sg.convexity, sg.curvature_bounds, sg.safe_learning_rate])
def test_data_are_real_numbers(function, value):
    loss = sg.formula("mean((X @ w)**2)", shapes={"X": "m n", "w": "n"})
    with pytest.raises(DataError, match="real numbers|empty"):
        function(loss, "w", data={"X": value})


@pytest.mark.parametrize("argument", [np.ones(2), 1.0, None, "x"])
def test_functions_are_traced_with_inputs(argument):
    with pytest.raises(SymgdError, match="traced with inputs"):
        sg.formula(lambda x: x * 2, argument)
