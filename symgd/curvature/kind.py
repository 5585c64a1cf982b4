"""The verdicts on convexity, from strongly convex to unknown, and those on quasiconvexity and on convexity of the logarithm."""

from __future__ import annotations

from enum import Enum

__all__ = ["KINDS", "Kind"]


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
    QUASICONVEX = "QUASICONVEX"
    QUASICONCAVE = "QUASICONCAVE"
    LOG_CONVEX = "LOG_CONVEX"
    LOG_CONCAVE = "LOG_CONCAVE"
    NOT_QUASICONVEX = "NOT_QUASICONVEX"
    NOT_QUASICONCAVE = "NOT_QUASICONCAVE"
    NOT_LOG_CONVEX = "NOT_LOG_CONVEX"
    NOT_LOG_CONCAVE = "NOT_LOG_CONCAVE"

    def __str__(self) -> str:
        return self.value

    @property
    def in_words(self) -> str:
        """The verdict as it stands in a sentence: strictly convex, not log-concave."""
        return self.value.lower().replace("log_", "log-").replace("_", " ")

    @property
    def is_convex(self) -> bool:
        """Whether the formula is convex (an affine one is, and a log-convex one)."""
        return self in (Kind.STRONGLY_CONVEX, Kind.STRICTLY_CONVEX, Kind.CONVEX, Kind.AFFINE, Kind.LOG_CONVEX)

    @property
    def is_concave(self) -> bool:
        """Whether the formula is concave (an affine one is)."""
        return self in (Kind.STRICTLY_CONCAVE, Kind.CONCAVE, Kind.AFFINE)

    @property
    def is_refuted(self) -> bool:
        """Whether a counterexample shows that the formula is not what was asked."""
        return self is Kind.NEITHER or self.value.startswith("NOT_")

    @property
    def refuted(self) -> Kind:
        """The verdict that a formula is not of one of the kinds beside convexity."""
        return Kind(f"NOT_{self.value}")

    @property
    def sharpness(self) -> int:
        """How much the verdict says, beside other ones on the same formula; 0 where nothing is proven of its curvature."""
        return _SHARPNESS.get(self, 0)

    def negated(self) -> Kind:
        """Return the verdict on −f."""
        return _NEGATED.get(self, self)


KINDS = {
    "quasiconvex": Kind.QUASICONVEX,
    "quasiconcave": Kind.QUASICONCAVE,
    "log-convex": Kind.LOG_CONVEX,
    "log-concave": Kind.LOG_CONCAVE,
}
"""The kinds beside convexity that can be asked for, by name."""

_NEGATED = {
    Kind.STRICTLY_CONVEX: Kind.STRICTLY_CONCAVE,
    Kind.STRONGLY_CONVEX: Kind.STRICTLY_CONCAVE,
    Kind.CONVEX: Kind.CONCAVE,
    Kind.STRICTLY_CONCAVE: Kind.STRICTLY_CONVEX,
    Kind.CONCAVE: Kind.CONVEX,
    Kind.QUASICONVEX: Kind.QUASICONCAVE,
    Kind.QUASICONCAVE: Kind.QUASICONVEX,
    Kind.LOG_CONVEX: Kind.CONCAVE,
    Kind.LOG_CONCAVE: Kind.QUASICONVEX,
    Kind.NOT_QUASICONVEX: Kind.NOT_QUASICONCAVE,
    Kind.NOT_QUASICONCAVE: Kind.NOT_QUASICONVEX,
    Kind.NOT_LOG_CONVEX: Kind.UNKNOWN,
    Kind.NOT_LOG_CONCAVE: Kind.UNKNOWN,
}
_SHARPNESS = {
    Kind.CONVEX: 1,
    Kind.CONCAVE: 1,
    Kind.STRICTLY_CONVEX: 2,
    Kind.STRICTLY_CONCAVE: 2,
    Kind.STRONGLY_CONVEX: 3,
    Kind.AFFINE: 4,
}
