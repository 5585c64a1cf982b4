"""Functions without brackets, ``sin x`` and ``2 log |x| + 1``, and with an exponent in front of the argument, ``sin²(x)``.

A function of entries, a trace or a determinant takes the one factor behind it. Several factors are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symgd.errors import AmbiguityError, ParseError, located
from symgd.graph.primitive import FUNCTIONS, Primitive
from symgd.readers.text.frames import Frame
from symgd.readers.text.functions import LETTERS, SPELLINGS
from symgd.readers.text.names import Names
from symgd.readers.text.operators import SIGNS, Operator
from symgd.readers.text.tokens import Token

__all__ = ["bare_function"]

_OF_ONE_ARGUMENT = {"abs", "sqrt", "trace", "det", "logdet"}
"""What takes a single argument besides the primitives that act entry by entry."""


def bare_function(text: str, tokens: Sequence[Token], names: Names) -> tuple[Frame | Operator | None, int]:
    """Read the name of a function that begins `tokens`, and an exponent behind it.

    Returns
    -------
    Frame, Operator or None
        The bracket that opens, or the function that waits for its argument; None where the name stands alone.
    int
        The number of tokens.

    Raises
    ------
    ParseError, AmbiguityError
        Where brackets are needed, and for exponents with two readings.
    """
    token = tokens[0]
    length = _exponent_length(tokens[1:3])
    following = tokens[1 + length]
    is_called = following.text == "(" and length > 0
    if not is_called and not _needs_no_brackets(token.text, following):
        if length == 0 and (following.kind in ("name", "number") or following.text in SIGNS):
            own = f', or shapes={{"{token.text}": ""}} for a name of your own' if following.text in SIGNS else ""
            hint = f"write {token.text}(…){own}"
            raise ParseError(
                f"{token.text} needs brackets around its argument", formula=text, position=token.position, hint=hint
            )
        return None, 0
    name = names.function(token)
    exponent = tokens[length].number if length else None
    if exponent is not None:
        with located(text, token.position):
            _refuse_exponent(name, exponent)
    if is_called:
        return Frame("call", following.position, name=name, exponent=exponent), 2 + length
    return Operator(name, token.position, True, True, exponent), 1 + length


def _needs_no_brackets(name: str, following: Token) -> bool:
    """Whether a name is a function of one argument, and a value without brackets follows: ``sin x``, ``log |x|``, ``det A``."""
    name = SPELLINGS.get(name, name)
    function = FUNCTIONS.get(name)
    is_of_one = isinstance(function, Primitive) and function.is_elementwise and function.arity == 1
    if name in LETTERS or not (is_of_one or name in _OF_ONE_ARGUMENT):
        return False
    return following.kind in ("number", "name") or following.text in ("|", "√") or following.is_norm


def _exponent_length(tokens: Sequence[Token]) -> int:
    """Return the length of the exponent between a function and its argument: 1 in ``sin² x``, 2 in ``sin^2(x)``, else 0."""
    if not tokens or tokens[0].kind not in ("superscript", "operator"):
        return 0
    if tokens[0].kind == "superscript":
        return int(tokens[0].value is not None)
    return 2 if tokens[0].text == "^" and len(tokens) > 1 and tokens[1].kind == "number" else 0


def _refuse_exponent(name: str, exponent: Fraction) -> None:
    """Refuse sin⁻¹(x), and exponents of functions that do not act entry by entry.

    Raises
    ------
    AmbiguityError
    """
    if exponent < 0:
        raise AmbiguityError(
            f"{name} with the exponent {exponent}", "the inverse function", f"the reciprocal, {name}(x)**{exponent}"
        )
    function = FUNCTIONS[name]
    if not (isinstance(function, Primitive) and function.is_elementwise):
        raise AmbiguityError(f"{name} with the exponent {exponent}", f"{name}(x)**{exponent}", f"{name}(x**{exponent})")
