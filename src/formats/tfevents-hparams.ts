import { encodeMessage } from './protobuf-encode.ts'
import { type Message, message } from './protobuf-schema.ts'
import type { SummaryValue } from './tfevents-schema.ts'

// Field numbers: TensorBoard, plugins/hparams/{plugin_data,api}.proto, and protobuf's struct.proto.

/** What TensorBoard's table of hyper-parameters holds of a run. */
export type Hyperparameters = Readonly<Record<string, string | number | boolean>>

interface Setting {
  readonly key: string
  readonly value: SettingValue
}

interface SettingValue {
  readonly numberValue?: number
  readonly stringValue?: string
  readonly boolValue?: boolean
}

interface SessionStart {
  readonly hparams: readonly Setting[]
  readonly groupName: string
  readonly startTimeSecs: number
}

interface SessionEnd {
  readonly status: number
  readonly endTimeSecs: number
}

interface PluginContent {
  readonly version: number
  readonly sessionStartInfo?: SessionStart
  readonly sessionEndInfo?: SessionEnd
}

const settingValueMessage: Message<SettingValue> = message('Value', {}, () => ({
  numberValue: [2, 'double'],
  stringValue: [3, 'string'],
  boolValue: [4, 'bool'],
}))

const settingMessage: Message<Setting> = message(
  'SessionStartInfo.HparamsEntry',
  { key: '', value: {} },
  () => ({ key: [1, 'string'], value: [2, settingValueMessage] }),
)

const startMessage: Message<SessionStart> = message(
  'SessionStartInfo',
  { hparams: [], groupName: '', startTimeSecs: 0 },
  () => ({
    hparams: [1, settingMessage, 'repeated'],
    groupName: [4, 'string'],
    startTimeSecs: [5, 'double'],
  }),
)

const endMessage: Message<SessionEnd> = message(
  'SessionEndInfo',
  { status: 0, endTimeSecs: 0 },
  () => ({ status: [1, 'int32'], endTimeSecs: [2, 'double'] }),
)

const contentMessage: Message<PluginContent> = message('HParamsPluginData', { version: 0 }, () => ({
  version: [1, 'int32'],
  sessionStartInfo: [3, startMessage],
  sessionEndInfo: [4, endMessage],
}))

/** The hyper-parameters of a run, told once at its start. Units: wallTime in seconds since 1970. */
export function hyperparametersValue(
  settings: Hyperparameters,
  groupName: string,
  wallTime: number,
): SummaryValue {
  const hparams = Object.entries(settings).map(([key, value]) => ({
    key,
    value: settingValue(value),
  }))
  const sessionStartInfo = { hparams, groupName, startTimeSecs: wallTime }
  return pluginValue('session_start_info', { version: 0, sessionStartInfo })
}

/** That a run is completed, told once at its end. Units: wallTime in seconds since 1970. */
export function completedValue(wallTime: number): SummaryValue {
  const success = 1
  const sessionEndInfo = { status: success, endTimeSecs: wallTime }
  return pluginValue('session_end_info', { version: 0, sessionEndInfo })
}

function settingValue(value: string | number | boolean): SettingValue {
  if (typeof value === 'boolean') return { boolValue: value }
  // What is not finite has no place in TensorBoard's JSON.
  if (typeof value === 'number' && Number.isFinite(value)) return { numberValue: value }
  return { stringValue: String(value) }
}

/** All is in the settings of the plugin; the value is an empty list of floats. */
function pluginValue(tag: string, content: PluginContent): SummaryValue {
  return {
    tag: `_hparams_/${tag}`,
    tensor: { dtype: 1, tensorShape: { dim: [{ size: 0 }] } },
    metadata: {
      pluginData: { pluginName: 'hparams', content: encodeMessage(contentMessage, content) },
    },
  }
}
