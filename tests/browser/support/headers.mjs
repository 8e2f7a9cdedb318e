// The headers that docs/hosting.md recommends, as its example for Netlify and Cloudflare has them.

import { readFile } from 'node:fs/promises';

const GUIDE = new URL('../../../docs/hosting.md', import.meta.url);

/** Which headers a file of the site gets, by its name: pairs of a name and a value. */
export async function recommendedHeaders() {
  const [, example] = (await readFile(GUIDE, 'utf8')).match(/^```text\n(\/\*\n[^]*?)^```$/m);
  const rules = [];
  for (const line of example.trimEnd().split('\n')) {
    const header = line.match(/^ {2}([\w-]+): (.+)$/);
    if (header) rules.at(-1).headers.push([header[1], header[2]]);
    else if (/^\/.*\*$/.test(line)) rules.push({ start: line.slice(1, -1), headers: [] });
    else throw new Error(`a path of the example that does not end in *: ${line}`);
  }
  return (name) => rules.filter(({ start }) => name.startsWith(start)).flatMap(({ headers }) => headers);
}
