/** GitHub takes 1 MiB of a step, and no byte of a summary that has more. */
const MOST = 1_000_000

/** The sections of a page that there are. Those that do not fit are left out, and that is said. */
export function page(...sections: readonly (string | undefined)[]): string {
  const fitting: string[] = []
  let left = MOST
  let isWhole = true
  for (const section of sections) {
    if (section === undefined || section === '') continue
    const size = Buffer.byteLength(section) + 2
    if (size > left) isWhole = false
    else {
      fitting.push(section)
      left -= size
    }
  }
  const note = '<sub>A part of this page is left out, as it would be longer than GitHub takes.</sub>'
  return [...fitting, ...(isWhole ? [] : [note])].join('\n\n')
}

/** Something that only some want to see. */
export function folded(title: string, content: string): string {
  return `<details><summary>${title}</summary>\n\n${content}\n\n</details>`
}

/** Commands or other text as it is, whatever backticks are in it. */
export function block(language: string, lines: readonly string[]): string {
  const ticks = lines.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length)
  const fence = '`'.repeat(Math.max(3, ...ticks.map((length) => length + 1)))
  return [`${fence}${language}`, ...lines, fence].join('\n')
}

/** Words of others: nothing in them is Markdown. */
export function plain(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>()#+!~-]/g, '\\$&').replaceAll(/\s+/g, ' ')
}
