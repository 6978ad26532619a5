import { readFile } from 'node:fs/promises'
import { castTensor, isFloat, type Named, RunError, type Tensor } from '../../base/index.ts'
import { decodeSafetensors, encodeSafetensors } from '../../formats/index.ts'
import { modelTensors } from '../checkpoint-names.ts'
import { writeFileAtomically } from './write-file.ts'

/** What PyTorch counts beside the statistics of a batch normalisation, and nothing here needs. */
const counter = /(^|\.)num_batches_tracked$/

/**
 * The weights in a safetensors file, by their names, as float32; the batch counters of PyTorch's
 * normalisations are left out. A checkpoint of Justright is such a file too: of it only the model's
 * tensors are returned, averaged where the run has averages.
 * Throws RunError when the file cannot be read, FormatError when it is damaged or no safetensors.
 */
export async function readWeights(path: string): Promise<Named<Tensor>> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    const { message } = cause as Error
    throw new RunError({ who: path, expected: 'a safetensors file', received: message, cause })
  }
  const { tensors } = decodeSafetensors(bytes, path)
  return Object.fromEntries(
    Object.entries(modelTensors(tensors))
      .filter(([name]) => !counter.test(name))
      .map(([name, tensor]) => [
        name,
        isFloat(tensor.dtype) ? castTensor(tensor, 'float32') : tensor,
      ]),
  )
}

/**
 * Writes weights as a safetensors file, whole or not at all. Names and layouts are PyTorch's, so
 * `load_state_dict` of the same net takes them.
 */
export async function writeWeights(path: string, weights: Named<Tensor>): Promise<void> {
  await writeFileAtomically(path, encodeSafetensors(weights, { format: 'pt' }))
}
