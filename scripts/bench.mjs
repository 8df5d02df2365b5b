/**
 * Measures Headlight's engine against others on the same models, and prints a table.
 *
 *   npm run bench                        random weights of the real shapes, made at the first run
 *   npm run bench -- --models DIR        real models: folders of DIR in Hugging Face's layout
 *   npm run bench -- --quick             the embedded models, in less than a minute
 *   npm run bench -- --typing            from a key to painted ghost text, in a VS Code window; nothing else
 *   npm run bench -- --only ID,ID        these rows only
 *   npm run bench -- --memory             what texts add to the memory, for every family, beside the estimate; nothing else
 *   npm run bench -- --attention         the attention view's rows only, which open a window
 *   npm run bench -- --new-tokens N      writes N tokens where speed is measured, 128 by default
 *   npm run bench -- --json FILE         writes the figures as JSON too
 *   npm run bench -- --markdown FILE     writes the table too
 */
import { spawn } from 'node:child_process';
import { setUpDependencies } from './setup/dependencies.mjs';
import { root } from './setup/paths.mjs';

/**
 * Runs Node in the project's folder.
 * @param {string[]} args
 * @returns {Promise<number>} its exit code
 */
function runNode(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

try {
  await setUpDependencies();
  const built = await runNode(['scripts/build.mjs', '--production']);
  if (built !== 0) throw new Error('The engine could not be built.');
  const args = process.argv.slice(2);
  const main = args.includes('--typing')
    ? 'test/e2e/typingBench.ts'
    : args.includes('--memory')
      ? 'test/bench/memory/main.ts'
      : 'test/bench/main.ts';
  process.exitCode = await runNode(['--import', 'tsx', main, ...args]);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
