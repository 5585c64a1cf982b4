"""The arbiter: no false alarm, no wrong gradient passed as right, on formulas with known answers and on planted mistakes."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import GradientError, ShapeError, SymgdError
from tests.formulas import declared

SHAPES = {"X": "m n", "w": "n", "y": "m", "A": "n n", "x": "n"}

RIGHT = [
    ("sum((X @ w - y)**2)", "w", "2*X.T @ (X @ w - y)"),
    ("mean(log(1 + exp(-y*(X@w))))", "w", "-X.T @ (y * sigmoid(-y * (X @ w))) / m"),
    ("x @ A @ x", "x", "(A + A.T) @ x"),
    ("x @ A @ x", "A", "outer(x, x)"),
    ("logdet(A)", "A", "inv(A).T"),
    ("trace(inv(A))", "A", "-(inv(A) @ inv(A)).T"),
    ("det(A)", "A", "det(A)*inv(A).T"),
    ("norm2(x)", "x", "x/norm2(x)"),
    ("sum(exp(x))", "x", "exp(x)"),
    ("a**3", "a", "3*a**2"),
    ("a**b", "b", "a**b*log(a)"),
    ("sin(100000*a)", "a", "100000*cos(100000*a)"),
]
MUTANTS = ["-({})", "2*({})", "({})*1.000001", "({}) + 1/10000000", "({})/2", "0*({})"]


@pytest.mark.parametrize(("text", "wrt", "claim"), RIGHT, ids=[text for text, *_ in RIGHT])
def test_right_gradients_are_right(text, wrt, claim):
    loss = sg.formula(text, shapes=declared(SHAPES, text))
    for check in (sg.check_gradient(loss, wrt), sg.check_gradient(loss, wrt, gradient=claim)):
        assert check.verdict.name == "RIGHT", check.explain()
        assert check.digits > 9
        assert check.points >= 1


@pytest.mark.parametrize("mutant", MUTANTS)
@pytest.mark.parametrize(("text", "wrt", "claim"), RIGHT, ids=[text for text, *_ in RIGHT])
def test_wrong_gradients_are_wrong(text, wrt, claim, mutant):
    check = sg.check_gradient(sg.formula(text, shapes=declared(SHAPES, text)), wrt, gradient=mutant.format(claim), points=2)
    assert check.verdict.name == "WRONG"
    assert check.worst is not None
    assert check.worst.claimed != check.worst.reference


@pytest.mark.parametrize(
    ("text", "at", "claim", "verdict"),
    [
        ("abs(x)", 0, None, "KINK"),
        ("abs(x)", 0, "x/2 + 1/2", "KINK"),
        ("abs(x)", 0, "x + 3/2", "WRONG"),
        ("relu(x)", 0, None, "KINK"),
        ("maximum(x, 2*x)", 0, None, "KINK"),
        ("abs(x)", 1e-12, None, "RIGHT"),
        ("abs(x)", -1e-300, None, "RIGHT"),
        ("x**2", 1e-10, None, "RIGHT"),
        ("x**2", 1e8, None, "RIGHT"),
        ("x**2", 0, None, "RIGHT"),
        ("x**2", 0, "2*x + 1/1000000", "WRONG"),
        ("exp(-1000*x)", 1, None, "RIGHT"),
        ("exp(-1000*x)", 1, "1000*exp(-1000*x)", "WRONG"),
        ("(x + 0.0)**2", 1.056406969895949e-307, None, "RIGHT"),
        ("x**2", 1e-200, "-2*x", "WRONG"),
        ("sqrt(x)", 0, None, "UNSURE"),
        ("x**2", 0, "2*x**2/x", "UNSURE"),
        ("x**2", 1, "3*x**2/x", "WRONG"),
    ],
)
def test_difficult_points(text, at, claim, verdict):
    check = sg.check_gradient(text, "x", gradient=claim, at={"x": at})
    assert check.verdict.name == verdict, check.explain()


def test_a_gradient_without_a_value_says_so():
    check = sg.check_gradient(sg.formula("det(A)", shapes={"A": (2, 2)}), "A", at={"A": [[1, 2], [2, 4]]})
    assert check.verdict.name == "UNSURE"
    assert "has no value at a point where the slope is finite" in check.explain()


def test_the_worst_entry_is_named_with_both_values():
    loss = sg.formula("sum(x**3)", shapes={"x": "3"})
    check = sg.check_gradient(loss, "x", gradient="3*x**2 + [0, 1/100, 0]", at={"x": [1.0, 2.0, 3.0]})
    assert check.verdict.name == "WRONG"
    assert check.worst.index == (1,)
    assert check.worst.reference == pytest.approx(12)
    assert check.worst.claimed == pytest.approx(12.01)
    assert "x[1]  got 12.01  expected 12" in check.explain()


def test_a_common_factor_is_pointed_out():
    loss = sg.formula("sum((X @ w - y)**2)", shapes=declared(SHAPES, "sum((X @ w - y)**2)"))
    assert "is a 2 from the square missing?" in sg.check_gradient(loss, "w", gradient="X.T @ (X @ w - y)").explain()
    assert "is the sign turned?" in sg.check_gradient(loss, "w", gradient="2*X.T @ (y - X @ w)").explain()


def test_shapes_are_equal_exactly():
    loss = sg.formula("sum(x**2)", shapes={"x": "n"})
    for claim in ("2*x[:, None]", lambda x: 2 * x[:, None]):
        check = sg.check_gradient(loss, "x", gradient=claim)
        assert check.verdict.name == "WRONG"
        assert "the claimed gradient in x has shape" in check.explain()


def test_a_transposed_shape_and_a_missing_sum_are_named():
    loss = sg.formula("sum((X @ w + b - y)**2)", shapes={"X": "m n", "w": "n", "y": "m"})
    assert sg.check_gradient(loss, "X", gradient="2*outer(w, X @ w + b - y)").causes == [
        "transposed: the axes stand in another order"
    ]
    check = sg.check_gradient(loss, "b", gradient="2*(X @ w + b - y)")
    assert check.causes == ["the broadcast axis is not summed: axis 0 is too many"]


def test_hand_written_code_is_judged_against_a_formula():
    loss = sg.formula("mean((X @ w - y)**2)", shapes=declared(SHAPES, "mean((X @ w - y)**2)"))
    assert sg.check_gradient(loss, "w", gradient=lambda X, w, y: 2 * X.T @ (X @ w - y) / len(y)).verdict.name == "RIGHT"
    assert sg.check_gradient(loss, "w", gradient=lambda X, w, y: X.T @ (X @ w - y) / len(y)).verdict.name == "WRONG"


def test_digits_of_the_code_are_reported_apart_from_the_formula():
    check = sg.check_gradient("(x + y)**3 - x**3", "x", at={"x": 1.0, "y": 1e-12})
    assert check.verdict.name == "RIGHT"
    assert check.digits < 12


@pytest.mark.parametrize("text", ["sin(pi*x)**2", "(1 + cos(pi*x))**2"])
def test_a_gradient_that_is_zero_has_no_digits_to_keep(text):
    check = sg.check_gradient(text, "x", at={"x": 1})
    assert check.verdict.name == "RIGHT"
    assert "keeps 0 digits" not in str(check)


def test_two_functions():
    def rosenbrock(x):
        return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2

    def slope(x):
        return np.array([-2 * (1 - x[0]) - 400 * x[0] * (x[1] - x[0] ** 2), 200 * (x[1] - x[0] ** 2)])

    for at in ([1.2, 1.0], [0.0, 0.0], [-1.2, 1.0], [30.0, -40.0]):
        assert sg.check_gradient(rosenbrock, slope, at=at).verdict.name == "RIGHT"
        assert sg.check_gradient(rosenbrock, lambda x: -slope(x), at=at).verdict.name == "WRONG"
        assert sg.check_gradient(rosenbrock, lambda x: slope(x) * 1.001, at=at).verdict.name == "WRONG"
    kink = sg.check_gradient(lambda x: np.abs(x).sum(), np.sign, at=[0.0, 1.0])
    assert kink.verdict.name == "KINK"


def test_rounding_noise_in_a_claim_is_not_taken_for_a_gradient():
    loss = sg.formula("sum(softmax(x))", shapes={"x": "n"})
    assert sg.check_gradient(loss, "x").verdict.name == "RIGHT"


def test_raise_if_wrong_is_an_assertion_error_with_the_explanation():
    check = sg.check_gradient("x**2", "x", gradient="x")
    with pytest.raises(AssertionError, match="ratio 0.5"):
        check.raise_if_wrong()
    with pytest.raises(GradientError):
        check.raise_if_wrong()
    sg.check_gradient("x**2", "x").raise_if_wrong()


def test_bad_points_are_named():
    with pytest.raises(SymgdError, match="a value is missing for y"):
        sg.check_gradient("x*y", "x", at={"x": 1})
    with pytest.raises(SymgdError, match="'z' is not in the formula"):
        sg.check_gradient("x*y", "x", at={"x": 1, "y": 1, "z": 1})
    with pytest.raises(SymgdError, match="give at=x0"):
        sg.check_gradient(np.sum, np.ones_like)
    with pytest.raises(sg.DomainError, match="no point was found"):
        sg.check_gradient("log(-x**2)", "x")


def test_sampled_points_honour_facts_and_domains():
    from symgd.evaluation.sampling import points

    formula = sg.formula(
        "log(p) + sum(t) + logdet(S) + q", shapes={"t": "k", "S": "n n"},
        facts={"t": {"one_hot": True}, "S": {"pd": True}, "q": {"lower": 2, "upper": 3}},
    )  # fmt: skip
    for point in points(formula, 5, seed=0):
        values = {node.name: value for node, value in point.values.items()}
        assert values["p"] > 0
        assert values["t"].sum() == 1
        assert set(values["t"]) == {0.0, 1.0}
        assert np.linalg.eigvalsh(values["S"]).min() > 0
        assert 2 <= values["q"] <= 3


def test_symbolic_axes_are_sampled_long_enough():
    assert sg.check_gradient(sg.formula("-log(softmax(z)[3])", shapes={"z": "n"}), "z").verdict.name == "RIGHT"


def test_unsure_says_why():
    assert "do not settle" in sg.check_gradient("log(x)", "x", at={"x": -1}).explain()


def test_functions_that_return_no_scalar_are_refused():
    with pytest.raises(ShapeError, match=r"returns an array of shape \(2,\)"):
        sg.check_gradient(lambda x: x**2, lambda x: 2 * x, at=[1.0, 2.0])


def test_the_outcome_is_plain_data():
    import json

    data = json.loads(json.dumps(sg.check_gradient("x**2", "x", gradient="x").to_dict()))
    assert data["verdict"] == "WRONG"
    assert data["worst"]["wrt"] == "x"


@pytest.mark.parametrize(("text", "wrt", "claim"), RIGHT, ids=[text for text, *_ in RIGHT])
def test_deriving_and_checking_in_one_go(text, wrt, claim):
    loss = sg.formula(text, shapes=declared(SHAPES, text))
    gradient, check = sg.derive_and_check(loss, wrt)
    assert gradient is sg.gradient(loss, wrt)
    assert check.verdict.name == "RIGHT"
    assert check.points >= 2


def test_deriving_and_checking_in_a_list_of_scalars():
    gradient, check = sg.derive_and_check("a**2*b", ["a", "b"])
    assert gradient.shape == (2,)
    assert check.verdict.name == "RIGHT"
    assert check.entries == 4


def test_values_are_judged_like_derivatives():
    loss = sg.formula("mean((X @ w - y)**2)", shapes=declared(SHAPES, "mean((X @ w - y)**2)"))
    assert sg.check_value(loss, lambda X, w, y: np.mean((X @ w - y) ** 2)).verdict.name == "RIGHT"
    check = sg.check_value(loss, lambda X, w, y: np.sum((X @ w - y) ** 2))
    assert check.verdict.name == "WRONG"
    assert check.causes == ["missing factor 1/m"]
    assert sg.check_value("sin(x)**2 + cos(x)**2", "1 + 0*x").verdict.name == "RIGHT"


def test_jacobians_and_hessians_of_formulas():
    output = sg.formula("A @ tanh(x)", shapes={"A": "m n", "x": "n"})
    assert sg.check_jacobian(output, "x").verdict.name == "RIGHT"
    assert sg.check_jacobian(output, "x", jacobian="A*(1 - tanh(x)**2)").verdict.name == "RIGHT"
    assert sg.check_jacobian(output, "x", jacobian="A*(1 - tanh(x))").verdict.name == "WRONG"
    loss = sg.formula("sum(a*exp(x)) + b", shapes={"x": "n"})
    assert sg.check_hessian(loss, "x").verdict.name == "RIGHT"
    assert sg.check_hessian(loss, "x", hessian="diag(a*exp(x))").verdict.name == "RIGHT"
    # the slope has lost b; functions are called with the inputs of the loss all the same
    assert sg.check_hessian(loss, "x", hessian=lambda a, x, b: np.diag(a * np.exp(x))).verdict.name == "RIGHT"
    assert sg.check_hessian(loss, "x", hessian=lambda a, x, b: np.diag(a * x)).verdict.name == "WRONG"


def test_a_branch_far_away_is_visited():
    loss = sg.formula("sum(where(x > 50, x**2, x))", shapes={"x": "3"})
    check = sg.check_gradient(loss, "x", gradient="where(x > 50, x, 1)")
    assert check.verdict.name == "WRONG"
    assert "wrong branch: wrong where x > 50, right where x < 50" in check.explain()


def test_claims_with_a_smaller_domain_are_judged_inside_it():
    assert sg.check_gradient("sqrt(1 + x**2)", "x", gradient="x/sqrt(x**2 - 1)").verdict.name == "WRONG"


def test_small_entries_are_judged_beside_large_ones():
    loss = sg.formula("1e30*a**2 + 1e-30*b**2 + 1e-60*c")
    for claim, verdict in [
        ("[2e30*a, 2e-30*b, 1e-60]", "RIGHT"),
        ("[2e30*a, -2e-30*b, 1e-60]", "WRONG"),
        ("[2e30*a, 2e-30*b, 0]", "WRONG"),
    ]:
        assert sg.check_gradient(loss, ["a", "b", "c"], gradient=claim).verdict.name == verdict


def test_claims_speak_of_the_inputs_of_the_formula():
    with pytest.raises(SymgdError, match="the claim has the inputs z, which the formula does not have"):
        sg.check_gradient("x*y", "x", gradient="y*z")


@pytest.mark.parametrize("options", [{"seed": -1}, {"seed": 1.5}, {"points": 0}, {"points": "5"}, {"seed": True}])
def test_seeds_and_counts_are_whole_numbers(options):
    with pytest.raises(SymgdError, match="is a whole number from"):
        sg.check_gradient("x**2", "x", **options)


@pytest.mark.parametrize("exponent", [-200, -85, -20, -3, 0, 3, 20, 85])
@pytest.mark.parametrize(
    "text",
    ["maximum(x, y)**2", "maximum(x, y)*x", "abs(x - y)*x + y**3", "relu(x - y)*exp(x)", "maximum(x, y)", "minimum(x, y)**3"],
)
def test_subgradients_are_judged_at_the_scale_of_the_point(text, exponent):
    """Both sides of a kink have slopes at the distance of the point from 0, not of 1."""
    place = 9.854346855582482 * 10.0**exponent
    check = sg.check_gradient(text, ["x", "y"], at={"x": place, "y": place})
    assert check.verdict.name in ("KINK", "RIGHT"), check.explain()


@pytest.mark.parametrize(
    ("loss", "slopes"),
    [("relu(80*x + 1)", ("80*x + 1", 0, 80)), ("abs(3*x - 1)", ("3*x - 1", -3, 3)), ("maximum(7*x, 3)", ("7*x - 3", 0, 7))],
)
@pytest.mark.parametrize(("share", "verdict"), [(0.5, "RIGHT"), (0.1, "RIGHT"), (-0.5, "WRONG"), (1.5, "WRONG")])
def test_kinks_at_numbers_that_no_float_holds(loss, slopes, share, verdict):
    """At x = −1/80 every number between both slopes is right, and nothing else."""
    edge, left, right = slopes
    at_kink = left + share * (right - left)
    claim = f"where({edge} > 0, {right}, where({edge} < 0, {left}, {at_kink}))"
    assert sg.check_gradient(loss, "x", gradient=claim).verdict.name == verdict


@pytest.mark.parametrize(("share", "offset", "verdict"), [(2, 0, "RIGHT"), (2, 1, "WRONG"), (3, 0, "WRONG")])
def test_a_value_beside_a_gradient_is_judged_too(share, offset, verdict):
    loss = sg.formula("sum(x**2)", shapes={"x": (3,)})
    found = sg.check_gradient(loss, "x", gradient=lambda x: (np.sum(x**2) + offset, share * x))
    assert found.verdict.name == verdict


def test_a_function_may_return_a_value_beside_its_gradient():
    found = sg.check_gradient(lambda x: np.sum(x**2), lambda x: (np.sum(x**2), 2 * x), at=[1.0, 2.0, 3.0])
    assert found.verdict.name == "RIGHT"
