import assert from 'node:assert/strict';
import { request, type HubAccess } from '../../../src/models/hubRequest';
import { ModelProblem } from '../../../src/models/problem';

describe('asking the Hub', () => {
  type Answer = { status: number; headers?: Record<string, string> };

  /** Answers by address, each list one after the other; keeps what was asked. */
  function hubThat(
    answers: Record<string, Answer[]>,
  ): HubAccess & { asked: { url: string; token: string | null }[] } {
    const asked: { url: string; token: string | null }[] = [];
    return {
      endpoint: 'https://hub.test',
      token: 'hf_secret',
      patience: { tries: 3, firstDelay: 1, longestWait: 5000 },
      asked,
      fetch: (input, init) => {
        const url = (input as URL).href;
        asked.push({ url, token: new Headers(init?.headers).get('authorization') });
        const { status, headers = {} } = answers[url]?.shift() ?? { status: 404 };
        return Promise.resolve(new Response(null, { status, headers }));
      },
    };
  }
  const ask = (access: HubAccess) =>
    request(access, 'https://hub.test/a', {}, { what: { repository: 'a/b', file: 'a' } });
  const to = (location: string): Answer => ({ status: 302, headers: { location } });

  it('gives the token to its own host only, and again when a redirect leads back there', async () => {
    const hub = hubThat({
      'https://hub.test/a': [to('https://other.test/a')],
      'https://other.test/a': [to('https://hub.test:444/a')],
      'https://hub.test:444/a': [to('https://hub.test/b')],
      'https://hub.test/b': [{ status: 200 }],
    });
    await ask(hub);
    assert.deepEqual(
      hub.asked.map(({ token }) => token),
      ['Bearer hf_secret', null, null, 'Bearer hf_secret'],
    );
  });

  it('follows no redirect from an encrypted address to one that is not', async () => {
    const hub = hubThat({ 'https://hub.test/a': [to('http://hub.test/a')] });
    await assert.rejects(ask(hub), {
      code: 'hub',
      message: /redirects to http:\/\/hub\.test\/a, which isn't encrypted/,
    });
    assert.equal(hub.asked.length, 1);
  });

  it('ends where redirects go in a circle', async () => {
    const hub = hubThat({ 'https://hub.test/a': Array.from({ length: 20 }, () => to('https://hub.test/a')) });
    await assert.rejects(ask(hub), { code: 'hub', message: /in a circle/ });
  });

  it('waits until the time that Retry-After names', async () => {
    const later = new Date(Date.now() + 2000).toUTCString();
    const hub = hubThat({
      'https://hub.test/a': [{ status: 429, headers: { 'retry-after': later } }, { status: 200 }],
    });
    const started = Date.now();
    await ask(hub);
    // The date has whole seconds.
    assert(Date.now() - started > 800, `${Date.now() - started} ms`);
    const much = new Date(Date.now() + 3600_000).toUTCString();
    const busy = hubThat({ 'https://hub.test/a': [{ status: 429, headers: { 'retry-after': much } }] });
    const error: unknown = await ask(busy).catch((reason: unknown) => reason);
    assert(error instanceof ModelProblem && error.code === 'rate-limited');
    assert.match(error.message, /Try again in 60 min/);
  });
});
