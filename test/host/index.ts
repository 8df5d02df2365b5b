/**
 * Runs inside the extension host: VS Code calls `run`, which runs Mocha over the compiled tests of the
 * folder that HEADLIGHT_HOST_TESTS names.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

export async function run(): Promise<void> {
  const { HEADLIGHT_HOST_TESTS: folder, HEADLIGHT_REPORTER: reporter } = process.env;
  if (!folder || !reporter)
    throw new Error('the environment of test/host/run.mjs did not reach the extension host');
  process.setSourceMapsEnabled(true);
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 60_000,
    color: false,
    reporter,
    grep: process.env.HEADLIGHT_GREP,
  });
  for (const file of readdirSync(folder)) if (file.endsWith('.test.js')) mocha.addFile(join(folder, file));
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}
