/** How to reach the Hub, by the environment variables of Hugging Face's own tools. */
import { readFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { HUB_URL } from '@huggingface/hub';
import { checkEndpoint } from './hubRequest';

/** HF_ENDPOINT, or the public Hub. */
export function environmentEndpoint(): string {
  return checkEndpoint(process.env['HF_ENDPOINT'] || HUB_URL);
}

/**
 * The token of HF_TOKEN, or of the file in which Hugging Face's tools keep it. It was made for the endpoint of the
 * environment and is given to no other.
 */
export function environmentToken(endpoint: string): string | undefined {
  if (new URL(endpoint).origin !== new URL(environmentEndpoint()).origin) return undefined;
  const { HF_TOKEN: token, HF_TOKEN_PATH: file, HF_HOME: home, XDG_CACHE_HOME: cache } = process.env;
  if (token) return token.trim();
  const folder = home ?? path.join(cache ?? path.join(os.homedir(), '.cache'), 'huggingface');
  try {
    return readFileSync(file ?? path.join(folder, 'token'), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
