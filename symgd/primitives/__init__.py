"""The functions of the language, one declaration each.

The registry (:mod:`symgd.graph.vocabulary`) imports every module of this folder when it is read.
"""
