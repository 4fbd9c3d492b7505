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
  ratios(
    'ratio',
    pairs.map(([one, other]) => one / other),
  )
  const differences = pairs.map(([one, other]) => one - other)
  row('difference', differences)
}

/** Runs all in turn, round by round, so that whatever else the machine does hits them alike; the first round only warms up. */
export async function compareAll(
  ours: Contender,
  others: readonly Contender[],
  rounds: number,
): Promise<void> {
  const times = new Map<Contender, number[]>([ours, ...others].map((one) => [one, []]))
  for (let round = 0; round <= rounds; round++)
    for (const [contender, all] of times) {
      const time = await contender.run()
      if (round > 0) all.push(time)
    }
  for (const [{ name }, all] of times) row(name, all)
  const own = times.get(ours) ?? []
  for (const other of others)
    ratios(
      `ratio to ${other.name}`,
      own.map((time, round) => time / (times.get(other)?.[round] ?? Number.NaN)),
    )
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

function ratios(name: string, values: readonly number[]): void {
  const columns = spread(values).map((ratio) => ratio.toFixed(2).padStart(9))
  console.log(`${name.padEnd(WIDTH)}${columns.join('')}`)
}

export function median(values: readonly number[]): number {
  return spread(values)[1] ?? Number.NaN
}

function spread(values: readonly number[]): readonly number[] {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN
  return [at(0), at(0.5), at(1)]
}
