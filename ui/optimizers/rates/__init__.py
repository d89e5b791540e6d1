"""The scene "rates" of the Optimizers page: each rule over a grid of learning rates."""
