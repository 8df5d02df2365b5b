"""Small random-weight models and their tokenizers: the same ones each time, from fixed seeds.

They have the shapes and file layout of the well-known models and nothing of their knowledge. Every
parameter is random, also biases and LayerNorm gains, and the weights are larger than at a usual
initialisation, so that attention is uneven and no two logits are close to a tie.
"""

import json
from collections import Counter

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    AddedToken,
    BertConfig,
    BertForMaskedLM,
    BertForSequenceClassification,
    BertTokenizerFast,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    DistilBertTokenizerFast,
    GPT2Config,
    GPT2LMHeadModel,
    GPT2TokenizerFast,
    RobertaConfig,
    RobertaForMaskedLM,
    RobertaTokenizerFast,
)

from sentences import SENTENCES

WINDOW = 128  # tokens a model can see
HIDDEN = 32


def randomise(model, seed, std, embedding_std):
    """Fills every parameter with seeded normal noise: weights around 0, LayerNorm gains around 1."""
    generator = torch.Generator().manual_seed(seed)
    norms = {
        id(module.weight) for module in model.modules() if type(module).__name__.endswith("Norm")
    }
    embeddings = {
        id(module.weight) for module in model.modules() if isinstance(module, torch.nn.Embedding)
    }
    with torch.no_grad():
        for parameter in model.parameters():  # a tied parameter comes once
            noise = torch.randn(parameter.shape, generator=generator)
            if id(parameter) in norms:
                parameter.copy_(1 + 0.2 * noise)
            elif parameter.dim() == 1:
                parameter.copy_(0.1 * noise)
            elif id(parameter) in embeddings:
                parameter.copy_(embedding_std * noise)
            else:
                parameter.copy_(std * noise)
    return model.eval()


def build(cls, config, seed, std, embedding_std=0.4):
    config.architectures = [cls.__name__]
    model = cls._from_config(config, attn_implementation="eager")
    return randomise(model, seed, std, embedding_std)


# --- tokenizers -----------------------------------------------------------------------------------


def byte_level_bpe(vocab_size, special_tokens, last_special, trim_offsets):
    """A trained byte-level BPE; last_special gets the last id of the vocabulary, as in GPT-2's own."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=trim_offsets)
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=special_tokens,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    state = json.loads(tokenizer.to_str())
    state["model"]["vocab"][last_special.content] = vocab_size
    tokenizer = Tokenizer.from_str(json.dumps(state))
    tokenizer.add_special_tokens([last_special])
    return tokenizer


def gpt2_tokenizer():
    end = "<|endoftext|>"
    last = AddedToken(end, normalized=True, special=True)
    tokenizer = byte_level_bpe(399, [], last, trim_offsets=False)
    return GPT2TokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=end,
        eos_token=end,
        unk_token=end,
        add_prefix_space=False,
        model_max_length=WINDOW,
    )


def roberta_tokenizer():
    mask = AddedToken("<mask>", lstrip=True, normalized=False, special=True)  # takes the space before it
    tokenizer = byte_level_bpe(400, ["<s>", "<pad>", "</s>", "<unk>"], mask, trim_offsets=True)
    tokenizer.post_processor = processors.RobertaProcessing(
        sep=("</s>", 2), cls=("<s>", 0), trim_offsets=True, add_prefix_space=False
    )
    return RobertaTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        sep_token="</s>",
        cls_token="<s>",
        unk_token="<unk>",
        pad_token="<pad>",
        mask_token=mask,
        add_prefix_space=False,
        model_max_length=WINDOW,
    )


def wordpiece_vocabulary(normalizer, pre_tokenizer):
    """Single characters, then the commonest words and word endings, each sorted: always the same.

    (The library's own WordPiece trainer numbers its pieces anew on each run.)
    """
    words = Counter()
    for sentence in SENTENCES:
        for word, _ in pre_tokenizer.pre_tokenize_str(normalizer.normalize_str(sentence)):
            words[word] += 1
    characters = sorted({character for word in words for character in word})
    endings = Counter()
    for word, count in words.items():
        for length in (2, 3, 4):
            if word.isalpha() and len(word) > length + 1:
                endings["##" + word[-length:]] += count
    commonest = [
        [piece for piece, _ in sorted(counter.items(), key=lambda item: (-item[1], item[0]))]
        for counter in (words, endings)
    ]
    whole_words = [word for word in commonest[0] if len(word) > 1][:150]
    return [
        *["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
        *characters,
        *["##" + character for character in characters if character.isalpha()],
        *sorted(whole_words),
        *sorted(commonest[1][:70]),
    ]


def wordpiece():
    normalizer = normalizers.BertNormalizer(lowercase=True)  # also strips accents
    pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    vocabulary = wordpiece_vocabulary(normalizer, pre_tokenizer)
    ids = {piece: i for i, piece in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.WordPiece(prefix="##")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0",
        pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return tokenizer


def bert_tokenizer(cls=BertTokenizerFast):
    return cls(tokenizer_object=wordpiece(), do_lower_case=True, model_max_length=WINDOW)


def distilbert_tokenizer():
    return bert_tokenizer(DistilBertTokenizerFast)


# --- models ---------------------------------------------------------------------------------------


def gpt2():
    tokenizer = gpt2_tokenizer()
    end = tokenizer.eos_token_id
    config = GPT2Config(
        vocab_size=len(tokenizer),
        n_positions=WINDOW,
        n_embd=HIDDEN,
        n_layer=3,
        n_head=4,
        bos_token_id=end,
        eos_token_id=end,
    )
    model = build(GPT2LMHeadModel, config, seed=17, std=0.3)
    with torch.no_grad():  # a longer vector is chosen more often: some texts come to an end
        model.transformer.wte.weight[end] *= 1.6
    model.generation_config.bos_token_id = end
    model.generation_config.eos_token_id = end
    return model, tokenizer


def bert_config(tokenizer, **more):
    return BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=HIDDEN,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=4 * HIDDEN,
        max_position_embeddings=WINDOW,
        pad_token_id=tokenizer.pad_token_id,
        **more,
    )


def bert_masked():
    tokenizer = bert_tokenizer()
    return build(BertForMaskedLM, bert_config(tokenizer), seed=21, std=0.25), tokenizer


def bert_sentiment():
    tokenizer = bert_tokenizer()
    names = {0: "sad", 1: "plain", 2: "glad"}
    config = bert_config(tokenizer, id2label=names, label2id={name: i for i, name in names.items()})
    return build(BertForSequenceClassification, config, seed=63, std=0.3), tokenizer


def roberta_masked():
    tokenizer = roberta_tokenizer()
    config = RobertaConfig(
        vocab_size=len(tokenizer),
        hidden_size=HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=4 * HIDDEN,
        max_position_embeddings=WINDOW + 2,  # positions start after the padding id
        type_vocab_size=1,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return build(RobertaForMaskedLM, config, seed=32, std=0.25), tokenizer


def distilbert_sentiment():
    tokenizer = distilbert_tokenizer()
    names = {0: "NEGATIVE", 1: "POSITIVE"}
    config = DistilBertConfig(
        vocab_size=len(tokenizer),
        dim=HIDDEN,
        n_layers=2,
        n_heads=2,
        hidden_dim=4 * HIDDEN,
        max_position_embeddings=WINDOW,
        pad_token_id=tokenizer.pad_token_id,
        id2label=names,
        label2id={name: i for i, name in names.items()},
    )
    return build(DistilBertForSequenceClassification, config, seed=46, std=0.3), tokenizer
