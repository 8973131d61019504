/** A head in profile like a cut-paper cameo with modelled light. */
import { n } from '../canvas.js';
import { type Colour, hex, lch, lighten, mix, saturate, turn } from '../colour.js';
import type { Moment, Scene } from './scene.js';

const black: Colour = { l: 0.06, a: 0, b: 0 };
const white: Colour = { l: 0.99, a: 0, b: 0.01 };

/** The face looks to the right; about 300 units from chin to crown, with neck and shoulders. */
const HEAD =
  'M-58 100C-112 58-132-12-118-74C-102-150-20-180 46-161C92-147 113-114 112-80C112-64 107-56 109-46C115-28 132-4 139 9' +
  'C142 17 136 24 124 25C119 27 120 32 122 36C131 40 133 46 125 51C130 55 129 63 121 66C116 70 117 76 120 84' +
  'C124 101 112 113 92 115C70 119 53 122 45 132C37 156 44 198 74 224C34 252-34 246-76 204C-46 172-47 132-58 100Z';
const COAT =
  'M-62 186C-84 212-150 226-186 268C-206 296-212 360-214 420H232C230 344 214 276 168 242C130 218 84 218 60 198C40 226-30 224-62 186Z';
const HAIR =
  'M112-92C100-70 74-74 52-58C34-46 26-28 22-8C16 8 2 14-6 6C-14 30-22 52-40 72C-46 84-54 96-58 104' +
  'C-120 66-142-10-126-80C-108-162-22-194 52-172C98-158 118-122 112-92Z';

export const portrait: Scene = (moment) => {
  const { canvas, brief, time } = moment;
  const { width, height } = canvas;
  const { palette } = brief;
  const random = brief.random('portrait');
  const back = mix(palette.dark ? palette.near : palette.accent, palette.near, random.between(0.05, 0.35));
  const flip = random.chance(0.5) ? -1 : 1;
  drawBackdrop(moment, back, flip);
  const scale = random.between(1.72, 2.0) * Math.min(1.15, Math.max(1, height / 1000) ** 0.5);
  const x = width / 2 - flip * 10 + (time > 0 ? (time - 0.5) * 40 : 0);
  const y = height * 0.47;
  const skin = random.pick([
    lch(0.8, 0.06, 60),
    lch(0.7, 0.075, 55),
    lch(0.55, 0.075, 50),
    lch(0.42, 0.06, 45),
    lch(0.86, 0.045, 65),
  ]);
  const statue = brief.wants('statue', 'sculpture', 'bust', 'marble');
  const face = statue ? mix(palette.skyLow, white, 0.5) : mix(skin, back, 0.08);
  const hair = statue
    ? lighten(face, -0.1)
    : (brief.colourOf('hair', 'haired') ??
      random.pick([
        lch(0.2, 0.02, 50),
        lch(0.32, 0.06, 50),
        lch(0.68, 0.1, 78),
        lch(0.48, 0.12, 40),
        lch(0.25, 0.01, 270),
      ]));
  const coat = brief.colourOf('dress', 'coat', 'jacket', 'shirt', 'suit') ?? mix(palette.second, turn(back, 170), 0.25);
  canvas.add(`<g transform="translate(${n(x)} ${n(y)}) scale(${n(scale * flip)} ${n(scale)})">`);
  drawFigure(moment, face, hair, statue ? face : coat, statue);
  canvas.add('</g>');
};

function drawBackdrop({ canvas, brief }: Moment, back: Colour, flip: number): void {
  const { width, height } = canvas;
  const x = width * (0.5 + flip * 0.16);
  canvas.fill(
    canvas.radial(
      [
        [0, lighten(mix(back, brief.palette.sun, 0.22), 0.08)],
        [0.45, back],
        [1, mix(back, black, 0.62)],
      ],
      x,
      height * 0.38,
      Math.hypot(width, height) * 0.62,
    ),
  );
  if (brief.random('disc').chance(0.5) && !brief.refuses('circle', 'halo')) {
    const disc = mix(brief.palette.third, back, 0.25);
    const r = Math.min(width, height) * 0.36;
    canvas.add(
      `<circle cx="${n(width / 2)}" cy="${n(height * 0.42)}" r="${n(r)}" fill="${canvas.linear([
        [0, lighten(disc, 0.06)],
        [1, mix(disc, back, 0.7)],
      ])}"/>`,
    );
  }
}

