import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

const { RIG_BROWSER: browser = '', RIG_PAGE: parts = '', RIG_LOGS: logs = '' } = process.env

/** Why no page can be shown; the rig says so as well when it comes up. */
export const noBrowser = browser
  ? false
  : 'no browser: the rig’s part "page" could not be had on this machine'

/** What a reader sees of a page. */
export type Shown = Readonly<{
  /** what went wrong while the charts were drawn; empty where nothing did */
  trouble: string
  headings: readonly string[]
  /** rows of cells, the headings first */
  tables: readonly (readonly (readonly string[])[])[]
  /** what stands in folded parts */
  folded: readonly string[]
  blocks: readonly string[]
  charts: readonly Chart[]
}>

export type Chart = Readonly<{
  sections: readonly string[]
  /** the words on or beside the bars, from the top */
  bars: readonly string[]
  /** words that stick out of the picture, and names of sections that reach into it */
  cutOff: readonly string[]
}>

const execute = promisify(execFile)

/** Shows Markdown as GitHub would, and writes a picture of it beside the rig's logs: NAME.png. */
export async function show(markdown: string, name: string): Promise<Shown> {
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-page-'))
  try {
    const page = join(folder, 'page.html')
    await writeFile(page, html(markdown))
    const open = (...more: readonly string[]) => run(folder, [...more, pathToFileURL(page).href])
    await open(`--screenshot=${join(logs, `${name}.png`)}`)
    const text = / data-seen="([^"]*)"/.exec(await open('--dump-dom'))?.[1]
    if (text === undefined) throw new Error('the page did not come to its end')
    return JSON.parse(Buffer.from(text, 'base64').toString('utf8'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function run(folder: string, more: readonly string[]): Promise<string> {
  const args = [
    ...[
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--hide-scrollbars',
    ],
    ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ...[`--user-data-dir=${join(folder, 'profile')}`, '--window-size=1012,1700'],
    '--virtual-time-budget=20000',
  ]
  const { stdout } = await execute(browser, [...args, ...more], { maxBuffer: 64 * 1024 * 1024 })
  return stdout
}

/** The page, with the Markdown in an attribute: nothing of it is HTML by itself. */
function html(markdown: string): string {
  const text = markdown.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  const file = (name: string) => pathToFileURL(join(parts, name)).href
  return `<!doctype html><meta charset="utf-8">
<link rel="stylesheet" href="${file('github-markdown-light.css')}">
<style>body { margin: 24px }</style>
<article class="markdown-body" data-markdown="${text}"></article>
<script src="${file('marked.umd.js')}"></script>
<script src="${file('mermaid.min.js')}"></script>
<script src="${pathToFileURL(join(import.meta.dirname, 'look.browser.js')).href}"></script>`
}
