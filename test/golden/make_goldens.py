"""Writes test/fixtures/golden/MODEL.json: what Python's transformers gives on the fixtures' weights.

    python make_goldens.py [NAME ...]

The figures come from PyTorch (eager attention); the ONNX files of the fixtures are run beside it and
their largest difference is recorded, so a graph that doesn't belong to the weights is noticed here.
"""

import argparse
import copy
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from transformers import (
    LogitsProcessorList,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

import small_models
from golden_files import rounded, utf16_spans, versions, write

FIXTURES = Path(__file__).parent.parent / "fixtures"

TEXTS = [
    "The old lighthouse stood at the edge of the bay.",
    "Good morning 😀 said the keeper 👩🏽‍🚀, and went up.",
    "Le café était fermé; la creperie de Zoe\u0308 aussi.",
    "灯台の光 — and the lighthouse 灯塔 again。",
    "One line\r\nand another line\r\n\r\nand the last",
    "\tlet total = 0;\n\t\ttotal += 14;",
    "  two  spaces  everywhere  ",
    "",
]


ATTENTION_TEXTS = ["The old lighthouse stood.", "Le café 😀\r\n"]


# --- running the ONNX files -----------------------------------------------------------------------


class Graph:
    """A fixture's graph, with the Softmax outputs of its main graph exposed."""

    def __init__(self, path):
        model = onnx.load(path)
        types = {value.name: value.type.tensor_type.elem_type for value in model.graph.output}
        self.attention_names = [node.output[0] for node in model.graph.node if node.op_type == "Softmax"]
        for name in self.attention_names:
            output = onnx.helper.make_tensor_value_info(name, types["logits"], None)
            model.graph.output.append(output)
        self.session = onnxruntime.InferenceSession(model.SerializeToString())
        self.inputs = {value.name: value for value in self.session.get_inputs()}
        self.presents = [name for name in types if name.startswith("present")]

    def empty_past(self):
        """[batch, heads, 0, head size] for each input of the past."""
        types = {"tensor(float)": np.float32, "tensor(float16)": np.float16}
        return {
            name: np.zeros((1, value.shape[1], 0, value.shape[3]), dtype=types[value.type])
            for name, value in self.inputs.items()
            if name.startswith("past")
        }

    def run(self, ids, past=None):
        """Logits and attentions of ids after the past, and the past after them (all without the batch)."""
        past = past or self.empty_past()
        past_length = next(iter(past.values())).shape[2] if past else 0
        length = len(ids)
        feeds = {
            "input_ids": np.array([ids], dtype=np.int64),
            "attention_mask": np.ones((1, past_length + length), dtype=np.int64),
            "token_type_ids": np.zeros((1, length), dtype=np.int64),
            "position_ids": np.arange(past_length, past_length + length, dtype=np.int64)[None],
            "use_cache_branch": np.array([past_length > 0]),
            **past,
        }
        feeds = {name: feeds[name] for name in self.inputs}
        outputs = self.session.run(["logits", *self.attention_names, *self.presents], feeds)
        count = 1 + len(self.attention_names)
        attentions = [attention[0].astype(np.float32) for attention in outputs[1:count]]
        names = [name.replace("present", "past_key_values") for name in self.presents]
        return outputs[0][0].astype(np.float32), attentions, dict(zip(names, outputs[count:]))


def graph_of(folder):
    (path,) = (FIXTURES / folder / "onnx").glob("*.onnx")
    return Graph(path)


def onnx_differences(folders, model, tokenizer):
    """The largest difference of logits and attentions between PyTorch and each folder's graph."""
    found = {}
    for folder in folders:
        graph = graph_of(folder)
        logits_difference, attention_difference = 0.0, None
        for text in TEXTS:
            ids = tokenizer(text).input_ids
            if not ids:
                continue
            expected = forward(model, ids)
            expected_logits = expected.logits[0].numpy()
            logits, attentions, _ = graph.run(ids)
            logits_difference = max(logits_difference, np.abs(expected_logits - logits).max())
            if graph.presents:  # again in two parts, the second with a past
                half = len(ids) // 2
                _, _, past = graph.run(ids[:half])
                logits, _, _ = graph.run(ids[half:], past)
                logits_difference = max(
                    logits_difference, np.abs(expected_logits[half:] - logits).max()
                )
            if len(attentions) == len(expected.attentions):
                worst = max(
                    np.abs(expected.attentions[layer][0].numpy() - attentions[layer]).max()
                    for layer in range(len(attentions))
                )
                attention_difference = max(attention_difference or 0.0, worst)
        found[folder] = {
            "logits": float(f"{logits_difference:.2g}"),
            "attentions": None if attention_difference is None else float(f"{attention_difference:.2g}"),
        }
    return found


# --- parts that every model has -------------------------------------------------------------------


@torch.no_grad()
def forward(model, ids):
    return model(input_ids=torch.tensor([ids]), output_attentions=True)


def tokenization(tokenizer, texts=TEXTS):
    entries = []
    for text in texts:
        encoding = tokenizer(text, return_offsets_mapping=True, return_special_tokens_mask=True)
        entries.append(
            {
                "text": text,
                "ids": encoding.input_ids,
                "tokens": tokenizer.convert_ids_to_tokens(encoding.input_ids),
                "spans": utf16_spans(text, encoding.offset_mapping),
                "special": encoding.special_tokens_mask,
            }
        )
    return entries


def attentions(model, tokenizer, texts):
    entries = []
    for text in texts:
        ids = tokenizer(text).input_ids
        weights = torch.cat(forward(model, ids).attentions)  # [layers, heads, T, T]
        entries.append({"text": text, "ids": ids, "shape": list(weights.shape), "attentions": rounded(weights)})
    return entries


def special_ids(tokenizer):
    names = ["bos", "eos", "unk", "sep", "pad", "cls", "mask"]
    return {name: getattr(tokenizer, f"{name}_token_id") for name in names}


# --- causal models --------------------------------------------------------------------------------


class Noise:
    """A logits processor that disturbs every score: what survives it isn't a matter of rounding."""

    def __init__(self, seed, size):
        self.generator = torch.Generator().manual_seed(seed)
        self.size = size

    def __call__(self, input_ids, scores):
        return scores + self.size * torch.randn(scores.shape, generator=self.generator)


def generate(model, ids, noise=None, **options):
    """New ids and score of each returned sequence, best first; the end token is the last of its ids."""
    config = copy.deepcopy(model.generation_config)
    for name, value in options.items():
        setattr(config, name, value)
    ends = config.eos_token_id
    ends = [] if ends is None else [ends] if isinstance(ends, int) else list(ends)
    config.pad_token_id = 0
    count = config.num_beams
    # generate() takes what a configuration leaves open from the model's own: no end token there either.
    model = copy.copy(model)
    model.generation_config = copy.deepcopy(config)
    output = model.generate(
        input_ids=torch.tensor([ids]),
        attention_mask=torch.ones(1, len(ids), dtype=torch.long),
        generation_config=config,
        do_sample=False,
        num_return_sequences=count,
        output_scores=True,
        return_dict_in_generate=True,
        logits_processor=LogitsProcessorList([noise] if noise else []),
    )
    found = []
    for row in range(count):
        new = output.sequences[row, len(ids) :].tolist()
        end = next((i for i, token in enumerate(new) if token in ends), None)
        new = new if end is None else new[: end + 1]
        entry = {"ids": new, "finish": "length" if end is None else "eos"}
        if count > 1:
            entry["score"] = rounded(output.sequences_scores[row].item())
        found.append(entry)
    return found


def steady_generate(model, ids, **options):
    """generate(), after making sure that noise of 1e-4 in the scores doesn't change its ids."""
    found = generate(model, ids, **options)
    for seed in range(3):
        disturbed = generate(model, ids, noise=Noise(seed, 1e-4), **options)
        if [entry["ids"] for entry in disturbed] != [entry["ids"] for entry in found]:
            raise ValueError(f"too close to a tie for a golden: {ids} {options}")
    return found


def token_logprobs(model, ids, first):
    """log P(ids[i] | ids[:i]) for i >= first, from the model's own logits."""
    logprobs = forward(model, ids).logits[0].log_softmax(-1)
    return [logprobs[i - 1, ids[i]].item() for i in range(first, len(ids))]


PROMPTS = ["The old lighthouse", "She wrote a letter", "Le café était 😀", "灯台の光\r\n\tlet total = 14;"]


def greedy(model, tokenizer):
    entries = []
    for prompt in PROMPTS:
        for penalty in (1.0, 1.3):
            ids = tokenizer(prompt).input_ids
            (found,) = steady_generate(model, ids, max_new_tokens=20, repetition_penalty=penalty)
            new = found["ids"]
            entries.append(
                {
                    "prompt": prompt,
                    "promptIds": ids,
                    "maxNewTokens": 20,
                    "repetitionPenalty": penalty,
                    "ids": new,
                    "text": tokenizer.decode(
                        new, skip_special_tokens=True, clean_up_tokenization_spaces=False
                    ),
                    "logprobs": rounded(token_logprobs(model, ids + new, len(ids))),
                    "finish": found["finish"],
                }
            )
    return entries


def beams(model, tokenizer):
    end = model.generation_config.eos_token_id
    cases = [
        {"num_beams": 3},
        {"num_beams": 4},
        {"num_beams": 4, "early_stopping": True},
        {"num_beams": 4, "length_penalty": 2.0},
        {"num_beams": 3, "length_penalty": 0.5, "early_stopping": True},
        {"num_beams": 3, "eos_token_id": None},
        {"num_beams": 3, "repetition_penalty": 1.3},
    ]
    entries = []
    skipped = 0
    for prompt in [*PROMPTS, "The lamp", "Where"]:
        ids = tokenizer(prompt).input_ids
        # A second end token, one that the best beam often writes, brings endings at many steps.
        common = generate(model, ids, num_beams=4, max_new_tokens=20)[0]["ids"][6]
        extra = [{"num_beams": beams, "eos_token_id": [end, common]} for beams in (3, 4)]
        extra.append({"num_beams": 4, "eos_token_id": [end, common], "early_stopping": True})
        for case in [*cases, *extra]:
            options = {
                "length_penalty": 1.0,
                "early_stopping": False,
                "repetition_penalty": 1.0,
                "eos_token_id": [end],
                "max_new_tokens": 20,
                **case,
            }
            try:
                found = steady_generate(model, ids, **options)
            except ValueError as error:
                skipped += 1
                print(" ", error)
                continue
            for entry in found:
                entry["logprobs"] = rounded(token_logprobs(model, ids + entry["ids"], len(ids)))
            entries.append(
                {
                    "prompt": prompt,
                    "promptIds": ids,
                    "maxNewTokens": 20,
                    "numBeams": options["num_beams"],
                    "lengthPenalty": options["length_penalty"],
                    "earlyStopping": options["early_stopping"],
                    "repetitionPenalty": options["repetition_penalty"],
                    "eosTokenIds": options["eos_token_id"] or [],
                    "sequences": found,
                }
            )
    print(f"  beams: {len(entries)} cases, {skipped} left out as too close to a tie")
    return entries


def score(model, tokenizer, texts):
    start = tokenizer.bos_token_id
    entries = []
    for text in texts:
        ids = tokenizer(text).input_ids
        given_start = token_logprobs(model, [start, *ids], 1)
        entries.append(
            {
                "text": text,
                "ids": ids,
                "startId": start,
                "logprobs": rounded(given_start),
                "sum": rounded(sum(given_start)),
                "logprobsWithoutStart": [None, *rounded(token_logprobs(model, ids, 1))],
            }
        )
    return entries


def processed(logits, previous_ids, temperature, top_k, top_p, repetition_penalty):
    """Probabilities after transformers' processors in the order in which generate() puts them."""
    processors = LogitsProcessorList()
    if repetition_penalty != 1.0:
        processors.append(RepetitionPenaltyLogitsProcessor(repetition_penalty))
    if temperature != 1.0:
        processors.append(TemperatureLogitsWarper(temperature))
    if top_k:
        processors.append(TopKLogitsWarper(top_k))
    if top_p < 1.0:
        processors.append(TopPLogitsWarper(top_p))
    scores = processors(torch.tensor([previous_ids], dtype=torch.long), logits[None].clone())
    return scores[0].softmax(-1)


def processor_goldens(model, tokenizer):
    generator = torch.Generator().manual_seed(5)
    small = 3 * torch.randn(24, generator=generator)
    text_ids = tokenizer(TEXTS[0]).input_ids
    real = forward(model, text_ids).logits[0, -1]
    neutral = {"temperature": 1.0, "topK": 0, "topP": 1.0, "repetitionPenalty": 1.0}
    cases = [
        {},
        {"temperature": 0.7},
        {"temperature": 1.6},
        {"topK": 5},
        {"topK": 100},
        {"topP": 0.8},
        {"topP": 0.01},
        {"repetitionPenalty": 1.3},
        {"repetitionPenalty": 0.8},
        {"temperature": 0.7, "topK": 5},
        {"temperature": 0.7, "topP": 0.8},
        {"topK": 5, "topP": 0.8},
        {"temperature": 0.7, "topK": 5, "topP": 0.8, "repetitionPenalty": 1.3},
    ]
    groups = []
    for logits, previous, chosen in (
        (small, [3, 7, 7, int(small.argmax()), int(small.argmin())], cases),
        (real, text_ids, [cases[0], {"temperature": 0.7, "topK": 50, "topP": 0.8, "repetitionPenalty": 1.3}]),
    ):
        results = []
        for case in chosen:
            options = {**neutral, **case}
            probabilities = processed(
                logits,
                previous,
                options["temperature"],
                options["topK"],
                options["topP"],
                options["repetitionPenalty"],
            )
            results.append({**options, "probabilities": rounded(probabilities)})
        groups.append({"logits": rounded(logits), "previousIds": previous, "cases": results})
    return groups


def causal_logits(model, tokenizer):
    entries = []
    for text in [TEXTS[0], TEXTS[1], TEXTS[3], TEXTS[4]]:
        ids = tokenizer(text).input_ids
        entries.append({"text": text, "ids": ids, "last": rounded(forward(model, ids).logits[0, -1])})
    short = "The lamp, the café 😀"
    ids = tokenizer(short).input_ids
    all_positions = rounded(forward(model, ids).logits[0])
    entries.append({"text": short, "ids": ids, "last": all_positions[-1], "all": all_positions})
    return entries


def causal_golden(name, builder, folders):
    model, tokenizer = builder()
    return {
        "model": name,
        "task": "causal",
        "folders": folders,
        "versions": versions(),
        "onnxDifference": onnx_differences(folders, model, tokenizer),
        "specialIds": special_ids(tokenizer),
        "tokenization": tokenization(tokenizer),
        "logits": causal_logits(model, tokenizer),
        "greedy": greedy(model, tokenizer),
        "beam": beams(model, tokenizer),
        "score": score(model, tokenizer, [text for text in TEXTS if text]),
        "processors": processor_goldens(model, tokenizer),
        "attention": attentions(model, tokenizer, ATTENTION_TEXTS),
    }


def reduced_golden(name, builder, folders):
    """A graph in lower precision has its own figures: onnxruntime's on that very file.

    The prompt is taken in one run, then each new token in a run of its own (int8 activations are quantised
    run by run, so other divisions give other figures).
    """
    model, tokenizer = builder()
    (folder,) = folders
    graph = graph_of(folder)
    end = tokenizer.eos_token_id
    logits_entries, greedy_entries = [], []
    for text in TEXTS:
        ids = tokenizer(text).input_ids
        if ids:
            logits_entries.append({"text": text, "ids": ids, "last": rounded(graph.run(ids)[0][-1])})
    for prompt in [*PROMPTS, "Good morning", "Where"]:
        ids = tokenizer(prompt).input_ids
        new, logprobs, margins, finish = [], [], [], "length"
        logits, _, past = graph.run(ids)
        while True:
            last = torch.tensor(logits[-1])
            best = last.topk(2)
            token = int(best.indices[0])
            margins.append((best.values[0] - best.values[1]).item())
            new.append(token)
            logprobs.append(last.log_softmax(-1)[token].item())
            if token == end:
                finish = "eos"
            if token == end or len(new) == 20:
                break
            logits, _, past = graph.run([token], past)
        if min(margins) < 0.01:
            print(f"  {name}: {prompt!r} left out as too close to a tie")
            continue
        greedy_entries.append(
            {
                "prompt": prompt,
                "promptIds": ids,
                "maxNewTokens": 20,
                "repetitionPenalty": 1.0,
                "ids": new,
                "text": tokenizer.decode(
                    new, skip_special_tokens=True, clean_up_tokenization_spaces=False
                ),
                "logprobs": rounded(logprobs),
                "finish": finish,
                "smallestMargin": rounded(min(margins)),
            }
        )
    attention_entries = []
    for text in ATTENTION_TEXTS:
        ids = tokenizer(text).input_ids
        weights = np.stack(graph.run(ids)[1])
        attention_entries.append(
            {"text": text, "ids": ids, "shape": list(weights.shape), "attentions": rounded(weights)}
        )
    return {
        "model": name,
        "task": "causal",
        "folders": folders,
        "versions": versions(),
        "onnxDifference": onnx_differences(folders, model, tokenizer),
        "specialIds": special_ids(tokenizer),
        "logits": logits_entries,
        "greedy": greedy_entries,
        "attention": attention_entries,
    }


# --- masked models --------------------------------------------------------------------------------


def fill(model, tokenizer, texts):
    entries = []
    for text in texts:
        encoding = tokenizer(text, return_offsets_mapping=True)
        logits = forward(model, encoding.input_ids).logits[0]
        spans = utf16_spans(text, encoding.offset_mapping)
        masks = []
        for position, token in enumerate(encoding.input_ids):
            if token != tokenizer.mask_token_id:
                continue
            probabilities = logits[position].softmax(-1)
            best = probabilities.topk(11)
            gaps = best.values[:-1] - best.values[1:]
            assert gaps.min() > 1e-5, f"too close to a tie for a golden: {text}"
            masks.append(
                {
                    "position": position,
                    "span": spans[position],
                    "candidates": [
                        {
                            "id": candidate,
                            "token": tokenizer.convert_ids_to_tokens(candidate),
                            "text": tokenizer.decode([candidate]),
                            "probability": rounded(probabilities[candidate].item()),
                        }
                        for candidate in best.indices[:10].tolist()
                    ],
                    "logits": rounded(logits[position]),
                }
            )
        entries.append({"text": text, "ids": encoding.input_ids, "masks": masks})
    return entries


def pseudo_log_likelihood(model, tokenizer, texts):
    entries = []
    for text in texts:
        encoding = tokenizer(text, return_special_tokens_mask=True)
        logprobs = []
        for position, token in enumerate(encoding.input_ids):
            if encoding.special_tokens_mask[position]:
                logprobs.append(None)
                continue
            ids = list(encoding.input_ids)
            ids[position] = tokenizer.mask_token_id
            logits = forward(model, ids).logits[0, position]
            logprobs.append(logits.log_softmax(-1)[token].item())
        total = sum(value for value in logprobs if value is not None)
        entries.append(
            {"text": text, "ids": encoding.input_ids, "logprobs": rounded(logprobs), "sum": rounded(total)}
        )
    return entries


def masked_golden(name, builder, folders):
    model, tokenizer = builder()
    mask = tokenizer.mask_token
    masked_texts = [
        f"The old {mask} stood at the edge of the bay.",
        f"{mask} morning 😀 said the keeper.",
        f"Good {mask}, said the {mask}; le café était fermé.",
        f"灯台の光\r\n\t{mask}{mask}",
    ]
    return {
        "model": name,
        "task": "masked",
        "folders": folders,
        "versions": versions(),
        "onnxDifference": onnx_differences(folders, model, tokenizer),
        "specialIds": special_ids(tokenizer),
        "tokenization": tokenization(tokenizer, [*TEXTS, *masked_texts]),
        "fill": fill(model, tokenizer, masked_texts),
        "score": pseudo_log_likelihood(model, tokenizer, TEXTS),
        "attention": attentions(model, tokenizer, ATTENTION_TEXTS),
    }


# --- classifiers ----------------------------------------------------------------------------------


@torch.no_grad()
def classified(model, tokenizer, texts):
    names = model.config.id2label
    entries = []
    for text in texts:
        ids = tokenizer(text).input_ids
        logits = forward(model, ids).logits[0]
        probabilities = logits.softmax(-1)
        entries.append(
            {
                "text": text,
                "ids": ids,
                "logits": rounded(logits),
                "label": names[int(logits.argmax())],
                "scores": {names[i]: rounded(value) for i, value in enumerate(probabilities.tolist())},
            }
        )
    # A padded batch must give the same figures; this holds for PyTorch, and so for any right engine.
    batch = tokenizer(texts, padding=True, return_tensors="pt")
    together = model(input_ids=batch.input_ids, attention_mask=batch.attention_mask).logits
    alone = torch.tensor([entry["logits"] for entry in entries])
    assert (together - alone).abs().max() < 1e-5
    return entries


def classifier_golden(name, builder, folders):
    model, tokenizer = builder()
    longest = "The lamp turned all night. " * 40
    while len(tokenizer(longest).input_ids) > small_models.WINDOW:
        longest = longest[:-1]
    assert len(tokenizer(longest).input_ids) == small_models.WINDOW
    texts = [
        *TEXTS,
        "What a wonderful day it was!",
        "The film was dull, long and sad.",
        "The sea was grey.",
        "I don't know what the captain wanted.",
        "Good morning",
        "It is a terrible book.",
        longest,
    ]
    return {
        "model": name,
        "task": "classification",
        "folders": folders,
        "versions": versions(),
        "onnxDifference": onnx_differences(folders, model, tokenizer),
        "specialIds": special_ids(tokenizer),
        "labels": [model.config.id2label[i] for i in range(model.config.num_labels)],
        "tokenization": tokenization(tokenizer),
        "classification": classified(model, tokenizer, texts),
        "attention": attentions(model, tokenizer, ["The old lighthouse stood."]),
    }


GPT2_FOLDERS = ["gpt2-optimum", "gpt2-merged", "gpt2-no-position-ids", "gpt2-dynamo"]
BERT_FOLDERS = ["bert-masked", "bert-masked-torch", "bert-fused"]

GOLDENS = {
    "gpt2": (causal_golden, small_models.gpt2, GPT2_FOLDERS),
    "gpt2-int8": (reduced_golden, small_models.gpt2, ["gpt2-int8"]),
    "gpt2-fp16": (reduced_golden, small_models.gpt2, ["gpt2-fp16"]),
    "bert-masked": (masked_golden, small_models.bert_masked, BERT_FOLDERS),
    "roberta-masked": (masked_golden, small_models.roberta_masked, ["roberta-masked"]),
    "bert-sentiment": (classifier_golden, small_models.bert_sentiment, ["bert-sentiment"]),
    "distilbert-sentiment": (
        classifier_golden,
        small_models.distilbert_sentiment,
        ["distilbert-sentiment"],
    ),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(GOLDENS)}; default all")
    args = parser.parse_args()
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    for name in args.names or GOLDENS:
        make, builder, folders = GOLDENS[name]
        content = make(name, builder, folders)
        print(f"{name}: {content['onnxDifference']}")
        if make is not reduced_golden:
            assert all(found["logits"] < 1e-3 for found in content["onnxDifference"].values())
        write(name, content)


if __name__ == "__main__":
    main()
