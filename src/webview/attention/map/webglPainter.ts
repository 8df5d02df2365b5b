import { paletteOf, type Scale } from '../colours';
import { element, resize } from '../dom';
import type { Painter } from './painter';
import { levelFor, type Level } from './pyramid';
import type { Viewport } from './viewport';

const vertexShader = `#version 300 es
void main() {
  // One triangle that covers everything.
  gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}`;

const fragmentShader = `#version 300 es
precision highp float;
uniform highp sampler2D shades;
uniform highp sampler2D palette;
uniform vec2 corner;      // cells at the top left
uniform float cell;       // device pixels of a cell
uniform vec2 cells;       // columns and rows
uniform float height;     // device pixels
uniform int level;
out vec4 colour;
void main() {
  vec2 at = corner + vec2(gl_FragCoord.x, height - gl_FragCoord.y) / cell;
  if (at.x >= cells.x || at.y >= cells.y) discard;
  float shade = texelFetch(shades, ivec2(at) >> level, level).r;
  colour = texelFetch(palette, ivec2(int(shade * 255.0 + 0.5), 0), 0);
}`;

/**
 * Draws with WebGL2: the matrix is a texture of bytes with its levels, colours, zoom and place are the shader's. A
 * context that the system takes away is set up again when it comes back.
 */
export class WebglPainter implements Painter {
  readonly kind = 'webgl';
  readonly canvas = element('canvas', { class: 'cells', 'aria-hidden': 'true' });
  private readonly gl: WebGL2RenderingContext;
  private program: WebGLProgram | undefined;
  private levels: readonly Level[] = [];
  private scale: Scale | undefined;
  private last: [Viewport, number, number] | undefined;

  /** @throws Error when there is no WebGL2 */
  constructor() {
    // Kept, so that a picture can be taken of it at any time.
    const gl = this.canvas.getContext('webgl2', { antialias: false, preserveDrawingBuffer: true });
    if (!gl) throw new Error('This window has no WebGL2.');
    this.gl = gl;
    this.program = programOf(gl);
    this.canvas.addEventListener('webglcontextlost', (event) => {
      event.preventDefault();
      this.program = undefined;
    });
    this.canvas.addEventListener('webglcontextrestored', () => {
      this.program = programOf(gl);
      this.setLevels(this.levels);
      if (this.scale) this.setScale(this.scale);
      if (this.last) this.paint(...this.last);
    });
  }

  setLevels(levels: readonly Level[]): void {
    const { gl } = this;
    this.levels = levels;
    if (levels.length === 0 || !this.program) return;
    texture(gl, 0);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    // A texture's levels halve rounding down, ours rounding up: they stand in one of even sides.
    const side = 2 ** (levels.length - 1);
    const width = Math.ceil(levels[0]!.columns / side) * side;
    const height = Math.ceil(levels[0]!.rows / side) * side;
    gl.texStorage2D(gl.TEXTURE_2D, levels.length, gl.R8, width, height);
    levels.forEach(({ rows, columns, shades }, index) =>
      gl.texSubImage2D(gl.TEXTURE_2D, index, 0, 0, columns, rows, gl.RED, gl.UNSIGNED_BYTE, shades),
    );
  }

  setScale(scale: Scale): void {
    const { gl } = this;
    this.scale = scale;
    if (!this.program) return;
    texture(gl, 1);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, 256, 1);
    const bytes = new Uint8Array(paletteOf(scale).buffer);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, 256, 1, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
  }

  paint(viewport: Viewport, width: number, height: number): void {
    const { gl, program, canvas, levels } = this;
    this.last = [viewport, width, height];
    const ratio = resize(canvas, width, height);
    if (!program) return;
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (levels.length === 0 || !this.scale) return;
    gl.useProgram(program);
    const at = (name: string): WebGLUniformLocation | null => gl.getUniformLocation(program, name);
    gl.uniform1i(at('shades'), 0);
    gl.uniform1i(at('palette'), 1);
    gl.uniform2f(at('corner'), viewport.x, viewport.y);
    gl.uniform1f(at('cell'), viewport.scale * ratio);
    gl.uniform2f(at('cells'), levels[0]!.columns, levels[0]!.rows);
    gl.uniform1f(at('height'), canvas.height);
    gl.uniform1i(at('level'), levelFor(levels.length, viewport.scale * ratio));
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  dispose(): void {
    this.levels = [];
    // Browsers keep few contexts at a time.
    this.gl.getExtension('WEBGL_lose_context')?.loseContext();
  }
}

/** A new texture in place of the one at a unit, read cell by cell. */
function texture(gl: WebGL2RenderingContext, unit: number): void {
  gl.activeTexture(gl.TEXTURE0 + unit);
  gl.deleteTexture(gl.getParameter(gl.TEXTURE_BINDING_2D) as WebGLTexture | null);
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST_MIPMAP_NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
}

function programOf(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertexShader],
    [gl.FRAGMENT_SHADER, fragmentShader],
  ] as const) {
    const shader = gl.createShader(type)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost())
    throw new Error(`The map's shader can't be used here: ${gl.getProgramInfoLog(program) ?? ''}`);
  return program;
}
