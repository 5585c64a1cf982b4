"""How a user's functions take their arguments: by the names of inputs, by position, or as nested parameters.

One rule holds wherever a function is checked. A function whose parameters all have the names of inputs is called by name; one
of whose parameters none has, by position; a partial match is an error. Points may be arrays, tuples of arguments, or nested
dicts, lists and tuples of arrays, which are checked as one long vector.
"""

from __future__ import annotations

import inspect
import numbers
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from symgd.arguments import Function, read_names
from symgd.arrays import Array, read_array
from symgd.checking.black_box.array_libraries import to_numpy
from symgd.errors import ShapeError, SymgdError, shown

__all__ = ["Bound", "GradientOf", "Parameters", "ValueOf", "bind", "names_of", "read_parameters"]

Nested: TypeAlias = Any
"""Nested dicts, lists and tuples, whose members are of whatever library the user computes with."""

_DEEPEST = 32
"""Lists in lists that a point may be."""


class Bound:
    """A function that takes the values of inputs in their order, and calls another with some by place and some by name.

    Parameters
    ----------
    function : callable
    places : sequence of int
        Which values are passed by position.
    keywords : mapping of str to int
        Which are passed by name.
    """

    def __init__(self, function: Function, places: Sequence[int], keywords: Mapping[str, int]) -> None:
        self.function = function
        self.places = tuple(places)
        self.keywords = dict(keywords)

    def __call__(self, *values: object) -> Nested:
        named = {name: values[place] for name, place in self.keywords.items()}
        return self.function(*(values[place] for place in self.places), **named)


def bind(function: Function, inputs: Sequence[str], arguments: Sequence[str] | None = None) -> Function:
    """Return a function of the values of inputs in their order, whatever the order of its own parameters.

    Parameters
    ----------
    function : callable
    inputs : sequence of str
    arguments : sequence of str, optional
        The inputs that the function's parameters are, in their order.

    Raises
    ------
    SymgdError
        Where only some of the parameters have the names of inputs, or there are too many or too few, or `arguments` is no list
        of names.
    """
    if arguments is not None:
        arguments = read_names(arguments, "arguments")
        unknown = [name for name in arguments if name not in inputs]
        if unknown:
            raise _no_match(function, list(arguments), inputs)
        if names_of(function, 0) is not None and not _takes(function, arguments, {}):
            raise SymgdError(
                f"{_called(function)} cannot be called with {len(arguments)} arguments ({', '.join(arguments)})",
                hint="arguments= names one input for each of its parameters, in their order",
            )
        return Bound(function, [inputs.index(name) for name in arguments], {})
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # a function in C
        return function
    kinds = {parameter.kind for parameter in parameters}
    optional = {p.name for p in parameters if p.default is not p.empty}
    named = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    matching = [p for p in named if p.name in inputs and p.kind is not p.POSITIONAL_ONLY]
    others = [p for p in named if p not in matching and p.name not in optional]
    if others and named and others[0] is parameters[0] and others[0].name in ("self", "cls"):
        raise SymgdError(
            "a method is not judged: it has no values for self", hint="judge a function, and call it in the method"
        )
    if inspect.Parameter.VAR_KEYWORD in kinds and not others:
        return Bound(function, [], {name: place for place, name in enumerate(inputs)})
    if matching and not others:
        return Bound(function, [], {p.name: inputs.index(p.name) for p in matching})
    if matching or any(p.kind is p.KEYWORD_ONLY for p in others):
        raise _no_match(function, [p.name for p in (*matching, *others)], inputs)
    if inspect.Parameter.VAR_POSITIONAL not in kinds and len(others) != len(inputs):
        positional = [p for p in named if p.kind is not p.KEYWORD_ONLY]
        if not len(others) <= len(inputs) <= len(positional):
            raise _no_match(function, [p.name for p in others], inputs)
    return function


