r"""Functions with their arguments: ``\log\det\Sigma``, ``\sin^2 x``, ``\log_2 t``, ``\operatorname{clip}(x, 0, 1)``."""

from __future__ import annotations

from functools import partial

from symgd.graph.node import SIZE
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.traversal import toposort
from symgd.readers.latex.big_operators import BIG_OPERATORS
from symgd.readers.latex.brackets import CLOSING
from symgd.readers.latex.parser import MINUS, Parser, Read
from symgd.readers.latex.products import JOINING, divide, multiply
from symgd.readers.latex.scripts import with_scripts
from symgd.readers.latex.values import Value, acts_entry_by_entry, apply, entrywise_power, scalar_value
from symgd.readers.latex.whole_tensors import call, determinant, of_matrix

__all__ = ["CALLED_LETTERS", "FUNCTION_COMMANDS"]

CALLED_LETTERS = {"sigma": "sigmoid", "Phi": "ndtr", "phi": "normpdf"}
"""Letters that are functions where brackets follow."""

_NAMES = {
    **{rf"\{name}": name for name in ["exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan"]},
    r"\ln": "log",
    **{rf"\{name}": name for name in ["cot", "sec", "csc", "coth"]},
    r"\det": "det",
    r"\erf": "erf",
    r"\sign": "sign",
}
"""Functions with a command of their own."""
_OPERATORS = {
    "tr": "trace", "trace": "trace", "Tr": "trace", "diag": "diag", "vec": "vec", "softmax": "softmax", "sigmoid": "sigmoid",
    "relu": "relu", "ReLU": "relu", "sign": "sign", "sgn": "sign", "softplus": "softplus", "erf": "erf", "logdet": "logdet",
    "logsumexp": "logsumexp", "expm": "expm", "gelu": "gelu", "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh",
    "B": "beta",
}  # fmt: skip
"""Functions that are spelled in an upright font."""
_WHOLE = {"trace", "diag", "vec", "softmax", "logdet", "logsumexp", "det", "expm"}
_RECIPROCALS = {"cot": "tan", "sec": "cos", "csc": "sin", "coth": "tanh"}
_BEGIN_FUNCTIONS = {*_NAMES, *BIG_OPERATORS, r"\operatorname"}
"""Tokens behind which the argument of a function without brackets has ended."""


def _command(name: str, parser: Parser) -> Value:
    start = parser.tokens.position
    parser.tokens.position += 1
    return _function(parser, name, start)


def _called_letter(letter: str, parser: Parser) -> Value | None:
    r"""Read ``\sigma(…)`` and ``\Phi^{-1}(…)``; a σ that is declared, or without brackets, is a number."""
    tokens, start = parser.tokens, parser.tokens.position
    if parser.scope.is_declared(letter):
        return None
    if tokens.following(1) == ["^"]:
        return _raised_letter(letter, parser, start)
    if tokens.following(1) != ["("]:
        return None
    parser.called[letter] = tokens.position
    return _command(CALLED_LETTERS[letter], parser)


def _raised_letter(letter: str, parser: Parser, start: int) -> Value | None:
    r"""Read ``\Phi^{-1}(…)``; other powers may be products, and ``\sigma^2(1 - \rho)`` with a variance in front is one."""
    tokens = parser.tokens
    tokens.position += 1
    bracket = tokens.bracket_behind_superscript()
    tokens.position += 1
    mark = tokens.superscript_mark()
    if bracket is None or (letter, mark) == ("sigma", ["2"]):
        tokens.position = start
        return None
    if (letter, mark) != ("Phi", ["-", "1"]):
        function = rf"a function, \operatorname{{{CALLED_LETTERS[letter]}}}(…)"
        tokens.refuse_two_readings(start, rf"\{letter}^k(…)", rf"a product, \{letter}^k \cdot (…)", function)
    tokens.position = bracket
    return _function(parser, "ndtri", start)


def _spelled_out(parser: Parser) -> Value | None:
    r"""Read ``\operatorname{tr}(…)``; what is no function, or declared, is a name."""
    tokens, shapes = parser.tokens, parser.scope.shapes
    if tokens.following(1) != ["{"]:
        return None
    start = tokens.position
    command = tokens.next()
    letters = "".join(tokens.group()).replace(r"\_", "_")
    is_known = letters in FUNCTIONS and letters.isidentifier() and len(letters) > 1
    name = _OPERATORS.get(letters, letters if is_known else None)
    if name is not None and letters not in shapes:
        return _function(parser, name, start)
    tokens.position = start
    if command.startswith(r"\operatorname") and letters not in shapes:
        raise tokens.fail(f"there is no function called {letters}")
    return None


