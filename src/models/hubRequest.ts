/** Asking the Hub: redirects, the token, patience with a busy server, and what its refusals mean. */
import { say, type Message } from '../core/message';
import { EngineError } from '../protocol/engine';
import { ModelProblem } from './problem';

/** How long to wait for a Hub that hesitates. */
export interface Patience {
  /** How often in a row a request that brought nothing is tried. */
  readonly tries: number;
  /** Milliseconds before the second try; each further one waits twice as long. */
  readonly firstDelay: number;
  /** The longest Retry-After, in milliseconds, that is waited for. */
  readonly longestWait: number;
  /** Milliseconds without a byte after which a connection is given up. */
  readonly stall: number;
}

const patience: Patience = { tries: 5, firstDelay: 500, longestWait: 60_000, stall: 30_000 };

/** How to reach the Hub. */
export interface HubAccess {
  /** Its address without a slash at the end, such as `https://huggingface.co`. */
  readonly endpoint: string;
  /** The user's token; sent to the endpoint's own origin only. */
  readonly token?: string | undefined;
  readonly patience?: Partial<Patience>;
  /** What asks; by default the platform's own, which VS Code sends through its proxy with its certificates. */
  readonly fetch?: typeof fetch;
  /** Called with what is waited for, such as a pause that the Hub asked for. */
  readonly onWait?: (why: Message) => void;
}

/** The patience of an access, with the defaults filled in. */
export function patienceOf(access: HubAccess): Patience {
  return { ...patience, ...access.patience };
}

