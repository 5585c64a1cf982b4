"""The rewrite rules. Importing this package imports every module in it, which fills :data:`symgd.rewrite.rule.RULES`."""

import importlib
import pkgutil

ORDER = ("algebra", "choice", "functions", "tails", "stability", "norms", "quotients", "kinks", "contraction", "recognition")
"""Rules are tried in this order, and those of other modules behind them."""

for _module in (*ORDER, *sorted({module.name for module in pkgutil.iter_modules(__path__)} - set(ORDER))):
    importlib.import_module(f"{__name__}.{_module}")
