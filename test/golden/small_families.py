"""Small random-weight models of the other families, built as small_models.py builds GPT-2 and BERT."""

from transformers import (
    AlbertConfig,
    AlbertForMaskedLM,
    AlbertForPreTraining,
    BartConfig,
    BartForConditionalGeneration,
    BertForNextSentencePrediction,
    BertForPreTraining,
    BertForQuestionAnswering,
    BigBirdConfig,
    BigBirdForMaskedLM,
    DistilBertConfig,
    DistilBertForMaskedLM,
    ElectraConfig,
    ElectraForMaskedLM,
    GPTNeoConfig,
    GPTNeoForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    MarianConfig,
    MarianMTModel,
    OPTConfig,
    OPTForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    RobertaConfig,
    RobertaForQuestionAnswering,
    T5Config,
    T5ForConditionalGeneration,
)

import family_tokenizers as tokenizers
from small_models import (
    HIDDEN,
    WINDOW,
    bert_config,
    bert_tokenizer,
    build,
    distilbert_tokenizer,
    gpt2_tokenizer,
    roberta_tokenizer,
)

WIDTH = 16  # of the encoder-decoders, which have twice as many parts


def ends(model, tokenizer):
    for name in ("bos_token_id", "eos_token_id"):
        setattr(model.generation_config, name, getattr(tokenizer, name))
    return model, tokenizer


