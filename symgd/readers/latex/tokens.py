r"""The words of a formula in LaTeX: tokens, the names of functions and letters, and the place that is read."""

from __future__ import annotations

import itertools
import re
from contextlib import AbstractContextManager, suppress
from typing import NamedTuple, NoReturn

from symgd.errors import AmbiguityError, ParseError, located
from symgd.readers.text.tokens import unknown_character

__all__ = ["CONNECTIVES", "FONTS", "HINTS", "Cursor", "Word", "without_display"]

_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|[0-9]+(?:\.[0-9]+)?|\.[0-9]+|[^\W\d_]|\S", re.UNICODE)
_SPACING = {
    r"\,", r"\;", r"\:", r"\!", r"\ ", r"\quad", r"\qquad", r"\displaystyle", r"\textstyle", r"\limits", r"\nolimits",
    r"\nonumber", r"\notag", "~",
}  # fmt: skip
_SIZED = {rf"\{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")} | {r"\left", r"\right"}
FONTS = {r"\mathbf", r"\boldsymbol", r"\bm", r"\mathrm", r"\mathit", r"\mathsf", r"\vec", r"\text", r"\mathcal", r"\symbf"}
_ACCENTS = {r"\hat": "hat", r"\widehat": "hat", r"\bar": "bar", r"\overline": "bar", r"\tilde": "tilde", r"\widetilde": "tilde"}
_GREEK = {
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "rho", "varrho", "sigma", "tau", "upsilon", "phi", "varphi", "chi", "psi", "omega",
    "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "ell", "hbar",
}  # fmt: skip
_ENDS = {
    "", ")", "]", "}", r"\rVert", r"\rvert", ",", "+", "-", r"\}", "=", "&", r"\rangle", r"\rfloor", r"\rceil", r"\\", r"\end",
    "<", ">", r"\lt", r"\gt", r"\le", r"\leq", r"\ge", r"\geq", r"\ne", r"\neq", r"\leqslant", r"\geqslant", r"\land",
    r"\lor", r"\vee", r"\wedge", ":", ".", ";",
}  # fmt: skip
_MARKS = {r"\star": "star", r"\ast": "star", "*": "star", r"\max": "max", r"\min": "min", r"\infty": "inf"}
"""Subscripts that belong to the name, with how they are spelled there."""
_DISPLAY = [
    ("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]"),
    *((rf"\begin{{{name}{star}}}", rf"\end{{{name}{star}}}")
      for name in ("equation", "align", "gather", "displaymath", "math", "multline") for star in ("", "*")),
]  # fmt: skip
CONNECTIVES = {"otherwise", "else", "if", "for", "and", "or", "oder", "then", "when", "where", "sonst", "falls", "und"}
"""Words of a sentence that stand beside the conditions of cases."""
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
"""What to write where a word has no meaning."""
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


class Word(NamedTuple):
    """A token and the column where it stands."""

    text: str
    position: int


class Subscript(NamedTuple):
    r"""A subscript that may belong to a name, and whether it is spelled as a word: ``\text{max}``, ``\min``, ``\star``."""

    text: str
    is_word: bool


