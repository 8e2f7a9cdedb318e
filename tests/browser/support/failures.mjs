// A reporter for Node's tests: a line for each that failed, with its file and its reason.

import { basename } from 'node:path';

export default async function* failures(events) {
  for await (const { type, data } of events) {
    const isOneTest = type === 'test:fail' && data.details.error.failureType !== 'subtestsFailed';
    if (!isOneTest) continue;
    const [reason] = (data.details.error.cause?.message ?? data.details.error.message).split('\n');
    yield `${basename(data.file ?? data.name)}: ${data.name}: ${reason}\n`;
  }
}
