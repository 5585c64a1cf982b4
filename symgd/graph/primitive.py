"""The one declaration per function, and the registry of all of them.

A :class:`Primitive` is a record of everything the house knows of a function. Passes read records; no pass knows a function by
name. :func:`elementwise` and :func:`primitive` make a record and enter it in the registry; :func:`function` enters a
derived spelling (``matmul`` and ``sum`` are spellings of ``einsum``).
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from symgd.errors import SymgdError, shown
from symgd.graph.assumptions import Curvature, Interval, Monotone, Sign
from symgd.graph.shape import Shape, Size, broadcast, check_no_mutual_stretch

if TYPE_CHECKING:
    from symgd.graph.node import Node

__all__ = ["FUNCTIONS", "REGISTRY", "Params", "Primitive", "elementwise", "function", "lookup", "primitive"]

Params = tuple[Any, ...]
Formula = Callable[..., "Node"]
Requirement = Interval | Sign
Entry = TypeVar("Entry")
Build = TypeVar("Build", bound=Callable[..., Any])


class _Vocabulary(dict[str, Entry]):
    """Entries by name; what is missed is looked for once all of symgd's own functions are declared."""

    def __missing__(self, name: str) -> Entry:
        importlib.import_module("symgd.primitives")
        if name not in self:
            raise KeyError(name)
        return self[name]


REGISTRY: dict[str, Primitive] = _Vocabulary()
"""Every primitive by its name."""

