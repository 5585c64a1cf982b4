"""The story in one room: each public verb is a few lines that compose passes.

    formula → recognise → derive → simplify → compile · check · judge · descend · explain

SymPy takes a quarter of a second to import, so the passes that need it are imported by the verbs that use them.
"""
