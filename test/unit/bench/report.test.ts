import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { describeMachine, table } from '../../bench/report';

describe('the bench report', () => {
  it('lines up its columns and gives three digits', () => {
    const lines = table([
      { id: 'decode', unit: 'tokens/s', ours: 123.456, peer: 31.2, peerName: 'peer 1.0', ratio: 3.957 },
      { id: 'share', unit: 'GB/s', ours: 21.04, peer: null, peerName: null, ratio: 0.7432 },
      { id: 'other', skipped: 'no file' },
    ]).split('\n');
    assert.deepEqual(lines, [
      '| id     | unit     | Headlight | peer |   ratio | peer is  |',
      '| ------ | -------- | --------: | ---: | ------: | -------- |',
      '| decode | tokens/s |       123 | 31.2 |    3.96 | peer 1.0 |',
      '| share  | GB/s     |      21.0 |      |   0.743 |          |',
      '| other  |          |           |      | skipped | no file  |',
    ]);
  });
  it('names the processors and not the machine', () => {
    const machine = describeMachine();
    assert.match(machine, /^\d+ x .+ GiB, .+ Node \d+\./);
    assert.ok(!machine.includes(hostname()));
  });
});
