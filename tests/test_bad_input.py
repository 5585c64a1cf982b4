"""Bad input gets one clear error of symgd's own types: what is wrong, and what to do."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd import testing
from symgd.errors import DataError

X, w, y = sg.tensor("X", "m n"), sg.tensor("w", "n"), sg.tensor("y", "m")
A, x = sg.tensor("A", "3 4"), sg.scalar("x")

WRONG = {
    # shapes and ranks
    "matmul": (lambda: X @ y, sg.ShapeError, "cannot multiply"),
    "addition": (lambda: w + y, sg.ShapeError, "cannot add"),
    "mutual stretching": (lambda: y[:, None] - y, sg.ShapeError, "both would be stretched"),
    "inverse of no square": (lambda: sg.inv(A), sg.ShapeError, "square"),
    "eigenvalues of a vector": (lambda: sg.eigvalsh(w), sg.ShapeError, "square"),
    "expm of a vector": (lambda: sg.expm(w), sg.ShapeError, "square"),
    "singular values of named sizes": (lambda: sg.svdvals(X), sg.UnsupportedError, "declare the sizes with numbers"),
    "Kronecker product of mixed ranks": (lambda: sg.kron(X, w), sg.ShapeError, "two matrices"),
    "cross product of four": (lambda: sg.cross(sg.tensor("a", "4"), sg.tensor("b", "4")), sg.ShapeError, "three entries"),
    "norm without an axis": (lambda: sg.norm2(X), sg.ShapeError, "ambiguous"),
    "unknown norm": (lambda: sg.norm(X, 7), sg.SymgdError, "no matrix norm"),
    "reshape": (lambda: sg.reshape(A, (5, 5)), sg.ShapeError, "holds 12 entries"),
    "reshape of names": (lambda: sg.reshape(X, ("m", 7)), sg.ShapeError, "entries"),
    "concatenate": (lambda: sg.concatenate([X, w]), sg.ShapeError, "cannot concatenate"),
    "stack": (lambda: sg.stack([w, y]), sg.ShapeError, "cannot stack"),
    "no list": (lambda: sg.concatenate(w), sg.ShapeError, "takes a list"),
    "softmax without an axis": (lambda: sg.softmax(X), sg.ShapeError, "needs an axis"),
    "an axis that is not there": (lambda: sg.sum(w, axis=1), sg.ShapeError, "no axis 1"),
    "an index outside": (lambda: A[5], sg.ShapeError, "outside axis 0"),
    "a row number outside": (lambda: A[[0, 7]], sg.ShapeError, "outside"),
    "a mask": (lambda: w[w > 0], sg.UnsupportedError, "where"),
    "a broken row number": (lambda: A[[0.5]], sg.UnsupportedError, "whole numbers"),
    "a window too wide": (lambda: sg.windows(A, 9), sg.ShapeError, "does not fit"),
    "convolution of matrices": (lambda: sg.convolve(X, w), sg.ShapeError, "two vectors"),
    "unknown mode": (lambda: sg.convolve(w, w, "circular"), sg.SymgdError, "no mode of convolution called 'circular'"),
    "a broken matrix power": (lambda: sg.matrix_power(sg.tensor("S", "3 3"), 0.5), sg.UnsupportedError, "whole number"),
    "an empty axis": (lambda: sg.tensor("e", (0, 3)), sg.ShapeError, "cannot have size 0"),
    "an empty slice": (lambda: A[2:1], sg.ShapeError, "empty"),
    "an empty list": (lambda: sg.stack([]), sg.ShapeError, "takes a list"),
    "too few arguments": (lambda: sg.polygamma(x), sg.SymgdError, "takes 2 arguments"),
    "too many arguments": (lambda: sg.leaky_relu(x, 1, 2), sg.SymgdError, "takes 1 to 2 arguments"),
    # derivatives
    "gradient of a vector": (lambda: sg.gradient(X @ w, w), sg.ShapeError, "use jacobian"),
    "a name that is not there": (lambda: sg.gradient("x**2", "z"), sg.SymgdError, "not in the formula"),
    "a formula as variable": (lambda: sg.gradient("x**2*y", "x*y"), sg.SymgdError, "not an input"),
    "an order of Bessel": (
        lambda: sg.gradient("besselj(n, x)", "n"),
        sg.UnsupportedError,
        "derivative of besselj in its order",
    ),
    "the argument s of zeta": (lambda: sg.gradient("zeta(s)", "s"), sg.UnsupportedError, "derivative of zeta in its s"),
    "an unknown structure": (lambda: sg.gradient("trace(S)", "S", structure="hankel"), sg.SymgdError, "no structure called"),
    "a structure of no square": (lambda: sg.gradient(sg.sum(A), A, structure="symmetric"), sg.ShapeError, "square"),
    "a tangent of another shape": (lambda: sg.jvp(X @ w, w, y), sg.ShapeError, "a tangent has the shape"),
    "an adjoint of another shape": (lambda: sg.vjp(X @ w, w, w), sg.ShapeError, "an adjoint has the shape"),
    "an order of derivative": (lambda: sg.derivative("x**2", "x", -1), sg.SymgdError, "whole number"),
    "a Taylor order": (lambda: sg.taylor("x", "x", order=-1), sg.SymgdError, "order"),
    "a Taylor point": (lambda: sg.taylor("x*y", ["x", "y"], at=[1]), sg.SymgdError, "1 numbers for 2"),
    # domains and complex numbers
    "log of a negative constant": (lambda: sg.lambdify([], sg.formula("1/0")), sg.DomainError, "division by zero"),
    "a root of a negative constant": (lambda: sg.formula("(-2)**(1/2)"), sg.DomainError, "not a real number"),
    "a complex symbol": (lambda: sg.formula(sp.Symbol("z", complex=True) ** 2), sg.UnsupportedError, "real formulas"),
    "an imaginary symbol": (lambda: sg.formula(sp.Symbol("z", imaginary=True)), sg.UnsupportedError, "real formulas"),
    "the imaginary unit": (lambda: sg.formula(sp.I * sp.Symbol("z")), sg.UnsupportedError, "real formulas"),
    "a large array": (lambda: w + np.zeros(5000), sg.SymgdError, "cannot stand in a formula"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_gives_one_clear_error(name):
    make, kind, message = WRONG[name]
    with pytest.raises(kind, match=message):
        make()


def test_compiled_look_ups_check_their_rows():
    rows = sg.tensor("rows", "k")
    code = sg.lambdify([X, rows], X[rows])
    np.testing.assert_array_equal(code(np.arange(6.0).reshape(3, 2), [2, 0]), [[4, 5], [0, 1]])
    for wrong in ([3], [-1], [0.5]):
        with pytest.raises(ValueError, match="row numbers are whole numbers from 0 to 2"):
            code(np.zeros((3, 2)), wrong)


def test_code_that_sympy_spells_is_put_in_brackets():
    x = sp.Symbol("x")
    assert float(sg.lambdify(x, 2 * sp.harmonic(x))(0.7)) == pytest.approx(float(2 * sp.harmonic(0.7)))
    assert float(sg.lambdify(x, sp.asech(x / 2))(0.7)) == pytest.approx(float(sp.asech(0.35)))


# -- what each parameter may be -------------------------------------------------------------------------------------

MATRIX = np.asarray([[1.0, 2.0]]).view(np.matrix)
ITSELF: list = []
ITSELF.append(ITSELF)
RING: dict = {}
RING["x"] = RING
TWO = np.array([1.0, 2.0])
SQUARES = sg.formula("mean((X @ w - y)**2)", shapes={"X": "m n", "w": "n", "y": "m"})
DATA = {"X": np.eye(2), "y": np.ones(2)}
INDEXED = sp.IndexedBase("x")[sp.Symbol("i", integer=True)]


def refused(rows):
    """Make one test of each row: a call, and a part of its message."""
    return pytest.mark.parametrize(("call", "message"), [pytest.param(*row, id=str(k)) for k, row in enumerate(rows)])


@refused([
    (lambda: sg.simplify("x", prove=TWO), r"prove is True or False, not \[1\. 2\.\]"),
    (lambda: sg.gradient("x", "x", prove=1), "prove is True or False, not 1"),
    (lambda: sg.structure(sg.hessian(SQUARES, "w"), prove=sp.Symbol("x") < 1), "prove is True or False, not x < 1"),
    (lambda: sg.derivation("x", "x", check=TWO), "check is True or False"),
    (lambda: sg.derivation("x", "x", code="no"), "code is True or False, not 'no'"),
    (lambda: sg.gradient("x", "x", layout=TWO), "no layout called"),
    (lambda: sg.jacobian("x", "x", layout=ITSELF), r"no layout called \[\[\[\[…\]\]\]\]"),
    (lambda: sg.gradient("trace(S)", "S", structure=10**5000), "no structure called an integer of about 5001 digits"),
    (lambda: sg.formula("x", syntax=TWO), "no syntax called"),
    (lambda: sg.derivation("x", "x", what=TWO), "no derivation called"),
    (lambda: sg.lambdify("x", "x", removable=np.broadcast_to(1.0, (10**6, 10**6))), "called an array of shape"),
    (lambda: sg.lambdify("x", "x", []), r"no backend called \[\]"),
    (lambda: sg.lambdify("x", "x", name=3), "3 cannot name a function"),
    (lambda: sg.verified("x", what=TWO), "no kind of verified function called"),
    (lambda: sg.verified("x*y", arguments="xy"), "arguments is a list of names, not 'xy'"),
    (lambda: x.latex(notation=TWO), "no notation called"),
])  # fmt: skip
def test_flags_and_choices(call, message):
    with pytest.raises(sg.SymgdError, match=message):
        call()


@refused([
    (lambda: sg.formula("x", shapes=TWO), "shapes is a mapping, not"),
    (lambda: sg.formula("x", shapes="n"), "shapes is a mapping, not 'n'"),
    (lambda: sg.formula("x", facts=3), "facts is a mapping, not 3"),
    (lambda: sg.formula("x", facts={"x": 3}), "what is known of 'x' is a mapping, not 3"),
    (lambda: sg.objective(SQUARES, "w", data=TWO), "data is a mapping"),
    (lambda: sg.objective(SQUARES, "w", data={"X": [[1], [2, 3]], "y": 1}), "the value of X is an array of numbers"),
    (lambda: sg.minimize(SQUARES, "w", data=3), "data is a mapping, not 3"),
    (lambda: sg.minimize(SQUARES, "w", data=DATA, start={"w": INDEXED}), r"the start of w is an array of numbers, not x\[i\]"),
    (lambda: sg.convexity(SQUARES, "w", data=TWO), "data is a mapping"),
    (lambda: sg.curvature_bounds(SQUARES, "w", "X"), "data is a mapping, not 'X'"),
    (lambda: sg.safe_learning_rate(SQUARES, "w", [1]), r"data is a mapping, not \[1\]"),
    (lambda: sg.curvature_bounds("exp(x)", "x", around="a", radius=1), "the centre of x is an array of numbers, not 'a'"),
    (lambda: sg.curvature_bounds("exp(x)", "x", around=0, radius="a"), r"a radius is a positive number, not 'a'"),
    (lambda: sg.curvature_bounds("exp(x)", "x", around=[], radius=1), "the centre of x is not (finite|an array of shape)"),
    (lambda: sg.curvature_bounds("exp(x)", "x", around=[1, 2], radius=1), "the centre of x is not (finite|an array of shape)"),
    (lambda: sg.curvature_bounds("exp(x)", "x", around=np.nan, radius=1), "the centre of x is not (finite|an array of shape)"),
    (lambda: sg.curvature_bounds("exp(x)", "x", around={"x": 1, "q": 2}, radius=1), "'q' has a centre and is no variable"),
    (lambda: sg.curvature_bounds(SQUARES, "w", data=DATA, around=[], radius=1), "the centre of w is not an array of shape"),
    (lambda: sg.curvature_bounds("exp(x)", "x", around=[]), "a ball has a centre and a radius"),
    (lambda: sg.formula("x", facts={"x": {1: 2}}), "1 is not a fact of 'x'"),
    (lambda: sg.scalar("x", lower=np.nan), "a bound is a number, not nan"),
    (lambda: sg.tensor("x", "n", sums_to=np.nan), "the entries sum to a number"),
])  # fmt: skip
def test_mappings_and_arrays(call, message):
    with pytest.raises(sg.SymgdError, match=message):
        call()


@refused([
    (lambda: sg.gradients("x*y", 3), "wrt is a list, not 3"),
    (lambda: sg.gradients("x*y", x), "wrt is a list, not x"),
    (lambda: sg.gradient("x", ITSELF), "a list of variables holds no lists"),
    (lambda: sg.convexity("x", [["x"]]), "a list of variables holds no lists"),
    (lambda: sg.gradient("x", 10**5000), "an integer of about 5001 digits is not a variable"),
    (lambda: sg.lambdify([10**5000], "x"), "an integer of about 5001 digits is not an input"),
    (lambda: sg.hvp("x**2", "x", vector=INDEXED), "the index i does not run"),
    (lambda: sg.exp(INDEXED), "the index i does not run"),
    (lambda: sg.derivative("x", "x", 10**5000), "from 0 to 20, not an integer of about"),
])  # fmt: skip
def test_variables(call, message):
    with pytest.raises(sg.SymgdError, match=message):
        call()


@refused([
    (lambda: sg.convexity("x > 0"), "a condition is neither convex nor concave"),
    (lambda: sg.convexity("x", progress=3), "progress is a function, not 3"),
    (lambda: sg.convexity("x", budget=10**400), "the budget, a number of seconds, is a number in"),
    (lambda: sg.convexity("x", budget="1"), "the budget, a number of seconds, is a number in"),
    (lambda: sg.convexity("x", seed=ITSELF), "a seed is a whole number from 0 on"),
])  # fmt: skip
def test_convexity(call, message):
    with pytest.raises(sg.SymgdError, match=message):
        call()


def test_a_constant_too_large_for_a_float_is_affine():
    for text in ("10**400", "10**400*x", "x - 10**5000"):
        assert sg.convexity(sg.formula(text)).kind.name == "AFFINE"


def test_a_formula_is_not_made_by_its_class():
    with pytest.raises(sg.SymgdError, match="a formula is not made by its class"):
        sg.Node()


def sum_of_squares(v):
    return np.sum(v**2)


def twice(v):
    return 2 * v


@refused([
    (lambda: sg.check_gradient(dict, twice, at=TWO), "what is judged is a function, not the class dict"),
    (lambda: sg.check_gradient(sum_of_squares, sg.Adam, at=TWO), "the claimed gradient is a function, not the class Adam"),
    (lambda: sg.check_gradient(sum_of_squares, sp.Function("f"), at=TWO), "gradient is a function, not the class f"),
    (lambda: sg.check_hessian(sum_of_squares, dict, at=TWO), "the claimed Hessian is a function, not the class dict"),
    (lambda: sg.check_hessian(sum_of_squares, twice, gradient=3, at=TWO), "the gradient of a function is a function, not 3"),
    (lambda: sg.check_hessian(sum_of_squares, twice, at=TWO, seed=MATRIX), "a seed is a whole number"),
    (lambda: sg.check_hessian(sum_of_squares, twice, at=TWO, seed=ITSELF), "a seed is a whole number"),
    (lambda: sg.check_gradient("x**2", "x", gradient=sg.Adam), "a claim that is code is a function, not the class Adam"),
    (lambda: sg.check_value("x**2", dict), "a claim that is code is a function"),
    (lambda: sg.check_gradient(sum_of_squares, twice, at=TWO, args=3), "args is a list, not 3"),
    (lambda: sg.check_gradient(sum_of_squares, twice, at=TWO, args=TWO), "args is a list, not"),
    (lambda: sg.check_gradient(sum_of_squares, twice, at=[]), "this one is empty"),
    (lambda: sg.check_gradient(sum_of_squares, twice, at=()), "this one is empty"),
    (lambda: sg.check_gradient(sum_of_squares, twice, at=ITSELF), "nested deeper than 32 levels"),
    (lambda: sg.check_gradient(sum_of_squares, twice, at=RING), "nested deeper than 32 levels"),
    (lambda: sg.check_gradient(sum_of_squares, twice, at=np.broadcast_to(1.0, (10**6, 10**6))), "too large to be judged"),
    (lambda: sg.check_jacobian(np.sin, lambda v: np.eye(20_000), at=np.ones(20_000)), "20000 × 20000 entries is too large"),
    (lambda: sg.check_value("x**2", "x*x", at=[]), "the list of points is empty"),
    (lambda: testing.assert_matches("x*y", lambda a, b: a * b, arguments="xy"), "arguments is a list of names, not 'xy'"),
    (lambda: sg.check_value("x**2", lambda x: x**2, arguments=[]), "cannot be called with 0 arguments"),
    (lambda: sg.check_gradient("x**2", "x", gradient=lambda x: 2 * x, arguments=[]), "cannot be called with 0 arguments"),
    (lambda: sg.check_value("x**2", lambda x: None), "the function returns is None"),
    (lambda: testing.assert_gradient(sum_of_squares, lambda v: None, at=TWO), "the function returns is None"),
    (lambda: testing.assert_gradient(sum_of_squares, lambda v: [None, 1], at=TWO), r"what stands at \[0\] is None"),
    (lambda: testing.assert_verified(twice), "the function twice is not registered"),
    (lambda: testing.points_inside("log(x)", sizes=3), "sizes is a mapping, not 3"),
    (lambda: testing.points_inside("log(x)", sizes={"n": 0}), "the size 'n' is a whole number from 1 on, not 0"),
    (lambda: testing.points_inside("log(x)", largest="a"), "the largest number is a positive number, not 'a'"),
])  # fmt: skip
def test_judged_code(call, message):
    with pytest.raises(sg.SymgdError, match=message):
        call()


def test_what_somebodys_function_raises_is_its_own():
    def fails(v):
        raise KeyError("mine")

    for call in (
        lambda: sg.check_gradient(fails, twice, at=TWO),
        lambda: sg.check_gradient(sum_of_squares, fails, at=TWO),
        lambda: sg.check_value("x**2", fails),
        lambda: sg.convexity("x**3", progress=fails),
    ):
        with pytest.raises(KeyError, match="mine"):
            call()


def test_a_decorated_function_can_be_asserted():
    @sg.verified("x**2", wrt="x")
    def slope(x):
        return 2 * x

    testing.assert_verified(slope)


@refused([
    (lambda: sg.save_formula(x, 3), "path is the path of a file, not 3"),
    (lambda: sg.save_formula(x, ""), "'' is not the path of a file"),
    (lambda: sg.save_formula(x, "/"), "'/' is not the path of a file"),
    (lambda: sg.load_formula("\0"), "is not the path of a file"),
    (lambda: sg.load_formula("\ud800"), "is not the path of a file"),
    (lambda: sg.load_formula(TWO), "path is the path of a file"),
    (lambda: sg.load_formula("x" * 3000), "cannot read 'x{57} …"),
    (lambda: sg.save_formula(x, "x" * 3000), "cannot write 'x{57} …"),
])  # fmt: skip
def test_paths(call, message):
    with pytest.raises(DataError, match=message) as caught:
        call()
    assert len(str(caught.value)) < 200


@refused([
    (lambda: sg.taylor("x", "x", at=np.broadcast_to(1.0, (10**6, 10**6))), "the point has the shape"),
    (lambda: sg.taylor("x", "x", at=INDEXED), "is not a number"),
    (lambda: sg.taylor("x", "x", at=10**5000), "a point of at most 1000 digits"),
    (lambda: sg.taylor("x", "x", order="x" * 3000), "from 0 to [0-9]+, not 'xxx"),
    (lambda: sg.taylor("sin(x)", "x").up_to("3"), "the order is a whole number from 0 to 4, not '3'"),
    (lambda: sg.taylor("sin(x)", "x").bound(3), "domain is a mapping, not 3"),
    (lambda: sg.taylor("sin(x)", "x").bound({"x": 3}), "x has no bounds"),
    (lambda: sg.safe_learning_rate(SQUARES, "w", DATA).after("3"), "the number of steps is a whole number"),
    (lambda: sg.minimize("x**2", "x", start=1.0, epochs=2).plot(3), "ax is a matplotlib Axes, not 3"),
    (lambda: sg.derivation("x**2", "x").html(title=3), "a title is a text, not 3"),
    (lambda: sg.derivation("x**2", "x").text(steps=TWO), "steps is True or False"),
    (lambda: sg.derivation("x**2", "x").result_latex(3), "align is a text, not 3"),
    (lambda: sg.objective(SQUARES, "w", DATA).hess([1.0, 2.0]).solve("a"), "the right side is an array of numbers, not 'a'"),
    (lambda: sg.scalar("x", positive=TWO), r"positive of x is True or False"),
    (lambda: sg.tensor("p", "n", sums_to="a"), "the entries sum to a number, not to 'a'"),
])  # fmt: skip
def test_results_and_expansions(call, message):
    with pytest.raises(sg.SymgdError, match=message):
        call()


def test_numbers_of_numpy_are_points():
    assert str(sg.taylor("x**2", "x", at=np.longdouble(2), order=1).polynomial) == str(
        sg.taylor("x**2", "x", at=2, order=1).polynomial
    )


@refused([
    (lambda: sg.sum(A, axis=np.array([0.0, 1.0])), "is not an axis"),
    (lambda: sg.sum(A, axis=int), "the class int is not an axis"),
    (lambda: sg.sum(A, axis=10**5000), "no axis an integer of about 5001 digits"),
    (lambda: sg.diff(w, axis=[]), "diff runs along one axis, not 0"),
    (lambda: sg.diff(w, axis=None, n=10**5000), "whole number of times, not an integer"),
    (lambda: sg.cumsum(w, reverse=TWO), "reverse is True or False"),
    (lambda: sg.overlap_add(A, axis=[]), "overlap_add runs along one axis, not 0"),
    (lambda: sg.expand_dims(A, [1.0] * 20_000), "1.0 is not an axis"),
    (lambda: sg.expand_dims(A, [1, 1]), "an axis is named twice"),
    (lambda: sg.expand_dims(A, np.nan), "nan is not an axis"),
    (lambda: sg.eye(np.array([1.0, 2.0])), "is not a size"),
    (lambda: sg.ones(10**5000), "cannot have size an integer of about 5001 digits"),
    (lambda: sg.norm(A, ord=TWO), "no norm called"),
    (lambda: sg.norm(A, ord=ITSELF), "no norm called"),
    (lambda: sg.tensordot(A, x), "cannot sum over 2 axes"),
    (lambda: sg.tensordot(A, A, axes=[0, 1, 1]), "a number or two lists"),
    (lambda: sg.choose(A, 3), "what is chosen is a list, not 3"),
    (lambda: A[np.array([np.nan])], "nan cannot index"),
    (lambda: A[[[0], [1, 2]]], "row numbers are an array"),
    (lambda: A[int], "the class int cannot index"),
    (lambda: sg.tril(A, 10**5000), "the offset of a triangle is a whole number, not an integer"),
    (lambda: sg.arange(1, 9, 0), "this range is empty"),
    (lambda: sg.arange(1, 10**12), "up to 1000 numbers"),
    (lambda: sg.arange(TWO, 3), "whole numbers"),
])  # fmt: skip
def test_functions_of_formulas(call, message):
    with pytest.raises(sg.SymgdError, match=message):
        call()
