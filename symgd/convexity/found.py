"""What one stage of the judge found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symgd.convexity.proof import Step
from symgd.convexity.verdict import Kind

__all__ = ["Found", "shorten"]


@dataclass(frozen=True, eq=False)
class Found:
    """What one stage found.

    Attributes
    ----------
    kind : Kind
    step : Step
        The proof.
    by : str
        Which stage decided.
    modulus : object or None
        An exact number, or a formula of the parameters.
    """

    kind: Kind
    step: Step
    by: str
    modulus: Any = None


def shorten(text: object, length: int = 100) -> str:
    """Return a formula as text that fits a line."""
    shown = str(text)
    return shown if len(shown) <= length else f"{shown[: length - 1]}…"
