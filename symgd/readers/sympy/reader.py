"""The SymPy door: a SymPy expression becomes a graph, without SymPy differentiating or evaluating anything.

Scalars, explicit matrices and arrays, matrix and array expressions, indexed sums and products. A SymPy symbol without
assumptions is taken as real; assumptions become facts. A sum of n terms becomes one sum, a product of n factors a chain of
products, so that partial derivatives of products share their prefixes.
"""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalMatrix, DiagonalOf
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.matrices.expressions.slice import MatrixSlice
from sympy.tensor.array.expressions import (
    ArrayAdd,
    ArrayContraction,
    ArrayDiagonal,
    ArrayElement,
    ArrayElementwiseApplyFunc,
    ArraySymbol,
    ArrayTensorProduct,
    OneArray,
    PermuteDims,
    ZeroArray,
)

from symgd.errors import ShapeError, UnsupportedError, shown
from symgd.evaluation.numeric_derivatives import NumericDerivative
from symgd.graph.conversion import as_node
from symgd.graph.node import Node, constant, size, tensor
from symgd.graph.primitive import FUNCTIONS, REGISTRY, Primitive
from symgd.graph.shape import Dim, Shape, show_shape
from symgd.graph.traversal import substitute, symbols_of
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.arrangement import block
from symgd.primitives.contraction import contract, einsum, eye, ones, zeros
from symgd.primitives.exponential import exp
from symgd.primitives.indexing import stack
from symgd.primitives.linalg import det, inv
from symgd.primitives.matrix_functions import matrix_power
from symgd.primitives.partial_derivatives import partial_derivative
from symgd.primitives.piecewise import abs, equal, less, less_equal, maximum, minimum, where
from symgd.primitives.spellings import diag, matmul, trace, transpose
from symgd.primitives.spellings import sum as total
from symgd.primitives.trigonometric import cos, e, pi, sin, tan
from symgd.readers.sympy.indices import Indices, Labelled, aligned, size_of, walk_sympy
from symgd.readers.sympy.unknown_functions import (
    apply_undefined,
    derivative_of_undefined,
    entries_in,
    function_of_lists,
    function_of_sympy,
    refuse_matrix,
    structure_of,
)

__all__ = ["from_sympy", "symbol_node"]

Builder = Callable[[Any, Sequence[Any]], Any]


def from_sympy(expression: Any) -> Node:
    """Read a SymPy expression.

    Parameters
    ----------
    expression : sympy.Expr, sympy.Matrix, sympy.MatrixExpr, sympy.Array or array expression

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
    >>> from symgd.readers.sympy.reader import from_sympy
    >>> x, i, n = sympy.Symbol("x"), sympy.Symbol("i", integer=True), sympy.Symbol("n", integer=True)
    >>> from_sympy(sympy.sin(x)**2/3)
    sin(x)**2/3
    >>> a, b = sympy.IndexedBase("a"), sympy.IndexedBase("b")
    >>> from_sympy(sympy.Sum(a[i]*b[i], (i, 0, n - 1)))
    a @ b
    """
    everything = walk_sympy(expression)
    _refuse_namesakes(everything)
    parts = [part for part in everything if isinstance(part, _SPEAKS_OF_SIZES)]
    indices = Indices(expression) if any(_is_indexed(part) for part in parts) else None
    result = _Reader(indices, _sizes_in(parts)).read(expression if indices is None else indices.expression)
    if isinstance(result, Labelled):
        names = ", ".join(str(label) for label in result.labels)
        raise UnsupportedError(f"the index {names} is not summed over", hint="write Sum(…, (i, 0, n - 1))")
    if isinstance(result, tuple) and result[0] in _COMPARISONS:
        result = _COMPARISONS[result[0]](*result[1])
    if not isinstance(result, Node):
        raise UnsupportedError(f"{type(expression).__name__} is not a formula")
    _refuse_two_inputs_of_one_name(result)
    if result.shape == (1, 1) and isinstance(expression, sp.MatrixExpr) and not isinstance(expression, sp.MatrixSymbol):
        return result[0, 0]
    return result


