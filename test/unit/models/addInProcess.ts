/** Adds a model in a process that a test may kill: `store endpoint id`. */
import { addModel, readOffer } from '../../../src/models/add';

const [store = '', endpoint = '', id = ''] = process.argv.slice(2);

void (async () => {
  const offer = await readOffer({ endpoint }, id);
  await addModel(store, { endpoint }, offer, offer.graphs[0]!);
})();
