import type { Checksum } from '../resources/checksum.ts'

/** Media Objects hold samples; init objects hold what a decoder needs first (ADR 0045). They never swap. */
export type ObjectRole = 'media' | 'init'

/** What a Storage Backend says of an object's bytes. Without checksums where it knows none. */
export type MediaFacts = { readonly size_bytes: number; readonly checksums: readonly Checksum[] }

/** What the first registration of an object fixes for good. Times are canonical TAMS text. */
export type ObjectRegistration = {
  /** On the object's own timeline; media objects only. */
  readonly timerange?: string
  readonly init_object_id?: string
  readonly key_frame_count?: number
  /** Where the Storage Backend had it at hand; ObjectMeasured may tell it later. */
  readonly media?: MediaFacts
}

/** Storage was set aside in a Storage Backend; the bytes may or may not arrive. */
export type ObjectAllocated = {
  readonly type: 'ObjectAllocated'
  readonly data: {
    readonly object_id: string
    /** The only Flow whose segment may use the object first. */
    readonly flow_id: string
    readonly storage_id: string
    /** Where its bytes are in that backend. */
    readonly key: string
    readonly content_type: string
    /** Uploads come to the plain URL (ADR 0054); absent: by presigned URL only. */
    readonly presigned?: false
  }
}

/** An object that is kept elsewhere was made known ahead of its use; where it is, InstanceAdded says. */
export type ObjectRegistered = {
  readonly type: 'ObjectRegistered'
  readonly data: {
    readonly object_id: string
    readonly role: ObjectRole
    readonly registration: ObjectRegistration
  }
}

export type ObjectReferenced = {
  readonly type: 'ObjectReferenced'
  readonly data: {
    readonly object_id: string
    /**
     * The Flow through which: for an init object, that of the media objects that need it. Absent: by a media
     * object that was registered ahead of its use.
     */
    readonly flow_id?: string
    readonly role: ObjectRole
    /** How many references were added: segments for a media object, media objects for an init object. */
    readonly count: number
    /** With the first reference only, and not where ObjectRegistered came before it. */
    readonly registration?: ObjectRegistration
    /** No Flow has used the object before, though it was registered. */
    readonly is_first_use?: true
  }
}

export type ObjectDereferenced = {
  readonly type: 'ObjectDereferenced'
  /** Without a Flow: the media object that needed this init object is retired. */
  readonly data: { readonly object_id: string; readonly flow_id?: string; readonly count: number }
}

/** A URL outside this service's control was made known for the object (ADR 0042). */
export type InstanceAdded = {
  readonly type: 'InstanceAdded'
  readonly data: { readonly object_id: string; readonly label: string; readonly url: string }
}

/** A copy of the object in another Storage Backend was asked for. The bytes are yet to come. */
export type InstanceRequested = {
  readonly type: 'InstanceRequested'
  readonly data: {
    readonly object_id: string
    readonly storage_id: string
    /** Where its bytes will be in that backend. */
    readonly key: string
  }
}

/** The copy is complete: from here on it is as good as any other instance. */
export type InstanceStored = {
  readonly type: 'InstanceStored'
  readonly data: { readonly object_id: string; readonly storage_id: string; readonly key: string }
}

/** The copy cannot be made, and nobody tries any more. It may be asked for again. */
export type InstanceFailed = {
  readonly type: 'InstanceFailed'
  readonly data: {
    readonly object_id: string
    readonly storage_id: string
    readonly key: string
    readonly error: { readonly type: string; readonly summary: string }
  }
}

/** An instance is no longer known, or the copy to it no longer wanted; of a controlled one, the bytes may go. */
export type InstanceRemoved = {
  readonly type: 'InstanceRemoved'
  readonly data:
    | { readonly object_id: string; readonly storage_id: string; readonly key: string }
    | { readonly object_id: string; readonly label: string }
}

/** A Storage Backend was asked what it has of an object that was registered without that. */
export type ObjectMeasured = {
  readonly type: 'ObjectMeasured'
  readonly data: { readonly object_id: string; readonly storage_id: string } & MediaFacts
}

/** Nothing refers to the object any more, and nothing ever will: its bytes may go. */
export type ObjectRetired = {
  readonly type: 'ObjectRetired'
  readonly data: { readonly object_id: string }
}

/** The bytes of one instance are gone: of a removed one, or of a retired object that still has others. */
export type InstancePurged = {
  readonly type: 'InstancePurged'
  readonly data: { readonly object_id: string; readonly storage_id: string; readonly key: string }
}

/** The last bytes of a retired object are gone. */
export type ObjectPurged = {
  readonly type: 'ObjectPurged'
  readonly data: { readonly object_id: string }
}

/** Stream `object-<object id>`. */
export type ObjectEvent =
  | ObjectAllocated
  | ObjectRegistered
  | ObjectReferenced
  | ObjectDereferenced
  | InstanceAdded
  | InstanceRequested
  | InstanceStored
  | InstanceRemoved
  | ObjectMeasured
  | InstancePurged
  | InstanceFailed
  | ObjectRetired
  | ObjectPurged
