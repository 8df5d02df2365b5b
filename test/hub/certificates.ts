/** Certificates that nobody outside of a test trusts, made by OpenSSL. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

/** What an HTTPS server needs, and who vouches for it. */
export interface Certificates {
  readonly key: string;
  readonly cert: string;
  /** The authority's certificate: a client that trusts it trusts the server. */
  readonly authority: string;
  /** The same as a file. */
  readonly authorityFile: string;
}

/**
 * Makes an authority and a server's certificate that it signed.
 * @param folder where the files are put
 * @param hosts the names that the server goes by
 * @returns undefined where there is no OpenSSL
 */
export function makeCertificates(folder: string, hosts: readonly string[]): Certificates | undefined {
  const file = (name: string): string => path.join(folder, name);
  const openssl = (...args: string[]): unknown =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  fs.writeFileSync(file('openssl.cnf'), '[req]\ndistinguished_name = name\n[name]\n');
  fs.writeFileSync(file('names.cnf'), `subjectAltName = ${hosts.map((host) => `DNS:${host}`).join(', ')}\n`);
  const req = ['req', '-config', 'openssl.cnf', ...key];
  try {
    openssl(
      ...[
        ...req,
        '-x509',
        '-subj',
        '/CN=Authority of a test',
        '-keyout',
        'authority.key',
        '-out',
        'authority.pem',
      ],
      ...['-addext', 'basicConstraints=critical,CA:TRUE'],
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  openssl(...req.slice(0, -2), '-subj', `/CN=${hosts[0]!}`, '-keyout', 'server.key', '-out', 'server.csr');
  openssl(
    ...[
      'x509',
      '-req',
      '-in',
      'server.csr',
      '-CA',
      'authority.pem',
      '-CAkey',
      'authority.key',
      '-CAcreateserial',
    ],
    ...['-days', '2', '-extfile', 'names.cnf', '-out', 'server.pem'],
  );
  const read = (name: string): string => fs.readFileSync(file(name), 'utf8');
  return {
    key: read('server.key'),
    cert: read('server.pem'),
    authority: read('authority.pem'),
    authorityFile: file('authority.pem'),
  };
}
