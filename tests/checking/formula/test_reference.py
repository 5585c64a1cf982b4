"""The reference and what is judged beside it: saturation, oscillation, kinks together, large arrays, mistakes."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError, SymgdError
from tests.checking.least_squares import opaque


def of(text, **shapes):
    return sg.formula(text, shapes=shapes)


def in_place_softmax(x):
    p = np.exp(x - x.max())
    p /= p.sum()
    p[0] -= 1
    return p


# -- digits ---------------------------------------------------------------------------------------------------

SATURATED = {
    "tanh(1000 s)": lambda: sg.check_gradient("tanh(1000*s)", "s"),
    "tanh(95)": lambda: sg.check_gradient("tanh(s)", "s", at={"s": 95.0}),
    "tanh(300)": lambda: sg.check_gradient("tanh(s)", "s", at={"s": 300.0}),
    "tanh(x³)² at random": lambda: sg.check_gradient(of("sum(tanh(x**3)**2)", x="n"), "x", seed=3),
    "cross-entropy": lambda: sg.check_gradient(
        of("-sum(y*log(softmax(x)))", x="n", y="n"), "x", at={"x": [200.0, 0.0, 1.0], "y": [1.0, 0.0, 0.0]}
    ),
    "a right text": lambda: sg.check_gradient(
        of("logsumexp(x) - x[0]", x="3"), "x", gradient="softmax(x) - [1, 0, 0]", at={"x": [300.0, 0.0, 1.0]}
    ),
    "a Jacobian": lambda: sg.check_jacobian(of("softmax(x)", x="n"), "x", at={"x": [300.0, 0.0, 1.0]}),
    "in one go": lambda: sg.derive_and_check("tanh(1000*s)", "s").check,
    "code": lambda: sg.check_gradient(lambda x: np.sum(np.tanh(x)), lambda x: 1 - np.tanh(x) ** 2, at=[125.0, 1.0]),
    "sin(exp(150))": lambda: sg.check_gradient("sin(exp(s))", "s", at={"s": 150.0}),
    "sin(1e60 s)": lambda: sg.check_gradient("sin(1e60*s)", "s"),
    "sin(1e100 s)": lambda: sg.check_gradient("sin(1e100*s)", "s", gradient="1e100*cos(1e100*s)"),
    "sin at 1e60": lambda: sg.check_gradient("sin(s)", "s", at={"s": 1e60}),
    "trace of eigenvalues": lambda: sg.check_gradient(of("sum(eigvalsh(A))", A="n n"), "A", gradient=lambda A: np.eye(len(A))),
    "sum of a softmax": lambda: sg.check_gradient(of("sum(softmax(x))", x="n"), "x", gradient=lambda x: 0 * x),
    "norm of a unit vector": lambda: sg.check_gradient(of("norm2(x/norm2(x))", x="n"), "x", gradient=lambda x: 0 * x),
}  # fmt: skip


@pytest.mark.parametrize("name", SATURATED)
def test_right_gradients_are_right_however_many_digits_it_takes(name):
    check = SATURATED[name]()
    assert check.verdict.name == "RIGHT", check.explain()


@pytest.mark.parametrize("logit", [30.0, 36.0, 40.0, 60.0, 80.0, 100.0, 300.0])
def test_a_claim_that_cancels_is_not_called_wrong(logit):
    loss = of("logsumexp(x) - x[0]", x="3")
    check = sg.check_gradient(loss, "x", gradient=opaque(in_place_softmax), at={"x": [logit, 0.0, 1.0]})
    assert check.verdict.name == "UNSURE", check.explain()
    wrong = sg.check_gradient(loss, "x", gradient=opaque(lambda x: -in_place_softmax(x)), at={"x": [5.0, 0.0, 1.0]})
    assert wrong.verdict.name == "WRONG"


def test_a_slope_that_shrinks_with_every_step_is_0():
    def f(x):
        return np.sum(np.where(x == 0, 0, x**2 * np.sin(1 / np.where(x == 0, 1, x))))

    def g(x):
        safe = np.where(x == 0, 1, x)
        return np.where(x == 0, 0, 2 * x * np.sin(1 / safe) - np.cos(1 / safe))

    assert sg.check_gradient(f, g, at=[0.0]).verdict.name == "RIGHT"
    assert sg.check_gradient(f, lambda x: g(x) + 0.01, at=[0.0]).verdict.name == "WRONG"


# -- large arrays ---------------------------------------------------------------------------------------------


def flipped(x):
    g = 2 * x
    g[37] *= -1
    return g


@pytest.mark.parametrize("first", [1e-8, 0.0, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_one_wrong_entry_of_a_hundred_is_caught(first, seed):
    x = np.linspace(1, 2, 100)
    x[0] = first
    assert sg.check_gradient(of("sum(x**2)", x="n"), "x", gradient=flipped, at={"x": x}, seed=seed).verdict.name == "WRONG"
    assert sg.check_gradient(lambda v: np.sum(v**2), flipped, at=x, seed=seed).verdict.name == "WRONG"
    assert sg.check_gradient(opaque(lambda v: np.sum(v**2)), opaque(flipped), at=x, seed=seed).verdict.name == "WRONG"
    with_kink = of("sum(x**2) + sum(abs(x))", x="n")
    claim = sg.check_gradient(with_kink, "x", gradient=lambda v: flipped(v) + np.sign(v), at={"x": x}, seed=seed)
    assert claim.verdict.name == "WRONG"


def test_kinks_are_found_among_many_entries():
    x = np.linspace(1, 2, 100)
    x[[0, 50]] = 0
    check = sg.check_gradient(of("sum(x**2) + sum(abs(x))", x="n"), "x", at={"x": x})
    assert check.verdict.name == "KINK"


# -- subgradients ---------------------------------------------------------------------------------------------

NO_SUBGRADIENTS = {
    "max at a tie": (of("max(x)", x="n"), "x", lambda x: (x == x.max()) * 1.0, {"x": [2.0, 2.0, 1.0]}),
    "norm at 0": (of("norm2(x)", x="n"), "x", lambda x: np.ones(3), {"x": [0.0, 0.0, 0.0]}),
    "largest eigenvalue": (of("max(eigvalsh(A))", A="n n"), "A", lambda A: np.eye(3), {"A": np.eye(3)}),
    "difference": (of("abs(s - t)"), ["s", "t"], "[1, 1]", {"s": 1.0, "t": 1.0}),
}


@pytest.mark.parametrize("name", NO_SUBGRADIENTS)
def test_entries_that_are_subgradients_alone_need_not_be_one_together(name):
    loss, wrt, claim, at = NO_SUBGRADIENTS[name]
    assert sg.check_gradient(loss, wrt, gradient=claim, at=at).verdict.name == "WRONG"


@pytest.mark.parametrize(
    ("function", "claim", "at", "verdict"),
    [
        (np.max, lambda x: (x == x.max()) * 1.0, [2.0, 2.0, 1.0], "WRONG"),
        (np.max, lambda x: np.eye(len(x))[np.argmax(x)], [2.0, 2.0, 1.0], "KINK"),
        (np.max, lambda x: (x == x.max()) / (x == x.max()).sum(), [2.0, 2.0, 1.0], "KINK"),
        (lambda x: np.abs(x).sum(), np.sign, [0.0, 0.0, 1.0], "KINK"),
        (lambda x: np.abs(x[0] - x[1]), lambda x: np.ones(2), [1.0, 1.0], "WRONG"),
        (lambda x: np.abs(x[0] - x[1]), lambda x: np.array([1.0, -1.0]) * (1 if x[0] >= x[1] else -1), [1.0, 1.0], "KINK"),
    ],
)
def test_subgradients_of_code(function, claim, at, verdict):
    assert sg.check_gradient(opaque(function), opaque(claim), at=at).verdict.name == verdict
    assert sg.check_gradient(function, claim, at=at).verdict.name == verdict


@pytest.mark.parametrize(
    ("text", "at"),
    [("max(x)", [2.0, 2.0, 1.0]), ("sum(abs(x)) - sum(relu(x))", [0.0, 0.0, 0.0]), ("sum(abs(x))", [0.0, 0.0, 1.0])],
)
def test_symgds_own_subgradients_are_subgradients(text, at):
    assert sg.check_gradient(of(text, x="n"), "x", at={"x": at}).verdict.name == "KINK"


# -- whole numbers, points, claims ----------------------------------------------------------------------------

ROWS = of("sum(E[l]**2)", E="v d", l="b")


def gradient_of_rows(E, l):  # noqa: E741
    result = np.zeros_like(E)
    np.add.at(result, l, 2 * E[l])
    return result


def test_code_that_looks_up_rows_gets_whole_numbers():
    assert sg.check_value(ROWS, lambda E, l: np.sum(E[l] ** 2)).verdict.name == "RIGHT"  # noqa: E741
    assert sg.check_gradient(ROWS, "E", gradient=gradient_of_rows).verdict.name == "RIGHT"
    assert sg.check_gradient(ROWS, "E", gradient=lambda E, l: 2 * E).verdict.name == "WRONG"  # noqa: E741
    for rows in ([0, 0, 0.5], [0, 3], [-1, 0]):
        with pytest.raises(SymgdError, match="looks up rows: whole numbers from 0 to 2"):
            sg.check_gradient(ROWS, "E", at={"E": np.ones((3, 2)), "l": rows})


SQUARES = of("sum(x**2)", x="n")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "is empty"), ([1j, 2], "are complex"), ([None, 2], r"what stands at \[0\] is None"), (["a"], "are texts"),
        (np.array(["2020-01-01"], dtype="datetime64"), "are dates"), ([10**400], "larger than a float"),
        ([float("nan")], "not finite"), ([[1], [1, 2]], "different lengths"),
    ],
)  # fmt: skip
def test_points_are_real_numbers(value, message):
    for claim in (None, lambda x: 2 * x):
        with pytest.raises(SymgdError, match=message):
            sg.check_gradient(SQUARES, "x", gradient=claim, at={"x": value})


@pytest.mark.parametrize(
    ("text", "shapes", "facts", "at", "message"),
    [
        ("abs(s)", {}, {"s": {"positive": True}}, {"s": -1.0}, r"lie in \(0, inf\)"),
        ("sum(p)", {"p": "n"}, {"p": {"one_hot": True}}, {"p": [0.5, 0.5]}, "one-hot"),
        ("sum(p)", {"p": "n"}, {"p": {"sums_to": 1}}, {"p": [0.5, 0.6]}, "sum to 1"),
        ("trace(A)", {"A": "n n"}, {"A": {"symmetric": True}}, {"A": [[1.0, 2.0], [0.0, 1.0]]}, "symmetric"),
        ("trace(A)", {"A": "n n"}, {"A": {"psd": True}}, {"A": [[1.0, 0.0], [0.0, -1.0]]}, "no negative eigenvalue"),
        ("1/s", {}, {"s": {"nonzero": True}}, {"s": 0.0}, "not 0|lie in"),
    ],
)
def test_points_are_what_was_declared(text, shapes, facts, at, message):
    loss = sg.formula(text, shapes=shapes, facts=facts)
    with pytest.raises(SymgdError, match=message):
        sg.check_gradient(loss, next(iter(at)), at=at)


def test_claims_fit_the_variables():
    for claim in (["2*s*t"], [], ["1", "2", "3"]):
        with pytest.raises(SymgdError, match="derivatives are claimed for 2 variables"):
            sg.check_gradient("s**2*t", ["s", "t"], gradient=claim)
    assert sg.check_gradient("s**2*t", ["s", "t"], gradient=["2*s*t", "s**2"]).verdict.name == "RIGHT"
    with pytest.raises(SymgdError, match="what the function returns .* different lengths"):
        sg.check_gradient(SQUARES, "x", gradient=lambda x: [[1], [1, 2]])


def test_values_without_a_value_are_unsure():
    for text, claim, at in [("log(s)", np.log, -1.0), ("sqrt(s)", np.sqrt, -1.0), ("s/s", "1", 0.0), ("log(s)", np.log, 0.0)]:
        check = sg.check_value(text, claim, at={"s": at})
        assert check.verdict.name == "UNSURE"
        assert "has no value" in check.explain()


@pytest.mark.filterwarnings("ignore:z is not in the formula")
def test_variables_that_do_not_stand_in_the_formula_have_the_gradient_0():
    z = sg.tensor("z", "n")
    assert sg.check_gradient(SQUARES, z).verdict.name == "RIGHT"
    assert sg.check_gradient(SQUARES, z, gradient="0*x").verdict.name == "RIGHT"


# -- somebody's code ------------------------------------------------------------------------------------------


def test_stairs_are_not_told_from_rounding():
    for function, at in [(lambda x: np.sum(np.floor(x)), [123456.5]), (lambda x: np.sum(np.round(x, 6)), [1.1001001, 2.3])]:
        assert sg.check_gradient(opaque(function), lambda x: 0 * x, at=at).verdict.name in ("RIGHT", "UNSURE")


def test_a_function_that_changes_its_answer_is_not_judged():
    calls = [0]

    def counting(x):
        calls[0] += 1
        return float(np.sum(np.asarray(x, dtype=float) ** 2)) + calls[0]

    check = sg.check_gradient(counting, lambda x: 2 * x, at=[1.0, 2.0])
    assert check.verdict.name == "UNSURE"
    assert "when it is asked again" in check.explain()


def test_functions_may_fail_outside_their_domain():
    def log(x):
        assert x[0] > 0
        return float(np.log(x[0]))

    assert sg.check_gradient(log, lambda x: 1 / x, at=[1e-3]).verdict.name == "RIGHT"


def test_functions_may_change_their_shape_around_the_point():
    check = sg.check_jacobian(lambda x: x[x > 1] ** 2, lambda x: (2 * x * np.eye(3))[x > 1], at=[0.99, 2.0, 3.0])
    assert check.verdict.name in ("RIGHT", "UNSURE")


def test_many_kinks_nearby_are_no_false_alarm():
    x = np.random.default_rng(2).normal(size=80)

    def f(x):
        return np.mean(np.abs(np.sin(np.asarray(x, dtype=float) + 1e5)))

    def g(x):
        return np.sign(np.sin(x + 1e5)) * np.cos(x + 1e5) / 80

    for seed in (2, 17, 28, 41, 47, 54, 56):
        assert sg.check_gradient(f, g, at=x, seed=seed).verdict.name != "WRONG"


def test_hessians_with_a_claimed_gradient():
    assert sg.check_hessian(SQUARES, "x", gradient="2*x").verdict.name == "RIGHT"
    assert sg.check_hessian(SQUARES, "x", gradient="5*x").verdict.name == "WRONG"
    with pytest.raises(SymgdError, match="the gradient of a function is a function"):
        sg.check_hessian(lambda x: np.sum(x**2), lambda x: 2 * np.eye(2), gradient="2*x", at=[1.0, 2.0])


def test_empty_points_are_refused():
    with pytest.raises((ShapeError, SymgdError)):
        sg.check_gradient(np.sum, np.ones_like, at=[])
