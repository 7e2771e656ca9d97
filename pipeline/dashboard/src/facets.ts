// The filters with options: what they are called, their options, and which of them each distinct value stands under. Which rows
// are chosen is in filters.ts.

import type { Internships, Texts } from './internships'
import { NONE } from './internships'
import { LEVELS } from './suits'
import { country, language, today, word } from './words'

/** Key of the option for what is not stated. */
export const SILENT = '-'

/** Keys of the filters, as they stand in an address. */
export const FACETS = [
  'to', 'field', 'paid', 'deadline', 'weeks', 'start', 'season', 'level', 'language', 'written', 'visa', 'support', 'mode',
  'channel', 'kind', 'seen', 'state',
] as const
export type FacetKey = typeof FACETS[number]

export interface Option { key: string; label: string }

/** A filter with options: each row has a code, each code the options it stands under. */
export interface Facet {
  key: FacetKey
  label: string
  options: Option[]
  codes: Uint8Array | Uint16Array | Uint32Array
  optionsOf: number[][]
  /** Chosen where the address says nothing. */
  usual: string[]
}

function facetOfTexts(
  key: FacetKey, label: string, texts: Texts, name: (code: string) => string,
  settings: { split?: boolean; order?: string[]; usual?: string[]; cut?: number; silent?: string } = {},
): Facet {
  const options: Option[] = (settings.order ?? []).map((one) => ({ key: one, label: name(one) }))
  const places = new Map(options.map((option, at) => [option.key, at]))
  const place = (one: string, label_: string): number => {
    let at = places.get(one)
    if (at === undefined) {
      at = options.length
      places.set(one, at)
      options.push({ key: one, label: label_ })
    }
    return at
  }
  const optionsOf = texts.values.map((value) => {
    if (!value) return [] as number[]
    const parts = settings.split ? value.split(' ') : [value]
    const keys = settings.cut ? parts.map((part) => part.slice(0, settings.cut)) : parts
    return [...new Set(keys.map((one) => place(one, name(one))))]
  })
  if (texts.codes.includes(0)) optionsOf[0] = [place(SILENT, settings.silent ?? 'not stated')]
  return { key, label, options, codes: texts.codes, optionsOf, usual: settings.usual ?? [] }
}

function facetOfBuckets(key: FacetKey, label: string, options: Option[], codes: Uint8Array): Facet {
  return { key, label, options, codes, optionsOf: options.map((_, at) => [at]), usual: [] }
}

function deadlines(internships: Internships, now: number): Facet {
  const options = [
    { key: '7', label: 'within 7 days' }, { key: '30', label: 'in 8 to 30 days' }, { key: '90', label: 'in 31 to 90 days' },
    { key: 'later', label: 'later' }, { key: 'passed', label: 'passed' }, { key: 'rolling', label: 'rolling, or until filled' },
    { key: SILENT, label: 'not stated' },
  ]
  const kinds = internships.texts.deadline_kind
  const loose = kinds.values.map((kind) => kind === 'rolling' || kind === 'until_filled')
  const codes = internships.numbers.deadline as Int32Array
  return facetOfBuckets('deadline', 'Deadline', options, Uint8Array.from(codes, (day, row) => {
    if (day === NONE) return loose[kinds.codes[row]] ? 5 : 6
    const left = day - now
    if (left < 0) return 4
    return left <= 7 ? 0 : left <= 30 ? 1 : left <= 90 ? 2 : 3
  }))
}

/** Days until a start, up to which it stands under an option. */
const STARTS = [31, 92, 183]

function starts(internships: Internships, now: number): Facet {
  const options = [
    { key: '31', label: 'within a month' }, { key: '92', label: 'in 2 or 3 months' }, { key: '183', label: 'in 4 to 6 months' },
    { key: 'later', label: 'later' }, { key: 'begun', label: 'already begun' }, { key: SILENT, label: 'not stated' },
  ]
  return facetOfBuckets('start', 'Starts', options, Uint8Array.from(internships.numbers.starts_on as Int32Array, (day) => {
    if (day === NONE) return 5
    if (day < now) return 4
    const at = STARTS.findIndex((most) => day - now <= most)
    return at < 0 ? STARTS.length : at
  }))
}

