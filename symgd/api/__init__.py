"""The public functions, one module per topic: each is a few lines that compose passes.

    formula → recognise → derive → simplify → compile · check · prove · descend · explain

SymPy takes a quarter of a second to import, so the passes that need it are imported by the functions that use them.
"""
