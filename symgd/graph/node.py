"""Node: one formula, as a vertex of a shared graph.

Nodes are immutable and interned: two equal formulas are the same object, so equality is identity and a pass visits a shared
part once. A node knows its primitive, its arguments, its parameters (constants of the operation, such as axes) and its shape.

Operators look their primitive up in the registry by name, so that this storey knows nothing of the vocabulary above it.
"""

from __future__ import annotations

import itertools
import math
import numbers
import sys
from _weakref import _remove_dead_weakref  # type: ignore[attr-defined]  # as WeakValueDictionary does, in one step
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast
from weakref import KeyedRef

import numpy as np

from symgd.arguments import read_choice, read_flag
from symgd.arrays import read_exact_array
from symgd.errors import ShapeError, SymgdError, UnsupportedError, shown
from symgd.graph import hooks
from symgd.graph.assumptions import Bound, Interval, Sign
from symgd.graph.primitive import FUNCTIONS, Params, Primitive, elementwise, lookup, primitive
from symgd.graph.shape import Dim, Shape, Size, check_no_mutual_stretch, parse_shape, show_shape, size_product

__all__ = [
    "Node",
    "SymbolFacts",
    "as_node",
    "constant",
    "intern",
    "is_sympy",
    "name_of",
    "scalar",
    "size",
    "symbols_of",
    "tensor",
]

MAX_WRITTEN = 1000
"""Arrays of at most so many entries may be written out in a formula."""

Key = tuple[Primitive, tuple[Any, ...], Params]

_TABLE: dict[Key, KeyedRef[Key, Node]] = {}
"""The nodes that somebody holds."""


def _forget(reference: Any, remove: Callable[[Any, Any], None] = _remove_dead_weakref, table: Any = _TABLE) -> None:
    """Take the entry of a node that nobody holds out of the table, unless there is a new one by now."""
    remove(table, reference.key)


_SERIAL = itertools.count()

Number = int | Fraction | float | bool


class _Weak:
    __slots__ = ("__weakref__",)


class _Draft(_Weak):
    """A node before anybody has it; then it becomes a :class:`Node`, which cannot be changed."""

    __slots__ = ("args", "params", "primitive", "serial", "shape")

    primitive: Primitive
    args: tuple[Node, ...]
    params: Params
    shape: Shape
    serial: int


