/**
 * A VS Code window with Headlight in it, for tests to use as a writer would: through its commands, keys
 * and what it shows.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser, BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';
import { setUpCodeServer } from '../../scripts/setup/codeServer.mjs';
import { out, root } from '../../scripts/setup/paths.mjs';
import { developExtension, launchBrowser } from '../../scripts/vscode/browser.mjs';
import { startServer, workbenchUrl, type Server } from '../../scripts/vscode/server.mjs';

/** VS Code's own themes by what they are for: the label that they are chosen by, and the file that they come from. */
export const themes = {
  dark: { label: 'Dark Modern', file: 'dark_modern' },
  light: { label: 'Light Modern', file: 'light_modern' },
  highContrast: { label: 'Dark High Contrast', file: 'hc_black' },
  highContrastLight: { label: 'Light High Contrast', file: 'hc_light' },
};

export interface WorkbenchOptions {
  /** Files of the workspace by path, beside those of the sample. */
  files?: Record<string, string>;
  /** User settings. */
  settings?: Record<string, unknown>;
  /** Folders of extensions that are loaded beside Headlight. */
  extensions?: string[];
  /** The user's own keys. */
  keybindings?: { key: string; command: string }[];
  /** Whether VS Code asks if the folder is trusted; default: no. */
  workspaceTrust?: boolean;
  /** The display language, as the window of a Chinese user has `zh-cn`: that of the extensions alone, as VS Code's own texts need a language pack. */
  language?: string;
  /** Added to the extension host's environment. */
  env?: NodeJS.ProcessEnv;
  /** Default: true. */
  headless?: boolean;
  /** The folder below .out/ that screenshots go to; default: e2e. */
  screenshots?: string;
  /** Of the window, in pixels. */
  size?: { width: number; height: number };
}