function drawFigure({ canvas, brief }: Moment, face: Colour, hair: Colour, coat: Colour, statue: boolean): void {
  const shadow = statue ? mix(face, lch(0.3, 0.02, 270), 0.6) : mix(saturate(face, 1.5), lch(0.22, 0.07, 28), 0.6);
  const light = mix(face, white, 0.4);
  const across = (stops: readonly (readonly [number, Colour])[]) => canvas.linear(stops, [0, 0.1], [1, 0]);
  canvas.add(
    `<path d="${HEAD}" fill="${across([
      [0, shadow],
      [0.42, mix(face, shadow, 0.55)],
      [0.68, face],
      [0.9, light],
      [1, mix(light, white, 0.3)],
    ])}"/>`,
  );
  const cut = canvas.clip(`<path d="${HEAD}"/>`);
  canvas.add(`<g ${cut}>`);
  // Under the jaw, the socket, beside the nose, the cheek.
  canvas.soft(24, 158, 120, 56, mix(shadow, black, 0.2), 0.85);
  canvas.soft(86, -36, 34, 24, shadow, 0.55);
  canvas.soft(102, 20, 22, 26, shadow, 0.3);
  canvas.soft(66, 34, 42, 46, statue ? light : mix(light, lch(0.68, 0.15, 25), 0.4), 0.5);
  canvas.soft(20, 84, 60, 26, shadow, 0.4);
  if (!statue)
    canvas.add(
      `<path d="M131 43C122 47 112 50 105 50C112 58 122 62 127 60Z" fill="${hex(mix(face, lch(0.5, 0.17, 22), 0.55))}" opacity=".75"/>`,
    );
  canvas.add('</g>');
  canvas.add(
    `<path d="${COAT}" fill="${across([
      [0, mix(coat, black, 0.6)],
      [0.5, mix(coat, black, 0.2)],
      [0.82, lighten(coat, 0.06)],
      [1, mix(coat, black, 0.15)],
    ])}"/>`,
  );
  const line = hex(mix(shadow, black, 0.5));
  canvas.add(
    `<g fill="none" stroke="${line}" stroke-linecap="round"><path d="M74-34C82-29 94-29 101-35" stroke-width="3"/><path d="M101-35L107-31M97-31L102-26" stroke-width="2"/>` +
      `<path d="M66-56C78-66 94-66 106-58" stroke-width="${statue ? 2 : 4.5}" stroke="${hex(mix(hair, black, 0.2))}" stroke-opacity=".85"/>` +
      `<path d="M106 51C114 52 120 51 125 51" stroke-width="2"/><path d="M116 22C112 20 110 16 112 12" stroke-width="2" stroke-opacity=".6"/></g>`,
  );
  drawHair(canvas, hair, brief.random('hair').next(), brief);
  drawEar(canvas, face, shadow);
  if (!brief.refuses('hat') && (brief.wants('hat', 'wizard', 'queen', 'lady') || brief.random('hat').chance(0.28))) {
    drawHat(canvas, mix(brief.palette.third, brief.palette.accent, 0.2));
  }
  const rim = canvas.linear(
    [
      [0, white, 0],
      [0.8, white, 0],
      [1, mix(white, brief.palette.sun, 0.5), 0.75],
    ],
    [0, 0],
    [1, 0],
  );
  canvas.add(`<path d="${HEAD}" fill="none" stroke="${rim}" stroke-width="2.4"/>`);
}