def _function(parser: Parser, name: str, start: int) -> Value:
    r"""Read ``x``, ``(x)``, ``^2 x``, ``_2 x`` or ``(x, 0, 1)`` behind the name of a function."""
    tokens = parser.tokens
    base = parser.script() if name == "log" and tokens.skip("_") else None
    exponent: Value | None = None
    if tokens.skip("^"):
        exponent = parser.script()
        if exponent.node.equals_number(-1):
            tokens.refuse_two_readings(start, f"{name}^{{-1}}", "the inverse function", "the reciprocal")
    outside, parser.is_logarithm = parser.is_logarithm, name == "log"
    arguments = _arguments(parser, name, start)
    parser.is_logarithm = outside
    with tokens.located(start):
        if len(arguments) > 1:
            value = call(name, arguments)
        elif base is not None:
            value = _logarithm(arguments[0], base)
        else:
            value = _applied(name, arguments[0])
        if exponent is not None:
            value = entrywise_power(value, exponent)
    return with_scripts(parser, value, start) if tokens.is_transposed else value


def _applied(name: str, argument: Value) -> Value:
    if name == "det":
        return determinant(argument)
    if name == "log" and argument.node.primitive.name == "det":
        return Value(FUNCTIONS["log"](argument.node), "scalar")
    if name in ("softmax", "log_softmax") and argument.kind == "matrix" and not argument.running:
        return Value(FUNCTIONS[name](argument.node, axis=1), "matrix")  # of each row, as in attention
    if name in _RECIPROCALS:
        return entrywise_power(apply(_RECIPROCALS[name], [argument]), scalar_value(-1))
    if name in _WHOLE or not acts_entry_by_entry(name):
        return of_matrix(name, argument)
    return apply(name, [argument])


def _logarithm(argument: Value, base: Value) -> Value:
    """Return a logarithm to a base."""
    for number in (2, 10):
        if base.node.equals_number(number):
            return apply(f"log{number}", [argument])
    return divide(apply("log", [argument]), apply("log", [base]))


def _arguments(parser: Parser, name: str, start: int) -> list[Value]:
    tokens = parser.tokens
    if tokens.current in CLOSING:
        parts = parser.arguments(CLOSING[tokens.next()])
        if tokens.current == "^" and not tokens.is_transposed:
            tokens.refuse_two_readings(start, f"{name}(x)^2", rf"\{name}^2(x)", rf"\{name}(x^2)")
        return parts
    if tokens.is_end:
        raise tokens.fail(f"the argument of {name} is missing")
    return [_bare_argument(parser, name, start)]


def _bare_argument(parser: Parser, name: str, start: int) -> Value:
    r"""Read an argument without brackets: ``\log x``, ``\cos 2\pi t``; where it ends has to be plain."""
    tokens = parser.tokens
    parser.is_argument = tokens.current in BIG_OPERATORS
    first = parser.factor()
    parser.is_argument = False
    while _is_number(first) and not tokens.is_end and tokens.current not in _BEGIN_FUNCTIONS | JOINING | {MINUS}:
        first = multiply(first, parser.factor())
    if tokens.is_end or tokens.current == MINUS:
        return first
    behind = tokens.following(1)[0] if tokens.current in JOINING else tokens.current
    is_apart = behind in _BEGIN_FUNCTIONS or (tokens.current not in JOINING and behind in ("(", r"\|"))
    if not is_apart:
        tokens.refuse_two_readings(start, f"{name} with several factors behind it", rf"\{name}(a b)", rf"\{name}(a) \cdot b")
    return first


def _is_number(value: Value) -> bool:
    """Whether a factor is a number, such as 2π, that stands in front of the argument proper."""
    return not any(node.is_symbol or node.primitive is SIZE for node in toposort((value.node,)))


FUNCTION_COMMANDS: dict[str, Read] = {
    **{command: partial(_command, name) for command, name in _NAMES.items()},
    **dict.fromkeys((r"\operatorname", r"\operatorname*", r"\mathrm", r"\text"), _spelled_out),
    **{rf"\{letter}": partial(_called_letter, letter) for letter in CALLED_LETTERS},
}
"""What reads a function with its argument."""
