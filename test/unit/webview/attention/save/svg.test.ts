import assert from 'node:assert/strict';
import { toSvg } from '../../../../../src/webview/attention/save/svg';

describe('a picture as SVG', () => {
  it('has its text as text, and lines as paths', () => {
    const svg = toSvg({
      width: 100,
      height: 50.126,
      background: 'rgb(0 0 0)',
      items: [
        {
          kind: 'text',
          text: 'a < "b" & c\u0007',
          x: 1,
          y: 2,
          font: '400 13px "Sans"',
          fill: 'white',
          width: 20,
        },
        { kind: 'text', text: 'turned', x: 5, y: 6, angle: -90, font: '11px x', fill: 'white' },
        {
          kind: 'clip',
          box: { x: 0, y: 0, width: 10, height: 10 },
          items: [{ kind: 'path', d: 'M0 0', x: 3, y: 4, stroke: 'red', lineWidth: 2, opacity: 0.5 }],
        },
      ],
    });
    assert.match(
      svg,
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="100" height="50.13"/,
    );
    assert(svg.includes('>a &lt; &quot;b&quot; &amp; c</text>'));
    assert(svg.includes('textLength="20"'));
    assert(svg.includes('transform="rotate(-90 5 6)"'));
    assert(svg.includes('<g clip-path="url(#clip1)">\n<path transform="translate(3 4)" d="M0 0"'));
  });
});
