/** A tar archive of files by their names, in the ustar format. */
export function tarOf(files: Readonly<Record<string, Uint8Array>>): Uint8Array<ArrayBuffer> {
  const blocks = Object.entries(files).flatMap(([name, bytes]) => {
    const padded = new Uint8Array(Math.ceil(bytes.length / 512) * 512)
    padded.set(bytes)
    return [headerOf(name, bytes.length), padded]
  })
  return new Uint8Array(Buffer.concat([...blocks, new Uint8Array(1024)]))
}

function headerOf(path: string, size: number): Uint8Array {
  const header = new Uint8Array(512)
  const put = (text: string, at: number) => header.set(Buffer.from(text), at)
  // A name over 100 bytes is cut at a slash.
  const cut = path.length > 100 ? path.lastIndexOf('/', 155) : -1
  put(path.slice(cut + 1), 0)
  put('0000644\0', 100)
  put(`${size.toString(8).padStart(11, '0')}\0`, 124)
  put('0'.repeat(11), 136)
  put('        ', 148)
  put('0', 156)
  put('ustar\x0000', 257)
  if (cut > 0) put(path.slice(0, cut), 345)
  const sum = header.reduce((total, byte) => total + byte, 0)
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}
