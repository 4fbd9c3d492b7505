import { isAbsolute, posix, resolve } from 'node:path'
import { platformSlug } from '../image/platform.ts'
import { buildArguments } from './arguments.ts'
import { formatAttributes, parseAttributes } from './attributes.ts'
import { isRemote } from './context.ts'
import type { BuildPlan } from './plan.ts'

/** A build as `docker buildx bake` has it, by the names that bake has for its options. */
export type Target = Readonly<Record<string, unknown>> &
  Readonly<{ entitlements?: readonly string[]; network?: string }>

/** Where the command line that becomes a target would stand. */
type Place = Readonly<{ name: string; inline: string | undefined; context: string; workspace: string }>

/** The values of an option, in a target. Undefined where they have no place in one, or would mean something else there. */
type Write = (values: readonly string[], place: Place) => Target | undefined

/** What bake can say of a build, option by option. What is not here, it cannot say. */
const WRITTEN: Readonly<Record<string, Write>> = {
  '--add-host': (values) => hosts(values),
  '--allow': (values) => (values.every(isGrant) ? { entitlements: values } : undefined),
  '--annotation': list('annotations'),
  // Of several of one type the first counts here, and the last there.
  '--attest': list('attest', (value) => parseAttributes(value, 'attestation').get('type')),
  '--build-arg': table('args'),
  '--build-context': contexts,
  '--builder': () => ({}),
  '--cache-from': list('cache-from'),
  '--cache-to': list('cache-to'),
  '--file': ([file = ''], place) => dockerfile(file, place),
  '--label': table('labels'),
  '--metadata-file': () => ({}),
  '--network': only('network'),
  '--no-cache': () => ({ 'no-cache': true }),
  '--no-cache-filter': list('no-cache-filter'),
  '--output': list('output'),
  '--platform': list('platforms'),
  '--progress': ([style]) => (style === 'rawjson' ? {} : undefined),
  '--pull': () => ({ pull: true }),
  '--secret': (values, { name }) => ({ secret: values.map((value) => ownSecret(value, name)) }),
  '--shm-size': only('shm-size'),
  '--ssh': list('ssh'),
  '--target': only('target'),
  '--ulimit': list('ulimits'),
}

/** Options that stand alone. */
const FLAGS = ['--no-cache', '--pull']

/** Entitlements that bake grants as well. */
function isGrant(value: string): boolean {
  return /^(network\.host|security\.insecure|device(=.*)?)$/.test(value)
}

/** The name of a platform's target: bake takes no dots. */
export function targetName({ platform }: Pick<BuildPlan, 'platform'>): string {
  return platformSlug(platform).replaceAll('.', '_')
}

/** The same build as a target of bake; undefined where bake has no words for it, or other ones. */
export function bakeTarget(plan: BuildPlan, workspace: string): Target | undefined {
  const { inline, context } = plan.recipe
  const place = { name: targetName(plan), inline, context, workspace }
  // Whoever wants no cache at all and some stages without one is told so by `build`, and not by bake.
  if (
    context === '-' ||
    isRoundabout(context) ||
    (plan.recipe.noCache && plan.recipe.passed['no-cache-filters'])
  )
    return undefined
  const target: Record<string, unknown> = { context }
  for (const [option, values] of optionsOf(buildArguments(plan).slice(2, -1))) {
    const written = WRITTEN[option]?.(values, place)
    if (written === undefined) return undefined
    Object.assign(target, written)
  }
  // Bake has its texts composed, as Unicode calls that, and they would not be the same.
  const text = JSON.stringify(target)
  return text === text.normalize('NFC') ? target : undefined
}

