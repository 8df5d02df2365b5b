import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { makeCertificates } from '../../hub/certificates';
import { Hub } from '../../hub/hub';
import { Proxy } from '../../hub/proxy';
import { fixture } from '../fixtures';

/** The command as it ships; `npm test` builds it first. */
const cli = path.join(__dirname, '../../../dist/cli.js');

describe('headlight models behind a proxy', function () {
  this.timeout(60_000);
  const id = 'tests/little-gpt2';
  const names = { hub: 'hub.test', storage: 'storage.test' };
  let folder: string;
  let hub: Hub | undefined;
  let proxy: Proxy | undefined;

  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headlight-proxy-'))));
  afterEach(async () => {
    await proxy?.stop();
    await hub?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function start(options: ConstructorParameters<typeof Hub>[1]): Promise<{ hub: Hub; proxy: Proxy }> {
    hub = await new Hub({ [id]: { files: fixture('gpt2-optimum') } }, options).start();
    proxy = await new Proxy(hub.ways).start();
    return { hub, proxy };
  }

  function add(env: NodeJS.ProcessEnv): Promise<{ code: number | null; stderr: string }> {
    const own = {
      ...process.env,
      HF_ENDPOINT: hub!.endpoint,
      HF_TOKEN: 'hf_secret',
      HEADLIGHT_STORE: folder,
    };
    for (const name of Object.keys(own)) if (/_proxy$/i.test(name)) delete (own as NodeJS.ProcessEnv)[name];
    const child = spawn(process.execPath, [cli, 'models', 'add', id, '--yes'], {
      env: { ...own, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, stderr })));
  }

  it('fetches over HTTPS through HTTPS_PROXY, trusting NODE_EXTRA_CA_CERTS', async function () {
    const certificates = makeCertificates(folder, Object.values(names));
    if (!certificates) return this.skip();
    const { hub, proxy } = await start({ certificates, names });
    const untrusted = await add({ HTTPS_PROXY: proxy.address });
    assert.equal(untrusted.code, 1);
    assert.match(untrusted.stderr, /certificate of hub\.test isn't trusted.*NODE_EXTRA_CA_CERTS/);
    assert.equal(hub.seen.length, 0, 'nothing was asked of a host that is not trusted');

    const env = { HTTPS_PROXY: proxy.address, NODE_EXTRA_CA_CERTS: certificates.authorityFile };
    const { code, stderr } = await add(env);
    assert.deepEqual([code, stderr], [0, '']);
    assert(proxy.seen.includes('CONNECT hub.test:443') && proxy.seen.includes('CONNECT storage.test:443'));
    assert(hub.seen.every(({ host, headers }) => (host === 'hub') === (headers.authorization !== undefined)));
  });

  it('fetches what is not encrypted through HTTP_PROXY, without a tunnel', async () => {
    const { proxy } = await start({ names });
    const { code, stderr } = await add({ http_proxy: proxy.address });
    assert.deepEqual([code, stderr], [0, '']);
    assert(
      proxy.seen.length > 0 && proxy.seen.every((asked) => asked.startsWith('GET http://')),
      proxy.seen.join(),
    );
  });

  it('asks hosts of NO_PROXY themselves', async () => {
    const { proxy, hub } = await start({});
    const { code, stderr } = await add({ HTTP_PROXY: proxy.address, NO_PROXY: 'example.org,127.0.0.1' });
    assert.deepEqual([code, stderr], [0, '']);
    assert.deepEqual(proxy.seen, []);
    assert(hub.seen.length > 0);
  });

  it('gives the proxy the name and password of its address, and says when they are wanted', async function () {
    const certificates = makeCertificates(folder, Object.values(names));
    if (!certificates) return this.skip();
    const { proxy } = await start({ certificates, names });
    proxy.password = 'me:secret';
    const env = { NODE_EXTRA_CA_CERTS: certificates.authorityFile };
    const refused = await add({ ...env, HTTPS_PROXY: proxy.address });
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /The proxy doesn't connect to hub\.test \(407\)\. It wants a name and a password/,
    );
    const { code, stderr } = await add({ ...env, HTTPS_PROXY: proxy.address.replace('//', '//me:secret@') });
    assert.deepEqual([code, stderr], [0, '']);
  });

  it('says that a proxy does not let it through, or is not there', async () => {
    const { proxy } = await start({ names });
    const other = { HF_ENDPOINT: 'https://other.test' };
    const { stderr } = await add({ ...other, HTTPS_PROXY: proxy.address });
    assert.match(stderr, /The proxy doesn't connect to other\.test \(403\)\. Check the proxy/);
    const gone = await add({ ...other, HTTPS_PROXY: 'http://127.0.0.1:9' });
    assert.match(
      gone.stderr,
      /other\.test can't be reached \(ECONNREFUSED\)\. Check the connection and the proxy/,
    );
  });
});