class Node(_Weak):
    """One formula. Build them with :func:`symgd.tensor`, :func:`symgd.scalar`, operators and functions."""

    __slots__ = ("args", "params", "primitive", "serial", "shape")

    primitive: Primitive
    args: tuple[Node, ...]
    params: Params
    shape: Shape
    serial: int

    __array_priority__ = 1000

    def __new__(cls) -> Node:
        """Refuse to make an empty node: :func:`intern` makes all of them."""
        raise SymgdError("a formula is not made by its class", hint="use symgd.tensor, symgd.scalar or symgd.formula")

    def __setattr__(self, name: str, value: Any) -> None:
        """Refuse to change a node: everybody who has the formula shares it."""
        raise AttributeError(f"a formula cannot be changed, so {name!r} cannot be set")

    def __delattr__(self, name: str) -> None:
        """Refuse to change a node."""
        raise AttributeError(f"a formula cannot be changed, so {name!r} cannot be deleted")

    def __copy__(self) -> Node:
        """Return the node itself: there is one of each formula."""
        return self

    def __deepcopy__(self, memo: Any) -> Node:
        """Return the node itself: there is one of each formula."""
        return self

    def __reduce__(self) -> Any:
        """Return how to make the node again, in this process or another one; see :mod:`symgd.graph.pickling`."""
        from symgd.graph.pickling import reduced

        return reduced(self)

    # -- what it is -----------------------------------------------------------------------------------------

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def is_symbol(self) -> bool:
        """Whether it is an input."""
        return self.primitive is SYMBOL

    @property
    def is_constant(self) -> bool:
        """Whether it is a number."""
        return self.primitive is CONSTANT

    @property
    def is_boolean(self) -> bool:
        """Whether it is a condition."""
        return self.primitive.is_boolean or (self.primitive is CONSTANT and isinstance(self.params[1], bool))

    @property
    def name(self) -> str:
        """The name of a symbol."""
        if self.primitive is not SYMBOL:
            raise SymgdError("only a symbol has a name")
        return str(self.params[0])

    @property
    def facts(self) -> SymbolFacts:
        """What is declared of a symbol."""
        facts = self.params[1] if self.primitive is SYMBOL else SymbolFacts()
        assert isinstance(facts, SymbolFacts)
        return facts

    @property
    def value(self) -> Number:
        """The number of a constant: an int or a Fraction where exact, else a float or a bool."""
        if self.primitive is not CONSTANT:
            raise SymgdError("only a constant has a value")
        kind, value = self.params
        if kind == "float":
            return float.fromhex(value)
        number: Number = value
        return number

    @property
    def is_exact(self) -> bool:
        """Whether it is an exact rational number."""
        return self.primitive is CONSTANT and self.params[0] == "exact"

    @property
    def symbols(self) -> tuple[Node, ...]:
        """The inputs the formula depends on, in order of appearance."""
        return symbols_of(self)

    def equals_number(self, number: int | Fraction) -> bool:
        """Whether it is exactly this rational number."""
        return self.primitive is CONSTANT and self.params[0] == "exact" and bool(self.params[1] == number)

    # -- printing -------------------------------------------------------------------------------------------

    def __str__(self) -> str:
        from symgd.graph.text_printer import write

        return write(self)

    def __repr__(self) -> str:
        text = str(self)
        return text if len(text) <= 1000 else f"{text[:1000]} … ({len(text)} characters)"

    def latex(self, notation: str = "matrix") -> str:
        """Return the formula in LaTeX, in ``"matrix"`` notation or in ``"index"`` notation."""
        return hooks.to_index_notation(self, "latex") if _is_indexed(notation) else hooks.to_latex(self)

    def text(self, notation: str = "matrix") -> str:
        """Return the formula as a textbook prints it, in ``"matrix"`` notation or in ``"index"`` notation.

        Index notation writes every sum and every Kronecker delta.

        Examples
        --------
        >>> import symgd as sg
        >>> result = sg.gradient(sg.formula("x @ A @ x", shapes={"A": "n n", "x": "n"}), "x")
        >>> print(result.text())
        (A + Aᵀ) x
        >>> print(result.text("index"))
        Σⱼ (A_ij + A_ji)·x_j
        """
        return hooks.to_index_notation(self) if _is_indexed(notation) else hooks.to_textbook(self)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"

    def named(self) -> Any:
        """Return the formula in terms of named parts.

        Returns
        -------
        Named
            With ``definitions``, ``result``, ``text()`` and ``latex()``.

        Examples
        --------
        >>> import symgd as sg
        >>> loss = sg.formula("sum((X @ w - y)**2)", shapes={"X": "m n", "w": "n", "y": "m"})
        >>> sg.gradient(loss, "w").named()
        r = X @ w - y
        2*X.T @ r
        """
        return hooks.name_parts({"": self})

    def to_sympy(self) -> Any:
        """Return the formula in SymPy (scalars and matrix expressions).

        Raises
        ------
        UnsupportedError
            Where SymPy has no word for it.
        """
        return hooks.to_sympy(self)

    # -- operators ------------------------------------------------------------------------------------------

    def __add__(self, other: Any) -> Node:
        return _operate("add", self, other)

    def __radd__(self, other: Any) -> Node:
        return _operate("add", other, self)

    def __sub__(self, other: Any) -> Node:
        right = _operand(other)
        return NotImplemented if right is None else _operate("add", self, -right)

    def __rsub__(self, other: Any) -> Node:
        return _operate("add", other, -self)

    def __mul__(self, other: Any) -> Node:
        return _operate("mul", self, other)

    def __rmul__(self, other: Any) -> Node:
        return _operate("mul", other, self)

    def __truediv__(self, other: Any) -> Node:
        right = _operand(other)
        return NotImplemented if right is None else _operate("mul", self, right**-1)

    def __rtruediv__(self, other: Any) -> Node:
        return _operate("mul", other, self**-1)

    def __pow__(self, other: Any) -> Node:
        return _operate("pow", self, other)

    def __rpow__(self, other: Any) -> Node:
        return _operate("pow", other, self)

    def __neg__(self) -> Node:
        return lookup("mul").make((constant(-1), self))

    def __pos__(self) -> Node:
        return self

    def __abs__(self) -> Node:
        return lookup("abs")(self)

    def __matmul__(self, other: Any) -> Node:
        right = _operand(other)
        return NotImplemented if right is None else FUNCTIONS["matmul"](self, right)

    def __rmatmul__(self, other: Any) -> Node:
        left = _operand(other)
        return NotImplemented if left is None else FUNCTIONS["matmul"](left, self)

    def __getitem__(self, item: Any) -> Node:
        return FUNCTIONS["getitem"](self, item)

    def __iter__(self) -> Iterator[Node]:
        if not self.shape:
            raise TypeError("a scalar formula cannot be iterated")
        length = self.shape[0]
        if not isinstance(length, int):
            raise ShapeError(f"cannot iterate over an axis of symbolic size {length}")
        return (self[i] for i in range(length))

    @property
    def T(self) -> Node:
        """The transpose (all axes reversed, as in NumPy)."""
        return FUNCTIONS["transpose"](self)

    def __lt__(self, other: Any) -> Node:
        return _operate("less", self, other)

    def __le__(self, other: Any) -> Node:
        return _operate("less_equal", self, other)

    def __gt__(self, other: Any) -> Node:
        return _operate("less", other, self)

    def __ge__(self, other: Any) -> Node:
        return _operate("less_equal", other, self)

    def __bool__(self) -> bool:
        raise SymgdError("the truth of a formula is not known before its inputs are", hint="use where(condition, a, b)")

    def __float__(self) -> float:
        if self.is_constant:
            return float(self.value)
        raise TypeError(f"{self} is a formula, not a number")

    # -- NumPy's protocols ----------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        return hooks.universal_function(ufunc, method, inputs, options)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return hooks.array_function(func, args, kwargs)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """Refuse to become an array of numbers; a scalar may be an entry of one, as in ``np.array([x[0], 2*x[1]])``."""
        if self.shape:
            raise UnsupportedError(
                "a formula is no array of numbers",
                hint="leave asarray out: NumPy's functions take the formula; join with np.stack",
            )
        entry = np.empty((), dtype=object)
        entry[()] = self
        return entry

    def __array_namespace__(self, api_version: str | None = None) -> Any:
        return hooks.array_namespace()

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("a scalar formula has no length")
        if not isinstance(self.shape[0], int):
            raise ShapeError(f"the axis has the named size {self.shape[0]}, not a number", hint="use x.shape[0] in formulas")
        return self.shape[0]

    @property
    def ndim(self) -> int:
        """The number of axes, as NumPy calls it."""
        return self.rank

    @property
    def size(self) -> Any:
        """The number of entries: a number, or a formula of named sizes."""
        count = size_product(self.shape)
        return count if isinstance(count, int) else size(count)

    def __getattr__(self, name: str) -> Any:
        """Offer the methods of NumPy's arrays, such as ``x.dot(y)``, ``x.reshape(2, 3)`` and ``x.max(axis=0)``."""
        if name in ARRAY_METHODS:
            return hooks.array_method(self, name)
        raise AttributeError(f"a formula has no attribute {name!r}")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *ARRAY_METHODS})


