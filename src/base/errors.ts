/** What every Justright error says: who complains, what it expected, what it received, from where. */
export interface Complaint {
  /** The layer, op, file or option that complains, for example `linear "encoder.2"`. */
  readonly who: string
  readonly expected: string
  readonly received: string
  /** Where the received thing came from. */
  readonly from?: string
  /** What the reader can do about it. */
  readonly hint?: string
  readonly cause?: unknown
}

/** The base of all errors that Justright raises on purpose; anything else is a bug. */
export class JustrightError extends Error {
  constructor(complaint: Complaint | string) {
    super(
      typeof complaint === 'string' ? complaint : sentence(complaint),
      typeof complaint === 'object' && 'cause' in complaint
        ? { cause: complaint.cause }
        : undefined,
    )
    this.name = new.target.name
  }
}

function sentence({ who, expected, received, from, hint }: Complaint): string {
  const origin = from ? ` (${from})` : ''
  return `${who}: expected ${expected}, received ${received}${origin}${hint ? `. ${hint}` : ''}`
}

/** What something that was thrown says. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** Shapes that do not fit. */
export class ShapeError extends JustrightError {}
/** Element types that do not fit. */
export class DTypeError extends JustrightError {}
/** A graph that is not well formed, or a gradient that does not exist. */
export class GraphError extends JustrightError {}
/** An engine that is missing, or that refuses a graph. */
export class EngineError extends JustrightError {}
/** Bytes that are not what their format says. */
export class FormatError extends JustrightError {}
/** Data that cannot be trained on: empty, non-finite, labels out of range. */
export class DataError extends JustrightError {}
/** A run that cannot be written, read, resumed or continued. */
export class RunError extends JustrightError {}
/** A setting, name or option that does not exist or is out of range. */
export class ConfigError extends JustrightError {}
