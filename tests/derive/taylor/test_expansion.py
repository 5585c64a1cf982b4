"""Taylor polynomials, their remainders and the proven bounds of these."""

from fractions import Fraction

import pytest
import sympy as sp

import symgd as sg
from symgd.errors import DomainError, SymgdError


def test_the_remainder_bounds_the_error():
    expansion = sg.taylor("exp(x)", "x", order=3)
    error = sg.lambdify("x", sg.formula("exp(x)") - expansion.polynomial)
    remainder = sg.lambdify(["x", "xi"], expansion.remainder)
    assert float(remainder(0.5, 0.0)) <= float(error(0.5)) <= float(remainder(0.5, 0.5))


@pytest.mark.parametrize(("text", "order", "low", "high"), [("exp(x)", 4, -1, 1), ("sin(x)", 5, -2, 2), ("cos(x/2)", 4, -3, 2)])
def test_the_bound_holds_and_is_not_far_off(text, order, low, high):
    expansion = sg.taylor(text, "x", order=order)
    bound = float(expansion.bound({"x": (low, high)}))
    error = sg.lambdify("x", sg.formula(text) - expansion.polynomial)
    worst = max(abs(float(error(low + (high - low) * k / 400))) for k in range(401))
    assert worst <= bound <= 12 * worst


def test_a_bound_in_several_variables_holds():
    expansion = sg.taylor("exp(x)*cos(y)", ["x", "y"], order=2)
    bound = float(expansion.bound({"x": (-0.2, 0.2), "y": (-0.2, 0.2)}))
    error = sg.lambdify(["x", "y"], sg.formula("exp(x)*cos(y)") - expansion.polynomial)
    worst = max(abs(float(error(a / 50, b / 50))) for a in range(-10, 11) for b in range(-10, 11))
    assert worst <= bound < 0.02


a = sp.Symbol("a", positive=True)


@pytest.mark.parametrize("text", ["acos(1 - x)", "sqrt(x)", "x**4*acos(1 - x)"])
def test_the_remainder_is_of_the_next_order(text):
    with pytest.raises(DomainError):
        sg.taylor(text, "x", order=4 if "*" in text else 0)


BOUNDS = [  # the formula, the point, the order, the box, the bound: that of a polynomial is exact
    ("x**3", 0, 2, (-1, 2), 8),
    ("x**3", 0, 2, (-3, 1), 27),
    ("x**4", 0, 2, (0, 2), 64),
    ("x**4", 0, 2, (-2, 0), 64),
    ("-x**4", 0, 2, (0, 2), 64),
    ("(x - 5)**4", 0, 2, (4, 6), 4320),  # the point of expansion lies below the box, and counts as inside
    ("(x - 5)**4", 10, 2, (4, 6), 4320),
    ("x**2", 1, 1, (1, 1), 0),
]


@pytest.mark.parametrize(("text", "at", "order", "box", "bound"), BOUNDS)
def test_bounds_of_polynomials_are_exact(text, at, order, box, bound):
    assert sg.taylor(text, "x", at=at, order=order).bound({"x": box}) == bound


@pytest.mark.parametrize(("text", "bound"), [("x**2 + y", 4), ("y - x**2", 4), ("2*y**2 - x", 18)])
def test_bounds_in_several_variables_take_the_larger_end(text, bound):
    assert sg.taylor(text, ["x", "y"], order=1).bound({"x": (-1, 2), "y": (-3, 1)}) == bound


@pytest.mark.parametrize("point", [sp.sqrt(2), sp.sqrt(3), sp.sqrt(5), sp.pi, sp.E, sp.log(2), -sp.sqrt(2), -sp.pi])
def test_a_bound_around_an_irrational_point_is_rounded_outward(point):
    expansion = sg.taylor("x", "x", at=point, order=0)
    for end in (-5, 5):
        excess = sp.Rational(expansion.bound({"x": (end, end)})) - sp.Abs(end - point)
        assert 0 <= sp.N(excess, 60) < sp.Rational(1, 10**28)


@pytest.mark.parametrize("box", [(1, 2, 3), (1,), (None, 1), (0, None), 1, (2, 1)])
def test_bounds_that_are_no_box_are_refused(box):
    with pytest.raises(SymgdError, match="has no bounds|are empty"):
        sg.taylor("exp(x)", "x").bound({"x": box})


