/**
 * A Hub on loopback that speaks the routes of huggingface.co (model info, tree, paths-info, resolve with a redirect
 * to another host for LFS files, ETag, Range, If-Range) and misbehaves on command.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import type { Certificates } from './certificates';

/** A repository that the Hub serves. */
export interface ServedRepository {
  /** Its files' contents by path; or a folder whose files are served. */
  files: Record<string, Buffer> | string;
  licence?: string;
  /** Needs this token, and is gated for everyone else. */
  gated?: string;
  /** Needs this token, and doesn't exist for everyone else. */
  private?: string;
  renamedTo?: string;
}

/** One request as the Hub saw it. */
export interface Seen {
  host: 'hub' | 'storage';
  method: string;
  /** With the query. */
  url: string;
  headers: http.IncomingHttpHeaders;
  /** The file asked for, on resolve and on the storage. */
  file: string | undefined;
  status: number;
  /** Bytes of the body that were handed to the connection. */
  sent: number;
}

/** What goes wrong with an answer that carries a file's bytes. */
export interface Fault {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** The connection ends after this many bytes of this answer. */
  cutAfter?: number;
  /** Nothing more comes after this many bytes, but the connection stays. */
  stallAfter?: number;
  /** Added to the length that is announced. */
  lie?: number;
  /** No length is announced, and this is sent behind the file. */
  extra?: Buffer;
  /** Other bytes of the same length. */
  corrupt?: boolean;
  /** Ranges aren't understood. */
  noRange?: boolean;
  /** Another ETag than before. */
  etag?: string;
  contentType?: string;
  /** Bytes per second. */
  rate?: number;
  redirect?: string;
}

/** Called for each request; what it returns goes wrong. */
export type Misbehaviour = (request: Seen) => Fault | undefined;

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const gitSha1 = (bytes: Buffer): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
const isLfs = (file: string): boolean => /\.onnx(_data)?$/.test(file);

export class Hub {
  /** Address of the Hub itself. */
  endpoint = '';
  /** Address of the storage that LFS files are redirected to: another origin. */
  storage = '';
  readonly seen: Seen[] = [];
  misbehave: Misbehaviour = () => undefined;
  /** Entries of a page of the tree route. */
  pageSize = 4;
  /** Where its hosts really are, by `host:port`: for a proxy to know. */
  readonly ways: Record<string, string> = {};
  private readonly servers: http.Server[] = [];
  private readonly timers = new Set<NodeJS.Timeout>();

  /**
   * @param options.certificates to speak HTTPS with
   * @param options.names hosts of the Hub and of its storage that only a proxy knows; without them, loopback addresses
   */
  constructor(
    readonly repositories: Record<string, ServedRepository>,
    private readonly options: { certificates?: Certificates; names?: { hub: string; storage: string } } = {},
  ) {}

