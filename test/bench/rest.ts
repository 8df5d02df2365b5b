import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** A machine whose processors did less than this share of what they can rests. */
const restingShare = 0.05;

/** Milliseconds that it has to rest for. */
const span = 100;

/**
 * Waits until the machine rests, so that a contender isn't measured while another still tidies up after its answer:
 * in its first runs transformers.js takes half a processor for up to a fifth of a second afterwards. On a machine that
 * has other things to do it is given up after `limit` milliseconds.
 */
export async function untilAtRest(limit = 1500): Promise<void> {
  for (const end = performance.now() + limit; performance.now() < end;) {
    const before = busyAndAll();
    await sleep(span);
    const after = busyAndAll();
    if (after.busy - before.busy < restingShare * (after.all - before.all)) return;
  }
}

/** Milliseconds since the machine was started, of all processors together. */
function busyAndAll(): { busy: number; all: number } {
  let [busy, all] = [0, 0];
  for (const { times } of cpus()) {
    const used = times.user + times.nice + times.sys + times.irq;
    busy += used;
    all += used + times.idle;
  }
  return { busy, all };
}
