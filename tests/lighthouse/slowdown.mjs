// How much slower than this machine a phone is. Lighthouse's profile says four times, which holds for a fast desktop; its
// documentation (docs/throttling.md) says which machines, by the benchmark that it runs with every report, stand for which device.

/** What the profile of a phone has. */
export const OF_PROFILE = 4;

/** By which factor this machine's processor is slowed down to be a phone's of the middle class. */
export function calibrated(benchmarkIndex) {
  if (benchmarkIndex >= 1500) return OF_PROFILE;
  return benchmarkIndex >= 800 ? 2 : 1;
}
