"""Writes test/fixtures/golden/attention.json: the attention of the other families, as transformers computes it
(eager), and of reduced forms of one graph, as onnxruntime computes it on that very file.

    python make_attention_goldens.py
"""

import warnings

import numpy as np
import torch

import small_families
import small_models
from golden_files import rounded, versions, write
from make_goldens import FIXTURES, Graph, forward

TEXT = "The old lighthouse stood."
TARGET = "The lamp was lit."

FAMILIES = {
    "albert-masked": small_families.albert_masked,
    "bigbird-masked": small_families.bigbird_masked,
    "distilbert-masked": small_families.distilbert_masked,
    "electra-generator": small_families.electra_generator,
    "gpt-neo": small_families.gpt_neo,
    "llama": small_families.llama,
    "opt": small_families.opt,
    "qwen2": small_families.qwen2,
    "smollm": small_families.smollm,
}

ENCODER_DECODERS = {
    "bart": small_families.bart,
    "marian": small_families.marian,
    "t5": small_families.t5,
}


def part(attentions):
    weights = torch.cat(attentions)
    return {"shape": list(weights.shape), "attentions": rounded(weights)}


def of_family(build):
    model, tokenizer = build()
    model.set_attn_implementation("eager")
    ids = tokenizer(TEXT).input_ids
    return {"text": TEXT, "ids": ids, **part(forward(model, ids).attentions)}


@torch.no_grad()
def of_encoder_decoder(build):
    """The decoder reads its start token and then the target, as it does when it has written that."""
    model, tokenizer = build()
    model.set_attn_implementation("eager")
    ids = tokenizer(TEXT).input_ids
    target = tokenizer(text_target=TARGET).input_ids
    assert target[-1] == tokenizer.eos_token_id
    target = target[:-1]
    start = model.generation_config.decoder_start_token_id
    found = model(
        input_ids=torch.tensor([ids]),
        decoder_input_ids=torch.tensor([[start, *target]]),
        output_attentions=True,
    )
    return {
        "text": TEXT,
        "ids": ids,
        "target": TARGET,
        "targetIds": [start, *target],
        "encoder": part(found.encoder_attentions),
        "decoder": part(found.decoder_attentions),
        "cross": part(found.cross_attentions),
    }


def of_file(path):
    _, tokenizer = small_models.bert_masked()
    ids = tokenizer(TEXT).input_ids
    weights = np.stack(Graph(path).run(ids)[1])
    return {"text": TEXT, "ids": ids, "shape": list(weights.shape), "attentions": rounded(weights)}


def main():
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    forms = [FIXTURES / "bert-forms" / "onnx" / f"model_{form}.onnx" for form in ("int8", "q4")]
    write(
        "attention",
        {
            "versions": versions(),
            "families": {name: of_family(build) for name, build in FAMILIES.items()},
            "encoderDecoders": {
                name: of_encoder_decoder(build) for name, build in ENCODER_DECODERS.items()
            },
            "forms": {path.stem: of_file(path) for path in forms},
        },
    )


if __name__ == "__main__":
    main()
