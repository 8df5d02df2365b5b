/**
 * The layers of src/ as ESLint rules: which room may import which, and which packages it may see.
 */
import { builtinModules } from 'node:module';

const rooms = [
  'core',
  'protocol',
  'engine',
  'models',
  'client',
  'editor',
  'views',
  'webview',
  'cli',
  'extension',
];

const node = `(node:.+|(${builtinModules.filter((name) => !name.startsWith('_')).join('|')})(/.*)?)`;
const vscode = 'vscode';
const runtime = 'onnxruntime-.+';
const tokenizers = '@(xenova|huggingface)/.+';
const anyPackage = '[^.].*';

/**
 * Of each room: the rooms it may import besides itself, and the packages (as regular expressions) that
 * it may not.
 * @type {Record<string, { uses: string[], never: string[] }>}
 */
const layers = {
  core: { uses: [], never: [anyPackage] },
  protocol: { uses: ['core'], never: [anyPackage] },
  engine: { uses: ['protocol', 'core'], never: [vscode] },
  models: { uses: ['protocol', 'core'], never: [vscode] },
  client: { uses: ['protocol', 'core'], never: [vscode, runtime, tokenizers] },
  editor: { uses: ['views', 'models', 'client', 'protocol', 'core'], never: [runtime, tokenizers] },
  views: { uses: ['models', 'client', 'protocol', 'core'], never: [runtime, tokenizers] },
  webview: { uses: ['protocol', 'core'], never: [vscode, node, runtime, tokenizers] },
  cli: { uses: ['engine', 'models', 'protocol', 'core'], never: [vscode] },
  extension: {
    uses: ['editor', 'views', 'models', 'client', 'protocol', 'core'],
    never: [runtime, tokenizers],
  },
};

/** One ESLint configuration object for each room. */
export const layerRules = Object.entries(layers).map(([room, { uses, never }]) => {
  const otherRooms = rooms.filter((other) => other !== room && !uses.includes(other));
  const may = [room, ...uses].join(', ');
  // A room that is a folder only leaves itself by ../; in src/protocol, ./engine is its own file.
  const way = room === 'cli' || room === 'extension' ? '(\\.\\.?/)+' : '(\\.\\./)+';
  const banned = [
    {
      regex: `^${way}(${otherRooms.join('|')})(/|\\.[jt]s$|$)`,
      message: `src/${room} may import from: ${may}.`,
    },
    ...never.map((name) => ({ regex: `^${name}$`, message: `src/${room} may not import this package.` })),
  ];
  return {
    name: `layers/${room}`,
    files: [`src/${room}/**/*.ts`, `src/${room}.ts`],
    rules: {
      'no-restricted-imports': ['error', { patterns: banned }],
      // The rule above doesn't look at import('...').
      'no-restricted-syntax': [
        'error',
        ...banned.map(({ regex, message }) => ({
          selector: `:matches(ImportExpression, TSImportType) > .source[value=/${regex.replaceAll('/', '\\u002F')}/]`,
          message,
        })),
      ],
    },
  };
});
