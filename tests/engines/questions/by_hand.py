"""A run in plain NumPy, from the seed to the loss: what the questions about runs are measured against."""

import itertools
import math

import numpy as np

RELU = (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0)
SIGMOID = (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2)


class Run:
    """A network trained by plain SGD with cross-entropy, in float64; weights as He draws them."""

    def __init__(self, data, sizes, seed, rate, batch, activation=RELU):
        self.data, self.rate, self.batch, self.activation = data, rate, batch, activation
        draw = np.random.default_rng([seed, 0])
        pairs = list(itertools.pairwise(sizes))
        self.weights = [draw.normal(0.0, math.sqrt(2 / inputs), (inputs, units)) for inputs, units in pairs]
        self.biases = [np.zeros(units) for _inputs, units in pairs]
        self._draw, self._order = np.random.default_rng([seed, 1]), np.empty(0, int)
        self.steps = 0

    def next_batch(self):
        """The rows of the batch that comes next, which is drawn."""
        if not len(self._order):
            self._order = self._draw.permutation(len(self.data.y_train))
        rows, self._order = self._order[: self.batch], self._order[self.batch :]
        return rows

    def passes(self, x):
        """The sums of each layer, and what each layer gets."""
        inputs, sums = [np.asarray(x, np.float64)], []
        for number, (w, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            sums.append(inputs[-1] @ w + b)
            if number + 1 < len(self.weights):
                inputs.append(self.activation[0](sums[-1]))
        return sums, inputs

    def loss(self, x, y):
        logits = self.passes(x)[0][-1]
        logits = logits - logits.max(axis=1, keepdims=True)
        return float(np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(y)), y]))

    def accuracy(self, x, y):
        return float((self.passes(x)[0][-1].argmax(axis=1) == y).mean())

    def gradients(self, x, y):
        """(of the weights, of the biases), a list each."""
        sums, inputs = self.passes(x)
        exp = np.exp(sums[-1] - sums[-1].max(axis=1, keepdims=True))
        above = exp / exp.sum(axis=1, keepdims=True)
        above[np.arange(len(y)), y] -= 1
        above /= len(y)
        weights, biases = [], []
        for layer in reversed(range(len(self.weights))):
            weights.insert(0, inputs[layer].T @ above)
            biases.insert(0, above.sum(axis=0))
            if layer:
                above = (above @ self.weights[layer].T) * self.activation[1](sums[layer - 1])
        return weights, biases

    def step(self):
        """One step of plain SGD; returns the rows of its batch."""
        rows = self.next_batch()
        self.descend(*self.gradients(self.data.x_train[rows], self.data.y_train[rows]), self.rate)
        self.steps += 1
        return rows

    def descend(self, weights, biases, rate):
        for value, gradient in zip(self.weights + self.biases, weights + biases, strict=True):
            value -= rate * gradient

    def to(self, steps):
        while self.steps < steps:
            self.step()
        return self

    @property
    def flat(self):
        return np.concatenate([value.ravel() for value in (*self.weights, *self.biases)])
