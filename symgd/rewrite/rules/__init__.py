"""The rewrite rules, one family in one module each; :mod:`symgd.rewrite.all_rules` imports them all."""
