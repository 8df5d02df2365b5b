"""Writes the fixture folders of the other families from small_families.py.

    python make_family_models.py [--out ../fixtures] [NAME ...]
"""

import argparse
import shutil
import tempfile
import warnings
from pathlib import Path

import torch
from optimum.exporters.onnx import onnx_export_from_model

import small_families
from make_models import OPSET, describe

# Beside tokenizer.json, which has everything.
NOT_KEPT = ["vocab.txt", "vocab.json", "merges.txt", "spiece.model"]


def write_configs(folder, model, tokenizer):
    folder.mkdir(parents=True)
    model.config.save_pretrained(folder)
    if model.can_generate():
        model.generation_config.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    for name in NOT_KEPT:
        (folder / name).unlink(missing_ok=True)


def by_optimum(build, task, keep=("model",), opset=OPSET, name=None):
    """`optimum-cli export onnx --task TASK`, and which of its files the folder gets."""

    def make(folder):
        model, tokenizer = build()
        write_configs(folder, model, tokenizer)
        (folder / "onnx").mkdir()
        with tempfile.TemporaryDirectory() as work:
            onnx_export_from_model(model, work, task=task, opset=opset, do_validation=False)
            for file in keep:
                shutil.copyfile(Path(work) / f"{file}.onnx", folder / "onnx" / f"{name or file}.onnx")

    return make


def by_torch(build, outputs, axes):
    """`torch.onnx.export` (TorchScript), with all heads of a pretraining class."""

    def make(folder):
        model, tokenizer = build()
        write_configs(folder, model, tokenizer)
        (folder / "onnx").mkdir()
        example = tokenizer("The lamp was lit.", "It was dark.", return_tensors="pt", return_token_type_ids=True)
        names = ["input_ids", "attention_mask", "token_type_ids"]

        class Flat(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.model = model

            def forward(self, input_ids, attention_mask, token_type_ids):
                found = self.model(
                    input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
                )
                return tuple(found[output] for output in outputs)

        dynamic = {name: {0: "batch", 1: "sequence"} for name in names}
        dynamic.update({output: axes[output] for output in outputs})
        torch.onnx.export(
            Flat().eval(),
            tuple(example[name] for name in names),
            str(folder / "onnx" / "model.onnx"),
            input_names=names,
            output_names=list(outputs),
            dynamic_axes=dynamic,
            opset_version=17,
            dynamo=False,
        )

    return make


WORDS = {0: "batch", 1: "sequence"}
SPLIT = ("encoder_model", "decoder_model", "decoder_with_past_model")
MERGED = ("encoder_model", "decoder_model_merged")
CAUSAL = "text-generation-with-past"
REWRITE = "text2text-generation-with-past"

MAKERS = {
    "gpt-neo": by_optimum(small_families.gpt_neo, CAUSAL),
    "opt": by_optimum(small_families.opt, CAUSAL),
    "llama": by_optimum(small_families.llama, CAUSAL),
    "smollm": by_optimum(small_families.smollm, CAUSAL),
    "qwen2": by_optimum(small_families.qwen2, CAUSAL),
    "albert-masked": by_optimum(small_families.albert_masked, "fill-mask"),
    "electra-generator": by_optimum(small_families.electra_generator, "fill-mask"),
    "bigbird-masked": by_optimum(small_families.bigbird_masked, "fill-mask"),
    "distilbert-masked": by_optimum(small_families.distilbert_masked, "fill-mask"),
    "bert-pretraining": by_torch(
        small_families.bert_pretraining,
        ["prediction_logits", "seq_relationship_logits"],
        {"prediction_logits": WORDS, "seq_relationship_logits": {0: "batch"}},
    ),
    "albert-order": by_torch(
        small_families.albert_order,
        ["prediction_logits", "sop_logits"],
        {"prediction_logits": WORDS, "sop_logits": {0: "batch"}},
    ),
    "bert-next-sentence": by_torch(
        small_families.bert_next_sentence, ["logits"], {"logits": {0: "batch"}}
    ),
    "bert-answer": by_optimum(small_families.bert_answer, "question-answering"),
    "roberta-answer": by_optimum(small_families.roberta_answer, "question-answering"),
    "t5": by_optimum(small_families.t5, REWRITE, SPLIT),
    "t5-merged": by_optimum(small_families.t5, REWRITE, MERGED),
    "bart": by_optimum(small_families.bart, REWRITE, SPLIT),
    "bart-merged": by_optimum(small_families.bart, REWRITE, MERGED),
    "marian": by_optimum(small_families.marian, REWRITE, MERGED),
}


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
