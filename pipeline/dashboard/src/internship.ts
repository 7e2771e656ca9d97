// The page of one internship: facts with the words they rest on, every place it stands at, its history.

import type { Contents } from './data'
import { foreign, h, outside, quotation } from './dom'
import type { Child } from './dom'
import { NONE } from './internships'
import { duration, judgement } from './list'
import type { Judged } from './suits'
import { takeAlong } from './take_along'
import type { Marks } from './marks'
import type { Key } from './messages'
import { locale, message, messageParts, named } from './messages'
import { pageMarks } from './mine'
import { closedWord, country, dayOf, euro, field, language, level, listed, number, occupation, season, word } from './words'

interface Listing {
  listing_id: string; source_id: string; source: string | null; channel: string; url: string; apply_url: string | null
  title: string; posting_language: string | null; state: string; first_seen: string; last_seen: string
  closed_on: string | null; closed_reason: string | null; attribution: string | null; reason: string | null; score: number | null
}
interface Evidence { field: string; quote: string; raw_field: string; method: string; listing_id: string }
interface Change { night: string; change: string; field: string | null; old: string | null; new: string | null }
type Facts = Record<string, any>
export interface Detail { internship: Facts; listings: Listing[] | null; evidence: Evidence[] | null; history: Change[] | null }

const list = (values: string[] | null | undefined, name: (code: string) => string): string => listed((values ?? []).map(name))
const yesNo = (value: boolean | null | undefined): string => value === true ? word('yes') : value === false ? word('no') : ''
const stated = (code: string | null): string => code ? word(code) : ''
const amount = (value: number | null): string => value === null ? '' : number(value)
const described = (kind: string, what: string | null): string =>
  kind && what ? message('chosen.chip', { filter: kind, option: what }) : kind || (what ?? '')

function span(least: number | null, most: number | null): string {
  if (least === null && most === null) return ''
  const low = least ?? most as number
  const high = most ?? low
  return low === high ? number(low) : message('span', { least: low, most: high })
}

type FactKey = Key extends infer All ? All extends `fact.${infer Name}` ? Name : never : never

