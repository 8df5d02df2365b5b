import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { globalAgent } from 'node:https';
import { createRequire } from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { makeCertificates } from '../hub/certificates';
import { Hub } from '../hub/hub';
import { Proxy } from '../hub/proxy';
import { fixture, headlight } from './support';

/** What Node 24 has in its module `tls`. */
interface SystemCertificates {
  getCACertificates?: (type: string) => string[];
}

describe('fetching through VS Code’s proxy', () => {
  const id = 'tests/little-gpt2';
  const graph = 'onnx/model.onnx';
  const own = { ...vscode.window };
  const endpoint = process.env.HF_ENDPOINT;
  let folder: string;
  let hub: Hub;
  let proxy: Proxy;
  let shown: string[];

  /** VS Code's own settings; undefined takes one back. */
  const set = (name: string, value: unknown) =>
    vscode.workspace.getConfiguration('http').update(name, value, vscode.ConfigurationTarget.Global);

  // Node 24's own; what extensions import is VS Code's copy of it.
  const nodeTls = (process as { getBuiltinModule?: (id: string) => SystemCertificates }).getBuiltinModule?.(
    'tls',
  );
  const ofSystem = nodeTls?.getCACertificates;

  /** Makes VS Code trust an authority as if the system did. */
  function trust(authority: string | undefined): void {
    const certificates = authority === undefined ? [] : [authority];
    // Newer ones ask Node for the system's, older ones have a hook for the tests of extensions.
    if (nodeTls?.getCACertificates) nodeTls.getCACertificates = () => certificates;
    else Object.assign(globalAgent, { testCertificates: certificates });
    // It reads certificates once.
    const own = createRequire(path.join(vscode.env.appRoot, 'package.json'));
    const { resetCaches } = own('@vscode/proxy-agent') as { resetCaches: () => void };
    resetCaches();
  }

  before(async function () {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headlight-proxy-'));
    const names = { hub: 'hub.test', storage: 'storage.test' };
    const certificates = makeCertificates(folder, Object.values(names));
    if (!certificates) return this.skip();
    hub = await new Hub({ [id]: { files: fixture('gpt2-optimum') } }, { certificates, names }).start();
    process.env.HF_ENDPOINT = hub.endpoint;
    trust(certificates.authority);
  });
  beforeEach(async () => {
    shown = [];
    hub.forget();
    // One for each test: VS Code keeps a proxy's connections, with the certificates that were trusted then.
    proxy = await new Proxy(hub.ways).start();
    await set('proxy', proxy.address);
    const message = (text: string, ...rest: unknown[]): Thenable<unknown> => {
      shown.push(text);
      return Promise.resolve(
        rest.find((button) => typeof button === 'string' && button.startsWith('Fetch ')),
      );
    };
    Object.assign(vscode.window, { showInformationMessage: message, showErrorMessage: message });
  });
  afterEach(() => proxy.stop());
  after(async () => {
    const { showInformationMessage, showErrorMessage } = own;
    Object.assign(vscode.window, { showInformationMessage, showErrorMessage });
    await set('proxy', undefined);
    await set('proxySupport', undefined);
    trust(undefined);
    if (nodeTls && ofSystem) nodeTls.getCACertificates = ofSystem;
    if (endpoint === undefined) delete process.env.HF_ENDPOINT;
    else process.env.HF_ENDPOINT = endpoint;
    await hub?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
    const { store } = await headlight();
    fs.rmSync(path.join(store, 'models--tests--little-gpt2'), { recursive: true, force: true });
  });

  const add = () => vscode.commands.executeCommand('headlight.addModel', id);

  it('goes through http.proxy to hosts that only it knows, over HTTPS with the certificates of the system', async () => {
    await add();
    assert.match(shown.at(-1) ?? '', /is on this machine now/, shown.join('; '));
    assert(hub.sent(graph) > 100_000);
    assert(proxy.seen.includes('CONNECT hub.test:443'), proxy.seen.join());
    assert(proxy.seen.includes('CONNECT storage.test:443'), proxy.seen.join());
  });

  it('says what to do about a certificate that nobody trusts', async () => {
    trust(undefined);
    try {
      await add();
      assert.match(shown.at(-1) ?? '', /certificate of hub\.test isn't trusted.*http\.systemCertificates/);
      assert.equal(hub.seen.length, 0);
    } finally {
      trust(fs.readFileSync(path.join(folder, 'authority.pem'), 'utf8'));
    }
  });

  it('goes by no proxy when VS Code’s support for it is off', async () => {
    await set('proxySupport', 'off');
    await add();
    assert.deepEqual(proxy.seen, []);
    assert.match(
      shown.at(-1) ?? '',
      /hub\.test can't be reached \(\w+\)\. Check the connection and the proxy/,
    );
  });
});