/** View lines hold no-break spaces where the text has spaces. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

export class Workbench {
  private constructor(
    /** The window itself, for what this class has no word for. */
    readonly page: Page,
    /** The folder that is open. */
    readonly workspace: string,
    private readonly context: BrowserContext,
    private readonly browser: Browser,
    private readonly server: Server,
    private readonly dataDir: string,
    private readonly options: WorkbenchOptions,
  ) {}

  /** Starts VS Code on a fresh copy of the sample workspace; `close` it in the end. */
  static async open(options: WorkbenchOptions = {}): Promise<Workbench> {
    // Short, as VS Code puts sockets in it, whose paths may not be long.
    const dataDir = mkdtempSync(join(tmpdir(), 'headlight-e2e-'));
    const workspace = join(dataDir, 'workspace');
    cpSync(join(root, 'media/sample'), workspace, { recursive: true });
    for (const [path, text] of Object.entries(options.files ?? {})) {
      mkdirSync(dirname(join(workspace, path)), { recursive: true });
      writeFileSync(join(workspace, path), text);
    }
    const { settings, workspaceTrust, env, headless } = options;
    const server = await startServer({
      codeServer: await setUpCodeServer(),
      dataDir,
      // Ghost text is on by default; elsewhere than in its own tests it would stand between the lines that are read.
      settings: {
        'workbench.colorTheme': 'Default Dark Modern',
        'headlight.ghostText.enabled': false,
        ...settings,
      },
      workspaceTrust,
      env,
    });
    if (options.keybindings)
      writeFileSync(join(dataDir, 'User/keybindings.json'), JSON.stringify(options.keybindings));
    const browser = await launchBrowser({ headless });
    const context = await browser.newContext({ viewport: options.size ?? { width: 1280, height: 800 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    if (options.language !== undefined)
      await context.addInitScript((language) => {
        Object.assign(globalThis, { _VSCODE_NLS_LANGUAGE: language });
      }, options.language);
    const page = await context.newPage();
    const workbench = new Workbench(page, workspace, context, browser, server, dataDir, options);
    try {
      await workbench.load();
    } catch (error) {
      await workbench.close();
      throw error;
    }
    return workbench;
  }

  private async load(): Promise<void> {
    await developExtension(this.page, this.server, {
      extensions: [root, ...(this.options.extensions ?? [])],
    });
    await this.page.goto(
      workbenchUrl(this.server, { folder: this.workspace, logLevel: 'headlight.headlight:debug' }),
    );
    await this.page
      .locator('.monaco-workbench .explorer-folders-view .monaco-list-row')
      .first()
      .waitFor({ timeout: 60_000 });
  }

  /** Ends the window, the server and everything they started. */
  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Loads the window again, as Developer: Reload Window does. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.page.locator('.monaco-workbench .part.editor').waitFor();
  }

  // Commands and keys

  /** Presses keys one after the other, such as `Control+A`, `Escape`. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Types at the focused place, as fast as the window takes it. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** Pastes at the focused place: exactly this text, where typing would close brackets by itself. */
  async paste(text: string): Promise<void> {
    await this.page.evaluate((content) => navigator.clipboard.writeText(content), text);
    await this.press('Control+V');
  }

  /**
   * Opens the list at the top by a key and writes into it. A list that opens while the focus is still on its
   * way elsewhere closes again by itself; then the key is pressed once more.
   */
  private async ask(key: string, text: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await this.press(key);
      try {
        return await this.quickPick.input.fill(text, { timeout: 5000 });
      } catch (error) {
        if (attempt === 5) throw error;
      }
    }
  }

  /**
   * Opens a list and clicks on a row of it, by its label. What VS Code's extensions bring is there some time after the
   * window, and not in a list that was opened before: then it is opened once more.
   */
  private async choose(label: string, open: () => Promise<void>): Promise<void> {
    // Behind a comma stand its keys or its description.
    const row = this.quickPick.widget
      .locator(`.monaco-list-row[aria-label="${label}"], .monaco-list-row[aria-label^="${label},"]`)
      .first();
    for (let attempt = 1; ; attempt++) {
      await open();
      try {
        await row.click({ timeout: 3000 });
        break;
      } catch (error) {
        if (attempt === 5) throw error;
        await this.press('Escape');
      }
    }
    await this.page.mouse.move(0, 0); // nothing is to be hovered over by chance
  }

  /** Runs a command by its full title in the command palette, such as `Headlight: Continue Text`. */
  async runCommand(title: string): Promise<void> {
    await this.choose(title, () => this.ask('F1', `>${title}`));
  }

  /** Shows a file of the workspace and puts the cursor into it. */
  async openFile(path: string): Promise<void> {
    await this.ask('Control+P', path);
    // Enter opens the first row; before the list is filtered that is another file.
    await this.quickPick.widget
      .locator('.monaco-list-row[data-index="0"]')
      .filter({ hasText: path.split('/').pop() })
      .waitFor();
    await this.press('Enter');
    await this.page.locator(`.tab.active[data-resource-name="${path.split('/').pop()}"]`).waitFor();
    await this.editorOf(path).waitFor(); // the tab is there before it
    await this.focusEditor();
  }

  // The editor

  /** The active text editor. */
  get editor(): Locator {
    return this.page.locator('.editor-group-container.active .editor-instance .monaco-editor').first();
  }

  /** The editor that shows a file of the workspace, be it the active one or not. */
  editorOf(path: string): Locator {
    // As VS Code writes it in an address.
    const encoded = encodeURIComponent(path)
      .replaceAll('%2F', '/')
      .replace(/\(/g, '%28')
      .replace(/\)/g, '%29');
    return this.page.locator(`.editor-instance .monaco-editor[data-uri$="/${encoded}"]`).first();
  }

  async focusEditor(): Promise<void> {
    await this.editor.locator('.native-edit-context, textarea.inputarea').first().focus();
  }

  /**
   * Puts the focus into the editor that shows a file, out of whatever has it. By a key it would go through a view that
   * has it, which tells the window some time later that it has been focused, and is then active all the same.
   */
  async focusEditorOf(path: string): Promise<void> {
    const editor = this.editorOf(path);
    await editor.locator('.native-edit-context, textarea.inputarea').first().focus();
    await this.page.locator('.editor-group-container.active').filter({ has: editor }).waitFor();
    await this.quickPick.widget.waitFor({ state: 'hidden' });
  }

  /** Puts the cursor at a place of the active document; both count from 1. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.ask('Control+G', `:${line}:${column}`);
    await this.press('Enter');
    await this.quickPick.widget.waitFor({ state: 'hidden' });
    await this.focusEditor();
  }

  /** Selects the first occurrence of a text in the active document, within one line. */
  async selectText(text: string): Promise<void> {
    const lines = (await this.text()).split('\n');
    const line = lines.findIndex((candidate) => candidate.includes(text));
    if (line < 0) throw new Error(`the document doesn't hold "${text}"`);
    const column = lines[line]?.indexOf(text) ?? 0;
    await this.goTo(line + 1, column + 1);
    // One step of the cursor is one grapheme.
    for (const _ of new Intl.Segmenter().segment(text)) await this.press('Shift+ArrowRight');
  }

  /** Puts the cursor behind the first occurrence of a text in the active document, within one line. */
  async goBehind(text: string): Promise<void> {
    const lines = (await this.text()).split('\n');
    const line = lines.findIndex((candidate) => candidate.includes(text));
    if (line < 0) throw new Error(`the document doesn't hold "${text}"`);
    await this.goTo(line + 1, (lines[line]?.indexOf(text) ?? 0) + text.length + 1);
  }

  /** The whole text of the active document as it stands in the editor, saved or not; lines end in \n. */
  async text(): Promise<string> {
    await this.focusEditor();
    // Only some lines are drawn; the clipboard holds them all.
    const position = await this.cursor();
    await this.press('Control+A', 'Control+C');
    const text = (await this.page.evaluate(() => navigator.clipboard.readText())).replaceAll('\r\n', '\n');
    // The status bar tells the cursor late: after an undo it may still name a line that is gone.
    await this.goTo(Math.min(position.line, text.split('\n').length), position.column);
    return text;
  }

  /** Where the status bar says the cursor is. */
  async cursor(): Promise<{ line: number; column: number }> {
    const label = await this.page.locator('#status\\.editor\\.selection').innerText();
    const [, line, column] = /(\d+)\D+(\d+)/.exec(label) ?? [];
    return { line: Number(line ?? 1), column: Number(column ?? 1) };
  }

  /**
   * The lines that are drawn, top to bottom, with what decorations add to them: the active editor's, or another's.
   * None while a view is active instead.
   */
  async visibleLines(editor = this.editor): Promise<string[]> {
    const lines = await editor.locator('.view-lines .view-line').evaluateAll((elements) =>
      elements
        .map((element) => ({
          top: parseFloat((element as HTMLElement).style.top),
          text: element.textContent ?? '',
        }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text),
    );
    return lines.map(plain);
  }

  /** Saves the active document and reads it from the disk. */
  async save(path: string): Promise<string> {
    await this.press('Control+S');
    await this.page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
    return readFileSync(join(this.workspace, path), 'utf8');
  }

  // What the window shows

  /** The list that drops from the top: palette, quick pick, input box. */
  get quickPick() {
    const widget = this.page.locator('.quick-input-widget');
    const rows = widget.locator('.quick-input-list .monaco-list-row');
    return {
      widget,
      input: widget.locator('.quick-input-box input'),
      rows,
      /** The texts of the rows, once all are drawn that fit: label, description and detail in one line. */
      texts: async () => {
        const drawn = async () => {
          const labels = await rows.evaluateAll((all) =>
            all.map((row) => row.getAttribute('aria-label') ?? ''),
          );
          return labels.map(plain);
        };
        await rows.first().waitFor();
        let texts: string[] = [];
        // A list that slides in draws more rows as it grows.
        await this.until('the rows stay as they are', async () => {
          const before = texts;
          texts = await drawn();
          return texts.join('\n') === before.join('\n');
        });
        return texts;
      },
    };
  }

  /** The notifications on the screen. */
  get notifications(): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item');
  }

  /** Waits for a notification that holds a text and gives its whole message. */
  async notification(text: string | RegExp): Promise<string> {
    const item = this.notifications.filter({ hasText: text }).first();
    await item.waitFor();
    return plain(await item.locator('.notification-list-item-message').innerText());
  }

  /** Items of the status bar that hold a text. */
  statusItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item').filter({ hasText: text });
  }

  /** Waits until a condition holds. */
  async until(what: string, condition: () => Promise<boolean>, timeoutMs = 30_000): Promise<void> {
    for (const deadline = Date.now() + timeoutMs; !(await condition()); await this.page.waitForTimeout(100))
      if (Date.now() > deadline) throw new Error(`it took too long: ${what}`);
  }

  /** Waits until the engine has nothing to do, by Headlight's status bar item, for half a second. */
  async idle(timeoutMs = 60_000): Promise<void> {
    const item = this.statusItem('Headlight').first();
    await item.waitFor();
    let quiet = 0;
    const isQuiet = async () => (quiet = /loading|running/.test(await item.innerText()) ? 0 : quiet + 1) > 5;
    await this.until('the engine is done', isQuiet, timeoutMs);
  }

  /** All that the status bar says. */
  async statusBar(): Promise<string> {
    return plain(await this.page.locator('.part.statusbar').innerText()).replaceAll('\n', ' ');
  }

  /** The inside of the last webview that was opened, once it is there. */
  async webview(): Promise<FrameLocator> {
    await this.page.locator('iframe.webview.ready').last().waitFor();
    const frame = this.page.frameLocator('iframe.webview.ready').last().frameLocator('iframe#active-frame');
    await frame.locator('body').waitFor();
    return frame;
  }

  /** Changes the colour theme as a user does, and waits until it is drawn. */
  async setTheme(theme: keyof typeof themes): Promise<void> {
    const { label, file } = themes[theme];
    await this.choose(label, async () => {
      await this.runCommand('Preferences: Color Theme');
      await this.quickPick.input.fill(label);
    });
    await this.page.locator(`.monaco-workbench.vscode-theme-defaults-themes-${file}-json`).waitFor();
    await this.quickPick.widget.waitFor({ state: 'hidden' });
  }

  /** Saves a picture of the window; returns its path below .out/. */
  async screenshot(name: string): Promise<string> {
    const path = join(out, this.options.screenshots ?? 'e2e', `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  /** What the server wrote lately. */
  serverLog(): string {
    return this.server.log();
  }
}
