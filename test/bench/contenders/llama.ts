import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { Child } from './child';
import { threads, type Writer, type Written } from './contender';

const version = '3.22.1';

/** Where llama.cpp can't be had, and why. */
export class NoLlama extends Error {}

/**
 * Installs node-llama-cpp with its prebuilt program for this platform's processor, from npm. It isn't among
 * Headlight's own dependencies, because with its programs for graphics cards it is larger than all of them.
 * @throws NoLlama
 */
export async function installLlama(folder: string): Promise<void> {
  const platform = { linux: 'linux', darwin: 'mac', win32: 'win' }[process.platform as string];
  const name =
    platform === 'mac' && process.arch === 'arm64' ? 'mac-arm64-metal' : `${platform}-${process.arch}`;
  const binary = `@node-llama-cpp/${name}`;
  const modules = path.join(folder, 'node_modules');
  if (existsSync(path.join(modules, 'node-llama-cpp')) && existsSync(path.join(modules, binary))) return;
  mkdirSync(folder, { recursive: true });
  const dependencies = { 'node-llama-cpp': version, [binary]: version };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  try {
    // Without its script it neither downloads nor compiles anything else; the optional ones are for graphics cards.
    const args = ['install', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'];
    await promisify(execFile)('npm', args, { cwd: folder, shell: process.platform === 'win32' });
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n').slice(-2);
    throw new NoLlama(`npm could not install node-llama-cpp ${version} and ${binary}: ${reason}`);
  }
}

/**
 * llama.cpp by node-llama-cpp on the processor, greedy, timed in its process. It is given token ids.
 * @param cacheType element type of its keys and values
 */
export async function llamaWriter(
  folder: string,
  model: string,
  cacheType: 'F16' | 'F32' = 'F16',
): Promise<Writer> {
  const child = new Child(path.join(import.meta.dirname, 'llamaChild.mjs'));
  const entry = path.join(folder, 'node_modules/node-llama-cpp/dist/index.js');
  try {
    await child.ask('open', { entry, model, threads, cacheType });
  } catch (error) {
    await child.end();
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new NoLlama(`node-llama-cpp ${version} doesn't run here: ${reason}`);
  }
  return {
    name: `llama.cpp (node-llama-cpp ${version})`,
    pid: child.pid,
    write: ({ ids }, newTokens) => child.ask<Written>('write', { ids, newTokens }),
    end: () => child.end(),
  };
}
