import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { resolveGeneration } from '../../../../src/core/decoding/options';
import { samplingChoices, samplingNames } from '../../../../src/core/decoding/samplingChoices';

describe('how freely continuations are drawn', () => {
  it('is one of three plain words, from near the most probable to far from it', () => {
    assert.deepEqual([...samplingNames], Object.keys(samplingChoices));
    const temperatures = samplingNames.map((name) => samplingChoices[name].temperature);
    assert.deepEqual(temperatures, [...temperatures].sort());
    for (const name of samplingNames)
      resolveGeneration(undefined, undefined, { ...samplingChoices[name], doSample: true });
  });

  it('stands in the settings with the parameters that are behind it', () => {
    const file = path.join(__dirname, '../../../../package.nls.json');
    const strings = JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, string>;
    for (const name of samplingNames) {
      const { temperature, topP, topK, repetitionPenalty } = samplingChoices[name];
      const description = strings[`config.continue.sampling.${name}`]!.toLowerCase();
      for (const words of [
        `temperature ${temperature}`,
        `top-p ${topP}`,
        `top-k ${topK}`,
        `repetition penalty ${repetitionPenalty}`,
      ])
        assert(description.includes(words), `${name}: ${words}`);
    }
  });
});
