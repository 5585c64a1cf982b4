"""The writer of SymPy: a graph becomes a SymPy expression.

Scalars become scalars, matrices matrix expressions, and a vector of length n an n × 1 matrix expression. What SymPy
does not have (three axes and more) is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import sympy as sp
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from symgd.errors import UnsupportedError
from symgd.evaluation.exact import sympy_function
from symgd.evaluation.multiprecision import one_at_a_time
from symgd.graph.names import stand_in
from symgd.graph.node import CONSTANT, SIZE, SYMBOL, Node
from symgd.graph.shape import Shape
from symgd.graph.traversal import toposort
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.contraction import broadcast, einsum, expand
from symgd.primitives.contraction_layout import matmul_form
from symgd.primitives.pairwise import pairwise
from symgd.primitives.piecewise import where
from symgd.readers.sympy.index_writer import in_indices
from symgd.readers.sympy.sizes import dimension
from symgd.readers.sympy.undefined_functions import undefined_to_sympy

__all__ = ["symbol_of", "to_sympy"]

Args = Sequence[sp.Basic]
"""The arguments of a node in SymPy."""
Number = bool | int | float | Fraction


@one_at_a_time
def to_sympy(node: Node) -> sp.Basic:
    """Return the formula in SymPy.

    Raises
    ------
    UnsupportedError
        Where SymPy does not have it, not even with indices.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.formula("x**2 + exp(-x)").to_sympy()
    x**2 + exp(-x)
    >>> sg.formula("X.T @ (X @ w - y)", shapes={"X": "m n", "w": "n", "y": "m"}).to_sympy()
    X.T*(X*w - y)
    """
    try:
        try:
            return _as_matrices(node)
        except (UnsupportedError, TypeError, ValueError, IndexError):  # SymPy compares no matrices, among others
            return in_indices(node, _entry_of, _as_matrices)
    except RecursionError:
        raise UnsupportedError(
            "the formula is nested deeper than SymPy can follow", hint="symgd itself needs no SymPy"
        ) from None


def _as_matrices(node: Node) -> sp.Basic:
    """Return a formula in scalars and matrix expressions."""
    (node,) = pairwise([node])
    values: dict[Node, sp.Basic] = {}
    for current in toposort((node,)):
        if current.rank > 2:
            raise UnsupportedError(f"SymPy's matrix expressions have two axes, and {current} has {current.rank}")
        values[current] = _convert(current, [values[arg] for arg in current.args])
    return values[node]


def _entry_of(node: Node, args: Args) -> sp.Basic:
    """Apply an elementwise function to the entries of its arguments."""
    if node.primitive in (add, mul, pow):
        return {"add": sp.Add, "mul": sp.Mul, "pow": sp.Pow}[node.primitive.name](*args)
    if node.primitive is where:
        return sp.Piecewise((args[1], args[0]), (args[2], True))
    if node.primitive.is_elementwise and node.primitive.name not in _BUILDERS and node.args:
        return _scalar(node, args)
    return _convert(node, args)


def symbol_of(node: Node) -> sp.Basic:
    """Return the SymPy symbol for an input, with its facts as assumptions."""
    if node.shape:
        return sp.MatrixSymbol(node.name, *_columns(node.shape))
    sign = node.facts.sign
    known = {
        "positive": sign.is_positive,
        "negative": sign.is_negative,
        "nonnegative": sign.is_nonnegative,
        "nonpositive": sign.is_nonpositive,
        "nonzero": sign.is_nonzero,
    }
    return sp.Symbol(node.name, real=True, **{name: True for name, holds in known.items() if holds})


def number_of(value: Number) -> sp.Basic:
    """Return a SymPy number, exact where the value is."""
    if isinstance(value, bool):
        return sp.true if value else sp.false
    if isinstance(value, Fraction):
        return sp.Rational(value.numerator, value.denominator)
    return sp.Integer(value) if isinstance(value, int) else sp.Float(value)


def _columns(shape: Shape) -> tuple[sp.Expr, sp.Expr]:
    """Return SymPy's two dimensions: a vector is a column."""
    return dimension(shape[0]), dimension(shape[1]) if len(shape) == 2 else sp.Integer(1)


