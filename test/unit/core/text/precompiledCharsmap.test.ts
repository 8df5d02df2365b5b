import assert from 'node:assert/strict';
import { precompiledNormalizer } from '../../../../src/core/text/precompiledCharsmap';

/**
 * A character map of single bytes, built by hand: the root's offset is 256, so the node of byte b is 256 ^ b; the
 * value of each is in a unit of its own, reached with the node's offset (Darts-clone's layout).
 */
function charsmap(entries: [char: string, replacement: string][]): string {
  const units = new Uint32Array(2048);
  const offsetOf = (offset: number): number => offset << 10;
  const replacements: number[] = [];
  units[0] = offsetOf(256);
  entries.forEach(([char, replacement], index) => {
    const byte = char.charCodeAt(0);
    const node = 256 ^ byte;
    const leaf = 512 + index;
    units[node] = offsetOf(node ^ leaf) | (1 << 8) | byte;
    units[leaf] = (0x80000000 | replacements.length) >>> 0;
    replacements.push(...new TextEncoder().encode(replacement), 0);
  });
  const bytes = new Uint8Array(4 + units.byteLength + replacements.length);
  new DataView(bytes.buffer).setUint32(0, units.byteLength, true);
  units.forEach((unit, index) => new DataView(bytes.buffer).setUint32(4 + 4 * index, unit, true));
  bytes.set(replacements, 4 + units.byteLength);
  return Buffer.from(bytes).toString('base64');
}

describe('a precompiled character map', () => {
  const normalize = precompiledNormalizer(
    charsmap([
      ['\t', ' '],
      ['\r', ' '],
      ['\x01', ''],
      ['A', 'a'],
      ['~', 'tilde ∼'],
    ]),
  );

  it('replaces, lengthens and removes', () => {
    assert.equal(normalize('ABBA\t~'), 'aBBa tilde ∼');
    assert.equal(normalize('x\x01y'), 'xy');
    assert.equal(normalize('你好 é'), '你好 é');
    assert.equal(normalize(''), '');
  });

  it('looks short clusters up whole, as the reference does: the rest of one goes with its beginning', () => {
    assert.equal(normalize('x\r\ny'), 'x y');
    assert.equal(normalize('A\u0301'), 'a');
  });

  it('looks long clusters up character by character', () => {
    assert.equal(normalize('A\u0301\u0302\u0303'), 'a\u0301\u0302\u0303');
  });

  it('refuses a map that is cut off', () => {
    assert.throws(() => precompiledNormalizer(''), RangeError);
    assert.throws(() => precompiledNormalizer(charsmap([]).slice(0, 1000)), RangeError);
  });
});
