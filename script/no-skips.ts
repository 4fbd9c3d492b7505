import process from 'node:process'
import type { TestEvent } from 'node:test/reporters'

/** Names every test that was skipped, and why. Under CI=true that is a failure: a machine of CI has all parts. */
// biome-ignore lint/style/noDefaultExport: node takes reporters that way
export default async function* noSkips(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const skipped: string[] = []
  for await (const { type, data } of events)
    if ((type === 'test:pass' || type === 'test:fail') && data.skip)
      skipped.push(`${data.name}: ${data.skip === true ? 'no reason given' : data.skip}`)
  if (skipped.length === 0) return
  const refused = process.env['CI'] === 'true'
  if (refused) process.exitCode = 1
  yield `\nSkipped${refused ? ', which CI=true does not accept' : ''}:\n${skipped.map((line) => `  ${line}\n`).join('')}`
}
