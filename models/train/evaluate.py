"""Measures the models through the command line that ships, on the ONNX files that ship.

    npm run build
    python evaluate.py [causal masked sentiment] --models FOLDER --corpus FOLDER --sentences FOLDER --eval FOLDER

`--eval` is a folder with `wikitext-2/valid.txt` (one text a line) and `blimp/dev.jsonl` ({paradigm, field, good,
bad}). Prints each figure beside its baselines as JSON lines. `--engine onnxruntime` measures the same files with
Python's onnxruntime as a check; `--graph model.onnx` then takes the float32 graph, to see what quantising cost.
"""

import argparse
import json
import math
import re
import time
import tomllib
from collections import defaultdict
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from baselines import NGram, commonest_tokens, lexicon, lexicon_label
from corpus import is_prose, paragraphs, read_documents
from engine import CommandLine, OnnxRuntime
from files import expected


def bits_per_byte(sums, lines):
    return -sum(sums) / math.log(2) / sum(len(line.encode()) for line in lines)


def ngram_model(folder, args, config):
    """The trigram baseline with the causal model's tokenizer, on the same text that the model was trained on."""
    from transformers import GPT2TokenizerFast

    from causal import training_text

    tokenizer = GPT2TokenizerFast.from_pretrained(folder)
    ids = training_text(args.cache, args.corpus, tokenizer, config)['ids']
    return tokenizer, NGram(ids, len(tokenizer), tokenizer.eos_token_id)


def evaluate_causal(engine, folder, args, config):
    advice = '--eval is a folder with wikitext-2/valid.txt and blimp/dev.jsonl'
    lines = expected(args.eval, 'wikitext-2/valid.txt', advice).read_text(encoding='utf-8').splitlines()
    pairs = [json.loads(line) for line in expected(args.eval, 'blimp/dev.jsonl', advice).open(encoding='utf-8')]
    sentences = [pair[side] for pair in pairs for side in ('good', 'bad')]

    def figures(score):
        bits = bits_per_byte(score(lines), lines)
        sums = score(sentences)
        right = [good > bad for good, bad in zip(sums[::2], sums[1::2])]
        fields = defaultdict(list)
        for pair, hit in zip(pairs, right):
            fields[pair['field']].append(hit)
        return {
            'wikitext2_bits_per_byte': round(bits, 4),
            'blimp_accuracy': round(float(np.mean(right)), 4),
            'blimp_fields': {field: round(float(np.mean(hits)), 4) for field, hits in sorted(fields.items())},
        }

    yield figures(lambda texts: engine.score(folder, texts))
    if args.cache:
        tokenizer, ngram = ngram_model(folder, args, config)
        encode = tokenizer.backend_tokenizer.encode_batch
        yield {'baseline': 'trigrams'} | figures(
            lambda texts: [ngram.log_probability(np.asarray(e.ids)) for e in encode(texts)]
        )
        unigram = np.log(ngram.unigram)
        yield {'baseline': 'unigrams'} | figures(
            lambda texts: [float(unigram[np.asarray(e.ids)].sum()) for e in encode(texts)]
        )


def masked_passages(documents, tokenizer, config, whole_words, most=250):
    """Held-out passages with 15% of their tokens replaced by [MASK], as `(text, ids of the hidden tokens)`.

    With `whole_words` only tokens that are a word by themselves are hidden (still 15% of all tokens where there
    are as many); otherwise any token.
    """
    dice = np.random.default_rng(config['seed'])
    passages = []
    for _, text in documents:
        passage = ''
        for paragraph in paragraphs(text, config['corpus']['min_letter_share']):
            if not is_prose(paragraph):
                continue
            passage = f'{passage} {" ".join(paragraph.split())}'.strip()
            if len(passage) >= 400:
                if len(passage) <= 1500 and '[' not in passage:
                    passages.append(passage)
                passage = ''
    passages = [passages[i] for i in dice.permutation(len(passages))[:most]]
    for passage in passages:
        encoding = tokenizer.encode(passage, add_special_tokens=False)
        tokens, spans = encoding.tokens, encoding.offsets
        alone = [
            not tokens[i].startswith('##') and not (i + 1 < len(tokens) and tokens[i + 1].startswith('##'))
            for i in range(len(tokens))
        ]
        choice = np.flatnonzero(alone) if whole_words else np.arange(len(tokens))
        hidden = sorted(dice.permutation(choice)[: round(0.15 * len(tokens))])
        pieces, last = [], 0
        for index in hidden:
            start, end = spans[index]
            pieces += [passage[last:start], '[MASK]']
            last = end
        yield ''.join(pieces) + passage[last:], [encoding.ids[i] for i in hidden]


def sentence_pairs(documents, config, most=1000):
    """Pairs of held-out sentences and whether they are neighbours in a paragraph: every other pair is, and in the
    others the second sentence comes from another document. None where there is one document only."""
    dice = np.random.default_rng(config['seed'])
    neighbours = []
    for document, (_, text) in enumerate(documents):
        for paragraph in paragraphs(text, config['corpus']['min_letter_share']):
            if not is_prose(paragraph):
                continue
            sentences = re.split(r'(?<=[.?!])\s+(?=[A-Z"])', ' '.join(paragraph.split()))
            neighbours += [(document, one, two) for one, two in zip(sentences, sentences[1:]) if min(len(one), len(two)) >= 30]
    if len({document for document, _, _ in neighbours}) < 2:
        return [], np.zeros(0, bool)
    chosen = [neighbours[i] for i in dice.permutation(len(neighbours))[:most]]
    pairs, follows = [], np.arange(len(chosen)) % 2 == 0
    for (document, first, second), neighbour in zip(chosen, follows):
        owner = document
        while not neighbour and owner == document:
            owner, second, _ = neighbours[dice.integers(len(neighbours))]
        pairs.append((first, second))
    return pairs, follows