ARRAY_METHODS = {
    "argmax", "astype", "clip", "copy", "cumprod", "cumsum", "diagonal", "dot", "flatten", "max", "mean", "min", "prod", "ptp",
    "ravel", "reshape", "squeeze", "std", "sum", "swapaxes", "take", "trace", "transpose", "var", "item", "round",
    # what NumPy calls on the entries of an array of objects
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "square", "reciprocal", "sign", "sin",
    "cos", "tan", "arcsin", "arccos", "arctan", "arctan2", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh",
    "floor", "ceil", "hypot", "logaddexp", "maximum", "minimum",
}  # fmt: skip
"""The methods that formulas share with NumPy's arrays."""


def intern(record: Primitive, args: tuple[Node, ...], params: Params = ()) -> Node:
    """Return the one node with this primitive, these arguments and these parameters."""
    key = (record, args, params)
    reference = _TABLE.get(key)
    found = reference() if reference is not None else None
    if found is not None:
        return found
    draft = _Draft()
    draft.primitive = record
    draft.args = args
    draft.params = params
    draft.shape = () if record.is_elementwise and _are_scalars(args) else record.shape([arg.shape for arg in args], params)
    draft.serial = next(_SERIAL)
    draft.__class__ = Node  # type: ignore[assignment]
    return _entered(key, cast("Node", draft))


