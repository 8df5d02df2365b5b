"""Writes the fixture folder known-heads: a GPT-2 of two layers whose weights are constructed, so that what each head
does is known. The vocabulary is letters; each text is read letter by letter.

    python make_known_heads.py [--out ../fixtures]

Every vector of the residual stream is three one-hot parts: the token, its position, and (written by the first
head) the token before. Layer normalisation scales all such vectors alike, so that scores are what they are made:

    layer 0: the token before | the first token (a sink) | copies of the token, itself among them
    layer 1: what followed an earlier copy (induction)   | all tokens evenly            | the token itself

The induction head writes what it finds over the token, so that the model continues a repetition.
"""

import argparse
import shutil
import warnings
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import GPT2Config, GPT2LMHeadModel, GPT2TokenizerFast

from make_models import describe, export_by_optimum, onnx_path, write_configs

SIZE = 32  # tokens of the vocabulary, positions, and dims of each part and of each head
TOKEN, POSITION, BEFORE = (slice(part * SIZE, (part + 1) * SIZE) for part in range(3))
SHARP = 12.0  # by how much a score stands out


def letters():
    end = "<|endoftext|>"
    pieces = [*"abcdefghijklmnopqrstuvwxyz", "\u0120", *".,'!", end]
    assert len(pieces) == SIZE
    tokenizer = Tokenizer(models.BPE({piece: i for i, piece in enumerate(pieces)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return GPT2TokenizerFast(
        tokenizer_object=tokenizer, bos_token=end, eos_token=end, unk_token=end, model_max_length=SIZE
    )


class Head:
    """One head's part of an attention layer: c_attn has queries, keys and values of all heads side by side."""

    def __init__(self, layer, number):
        self.attention = layer.attn
        width = 3 * SIZE
        self.columns = [slice(part * width + number * SIZE, part * width + (number + 1) * SIZE) for part in range(3)]
        self.rows = slice(number * SIZE, (number + 1) * SIZE)

    def looks(self, queries, keys, scale):
        """Scores queries (of a part of the stream) against keys, each a matrix [SIZE, SIZE] on that part."""
        (query_part, query), (key_part, key) = queries, keys
        gain = (SHARP * SIZE**0.5) ** 0.5 / scale
        self.attention.c_attn.weight[query_part, self.columns[0]] = gain * query
        self.attention.c_attn.weight[key_part, self.columns[1]] = gain * key

    def looks_at_first(self, scale):
        """Every query is the same: it asks for position 0."""
        self.attention.c_attn.bias[self.columns[0].start] = SHARP * SIZE**0.5 / scale
        self.attention.c_attn.weight[POSITION.start, self.columns[1].start] = 1.0

    def writes(self, source, target, amount, scale):
        self.attention.c_attn.weight[source, self.columns[2]] = torch.eye(SIZE)
        self.attention.c_proj.weight[self.rows, target] = amount * torch.eye(SIZE) / scale


@torch.no_grad()
def known_heads():
    tokenizer = letters()
    config = GPT2Config(
        vocab_size=SIZE,
        n_positions=SIZE,
        n_embd=3 * SIZE,
        n_layer=2,
        n_head=3,
        n_inner=4,
        bos_token_id=tokenizer.eos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        architectures=["GPT2LMHeadModel"],
    )
    model = GPT2LMHeadModel._from_config(config, attn_implementation="eager").eval()
    for name, parameter in model.named_parameters():
        parameter.fill_(1.0 if ".ln_" in name and name.endswith("weight") else 0.0)
    one = torch.eye(SIZE)
    model.transformer.wte.weight[:, TOKEN] = one
    model.transformer.wpe.weight[:, POSITION] = one

    def scale_of(parts):  # of normalised one-hot vectors of so many parts
        mean = parts / (3 * SIZE)
        return 1 / (mean - mean**2) ** 0.5

    first, second = model.transformer.h
    scale = scale_of(2)
    shifted = torch.roll(one, 1, dims=1)  # position j asks as j + 1
    before = Head(first, 0)
    before.looks((POSITION, one), (POSITION, shifted), scale)
    before.writes(TOKEN, BEFORE, 1.0, scale)
    Head(first, 1).looks_at_first(scale)
    Head(first, 2).looks((TOKEN, one), (TOKEN, one), scale)

    scale = scale_of(3)
    induction = Head(second, 0)
    induction.looks((TOKEN, one), (BEFORE, one), scale)
    induction.writes(TOKEN, TOKEN, 3.0, scale)
    # The second head's scores are all 0.
    Head(second, 2).looks((POSITION, one), (POSITION, one), scale)
    return model, tokenizer


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "fixtures")
    folder = parser.parse_args().out / "known-heads"
    warnings.filterwarnings("ignore")
    torch.manual_seed(0)
    torch.set_num_threads(1)
    if folder.exists():
        shutil.rmtree(folder)
    model, tokenizer = known_heads()
    write_configs(folder, model, tokenizer)
    export_by_optimum(model, "text-generation-with-past", onnx_path(folder))
    describe(folder)


if __name__ == "__main__":
    main()
