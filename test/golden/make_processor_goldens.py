"""What the logits processors of transformers make of given logits, for the tests of src/core/decoding.

Writes test/fixtures/golden/logits-processors.json; run it with what test/golden/requirements.txt
names:

    python test/golden/make_processor_goldens.py
"""

import json
from pathlib import Path

import torch
import transformers
from transformers import GenerationConfig, GenerationMixin, PretrainedConfig

OUT = Path(__file__).parents[1] / "fixtures" / "golden" / "logits-processors.json"
VOCABULARY = 32
PREVIOUS = [5, 9, 5, 9, 2, 5, 9]
NONE = {
    "repetitionPenalty": 1.0,
    "noRepeatNgramSize": 0,
    "doSample": True,
    "temperature": 1.0,
    "topK": 0,
    "topP": 1.0,
    "numBeams": 1,
    "eosTokenIds": [],
}
CHANGES = [
    {"repetitionPenalty": 1.2},
    {"repetitionPenalty": 0.8},
    {"noRepeatNgramSize": 1},
    {"noRepeatNgramSize": 2},
    {"noRepeatNgramSize": 3},
    {"noRepeatNgramSize": 8},
    {"temperature": 0.7},
    {"temperature": 1.3},
    {"topK": 1},
    {"topK": 5},
    {"topK": 100},
    {"topK": 1, "numBeams": 3, "eosTokenIds": [1, 2]},
    {"topP": 0.01},
    {"topP": 0.01, "numBeams": 3, "eosTokenIds": [1, 2]},
    {"topP": 0.01, "numBeams": 3},
    {"topP": 0.3},
    {"topP": 0.5},
    {"topP": 0.9},
    {"topP": 0.999},
    {"topK": 6, "topP": 0.8},
    {"topK": 10, "topP": 0.9, "temperature": 0.6, "repetitionPenalty": 1.5, "noRepeatNgramSize": 2},
    {"topK": 5, "topP": 0.5, "temperature": 0.5, "doSample": False},
]


class Generator(GenerationMixin):
    config = PretrainedConfig()


def process(logits, options):
    """Applies exactly the processors that `generate` would, in its order."""
    config = GenerationConfig(
        repetition_penalty=options["repetitionPenalty"],
        no_repeat_ngram_size=options["noRepeatNgramSize"],
        do_sample=options["doSample"],
        temperature=options["temperature"],
        top_k=options["topK"],
        top_p=options["topP"],
        num_beams=options["numBeams"],
    )
    ends = options["eosTokenIds"]
    config._eos_token_tensor = torch.tensor(ends) if ends else None
    processors = Generator()._get_logits_processor(config, len(PREVIOUS))
    scores = processors(torch.tensor([PREVIOUS]), logits[None].clone())[0].tolist()
    # JSON has no infinity; null is what was ruled out.
    return [None if score == float("-inf") else float(f"{score:.7g}") for score in scores]


def main():
    generator = torch.Generator().manual_seed(3)
    uneven = torch.round(3 * torch.randn(VOCABULARY, generator=generator), decimals=3)
    # Many equal logits: what is kept at the border shows how ties are broken.
    ties = torch.round(torch.randn(VOCABULARY, generator=generator))
    cases = [
        {"logits": name, **NONE, **change, "processed": process(logits, {**NONE, **change})}
        for name, logits in [("uneven", uneven), ("ties", ties)]
        for change in CHANGES
    ]
    logits = {
        "uneven": [round(x, 3) for x in uneven.tolist()],
        "ties": [x + 0.0 for x in ties.tolist()],
    }
    lines = ",\n".join(json.dumps(case) for case in cases)
    OUT.write_text(
        f'{{"transformers": "{transformers.__version__}",\n"previous": {PREVIOUS},\n'
        f'"logits": {json.dumps(logits)},\n"cases": [\n{lines}\n]}}\n'
    )


if __name__ == "__main__":
    main()