def _convert(node: Node, args: Args) -> sp.Basic:
    record = node.primitive
    if record is SYMBOL:
        return symbol_of(node)
    if record is CONSTANT:
        return number_of(node.value)
    if record is SIZE:
        return dimension(node.params[0])
    build = _BUILDERS.get(record.name)
    if build is not None:
        return build(node, args)
    if not record.is_elementwise:
        raise UnsupportedError(f"SymPy has no {record.name}")
    if node.shape:
        if len(args) == 1:
            variable = sp.Dummy("d", real=True)
            return ElementwiseApplyFunction(sp.Lambda(variable, _scalar(node, [variable])), args[0])
        raise UnsupportedError(f"SymPy has no elementwise {record.name} of two matrices")
    return _scalar(node, args)


def _scalar(node: Node, args: Args) -> sp.Basic:
    """Apply an elementwise function to SymPy scalars."""
    record = node.primitive
    if record.arity == 0:
        return getattr(sp, record.sympy)
    is_large = any(arg.is_Number and abs(arg) > record.largest_exact for arg in args)
    if record.sympy:
        function = sympy_function(record)
        return function(*args, evaluate=False) if is_large else function(*args)
    if record.definition is None:
        raise UnsupportedError(f"SymPy has no {record.name}")
    if is_large:
        raise UnsupportedError(f"{record.name} of so large a number is not written out", hint="give it an input instead")

    variables = [stand_in(f"argument_{k}") for k in range(len(args))]
    body = to_sympy(record.definition(*variables))
    return body.subs({symbol_of(v): a for v, a in zip(variables, args, strict=True)}, simultaneous=True)


def _filled(value: sp.Basic, arg: Node, shape: Shape) -> sp.Basic:
    """Stretch a value to a shape, with ones."""
    rows, columns = _columns(shape)
    if not arg.shape:
        return value * sp.OneMatrix(rows, columns)
    if arg.shape == shape:
        return value
    if len(shape) == 2 and arg.rank == 1:
        return sp.OneMatrix(rows, 1) * value.T
    if len(shape) == 2 and arg.shape[1] == 1 and arg.shape[0] == shape[0]:
        return value * sp.OneMatrix(1, columns)
    if len(shape) == 2 and arg.shape[0] == 1:
        return sp.OneMatrix(rows, 1) * value
    raise UnsupportedError("SymPy cannot write this broadcasting")


def _add(node: Node, args: Args) -> sp.Basic:
    if not node.shape:
        return sp.Add(*args)
    return sp.MatAdd(*(_filled(value, arg, node.shape) for value, arg in zip(args, node.args, strict=True))).doit(deep=False)


def _mul(node: Node, args: Args) -> sp.Basic:
    scalars = [value for value, arg in zip(args, node.args, strict=True) if not arg.shape]
    tensors = [_filled(value, arg, node.shape) for value, arg in zip(args, node.args, strict=True) if arg.shape]
    factor = sp.Mul(*scalars)
    if not tensors:
        return factor
    product = tensors[0] if len(tensors) == 1 else sp.HadamardProduct(*tensors)
    return product if factor == 1 else factor * product


def _pow(node: Node, args: Args) -> sp.Basic:
    base, exponent = args
    if not node.shape:
        return sp.Pow(base, exponent)
    if node.args[1].shape or not node.args[0].shape:
        raise UnsupportedError("SymPy has no elementwise power with a matrix as exponent")
    return sp.HadamardPower(base, exponent)


def _entry(matrix: sp.Basic) -> sp.Basic:
    """The only entry of a 1 × 1 matrix expression."""
    return matrix[0, 0]


def _einsum(node: Node, args: Args) -> sp.Basic:
    inputs, output = node.params
    if len(inputs) == 1:
        return _single(node, inputs[0], output, args[0])
    form = matmul_form(inputs, output)
    if form is not None:
        left, right = (args[k] for k in form)
        ranks = tuple(node.args[k].rank for k in form)
        if ranks == (1, 1):
            return _entry(left.T * right)
        return right.T * left if ranks == (1, 2) else left * right
    if inputs == ((0,), (1,)) and output == (0, 1):
        return args[0] * args[1].T
    raise UnsupportedError(f"SymPy's matrix expressions cannot write {node}")


