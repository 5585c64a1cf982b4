"""What became of one case of a fuzzer."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "symgd"


class Verdict(Enum):
    """How a case ended."""

    AGREED = "agreed"
    REFUSED = "refused"  # symgd said that it cannot do this
    UNDECIDED = "undecided"  # the fuzzer could not tell
    FOUND = "found"


@dataclass(frozen=True)
class Outcome:
    """The end of one case.

    Attributes
    ----------
    verdict : Verdict
    text : str
        What was tried: a call, or a formula with its point.
    detail : str
        What went wrong.
    origin : str
        The place of the cause, by which findings are grouped.
    """

    verdict: Verdict
    text: str = ""
    detail: str = ""
    origin: str = ""


Fuzzer = Callable[[int, int], Outcome]
"""Takes a seed and the number of a case."""


def agreed(text: str = "") -> Outcome:
    return Outcome(Verdict.AGREED, text)


def refused(text: str = "", detail: str = "") -> Outcome:
    return Outcome(Verdict.REFUSED, text, detail)


def undecided(text: str = "", detail: str = "") -> Outcome:
    return Outcome(Verdict.UNDECIDED, text, detail)


def found(text: str, detail: str, origin: str) -> Outcome:
    return Outcome(Verdict.FOUND, text, detail, origin)


def escaped(text: str, error: BaseException) -> Outcome:
    """Report an exception that should have been a SymgdError."""
    message = " ".join(str(error).split())[:200]
    return found(text, f"{type(error).__name__}: {message}", f"{type(error).__name__} at {place_of(error)}")


def place_of(error: BaseException) -> str:
    """Return the innermost line of symgd in a traceback, or the innermost line at all."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if Path(frame.filename).is_relative_to(PACKAGE)] or frames
    frame = inside[-1]
    path = Path(frame.filename)
    return f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}:{frame.lineno}"