@pytest.mark.parametrize(("text", "variables"), [("exp(x)*x", ["x"]), ("exp(x + y)*y", ["x", "y"])])
def test_up_to_is_the_expansion_of_a_lower_order(text, variables):
    wrt = variables if len(variables) > 1 else variables[0]
    whole = sg.taylor(text, wrt, order=5)
    for order in range(6):
        lower, expected = whole.up_to(order), sg.taylor(text, wrt, order=order)
        assert lower.coefficients == expected.coefficients
        assert (lower.order, str(lower), str(lower.remainder)) == (order, str(expected), str(expected.remainder))
    for order in (-1, 6):
        with pytest.raises(SymgdError, match="whole number from 0 to 5"):
            whole.up_to(order)


DECLARED = [  # what is declared of x, a point and a box that are not that
    ({"positive": True}, -1, (-1, 2)), ({"positive": True}, 0, (-Fraction(1, 9), 2)), ({"nonnegative": True}, -1, (-1, 2)),
    ({"negative": True}, 1, (-2, 1)), ({"lower": -1, "upper": 2}, 3, (0, 3)), ({"lower": -1, "upper": 2}, -2, (-2, 1)),
    ({"nonzero": True}, 0, (-1, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "at", "box"), DECLARED)
@pytest.mark.parametrize("text", ["exp(x)", "abs(x)*exp(x)", "exp(x)*cos(y)"])
def test_points_and_boxes_are_what_is_declared(facts, at, box, text):
    wrt = ["x", "y"] if "y" in text else "x"
    formula = sg.formula(text, facts={"x": facts})
    with pytest.raises(DomainError, match="x is declared"):
        sg.taylor(formula, wrt, at={"x": at, "y": 0} if "y" in text else at)
    inside = -1 if facts.get("negative") else Fraction(1, 2)
    expansion = sg.taylor(formula, wrt, at={"x": inside, "y": 0} if "y" in text else inside, order=1)
    with pytest.raises(DomainError, match="x is declared"):
        expansion.bound({"x": box, "y": (0, 1)} if "y" in text else {"x": box})


@pytest.mark.parametrize(
    ("facts", "box"), [({"positive": True}, (0, 2)), ({"lower": 0, "upper": 2}, (0, 2)), ({"nonzero": True}, (0, 2))]
)
def test_a_box_may_end_where_what_is_declared_ends(facts, box):
    assert sg.taylor(sg.formula("x**3", facts={"x": facts}), "x", at=1, order=2).bound({"x": box}) == 1


@pytest.mark.parametrize(
    ("text", "wrt", "box"),
    [
        ("exp(x)", "x", {"y": (0, 1)}),
        ("exp(x)", "x", {"x": (0, 1), "y": (0, 1)}),
        ("exp(x + y)", ["x", "y"], {"x": (0, 1), "y": (0, 1), "z": (0, 1)}),
    ],
)
def test_bounds_of_what_is_no_input_are_refused(text, wrt, box):
    with pytest.raises(SymgdError, match=r"'[yz]' is not in the formula"):
        sg.taylor(text, wrt).bound(box)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("abs(x)", r"abs\(x\) has a kink at x = 0"), ("floor(x)", r"floor\(x\) jumps at x = 2"),
        ("where(x > 1/3, x, 2*x)", r"changes its branch at x = 1/3"), ("1/(x - 2)", r"1/\(x - 2\) is not smooth at x = 2"),
        ("exp(abs(x**2 - 2))", r"abs\(x\*\*2 - 2\) has a kink at x = 1\.41421"),
        ("sqrt(x + 1)", r"sqrt\(x \+ 1\) is not smooth at x = -1"), ("tan(x)", r"tan\(x\) is not smooth at x = 1\.5708"),
    ],
)  # fmt: skip
def test_a_refused_bound_names_the_function_and_the_place(text, message):
    with pytest.raises(DomainError, match=message):
        sg.taylor(text, "x", at=Fraction(3, 2), order=2).bound({"x": (-3, 3)})


def test_the_parts_with_kinks_are_known():
    expansion = sg.taylor("abs(x)*exp(x) + floor(y) + where(x > 0, x, 2)", ["x"], at=1, order=1)
    assert {str(node) for node in expansion.kinked} == {"abs(x)", "where(x > 0, x, 2)"}
