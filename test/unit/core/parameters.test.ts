import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { familyOf, type FamilyConfig } from '../../../src/core/families';
import { shapeOf } from '../../../src/core/modelShape';
import { countParameters } from '../../../src/core/parameters';
import { fixture, golden } from '../fixtures';

type Config = FamilyConfig & Record<string, unknown>;

const { published, small } = golden<{
  published: { class: string; config: Config; parameters: number }[];
  small: Record<string, number>;
}>('parameters');

const count = (config: Config) => countParameters(shapeOf(config)!, familyOf(config));

describe('the parameters of a model, from its config alone', () => {
  for (const { class: name, config, parameters } of published)
    it(`are as many as transformers counts: ${name} with ${(parameters / 1e6).toFixed(1)} M`, () => {
      assert.equal(count(config).total, parameters);
    });

  for (const [name, parameters] of Object.entries(small))
    it(`are as many as transformers counts: ${name}`, () => {
      const config = JSON.parse(fs.readFileSync(path.join(fixture(name), 'config.json'), 'utf8')) as Config;
      assert.equal(count(config).total, parameters);
    });

  it('are told apart by where they are', () => {
    const { embeddings, layers, head, total } = count(published[0]!.config);
    assert.equal(embeddings, (50_257 + 1024) * 768);
    assert.equal(layers, 12 * (12 * 768 ** 2 + 13 * 768) + 2 * 768);
    assert.equal(head, 0);
    assert.equal(total, embeddings + layers + head);
  });
});
