export { mnist, readIdxFile } from './data/node/index.ts'
