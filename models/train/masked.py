"""The masked model: BERT's architecture from a free encoder, trained to fill whole masked words and to tell
whether a second passage follows the first (next-sentence prediction, Devlin et al. 2018)."""

import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from transformers import BertForPreTraining, BertTokenizerFast

from corpus import chosen_documents, is_prose, paragraphs, read_documents
from files import cached, expected

IGNORED = -100
HELDOUT_LENGTH = 128  # tokens of a row that is only measured


def pack(documents, tokenizer, min_letter_share, megabytes):
    """The documents' prose as one stream of token ids, without special tokens.

    Returns the `ids`, the positions `starts` where a sentence begins, and for each of these the number of its
    document as `owners`.
    """
    ends = tokenizer.convert_tokens_to_ids(['.', '?', '!'])
    ids, starts, owners, position, left = [], [], [], 0, megabytes * 1_000_000
    for number, (_, text) in enumerate(documents):
        kept = [p for p in paragraphs(text, min_letter_share) if is_prose(p)]
        for encoding in tokenizer.backend_tokenizer.encode_batch(kept, add_special_tokens=False):
            piece = np.asarray(encoding.ids, np.uint16)
            inner = np.flatnonzero(np.isin(piece[:-1], ends)) + 1
            begins = np.concatenate([[0], inner]) + position
            ids.append(piece)
            starts.append(begins)
            owners.append(np.full(len(begins), number))
            position += len(piece)
        left -= sum(map(len, kept))
        if left < 0:
            break
    parts = {'ids': (ids, np.uint16), 'starts': (starts, np.int64), 'owners': (owners, np.int64)}
    return {name: np.concatenate([[], *arrays]).astype(kind) for name, (arrays, kind) in parts.items()}


def encoder_tokenizer(folder):
    """The tokenizer of the BERT model in `folder`, from its vocabulary alone: its tokenizer.json may ask for padding
    and a cut at 128 tokens."""
    vocabulary = expected(folder, 'vocab.txt', '--encoder is the folder of a BERT model in the Hugging Face layout')
    expected(folder, 'config.json', '--encoder is the folder of a BERT model in the Hugging Face layout')
    return BertTokenizerFast(vocabulary, model_max_length=512)


