r"""Words of letters beside each other, such as ``sin`` or ``lr``: in LaTeX they are products of their letters, s·i·n.

    sin^{2} x  →  \sin^{2} x,    lr*x^{2}  →  \mathrm{lr}*x^{2}

A text without commands that has braces, ``x_{1}``, may be no LaTeX at all, and is refused where it has a word of any kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from symgd.errors import AmbiguityError, located
from symgd.readers.latex.functions import FUNCTION_COMMANDS
from symgd.readers.latex.tokens import FONTS, GREEK
from symgd.readers.text.functions import SPELLINGS, is_function

__all__ = ["refuse_words"]

_FONTS = "|".join(re.escape(font[1:]) for font in sorted(FONTS))
_NO_WORDS = re.compile(
    rf"\\(?:begin|end|operatorname|{_FONTS})\*?\s*\{{[^{{}}]*\}}|\\(?:[A-Za-z]+|[^A-Za-z])|_\s*\{{[^{{}}]*\}}"
)
"""Commands, the names that belong to them, and what stands in braces below the line."""
_COMMAND = re.compile(r"\\[A-Za-z|]")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_WORD = re.compile(r"[^\W\d_][^\W_]+|_[^\W_]{2,}")
"""What a text would take for one name, or for a part of it: x1, x_12."""


def refuse_words(text: str, inputs: Collection[str], *, is_certain: bool) -> None:
    r"""Refuse words that are names of functions, and any others where the text has no command of LaTeX.

    Words all of whose letters are declared are products.

    Parameters
    ----------
    text : str
    inputs : collection of str
        Names that are declared.
    is_certain : bool
        Whether the text is known to be LaTeX.

    Raises
    ------
    AmbiguityError
    """
    is_certain = is_certain or _COMMAND.search(text) is not None
    is_refused = _is_name_of_function if is_certain else _is_any
    words = list(_words(text, _LETTERS if is_certain else _WORD, lambda word: is_refused(word, inputs)))
    if not words:
        return
    word = words[0].group()
    with located(text, words[0].start()):
        if is_certain:
            raise AmbiguityError(word, f"the function, {_written(word)}", f"a product, {' '.join(word)}")
        corrected = text
        for match in reversed(words):
            corrected = corrected[: match.start()] + _written(match.group()) + corrected[match.end() :]
        raise AmbiguityError(
            f"{word} in a text with braces",
            f"as LaTeX a product, {' '.join(word.lstrip('_'))}",
            "as a text one name, and a text has no braces: x_1, x**(2)",
            hint=f"write {corrected}, or take the braces away",
        )


def _words(text: str, pattern: re.Pattern[str], is_refused: Callable[[str], bool]) -> Iterator[re.Match[str]]:
    """Return the words of a text that are refused, with their places."""
    plain = _NO_WORDS.sub(lambda match: " " * len(match.group()), text)
    return (match for match in pattern.finditer(plain) if is_refused(match.group()))


def _is_name_of_function(word: str, inputs: Collection[str]) -> bool:
    return (is_function(word) or word in SPELLINGS) and not set(word) <= set(inputs)


def _is_any(word: str, inputs: Collection[str]) -> bool:
    return word in inputs or not set(word) <= set(inputs)


def _written(word: str) -> str:
    r"""Return a word as it is written in LaTeX: ``\sin``, ``\alpha``, ``\mathrm{lr}``."""
    if word.startswith("_"):
        return rf"_{{\text{{{word[1:]}}}}}"
    if rf"\{word}" in FUNCTION_COMMANDS or word in GREEK or word in ("pi", "π"):
        return rf"\{'pi' if word == 'π' else word}"
    if is_function(word) or word in SPELLINGS:
        return rf"\operatorname{{{word}}}"
    return rf"\mathrm{{{word}}}"
