/**
 * Runs a program so that it and everything it starts end with the process that asked for it, however
 * that one ends: started by `leashed()`, it watches its standard input, which the system closes when the
 * other process is gone, and then ends its whole process group.
 *
 *   node leash.mjs PROGRAM [ARGUMENT ...]
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const graceMs = 3000;

/**
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
export function leashed(program, args, env) {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), program, ...args], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true, // a process group of its own, which can be ended as a whole
  });
  let ended = false;
  /** @type {Promise<void>} */
  const end = new Promise((resolve) =>
    child.on('close', () => {
      ended = true;
      resolve();
    }),
  );
  return {
    stdout: child.stdout,
    stderr: child.stderr,
    end,
    ended: () => ended,
    /** Ends the program and everything it started. */
    stop() {
      child.stdin.end();
      return end;
    },
  };
}

function hold() {
  const [program = '', ...args] = process.argv.slice(2);
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const endGroup = (/** @type {NodeJS.Signals} */ signal) => process.kill(-process.pid, signal);
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    endGroup('SIGTERM');
    setTimeout(() => endGroup('SIGKILL'), graceMs).unref();
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('SIGHUP', end);
  process.stdin.on('end', end).on('error', end).resume();
  child.on('error', (error) => {
    console.error(`${program} can't be started: ${error.message}`);
    process.exit(127);
  });
  // What the program started may outlive it for a moment, but not longer.
  child.on('exit', () => endGroup('SIGKILL'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) hold();
