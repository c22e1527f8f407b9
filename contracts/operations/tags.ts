/** The groups the documentation shows operations in: TAMS's own, and ours. */
export const operationTags = {
  Service: 'What this instance is and where it keeps media.',
  Profiles: 'Technical metadata that Flows share.',
  Webhooks: 'Who is told of changes, and of which.',
  Sources: 'Pieces of media as such, whatever their encodings.',
  Flows: 'Sources in one encoding each.',
  FlowSegments: 'Media Objects on the timelines of Flows.',
  MediaStorage: 'Places to upload objects to.',
  Objects: 'The objects themselves: who uses them, and where they can be read.',
  FlowDeleteRequests: 'Deletions that go on after their request was answered.',
  Analytics: 'What is there in numbers, and as tables. Not part of TAMS.',
  Operation: 'For those who run this service. Not part of TAMS.',
} as const
