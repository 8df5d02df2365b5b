/**
 * Eleven well-known tokenizers on awkward texts, against Python's `tokenizers`. Their files are not in this
 * repository: HEADLIGHT_TOKENIZERS names the folder that holds them, one folder a model.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Token } from '../../../../src/core/text/token';
import { forEachGrapheme } from '../../../../src/core/text/graphemes';
import { openTokenizer } from '../../../../src/engine/model/tokenizer';

interface Golden {
  texts: Record<string, string>;
  models: Record<
    string,
    {
      specialIds: Record<string, number | null>;
      texts: Record<string, { ids: number[]; spans: [number, number][] }>;
    }
  >;
}

const golden = JSON.parse(
  readFileSync(path.join(__dirname, '../../../fixtures/golden/tokenizers.json'), 'utf8'),
) as Golden;
const root = process.env['HEADLIGHT_TOKENIZERS'];

/** `[start, end)` without white space at its ends. */
function visible(text: string, start: number, end: number): [number, number] {
  while (start < end && /\s/.test(text.charAt(start))) start++;
  while (end > start && /\s/.test(text.charAt(end - 1))) end--;
  return [start, end];
}

function endOfGrapheme(text: string, offset: number): number {
  let end = text.length;
  forEachGrapheme(text, (from, to) => {
    if (from <= offset && offset < to) end = to;
  });
  return end;
}

/**
 * Whether a span is the reference's, but for white space at its ends, and but for the rest of a character of
 * several code points, which belongs to the token here while the reference leaves out dropped marks ("Cafe" of
 * "Cafe" and a combining acute).
 */
function agrees(text: string, token: Token, [start, end]: [number, number]): boolean {
  const mine = visible(text, token.start, token.end);
  const theirs = visible(text, start, end);
  if (mine[0] === mine[1] && theirs[0] === theirs[1]) return true;
  if (mine[0] !== theirs[0]) return false;
  return mine[1] === theirs[1] || (mine[1] > theirs[1] && mine[1] <= endOfGrapheme(text, theirs[1] - 1));
}

describe('well-known tokenizers', () => {
  for (const [name, expected] of Object.entries(golden.models))
    it(`${name}: ids and spans as in Python on ${Object.keys(expected.texts).length} awkward texts`, async function () {
      if (!root) this.skip();
      const tokenizer = await openTokenizer(path.join(root, name));
      for (const [role, id] of Object.entries(expected.specialIds))
        assert.equal(tokenizer.special[role as 'mask']?.id ?? null, id, role);
      for (const [label, { ids, spans }] of Object.entries(expected.texts)) {
        const text = golden.texts[label]!;
        const { tokens } = tokenizer.encode(text);
        assert.deepEqual(
          tokens.map(({ id }) => id),
          ids,
          label,
        );
        for (const [index, token] of tokens.entries())
          assert(
            token.special || agrees(text, token, spans[index]!),
            `${label}: token ${index} ${JSON.stringify(token)} is ${spans[index]!.join('-')} in Python`,
          );
      }
    }).timeout(60_000);
});
