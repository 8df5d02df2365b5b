"""Runs a model folder for `evaluate.py`: through the project's command line, or for a check directly in
onnxruntime on the same files."""

import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from files import expected

ROOT = Path(__file__).resolve().parents[2]


class CommandLine:
    """`node dist/cli.js`, given many lines at once; one parsed JSON answer for each."""

    name = 'the command line'

    def run(self, command, folder, lines, *options):
        # In a folder: on Windows an open temporary file can't be read by another process.
        with tempfile.TemporaryDirectory() as temporary:
            file = Path(temporary) / 'lines.txt'
            file.write_text(''.join(line + '\n' for line in lines), encoding='utf-8')
            program = expected(ROOT, 'dist/cli.js', 'make it with npm run build, or measure with --engine onnxruntime')
            arguments = [command, '--model', str(folder), '--json', '--lines', '--file', str(file), *options]
            done = subprocess.run(['node', program, *arguments], stdout=subprocess.PIPE, encoding='utf-8')
        if done.returncode:
            raise SystemExit(f'headlight {command} --model {folder} ended with {done.returncode}; why, it said above.')
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        failed = [answer['error'] for answer in answers if 'error' in answer]
        if failed or len(answers) != len(lines):
            raise RuntimeError(f'{command}: {len(answers)} answers to {len(lines)} lines, {len(failed)} errors {failed[:1]}')
        return answers

    def score(self, folder, lines):
        """The log probability (natural logarithm) of each line after the end-of-text token."""
        return [answer['sum'] for answer in self.run('score', folder, lines)]

    def fill(self, folder, lines):
        """For each line, the five likeliest token ids of each [MASK]."""
        answers = self.run('fill', folder, lines, '--top', '5', '--no-fillings')
        return [[[c['id'] for c in mask['candidates']] for mask in answer['masks']] for answer in answers]

    def next_sentence(self, folder, pairs):
        """For each pair of passages, the probability that the second follows the first."""
        answers = self.run('next-sentence', folder, ['\t'.join(pair) for pair in pairs])
        return [answer['isNext'] for answer in answers]

    def sentiment(self, folder, lines):
        """For each line, the probability of POSITIVE."""
        return [answer['scores']['POSITIVE'] for answer in self.run('sentiment', folder, lines)]


class OnnxRuntime:
    """The same answers from Python's onnxruntime, lines of like length together."""

    name = "Python's onnxruntime"

    def __init__(self, graph):
        self.graph = graph

    def open(self, folder):
        import onnxruntime
        from tokenizers import Tokenizer

        path = expected(folder, f'onnx/{self.graph}', 'export.py and quantise.py write the graphs')
        session = onnxruntime.InferenceSession(path, providers=['CPUExecutionProvider'])
        return session, Tokenizer.from_file(str(Path(folder) / 'tokenizer.json'))

    def batches(self, rows, tokens_in_batch):
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        while order:
            count = max(1, tokens_in_batch // len(rows[order[0]]))
            part, order = order[:count], order[count:]
            length = max(len(rows[i]) for i in part)
            ids = np.zeros((len(part), length), np.int64)
            mask = np.zeros_like(ids)
            for row, index in enumerate(part):
                ids[row, : len(rows[index])], mask[row, : len(rows[index])] = rows[index], 1
            yield part, ids, mask

    def score(self, folder, lines):
        session, tokenizer = self.open(folder)
        config = json.loads((Path(folder) / 'config.json').read_text(encoding='utf-8'))
        end, heads = config['eos_token_id'], config['n_head']
        rows = [[end] + encoding.ids for encoding in tokenizer.encode_batch(lines)]
        sums = np.zeros(len(lines))
        for part, ids, mask in self.batches(rows, 4096):
            empty = np.zeros((len(part), heads, 0, config['n_embd'] // heads), np.float32)
            feeds = {'input_ids': ids, 'attention_mask': mask, 'position_ids': np.broadcast_to(np.arange(ids.shape[1]), ids.shape)}
            feeds |= {i.name: empty for i in session.get_inputs() if i.name.startswith('past')}
            logits = session.run(['logits'], feeds)[0][:, :-1]
            top = logits.max(-1, keepdims=True)
            norms = (top + np.log(np.exp(logits - top).sum(-1, keepdims=True)))[..., 0]
            chosen = np.take_along_axis(logits, ids[:, 1:, None], -1)[..., 0]
            sums[part] = ((chosen - norms) * mask[:, 1:]).sum(-1)
        return sums.tolist()

    def encoder(self, folder, texts, output):
        """Yields the numbers of some of the lines or pairs `texts`, their token ids [texts, length] and what the graph
        gives for them as `output`, until all have been read."""
        session, tokenizer = self.open(folder)
        encodings = tokenizer.encode_batch(texts)
        for part, ids, mask in self.batches([encoding.ids for encoding in encodings], 1024):
            types = np.zeros_like(ids)
            for row, index in enumerate(part):
                types[row, : len(encodings[index])] = encodings[index].type_ids
            feeds = {'input_ids': ids, 'attention_mask': mask, 'token_type_ids': types}
            yield part, ids, session.run([output], feeds)[0]

    def fill(self, folder, lines):
        answers = [None] * len(lines)
        config = json.loads((Path(folder) / 'tokenizer.json').read_text(encoding='utf-8'))
        mask_id = next(token['id'] for token in config['added_tokens'] if token['content'] == '[MASK]')
        for part, ids, logits in self.encoder(folder, lines, 'logits'):
            for row, index in enumerate(part):
                places = np.flatnonzero(ids[row] == mask_id)
                answers[index] = np.argsort(-logits[row, places], axis=-1)[:, :5].tolist()
        return answers

    def first_of_two(self, folder, texts, output):
        """The probability of the first of two classes for each line or pair."""
        probability = np.zeros(len(texts))
        for part, _, logits in self.encoder(folder, texts, output):
            probability[part] = 1 / (1 + np.exp(logits[:, 1] - logits[:, 0]))
        return probability

    def next_sentence(self, folder, pairs):
        return self.first_of_two(folder, pairs, 'seq_relationship_logits').tolist()

    def sentiment(self, folder, lines):
        return (1 - self.first_of_two(folder, lines, 'logits')).tolist()
