/**
 * The smallest program there is for an architecture: it exits with 0. An emulator that runs it works, and one that does
 * not is broken, whatever the Dockerfile. Undefined where we know no such program.
 */
export function probeFor(architecture: string): Uint8Array | undefined {
  const machine = Object.hasOwn(MACHINES, architecture) ? MACHINES[architecture] : undefined
  return machine === undefined ? undefined : elf(machine)
}

type Machine = Readonly<{
  /** e_machine (System V gABI, "ELF header") */
  id: number
  /** e_flags, where a loader looks at them */
  flags?: number
  bits: 32 | 64
  bigEndian?: boolean
  /** exit(0) in machine code: what is loaded into registers, and the system call */
  code: readonly number[] | Bytes
}>

/** Where an architecture's instructions are no 32-bit words. */
type Bytes = Readonly<{ bytes: readonly number[] }>

const MACHINES: Readonly<Record<string, Machine>> = {
  amd64: { id: 62, bits: 64, code: { bytes: [0xb8, 60, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05] } }, // mov eax,60; xor edi,edi; syscall
  '386': { id: 3, bits: 32, code: { bytes: [0xb8, 1, 0, 0, 0, 0x31, 0xdb, 0xcd, 0x80] } }, // mov eax,1; xor ebx,ebx; int 0x80
  arm: { id: 40, flags: 0x05000000, bits: 32, code: [0xe3a07001, 0xe3a00000, 0xef000000] }, // mov r7,#1; mov r0,#0; svc 0
  arm64: { id: 183, bits: 64, code: [0xd2800ba8, 0xd2800000, 0xd4000001] }, // mov x8,#93; mov x0,#0; svc 0
  loong64: { id: 258, flags: 0x43, bits: 64, code: [0x0381740b, 0x03800004, 0x002b0000] }, // li a7,93; li a0,0; syscall
  mips64: { id: 8, flags: 0x80000000, bits: 64, bigEndian: true, code: [0x240213c2, 0x24040000, 0x0000000c] }, // li v0,5058; li a0,0; syscall
  mips64le: { id: 8, flags: 0x80000000, bits: 64, code: [0x240213c2, 0x24040000, 0x0000000c] },
  ppc64le: { id: 21, flags: 2, bits: 64, code: [0x38000001, 0x38600000, 0x44000002] }, // li r0,1; li r3,0; sc
  riscv64: { id: 243, bits: 64, code: [0x05d00893, 0x00000513, 0x00000073] }, // li a7,93; li a0,0; ecall
  s390x: { id: 22, bits: 64, bigEndian: true, code: { bytes: [0xa7, 0x29, 0, 0, 0x0a, 1] } }, // lghi r2,0; svc 1
}

/** Any page size's multiple; every architecture lets a program lie there. */
const ADDRESS = 0x400000
const PAGE = 0x10000

/** One header, one segment that holds the whole file, and the code (System V gABI, "Object files"). */
function elf({ id, flags = 0, bits, bigEndian = false, code }: Machine): Uint8Array {
  const wide = bits === 64
  const headers = wide ? 64 + 56 : 52 + 32
  const length = headers + ('bytes' in code ? code.bytes.length : code.length * 4)
  const file = new DataView(new ArrayBuffer(length))
  let at = 0
  const put = (size: 1 | 2 | 4 | 8, value: number) => {
    if (size === 1) file.setUint8(at, value)
    else if (size === 2) file.setUint16(at, value, !bigEndian)
    else if (size === 4) file.setUint32(at, value, !bigEndian)
    else file.setBigUint64(at, BigInt(value), !bigEndian)
    at += size
  }
  const word = wide ? 8 : 4
  const ident = [0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, bigEndian ? 2 : 1, 1]
  for (const byte of [...ident, ...Array<number>(16 - ident.length).fill(0)]) put(1, byte)
  put(2, 2) // e_type: executable
  put(2, id)
  put(4, 1) // e_version
  put(word, ADDRESS + headers) // e_entry
  put(word, wide ? 64 : 52) // e_phoff
  put(word, 0) // e_shoff: no sections
  put(4, flags)
  for (const size of [wide ? 64 : 52, wide ? 56 : 32, 1, 0, 0, 0]) put(2, size) // sizes and counts of headers
  put(4, 1) // p_type: load
  if (wide) put(4, 5) // p_flags: read, execute
  put(word, 0) // p_offset
  put(word, ADDRESS) // p_vaddr
  put(word, ADDRESS) // p_paddr
  put(word, length) // p_filesz
  put(word, length) // p_memsz
  if (!wide) put(4, 5)
  put(word, PAGE) // p_align
  if ('bytes' in code) for (const byte of code.bytes) put(1, byte)
  else for (const instruction of code) put(4, instruction)
  return new Uint8Array(file.buffer)
}
