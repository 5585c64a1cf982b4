"""The errors that symgd raises.

Every mistake of a user raises a :class:`SymgdError`, which is a ``ValueError``. A message says *what* is wrong, *where*
(the formula with a caret) and *what to do* (a hint). It is raised where the cause is known, and completed once in the
public function, where the formula is known: see :func:`located`.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

__all__ = [
    "AmbiguityError",
    "DataError",
    "DeclarationError",
    "DomainError",
    "GradientError",
    "ParseError",
    "ShapeError",
    "SimplificationError",
    "SymgdDeprecationWarning",
    "SymgdError",
    "SymgdWarning",
    "UnsupportedError",
    "located",
    "printable",
    "shown",
]

_WINDOW = 60
_SHOWN = 60
"""Characters of a value in a message."""
_MEMBERS, _LEVELS = 4, 3
"""Members and levels of a container in a message."""


class SymgdError(ValueError):
    """Base of everything raised for a user's mistake.

    Parameters
    ----------
    cause : str
        What is wrong, in one sentence.
    formula : str, optional
        The text in which it went wrong.
    position : int, optional
        Column of the mistake in `formula`, counted from 0.
    hint : str, optional
        What to do about it.

    Examples
    --------
    >>> from symgd.errors import ParseError
    >>> print(ParseError("a bracket is never closed", formula="2*(x", position=2))
    a bracket is never closed
      in:   2*(x
              ^
    """

    def __init__(
        self,
        cause: str,
        *,
        formula: str | None = None,
        position: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(cause)
        self.cause = cause
        self.formula = formula
        self.position = position
        self.hint = hint

    def __str__(self) -> str:
        lines = [self.cause]
        if self.formula is not None:
            text, caret = _excerpt(self.formula, self.position)
            lines.append(f"  in:   {text}")
            if caret is not None:
                lines.append("        " + " " * caret + "^")
        if self.hint is not None:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


class SymgdWarning(UserWarning):
    """A formula or a call has a meaning, which is probably not the one that was meant.

    Examples
    --------
    >>> import warnings, symgd as sg
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     slope = sg.gradient("x**2", sg.scalar("y"))
    >>> slope, caught[0].category.__name__
    (0, 'SymgdWarning')
    """


class SymgdDeprecationWarning(SymgdWarning, FutureWarning):
    """Something public will be removed; a ``FutureWarning``, because Python hides a ``DeprecationWarning`` from most users.

    Examples
    --------
    >>> import warnings, symgd as sg
    >>> warnings.filterwarnings("error", category=sg.SymgdDeprecationWarning)
    """


class ParseError(SymgdError):
    """The text is not a formula of the language.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.formula("2*(x")
    Traceback (most recent call last):
        ...
    symgd.errors.ParseError: the bracket ( is never closed
      in:   2*(x
              ^
      hint: add )
    """


class ShapeError(SymgdError):
    """Sizes or numbers of axes do not fit together.

    Parameters
    ----------
    cause : str
        What is wrong, in one sentence.
    clash : pair of sizes, optional
        Two sizes that differ and would have to be equal.
    **place
        ``formula``, ``position`` and ``hint`` of :class:`SymgdError`.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.tensor("x", 3) + sg.tensor("y", 4)
    Traceback (most recent call last):
        ...
    symgd.errors.ShapeError: cannot add (3,) and (4,): axis 0 has size 3 on the left and 4 on the right
      hint: transpose one side, or declare both sizes with one name
    """

    def __init__(
        self,
        cause: str,
        *,
        clash: tuple[object, object] | None = None,
        formula: str | None = None,
        position: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(cause, formula=formula, position=position, hint=hint)
        self.clash = clash


class DomainError(SymgdError):
    """A function is asked for a value outside the set where it is defined.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.formula("1/0")
    Traceback (most recent call last):
        ...
    symgd.errors.DomainError: division by zero
      in:   1/0
             ^
      hint: the formula has no value here
    """


class UnsupportedError(SymgdError):
    """The formula is understood, but symgd cannot do this with it.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.tril(sg.tensor("A", "n n"), 0.5)
    Traceback (most recent call last):
        ...
    symgd.errors.UnsupportedError: the offset of a triangle is a whole number, not 0.5
      hint: below 10**15 in size
    """


class AmbiguityError(UnsupportedError):
    """A notation that has two readings.

    Parameters
    ----------
    what : str
        The notation.
    first, second : str
        Both readings, as they could be written.
    hint : str
        What to do about it.

    Examples
    --------
    >>> import symgd as sg
    >>> print(sg.AmbiguityError("sin^{-1} x", "arcsin(x)", "1/sin(x)"))
    sin^{-1} x has two readings: arcsin(x), or 1/sin(x)
      hint: write the one that is meant
    """

    def __init__(self, what: str, first: str, second: str, hint: str = "write the one that is meant") -> None:
        super().__init__(f"{what} has two readings: {first}, or {second}", hint=hint)


class SimplificationError(SymgdError):
    """A simplification changed the value of a formula: a mistake of symgd or of a rule that was added to it, found in time.

    Parameters
    ----------
    before, after
        The formulas.
    place : str
        A point where they differ.
    rules : sequence of str
        Rules that were declared outside symgd and took part.
    """

    def __init__(self, before: object, after: object, place: str, rules: Sequence[str] = ()) -> None:
        whose = f"the rule {' or '.join(map(repr, rules))} is wrong" if rules else "which is a mistake in symgd"
        reported = "correct the rule" if rules else "please report the formula"
        super().__init__(
            f"a simplification changed the result, {whose}: {_short(before)} became {_short(after)}, "
            f"and they differ at {_short(place, 300)}",
            hint=f"{reported}; prove=False returns the result all the same",
        )
        self.before, self.after, self.place = before, after, place


def _short(value: object, length: int = 200) -> str:
    text = str(value)
    return text if len(text) <= length else f"{text[:length]} …"


class DataError(SymgdError):
    """A file or an array is not what the problem needs."""


class GradientError(SymgdError, AssertionError):
    """A gradient was checked and is wrong.

    It is an ``AssertionError`` too, so that tests report it as a failure.

    Examples
    --------
    >>> import symgd as sg
    >>> try:
    ...     sg.check_gradient("x**2", "x", gradient="x").raise_if_wrong()
    ... except sg.GradientError as error:
    ...     print(str(error).splitlines()[0])
    Gradient mismatch: WRONG (50-digit arithmetic, 5 points)
    """


class DeclarationError(GradientError):
    """What is declared of a function is not so.

    Parameters
    ----------
    cause : str
    field : str
        The field of the declaration.

    Examples
    --------
    >>> import dataclasses, symgd as sg
    >>> from symgd.extend import DeclarationError, check_declaration
    >>> try:
    ...     check_declaration(dataclasses.replace(sg.exp, derivative=(lambda x, out: 2 * out,)))
    ... except DeclarationError as error:
    ...     print(error.field)
    derivative
    """

    def __init__(self, cause: str, *, field: str = "", **place: Any) -> None:
        super().__init__(cause, **place)
        self.field = field


def shown(value: object, length: int = _SHOWN) -> str:
    """Return the text for a value in a message: one line, not longer than `length`, of anything whatever.

    Parameters
    ----------
    value : object
        Also one without a text, one that contains itself, or a number of a million digits.
    length : int

    Examples
    --------
    >>> from symgd.errors import shown
    >>> shown("x y"), shown(10**5000), shown([1, [2, [3, [4]]]]), shown(dict)
    ("'x y'", 'an integer of about 5001 digits', '[1, [2, [3, […]]]]', 'the class dict')
    """
    try:
        text = _text_of(value, length, _LEVELS)
    except Exception:  # str of a user's object may raise anything
        text = f"an object of the class {type(value).__name__}"
    text = "".join(letter if letter.isprintable() else "?" for letter in " ".join(text[: 4 * length].split()))
    return text if len(text) <= length else f"{text[: length - 2]} …"


_UNSAFE = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ud800-\\udfff]")
"""Characters that control a terminal, that turn the direction of a text, that have no width; surrogates."""


def printable(text: str, keep: str = "") -> str:
    r"""Return a text with the characters that a terminal would interpret written as escapes.

    Parameters
    ----------
    text : str
    keep : str
        Characters that stay.

    Examples
    --------
    >>> from symgd.errors import printable
    >>> print(printable("a\x1b[31m\u202eb"))
    a\x1b[31m\u202eb
    """
    return _UNSAFE.sub(lambda match: match[0] if match[0] in keep else ascii(match[0])[1:-1], text)


def _text_of(value: Any, length: int, levels: int) -> str:
    if isinstance(value, str):
        return ascii(value[:length])
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 4 * length:
        return f"an integer of about {math.ceil(value.bit_length() * math.log10(2))} digits"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if isinstance(value, FunctionType | BuiltinFunctionType | MethodType):
        return f"the function {value.__name__}"
    if isinstance(value, dict):
        pairs = (
            f"{_text_of(key, length, levels - 1)}: {_text_of(member, length, levels - 1)}" for key, member in value.items()
        )
        return f"{{{_joined(pairs, levels)}}}"
    if isinstance(value, list | tuple | set | frozenset):
        left, right = "[]" if isinstance(value, list) else "()" if isinstance(value, tuple) else "{}"
        return f"{left}{_joined((_text_of(member, length, levels - 1) for member in value), levels)}{right}"
    if hasattr(value, "tolist") and getattr(value, "ndim", None) and math.prod(value.shape) > _MEMBERS**2:
        return f"an array of shape {tuple(value.shape)}"
    return str(value)


def _joined(members: Iterable[str], levels: int) -> str:
    """Return the first members of a container; below the last level nothing is opened."""
    if levels <= 0:
        return "…"
    leading = list(itertools.islice(members, _MEMBERS + 1))
    return ", ".join([*leading[:_MEMBERS], "…"] if len(leading) > _MEMBERS else leading)


@contextmanager
def located(formula: str, position: int | None = None) -> Iterator[None]:
    """Complete errors raised inside with the formula and the column they belong to.

    The innermost place wins: what is known already is left alone.
    """
    try:
        yield
    except SymgdError as error:
        if error.formula is None:
            error.formula = formula
            error.position = position
        raise


def _excerpt(formula: str, position: int | None) -> tuple[str, int | None]:
    """Return the line of the mistake, shortened around it, and the caret's column in that line."""
    if position is None:
        line = formula.splitlines()[0] if formula else ""
        return (line if len(line) <= 2 * _WINDOW else line[: 2 * _WINDOW] + " …"), None
    position = min(max(position, 0), len(formula))
    start = formula.rfind("\n", 0, position) + 1
    end = formula.find("\n", position)
    end = len(formula) if end < 0 else end
    left, right = max(start, position - _WINDOW), min(end, position + _WINDOW)
    prefix = "… " if left > start else ""
    suffix = " …" if right < end else ""
    visible = formula[left:right].replace("\t", " ")
    return prefix + visible + suffix, len(prefix) + position - left
