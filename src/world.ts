import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { openLedger } from './action/ledger.ts'
import { log, mask, saveLedger } from './action/runner.ts'
import type { Places, World } from './flows/world.ts'
import { dockerFolder, openPrograms } from './programs.ts'
import type { Registry } from './registry/client.ts'
import { credentialsFrom } from './registry/credentials.ts'
import type { RegistryEvent } from './registry/events.ts'
import { clock, formatDuration } from './system/clock.ts'
import { files } from './system/files.ts'
import { openStages } from './system/log.ts'
import type { Environment, Run } from './system/processes.ts'

/** Builds the world that a flow acts on, from the environment; it is closed at the end, so that node can end by itself. */
export function openWorld(env: Environment): World & AsyncDisposable {
  const name = `multiarch-${randomBytes(6).toString('hex')}`
  const programs = openPrograms(env)
  let opened: Promise<Registry> | undefined
  return {
    ...programs,
    ...{ clock, files, log, name },
    stages: openStages(log, clock),
    note: openLedger(saveLedger).note,
    places: placesOf(env, name),
    registry: () => (opened ??= loadRegistry(env, programs.run)),
    [Symbol.asyncDispose]: async () => {
      await opened?.then((registry) => registry.close()).catch(() => {})
    },
  }
}

function placesOf(env: Environment, name: string): Places {
  return {
    workspace: process.cwd(),
    own: join(env['RUNNER_TEMP'] ?? tmpdir(), name),
    buildx: env['BUILDX_CONFIG'] ?? join(dockerFolder(env), 'buildx'),
    dockerHost: env['DOCKER_HOST'] ?? '',
  }
}

/** The client is loaded when it is first needed: it is most of what we ship, and nothing else waits for it. */
async function loadRegistry(env: Environment, run: Run): Promise<Registry> {
  const { openRegistry } = await import('./registry/client.ts')
  return openRegistry({
    ...{ now: Date.now, random: Math.random, mask, userAgent: 'multiarch-action' },
    note: (event) => log.line(sentence(event)),
    pause: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
    proxy: {
      http: env['http_proxy'] || env['HTTP_PROXY'],
      https: env['https_proxy'] || env['HTTPS_PROXY'],
      no: env['no_proxy'] || env['NO_PROXY'],
    },
    credentialOf: credentialsFrom({
      config: await files.read(join(dockerFolder(env), 'config.json')),
      authConfig: env['DOCKER_AUTH_CONFIG'],
      run: (program, args, stdin) => run(program, args, { stdin }),
      warn: log.warn,
    }),
  })
}

/** What the talk with a registry is worth: a line of the log. */
function sentence(event: RegistryEvent): string {
  switch (event.kind) {
    case 'retry': {
      const wait = formatDuration(event.wait)
      return `${event.host}: ${event.reason}; trying again in ${wait} (${event.method} ${event.url})`
    }
    case 'warning':
      return `${event.host} says: ${event.text}`
    case 'wrong-digest-header':
      return `${event.host} sends a digest header that does not fit its bytes; the bytes count (${event.url})`
  }
}
