"""Scalars are written as chains of matrix products, with as few transposes as there can be."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.primitives.pairwise import pairwise
from symgd.primitives.textbook_forms import as_chain

SHAPES = {"x": "n", "y": "m", "z": "n", "A": "m n", "S": "n n", "B": "n k", "C": "k m"}
CHAINS = [  # contraction, as it is written
    ("einsum('i,ij,j->', x, S, x)", "x @ S @ x"),
    ("einsum('ij,i,j->', S, x, z)", "x @ S @ z"),
    ("einsum('ij,j,i->', S, x, z)", "z @ S @ x"),
    ("x @ A.T @ y", "x @ A.T @ y"),  # as it was typed
    ("einsum('ij,i,j->', A, y, x)", "y @ A @ x"),
    ("(S @ x) @ x", "x @ S @ x"),
    ("sum(y*(A @ (S @ x)))", "sum(y * (A @ (S @ x)))"),
    ("einsum('ij,jk,kl,l->i', S, S, S, x)", "S @ (S @ (S @ x))"),  # no scalar
    ("einsum('ij,jk,ki->', A, B, C)", "trace(A @ B @ C)"),
    ("einsum('ij,kj,ki->', B, B, S)", "trace(B.T @ S @ B)"),
    ("einsum('ij,ij->', A, A)", "sum(A * A)"),
    ("einsum('i,i,i->', x, z, x)", "x**2 @ z"),
    ("einsum('ij,jk,kl->il', S, S, S)", "S @ S @ S"),
    ("S.T @ S.T @ S.T", "(S @ S @ S).T"),
    ("B.T @ S.T", "(S @ B).T"),
    ("S.T @ (S @ S.T)", "S.T @ S @ S.T"),  # the transpose of the product has two
]


def _read(text):
    return sg.formula(text, shapes={name: shape for name, shape in SHAPES.items() if name in text})


@pytest.mark.parametrize(("text", "written"), CHAINS)
def test_a_scalar_is_written_as_a_chain(text, written):
    formula = _read(text)
    assert str(formula) == written or str(sg.simplify(formula)) == written


@pytest.mark.parametrize("text", [text for text, _ in CHAINS])
def test_what_is_written_is_the_same_formula(text):
    formula = _read(text)
    again = _read(str(formula))
    random = np.random.default_rng(0)
    sizes = {"m": 2, "n": 3, "k": 4}
    values = {node.name: random.normal(size=[sizes[part] for part in SHAPES[node.name].split()]) for node in formula.symbols}
    arguments = [node.name for node in formula.symbols]
    one, other = (sg.lambdify(arguments, part)(*(values[name] for name in arguments)) for part in (formula, again))
    np.testing.assert_allclose(one, other, rtol=1e-13)


def test_what_is_no_chain_is_left():
    S, x = sg.tensor("S", "n n"), sg.tensor("x", "n")
    assert as_chain([(S, (0, 1)), (x, (0,))]) is None  # y_b = Σ_a S_ab x_a is no scalar
    assert as_chain([(S, (0, 0)), (x, (1,)), (x, (1,))]) is None
    assert as_chain([(S, (0, 1)), (S, (1, 0)), (x, (2,)), (x, (2,))]) is None


INDEXED = [  # contraction of three axes or more, as it is written
    ("einsum('mk,mi,jl->ijkl', A, A, S)", "einsum('ik,jl->ijkl', A.T @ A, S)"),
    ("einsum('im,mj,k->ijk', S, S, x)", "einsum('ij,k->ijk', S @ S, x)"),
    ("einsum('mi,m,j,k->ijk', A, y, x, z)", "einsum('i,j,k->ijk', y @ A, x, z)"),
    ("einsum('a,ab,b,i,j,k->ijk', x, S, z, x, x, z)", "(x @ S @ z)*einsum('i,j,k->ijk', x, x, z)"),
    ("einsum('ab,bc,ca,i,j,k->ijk', A, B, C, x, x, z)", "trace(A @ B @ C)*einsum('i,j,k->ijk', x, x, z)"),
    ("einsum('mi,mj,mk->ijk', A, A, A)", "einsum('li,lj,lk->ijk', A, A, A)"),  # three factors meet in m
]


@pytest.mark.parametrize(("text", "written"), INDEXED)
def test_matrices_that_meet_in_a_sum_are_multiplied(text, written):
    assert str(_read(text)) == written


@pytest.mark.parametrize("seed", range(60))
def test_contractions_keep_their_values(seed):
    random = np.random.default_rng(seed)
    letters = "abcdefg"[: 4 + seed % 4]
    groups = [
        "".join(random.choice([*letters], size=random.integers(1, 3), replace=False)) for _ in range(random.integers(3, 7))
    ]
    met = sorted({*"".join(groups)})
    spec = f"{','.join(groups)}->{''.join(random.permutation(met)[: random.integers(min(3, len(met)), 5)])}"
    factors = [sg.tensor(f"P{k}", [f"n_{letter}" for letter in group]) for k, group in enumerate(groups)]
    values = [random.normal(size=[2 + letters.index(letter) for letter in group]) for group in groups]
    (written,) = pairwise([sg.einsum(spec, *factors)], for_reading=True)
    compiled = sg.lambdify([factor.name for factor in factors], written, prove=False)
    np.testing.assert_allclose(compiled(*values), np.einsum(spec, *values), rtol=1e-10)
