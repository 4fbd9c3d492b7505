import * as core from '@actions/core'

export { error, setSecret } from '@actions/core'

/** Where the run is debugged it says everything, and elsewhere only that something is tried again. */
export function info(text: string): void {
  if (/^Attempt \d/.test(text)) core.info(text)
  else debug(text)
}

export function debug(text: string): void {
  if (core.isDebug()) core.debug(text)
}

/** What it warns of fails as well. */
export const warning = debug
