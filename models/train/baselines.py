"""Plain methods to compare the models with: n-grams, the commonest tokens, the larger class, word counts."""

import re
from collections import Counter

import numpy as np


class NGram:
    """A trigram model over token ids, by interpolated absolute discounting (Ney et al. 1994).

    `ids` is the training stream; `end` opens every scored text and parts the documents.
    """

    def __init__(self, ids, size, end, discount=0.75):
        ids = ids.astype(np.int64)
        self.size, self.end, self.discount = size, end, discount
        counts = np.bincount(ids, minlength=size) + 0.1
        self.unigram = counts / counts.sum()
        self.bigrams = self.table(ids[:-1], ids[1:])
        self.trigrams = self.table(ids[:-2] * size + ids[1:-1], ids[2:])

    def table(self, histories, nexts):
        """Sorted keys history * size + next with counts, and sorted histories with totals and distinct nexts."""
        keys, counts = np.unique(histories * self.size + nexts, return_counts=True)
        owners, first = np.unique(keys // self.size, return_index=True)
        return keys, counts, owners, np.add.reduceat(counts, first), np.diff(np.append(first, len(keys)))

    def level(self, table, history, token, lower):
        keys, counts, owners, totals, kinds = table
        at = np.minimum(np.searchsorted(owners, history), len(owners) - 1)
        known = owners[at] == history
        total, kind = np.where(known, totals[at], 1), np.where(known, kinds[at], 0)
        key = history * self.size + token
        place = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
        count = np.where(keys[place] == key, counts[place], 0)
        mixed = np.maximum(count - self.discount, 0) / total + self.discount * kind / total * lower
        return np.where(known, mixed, lower)

    def log_probability(self, ids):
        """The summed natural log probability of a text's token `ids` after the end-of-text token."""
        line = np.concatenate([[self.end, self.end], ids]).astype(np.int64)
        lower = self.unigram[line[2:]]
        lower = self.level(self.bigrams, line[1:-1], line[2:], lower)
        lower = self.level(self.trigrams, line[:-2] * self.size + line[1:-1], line[2:], lower)
        return float(np.log(lower).sum())


def commonest_tokens(ids, count=5):
    return [token for token, _ in Counter(ids).most_common(count)]


def lexicon(sentences, labels, least=10, ratio=2.0):
    """Words that stand at least `ratio` times as often in sentences of one label: word -> +1 or -1."""
    positive, negative = Counter(), Counter()
    for sentence, label in zip(sentences, labels):
        (positive if label else negative).update(set(words_of(sentence)))
    kept = {}
    for word in positive.keys() | negative.keys():
        p, n = positive[word] + 1, negative[word] + 1
        if p + n >= least and max(p / n, n / p) >= ratio:
            kept[word] = 1 if p > n else -1
    return kept


def lexicon_label(words, sentence):
    """1 where the counted words are positive on balance (or even), else 0."""
    return int(sum(words.get(word, 0) for word in words_of(sentence)) >= 0)


def words_of(sentence):
    return re.findall(r"[a-z']+", sentence.lower())
