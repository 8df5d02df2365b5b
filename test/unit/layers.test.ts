import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ESLint } from 'eslint';

const root = join(__dirname, '../..');

/** Lints `source` as if it stood in `path`, by the project's layer rules; returns the messages. */
async function lint(path: string, source: string): Promise<string[]> {
  const { layerRules } = (await import('../../scripts/layers.mjs')) as { layerRules: object[] };
  const { parser } = (await import('typescript-eslint')).default;
  const eslint = new ESLint({
    cwd: root,
    overrideConfigFile: true,
    overrideConfig: [
      { files: ['**/*.ts'], languageOptions: { parser } },
      ...layerRules,
    ] as ESLint.Options['overrideConfig'],
  });
  const [result] = await eslint.lintText(source, { filePath: join(root, path) });
  assert(result, `${path} was not linted`);
  return result.messages.map(({ message }) => message);
}

describe('layers', () => {
  const violations: [path: string, source: string][] = [
    ['src/core/families/index.ts', "import { x } from '../protocol/engine';"],
    ['src/core/text/span.ts', "import { readFileSync } from 'node:fs';"],
    ['src/core/text/span.ts', "import { readFileSync } from 'fs';"],
    ['src/core/text/span.ts', "export * from '../../engine/main';"],
    ['src/core/text/span.ts', "import type { Uri } from 'vscode';"],
    ['src/protocol/engine.ts', "import { x } from '../engine/main';"],
    ['src/engine/main.ts', "import * as vscode from 'vscode';"],
    ['src/engine/tasks/continue.ts', "const editor = await import('../../editor/log');"],
    ['src/engine/tasks/continue.ts', "type Editor = import('../../editor/log').Log;"],
    ['src/models/catalogue.ts', "import * as vscode from 'vscode';"],
    ['src/client/engineProcess.ts', "import * as vscode from 'vscode';"],
    ['src/client/engineProcess.ts', "import { x } from '../engine/main';"],
    ['src/editor/continueText.ts', "import { InferenceSession } from 'onnxruntime-node';"],
    ['src/editor/continueText.ts', "import { AutoTokenizer } from '@xenova/transformers';"],
    ['src/editor/continueText.ts', "import { x } from '../engine/tasks/continue';"],
    ['src/views/attention.ts', "const runtime = await import('onnxruntime-node');"],
    ['src/webview/attention/main.ts', "import { x } from '../../views/attention';"],
    ['src/webview/attention/main.ts', "import { join } from 'node:path';"],
    ['src/cli.ts', "import { x } from './editor/log';"],
    ['src/extension.ts', "import { x } from './engine/main';"],
  ];
  for (const [path, source] of violations)
    it(`refuses in ${path}: ${source}`, async () => {
      const messages = await lint(path, source);
      assert(
        messages.some((message) => message.includes('may import from') || message.includes('may not import')),
        `reported: ${messages.join('; ') || 'nothing'}`,
      );
    });

  const allowed: [path: string, source: string][] = [
    ['src/core/text/span.ts', "import { x } from '../decoding/sampling';"],
    [
      'src/engine/tasks/continue.ts',
      "import { x } from '../model/model'; import { y } from '../../core/families';",
    ],
    ['src/engine/main.ts', "import { InferenceSession } from 'onnxruntime-node'; import 'node:fs';"],
    ['src/editor/continueText.ts', "import * as vscode from 'vscode'; import { x } from '../client/engine';"],
    ['src/cli.ts', "import { x } from './engine/tasks/continue'; import { y } from './models/catalogue';"],
    ['src/extension.ts', "import { x } from './editor/log'; import { y } from './client/engine';"],
  ];
  for (const [path, source] of allowed)
    it(`allows in ${path}: ${source}`, async () => {
      assert.deepEqual(await lint(path, source), []);
    });
});