/** Label, value, and the columns whose evidence belongs to it. */
export function facts(about: Facts): [FactKey, string, string[]][] {
  const pay = [span(about.pay_min, about.pay_max), about.pay_currency].filter(Boolean).join(' ')
  const age = span(about.age_min, about.age_max)
  const nationalities = list(about.nationalities, country)
  const rule = about.nationality_rule as 'any' | 'only' | 'excluded' | null
  const period = about.pay_period as 'hour' | 'day' | 'week' | 'month' | 'year' | 'total' | null
  const month = about.pay_month_eur === null ? '' : euro(Math.round(about.pay_month_eur))
  return [
    ['kind', stated(about.kind), ['kind', 'is_internship']],
    ['where', [list(about.cities, (city) => city), list(about.countries, country)].filter(Boolean).join(' – '), ['cities', 'countries', 'places']],
    ['work_mode', stated(about.work_mode), ['work_mode']],
    ['remote_countries', list(about.remote_countries, country), ['remote_countries']],
    ['organizer', described(stated(about.organizer_type), about.organizer), ['organizer', 'organizer_type', 'organizer_country']],
    ['host_organization', about.host_organization === about.organizer ? '' : about.host_organization ?? '', ['host_organization']],
    ['international', described(yesNo(about.international), stated(about.international_reason)), ['international', 'international_reason']],
    ['deadline', listed([dayOf(about.deadline), about.deadline_kind === 'fixed' ? '' : stated(about.deadline_kind), about.deadline_zone].filter(Boolean)), ['deadline', 'deadline_at', 'deadline_kind', 'deadline_zone']],
    ['starts_on', dayOf(about.starts_on), ['starts_on']],
    ['ends_on', dayOf(about.ends_on), ['ends_on']],
    ['season', about.season ? season(about.season) : '', ['season']],
    ['weeks', duration(about.weeks_min ?? NONE, about.weeks_max ?? NONE), ['weeks_min', 'weeks_max']],
    ['hours_per_week', amount(about.hours_per_week), ['hours_per_week']],
    ['positions', amount(about.positions), ['positions']],
    ['pay_status', stated(about.pay_status), ['pay_status']],
    ['pay', pay && period ? message(`pay.${period}`, { pay }) : pay, ['pay_min', 'pay_max', 'pay_currency', 'pay_period']],
    ['pay_month', month && about.pay_rates_on ? message('pay.rates', { pay: month, day: dayOf(about.pay_rates_on) }) : month, ['pay_month_eur', 'pay_month_ppp', 'pay_rates_on']],
    ['fee', about.fee_min === null ? '' : [number(about.fee_min), about.fee_currency].filter(Boolean).join(' '), ['fee_min', 'fee_currency']],
    ['support', list(about.support, word), ['support']],
    ['fields', list(about.fields, field), ['fields']],
    ['occupation', about.occupation ? occupation(about.occupation) : '', ['occupation']],
    ['languages_required', list(about.languages_required, language), ['languages_required', 'language_levels']],
    ['languages_preferred', list(about.languages_preferred, language), ['languages_preferred']],
    ['eligibility', list(about.eligibility, word), ['eligibility']],
    ['study_levels', list(about.study_levels, level), ['study_levels', 'study_years']],
    ['enrolment', stated(about.enrolment), ['enrolment']],
    ['mandatory_only', yesNo(about.mandatory_only), ['mandatory_only']],
    ['graduated_within_months', amount(about.graduated_within_months), ['graduated_within_months']],
    ['age', age && message('age.years', { span: age }), ['age_min', 'age_max']],
    ['nationalities', rule === 'any' ? message('nationality.any') : nationalities && rule ? message(`nationality.${rule}`, { countries: nationalities }) : nationalities, ['nationalities', 'nationality_rule']],
    ['residence_countries', list(about.residence_countries, country), ['residence_countries']],
    ['work_right', stated(about.work_right), ['work_right']],
    ['visa_support', stated(about.visa_support), ['visa_support']],
    ['documents_required', list(about.documents_required, word), ['documents_required']],
    ['supervision', yesNo(about.supervision), ['supervision']],
    ['mentorship', yesNo(about.mentorship), ['mentorship']],
    ['learning_objectives', yesNo(about.learning_objectives), ['learning_objectives']],
    ['networking', yesNo(about.networking), ['networking']],
    ['academic_credit', yesNo(about.academic_credit), ['academic_credit']],
    ['agreement', yesNo(about.agreement), ['agreement']],
    ['assessment', yesNo(about.assessment), ['assessment']],
    ['conversion', yesNo(about.conversion), ['conversion']],
  ]
}

export const WEIGHTY: FactKey[] = ['where', 'deadline', 'weeks', 'pay_status', 'languages_required', 'nationalities', 'visa_support']

/** What a column is called: as the fact that it belongs to. */
function columnName(column: string, told: [FactKey, string, string[]][]): string {
  const [fact] = told.find(([key, , columns]) => key === column || columns.includes(column)) ?? []
  return fact ? message(`fact.${fact}`).toLocaleLowerCase(locale) : named(`column.${column}`) ?? word(column)
}

