"""The scene "anatomy" of the Optimizers page: one rule and its memory."""