type Drawing = Moment['canvas'];

/** Hair with strands that follow its sweep; a bun, a long fall or a short cut. */
function drawHair(canvas: Drawing, hair: Colour, kind: number, brief: Moment['brief']): void {
  const dark = mix(hair, black, 0.55);
  const paint = canvas.linear(
    [
      [0, dark],
      [0.5, hair],
      [0.8, lighten(hair, 0.08)],
      [1, hair],
    ],
    [0, 0.3],
    [1, 0],
  );
  const long = brief.wants('long') || kind > 0.62;
  if (long) {
    canvas.add(
      `<path d="M-122-60C-156 20-150 120-176 214C-150 262-92 262-66 214C-50 180-40 120-44 60Z" fill="${paint}"/>`,
    );
  } else if (kind < 0.42) {
    canvas.add(`<circle cx="-140" cy="-84" r="46" fill="${paint}"/>`);
    canvas.soft(-130, -100, 24, 18, lighten(hair, 0.2), 0.5);
  }
  canvas.add(`<path d="${HAIR}" fill="${paint}"/>`);
  const strands: string[] = [];
  for (let index = 0; index < 13; index++) {
    const part = index / 12;
    strands.push(
      `M${n(108 - part * 30)} ${n(-98 - part * 52)}C${n(60 - part * 60)} ${n(-100 - part * 60)} ${n(-20 - part * 70)} ${n(-70 - part * 60)} ${n(-48 - part * 70)} ${n(62 - part * 90)}`,
    );
  }
  const cut = canvas.clip(`<path d="${HAIR}"/>`);
  canvas.add(
    `<g ${cut} fill="none"><path d="${strands.join('')}" stroke="${hex(lighten(hair, 0.14))}" stroke-opacity=".35" stroke-width="2"/>` +
      `<path transform="translate(-5 7)" d="${strands.join('')}" stroke="${hex(dark)}" stroke-opacity=".5" stroke-width="2.6"/>`,
  );
  canvas.soft(26, -132, 70, 26, lighten(hair, 0.3), 0.45);
  canvas.add('</g>');
}

function drawEar(canvas: Drawing, face: Colour, shadow: Colour): void {
  const paint = canvas.linear(
    [
      [0, mix(face, shadow, 0.7)],
      [1, mix(face, shadow, 0.2)],
    ],
    [0, 0],
    [1, 0],
  );
  canvas.add(
    `<path d="M2-14C14-32 32-24 28-4C26 12 14 30 4 26C-4 22-2 6 2-14Z" fill="${paint}"/>` +
      `<path d="M8-8C14-18 22-14 20-2C18 8 12 14 9 18" fill="none" stroke="${hex(mix(shadow, black, 0.3))}" stroke-width="2.4" stroke-opacity=".7" stroke-linecap="round"/>`,
  );
}

function drawHat(canvas: Drawing, colour: Colour): void {
  const paint = canvas.linear(
    [
      [0, mix(colour, black, 0.5)],
      [0.55, colour],
      [0.8, mix(colour, white, 0.3)],
      [1, mix(colour, black, 0.1)],
    ],
    [0, 0],
    [1, 0],
  );
  const band = hex(mix(colour, black, 0.65));
  canvas.add(
    `<g transform="rotate(-7)"><path d="M-104-104C-112-210-78-244-8-246C66-246 98-206 92-100Z" fill="${paint}"/>` +
      `<path d="M-106-104C-108-124-106-138-104-146C-40-126 40-126 94-142C96-126 94-112 92-100Z" fill="${band}"/>` +
      `<path d="M-186-82C-120-132 120-138 188-88C150-76 60-96-8-94C-80-92-140-70-186-82Z" fill="${paint}"/>` +
      `<path d="M-186-82C-140-70-80-92-8-94C60-96 150-76 188-88C150-60 60-84-8-80C-80-78-140-58-186-82Z" fill="${band}" opacity=".8"/></g>`,
  );
}
