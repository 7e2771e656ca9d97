// The page of one internship: facts with the words they rest on, every place it stands at, its history.

import type { Contents } from './data'
import { foreign, h, outside } from './dom'
import type { Child } from './dom'
import { NONE } from './internships'
import { duration, judgement } from './list'
import type { Judged } from './suits'
import { takeAlong } from './take_along'
import { LEVELS } from './suits'
import { closedWord, country, dayOf, language, number, word } from './words'

interface Listing {
  listing_id: string; source_id: string; source: string | null; channel: string; url: string; apply_url: string | null
  title: string; posting_language: string | null; state: string; first_seen: string; last_seen: string
  closed_on: string | null; closed_reason: string | null; attribution: string | null; reason: string | null; score: number | null
}
interface Evidence { field: string; quote: string; raw_field: string; method: string; listing_id: string }
interface Change { night: string; change: string; field: string | null; old: string | null; new: string | null }
type Facts = Record<string, any>
export interface Detail { internship: Facts; listings: Listing[] | null; evidence: Evidence[] | null; history: Change[] | null }

const list = (values: string[] | null | undefined, name: (code: string) => string): string => (values ?? []).map(name).join(', ')
const yesNo = (value: boolean | null | undefined): string => value === true ? 'yes' : value === false ? 'no' : ''

function span(least: number | null, most: number | null, unit: string): string {
  if (least === null && most === null) return ''
  const low = least ?? most as number
  const high = most ?? low
  return `${low === high ? number(low) : `${number(low)} to ${number(high)}`} ${unit}`.trim()
}

/** Label, value, and the columns whose evidence belongs to it. */
function facts(about: Facts, contents: Contents): [string, string, string[]][] {
  const pay = span(about.pay_min, about.pay_max, `${about.pay_currency ?? ''} ${about.pay_period ? (about.pay_period === 'total' ? 'in all' : about.pay_period === 'hour' ? 'an hour' : `a ${about.pay_period}`) : ''}`)
  const nationalities = list(about.nationalities, country)
  return [
    ['Kind', about.kind ? word(about.kind) : '', ['kind', 'is_internship']],
    ['Where', [list(about.cities, (city) => city), list(about.countries, country)].filter(Boolean).join(' – '), ['cities', 'countries', 'places']],
    ['Where the work is done', about.work_mode ? word(about.work_mode) : '', ['work_mode']],
    ['May be done from', list(about.remote_countries, country), ['remote_countries']],
    ['Organised by', [about.organizer_type && word(about.organizer_type), about.organizer].filter(Boolean).join(': '), ['organizer', 'organizer_type', 'organizer_country']],
    ['Hosted by', about.host_organization === about.organizer ? '' : about.host_organization ?? '', ['host_organization']],
    ['Abroad for somebody', [yesNo(about.international), word(about.international_reason ?? '')].filter(Boolean).join(': '), ['international']],
    ['Deadline', [dayOf(about.deadline), about.deadline_kind && about.deadline_kind !== 'fixed' ? word(about.deadline_kind) : '', about.deadline_zone].filter(Boolean).join(', '), ['deadline', 'deadline_at', 'deadline_kind', 'deadline_zone']],
    ['From', dayOf(about.starts_on), ['starts_on']],
    ['To', dayOf(about.ends_on), ['ends_on']],
    ['Season', (about.season ?? '').split('-').reverse().join(' '), ['season']],
    ['Duration', duration(about.weeks_min ?? NONE, about.weeks_max ?? NONE), ['weeks_min', 'weeks_max']],
    ['Hours a week', about.hours_per_week === null ? '' : number(about.hours_per_week), ['hours_per_week']],
    ['Places offered', about.positions === null ? '' : number(about.positions), ['positions']],
    ['Paid', about.pay_status ? word(about.pay_status) : '', ['pay_status']],
    ['Pay as stated', pay, ['pay_min', 'pay_max', 'pay_currency', 'pay_period']],
    ['Pay a month', about.pay_month_eur === null ? '' : `€${number(Math.round(about.pay_month_eur))}${about.pay_rates_on ? `, at the rates of ${dayOf(about.pay_rates_on)}` : ''}`, []],
    ['Fee for the intern', about.fee_min === null ? '' : `${number(about.fee_min)} ${about.fee_currency ?? ''}`, ['fee_min', 'fee_currency']],
    ['Offered beside pay', list(about.support, word), ['support']],
    ['Field of study', list(about.fields, (code) => contents.fields[code] ?? code), ['fields']],
    ['Languages required', list(about.languages_required, language), ['languages_required', 'language_levels']],
    ['Languages that help', list(about.languages_preferred, language), ['languages_preferred']],
    ['Who may apply', list(about.eligibility, word), ['eligibility']],
    ['Level of study', list(about.study_levels, (level) => LEVELS[level] ?? `ISCED ${level}`), ['study_levels', 'study_years']],
    ['Enrolment', about.enrolment ? word(about.enrolment) : '', ['enrolment']],
    ['Only as an obligatory part of studies', yesNo(about.mandatory_only), ['mandatory_only']],
    ['Months since the degree, at most', about.graduated_within_months === null ? '' : number(about.graduated_within_months), ['graduated_within_months']],
    ['Age', span(about.age_min, about.age_max, 'years'), ['age_min', 'age_max']],
    ['Nationalities', about.nationality_rule === 'any' ? 'any' : nationalities ? `${about.nationality_rule === 'excluded' ? 'all but ' : about.nationality_rule === 'only' ? 'only ' : ''}${nationalities}` : '', ['nationalities', 'nationality_rule']],
    ['Must live or study in', list(about.residence_countries, country), ['residence_countries']],
    ['Right to work there already', about.work_right ? word(about.work_right) : '', ['work_right']],
    ['Help with a visa', about.visa_support ? word(about.visa_support) : '', ['visa_support']],
    ['To be sent', list(about.documents_required, word), ['documents_required']],
    ['A supervisor', yesNo(about.supervision), ['supervision']],
    ['Mentor or training', yesNo(about.mentorship), ['mentorship']],
    ['Learning objectives', yesNo(about.learning_objectives), ['learning_objectives']],
    ['Meeting others', yesNo(about.networking), ['networking']],
    ['Academic credit', yesNo(about.academic_credit), ['academic_credit']],
    ['Written agreement', yesNo(about.agreement), ['agreement']],
    ['Assessed or certified', yesNo(about.assessment), ['assessment']],
    ['May lead to a job', yesNo(about.conversion), ['conversion']],
  ]
}

