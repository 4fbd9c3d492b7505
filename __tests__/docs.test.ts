import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, test } from 'node:test'

const ROOT = resolve(import.meta.dirname, '..')
const PAGES = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
  ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
]

/** A heading as GitHub names it in links. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-')
}

function anchorsIn(page: string): readonly string[] {
  const withoutCode = readFileSync(page, 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '')
  return [...withoutCode.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading))
}

describe('every link inside the repository leads somewhere', () => {
  for (const page of PAGES) {
    test(page, () => {
      const path = join(ROOT, page)
      for (const [, target = '', anchor] of readFileSync(path, 'utf8').matchAll(
        /\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g,
      )) {
        const there = target === '' ? path : join(dirname(path), target)
        assert.ok(existsSync(there), `${page} links to ${target}, which is not there`)
        if (anchor)
          assert.ok(anchorsIn(there).includes(anchor), `${target || page} has no heading #${anchor}`)
      }
    })
  }
})
