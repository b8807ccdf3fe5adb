"""Begins a network from one that ships: an ONNX file's weights, with the batch normalisation that its export folded away."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from training.networks import LineNet


def begin(net: LineNet, path: Path, seen: Iterable[Tensor]) -> None:
    """Give a network the weights of a file, so that it says the same; layers that the file lacks begin small.

    Export folds each normalisation into the convolution before it. Here it is parted again: its mean and deviation are those
    of what the convolution says of `seen`, (n, 2, HEIGHT, w) in 0..1, and its scale and shift take them back.
    """
    graph = onnx.load(path).graph
    held = {one.name: torch.tensor(numpy_helper.to_array(one)) for one in graph.initializer}
    folded = [(held[node.input[1]], held[node.input[2]]) for node in graph.node if node.op_type == "Conv"]
    heads = (net.say, net.hand)
    with torch.no_grad():
        for head, (weight, bias) in zip(heads, folded[-len(heads) :], strict=True):
            head.weight.copy_(weight)
            head.bias.copy_(bias)
        pairs = list(_pairs(net))
        parted = list(zip(pairs, folded[: -len(heads)], strict=False))
        for _, norm in pairs[len(parted) :]:
            norm.weight.fill_(0.1)
        for (conv, norm), (weight, bias) in parted:
            conv.weight.copy_(weight)
            norm.running_var.fill_(1 - norm.eps)
            norm.bias.copy_(bias)
        _normalise([norm for (_, norm), _ in parted], net, seen)


def _pairs(net: LineNet) -> Iterable[tuple[nn.Conv2d, nn.BatchNorm2d]]:
    convs = [one for one in net.modules() if isinstance(one, nn.Conv2d)]
    return zip(convs, (one for one in net.modules() if isinstance(one, nn.BatchNorm2d)), strict=False)


def _normalise(norms: list[nn.BatchNorm2d], net: LineNet, seen: Iterable[Tensor]) -> None:
    """Set each normalisation to what comes into it, changing nothing of what goes out."""
    sums = [torch.zeros(3, norm.num_features, dtype=torch.float64) for norm in norms]
    hooks = [norm.register_forward_pre_hook(_adding(told)) for norm, told in zip(norms, sums, strict=True)]
    net.eval()
    for batch in seen:
        net(batch)
    net.train()
    for norm, hook, (count, first, second) in zip(norms, hooks, sums, strict=True):
        hook.remove()
        mean, var = first / count, second / count - (first / count) ** 2
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(var)
        norm.weight.copy_((var + norm.eps).sqrt())
        norm.bias += mean


def _adding(told: Tensor) -> Callable[[nn.Module, tuple[Tensor]], None]:
    """Return what adds to `told` how many values a channel is given, their sum, and that of their squares."""

    def add(_: nn.Module, given: tuple[Tensor]) -> None:
        x = given[0].double()
        told[0] += x.numel() / x.shape[1]
        told[1] += x.sum((0, 2, 3))
        told[2] += (x * x).sum((0, 2, 3))

    return add
