import type { Image } from '../handoff/record.ts'
import { formatReference, repositoryOf, type TagRef } from '../image/reference.ts'
import type { Spec } from '../merge/spec.ts'
import { SpecError } from '../merge/spec-error.ts'
import type { MergeRequest } from './merge.ts'
import type { Listed } from './sources/gather.ts'
import type { World } from './world.ts'

/** A merge of images that files list; they may also say what it shall be called. */
export type ListMergeRequest = Omit<MergeRequest, 'image' | 'from'> &
  Readonly<{ lists: readonly (Listed | ListFile)[] }>

/** A file of the workspace, or several by a pattern. */
export type ListFile = Readonly<{ list: string }>

type ReadList = Readonly<{ file: string; spec: Spec }>

/** Reads the files among the sources. What they say of names counts only where the inputs name nothing. */
export async function readLists({ lists, ...asked }: ListMergeRequest, world: World): Promise<MergeRequest> {
  return await world.stages.run('Lists', async (say) => {
    const read = await Promise.all(lists.map((entry) => ('list' in entry ? readFiles(entry, world) : entry)))
    const specs = read.flatMap((entry) => ('image' in entry ? [] : entry))
    for (const { file, spec } of specs) say(`${file} lists ${counted(spec.sources.length)}`)
    const unused = asked.tags.length > 0 && specs.some(({ spec }) => spec.names.length > 0)
    if (unused) say('the names in it are not used, since the input tags has others')
    const tags = asked.tags.length > 0 ? asked.tags : namesIn(specs)
    const sources = read.flatMap((entry) =>
      'image' in entry ? [entry] : entry.flatMap(({ spec }) => spec.sources),
    )
    return {
      ...{ ...asked, tags, from: { kind: 'sources', sources } },
      image: imageNamed(tags),
      annotations: [...specs.flatMap(({ spec }) => spec.annotations), ...asked.annotations],
    }
  })
}

async function readFiles({ list }: ListFile, { files, places }: World): Promise<readonly ReadList[]> {
  const [{ readSpec }, paths] = await Promise.all([
    import('../merge/spec.ts'),
    files.find(list, places.workspace),
  ])
  if (paths.length === 0) throw new SpecError(list, ['there is no such file'])
  return await Promise.all(
    paths.map(async (path) => {
      const file = paths.length === 1 ? list : path
      return { file, spec: readSpec((await files.read(path)) ?? '', file) }
    }),
  )
}

/** One merge makes one image, so lists of several have to agree on what it is called. */
function namesIn(lists: readonly ReadList[]): readonly TagRef[] {
  const [first, ...others] = lists.filter(({ spec }) => spec.names.length > 0)
  if (first === undefined)
    throw new SpecError(lists.map(({ file }) => file).join(' and '), [
      'no image is named, and the input tags is empty',
    ])
  const other = others.find(({ spec }) => nameOf(spec) !== nameOf(first.spec))
  if (other !== undefined) {
    const fault = `it makes ${nameOf(other.spec)}, but ${first.file} makes ${nameOf(first.spec)}; merge them in two steps`
    throw new SpecError(other.file, [fault])
  }
  const names = lists.flatMap(({ spec }) => spec.names)
  return [...new Map(names.map((name) => [formatReference(name), name])).values()]
}

function nameOf({ names: [first] }: Spec): string {
  return first ? formatReference(first) : ''
}

function imageNamed([first]: readonly TagRef[]): Image {
  if (first === undefined) throw new Error('a merge has names by now')
  return { repository: repositoryOf(first), target: '', variant: '' }
}

function counted(images: number): string {
  return `${images} image${images === 1 ? '' : 's'}`
}
