import * as path from 'node:path';
import type { Inventory } from '../../models/places';

/**
 * Whether a model's path that a view has saved may be opened. In a folder that isn't trusted only models of known
 * places may: those that are embedded, added, cached, or named in the user's own settings.
 * @param model absolute path of a model's folder, or of an .onnx file in one
 */
export async function mayOpen(
  model: string,
  trusted: boolean,
  inventory: () => Promise<Pick<Inventory, 'models'>>,
): Promise<boolean> {
  if (trusted) return true;
  const { models } = await inventory();
  return models.some(({ folder }) => {
    const relative = path.relative(path.resolve(folder), path.resolve(model));
    return relative === '' || (relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative));
  });
}
