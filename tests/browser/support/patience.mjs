// How long to wait before something counts as failed. Two quiet cores need a fraction of it; on a
// busy machine `ATELIER_PATIENCE=4` waits four times as long.

const FACTOR = Number(process.env.ATELIER_PATIENCE ?? 1);

export const seconds = (count) => count * 1000 * FACTOR;
