"""What real use found wrong, a row each, grouped by kind; and siblings of every kind, made by rule."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.errors import DataError, GradientError, ParseError, ShapeError, SymgdError, UnsupportedError
from symgd.readers.text.parser import parse
from symgd.testing import assert_gradient, assert_matches
from tests.mutation import RIGHT, row

VECTOR = {"x": "n"}
LEAST_SQUARES = {"X": "m n", "y": "m", "w": "n"}


def verdict(*args, **options):
    return sg.check_gradient(*args, **options).verdict.name


# -- sizes that are written as numbers ------------------------------------------------------------------------

MEAN = sg.formula("mean(x**2)", shapes=VECTOR)
SQUARES = sg.formula("mean((X@w - y)**2)", shapes=LEAST_SQUARES)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_a_size_written_as_a_number_is_wrong(size):
    check = sg.check_gradient(MEAN, "x", gradient=f"2*x/{size}")
    assert check.verdict.name == "WRONG"
    assert any(f"the size n is written as the number {size}" in cause or "missing factor" in cause for cause in check.causes)
    assert sg.check_value(MEAN, lambda x: np.sum(x**2) / size).verdict.name == "WRONG"
    assert sg.check_hessian(SQUARES, "w", hessian=f"2*X.T@X/{size}").verdict.name == "WRONG"
    with pytest.raises(GradientError):
        assert_matches("mean(x**2)", lambda x: np.sum(x**2) / size, shapes=VECTOR)
    with pytest.raises(GradientError):
        assert_gradient("mean(x**2)", f"2*x/{size}", wrt="x", shapes=VECTOR)


@pytest.mark.parametrize("other", ["n", "(n+1)", "(2*n)", "(m+1)", "(m*n/2)", "(m+n-2)", "(n*n/4)", "(m-1)"])
def test_another_size_is_wrong(other):
    assert verdict(SQUARES, "w", gradient=f"2*X.T@(X@w - y)/{other}") == "WRONG"


def test_the_sizes_are_stated():
    check = sg.check_gradient(SQUARES, "w")
    assert len(check.sizes) >= 3
    assert {1} & {size for one in check.sizes for size in one.values()}
    assert any(one["m"] == one["n"] for one in check.sizes)
    assert "(m, n) = (3, 2), (2, 5), (1, 4), (2, 2)" in str(check)


# -- right gradients at any scale -----------------------------------------------------------------------------

SCALES = ("10**12", "10**8", "10**5", "1/10**5", "1/10**8", "1/10**12")
SHAPES_OF_SCALARS = (
    "exp(-({a}*x)**2)", "exp(-{a}*x)", "exp({a}*x)", "log(1 + {a}*x**2)", "sin({a}*x)", "tanh({a}*x)", "1/(1 + {a}*x**2)",
    "sqrt({a} + x**2)", "x**3*{a}", "atan({a}*x)", "({a}*x)**2 + x", "{a}*x*exp(-x**2)", "sigmoid({a}*x)", "softplus({a}*x)",
    "erf({a}*x)", "x/({a} + x**2)", "cos(x)*{a}", "(x - {a})**2", "(x + {a})**4", "log(cosh({a}*x))", "exp(-{a}/(1 + x**2))",
)  # fmt: skip


@pytest.mark.parametrize("form", SHAPES_OF_SCALARS)
def test_right_gradients_are_never_wrong(form):
    for scale, factor in itertools.product(SCALES, ("", "10**12*", "1/10**12*", "-")):
        formula = sg.formula(factor + form.format(a=scale))
        assert verdict(formula, "x") != "WRONG", formula


def test_steep_formulas_are_right():
    nested = sg.scalar("x")
    for _ in range(28):
        nested = nested * sg.sin(nested)
    for formula in ("exp(-(x*10**5)**2)", "exp(-x*10**8)", "x**(3*10**7)", nested, "floor(x)", "floor(1000*x)/1000"):
        assert verdict(formula, "x") == "RIGHT", formula


# -- special points and hair-breadth differences --------------------------------------------------------------


@pytest.mark.parametrize(
    "claim",
    [
        "where(x==2, 100, 2*x)", "where(x==1/3, 100, 2*x)", "where(x!=-7, 2*x, 0)", "where(x>3, where(x<3.001, 0, 2*x), 2*x)",
        "where(x<2, 2*x, where(x>2, 2*x, 5))", "where(x**2==9/4, 0, 2*x)", "where(abs(x - 1)<1/10**6, 0, 2*x)",
        "2.00000000000001*x", "2*x + x**3/10**30", "2*x*(1 + 1/10**50)",
    ],
)  # fmt: skip
def test_a_formula_that_is_wrong_at_a_point_or_by_a_hair(claim):
    assert verdict("x**2", "x", gradient=claim) == "WRONG"


@pytest.mark.parametrize("condition", ["x + y == 3", "2*x + y == 4", "x*y == 4", "x == y*y", "x == 1/y", "x - y == 1"])
def test_a_formula_that_is_wrong_where_two_inputs_meet(condition):
    assert verdict("x*y", "x", gradient=f"where({condition}, 99, y)") == "WRONG"
    assert verdict("x*y", "x", gradient=f"where({condition}, y, y)") == "RIGHT"


@pytest.mark.parametrize("condition", ["sum(u) == 5", "mean(u) == 1", "u[0] + u[1] == 3", "prod(u) == 6"])
def test_a_formula_that_is_wrong_where_entries_meet(condition):
    loss = sg.formula("sum(u**2)", shapes={"u": (3,)})
    assert verdict(loss, "u", gradient=f"where({condition}, 99*u, 2*u)") == "WRONG"


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (lambda x: np.array([100.0 if x[0] == 2 else 2 * x[0]]), "WRONG"),
        (lambda x: np.array([100.0 if 3 < x[0] < 3.001 else 2 * x[0]]), "WRONG"),
        (lambda x: np.array([4.0 if x[0] == 2 else 2 * x[0]]), "RIGHT"),
    ],
)
def test_code_with_branches_beside_code_that_can_be_read(claim, expected):
    assert str(sg.check_gradient(lambda x: x[0] ** 2, claim, at=[1.3]).verdict) == expected


@pytest.mark.parametrize(("value", "expected"), [(7.0, "WRONG"), (0.99, "WRONG"), (1.0, "RIGHT")])
def test_a_tolerance_around_0_in_code(value, expected):
    assert verdict("sin(x)", "x", gradient=lambda x: value if abs(x) < 1e-6 else np.cos(x)) == expected


@pytest.mark.parametrize(
    ("loss", "claim", "expected"),
    [
        ("relu(x) + sqrt(2)*x", "where(x >= 0, 1, 0) + 1.4142135623730951", "RIGHT"),
        ("abs(x) + sqrt(2)*x", "sign(x) + 1.4142135623730951", "RIGHT"),
        ("relu(x) + x/3", "where(x > 0, 1, 0) + 0.3333333333333333", "RIGHT"),
        ("relu(x) + sqrt(2)*x", "where(x > 0, 1, where(x < 0, 0, 1.0001)) + 1.4142135623730951", "WRONG"),
    ],
)
def test_rounded_numbers_at_kinks(loss, claim, expected):
    assert verdict(loss, "x", gradient=claim) == expected


@pytest.mark.parametrize(
    "claim",
    [
        lambda x: 100.0 if x == 2 else 2 * x,
        lambda x: np.where(x == 2, 100, 2 * x),
        lambda x: np.where(x > 3, np.where(x < 3.001, 0, 2 * x), 2 * x),
        lambda x: 2.00000000000001 * x,
    ],
)
def test_code_that_is_wrong_at_a_point_or_by_a_hair(claim):
    assert verdict("x**2", "x", gradient=claim) == "WRONG"


def test_two_functions_are_compared_where_the_claim_jumps():
    for claim in (lambda x: np.where(x == 2, 100.0, 2 * x), lambda x: np.where((x > 3) & (x < 3.001), 0, 2 * x)):
        assert verdict(lambda x: float(np.sum(np.asarray(x, float) ** 2)), claim, at=[1.0, -0.5]) == "WRONG"


def test_nested_conditions_of_several_inputs_are_visited():
    claim = "where(x > 3, where(x < 3.001, where(y > 1, where(y < 1.01, 0, 2*x*y), 2*x*y), 2*x*y), 2*x*y)"
    assert verdict("x**2*y", "x", gradient=claim) == "WRONG"
    assert sg.check_value("sinc(x)", "where(x==0, 2, sinc(x))").verdict.name == "WRONG"


@pytest.mark.study
@pytest.mark.parametrize("number", range(len(RIGHT)))
def test_mutants_of_sizes_points_and_hairs(number):
    loss, wrt, right = row(number)
    text = f"({RIGHT[number][2]})"
    scalar = next((node.name for node in loss.symbols if not node.shape), None)
    mutants = [f"{text}*n/3"] if any("n" in map(str, node.shape) for node in loss.symbols) else []
    if scalar is not None:
        mutants.append(f"where({scalar}==5/4, 1 + {text}, {text})")
        mutants.append(f"where({scalar}>1, where({scalar}<1.001, 0*{text} + 7, {text}), {text})")
    read = {node.name: node for node in loss.symbols}
    wrong = [parse(mutant, symbols=read) for mutant in mutants]
    assert verdict(loss, wrt, gradient=right) in ("RIGHT", "KINK")
    assert verdict(loss, wrt, gradient=as_code(right, loss)) in ("RIGHT", "KINK")
    assert verdict(loss, wrt, gradient=parse(f"{text}*(1 + 1/10**20)", symbols=read)) == "WRONG"
    for mutant in wrong:
        assert verdict(loss, wrt, gradient=mutant) == "WRONG", mutant
        assert verdict(loss, wrt, gradient=as_code(mutant, loss)) == "WRONG", mutant


def as_code(claim, loss):
    """A claim as a person's function, which calls another one: nothing can be read from it but its numbers."""
    source = sg.lambdify(list(loss.symbols), claim, name="inner").source
    arguments = ", ".join(node.name for node in loss.symbols)
    names = {"__name__": "claims"}
    exec(f"{source}\n\ndef outer({arguments}):\n    return inner({arguments})\n", names)
    return names["outer"]


