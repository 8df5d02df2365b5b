import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as vscode from 'vscode';
import { headlight } from './support';

interface Keybinding {
  key: string;
  command: string;
}

interface Manifest {
  contributes: {
    commands: { command: string }[];
    keybindings: (Keybinding & { mac?: string })[];
    configuration: { properties: Record<string, unknown> };
    menus: Record<string, { command: string; group: string }[]>;
    walkthroughs: {
      steps: { description: string; media: { svg: string; altText: string }; completionEvents: string[] }[];
    }[];
  };
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
}

describe('what the extension contributes', () => {
  const manifest = (): Manifest =>
    vscode.extensions.getExtension('headlight.headlight')!.packageJSON as Manifest;

  it('registers every command that it names', async () => {
    await headlight();
    const registered = await vscode.commands.getCommands(true);
    for (const { command } of manifest().contributes.commands) assert(registered.includes(command), command);
  });

  it('steals no default key', async () => {
    const uri = vscode.Uri.parse('vscode://defaultsettings/keybindings.json');
    const source = (await vscode.workspace.openTextDocument(uri)).getText();
    const defaults = [...source.matchAll(/^\s*(?:\[\s*)?\{ "key": "([^"]+)",\s*"command": "([^"]+)"/gm)].map(
      ([, key, command]) => ({ key: key!, command: command! }),
    );
    assert(defaults.length > 300, `only ${defaults.length} default keybindings were read`);
    const first = (key: string): string => key.split(' ')[0]!;
    for (const { key } of manifest().contributes.keybindings) {
      if (key === 'escape') continue;
      const others = defaults.filter(
        (other) => first(other.key) === first(key) && !other.command.startsWith('headlight.'),
      );
      assert.deepEqual(others, [], `${key} begins like others`);
    }
  });

  it('takes Escape only while there is something of its own to end', () => {
    for (const { key, ...rest } of manifest().contributes.keybindings)
      if (key === 'escape') assert.match((rest as unknown as { when: string }).when, /^headlight\.\w+ && /);
  });

  it('has no setting without a description, and restricts what an untrusted folder may choose', () => {
    const { properties } = manifest().contributes.configuration;
    for (const [name, property] of Object.entries(properties)) {
      const { markdownDescription } = property as { markdownDescription?: string };
      assert(markdownDescription && !markdownDescription.startsWith('%'), name);
    }
    const { restrictedConfigurations } = manifest().capabilities.untrustedWorkspaces;
    for (const name of Object.keys(properties))
      if (/models|threads/.test(name)) assert(restrictedConfigurations.includes(name), name);
  });

  it('keeps its settings together by what they are about, and its menu in order', () => {
    const { configuration, menus } = manifest().contributes;
    const settings = Object.entries(configuration.properties as Record<string, { order: number }>)
      .sort(([, a], [, b]) => a.order - b.order)
      .map(([name, { order }]) => ({ part: name.split('.')[1]!, order }));
    assert.equal(new Set(settings.map(({ order }) => order)).size, settings.length, 'no two at one place');
    const parts = settings.map(({ part }) => part).filter((part, index, all) => part !== all[index - 1]);
    assert.deepEqual(parts, [...new Set(parts)], 'each part is in one piece');
    const places = menus['headlight.editor']!.map(({ group }) => group);
    assert.equal(new Set(places).size, places.length, 'no two at one place');
  });

  it('has a walkthrough of three steps, with pictures that follow the theme and links to its commands', () => {
    const { extensionUri } = vscode.extensions.getExtension('headlight.headlight')!;
    const { walkthroughs, commands } = manifest().contributes;
    assert.equal(walkthroughs.length, 1);
    const { steps } = walkthroughs[0]!;
    assert.equal(steps.length, 3);
    for (const { description, media, completionEvents } of steps) {
      // A command that found nothing to do has taught nothing.
      assert(
        completionEvents.length > 0 && completionEvents.every((event) => event.startsWith('onContext:')),
      );
      const picture = fs.readFileSync(vscode.Uri.joinPath(extensionUri, media.svg).fsPath, 'utf8');
      assert.match(picture, /var\(--vscode-/);
      assert.doesNotMatch(picture, /(fill|stroke)="#/, 'colours are the theme\u2019s');
      assert(media.altText.length > 40);
      // A button that needs a text names the command to try on the sample.
      const links = [...description.matchAll(/\(command:(headlight\.[^?)]+)(?:\?([^)]+))?\)/g)].map(
        ([, command, tried]) =>
          command === 'headlight.tryOnSample' ? (JSON.parse(decodeURIComponent(tried!)) as string) : command!,
      );
      assert(links.length > 0, description);
      for (const link of links)
        assert(
          commands.some(({ command }) => command === link),
          link,
        );
    }
  });
});