/** `judged`: how it suits who tells of themselves. */
export function internshipPage(detail: Detail, contents: Contents, judged: Judged | null, isAsking: boolean, marks: Marks, back: string): HTMLElement {
  const about = detail.internship
  const listings = detail.listings ?? []
  const told = facts(about)
  const silent = told.filter(([key, value]) => !value && WEIGHTY.includes(key)).map(([key]) => message(`fact.${key}`).toLocaleLowerCase(locale))
  return h('article', { class: 'internship' },
    h('p', {}, h('a', { href: back }, message('detail.back'))),
    h('h1', { tabindex: -1 }, foreign(about.title, about.posting_language)),
    h('p', { class: 'lead' }, about.organization ? foreign(about.organization) : message('card.no_organization'), ' · ', stateWords(about)),
    takeAlong(about as Parameters<typeof takeAlong>[0], contents.night),
    pageMarks(marks, about.internship_id, about.title),
    judged && h('section', { class: 'you', 'aria-label': message('detail.for_you') }, ...judgement(judged, isAsking)),
    h('section', { 'aria-labelledby': 'apply' }, h('h2', { id: 'apply' }, message(about.state === 'closed' ? 'detail.stood' : listings.length > 1 ? 'detail.stands' : 'detail.apply')),
      h('ul', { class: 'places' }, ...listings.map((one) => place(one, about)))),
    risks(about),
    about.description && h('section', { 'aria-labelledby': 'words' }, h('h2', { id: 'words' }, message('detail.words')),
      h('div', { class: 'prose', dir: 'auto', lang: about.posting_language }, about.description)),
    h('section', { 'aria-labelledby': 'facts' }, h('h2', { id: 'facts' }, message('detail.known')),
      h('dl', { class: 'facts' }, ...told.filter(([, value]) => value).map(([key, value, columns]) => h('div', {},
        h('dt', {}, message(`fact.${key}`)), h('dd', {}, foreign(value), ...quotes(detail, columns, told))))),
      silent.length > 0 && h('p', { class: 'quiet' }, message('detail.silent', { facts: listed(silent) }))),
    history(detail, told),
    h('p', { class: 'quiet' }, `${message('detail.id', { id: about.internship_id })} `, ...calendars(about, contents)))
}

function stateWords(about: Facts): string {
  if (about.state === 'open') return message('detail.open', { first: dayOf(about.first_seen), last: dayOf(about.last_seen) })
  if (about.state !== 'closed') return message('detail.unverified', { day: dayOf(about.last_seen) })
  const day = dayOf(about.closed_on)
  return about.closed_reason ? message('detail.closed_why', { day, why: closedWord(about.closed_reason) }) : message('detail.closed', { day })
}

function place(one: Listing, about: Facts): HTMLElement {
  const name = one.source ?? one.source_id
  return h('li', {},
    one.apply_url && h('p', {}, outside(one.apply_url, message('detail.apply_at', { host: host(one.apply_url) }))),
    h('p', {}, outside(one.url, ...messageParts('detail.posting_at', { source: foreign(name) }))),
    one.title !== about.title && h('p', {}, ...messageParts('detail.called', { title: foreign(one.title, one.posting_language) })),
    h('p', { class: 'quiet' }, message(one.first_seen === one.last_seen ? 'detail.seen_on' : 'detail.seen_from', {
      channel: word(one.channel), state: one.state === 'closed' ? message('detail.closed', { day: dayOf(one.closed_on) }) : word(one.state),
      first: dayOf(one.first_seen), last: dayOf(one.last_seen),
    }), one.reason && one.reason !== 'first' && message('detail.matched', { reason: word(one.reason) }),
      one.attribution && one.attribution !== name && `; ${one.attribution}`))
}

function host(address: string): string {
  try {
    return new URL(address).host
  } catch {
    return message('detail.no_address')
  }
}

/** So many quotes under a fact stand open; one more is not worth a click. */
const QUOTES = 4

function quotes(detail: Detail, columns: string[], told: ReturnType<typeof facts>): Child[] {
  const names = new Map((detail.listings ?? []).map((one) => [one.listing_id, one.source ?? one.source_id]))
  const seen = new Set<string>()
  const found = (detail.evidence ?? []).filter((one) => {
    if (!columns.includes(one.field)) return false
    // what the catalogue says of a source are no words of a posting
    const key = one.raw_field === 'source' ? one.listing_id : `${one.quote}\n${one.raw_field}\n${one.listing_id}`
    return !seen.has(key) && seen.add(key)
  })
  if (!found.length) return []
  const items = found.map((one) => h('li', {},
    one.raw_field !== 'source' && quotation(one.quote),
    ' ', h('span', { class: 'quiet' }, ...messageParts(one.raw_field === 'source' ? 'detail.quoted_catalogue' : 'detail.quoted', {
      method: word(one.method), field: columnName(one.raw_field, told), source: foreign(names.get(one.listing_id) ?? one.listing_id),
    }))))
  const rest = items.length > QUOTES + 1 ? items.splice(QUOTES) : []
  return [
    h('ul', { class: 'quotes' }, ...items),
    rest.length > 0 && h('details', {}, h('summary', {}, message('detail.more_quotes', { count: rest.length })), h('ul', { class: 'quotes' }, ...rest)),
  ]
}

