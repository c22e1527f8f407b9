import { z } from 'zod'
import { AUDIO, DATA, IMAGE, VIDEO } from './content-format.ts'
import { checkAudio, flowAudioShape } from './flow-audio.ts'
import { flowDataShape } from './flow-data.ts'
import { flowImageShape } from './flow-image.ts'
import { checkVideo, flowVideoShape } from './flow-video.ts'
import { Description, Label, Principal } from './free-text.ts'
import { Tags } from './tags.ts'
import { DateTimeText } from './time-text.ts'
import { Uuid } from './uuid.ts'

const VideoMetadata = z
  .object(flowVideoShape)
  .check(checkVideo)
  .meta({ id: 'VideoProfileMetadata', title: 'Video' })

const AudioMetadata = z
  .object(flowAudioShape)
  .check(checkAudio)
  .meta({ id: 'AudioProfileMetadata', title: 'Audio' })

const ImageMetadata = z.object(flowImageShape).meta({ id: 'ImageProfileMetadata', title: 'Image' })
const DataMetadata = z.object(flowDataShape).meta({ id: 'DataProfileMetadata', title: 'Data' })

/** What a Profile gives to Flows: technical metadata of one essence, and nothing else (ADR 0047). */
export const ProfileMetadata = z
  .discriminatedUnion('format', [VideoMetadata, AudioMetadata, ImageMetadata, DataMetadata], {
    error: (issue) =>
      issue.code === 'invalid_union'
        ? `must be one of ${VIDEO}, ${AUDIO}, ${IMAGE}, ${DATA}: a Profile is of one essence`
        : undefined,
  })
  .meta({ id: 'ProfileMetadata', description: 'The technical metadata of every Flow of the Profile.' })

export type ProfileMetadata = z.infer<typeof ProfileMetadata>

const saidShape = {
  id: Uuid.describe('The Profile.'),
  label: Label.describe('A short name, for listings.').exactOptional(),
  description: Description.describe('What people should know of the Profile.').exactOptional(),
  created_by: Principal.describe('Who made the Profile: the caller unless given.').exactOptional(),
  tags: Tags.describe('Of the Profile itself: they do not become tags of its Flows.').exactOptional(),
  flow_metadata: ProfileMetadata,
}

/** What a client says of a Profile. `created` is the service's to say, and is dropped unread. */
export const ProfilePost = z.object(saidShape).meta({
  id: 'ProfilePost',
  description: 'A Profile to be made, for good: nothing about it changes later.',
})

export type ProfilePost = z.infer<typeof ProfilePost>

/** @see TAMS profile.json */
export const Profile = z
  .object({ ...saidShape, created: DateTimeText.describe('When the Profile was made here.').exactOptional() })
  .meta({ id: 'Profile', description: 'Technical metadata that any number of Flows share.' })

export type Profile = z.infer<typeof Profile>
