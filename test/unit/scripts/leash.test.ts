import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const leash = pathToFileURL(join(__dirname, '../../../scripts/vscode/leash.mjs')).href;

/** A program that starts another one, names both, and never ends by itself. */
const family = `
  const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  console.log(process.pid + ' ' + child.pid);
  setInterval(() => {}, 1000);
`;

/** Holds the family on a leash and prints what it prints. */
const holder = `
  import { leashed } from ${JSON.stringify(leash)};
  const held = leashed(process.execPath, ['-e', ${JSON.stringify(family)}], process.env);
  held.stdout.pipe(process.stdout);
  process.stdin.once('data', () => held.stop().then(() => process.exit(0)));
`;

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pids: number[]): Promise<boolean> {
  for (const deadline = Date.now() + 8000; Date.now() < deadline; await sleep(50))
    if (!pids.some(runs)) return true;
  return false;
}

describe('a leashed program', function () {
  this.timeout(20_000);
  if (process.platform === 'win32') return;

  async function start() {
    const process_ = spawn(process.execPath, ['--input-type=module', '-e', holder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(process_.stdout), 'line')) as [string];
    const pids = line.split(' ').map(Number);
    assert(pids.every(runs));
    return { holder: process_, pids };
  }

  it('ends on request, with what it started', async () => {
    const { holder, pids } = await start();
    holder.stdin.write('stop\n');
    await once(holder, 'exit');
    assert(await gone(pids));
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const)
    it(`ends when the one who holds it dies of ${signal}`, async () => {
      const { holder, pids } = await start();
      holder.kill(signal);
      assert(await gone(pids));
    });
});