function risks(about: Facts): Child {
  const flags = (about.risk_flags ?? []) as { flag: string; quote: string }[]
  if (!flags.length) return null
  return h('section', { 'aria-labelledby': 'risks', class: 'risks' }, h('h2', { id: 'risks' }, message('detail.risks')),
    h('ul', {}, ...flags.map(({ flag, quote }) => h('li', {}, ...messageParts('detail.risk', { flag: word(flag), quote: quotation(quote) })))))
}

/** A value in words: of one with parts, those that are stated. */
function plainly(value: unknown): string {
  if (Array.isArray(value)) return value.map(plainly).join(' ')
  if (typeof value === 'object' && value !== null) return Object.values(value).filter((part) => part !== null).map(plainly).join(' ')
  return String(value)
}

function history(detail: Detail, told: ReturnType<typeof facts>): Child {
  const changes = detail.history ?? []
  if (!changes.length) return null
  const value = (json: string | null): Child => {
    if (json === null || json === 'null') return message('detail.nothing')
    let text = json
    try {
      const parsed = JSON.parse(json) as unknown
      text = typeof parsed === 'string' ? parsed : Array.isArray(parsed) ? parsed.map(plainly).join(', ') : plainly(parsed)
    } catch {
      // shown as it is
    }
    return foreign(text.length > 200 ? `${text.slice(0, 200)} …` : text)
  }
  return h('section', { 'aria-labelledby': 'history' }, h('h2', { id: 'history' }, message('detail.history')),
    h('ul', { class: 'history' }, ...changes.map((one) => h('li', {}, h('span', { class: 'date' }, dayOf(one.night)), ' ',
      ...(one.field ? messageParts(one.old !== null || one.new !== null ? 'detail.change_from' : 'detail.change', {
        change: word(one.change), field: columnName(one.field, told), old: value(one.old), new: value(one.new),
      }) : [word(one.change)])))))
}

/** Calendars and feeds to subscribe to: of all, and of the countries and fields of this one, where there are such files. */
function calendars(about: Facts, contents: Contents): Child[] {
  const there = new Set(contents.exports.map(({ path }) => path))
  const broad = [...new Set(((about.fields ?? []) as string[]).map((code) => code.slice(0, 2)))]
  const wanted: [string, string][] = [
    ...((about.countries ?? []) as string[]).map((code): [string, string] => [`calendars/country-${code}.ics`, message('subscribe.deadlines', { name: country(code) })]),
    ...((about.countries ?? []) as string[]).map((code): [string, string] => [`feeds/country-${code}.atom`, message('subscribe.new', { name: country(code) })]),
    ...broad.map((code): [string, string] => [`calendars/field-${code}.ics`, message('subscribe.deadlines', { name: field(code) })]),
    ...broad.map((code): [string, string] => [`feeds/field-${code}.atom`, message('subscribe.new', { name: field(code) })]),
    ['deadlines.ics', message('subscribe.all_deadlines')],
    ['new.atom', message('subscribe.all_new')],
  ]
  const links = wanted.filter(([path]) => there.has(path))
  if (!links.length) return [h('a', { href: '#view=files' }, message('detail.files'))]
  return messageParts('detail.subscribe', {
    links: h('span', {}, ...links.slice(0, 16).flatMap(([path, name], at) => [at > 0 && message('list.separator'), h('a', { href: encodeURI(path) }, name)])),
  })
}
