"""The SymPy door: a SymPy expression becomes a graph, without SymPy differentiating or evaluating anything.

Scalars, explicit matrices and matrix expressions. A SymPy symbol without assumptions is taken as real; assumptions
become facts. A sum
of n terms becomes one sum, a product of n factors a chain of products, so that partial derivatives of products share
their prefixes.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import sympy as sp
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from symgd.errors import ShapeError, UnsupportedError
from symgd.graph.node import Node, constant, size, tensor
from symgd.graph.primitive import REGISTRY, Primitive, lookup
from symgd.graph.shape import Dim, Size, show_shape
from symgd.graph.walk import substitute
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.contraction import eye, ones, zeros
from symgd.primitives.exponential import exp
from symgd.primitives.indexing import stack
from symgd.primitives.linalg import det, inv
from symgd.primitives.piecewise import abs, equal, less, less_equal, maximum, minimum, where
from symgd.primitives.spellings import matmul, trace, transpose
from symgd.primitives.trigonometric import cos, e, pi, sin, tan

__all__ = ["from_sympy", "symbol_node"]

Builder = Callable[[Any, Sequence[Any]], Any]


def from_sympy(expression: Any) -> Node:
    """Read a SymPy expression.

    Parameters
    ----------
    expression : sympy.Expr, sympy.Matrix or sympy.MatrixExpr

    Returns
    -------
    Node
        A 1 × 1 matrix expression becomes a scalar.

    Raises
    ------
    UnsupportedError
        For what symgd has no derivative of, or what is not real.

    Examples
    --------
    >>> import sympy
    >>> from symgd.formula.from_sympy import from_sympy
    >>> x = sympy.Symbol("x")
    >>> from_sympy(sympy.sin(x)**2/3)
    sin(x)**2/3
    """
    values: dict[int, Any] = {}
    stack_: list[tuple[Any, bool]] = [(expression, False)]
    while stack_:
        current, ready = stack_.pop()
        if id(current) in values:
            continue
        children = _children(current)
        if ready or not children:
            values[id(current)] = _convert(current, [values[id(child)] for child in children])
        else:
            stack_.append((current, True))
            stack_.extend((child, False) for child in reversed(children))
    result = values[id(expression)]
    if not isinstance(result, Node):
        raise UnsupportedError(f"{type(expression).__name__} is not a formula")
    if result.shape == (1, 1) and isinstance(expression, sp.MatrixExpr) and not isinstance(expression, sp.MatrixSymbol):
        return result[0, 0]
    return result


_LEAVES = (sp.MatrixSymbol, sp.Symbol, sp.Identity, sp.ZeroMatrix)


def _children(expression: Any) -> list[Any]:
    if isinstance(expression, _LEAVES) or expression is None:
        return []
    if isinstance(expression, sp.MatrixBase):
        return list(expression.flat())
    if isinstance(expression, sp.Piecewise):
        return [part for value, condition in expression.args for part in (value, condition)]
    if isinstance(expression, MatrixElement):
        return [expression.args[0]]
    if isinstance(expression, ElementwiseApplyFunction):
        return [expression.expr]
    if isinstance(expression, sp.OneMatrix):
        return []
    if not isinstance(expression, sp.Basic):
        raise UnsupportedError(f"{type(expression).__name__} cannot be read as a formula")
    return list(expression.args)


def _convert(expression: Any, args: Sequence[Any]) -> Any:
    for kind, build in _BUILDERS:
        if isinstance(expression, kind):
            return build(expression, args)
    record = _functions().get(type(expression).__name__)
    if record is not None:
        if len(args) != record.arity:
            raise UnsupportedError(f"{type(expression).__name__} with {len(args)} arguments is not supported")
        return record.make(tuple(args))
    rewritten = _REWRITTEN.get(type(expression).__name__)
    if rewritten is not None:
        return rewritten(*args)
    name = type(expression).__name__
    raise UnsupportedError(
        f"symgd does not know SymPy's {name[:60]!a}", hint="rewrite it with the functions listed in the documentation"
    )


@functools.cache
def _functions() -> dict[str, Primitive]:
    return {record.sympy: record for record in REGISTRY.values() if record.sympy and record.is_elementwise}


_REWRITTEN: dict[str, Callable[..., Node]] = {
    "cot": lambda x: 1 / tan(x),
    "sec": lambda x: 1 / cos(x),
    "csc": lambda x: 1 / sin(x),
    "sinc": lambda x: where(equal(x, 0), 1, sin(x) / x),
    "coth": lambda x: 1 / lookup("tanh")(x),
    "Heaviside": lambda x, at_zero=None: where(x < 0, 0, where(x > 0, 1, Fraction(1, 2) if at_zero is None else at_zero)),
}


# -- numbers and symbols --------------------------------------------------------------------------------------


def symbol_node(symbol: Any) -> Node:
    """Return the input that stands for a SymPy symbol.

    Raises
    ------
    UnsupportedError
        For a symbol declared complex or imaginary.
    """
    if symbol.is_real is False or (symbol.is_complex and symbol.is_real is None and "complex" in symbol._assumptions_orig):
        raise UnsupportedError(f"{symbol.name[:40]!a} is declared not real", hint="symgd is for real formulas")
    return tensor(
        symbol.name,
        (),
        positive=symbol.is_positive,
        nonnegative=symbol.is_nonnegative,
        negative=symbol.is_negative,
        nonpositive=symbol.is_nonpositive,
        nonzero=symbol.is_nonzero,
    )


def _rational(number: Any, args: Any) -> Node:
    return constant(Fraction(int(number.p), int(number.q)))


def _float(number: Any, args: Any) -> Node:
    return constant(float(number))


def _refuse(number: Any, args: Any) -> Node:
    raise UnsupportedError(f"{number} is not a real number", hint="symgd is for real formulas")


# -- sums, products, powers -----------------------------------------------------------------------------------


def _sum(expression: Any, args: Sequence[Node]) -> Node:
    return add.make(tuple(args))


def _product(expression: Any, args: Sequence[Node]) -> Node:
    numbers = [arg for arg in args if arg.is_exact]
    others = [arg for arg in args if not arg.is_exact]
    result = functools.reduce(lambda a, b: mul.make((a, b)), others or [constant(1)])
    return mul.make((*numbers, result)) if numbers else result


def _power(expression: Any, args: Sequence[Node]) -> Node:
    base, exponent = args
    return exp(exponent) if base is e else pow.make((base, exponent))


# -- conditions -----------------------------------------------------------------------------------------------


def _piecewise(expression: Any, args: Sequence[Any]) -> Node:
    pieces = list(zip(args[::2], args[1::2], strict=True))
    value, condition = pieces[-1]
    if condition is not True:
        raise UnsupportedError(
            "a Piecewise without a last branch for all other cases is undefined there",
            hint="add (expression, True) as its last branch",
        )
    for branch, condition in reversed(pieces[:-1]):
        value = _choose(condition, branch, value)
    assert isinstance(value, Node)
    return value


def _choose(condition: Any, yes: Node, no: Node) -> Node:
    if isinstance(condition, bool):
        return yes if condition else no
    if isinstance(condition, Node):
        return where(condition, yes, no)
    kind, parts = condition
    if kind == "not":
        return _choose(parts[0], no, yes)
    result = yes if kind == "and" else no
    for part in reversed(parts):
        result = _choose(part, result, no) if kind == "and" else _choose(part, yes, result)
    return result


def _shape_of(expression: Any) -> tuple[Size, Size]:
    rows, columns = expression.shape
    return _size(rows), _size(columns)


def _size(dimension: Any) -> Size:
    """Read SymPy's dimension: an integer, a symbol, or a polynomial in symbols."""
    if isinstance(dimension, int):
        return dimension
    if dimension.is_Integer:
        if int(dimension) < 1:
            raise ShapeError("an axis of size 0 holds nothing")
        return int(dimension)
    if dimension.is_Symbol:
        return Dim.named(str(dimension.name))
    total: Size = 0
    for term in sp.Add.make_args(sp.expand(dimension)):
        product: Size = 1
        for factor in sp.Mul.make_args(term):
            base, exponent = factor.as_base_exp()
            if not exponent.is_Integer or int(exponent) < 1 or not (base.is_Symbol or base.is_Integer):
                raise UnsupportedError(f"the size {dimension} is not a polynomial in names")
            for _ in range(int(exponent)):
                product = _size(base) * product
        total = product + total
    return total


