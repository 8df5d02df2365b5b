"""Learns the causal model's byte-level BPE from a folder of text and writes it in Hugging Face's layout.

    python tokenizer.py --corpus FOLDER --out FOLDER
"""

import argparse
import random
import tomllib
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import GPT2TokenizerFast

from corpus import chosen_documents, paragraphs


def sample(folder, config):
    """Paragraphs from all over the corpus, `sample_megabytes` of them."""
    dice = random.Random(config['seed'])
    texts = []
    for _, text in chosen_documents(folder, config):
        kept = paragraphs(text, config['corpus']['min_letter_share'])
        texts += ['\n\n'.join(kept[i : i + 20]) for i in range(0, len(kept), 20)]
    dice.shuffle(texts)
    left = config['tokenizer']['sample_megabytes'] * 1_000_000
    for text in texts:
        if left <= 0:
            return
        left -= len(text)
        yield text


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument('--config', default=Path(__file__).with_name('config.toml'))
    arguments.add_argument('--corpus', required=True)
    arguments.add_argument('--out', required=True)
    args = arguments.parse_args()
    config = tomllib.loads(Path(args.config).read_text())
    end = config['tokenizer']['end_of_text']

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.train_from_iterator(
        sample(args.corpus, config),
        trainers.BpeTrainer(
            vocab_size=config['tokenizer']['vocab_size'],
            special_tokens=[end],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        ),
    )
    fast = GPT2TokenizerFast(
        tokenizer_object=tokenizer, bos_token=end, eos_token=end, unk_token=end, add_prefix_space=False
    )
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer.model.save(str(out))
    # tokenizer.json comes last: where it is, the folder is whole.
    fast.save_pretrained(out)
    print(f'{fast.vocab_size} tokens written to {out}')


if __name__ == '__main__':
    main()
