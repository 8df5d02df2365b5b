/** Asking through the proxy that the environment names: Node itself doesn't look there, or only when told to. */
import type { EnvHttpProxyAgent } from 'undici';

let agent: EnvHttpProxyAgent | undefined;

/**
 * `fetch` through the proxy of HTTPS_PROXY or HTTP_PROXY, but for the hosts of NO_PROXY; also written in small
 * letters. Certificates are Node's own and those of NODE_EXTRA_CA_CERTS.
 */
export const proxiedFetch: typeof fetch = async (input, init) => {
  // Loaded when it is wanted: most commands ask nobody.
  const undici = await import('undici');
  // What isn't encrypted is asked of the proxy itself: many proxies tunnel to port 443 only.
  agent ??= new undici.EnvHttpProxyAgent({ proxyTunnel: false });
  // The same functions under two names for their types, Node's and the package's.
  const ask = undici.fetch as unknown as typeof fetch;
  return ask(input, { ...init, dispatcher: agent } as unknown as RequestInit);
};
