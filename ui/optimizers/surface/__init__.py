"""The scene "on a surface" of the Optimizers page: all rules on one map."""
