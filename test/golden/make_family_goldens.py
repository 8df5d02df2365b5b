"""Writes test/fixtures/golden/FAMILY.json: what Python's transformers gives on the weights of small_families.py.

    python make_family_goldens.py [NAME ...]

The figures come from PyTorch (eager attention); tests run the exported graphs against them.
"""

import argparse
import copy
import warnings

import torch
from transformers import LogitsProcessorList

import small_families
from golden_files import rounded, utf16_spans, versions, write
from make_goldens import (
    PROMPTS,
    TEXTS,
    Noise,
    fill,
    forward,
    pseudo_log_likelihood,
    special_ids,
    steady_generate,
    token_logprobs,
    tokenization,
)


def common(name, model, tokenizer, **parts):
    return {
        "model": name,
        "versions": versions(["torch", "transformers", "tokenizers"]),
        "specialIds": special_ids(tokenizer),
        "tokenization": tokenization(tokenizer),
        **parts,
    }


# --- causal ---------------------------------------------------------------------------------------


def causal(name, builder):
    model, tokenizer = builder()
    texts, written = [], []
    for text in TEXTS:
        ids = tokenizer(text).input_ids
        if len(ids) > 1:
            texts.append({"text": text, "ids": ids, "last": rounded(forward(model, ids).logits[0, -1])})
    skipped = 0
    for prompt in PROMPTS:
        ids = tokenizer(prompt).input_ids
        for beams in (1, 3):
            try:
                found = steady_generate(
                    model, ids, max_new_tokens=20, num_beams=beams, repetition_penalty=1.0
                )[0]
            except ValueError as error:
                skipped += 1
                print(" ", error)
                continue
            new = found["ids"]
            written.append(
                {
                    "prompt": prompt,
                    "numBeams": beams,
                    "ids": new,
                    "text": tokenizer.decode(
                        ids + new, skip_special_tokens=True, clean_up_tokenization_spaces=False
                    ),
                    "logprobs": rounded(token_logprobs(model, ids + new, len(ids))),
                    "finish": found["finish"],
                }
            )
    assert skipped <= 2, "too many texts too close to a tie: choose another seed"
    return common(name, model, tokenizer, logits=texts, written=written)


# --- masked ---------------------------------------------------------------------------------------


def masked(name, builder):
    model, tokenizer = builder()
    mask = tokenizer.mask_token
    texts = [
        f"The old {mask} stood at the edge of the bay.",
        f"{mask} morning 😀 said the keeper.",
        f"Good {mask}, said the {mask}; le café était fermé.",
    ]
    score = pseudo_log_likelihood(model, tokenizer, TEXTS[:3])
    return common(name, model, tokenizer, fill=fill(model, tokenizer, texts), score=score)


PAIRS = [
    ("She opened the door.", "It was dark inside."),
    ("The lamp turned all night 😀.", "Le café était fermé."),
    ("The old lighthouse stood at the edge of the bay.", "A letter costs 1.20 today; in 1950 it cost 0.05."),
]


@torch.no_grad()
def pairs(name, builder, output):
    """The probability of index 0: the second follows the first."""
    model, tokenizer = builder()
    entries = []
    for first, second in PAIRS:
        encoded = tokenizer(first, second, return_tensors="pt", return_token_type_ids=True)
        logits = model(**encoded)[output][0]
        entries.append(
            {
                "first": first,
                "second": second,
                "ids": encoded.input_ids[0].tolist(),
                "typeIds": encoded.token_type_ids[0].tolist(),
                "logits": rounded(logits),
                "isNext": rounded(logits.softmax(-1)[0].item()),
            }
        )
    return common(name, model, tokenizer, pairs=entries)


# --- question answering ---------------------------------------------------------------------------

QUESTIONS = [
    ("Where did it stand?", "The old lighthouse stood at the edge of the bay."),
    ("Who went up?", "Good morning 😀 said the keeper 👩🏽‍🚀, and went up."),
    ("Was the café open?", "Le café était fermé; la creperie de Zoe\u0308 aussi."),
    (
        "What does a letter cost?",
        " ".join(f"{' '.join(TEXTS[:3])} A letter costs {price}.{price}0 today." for price in range(1, 7)),
    ),
]
LONGEST, MAX_QUESTION, MAX_WINDOW, MAX_STRIDE = 30, 64, 384, 128