def _refuse_two_inputs_of_one_name(result: Node) -> None:
    """Refuse a scalar and an array, or arrays of two shapes, that share their name."""
    found: dict[str, Node] = {}
    for node in symbols_of(result):
        other = found.setdefault(node.name, node)
        if other is not node:
            raise UnsupportedError(
                f"two inputs are called {node.name[:40]}: {show_shape(other.shape)} and {show_shape(node.shape)}",
                hint="give one of them another name",
            )


def _refuse_namesakes(parts: Sequence[Any]) -> None:
    """Refuse symbols and arrays that share their name and not their assumptions: inputs are told apart by their names."""
    bases: dict[str, Any] = {}
    for part in parts:
        if isinstance(part, sp.IndexedBase):
            other = bases.setdefault(str(part.label), part)
            shapes = {one.shape for one in (other, part) if one.shape is not None}
            if other.assumptions0 != part.assumptions0 or len(shapes) > 1:
                raise UnsupportedError(
                    f"two arrays are called {str(part.label)[:40]}, of other shapes or assumptions",
                    hint="use one IndexedBase everywhere",
                )
    dummies = {part for part in parts if isinstance(part, sp.Dummy)}
    if not dummies:
        return
    bound = {one for part in parts if isinstance(part, sp.Sum | sp.Product | sp.Lambda | sp.Subs) for one in part.bound_symbols}
    symbols = {part for part in parts if isinstance(part, sp.Symbol)} - bound
    for dummy in dummies - bound:
        if any(other.name == dummy.name and other != dummy for other in symbols):
            raise UnsupportedError(
                f"two symbols are called {dummy.name[:40]}, and one is a Dummy", hint="give it a name of its own"
            )


_COMPARISONS = {"less": less, "less_equal": less_equal, "equal": equal}
_SPEAKS_OF_SIZES = (
    MatrixElement,
    sp.MatrixExpr,
    sp.Sum,
    sp.Product,
    sp.Indexed,
    sp.KroneckerDelta,
    ArrayElement,
    ArraySymbol,
)


def _is_indexed(part: Any) -> bool:
    """Whether a part speaks of running indices."""
    if isinstance(part, MatrixElement):
        return not (part.args[1].is_Integer and part.args[2].is_Integer)
    return isinstance(part, sp.Sum | sp.Product | sp.Indexed | sp.KroneckerDelta | sp.FunctionMatrix | ArrayElement)


def _sizes_in(parts: Sequence[Any]) -> set[str]:
    """Return the names of sizes: a symbol that is the size of an axis stands for that size wherever it is used."""
    found: set[str] = set()
    for part in parts:
        dimensions: list[Any] = []
        if isinstance(part, sp.MatrixSymbol | ArraySymbol | sp.Identity | sp.OneMatrix | sp.ZeroMatrix | sp.FunctionMatrix):
            dimensions = list(part.shape)
        elif isinstance(part, sp.Indexed) and part.base.shape is not None:
            dimensions = list(part.base.shape)
        elif isinstance(part, sp.Sum | sp.Product):
            dimensions = [bound for limit in part.limits for bound in limit[1:]]
        found.update(symbol.name for one in dimensions for symbol in getattr(one, "free_symbols", ()))
    return found


