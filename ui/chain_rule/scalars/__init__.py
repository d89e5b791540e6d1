"""The scene on scalars of the Chain rule page: f(g(x)) and a(W1, b(W2, c(W3)))."""
