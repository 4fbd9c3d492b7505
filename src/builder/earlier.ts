import { join } from 'node:path'
import { digestOf } from '../image/digest.ts'
import type { Files } from '../system/files.ts'
import type { BuilderPlan, MadeBuilder } from './builder.ts'

/*
 * The steps of a job share a builder, as they do where docker/setup-buildx-action has made it: the next image finds it up,
 * with all that it has cached. Which builder is just so says an empty file beside it, called by what it is. Post of the
 * step that has made it is the last to run, and takes both away.
 */

/** Where a step keeps the files of its builder, within its own folder. */
export const BUILDX_FOLDER = 'buildx'

/**
 * The name of the file that stands for a builder like this; undefined where nobody shares it. Only those of the engine are
 * known by what is said of them here: which cluster it is, an environment says.
 */
export async function markOf(
  plan: BuilderPlan,
  configFile: string | undefined,
  files: Pick<Files, 'read'>,
): Promise<string | undefined> {
  const { name: _, folder: __, buildx: ___, job, certificates, ...like } = plan
  if (job === undefined || !like.cleanup || like.driver !== 'docker-container') return undefined
  const settings = configFile && (await files.read(configFile))
  const said = JSON.stringify({ ...like, settings, certificates: [...certificates] })
  return `like-${digestOf(Buffer.from(said)).slice('sha256:'.length)}`
}

/** The builder that an earlier step of this job has made, and that is one like this; undefined where there is none. */
export async function earlierBuilder(
  mark: string,
  { job = '' }: Pick<BuilderPlan, 'job'>,
  files: Pick<Files, 'exists' | 'list'>,
): Promise<MadeBuilder | undefined> {
  const names = await files.list(job)
  const found = await Promise.all(
    names.map(async (name) => {
      const place = join(job, name, BUILDX_FOLDER)
      const signs = [join(place, mark), join(place, 'instances', name)]
      return (await Promise.all(signs.map((sign) => files.exists(sign)))).every(Boolean)
    }),
  )
  const name = names.find((_, place) => found[place])
  return name === undefined
    ? undefined
    : { kind: 'builder', name, env: { BUILDX_CONFIG: join(job, name, BUILDX_FOLDER) } }
}
