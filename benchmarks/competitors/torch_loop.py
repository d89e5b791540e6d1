"""PyTorch as one writes it: nn.Sequential, F.cross_entropy, torch.optim.SGD."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import nn
from torch.nn import functional as F

from engines.comparison.hand_written import Task


def losses(task: Task) -> Iterator[float]:
    model = _model(task)
    optimizer = torch.optim.SGD(model.parameters(), lr=task.learning_rate)
    x, y = torch.tensor(task.x), torch.tensor(task.y)
    for batch in map(torch.from_numpy, task.batches()):
        loss = F.cross_entropy(model(x.index_select(0, batch)), y[batch])  # x[batch] is slower
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        yield loss.item()


def _model(task: Task) -> nn.Sequential:
    layers: list[nn.Module] = []
    for weights, biases in zip(task.weights, task.biases, strict=True):
        linear = nn.Linear(*weights.shape)
        linear.weight.data = torch.from_numpy(weights.T.copy())
        linear.bias.data = torch.from_numpy(biases.copy())
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])
