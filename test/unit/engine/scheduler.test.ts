import assert from 'node:assert/strict';
import { Scheduler, soleTurn, type Turn } from '../../../src/engine/scheduler';
import type { EngineError } from '../../../src/protocol/engine';
import { type Priority } from '../../../src/protocol/engine';

/** A task of `steps` runs that notes each in `trace`. */
function task(name: string, steps: number, trace: string[]): (turn: Turn) => Promise<string> {
  return async (turn) => {
    for (let step = 0; step < steps; step++) {
      await turn();
      trace.push(name);
    }
    return name;
  };
}

const job = (priority: Priority, signal = new AbortController().signal) => ({ priority, signal });

describe('Scheduler', () => {
  it('runs tasks of one priority one after the other, in the order they came', async () => {
    const scheduler = new Scheduler();
    const trace: string[] = [];
    const results = await Promise.all([
      scheduler.run(job('interactive'), task('a', 3, trace)),
      scheduler.run(job('interactive'), task('b', 2, trace)),
    ]);
    assert.deepEqual(trace, ['a', 'a', 'a', 'b', 'b']);
    assert.deepEqual(results, ['a', 'b']);
  });

  it('lets typing go between two runs of a long job, and what a user waits for before it goes on', async () => {
    const scheduler = new Scheduler();
    const trace: string[] = [];
    let typing: Promise<unknown> | undefined;
    let interactive: Promise<unknown> | undefined;
    const long = scheduler.run(job('background'), async (turn) => {
      for (let step = 0; step < 4; step++) {
        await turn();
        trace.push('long');
        if (step === 0) {
          interactive = scheduler.run(job('interactive'), task('asked', 2, trace));
          typing = scheduler.run(job('typing'), task('typed', 2, trace));
        }
      }
    });
    await long;
    await Promise.all([typing, interactive]);
    assert.deepEqual(trace, ['long', 'typed', 'typed', 'asked', 'asked', 'long', 'long', 'long']);
  });

  it('comes back to the job that gave way before a later one of its kind', async () => {
    const scheduler = new Scheduler();
    const trace: string[] = [];
    const others: Promise<unknown>[] = [];
    await scheduler.run(job('background'), async (turn) => {
      await turn();
      others.push(scheduler.run(job('background'), task('second', 1, trace)));
      others.push(scheduler.run(job('typing'), task('typed', 1, trace)));
      await turn();
      trace.push('first');
    });
    await Promise.all(others);
    assert.deepEqual(trace, ['typed', 'first', 'second']);
  });

  it('stops a cancelled task at its next turn', async () => {
    const scheduler = new Scheduler();
    const controller = new AbortController();
    const trace: string[] = [];
    const running = scheduler.run(job('interactive', controller.signal), async (turn) => {
      for (;;) {
        await turn();
        trace.push('run');
        if (trace.length === 2) controller.abort();
      }
    });
    await assert.rejects(running, (error: EngineError) => error.code === 'cancelled');
    assert.deepEqual(trace, ['run', 'run']);
  });

  it('never begins a task that was cancelled while it waited', async () => {
    const scheduler = new Scheduler();
    const controller = new AbortController();
    const trace: string[] = [];
    const first = scheduler.run(job('interactive'), task('first', 2, trace));
    const second = scheduler.run(job('interactive', controller.signal), task('second', 2, trace));
    controller.abort();
    await assert.rejects(second, (error: EngineError) => error.code === 'cancelled');
    await first;
    assert.deepEqual(trace, ['first', 'first']);
  });

  it('answers a cancel at once while another task runs, and goes on with the others', async () => {
    const scheduler = new Scheduler();
    const controller = new AbortController();
    const trace: string[] = [];
    let finish = (): void => undefined;
    const running = scheduler.run(job('interactive'), () => new Promise<void>((done) => (finish = done)));
    const waiting = scheduler.run(job('interactive', controller.signal), task('waiting', 1, trace));
    const other = scheduler.run(job('interactive'), task('other', 1, trace));
    controller.abort();
    await assert.rejects(waiting, (error: EngineError) => error.code === 'cancelled');
    assert.deepEqual(trace, []);
    finish();
    await Promise.all([running, other]);
    assert.deepEqual(trace, ['other']);
  });

  it('lets a job be cancelled while it gives way, without ending the one that goes before it', async () => {
    const scheduler = new Scheduler();
    const controller = new AbortController();
    const trace: string[] = [];
    const urgent: Promise<unknown>[] = [];
    const long = scheduler.run(job('background', controller.signal), async (turn) => {
      await turn();
      urgent.push(
        scheduler.run(job('typing'), async (typing) => {
          controller.abort();
          await typing();
          trace.push('typed');
        }),
      );
      await turn();
      trace.push('long');
    });
    await assert.rejects(long, (error: EngineError) => error.code === 'cancelled');
    await Promise.all(urgent);
    await scheduler.run(job('interactive'), task('next', 1, trace));
    assert.deepEqual(trace, ['typed', 'next']);
  });

  it('goes on with the next task after one has failed', async () => {
    const scheduler = new Scheduler();
    const failed = scheduler.run(job('interactive'), () => Promise.reject(new Error('no')));
    const next = scheduler.run(job('interactive'), task('next', 1, []));
    await assert.rejects(failed, /no/);
    assert.equal(await next, 'next');
  });

  it('lets messages in at every turn, so that a cancel is seen', async () => {
    const controller = new AbortController();
    const turn = soleTurn(controller.signal);
    setImmediate(() => controller.abort());
    await assert.rejects(
      async () => {
        for (let step = 0; step < 100; step++) await turn();
      },
      (error: EngineError) => error.code === 'cancelled',
    );
  });
});
