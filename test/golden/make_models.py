"""Writes the fixture model folders (Hugging Face layout) from small_models.py.

    python make_models.py [--out ../fixtures] [NAME ...]
"""

import argparse
import shutil
import tempfile
import warnings
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.float16 import convert_float_to_float16
from onnxruntime.transformers.fusion_options import FusionOptions
from optimum.exporters.onnx import export, onnx_export_from_model
from optimum.exporters.onnx.model_configs import GPT2OnnxConfig
from optimum.onnx import merge_decoders
from transformers import DynamicCache

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


def gpt2_merged(folder):
    """The older form: with and without past as the branches of one If, chosen by use_cache_branch."""
    _, tokenizer = small_models.gpt2()
    with tempfile.TemporaryDirectory() as work:
        parts = []
        for name, with_past in (("decoder_model", False), ("decoder_with_past_model", True)):
            model, _ = small_models.gpt2()
            config = GPT2OnnxConfig(
                model.config, task="text-generation", use_past=True, use_past_in_inputs=with_past
            )
            parts.append(Path(work) / f"{name}.onnx")
            export(model, config, parts[-1], opset=14)
        write_configs(folder, model, tokenizer)
        merge_decoders(*parts, save_path=onnx_path(folder, "decoder_model_merged"), strict=False)


class FlatCausal(torch.nn.Module):
    """A causal model with its past as plain tensors: key and value of each layer in turn."""

    def __init__(self, model, with_positions):
        super().__init__()
        self.model = model
        self.with_positions = with_positions

    def forward(self, input_ids, attention_mask, *rest):
        position_ids = None  # transformers then counts from the length of the past
        if self.with_positions:
            position_ids, *rest = rest
        else:
            attention_mask = self.additive_mask(input_ids, attention_mask, rest[0].shape[2])
        past = DynamicCache.from_legacy_cache(tuple(zip(rest[0::2], rest[1::2])))
        output = self.model(
            input_ids=input_ids,
            attention_mask=attention_mask,
            position_ids=position_ids,
            past_key_values=past,
            use_cache=True,
        )
        present = output.past_key_values.to_legacy_cache()
        return (output.logits, *(tensor for pair in present for tensor in pair))

    @staticmethod
    def additive_mask(input_ids, attention_mask, past_length):
        """The causal mask [batch, 1, new, past + new]; transformers' own can't be traced by TorchScript."""
        new_length = input_ids.shape[1]
        keys = torch.arange(past_length + new_length)
        queries = torch.arange(new_length) + past_length
        seen = (keys[None] <= queries[:, None])[None, None] & attention_mask[:, None, None, :].bool()
        return torch.where(seen, 0.0, torch.finfo(torch.float32).min)


def export_causal_by_torch(model, target, with_positions, dynamo, opset):
    config = model.config
    layers = [f"{i}.{kind}" for i in range(config.n_layer) for kind in ("key", "value")]
    past = [f"past_key_values.{layer}" for layer in layers]
    present = [f"present.{layer}" for layer in layers]
    past_length, new_length = 5, 3
    head_size = config.n_embd // config.n_head
    inputs = {
        "input_ids": torch.randint(0, config.vocab_size, (2, new_length)),
        "attention_mask": torch.ones(2, past_length + new_length, dtype=torch.long),
    }
    if with_positions:
        inputs["position_ids"] = torch.arange(past_length, past_length + new_length).repeat(2, 1)
    for name in past:
        inputs[name] = torch.randn(2, config.n_head, past_length, head_size)

    new_axes = {0: "batch_size", 1: "sequence_length"}
    total_axes = {0: "batch_size", 1: "total_sequence_length"}
    axes = {name: new_axes for name in inputs if not name.startswith("past")}
    axes["attention_mask"] = total_axes
    axes.update({name: {0: "batch_size", 2: "past_sequence_length"} for name in past})
    common = {
        "input_names": list(inputs),
        "output_names": ["logits", *present],
        "opset_version": opset,
        "dynamo": dynamo,
    }
    flat = FlatCausal(model, with_positions).eval()
    if dynamo:
        first = [axes[name] for name in list(inputs)[:2]]
        rest = tuple(axes[name] for name in list(inputs)[2:])
        program = torch.onnx.export(
            flat, tuple(inputs.values()), dynamic_shapes=(*first, rest), **common
        )
        for node in program.model.graph:  # stack traces, with paths of the exporting machine
            node.metadata_props.clear()
        program.save(str(target))
    else:
        axes["logits"] = new_axes
        axes.update({name: {0: "batch_size", 2: "total_sequence_length"} for name in present})
        torch.onnx.export(flat, tuple(inputs.values()), str(target), dynamic_axes=axes, **common)


