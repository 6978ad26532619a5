import type { DType, Tensor } from '../base/index.ts'
import { zerosTensor } from '../base/index.ts'
import {
  type AttributeValue,
  attribute,
  int64TensorProto,
  type NodeProto,
  onnxTypeOf,
  type TensorProto,
  tensorProto,
} from '../formats/index.ts'
import type { Value } from '../ir/index.ts'

/** Which operator sets a model may use. */
export type Dialect =
  /** The ONNX standard and ONNX Runtime's own operators: fastest there. */
  | 'runtime'
  /** The ONNX standard alone: runs anywhere. */
  | 'standard'
  /** The part of the ONNX standard that ONNX Runtime computes on WebGPU. */
  | 'webgpu'

type Attributes = Readonly<Record<string, AttributeValue>>

/** Collects the nodes and stored tensors of one ONNX graph, and gives out names. */
export class Emitter {
  readonly nodes: NodeProto[] = []
  readonly initializers: TensorProto[] = []
  readonly dialect: Dialect
  /** Axes whose size is only known at run time, by value; empty when every size is fixed. */
  readonly #openAxes: ReadonlyMap<Value, readonly number[]>
  readonly #stored = new Map<string, string>()
  readonly #made = new Set<string>()
  readonly #published = new Map<string, string>()
  readonly #prefix: string

  constructor(
    dialect: Dialect,
    openAxes: ReadonlyMap<Value, readonly number[]> = new Map(),
    prefix = '',
  ) {
    this.dialect = dialect
    this.#openAxes = openAxes
    this.#prefix = prefix
  }

  /** Adds a node with one result and returns the result's name. */
  node(opType: string, input: readonly string[], attributes: Attributes = {}, domain = ''): string {
    const output = `${this.#prefix}${opType}_${this.nodes.length}`
    this.#push(opType, input, [output], attributes, domain)
    return output
  }

  /** Adds a node with two results and returns their names. */
  pair(opType: string, input: readonly string[], attributes: Attributes = {}): [string, string] {
    const name = `${this.#prefix}${opType}_${this.nodes.length}`
    const output: [string, string] = [name, `${name}:second`]
    this.#push(opType, input, output, attributes)
    return output
  }

  /** What a name of the program is called inside this graph. */
  local(name: string): string {
    return this.#prefix + name
  }

  /**
   * Gives a result the name under which the graph is asked for it. The node that makes it takes the
   * name, so that nothing is copied; an input, a stored tensor or a result that already has such a
   * name is copied.
   */
  publish(name: string, as: string): void {
    const isMade = this.#made.has(name) && !this.#published.has(name)
    if (isMade) this.#published.set(name, as)
    else this.nodes.push({ name: as, opType: 'Identity', input: [name], output: [as] })
  }

  /** The nodes, with published names in place. */
  finish(): NodeProto[] {
    const named = (names: readonly string[]) => names.map(name => this.#published.get(name) ?? name)
    return this.nodes.map(node => ({
      ...node,
      input: named(node.input),
      output: named(node.output),
    }))
  }

  /** Stores a tensor; equal small ones are stored once. */
  tensor(tensor: Tensor): string {
    const key = tensor.data.length === 1 ? `${tensor.dtype} ${tensor.shape} ${tensor.data[0]}` : ''
    return this.#store(key, name => tensorProto(name, tensor))
  }

  /** Stores a scalar. */
  scalar(value: number, dtype: DType): string {
    const tensor = zerosTensor(dtype, [])
    tensor.data[0] = value
    return this.tensor(tensor)
  }

  /** Stores a vector of int64, as ONNX wants axes and shapes. */
  int64s(values: readonly number[]): string {
    return this.#store(`int64 ${values}`, name => int64TensorProto(name, [values.length], values))
  }

  /** Converts a result to another element type. */
  cast(name: string, dtype: DType): string {
    return this.node('Cast', [name], { to: { int: onnxTypeOf[dtype] } })
  }

  /** Axes of a value whose size is only known at run time. */
  openAxes(value: Value): readonly number[] {
    return this.#openAxes.get(value) ?? []
  }

  #push(
    opType: string,
    input: readonly string[],
    output: readonly string[],
    attributes: Attributes,
    domain = '',
  ): void {
    this.nodes.push({
      name: output[0]!,
      opType,
      input,
      output,
      ...(domain ? { domain } : {}),
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    })
    for (const name of output) this.#made.add(name)
  }

  #store(key: string, make: (name: string) => TensorProto): string {
    const known = key && this.#stored.get(key)
    if (known) return known
    const name = `${this.#prefix}stored_${this.initializers.length}`
    this.initializers.push(make(name))
    if (key) this.#stored.set(key, name)
    return name
  }
}