def gpt_neo():
    """Every second layer sees only the last few tokens; scores aren't divided by the width."""
    tokenizer = gpt2_tokenizer()
    config = GPTNeoConfig(
        vocab_size=len(tokenizer),
        max_position_embeddings=WINDOW,
        hidden_size=HIDDEN,
        num_layers=2,
        num_heads=4,
        attention_types=[[["global", "local"], 1]],
        window_size=16,
        bos_token_id=tokenizer.eos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    return ends(build(GPTNeoForCausalLM, config, seed=71, std=0.2), tokenizer)


def opt():
    tokenizer = tokenizers.opt_tokenizer()
    config = OPTConfig(
        vocab_size=len(tokenizer),
        max_position_embeddings=WINDOW,
        hidden_size=HIDDEN,
        word_embed_proj_dim=HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=4,
        ffn_dim=4 * HIDDEN,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return ends(build(OPTForCausalLM, config, seed=72, std=0.3), tokenizer)


def rotary(cls, config_cls, tokenizer, seed, **more):
    config = config_cls(
        vocab_size=len(tokenizer),
        max_position_embeddings=WINDOW,
        hidden_size=HIDDEN,
        intermediate_size=2 * HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,  # two queries a key
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        **more,
    )
    return ends(build(cls, config, seed=seed, std=0.3), tokenizer)


def llama():
    return rotary(LlamaForCausalLM, LlamaConfig, tokenizers.llama_tokenizer(), 73)


def smollm():
    """Llama's architecture with a byte-level vocabulary and the embeddings as head."""
    return rotary(
        LlamaForCausalLM, LlamaConfig, tokenizers.smollm_tokenizer(), 74, tie_word_embeddings=True
    )


def qwen2():
    """Biases on queries, keys and values."""
    return rotary(
        Qwen2ForCausalLM, Qwen2Config, tokenizers.qwen_tokenizer(), 75, tie_word_embeddings=True
    )


def albert_config(tokenizer):
    return AlbertConfig(
        vocab_size=len(tokenizer),
        embedding_size=16,
        hidden_size=HIDDEN,
        num_hidden_layers=3,  # of one layer's weights
        num_attention_heads=4,
        intermediate_size=2 * HIDDEN,
        max_position_embeddings=WINDOW,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.cls_token_id,
        eos_token_id=tokenizer.sep_token_id,
    )


def albert_masked():
    tokenizer = tokenizers.albert_tokenizer()
    return build(AlbertForMaskedLM, albert_config(tokenizer), seed=81, std=0.25), tokenizer


def albert_order():
    tokenizer = tokenizers.albert_tokenizer()
    return build(AlbertForPreTraining, albert_config(tokenizer), seed=82, std=0.25), tokenizer


def electra_generator():
    tokenizer = bert_tokenizer()
    config = ElectraConfig(
        vocab_size=len(tokenizer),
        embedding_size=16,
        hidden_size=HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=2 * HIDDEN,
        max_position_embeddings=WINDOW,
        pad_token_id=tokenizer.pad_token_id,
    )
    return build(ElectraForMaskedLM, config, seed=83, std=0.25), tokenizer


def bigbird_masked():
    tokenizer = tokenizers.bigbird_tokenizer()
    config = BigBirdConfig(
        vocab_size=len(tokenizer),
        hidden_size=HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=2 * HIDDEN,
        max_position_embeddings=WINDOW,
        attention_type="original_full",
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.cls_token_id,
        eos_token_id=tokenizer.sep_token_id,
        sep_token_id=tokenizer.sep_token_id,
    )
    return build(BigBirdForMaskedLM, config, seed=84, std=0.25), tokenizer


def distilbert_masked():
    tokenizer = distilbert_tokenizer()
    config = DistilBertConfig(
        vocab_size=len(tokenizer),
        dim=HIDDEN,
        n_layers=2,
        n_heads=2,
        hidden_dim=2 * HIDDEN,
        max_position_embeddings=WINDOW,
        pad_token_id=tokenizer.pad_token_id,
    )
    return build(DistilBertForMaskedLM, config, seed=85, std=0.25), tokenizer


def bert_pretraining():
    tokenizer = bert_tokenizer()
    return build(BertForPreTraining, bert_config(tokenizer), seed=86, std=0.25), tokenizer


def bert_next_sentence():
    tokenizer = bert_tokenizer()
    return build(BertForNextSentencePrediction, bert_config(tokenizer), seed=87, std=0.25), tokenizer


def bert_answer():
    tokenizer = bert_tokenizer()
    return build(BertForQuestionAnswering, bert_config(tokenizer), seed=88, std=0.25), tokenizer


def roberta_answer():
    tokenizer = roberta_tokenizer()
    config = RobertaConfig(
        vocab_size=len(tokenizer),
        hidden_size=HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=2 * HIDDEN,
        max_position_embeddings=WINDOW + 2,
        type_vocab_size=1,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return build(RobertaForQuestionAnswering, config, seed=89, std=0.25), tokenizer


def t5():
    """Relative positions, no biases; told what to do by a prefix."""
    tokenizer = tokenizers.t5_tokenizer()
    config = T5Config(
        vocab_size=len(tokenizer),
        d_model=WIDTH,
        d_kv=8,
        d_ff=2 * WIDTH,
        num_layers=2,
        num_heads=2,
        n_positions=WINDOW,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        decoder_start_token_id=tokenizer.pad_token_id,
        task_specific_params={
            "summarization": {"prefix": "summarize: ", "max_length": 20, "num_beams": 3, "early_stopping": True},
            "translation_en_to_de": {"prefix": "translate English to German: "},
        },
    )
    model = build(T5ForConditionalGeneration, config, seed=91, std=0.35, embedding_std=1.6)
    model.generation_config.decoder_start_token_id = tokenizer.pad_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    return model, tokenizer


def bart():
    """Learned positions; every text that it writes is forced to begin with <s> and end with </s>."""
    tokenizer = roberta_tokenizer()
    config = BartConfig(
        vocab_size=len(tokenizer),
        d_model=WIDTH,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=2 * WIDTH,
        decoder_ffn_dim=2 * WIDTH,
        max_position_embeddings=WINDOW,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        decoder_start_token_id=tokenizer.eos_token_id,
        forced_bos_token_id=tokenizer.bos_token_id,
        forced_eos_token_id=tokenizer.eos_token_id,
    )
    model = build(BartForConditionalGeneration, config, seed=92, std=0.3, embedding_std=0.5)
    generation = model.generation_config
    generation.decoder_start_token_id = tokenizer.eos_token_id
    generation.forced_bos_token_id = tokenizer.bos_token_id
    generation.forced_eos_token_id = tokenizer.eos_token_id
    generation.no_repeat_ngram_size = 3
    generation.num_beams = 3
    generation.early_stopping = True
    generation.min_length = 6
    return model, tokenizer


def marian():
    """Sinusoidal positions, one vocabulary for both languages; begins to write after <pad>, which it may not write."""
    tokenizer = tokenizers.marian_tokenizer()
    pad = tokenizer.pad_token_id
    config = MarianConfig(
        vocab_size=len(tokenizer),
        decoder_vocab_size=len(tokenizer),
        d_model=WIDTH,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=2 * WIDTH,
        decoder_ffn_dim=2 * WIDTH,
        max_position_embeddings=WINDOW,
        pad_token_id=pad,
        eos_token_id=tokenizer.eos_token_id,
        decoder_start_token_id=pad,
        forced_eos_token_id=tokenizer.eos_token_id,
        scale_embedding=True,
    )
    model = build(MarianMTModel, config, seed=93, std=0.3, embedding_std=0.4)
    generation = model.generation_config
    generation.decoder_start_token_id = pad
    generation.pad_token_id = pad
    generation.eos_token_id = tokenizer.eos_token_id
    generation.forced_eos_token_id = tokenizer.eos_token_id
    generation.bad_words_ids = [[pad]]
    generation.num_beams = 4
    generation.max_length = 24
    return model, tokenizer
