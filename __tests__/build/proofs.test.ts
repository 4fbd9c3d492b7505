import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isProof, proofsAsked } from '../../src/build/proofs.ts'

test('an attestation is asked for, unless a field of its own switches it off', () => {
  for (const attributes of ['type=provenance,mode=max', 'type=sbom,generator=octo/scan?disabled=true'])
    assert.equal(isProof(attributes), true, attributes)
  for (const attributes of ['type=provenance,disabled=true', 'disabled=true, type=sbom'])
    assert.equal(isProof(attributes), false, attributes)
})

test('what is attested has its name; nobody’s wish is the provenance that buildx makes by itself', () => {
  assert.deepEqual(proofsAsked(['type=provenance,mode=max', 'type=sbom']), ['provenance', 'SBOM'])
  assert.deepEqual(proofsAsked(['type=provenance,disabled=true', 'type=sbom']), ['SBOM'])
  assert.deepEqual(proofsAsked([]), ['provenance'])
})
