"""The scene "batch size" of the Optimizers page: one sample, some, or all."""
