import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { EngineError } from '../../src/protocol/engine';
import type { FromView, ToView, ViewMethod, ViewParams } from '../../src/protocol/view';
import { AttentionPanel } from '../../src/views/attention/attentionPanel';
import { attentionResult, FakeEngine, settle } from '../unit/views/attention/fakeEngine';
import { closeAll, headlight, select, show, sleep, until } from './support';

/** More than the pause after which the view reads a text again. */
const pause = 600;

/** A panel whose page is the test, which asks and is answered as the page would be. */
class FakePage {
  readonly messages: ToView[] = [];
  private readonly received = new vscode.EventEmitter<FromView>();
  private readonly state = new vscode.EventEmitter<void>();
  readonly onDidChangeViewState = this.state.event;
  visible = true;
  title = '';
  iconPath: unknown;
  readonly webview = {
    options: {},
    html: '',
    cspSource: '',
    asWebviewUri: (uri: vscode.Uri) => uri,
    onDidReceiveMessage: this.received.event,
    postMessage: (message: ToView) => Promise.resolve(this.messages.push(message) > 0),
  };

  get panel(): vscode.WebviewPanel {
    return this as unknown as vscode.WebviewPanel;
  }

  ask<M extends ViewMethod>(id: number, method: M, params: ViewParams<M>): void {
    this.received.fire({ type: 'request', id, method, params } as FromView);
  }

  /** The page is loaded again, as after it was hidden. */
  begin(): void {
    this.received.fire({ type: 'begun' });
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    this.state.fire();
  }

  /** What came in answer to a request. */
  answers(id: number): ToView[] {
    return this.messages.filter((message) => 'id' in message && message.id === id);
  }

  reveal(): void {}

  dispose(): void {}
}

describe('The attention panel', () => {
  let page: FakePage;
  let engine: FakeEngine;
  let panel: AttentionPanel;
  let editor: vscode.TextEditor;

  const text = 'a\n\nb';
  const source = { uri: '', start: 0, end: 1, text: 'a', model: '/model', window: 0 };

  beforeEach(async () => {
    const { root, log } = await headlight();
    [page, engine] = [new FakePage(), new FakeEngine()];
    const inventory = () => Promise.reject(new Error('not asked for'));
    panel = new AttentionPanel(page.panel, { root, engine, log, inventory });
    editor = await show(text);
    select(editor, 1);
  });
  afterEach(async () => {
    panel.dispose();
    await closeAll();
  });

  const isStopped = (error: unknown): boolean => error instanceof EngineError && error.code === 'cancelled';
  const readTexts = (): unknown[] =>
    engine.asked.filter(({ method }) => method === 'attention').map(({ params }) => params['text']);

  /** Shows the document's first paragraph, as the command does. */
  async function load(): Promise<void> {
    const loading = panel.load({ ...source, uri: editor.document.uri.toString() });
    await engine.asked[0]!.answer(attentionResult(1));
    await loading;
  }

  it('stops what it reads when another text is to be shown, and says nothing of it', async () => {
    const first = panel.load(source);
    page.ask(1, 'picture', { side: 'a', shaping: {} });
    await settle();
    const second = panel.load({ ...source, text: 'c' });
    second.catch(() => undefined);
    await assert.rejects(first, isStopped);
    await until('the page is answered', () => page.answers(1).length > 0);
    assert.deepEqual(
      page.answers(1).map((message) => message.type === 'error' && message.stale),
      [true],
    );
    await engine.asked.find(({ params }) => params['text'] === 'c')!.answer(attentionResult(2));
    await second;
  });

  it('stops what is compared when it is no longer, and everything when it is closed', async () => {
    await load();
    panel.show('b', { ...source, text: 'c' });
    const compared = assert.rejects(panel.reading('b').result(), isStopped);
    panel.closeCompare();
    await compared;
    panel.show('b', { ...source, text: 'd' });
    const closed = assert.rejects(panel.reading('b').result(), isStopped);
    panel.dispose();
    await closed;
  });

  it('answers a new page only what it has asked itself, and stops what the one before has asked', async () => {
    await load();
    const asked = (): number => engine.asked.filter(({ method }) => method === 'occlusion').length;
    const occlusion = (index: number) => engine.asked.filter(({ method }) => method === 'occlusion')[index]!;
    page.begin();
    page.ask(1, 'occlusion', { side: 'a', token: 0 });
    page.ask(2, 'matrix', { side: 'a', source: { kind: 'heads', heads: [], combine: 'mean' }, shaping: {} });
    await until('the losses are asked for', () => asked() === 1);
    page.begin();
    page.ask(1, 'occlusion', { side: 'a', token: 0 });
    await until('they are asked for again', () => asked() === 2);
    await occlusion(0).answer({ importance: new Float32Array(1) });
    await settle();
    assert.deepEqual(page.answers(1), []);
    assert.deepEqual(page.answers(2), []);
    await occlusion(1).answer({ importance: new Float32Array(2) });
    await until('the new page is answered', () => page.answers(1).length === 1);
    assert.deepEqual(page.answers(1), [
      { type: 'result', id: 1, value: { importance: new Float32Array(2) } },
    ]);
  });

  it('reads nothing while nobody sees it, and catches up when it is seen again', async () => {
    await load();
    page.setVisible(false);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 1), 'x'));
    await sleep(pause);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 2), 'y'));
    await sleep(pause);
    assert.deepEqual(readTexts(), ['a']);
    page.setVisible(true);
    await until('it catches up', () => readTexts().length > 1);
    assert.deepEqual(readTexts(), ['a', 'axy']);
  });

  it('goes on reading an edited text when it is pinned meanwhile', async () => {
    await load();
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 1), 'x'));
    await until('the edit is read', () => readTexts().includes('ax'));
    panel.pin(true);
    await engine.asked.find(({ params }) => params['text'] === 'ax')!.answer(attentionResult(2));
    assert.equal((await panel.reading('a').result()).model, 'fake');
  });
});