def _single(node: Node, labels: tuple[int, ...], output: tuple[int, ...], value: sp.Basic) -> sp.Basic:
    rows, columns = _columns(node.args[0].shape)
    if labels == (0, 0):
        if output == ():
            return sp.Trace(value)
        raise UnsupportedError("SymPy's matrix expressions cannot write the diagonal as a vector")
    if output == labels[::-1] and len(labels) == 2:
        return value.T
    ones_left, ones_right = sp.OneMatrix(1, rows), sp.OneMatrix(columns, 1)
    if output == ():
        return _entry(ones_left * value) if len(labels) == 1 else _entry(ones_left * value * ones_right)
    if len(labels) == 2 and len(output) == 1:
        return value * ones_right if output[0] == labels[0] else value.T * sp.OneMatrix(rows, 1)
    raise UnsupportedError(f"SymPy's matrix expressions cannot write {node}")


def _where(node: Node, args: Args) -> sp.Basic:
    if node.shape:
        raise UnsupportedError("SymPy has no elementwise Piecewise")
    condition, yes, no = args
    return sp.Piecewise((yes, condition), (no, True))


def _expand(node: Node, args: Args) -> sp.Basic:
    if node.rank == 2 and node.args[0].rank == 1:
        return args[0] if node.shape[1] == 1 else args[0].T
    raise UnsupportedError("SymPy cannot write this new axis")


def _index(node: Node, args: Args) -> sp.Basic:
    items = node.params[0]
    if all(isinstance(item, int) for item in items):
        row = items[0]
        return args[0][row, items[1] if len(items) == 2 else 0]
    raise UnsupportedError("SymPy's matrix expressions cannot write this slice")


def _array(node: Node, args: Args) -> sp.Basic:
    rows, columns = (int(n) for n in _columns(node.shape))
    return sp.ImmutableMatrix(rows, columns, list(args))


def _mean(node: Node, args: Args) -> sp.Basic:
    if not node.args[0].shape:
        return args[0]
    if node.shape:
        raise UnsupportedError("SymPy's matrix expressions cannot write a mean along an axis")
    rows, columns = _columns(node.args[0].shape)
    total = sp.OneMatrix(1, rows) * args[0]
    return _entry(total * sp.OneMatrix(columns, 1) if node.args[0].rank == 2 else total) / (rows * columns)


def _kron(node: Node, args: Args) -> sp.Basic:
    """Write numbers before the product; SymPy's own extraction of them fails for sums."""
    numbers, matrices = zip(*(arg.as_coeff_mmul() for arg in args), strict=True)
    return sp.Mul(*numbers) * sp.KroneckerProduct(*matrices)


_BUILDERS: dict[str, Callable[[Node, Args], sp.Basic]] = {
    add.name: _add,
    mul.name: _mul,
    pow.name: _pow,
    einsum.name: _einsum,
    broadcast.name: lambda node, args: _filled(args[0], node.args[0], node.shape),
    expand.name: _expand,
    "mean": _mean,
    "undefined": undefined_to_sympy,
    "where": _where,
    "index": _index,
    "array": _array,
    "matrix_power": lambda node, args: sp.MatPow(args[0], node.params[0]),
    "kron": _kron,
    "eye": lambda node, args: sp.Identity(dimension(node.shape[0])),
    "inv": lambda node, args: sp.Inverse(args[0]),
    "adjugate": lambda node, args: sp.Determinant(args[0]) * sp.Inverse(args[0]),
    "det": lambda node, args: sp.Determinant(args[0]),
    "logdet": lambda node, args: sp.log(sp.Abs(sp.Determinant(args[0]))),
    "solve": lambda node, args: sp.Inverse(args[0]) * args[1],
    "less": lambda node, args: args[0] < args[1],
    "less_equal": lambda node, args: args[0] <= args[1],
    "equal": lambda node, args: sp.Eq(args[0], args[1]),
    "not_equal": lambda node, args: sp.Ne(args[0], args[1]),
}
