import assert from 'node:assert/strict';
import type { LogOutputChannel } from 'vscode';
import { ClosedReading, Reading } from '../../../../src/views/attention/reading';
import { attentionResult, FakeEngine, settle } from './fakeEngine';

const log = { info: () => undefined } as unknown as LogOutputChannel;
const source = { uri: '', start: 0, end: 1, text: 'a', model: '/model', window: 0 };
const shaping = {};

describe('The attentions of a text that a view shows', () => {
  let engine: FakeEngine;
  beforeEach(() => (engine = new FakeEngine()));

  async function read(): Promise<Reading> {
    const reading = new Reading(engine, log, source);
    await engine.asked[0]!.answer(attentionResult(1));
    engine.taken();
    return reading;
  }

  it('are read again when the engine has given them up', async () => {
    const reading = await read();
    const asking = reading.ask('attentionMeasures', { shaping });
    await settle();
    await engine.asked[0]!.fail('gone');
    await engine.asked[1]!.answer(attentionResult(2));
    await engine.asked[2]!.answer({ measures: 'those' });
    assert.deepEqual(await asking, { measures: 'those' });
    assert.deepEqual(engine.taken(), ['attentionMeasures', 'attention', 'attentionMeasures']);
  });

  it('are rolled out once, and again when they had to be read again', async () => {
    const reading = await read();
    const source = { kind: 'rollout' as const, layer: 0 };
    const asking = reading.ask('attentionMatrix', { source });
    await settle();
    await engine.asked[0]!.answer();
    await engine.asked[1]!.answer();
    await asking;
    assert.deepEqual(engine.taken(), ['attentionRollout', 'attentionMatrix']);

    const again = reading.ask('attentionMatrix', { source });
    await settle();
    await engine.asked[0]!.fail('gone');
    await engine.asked[1]!.answer(attentionResult(1));
    await engine.asked[2]!.answer();
    await engine.asked[3]!.answer();
    await again;
    assert.deepEqual(engine.taken(), ['attentionMatrix', 'attention', 'attentionRollout', 'attentionMatrix']);
  });

  it('are not read again once they are closed: what still waits is told so', async () => {
    const reading = await read();
    const asking = assert.rejects(reading.ask('attentionMeasures', { shaping }), ClosedReading);
    await settle();
    void reading.close();
    await engine.asked[0]!.fail('gone');
    await asking;
    await assert.rejects(reading.ask('attentionMeasures', { shaping }), ClosedReading);
    assert.deepEqual(engine.taken(), ['attentionMeasures', 'closeAttention']);
  });

  it('are closed under the handle that was chosen for them, also when they are still being read', async () => {
    const reading = new Reading(engine, log, source);
    const stopped = assert.rejects(reading.result(), ClosedReading);
    void reading.close();
    await stopped;
    const [asked, closed] = engine.asked;
    assert.equal(closed?.method, 'closeAttention');
    assert.equal(typeof closed.params['handle'], 'number');
    assert.equal(closed.params['handle'], asked!.params['handle']);
  });

  it('have a handle of their own', () => {
    new Reading(engine, log, source);
    new Reading(engine, log, source);
    assert.notEqual(engine.asked[0]!.params['handle'], engine.asked[1]!.params['handle']);
  });

  it('start no engine to be closed', async () => {
    const reading = await read();
    engine.pid = undefined;
    await reading.close();
    assert.deepEqual(engine.taken(), []);
  });

  it('stay open for what is being saved of them', async () => {
    const reading = await read();
    let saved: () => void = () => undefined;
    const saving = reading.openFor(() => new Promise<void>((resolve) => (saved = resolve)));
    await reading.close();
    const asking = reading.ask('attentionMeasures', { shaping });
    await settle();
    await engine.asked[0]!.answer({});
    await asking;
    saved();
    await saving;
    await settle();
    assert.deepEqual(engine.taken(), ['attentionMeasures', 'closeAttention']);
  });
});