# -- arguments of functions -----------------------------------------------------------------------------------


def test_functions_are_called_by_the_names_of_inputs():
    assert verdict("x*y**2", "x", gradient=lambda y, x: y**2) == "RIGHT"
    assert verdict("x*y**2", "x", gradient=lambda a, b: b**2) == "RIGHT"
    assert verdict("x*y**2", "x", gradient=lambda a, b: a**2, arguments=("y", "x")) == "RIGHT"
    assert verdict("x*y**2", "x", gradient=lambda y: y**2) == "RIGHT"
    assert verdict("x*y**2", "x", gradient=lambda x, y: (x * y**2, y**2)) == "RIGHT"
    with pytest.raises(SymgdError, match="arguments="):
        sg.check_gradient("x*y**2", "x", gradient=lambda y, z: y**2)


def test_nested_parameters_tuples_and_further_arguments():
    X = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5]])
    at = {"W": np.array([[0.3, 0.5], [-1.0, 0.2]]), "b": np.array([0.1, 0.7])}

    def loss(parameters):
        return np.sum((X @ parameters["W"] + parameters["b"]) ** 2)

    def gradient(parameters):
        rest = X @ parameters["W"] + parameters["b"]
        return {"W": 2 * X.T @ rest, "b": 2 * rest.sum(0)}

    assert verdict(loss, gradient, at=at) == "RIGHT"
    check = sg.check_gradient(loss, lambda p: gradient(p) | {"b": 1.5 * gradient(p)["b"]}, at=at)
    assert check.verdict.name == "WRONG"
    assert {entry.wrt for entry in check.wrong} == {"b"}
    assert verdict(lambda x, y: x * y**2, lambda x, y: (y**2, 2 * x * y), at=(1.0, 2.0)) == "RIGHT"
    assert verdict(lambda x, c: c * np.sum(x**2), lambda x, c: 2 * c * x, at=[1.0, 2.0], args=(3.0,)) == "RIGHT"
    assert verdict(lambda x: (np.sum(x**2), 2 * x), True, at=[1.0, 2.0]) == "RIGHT"


