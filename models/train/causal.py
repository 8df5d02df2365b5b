"""The causal model: GPT-2's architecture from scratch, next-token prediction on packed documents."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from transformers import GPT2Config, GPT2LMHeadModel, GPT2TokenizerFast

from corpus import chosen_documents, is_prose, paragraphs, read_documents
from files import cached, expected

HELDOUT_LENGTH = 256  # tokens of a row that is only measured


def pack(documents, tokenizer, min_letter_share):
    """One stream of token ids, each document closed by the end-of-text token.

    Returns the `ids` and the positions `starts` where a paragraph of prose begins: rows of training text start there.
    """
    end = tokenizer.eos_token_id
    newlines = tokenizer('\n\n')['input_ids']
    texts = [text for _, text in documents]
    ids, starts, position = [], [], 0
    for first in range(0, len(texts), 64):
        split = [paragraphs(text, min_letter_share) for text in texts[first : first + 64]]
        encoded = iter(tokenizer.backend_tokenizer.encode_batch([p for kept in split for p in kept]))
        for kept in split:
            for index, paragraph in enumerate(kept):
                if is_prose(paragraph):
                    starts.append(position)
                piece = next(encoded).ids + (newlines if index + 1 < len(kept) else [end])
                ids.append(np.asarray(piece, np.uint16))
                position += len(piece)
    return {'ids': np.concatenate([[], *ids]).astype(np.uint16), 'starts': np.asarray(starts, np.int64)}


def training_text(folder, corpus, tokenizer, config):
    """`pack` of the corpus for training, kept in `folder`/tokens.npz."""
    letters = config['corpus']['min_letter_share']
    return cached(Path(folder) / 'tokens.npz', lambda: pack(chosen_documents(corpus, config), tokenizer, letters))


class Causal:
    """What `train.py` needs to know of the causal model: its weights, its batches and its loss."""

    def __init__(self, args, config, preset, device):
        self.preset = preset
        self.seed = config['seed']
        self.device = device
        expected(args.tokenizer, 'tokenizer.json', 'make it with tokenizer.py')
        self.tokenizer = GPT2TokenizerFast.from_pretrained(args.tokenizer)
        self.end = self.tokenizer.eos_token_id
        letters = config['corpus']['min_letter_share']
        self.held = cached(
            Path(args.out) / 'heldout.npz',
            lambda: pack(read_documents(args.corpus, heldout=True), self.tokenizer, letters),
        )
        self.text = training_text(args.out, args.corpus, self.tokenizer, config)
        for text, length in ((self.held, HELDOUT_LENGTH), (self.text, max(preset['lengths']))):
            if not (text['starts'] < len(text['ids']) - length).any():
                which = 'held-out text' if text is self.held else 'text'
                raise SystemExit(f'{args.corpus} has too little {which} for a row of {length} tokens: add some.')
        print({name: len(array) for name, array in self.text.items()}, flush=True)
        self.model = GPT2LMHeadModel(
            GPT2Config(
                vocab_size=len(self.tokenizer),
                n_positions=preset['n_positions'],
                n_embd=preset['n_embd'],
                n_layer=preset['n_layer'],
                n_head=preset['n_head'],
                resid_pdrop=preset['dropout'],
                embd_pdrop=preset['dropout'],
                attn_pdrop=preset['dropout'],
                bos_token_id=self.end,
                eos_token_id=self.end,
            )
        ).to(device)
        self.forward = torch.compile(self.row_losses, dynamic=False) if preset['compile'] else self.row_losses

    def row_losses(self, rows):
        """The mean cross-entropy in nats of each next token in `rows` [batch, length + 1]."""
        hidden = self.model.transformer(rows[:, :-1], use_cache=False).last_hidden_state
        logits = self.model.lm_head(hidden)
        return F.cross_entropy(logits.flatten(0, 1).float(), rows[:, 1:].flatten())

    def rows(self, text, count, length, dice):
        """`count` rows of an end-of-text token and the `length` tokens from a paragraph's beginning on."""
        ids, starts = text['ids'], text['starts']
        fitting = starts[: np.searchsorted(starts, len(ids) - length)]
        # A paragraph is drawn as often as it is long (up to 128 tokens), so that dialogue isn't all there is.
        weights = np.cumsum(np.minimum(np.diff(fitting, append=fitting[-1] + 1), 128))
        drawn = np.searchsorted(weights, dice.random(count) * weights[-1], side='right')
        rows = np.full((count, length + 1), self.end, np.int64)
        for row, start in zip(rows, fitting[drawn]):
            row[1:] = ids[start : start + length]
        return torch.from_numpy(rows).to(self.device)

    def loss(self, step, progress):
        length = self.preset['lengths'][step % len(self.preset['lengths'])]
        dice = np.random.default_rng([self.seed, step])
        count = self.preset['tokens_per_step'] // length
        return self.forward(self.rows(self.text, count, length, dice))

    def parameter_groups(self):
        """The hidden matrices (for Muon), and groups with their learning rates (for AdamW)."""
        hidden = [p for name, p in self.model.named_parameters() if p.ndim == 2 and '.h.' in name]
        rest = [p for name, p in self.model.named_parameters() if not (p.ndim == 2 and '.h.' in name)]
        return hidden, [{'params': rest, 'lr': self.preset['adamw_lr']}]

    @torch.no_grad()
    def evaluate(self):
        """Cross-entropy in nats per token on 64 rows of held-out text."""
        dice = np.random.default_rng(0)
        losses = [self.row_losses(self.rows(self.held, 16, HELDOUT_LENGTH, dice)) for _ in range(4)]
        return {'heldout': torch.stack(losses).mean().item()}

    def save(self, folder):
        self.model.save_pretrained(folder)
        self.tokenizer.model_max_length = self.preset['n_positions']
        self.tokenizer.save_pretrained(folder)
