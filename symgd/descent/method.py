"""The register of directions and step sizes: by name the class, its parameters, and the sentence that says what it does.

A new direction is one class, and everything else reads it here: ``minimize(direction="…")``, ``[descent]`` in problem files,
``symgd run --descent``, the table of the documentation and the laws in the tests::

    @direction("momentum")
    @dataclass
    class Momentum(Tuned):
        '''A running sum of gradients, the heavy ball.'''

        beta: float = field(default=0.9, metadata=within("[0, 1)", "how much of the past is kept"))

        def start(self, x): ...

        def next(self, gradient): ...

The sentence, the formula and the source are read off the docstring: its first line, its first indented block, its references.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass
from enum import Enum
from typing import ClassVar, TypeVar

from symgd.arguments import read_number
from symgd.errors import SymgdError, shown

__all__ = ["RESERVED_KEYS", "Kind", "Method", "Parameter", "Tuned", "direction", "made", "methods", "step_size", "within"]

Class = TypeVar("Class", bound=type)

_METADATA = "symgd"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9 _-]{0,39}")
RESERVED_KEYS = frozenset(
    ("direction", "step_size", "batch_size", "epochs", "seed", "gradient_tolerance", "value_tolerance")
)  # fmt: skip
"""The keys of ``[descent]`` that are no method's parameter."""


class Kind(Enum):
    """What a method decides in w ← w − λ·d; the value is what a message calls it."""

    DIRECTION = "direction"
    STEP_SIZE = "step size"

    def __str__(self) -> str:
        return self.value


_NEEDS = {Kind.DIRECTION: ("start", "next"), Kind.STEP_SIZE: ("choose", "needs_value")}
"""What a class of each kind has."""


@dataclass(frozen=True)
class Parameter:
    """A real number that a method depends on.

    Attributes
    ----------
    name : str
        Of the field.
    within : str
        Where it lies: ``"[0, 1)"`` is 0 ≤ value < 1.
    meaning : str
    words : str
        What a message calls it.
    key : str
        Its name in problem files.
    default : float or None
        None where it has none.
    """

    name: str
    within: str
    meaning: str
    words: str
    key: str
    default: float | None


def within(where: str, meaning: str, *, words: str | None = None, key: str | None = None) -> Mapping[str, object]:
    """Return the metadata of a dataclass field that is a parameter of a method.

    Parameters
    ----------
    where : str
        Where it lies: ``"[0, 1)"`` is 0 ≤ value < 1, ``"(0, inf)"`` a positive number.
    meaning : str
    words : str, optional
        What a message calls it; its name without it.
    key : str, optional
        Its name in problem files; its name without it.

    Returns
    -------
    mapping
        For ``dataclasses.field(metadata=…)``.

    Raises
    ------
    SymgdError
        By the class, where a number does not lie there.

    Examples
    --------
    >>> from dataclasses import dataclass, field
    >>> import numpy as np, symgd as sg
    >>> from symgd.extend import Tuned, direction, within
    >>> @direction("clipped gradient")
    ... @dataclass
    ... class Clipped(Tuned):
    ...     '''The gradient, its entries cut off.'''
    ...     largest: float = field(default=1.0, metadata=within("(0, inf)", "the largest entry"))
    ...     def start(self, x): ...
    ...     def next(self, gradient):
    ...         return np.clip(gradient, -self.largest, self.largest)
    >>> float(sg.minimize("(x - 3)**2", "x", start=0.0, direction=Clipped(0.5), step_size=1.0).x)
    3.0
    """
    return {_METADATA: {"within": where, "meaning": meaning, "words": words, "key": key}}


def parameters_of(cls: type) -> tuple[Parameter, ...]:
    """Return the parameters that the fields of a dataclass declare."""
    parameters = []
    for field in dataclasses.fields(cls) if dataclasses.is_dataclass(cls) else ():
        declared = field.metadata.get(_METADATA)
        if declared is not None:
            default = None if field.default is MISSING else float(field.default)
            words, key = declared["words"] or field.name, declared["key"] or field.name
            parameters.append(Parameter(field.name, declared["within"], declared["meaning"], words, key, default))
    return tuple(parameters)


