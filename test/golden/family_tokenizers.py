"""Small tokenizers of the kinds that the other families have: Unigram, and BPE with byte fallback."""

import json
import math
from collections import Counter

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AddedToken, PreTrainedTokenizerFast

from sentences import SENTENCES
from small_models import WINDOW, byte_level_bpe

SPACE = "\u2581"
# Of the sentences: what else there is in a text is written in bytes.
ALPHABET = sorted({SPACE, *"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,;:!?0123456789"})


def pieces(normalizer, count):
    """Characters, then the commonest words and word endings, each with the logarithm of its share.

    (The library's own Unigram trainer finds other pieces on each run.)
    """
    found = Counter()
    for sentence in SENTENCES:
        normalized = normalizer.normalize_str(sentence) if normalizer else sentence
        for word in normalized.split():
            marked = SPACE + word
            found.update(marked)
            found[marked] += 3
            for length in (2, 3, 4):
                if len(word) > length:
                    found[marked[-length:]] += 1
    characters = sorted(piece for piece in found if len(piece) == 1)
    longer = sorted((piece for piece in found if len(piece) > 1), key=lambda piece: (-found[piece], piece))
    total = sum(found.values())
    # A longer piece beats its characters only if it is likelier than all of them together.
    return [
        (piece, round(math.log(found[piece] / total), 6))
        for piece in [*characters, *longer[: count - len(characters)]]
    ]


def unigram(vocab_size, special_tokens, unknown, normalizer, last=()):
    """A Unigram model; the special tokens get the first ids, those in `last` the last ones."""
    vocabulary = [(token, 0.0) for token in special_tokens]
    vocabulary += pieces(normalizer, vocab_size - len(special_tokens))
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=special_tokens.index(unknown)))
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement=SPACE, prepend_scheme="always")
    for tokens in (special_tokens, last):
        tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in tokens])
    return tokenizer


def around(tokenizer, single, pair):
    """Puts special tokens around texts, as in '<s> $A </s>'."""
    names = {part.split(":")[0] for part in f"{single} {pair}".split() if not part.startswith("$")}
    tokenizer.post_processor = processors.TemplateProcessing(
        single=single,
        pair=pair,
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in sorted(names)],
    )


def t5_tokenizer():
    """T5's: </s> at the end, sentinels <extra_id_...> with the last ids, the first sentinel last of all."""
    sentinels = [f"<extra_id_{i}>" for i in reversed(range(8))]
    tokenizer = unigram(300, ["<pad>", "</s>", "<unk>"], "<unk>", None, sentinels)
    around(tokenizer, "$A:0 </s>:0", "$A:0 </s>:0 $B:0 </s>:0")
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        additional_special_tokens=sentinels[::-1],
        model_max_length=WINDOW,
    )


def marian_tokenizer():
    """Marian's as conversions to tokenizer.json have it: </s> first and at the end, <pad> the last id."""
    tokenizer = unigram(300, ["</s>", "<unk>"], "<unk>", None, ["<pad>"])
    around(tokenizer, "$A:0 </s>:0", "$A:0 $B:0 </s>:0")
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        model_max_length=WINDOW,
    )


def sentencepiece_bert(normalizer, begin, end):
    tokenizer = unigram(300, ["<pad>", "<unk>", begin, end], "<unk>", normalizer)
    mask = AddedToken("[MASK]", lstrip=True, normalized=False, special=True)
    tokenizer.add_special_tokens([mask])
    around(tokenizer, f"{begin}:0 $A:0 {end}:0", f"{begin}:0 $A:0 {end}:0 $B:1 {end}:1")
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        cls_token=begin,
        sep_token=end,
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token=mask,
        model_max_length=WINDOW,
    )


def albert_tokenizer():
    """ALBERT's: lower case, no accents, Unigram."""
    steps = [normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase()]
    return sentencepiece_bert(normalizers.Sequence(steps), "[CLS]", "[SEP]")


def bigbird_tokenizer():
    """BigBird's: Unigram with case."""
    return sentencepiece_bert(None, "[CLS]", "[SEP]")


def llama_tokenizer():
    """Llama 2's: BPE over words with their space as U+2581, unknown characters as their bytes."""
    special = ["<unk>", "<s>", "</s>"]
    byte_tokens = [f"<0x{byte:02X}>" for byte in range(256)]
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    words = normalizers.Sequence([normalizers.Prepend(SPACE), normalizers.Replace(" ", SPACE)])
    tokenizer.normalizer = words
    trainer = trainers.BpeTrainer(
        vocab_size=480,
        special_tokens=[*special, *byte_tokens],
        initial_alphabet=ALPHABET,
        limit_alphabet=len(ALPHABET),
        show_progress=False,
    )
    # Trained word by word; the model itself sees whole texts, as Llama's does.
    tokenizer.pre_tokenizer = pre_tokenizers.Split(SPACE, "merged_with_next")
    tokenizer.train_from_iterator(SENTENCES, trainer)
    state = json.loads(tokenizer.to_str())
    state["pre_tokenizer"] = None
    state["model"]["byte_fallback"] = True
    state["added_tokens"] = [token for token in state["added_tokens"] if token["content"] in special]
    tokenizer = Tokenizer.from_str(json.dumps(state))
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    around(tokenizer, "<s>:0 $A:0", "<s>:0 $A:0 <s>:1 $B:1")
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        model_max_length=WINDOW,
    )


def byte_level_with(end, begin=None, adds_begin=False):
    """A byte-level vocabulary with other names for its ends than GPT-2's."""
    tokenizer = byte_level_bpe(399, [begin] if begin else [], AddedToken(end, special=True), trim_offsets=False)
    if adds_begin:
        tokenizer.post_processor = processors.Sequence(
            [
                processors.ByteLevel(trim_offsets=False),
                processors.TemplateProcessing(
                    single=f"{begin}:0 $A:0",
                    pair=f"{begin}:0 $A:0 $B:1",
                    special_tokens=[(begin, tokenizer.token_to_id(begin))],
                ),
            ]
        )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=begin,
        eos_token=end,
        pad_token=end,
        model_max_length=WINDOW,
    )


def opt_tokenizer():
    """OPT's: </s> in front of every text."""
    return byte_level_with("<s>", begin="</s>", adds_begin=True)


def qwen_tokenizer():
    return byte_level_with("<|endoftext|>")


def smollm_tokenizer():
    return byte_level_with("<|im_end|>", begin="<|im_start|>")