const SEASONS = ['spring', 'summer', 'autumn', 'winter']

/** Seasons in the order of time: `summer 2027`. */
function seasons(texts: Texts): Facet {
  const order = texts.values.filter(Boolean)
  const place = (season: string): number => Number(season.slice(0, 4)) * SEASONS.length + SEASONS.indexOf(season.slice(5))
  order.sort((one, other) => place(one) - place(other))
  return facetOfTexts('season', 'Season', texts, (season) => season === SILENT ? SILENT : season.split('-').reverse().join(' '), { order: [...order, SILENT] })
}

const WEEKS = [4, 12, 26]

function durations(internships: Internships): Facet {
  const options = [
    { key: '4', label: 'up to 4 weeks' }, { key: '12', label: '5 to 12 weeks' }, { key: '26', label: '13 to 26 weeks' },
    { key: 'more', label: 'more than 26 weeks' }, { key: SILENT, label: 'not stated' },
  ]
  const bucket = (weeks: number): number => {
    const at = WEEKS.findIndex((most) => weeks <= most)
    return at < 0 ? WEEKS.length : at
  }
  const { weeks_min: least, weeks_max: most } = internships.numbers
  // a span of weeks stands under each bucket it touches: its code is that of its first and last
  const codes = Uint8Array.from(least as Int32Array, (low, row) => {
    const high = most[row] === NONE ? low : most[row]
    const from = low === NONE ? high : low
    return from === NONE ? 0 : 1 + bucket(from) * 4 + bucket(high)
  })
  const optionsOf: number[][] = [[4]]
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) optionsOf.push([0, 1, 2, 3].filter((at) => at >= from && at <= Math.max(from, to)))
  }
  return { key: 'weeks', label: 'Duration', options, codes, optionsOf, usual: [] }
}

function seen(internships: Internships, night: number): Facet {
  const options = [
    { key: 'tonight', label: 'tonight' }, { key: 'week', label: 'in the last 7 nights' }, { key: 'earlier', label: 'earlier' },
  ]
  const facet = facetOfBuckets('seen', 'First seen', options, Uint8Array.from(internships.numbers.first_seen as Int32Array, (day) =>
    day === night ? 0 : night - day < 7 ? 1 : 2))
  facet.optionsOf[0] = [0, 1]
  return facet
}

export function makeFacets(internships: Internships, night: number, fields: Record<string, string>): Facet[] {
  const { texts } = internships
  return [
    facetOfTexts('to', 'Where to', texts.countries, country, { split: true, silent: 'no country named' }),
    facetOfTexts('field', 'Field of study', texts.fields, (code) => fields[code] ?? code, { split: true, cut: 2 }),
    facetOfTexts('paid', 'Paid', texts.pay_status, word, { order: ['paid', 'allowance', 'expenses_only', 'unpaid', SILENT] }),
    deadlines(internships, today()),
    durations(internships),
    starts(internships, today()),
    seasons(texts.season),
    facetOfTexts('level', 'Level of study', texts.study_levels, (code) => LEVELS[code] ?? (code === SILENT ? SILENT : `ISCED ${code}`),
      { split: true, order: ['5', '6', '7', '8'] }),
    facetOfTexts('language', 'Language required', texts.languages, language, { split: true }),
    facetOfTexts('written', 'Posting written in', texts.posting_language, language),
    facetOfTexts('visa', 'Help with a visa', texts.visa_support, word, { order: ['yes', 'case_by_case', 'no', SILENT] }),
    facetOfTexts('support', 'Offered beside pay', texts.support, word, { split: true }),
    facetOfTexts('mode', 'Where the work is done', texts.work_mode, word, { order: ['onsite', 'hybrid', 'remote', SILENT] }),
    facetOfTexts('channel', 'Found through', texts.channels, word, { split: true }),
    facetOfTexts('kind', 'Kind', texts.kind, word),
    seen(internships, night),
    facetOfTexts('state', 'State', texts.state, word, { order: ['open', 'unverified', 'closed'], usual: ['open'] }),
  ].map((facet) => {
    for (const option of facet.options) if (option.key === SILENT && option.label === SILENT) option.label = 'not stated'
    return facet
  })
}
