import assert from 'node:assert/strict';
import * as os from 'node:os';
import { defaultThreads, loadRuntime, noRuntime } from '../../../../src/engine/onnx/platform';

describe('noRuntime', () => {
  const cases: [platform: string, arch: string, thrown: string, words: RegExp][] = [
    [
      'darwin',
      'x64',
      "Cannot find module '../bin/napi-v6/darwin/x64/onnxruntime_binding.node'",
      /no build of it for darwin-x64 \(Macs with Intel processors\)/,
    ],
    [
      'freebsd',
      'x64',
      "Cannot find module '../bin/napi-v6/freebsd/x64/x.node'",
      /no build of it for freebsd-x64;/,
    ],
    [
      'linux',
      'x64',
      'Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by libonnxruntime.so.1)',
      /built on musl/,
    ],
    [
      'linux',
      'x64',
      "/lib/libm.so.6: version `GLIBC_2.28' not found (required by x.so)",
      /glibc 2\.28 or newer/,
    ],
    [
      'win32',
      'x64',
      'The specified module could not be found.',
      /missing or damaged; install Headlight again/,
    ],
  ];
  for (const [platform, arch, thrown, words] of cases)
    it(`says in one sentence what is missing: ${thrown.slice(0, 60)}`, () => {
      const glibc = platform === 'linux' && !thrown.includes('ld-linux');
      const error = noRuntime(new Error(thrown), { platform, arch, glibc });
      assert.equal(error.code, 'platform');
      assert.match(error.message, words);
      assert.match(error.message, /^Headlight can't run models here: [^\n]*\.$/);
      assert.equal(error.detail, thrown);
    });
});

describe('loadRuntime', () => {
  it('loads ONNX Runtime once', async () => {
    const runtime = await loadRuntime();
    assert.equal(typeof runtime.InferenceSession.create, 'function');
    assert.equal(await loadRuntime(), runtime);
  });
});

describe('defaultThreads', () => {
  it('leaves a core free and takes at least one', () => {
    const threads = defaultThreads();
    assert(Number.isInteger(threads) && threads >= 1);
    assert(threads <= Math.max(1, os.availableParallelism() - 1));
  });
});