class _Reader:
    """Reads one expression bottom-up; formulas may be nested deeper than Python's stack."""

    def __init__(self, indices: Indices | None, sizes: set[str]) -> None:
        self.indices = indices
        self.sizes = sizes
        self.symbols: dict[str, Any] = {}

    def read(self, expression: Any) -> Any:
        values: dict[int, Any] = {}
        parts: dict[int, Sequence[Any]] = {}  # kept, because an expression made on the way lives as long as its parts' ids
        waiting: list[Any] = [expression]
        while waiting:
            current = waiting.pop()
            key = id(current)
            if key in values:
                continue
            children = parts.get(key)
            if children is None:
                children = parts[key] = _children(current)
                if children:
                    waiting.append(current)
                    waiting.extend(reversed(children))
                    continue
            values[key] = self._convert(current, [values[id(child)] for child in children])
        return values[id(expression)]

    def _convert(self, expression: Any, args: Sequence[Any]) -> Any:
        indices = self.indices
        if isinstance(expression, sp.Symbol):
            if indices is not None and expression in indices.ranges:
                return indices.value(expression)
            if expression.name in self.sizes:
                return size(Dim.named(expression.name))
            other = self.symbols.setdefault(expression.name, expression)
            if other is not expression and symbol_node(other) is not symbol_node(expression):
                raise UnsupportedError(
                    f"two symbols are called {expression.name[:40]}, with other assumptions",
                    hint="use one symbol everywhere",
                )
            return symbol_node(expression)
        if indices is not None:
            if isinstance(expression, sp.Sum):
                return indices.sum(expression, args[0])
            if isinstance(expression, sp.Product):
                return indices.prod(expression, args[0])
            if isinstance(expression, sp.FunctionMatrix):
                return indices.matrix(expression, args[0])
            if isinstance(expression, sp.KroneckerDelta):
                return _number(indices.delta(*expression.args[:2]))
            if isinstance(expression, sp.Indexed | ArrayElement) or (
                isinstance(expression, MatrixElement) and _is_indexed(expression)
            ):
                return indices.element(expression, args[0] if args else None)
            if not isinstance(expression, Relational | sp.And | sp.Or | sp.Not) and any(_labels_in(arg) for arg in args):
                return self._convert_labelled(expression, args)
        if isinstance(expression, sp.Function) and not isinstance(expression, sp.Piecewise):
            refuse_matrix(expression, args)
        return _convert(expression, args)

    def _convert_labelled(self, expression: Any, args: Sequence[Any]) -> Any:
        """Apply a function to values in which indices run: line their axes up, then apply it entry by entry."""
        assert self.indices is not None
        if any(isinstance(arg, Node) and arg.shape for arg in args):
            raise UnsupportedError("a whole matrix stands beside running indices", hint="index it too: A[i, j]")
        if isinstance(expression, sp.Mul):
            return self.indices.product(args, lambda value: value)
        leaves = [leaf for arg in args for leaf in _leaves(arg)]
        nodes, labels = aligned(leaves)
        waiting = iter(nodes)
        result = _convert(expression, [_with_leaves(arg, waiting) for arg in args])
        return Labelled(result, labels) if isinstance(result, Node) else result


def _number(value: Any) -> Any:
    return constant(value) if isinstance(value, int) else value


def _labels_in(value: Any) -> bool:
    return any(isinstance(leaf, Labelled) for leaf in _leaves(value))


def _leaves(value: Any) -> list[Any]:
    """Return the formulas in a value: itself, or those in a compound condition."""
    if isinstance(value, tuple):
        return [leaf for part in value[1] for leaf in _leaves(part)]
    return [value] if isinstance(value, Node | Labelled) else []


def _with_leaves(value: Any, leaves: Iterator[Node]) -> Any:
    if isinstance(value, tuple):
        return (value[0], [_with_leaves(part, leaves) for part in value[1]])
    return next(leaves) if isinstance(value, Node | Labelled) else value


_LEAVES = (sp.MatrixSymbol, sp.Symbol, sp.Identity, sp.ZeroMatrix, sp.OneMatrix, sp.Indexed, ArraySymbol, sp.KroneckerDelta)
_ARRAYS = (OneArray, ZeroArray)


def _children(expression: Any) -> Sequence[Any]:
    """Return the parts that are read before an expression."""
    if expression is None:
        return ()
    kind: Any = type(expression)
    parts = _parts_of(kind)
    if parts is None:
        raise UnsupportedError(f"{type(expression).__name__} cannot be read as a formula")
    found: Sequence[Any] = parts(expression)
    return found


