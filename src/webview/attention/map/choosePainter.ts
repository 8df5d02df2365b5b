import { CanvasPainter } from './canvasPainter';
import type { Painter } from './painter';
import { WebglPainter } from './webglPainter';

/** Whether a renderer, by the name it gives itself, draws on the processor: a plain canvas is faster then. */
export function isSoftware(renderer: string): boolean {
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(renderer);
}

/** WebGL2 where a graphics card draws it, else a plain canvas. */
export function choosePainter(): Painter {
  if (isSoftware(rendererName())) return new CanvasPainter();
  try {
    return new WebglPainter();
  } catch {
    return new CanvasPainter();
  }
}

let known: string | undefined;

/** What the window's WebGL2 draws with; "software" where there is none. Asked once: contexts are few. */
function rendererName(): string {
  if (known !== undefined) return known;
  const gl = document.createElement('canvas').getContext('webgl2');
  if (!gl) return (known = 'software');
  const details = gl.getExtension('WEBGL_debug_renderer_info');
  known = String(gl.getParameter(details ? details.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return known;
}
