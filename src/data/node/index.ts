export { type IdxFileOptions, readIdxFile } from './idx-file.ts'
export { type MnistOptions, mnist } from './mnist.ts'
export { type SourceOptions, type SourceRow, sourceOf, sourceRows } from './source-of.ts'
export { type RawLayout, tensorFile } from './tensor-file.ts'
