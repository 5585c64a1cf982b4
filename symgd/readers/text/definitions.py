"""The definitions behind a formula: ``t1*x where t1 = …, t2 = …``, which is how large formulas are printed."""

from __future__ import annotations

from symgd.errors import ParseError
from symgd.readers.text.tokens import Token

__all__ = ["Definition", "split_definitions"]

Definition = tuple[str, list[Token]]
"""A name, and the tokens of what it stands for."""


def split_definitions(text: str, tokens: list[Token]) -> tuple[list[Token], list[tuple[str, list[Token]]]]:
    """Split ``t1*x where t1 = …, t2 = …``, which is how large formulas are printed, into the formula and its definitions."""
    start = next((k for k, token in enumerate(tokens) if token.text == "where" and tokens[k + 1].text != "("), None)
    if start is None or start == 0:
        return tokens, []
    definitions: list[tuple[str, list[Token]]] = []
    k = start + 1
    if tokens[k].kind == "end":
        raise ParseError("a definition is expected", formula=text, position=tokens[k].position, hint="x*t where t = …")
    while tokens[k].kind != "end":
        if tokens[k].kind != "name" or tokens[k + 1].text != "=":
            raise ParseError("a definition is expected", formula=text, position=tokens[k].position, hint="x*t where t = …")
        name, depth, first = tokens[k].text, 0, k + 2
        k = first
        while tokens[k].kind != "end" and (depth or tokens[k].text != ","):
            depth += (tokens[k].text in ("(", "[")) - (tokens[k].text in (")", "]"))
            k += 1
        definitions.append((name, [*tokens[first:k], Token("end", "", tokens[k].position)]))
        k += tokens[k].text == ","
    return [*tokens[:start], Token("end", "", tokens[start].position)], definitions
