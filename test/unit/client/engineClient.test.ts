import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createEngine, type Engine } from '../../../src/client/engineClient';
import { english, worded } from '../../../src/core/message';
import type {
  AttentionSource,
  EngineActivity,
  EngineError,
  GenerationParameters,
} from '../../../src/protocol/engine';
import { fixture } from '../fixtures';

/** The engine as it ships; `npm test` builds it first. */
const entry = path.join(__dirname, '../../../dist/engine.js');

const gpt2 = fixture('gpt2-optimum');
const bert = fixture('bert-masked');
/** Long enough to be interrupted: no token of the model's vocabulary ends it. */
const long: GenerationParameters = { maxNewTokens: 120, doSample: true, seed: 1, temperature: 2 };

function code(expected: string): (error: EngineError) => boolean {
  return (error) => error.code === expected;
}

/** Resolves once there is no process `pid` any more. */
async function gone(pid: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`process ${pid} still runs`);
}

describe('The engine process', function () {
  this.timeout(30_000);
  let engine: Engine;
  let log: string[];

  before(() => assert.ok(fs.existsSync(entry), 'dist/engine.js is missing: run npm run build'));
  beforeEach(() => {
    log = [];
    engine = createEngine({
      entry,
      log: (level, message) => log.push(`${level}: ${message}`),
      env: () => ({ HEADLIGHT_THREADS: '1' }),
      stuckAfter: 500,
    });
  });
  afterEach(() => engine.dispose());

  it('starts at the first request and not before', async () => {
    assert.equal(engine.pid, undefined);
    const status = await engine.request('status', {});
    assert.equal(status.pid, engine.pid);
    assert.deepEqual(status.models, []);
  });

  it('says what went wrong in English, with the parts of which it can be said in Chinese', async () => {
    const error = await engine.request('continue', { model: bert, text: 'a' }).then(
      () => assert.fail('a masked model continues nothing'),
      (thrown: unknown) => thrown as EngineError,
    );
    assert.match(error.message, /^"bert-masked" can't continue text: it is a masked model, .* for this\.$/);
    assert.match(log.join(), /can't continue text/);
    const bundle = JSON.parse(
      fs.readFileSync(path.join(__dirname, '../../../l10n/bundle.l10n.zh-cn.json'), 'utf8'),
    ) as Record<string, string>;
    assert.equal(
      worded(error.said, (template, ...values) => english({ template: bundle[template]!, values })),
      '“bert-masked”不能续写文本：它是掩码模型，看两侧的文字，预测掩码遮住的内容。请为此选择因果模型。',
    );
  });

  it('streams a continuation and tells what it is doing', async () => {
    const activities: (EngineActivity | null)[] = [];
    engine.onActivity((activity) => activities.push(activity));
    const pieces: string[] = [];
    const result = await engine.request(
      'continue',
      { model: gpt2, text: 'The old lighthouse', options: { maxNewTokens: 10, doSample: false } },
      { onPartial: ({ text }) => pieces.push(text) },
    );
    assert.equal(pieces.join(''), result.text);
    assert.ok(pieces.length > 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(activities, [
      { kind: 'loading', model: 'gpt2-optimum' },
      { kind: 'running', model: 'gpt2-optimum' },
      null,
    ]);
  });

  it('sends attentions as typed arrays, the heads one by one', async () => {
    const shown = await engine.request('attention', { model: gpt2, text: 'The old lighthouse stood.' });
    const source: AttentionSource = { kind: 'heads', heads: [{ layer: 1, head: 2 }], combine: 'mean' };
    assert.ok(shown.thumbnails instanceof Uint8Array);
    assert.equal(
      shown.thumbnails.length,
      shown.layers * shown.heads * shown.thumbnailRows * shown.thumbnailColumns,
    );
    const { weights } = await engine.request('attentionMatrix', { handle: shown.handle, source });
    assert.ok(weights instanceof Float32Array);
    assert.equal(weights.length, shown.tokens.length ** 2);
    const firstRow = weights.subarray(0, shown.tokens.length);
    assert.ok(Math.abs(firstRow.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-5);
    await engine.request('closeAttention', { handle: shown.handle });
    await assert.rejects(engine.request('attentionMatrix', { handle: shown.handle, source }), code('gone'));
  });

  it('holds attentions under the handle that was asked for, until that is closed', async () => {
    const text = 'The old lighthouse stood.';
    const shown = await engine.request('attention', { handle: 7, model: gpt2, text });
    assert.equal(shown.handle, 7);
    const { handle } = await engine.request('attention', { model: gpt2, text });
    assert.ok(handle < 0, 'one that the engine chooses is another');
    await engine.request('attentionMeasures', { handle: 7 });
    await engine.request('closeAttention', { handle: 7 });
    await assert.rejects(engine.request('attentionMeasures', { handle: 7 }), code('gone'));
  });

  it('stops between two tokens when cancelled, and is free for the next request', async () => {
    const controller = new AbortController();
    const running = engine.request(
      'continue',
      { model: gpt2, text: 'The', options: long },
      { signal: controller.signal, onPartial: () => controller.abort() },
    );
    await assert.rejects(running, code('cancelled'));
    const { pid } = await engine.request('status', {});
    assert.equal(pid, engine.pid);
  });

  it('lets typing overtake a long job', async () => {
    const order: string[] = [];
    const text = 'The bay was calm. What a storm! '.repeat(40);
    const sentiment = engine
      .request('sentiment', { model: fixture('bert-sentiment'), text }, { priority: 'background' })
      .then(() => order.push('sentiment'));
    await engine.request('status', {});
    await engine
      .request('continue', { model: gpt2, text: 'The', options: { maxNewTokens: 2 } }, { priority: 'typing' })
      .then(() => order.push('typing'));
    await sentiment;
    assert.deepEqual(order, ['typing', 'sentiment']);
  });

  it('rejects what was running when it crashes, says so, and starts again', async () => {
    let pid: number | undefined;
    const running = engine.request(
      'continue',
      { model: gpt2, text: 'The', options: long },
      {
        onPartial: () => {
          pid = engine.pid;
          process.kill(pid!, 'SIGKILL');
        },
      },
    );
    await assert.rejects(running, (error: EngineError) => {
      assert.equal(error.code, 'stopped');
      assert.match(error.message, /ended unexpectedly \(SIGKILL\).*Run the command again/);
      return true;
    });
    const status = await engine.request('status', {});
    assert.notEqual(status.pid, pid);
    assert.ok(log.some((line) => line.startsWith('error: The engine ended unexpectedly')));
  });

  it('is replaced when it hangs in a run that was cancelled, and what waited is done by the new one', async () => {
    const { pid } = await engine.request('status', {});
    process.kill(pid, 'SIGSTOP');
    const controller = new AbortController();
    const stuck = engine.request('continue', { model: gpt2, text: 'The' }, { signal: controller.signal });
    const waiting = engine.request('status', {});
    controller.abort();
    await assert.rejects(stuck, code('cancelled'));
    assert.notEqual((await waiting).pid, pid);
    await gone(pid);
  });

  it('may take its time to open a model, also for a request that was cancelled', async () => {
    const { pid } = await engine.request('status', {});
    const controller = new AbortController();
    const loading = new Promise<void>((resolve) => {
      engine.onActivity((activity) => {
        if (activity?.kind !== 'loading') return;
        process.kill(pid, 'SIGSTOP');
        resolve();
      });
    });
    const opening = engine.request('continue', { model: gpt2, text: 'The' }, { signal: controller.signal });
    const stopped = assert.rejects(opening, code('cancelled'));
    await loading;
    controller.abort();
    await stopped;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    process.kill(pid, 'SIGCONT');
    assert.equal((await engine.request('status', {})).pid, pid);
  });

  it('may take its time for a request that somebody waits for, also when another was cancelled', async () => {
    const { pid } = await engine.request('status', {});
    let [stopped, written] = [false, false];
    const begun = new Promise<void>((resolve) => {
      const writing = engine.request(
        'continue',
        { model: gpt2, text: 'The', options: long },
        {
          onPartial: () => {
            if (!stopped) process.kill(pid, 'SIGSTOP');
            stopped = true;
            resolve();
          },
        },
      );
      void writing.then(() => (written = true));
    });
    await begun;
    const controller = new AbortController();
    const other = engine.request('continue', { model: gpt2, text: 'The' }, { signal: controller.signal });
    controller.abort();
    await assert.rejects(other, code('cancelled'));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.equal(engine.pid, pid);
    process.kill(pid, 'SIGCONT');
    for (let wait = 0; !written && wait < 100; wait++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    assert(written);
  });

  it('restarts on demand, and says so to who was waiting', async () => {
    const { pid } = await engine.request('status', {});
    const waiting = assert.rejects(
      engine.request('continue', { model: gpt2, text: 'The', options: long }),
      code('restarted'),
    );
    await engine.restart();
    await waiting;
    await gone(pid);
    assert.notEqual((await engine.request('status', {})).pid, pid);
  });

  it('closes its models on demand and opens them again', async () => {
    const options = { maxNewTokens: 2, doSample: false };
    const first = await engine.request('continue', { model: gpt2, text: 'The', options });
    assert.deepEqual((await engine.request('unload', {})).closed, ['gpt2-optimum']);
    assert.deepEqual((await engine.request('status', {})).models, []);
    const again = await engine.request('continue', { model: gpt2, text: 'The', options });
    assert.equal(again.text, first.text);
    assert.ok(again.timing.loadMs > 0);
  });

  it('tells of a missing model folder by its path', async () => {
    await assert.rejects(
      engine.request('continue', { model: fixture('nowhere'), text: 'The' }),
      (error: EngineError) => error.code === 'model' && error.message.includes(fixture('nowhere')),
    );
  });

  it('never blocks the event loop of the process that asks', async () => {
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last - 5);
      last = now;
    }, 5);
    await engine.request('continue', { model: gpt2, text: 'The', options: long });
    await engine.request('attention', { model: gpt2, text: 'The old lighthouse stood. '.repeat(20) });
    clearInterval(timer);
    // A noisy machine may take the processor away for a while; a run in this process would take far longer.
    assert.ok(longest < 500, `the longest gap was ${longest.toFixed(0)} ms`);
  });

  it('ends when its parent is killed', async () => {
    const script = `
      const { fork } = require('node:child_process');
      const child = fork(process.argv[1], [], { serialization: 'advanced' });
      child.on('message', (message) => message.type === 'ready' && process.send(child.pid));
    `;
    const parent = spawn(process.execPath, ['-e', script, entry], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [pid] = (await once(parent, 'message')) as [number];
    parent.kill('SIGKILL');
    await gone(pid);
  });
});
