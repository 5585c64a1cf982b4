"""Node: one formula, as a vertex of a shared graph; and Primitive, the record of the function that stands at a vertex.

Nodes are immutable and interned: two equal formulas are the same object, so equality is identity and a pass visits a shared
part once. A node knows its primitive, its arguments, its parameters (constants of the operation, such as axes) and its shape.

A :class:`Primitive` holds everything that symgd knows of one function. Passes read records and know no function by name;
:mod:`symgd.graph.primitive` declares them. Operators look their primitive up in the registry.
"""

from __future__ import annotations

import inspect
import itertools
import math
from _weakref import _remove_dead_weakref  # type: ignore[attr-defined]  # as WeakValueDictionary does, in one step
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast
from weakref import KeyedRef

from symgd.errors import SymgdError, shown
from symgd.graph.array_protocols import ArrayProtocols
from symgd.graph.assumptions import Interval, Sign
from symgd.graph.hooks import Hook
from symgd.graph.operators import Operators
from symgd.graph.presentation import Presentation
from symgd.graph.proxy import through_proxies
from symgd.graph.record import Calculus, Code, Definition, Facts, Notation, Params, Provenance, Requirement, Values
from symgd.graph.shape import Shape, Size, check_no_mutual_stretch, parse_shape
from symgd.graph.symbol_facts import SymbolFacts, check_name, read_facts
from symgd.graph.vocabulary import Vocabulary

__all__ = [
    "DECLARED_IN",
    "FUNCTIONS",
    "REGISTRY",
    "Node",
    "Primitive",
    "constant",
    "counted",
    "intern",
    "lookup",
    "scalar",
    "size",
    "tensor",
]

_as_node: Hook[[Any], Node] = Hook("symgd.graph.conversion", "as_node")
_operand: Hook[[Any], Node | None] = Hook("symgd.graph.conversion", "operand")
_reduced_record: Hook[[Primitive], tuple[Any, ...]] = Hook("symgd.graph.record_pickling", "reduced_record")
_reduced: Hook[[Node], tuple[Any, ...]] = Hook("symgd.graph.pickling", "reduced")
_symbols_of: Hook[[Node], tuple[Node, ...]] = Hook("symgd.graph.traversal", "symbols_of")
_docstring_of: Hook[[Primitive], str] = Hook("symgd.api.function_documentation", "docstring_of")
_signature_of: Hook[[Primitive], inspect.Signature] = Hook("symgd.api.function_documentation", "signature_of")

Number = int | Fraction | float | bool


REGISTRY: Vocabulary[Primitive] = Vocabulary()
"""Every primitive by its name."""

FUNCTIONS: Vocabulary[Callable[..., Node]] = Vocabulary()
"""Every name a formula may call, aliases included."""

DECLARED_IN: dict[str, str] = {}
"""The module that declares a primitive, by the name of the primitive."""


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Primitive(
    Definition["Node"],
    Calculus["Node"],
    Values["Node"],
    Code["Node"],
    Notation["Node"],
    Facts["Node"],
    Provenance["Node"],
):
    """Everything that symgd knows of one function.

    It is made by :func:`symgd.extend.elementwise` and :func:`symgd.extend.primitive`, and called with formulas and numbers. Its
    fields are described in the groups it is made of, in ``symgd.graph.record``: definition, calculus, values, code,
    notation, facts, provenance.

    Parameters
    ----------
    **fields
        The fields of all groups, by keyword; ``name`` and ``shape`` have no default.

    Raises
    ------
    SymgdError
        Where it is called with more or fewer arguments than the function has.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.softplus
    <primitive softplus>
    >>> sg.softplus(sg.scalar("x")), sg.softplus.because
    (softplus(x), 'the slope of softplus is the sigmoid')
    """

    @property
    def __signature__(self) -> inspect.Signature:
        """The signature of the function, for :func:`inspect.signature` and ``help``."""
        return _signature_of(self)

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"

    def __copy__(self) -> Primitive:
        """Return the record itself: nodes are compared by it."""
        return self

    def __deepcopy__(self, memo: Any) -> Primitive:
        """Return the record itself."""
        return self

    def __reduce__(self) -> Any:
        """Return how to find the record again: by its name, as it was made, or with its declaration."""
        return _reduced_record(self)

    @through_proxies
    def __call__(self, *args: Any) -> Node:
        """Build the node, from nodes or numbers, with the checks a user deserves."""
        nodes = tuple(arg if isinstance(arg, Node) else _as_node(arg) for arg in args)
        if self.arity is not None and len(nodes) != self.arity:
            missing = self.arity - len(nodes)
            if 0 < missing <= len(self.defaults):
                return self(*nodes, *self.defaults[-missing:])
            least = self.arity - len(self.defaults)
            count = f"{f'{least} to ' if self.defaults else ''}{self.arity} argument{'s' if self.arity != 1 else ''}"
            raise SymgdError(f"{self.name} takes {count}, not {len(nodes)}")
        if self.is_elementwise and self.arity is None and not nodes:
            raise SymgdError(f"{self.name} takes at least 1 argument, not 0")
        if self.is_elementwise and len(nodes) > 1:
            check_no_mutual_stretch([node.shape for node in nodes], self.name)
        return self.make(nodes)

    def make(self, args: tuple[Node, ...], params: Params = ()) -> Node:
        """Build the node from nodes: folded where constants allow, interned."""
        if self.fold is not None:
            folded = self.fold(args, params)
            if folded is not None:
                return folded
        return intern(self, args, params)

    def explain(self, node: Node, movers: Sequence[int]) -> str:
        """Return the sentence that explains the derivative of `node` in the arguments that move."""
        return self.because if isinstance(self.because, str) else self.because(node, movers)

    def is_linear_in(self, index: int) -> bool:
        """Whether the function is linear in an argument, the others held fixed."""
        return self.linear_in == "each" or index in self.linear_in

    def requirements(self, node: Node) -> list[tuple[Node, Requirement]]:
        """Return which argument must lie where for `node` to be defined."""
        if callable(self.domain):
            return list(self.domain(node))
        domains = self.domain if isinstance(self.domain, tuple) else (self.domain,) * len(node.args)
        return [
            (arg, where)
            for arg, where in zip(node.args, domains, strict=False)
            if (where != Sign.ANY if isinstance(where, Sign) else not where.is_everything)
        ]