# -- matrices -------------------------------------------------------------------------------------------------


def _explicit(matrix: Any, args: Sequence[Node]) -> Node:
    return stack(args, (int(matrix.rows), int(matrix.cols)))


def _matrix_symbol(symbol: Any, args: Any) -> Node:
    return tensor(str(symbol.name), _shape_of(symbol))


def _matrix_product(expression: Any, args: Sequence[Node]) -> Node:
    scalars = [arg for arg in args if not arg.shape]
    matrices = [arg for arg in args if arg.shape]
    product = functools.reduce(matmul, matrices)
    return mul.make((*scalars, product)) if scalars else product


def _matrix_power(expression: Any, args: Sequence[Node]) -> Node:
    base, exponent = args
    if not exponent.is_exact or not isinstance(exponent.value, int) or not -64 <= exponent.value <= 64:
        raise UnsupportedError("a matrix power needs a constant integer exponent between −64 and 64")
    n = int(exponent.value)
    if n == 0:
        return eye(base.shape[0])
    factor = base if n > 0 else inv(base)
    return functools.reduce(matmul, [factor] * (n if n > 0 else -n))


def _element(expression: Any, args: Sequence[Node]) -> Node:
    _, row, column = expression.args
    if not (row.is_Integer and column.is_Integer):
        raise UnsupportedError(f"the element {expression} has a symbolic index", hint="use constant indices")
    matrix = args[0]
    if matrix.shape == (1, 1) and not matrix.is_symbol:
        return matrix[0, 0]
    return matrix[int(row), int(column)]