@functools.cache
def _parts_of(kind: type) -> Callable[[Any], Sequence[Any]] | None:
    """Return how an expression of a type gives its parts; looked up once for each type."""
    return next((parts for one, parts in _PARTS if issubclass(kind, one)), None)


_WITH_LISTS = (sp.hyper, sp.meijerg)

_PARTS: list[tuple[Any, Callable[[Any], Sequence[Any]]]] = [
    ((*_LEAVES, *_ARRAYS), lambda expression: ()),
    (sp.MatrixBase, lambda expression: list(expression.flat())),
    (sp.NDimArray, lambda expression: list(sp.ImmutableDenseNDimArray(expression)._array)),
    (sp.Piecewise, lambda expression: [part for value, condition in expression.args for part in (value, condition)]),
    (MatrixElement | MatrixSlice, lambda expression: expression.args[:1]),
    (ArrayElement, lambda expression: () if isinstance(expression.args[0], ArraySymbol) else expression.args[:1]),
    (ElementwiseApplyFunction | ArrayElementwiseApplyFunc, lambda expression: expression.args[1:2]),
    (ArrayContraction | ArrayDiagonal | PermuteDims, lambda expression: (expression.expr,)),
    (sp.Sum | sp.Product, lambda expression: (expression.function,)),
    (sp.FunctionMatrix, lambda expression: (expression.lamda.expr,)),
    (sp.BlockMatrix, lambda expression: list(expression.blocks)),
    (sp.Derivative, lambda expression: _derivative_children(expression)),
    (sp.Subs, lambda expression: (_substituted(expression),)),
    (sp.Integral, lambda expression: _refuse_integral()),
    (NumericDerivative, lambda expression: expression.args[2].args),
    (_WITH_LISTS, lambda expression: entries_in(expression)),
    (sp.Basic, lambda expression: expression.args),
]


def _refuse_integral() -> Sequence[Any]:
    raise UnsupportedError("an Integral cannot be read as a formula", hint="carry it out first, with doit()")


@functools.cache
def _builder_of(kind: type) -> Builder | None:
    """Return what builds a node from an expression of a type; looked up once for each type."""
    return next((build for one, build in _BUILDERS if issubclass(kind, one)), None)


def _convert(expression: Any, args: Sequence[Any]) -> Any:
    kind: Any = type(expression)
    build = _builder_of(kind)
    if build is not None:
        return build(expression, args)
    name = type(expression).__name__
    if isinstance(expression, AppliedUndef):
        return apply_undefined(expression, args)
    if kind.__module__.startswith("sympy.codegen"):
        return _of_code_generation(name, args)
    record = _functions().get(name)
    if record is not None:
        if record.arity is not None and not record.arity - len(record.defaults) <= len(args) <= record.arity:
            foreign = function_of_sympy(kind, len(args))
            if foreign is None:
                raise UnsupportedError(f"{name} with {len(args)} arguments is not supported")
            return foreign.make(tuple(args))
        missing = 0 if record.arity is None else record.arity - len(args)
        return record.make((*args, *(constant(one) for one in record.defaults[len(record.defaults) - missing :])))
    rewritten = _REWRITTEN.get(name)
    if rewritten is not None:
        if len(inspect.signature(rewritten).parameters) != len(args):
            raise UnsupportedError(f"{name} with {len(args)} arguments is not supported")
        return rewritten(*args)
    foreign = function_of_sympy(kind, len(args))
    if foreign is not None:
        return foreign.make(tuple(args))
    raise UnsupportedError(
        f"symgd does not know SymPy's {name[:60]!a}", hint="rewrite it with the functions listed in the documentation"
    )


