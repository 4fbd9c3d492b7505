/** One way of doing something; resolves with the milliseconds that count. */
export type Contender = Readonly<{ name: string; run: () => Promise<number> }>

/** Runs both in turn, so that a machine whose speed drifts treats them alike; the first pair only warms up. */
export async function comparePairs(ours: Contender, theirs: Contender, rounds: number): Promise<void> {
  const pairs: [number, number][] = []
  for (let round = 0; round <= rounds; round++) {
    const pair: [number, number] = [await ours.run(), await theirs.run()]
    if (round > 0) pairs.push(pair)
  }
  row(
    ours.name,
    pairs.map(([one]) => one),
  )
  row(
    theirs.name,
    pairs.map(([, other]) => other),
  )
  const ratios = pairs.map(([one, other]) => one / other)
  console.log(
    `${'ratio'.padEnd(WIDTH)}${spread(ratios)
      .map((ratio) => ratio.toFixed(2).padStart(9))
      .join('')}`,
  )
  const differences = pairs.map(([one, other]) => one - other)
  row('difference', differences)
}

const WIDTH = 44

export function heading(title: string): void {
  console.log(`\n${title.padEnd(WIDTH)}${['min', 'median', 'max'].map((name) => name.padStart(9)).join('')}`)
}

/** One line of figures, in milliseconds. */
export function row(name: string, times: readonly number[]): void {
  console.log(
    `${name.padEnd(WIDTH)}${spread(times)
      .map((time) => `${Math.round(time)} ms`.padStart(9))
      .join('')}`,
  )
}

function spread(values: readonly number[]): readonly number[] {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN
  return [at(0), at(0.5), at(1)]
}
