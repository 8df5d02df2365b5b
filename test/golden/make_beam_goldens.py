"""Beam searches by transformers over a model that is only a table, for the tests of src/core/decoding.

The model's logits for the next token are the row (last token + number of tokens) modulo the size of
the vocabulary: were it the last token alone, texts with the same pairs of tokens in another order
would be equally probable. Writes test/fixtures/golden/beam-search.json; run it with what
test/golden/requirements.txt names:

    python test/golden/make_beam_goldens.py
"""

import itertools
import json
from pathlib import Path

import torch
import transformers
from transformers import GenerationMixin, PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutput

VOCABULARY = 24
PROMPT = [3, 1, 4]
OUT = Path(__file__).parents[1] / "fixtures" / "golden" / "beam-search.json"


class TableConfig(PretrainedConfig):
    model_type = "table"

    def __init__(self, vocab_size=VOCABULARY, **rest):
        self.vocab_size = vocab_size
        self.hidden_size = self.num_hidden_layers = self.num_attention_heads = 1
        super().__init__(**rest)


class TableModel(PreTrainedModel, GenerationMixin):
    config_class = TableConfig

    def __init__(self, config, table):
        super().__init__(config)
        self.table = torch.nn.Parameter(table, requires_grad=False)

    def forward(self, input_ids, attention_mask=None, **_):
        lengths = 1 + torch.arange(input_ids.shape[1])
        return CausalLMOutput(logits=self.table[(input_ids + lengths) % VOCABULARY])

    def prepare_inputs_for_generation(self, input_ids, attention_mask=None, **_):
        return {"input_ids": input_ids}


def make_table(seed):
    """Uneven logits in which the last tokens, the ones that end a text, come up now and then."""
    logits = 2.5 * torch.randn(
        VOCABULARY, VOCABULARY, generator=torch.Generator().manual_seed(seed)
    )
    logits[:, -2:] += 1.5
    return torch.round(logits, decimals=3)


def search(model, options):
    # An empty list of end tokens is what a model without one has.
    ends = options["eosTokenIds"]
    result = model.generate(
        torch.tensor([PROMPT]),
        attention_mask=torch.ones(1, len(PROMPT), dtype=torch.long),
        num_beams=options["numBeams"],
        num_return_sequences=options["numBeams"],
        length_penalty=options["lengthPenalty"],
        early_stopping=options["earlyStopping"],
        max_new_tokens=options["maxNewTokens"],
        repetition_penalty=options["repetitionPenalty"],
        no_repeat_ngram_size=options["noRepeatNgramSize"],
        eos_token_id=ends or None,
        pad_token_id=0,
        do_sample=False,
        use_cache=False,
        return_dict_in_generate=True,
        output_scores=True,
    )
    hypotheses = []
    for sequence, beams, score in zip(
        result.sequences, result.beam_indices, result.sequences_scores
    ):
        if score.item() < -1e8:  # a place that no finished beam took
            continue
        length = int((beams >= 0).sum())
        tokens = sequence[len(PROMPT) : len(PROMPT) + length].tolist()
        hypotheses.append({"tokens": tokens, "score": float(f"{score.item():.7g}")})
    return {**options, "steps": len(result.scores), "hypotheses": hypotheses}


def main():
    tables, cases = [], []
    for number, seed in enumerate([11, 12]):
        table = make_table(seed)
        tables.append([[round(x, 3) for x in row] for row in table.tolist()])
        model = TableModel(TableConfig(), table).eval()
        common = {"table": number, "prompt": PROMPT}
        for beams, penalty, early, ends in itertools.product(
            [2, 3, 5], [-1.0, 0.0, 1.0, 2.0], [False, True, "never"], [[], [23], [22, 23]]
        ):
            options = {
                "numBeams": beams,
                "lengthPenalty": penalty,
                "earlyStopping": early,
                "eosTokenIds": ends,
                "maxNewTokens": 12,
                "repetitionPenalty": 1.0,
                "noRepeatNgramSize": 0,
            }
            cases.append(search(model, {**common, **options}))
            if penalty == 1.0:
                processed = {**options, "repetitionPenalty": 1.3, "noRepeatNgramSize": 2}
                cases.append(search(model, {**common, **processed}))
        for length in [1, 2]:
            options = {**options, "maxNewTokens": length}
            cases.append(search(model, {**common, **options}))
    # One case a line keeps the file small and its changes readable.
    lines = ",\n".join(json.dumps(case) for case in cases)
    rows = ",\n".join(json.dumps(table) for table in tables)
    OUT.write_text(
        f'{{"transformers": "{transformers.__version__}",\n"tables": [\n{rows}\n],\n'
        f'"cases": [\n{lines}\n]}}\n'
    )


if __name__ == "__main__":
    main()