def names_of(function: Function, count: int) -> tuple[str, ...] | None:
    """Return the names of a function's first parameters, or None where they cannot be read."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return None
    positional = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return tuple(positional[:count]) if len(positional) >= count else None


def _no_match(function: Function, names: Sequence[str], inputs: Sequence[str]) -> SymgdError:
    return SymgdError(
        f"{_called(function)} takes {', '.join(names) or 'nothing'}, and the formula's inputs are {', '.join(inputs)}",
        hint=f"give all parameters the names of inputs, or say which they are: arguments=({', '.join(map(repr, inputs))})",
    )


def _called(function: Function) -> str:
    return str(getattr(function, "__name__", type(function).__name__))


class GradientOf:
    """A function that returns a gradient, or a value and a gradient of which only the second is taken.

    Parameters
    ----------
    function : callable
    rank : int
        The number of axes of the gradient.
    must_be_pair : bool
        Whether anything but a pair is an error.

    Attributes
    ----------
    has_value : bool
        Whether a value stood beside a gradient so far.
    """

    def __init__(self, function: Function, rank: int = 1, *, must_be_pair: bool = False) -> None:
        self.function = function
        self.rank = rank
        self.must_be_pair = must_be_pair
        self.has_value = False

    def __call__(self, *values: object) -> Nested:
        answer = self.function(*values)
        if self.must_be_pair:
            return _pair(answer)[1]
        is_pair = isinstance(answer, tuple) and len(answer) == 2
        is_pair = is_pair and _rank_of(answer[0]) == 0 and _rank_of(answer[1]) == self.rank
        self.has_value |= is_pair
        return answer[1] if is_pair else answer


def _rank_of(answer: Nested) -> int:
    """Return the number of axes of an answer, −1 for a list of lists of different lengths."""
    try:
        return int(np.ndim(answer))
    except ValueError:
        return -1


class ValueOf:
    """The value of a function that returns a value and a gradient."""

    def __init__(self, function: Function) -> None:
        self.function = function

    def __call__(self, *values: object) -> Nested:
        return _pair(self.function(*values))[0]


def _pair(answer: object) -> Sequence[Nested]:
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise SymgdError("the function does not return two things", hint="a value and a gradient: return value, gradient")
    return answer


# -- nested parameters ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Leaf:
    """One array of nested parameters: its name, and where its entries stand in the vector."""

    name: str
    start: int
    shape: tuple[int, ...]

    @property
    def stop(self) -> int:
        return self.start + int(np.prod(self.shape, dtype=int))


class Parameters:
    """Nested dicts, lists and tuples of arrays as one vector, and back.

    Parameters
    ----------
    at : nested dicts, lists and tuples of arrays
    is_spread : bool
        Whether the outermost members are arguments of their own: names of keyword arguments, or positional ones.

    Attributes
    ----------
    vector : array
        A NumPy array.
    example : array
        One of the arrays, of whatever library they are.

    Examples
    --------
    >>> import numpy as np
    >>> from symgd.api.binding import Parameters
    >>> parameters = Parameters({"W": np.ones((2, 2)), "b": 3.0})
    >>> parameters.vector
    array([1., 1., 1., 1., 3.])
    >>> parameters.place_of((3,)), parameters.nested(parameters.vector)["b"]
    (('W', (1, 1)), np.float64(3.0))
    """

    def __init__(self, at: object, *, is_spread: bool = False) -> None:
        self.is_spread = is_spread
        self._leaves: list[_Leaf] = []
        arrays: list[object] = []
        self._layout = self._read(at, "", arrays)
        if not arrays:
            raise SymgdError("there are no parameters", hint="at={'w': array, …}")
        values = [read_array(array, f"the value of {leaf.name}") for leaf, array in zip(self._leaves, arrays, strict=True)]
        self.vector = np.concatenate([value.ravel() for value in values])
        self.example = arrays[0]

    def _read(self, value: object, name: str, arrays: list[object]) -> Nested:
        if isinstance(value, Mapping):
            return {key: self._read(part, f"{name}.{key}" if name else str(key), arrays) for key, part in value.items()}
        if isinstance(value, tuple | list) and not _is_numbers(value):
            parts = [self._read(part, f"{name}[{k}]" if name else f"argument {k}", arrays) for k, part in enumerate(value)]
            return _like(value, parts)
        start = self._leaves[-1].stop if self._leaves else 0
        leaf = _Leaf(name or "x", start, read_array(value, f"the value of {name or 'x'}").shape)
        self._leaves.append(leaf)
        arrays.append(value)
        return leaf

    def nested(self, vector: Nested) -> Nested:
        """Return the parameters whose entries are those of a vector (or of a formula of one)."""
        return _map_leaves(self._layout, lambda leaf: self._part(vector, leaf))

    @staticmethod
    def _part(vector: Nested, leaf: _Leaf) -> Nested:
        return vector[leaf.start : leaf.stop].reshape(leaf.shape) if leaf.shape else vector[leaf.start]

    def call(self, function: Function, vector: Nested) -> Nested:
        """Call a function with the parameters."""
        nested = self.nested(vector)
        if not self.is_spread:
            return function(nested)
        return function(**nested) if isinstance(nested, Mapping) else function(*nested)

    def flat(self, answer: Nested, leading: int = 0) -> Array:
        """Return a derivative that is nested as the parameters are, as an array with one axis for them.

        Raises
        ------
        ShapeError
            Where it is not nested as they are.
        """
        parts: list[Nested] = []
        self._collect(self._layout, answer, parts)
        arrays = []
        for leaf, part in zip(self._leaves, parts, strict=True):
            array = to_numpy(part, f"the claimed derivative in {leaf.name}")
            if array.shape[leading:] != leaf.shape:
                raise ShapeError(f"the claimed derivative in {leaf.name} has shape {array.shape}, not {leaf.shape}")
            arrays.append(array.reshape(*array.shape[:leading], -1))
        return np.concatenate(arrays, axis=-1)

    def _collect(self, layout: Nested, answer: Nested, parts: list[Nested]) -> None:
        if isinstance(layout, _Leaf):
            parts.append(answer)
            return
        keys = list(layout) if isinstance(layout, Mapping) else range(len(layout))
        try:
            if len(answer) != len(layout):
                raise KeyError
            members = [answer[key] for key in keys]
        except (KeyError, IndexError, TypeError):
            names = ", ".join(leaf.name for leaf in self._leaves)
            raise ShapeError("the claimed derivative is not nested as the parameters are", hint=f"they are {names}") from None
        for key, member in zip(keys, members, strict=True):
            self._collect(layout[key], member, parts)

    def place_of(self, index: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
        """Return the name of the array an entry of a derivative belongs to, and its index there behind the output's."""
        *leading, number = index
        leaf = next(leaf for leaf in self._leaves if leaf.start <= number < leaf.stop)
        return leaf.name, (*leading, *(int(k) for k in np.unravel_index(number - leaf.start, leaf.shape)))


