r"""Cases, conditions and matrices that are written out.

\begin{cases} t^2 & t > 0 \\ 0 & \text{otherwise} \end{cases},   \mathbb{1}[y > 0],   \begin{pmatrix} a \\ b \end{pmatrix}
"""

from __future__ import annotations

from functools import reduce

from symgd.readers.latex.conditions import Comparison, are_opposite, choose
from symgd.readers.latex.parser import Parser, Read
from symgd.readers.latex.stream import TokenStream
from symgd.readers.latex.tokens import RELATIONS
from symgd.readers.latex.values import Value, scalar_value
from symgd.readers.latex.whole_tensors import determinant, matrix_of

__all__ = ["ENVIRONMENTS"]

_MATRICES = {"matrix", "pmatrix", "bmatrix", "smallmatrix", "Bmatrix"}
_OTHERWISE = {"otherwise", "else", "sonst"}
_ENDS_OF_INDICATORS = {"[": "]", "(": ")", r"\{": r"\}", "{": "}"}


def _is_indicator(tokens: TokenStream) -> bool:
    r"""Whether ``\mathbb{1}[…]`` or ``\mathbf{1}_{x > 0}`` begins here."""
    length = tokens.one_length()
    if not length:
        return False
    behind = [token.text for token in tokens.tokens[tokens.position + length :]]
    if behind[:2] == ["_", "{"]:
        return any(text in RELATIONS for text in behind[: behind.index("}")] if "}" in behind)
    return behind[0] in ("[", "(", r"\{")


def _indicator(parser: Parser) -> Value | None:
    """Read 1 where a condition holds and 0 where not."""
    tokens = parser.tokens
    if not _is_indicator(tokens):
        return None
    start = tokens.position
    tokens.position += tokens.one_length()
    tokens.skip("_")
    closing = _ENDS_OF_INDICATORS[tokens.next()]
    is_set = closing == "}" and tokens.skip(r"\{")
    conditions = _conditions(parser)
    if is_set:
        tokens.expect(r"\}")
    tokens.expect(closing)
    return parser.build(start, lambda: choose(conditions, scalar_value(1), scalar_value(0)))


def _environment(parser: Parser) -> Value:
    tokens = parser.tokens
    start = tokens.position
    tokens.position += 1
    name = "".join(tokens.group())
    if name not in {"cases", "dcases", "vmatrix", *_MATRICES}:
        raise tokens.fail(rf"\begin{{{name}}} is not known", r"\begin{cases} and \begin{pmatrix} are", at=start)
    value = _cases(parser, start) if name.endswith("cases") else _matrix(parser, name, start)
    tokens.expect(r"\end")
    if "".join(tokens.group()) != name:
        raise tokens.fail(rf"\end{{{name}}} is expected here", at=tokens.position - 1)
    return value


def _cases(parser: Parser, start: int) -> Value:
    tokens = parser.tokens
    pieces: list[tuple[Value, list[list[Comparison]]]] = []
    otherwise: Value | None = None
    while tokens.current not in (r"\end", ""):
        value = parser.expression()
        tokens.skip(",")
        conditions = _conditions(parser) if tokens.skip("&") else []
        if otherwise is not None:
            raise tokens.fail("a case stands behind the one for all others")
        if conditions:
            pieces.append((value, conditions))
        else:
            otherwise = value
        tokens.skip(",", ".", ";")
        if not tokens.skip(r"\\"):
            break
    if otherwise is None:
        if len(pieces) != 2 or not are_opposite(pieces[0][1], pieces[1][1]):
            hint = r"end with: \\ 0 & \text{otherwise}"
            raise tokens.fail("what holds in all other cases is not said", hint, at=start)
        otherwise = pieces.pop()[0]
    with tokens.located(start):
        return reduce(lambda rest, piece: choose(piece[1], piece[0], rest), reversed(pieces), otherwise)


def _conditions(parser: Parser) -> list[list[Comparison]]:
    r"""Read ``a < b``, ``0 \le t < 1``, several of them, alternatives; nothing for otherwise."""
    tokens = parser.tokens
    if _connectives(tokens) & _OTHERWISE:
        return []
    alternatives: list[list[Comparison]] = [[]]
    while True:
        left = parser.expression()
        if tokens.current not in RELATIONS:
            raise tokens.fail("a comparison is expected here", r"x > 0 or \text{otherwise}")
        while tokens.current in RELATIONS:
            relation = RELATIONS[tokens.next()]
            right = parser.expression()
            alternatives[-1].append(Comparison(left, relation, right))
            left = right
        if tokens.skip(r"\lor", r"\vee"):
            joins = {"or"}
        else:
            joins = {"and"} if tokens.skip(r"\land", r"\wedge") else _connectives(tokens)
        if joins & {"or", "oder"}:
            alternatives.append([])
        elif not joins & {"and", "und"}:
            return alternatives


def _connectives(tokens: TokenStream) -> set[str]:
    r"""Skip ``\text{if}``, ``\text{otherwise}`` and the like, and return them."""
    connectives = set()
    while (connective := tokens.connective) is not None:
        connectives.add(connective)
        tokens.position += 1
        tokens.group()
    return connectives


def _matrix(parser: Parser, name: str, start: int) -> Value:
    tokens = parser.tokens
    rows: list[list[Value]] = [[]]
    while tokens.current not in (r"\end", ""):
        rows[-1].append(parser.expression())
        if tokens.skip(r"\\"):
            if tokens.current != r"\end":
                rows.append([])
        elif not tokens.skip("&"):
            break
    with tokens.located(start):
        matrix = matrix_of(rows)
        return determinant(matrix) if name == "vmatrix" else matrix


ENVIRONMENTS: dict[str, Read] = {
    r"\begin": _environment,
    **dict.fromkeys((r"\mathbb", r"\mathbf", r"\mathds"), _indicator),
}
"""What reads cases, matrices and indicators."""
