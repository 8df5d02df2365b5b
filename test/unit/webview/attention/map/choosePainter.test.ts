import assert from 'node:assert/strict';
import { isSoftware } from '../../../../../src/webview/attention/map/choosePainter';

describe('isSoftware', () => {
  it('knows the renderers that draw on the processor', () => {
    const slow = [
      'ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)',
      'Mesa/X.org, llvmpipe (LLVM 15.0.7, 256 bits)',
      'Microsoft Basic Render Driver',
    ];
    const fast = [
      'ANGLE (NVIDIA, NVIDIA GeForce RTX 3060)',
      'Apple M2',
      'ANGLE (Intel, Mesa Intel(R) UHD Graphics)',
    ];
    for (const name of slow) assert(isSoftware(name), name);
    for (const name of fast) assert(!isSoftware(name), name);
  });
});