_CODE_FUNCTIONS: dict[str, Callable[..., Node]] = {
    "Sqrt": lambda x: FUNCTIONS["sqrt"](x),
    "Cbrt": lambda x: FUNCTIONS["cbrt"](x),
    "fma": lambda x, y, z: x * y + z,
    "cosm1": lambda x: cos(x) - 1,
    "powm1": lambda x, y: x**y - 1,
    "logaddexp2": lambda x, y: FUNCTIONS["log2"](2**x + 2**y),
    "minimum": lambda *numbers: functools.reduce(minimum, numbers),
    "maximum": lambda *numbers: functools.reduce(maximum, numbers),
    "amin": lambda x: FUNCTIONS["min"](x),
    "amax": lambda x: FUNCTIONS["max"](x),
}


def _of_code_generation(name: str, args: Sequence[Node]) -> Node:
    """Return a function of ``sympy.codegen``: log1p, expm1, hypot and their like are functions of the language too."""
    build = _CODE_FUNCTIONS.get(name) or FUNCTIONS.get(name)
    if build is None:
        raise UnsupportedError(
            f"symgd does not know SymPy's {name[:60]!a}", hint="rewrite it with the functions listed in the documentation"
        )
    return build(*args)


@functools.cache
def _functions() -> dict[str, Primitive]:
    return {record.sympy: record for record in list(REGISTRY.values()) if record.sympy and record.is_elementwise}


_GOLDEN = (1 + FUNCTIONS["sqrt"](5)) / 2

_REWRITTEN: dict[str, Callable[..., Node]] = {
    "cot": lambda x: 1 / tan(x),
    "sec": lambda x: 1 / cos(x),
    "csc": lambda x: 1 / sin(x),
    "acot": lambda x: FUNCTIONS["atan"](1 / x),
    "asec": lambda x: FUNCTIONS["acos"](1 / x),
    "acsc": lambda x: FUNCTIONS["asin"](1 / x),
    "sinc": lambda x: FUNCTIONS["sinc"](x / pi),
    "coth": lambda x: 1 / FUNCTIONS["tanh"](x),
    "csch": lambda x: 1 / FUNCTIONS["sinh"](x),
    "acoth": lambda x: FUNCTIONS["atanh"](1 / x),
    "factorial": lambda x: FUNCTIONS["gamma"](x + 1),
    "binomial": lambda n, k: FUNCTIONS["gamma"](n + 1) / (FUNCTIONS["gamma"](k + 1) * FUNCTIONS["gamma"](n - k + 1)),
    "trigamma": lambda x: FUNCTIONS["polygamma"](1, x),
    "re": lambda x: x,
    "im": lambda x: constant(0),
    "conjugate": lambda x: x,
    "Mod": lambda x, y: FUNCTIONS["mod"](x, y),
    "frac": lambda x: x - FUNCTIONS["floor"](x),
    "RisingFactorial": lambda x, k: FUNCTIONS["gamma"](x + k) / FUNCTIONS["gamma"](x),
    "FallingFactorial": lambda x, k: FUNCTIONS["gamma"](x + 1) / FUNCTIONS["gamma"](x - k + 1),
    "factorial2": lambda x: 2 ** (x / 2) * FUNCTIONS["gamma"](x / 2 + 1) * (2 / pi) ** ((1 - cos(pi * x)) / 4),
    "fibonacci": lambda x: (_GOLDEN**x - cos(pi * x) * _GOLDEN**-x) / FUNCTIONS["sqrt"](5),
    "lucas": lambda x: _GOLDEN**x + cos(pi * x) * _GOLDEN**-x,
    "dirichlet_eta": lambda s: (1 - 2 ** (1 - s)) * FUNCTIONS["zeta"](s),
    "riemann_xi": lambda s: s * (s - 1) / 2 * pi ** (-s / 2) * FUNCTIONS["gamma"](s / 2) * FUNCTIONS["zeta"](s),
}


# -- derivatives that stay symbolic ---------------------------------------------------------------------------