const WEIGHTY = ['Where', 'Deadline', 'Duration', 'Paid', 'Languages required', 'Nationalities', 'Help with a visa']

/** `judged`: how it suits who tells of themselves. */
export function internshipPage(detail: Detail, contents: Contents, judged: Judged | null, isAsking: boolean, back: string): HTMLElement {
  const about = detail.internship
  const listings = detail.listings ?? []
  const told = facts(about, contents)
  const silent = told.filter(([label, value]) => !value && WEIGHTY.includes(label)).map(([label]) => label.toLowerCase())
  return h('article', { class: 'internship' },
    h('p', {}, h('a', { href: back }, '← Back to the list')),
    h('h1', { tabindex: -1 }, foreign(about.title, about.posting_language)),
    h('p', { class: 'lead' }, about.organization ? foreign(about.organization) : 'organisation not stated', ' · ', stateWords(about)),
    takeAlong(about as Parameters<typeof takeAlong>[0], contents.night),
    judged && h('section', { class: 'you', 'aria-label': 'For you' }, ...judgement(judged, isAsking)),
    h('section', { 'aria-labelledby': 'apply' }, h('h2', { id: 'apply' }, about.state === 'closed' ? 'Where it stood' : listings.length > 1 ? 'Where it stands, where to apply' : 'Where to apply'),
      h('ul', { class: 'places' }, ...listings.map((one) => place(one, about)))),
    risks(about),
    about.description && h('section', { 'aria-labelledby': 'words' }, h('h2', { id: 'words' }, 'In its own words'),
      h('div', { class: 'prose', dir: 'auto', lang: about.posting_language }, about.description)),
    h('section', { 'aria-labelledby': 'facts' }, h('h2', { id: 'facts' }, 'What is known'),
      h('dl', { class: 'facts' }, ...told.filter(([, value]) => value).map(([label, value, columns]) => h('div', {},
        h('dt', {}, label), h('dd', {}, foreign(value), ...quotes(detail, columns))))),
      silent.length > 0 && h('p', { class: 'quiet' }, `Not stated: ${silent.join(', ')}.`)),
    history(detail),
    h('p', { class: 'quiet' }, `Id ${about.internship_id}. `, ...calendars(about, contents)))
}

function stateWords(about: Facts): string {
  if (about.state === 'open') return `open, first seen ${dayOf(about.first_seen)}, last seen ${dayOf(about.last_seen)}`
  if (about.state === 'closed') return `closed ${dayOf(about.closed_on)}${about.closed_reason ? `: ${closedWord(about.closed_reason)}` : ''}`
  return `not verified lately: last seen ${dayOf(about.last_seen)}`
}

function place(one: Listing, about: Facts): HTMLElement {
  const name = one.source ?? one.source_id
  return h('li', {},
    one.apply_url && h('p', {}, outside(one.apply_url, `Apply (${host(one.apply_url)})`)),
    h('p', {}, outside(one.url, 'The posting at ', foreign(name))),
    one.title !== about.title && h('p', {}, 'There it is called ', foreign(one.title, one.posting_language)),
    h('p', { class: 'quiet' }, `${word(one.channel)}; ${one.state === 'closed' ? `closed ${dayOf(one.closed_on)}` : word(one.state)}, seen ${one.first_seen === one.last_seen ? '' : `${dayOf(one.first_seen)} to `}${dayOf(one.last_seen)}`,
      one.reason && one.reason !== 'first' && `; taken for the same by ${word(one.reason)}`,
      one.attribution && one.attribution !== name && `; ${one.attribution}`))
}