def _applied(expression: Any, args: Sequence[Node]) -> Node:
    function = expression.function
    variable = symbol_node(function.variables[0])
    body = from_sympy(function.expr)
    (result,) = substitute([body], {variable: args[0]})
    if result.shape != args[0].shape:
        raise ShapeError(f"the applied function gives {show_shape(result.shape)}")
    return result


def _ones(expression: Any, args: Any) -> Node:
    return ones(tuple(size(one) for one in _shape_of(expression)))


def _zeros(expression: Any, args: Any) -> Node:
    return zeros(tuple(size(one) for one in _shape_of(expression)))


def _hadamard_power(expression: Any, args: Sequence[Node]) -> Node:
    return pow.make((args[0], args[1]))


_BUILDERS: list[tuple[Any, Builder]] = [
    (sp.MatrixBase, _explicit),
    (sp.MatrixSymbol, _matrix_symbol),
    (MatrixElement, _element),
    (ElementwiseApplyFunction, _applied),
    (sp.MatMul, _matrix_product),
    (sp.MatAdd, _sum),
    (sp.HadamardProduct, _product),
    (sp.HadamardPower, _hadamard_power),
    (sp.Inverse, lambda expression, args: inv(args[0])),
    (sp.MatPow, _matrix_power),
    (sp.Transpose, lambda expression, args: transpose(args[0])),
    (sp.Trace, lambda expression, args: trace(args[0])),
    (sp.Determinant, lambda expression, args: det(args[0])),
    (sp.Identity, lambda expression, args: eye(_shape_of(expression)[0])),
    (sp.OneMatrix, _ones),
    (sp.ZeroMatrix, _zeros),
    (sp.Symbol, lambda expression, args: symbol_node(expression)),
    (sp.Rational, _rational),
    (sp.Float, _float),
    (type(sp.pi), lambda expression, args: pi),
    (type(sp.E), lambda expression, args: e),
    ((type(sp.oo), type(-sp.oo)), _float),
    ((type(sp.nan), type(sp.zoo), type(sp.I)), _refuse),
    (sp.Add, _sum),
    (sp.Mul, _product),
    (sp.Pow, _power),
    (sp.Abs, lambda expression, args: abs(args[0])),
    (sp.Max, lambda expression, args: functools.reduce(maximum, args)),
    (sp.Min, lambda expression, args: functools.reduce(minimum, args)),
    (sp.Piecewise, _piecewise),
    (type(sp.true), lambda expression, args: True),
    (type(sp.false), lambda expression, args: False),
    (sp.StrictLessThan, lambda expression, args: less(*args)),
    (sp.LessThan, lambda expression, args: less_equal(*args)),
    (sp.StrictGreaterThan, lambda expression, args: less(args[1], args[0])),
    (sp.GreaterThan, lambda expression, args: less_equal(args[1], args[0])),
    (sp.Equality, lambda expression, args: equal(*args)),
    (sp.Unequality, lambda expression, args: ("not", [equal(*args)])),
    (sp.And, lambda expression, args: ("and", list(args))),
    (sp.Or, lambda expression, args: ("or", list(args))),
    (sp.Not, lambda expression, args: ("not", list(args))),
]
