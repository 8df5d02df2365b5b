"""Reads PyTorch weights back from an exported graph, float32 or int8, so that a training can go on from the files
that ship (`train.py --start FOLDER`)."""

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper

from files import expected


def tensors(graph):
    """The weights of an ONNX graph by name, int8 ones multiplied out with their scales and zero points."""
    found = {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy()) for tensor in graph.initializer}
    for name in [name for name in found if name.endswith('_quantized')]:
        stem = name.removesuffix('_quantized')
        offsets = found.pop(f'{stem}_zero_point').float()
        found[stem] = (found.pop(name).float() - offsets) * found.pop(f'{stem}_scale')
    return found


def state_dict(folder):
    """The state dict of the model whose graph lies in `folder`/onnx, as `export.py` wrote it.

    Weights that the exporter folded lost their names: they are found by the node that multiplies with them, whose
    name is the module's path, and turned back.
    """
    exact = Path(folder) / 'onnx' / 'model.onnx'
    advice = '--start is the folder of a model that export.py wrote'
    path = exact if exact.exists() else expected(folder, 'onnx/model_quantized.onnx', advice)
    graph = onnx.load(path).graph
    found = tensors(graph)
    state = {}
    for name, tensor in found.items():
        if name.startswith('model.'):
            turned = name.endswith('_Transposed')
            state[name.removeprefix('model.').removesuffix('_Transposed')] = tensor.T if turned else tensor
    for node in graph.node:
        weight = node.input[1].removesuffix('_quantized') if len(node.input) > 1 else ''
        named = node.op_type in ('MatMul', 'MatMulInteger') and node.name.startswith('/model/')
        if named and weight.startswith('onnx::') and weight in found:
            module = node.name.removeprefix('/model/').rpartition('/')[0].replace('/', '.')
            state[f'{module}.weight'] = found[weight].T
    return {name: tensor.contiguous() for name, tensor in state.items()}


def restore(model, folder):
    """Loads the weights of the exported model in `folder` into `model`. Raises RuntimeError where one is missing."""
    missing, unexpected = model.load_state_dict(state_dict(folder), strict=False)
    # The same tensors by other names: GPT-2's head is its embedding, BERT's decoder has the head's bias.
    missing = [name for name in missing if name not in ('lm_head.weight', 'cls.predictions.decoder.bias')]
    if missing or unexpected:
        raise RuntimeError(f'{folder} is no export of this model: missing {missing}, unexpected {unexpected}')
