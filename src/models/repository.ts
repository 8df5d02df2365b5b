/** Names of repositories and of the files in them: what may become a path on this machine. */
import * as path from 'node:path';
import { getRepoFolderName } from '@huggingface/hub';
import { say } from '../core/message';
import { ModelProblem } from './problem';

/**
 * The id of a repository on the Hub, from what a user typed: `owner/name`, an old `name` without an owner, or a
 * page's address. The rules are those of huggingface_hub's `validate_repo_id`.
 * @throws ModelProblem `bad-name`
 */
export function parseRepositoryId(typed: string): string {
  let id = typed.trim();
  if (/^https?:\/\//i.test(id)) {
    id = id.replace(/^https?:\/\/[^/]*\//i, '').replace(/[?#].*$/, '');
    id = id.split('/').slice(0, 2).join('/');
  }
  id = id.replace(/\/$/, '');
  const parts = id.split('/');
  const valid =
    id.length <= 96 &&
    parts.length <= 2 &&
    parts.every((part) => /^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?$/.test(part)) &&
    !/--|\.\./.test(id) &&
    !id.endsWith('.git') &&
    parts.every((part) => isPortable(part));
  if (!valid)
    throw new ModelProblem(
      'bad-name',
      say`"${typed.trim()}" isn't the name of a repository. Write it as on the Hub: owner/name, such as Xenova/gpt2.`,
    );
  return id;
}

/** The folder of a repository in Hugging Face's cache layout: `models--owner--name`. */
export function repositoryFolder(id: string): string {
  return getRepoFolderName({ type: 'model', name: id });
}

/** The repository whose folder this is; undefined when it is no such folder. */
export function repositoryOf(folder: string): string | undefined {
  const [type, ...parts] = folder.split('--');
  return type === 'models' && parts.length > 0 ? parts.join('/') : undefined;
}

/** Names that Windows keeps for devices, or would change. */
function isPortable(name: string): boolean {
  return !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name) && !/[. ]$/.test(name);
}

/**
 * `file`, a path within a repository or an archive, as an absolute path below `folder`.
 * @throws ModelProblem `unsafe` when it would lie elsewhere or can't be a file's name on every system
 */
export function pathWithin(folder: string, file: string): string {
  const parts = file.split('/');
  const odd = (part: string): boolean =>
    part === '' ||
    /^\.+$/.test(part) ||
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    /[\\:*?"<>|\u0000-\u001f]/.test(part);
  const target = path.resolve(folder, ...parts);
  const relative = path.relative(folder, target);
  if (
    parts.some((part) => odd(part) || !isPortable(part)) ||
    relative.startsWith('..') ||
    path.isAbsolute(relative)
  )
    throw new ModelProblem(
      'unsafe',
      say`The file name ${JSON.stringify(file)} could lead out of the model's folder, so nothing of this model was written.
        Get the model from a source you trust.`,
    );
  return target;
}
