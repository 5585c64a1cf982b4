"""The rewrite rules. Importing this package imports every module in it, which fills :data:`symgd.rewrite.rule.RULES`."""

import importlib
import pkgutil

ORDER = (
    # arithmetic
    "sums", "products", "powers", "denominators",
    # functions, and forms that keep their digits
    "choice", "functions", "tails", "hyperbolic", "differences", "bell_curve", "exponential_sums", "norms", "quotients",
    "kinks",
    # tensors
    "contraction", "matrix_products", "common_divisors", "single_axes", "common_operands", "inverses", "centred_sums",
    "recognition",
)  # fmt: skip
"""Rules are tried in this order, and those of other modules behind them."""

for _module in (*ORDER, *sorted({module.name for module in pkgutil.iter_modules(__path__)} - set(ORDER))):
    importlib.import_module(f"{__name__}.{_module}")
