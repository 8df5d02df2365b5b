"""The sentiment classifier: a BERT encoder fine-tuned on labelled sentences, its probability calibrated."""

import csv

import numpy as np
import torch
import torch.nn.functional as F
from transformers import BertForSequenceClassification

from files import expected
from masked import encoder_tokenizer

LABELS = {0: 'NEGATIVE', 1: 'POSITIVE'}


def read_sentences(folder, name):
    """The columns sentence, label (0 or 1) and source of a tab-separated file. Ends the script where it has no rows,
    or not these columns."""
    path = expected(folder, name, '--sentences is a folder with train.tsv and sst2-dev.tsv')
    with path.open(encoding='utf-8', newline='') as file:
        rows = list(csv.DictReader(file, delimiter='\t', quoting=csv.QUOTE_NONE))
    if not rows:
        raise SystemExit(f'{path} has no rows: it needs a header and the columns label, sentence and source.')
    for line, row in enumerate(rows, 2):
        if row.get('label') not in ('0', '1') or not row.get('sentence') or row.get('source') is None:
            raise SystemExit(
                f'{path}, line {line}: a row has label (1 positive, 0 negative), sentence and source, parted by tabs; '
                f'this one is {dict(row)}.'
            )
    return [row['sentence'] for row in rows], np.asarray([int(row['label']) for row in rows]), [r['source'] for r in rows]


def calibration_error(probabilities, labels, bins=15):
    """Expected calibration error (Guo et al. 2017) in 0..1: the mean distance of confidence from accuracy.

    `probabilities` [n] are those of the positive class, `labels` [n] are 0 or 1.
    """
    confidence = np.maximum(probabilities, 1 - probabilities)
    right = (probabilities > 0.5) == labels
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for index in range(bins):
        members = bin_of == index
        if members.any():
            error += members.mean() * abs(confidence[members].mean() - right[members].mean())
    return float(error)


def fit_temperature(logits, labels):
    """The temperature in 0.2..5 whose division of `logits` [n, 2] gives `labels` [n] the highest likelihood."""
    candidates = np.geomspace(0.2, 5, 400)
    losses = [F.cross_entropy(logits / t, labels).item() for t in candidates]
    return float(candidates[int(np.argmin(losses))])


class Sentiment:
    """What `train.py` needs to know of the classifier: its weights, its batches and its loss."""

    def __init__(self, args, config, preset, device):
        self.preset = preset
        self.seed = config['seed']
        self.device = device
        self.tokenizer = encoder_tokenizer(args.encoder)
        texts, self.labels, sources = read_sentences(args.sentences, 'train.tsv')
        dev_texts, dev_labels, _ = read_sentences(args.sentences, 'sst2-dev.tsv')
        self.ids = self.tokenizer(texts, truncation=True, max_length=preset['max_length'])['input_ids']
        self.dev_ids = self.tokenizer(dev_texts, truncation=True, max_length=preset['max_length'])['input_ids']
        self.dev_labels = torch.from_numpy(dev_labels)
        weights = np.asarray([preset['weights'].get(source, 1.0) for source in sources])
        self.weights = weights / weights.sum()
        self.model = BertForSequenceClassification.from_pretrained(
            args.encoder, num_labels=2, id2label=LABELS, label2id={label: i for i, label in LABELS.items()}
        ).to(device)

    def logits(self, rows):
        """Class logits [rows, 2] of lists of token ids, padded to the longest."""
        length = max(map(len, rows))
        ids = np.full((len(rows), length), self.tokenizer.pad_token_id, np.int64)
        mask = np.zeros_like(ids)
        for row, line in enumerate(rows):
            ids[row, : len(line)], mask[row, : len(line)] = line, 1
        ids, mask = torch.from_numpy(ids).to(self.device), torch.from_numpy(mask).to(self.device)
        return self.model(input_ids=ids, attention_mask=mask).logits.float()

    def loss(self, step, progress):
        dice = np.random.default_rng([self.seed, step])
        # Of a larger draw, sentences of like length go together, so that little is spent on padding.
        size = self.preset['sentences_per_step']
        drawn = dice.choice(len(self.ids), 8 * size, p=self.weights)
        drawn = drawn[np.argsort([len(self.ids[i]) for i in drawn])].reshape(8, size)[dice.integers(8)]
        labels = torch.from_numpy(self.labels[drawn]).to(self.device)
        logits = self.logits([self.ids[i] for i in drawn])
        return F.cross_entropy(logits, labels, label_smoothing=self.preset['label_smoothing'])

    def parameter_groups(self):
        """No matrices for Muon; groups with their learning rates (for AdamW)."""
        head = [p for name, p in self.model.named_parameters() if 'classifier' in name or 'pooler' in name]
        rest = [p for name, p in self.model.named_parameters() if not ('classifier' in name or 'pooler' in name)]
        preset = self.preset
        return [], [{'params': head, 'lr': preset['head_lr']}, {'params': rest, 'lr': preset['adamw_lr']}]

    @torch.no_grad()
    def dev_logits(self):
        parts = [self.logits(self.dev_ids[i : i + 64]) for i in range(0, len(self.dev_ids), 64)]
        return torch.cat(parts).cpu()

    def evaluate(self):
        """Accuracy and expected calibration error on SST-2's dev split."""
        logits = self.dev_logits()
        positive = logits.softmax(-1)[:, 1].numpy()
        return {
            'accuracy': (logits.argmax(-1) == self.dev_labels).float().mean().item(),
            'calibration_error': calibration_error(positive, self.dev_labels.numpy()),
        }

    def save(self, folder):
        """Folds the temperature fitted on dev into the classifier's last layer and writes the model."""
        temperature = fit_temperature(self.dev_logits(), self.dev_labels)
        with torch.no_grad():
            self.model.classifier.weight /= temperature
            self.model.classifier.bias /= temperature
        print({'temperature': temperature} | self.evaluate(), flush=True)
        self.model.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)
