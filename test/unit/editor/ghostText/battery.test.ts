import assert from 'node:assert/strict';
import { Battery, readPowerSupply, type PowerSupply } from '../../../../src/editor/ghostText/battery';

const draining: PowerSupply = { hasBattery: true, isCharging: false, acConnected: false, percent: 60 };

describe('The battery', () => {
  /** A battery, how often it was looked up, and its clock. */
  function battery(...states: (PowerSupply | Error)[]) {
    const clock = { minutes: 0, reads: 0 };
    const read = async (): Promise<PowerSupply> => {
      const state = states[Math.min(clock.reads++, states.length - 1)]!;
      if (state instanceof Error) throw state;
      return state;
    };
    return { clock, battery: new Battery(read, () => clock.minutes * 60_000) };
  }

  it('is known after the first check', async () => {
    const { battery: own } = battery(draining);
    assert.equal(own.isDraining, false);
    await own.check();
    assert.equal(own.isDraining, true);
  });

  for (const [how, state] of [
    ['charging', { ...draining, isCharging: true }],
    ['connected', { ...draining, acConnected: true }],
    ['held full', { ...draining, percent: 100 }],
    ['not there', { ...draining, hasBattery: false }],
    ['not to be told', new Error('no such command')],
  ] as const)
    it(`is not used while it is ${how}`, async () => {
      const { battery: own } = battery(state);
      await own.check();
      assert.equal(own.isDraining, false);
    });

  it('is looked up once a minute, and says when it has changed', async () => {
    const { battery: own, clock } = battery(draining, { ...draining, isCharging: true });
    let changes = 0;
    own.onChange = () => changes++;
    await own.check();
    await own.check();
    assert.equal(clock.reads, 1);
    clock.minutes = 1;
    await own.check();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([clock.reads, changes, own.isDraining], [2, 2, false]);
  });

  it('is looked up again after it could not be read', async () => {
    const { battery: own, clock } = battery(new Error('busy'), draining);
    await own.check();
    clock.minutes = 1;
    await own.check();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([clock.reads, own.isDraining], [2, true]);
  });

  it('is looked up no more on a machine without one, and never elsewhere', async () => {
    const { battery: own, clock } = battery({ ...draining, hasBattery: false });
    await own.check();
    clock.minutes = 9;
    await own.check();
    assert.equal(clock.reads, 1);
    const remote = new Battery(undefined);
    await remote.check();
    assert.equal(remote.isDraining, false);
  });

  it('can be read on this machine', async () => {
    const power = await readPowerSupply();
    assert.equal(typeof power.hasBattery, 'boolean');
    assert.equal(typeof power.acConnected, 'boolean');
  });
});