def ranking_figures(wanted, given):
    """How often the hidden token is first, or among the first five, beside always naming the commonest ones."""
    common = commonest_tokens(wanted)
    return {
        'masks': len(wanted),
        'top1': round(float(np.mean([c[0] == w for c, w in zip(given, wanted)])), 4),
        'top5': round(float(np.mean([w in c for c, w in zip(given, wanted)])), 4),
        'baseline_commonest_top1': round(float(np.mean([w == common[0] for w in wanted])), 4),
        'baseline_commonest_top5': round(float(np.mean([w in common for w in wanted])), 4),
    }


def evaluate_masked(engine, folder, args, config):
    tokenizer = Tokenizer.from_file(str(expected(folder, 'tokenizer.json', '--models is the folder of the exported models')))
    documents = list(read_documents(args.corpus, heldout=True))
    for kind, whole_words in (('whole words', True), ('any token', False)):
        passages = list(masked_passages(documents, tokenizer, config, whole_words))
        answers = engine.fill(folder, [text for text, _ in passages])
        wanted = [token for _, hidden in passages for token in hidden]
        given = [candidates for masks in answers for candidates in masks]
        if len(given) != len(wanted):
            raise RuntimeError(f'{len(wanted)} tokens were hidden, {len(given)} masks were answered')
        yield {'hidden': kind} | ranking_figures(wanted, given)
        if whole_words:
            # Punctuation is a token by itself too, and easier to guess.
            letters = [tokenizer.id_to_token(token).isalpha() for token in wanted]
            if any(letters):
                yield {'hidden': 'whole words, of those the ones of letters'} | ranking_figures(
                    [token for token, is_word in zip(wanted, letters) if is_word],
                    [candidates for candidates, is_word in zip(given, letters) if is_word],
                )
    pairs, follows = sentence_pairs(documents, config)
    if not pairs:
        return
    found = np.asarray(engine.next_sentence(folder, pairs)) > 0.5
    yield {
        'sentence_pairs': len(pairs),
        'next_sentence_accuracy': round(float((found == follows).mean()), 4),
        'of_those_that_follow': round(float(found[follows].mean()), 4),
        'of_those_that_do_not': round(float(1 - found[~follows].mean()), 4),
        'baseline_larger_class': round(float(max(follows.mean(), 1 - follows.mean())), 4),
    }


def evaluate_sentiment(engine, folder, args, config):
    from sentiment import calibration_error, read_sentences

    train, train_labels, _ = read_sentences(args.sentences, 'train.tsv')
    texts, labels, _ = read_sentences(args.sentences, 'sst2-dev.tsv')
    positive = np.asarray(engine.sentiment(folder, texts))
    words = lexicon(train, train_labels)
    yield {
        'sst2_dev_accuracy': round(float(((positive > 0.5) == labels).mean()), 4),
        'expected_calibration_error': round(calibration_error(positive, labels), 4),
        'baseline_larger_class': round(float(max(labels.mean(), 1 - labels.mean())), 4),
        'baseline_lexicon': round(float(np.mean([lexicon_label(words, t) == l for t, l in zip(texts, labels)])), 4),
    }


def main():
    kinds = {'causal': evaluate_causal, 'masked': evaluate_masked, 'sentiment': evaluate_sentiment}
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument('kinds', nargs='*', metavar='causal | masked | sentiment', default=list(kinds))
    arguments.add_argument('--config', default=Path(__file__).with_name('config.toml'))
    arguments.add_argument('--models', default=Path(__file__).resolve().parents[1])
    arguments.add_argument('--corpus', help='folder of text with heldout files')
    arguments.add_argument('--sentences', help='folder with train.tsv and sst2-dev.tsv')
    arguments.add_argument('--eval', help='folder with wikitext-2 and blimp')
    arguments.add_argument('--cache', help="the causal training's --out: its tokens give the n-gram baselines")
    arguments.add_argument('--engine', choices=['cli', 'onnxruntime'], default='cli')
    arguments.add_argument('--graph', default='model_quantized.onnx', help='with --engine onnxruntime')
    args = arguments.parse_args()
    config = tomllib.loads(Path(args.config).read_text(encoding='utf-8'))
    needed = {'causal': 'eval', 'masked': 'corpus', 'sentiment': 'sentences'}
    for kind in args.kinds:
        if kind not in kinds:
            arguments.error(f'there is no model {kind}: it is one of {", ".join(kinds)}')
        if not getattr(args, needed[kind]):
            arguments.error(f'{kind} needs --{needed[kind]}')
    if args.cache and not args.corpus:
        arguments.error('--cache needs --corpus')
    engine = CommandLine() if args.engine == 'cli' else OnnxRuntime(args.graph)
    for kind in args.kinds:
        folder = Path(args.models) / config['names'][kind]
        begun = time.monotonic()
        for figures in kinds[kind](engine, folder, args, config):
            print(json.dumps({'model': kind, 'through': engine.name} | figures), flush=True)
        print(json.dumps({'model': kind, 'minutes': round((time.monotonic() - begun) / 60, 1)}), flush=True)


if __name__ == '__main__':
    main()
