import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createEngine, type Engine } from '../../../src/client/engineClient';
import { idleMinutes } from '../../../src/engine/rest';
import type { EngineError } from '../../../src/protocol/engine';
import { fixture } from '../fixtures';

const entry = path.join(__dirname, '../../../dist/engine.js');
const model = fixture('gpt2-optimum');
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('An engine without work', function () {
  this.timeout(60_000);
  let engine: Engine;
  let log: string[];
  const start = (env: Record<string, string>): void => {
    log = [];
    engine = createEngine({
      entry,
      log: (level, message) => log.push(`${level}: ${message}`),
      env: () => ({ HEADLIGHT_THREADS: '2', ...env }),
    });
  };
  before(() => assert.ok(fs.existsSync(entry), 'dist/engine.js is missing: run npm run build'));
  afterEach(() => engine.dispose());

  const write = () =>
    engine.request('continue', { model, text: 'The old lighthouse', options: { maxNewTokens: 5 } });
  const cpu = async (): Promise<number> => (await engine.request('status', {})).cpuMs;

  it('leaves the processor alone: less than 0.2 s in 10 s', async () => {
    start({});
    await write();
    await sleep(500);
    const before = await cpu();
    await sleep(10_000);
    const used = (await cpu()) - before;
    assert.ok(used < 200, `${used} ms`);
  });

  it('is idle within a token of a cancel', async () => {
    start({});
    const controller = new AbortController();
    const writing = engine.request(
      'continue',
      // With this seed no token ends the text.
      { model, text: 'The', options: { maxNewTokens: 120, doSample: true, seed: 1, temperature: 2 } },
      {
        signal: controller.signal,
        onPartial: () => controller.abort(),
      },
    );
    await assert.rejects(writing, (error: EngineError) => error.code === 'cancelled');
    // Answered between two runs: what is left of the one in which the cancel came is behind us then.
    const before = await cpu();
    await sleep(2000);
    const used = (await cpu()) - before;
    assert.ok(used < 100, `${used} ms of work after the cancel`);
  });

  it('comes to rest once, also where somebody then asks how it is, as the view of the models does', async () => {
    start({ HEADLIGHT_IDLE_MINUTES: '0.03' });
    let asked = 0;
    engine.onActivity((activity) => {
      if (activity === null && engine.pid !== undefined) {
        asked++;
        void engine.request('status', {}).catch(() => undefined);
      }
    });
    await write();
    for (let wait = 0; engine.pid !== undefined && wait < 100; wait++) await sleep(100);
    assert.equal(engine.pid, undefined, 'it has ended');
    assert.equal(asked, 1);
  });

  it('ends after a while, and starts again unnoticed', async () => {
    start({ HEADLIGHT_IDLE_MINUTES: '0.02' });
    const first = await write();
    const { pid } = engine;
    for (let wait = 0; engine.pid !== undefined && wait < 100; wait++) await sleep(100);
    assert.equal(engine.pid, undefined);
    assert.equal((await write()).text, first.text);
    assert.notEqual(engine.pid, pid);
    assert.deepEqual(
      log.filter((line) => !line.startsWith('info')),
      [],
    );
  });

  it('stays while a view shows its attentions, but for the models', async () => {
    start({ HEADLIGHT_IDLE_MINUTES: '0.02' });
    const { handle } = await engine.request('attention', { model, text: 'The old lighthouse' });
    await sleep(3000);
    await engine.request('attentionMeasures', { handle });
    assert.deepEqual((await engine.request('status', {})).models, []);
  });
});

describe('idleMinutes', () => {
  it('is 10 unless another time is named', () => {
    for (const [setting, minutes] of [
      [undefined, 10],
      ['', 10],
      ['soon', 10],
      ['-1', 10],
      ['0', 0],
      ['2.5', 2.5],
    ] as const)
      assert.equal(idleMinutes(setting), minutes);
  });
});
