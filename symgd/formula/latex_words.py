"""The words of a formula in LaTeX: tokens, the names of functions and letters, and the place that is read."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import NamedTuple

from symgd.errors import ParseError

__all__ = ["FONTS", "Cursor", "Word"]

_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\d+(?:\.\d+)?|\.\d+|[^\W\d_]|\S", re.UNICODE)
_SPACING = {
    r"\,",
    r"\;",
    r"\:",
    r"\!",
    r"\ ",
    r"\quad",
    r"\qquad",
    r"\displaystyle",
    r"\textstyle",
    r"\limits",
    r"\nolimits",
    "~",
}
_SIZED = {rf"\{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")} | {r"\left", r"\right"}
FONTS = {r"\mathbf", r"\boldsymbol", r"\bm", r"\mathrm", r"\mathit", r"\mathsf", r"\vec", r"\text", r"\mathcal", r"\symbf"}
_ACCENTS = {r"\hat": "hat", r"\widehat": "hat", r"\bar": "bar", r"\overline": "bar", r"\tilde": "tilde", r"\widetilde": "tilde"}
_GREEK = {
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "rho", "varrho", "sigma", "tau", "upsilon", "phi", "varphi", "chi", "psi", "omega",
    "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "ell",
}  # fmt: skip
_ENDS = {"", ")", "]", "}", r"\rVert", r"\rvert", ",", "+", "-", r"\}", "=", "&", r"\rangle"}


class Word(NamedTuple):
    """A token and the column where it stands."""

    text: str
    position: int


class Cursor:
    """The words of a text, read from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
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

    def fail(self, cause: str, hint: str | None = None) -> ParseError:
        return ParseError(cause, formula=self.text, position=self.words[self.position].position, hint=hint)

    @property
    def is_end(self) -> bool:
        """Whether nothing that multiplies follows."""
        if self.word in ("|", r"\|", r"\vert", r"\Vert"):
            return bool(self.bars) and self.bars[-1] == self.word
        return self.word in _ENDS

    def expect(self, text: str) -> None:
        if self.word != text:
            what = repr(self.word) if self.word else "the end"
            raise self.fail(f"{text} is expected here, not {what}")
        self.position += 1

    def plain_script(self) -> str:
        """A subscript as a word: 1, 2, F, *, inf."""
        words = []
        if self.word == "{":
            self.position += 1
            while self.word not in ("}", ""):
                words.append(self.next_word())
            self.expect("}")
        else:
            words.append(self.next_word())
        text = "".join(word for word in words if word not in FONTS and word not in ("{", "}"))
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

    def peek_subscript(self) -> str | None:
        """Return a subscript that may belong to a name, such as 1, t or max, and remember where it ends."""
        if self.word != "_":
            return None
        start = self.position
        self.position += 1
        text: str | None = None
        with suppress(ParseError):
            text = self.plain_script()
        self.after_subscript, self.position = self.position, start
        return text.lstrip("\\") if text is not None and text.lstrip("\\").isalnum() else None
