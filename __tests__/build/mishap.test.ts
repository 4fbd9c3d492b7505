import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Mishap, mishapIn } from '../../src/build/mishap.ts'

type Case = readonly [mishap: Mishap | undefined, said: string, emulated?: boolean]

const HUB = 'https://registry-1.docker.io/v2'
const PROGRAM =
  'ERROR: failed to build: failed to solve: process "/bin/sh -c npm ci" did not complete successfully'

/** As people have reported it; the links are where. */
const reported: Readonly<Record<string, Case>> = {
  'moby/buildkit#2713': [
    'the network failed',
    'error: failed to solve: failed to copy: failed to do request: Put "https://cr.brightbox.com/v2/blobhere": write tcp 172.17.0.2:48736->109.107.38.167:443: write: connection reset by peer',
  ],
  'docker/buildx#298': [
    'the network failed',
    'ERROR: failed to solve: rpc error: code = Unknown desc = failed to copy: read tcp 172.17.0.2:47038->173.194.214.128:443: read: connection reset by peer',
  ],
  'mozilla/addons#14827': [
    'the network failed',
    `#3 ERROR: failed to do request: Head "${HUB}/library/python/manifests/3.11-slim-bookworm": net/http: TLS handshake timeout\n------\n > [internal] load metadata for docker.io/library/python:3.11-slim-bookworm:\n------`,
  ],
  'docker/build-push-action#239': [
    'the network failed',
    'ERROR: failed to solve: rpc error: code = Unknown desc = unexpected status: 502 Bad Gateway',
  ],
  'docker/build-push-action#334': [
    'the network failed',
    'ERROR: failed to solve: rpc error: code = Unknown desc = failed to fetch oauth token: Get "https://auth.docker.io/token?scope=repository%3Ao%2Fa%3Apull%2Cpush&service=registry.docker.io": EOF',
  ],
  'docker/buildx#1653': [
    'the network failed',
    'ERROR: failed to solve: failed to push REDACTED/python-docker:1.0.0: failed commit on ref "index-sha256:3be2": unexpected status: 500 Server Error',
  ],
  'docker/buildx#2139': [
    'the network failed',
    'ERROR: failed to solve: failed to do request: Post "https://x.dkr.ecr.cn-north-1.amazonaws.com.cn/v2/ai-lab-cn/x/blobs/uploads/": EOF',
  ],
  'electerm/electerm-web-docker#17': [
    'the network failed',
    `ERROR: failed to solve: failed to copy: failed to do request: Put "${HUB}/zxdong262/electerm-web/blobs/uploads/8e627a7c?digest=sha256%3A0f0a": write tcp 172.17.0.2:59112->98.85.153.80:443: write: broken pipe`,
  ],
  'a name server that does not answer': [
    'the network failed',
    `#2 ERROR: failed to do request: Head "${HUB}/library/alpine/manifests/3": dial tcp: lookup registry-1.docker.io on 127.0.0.53:53: read udp 127.0.0.1:5000->127.0.0.53:53: i/o timeout`,
  ],
  'GitHub’s registry in a hurry': [
    'the network failed',
    'ERROR: failed to build: failed to solve: failed to push ghcr.io/o/a: unexpected status from POST request to https://ghcr.io/v2/o/a/blobs/uploads/: 429 Too Many Requests\ntoomanyrequests: retry-after: 1.1s, allowed: 44000/minute',
  ],
  'a layer that ends too early': [
    'the network failed',
    '#5 ERROR: failed to extract layer sha256:1234: unexpected EOF',
  ],
  'Git without its host': [
    'the network failed',
    "#1 ERROR: failed to fetch remote https://github.com/o/a.git: git stderr:\n#1 fatal: unable to access 'https://github.com/o/a.git/': Could not resolve host: github.com\n#1 : exit status 128",
  ],
  'Git and a tired host': [
    'the network failed',
    "#1 ERROR: failed to fetch remote https://git.lan/o/a.git: git stderr:\n#1 fatal: unable to access 'https://git.lan/o/a.git/': The requested URL returned error: 503\n#1 : exit status 128",
  ],
  'docker/buildx#1170': [
    'the emulator crashed',
    '#7 99.79 qemu: uncaught target signal 11 (Segmentation fault) - core dumped\n#7 99.97 dpkg: error processing package libc-bin (--configure):\n#7 100.1 E: Sub-process /usr/bin/dpkg returned an error code (1)\n#7 ERROR: process "/bin/sh -c apt-get install -y x" did not complete successfully: exit code: 100',
    true,
  ],
  'a program that its emulator has lost': ['the emulator crashed', `${PROGRAM}: exit code: 139`, true],

  'a program that crashes by itself': [undefined, `${PROGRAM}: exit code: 139`],
  'QEMU in the log of a native build': [
    undefined,
    `#7 1.0 qemu: uncaught target signal 6 (Aborted) - core dumped\n${PROGRAM}: exit code: 1`,
  ],
  'a program that fails under an emulator': [undefined, `${PROGRAM}: exit code: 1`, true],
  'a program whose own network fails': [
    undefined,
    `#9 3.1 npm ERR! network read ECONNRESET: connection reset by peer\n#9 ${PROGRAM}: exit code: 1\n------\n > [2/3] RUN npm ci:\n3.1 npm ERR! connection reset by peer\n------\n${PROGRAM}: exit code: 1`,
  ],
  'rust-lang/rust#133912, a quota for hours': [
    undefined,
    `#2 ERROR: failed to copy: httpReadSeeker: failed open: unexpected status code ${HUB}/library/ubuntu/manifests/sha256:3d15: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit`,
  ],
  'docker/build-push-action#1539, the same over two lines': [
    undefined,
    `ERROR: failed to build: failed to solve: failed to copy: httpReadSeeker: failed open: unexpected status from GET request to ${HUB}/library/alpine/manifests/sha256:5b10: 429 Too Many Requests\ntoomanyrequests: You have reached your pull rate limit as '***': dckr_jti_x.`,
  ],
  'fabric8io/docker-maven-plugin#1682': [
    undefined,
    'ERROR: failed to solve: failed to push o/a: failed commit on ref "index-sha256:5092": unexpected status: 400 Bad Request',
  ],
  'docker/buildx#196': [
    undefined,
    '#6 ERROR: failed commit on ref "config-sha256:bed2": unexpected status: 404 Not Found',
  ],
  'a login that is missing': [
    undefined,
    'ERROR: failed to solve: failed to push ghcr.io/o/a: failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://ghcr.io/token: 403 Forbidden',
  ],
  'an image that is not there': [
    undefined,
    'ERROR: failed to build: failed to solve: alpine:none: failed to resolve source metadata for docker.io/library/alpine:none: docker.io/library/alpine:none: not found',
  ],
  'a misspelt instruction': [
    undefined,
    'ERROR: failed to build: failed to solve: dockerfile parse error on line 3: unknown instruction: RNU (did you mean RUN?)',
  ],
  'a full disk': [
    undefined,
    '#8 ERROR: failed to copy files: copy file range failed: no space left on device',
  ],
  'a cache that was out of reach, and then a mistake': [
    undefined,
    '#4 importing cache manifest from ghcr.io/o/c:x\n#4 ERROR: failed to configure registry cache importer: dial tcp 10.0.0.1:443: i/o timeout\n#9 [2/2] COPY nope /\n#9 ERROR: failed to calculate checksum of ref x::y: "/nope": not found',
  ],
  'a cache of GitHub that was out of reach, and then a mistake': [
    undefined,
    '#9 exporting to GitHub Actions Cache\n#9 ERROR: dial tcp 10.0.0.1:443: i/o timeout\n#10 ERROR: not found',
  ],
  'a cache whose store did not open': [
    'a store of caches did not open',
    'ERROR: failed to build: failed to receive status: rpc error: code = NotFound desc = no such job 9bskeu38',
  ],
  'a cache whose store refused': [
    'a store of caches did not open',
    'ERROR: failed to build: failed to solve: failed to configure azblob cache exporter: failed to get properties: 403 Forbidden',
  ],
  'nothing at all': [undefined, ''],
}

describe('a failed build is a mishap only if its log says so', () => {
  for (const [name, [mishap, said, emulated = false]] of Object.entries(reported))
    test(`${name}: ${mishap ?? 'none'}`, () => assert.equal(mishapIn(said.split('\n'), { emulated }), mishap))
})
