r"""The tokens of a formula in LaTeX: how a text is split, and what fonts, accents, letters and spacing commands there are.

\hat{\beta}_{\text{max}} \, x  →  \hat  {  \beta  }  _  {  \text  {  m  a  x  }  }  x
"""

from __future__ import annotations

import re
from typing import NamedTuple

from symgd.readers.text.tokens import unknown_character

__all__ = [
    "ACCENTS",
    "CONNECTIVES",
    "ENDS",
    "FONTS",
    "GREEK",
    "HINTS",
    "MARKS",
    "RELATIONS",
    "TRANSPOSITIONS",
    "Token",
    "tokenize",
    "without_display",
]

_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|[0-9]+(?:\.[0-9]+)?|\.[0-9]+|[^\W\d_]|\S", re.UNICODE)
_SPACING = {
    r"\,", r"\;", r"\:", r"\!", r"\ ", r"\quad", r"\qquad", r"\displaystyle", r"\textstyle", r"\limits", r"\nolimits",
    r"\nonumber", r"\notag", "~",
}  # fmt: skip
_SIZED = {rf"\{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")} | {r"\left", r"\right"}
FONTS = {r"\mathbf", r"\boldsymbol", r"\bm", r"\mathrm", r"\mathit", r"\mathsf", r"\vec", r"\text", r"\mathcal", r"\symbf"}
ACCENTS = {r"\hat": "hat", r"\widehat": "hat", r"\bar": "bar", r"\overline": "bar", r"\tilde": "tilde", r"\widetilde": "tilde"}
GREEK = {
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "rho", "varrho", "sigma", "tau", "upsilon", "phi", "varphi", "chi", "psi", "omega",
    "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "ell", "hbar",
}  # fmt: skip
ENDS = {
    "", ")", "]", "}", r"\rVert", r"\rvert", ",", "+", "-", r"\}", "=", "&", r"\rangle", r"\rfloor", r"\rceil", r"\\", r"\end",
    "<", ">", r"\lt", r"\gt", r"\le", r"\leq", r"\ge", r"\geq", r"\ne", r"\neq", r"\leqslant", r"\geqslant", r"\land",
    r"\lor", r"\vee", r"\wedge", ":", ".", ";",
}  # fmt: skip
MARKS = {r"\star": "star", r"\ast": "star", "*": "star", r"\max": "max", r"\min": "min", r"\infty": "inf"}
"""Subscripts that belong to the name, with how they are spelled there."""
_DISPLAY = [
    ("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]"),
    *((rf"\begin{{{name}{star}}}", rf"\end{{{name}{star}}}")
      for name in ("equation", "align", "gather", "displaymath", "math", "multline") for star in ("", "*")),
]  # fmt: skip
CONNECTIVES = {"otherwise", "else", "if", "for", "and", "or", "oder", "then", "when", "where", "sonst", "falls", "und"}
"""The text that stands beside the conditions of cases."""
HINTS = {
    **dict.fromkeys((r"\partial", r"\nabla", r"\int"), "a formula is read without its derivatives and integrals; ask for them"),
    **dict.fromkeys((r"\lim", r"\arg", r"\inf", r"\sup"), "give what stands behind it"),
    **dict.fromkeys(
        ("<", ">", r"\le", r"\ge", r"\ne", r"\leq", r"\geq", r"\neq"), r"a comparison stands in \mathbb{1}[…] or cases"
    ),
    r"\lg": r"\log_{10} or \log_2",
    r"\dot": r"give it a name: \mathrm{velocity}",
    r"\mathbb": r"an expected value is a sum, or \operatorname{mean}",
}
"""What to write in the place of a token that has no meaning."""
RELATIONS = {
    "=": "=", "<": "<", ">": ">", r"\lt": "<", r"\gt": ">", r"\le": "<=", r"\leq": "<=", r"\leqslant": "<=",
    r"\ge": ">=", r"\geq": ">=", r"\geqslant": ">=", r"\ne": "!=", r"\neq": "!=",
}  # fmt: skip
"""The relations of comparisons and bounds."""
TRANSPOSITIONS = (r"\top", r"\intercal", "T")
"""What a superscript that transposes is spelled with."""
_LABEL = re.compile(r"\\(?:label|tag)\*?\{[^{}]*\}")


def without_display(text: str) -> str:
    r"""Return a formula without what sets it: dollar signs, ``\[ \]``, ``\begin`` and ``\end`` of an equation."""
    body = _LABEL.sub("", text).strip()
    for opening, closing in _DISPLAY:
        if len(body) > len(opening) + len(closing) and body.startswith(opening) and body.endswith(closing):
            body = body[len(opening) : -len(closing)].strip()
            break
    if body.endswith((".", ",", ";")) and not body.endswith(("\\,", "\\;", "\\.")):
        body = body[:-1].rstrip()
    return body


class Token(NamedTuple):
    """A token and the column where it stands."""

    text: str
    position: int


def tokenize(text: str) -> list[Token]:
    """Split a formula into tokens, without what only sets it; the last token is empty.

    Raises
    ------
    ParseError
        For a digit of another script, as in x_٣, which ``int`` would read.
    """
    foreign = next((k for k, letter in enumerate(text) if letter.isdigit() and not letter.isascii()), None)
    if foreign is not None:
        raise unknown_character(text, foreign)
    tokens = [
        Token(match.group(), match.start())
        for match in _TOKEN.finditer(text)
        if match.group() not in _SPACING | _SIZED and not match.group().isspace()
    ]
    return [*tokens, Token("", len(text))]
