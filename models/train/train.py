"""Trains one of the three models, on a CPU or a GPU, within a given time, and can be resumed.

    python train.py causal    --corpus FOLDER --tokenizer FOLDER --out FOLDER [--max-minutes 50]
    python train.py masked    --corpus FOLDER --encoder FOLDER --out FOLDER [--max-minutes 20]
    python train.py sentiment --sentences FOLDER --encoder FOLDER --out FOLDER [--max-minutes 10]

`--start FOLDER` begins with the weights of an exported model (those that ship, say) instead of fresh ones.
`--out` receives the trained weights, `log.jsonl` (one line every few steps) and `checkpoint.pt`; a second run
with the same `--out` goes on from there. The learning rate follows a cosine over the planned steps or
`--max-minutes`, whichever is further on, so that a run always ends with its cosine.
"""

import argparse
import json
import math
import os
import time
import tomllib
from pathlib import Path

import torch

from restore import restore


def rate(progress, warmup):
    """The learning rate's share of its peak at `progress` in 0..1: a linear warm-up, then a cosine to 0."""
    if progress < warmup:
        return (progress + 1e-3) / (warmup + 1e-3)
    return 0.5 * (1 + math.cos(math.pi * (progress - warmup) / (1 - warmup)))


def optimizers(task, preset):
    """Muon for the matrices that the task names as hidden, AdamW for everything else."""
    hidden, groups = task.parameter_groups()
    adamw = torch.optim.AdamW(groups, betas=(0.9, 0.95), weight_decay=0.0)
    if not hidden:
        return [adamw]
    return [torch.optim.Muon(hidden, lr=preset['muon_lr'], weight_decay=preset['weight_decay']), adamw]


def save_checkpoint(path, task, optims, step, elapsed):
    partial = path.with_suffix('.partial')
    state = {
        'model': task.model.state_dict(),
        'optimizers': [o.state_dict() for o in optims],
        'step': step,
        'elapsed': elapsed,
    }
    torch.save(state, partial)
    os.replace(partial, path)


def train(task, preset, out, max_minutes, checkpoint_minutes, report_every):
    device = task.device
    optims = optimizers(task, preset)
    peaks = [[group['lr'] for group in o.param_groups] for o in optims]
    checkpoint = out / 'checkpoint.pt'
    step, elapsed = 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device)
        task.model.load_state_dict(state['model'])
        for optim, stored in zip(optims, state['optimizers']):
            optim.load_state_dict(stored)
        step, elapsed = state['step'], state['elapsed']
        print(f'resumed at step {step}', flush=True)
    begun = time.monotonic() - elapsed
    saved = reported = time.monotonic()
    log = (out / 'log.jsonl').open('a')
    total, count = 0.0, 0
    task.model.train()
    while True:
        elapsed = time.monotonic() - begun
        progress = max(step / preset['steps'], elapsed / (60 * max_minutes))
        if progress >= 1:
            break
        share = rate(progress, preset['warmup'])
        for optim, group_peaks in zip(optims, peaks):
            for group, peak in zip(optim.param_groups, group_peaks):
                group['lr'] = peak * share
        with torch.autocast(device, torch.bfloat16):
            loss = task.loss(step, progress)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(task.model.parameters(), 1.0)
        for optim in optims:
            optim.step()
            optim.zero_grad()
        step += 1
        total, count = total + loss.detach(), count + 1
        if step % report_every == 0:
            mean = (total / count).item()
            if not math.isfinite(mean):
                raise RuntimeError(f'the loss at step {step} is {mean}: lower the learning rates in config.toml')
            now = time.monotonic()
            line = {'step': step, 'minutes': round(elapsed / 60, 2), 'progress': round(progress, 4), 'loss': round(mean, 4)}
            line['seconds_per_step'] = round((now - reported) / count, 3)
            if step % (10 * report_every) == 0:
                task.model.eval()
                line |= task.evaluate()
                task.model.train()
            print(json.dumps(line), file=log, flush=True)
            print(line, flush=True)
            total, count, reported = 0.0, 0, time.monotonic()
        if time.monotonic() - saved > 60 * checkpoint_minutes:
            save_checkpoint(checkpoint, task, optims, step, time.monotonic() - begun)
            saved = time.monotonic()
    task.model.eval()
    save_checkpoint(checkpoint, task, optims, step, time.monotonic() - begun)
    result = {'steps': step, 'minutes': round((time.monotonic() - begun) / 60, 1)} | task.evaluate()
    print(json.dumps(result), file=log, flush=True)
    print(result, flush=True)
    task.save(out)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument('model', choices=['causal', 'masked', 'sentiment'])
    arguments.add_argument('--config', default=Path(__file__).with_name('config.toml'))
    arguments.add_argument('--corpus', help='folder of text (causal, masked)')
    arguments.add_argument('--sentences', help='folder with train.tsv and sst2-dev.tsv (sentiment)')
    arguments.add_argument('--tokenizer', help="folder written by tokenizer.py (causal)")
    arguments.add_argument('--encoder', help='folder of the BERT model to start from (masked, sentiment)')
    arguments.add_argument('--start', help='folder of an exported model whose weights to begin with')
    arguments.add_argument('--out', required=True)
    arguments.add_argument('--preset', choices=['cpu', 'gpu'], default='gpu' if torch.cuda.is_available() else 'cpu')
    arguments.add_argument('--max-minutes', type=float, default=10)
    arguments.add_argument('--checkpoint-minutes', type=float, default=1)
    arguments.add_argument('--report-every', type=int, default=20, help='steps between two lines of the log')
    args = arguments.parse_args()
    needed = {'causal': ['corpus', 'tokenizer'], 'masked': ['corpus', 'encoder'], 'sentiment': ['sentences', 'encoder']}
    for name in needed[args.model]:
        if not getattr(args, name):
            arguments.error(f'{args.model} needs --{name}')
    config = tomllib.loads(Path(args.config).read_text())
    preset = config[args.preset][args.model]
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(config['seed'])
    device = 'cuda' if torch.cuda.is_available() else 'cpu'

    if args.model == 'causal':
        from causal import Causal as Task
    elif args.model == 'masked':
        from masked import Masked as Task
    else:
        from sentiment import Sentiment as Task
    task = Task(args, config, preset, device)
    if args.start:
        restore(task.model, args.start)
        print('begins with', task.evaluate(), flush=True)
    train(task, preset, out, args.max_minutes, args.checkpoint_minutes, args.report_every)


if __name__ == '__main__':
    main()