def _entered(key: Key, node: Node) -> Node:
    """Enter a node in the table; return the one that another thread has entered meanwhile, where there is one."""
    entry = KeyedRef(node, _forget, key)
    while True:
        reference = _TABLE.setdefault(key, entry)  # one step, whatever other threads do
        if reference is entry:
            return node
        found = reference()
        if found is not None:
            return found
        _forget(reference)  # of a node that nobody holds any more


Primitive.interned = staticmethod(intern)


def _are_scalars(args: tuple[Node, ...]) -> bool:
    for arg in args:  # noqa: SIM110 (a loop, because this runs for every node that is made)
        if arg.shape:
            return False
    return True


def _operand(value: Any) -> Node | None:
    if isinstance(value, np.matrix | np.ma.MaskedArray):
        return as_node(value)
    try:
        return as_node(value)
    except SymgdError:
        return None


_VERBS = {"add": "add", "mul": "multiply", "pow": "raise", "less": "compare", "less_equal": "compare"}


_ARITHMETIC = {"add", "mul", "pow"}


def _counted(node: Node) -> Node:
    """Count a condition as 1 where it holds and as 0 where not, as NumPy does."""
    return lookup("where").make((node, constant(1), constant(0))) if node.is_boolean else node


def _operate(name: str, left: Any, right: Any) -> Node:
    if not (isinstance(left, Node) and isinstance(right, Node)):
        a, b = _operand(left), _operand(right)
        if a is None or b is None:
            return NotImplemented  # type: ignore[no-any-return]
        left, right = a, b
    if name in _ARITHMETIC and (left.is_boolean or right.is_boolean):
        left, right = (_counted(one) for one in (left, right))
    if left.shape != right.shape and left.shape and right.shape:
        check_no_mutual_stretch((left.shape, right.shape), _VERBS[name])
    return lookup(name).make((left, right))


_GIVEN = "what is to stand in a formula"
"""What messages call the values of arrays."""


def as_node(value: Any) -> Node:
    """Return `value` as a node: a node itself, a number, a size, or a (nested) list of them.

    A float is the number it prints as, 0.1 is 1/10; see :mod:`symgd.primitives.decimals`.

    Raises
    ------
    SymgdError
        For anything else.
    """
    if isinstance(value, Node):
        return value
    if isinstance(value, bool | int | Fraction):
        return constant(value)
    if isinstance(value, float | np.floating):
        return hooks.from_float(value)
    if isinstance(value, np.timedelta64):  # which NumPy counts among the integers
        read_exact_array(value, _GIVEN)
    if isinstance(value, numbers.Integral):
        return constant(int(value))
    if isinstance(value, numbers.Rational):
        return constant(Fraction(int(value.numerator), int(value.denominator)))
    if isinstance(value, numbers.Real):
        return as_node(float(value))
    if isinstance(value, Decimal) and value.is_finite():
        return constant(Fraction(value))
    if is_sympy(value):  # before anything is asked of it: the shape of an indexed symbol raises
        return hooks.from_sympy(value)
    if isinstance(value, np.matrix | np.ma.MaskedArray):
        read_exact_array(value, _GIVEN)  # names what is masked, which np.asarray would bring back
        raise UnsupportedError(
            f"{type(value).__name__} is no plain array: its operators mean something else", hint="use np.asarray(…) first"
        )
    if _needs_reading(value):
        value = read_exact_array(value, _GIVEN)
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        return as_node(value[()] if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value.item())
    if isinstance(value, Dim):
        return size(value)
    if isinstance(value, list | tuple) or (hasattr(value, "tolist") and getattr(value, "size", MAX_WRITTEN + 1) <= MAX_WRITTEN):
        written: Node = FUNCTIONS["array"](_listed(value) if hasattr(value, "tolist") else value)
        return written
    raise SymgdError(
        f"{type(value).__name__} cannot stand in a formula", hint="use symgd.tensor for an array and pass its values as data"
    )


def _needs_reading(value: Any) -> bool:
    """Whether an array might hold what is no number, or lose what it means: dates become integers in a list."""
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind not in "biufO"
    return type(value).__module__.startswith("pandas") and getattr(value, "size", MAX_WRITTEN + 1) <= MAX_WRITTEN


