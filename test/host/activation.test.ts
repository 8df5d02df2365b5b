import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the extension', () => {
  it('is loaded', () => {
    assert(vscode.extensions.getExtension('headlight.headlight'));
  });
});
