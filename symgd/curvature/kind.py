"""The verdicts: strongly convex, strictly convex, convex, affine, strictly concave, concave, neither, unknown."""

from __future__ import annotations

from enum import Enum

__all__ = ["Kind"]


class Kind(Enum):
    """The verdict."""

    STRONGLY_CONVEX = "STRONGLY_CONVEX"
    STRICTLY_CONVEX = "STRICTLY_CONVEX"
    CONVEX = "CONVEX"
    AFFINE = "AFFINE"
    STRICTLY_CONCAVE = "STRICTLY_CONCAVE"
    CONCAVE = "CONCAVE"
    NEITHER = "NEITHER"
    UNKNOWN = "UNKNOWN"

    def __str__(self) -> str:
        return self.value

    @property
    def in_words(self) -> str:
        """The verdict as it stands in a sentence: strictly convex."""
        return self.value.lower().replace("_", " ")

    @property
    def is_convex(self) -> bool:
        """Whether the formula is convex (an affine one is)."""
        return self in (Kind.STRONGLY_CONVEX, Kind.STRICTLY_CONVEX, Kind.CONVEX, Kind.AFFINE)

    @property
    def is_concave(self) -> bool:
        """Whether the formula is concave (an affine one is)."""
        return self in (Kind.STRICTLY_CONCAVE, Kind.CONCAVE, Kind.AFFINE)

    @property
    def sharpness(self) -> int:
        """How much the verdict says, beside other ones on the same formula; 0 where nothing is proven of its curvature."""
        return _SHARPNESS.get(self, 0)

    def negated(self) -> Kind:
        """Return the verdict on −f."""
        return _NEGATED.get(self, self)


_NEGATED = {
    Kind.STRICTLY_CONVEX: Kind.STRICTLY_CONCAVE,
    Kind.STRONGLY_CONVEX: Kind.STRICTLY_CONCAVE,
    Kind.CONVEX: Kind.CONCAVE,
    Kind.STRICTLY_CONCAVE: Kind.STRICTLY_CONVEX,
    Kind.CONCAVE: Kind.CONVEX,
}
_SHARPNESS = {
    Kind.CONVEX: 1,
    Kind.CONCAVE: 1,
    Kind.STRICTLY_CONVEX: 2,
    Kind.STRICTLY_CONCAVE: 2,
    Kind.STRONGLY_CONVEX: 3,
    Kind.AFFINE: 4,
}