/** The address of the Hub without a slash at its end. Throws `ModelProblem` when it is none. */
export function checkEndpoint(endpoint: string): string {
  let url: URL;
  try {
    url = new URL(endpoint);
  } catch (error) {
    throw new ModelProblem(
      'hub',
      say`The Hub's address "${endpoint}" isn't an address. Write it as https://host.`,
      {
        cause: error,
      },
    );
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new ModelProblem('hub', say`The Hub's address "${endpoint}" must begin with https:// or http://.`);
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/**
 * One request with its redirects followed. The token goes to the endpoint's origin and nowhere else: a redirect to
 * the storage's host carries its own signature.
 * @param init.signal ends the request, also while its body is being read
 */
export async function follow(
  access: HubAccess,
  address: string,
  init: RequestInit & { signal: AbortSignal },
): Promise<Response> {
  const own = new URL(access.endpoint).origin;
  let url = new URL(address);
  for (let hop = 0; hop <= 8; hop++) {
    const headers = new Headers(init.headers);
    headers.delete('authorization');
    if (url.origin === own && access.token) headers.set('authorization', `Bearer ${access.token}`);
    const response = await (access.fetch ?? fetch)(url, { ...init, headers, redirect: 'manual' });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    await response.body?.cancel();
    const next = new URL(location, url);
    if (url.protocol === 'https:' && next.protocol !== 'https:')
      throw new ModelProblem(
        'hub',
        say`${url.host} redirects to ${next.href}, which isn't encrypted. Nothing was read from there.`,
      );
    throwIfRenamed(url, next);
    url = next;
  }
  throw new ModelProblem(
    'hub',
    say`${new URL(address).host} redirects in a circle. Check the Hub's address in the settings.`,
  );
}

/** The Hub answers for a renamed repository with a redirect to the same route of the new name. */
function throwIfRenamed(from: URL, to: URL): void {
  const before = repositoryIn(from);
  const after = repositoryIn(to);
  if (from.origin !== to.origin || !before || !after || before === after) return;
  throw new ModelProblem('renamed', say`"${before}" is called "${after}" now. Add "${after}" instead.`, {
    newName: after,
  });
}

function repositoryIn({ pathname }: URL): string | undefined {
  const api = /^(?:.*)\/api\/models\/(.+?)\/(?:revision|tree|paths-info)\//.exec(pathname);
  const resolve = /^\/(?!api\/)(.+?)\/resolve\//.exec(pathname);
  const found = api?.[1] ?? resolve?.[1];
  return found === undefined ? undefined : decodeURIComponent(found);
}

/**
 * A request that is tried again after a server's failure, a lost connection, or when the Hub asks to wait.
 * @returns an answer that is no failure (2xx, or one of `accept`)
 * @throws ModelProblem what the Hub's refusal means; EngineError `cancelled`
 */
export async function request(
  access: HubAccess,
  address: string,
  init: RequestInit,
  {
    what,
    signal,
    accept = [],
  }: { what: Asked; signal?: AbortSignal | undefined; accept?: readonly number[] },
): Promise<Response> {
  const { tries, firstDelay, longestWait, stall } = patienceOf(access);
  for (let attempt = 1; ; attempt++) {
    throwIfCancelled(signal);
    let wait = firstDelay * 2 ** (attempt - 1);
    try {
      const response = await beforeStall(stall, signal, (limit) =>
        follow(access, address, { ...init, signal: limit }),
      );
      if (response.ok || accept.includes(response.status)) return response;
      const retryAfter = retryAfterOf(response);
      const passing = response.status >= 500 || response.status === 429;
      if (retryAfter !== undefined) wait = Math.max(wait, retryAfter * 1000);
      if (!passing || attempt >= tries || wait > longestWait) throw await refused(access, response, what);
      await response.body?.cancel();
      access.onWait?.(
        response.status === 429
          ? say`The Hub asks to wait ${Math.ceil(wait / 1000)} s`
          : say`The Hub failed (${response.status}); trying again`,
      );
    } catch (error) {
      throwIfCancelled(signal);
      if (error instanceof ModelProblem) throw error;
      if (attempt >= tries || !mayPass(error)) throw unreachable(access, error);
      access.onWait?.(say`The Hub does not answer; trying again`);
    }
    await pause(wait, signal);
  }
}

/**
 * As `request`, for an answer that is held in memory: one that breaks off or stalls on its way is asked for again.
 * @returns an answer whose body is there
 */
export async function requestWhole(
  access: HubAccess,
  address: string,
  init: RequestInit,
  options: Parameters<typeof request>[3],
): Promise<Response> {
  const { tries, firstDelay, stall } = patienceOf(access);
  for (let attempt = 1; ; attempt++) {
    const response = await request(access, address, init, options);
    const reader = response.body?.getReader();
    try {
      const chunks: Uint8Array[] = [];
      for (let chunk; reader && (chunk = await readOrStall(reader, stall, options.signal));)
        chunks.push(chunk);
      const { status, headers } = response;
      return new Response(Buffer.concat(chunks), { status, headers });
    } catch (error) {
      await reader?.cancel().catch(() => undefined);
      throwIfCancelled(options.signal);
      if (attempt >= tries) throw unreachable(access, error);
      access.onWait?.(say`The connection was lost; trying again`);
      await pause(firstDelay * 2 ** (attempt - 1), options.signal);
    }
  }
}

/** What was asked for, for the message when it isn't given. */
export interface Asked {
  readonly repository: string;
  readonly file?: string;
}

async function refused(
  access: HubAccess,
  response: Response,
  { repository, file }: Asked,
): Promise<ModelProblem> {
  const { status } = response;
  const code = response.headers.get('x-error-code');
  const said = response.headers.get('x-error-message') ?? '';
  await response.body?.cancel();
  const page = `${access.endpoint}/${repository}`;
  const host = new URL(access.endpoint).host;
  const gated = code === 'GatedRepo' || (status === 403 && /gated|access|accept/i.test(said));
  if (gated)
    return new ModelProblem(
      'gated',
      access.token
        ? say`"${repository}" is gated: its owner gives access on request. Ask for it at ${page},
            with the account whose token Headlight uses, then add the model again.`
        : say`"${repository}" is gated: its owner gives access on request. Ask for it at ${page},
            then set your token (Headlight: Set Hub Token) and add the model again.`,
    );
  if (status === 403)
    return new ModelProblem(
      'token',
      say`${host} doesn't let ${access.token ? say`the token in use` : say`you`} read "${repository}" (403).
        Set a token that may read it (Headlight: Set Hub Token).`,
    );
  if (status === 401 && access.token && code !== 'RepoNotFound')
    return new ModelProblem(
      'token',
      say`${host} doesn't accept the token (401). Set a valid one, or none (Headlight: Set Hub Token, or HF_TOKEN).`,
    );
  // Without a token the Hub answers 401 for what doesn't exist and for what is private alike.
  if (status === 401 || (status === 404 && code !== 'EntryNotFound' && file === undefined))
    return new ModelProblem(
      'missing',
      say`There is no repository "${repository}" at ${host}, or it is private. Check its name at ${page};
        for a private one set your token (Headlight: Set Hub Token).`,
    );
  if (status === 404)
    return new ModelProblem(
      'missing',
      say`"${repository}" has no file "${file ?? ''}" any more (404): it was changed meanwhile. Add the model again.`,
    );
  if (status === 429) {
    const seconds = retryAfterOf(response);
    const when = seconds === undefined ? say`in some minutes` : say`in ${durationOf(seconds)}`;
    return new ModelProblem(
      'rate-limited',
      access.token
        ? say`${host} was asked too often (429). Try again ${when}. What was fetched is kept.`
        : say`${host} was asked too often (429). Try again ${when}; with a token the limit is higher
            (Headlight: Set Hub Token). What was fetched is kept.`,
      seconds === undefined ? {} : { retryAfter: seconds },
    );
  }
  const reason = said ? `: ${said}` : '';
  return new ModelProblem(
    'hub',
    status >= 500
      ? say`${host} answered ${status} for "${repository}"${reason}.
          It may be down: try again later. What was fetched is kept.`
      : say`${host} answered ${status} for "${repository}"${reason}. Check the Hub's address in the settings.`,
  );
}

function durationOf(seconds: number): string {
  return seconds < 120 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}

/** Seconds of a Retry-After header, which holds seconds or a date. */
function retryAfterOf(response: Response): number | undefined {
  const value = response.headers.get('retry-after');
  if (value === null) return undefined;
  const seconds = /^\d+$/.test(value.trim()) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

/** The code of a failed connection, such as ENOTFOUND: fetch hides it in the error's cause. */
function networkCode(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
    if (at instanceof AggregateError && at.errors.length > 0) return networkCode(at.errors[0]);
  }
  return error instanceof Error ? error.message : String(error);
}

/** The status with which a proxy refused to connect, as far as the error tells. */
function refusedByProxy(error: unknown): number | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const status = /Proxy response \((\d+)\)/.exec(at.message)?.[1];
    if (status !== undefined) return Number(status);
    if (at.message === 'Proxy authentication required') return 407;
  }
  return undefined;
}

