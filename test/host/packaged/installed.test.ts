import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { closeAll, headlight, runThroughPick, show, until } from '../support';

/** The installed VSIX, with the runtime and the models that it brings along. */
describe('the installed extension', () => {
  const { HEADLIGHT_ROOT: root = '' } = process.env;
  const installed = vscode.extensions.getExtension('headlight.headlight');
  afterEach(closeAll);

  it('is the one of the VSIX', () => {
    assert(installed, 'the extension is not installed');
    assert(root !== '' && !installed.extensionPath.startsWith(root), installed.extensionPath);
  });

  it('brings its own ONNX Runtime', () => {
    const folder = installed?.extensionPath ?? '';
    const runtime = createRequire(join(folder, 'dist/engine.js')).resolve('onnxruntime-node');
    assert(runtime.startsWith(folder), runtime);
  });

  it('continues a text', async () => {
    const { document } = await show('The old house was empty, and');
    await vscode.commands.executeCommand('headlight.continueText');
    assert.match(document.getText(), /^The old house was empty, and.*[a-z]/s);
    assert(document.getText().length > 'The old house was empty, and'.length);
  });

  it('fills a mask', async () => {
    const { document } = await show('She opened the [MASK] and looked out.');
    await runThroughPick('headlight.fillMask', undefined, 60_000);
    assert.match(document.getText(), /^She opened the [^[\]]+ and looked out\.$/);
  });

  it('judges a sentiment', async () => {
    const { document } = await show('The food was wonderful. The room was dirty.');
    await vscode.commands.executeCommand('headlight.analyzeSentiment');
    const { marks } = await headlight();
    assert.equal(marks.marksOf(document).length, 2);
  });

  it('shows the attention', async () => {
    await show('The dog was tired.');
    await vscode.commands.executeCommand('headlight.showAttention');
    const { attention } = await headlight();
    // The view has loaded its page from the VSIX and has its picture.
    await until('a token is marked', () => attention.panel?.marked, 60_000);
    attention.panel?.dispose();
  });
});
