import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../../scripts/setup/command.mjs';
import { setUpBrowser } from '../../../scripts/setup/programs.mjs';
import { fillOnce } from '../../../scripts/setup/stamp.mjs';

describe('set-up', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'headlight-setup-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  describe('fillOnce', () => {
    it('fills a folder once, and anew when it is to hold something else', async () => {
      const target = join(folder, 'tool');
      const filled: string[] = [];
      const fill = (content: string) =>
        fillOnce(target, content, async () => {
          filled.push(content);
          writeFileSync(join(target, content), '');
        });
      await fill('1.0');
      await fill('1.0');
      await fill('2.0');
      assert.deepEqual(filled, ['1.0', '2.0']);
      assert(!existsSync(join(target, '1.0')));
    });

    it('starts over after a failure on the way', async () => {
      const target = join(folder, 'tool');
      await assert.rejects(
        fillOnce(target, '1.0', async () => {
          writeFileSync(join(target, 'half'), '');
          throw new Error('the network is gone');
        }),
        /the network is gone/,
      );
      await fillOnce(target, '1.0', async () => assert(!existsSync(join(target, 'half'))));
    });
  });

  it('names the command and its last words when one fails', async () => {
    await assert.rejects(
      run(process.execPath, ['-e', 'console.error("no space left"); process.exit(3)']),
      /failed \(3\):\nno space left/,
    );
    await assert.rejects(run(join(folder, 'nothing'), []), /can't be started/);
  });

  describe('the browser', () => {
    const before = process.env.CHROMIUM;
    afterEach(() => {
      if (before === undefined) delete process.env.CHROMIUM;
      else process.env.CHROMIUM = before;
    });

    it('is the one that CHROMIUM names', async () => {
      const browser = join(folder, 'browser');
      writeFileSync(browser, '');
      chmodSync(browser, 0o755);
      process.env.CHROMIUM = browser;
      assert.equal(await setUpBrowser(), browser);
    });

    it('is asked for by name when CHROMIUM names nothing', async () => {
      process.env.CHROMIUM = join(folder, 'missing');
      await assert.rejects(setUpBrowser(), /CHROMIUM names .*missing, which is not a program/);
    });
  });
});