FUNCTIONS: dict[str, Callable[..., Node]] = _Vocabulary()
"""Every name a formula may call, aliases included."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Primitive:
    """Everything the house knows of one function.

    Attributes
    ----------
    name : str
        The field's word for it.
    shape : callable
        ``shape(shapes, params) -> Shape``; raises ShapeError.
    is_elementwise : bool
        Whether it acts entry by entry, with broadcasting.
    arity : int or None
        Number of arguments, None for any number.
    fold : callable
        ``fold(args, params) -> Node | None``, applied when a node is built: exact constants and neutral elements.
    definition : callable
        The function in terms of others, in its naive spelling: the 50-digit reference, the spelling to recognise,
        the formula in the docs.
    recognise : {"always", "code", "never"}
        Whether the naive spelling is replaced by this function: for people too, in compiled code only, or not at all.
    derivative : tuple of callable
        For each argument, ``derivative(*args, out) -> Node``; None where no closed form is known.
    vjp : callable
        ``vjp(node, adjoint, index) -> Node``: what the adjoint of `node` sends to argument `index`. The adjoint may carry
        extra leading axes.
    numpy : str
        Template of the NumPy code, already in its numerically stable form, with ``{x}``, ``{y}``, ``{z}`` for the
        arguments. Empty where SymPy's printer knows the function.
    code : callable
        ``code(node, names, printer) -> str`` where a template cannot say it; ``dtype`` is the common type of the inputs.
    imports : tuple of str
        Where the names of `numpy` live, as ``"scipy.special:expit"``; NumPy's own need no mention.
    defaults : tuple
        Values of the last arguments, where a call leaves them out.
    arguments : tuple of str
        What the arguments are called, where messages speak of them.
    largest_exact : float
        The largest number at which exact values are written out: the factorial of a billion is not.
    reference : str or callable
        The name of the mpmath function that is the 50-digit reference, or a formula without cancellation; where there is
        neither, the definition serves.
    precise : callable
        ``precise(mp, *numbers) -> number`` in mpmath's arithmetic, where neither a name nor a formula can say it.
    accuracy : float
        The relative error that the library's code may have.
    whole : callable
        ``whole(node) -> [(argument, size), …]``: which arguments hold whole numbers from 0 to below a size.
    evaluate : callable
        ``evaluate(node, algebra, arrays) -> array`` on object arrays over any algebra, for tensor primitives.
    sympy : str
        Name of SymPy's class for it.
    latex, layout
        How it is written: a template, or ``layout(node, printer) -> Written``.
    sign, range
        A fact, or a callable ``(node, *facts of the arguments)``.
    monotone, curvature
        A fact, or a callable ``(node, *intervals of the arguments)``; monotone is a tuple for several arguments.
    log_curvature : Curvature
        Of its logarithm, where it is positive.
    strict : bool
        Whether it has no straight piece where it is convex or concave in one argument, the others held fixed.
    domain : for each argument the set where the function is defined, or a callable ``(node) -> [(argument, set), …]``
    kinks : callable
        Expressions whose zeros are the points where the derivative jumps.
    at_kink : str
        The convention there, shown to the reader.
    because : str or callable
        The sentence that explains the derivative; a callable takes the node and the positions of the arguments that move.
    source : str
        Where the rule comes from.
    linear_in : tuple of int, or "each"
        Arguments in which the function is linear, the others held fixed. "Each" without weights means linear in all together.
    conditional : tuple of int
        Arguments that are looked at only where a condition holds (the branches of ``where``).
    is_weighted : bool
        Whether it is a sum of products, so that the other arguments are the weights of each one.
    is_view : bool
        Whether its compiled value may share memory with its argument.
    vanishes_with : tuple of int, or "each"
        Arguments with which the function is 0: a product that is not 0 has no factor that is.
    work : callable
        ``work(node) -> size``: the number of multiplications, where it is not the number of entries.
    least_sizes : callable
        ``least_sizes(node) -> [(size, number), …]``: how long symbolic axes must be, where that is more than 1.
    aliases : tuple of str
        Other names it is called by.
    made_by : (callable, tuple), optional
        What makes the record, and from what, where it is not found by its name.
    """

    name: str
    shape: Callable[[Sequence[Shape], Params], Shape]
    is_elementwise: bool = False
    is_boolean: bool = False
    arity: int | None = None
    fold: Callable[[tuple[Node, ...], Params], Node | None] | None = None
    definition: Formula | None = None
    recognise: Literal["always", "code", "never"] = "never"
    defaults: tuple[Any, ...] = ()
    arguments: tuple[str, ...] = ()
    derivative: tuple[Formula | None, ...] = ()
    vjp: Callable[[Node, Node, int], Node] | None = None
    numpy: str = ""
    code: Callable[[Node, Sequence[str], Any], str] | None = None
    imports: tuple[str, ...] = ()
    reference: str | Formula | None = None
    precise: Callable[..., Any] | None = None
    accuracy: float = 2e-14
    largest_exact: float = float("inf")
    whole: Callable[[Node], Iterable[tuple[Node, Size]]] | None = None
    evaluate: Callable[[Node, Any, Sequence[Any]], Any] | None = None
    sympy: str = ""
    latex: str = ""
    layout: Callable[[Node, Any], Any] | None = None
    sign: Sign | Callable[..., Sign] = Sign.ANY
    range: Interval | Callable[..., Interval] = Interval()
    monotone: Monotone | tuple[Monotone, ...] | Callable[..., tuple[Monotone, ...]] = Monotone.UNKNOWN
    curvature: Curvature | Callable[..., Curvature] = Curvature.UNKNOWN
    log_curvature: Curvature = Curvature.UNKNOWN
    strict: bool = False
    domain: Requirement | tuple[Requirement, ...] | Callable[[Node], Iterable[tuple[Node, Requirement]]] = Sign.ANY
    kinks: Formula | None = None
    at_kink: str = ""
    because: str | Callable[[Node, Sequence[int]], str] = ""
    source: str = ""
    linear_in: tuple[int, ...] | Literal["each"] = ()
    conditional: tuple[int, ...] = ()
    is_weighted: bool = False
    is_view: bool = False
    vanishes_with: tuple[int, ...] | Literal["each"] = ()
    work: Callable[[Node], Size] | None = None
    least_sizes: Callable[[Node], Iterable[tuple[Size, int]]] | None = None
    aliases: tuple[str, ...] = ()
    made_by: tuple[Callable[..., Primitive | None], tuple[Any, ...]] | None = None

    interned: ClassVar[Callable[[Primitive, tuple[Node, ...], Params], Node]]
    """:func:`symgd.graph.node.intern`, which the module of nodes enters here: a node has a record, and a record makes nodes."""

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"

    def __copy__(self) -> Primitive:
        """Return the record itself: nodes are compared by it."""
        return self

    def __deepcopy__(self, memo: Any) -> Primitive:
        """Return the record itself."""
        return self

    def __reduce__(self) -> Any:
        """Return how to find the record again: by its name, or as it was made."""
        return self.made_by if self.made_by is not None else (lookup, (self.name,))

    def __call__(self, *args: Any) -> Node:
        """Build the node, from nodes or numbers, with the checks a user deserves."""
        from symgd.graph.node import as_node

        nodes = tuple(as_node(arg) for arg in args)
        if self.arity is not None and len(nodes) != self.arity:
            missing = self.arity - len(nodes)
            if 0 < missing <= len(self.defaults):
                return self(*nodes, *self.defaults[-missing:])
            least = self.arity - len(self.defaults)
            count = f"{f'{least} to ' if self.defaults else ''}{self.arity} argument{'s' if self.arity != 1 else ''}"
            raise SymgdError(f"{self.name} takes {count}, not {len(nodes)}")
        if self.is_elementwise and len(nodes) > 1:
            check_no_mutual_stretch([node.shape for node in nodes], self.name)
        return self.make(nodes)

    def make(self, args: tuple[Node, ...], params: Params = ()) -> Node:
        """Build the node from nodes: folded where constants allow, interned."""
        if self.fold is not None:
            folded = self.fold(args, params)
            if folded is not None:
                return folded
        return Primitive.interned(self, args, params)

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


def elementwise(
    name: str,
    *,
    derivative: Formula | tuple[Formula | None, ...] = (),
    arity: int | Literal["any"] | None = None,
    **declared: Any,
) -> Primitive:
    """Declare a function that acts entry by entry; see :class:`Primitive` for the fields.

    The number of arguments is read off `derivative` (or `definition`), unless it is given; it may be any number.
    """
    rules = derivative if isinstance(derivative, tuple) else (derivative,)
    if arity is None:
        arity = len(rules) if len(rules) > 1 else _count_parameters(rules[0]) - 1 if rules and rules[0] else None
    if arity is None and declared.get("definition") is not None:
        arity = _count_parameters(declared["definition"])
    return _enter(
        Primitive(
            name=name,
            is_elementwise=True,
            arity=None if arity == "any" else arity,
            derivative=rules,
            shape=declared.pop("shape", lambda shapes, params: broadcast(shapes, name)),
            **declared,
        )
    )


def primitive(name: str, **declared: Any) -> Primitive:
    """Declare a function of whole tensors; see :class:`Primitive` for the fields."""
    return _enter(Primitive(name=name, **declared))


def function(*names: str) -> Callable[[Build], Build]:
    """Enter a spelling that is built from primitives under `names`."""

    def enter(build: Build) -> Build:
        for name in names:
            _claim(name, build)
        return build

    return enter


def lookup(name: str) -> Primitive:
    """Return the primitive called `name`.

    Raises
    ------
    SymgdError
        Where none is declared.
    """
    try:
        return REGISTRY[name]
    except KeyError:
        hint = "import the module that declares it first"
        raise SymgdError(f"no function called {shown(name)} is declared", hint=hint) from None


def _enter(record: Primitive) -> Primitive:
    if record.name in REGISTRY:
        raise SymgdError(f"a primitive called {record.name} is declared already")
    REGISTRY[record.name] = record
    if record.is_elementwise and record.arity != 0:
        for name in (record.name, *record.aliases):
            _claim(name, record)
    return record


def _claim(name: str, build: Callable[..., Node]) -> None:
    if name in FUNCTIONS:
        raise SymgdError(f"a function called {name} is declared already")
    FUNCTIONS[name] = build


def _count_parameters(rule: Formula) -> int:
    return len(inspect.signature(rule).parameters)
