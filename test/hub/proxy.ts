/** A proxy on loopback, as companies have them: it alone knows the way to the hosts that it is given. */
import * as http from 'node:http';
import * as net from 'node:net';

export class Proxy {
  address = '';
  /** What was asked of it: `CONNECT host:port`, or `GET http://host/...`. */
  readonly seen: string[] = [];
  /** The name and password that it wants, as `name:password`. */
  password: string | undefined;
  private readonly server: http.Server;
  private readonly sockets = new Set<net.Socket>();

  /** @param ways address on this machine, such as `http://127.0.0.1:1234`, by `host:port` */
  constructor(private readonly ways: Record<string, string>) {
    this.server = http.createServer((request, response) => this.forward(request, response));
    this.server.on('connect', (request: http.IncomingMessage, socket: net.Socket, head: Buffer) =>
      this.tunnel(request, socket, head),
    );
    this.server.on('connection', (socket: net.Socket) => this.hold(socket));
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.address = `http://127.0.0.1:${(this.server.address() as net.AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private hold(socket: net.Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket)).on('error', () => socket.destroy());
  }

  /** The port on this machine that a host goes to. */
  private portOf(host: string): number | undefined {
    const way = this.ways[host];
    return way === undefined ? undefined : Number(new URL(way).port);
  }

  private lets({ headers }: http.IncomingMessage): boolean {
    const wanted = this.password && `Basic ${Buffer.from(this.password).toString('base64')}`;
    return wanted === undefined || headers['proxy-authorization'] === wanted;
  }

  private tunnel(request: http.IncomingMessage, socket: net.Socket, head: Buffer): void {
    const host = request.url ?? '';
    this.seen.push(`CONNECT ${host}`);
    const refuse = (status: string): unknown => socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);
    if (!this.lets(request))
      return void refuse('407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="test"');
    const port = this.portOf(host);
    if (port === undefined) return void refuse('403 Forbidden');
    const upstream = net.connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    this.hold(upstream);
    socket.on('close', () => upstream.destroy());
    upstream.on('close', () => socket.destroy());
  }

  private forward(request: http.IncomingMessage, response: http.ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://none');
    this.seen.push(`${request.method} ${url.href}`);
    const port = this.portOf(`${url.hostname}:${url.port || 80}`);
    if (!this.lets(request) || port === undefined)
      return void response.writeHead(this.lets(request) ? 403 : 407).end();
    const { method, headers } = request;
    const path = url.pathname + url.search;
    request.pipe(
      http.request({ host: '127.0.0.1', port, method, headers, path }, (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      }),
    );
  }
}
