"""One training run, `engines.comparison.hand_written.Task`, and one module for each other way to do it.

Every module has a function `losses(task)`, as `engines.comparison.hand_written` has: a generator that does one step of
plain stochastic gradient descent each time it is asked for a value, and yields the batch's loss (before the update)
as a float.
"""