# -- data -----------------------------------------------------------------------------------------------------

QUADRATIC = sg.formula("x@A@x", shapes={"A": "n n", "x": "n"})


@pytest.mark.parametrize(
    ("text", "shapes", "facts", "data", "error"),
    [
        ("sum(w*x**2)", {"w": "n", "x": "n"}, {"w": {"positive": True}}, {"w": [-1.0, 1.0]}, DataError),
        ("x@A@x", {"A": "n n", "x": "n"}, {"A": {"psd": True}}, {"A": [[1.0, 0], [0, -1.0]]}, DataError),
        ("x@A@x", {"A": "n n", "x": "n"}, {"A": {"pd": True}}, {"A": [[1.0, 1.0], [1.0, 1.0]]}, DataError),
        ("x@A@x", {"A": "n n", "x": "n"}, {"A": {"symmetric": True}}, {"A": [[1.0, 50], [0, 1.0]]}, DataError),
        ("sum((X@x - y)**2)", {"X": "m n", "y": "m", "x": "n"}, {}, {"X": np.ones((3, 2)), "y": np.ones(7)}, ShapeError),
        ("x@x", {"x": "n"}, {}, {"x": [1.0, 2.0]}, SymgdError),
    ],
)
def test_data_that_contradict_what_is_declared_are_refused(text, shapes, facts, data, error):
    formula = sg.formula(text, shapes=shapes, facts=facts)
    for ask in (sg.convexity, sg.curvature_bounds, sg.safe_learning_rate):
        with pytest.raises(error):
            ask(formula, "x", data=data)


