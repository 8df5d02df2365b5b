/**
 * Mocha's spec reporter that also writes its figures to the file named by HEADLIGHT_RESULT, at the very
 * end: a run that died before has none.
 */
const { mkdirSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
const { Runner, reporters } = require('mocha');

class Reporter extends reporters.Spec {
  /**
   * @param {Mocha.Runner} runner
   * @param {Mocha.MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    /** @type {string[]} */
    const retried = [];
    runner.on(Runner.constants.EVENT_TEST_RETRY, (test, error) => {
      retried.push(`${test.fullTitle()}: ${error.message}`);
    });
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      for (const line of retried) console.log(`  Failed at the first try: ${line}`);
      const file = process.env.HEADLIGHT_RESULT;
      if (!file) return;
      const { passes, failures, pending } = this.stats;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
}

module.exports = Reporter;
