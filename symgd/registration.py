"""The register that ties hand-written functions to their formulas.

``@sg.verified(...)`` leaves a function untouched and enters it here; ``pytest --symgd`` and ``symgd check module.py`` verify
what is entered. Nothing is parsed or computed while a module with decorated functions is imported.

A registration belongs to the module whose body is running while the function is decorated, wherever the decorator was
written: a file that decorates with a helper of another module registers its functions itself, and a module that it imports
registers its own. What is decorated later, in a call, belongs to the module of the function.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from symgd.arguments import read_choice, read_names
from symgd.errors import SymgdError

if TYPE_CHECKING:
    from symgd.typing import Facts, Shapes

__all__ = ["Registered", "registered_in", "registrations_of", "verified"]

What = Literal["value", "gradient", "jacobian", "hessian", "value and gradient"]
Function = TypeVar("Function", bound=Callable[..., object])

_KINDS = ("value", "gradient", "jacobian", "hessian", "value and gradient")
_REGISTER: list[Registered] = []


@dataclass(frozen=True)
class Registered:
    """A function and the formula it stands for.

    Attributes
    ----------
    function : callable
    formula : Node, text or SymPy expression
    wrt : Node, SymPy symbol or name, or None
    shapes, facts : mapping or None
        Of the inputs of a text.
    what : str
        What the function computes: the formula's value, or a derivative of it.
    arguments : tuple of str, or None
        The inputs that the function's arguments are, in their order.
    at : mapping, or several, or None
        The points; random ones without it.
    points, seed : int
        Of the random points.
    namespace : mapping
        The names of the module that the registration belongs to.
    place : (str, int)
        The file and the line of that module where it is registered.
    """

    function: Callable[..., object]
    formula: object
    wrt: object
    shapes: Shapes | None
    facts: Facts | None
    what: What
    arguments: tuple[str, ...] | None
    at: object
    points: int
    seed: int
    namespace: Mapping[str, object]
    place: tuple[str, int]

    @property
    def name(self) -> str:
        """The function's name in its module."""
        return str(getattr(self.function, "__qualname__", type(self.function).__name__))


def verified(
    formula: object,
    *,
    wrt: object = None,
    shapes: Shapes | None = None,
    facts: Facts | None = None,
    what: What | None = None,
    arguments: Sequence[str] | None = None,
    at: object = None,
    points: int = 5,
    seed: int = 0,
) -> Callable[[Function], Function]:
    """Tie a hand-written function to its formula; the function itself is left untouched.

    ``pytest --symgd`` and ``symgd check module.py`` verify it, so that drift between formula and code fails the tests.

    Parameters
    ----------
    formula : Node, text or SymPy expression
    wrt : Node, SymPy symbol or name, optional
        The variable; the function computes the derivative in it. Without it the function computes the formula's value.
    shapes, facts : mapping, optional
        Of the inputs of a text, as in :func:`symgd.formula`.
    what : {"value", "gradient", "jacobian", "hessian", "value and gradient"}, optional
        What the function computes: the gradient where `wrt` is given, else the value.
    arguments : sequence of str, optional
        The inputs that the function's arguments are. Without it they have the names of inputs, in any order, or are as many
        as the formula's inputs and stand in their order.
    at : mapping, or a list of them, optional
        The points: ``{"x": …}``; random ones inside the domain without it.
    points, seed : int
        Of the random points.

    Returns
    -------
    callable
        A decorator, which returns the function as it is.

    Raises
    ------
    SymgdError
        For a kind that does not exist, for a derivative without a variable, and for what is not a function.

    Examples
    --------
    >>> import symgd as sg
    >>> @sg.verified("mean((X @ w - y)**2)", wrt="w", shapes={"X": "m n", "w": "n", "y": "m"})
    ... def gradient(w, X, y):
    ...     return 2 * X.T @ (X @ w - y) / len(y)
    """
    names = None if arguments is None else read_names(arguments, "arguments")
    kind: What = what if what is not None else "value" if wrt is None else "gradient"
    read_choice(kind, _KINDS, "kind of verified function")
    if kind != "value" and wrt is None:
        raise SymgdError(f"a {kind} is taken in a variable", hint='name it: wrt="w"')

    def register(function: Function) -> Function:
        if not callable(function):
            raise SymgdError("only functions are verified", hint="decorate a function of arrays")
        namespace, place = _origin(sys._getframe(1), function)
        entry = Registered(function, formula, wrt, shapes, facts, kind, names, at, points, seed, namespace, place)
        _REGISTER.append(entry)
        return function

    return register


def _origin(caller: FrameType, function: object) -> tuple[Mapping[str, Any], tuple[str, int]]:
    """Return the names of the module that a registration belongs to, and its place there."""
    frames = []
    frame: FrameType | None = caller
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    bodies = [frame for frame in frames if _is_body_of_a_module(frame)]
    if bodies:
        namespace = bodies[0].f_globals
        file = [body for body in bodies if body.f_globals is namespace][-1].f_code.co_filename  # not of a text that it executes
        return namespace, next((file, frame.f_lineno) for frame in frames if frame.f_code.co_filename == file)
    namespace = getattr(function, "__globals__", caller.f_globals)
    nearest = next((frame for frame in frames if frame.f_globals is namespace), caller)
    return namespace, (nearest.f_code.co_filename, nearest.f_lineno)


def _is_body_of_a_module(frame: FrameType) -> bool:
    """Whether a frame imports a module: the program's own body, and code that is executed in a dictionary, do not count."""
    names = frame.f_globals
    is_body = frame.f_code.co_name == "<module>" and frame.f_locals is names
    return is_body and names.get("__name__") != "__main__" and names.get("__spec__") is not None


def registrations_of(function: object) -> list[Registered]:
    """Return what a function is registered as."""
    return [entry for entry in _REGISTER if entry.function is function]


def registered_in(module: ModuleType) -> list[Registered]:
    """Return what a module registers, in the order of its lines."""
    entries = [entry for entry in _REGISTER if entry.namespace is module.__dict__]
    return sorted(entries, key=lambda entry: entry.place[1])
