import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { environmentEndpoint, environmentToken } from '../../../src/models/access';

describe('the environment of Hugging Face’s tools', () => {
  const names = ['HF_ENDPOINT', 'HF_HOME', 'HF_TOKEN', 'HF_TOKEN_PATH', 'XDG_CACHE_HOME'] as const;
  const before = new Map(names.map((name) => [name, process.env[name]]));
  let home: string;

  beforeEach(() => {
    for (const name of names) delete process.env[name];
    home = fs.mkdtempSync(path.join(os.tmpdir(), 'headlight-access-'));
    process.env['HF_HOME'] = home;
  });
  afterEach(() => fs.rmSync(home, { recursive: true, force: true }));
  after(() => {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  });

  it('names the Hub', () => {
    assert.equal(environmentEndpoint(), 'https://huggingface.co');
    process.env['HF_ENDPOINT'] = 'https://mirror.test/hf/';
    assert.equal(environmentEndpoint(), 'https://mirror.test/hf');
    process.env['HF_ENDPOINT'] = 'mirror.test';
    assert.throws(() => environmentEndpoint(), {
      code: 'hub',
      message: /isn't an address\. Write it as https:\/\/host/,
    });
    process.env['HF_ENDPOINT'] = 'ftp://mirror.test';
    assert.throws(() => environmentEndpoint(), { code: 'hub', message: /must begin with https/ });
  });

  it('holds a token, itself or in HF_HOME, for that Hub and no other', () => {
    const hub = environmentEndpoint();
    assert.equal(environmentToken(hub), undefined);
    fs.writeFileSync(path.join(home, 'token'), 'hf_file\n');
    assert.equal(environmentToken(hub), 'hf_file');
    process.env['HF_TOKEN'] = 'hf_variable';
    assert.equal(environmentToken(hub), 'hf_variable');
    assert.equal(environmentToken('https://mirror.test'), undefined);
    assert.equal(environmentToken('http://huggingface.co'), undefined, 'nor unencrypted');
  });
});
