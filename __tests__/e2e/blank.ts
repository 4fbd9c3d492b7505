import assert from 'node:assert/strict'

/**
 * A log without what is another in every run: times, sizes, digests, names, and the order in which platforms that are
 * built side by side come to their ends.
 */
export function blanked(log: string): string {
  const lines = BLANKS.reduce((text, [what, blank]) => text.replaceAll(what, blank), log).split('\n')
  return inOrder(lines).join('\n')
}

const BLANKS: readonly (readonly [what: RegExp, blank: string])[] = [
  [/.* so far(: .*)?\n/g, ''],
  [/sha256:[0-9a-f]{64}/g, 'sha256:…'],
  [/multiarch-[0-9a-f]{13}/g, 'multiarch-…'],
  [/e2e\/r\d+-\d+-\d+/g, 'octo/app'],
  [/[^\s,=]*\/multiarch-project-\w+/g, '/project'],
  [/127\.0\.0\.1:\d+/g, 'registry:5000'],
  [/(?<=#\d+ )\d+\.\d{3} /g, '_.___ '],
  // A container may be stopped while runc still starts it.
  [/^#\d+ _\.___ runc run failed: .*\n/gm, ''],
  [/ \d+\.\ds done$/gm, ' done'],
  [/\b\d+(\.\d+)?(B|kB|MB)\b/g, '_$2'],
  [/\b\d+(\.\d+)? (B|kB|MB|s)\b/g, '_ $2'],
  [/(?<= DONE )\d+\.\ds/g, '_s'],
]

/** While platforms are built: first their lines, platform by platform, then their groups. Each comes when it is done. */
function inOrder(lines: readonly string[]): readonly string[] {
  const pieces = piecesOf(lines)
  const ofBuilds = pieces.flatMap((piece) => orderOf(piece) ?? [])
  const [from, to] = [pieces.findIndex(orderOf), pieces.findLastIndex(orderOf) + 1]
  assert.equal(ofBuilds.length, to - from, 'something else comes in between')
  const sorted = pieces
    .slice(from, to)
    .toSorted((one, other) =>
      (orderOf(one) ?? '') < (orderOf(other) ?? '') ? -1 : orderOf(one) === orderOf(other) ? 0 : 1,
    )
  return [...pieces.slice(0, from), ...sorted, ...pieces.slice(to)].flat()
}

/** Groups whole, other lines one by one. */
function piecesOf(lines: readonly string[]): readonly (readonly string[])[] {
  const pieces: string[][] = []
  for (const line of lines) {
    const last = pieces.at(-1)
    if (last?.[0]?.startsWith('::group::') && last.at(-1) !== '::endgroup::') last.push(line)
    else pieces.push([line])
  }
  return pieces
}

function orderOf([first = '']: readonly string[]): string | undefined {
  const [, group, line] = /^(?:::group::(Build linux\/\w+)|(linux\/\w+) .*\b\d+\/\d+ [A-Z])/.exec(first) ?? []
  return group ? `2 ${group}` : line && `1 ${line}`
}