class Cursor:
    """The words of a text, read from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        foreign = next((k for k, letter in enumerate(text) if letter.isdigit() and not letter.isascii()), None)
        if foreign is not None:  # a digit of another script, as in x_٣, which int() would read
            raise unknown_character(text, foreign)
        self.words = [
            Word(found.group(), found.start())
            for found in _TOKEN.finditer(text)
            if found.group() not in _SPACING | _SIZED and not found.group().isspace()
        ]
        self.words.append(Word("", len(text)))
        self.position = 0
        self.bars: list[str] = []
        """The bars that are open; a bar closes where it was opened, and opens anywhere else."""
        self.after_subscript = 0
        """Where the subscript ends that was looked at last."""

    @property
    def word(self) -> str:
        return self.words[self.position].text

    def next_word(self) -> str:
        text = self.words[self.position].text
        self.position = min(self.position + 1, len(self.words) - 1)
        return text

    def following(self, count: int) -> list[str]:
        """Return the words behind the current one."""
        return [word.text for word in self.words[self.position + 1 : self.position + 1 + count]]

    def one_length(self) -> int:
        r"""Return how many words spell a 1 in the font that stands here, ``\mathbf{1}`` or ``\mathbf 1``; 0 where none does."""
        following = self.following(3)
        return 2 if following[:1] == ["1"] else 4 if following == ["{", "1", "}"] else 0

    def fail(self, cause: str, hint: str | None = None) -> ParseError:
        return ParseError(cause, formula=self.text, position=self.words[self.position].position, hint=hint)

    def located(self, start: int) -> AbstractContextManager[None]:
        """Complete errors with the place of a word."""
        return located(self.text, self.words[start].position)

    def refuse_two_readings(self, start: int, what: str, first: str, second: str) -> NoReturn:
        """Refuse a notation, with both of its readings."""
        with self.located(start):
            raise AmbiguityError(what, first, second)

    @property
    def is_end(self) -> bool:
        """Whether nothing that multiplies follows."""
        if self.word in ("|", r"\|", r"\vert", r"\Vert"):
            return bool(self.bars) and self.bars[-1] == self.word
        return self.word in _ENDS or self.connective is not None

    @property
    def connective(self) -> str | None:
        r"""The word of a sentence that stands here, such as \text{if}."""
        if self.word not in FONTS or self.following(1) != ["{"]:
            return None
        letters = "".join(itertools.takewhile(str.isalpha, self.following(12)[1:]))
        return letters if letters in CONNECTIVES else None

    def expect(self, text: str) -> None:
        if self.word != text:
            what = repr(self.word) if self.word else "the end"
            raise self.fail(f"{text} is expected here, not {what}")
        self.position += 1

    def group_words(self) -> list[str]:
        """Read the words of a group in braces, or a single word."""
        if self.word != "{":
            word = self.next_word()
            return [word, *self.group_words()] if word in FONTS else [word]
        self.position += 1
        words = []
        depth = 1
        while self.word:
            depth += (self.word == "{") - (self.word == "}")
            if depth == 0:
                break
            words.append(self.next_word())
        self.expect("}")
        return words

    def plain_script(self) -> str:
        """A subscript as a word: 1, 2, F, *, inf."""
        text = "".join(word for word in self.group_words() if word not in FONTS and word not in ("{", "}"))
        return {r"\infty": "inf", r"\ast": "*"}.get(text, text)

    def read_name(self) -> str | None:
        word = self.word
        if word in FONTS or word == r"\operatorname":
            self.position += 1
            if self.word != "{":
                return self.read_name()
            self.position += 1
            letters = []
            while self.word not in ("}", ""):
                inner = self.read_name()
                letters.append(inner if inner is not None else self.next_word())
            self.expect("}")
            return "".join(letters) or None
        if word in _ACCENTS:
            self.position += 1
            is_group = self.word == "{"
            if is_group:
                self.position += 1
            inner = self.read_name()
            if is_group:
                self.expect("}")
            return None if inner is None else f"{inner}_{_ACCENTS[word]}"
        if word.startswith("\\") and word[1:] in _GREEK:
            self.position += 1
            return word[1:]
        if word == r"\pi":
            self.position += 1
            return "pi"
        if len(word) == 1 and word.isalpha():
            self.position += 1
            return word
        return None

    @property
    def is_name(self) -> bool:
        """Whether a name begins here."""
        word = self.word
        return word in FONTS | set(_ACCENTS) or word[1:] in _GREEK or (len(word) == 1 and word.isalpha())

    def peek_subscript(self) -> Subscript | None:
        """Return a subscript that may belong to a name, such as 1, t or max, and remember where it ends."""
        if self.word != "_":
            return None
        start = self.position
        self.position += 1
        words: list[str] = []
        with suppress(ParseError):
            words = self.group_words()
        self.after_subscript, self.position = self.position, start
        text = "".join(_MARKS.get(word, word.lstrip("\\")) for word in words if word not in FONTS and word not in ("{", "}"))
        return Subscript(text, words[0] in FONTS or words[0] in _MARKS) if text.isalnum() else None
