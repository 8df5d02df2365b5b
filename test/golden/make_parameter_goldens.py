"""Writes test/fixtures/golden/parameters.json: how many parameters transformers counts for a config.json, of models in
their published sizes and of the small ones. No weights are made.

    python make_parameter_goldens.py
"""

import json
import warnings

import torch
import transformers

import small_families
import small_models
from golden_files import versions, write

LLAMA_135M = {  # SmolLM-135M
    "hidden_size": 576,
    "intermediate_size": 1536,
    "num_hidden_layers": 30,
    "num_attention_heads": 9,
    "num_key_value_heads": 3,
    "vocab_size": 49152,
    "tie_word_embeddings": True,
}
QWEN2_05B = {
    "hidden_size": 896,
    "intermediate_size": 4864,
    "num_hidden_layers": 24,
    "num_attention_heads": 14,
    "num_key_value_heads": 2,
    "vocab_size": 151936,
    "tie_word_embeddings": True,
}
OPT_350M = {
    "hidden_size": 1024,
    "ffn_dim": 4096,
    "num_hidden_layers": 24,
    "num_attention_heads": 16,
    "word_embed_proj_dim": 512,
    "do_layer_norm_before": False,
}
ALBERT_BASE = {"hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12}
T5_V11_BASE = {
    "d_model": 768,
    "d_ff": 2048,
    "num_layers": 12,
    "num_heads": 12,
    "feed_forward_proj": "gated-gelu",
    "tie_word_embeddings": False,
    "vocab_size": 32128,
}
BART_BASE = {
    "d_model": 768,
    "encoder_layers": 6,
    "decoder_layers": 6,
    "encoder_ffn_dim": 3072,
    "decoder_ffn_dim": 3072,
    "encoder_attention_heads": 12,
    "decoder_attention_heads": 12,
}
OPUS = {
    "d_model": 512,
    "vocab_size": 58101,
    "decoder_vocab_size": 58101,
    "encoder_layers": 6,
    "decoder_layers": 6,
    "encoder_ffn_dim": 2048,
    "decoder_ffn_dim": 2048,
    "encoder_attention_heads": 8,
    "decoder_attention_heads": 8,
    "max_position_embeddings": 512,
    "pad_token_id": 58100,
}

# The class, and what its config says other than its own defaults, which are a published model's.
PUBLISHED = [
    ("GPT2LMHeadModel", {}),
    ("GPTNeoForCausalLM", {}),
    ("OPTForCausalLM", {}),
    ("OPTForCausalLM", OPT_350M),
    ("LlamaForCausalLM", {}),
    ("LlamaForCausalLM", LLAMA_135M),
    ("Qwen2ForCausalLM", QWEN2_05B),
    ("BertForMaskedLM", {}),
    ("BertForPreTraining", {}),
    ("BertForSequenceClassification", {}),
    ("BertForQuestionAnswering", {}),
    ("BertForNextSentencePrediction", {}),
    ("DistilBertForMaskedLM", {}),
    ("DistilBertForSequenceClassification", {}),
    ("DistilBertForQuestionAnswering", {}),
    ("RobertaForMaskedLM", {"max_position_embeddings": 514, "type_vocab_size": 1}),
    ("RobertaForQuestionAnswering", {"max_position_embeddings": 514, "type_vocab_size": 1}),
    ("AlbertForMaskedLM", ALBERT_BASE),
    ("AlbertForPreTraining", ALBERT_BASE),
    ("AlbertForQuestionAnswering", {}),
    ("ElectraForMaskedLM", {}),
    ("BigBirdForMaskedLM", {}),
    ("T5ForConditionalGeneration", {}),
    ("T5ForConditionalGeneration", T5_V11_BASE),
    ("BartForConditionalGeneration", {}),
    ("BartForConditionalGeneration", BART_BASE),
    ("MarianMTModel", OPUS),
]

SMALL = {
    "gpt2-optimum": small_models.gpt2,
    "bert-masked": small_models.bert_masked,
    "bert-sentiment": small_models.bert_sentiment,
    "distilbert-sentiment": small_models.distilbert_sentiment,
    "roberta-masked": small_models.roberta_masked,
    "gpt-neo": small_families.gpt_neo,
    "opt": small_families.opt,
    "llama": small_families.llama,
    "smollm": small_families.smollm,
    "qwen2": small_families.qwen2,
    "albert-masked": small_families.albert_masked,
    "albert-order": small_families.albert_order,
    "electra-generator": small_families.electra_generator,
    "bigbird-masked": small_families.bigbird_masked,
    "distilbert-masked": small_families.distilbert_masked,
    "bert-pretraining": small_families.bert_pretraining,
    "bert-next-sentence": small_families.bert_next_sentence,
    "bert-answer": small_families.bert_answer,
    "roberta-answer": small_families.roberta_answer,
    "t5": small_families.t5,
    "bart": small_families.bart,
    "marian": small_families.marian,
}

# All that decides the size; a config.json has more.
KEPT = (
    "model_type architectures is_encoder_decoder tie_word_embeddings vocab_size type_vocab_size num_labels id2label "
    "hidden_size n_embd dim d_model embedding_size word_embed_proj_dim num_hidden_layers n_layer n_layers num_layers "
    "encoder_layers decoder_layers num_decoder_layers num_hidden_groups inner_group_num num_attention_heads n_head "
    "n_heads num_heads encoder_attention_heads decoder_attention_heads num_key_value_heads head_dim d_kv "
    "intermediate_size n_inner hidden_dim d_ff ffn_dim encoder_ffn_dim decoder_ffn_dim feed_forward_proj n_positions "
    "max_position_embeddings pad_token_id do_layer_norm_before relative_attention_num_buckets attention_bias mlp_bias"
).split()


def published(name, changes):
    cls = getattr(transformers, name)
    config = cls.config_class(**changes)
    with torch.device("meta"):
        model = cls(config)
    model.tie_weights()
    config.architectures = [name]
    told = json.loads(config.to_json_string())
    return {
        "class": name,
        "config": {key: told[key] for key in KEPT if key in told},
        "parameters": model.num_parameters(),
    }


def main():
    warnings.filterwarnings("ignore")
    write(
        "parameters",
        {
            "versions": versions(["torch", "transformers"]),
            "published": [published(*entry) for entry in PUBLISHED],
            "small": {name: build()[0].num_parameters() for name, build in SMALL.items()},
        },
    )


if __name__ == "__main__":
    main()