class _Documentation:
    """The docstring of the class, and of each record one of its own: its function's."""

    def __get__(self, record: Primitive | None, owner: type) -> str:
        return _OF_RECORDS if record is None or not record.is_elementwise else _docstring_of(record)


_OF_RECORDS = Primitive.__doc__ or ""
Primitive.__doc__ = _Documentation()  # type: ignore[assignment]


def lookup(name: str) -> Primitive:
    """Return the primitive called `name`.

    Raises
    ------
    SymgdError
        Where none is declared.
    """
    record = REGISTRY.declared.get(name)
    if record is not None:
        return record
    try:
        return REGISTRY[name]
    except KeyError:
        hint = "import the module that declares it first"
        raise SymgdError(f"no function called {shown(name)} is declared", hint=hint) from None


class _Weak:
    __slots__ = ("__weakref__",)


class _Draft(_Weak, Operators["Node"], ArrayProtocols["Node"], Presentation["Node"]):
    """A node under construction; once complete it becomes a :class:`Node`, which cannot be changed."""

    __slots__ = ("args", "params", "primitive", "serial", "shape")

    primitive: Primitive
    args: tuple[Node, ...]
    params: Params
    shape: Shape
    serial: int


class Node(_Weak, Operators["Node"], ArrayProtocols["Node"], Presentation["Node"]):
    """One formula: a function of other formulas, an input, or a number.

    It is built with :func:`symgd.tensor`, :func:`symgd.scalar`, operators and functions, and never changes. Equal formulas are
    the same object, so that ``is`` compares them.

    Attributes
    ----------
    shape : tuple of int or Dim
        The sizes of its axes.
    primitive : Primitive
        The function that it applies.
    args : tuple of Node
        The arguments of the function.
    params : tuple
        The constants of the operation, such as axes.

    Raises
    ------
    SymgdError
        Where the class is called.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", "n")
    >>> x @ x, (x @ x).shape, (x @ x).symbols
    (x @ x, (), (x,))
    >>> 2 * x + 1 is 2 * x + 1
    True
    """

    __slots__ = ("args", "params", "primitive", "serial", "shape")

    primitive: Primitive
    args: tuple[Node, ...]
    params: Params
    shape: Shape
    serial: int

    def __new__(cls) -> Node:
        """Refuse to make an empty node: :func:`intern` makes all of them."""
        raise SymgdError("a formula is not made by its class", hint="use symgd.tensor, symgd.scalar or symgd.formula")

    def __setattr__(self, name: str, value: Any) -> None:
        """Refuse to change a node, because formulas share it."""
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
        return _reduced(self)

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
        return _symbols_of(self)

    def equals_number(self, number: int | Fraction) -> bool:
        """Whether it is exactly this rational number."""
        return self.primitive is CONSTANT and self.params[0] == "exact" and bool(self.params[1] == number)

    # -- operators ------------------------------------------------------------------------------------------

    @staticmethod
    def _operate(name: str, left: Any, right: Any) -> Node:
        if not (isinstance(left, Node) and isinstance(right, Node)):
            left, right = Node._operand(left), Node._operand(right)
            if left is None or right is None:
                return NotImplemented  # type: ignore[no-any-return]
        if name in _ARITHMETIC and (left.is_boolean or right.is_boolean):
            left, right = (counted(operand) for operand in (left, right))
        if left.shape != right.shape and left.shape and right.shape:
            check_no_mutual_stretch((left.shape, right.shape), _VERBS[name])
        return (REGISTRY.declared.get(name) or lookup(name)).make((left, right))

    @staticmethod
    def _operand(value: Any) -> Node | None:
        return value if isinstance(value, Node) else constant(value) if type(value) is int else _operand(value)

    def __neg__(self) -> Node:
        return lookup("mul").make((constant(-1), self))

    def __pos__(self) -> Node:
        return self

    def __float__(self) -> float:
        if self.is_constant:
            return float(self.value)
        raise TypeError(f"{self} is a formula, not a number")

    @staticmethod
    def _call(name: str, *args: Any) -> Node:
        return FUNCTIONS[name](*args)


