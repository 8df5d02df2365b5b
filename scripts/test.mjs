/**
 * Sets everything up and runs all checks and tests; the last line counts them.
 *
 *   npm test                    all steps
 *   npm test -- unit host       only these
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setUpCodeServer } from './setup/codeServer.mjs';
import { setUpDependencies } from './setup/dependencies.mjs';
import { out, root } from './setup/paths.mjs';
import { setUpBrowser } from './setup/programs.mjs';

const limitMs = 15 * 60_000;

const bin = (/** @type {string} */ name) => join(root, 'node_modules', name);
const mocha = [bin('mocha/bin/mocha.js'), '--reporter', join(root, 'scripts/test/reporter.cjs')];
const tsc = [bin('typescript/bin/tsc'), '--project'];

/**
 * A step is a list of Node's arguments to run one after the other. One that counts its tests writes the
 * figures to the file HEADLIGHT_RESULT names; every other step is one test.
 * @typedef {object} Step
 * @property {string[][]} commands
 * @property {boolean} [counts]
 * @property {'any' | 'browser'} [window] needs a VS Code: any, or the one in the browser
 * @property {string} [needs] another step that must not have failed
 */

/** @type {Record<string, Step>} */
const steps = {
  lint: { commands: [[bin('eslint/bin/eslint.js'), '.']] },
  format: { commands: [[bin('prettier/bin/prettier.cjs'), '--check', '.']] },
  types: { commands: typeProjects().map((folder) => [...tsc, folder]) },
  build: { commands: [['scripts/build.mjs', '--production']] },
  unit: { commands: [[...mocha, 'test/unit/**/*.test.ts']], counts: true, needs: 'build' },
  host: { commands: [['test/host/run.mjs']], counts: true, window: 'any', needs: 'build' },
  package: { commands: [['scripts/package.mjs']], needs: 'build' },
  packaged: { commands: [['test/host/run.mjs', 'packaged']], counts: true, window: 'any', needs: 'package' },
  e2e: {
    commands: [[...mocha, '--config', 'test/e2e/.mocharc.json', 'test/e2e/**/*.test.ts']],
    counts: true,
    window: 'browser',
    needs: 'build',
  },
};

/** The folders with a tsconfig.json of their own: see there for what sets each apart. */
function typeProjects() {
  return ['.', 'src/webview', 'test/e2e', 'test/unit/webview', 'scripts'];
}

/** Steps that failed, or could not run. @type {Set<string>} */
const failedSteps = new Set();
const total = { passed: 0, failed: 0, skipped: 0 };

/**
 * Runs Node on some arguments, for limitMs at most.
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<boolean>} whether it ended well
 */
function runNode(args, env) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...env },
    });
    const limit = setTimeout(() => {
      console.error(`It did not end within ${limitMs / 60_000} minutes.`);
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), 5000).unref();
    }, limitMs);
    child.on('close', (code) => {
      clearTimeout(limit);
      resolve(code === 0);
    });
  });
}

/**
 * Runs one step and adds up its figures.
 * @param {string} name
 * @param {Step} step
 */
async function runStep(name, { commands, counts, window, needs }) {
  console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 70 - name.length))}`);
  const started = Date.now();
  const fail = (/** @type {string} */ why) => {
    console.error(`${name}: ${why}`);
    total.failed++;
    failedSteps.add(name);
  };
  if (needs && failedSteps.has(needs)) return fail(`not run, as ${needs} failed`);
  if (window && needsBrowser(window) && browserProblem) return fail(`not run: ${browserProblem}`);
  const result = join(out, 'test', `${name}.json`);
  rmSync(result, { force: true });
  let well = true;
  for (const args of commands) if (!(await runNode(args, { HEADLIGHT_RESULT: result }))) well = false;
  if (!counts) {
    if (well) total.passed++;
    else fail('failed');
  } else if (!existsSync(result)) {
    fail('reported no result');
  } else {
    const { passed, failed, skipped } = JSON.parse(readFileSync(result, 'utf8'));
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    if (failed > 0) failedSteps.add(name);
    else if (!well) fail('ended with an error after its tests had passed');
    else if (passed + skipped === 0) fail('ran no test');
  }
  console.log(
    `${name}: ${failedSteps.has(name) ? 'failed' : 'passed'} in ${((Date.now() - started) / 1000).toFixed(0)} s`,
  );
}

/** Why VS Code can't run in the browser, where that is so. @type {string | undefined} */
let browserProblem;

/** @param {'any' | 'browser'} window */
function needsBrowser(window) {
  return window === 'browser' || !(process.env.HEADLIGHT_VSCODE || process.env.HEADLIGHT_VSCODE_DOWNLOAD);
}

async function main() {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !(name in steps));
  if (unknown.length > 0) {
    console.error(`There is no step ${unknown.join(', ')}; choose from ${Object.keys(steps).join(', ')}.`);
    process.exit(2);
  }
  const chosen = Object.entries(steps).filter(([name]) => wanted.length === 0 || wanted.includes(name));
  await setUpDependencies();
  if (chosen.some(([, { window }]) => window && needsBrowser(window))) {
    try {
      await setUpCodeServer();
      await setUpBrowser();
    } catch (error) {
      browserProblem = error instanceof Error ? error.message : String(error);
    }
  }
  for (const [name, step] of chosen) await runStep(name, step);
  const { passed, failed, skipped } = total;
  if (failedSteps.size > 0) console.log(`\nFailed: ${[...failedSteps].join(', ')}`);
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exit(failed > 0 ? 1 : 0);
}

main().catch((error) => {
  console.error(error.message);
  console.log('\n0 passed, 1 failed');
  process.exit(1);
});
