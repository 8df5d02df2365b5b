import assert from 'node:assert/strict';
import { tellOfFailure } from './support';
import { Workbench } from './workbench';

describe('the window', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await Workbench.open({ files: { 'notes.md': 'One 🙂 two.\nThree.\n' } });
  });
  after(() => workbench?.close());

  it('opens the sample', async () => {
    await workbench.openFile('welcome.md');
    assert.match((await workbench.visibleLines()).join('\n'), /Welcome to Headlight/);
    await workbench.screenshot('welcome');
  });
  afterEach(async function () {
    await tellOfFailure(workbench, this.currentTest);
  });

  it('takes typing, selections and undo', async () => {
    await workbench.openFile('notes.md');
    await workbench.selectText('🙂 two');
    await workbench.type('2');
    assert.equal(await workbench.text(), 'One 2.\nThree.\n');
    await workbench.press('Control+Z');
    assert.equal(await workbench.text(), 'One 🙂 two.\nThree.\n');
  });

  it('follows the theme', async () => {
    await workbench.setTheme('light');
    await workbench.setTheme('dark');
  });
});