function host(address: string): string {
  try {
    return new URL(address).host
  } catch {
    return 'no address of the web'
  }
}

/** So many quotes under a fact stand open; one more is not worth a click. */
const QUOTES = 4

function quotes(detail: Detail, columns: string[]): Child[] {
  const names = new Map((detail.listings ?? []).map((one) => [one.listing_id, one.source ?? one.source_id]))
  const seen = new Set<string>()
  const found = (detail.evidence ?? []).filter((one) => {
    if (!columns.includes(one.field)) return false
    const key = `${one.quote}\n${one.raw_field}\n${one.listing_id}`
    return !seen.has(key) && seen.add(key)
  })
  if (!found.length) return []
  const items = found.map((one) => h('li', {},
    h('q', { dir: 'auto' }, one.quote),
    h('span', { class: 'quiet' }, ` ${word(one.method)}, from ${one.raw_field === 'source' ? 'the catalogue' : `its ${word(one.raw_field)}`} at `, foreign(names.get(one.listing_id) ?? one.listing_id))))
  const rest = items.length > QUOTES + 1 ? items.splice(QUOTES) : []
  return [
    h('ul', { class: 'quotes' }, ...items),
    rest.length > 0 && h('details', {}, h('summary', {}, `and ${number(rest.length)} more`), h('ul', { class: 'quotes' }, ...rest)),
  ]
}

function risks(about: Facts): Child {
  const flags = (about.risk_flags ?? []) as { flag: string; quote: string }[]
  if (!flags.length) return null
  return h('section', { 'aria-labelledby': 'risks', class: 'risks' }, h('h2', { id: 'risks' }, 'Look twice'),
    h('ul', {}, ...flags.map(({ flag, quote }) => h('li', {}, `${word(flag)}: `, h('q', { dir: 'auto' }, quote)))))
}

/** A value in words: of one with parts, those that are stated. */
function plainly(value: unknown): string {
  if (Array.isArray(value)) return value.map(plainly).join(' ')
  if (typeof value === 'object' && value !== null) return Object.values(value).filter((part) => part !== null).map(plainly).join(' ')
  return String(value)
}

function history(detail: Detail): Child {
  const changes = detail.history ?? []
  if (!changes.length) return null
  const value = (json: string | null): Child => {
    if (json === null || json === 'null') return 'nothing'
    let text = json
    try {
      const parsed = JSON.parse(json) as unknown
      text = typeof parsed === 'string' ? parsed : Array.isArray(parsed) ? parsed.map(plainly).join(', ') : plainly(parsed)
    } catch {
      // shown as it is
    }
    return foreign(text.length > 200 ? `${text.slice(0, 200)} …` : text)
  }
  return h('section', { 'aria-labelledby': 'history' }, h('h2', { id: 'history' }, 'History'),
    h('ul', { class: 'history' }, ...changes.map((one) => h('li', {}, h('span', { class: 'date' }, dayOf(one.night)), ' ',
      word(one.change),
      one.field && h('span', {}, `: ${word(one.field)}`),
      one.field && (one.old !== null || one.new !== null) && h('span', {}, ' from ', value(one.old), ' to ', value(one.new))))))
}

/** Calendars and feeds to subscribe to: of all, and of the countries and fields of this one, where there are such files. */
function calendars(about: Facts, contents: Contents): Child[] {
  const there = new Set(contents.exports.map(({ path }) => path))
  const broad = [...new Set(((about.fields ?? []) as string[]).map((code) => code.slice(0, 2)))]
  const wanted: [string, string][] = [
    ...((about.countries ?? []) as string[]).map((code): [string, string] => [`calendars/country-${code}.ics`, `deadlines in ${country(code)}`]),
    ...((about.countries ?? []) as string[]).map((code): [string, string] => [`feeds/country-${code}.atom`, `new in ${country(code)}`]),
    ...broad.map((code): [string, string] => [`calendars/field-${code}.ics`, `deadlines in ${contents.fields[code] ?? code}`]),
    ...broad.map((code): [string, string] => [`feeds/field-${code}.atom`, `new in ${contents.fields[code] ?? code}`]),
    ['deadlines.ics', 'all deadlines'],
    ['new.atom', 'what is new'],
  ]
  const links = wanted.filter(([path]) => there.has(path))
  if (!links.length) return [h('a', { href: '#view=files' }, 'Files of this night')]
  return ['Subscribe to: ', ...links.slice(0, 16).flatMap(([path, name], at) => [at ? ', ' : '', h('a', { href: encodeURI(path) }, name)])]
}
