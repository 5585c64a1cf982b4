"""mpmath's arithmetic with a precision of each thread.

mpmath keeps the precision in the context, one for the whole process: of two threads that compute with 15 and with 50 digits,
each changes the other's. Here are a context and one of intervals of symgd's own, whose precision belongs to the thread that
sets it.
So ``mpmath.mp.dps`` of a user does not change what symgd computes, and symgd does not change it. The names are mpmath's::

    from symgd.evaluation import multiprecision as mpmath

Numbers of mpmath's own context are taken as they are, by :func:`convert`; an operation has the precision of its left operand's
context, so they are converted where they come in.

mpmath's special functions keep tables that they extend, without regard to other threads: they are called one at a time. The
constants that powers and logarithms use are computed here once, to more digits than are asked for later.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ParamSpec, TypeVar

import mpmath as _mpmath
from mpmath import libmp
from mpmath.functions.functions import SpecialFunctions
from mpmath.libmp import from_pickable, prec_to_dps, to_pickable

from symgd.graph.locks import lock_of_process

__all__ = ["AnyReal", "exclusive", "iv", "libmp", "mp", "names_in_sympy", "one_at_a_time"]

P = ParamSpec("P")
R = TypeVar("R")

_DOUBLE = 53
_BITS_OF_CONSTANTS = 8_000

exclusive = lock_of_process()
"""Held while a function of mpmath, or of another library with a state for the whole process, extends its tables."""


class _Precision(threading.local):
    """The precision of a thread, as mpmath's operations unpack it; every thread begins with that of a float."""

    digits = prec_to_dps(_DOUBLE)

    def __init__(self, *rounding: Any) -> None:
        self.pair = (_DOUBLE, *rounding)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.pair)

    def __getitem__(self, place: int) -> Any:
        return self.pair[place]

    def __setitem__(self, place: int, value: Any) -> None:
        self.pair = (*self.pair[:place], value, *self.pair[place + 1 :])


class _Numbers(_mpmath.mp.__class__):  # type: ignore[misc]
    """Numbers whose precision is that of the thread."""

    def __init__(self) -> None:
        self._precision = _Precision(libmp.round_nearest)
        super().__init__()
        self._prec_rounding = self._precision
        for kind in (self.mpf, self.mpc, self.constant):
            kind._ctxdata[2] = self._precision
        self.mpf.__reduce__ = lambda number: (_real, (to_pickable(number._mpf_),))
        self.mpc.__reduce__ = lambda number: (_complex, tuple(map(to_pickable, number._mpc_)))

    _prec = property(lambda self: self._precision[0], lambda self, bits: self._precision.__setitem__(0, bits))
    _dps = property(lambda self: self._precision.digits, lambda self, digits: setattr(self._precision, "digits", digits))


class _Intervals(_mpmath.iv.__class__):  # type: ignore[misc]
    """Intervals whose precision is that of the thread."""

    def __init__(self) -> None:
        self._precision = _Precision()
        super().__init__()

    _prec = property(lambda self: self._precision, lambda self, value: None)  # mpmath sets one for the process
    _dps = property(lambda self: self._precision.digits, lambda self, digits: setattr(self._precision, "digits", digits))


def one_at_a_time(function: Callable[P, R]) -> Callable[P, R]:
    """Let one thread at a time be in a function, and in every other function that is so decorated.

    So are those that ask SymPy for values or signs: it sets the precision of mpmath for the whole process meanwhile. Where it
    is interrupted, by Ctrl-C or an alarm, it may not set it back; that is done here.
    """

    @functools.wraps(function)
    def call(*args: P.args, **options: P.kwargs) -> R:
        with exclusive:
            bits = _mpmath.mp.prec
            try:
                return function(*args, **options)
            except BaseException:
                _mpmath.mp.prec = bits
                raise

    return call


def _guarded(context: Any) -> Any:
    """Let the special functions of a context be called one at a time."""
    names = [name for name, value in vars(context).items() if callable(value) and not isinstance(value, type)]
    for name in {*names, *SpecialFunctions.defined_functions, "atan2", "bernoulli", "psi", "zeta"}:
        function = getattr(context, name, None)
        if (
            callable(function)
            and not name.startswith("_")
            and not hasattr(function, "_mpf_")
            and not hasattr(function, "_mpi_")
        ):
            setattr(context, name, one_at_a_time(function))
    return context


mp: Any = _guarded(_Numbers())
iv: Any = _guarded(_Intervals())
mp._mp = iv._mp = mp
mp._iv = iv._iv = iv
mp._fp = _mpmath.fp

for _constant in (libmp.mpf_pi, libmp.mpf_e, libmp.mpf_ln2, libmp.mpf_ln10):
    _constant(_BITS_OF_CONSTANTS)


AnyReal: Any = _mpmath.mpf.__base__
"""The class of real numbers of all contexts."""


def _real(parts: Any) -> Any:
    """Return a number from a pickle."""
    return mp.make_mpf(from_pickable(parts))


def _complex(real: Any, imaginary: Any) -> Any:
    """Return a complex number from a pickle."""
    return mp.make_mpc((from_pickable(real), from_pickable(imaginary)))


_VARYING = {"prec", "dps", "pretty", "trap_complex"}
globals().update({name: getattr(mp, name) for name in dir(mp) if not name.startswith("_") and name not in _VARYING})


def names_in_sympy(translations: Mapping[str, str]) -> dict[str, Any]:
    """Return the functions of this context by mpmath's names and by SymPy's, for ``sympy.lambdify``."""
    functions = {name: getattr(mp, name) for name in dir(mp) if not name.startswith("_") and name not in _VARYING}
    return functions | {name: functions[called] for name, called in translations.items() if called in functions}


def __getattr__(name: str) -> Any:
    """Raise for a name that mpmath does not have; type checkers then allow any of mpmath's names."""
    raise AttributeError(f"mpmath has no {name!r}")
