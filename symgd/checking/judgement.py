"""What a check finds, in one word."""

from __future__ import annotations

from enum import Enum

__all__ = ["Verdict"]


class Verdict(Enum):
    """What was found."""

    RIGHT = "RIGHT"
    WRONG = "WRONG"
    KINK = "KINK"
    UNSURE = "UNSURE"

    def __str__(self) -> str:
        return self.value