def _derivative_children(expression: Any) -> list[Any]:
    """The arguments of an undefined function that is differentiated; any other derivative is carried out."""
    inner = expression.expr
    if isinstance(inner, AppliedUndef) and all(
        variable in inner.args and sum(arg.has(variable) for arg in inner.args) == 1
        for variable, _ in expression.variable_count
    ):
        return list(inner.args)
    done = expression.doit()
    if done == expression:
        raise UnsupportedError(f"the derivative {shown(expression)} cannot be carried out")
    return [done]


def _derivative(expression: Any, args: Sequence[Any]) -> Any:
    inner = expression.expr
    if (
        isinstance(inner, AppliedUndef)
        and len(args) == len(inner.args)
        and all(v in inner.args for v, _ in expression.variable_count)
    ):
        counts = {variable: int(count) for variable, count in expression.variable_count}
        return derivative_of_undefined(inner, counts, args)
    return args[0]


def _substituted(expression: Any) -> Any:
    """Return Subs(Derivative(f(ξ), ξ), ξ, g) as the derivative of f with g in the place of ξ, unevaluated."""
    inner, variables, points = expression.args
    if isinstance(inner, sp.Derivative) and isinstance(inner.expr, AppliedUndef):
        return _Applied(inner, tuple(dict(zip(variables, points, strict=True)).get(arg, arg) for arg in inner.expr.args))
    return expression.doit()


class _Applied(sp.Basic):  # type: ignore[misc]
    """A derivative of an undefined function with arguments in the place of its own."""

    def __new__(cls, derivative: Any, arguments: Any) -> _Applied:
        made = sp.Basic.__new__(cls, *arguments)
        made.derivative = derivative
        return made  # type: ignore[no-any-return]


def _applied_derivative(expression: Any, args: Sequence[Any]) -> Node:
    inner = expression.derivative
    counts = {variable: int(count) for variable, count in inner.variable_count}
    return derivative_of_undefined(inner.expr, counts, args)


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


_DOUBLE = 53
"""The bits of a float64."""


def _float(number: Any, args: Any) -> Node:
    value = float(number)
    if not math.isfinite(value) or (value == 0) != (number == 0):
        raise UnsupportedError(f"{shown(number)} does not fit a float", hint="give an exact number, sympy.Integer(10)**400")
    if not number.is_finite or number._prec <= _DOUBLE:
        return as_node(value)
    return constant(Fraction(str(number)))


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


def _zeta(s: Node, *a: Node) -> Node:
    """The zeta function; at a number left of 1 the value of its analytic continuation."""
    if s.is_exact and s.value < 1:
        return partial_derivative("zeta", (0, 0)).make((s, *(a or (constant(1),))))
    return FUNCTIONS["zeta"](s, *a)


def _stieltjes(n: Node, *a: Node) -> Node:
    """The constants γ_n(a) of the zeta function at 1; that of order 0 is −ψ(a)."""
    if n.equals_number(0):
        return -FUNCTIONS["digamma"](*(a or (constant(1),)))
    record = function_of_sympy(sp.stieltjes, 1 + len(a))
    assert record is not None
    return record.make((n, *a))


def _tribonacci() -> Node:
    root, cube_root = FUNCTIONS["sqrt"](33), FUNCTIONS["cbrt"]
    return (1 + cube_root(19 + 3 * root) + cube_root(19 - 3 * root)) / 3


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
    kind, parts = condition
    if kind in _COMPARISONS:
        known = _truth(kind, parts)
        return where(_COMPARISONS[kind](*parts), yes, no) if known is None else yes if known else no
    if kind == "not":
        return _choose(parts[0], no, yes)
    result = yes if kind == "and" else no
    for part in reversed(parts):
        result = _choose(part, result, no) if kind == "and" else _choose(part, yes, result)
    return result


def _truth(kind: str, sides: Sequence[Node]) -> bool | None:
    """Return whether a comparison of two exact numbers holds; None where it depends on inputs."""
    if not all(side.is_exact for side in sides):
        return None
    left, right = (side.value for side in sides)
    return bool({"less": left < right, "less_equal": left <= right, "equal": left == right}[kind])


