"""Checks of hand-written code: as the formula it can be read as, or by its values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from symgd.api.binding import GradientOf, ValueOf, bind, names_of, read_parameters
from symgd.api.claims import own_gradients, own_jacobians, read_as_formula, read_claims_as_formulas
from symgd.api.derivatives import gradient as derive_gradient
from symgd.arguments import Function, read_arguments, read_function, read_seed
from symgd.checking.judgement import Verdict
from symgd.errors import ShapeError, SymgdError, UnsupportedError
from symgd.graph.node import Node, tensor

if TYPE_CHECKING:
    from symgd.arrays import Array
    from symgd.checking.verdict import GradientCheck
    from symgd.typing import Point


def check_code(
    function: object,
    claim: object,
    at: Point | None,
    seed: int,
    what: str,
    args: tuple[object, ...] = (),
    seconds: float = math.inf,
) -> GradientCheck:
    """Check a hand-written derivative: as a formula where the function can be read as one and has its values, else by values.

    A claim of True means that the function returns its value and its gradient.
    """
    from symgd.checking.black_box.array_libraries import like, to_numpy

    function = read_function(function, "what is judged")
    returns_both = claim is True
    derivative: Function = (
        GradientOf(function, must_be_pair=True) if returns_both else read_function(claim, f"the claimed {what}")
    )
    args, seed = read_arguments(args), read_seed(seed)
    if returns_both:
        function = ValueOf(function)
    if args:
        function, derivative = _With(function, args), _With(derivative, args)
    parameters = read_parameters(at, function)
    if parameters is None:
        return _check_of_array(function, derivative, at, seed, what, seconds)
    if isinstance(at, tuple) and parameters.is_spread and not (args or returns_both):
        names = names_of(function, len(at))
        derivative = derivative if names is None else bind(derivative, names)
    at = like(parameters.example, parameters.vector)
    leading = 0 if what == "gradient" else np.ndim(to_numpy(parameters.call(function, at)))
    check = _check_of_array(
        lambda vector: parameters.call(function, vector),
        lambda vector: parameters.flat(parameters.call(derivative, vector), leading),
        at,
        seed,
        what,
        seconds,
    )
    return check.renamed(parameters.place_of)


def _check_of_array(
    function: Function, claim: Function, at: Point | None, seed: int, what: str, seconds: float
) -> GradientCheck:
    from symgd.checking.black_box.array_libraries import Asked, in_double_precision, library_of
    from symgd.checking.black_box.check import check_hand_written
    from symgd.checking.black_box.code import HandWritten, has_values_of
    from symgd.checking.black_box.complex_step import is_analytic

    x, seed = _read_point(at), read_seed(seed)
    with in_double_precision(), np.errstate(all="ignore"):
        library = library_of(at)
        is_plain = what == "gradient" and not isinstance(claim, GradientOf)
        fun, grad = Asked(function, library), Asked(GradientOf(claim, x.ndim) if is_plain else claim, library)
        value = fun(x.copy())
        if what != "gradient" and value.size * x.size > _LARGEST:
            raise UnsupportedError(f"a {what} of {value.size} × {x.size} entries is too large to be judged", hint="take fewer")
        if what == "gradient" and value.ndim:
            raise ShapeError(
                f"the function returns an array of shape {value.shape}, and a gradient belongs to a scalar",
                hint="judge its Jacobian with check_jacobian",
            )
        variable = tensor("x", x.shape)
        formula = read_as_formula(function, [variable]) if library is None else None
        if formula is not None and formula.shape == value.shape and has_values_of(formula, variable, fun, x):
            check = _check_traced(formula, variable, grad, x, seed, what)
            if check is not None and check.verdict is not Verdict.UNSURE:
                return check
        analytic = function if formula is not None and is_analytic(formula) else None
        return check_hand_written(HandWritten(fun, grad, analytic, what), x, seed, seconds)


def _check_traced(formula: Node, variable: Node, claim: Function, x: Array, seed: int, what: str) -> GradientCheck | None:
    """Check a function's derivative by the formula it was read as; None where symgd cannot derive it or it is too large."""
    from symgd.checking.black_box.code import around
    from symgd.checking.black_box.numbers_in_code import places_at_jumps
    from symgd.checking.formula.check import check_formula
    from symgd.checking.request import Question

    derived = own_gradients(formula, [variable]) if what == "gradient" else own_jacobians(formula, [variable])
    if derived.finished is None:
        return None
    generator = np.random.default_rng(seed)
    nearby = [{variable: place} for place in around(x, 4, generator)]
    nearby += [{variable: place} for place in places_at_jumps((claim,), claim, x, generator)]
    label = "grad" if what == "gradient" else what
    question = Question(formula, (variable,), derived.finished, (claim,), (variable,), what, label, derived.raw)
    return check_formula(
        question, at={variable: x}, nearby=nearby, seed=seed, traced=lambda: read_claims_as_formulas([claim], [variable])
    )


_LARGEST = 10**8
"""Entries of a dense matrix that is checked."""


class _With:
    """A function with further arguments behind those that it is asked for."""

    def __init__(self, function: Function, args: tuple[object, ...]) -> None:
        self.function = function
        self.args = args

    def __call__(self, *values: object) -> object:
        return self.function(*values, *self.args)


def check_hessian_code(
    function: object,
    claim: object,
    gradient: object,
    at: Point | None,
    seed: int,
    args: tuple[object, ...] = (),
    seconds: float = math.inf,
) -> GradientCheck:
    """Check a hand-written Hessian: as the Jacobian of the gradient, derived where the function can be read, or given."""
    function, claim = read_function(function, "what is judged"), read_function(claim, "the claimed Hessian")
    if gradient is not None:
        gradient = read_function(gradient, "the gradient of a function")
    args, seed = read_arguments(args), read_seed(seed)
    if args:
        function, claim = _With(function, args), _With(claim, args)
        gradient = None if gradient is None else _With(gradient, args)
    if gradient is None:
        x = _read_point(at)
        variable = tensor("x", x.shape)
        formula = read_as_formula(function, [variable])
        if formula is None or formula.shape:
            raise SymgdError(
                "the function cannot be read as a formula, and differences of differences carry too few digits",
                hint="give gradient=…, its gradient function; the Hessian is judged as the Jacobian of that",
            )
        from symgd.checking.black_box.array_libraries import Asked
        from symgd.checking.black_box.code import has_values_of

        fun = Asked(function)
        if has_values_of(formula, variable, fun, x):
            slope = derive_gradient(formula, variable)
            check = _check_traced(slope, variable, Asked(claim), x, seed, "Jacobian")
            if check is not None:
                return check
        raise SymgdError("the function is not what it was read as", hint="give gradient=…, its gradient function")
    first = check_code(function, gradient, at, seed, "gradient", seconds=seconds)
    if first.verdict is Verdict.WRONG:
        return first
    return check_code(gradient, claim, at, seed, "Hessian", seconds=seconds)


def _read_point(at: Point | None) -> Array:
    from symgd.checking.black_box.array_libraries import to_numpy

    if at is None:
        raise SymgdError("two functions are compared at a point", hint="give at=x0")
    point: Array = to_numpy(at, "the point")
    if not point.size:
        raise ShapeError("two functions are compared at a point, and this one is empty", hint="at=[1.0, 2.0]")
    return point
