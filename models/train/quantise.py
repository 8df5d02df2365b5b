"""Quantises `onnx/model.onnx` of exported model folders to int8 weights in `onnx/model_quantized.onnx`.

    python quantise.py FOLDER... [--keep-float]

Dynamic quantisation: weights are int8, one scale a column; activations are quantised as they come. The weights
use 7 of the 8 bits, because processors without VNNI add two products in 16 bits, which 8 bits can overflow.
"""

import argparse

from onnxruntime.quantization import QuantType, quantize_dynamic

from files import expected


def quantise(folder):
    """Writes the quantised graph of one model folder; returns the paths of the float32 graph and of this one."""
    source = expected(folder, 'onnx/model.onnx', 'export.py writes it')
    target = source.with_name('model_quantized.onnx')
    quantize_dynamic(
        source,
        target,
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        extra_options={'MatMulConstBOnly': True},
    )
    return source, target


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument('folders', nargs='+')
    arguments.add_argument('--keep-float', action='store_true', help='leave the float32 graph beside it')
    args = arguments.parse_args()
    for folder in args.folders:
        source, target = quantise(folder)
        print(f'{target}: {target.stat().st_size / 1e6:.1f} MB')
        if not args.keep_float:
            source.unlink()


if __name__ == '__main__':
    main()