def read_parameters(at: Nested, function: Function) -> Parameters | None:
    """Return the parameters that a point holds, or None where it is one array of numbers.

    The members of a dict are keyword arguments where the function takes all of them by name, those of a tuple positional ones
    where it takes so many; else they are one nested argument.
    """
    _refuse_endless(at)
    if isinstance(at, Mapping):
        return Parameters(at, is_spread=_takes(function, (), dict.fromkeys(map(str, at))))
    if isinstance(at, tuple) and not hasattr(at, "_fields"):
        is_spread = len(at) > 1 and _takes(function, at, {}) and not _takes(function, (at,), {})
        if is_spread or not _is_numbers(at):
            return Parameters(at, is_spread=is_spread)
        return None
    is_nested = isinstance(at, list | tuple) and not _is_numbers(at)
    shapes = {_shape_of(part) for part in at} if is_nested else set()
    return Parameters(at) if None in shapes or len(shapes) > 1 else None


def _refuse_endless(at: Nested, depth: int = 0) -> None:
    """Refuse a point that contains itself, or is nested deeper than parameters are."""
    if depth > _DEEPEST:
        raise SymgdError(f"a point is not nested deeper than {_DEEPEST} levels, and this one is: {shown(at)}")
    for part in at.values() if isinstance(at, Mapping) else at if isinstance(at, list | tuple) else ():
        if isinstance(part, Mapping | list | tuple):
            _refuse_endless(part, depth + 1)


def _shape_of(part: Nested) -> tuple[int, ...] | None:
    """Return the shape of a member of a list, None for what is nested further."""
    try:
        return None if isinstance(part, Mapping) else np.shape(part)
    except ValueError:  # a list of lists of different lengths
        return None


def _takes(function: Function, positional: Sequence[object], named: Mapping[str, object]) -> bool:
    try:
        inspect.signature(function).bind(*positional, **named)
    except (TypeError, ValueError):
        return False
    return True


def _is_numbers(value: Nested) -> bool:
    """Whether a list holds numbers, perhaps nested, and so is an array."""
    return all(
        isinstance(part, numbers.Number | np.number | np.bool_) or (isinstance(part, tuple | list) and _is_numbers(part))
        for part in value
    )


def _like(value: Nested, parts: list[Nested]) -> Nested:
    if hasattr(value, "_fields"):
        return type(value)(*parts)
    return type(value)(parts)


def _map_leaves(layout: Nested, change: Callable[[_Leaf], Nested]) -> Nested:
    if isinstance(layout, _Leaf):
        return change(layout)
    if isinstance(layout, Mapping):
        return {key: _map_leaves(part, change) for key, part in layout.items()}
    return _like(layout, [_map_leaves(part, change) for part in layout])
