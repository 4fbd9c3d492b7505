/** The rows of the fault grid: everything that can happen to a request, and how it may end. */
import type { RegistryErrorKind } from '../../src/registry/registry-error.ts'
import { START } from './client.ts'
import type { Mishap } from './faults.ts'
import { fresh, image, type KindName, names } from './registry-kinds.ts'

/** How a cell may end. `no`: a mount that is declined, a HEAD that finds nothing, a delete of what is not there. */
export type End = 'well' | 'no' | RegistryErrorKind

/** What happens, how it ends, and the kinds that it ends otherwise for. */
export type Row = Readonly<{
  fault: (Mishap & Readonly<{ times?: number }>) | 'expired'
  ends: End
  but?: Readonly<Partial<Record<KindName, End>>>
  clock?: 'quick' | 'dripping'
}>

const EVER = 99
const challenge = (error: string) => ({
  'www-authenticate': `Bearer realm="/token",service="fake-registry",scope="repository:octo/app:pull,push",error="${error}"`,
})
const code = (code: string) => ({ errors: [{ code, message: 'no' }] })
const each = (kinds: readonly KindName[], end: End) => Object.fromEntries(kinds.map((kind) => [kind, end]))

const AT_STORE = ['redirected config', 'redirected stream'] as const
/** Those whose answer's body matters. */
const LISTS = ['list tags', 'list referrers'] as const
const READS = ['token', 'get by tag', 'get by digest', ...LISTS, ...AT_STORE] as const
const OTHERS = names.filter((name) => !READS.some((read) => read === name))
/** An answer that is lost, broken or huge is looked for, not believed. */
const UPLOADS = each(['upload in one', 'upload a chunk', 'end the chunks'], 'well')
/** Who does not want to mount gets the bytes, and who does not say how far an upload is gets all of it anew. */
const DECLINED = { mount: 'no', 'ask how far an upload is': 'well' } as const
/** No answer at all is none to go by. */
const CUT_OFF = { mount: 'no' } as const
const BY_GET = { head: 'well' } as const

