/**
 * Running other programs while setting up. Node's own modules only: nothing is installed yet.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const windows = process.platform === 'win32';

/**
 * Runs a program to its end and keeps quiet unless it fails.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options] env is added to this process's own
 * @returns {Promise<string>} what it wrote
 * @throws when it can't be started or ends with another code than 0; the message holds its last lines
 */
export function run(program, args, { cwd, env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: windows && !program.endsWith('.exe'), // npm is a .cmd there
    });
    let output = '';
    const collect = (/** @type {Buffer} */ chunk) => (output += chunk.toString());
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => reject(new Error(`${program} can't be started: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const lastLines = output.trimEnd().split('\n').slice(-15).join('\n');
      reject(new Error(`\`${[program, ...args].join(' ')}\` failed (${signal ?? code}):\n${lastLines}`));
    });
  });
}

/**
 * Runs npm: the one that runs this script, else the one on the PATH.
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, node?: string }} [options] node: which Node runs it
 */
export function npm(args, { node = process.execPath, ...options } = {}) {
  const script = process.env.npm_execpath;
  return script?.endsWith('.js') ? run(node, [script, ...args], options) : run('npm', args, options);
}

/**
 * The first of the named programs that is on the PATH.
 * @param {string[]} names
 * @returns {string | undefined} its path
 */
export function findProgram(names) {
  const endings = windows ? ['.exe', '.cmd'] : [''];
  for (const name of names)
    for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean))
      for (const ending of endings) {
        const path = join(folder, name + ending);
        if (isProgram(path)) return path;
      }
  return undefined;
}

/** @param {string} path */
export function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
