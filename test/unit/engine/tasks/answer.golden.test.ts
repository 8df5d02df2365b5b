import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ModelStore } from '../../../../src/engine/model/modelStore';
import { answer } from '../../../../src/engine/tasks/answer';
import type { AnswerPartial, EngineError } from '../../../../src/protocol/engine';
import { assertClose, fixture, golden } from '../../fixtures';

interface AnswerGolden {
  answers: {
    question: string;
    text: string;
    windows: number;
    span: [number, number];
    score: number;
    none: number;
  }[];
}

for (const name of ['bert-answer', 'roberta-answer']) {
  describe(`answer on ${name}`, () => {
    const models = new ModelStore({ threads: 1 });
    const turn = () => Promise.resolve();
    const context = { models, turn, partial: () => undefined };
    const model = fixture(name);
    after(() => models.closeAll());

    it("finds transformers' best span, with its score, over all windows of a text", async () => {
      for (const { question, text, windows, span, score, none } of golden<AnswerGolden>(name).answers) {
        const partials: AnswerPartial[] = [];
        const result = await answer(
          { model, question, text, noAnswer: true },
          { models, turn, partial: (value) => partials.push(value) },
        );
        assert.equal(partials.length, windows);
        assert.deepEqual(partials.at(-1), { done: windows, total: windows });
        const [best] = result.answers;
        assertClose([best!.score, result.noAnswer!], [score, none], 1e-4);
        // The span there ends inside of words where tokens do.
        assert(best!.start <= span[0] && best!.end >= span[1], `${best!.text} for ${text.slice(...span)}`);
        assert.equal(best!.text, text.slice(best!.start, best!.end));
      }
    });

    it('gives answers that do not overlap, best first, and of whole words', async () => {
      const text = 'The old lighthouse stood at the edge of the bay; the keeper climbed the stairs.';
      const { answers } = await answer({ model, question: 'Where?', text, top: 4 }, context);
      assert.equal(answers.length, 4);
      const places = [...answers].sort((a, b) => a.start - b.start);
      places.slice(1).forEach(({ start }, index) => assert(start >= places[index]!.end));
      assert.deepEqual(
        answers.map(({ score }) => score),
        answers.map(({ score }) => score).sort((a, b) => b - a),
      );
      for (const { start, end } of answers) {
        assert(!/\w\w/.test(text.slice(start - 1, start + 1)), text.slice(start, end));
        assert(!/\w\w/.test(text.slice(end - 1, end + 1)), text.slice(start, end));
      }
    });

    it('says nothing of "no answer" unless the model was trained for it', async () => {
      const asked = { question: 'Where?', text: 'The lamp stood there.' };
      assert.equal((await answer({ model, ...asked }, context)).noAnswer, null);
      const named = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'headlight-')), 'tiny-squad2');
      fs.cpSync(model, named, { recursive: true });
      assert.equal(typeof (await answer({ model: named, ...asked }, context)).noAnswer, 'number');
      const carded = path.join(path.dirname(named), 'tiny');
      fs.cpSync(model, carded, { recursive: true });
      fs.writeFileSync(
        path.join(carded, 'README.md'),
        '---\nlicense: mit\ndatasets:\n- squad_v2\n---\n# Tiny\n',
      );
      assert.equal(typeof (await answer({ model: carded, ...asked }, context)).noAnswer, 'number');
      await models.closeAll();
      fs.rmSync(path.dirname(named), { recursive: true });
    });

    it('refuses an empty question or text', async () => {
      for (const asked of [
        { question: ' ', text: 'Something.' },
        { question: 'What?', text: ' \n' },
      ])
        await assert.rejects(
          answer({ model, ...asked }, context),
          (error: EngineError) => error.code === 'input',
        );
    });
  });
}

describe('answer with a model that has no such head', () => {
  it('says why and what can', async () => {
    const models = new ModelStore({ threads: 1 });
    const context = { models, turn: () => Promise.resolve(), partial: () => undefined };
    await assert.rejects(
      answer({ model: fixture('bert-masked'), question: 'What?', text: 'This.' }, context),
      /it is a masked model.*Choose a question-answering model/,
    );
  });
});