def test_data_are_used():
    assert str(sg.convexity(QUADRATIC, "x", data={"A": [[2.0, 1], [1, 3]]}).kind) == "STRONGLY_CONVEX"
    assert str(sg.convexity(QUADRATIC, "x", data={"A": [[2.0, 3], [3, 2]]}).kind) == "NEITHER"
    assert str(sg.convexity(QUADRATIC, "x", data={"A": [[0.1, 0.2], [0.2, 0.4]]}).kind) == "CONVEX"
    trace = sg.formula("trace(X@A@X.T)", shapes={"A": "n n", "X": "m n"})
    assert "CONVEX" in str(sg.convexity(trace, "X", data={"A": [[2.0, 1], [1, 3]]}).kind)
    divergence = sg.formula("sum(x*log(x/q))", shapes={"x": "n", "q": "n"})
    assert str(sg.convexity(divergence, "x", data={"q": [0.2, 0.8]}).kind) == "STRICTLY_CONVEX"


# -- results remember their inputs ----------------------------------------------------------------------------


def test_names_keep_their_meaning_in_results_that_lost_them():
    for size in ("3", "n"):
        loss = sg.formula("z1@z1", shapes={"z1": size}) if size == "3" else sg.formula("z2@z2", shapes={"z2": size})
        name = loss.symbols[0].name
        assert sg.lambdify([name], sg.hessian(loss, name))(np.ones(3)).shape == (3, 3)
    affine = sg.formula("sum(3*u)", shapes={"u": "n"})
    assert sg.lambdify(["u"], sg.gradient(affine, "u"))(np.ones(4)).tolist() == [3.0] * 4


def test_inputs_of_one_name_in_several_origins_are_told_apart():
    with pytest.raises(SymgdError, match="several inputs of this name"):
        sg.lambdify(["v9"], _with_two_origins())


def test_numbers_and_parts_have_no_origin():
    """What was derived before does not change what an unrelated formula means."""
    for shape in ("", "n"):
        sg.gradient(sg.formula("7*u8 + sum(t8)", shapes={"t8": shape}), "u8")
        sg.hessian(sg.formula("u8**2 + sum(t8)", shapes={"t8": shape}), "u8")
    assert sg.lambdify(["u8", "t8"], sg.formula("7*u8**2"))(2.0, 3.0) == 28
    assert sg.lambdify(["u8", "t8"], sg.gradient(sg.formula("7*u8 + t8"), "u8"))(2.0, 3.0) == 7


