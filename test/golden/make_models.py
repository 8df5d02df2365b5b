"""Writes the fixture model folders (Hugging Face layout) from small_models.py.

    python make_models.py [--out ../fixtures] [NAME ...]
"""

import argparse
import shutil
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from optimum.exporters.onnx import onnx_export_from_model

import small_models

OPSET = 18


def write_configs(folder, model, tokenizer):
    """config.json, generation_config.json (causal models) and the tokenizer's files."""
    folder.mkdir(parents=True, exist_ok=True)
    model.config.save_pretrained(folder)
    if model.can_generate():
        model.generation_config.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def onnx_path(folder, name="model"):
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    return folder / "onnx" / f"{name}.onnx"


def export_by_optimum(model, task, target, **more):
    with tempfile.TemporaryDirectory() as work:
        onnx_export_from_model(model, work, task=task, opset=OPSET, do_validation=False, **more)
        shutil.copyfile(Path(work) / "model.onnx", target)


def gpt2_optimum(folder):
    """`optimum-cli export onnx --task text-generation-with-past`: one graph with past and positions."""
    model, tokenizer = small_models.gpt2()
    write_configs(folder, model, tokenizer)
    export_by_optimum(model, "text-generation-with-past", onnx_path(folder))


def bert_masked(folder):
    """`optimum-cli export onnx --task fill-mask`."""
    model, tokenizer = small_models.bert_masked()
    write_configs(folder, model, tokenizer)
    export_by_optimum(model, "fill-mask", onnx_path(folder))


def roberta_masked(folder):
    """`optimum-cli export onnx --task fill-mask`; no token_type_ids."""
    model, tokenizer = small_models.roberta_masked()
    write_configs(folder, model, tokenizer)
    export_by_optimum(model, "fill-mask", onnx_path(folder))


def distilbert_sentiment(folder):
    """`optimum-cli export onnx --task text-classification`; no token_type_ids."""
    model, tokenizer = small_models.distilbert_sentiment()
    write_configs(folder, model, tokenizer)
    export_by_optimum(model, "text-classification", onnx_path(folder))


def export_encoder_by_torch(model, tokenizer, target, opset):
    """`torch.onnx.export` through TorchScript, as most tutorials do it."""
    example = tokenizer("The lamp was lit.", return_tensors="pt")
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {0: "batch", 1: "sequence"}
    dynamic = {name: axes for name in names}
    dynamic["logits"] = axes if model.config.architectures[0].endswith("MaskedLM") else {0: "batch"}

    class Flat(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, input_ids, attention_mask, token_type_ids):
            return self.model(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            ).logits

    torch.onnx.export(
        Flat().eval(),
        tuple(example[name] for name in names),
        str(target),
        input_names=names,
        output_names=["logits"],
        dynamic_axes=dynamic,
        opset_version=opset,
        dynamo=False,
    )


def bert_sentiment(folder):
    """torch.onnx (TorchScript), opset 17; three named labels."""
    model, tokenizer = small_models.bert_sentiment()
    write_configs(folder, model, tokenizer)
    export_encoder_by_torch(model, tokenizer, onnx_path(folder), opset=17)


def bert_masked_torch(folder):
    """The weights of bert-masked by torch.onnx (TorchScript), opset 11: LayerNorm in its parts."""
    model, tokenizer = small_models.bert_masked()
    write_configs(folder, model, tokenizer)
    export_encoder_by_torch(model, tokenizer, onnx_path(folder), opset=11)


MAKERS = {
    "gpt2-optimum": gpt2_optimum,
    "bert-masked": bert_masked,
    "bert-masked-torch": bert_masked_torch,
    "bert-sentiment": bert_sentiment,
    "roberta-masked": roberta_masked,
    "distilbert-sentiment": distilbert_sentiment,
}


def describe(folder):
    for path in sorted(folder.glob("onnx/*.onnx")):
        model = onnx.load(path)
        graph = model.graph
        opsets = ", ".join(f"{o.domain or 'ai.onnx'} {o.version}" for o in model.opset_import)
        softmax = [node.output[0] for node in graph.node if node.op_type == "Softmax"]
        print(f"{folder.name}/{path.name}: {path.stat().st_size} bytes, opset {opsets}, IR {model.ir_version}")
        print("  inputs ", [value.name for value in graph.input])
        print("  outputs", [value.name for value in graph.output])
        print("  softmax", softmax)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "fixtures")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(MAKERS)}; default all")
    args = parser.parse_args()
    warnings.filterwarnings("ignore")
    torch.manual_seed(0)
    torch.set_num_threads(1)
    for name in args.names or MAKERS:
        folder = args.out / name
        if folder.exists():
            shutil.rmtree(folder)
        MAKERS[name](folder)
        describe(folder)


if __name__ == "__main__":
    main()
