"""The structure of Hessians: recognised in their formulas, and used by operators that store no more than it needs."""
