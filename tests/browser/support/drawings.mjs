// Garments as a visitor would draw them: strokes through points given as shares (0 to 1) of the pad.

const TROUSER_WAIST = [[0.38, 0.1], [0.62, 0.1]];
export const LEFT_LEG = [[0.4, 0.1], [0.36, 0.9]];
export const RIGHT_LEG = [[0.6, 0.1], [0.64, 0.9]];

/** Drawn with a broad brush. */
export const TROUSER = [TROUSER_WAIST, LEFT_LEG, RIGHT_LEG];

/** Closed outlines, which the pad fills. */
export const BAG = [
  [[0.1, 0.42], [0.9, 0.42], [0.94, 0.86], [0.06, 0.86], [0.1, 0.42]],
  [[0.3, 0.42], [0.36, 0.2], [0.64, 0.2], [0.7, 0.42]],
];

export const BOOT = [[
  [0.55, 0.15], [0.85, 0.15], [0.87, 0.8], [0.1, 0.8],
  [0.1, 0.68], [0.4, 0.56], [0.55, 0.4], [0.55, 0.15],
]];

export const T_SHIRT = [[
  [0.38, 0.12], [0.5, 0.17], [0.62, 0.12], [0.76, 0.18], [0.94, 0.42], [0.82, 0.5], [0.72, 0.38],
  [0.72, 0.9], [0.28, 0.9], [0.28, 0.38], [0.18, 0.5], [0.06, 0.42], [0.24, 0.18], [0.38, 0.12],
]];