export const ROWS: Readonly<Record<string, Row>> = {
  nothing: { fault: { withHeaders: {} }, ends: 'well' },
  'an expired token': { fault: 'expired', ends: 'well' },
  '401 once': {
    fault: { status: 401, headers: challenge('invalid_token') },
    ends: 'well',
    // The endpoint's no is a no, and another place is not told who we are.
    but: each(['token', ...AT_STORE], 'unauthorized'),
  },
  '401 for ever': {
    fault: { status: 401, headers: challenge('invalid_token'), times: EVER },
    ends: 'unauthorized',
    but: DECLINED,
  },
  'a token for too little': {
    fault: { status: 401, headers: challenge('insufficient_scope'), times: EVER },
    ends: 'unauthorized',
    but: DECLINED,
  },
  '403': {
    fault: { status: 403, body: code('DENIED'), times: EVER },
    ends: 'denied',
    but: { ...DECLINED, ...BY_GET },
  },
  // A PUT waits for what its index lists, and a delete is done where there is nothing.
  '404, then there': {
    fault: { status: 404, body: code('MANIFEST_UNKNOWN') },
    ends: 'unknown',
    but: {
      ...each(['head', 'look for a blob', ...LISTS, 'mount', 'delete'], 'no'),
      ...each(['put the first tag', 'put the third tag', 'upload in one'], 'well'),
      'ask how far an upload is': 'well',
    },
  },
  '408': { fault: { status: 408 }, ends: 'well' },
  '429': { fault: { status: 429 }, ends: 'well' },
  '429 with seconds': { fault: { status: 429, headers: { 'retry-after': '7' } }, ends: 'well' },
  '429 with a date': {
    fault: { status: 429, headers: { 'retry-after': new Date(START + 9000).toUTCString() } },
    ends: 'well',
  },
  '429 for ever': { fault: { status: 429, times: EVER }, ends: 'limited', but: DECLINED },
  '429 with hours': {
    fault: { status: 429, headers: { 'retry-after': '9999' }, times: EVER },
    ends: 'limited',
    but: DECLINED,
  },
  '500': { fault: { status: 500 }, ends: 'well', but: { 'look for a blob': 'no' } },
  '502': { fault: { status: 502, body: '<html>' }, ends: 'well' },
  '503 with seconds': { fault: { status: 503, headers: { 'retry-after': '3' } }, ends: 'well' },
  '504': { fault: { status: 504 }, ends: 'well' },
  '500 for ever': {
    fault: { status: 500, times: EVER },
    ends: 'unavailable',
    but: { ...DECLINED, ...BY_GET, 'look for a blob': 'no' },
  },
  '502 for ever': { fault: { status: 502, body: '<html>', times: EVER }, ends: 'unavailable', but: DECLINED },
  '503 for ever': { fault: { status: 503, times: EVER }, ends: 'unavailable', but: DECLINED },
  '504 for ever': { fault: { status: 504, times: EVER }, ends: 'unavailable', but: DECLINED },
  'a reset before a word': { fault: { reset: 'before' }, ends: 'well' },
  'a reset in the answer': { fault: { reset: 'middle' }, ends: 'well' },
  'a reset after the deed': { fault: { reset: 'after' }, ends: 'well' },
  'a 504 after the deed': { fault: { afterDeed: 504 }, ends: 'well' },
  'a reset in the request': { fault: { hangUpAfter: 100 }, ends: 'well' },
  'a reset for ever': { fault: { reset: 'before', times: EVER }, ends: 'unreachable', but: CUT_OFF },
  'a body cut short': { fault: { truncate: 3 }, ends: 'well' },
  'a body cut short for ever': {
    fault: { truncate: 3, times: EVER },
    ends: 'unreachable',
    but: {
      ...each(OTHERS, 'well'),
      ...each(['head', 'look for a blob', 'ask how far an upload is'], 'unreachable'),
    },
  },
  'too short a length': {
    fault: { withHeaders: { 'content-length': '1' }, times: EVER },
    ends: 'unreachable',
    but: {
      ...each(['token', 'get by tag', ...LISTS], 'unusable'),
      ...each(['get by digest', ...AT_STORE], 'digest'),
      // The second DELETE finds nothing any more.
      ...{ ...UPLOADS, ...DECLINED, ...BY_GET, delete: 'well', 'look for a blob': 'no' },
    },
    clock: 'quick',
  },
  'too long a length': {
    fault: { withHeaders: { 'content-length': '99999' }, times: EVER },
    ends: 'unreachable',
    // No body comes after a HEAD, so it waits for none; the length of a blob is all that it is asked for.
    but: { ...DECLINED, ...UPLOADS, head: 'well', 'look for a blob': 'no' },
    clock: 'quick',
  },
  'other bytes': {
    fault: { withBody: Buffer.concat([image.bytes, Buffer.from(' ')]), times: EVER },
    ends: 'well',
    but: {
      ...each(['token', 'list referrers'], 'unusable'),
      ...each(['list tags', 'look for a blob'], 'no'), // It has no tags, and another length.
      ...each(['get by digest', ...AT_STORE], 'digest'), // A tag may point anywhere: the bytes are what it points to now.
      'get by tag': 'no',
    },
  },
  'another type': {
    fault: { withHeaders: { 'content-type': 'text/html' }, times: EVER },
    ends: 'well',
    // That is no list of referrers, so there is no API.
    but: { ...each(['get by tag', 'get by digest'], 'unusable'), 'list referrers': 'no' },
  },
  'a drip': {
    fault: { drip: 1, times: EVER },
    ends: 'unreachable',
    // A stream comes in bits, but it comes; a token is short.
    but: { ...each(OTHERS, 'well'), ...each(['redirected stream', 'token', 'list tags'], 'well') },
    clock: 'dripping',
  },
  'a hang': { fault: { delay: 60_000 }, ends: 'well', clock: 'quick' },
  'a hang for ever': {
    fault: { delay: 60_000, times: EVER },
    ends: 'unreachable',
    but: { ...CUT_OFF, ...UPLOADS },
    clock: 'quick',
  },
  'a redirect elsewhere': {
    fault: { redirect: 'elsewhere', times: EVER },
    ends: 'unusable',
    but: {
      ...each(['get by tag', 'get by digest', 'list tags', 'redirect to a config', ...AT_STORE], 'unknown'),
      ...each(['head', 'look for a blob', 'list referrers', 'mount'], 'no'),
      'ask how far an upload is': 'well',
    },
  },
  'a redirect in a circle': { fault: { redirect: '', times: EVER }, ends: 'unusable', but: CUT_OFF },
  'a huge body': {
    fault: { withBody: Buffer.alloc(9_000_000, 32), times: EVER },
    ends: 'unusable',
    but: {
      ...DECLINED,
      ...BY_GET,
      ...UPLOADS,
      'redirect to a config': 'well',
      'redirected stream': 'digest',
      'look for a blob': 'no',
    },
  },
  'broken JSON': {
    fault: { withBody: Buffer.from('{"schemaVersion":'), times: EVER },
    ends: 'well',
    but: {
      ...each(['token', 'get by tag', ...LISTS], 'unusable'),
      ...each(['get by digest', ...AT_STORE], 'digest'),
      'look for a blob': 'no',
    },
  },
  'headers that lie': {
    fault: {
      withHeaders: { 'docker-content-digest': fresh.digest, 'content-type': 'application/json' },
      times: EVER,
    },
    ends: 'well',
    but: { 'list referrers': 'no' },
  },
}
