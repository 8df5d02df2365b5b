import assert from 'node:assert/strict';
import type { FoundModel, Inventory } from '../../../../src/models/places';
import { mayOpen } from '../../../../src/views/attention/modelTrust';

describe('a model that a restored view names', () => {
  const inventory = (): Promise<Pick<Inventory, 'models'>> =>
    Promise.resolve({ models: [{ folder: '/ext/models/headlight-bert' } as FoundModel] });

  it('is opened in a trusted folder', async () => {
    assert(await mayOpen('/anywhere/model', true, () => Promise.reject(new Error('asked'))));
  });

  it('is opened elsewhere only when it is of a known place', async () => {
    const may = (model: string): Promise<boolean> => mayOpen(model, false, inventory);
    assert(await may('/ext/models/headlight-bert'));
    assert(await may('/ext/models/headlight-bert/onnx/model.onnx'));
    assert(!(await may('/ext/models')));
    assert(!(await may('/ext/models/headlight-bert-other')));
    assert(!(await may('/ext/models/headlight-bert/../../../work/evil')));
    assert(!(await may('/work/evil')));
  });
});