/** The file that bake reads. It takes texts for templates, in which two signs begin something. */
export function bakeDefinition(targets: ReadonlyMap<string, Target>): string {
  return JSON.stringify({ target: Object.fromEntries(targets) }).replaceAll(/[$%](?=\{)/g, '$&$&')
}

/** The command line for targets, for `docker`. */
export function bakeArguments(
  targets: ReadonlyMap<string, Target>,
  { builder, file, metadataFile }: Readonly<{ builder: string; file: string; metadataFile: string }>,
): readonly string[] {
  const grants = [...targets.values()].flatMap(({ entitlements = [], network }) => [
    ...entitlements,
    ...(network === 'host' ? ['network.host'] : []),
  ])
  return [
    ...['buildx', 'bake', '--builder', builder, '--file', file, '--progress', 'rawjson'],
    ...['--metadata-file', metadataFile],
    ...[...new Set(grants)].flatMap((grant) => ['--allow', grant]),
    ...targets.keys(),
  ]
}

/** The name under which a target finds a secret in the environment that all of them share. */
export function ownVariable(variable: string, target: string): string {
  return `${variable}_${target.replaceAll('-', '_')}`
}

/** Each option with its values, in their order. */
function optionsOf(args: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const options = new Map<string, string[]>()
  const rest = args.values()
  for (const option of rest) {
    const values = options.get(option) ?? []
    options.set(option, FLAGS.includes(option) ? values : [...values, rest.next().value ?? ''])
  }
  return options
}

/** Bake drops what is there twice, and puts the last in its place. */
function list(field: string, key: (value: string) => string | undefined = (value) => value): Write {
  return (values) => (new Set(values.map(key)).size === values.length ? { [field]: values } : undefined)
}

function only(field: string): Write {
  return ([value, ...others]) => (others.length === 0 ? { [field]: value } : undefined)
}

/** Of several values of a name the last counts, here and there. */
function table(field: string): Write {
  return (values) => {
    const pairs = values.map((value) => cut(value, '='))
    return pairs.every((pair) => pair !== undefined) ? { [field]: Object.fromEntries(pairs) } : undefined
  }
}

/** As a host has one address there, and all of them are in order. */
function hosts(values: readonly string[]): Target | undefined {
  const pairs = values.map((value) =>
    /[\s",]/.test(value) ? undefined : (cut(value, '=') ?? cut(value, ':')),
  )
  if (!pairs.every((pair) => pair !== undefined)) return undefined
  const inOrder = pairs.every(([host], place) => place === 0 || (pairs[place - 1]?.[0] ?? '') < host)
  return inOrder ? { 'extra-hosts': Object.fromEntries(pairs) } : undefined
}

/** A name that is no whole image name is the same to both; a target is what only bake has. */
const CONTEXT_NAME =
  /^(?!docker\.io\/|index\.docker\.io\/|library\/)[a-z0-9][a-z0-9._/-]*(:(?!latest$)\w[\w.-]*)?$/

function contexts(values: readonly string[], place: Place): Target | undefined {
  const isSame = (value: string) => {
    const [name = '', path = ''] = cut(value, '=') ?? []
    return CONTEXT_NAME.test(name) && path !== '' && !path.startsWith('target:')
  }
  return values.every(isSame) ? table('contexts')(values, place) : undefined
}

/** Bake looks for it in the context, and reads it from nowhere else but this machine. */
function dockerfile(file: string, { inline, context, workspace }: Place): Target | undefined {
  if (inline !== undefined) return { 'dockerfile-inline': inline }
  if (isRemote(file)) return undefined
  if (!isRemote(context)) return { dockerfile: resolve(workspace, file) }
  return isAbsolute(file) || posix.normalize(file) === file ? { dockerfile: file } : undefined
}

/** Bake takes a folder's name and the `..` behind it away, though it may be a link to somewhere else. */
function isRoundabout(context: string): boolean {
  return !isRemote(context) && /[^/.][^/]*\/+\.\.(\/|$)/.test(context)
}

function ownSecret(text: string, target: string): string {
  const attributes = parseAttributes(text, 'secret')
  const variable = attributes.get('env')
  return variable === undefined
    ? text
    : formatAttributes(new Map([...attributes, ['env', ownVariable(variable, target)]]))
}

function cut(text: string, sign: string): readonly [string, string] | undefined {
  const at = text.indexOf(sign)
  return at > 0 ? [text.slice(0, at), text.slice(at + 1)] : undefined
}
