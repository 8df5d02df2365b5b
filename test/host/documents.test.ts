import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { kinds } from './documents';
import { configure, fixture, headlight, runThroughPick, select, until, useFixtures } from './support';

const run = (command: string): Thenable<unknown> => vscode.commands.executeCommand(`headlight.${command}`);

for (const [name, open] of Object.entries(kinds))
  describe(`commands in ${name}`, () => {
    before(useFixtures);

    /** Shows a text with the cursor at its end and closes it after `act`. */
    async function within(text: string, act: (editor: vscode.TextEditor) => Promise<void>): Promise<void> {
      const { editor, close } = await open(text);
      try {
        select(editor, text.length);
        await until(
          'the cursor is there',
          () => editor.document.offsetAt(editor.selection.active) === text.length,
        );
        await act(editor);
      } finally {
        await close();
      }
    }

    it('continue the text', async () => {
      await configure({ 'continue.maxNewTokens': 8 });
      try {
        await within('The old lighthouse', async ({ document }) => {
          await run('continueText');
          const { engine } = await headlight();
          const { text } = await engine.request('continue', {
            model: fixture('gpt2-optimum'),
            text: 'The old lighthouse',
            options: { maxNewTokens: 8 },
          });
          assert.equal(document.getText(), `The old lighthouse${text}`);
        });
      } finally {
        await configure({ 'continue.maxNewTokens': undefined });
      }
    });

    it('fill a mask, which is coloured', async () => {
      await within('The [MASK] was empty.', async ({ document }) => {
        const { masks, engine } = await headlight();
        assert.equal(masks.colouredIn(document).length, 1);
        await runThroughPick('headlight.fillMask');
        const { fillings } = await engine.request('fill', {
          model: fixture('bert-masked'),
          text: 'The [MASK] was empty.',
          fillings: 12,
          maxTokens: 2,
        });
        assert.equal(document.getText(), `The ${fillings![0]!.masks[0]!.text} was empty.`);
      });
    });

    it('judge the sentences', async () => {
      await within('What a day! What a storm.', async ({ document }) => {
        await run('analyzeSentiment');
        const { marks } = await headlight();
        assert.deepEqual(
          marks.marksOf(document).map(({ start, end }) => document.getText().slice(start, end)),
          ['What a day!', 'What a storm.'],
        );
        await run('clearSentiment');
      });
    });

    it('show what is unexpected', async () => {
      await within('The old lighthouse stood at the edge.', async ({ document }) => {
        await run('showSurprise');
        const { surprise } = await headlight();
        const marked = surprise
          .marksOf(document)
          .map(({ start, end }) => document.getText().slice(start, end));
        assert.equal(marked.join(''), document.getText().replace(/\s/g, ''));
        await run('clearSurprise');
      });
    });
  });
