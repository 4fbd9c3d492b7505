import type { Run } from '../run.ts'

/** As docker/build-push-action writes it, with Handlebars. */
const PLACEHOLDER = /\{\{\s*defaultContext\s*\}\}/g

/** Whether a text stands for the Git context of this run: its repository, at its commit. */
export function namesDefaultContext(text: string): boolean {
  return text.search(PLACEHOLDER) >= 0
}

/** `{{defaultContext}}:app` becomes `https://github.com/octo/app.git#<commit>:app`. */
export function withDefaultContext(text: string, { defaultContext = '' }: Run): string {
  return text.replaceAll(PLACEHOLDER, () => defaultContext)
}
