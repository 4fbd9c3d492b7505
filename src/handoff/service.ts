import { join } from 'node:path'
import { ArtifactNotFoundError, DefaultArtifactClient, GHESNotSupportedError } from '@actions/artifact'
import { openGate } from '../system/abreast.ts'
import type { Files } from '../system/files.ts'
import { type Artifacts, ArtifactsError } from './artifacts.ts'

const FILE = 'record.json'

/** As actions/download-artifact has it: each is three requests, and GitHub counts them. */
const READS_AT_ONCE = 5

const NOT_GITHUB =
  'this runner has no artifact service: the client for it knows the servers of github.com and ghe.com only'

type Options = Readonly<{
  /** where texts are on their way from and to the service, as files: its client knows nothing else */
  folder: string
  files: Pick<Files, 'makeFolder' | 'read' | 'write'>
}>

/**
 * The artifact service of a workflow run, by GitHub's own client: it finds the service in the environment, tries five times
 * (for half a minute in all), and goes through the job's proxy.
 */
export function openService({ folder, files }: Options): Artifacts {
  const client = new DefaultArtifactClient()
  const gate = openGate(READS_AT_ONCE)

  async function find(prefix: string) {
    const { artifacts } = await client.listArtifacts({ latest: true })
    return artifacts.filter(({ name }) => name.startsWith(prefix)).map(({ name, id }) => ({ name, id }))
  }

  /** What the client says of a failure is for people. A name is taken where it can be found. */
  async function isTaken(name: string): Promise<boolean> {
    return (await find(name)).some((artifact) => artifact.name === name)
  }

  return {
    create: async (name, text) => {
      const place = join(folder, 'to', name)
      await files.makeFolder(place)
      await files.write(join(place, FILE), text)
      try {
        await client.uploadArtifact(name, [join(place, FILE)], place)
        return true
      } catch (error: unknown) {
        if (await isTaken(name).catch(() => false)) return false
        throw failure(error)
      }
    },
    list: (prefix) => find(prefix).catch(refuse),
    read: async ({ name, id }) => {
      const place = join(folder, 'from', `${id}-${name}`)
      const found = await gate(() => unlessGone(client.downloadArtifact(id, { path: place })))
      return found && ((await files.read(join(place, FILE))) ?? '')
    },
    remove: async (name) => {
      await unlessGone(client.deleteArtifact(name))
    },
  }
}

async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  return await answer.catch((error: unknown) =>
    error instanceof ArtifactNotFoundError ? undefined : refuse(error),
  )
}

function refuse(error: unknown): never {
  throw failure(error)
}

function failure(cause: unknown): ArtifactsError {
  const absent = cause instanceof GHESNotSupportedError
  const said = cause instanceof Error ? cause.message : String(cause)
  return new ArtifactsError(absent ? NOT_GITHUB : said, { absent, cause })
}
