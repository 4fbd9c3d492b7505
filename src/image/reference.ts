import { type Digest, parseDigest } from './digest.ts'
import { FormatError } from './format-error.ts'

/** A place in a registry. `registry` is the domain as users write it: docker.io, ghcr.io, 127.0.0.1:5000. */
export type Repository = Readonly<{ registry: string; path: string }>

/** A name that can be moved to another image. */
export type TagRef = Repository & Readonly<{ tag: string }>

/** A name that cannot. */
export type DigestRef = Repository & Readonly<{ digest: Digest }>

/** All that a reference can say; a tag beside a digest only informs. */
export type Reference = Repository & Readonly<{ tag?: string; digest?: Digest }>

// The grammar of distribution/reference, regexp.go.
const ALNUM = '[a-z0-9]+'
const COMPONENT = `${ALNUM}(?:(?:[._]|__|-+)${ALNUM})*`
const HOST_LABEL = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])'
const HOST = `(?:${HOST_LABEL}(?:\\.${HOST_LABEL})*|\\[[a-fA-F0-9:]+\\])`
const TAG = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}'
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}'
const DOMAIN = new RegExp(`^${HOST}(?::[0-9]+)?$`)
const REMAINDER = new RegExp(`^(${COMPONENT}(?:/${COMPONENT})*)(?::(${TAG}))?(?:@(${DIGEST}))?$`)

const EXPECTED = 'registry/name:tag, like ghcr.io/octo/app:1.2.3'
const LONGEST_PATH = 255

/** Reads a reference as Docker does (distribution/reference, `ParseNormalizedNamed`), keeping tag and digest. */
export function parseReference(text: string): Reference {
  if (/^[a-f0-9]{64}$/.test(text))
    throw new FormatError('reference', text, 'a name; 64 hexadecimal digits alone are an image id')
  if (text.includes('://')) throw new FormatError('reference', text, `${EXPECTED}; without a scheme`)
  const { registry, rest } = splitDomain(text)
  refuseUpperCase(text, rest)
  refuseWrongTag(text, rest)
  const match = DOMAIN.test(registry) ? REMAINDER.exec(rest) : null
  if (match === null) throw new FormatError('reference', text, EXPECTED)
  const [, path = '', tag, digest] = match
  if (path.length > LONGEST_PATH) {
    throw new FormatError('reference', text, `a repository name of at most ${LONGEST_PATH} characters`)
  }
  return {
    registry,
    path,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest: parseDigest(digest) }),
  }
}

/** Reads the name of a tag to publish; without a tag it is `latest`, as everywhere in Docker. A digest is refused. */
export function parseTagRef(text: string): TagRef {
  const { registry, path, tag = 'latest', digest } = parseReference(text)
  if (digest !== undefined)
    throw new FormatError('tag', text, `${EXPECTED}; a digest names bytes and cannot be moved`)
  return { registry, path, tag }
}

/** Reads the name of an image that exists: by its digest where there is one, else by its tag, which is `latest` if unsaid. */
export function parseImageRef(text: string): TagRef | DigestRef {
  const { registry, path, tag = 'latest', digest } = parseReference(text)
  return digest === undefined ? { registry, path, tag } : { registry, path, digest }
}

/** Reads a registry as references name it; throws FormatError. */
export function parseRegistry(text: string): string {
  if (DOMAIN.test(text)) return text
  throw new FormatError('registry', text, 'a host without a scheme, like registry.internal:5000')
}

/** Where a name lives, without what it names there. */
export function repositoryOf({ registry, path }: Repository): Repository {
  return { registry, path }
}

/** `docker.io/library/busybox` — always whole. */
export function formatRepository({ registry, path }: Repository): string {
  return `${registry}/${path}`
}

/** `ghcr.io/octo/app:1.2.3` or `ghcr.io/octo/app@sha256:…` */
export function formatReference(reference: TagRef | DigestRef): string {
  const name = formatRepository(reference)
  return 'digest' in reference ? `${name}@${reference.digest}` : `${name}:${reference.tag}`
}

export function sameRepository(one: Repository, other: Repository): boolean {
  return formatRepository(one) === formatRepository(other)
}

function splitDomain(text: string): { registry: string; rest: string } {
  const slash = text.indexOf('/')
  const first = text.slice(0, slash)
  const isDomain = slash > 0 && (first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase())
  const registry = isDomain ? first.replace(/^index\.docker\.io$/, 'docker.io') : 'docker.io'
  const rest = isDomain ? text.slice(slash + 1) : text
  const name = rest.replace(/[:@].*$/, '')
  const official = registry === 'docker.io' && !name.includes('/') && name !== ''
  return { registry, rest: official ? `library/${rest}` : rest }
}

/** What an expression has put behind the colon: nothing, or the name of a branch. */
function refuseWrongTag(text: string, rest: string): void {
  const [, tag] = /^[a-z0-9._/-]+:(?!\/\/)([^@]*)$/.exec(rest) ?? []
  if (tag === undefined || new RegExp(`^${TAG}$`).test(tag)) return
  const expected =
    tag === ''
      ? 'a tag behind the colon; is the expression that should give it empty?'
      : 'a tag of at most 128 letters, digits, _, . and -, like feature-x for a branch feature/x'
  throw new FormatError('reference', text, expected)
}

/** The commonest mistake of all: `github.repository` keeps the capitals of its owner. */
function refuseUpperCase(text: string, rest: string): void {
  const name = rest.replace(/[:@].*$/, '')
  if (name === name.toLowerCase()) return
  const repaired = text.replace(name.replace(/^library\//, ''), (part) => part.toLowerCase())
  throw new FormatError('reference', text, `a repository name in lower case, like ${repaired}`)
}
