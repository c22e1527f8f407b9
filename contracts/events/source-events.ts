import type { ContentFormat } from '../resources/content-format.ts'
import type { Tags } from '../resources/tags.ts'
import type { Lifetime } from './lifetime.ts'

/** What a client may say of a Source; everything else about it is derived from its Flows. */
export type SourceMetadata = {
  readonly id: string
  readonly format: ContentFormat
  readonly label?: string
  readonly description?: string
  readonly tags?: Tags
  readonly created_by?: string
  readonly updated_by?: string
}

export type SourceCreated = {
  readonly type: 'SourceCreated'
  readonly data: {
    readonly source: SourceMetadata
    /** It was made for its own sake, not by a Flow: it stays when its last Flow goes. */
    readonly kept?: true
  }
}
export type SourceUpdated = {
  readonly type: 'SourceUpdated'
  readonly data: { readonly source: SourceMetadata }
}
export type SourceDeleted = { readonly type: 'SourceDeleted'; readonly data: { readonly source_id: string } }
/** A Source that was deleted is back as it was, for one of its Flows is. */
export type SourceRestored = {
  readonly type: 'SourceRestored'
  readonly data: Lifetime & {
    readonly source: SourceMetadata
    readonly kept?: true
  }
}

/** A Source may live only as long as a Flow represents it, so its stream keeps who they are. */
export type FlowAttached = {
  readonly type: 'FlowAttached'
  readonly data: { readonly source_id: string; readonly flow_id: string }
}
export type FlowDetached = {
  readonly type: 'FlowDetached'
  readonly data: { readonly source_id: string; readonly flow_id: string }
}

/** Stream `source-<source id>`. */
export type SourceEvent =
  | SourceCreated
  | SourceUpdated
  | SourceDeleted
  | SourceRestored
  | FlowAttached
  | FlowDetached
