"""Formulas in index notation: what is written is read back as the same numbers, with indices nobody else uses."""

from __future__ import annotations

import pytest
import sympy as sp

import symgd as sg
from symgd.errors import UnsupportedError
from symgd.readers.sympy.index_writer import IndexWriter, in_indices
from symgd.readers.sympy.writer import _as_matrices, _entry_of


def written(text, **shapes):
    return in_indices(sg.formula(text, shapes=shapes), _entry_of, _as_matrices)


@pytest.mark.parametrize(
    ("text", "shapes", "kind"),
    [
        ("sum(x)", {"x": "n"}, sp.Expr),
        ("x*y", {"x": "n", "y": "n"}, sp.FunctionMatrix),
        ("outer(x, x)", {"x": "n"}, sp.FunctionMatrix),
        ("x[:, None, None]*T", {"x": "2", "T": "2 3 4"}, sp.Lambda),
    ],
)
def test_what_a_formula_becomes_by_its_axes(text, shapes, kind):
    assert isinstance(written(text, **shapes), kind)


@pytest.mark.parametrize("text", ["einsum('ij,ik,i->jk', X, X, y)", "sum(X**2, axis=0)", "exp(X.T @ y)", "X.T @ (y*y)"])
def test_what_is_written_is_read_back(text):
    formula = sg.formula(text, shapes={"X": "m n", "y": "m"} if "y" in text else {"X": "m n"})
    back = sg.formula(in_indices(formula, _entry_of, _as_matrices))
    assert {symbol.name for symbol in back.symbols} == {symbol.name for symbol in formula.symbols}


def test_every_index_is_fresh():
    writer = IndexWriter(sg.tensor("x"), _entry_of, _as_matrices)
    letters = [writer.fresh() for _ in range(30)]
    assert len(set(letters)) == 30
    assert all(letter.is_integer for letter in letters)


def test_an_entry_is_written_once():
    node = sg.formula("exp(x)*exp(x)", shapes={"x": "n"})
    writer = IndexWriter(node, _entry_of, _as_matrices)
    at = (writer.fresh(),)
    assert writer.entry(node, at) is writer.entry(node, at)


def test_depth_is_limited():
    formula = sg.tensor("x", "n")
    for _ in range(200):
        formula = sg.sin(formula) + 1
    with pytest.raises(UnsupportedError, match="nested too deep"):
        in_indices(sg.sum(formula), _entry_of, _as_matrices)