def _listed(array: Any) -> Any:
    """Return an array as nested lists; float32 has fewer digits, and keeps its type."""
    is_narrow = isinstance(array, np.ndarray) and array.dtype.kind == "f" and array.dtype.itemsize < 8
    return [_listed(part) for part in array] if is_narrow else array if isinstance(array, np.floating) else array.tolist()


def is_sympy(value: Any) -> bool:
    """Whether a value is SymPy's, without importing SymPy."""
    sympy = sys.modules.get("sympy")
    return sympy is not None and isinstance(value, sympy.Basic | sympy.MatrixBase)


def name_of(given: Any) -> str:
    """Return the name by which a user means an input: a text as it is, or that of a Node or SymPy symbol."""
    name = getattr(given, "name", given)
    return str(name) if isinstance(name, str) else shown(name)


def constant(value: Number) -> Node:
    """Return the node of a number. The type counts: ``1``, ``1.0`` and ``True`` are three constants."""
    if isinstance(value, bool):
        return intern(CONSTANT, (), ("bool", value))
    if isinstance(value, int):
        return intern(CONSTANT, (), ("exact", int(value)))
    if isinstance(value, Fraction):
        return intern(CONSTANT, (), ("exact", value.numerator if value.denominator == 1 else value))
    return intern(CONSTANT, (), ("float", float(value).hex()))


def size(of: Size) -> Node:
    """Return the size of an axis as a scalar formula."""
    return constant(of) if isinstance(of, int) else intern(SIZE, (), (of,))


# -- inputs -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SymbolFacts:
    """What is declared of an input: where its entries lie, and its structure."""

    interval: Interval = Interval()
    is_nonzero: bool = False
    is_symmetric: bool = False
    is_positive_semidefinite: bool = False
    is_positive_definite: bool = False
    is_one_hot: bool = False
    sums_to: Fraction | None = None

    @property
    def sign(self) -> Sign:
        """The signs the entries can have."""
        return self.interval.sign & (Sign.NONZERO if self.is_nonzero else Sign.ANY)


def tensor(name: str, shape: Any = (), **facts: Any) -> Node:
    """Declare an input.

    Parameters
    ----------
    name : str
        Letters, digits and underscores, not starting with a digit.
    shape : str or tuple
        Sizes: names, integers, or a tuple (``"m n"``, ``(5, 3)``); ``""`` is a scalar.
    **facts
        ``positive``, ``nonnegative``, ``nonzero`` (entries); ``lower``, ``upper`` (bounds of the entries); ``symmetric``,
        ``psd``, ``pd`` (a matrix that is positive semidefinite, definite); ``one_hot``; ``sums_to`` (along the last axis).

    Returns
    -------
    Node

    Raises
    ------
    SymgdError
        For a name, a size or a fact that cannot be.

    Examples
    --------
    >>> import symgd as sg
    >>> X = sg.tensor("X", "m n")
    >>> X.shape, sg.tensor("p", "k", nonnegative=True, sums_to=1).shape
    ((m, n), (k,))
    """
    dimensions = parse_shape(shape)
    return intern(SYMBOL, (), (check_name(name), _read_facts(name, dimensions, facts), dimensions))


def scalar(name: str, **facts: Any) -> Node:
    """Declare a scalar input; see :func:`tensor`.

    >>> import symgd as sg
    >>> lam = sg.scalar("lam", positive=True)
    >>> lam.shape
    ()
    """
    return tensor(name, (), **facts)


def _is_indexed(notation: str) -> bool:
    return read_choice(notation, ("matrix", "index"), "notation") == "index"


def is_finite(value: Any) -> bool:
    """Whether the value of a constant is finite; an exact number is, however large."""
    return not isinstance(value, float) or math.isfinite(value)


def check_name(name: Any) -> str:
    """Return `name` if it can name an input."""
    import unicodedata

    if not isinstance(name, str) or not name:
        raise SymgdError("a name is a non-empty text")
    letters = all(c == "_" or unicodedata.category(c)[0] == "L" or c.isdecimal() for c in name)
    if not letters or name[0].isdecimal() or len(name) > 64 or unicodedata.normalize("NFKC", name) != name:
        raise SymgdError(
            f"{name[:40]!a} cannot name an input",
            hint="use letters, digits and underscores, at most 64 of them, the first not a digit",
        )
    return name