def gpt2_no_position_ids(folder):
    """torch.onnx (TorchScript), opset 17; positions are counted from the length of the past."""
    model, tokenizer = small_models.gpt2()
    write_configs(folder, model, tokenizer)
    export_causal_by_torch(model, onnx_path(folder), with_positions=False, dynamo=False, opset=17)


def gpt2_dynamo(folder):
    """torch.onnx (torch.export), opset 18, with position_ids."""
    model, tokenizer = small_models.gpt2()
    write_configs(folder, model, tokenizer)
    export_causal_by_torch(model, onnx_path(folder), with_positions=True, dynamo=True, opset=18)


def gpt2_int8(folder):
    """gpt2-optimum's graph with weights in int8 and dynamic activations, as most int8 exports are made."""
    model, tokenizer = small_models.gpt2()
    write_configs(folder, model, tokenizer)
    with tempfile.TemporaryDirectory() as work:
        source = Path(work) / "source.onnx"
        export_by_optimum(model, "text-generation-with-past", source)
        # Seven bits keep the sums from saturating on processors without VNNI: same figures everywhere.
        quantize_dynamic(
            source,
            onnx_path(folder, "model_quantized"),
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
        )


def gpt2_fp16(folder):
    """gpt2-optimum's graph in half precision; past, present and logits too."""
    model, tokenizer = small_models.gpt2()
    write_configs(folder, model, tokenizer)
    with tempfile.TemporaryDirectory() as work:
        source = Path(work) / "source.onnx"
        export_by_optimum(model, "text-generation-with-past", source)
        half = convert_float_to_float16(onnx.load(source), keep_io_types=False)
        onnx.save(half, onnx_path(folder, "model_fp16"))


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


def bert_fused(folder):
    """bert-masked's graph through onnxruntime's optimizer: com.microsoft.Attention, no Softmax."""
    model, tokenizer = small_models.bert_masked()
    write_configs(folder, model, tokenizer)
    with tempfile.TemporaryDirectory() as work:
        source = Path(work) / "source.onnx"
        export_by_optimum(model, "fill-mask", source)
        fused = optimizer.optimize_model(
            str(source), model_type="bert", num_heads=4, hidden_size=small_models.HIDDEN, opt_level=0
        )
        fused.save_model_to_file(str(onnx_path(folder)))


def bert_forms(folder):
    """bert-masked's graph as conversions reduce it, and with com.microsoft.MultiHeadAttention."""
    model, tokenizer = small_models.bert_masked()
    write_configs(folder, model, tokenizer)
    with tempfile.TemporaryDirectory() as work:
        source = Path(work) / "source.onnx"
        export_by_optimum(model, "fill-mask", source)
        quantize_dynamic(
            source, onnx_path(folder, "model_int8"), weight_type=QuantType.QInt8, reduce_range=True
        )
        blocks = MatMulNBitsQuantizer(onnx.load(source), bits=4, block_size=32, is_symmetric=True)
        blocks.process()
        blocks.model.save_model_to_file(str(onnx_path(folder, "model_q4")), False)
        options = FusionOptions("bert")
        options.use_multi_head_attention = True
        fused = optimizer.optimize_model(
            str(source),
            model_type="bert",
            num_heads=4,
            hidden_size=small_models.HIDDEN,
            opt_level=0,
            optimization_options=options,
        )
        fused.save_model_to_file(str(onnx_path(folder, "model_fused")))


MAKERS = {
    "gpt2-optimum": gpt2_optimum,
    "gpt2-merged": gpt2_merged,
    "gpt2-no-position-ids": gpt2_no_position_ids,
    "gpt2-dynamo": gpt2_dynamo,
    "gpt2-int8": gpt2_int8,
    "gpt2-fp16": gpt2_fp16,
    "bert-masked": bert_masked,
    "bert-masked-torch": bert_masked_torch,
    "bert-fused": bert_fused,
    "bert-forms": bert_forms,
    "bert-sentiment": bert_sentiment,
    "roberta-masked": roberta_masked,
    "distilbert-sentiment": distilbert_sentiment,
}


def describe(folder):
    for path in sorted(folder.glob("onnx/*.onnx")):
        model = onnx.load(path)
        graph = model.graph
        opsets = ", ".join(f"{o.domain or 'ai.onnx'} {o.version}" for o in model.opset_import)
        nodes = list(graph.node)
        for node in nodes:  # with those inside If
            for attribute in node.attribute:
                nodes.extend(attribute.g.node)
        softmax = [node.output[0] for node in nodes if node.op_type == "Softmax"]
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