  async start(): Promise<this> {
    const { names } = this.options;
    this.endpoint = await this.listen((request, response) => this.answer(request, response), names?.hub);
    this.storage = await this.listen(
      (request, response) => this.answerStorage(request, response),
      names?.storage,
    );
    return this;
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.all(
      this.servers.map((server) => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
      }),
    );
  }

  /** Forgets what was asked so far. */
  forget(): void {
    this.seen.length = 0;
    this.misbehave = () => undefined;
  }

  /** Bytes of a file that were sent since the last `forget`, or of all files. */
  sent(file?: string): number {
    return this.seen
      .filter((request) => request.file !== undefined && (file === undefined || request.file === file))
      .reduce((sum, { sent }) => sum + sent, 0);
  }

  /** The commit that a repository is at: it changes with its files. */
  commit(id: string): string {
    const files = this.files(id);
    const all = Object.keys(files)
      .sort()
      .map((name) => `${name} ${sha256(files[name]!)}`);
    return createHash('sha1').update(all.join('\n')).digest('hex');
  }

  files(id: string): Record<string, Buffer> {
    const { files } = this.repositories[id]!;
    if (typeof files !== 'string') return files;
    const found: Record<string, Buffer> = {};
    for (const entry of fs.readdirSync(files, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue;
      const file = path.join(entry.parentPath ?? entry.path, entry.name);
      found[path.relative(files, file).split(path.sep).join('/')] = fs.readFileSync(file);
    }
    return found;
  }

  private async listen(handler: http.RequestListener, name?: string): Promise<string> {
    const { certificates } = this.options;
    const server = certificates ? https.createServer(certificates, handler) : http.createServer(handler);
    this.servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const scheme = certificates ? 'https' : 'http';
    const address = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
    if (name === undefined) return address;
    this.ways[`${name}:${certificates ? 443 : 80}`] = address;
    return `${scheme}://${name}`;
  }

  private note(host: Seen['host'], request: http.IncomingMessage, file?: string): Seen {
    const { method = '', url = '', headers } = request;
    const seen: Seen = { host, method, url, headers, file, status: 0, sent: 0 };
    this.seen.push(seen);
    return seen;
  }

  private answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const url = new URL(request.url ?? '/', this.endpoint);
    const api = /^\/api\/models\/(.+?)\/(revision|tree|paths-info)\/([^/]+)$/.exec(url.pathname);
    const resolve = /^\/(.+?)\/resolve\/([^/]+)\/(.+)$/.exec(url.pathname);
    const file = resolve ? decodeURIComponent(resolve[3]!) : undefined;
    const seen = this.note('hub', request, file);
    const id = decodeURIComponent(api?.[1] ?? resolve?.[1] ?? '');
    const fault = this.misbehave(seen);
    if (fault?.redirect !== undefined)
      return this.reply(seen, response, 302, { location: fault.redirect }, '');
    if (fault?.status !== undefined && fault.status !== 206)
      return this.reply(seen, response, fault.status, fault.headers ?? {}, fault.body ?? '');

    const repository = this.repositories[id];
    const token = request.headers.authorization?.replace(/^Bearer /, '');
    if (!repository || (repository.private !== undefined && token !== repository.private))
      // The real Hub tells nobody without a token whether a repository exists.
      return this.refuse(seen, response, token ? 404 : 401, 'RepoNotFound', 'Repository not found');
    if (repository.renamedTo !== undefined) {
      const location = url.pathname.replace(id, repository.renamedTo) + url.search;
      return this.reply(seen, response, 307, { location }, '');
    }
    const route = api?.[2];
    const json = (value: unknown, headers: Record<string, string> = {}): void =>
      fault
        ? this.serve(seen, request, response, Buffer.from(JSON.stringify(value)), 'none', {
            contentType: 'application/json',
            headers,
            ...fault,
          })
        : this.json(seen, response, value, headers);
    if (route === 'revision') {
      const { licence } = repository;
      return json({
        _id: '0123456789abcdef01234567',
        id,
        sha: this.commit(id),
        private: repository.private !== undefined,
        gated: repository.gated === undefined ? false : 'manual',
        downloads: 1,
        likes: 1,
        lastModified: '2024-01-01T00:00:00.000Z',
        tags: licence === undefined ? [] : [`license:${licence}`],
        ...(licence !== undefined && { cardData: { license: licence } }),
      });
    }
    if (repository.gated !== undefined && token !== repository.gated)
      return this.refuse(
        seen,
        response,
        token ? 403 : 401,
        'GatedRepo',
        `Access to model ${id} is restricted.`,
      );
    const files = this.files(id);
    const revision = api?.[3] ?? resolve?.[2];
    if (revision !== this.commit(id) && revision !== 'main')
      return this.refuse(seen, response, 404, 'RevisionNotFound', 'Invalid rev id');
    if (route === 'tree') return this.tree(url, files, json);
    if (route === 'paths-info') return json(this.entries(files));
    const bytes = file === undefined ? undefined : files[file];
    if (!resolve || file === undefined || bytes === undefined)
      return this.refuse(seen, response, 404, 'EntryNotFound', 'Entry not found');
    if (!isLfs(file) || fault)
      return this.serve(seen, request, response, bytes, isLfs(file) ? sha256(bytes) : gitSha1(bytes), fault);
    this.reply(
      seen,
      response,
      302,
      {
        location: `${this.storage}/${sha256(bytes)}/${encodeURIComponent(id)}/${file}?signature=secret`,
        'x-linked-etag': `"${sha256(bytes)}"`,
        'x-linked-size': String(bytes.length),
        'x-repo-commit': this.commit(id),
      },
      '',
    );
  }

  private answerStorage(request: http.IncomingMessage, response: http.ServerResponse): void {
    const [, digest = '', id = '', ...rest] = new URL(request.url ?? '/', this.storage).pathname.split('/');
    const file = rest.join('/');
    const seen = this.note('storage', request, file);
    const bytes = this.files(decodeURIComponent(id))[file];
    // As the real storage: two ways to sign at once are refused.
    if (request.headers.authorization !== undefined)
      return this.reply(seen, response, 400, {}, 'Only one auth mechanism allowed');
    if (!bytes || sha256(bytes) !== digest) return this.reply(seen, response, 404, {}, '');
    this.serve(seen, request, response, bytes, digest, this.misbehave(seen));
  }

  private tree(
    url: URL,
    files: Record<string, Buffer>,
    json: (value: unknown, headers: Record<string, string>) => void,
  ): void {
    const from = Number(url.searchParams.get('cursor') ?? 0);
    const entries = this.entries(files);
    const headers: Record<string, string> = {};
    if (from + this.pageSize < entries.length) {
      url.searchParams.set('cursor', String(from + this.pageSize));
      headers['link'] = `<${url.href}>; rel="next"`;
    }
    json(entries.slice(from, from + this.pageSize), headers);
  }

  private entries(files: Record<string, Buffer>): object[] {
    return Object.entries(files).map(([name, bytes]) => ({
      type: 'file',
      path: name,
      size: bytes.length,
      // Of an LFS file this is the pointer's hash.
      oid: gitSha1(isLfs(name) ? Buffer.from(`oid sha256:${sha256(bytes)}`) : bytes),
      ...(isLfs(name) && { lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 134 } }),
    }));
  }

  private serve(
    seen: Seen,
    request: http.IncomingMessage,
    response: http.ServerResponse,
    bytes: Buffer,
    digest: string,
    fault: Fault = {},
  ): void {
    if (fault.status !== undefined && fault.status !== 206)
      return this.reply(seen, response, fault.status, fault.headers ?? {}, fault.body ?? '');
    const etag = fault.etag ?? `"${digest}"`;
    const ifRange = request.headers['if-range'];
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const ranged = range !== null && !fault.noRange && (ifRange === undefined || ifRange === etag);
    const start = ranged ? Number(range[1]) : 0;
    if (ranged && start >= bytes.length)
      return this.reply(seen, response, 416, { 'content-range': `bytes */${bytes.length}` }, '');
    let body = bytes.subarray(start);
    if (fault.corrupt) body = Buffer.from(body.map((byte) => byte ^ 0x55));
    if (fault.extra) body = Buffer.concat([body, fault.extra]);
    seen.status = ranged ? 206 : 200;
    response.writeHead(seen.status, {
      'content-type': fault.contentType ?? 'application/octet-stream',
      etag,
      'accept-ranges': 'bytes',
      ...(ranged && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
      ...(!fault.extra && { 'content-length': String(body.length + (fault.lie ?? 0)) }),
      ...fault.headers,
    });
    const end = Math.min(body.length, fault.cutAfter ?? Infinity, fault.stallAfter ?? Infinity);
    const finish = (): void => {
      if (fault.stallAfter !== undefined) return;
      if (fault.cutAfter !== undefined || (fault.lie ?? 0) > 0) response.socket?.end();
      else response.end();
    };
    const step = fault.rate === undefined ? end : Math.max(1, Math.round(fault.rate / 20));
    const send = (from: number): void => {
      if (response.destroyed) return;
      const piece = body.subarray(from, Math.min(end, from + step));
      seen.sent += piece.length;
      response.write(piece, () => {
        if (from + piece.length >= end) finish();
        else {
          const timer = setTimeout(() => (this.timers.delete(timer), send(from + step)), 50);
          this.timers.add(timer);
        }
      });
    };
    response.flushHeaders();
    if (end === 0) finish();
    else send(0);
  }

  private json(
    seen: Seen,
    response: http.ServerResponse,
    value: unknown,
    headers: Record<string, string> = {},
  ): void {
    this.reply(
      seen,
      response,
      200,
      { 'content-type': 'application/json', ...headers },
      JSON.stringify(value),
    );
  }

  private refuse(
    seen: Seen,
    response: http.ServerResponse,
    status: number,
    code: string,
    message: string,
  ): void {
    this.reply(seen, response, status, { 'x-error-code': code, 'x-error-message': message }, message);
  }

  private reply(
    seen: Seen,
    response: http.ServerResponse,
    status: number,
    headers: Record<string, string>,
    body: string,
  ): void {
    seen.status = status;
    response.writeHead(status, headers).end(body);
  }
}
