import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { AnswerResult } from '../../src/protocol/engine';
import {
  accept,
  closeAll,
  configure,
  fixture,
  headlight,
  leave,
  select,
  show,
  sleep,
  until,
  useFixtures,
} from './support';

const question = 'Where did the dog sleep?';

describe('Answer a Question', () => {
  before(useFixtures);
  beforeEach(async () => (await headlight()).memory.update('lastQuestion', question));
  afterEach(closeAll);

  const text =
    'The dog was tired.\n\nIt slept on the beach near the old lighthouse, and the sun was warm.\n\nThen it ran.';

  /** Runs the command; the steps are given to its input box and then to its list, which can't be seen from here. */
  async function answer(...steps: string[]): Promise<void> {
    let ended = false;
    const running = vscode.commands.executeCommand('headlight.answerQuestion').then(() => (ended = true));
    for (const step of steps) {
      await sleep(700);
      await vscode.commands.executeCommand(step);
    }
    await until('the command ends', () => ended);
    await running;
  }

  async function best(part: string, model = fixture('bert-answer')): Promise<AnswerResult> {
    const { engine } = await headlight();
    return engine.request('answer', { model, question, text: part, top: 8 });
  }

  const selected = ({ document, selection }: vscode.TextEditor): string => document.getText(selection);

  it('selects the answer in the whole text, and asks the last question again', async () => {
    const editor = await show(text);
    await best(text);
    await answer(accept, accept);
    const [first] = (await best(text)).answers;
    assert.equal(selected(editor), first!.text);
    assert.equal(editor.document.offsetAt(editor.selection.start), first!.start);
    assert.equal(editor.document.isDirty, true, 'the new document is as it was');
    assert.equal(editor.document.getText(), text);
  });

  it('has the next answer one key away', async () => {
    const editor = await show(text);
    await best(text);
    await answer(accept, 'workbench.action.quickOpenSelectNext', accept);
    assert.equal(selected(editor), (await best(text)).answers[1]!.text);
  });

  it('reads the selection alone', async () => {
    const part = 'It slept on the beach near the old lighthouse';
    const start = text.indexOf(part);
    const editor = await show(text);
    select(editor, start, start + part.length);
    await best(part);
    await answer(accept, accept);
    const [first] = (await best(part)).answers;
    assert.equal(editor.document.offsetAt(editor.selection.start), start + first!.start);
    assert.equal(selected(editor), first!.text);
  });

  it('brings the former selection back when it is left', async () => {
    const editor = await show(text);
    select(editor, 4, 7);
    const before = editor.selection;
    await best(text.slice(4, 7));
    await answer(accept, leave);
    assert(editor.selection.isEqual(before));
  });

  it('says that there is no answer where the model was trained for it', async () => {
    const folder = path.join(mkdtempSync(path.join(tmpdir(), 'headlight-host-')), 'tiny-squad2');
    cpSync(fixture('bert-answer'), folder, { recursive: true });
    try {
      await configure({ 'models.answer': folder });
      const { noAnswer, answers } = await best(text, folder);
      assert(noAnswer !== null);
      const editor = await show(text);
      select(editor, 3);
      await answer(accept, accept);
      const isNone = noAnswer > answers[0]!.score;
      assert.equal(selected(editor), isNone ? '' : answers[0]!.text);
    } finally {
      await useFixtures();
      rmSync(path.dirname(folder), { recursive: true });
    }
  });

  it('does nothing when no question is asked, or no model on this machine can answer', async () => {
    const editor = await show(text);
    select(editor, 4);
    await answer(leave);
    assert.equal(selected(editor), '');
    const { models } = await (await headlight()).models.inventory();
    if (models.some(({ family, place }) => family.tasks.includes('answer') && place !== 'chosen')) return;
    await configure({ 'models.answer': '' });
    try {
      await answer();
      assert.equal(selected(editor), '');
    } finally {
      await useFixtures();
    }
  });
});
