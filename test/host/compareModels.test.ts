import assert from 'node:assert/strict';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { seenPieces } from '../../src/core/comparison/sight';
import type { Comparison, ComparisonRow } from '../../src/protocol/compareView';
import { closeAll, configure, fixture, headlight, select, show, until, useFixtures } from './support';

describe('Compare Models', () => {
  const embedded = async (name: string): Promise<string> =>
    path.join((await headlight()).root, 'models', name);

  before(() =>
    configure({ 'models.continue': '', 'models.fill': '', 'models.sentiment': '', 'models.attention': '' }),
  );
  after(useFixtures);
  afterEach(async () => {
    (await headlight()).comparisons.panel?.dispose();
    await closeAll();
  });

  async function compare(text: string, start: number, end = start): Promise<Comparison> {
    select(await show(text), start, end);
    await vscode.commands.executeCommand('headlight.compareModels');
    const { comparisons } = await headlight();
    const { shown } = comparisons.panel!;
    assert(shown && !shown.running);
    return shown;
  }

  function rowOf({ rows }: Comparison, model: string): ComparisonRow {
    const row = rows.find((candidate) => candidate.model === model);
    assert(row, `no row of ${model}`);
    return row;
  }

  const seen = ({ pieces }: ComparisonRow, kind: string): string =>
    pieces
      .filter((piece) => piece.kind === kind)
      .map(({ text }) => text)
      .join('');

  const text = 'The capital of France is a large city.';
  const word = text.indexOf('large');

  it("shows GPT-2's guess from the left beside BERT's from both sides", async () => {
    const comparison = await compare(text, word, word + 'large'.length);
    assert.deepEqual(comparison.question, { text, place: { start: word, end: word + 5 } });
    const gpt2 = rowOf(comparison, 'headlight-gpt2');
    const bert = rowOf(comparison, 'headlight-bert');
    assert.match(seen(gpt2, 'seen'), /The capital of France is a ?$/);
    assert.match(seen(gpt2, 'hidden'), /city\.$/);
    assert.equal(seen(gpt2, 'place'), 'large');
    assert.match(seen(bert, 'seen'), /city\.$/);
    assert.equal(seen(bert, 'hidden'), '');
    for (const { pieces, predictions, time, memory } of [gpt2, bert]) {
      assert.equal(pieces.map((piece) => piece.text).join(''), text);
      assert.equal(predictions.length, 5);
      assert(predictions[0]!.probability >= predictions[4]!.probability);
      assert.match(time, /^[\d.]+ ms/);
      assert.match(memory, /^[\d.]+ MB$/);
    }
    assert.match(comparison.why, /headlight-gpt2 .*left.*headlight-bert .*both sides/);
  });

  it('gives what the engine predicts', async () => {
    const comparison = await compare(text, word, word + 'large'.length);
    const { engine } = await headlight();
    for (const model of ['headlight-gpt2', 'headlight-bert']) {
      const result = await engine.request('predict', {
        model: await embedded(model),
        text,
        position: word,
        end: word + 5,
      });
      const row = rowOf(comparison, model);
      assert.deepEqual(row.predictions, result.predictions);
      assert.deepEqual(row.pieces, seenPieces(text, result.tokens, result.hidden));
    }
  });

  it('says of a model that predicts no words why it has no answer, and asks the others', async () => {
    const row = rowOf(await compare(text, word), 'headlight-bert-sentiment');
    assert.equal(row.state, 'unable');
    assert.match(row.problem, /classifier/);
  });

  it('asks at the mask of the paragraph', async () => {
    const { question } = await compare('One.\n\nThe [MASK] was empty.\n', 8);
    assert.deepEqual(question, { text: 'The [MASK] was empty.', place: { start: 4, end: 10 } });
  });

  it('has a row for a model that the settings name', async () => {
    await configure({ 'models.fill': fixture('bert-masked') });
    try {
      assert.equal(rowOf(await compare(text, word), 'bert-masked').state, 'done');
    } finally {
      await configure({ 'models.fill': '' });
    }
  });

  it('asks a model that reads both sides and then writes', async () => {
    await configure({ 'models.infill': fixture('t5') });
    try {
      const comparison = await compare(text, word, word + 'large'.length);
      const t5 = rowOf(comparison, 't5');
      assert.equal(t5.state, 'done', t5.problem);
      assert.match(seen(t5, 'seen'), /The capital of France is a ?.*city\.$/);
      assert.match(comparison.why, /t5 reads both sides and then writes/);
    } finally {
      await configure({ 'models.infill': '' });
    }
  });

  it('is copied as a Markdown table', async () => {
    const { why } = await compare(text, word);
    await vscode.commands.executeCommand('headlight.copyComparison');
    const markdown = await vscode.env.clipboard.readText();
    assert.match(markdown, /^\| Model \| What it sees \| What it predicts \| Time \| Memory \|\n\| --- /);
    assert.match(markdown, /\n\| headlight-gpt2 \| The capital .*\*\*▢\*\* ?~~large city\\?\.~~ \| `/);
    assert(markdown.includes(why));
  });

  it('stops between two models and keeps what it has', async () => {
    select(await show(text), word);
    const { comparisons, engine } = await headlight();
    // So small models would have answered before anything can come between.
    await engine.request('status', {});
    const pid = engine.pid!;
    process.kill(pid, 'SIGSTOP');
    const running = vscode.commands.executeCommand('headlight.compareModels');
    try {
      const panel = await until(
        'the first model is asked',
        () => comparisons.panel?.shown && comparisons.panel,
      );
      panel.stop();
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await running;
    const { rows, running: isRunning } = comparisons.panel!.shown!;
    assert.equal(isRunning, false);
    assert.equal(rows.at(-1)!.state, 'stopped');
  });

  it('asks nothing where there is no text', async () => {
    select(await show('One.\n\n\n\nTwo.'), 6);
    await vscode.commands.executeCommand('headlight.compareModels');
    assert.equal((await headlight()).comparisons.panel, undefined);
  });
});