@torch.no_grad()
def answers(name, builder):
    """The best span of each text, its score over all windows, and the score of "no answer"."""
    model, tokenizer = builder()
    size = min(tokenizer.model_max_length, MAX_WINDOW)
    entries = []
    for question, text in QUESTIONS:
        encoded = tokenizer(question, text, return_offsets_mapping=True)
        context = [i for i, of in enumerate(encoded.sequence_ids()) if of == 1]
        room = size - (len(encoded.input_ids) - len(context))
        windows = tokenizer(
            question,
            text,
            truncation="only_second",
            max_length=size,
            stride=min(MAX_STRIDE, room // 2),
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        found = []
        for index in range(len(windows.input_ids)):
            inputs = {"input_ids": torch.tensor([windows.input_ids[index]])}
            if "token_type_ids" in windows:
                inputs["token_type_ids"] = torch.tensor([windows.token_type_ids[index]])
            output = model(**inputs)
            mine = [i for i, of in enumerate(windows.sequence_ids(index)) if of == 1]
            found.append(
                {
                    "offsets": [windows.offset_mapping[index][i] for i in mine],
                    "starts": output.start_logits[0, mine].double(),
                    "ends": output.end_logits[0, mine].double(),
                    "none": (output.start_logits[0, 0].double(), output.end_logits[0, 0].double()),
                }
            )
        none = min((window["none"] for window in found), key=lambda pair: float(pair[0] + pair[1]))
        start_sum = torch.cat([*(window["starts"] for window in found), none[0][None]]).logsumexp(0)
        end_sum = torch.cat([*(window["ends"] for window in found), none[1][None]]).logsumexp(0)
        spans = []
        for window in found:
            count = len(window["offsets"])
            for start in range(count):
                for end in range(start, min(count, start + LONGEST)):
                    score = (window["starts"][start] + window["ends"][end] - start_sum - end_sum).exp()
                    place = (window["offsets"][start][0], window["offsets"][end][1])
                    spans.append((score.item(), place))
        score, place = max(spans)
        entries.append(
            {
                "question": question,
                "text": text,
                "windows": len(found),
                # Of the tokens alone; words are for the engine to complete.
                "span": utf16_spans(text, [place])[0],
                "score": rounded(score),
                "none": rounded((none[0] + none[1] - start_sum - end_sum).exp().item()),
            }
        )
        if len(found) == 1:
            pipeline_score = by_pipeline(model, tokenizer, question, text)
            assert abs(pipeline_score - score) < 1e-5, (pipeline_score, score)
    return common(name, model, tokenizer, answers=entries)


def by_pipeline(model, tokenizer, question, text):
    from transformers import pipeline

    answer = pipeline("question-answering", model=model, tokenizer=tokenizer)
    return answer(question=question, context=text, max_answer_len=LONGEST, align_to_words=False)["score"]


# --- encoder-decoders -----------------------------------------------------------------------------


@torch.no_grad()
def rewritten(model, ids, noise=None, **options):
    config = copy.deepcopy(model.generation_config)
    for option, value in options.items():
        setattr(config, option, value)
    ended = [config.eos_token_id]
    # generate() takes the model's own options for those that have their default.
    model = copy.copy(model)
    model.generation_config = copy.deepcopy(config)
    output = model.generate(
        input_ids=torch.tensor([ids]),
        generation_config=config,
        do_sample=False,
        return_dict_in_generate=True,
        output_scores=True,
        num_return_sequences=config.num_beams,
        logits_processor=LogitsProcessorList([noise] if noise else []),
    )
    rows = []
    for row in range(config.num_beams):
        new = output.sequences[row, 1:].tolist()
        end = next((i for i, token in enumerate(new) if token in ended), None)
        rows.append(new if end is None else new[: end + 1])
    return rows


def steady_rewritten(model, ids, **options):
    found = rewritten(model, ids, **options)
    for seed in range(3):
        if rewritten(model, ids, noise=Noise(seed, 1e-4), **options)[0] != found[0]:
            raise ValueError(f"too close to a tie for a golden: {ids} {options}")
    return found


@torch.no_grad()
def decoder_logits(model, ids, decoder_ids):
    return model(input_ids=torch.tensor([ids]), decoder_input_ids=torch.tensor([decoder_ids])).logits[0]


def encoder_decoder(name, builder, cases, prefixes=("",)):
    model, tokenizer = builder()
    start = model.generation_config.decoder_start_token_id
    end = model.generation_config.eos_token_id
    first, written = [], []
    skipped = 0
    for text in TEXTS:
        if not text:
            continue
        ids = tokenizer(text).input_ids
        first.append({"text": text, "ids": ids, "logits": rounded(decoder_logits(model, ids, [start])[0])})
    for text in [TEXTS[0], TEXTS[1], TEXTS[2], TEXTS[5]]:
        for prefix in prefixes:
            ids = tokenizer(prefix + text).input_ids
            for case in cases:
                try:
                    best = steady_rewritten(model, ids, **case)[0]
                except ValueError as error:
                    skipped += 1
                    print(" ", error)
                    continue
                logprobs = decoder_logits(model, ids, [start, *best[:-1]]).log_softmax(-1)
                kept = best[:-1] if best[-1] == end else best
                written.append(
                    {
                        "text": prefix + text,
                        "options": case,
                        "ids": best,
                        "logprobs": rounded([logprobs[i, token].item() for i, token in enumerate(kept)]),
                        "written": tokenizer.decode(
                            kept, skip_special_tokens=True, clean_up_tokenization_spaces=False
                        ),
                        "finish": "eos" if best[-1] == end else "length",
                    }
                )
    print(f"  {name}: {len(written)} texts written, {skipped} left out")
    assert skipped * 3 <= len(written), "too many texts too close to a tie: choose another seed"
    return common(name, model, tokenizer, startId=start, first=first, written=written)


def greedy_and_beams(length):
    return [{"num_beams": 1, "max_new_tokens": length}, {"num_beams": 3, "max_new_tokens": length}]


BART = [{"num_beams": 1, "early_stopping": False, "max_new_tokens": 16}, {"num_beams": 3, "max_new_tokens": 16}]

GOLDENS = {
    "gpt-neo": lambda name: causal(name, small_families.gpt_neo),
    "opt": lambda name: causal(name, small_families.opt),
    "llama": lambda name: causal(name, small_families.llama),
    "smollm": lambda name: causal(name, small_families.smollm),
    "qwen2": lambda name: causal(name, small_families.qwen2),
    "albert-masked": lambda name: masked(name, small_families.albert_masked),
    "electra-generator": lambda name: masked(name, small_families.electra_generator),
    "bigbird-masked": lambda name: masked(name, small_families.bigbird_masked),
    "distilbert-masked": lambda name: masked(name, small_families.distilbert_masked),
    "bert-pretraining": lambda name: pairs(name, small_families.bert_pretraining, "seq_relationship_logits"),
    "bert-next-sentence": lambda name: pairs(name, small_families.bert_next_sentence, "logits"),
    "albert-order": lambda name: pairs(name, small_families.albert_order, "sop_logits"),
    "bert-answer": lambda name: answers(name, small_families.bert_answer),
    "roberta-answer": lambda name: answers(name, small_families.roberta_answer),
    "t5": lambda name: encoder_decoder(
        name, small_families.t5, greedy_and_beams(16), ("", "translate English to German: ")
    ),
    "bart": lambda name: encoder_decoder(name, small_families.bart, BART),
    "marian": lambda name: encoder_decoder(name, small_families.marian, [{}, {"num_beams": 1}]),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(GOLDENS)}; default all")
    args = parser.parse_args()
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    for name in args.names or GOLDENS:
        write(name, GOLDENS[name](name))


if __name__ == "__main__":
    main()
