"""Calls on stacks of matrices and on all axes at once give NumPy's values."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import SymgdError
from symgd.readers.numpy.stacks import OF_STACKS

RNG = np.random.default_rng(17)
VALUES = {
    "S": RNG.normal(size=(2, 3, 3)), "T": RNG.normal(size=(2, 2, 2, 2)), "X": RNG.normal(size=(3, 3)), "B": RNG.normal(size=(2, 3, 2)),
    "v": RNG.normal(size=3), "s": np.array(0.7),
}  # fmt: skip
INPUTS = {name: sg.tensor(name, " ".join(map(str, value.shape))) for name, value in VALUES.items()}
SAME = {
    "inv": ["np.linalg.inv(S)", "np.linalg.inv(T)", "np.linalg.inv(X)"],
    "det": ["np.linalg.det(S)", "np.linalg.det(T)", "np.linalg.det(X)"],
    "solve": [
        "np.linalg.solve(S, B)", "np.linalg.solve(S, v)", "np.linalg.solve(X, B)", "np.linalg.solve(S, X)", "np.linalg.solve(S, np.ones((2, 3, 1)))",
        "np.linalg.solve(X, v)", "np.linalg.solve(X, X)", "np.linalg.solve(T, T)",
    ],
    "einsum": [
        "np.einsum('...ij,...jk->...ik', S, B)", "np.einsum('...ij,...jk', S, S)", "np.einsum('ij...->...ji', B)", "np.einsum('...->...', v)",
        "np.einsum('...i,i->...', S, v)", "np.einsum('...i,...i->...', S, X)", "np.einsum('b...,...->b...', S, X)", "np.einsum('...ii', S)",
        "np.einsum('...ij,jk->...ik', X, X, optimize=True)", "np.einsum('i ... -> ...', B)", "np.einsum('...,...', s, X)",
    ],
    "cumsum": ["np.cumsum(X)", "S.cumsum()", "np.cumsum(X, 1)", "np.cumsum(v)", "np.cumsum(s)", "np.cumsum(X, axis=-1, dtype=float)", "np.cumsum(X, None, float)"],
    "cumprod": ["np.cumprod(X)", "X.cumprod()", "np.cumprod(S, axis=1)"],
}  # fmt: skip


@pytest.mark.parametrize("text", [text for texts in SAME.values() for text in texts])
def test_a_call_on_all_matrices_or_axes_has_numpys_values_and_derivatives(text):
    function = eval(f"lambda {', '.join(INPUTS)}: {text}", {"np": np})
    formula = sg.formula(function, *INPUTS.values())
    found, expected = sg.lambdify(list(INPUTS.values()), formula)(*VALUES.values()), function(*VALUES.values())
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-11)
    for node in list(formula.symbols)[:1]:
        check = sg.check_gradient(sg.sum(formula), node, points=1)
        assert check.verdict.name in ("RIGHT", "KINK"), check.explain()


def test_every_call_is_tried_here():
    assert set(SAME) == set(OF_STACKS)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda A: np.linalg.inv(A), "whose number is given"),
        (lambda A: np.linalg.det(A), "whose number is given"),
        (lambda A: np.linalg.solve(A, A), "whose number is given"),
        (lambda A: np.einsum("...ij->ij", A), "which NumPy refuses"),
        (lambda A: np.einsum("...i,...i->...", A, np.ones((5, 3))), "same sizes"),
        (lambda A: np.einsum("...i,i->...", A), "pattern of 2 arrays"),
        (lambda A: np.cumsum(A, None, int), "rounds to int64"),
        (lambda A: np.cumsum(A, None, None, np.zeros(3)), "writes into an array"),
    ],
)
def test_what_is_not_followed_is_refused(function, message):
    with pytest.raises(SymgdError, match=message):
        sg.formula(function, sg.tensor("A", "n 3 3"))


def test_stacks_of_other_shapes_are_refused():
    with pytest.raises(SymgdError, match="differ in shape"):
        sg.formula(lambda S: np.linalg.solve(S, np.ones((3, 3, 1))), INPUTS["S"])