def _with_two_origins():
    from symgd.graph.origins import remember_origin

    result = sg.formula("13*c9")
    for shape in ((3,), (4,)):
        remember_origin([result], sg.sum(sg.tensor("v9", shape)) * result)
    return result


# -- values where the derivative is finite --------------------------------------------------------------------

ZERO = np.zeros(3)


@pytest.mark.parametrize(
    ("text", "shapes", "wrt", "values", "slope"),
    [
        ("(1+norm2(x))*exp(-norm2(x))", VECTOR, "x", [ZERO], 0), ("norm2(x)**3", VECTOR, "x", [ZERO], 0),
        ("norm2(a*x)", {"a": "", "x": "n"}, "a", [0.0, np.ones(3)], 0), ("norm2(a*x)", {"a": "", "x": "n"}, "a", [1.0, ZERO], 0),
        ("norm2(x)", VECTOR, "x", [ZERO], 0), ("sqrt(sum(x**2))", VECTOR, "x", [ZERO], 0), ("sqrt(x@x)", VECTOR, "x", [ZERO], 0),
        ("sqrt(mean(x**2))", VECTOR, "x", [ZERO], 0), ("sqrt(x**2)", {}, "x", [0.0], 0), ("std(x)", VECTOR, "x", [np.ones(1)], 0),
        ("cos(norm2(x))", VECTOR, "x", [ZERO], 0), ("sin(norm2(x))/norm2(x)", VECTOR, "x", [ZERO], 0),
        ("sum(norm2(X[:,None,:]-X[None,:,:], axis=2))", {"X": "n k"}, "X", [np.ones((3, 2))], 0),
        ("w**2.0", {}, "w", [0.0], 0), ("det(A)", {"A": "n n"}, "A", [np.zeros((3, 3))], 0), ("normF(X)", {"X": "m n"}, "X", [np.zeros((2, 3))], 0),
        ("sum(sqrt(x**2+y**2))", {"x": "n", "y": "n"}, "x", [ZERO, ZERO], 0),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_slopes_at_kinks_of_norms_are_the_documented_subgradient(text, shapes, wrt, values, slope):
    formula = sg.formula(text, shapes=shapes)
    code = sg.lambdify([node.name for node in formula.symbols], sg.gradient(formula, wrt))
    assert np.all(np.asarray(code(*values)) == slope)


@pytest.mark.parametrize(
    ("text", "shapes", "value"),
    [
        ("x[0]/abs(x)", VECTOR, np.array([1.0, 0.0])),
        ("x/abs(x)[1]", VECTOR, np.array([1.0, 0.0])),
        ("x/sqrt(sum((x**2)[1:]))", VECTOR, np.array([1.0, 0.0])),
        ("X[0,0]*sum(1/norm2(X, axis=1))", {"X": "m n"}, np.array([[1.0, 2.0], [0.0, 0.0]])),
        ("X[0,1]/norm2(X, axis=0)", {"X": "m n"}, np.array([[0.0, 2.0], [0.0, 0.0]])),
        ("X/sqrt(sum(X**2, axis=1))", {"X": "3 3"}, np.array([[1.0, 2, 3], [0, 0, 0], [4, 5, 6]])),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_only_what_vanishes_with_its_own_norm_is_0_there(text, shapes, value):
    """A norm of other entries excuses nothing: an infinite quotient stays infinite."""
    formula = sg.formula(text, shapes=shapes)
    code, plain = (sg.lambdify(formula.symbols[0], formula, removable=how) for how in ("limit", "nan"))
    assert np.isinf(plain(value)).any()
    assert np.array_equal(np.isinf(code(value)), np.isinf(plain(value)))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_rows_that_are_0_have_slopes_of_0():
    X, W = np.array([[1.0, 2.0], [0.0, 0.0]]), np.array([[1.0, -1.0], [0.5, 2.0]])
    for text in ("sum(norm2(X, axis=1))", "sum(sqrt(sum(X**2, axis=1)))", "sum(sqrt(mean(X**2, axis=1)))"):
        slope = sg.lambdify("X", sg.gradient(sg.formula(text, shapes={"X": "m n"}), "X"))(X)
        assert slope[0] == pytest.approx(X[0] / np.sqrt(5) / (np.sqrt(2) if "mean" in text else 1))
        assert slope[1].tolist() == [0, 0]
    loss = sg.formula("sum(norm2(X@W, axis=1))", shapes={"X": "m n", "W": "n k"})
    rows = X @ W
    wanted = np.outer(X[0], rows[0] / np.linalg.norm(rows[0]))
    assert sg.lambdify(["X", "W"], sg.gradient(loss, "W"))(X, W) == pytest.approx(wanted)


def test_a_function_keeps_its_name_where_an_argument_is_remembered():
    hessian = sg.hessian(sg.formula("z3@z3", shapes={"z3": "n"}), "z3")
    assert "def hess(z3):" in sg.lambdify(["z3"], hessian, name="hess").source


@pytest.mark.parametrize(
    ("text", "place", "limit"),
    [
        ("x*log(x)", 0, 0), ("x**2*log(x)", 0, 0), ("sin(x)/x", 0, 1), ("(exp(x)-1)/x", 0, 1), ("(1-cos(x))/x**2", 0, 0.5),
        ("tan(x)/x", 0, 1), ("(x**2-1)/(x-1)", 1, 2), ("log(1+x)/x", 0, 1), ("x/(exp(x)-1)", 0, 1),
        ("-x*log(x)-(1-x)*log(1-x)", 0, 0), ("-x*log(x)-(1-x)*log(1-x)", 1, 0), ("(x**3-8)/(x-2)", 2, 12),
        ("1/x", 0, np.inf), ("abs(x)/x", 0, np.nan), ("sin(1/x)", 0, np.nan), ("exp(exp(1/x))", 0, np.inf),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_compiled_code_has_the_limit(text, place, limit):
    assert sg.lambdify(["x"], sg.formula(text))(float(place)) == pytest.approx(limit, nan_ok=True)
    if np.isfinite(limit):
        assert np.isnan(sg.lambdify(["x"], sg.formula(text), removable="nan")(float(place)))


def test_entropies_of_arrays_have_their_limit():
    code = sg.lambdify(["x"], sg.formula("sum(x*log(x))", shapes=VECTOR))
    assert code(np.array([0.0, 0.5, 0.5])) == pytest.approx(-np.log(2))


def test_kinks_of_norms_are_kinks_to_the_judge():
    for text in ("norm2(x)", "sqrt(sum(x**2))", "sqrt(x@x)"):
        assert verdict(sg.formula(text, shapes=VECTOR), "x", at={"x": ZERO}) == "KINK"


# -- floats ---------------------------------------------------------------------------------------------------


def test_floats_are_the_decimals_they_print_as():
    x, w = sg.scalar("x"), sg.scalar("w")
    assert sg.gradient(0.5 * x**2, x) is x
    for formula, text in (
        (x * 0.1, "x/10"),
        (x * np.float32(0.1), "x/10"),
        (np.array([0.1], dtype=np.float32) * x, "x*[1/10]"),
        (sg.formula(sp.Float(0.5) * sp.Symbol("x") ** 2.0), "x**2/2"),
        (sg.formula(lambda x: np.pi * x + np.sqrt(2) * x, x), "pi*x + sqrt(2)*x"),
        (sg.formula(lambda x: x / np.sqrt(2 * np.pi), x), "x/sqrt(2*pi)"),
        (sg.formula(lambda x: x * (0.1 + 0.2), x), "0.30000000000000004*x"),
    ):
        assert str(formula) == text
    assert str(sg.convexity((w - 1.0) ** 2.0, w).kind) == "STRONGLY_CONVEX"
    assert sg.lambdify([w], sg.log(1.0 + sg.exp(-w)))(-1000.0) == 1000.0


# -- digits ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("exp(x)/(exp(x) + exp(y) + exp(z))", {"x": [1000, -1000, 0, 700], "y": [1000, 3, 0, -700], "z": [999, 2, 1, 0]}),
        ("log(exp(x) + exp(y) + exp(z))", {"x": [1000, -1000, 0, 700], "y": [1000, 3, 0, -700], "z": [999, 2, 1, 0]}),
        ("log(exp(x) + exp(y) + 1 + exp(z))", {"x": [1000, -1000], "y": [1000, 3], "z": [999, 2]}),
        ("-log(exp(x)/(exp(x) + exp(y)))", {"x": [40, 1000, -1000], "y": [0, 3, 2]}),
        ("exp(x)/exp(y)", {"x": [1000, -700, 800], "y": [1000, -690, 790]}),
        ("1 + erf(x)", {"x": [-10, -1, 0, 5]}),
        ("(1 + erf(x/sqrt(2)))/2", {"x": [-10, -30, 0.5]}),
    ],
)  # fmt: skip
def test_sums_of_exponentials_and_tails_keep_their_digits(text, at):
    found = sg.accuracy(text, at=[dict(zip(at, values, strict=True)) for values in zip(*at.values(), strict=True)])
    assert found.digits >= 12.5, found.explain()


@pytest.mark.parametrize("text", ["sqrt(sum(x**2))", "sqrt(x@x)", "sqrt(mean(x**2))", "norm2(x)"])
@pytest.mark.parametrize("scale", [1e200, 1e-200, 1.0])
def test_roots_of_squares_keep_within_range(text, scale):
    values = scale * np.array([3.0, 4.0])
    formula = sg.formula(text, shapes=VECTOR)
    length = 5.0 / np.sqrt(2) if "mean" in text else 5.0
    value, slope = sg.lambdify(["x"], [formula, sg.gradient(formula, "x")])(values)
    assert value == pytest.approx(length * scale, rel=1e-14, abs=0)
    assert slope == pytest.approx(np.array([0.6, 0.8]) / (np.sqrt(2) if "mean" in text else 1), rel=1e-14)


# -- readers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["nan + x", "oo*x", "zoo + x", "I*x", "Infinity*x", "null + x", "sin + x", "log(0)", "x*log(0)", "x + 0777", "log(-1)"],
)
def test_what_has_no_meaning_is_refused(text):
    with pytest.raises(SymgdError) as caught:
        sg.formula(text)
    assert caught.value.hint


def test_declared_names_are_names():
    for name in ("nan", "oo", "I", "null", "sin", "gamma", "beta"):
        assert sg.formula(f"{name}*x", shapes={name: ""}).symbols
    assert sg.formula("gamma*x").symbols


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_arrays_and_functions_that_mean_something_else_are_refused():
    X, x = sg.tensor("X", (2, 2)), sg.tensor("x", (3,))
    for function in (lambda X: np.matrix([[1, 2], [3, 4]]) * X, lambda X: X @ np.ma.masked_array(np.eye(2))):
        with pytest.raises(UnsupportedError, match="asarray|view"):
            sg.formula(function, X)
    generator = np.random.default_rng(0)
    with pytest.raises(UnsupportedError, match="random"):
        sg.formula(lambda x: np.sum(generator.normal(size=3) * x), x)
    with pytest.raises(UnsupportedError, match="two symbols"):
        sg.formula(sp.Symbol("x") + sp.Symbol("x", positive=True))


@pytest.mark.parametrize(
    ("name", "values", "true"),
    [
        ("log1p", [1.5], math.log1p(1.5)), ("expm1", [1.5], math.expm1(1.5)), ("log2", [1.5], math.log2(1.5)),
        ("log10", [1.5], math.log10(1.5)), ("exp2", [1.5], 2**1.5), ("hypot", [1.5, 2.5], math.hypot(1.5, 2.5)),
        ("fma", [1.5, 2.5, 0.75], 4.5), ("Sqrt", [1.5], math.sqrt(1.5)), ("Cbrt", [1.5], 1.5 ** (1 / 3)),
    ],
)  # fmt: skip
def test_functions_for_code_are_read(name, values, true):
    from sympy.codegen import cfunctions

    symbols = sp.symbols("x y z")[: len(values)]
    code = sg.lambdify([str(one) for one in symbols], sg.formula(getattr(cfunctions, name)(*symbols)))
    assert code(*values) == pytest.approx(true, rel=1e-14)


# -- crashes and hangs ----------------------------------------------------------------------------------------


def test_a_choice_at_a_point_of_a_vector_that_is_indexed_too():
    formula = sg.formula("sum(where(x == 2, 2, x*x[0]))", shapes={"x": "n"})
    assert sg.check_gradient(formula, "x").verdict.name == "RIGHT"


def test_steps_and_tolerances_in_code_are_no_points():
    """Code with its own clipping is judged where the caller asks, not at the ends of its range."""

    def loss(x):
        return np.sum(np.exp(np.clip(x, -700.0, 700.0)))

    def gradient(x):
        return np.exp(np.clip(x, -700.0, 700.0))

    assert verdict(loss, gradient, at=[0.5, -1.0]) == "RIGHT"


def test_choices_by_a_scalar_have_second_derivatives():
    formula = sg.formula("maximum(w@w, (w@w)**2)", shapes={"w": "n"})
    assert sg.check_hessian(formula, "w").verdict.name == "RIGHT"
    solved = sg.formula("minimum(sum(solve(A, u)**2), 0.7)", shapes={"A": "n n", "u": "n"})
    assert sg.hessian(solved, "u").shape == (*solved.symbols[1].shape, *solved.symbols[1].shape)


def test_sizes_are_chosen_so_that_matrices_have_inverses():
    V = "(s2*eye(n) + Z@G@Z.T)"
    text = f"-1/2*log(det({V})) - 1/2*log(det(X.T@inv({V})@X)) - 1/2*(y@inv({V})@y)"
    shapes = {"Z": "n q", "G": "q q", "X": "n p", "y": "n", "s2": ""}
    formula = sg.formula(text, shapes=shapes, facts={"s2": {"positive": True}, "G": {"pd": True}})
    assert verdict(formula, "s2") == "RIGHT"


def test_rows_that_are_looked_up_are_no_obstacle_to_convexity():
    for text in ("sum(x[k]**2)", "sum(x[[0,0,1]]**2)"):
        shapes = {"x": (5,)} | ({"k": (3,)} if "k" in text else {})
        assert str(sg.convexity(sg.formula(text, shapes=shapes), "x").kind) == "CONVEX"


def test_numbers_beyond_floats_are_refused_when_compiled():
    with pytest.raises(UnsupportedError, match="5001 digits|5000 digits"):
        sg.lambdify(["x"], sg.formula("x*10**5000"))


def test_deep_nets_are_judged_in_linear_time():
    hidden = sg.tensor("x", "d0")
    for layer in range(10):
        hidden = sg.tanh(sg.tensor(f"W{layer}", f"d{layer + 1} d{layer}") @ hidden)
    check = sg.check_gradient(sg.sum(hidden**2), "W0")
    assert check.verdict.name == "RIGHT"


def test_a_formula_is_not_read_with_numbers_that_begin_with_zero():
    assert str(sg.formula("0.5*x")) == "x/2"
    with pytest.raises(ParseError, match="begin with 0"):
        sg.formula("x + 007")


@pytest.mark.parametrize("syntax", ["symgd", "latex"])
def test_a_shape_for_a_name_that_does_not_occur_is_an_error(syntax):
    with pytest.raises(ParseError, match="a shape is given for z, which is not in the formula"):
        sg.formula("x + y", shapes={"x": "n", "z": "n"}, syntax=syntax)
    with pytest.raises(ParseError, match="a shape is given for x, which is not in the formula"):
        sg.formula("2", shapes={"x": "n"}, syntax=syntax)
    assert sg.formula("x + y", shapes={"x": "n", "y": "n"}, syntax=syntax).shape == sg.tensor("x", "n").shape


def test_verdicts_and_the_roots_of_their_proofs_agree():
    for text, domain in (("where(x == 0, 7, x)", "[0, 1]"), ("sign(x)", "[0, 1]")):
        found = sg.convexity(text, "x", domain={"x": domain})
        if found.proof is not None:
            assert found.kind.in_words in found.proof.claim
