"""Every rewrite rule of symgd's: importing this module fills :data:`symgd.rewrite.rule.RULES`."""

from __future__ import annotations

from symgd.modules import import_all
from symgd.rewrite.rule import RULES, Rule

__all__ = ["ORDER"]

ORDER = (
    # arithmetic
    "sums", "products", "powers", "cancellation", "absolute_values", "denominators", "common_functions",
    # functions, and forms that keep their digits
    "choice", "branches", "functions", "tails", "hyperbolic", "differences", "bell_curve", "exponential_sums", "norms",
    "quotients", "kinks",
    # tensors
    "contraction", "diagonals", "matrix_products", "common_divisors", "single_axes", "common_operands", "inverses",
    "centred_sums", "shifts",
    "number_arrays", "placed_entries", "taken_entries", "identities", "recognition",
)  # fmt: skip
"""Rules are tried in this order of their modules, and those of other modules behind them."""

_PLACES = {f"symgd.rewrite.rules.{name}": place for place, name in enumerate(ORDER)}


def _place(declared: Rule) -> int:
    return _PLACES.get(declared.module, len(ORDER))


import_all("symgd.primitives")
import_all("symgd.rewrite.rules", first=ORDER)
RULES[:] = sorted(RULES, key=_place)  # whichever of the modules was imported first
