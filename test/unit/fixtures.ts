import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';

const root = path.join(__dirname, '../fixtures');

/** Absolute path of a small model's folder. */
export function fixture(name: string): string {
  return path.join(root, name);
}

/** What Python's transformers gave on the same weights; test/fixtures/README.md says what is in it. */
export function golden<T>(name: string): T {
  return JSON.parse(fs.readFileSync(path.join(root, 'golden', `${name}.json`), 'utf8')) as T;
}

/** Asserts that each value is within `tolerance` of the expected one, relative to the largest expected. */
export function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length, 'number of values');
  let scale = 1;
  for (let index = 0; index < expected.length; index++) scale = Math.max(scale, Math.abs(expected[index]!));
  for (let index = 0; index < expected.length; index++) {
    const difference = Math.abs(actual[index]! - expected[index]!);
    assert.ok(
      difference <= tolerance * scale,
      `value ${index}: ${actual[index]} instead of ${expected[index]}`,
    );
  }
}
