"""Writes test/fixtures/golden/fillings.json: several masks filled together, and the tokens expected at each place.

    python make_filling_goldens.py

The joint fillings come from an exhaustive search by PyTorch: for two masks, every pair of tokens in both orders, and
of the two orders the more probable one. What the extension doesn't write is left out: special tokens, white space,
parts of characters, and pieces of words where a word begins.
"""

import itertools
import re
import warnings

import torch

import small_models
from golden_files import rounded, versions, write
from make_goldens import forward


@torch.no_grad()
def log_probabilities(model, rows, position):
    """[rows, vocabulary]"""
    found = [
        model(input_ids=torch.tensor(rows[start : start + 64])).logits[:, position].log_softmax(-1)
        for start in range(0, len(rows), 64)
    ]
    return torch.cat(found)


def writable(tokenizer, left):
    """The ids that may stand behind `left`."""
    ids = []
    wordpiece = tokenizer.mask_token == "[MASK]"
    for token, token_id in tokenizer.get_vocab().items():
        text = tokenizer.decode([token_id])
        continues = token.startswith("##") if wordpiece else not text.startswith(" ")
        if token_id in tokenizer.all_special_ids or not text.strip() or "\ufffd" in text:
            continue
        begins = (left == "" and wordpiece) or left[-1:].isspace()
        if not (begins and continues):
            ids.append(token_id)
    return sorted(ids)


def pairs(model, tokenizer, text, count):
    """The best fillings of two masks, in the better of the two orders."""
    ids = tokenizer(text).input_ids
    first, second = [at for at, token in enumerate(ids) if token == tokenizer.mask_token_id]
    lefts = [text[: match.start()] for match in re.finditer(re.escape(tokenizer.mask_token), text)]
    allowed = [writable(tokenizer, left) for left in lefts]
    joint = {}
    for at, other, own, others in ((first, second, *allowed), (second, first, *allowed[::-1])):
        alone = log_probabilities(model, [ids], at)[0]
        rows = []
        for token in own:
            row = list(ids)
            row[at] = token
            rows.append(row)
        after = log_probabilities(model, rows, other)
        for index, token in enumerate(own):
            for candidate in others:
                key = (token, candidate) if at == first else (candidate, token)
                value = (alone[token] + after[index, candidate]).item()
                joint[key] = max(joint.get(key, -float("inf")), value)
    best = sorted(joint.items(), key=lambda item: -item[1])[: count + 1]
    values = [value for _, value in best]
    assert min(a - b for a, b in itertools.pairwise(values)) > 1e-4, f"too close to a tie: {text}"
    return [{"ids": list(key), "logprob": rounded(value)} for key, value in best[:count]]


def expected(model, tokenizer, text, masked):
    """The three most probable tokens at each place and their probabilities."""
    ids = tokenizer(text).input_ids
    if not masked:
        ids = [tokenizer.bos_token_id, *ids]
    special = tokenizer.get_special_tokens_mask(ids, already_has_special_tokens=True) if masked else None
    places = []
    for at in range(len(ids)):
        if masked and special[at] or not masked and at == 0:
            continue
        if masked:
            row = list(ids)
            row[at] = tokenizer.mask_token_id
            probabilities = forward(model, row).logits[0, at].softmax(-1)
        else:
            probabilities = forward(model, ids[:at]).logits[0, -1].softmax(-1)
        best = probabilities.topk(4)
        assert (best.values[:-1] - best.values[1:]).min() > 1e-6, "too close to a tie"
        places.append({"ids": best.indices[:3].tolist(), "probabilities": rounded(best.values[:3])})
    return {"text": text, "places": places}


def main():
    warnings.filterwarnings("ignore")
    torch.set_num_threads(2)
    content = {"versions": versions(["torch", "transformers"]), "pairs": {}, "expected": {}}
    text = "The old lighthouse stood at the edge."
    for name, builder in (("bert-masked", small_models.bert_masked), ("roberta-masked", small_models.roberta_masked)):
        model, tokenizer = builder()
        mask = tokenizer.mask_token
        content["pairs"][name] = [
            {"text": masked, "fillings": pairs(model, tokenizer, masked, 5)}
            for masked in (f"The old {mask} stood at the {mask}.", f"Good {mask}, said the {mask} again.")
        ]
        content["expected"][name] = expected(model, tokenizer, text, masked=True)
    model, tokenizer = small_models.gpt2()
    content["expected"]["gpt2-optimum"] = expected(model, tokenizer, text, masked=False)
    write("fillings", content)


if __name__ == "__main__":
    main()
