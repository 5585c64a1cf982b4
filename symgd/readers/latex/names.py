r"""Names with their subscripts: ``\theta``, ``\mathrm{loss}``, ``t_{\max}``, ``I_n``, ``\mathbf{1}_n``, ``x_i``.

A subscript picks an entry (of a vector), a row as a column (of a matrix), or belongs to the name where such a name is declared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from symgd.graph.conversion import as_node
from symgd.graph.primitive import FUNCTIONS
from symgd.primitives.constant_tensors import ones
from symgd.primitives.identity import eye
from symgd.readers.latex.bounds import read_size
from symgd.readers.latex.missing_shapes import missing_shapes, proposal
from symgd.readers.latex.scope import Scope
from symgd.readers.latex.stream import Subscript, TokenStream
from symgd.readers.latex.subscripts import Place, is_row_name, numbered_name, pick, read_places
from symgd.readers.latex.tokens import FONTS, GREEK, HINTS
from symgd.readers.latex.values import Value

__all__ = ["read_named"]

_NUMBERED = {"J": "besselj", "Y": "bessely", "K": "besselk", "I": "besseli", "j": "spherical_jn", "y": "spherical_yn"}
"""Functions that papers write with a number below."""


def read_named(tokens: TokenStream, scope: Scope) -> Value:
    """Read a name with its subscript."""
    start = tokens.position
    if tokens.current in FONTS | {r"\mathbb"} and tokens.one_length() > 0:
        return _ones(tokens, scope)
    name = _checked_name(tokens, scope)
    subscript = tokens.peek_subscript()
    if subscript is not None and _belongs_to(scope, name, subscript):
        tokens.position = tokens.after_subscript
        return _value_of(tokens, scope, f"{name}_{subscript.text}")
    if name == "I" and subscript is not None and not scope.is_declared(name) and subscript.text not in scope.running:
        return _identity(tokens, scope, subscript.text, start)
    if tokens.current == "_":
        return _indexed(tokens, scope, name, start)
    if not scope.is_declared(name):
        if tokens.current == "(":
            tokens.refuse_two_readings(start, f"{name}(…)", rf"a product, {_spelled(name)} \cdot (…)", _function_of(name))
        if name == "Gamma" and tokens.bracket_behind_superscript() is not None:
            _refuse_raised_call(tokens, name, start)
    if name == "Delta" and tokens.is_name and not scope.is_declared(name):
        behind = tokens.current
        tokens.refuse_two_readings(
            start, rf"\Delta {behind}", rf"a product, \Delta \cdot {behind}", r"a name, \mathrm{\Delta " + behind + "}"
        )
    return _value_of(tokens, scope, name)


def _spelled(name: str) -> str:
    """Return a name as it is written in LaTeX."""
    return rf"\{name}" if name in GREEK else name


def _function_of(name: str) -> str:
    """Return how the function of a name is written, if there is one."""
    spelled = name.lower() if name == "Gamma" else name
    if name == "Phi":
        return r"the normal distribution function, \frac{1}{2}(1 + \erf(x/\sqrt{2}))"
    if spelled in FUNCTIONS:
        return rf"a function, \operatorname{{{spelled}}}(…)"
    return "a function, and none of that name is known"


def _checked_name(tokens: TokenStream, scope: Scope) -> str:
    """Read a name, without its subscript."""
    start = tokens.position
    is_text = tokens.current == r"\text"
    name = tokens.read_name()
    if name is None:
        if tokens.current == "":
            raise tokens.fail("the formula ends where a name should follow")
        word = tokens.current[1:]
        hint = rf"write \operatorname{{{word}}}" if word in FUNCTIONS else r"functions are written \operatorname{name}"
        hint = HINTS.get(tokens.current, hint)
        raise tokens.fail(f"{tokens.current} is not known", hint)
    if is_text and len(name) > 1 and not scope.is_declared(name):
        hint = rf'a name is written \mathrm{{{name}}}, or shapes={{"{name}": ""}}'
        raise tokens.fail(rf"\text{{{name}}} is not known", hint, at=start)
    return name


def _belongs_to(scope: Scope, name: str, subscript: Subscript) -> bool:
    """Whether a subscript is a part of the name."""
    full = f"{name}_{subscript.text}"
    if scope.is_input(full) or full in scope.symbols or subscript.is_spelled_out:
        return True
    if full in scope.sizes and subscript.text not in scope.running:
        return True
    is_letter = len(subscript.text) == 1 and subscript.text.isupper() and subscript.text not in scope.running
    return is_letter and name != "I" and not {name, name.upper()} & set(scope.shapes)


def _value_of(tokens: TokenStream, scope: Scope, name: str) -> Value:
    if name in scope.running and not scope.is_input(name):
        raise tokens.fail(f"the index {name} is used as a number", "only subscripts can be indices")
    return scope.value_of(name)


def _ones(tokens: TokenStream, scope: Scope) -> Value:
    r"""Read a vector of ones, ``\mathbf{1}_n``."""
    tokens.position += tokens.one_length()
    if tokens.current != "_":
        raise tokens.fail("the size of a vector of ones is not known", r"\mathbf{1}_n")
    tokens.position += 1
    return Value(ones(as_node(read_size(tokens, scope))), "column")


def _identity(tokens: TokenStream, scope: Scope, subscript: str, start: int) -> Value:
    if subscript.isdigit():
        tokens.refuse_two_readings(
            start, f"I_{subscript}", f"an identity matrix, with shapes={{\"I\": \"{subscript} {subscript}\"}}",
            f"a number, with shapes={{\"I_{subscript}\": \"\"}}",
        )  # fmt: skip
    tokens.position += 1
    return Value(eye(read_size(tokens, scope)), "matrix")


def _indexed(tokens: TokenStream, scope: Scope, name: str, start: int) -> Value:
    """Read an entry, a row, or a name with a number."""
    tokens.position += 1
    places = read_places(tokens, scope)
    base = name.upper() if is_row_name(scope, name, places) else name
    if base in scope.shapes:
        with tokens.located(start):
            return pick(scope, base, places)
    numbered = numbered_name(scope, name, places)
    if numbered is None:
        shapes = missing_shapes(tokens, scope)
        hint = proposal(shapes if name in shapes else {name: "n", **shapes})
        raise tokens.fail(f"{name} is indexed, and its shape is not declared", hint, at=start)
    if not scope.is_declared(numbered):
        if tokens.current == "(":
            _refuse_call(tokens, name, numbered, places, start)
        if name in _NUMBERED and tokens.bracket_behind_superscript() is not None:
            _refuse_raised_call(tokens, numbered, start)
    return _value_of(tokens, scope, numbered)


def _refuse_raised_call(tokens: TokenStream, name: str, start: int) -> NoReturn:
    r"""Refuse \Gamma^2(x), which may be a product."""
    letter = _spelled(name)
    tokens.refuse_two_readings(start, rf"{letter}^k(…)", rf"a product, {letter}^k \cdot (…)", "a power of the function")


def _refuse_call(tokens: TokenStream, name: str, numbered: str, places: Sequence[Place], start: int) -> NoReturn:
    r"""Refuse J_0(x), which may be a product."""
    order = ", ".join(str(place.shift) for place in places)
    function = rf"a function, \operatorname{{{_NUMBERED.get(name, 'name')}}}({order}, …)"
    tokens.refuse_two_readings(start, f"{numbered}(…)", rf"a product, {numbered} \cdot (…)", function)