def _shape_of(expression: Any) -> Shape:
    shape = tuple(size_of(one) for one in expression.shape)
    if any(isinstance(one, int) and one < 1 for one in shape):
        raise ShapeError("an axis of size 0 holds nothing")
    return shape


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
    return matrix_power(base, exponent)


def _element(expression: Any, args: Sequence[Node]) -> Node:
    _, row, column = expression.args
    matrix = args[0]
    if matrix.shape == (1, 1) and not matrix.is_symbol:
        return matrix[0, 0]
    return matrix[int(row), int(column)]


def _applied(expression: Any, args: Sequence[Node]) -> Node:
    function = expression.args[0]
    own = sp.Symbol("argument_of_applyfunc", real=True)  # SymPy calls it d, and so may an input be called
    variable = symbol_node(own)
    body = from_sympy(function.expr.xreplace({function.variables[0]: own}))
    (result,) = substitute([body], {variable: args[0]})
    if result.shape != args[0].shape:
        raise ShapeError(f"the applied function gives {show_shape(result.shape)}")
    return result


def _ones(expression: Any, args: Any) -> Node:
    return ones(tuple(size(one) for one in _shape_of(expression)))


def _zeros(expression: Any, args: Any) -> Node:
    return zeros(tuple(size(one) for one in _shape_of(expression)))


def _diagonal_matrix(expression: Any, args: Sequence[Node]) -> Node:
    """The diagonal matrix of a column, or of the diagonal of a matrix."""
    (matrix,) = args
    if matrix.rank == 2 and 1 in matrix.shape:
        column = total(matrix, axis=0 if matrix.shape[0] == 1 else 1)
        return diag(column)
    return diag(diag(matrix))


def _diagonal(expression: Any, args: Sequence[Node]) -> Node:
    """The diagonal of a matrix as a column."""
    return diag(args[0])[:, None]


def _block(expression: Any, args: Sequence[Node]) -> Node:
    rows, columns = expression.blockshape
    return block([[args[r * columns + c] for c in range(columns)] for r in range(rows)])


def _block_diagonal(expression: Any, args: Sequence[Node]) -> Node:
    grid: list[list[Node]] = []
    for r, one in enumerate(args):
        grid.append([one if c == r else zeros((one.shape[0], other.shape[1])) for c, other in enumerate(args)])
    return block(grid) if len(args) > 1 else args[0]


def _slice(expression: Any, args: Sequence[Node]) -> Node:
    key = tuple(slice(*(size_of(end) for end in part)) for part in (expression.rowslice, expression.colslice))
    return args[0][key]


def _explicit_array(expression: Any, args: Sequence[Node]) -> Node:
    return stack(args, tuple(int(n) for n in expression.shape)) if expression.shape else args[0]


def _array_product(expression: Any, args: Sequence[Node]) -> Node:
    labels = [[(k, axis) for axis in range(arg.rank)] for k, arg in enumerate(args)]
    return contract(list(args), labels, [label for one in labels for label in one])


def _array_contraction(expression: Any, args: Sequence[Node]) -> Node:
    labels: list[Any] = list(range(args[0].rank))
    summed = set()
    for group in expression.contraction_indices:
        for axis in group:
            labels[int(axis)] = ("sum", *map(int, group))
        summed.add(("sum", *map(int, group)))
    return _contract_merged(args[0], labels, [label for label in labels if label not in summed])


def _array_diagonal(expression: Any, args: Sequence[Node]) -> Node:
    labels: list[Any] = list(range(args[0].rank))
    groups = [tuple(int(axis) for axis in group) for group in expression.diagonal_indices]
    for group in groups:
        for axis in group:
            labels[axis] = ("diagonal", *group)
    kept = [label for label in labels if not isinstance(label, tuple)]
    return _contract_merged(args[0], labels, [*kept, *(("diagonal", *group) for group in groups)])


