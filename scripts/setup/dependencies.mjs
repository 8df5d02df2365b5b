import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './command.mjs';
import { root } from './paths.mjs';

/**
 * Installs what package-lock.json names, unless node_modules holds just that.
 */
export async function setUpDependencies() {
  if (Number(process.versions.node.split('.')[0]) < 20)
    throw new Error(`Headlight needs Node 20 or newer; this is ${process.version}.`);
  if (upToDate()) return;
  console.log('Installing the dependencies (npm ci) …');
  // Without this onnxruntime-node downloads CUDA libraries that Headlight never uses.
  await npm(['ci', '--no-audit', '--no-fund'], { cwd: root, env: { ONNXRUNTIME_NODE_INSTALL_CUDA: 'skip' } });
}

/** npm writes node_modules/.package-lock.json at the end of an install: it says what is really there. */
function upToDate() {
  const wanted = readPackages(join(root, 'package-lock.json'));
  if (!wanted) throw new Error('package-lock.json is missing or broken: it belongs to the repository.');
  const installed = readPackages(join(root, 'node_modules/.package-lock.json'));
  return (
    installed !== undefined &&
    Object.entries(wanted)
      .filter(([path]) => path !== '')
      .every(([path, { version, optional }]) =>
        path in installed ? installed[path]?.version === version : optional === true,
      )
  );
}

/**
 * @param {string} path of a lockfile
 * @returns {Record<string, { version?: string, optional?: boolean }> | undefined} by folder
 */
function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