_VERBS = {"add": "add", "mul": "multiply", "pow": "raise", "less": "compare", "less_equal": "compare"}
_ARITHMETIC = {"add", "mul", "pow"}


def counted(node: Node) -> Node:
    """Return 1 where a condition holds and 0 where not, as NumPy counts, and what is no condition as it is."""
    return lookup("where").make((node, constant(1), constant(0))) if node.is_boolean else node


Key = tuple[Primitive, tuple[Any, ...], Params]

_TABLE: dict[Key, KeyedRef[Key, Node]] = {}
"""The nodes to which there are references."""


def _forget(reference: Any, remove: Callable[[Any, Any], None] = _remove_dead_weakref, table: Any = _TABLE) -> None:
    """Remove the entry of a node without references from the table, unless there is a new one by now."""
    remove(table, reference.key)


_SERIAL = itertools.count()


def intern(record: Primitive, args: tuple[Node, ...], params: Params = ()) -> Node:
    """Return the one node with this primitive, these arguments and these parameters."""
    key = (record, args, params)
    reference = _TABLE.get(key)
    existing = reference() if reference is not None else None
    if existing is not None:
        return existing
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
        existing = reference()
        if existing is not None:
            return existing
        _forget(reference)  # of a node without references


def _are_scalars(args: tuple[Node, ...]) -> bool:
    for arg in args:  # noqa: SIM110 (a loop, because this runs for every node that is made)
        if arg.shape:
            return False
    return True


def constant(value: Number) -> Node:
    """Return a number as a formula. The type counts: ``1``, ``1.0`` and ``True`` are three constants.

    Parameters
    ----------
    value : int, Fraction, float or bool
        An int and a Fraction stay exact.

    Returns
    -------
    Node
        Of shape ().

    Raises
    ------
    TypeError, ValueError
        For what is not a number, as ``float(value)`` does.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from symgd.extend import constant
    >>> constant(Fraction(1, 3)) + constant(1)
    4/3
    """
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
        ``psd``, ``pd`` (a matrix that is positive semidefinite, definite); ``one_hot``; ``sums_to`` (along the last axis);
        ``values``, the only ones that entries take: ``values=[-1, 1]``.

    Returns
    -------
    Node
        Of shape `shape`; two declarations that are equal give the same object.

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
    return intern(SYMBOL, (), (check_name(name), read_facts(name, dimensions, facts), dimensions))


def scalar(name: str, **facts: Any) -> Node:
    """Declare a scalar input.

    Parameters
    ----------
    name : str
        Letters, digits and underscores, not starting with a digit.
    **facts
        As in :func:`tensor`: ``positive``, ``nonnegative``, ``nonzero``, ``lower``, ``upper``.

    Returns
    -------
    Node
        Of shape ().

    Raises
    ------
    SymgdError
        For a name or a fact that cannot be.

    Examples
    --------
    >>> import symgd as sg
    >>> lam = sg.scalar("lam", positive=True)
    >>> lam.shape
    ()
    """
    return tensor(name, (), **facts)


# -- the three kinds of leaves ------------------------------------------------------------------------------

SYMBOL = Primitive(
    name="symbol",
    shape=lambda shapes, params: params[2],
    sign=Sign.ANY,
    layout=lambda node, printer: printer.symbol(node),
    is_view=True,
    source="an input",
)

CONSTANT = Primitive(
    name="constant",
    is_elementwise=True,
    arity=0,
    shape=lambda shapes, params: (),
    layout=lambda node, printer: printer.number(node.value),
    source="a number",
)

SIZE = Primitive(
    name="size",
    shape=lambda shapes, params: (),
    sign=Sign.POSITIVE,
    range=Interval(1, math.inf),
    layout=lambda node, printer: printer.size(node.params[0]),
    source="the length of an axis",
)

REGISTRY.update({record.name: record for record in (SYMBOL, CONSTANT, SIZE)})