class Masked:
    """What `train.py` needs to know of the masked model: its weights, its batches and its loss."""

    def __init__(self, args, config, preset, device):
        self.preset = preset
        self.seed = config['seed']
        self.device = device
        self.tokenizer = encoder_tokenizer(args.encoder)
        tokens = self.tokenizer.convert_ids_to_tokens(range(len(self.tokenizer)))
        self.continues_word = np.asarray([t.startswith('##') for t in tokens])
        letters, cache = config['corpus']['min_letter_share'], Path(args.out)
        self.held = cached(
            cache / 'heldout.npz',
            lambda: pack(read_documents(args.corpus, heldout=True), self.tokenizer, letters, math.inf),
        )
        self.text = cached(
            cache / 'tokens.npz',
            lambda: pack(chosen_documents(args.corpus, config), self.tokenizer, letters, preset['corpus_megabytes']),
        )
        for text, length in ((self.held, HELDOUT_LENGTH), (self.text, max(n for n, _ in preset['lengths']))):
            if self.firsts(text, length) < 1:
                which = 'held-out text' if text is self.held else 'text'
                raise SystemExit(f'{args.corpus} has too little {which} for rows of {length} tokens: add some.')
        print({name: len(array) for name, array in self.text.items()}, flush=True)
        # The decoder starts as a copy of the word embeddings and goes its own way: tied, the softmax's
        # gradient would reach every input embedding at every step, more than a short training can mend.
        self.model = BertForPreTraining.from_pretrained(
            args.encoder, tie_word_embeddings=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        ).to(device)
        # The lower layers' features are general: leaving them as they are makes a step cheaper.
        self.model.bert.embeddings.requires_grad_(not preset['frozen_layers'])
        self.model.bert.encoder.layer[: preset['frozen_layers']].requires_grad_(False)
        self.head = self.model.cls.predictions
        with torch.no_grad():
            self.head.decoder.weight.copy_(self.model.bert.embeddings.word_embeddings.weight)
            counts = np.bincount(self.text['ids'], minlength=len(tokens)) + 1.0
            self.head.decoder.bias.copy_(torch.from_numpy(np.log(counts / counts.sum())))
        self.encode = torch.compile(self.model.bert, dynamic=False) if preset['compile'] else self.model.bert

    def words(self, ids):
        """The number of the word of each of `ids`, from 0 on."""
        return np.cumsum(~self.continues_word[ids]) - 1

    def firsts(self, text, length):
        """How many of the text's sentences, from the first on, can begin a row of `length` tokens; the twelve before
        its end don't, as a second passage begins up to twelve sentences later."""
        return int(np.searchsorted(text['starts'], len(text['ids']) - length)) - 12

    def segments(self, text, first, length, dice):
        """A passage of at most `length` ids from sentence `first` on, whole or as two passages, and whether
        the second follows the first (0: it does, 1: it comes from another document, IGNORED: one passage)."""
        ids, starts, owners = text['ids'], text['starts'], text['owners']
        start = starts[first]
        if dice.random() < 0.5:
            return ids[start : start + length], None, IGNORED
        cut = starts[first + 1 : first + 12]
        cut = cut[(cut > start + 4) & (cut < start + length - 12)]
        if not len(cut):
            return ids[start : start + length], None, IGNORED
        cut = dice.choice(cut)
        if dice.random() < 0.5:
            second, label = np.searchsorted(starts, cut), 0
        else:
            second, label = dice.integers(len(starts) - 12), 1
        if (owners[second] == owners[first]) == (label == 1):
            return ids[start : start + length], None, IGNORED
        begin, room = starts[second], length - (cut - start)
        if dice.random() < 0.3:
            room = min(room, starts[second + 1] - begin)
        return ids[start:cut], ids[begin : begin + room], label

    def batch(self, text, count, length, share, dice):
        """`count` rows of `length` tokens with about `share` of the words hidden behind [MASK].

        Returns the tensors input_ids, attention_mask, token_type_ids [count, length], follows [count], and of
        the masked places, a fixed number of them: `places` (into the flattened rows) and `targets` (ids).
        """
        tokenizer = self.tokenizer
        ids = np.full((count, length), tokenizer.pad_token_id, np.int64)
        mask, types = np.zeros_like(ids), np.zeros_like(ids)
        targets, follows = np.full_like(ids, IGNORED), np.full(count, IGNORED, np.int64)
        for row, first in enumerate(dice.integers(self.firsts(text, length), size=count)):
            one, two, follows[row] = self.segments(text, first, length - 3, dice)
            body = [[tokenizer.cls_token_id], one, [tokenizer.sep_token_id]]
            body += [two, [tokenizer.sep_token_id]] if two is not None else []
            line = np.concatenate(body).astype(np.int64)
            words = self.words(line)
            hidden = dice.random(words[-1] + 1)[words] < share
            hidden &= (line != tokenizer.cls_token_id) & (line != tokenizer.sep_token_id)
            targets[row, : len(line)][hidden] = line[hidden]
            line[hidden] = tokenizer.mask_token_id
            ids[row, : len(line)], mask[row, : len(line)] = line, 1
            types[row, len(one) + 2 : len(line)] = 1 if two is not None else 0
        places = np.flatnonzero(targets.ravel() != IGNORED)
        # The compiled graph wants one shape: surplus places are left out, missing ones point at ignored rows.
        room = int(1.25 * share * count * length)
        places = np.resize(places, room) if len(places) > room else np.pad(places, (0, room - len(places)))
        parts = [ids, mask, types, follows, places, targets.ravel()[places]]
        return [torch.from_numpy(part).to(self.device) for part in parts]

    def logits(self, batch, frozen=False):
        """Logits [places, vocabulary] of the masked places and [rows, 2] of the next-sentence head."""
        ids, mask, types, _, places, _ = batch
        with torch.set_grad_enabled(torch.is_grad_enabled() and not frozen):
            output = self.encode(input_ids=ids, attention_mask=mask, token_type_ids=types)
            states = output.last_hidden_state.flatten(0, 1)[places]
        return self.head(states), self.model.cls.seq_relationship(output.pooler_output)

    def loss(self, step, progress):
        dice = np.random.default_rng([self.seed, step])
        length = next(n for n, until in self.preset['lengths'] if progress < until)
        count = self.preset['tokens_per_step'] // length
        batch = self.batch(self.text, count, length, self.preset['mask_share'], dice)
        words, follows = self.logits(batch, frozen=progress < self.preset['head_only'])
        loss = F.cross_entropy(words.float(), batch[5], ignore_index=IGNORED)
        if (batch[3] != IGNORED).any():
            loss = loss + 0.5 * F.cross_entropy(follows.float(), batch[3], ignore_index=IGNORED)
        return loss

    def parameter_groups(self):
        """The hidden matrices (for Muon), and groups with their learning rates (for AdamW)."""
        hidden, embeddings, heads, rest = [], [], [], []
        for name, parameter in self.model.named_parameters():
            if 'embeddings' in name:
                embeddings.append(parameter)
            elif name.startswith('cls.') or 'pooler' in name:
                heads.append(parameter)
            elif parameter.ndim == 2:
                hidden.append(parameter)
            else:
                rest.append(parameter)
        preset = self.preset
        groups = [
            {'params': embeddings, 'lr': preset['embedding_lr']},
            {'params': heads, 'lr': preset['head_lr']},
            {'params': rest, 'lr': preset['adamw_lr']},
        ]
        return hidden, groups

    @torch.no_grad()
    def evaluate(self):
        """Share of masked tokens found first and among five, and of next-sentence questions answered, on
        held-out text."""
        dice = np.random.default_rng(0)
        hits, pairs = [], []
        for _ in range(8):
            batch = self.batch(self.held, 16, HELDOUT_LENGTH, 0.15, dice)
            words, follows = self.logits(batch)
            real = batch[5] != IGNORED
            hits.append(words[real].topk(5).indices == batch[5][real, None])
            asked = batch[3] != IGNORED
            pairs.append((follows.argmax(-1) == batch[3])[asked])
        hits = torch.cat(hits).float()
        return {
            'top1': hits[:, 0].mean().item(),
            'top5': hits.sum(1).mean().item(),
            'next_sentence': torch.cat(pairs).float().mean().item(),
        }

    def save(self, folder):
        self.model.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)