_NUMBERS = ("lower", "upper", "sums_to")
"""Facts that are numbers; the others hold or do not."""


def _read_facts(name: str, shape: Shape, facts: Mapping[str, Any]) -> SymbolFacts:
    known = {
        "positive",
        "nonnegative",
        "nonzero",
        "negative",
        "nonpositive",
        "lower",
        "upper",
        "symmetric",
        "psd",
        "pd",
        "one_hot",
        "sums_to",
    }
    for fact in facts:
        if fact not in known:
            raise SymgdError(f"{fact} is not a fact that can be declared of {name}", hint=f"known: {', '.join(sorted(known))}")
    given = {
        fact: value
        for fact, value in facts.items()
        if value is not None and (fact in _NUMBERS or read_flag(value, f"{fact} of {name}"))
    }
    interval = Interval(
        _bound(facts.get("lower"), -math.inf, f"lower of {name}"), _bound(facts.get("upper"), math.inf, f"upper of {name}")
    )
    for fact, sign in (
        ("positive", Sign.POSITIVE),
        ("nonnegative", Sign.NONNEGATIVE),
        ("negative", Sign.NEGATIVE),
        ("nonpositive", Sign.NONPOSITIVE),
    ):
        if fact in given:
            interval &= Interval.of_sign(sign)
    if "one_hot" in given:
        interval &= Interval(0, 1)
    if interval.is_empty:
        raise SymgdError(f"no number satisfies what is declared of {name}")
    matrix_facts = {"symmetric", "psd", "pd"} & set(given)
    if matrix_facts and (len(shape) != 2 or shape[0] != shape[1]):
        raise ShapeError(f"{name} has shape {show_shape(shape)}: only a square matrix can be {min(matrix_facts)}")
    if {"one_hot", "sums_to"} & set(given) and not shape:
        raise ShapeError(f"{name} is a scalar: only a tensor can be one_hot or sum to a number along its last axis")
    return SymbolFacts(
        interval=interval,
        is_nonzero="nonzero" in given,
        is_symmetric=bool(matrix_facts),
        is_positive_semidefinite="psd" in given or "pd" in given,
        is_positive_definite="pd" in given,
        is_one_hot="one_hot" in given,
        sums_to=Fraction(1) if "one_hot" in given else _sum(given["sums_to"], name) if "sums_to" in given else None,
    )


def _sum(value: Any, name: str) -> Fraction:
    try:
        if isinstance(value, bool):
            raise TypeError
        return Fraction(value)
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        raise SymgdError(f"the entries sum to a number, not to {shown(value)}: sums_to of {name}") from None


def _bound(value: Any, default: float, what: str) -> Bound:
    if value is None:
        return default
    try:
        number = None if isinstance(value, bool) else as_node(value)
    except SymgdError:
        number = None
    if number is None or not number.is_constant or number.value != number.value:
        raise SymgdError(f"a bound is a number, not {shown(value)}: {what}", hint="leave a bound out that is not known")
    try:
        float(number.value)
    except OverflowError:
        raise SymgdError(
            f"a bound is a number that a float holds, not {shown(value)}: {what}", hint="leave a bound out that is not known"
        ) from None
    return number.value


def symbols_of(*roots: Node) -> tuple[Node, ...]:
    """Return the inputs the formulas depend on, in order of appearance."""
    from symgd.graph.traversal import toposort

    return tuple(node for node in toposort(roots) if node.primitive is SYMBOL)


# -- the three kinds of leaves ------------------------------------------------------------------------------

SYMBOL = primitive(
    "symbol",
    shape=lambda shapes, params: params[2],
    sign=Sign.ANY,
    layout=lambda node, printer: printer.symbol(node),
    is_view=True,
    source="an input",
)

CONSTANT = elementwise(
    "constant",
    arity=0,
    shape=lambda shapes, params: (),
    layout=lambda node, printer: printer.number(node.value),
    source="a number",
)

SIZE = primitive(
    "size",
    shape=lambda shapes, params: (),
    sign=Sign.POSITIVE,
    range=Interval(1, math.inf),
    layout=lambda node, printer: printer.size(node.params[0]),
    source="the length of an axis",
)