/** A wrong certificate stays wrong; a name that isn't found may be found when the line is back. */
function mayPass(error: unknown): boolean {
  const refused = refusedByProxy(error);
  if (refused !== undefined) return refused >= 500;
  return !/CERT|SIGNATURE|ERR_TLS|ERR_INVALID_URL/.test(networkCode(error));
}

/** Where a proxy is named. */
const proxySetting = say`the proxy (VS Code's setting http.proxy; HTTPS_PROXY on the command line)`;

/** What a connection that failed for good means. */
export function unreachable(access: HubAccess, error: unknown): ModelProblem {
  const code = networkCode(error);
  const { host } = new URL(access.endpoint);
  const proxy = refusedByProxy(error);
  if (proxy !== undefined)
    return new ModelProblem(
      'offline',
      proxy === 407
        ? say`The proxy doesn't connect to ${host} (407). It wants a name and a password: write them into
            ${proxySetting}, as http://name:password@host:port. What was fetched is kept.`
        : say`The proxy doesn't connect to ${host} (${proxy}). Check ${proxySetting}, and whether the proxy allows
            ${host}. What was fetched is kept.`,
      { cause: error },
    );
  if (/CERT|SIGNATURE|ERR_TLS/.test(code))
    return new ModelProblem(
      'offline',
      say`The certificate of ${host} isn't trusted (${code}). Behind a proxy that opens connections, add its certificate to
        the system's (VS Code reads them: see its setting http.systemCertificates); for the command line, name its
        file in NODE_EXTRA_CA_CERTS. What was fetched is kept.`,
      { cause: error },
    );
  return new ModelProblem(
    'offline',
    say`${host} can't be reached (${code}). Check the connection and ${proxySetting}, then try again:
      what was fetched is kept. Without a network, use Add Model from Folder or Zip.`,
    { cause: error },
  );
}

/** Runs `work` with a signal that also aborts when it takes longer than `ms`. */
async function beforeStall<T>(
  ms: number,
  signal: AbortSignal | undefined,
  work: (limit: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => controller.abort(signal?.reason);
  const timer = setTimeout(() => controller.abort(new Error('ETIMEDOUT')), ms);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    // The signal stays bound to the body, which the caller may still cancel through it.
  }
}

/** The next piece of a body; undefined at its end. Rejects when none comes for `ms` milliseconds. */
export async function readOrStall(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  let timer: NodeJS.Timeout | undefined;
  let stop: (() => void) | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no byte came for ${ms / 1000} s`)), ms);
    stop = () => reject(new Error('cancelled'));
    signal?.addEventListener('abort', stop, { once: true });
  });
  try {
    const { done, value } = await Promise.race([reader.read(), limit]);
    return done ? undefined : value;
  } finally {
    clearTimeout(timer);
    if (stop) signal?.removeEventListener('abort', stop);
  }
}

/** Waits; rejects with `cancelled` when the signal is aborted meanwhile. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(cancelled());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

export function cancelled(): EngineError {
  return new EngineError('cancelled', 'Cancelled.');
}

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled();
}
