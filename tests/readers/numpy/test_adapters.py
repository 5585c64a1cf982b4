"""Functions whose arguments NumPy has otherwise: each gives NumPy's values, whatever axes, counts and shifts are asked for."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError, SymgdError, UnsupportedError
from symgd.graph.primitive import FUNCTIONS
from symgd.readers.numpy.adapters import SPECIAL, no_branch
from symgd.readers.numpy.asking import ASKING
from symgd.readers.numpy.rearranging import REARRANGING
from symgd.readers.numpy.sampled import SAMPLED
from symgd.readers.numpy.sorted_arrays import OF_SORTED
from symgd.readers.numpy.special_functions import SPECIAL_FUNCTIONS
from symgd.readers.numpy.stacks import OF_STACKS

RNG = np.random.default_rng(31)
VALUES = {
    "X": RNG.normal(size=(4, 3)), "S": RNG.normal(size=(3, 3)), "v": RNG.uniform(0.1, 2, size=4),
    "c": RNG.uniform(0.1, 2, size=3), "T": RNG.normal(size=(2, 3, 2)), "s": np.array(-0.7),
}  # fmt: skip
INPUTS = {name: sg.tensor(name, " ".join(map(str, value.shape))) for name, value in VALUES.items()}
SAME = {
    "around": ["np.around(X)"],
    "round": ["np.round(X)", "np.round(3*X, 0)", "np.round(X, decimals=0)"],
    "append": ["np.append(X, v)", "np.append(X, X, axis=-1)", "np.append(s, v)"],
    "atleast_1d": ["np.atleast_1d(s)", "np.atleast_1d(X)"],
    "atleast_2d": ["np.atleast_2d(s)", "np.atleast_2d(v)", "np.atleast_2d(T)"],
    "average": [
        "np.average(X, axis=-1, weights=c)", "np.average(X, axis=0, weights=v, keepdims=True)", "np.average(X, weights=X**2)",
        "np.average(X, axis=1, weights=X**2)", "np.average(T, axis=1, weights=c)", "np.average(v)",
    ],
    "cholesky": ["np.linalg.cholesky(S @ S.T + np.eye(3) + np.triu(S, 1))"],
    "clip": ["np.clip(X, 1, 0)", "np.clip(X, v[:, None], 2)", "np.clip(X, -0.5, None)", "X.clip(min=0)"],
    "concatenate": ["np.concatenate([X, v], axis=None)", "np.concatenate([v, v], axis=-1)", "np.concatenate([T, T], axis=1)"],
    "copy": ["np.copy(X)", "np.copy(X, order='F')"],
    "diag": ["np.diag(v)", "np.diag(S)", "np.diag(v, 0)"],
    "diagonal": ["np.diagonal(S)", "np.diagonal(S, 0, 1, 0)", "np.diagonal(S, axis1=0, axis2=1)"],
    "divmod": [f"np.divmod(X, {divisor})[{k}]" for divisor in (0.7, -0.7) for k in (0, 1)],
    "eigh": ["np.linalg.eigh(S).eigenvalues", "np.linalg.eigh(S + S.T)[0]", "np.abs(np.linalg.eigh(S)[1])",
             "np.abs(np.linalg.eigh(S @ S.T).eigenvectors)"],
    "lstsq": ["np.linalg.lstsq(X, v, rcond=None)[0]", "np.linalg.lstsq(X, X @ S)[0]", "np.linalg.lstsq(X.T, c)[0]"],
    "eigvalsh": ["np.linalg.eigvalsh(S)", "np.linalg.eigvalsh(S + S.T)"],
    "floor_divide": ["np.floor_divide(v, -0.3)", "np.floor_divide(X, c)", "X // 0.4"],
    "multi_dot": ["np.linalg.multi_dot([X, S, c])", "np.linalg.multi_dot([v, X, c])"],
    "greater": ["1.0 * np.greater(X, 0.0)", "1.0 * np.greater(v, v[0])"],
    "greater_equal": ["1.0 * np.greater_equal(X, 0.0)", "1.0 * np.greater_equal(v, v[0])"],
    "ndim": ["np.ndim(T) * s"],
    "outer": ["np.outer(X, c)", "np.outer(s, v)", "np.outer(T, v)"],
    "pad": ["np.pad(X, ((0, 0), (1, 2)))", "np.pad(T, ((0, 0), (1, 2), (0, 1)))", "np.pad(v, 2)", "np.pad(X, (1, 0))"],
    "polyval": ["np.polyval([1.0, 2.0], v)", "np.polyval(v, v)", "np.polyval(v, 2.0)", "np.polyval([3.0], X)"],
    "ravel": ["np.ravel(T, 'F')", "np.ravel(T)", "np.ravel(s)"],
    "reshape": ["np.reshape(T, (3, 4), order='F')", "np.reshape(X, -1, order='F')", "np.reshape(X, (2, -1))"],
    "size": ["np.size(X) * s", "np.size(X, -1) * s", "np.size(s) * s"],
    "shape": ["np.shape(T)[1] * s"],
    "slogdet": [f"np.linalg.slogdet({matrix}).{part}" for matrix in ("S", "-S") for part in ("sign", "logabsdet")],
    "split": [
        *(f"np.split(X, 2)[{k}]" for k in (0, 1)), *(f"np.split(X, 3, axis=1)[{k}]" for k in (0, 2)),
        "np.split(X, [1, 2], axis=-1)[1]", "np.split(v, [-3, -1])[1]", "np.split(v, np.array([1, 3]))[2]",
    ],
    "svd": ["np.linalg.svd(X, compute_uv=False)", "np.linalg.svd(X, False, False)"],
    "trace": ["np.trace(S)", "np.trace(S, 0, 1, 0)", "np.trace(S, axis1=1, axis2=0)"],
    "trapezoid": [
        "np.trapezoid(X, axis=0)", "np.trapezoid(X, dx=-2)", "np.trapezoid(X, v, axis=0)", "np.trapezoid(T, c, axis=1)",
        "np.trapezoid(X, X**2, axis=1)",
    ],
    "where": ["np.where(X > 0, X, c)"],
    **{name: [f"np.{name}(X)"] for name in ("real", "positive", "conj", "conjugate")},
}  # fmt: skip
TEXTS = [text for texts in SAME.values() for text in texts]


def compared(text):
    """Return what a formula of a call gives, and what NumPy gives."""
    function = eval(f"lambda {', '.join(INPUTS)}: {text}", {"np": np})
    formula = sg.formula(function, *INPUTS.values())
    return sg.lambdify(list(INPUTS.values()), formula)(*VALUES.values()), function(*VALUES.values())


@pytest.mark.parametrize("text", TEXTS)
def test_a_call_gives_numpys_values(text):
    found, expected = compared(text)
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-13)


ROUND = [
    *(f"np.roll(v, {shift})" for shift in range(-9, 10)),
    *(f"np.roll(X, {shift}, axis={axis})" for shift in (-4, -1, 0, 2, 7) for axis in (0, 1, -1, -2)),
    *(f"np.roll(T, {shift}, axis={axis})" for shift in (-2, 1, 3) for axis in (0, 1, 2)),
]
REPEATED = [
    *(f"np.repeat(X, {count}, axis={axis})" for count in (1, 2, 3) for axis in (0, 1, -1)),
    *(f"np.repeat(T, {count}, axis={axis})" for count in (1, 2) for axis in (0, 1, -1, -2)),
    *(f"np.repeat({name}, 2)" for name in INPUTS),
    "np.repeat(X, np.int64(2), axis=0)",
]
TILED = [
    *(f"np.tile(X, {counts})" for counts in (1, 3, (2,), (1, 2), (3, 1), (2, 2), (2, 1, 2))),
    *(f"np.tile(T, {counts})" for counts in (2, (2, 1), (1, 2, 3), (2, 1, 1, 1))),
    *(f"np.tile({name}, 3)" for name in INPUTS),
    "np.tile(c, (2, 2, 1))",
]


@pytest.mark.parametrize("texts", [ROUND, REPEATED, TILED], ids=["roll", "repeat", "tile"])
def test_entries_go_round_and_are_repeated_by_any_number(texts):
    found, expected = compared(f"np.concatenate([{', '.join(f'np.ravel({text})' for text in texts)}])")
    np.testing.assert_array_equal(found, expected)
    shapes = eval(f"lambda {', '.join(INPUTS)}: [np.shape({'), np.shape('.join(texts)})]", {"np": np})
    assert shapes(*INPUTS.values()) == shapes(*VALUES.values())


NAMED = [  # calls along an axis whose size has a name
    "np.roll(v, 2)", "np.roll(v, -1)", "np.repeat(v, 3)", "np.tile(v, 2)", "np.trapezoid(v)", "np.trapezoid(v, v**2)",
    "np.split(v, [1])[1]", "np.average(v, weights=v)", "np.append(v, v)", "np.clip(v, 0.5, 1)", "np.ravel(v[:, None], 'F')",
]  # fmt: skip


@pytest.mark.parametrize("text", NAMED)
def test_axes_of_named_sizes_mean_the_same_at_every_size(text):
    function = eval(f"lambda v: {text}", {"np": np})
    v = sg.tensor("v", "n")
    code = sg.lambdify([v], sg.formula(function, v))
    for n in (2, 3, 7):
        values = RNG.uniform(0.1, 2, size=n)
        np.testing.assert_allclose(code(values), function(values), rtol=1e-13)


OF_NO_AXIS = [
    "repeat(X, 2, axis=5)", "repeat(X, 2, axis=-3)", "repeat(s, 2, 0)", "roll(X, 1, axis=2)", "roll(s, 1, 0)",
    "split(X, 1, axis=5)[0]", "split(s, 1)[0]", "trapezoid(X, axis=2)", "trapezoid(s)",
]  # fmt: skip
REFUSED = [
    ("np.diag(v, 1)", UnsupportedError, "only the main diagonal"),
    ("np.linalg.svd(X)", UnsupportedError, "not singular vectors"),
    ("np.where(X > 0)", UnsupportedError, "places that depend on values"),
    ("np.pad(v, 1, mode='edge')", UnsupportedError, "only padding with zeros"),
    ("np.pad(v, 1, constant_values=1)", UnsupportedError, "only padding with zeros"),
    ("np.clip(X, 0, 1, out=X)", UnsupportedError, "writes into an array"),
    ("np.average(X, weights=c)", ShapeError, "do not belong to one axis"),
    ("np.average(X, axis=0, weights=c)", ShapeError, "do not belong to one axis"),
    ("np.average(v, weights=v, returned=True)[0]", UnsupportedError, "the sum of the weights is not returned"),
    ("np.reshape(X, (3, 4), order='A')", UnsupportedError, "how an array lies in memory"),
    ("np.ravel(X, order='K')", UnsupportedError, "how an array lies in memory"),
    ("np.roll(X, 1)", UnsupportedError, "needs an axis"),
    ("np.roll(v, 1.5)", UnsupportedError, "one shift, a whole number"),
    ("np.roll(X, (1, 2), axis=(0, 1))", UnsupportedError, "one shift, a whole number"),
    *(
        (f"np.repeat(v, {count})", SymgdError, "the number of repeats is a whole number from 1 on")
        for count in ([1, 2, 3, 4], 0, -1, 1.5)
    ),
    *(
        (f"np.tile(v, {count})", SymgdError, "the number of tiles is a whole number from 1 on")
        for count in (0, -1, (2, 0), 1.5)
    ),
    *((f"np.{call}", ShapeError, "axis") for call in OF_NO_AXIS),
    *((f"np.split(v, {count})[0]", SymgdError, "the number of parts is a whole number from 1 on") for count in (0, -1, 2.0)),
    ("np.split(v, 3)[0]", ShapeError, "not split into 3 equal parts"),
    ("np.trace(S, 1)", UnsupportedError, "main diagonal of a matrix"),
    ("np.trace(T)", UnsupportedError, "main diagonal of a matrix"),
    ("np.diagonal(S, 0, 1, 1)", UnsupportedError, "main diagonal of a matrix"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "error", "message"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_symgd_does_not_follow_is_refused(text, error, message):
    function = eval(f"lambda {', '.join(INPUTS)}: {text}", {"np": np})
    with pytest.raises(error, match=message):
        sg.formula(function, *INPUTS.values())


@pytest.mark.parametrize("name", ["argmax", "unique", "searchsorted"])
def test_what_depends_on_values_is_refused_by_its_name(name):
    with pytest.raises(UnsupportedError, match=rf"what numpy\.{name} returns depends on values") as caught:
        SPECIAL[name](INPUTS["v"], 1, axis=0)
    assert caught.value.hint == "use np.where"
    with pytest.raises(SymgdError):
        no_branch(name)()


def test_every_adapter_that_gives_a_formula_is_tried_here():
    refusing = {name for name, adapter in SPECIAL.items() if adapter.__qualname__.startswith("no_branch")}
    tried = {*SAME, *OF_STACKS, "roll", "repeat", "tile", "concat", "flatten", "iscomplexobj"}
    assert set(SPECIAL) - refusing == tried | {
        *SPECIAL_FUNCTIONS,
        *REARRANGING,
        *SAMPLED,
        *OF_SORTED,
        *ASKING,
    }  # which have tests of their own
    assert SPECIAL["concat"] is SPECIAL["concatenate"] and SPECIAL["flatten"] is SPECIAL["ravel"]
    assert SPECIAL["iscomplexobj"](INPUTS["v"]) is False


def test_the_pair_of_a_determinant_has_names_and_places():
    sign, logarithm = pair = SPECIAL["slogdet"](INPUTS["S"])
    assert (pair.sign, pair.logabsdet) == (sign, logarithm) == pair
    assert logarithm is FUNCTIONS["logdet"](INPUTS["S"])


def test_a_symmetric_matrix_is_not_taken_apart():
    S = sg.tensor("S", "3 3", symmetric=True)
    for matrix in (S, S + np.eye(3), 2 * S, INPUTS["S"] @ INPUTS["S"].T):
        assert SPECIAL["eigvalsh"](matrix) is FUNCTIONS["eigvalsh"](matrix)
    assert SPECIAL["eigvalsh"](INPUTS["S"]) is not FUNCTIONS["eigvalsh"](INPUTS["S"])
    assert SPECIAL["eigvalsh"](S + np.triu(np.ones((3, 3)))) is not FUNCTIONS["eigvalsh"](S + np.triu(np.ones((3, 3))))
