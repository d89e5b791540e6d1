"""The scene "race" of the Optimizers page: all rules from one start, live."""