class Tuned:
    """The base of directions and step sizes with parameters: each is read when an instance is made, as :func:`within` says.

    Raises
    ------
    SymgdError
        For a parameter that is no number, or does not lie in its range.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.Momentum(beta=1.5)
    Traceback (most recent call last):
        ...
    symgd.errors.SymgdError: beta is a number in [0, 1), not 1.5
      hint: momentum takes beta in [0, 1)
    """

    name: ClassVar[str]

    def __post_init__(self) -> None:
        """Read the parameters.

        Raises
        ------
        SymgdError
            Naming the parameter and where it lies, and with it all parameters of the method.
        """
        known = parameters_of(type(self))
        for parameter in known:
            try:
                number = read_number(getattr(self, parameter.name), parameter.words, parameter.within)
            except SymgdError as error:
                takes = ", ".join(f"{each.name} in {each.within}" for each in known)
                error.hint = f"{getattr(self, 'name', type(self).__name__)} takes {takes}"
                raise
            object.__setattr__(self, parameter.name, number)  # the class may be frozen


@dataclass(frozen=True)
class Method:
    """A direction or a step size, as it is registered.

    Attributes
    ----------
    kind : Kind
    name : str
        As a text calls it: ``Adam``.
    make : type
        Its class.
    """

    kind: Kind
    name: str
    make: type

    @property
    def key(self) -> str:
        """The name by which it is chosen, in small letters."""
        return self.name.lower()

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What it takes."""
        return parameters_of(self.make)

    @property
    def sentence(self) -> str:
        """What it does, in one sentence."""
        return inspect.cleandoc(self.make.__doc__ or "").partition("\n")[0]

    @property
    def formula(self) -> str:
        """The formula that it implements."""
        block = re.search(r"(?m)^    .*(?:\n    .*)*", inspect.cleandoc(self.make.__doc__ or ""))
        return "" if block is None else inspect.cleandoc(block[0])

    @property
    def source(self) -> str:
        """Where it was published."""
        text = inspect.cleandoc(self.make.__doc__ or "")
        match = re.search(r"(?m)^References\n-+\n((?:.+\n?)+)", text)
        return "" if match is None else " ".join(match[1].split())


_METHODS: dict[tuple[Kind, str], Method] = {}


def methods(kind: Kind) -> dict[str, Method]:
    """Return the methods of a kind by the names with which they are chosen, in the order of their declaration.

    All modules of this package are imported first: a class in any of them is found.
    """
    _import_all()
    return {key: method for (known, key), method in _METHODS.items() if known is kind}


@functools.cache
def _import_all() -> None:
    package = importlib.import_module("symgd.descent")
    for module in ("direction", "step_size", *sorted(module.name for module in pkgutil.iter_modules(package.__path__))):
        importlib.import_module(f"symgd.descent.{module}")


def direction(name: str) -> Callable[[Class], Class]:
    """Register a class as a direction d of w ← w − λ·d.

    It has ``start(x)``, which forgets everything, and ``next(gradient)``, which returns d; one with ``needs_hessian = True``
    has ``next(gradient, hessian)``. Its parameters are fields of a dataclass that derives from :class:`Tuned`, with
    :func:`within` as their metadata and with defaults.

    Parameters
    ----------
    name : str
        With which it is chosen, whatever its capital letters; the class gets it as ``name``.

    Returns
    -------
    callable
        A decorator that returns the class.

    Raises
    ------
    SymgdError
        For a name that is taken, and a class that is no direction.

    Examples
    --------
    >>> import numpy as np, symgd as sg
    >>> from symgd.extend import direction
    >>> @direction("sign of the gradient")
    ... class Signs:
    ...     '''Against the sign of each slope.'''
    ...     def start(self, x): ...
    ...     def next(self, gradient):
    ...         return np.sign(gradient)
    >>> float(sg.minimize("(x - 3)**2", "x", start=0.0, direction="sign of the gradient", step_size=0.5).x)
    3.0
    """
    return _registering(Kind.DIRECTION, name)


def step_size(name: str) -> Callable[[Class], Class]:
    """Register a class as a step size λ of w ← w − λ·d.

    It has ``choose(step, x, direction, gradient, value, fun)``, which returns λ, and ``needs_value``, which says whether it
    calls ``fun``, the loss on all samples. Parameters are declared as those of a :func:`direction`.

    Parameters
    ----------
    name : str
        With which it is chosen, whatever its capital letters; the class gets it as ``name``.

    Returns
    -------
    callable
        A decorator that returns the class.

    Raises
    ------
    SymgdError
        For a name that is taken, and a class that is no step size.

    Examples
    --------
    >>> import symgd as sg
    >>> from symgd.extend import step_size
    >>> @step_size("one over k")
    ... class Harmonic:
    ...     '''The learning rates 1, 1/2, 1/3 and so on.'''
    ...     needs_value = False
    ...     def choose(self, step, x, direction, gradient, value, fun):
    ...         return 1 / (step + 1)
    >>> float(sg.minimize("(x - 3)**2/2", "x", start=0.0, step_size="one over k").x)
    3.0
    """
    return _registering(Kind.STEP_SIZE, name)


def _registering(kind: Kind, name: str) -> Callable[[Class], Class]:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise SymgdError(f"a {kind} is called by a word of letters and digits, not {shown(name)}")

    def register(cls: Class) -> Class:
        _check(kind, name, cls)
        cls.name = name  # type: ignore[attr-defined]
        _METHODS[kind, name.lower()] = Method(kind, name, cls)
        return cls

    return register


def _check(kind: Kind, name: str, cls: type) -> None:
    """Refuse what could not be used by every reader of the register."""
    if not isinstance(cls, type) or not all(hasattr(cls, attribute) for attribute in _NEEDS[kind]):
        raise SymgdError(f"{shown(cls)} is not a {kind}", hint=f"a class with {' and '.join(_NEEDS[kind])}")
    previous = _METHODS.get((kind, name.lower()))
    if previous is not None and (previous.make.__module__, previous.make.__qualname__) != (cls.__module__, cls.__qualname__):
        raise SymgdError(f"the {kind} {name} is declared already", hint="choose another name")
    known = parameters_of(cls)
    if known and not issubclass(cls, Tuned):
        raise SymgdError(f"nothing reads the parameters of {name}", hint=f"class {cls.__name__}(Tuned)")
    for required in _required(cls):
        if kind is Kind.DIRECTION or required not in {parameter.name for parameter in known}:
            raise SymgdError(f"{required} of the {kind} {name} has no default", hint="a method is chosen by its name alone")
    others = {
        parameter.key: method.name
        for (other, _), method in _METHODS.items()
        if other is not kind
        for parameter in method.parameters
    }
    for parameter in known:
        if parameter.key in RESERVED_KEYS or parameter.key in others:
            raise SymgdError(
                f"{parameter.key} of the {kind} {name} has another meaning already: "
                f"{'of every descent' if parameter.key in RESERVED_KEYS else f'of {others[parameter.key]}'}",
                hint='within(…, key="…") gives it a name of its own',
            )


def _required(cls: type) -> list[str]:
    """Return the arguments that making an instance needs."""
    variadic = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    arguments = inspect.signature(cls).parameters.values()
    return [argument.name for argument in arguments if argument.default is argument.empty and argument.kind not in variadic]


def made(choice: object, kind: Kind) -> object:
    """Return a method with its defaults for its name or its class, and anything else as it is.

    Raises
    ------
    SymgdError
        For a method that cannot be made of defaults.
    """
    known = methods(kind)
    method = known.get(choice.lower()) if isinstance(choice, str) else None
    if isinstance(choice, type):
        method = next((candidate for candidate in known.values() if candidate.make is choice), None)
    if method is None:
        return choice
    missing = _required(method.make)
    if missing:
        hint = f"give it: {method.make.__name__}({missing[0]}=…)"
        raise SymgdError(f"{method.name} is not a {kind} without its {missing[0]}", hint=hint)
    return method.make()
