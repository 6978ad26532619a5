export { type IdxFileOptions, readIdxFile } from './idx-file.ts'
export { type MnistOptions, mnist } from './mnist.ts'