def _contract_merged(node: Node, labels: Sequence[Any], output: Sequence[Any]) -> Node:
    """Contract a product as one contraction of its factors."""
    if node.primitive is not einsum:
        return contract([node], [labels], output)
    inputs, inner = node.params
    names = dict(zip(inner, labels, strict=True))
    if len(set(inner)) != len(inner):
        return contract([node], [labels], output)
    return contract(node.args, [[names.get(x, ("inner", x)) for x in one] for one in inputs], output)


def _permuted(expression: Any, args: Sequence[Node]) -> Node:
    order = [int(axis) for axis in expression.permutation.array_form]
    return contract([args[0]], [range(args[0].rank)], order)


def _hadamard_power(expression: Any, args: Sequence[Node]) -> Node:
    return pow.make((args[0], args[1]))


_BUILDERS: list[tuple[Any, Builder]] = [
    (sp.MatrixBase, _explicit),
    (sp.NDimArray, _explicit_array),
    (ArraySymbol, lambda expression, args: tensor(str(expression.args[0]), _shape_of(expression))),
    (ArrayTensorProduct, _array_product),
    (ArrayContraction, _array_contraction),
    (ArrayDiagonal, _array_diagonal),
    (PermuteDims, _permuted),
    (ArrayAdd, lambda expression, args: add.make(tuple(args))),
    (ArrayElementwiseApplyFunc, lambda expression, args: _applied(expression, args)),
    (OneArray, lambda expression, args: ones(tuple(size(one) for one in _shape_of(expression)))),
    (ZeroArray, lambda expression, args: zeros(tuple(size(one) for one in _shape_of(expression)))),
    (sp.Derivative, _derivative),
    (_Applied, _applied_derivative),
    (sp.Subs, lambda expression, args: args[0]),
    (sp.BlockMatrix, _block),
    (sp.BlockDiagMatrix, _block_diagonal),
    (MatrixSlice, _slice),
    (DiagonalOf, _diagonal),
    (DiagonalMatrix | DiagMatrix, _diagonal_matrix),
    (sp.KroneckerProduct, lambda expression, args: functools.reduce(lambda a, b: FUNCTIONS["kron"](a, b), args)),
    (sp.Adjoint, lambda expression, args: transpose(args[0])),
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
    (type(sp.EulerGamma), lambda expression, args: -FUNCTIONS["digamma"](constant(1))),
    (type(sp.GoldenRatio), lambda expression, args: _GOLDEN),
    (type(sp.Catalan), lambda expression, args: (FUNCTIONS["polygamma"](1, Fraction(1, 4)) - pi**2) / 8),
    (type(sp.TribonacciConstant), lambda expression, args: _tribonacci()),
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
    (sp.StrictLessThan, lambda expression, args: ("less", list(args))),
    (sp.LessThan, lambda expression, args: ("less_equal", list(args))),
    (sp.StrictGreaterThan, lambda expression, args: ("less", [args[1], args[0]])),
    (sp.GreaterThan, lambda expression, args: ("less_equal", [args[1], args[0]])),
    (sp.Equality, lambda expression, args: ("equal", list(args))),
    (sp.Unequality, lambda expression, args: ("not", [("equal", list(args))])),
    (sp.And, lambda expression, args: ("and", list(args))),
    (sp.Or, lambda expression, args: ("or", list(args))),
    (sp.Not, lambda expression, args: ("not", list(args))),
    (sp.ITE, lambda expression, args: ("or", [("and", [args[0], args[1]]), ("and", [("not", [args[0]]), args[2]])])),
    (sp.UnevaluatedExpr, lambda expression, args: args[0]),
    (sp.zeta, lambda expression, args: _zeta(*args)),
    (sp.stieltjes, lambda expression, args: _stieltjes(*args)),
    (_WITH_LISTS, lambda expression, args: function_of_lists(expression.func, structure_of(expression)).make(tuple(args))),
    (
        NumericDerivative,
        lambda expression, args: partial_derivative(str(expression.args[0]), expression.orders).make(tuple(args)),
    ),
]
