"""Exports a trained model to ONNX in Hugging Face's layout, and checks its logits against PyTorch's.

    python export.py causal|masked|sentiment --trained FOLDER --out FOLDER

Writes `config.json`, `generation_config.json` (causal), the tokenizer's files and `onnx/model.onnx` (float32).
The attention stays visible as one Softmax node a layer. The causal graph has the inputs and outputs of stock
exports with past (`past_key_values.N.key` [batch, heads, past, head size] and so on); the masked one gives
`logits` and, beside it, `seq_relationship_logits` [batch, 2] of the next-sentence head (0: it follows).
"""

import argparse
import json
import math
import tomllib
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from transformers import (
    AutoTokenizer,
    BertForPreTraining,
    BertForSequenceClassification,
    GenerationConfig,
    GPT2LMHeadModel,
)

from files import expected

OPSET = 17
TOLERANCE = 1e-3  # of a float32 logit, absolute


class CausalGraph(torch.nn.Module):
    """GPT-2's forward pass with past keys and values as plain tensors, on the weights of `model`."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, position_ids, *past):
        transformer, config = self.model.transformer, self.model.config
        size = config.n_embd // config.n_head
        states = transformer.wte(input_ids) + transformer.wpe(position_ids)
        keys_seen = torch.arange(attention_mask.shape[1])
        queries_seen = torch.arange(input_ids.shape[1]) + past[0].shape[2]
        visible = keys_seen[None, :] <= queries_seen[:, None]
        visible = visible[None, None] & (attention_mask[:, None, None, :] > 0)
        present = []
        for index, block in enumerate(transformer.h):
            mixed = block.attn.c_attn(block.ln_1(states))
            query, key, value = (
                part.reshape(part.shape[0], part.shape[1], config.n_head, size).transpose(1, 2)
                for part in mixed.split(config.n_embd, dim=2)
            )
            key = torch.cat([past[2 * index], key], dim=2)
            value = torch.cat([past[2 * index + 1], value], dim=2)
            present += [key, value]
            scores = query @ key.transpose(2, 3) / math.sqrt(size)
            scores = torch.where(visible, scores, torch.finfo(torch.float32).min)
            read = (torch.softmax(scores, dim=-1) @ value).transpose(1, 2)
            states = states + block.attn.c_proj(read.reshape(read.shape[0], read.shape[1], config.n_embd))
            states = states + block.mlp(block.ln_2(states))
        return (self.model.lm_head(transformer.ln_f(states)), *present)


class MaskedGraph(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, token_type_ids):
        output = self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
        return output.prediction_logits, output.seq_relationship_logits


class SentimentGraph(MaskedGraph):
    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.model(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).logits


def to_onnx(graph, inputs, outputs, growing, path):
    """Traces `graph` on the named tensors `inputs`; `growing` names the axes that may change."""
    torch.onnx.export(
        graph.eval(),
        tuple(inputs.values()),
        path,
        input_names=list(inputs),
        output_names=outputs,
        dynamic_axes=growing,
        opset_version=OPSET,
        dynamo=False,
    )


def export_causal(model, path):
    config = model.config
    shape = (2, config.n_head, 3, config.n_embd // config.n_head)
    past = {
        f'past_key_values.{layer}.{part}': torch.randn(shape)
        for layer in range(config.n_layer)
        for part in ('key', 'value')
    }
    ids = torch.randint(0, config.vocab_size, (2, 5))
    positions = torch.arange(3, 8).expand(2, 5).contiguous()
    inputs = {'input_ids': ids, 'attention_mask': torch.ones(2, 8, dtype=torch.long), 'position_ids': positions, **past}
    outputs = ['logits'] + [name.replace('past_key_values', 'present') for name in past]
    growing = {'input_ids': {0: 'batch', 1: 'length'}, 'position_ids': {0: 'batch', 1: 'length'}}
    growing |= {'attention_mask': {0: 'batch', 1: 'total'}, 'logits': {0: 'batch', 1: 'length'}}
    growing |= {name: {0: 'batch', 2: 'past'} for name in past}
    growing |= {name: {0: 'batch', 2: 'total'} for name in outputs[1:]}
    to_onnx(CausalGraph(model), inputs, outputs, growing, path)


def export_encoder(graph, outputs, path):
    inputs = {
        'input_ids': torch.randint(1000, 2000, (2, 8)),
        'attention_mask': torch.ones(2, 8, dtype=torch.long),
        'token_type_ids': torch.zeros(2, 8, dtype=torch.long),
    }
    growing = {name: {0: 'batch', 1: 'length'} for name in inputs}
    growing |= {name: {0: 'batch', 1: 'length'} if name == 'logits' and len(outputs) == 2 else {0: 'batch'} for name in outputs}
    to_onnx(graph, inputs, outputs, growing, path)


def largest_difference(model, session, kind, tokenizer):
    """The largest distance of an ONNX logit from PyTorch's, over a few texts; the causal model reads each in two
    parts, so that its cache is checked as well."""
    texts = [
        'The lighthouse keeper wrote a letter.',
        'To install the package, run the command below and read what it prints - every line of it.',
        'Where are they?',
    ]
    worst = 0.0
    for text in texts:
        encoded = tokenizer(text, return_tensors='pt')
        with torch.no_grad():
            if kind == 'causal':
                expected = model(encoded['input_ids']).logits.numpy()
            elif kind == 'masked':
                expected = model(**encoded).prediction_logits.numpy()
            else:
                expected = model(**encoded).logits.numpy()
        feeds = {name: tensor.numpy() for name, tensor in encoded.items()}
        if kind == 'causal':
            config, ids = model.config, feeds['input_ids']
            past = {
                f'past_key_values.{layer}.{part}': np.zeros((1, config.n_head, 0, config.n_embd // config.n_head), 'f')
                for layer in range(config.n_layer)
                for part in ('key', 'value')
            }
            half, logits = ids.shape[1] // 2, []
            for begin, end in ((0, half), (half, ids.shape[1])):
                positions = np.arange(begin, end)[None]
                got = session.run(
                    None,
                    {'input_ids': ids[:, begin:end], 'attention_mask': np.ones((1, end), np.int64)}
                    | {'position_ids': positions}
                    | past,
                )
                logits.append(got[0])
                past = dict(zip(past, got[1:]))
            actual = np.concatenate(logits, axis=1)
        else:
            actual = session.run(['logits'], feeds)[0]
        worst = max(worst, float(np.abs(actual - expected).max()))
    return worst


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument('model', choices=['causal', 'masked', 'sentiment'])
    arguments.add_argument('--config', default=Path(__file__).with_name('config.toml'))
    arguments.add_argument('--trained', required=True, help='folder written by train.py')
    arguments.add_argument('--out', required=True)
    args = arguments.parse_args()
    config = tomllib.loads(Path(args.config).read_text())
    expected(args.trained, 'model.safetensors', '--trained is the --out of a training that came to its end')
    out = Path(args.out)
    (out / 'onnx').mkdir(parents=True, exist_ok=True)
    path = out / 'onnx' / 'model.onnx'
    tokenizer = AutoTokenizer.from_pretrained(args.trained)
    if args.model == 'causal':
        model = GPT2LMHeadModel.from_pretrained(args.trained, attn_implementation='eager').eval()
        export_causal(model, path)
        GenerationConfig(
            bos_token_id=model.config.bos_token_id, eos_token_id=model.config.eos_token_id, **config['generation']
        ).save_pretrained(out)
    elif args.model == 'masked':
        model = BertForPreTraining.from_pretrained(args.trained, attn_implementation='eager').eval()
        export_encoder(MaskedGraph(model), ['logits', 'seq_relationship_logits'], path)
    else:
        model = BertForSequenceClassification.from_pretrained(args.trained, attn_implementation='eager').eval()
        export_encoder(SentimentGraph(model), ['logits'], path)
    stored = model.config.to_diff_dict()
    for passing in ('_name_or_path', 'dtype', 'torch_dtype'):
        stored.pop(passing, None)
    (out / 'config.json').write_text(json.dumps(stored, indent=2, sort_keys=True) + '\n')
    tokenizer.save_pretrained(out)

    session = onnxruntime.InferenceSession(path, providers=['CPUExecutionProvider'])
    worst = largest_difference(model, session, args.model, tokenizer)
    print(f'{path}: {path.stat().st_size / 1e6:.1f} MB; largest difference from PyTorch in a logit {worst:.1e}')
    if worst > TOLERANCE:
        raise SystemExit(f'the graph differs from the PyTorch model by more than {TOLERANCE}')


if __name__ == '__main__':
    main()
