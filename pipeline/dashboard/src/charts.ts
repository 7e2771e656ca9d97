// The map and the charts of what is chosen. Each chart is a table that a reader of screens reads as such; its bars lead to
// the list with that filter.

import world from 'map:world'
import type { Contents } from './data'
import { readRows } from './data'
import { h, svg, table, tableRow } from './dom'
import type { Facet } from './facets'
import { SILENT } from './facets'
import type { Internships } from './internships'
import { NONE } from './internships'
import type { State } from './state'
import { addressOf } from './state'
import { message } from './messages'
import { country, dayOf, euro, month, monthKey, number, word } from './words'

const TOP = 15
const STEPS = 6
const PAY = [0, 250, 500, 750, 1000, 1500, 2000, 3000]

interface Bar { name: string; amount: number; href?: string; isSilent?: boolean }

export interface Charts {
  element: HTMLElement
  show: (state: State, rows: Uint32Array) => void
}

export function makeCharts(internships: Internships, contents: Contents, facets: Facet[]): Charts {
  const facet = (key: string): Facet => facets.find((one) => one.key === key) as Facet
  const title = h('h1', { tabindex: -1 })
  const map = makeMap()
  const places = { countries: h('section'), fields: h('section'), paid: h('section'), pay: h('section'), deadlines: h('section'), sources: h('section') }
  const nights = h('section', { class: 'wide' })
  void showNights(contents, nights)
  void showSources(contents, places.sources)
  return {
    element: h('section', { class: 'charts' }, title, map.element,
      h('div', { class: 'grid' }, places.countries, places.fields, places.paid, places.pay, places.deadlines, places.sources), nights),
    show(state, rows) {
      title.textContent = message('charts.title', { count: rows.length })
      const link = (key: string, value: string): string =>
        addressOf({ ...state, view: 'list', page: 1, chosen: { ...state.chosen, [key]: [value] } })
      const tally = (one: Facet): Bar[] => {
        const counts = new Uint32Array(one.options.length)
        for (const row of rows) for (const option of one.optionsOf[one.codes[row]]) counts[option]++
        return one.options.map(({ key, label }, at) => ({ name: label, amount: counts[at], href: link(one.key, key), key, isSilent: key === SILENT }))
      }
      const most = (bars: Bar[]): Bar[] => bars.filter(({ amount }) => amount)
        .sort((one, other) => Number(one.isSilent) - Number(other.isSilent) || other.amount - one.amount)
      const byCountry = tally(facet('to')) as (Bar & { key: string })[]
      map.show(new Map(byCountry.filter(({ key }) => key !== SILENT).map((bar) => [bar.key, bar])))
      draw(places.countries, message('charts.by_country'), most(byCountry).slice(0, TOP))
      draw(places.fields, message('charts.by_field'), most(tally(facet('field'))))
      draw(places.paid, message('charts.paid'), tally(facet('paid')))
      draw(places.pay, message('charts.pay'), payBars(internships, rows))
      draw(places.deadlines, message('charts.deadlines'), deadlineBars(internships, rows))
    },
  }
}

function payBars(internships: Internships, rows: Uint32Array): Bar[] {
  const counts = new Array<number>(PAY.length).fill(0)
  for (const row of rows) {
    const pay = internships.numbers.pay_month_eur[row]
    if (pay !== NONE) counts[PAY.findLastIndex((least) => pay >= least)]++
  }
  return counts.map((amount, at) => ({
    name: at + 1 < PAY.length ? message('span', { least: euro(PAY[at]), most: euro(PAY[at + 1] - 1) }) : message('charts.or_more', { pay: euro(PAY[at]) }), amount,
  }))
}

function deadlineBars(internships: Internships, rows: Uint32Array): Bar[] {
  const counts = new Map<string, number>()
  for (const row of rows) {
    const deadline = internships.numbers.deadline[row]
    if (deadline !== NONE) {
      const key = monthKey(deadline)
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  return [...counts].sort(([one], [other]) => one < other ? -1 : 1).slice(0, 18).map(([key, amount]) => ({ name: month(key), amount }))
}

function draw(section: HTMLElement, name: string, bars: Bar[], counted = message('charts.internships')): void {
  const greatest = Math.max(1, ...bars.map(({ amount }) => amount))
  section.replaceChildren(h('h2', {}, name), bars.length ? h('table', { class: 'bars' },
    h('thead', { class: 'unseen' }, h('tr', {}, h('th', { scope: 'col' }, name), h('th', { scope: 'col' }, counted))),
    h('tbody', {}, ...bars.map((bar) => {
      const fill = h('span', { class: 'fill' })
      fill.style.width = `${(100 * bar.amount) / greatest}%`
      if (bar.amount) fill.style.minWidth = '2px'
      return h('tr', {}, h('th', { scope: 'row' }, bar.href ? h('a', { href: bar.href }, bar.name) : bar.name),
        h('td', {}, h('span', { class: 'track' }, fill), h('span', { class: 'amount' }, number(bar.amount))))
    }))) : h('p', { class: 'quiet' }, message('charts.none')))
}

function makeMap(): { element: HTMLElement; show: (bars: Map<string, Bar>) => void } {
  const drawn: { code: string; shape: SVGElement; title: SVGTitleElement }[] = []
  let links = new Map<string, Bar>()
  const follow = (code: string) => () => {
    const href = links.get(code)?.href
    if (href) location.hash = href
  }
  const add = (code: string, shape: SVGElement): SVGElement => {
    const title = svg('title', {})
    shape.append(title)
    if (code) drawn.push({ code, shape, title })
    return shape
  }
  const picture = svg('svg', { viewBox: `0 0 ${world.width} ${world.height}`, role: 'img', 'aria-label': message('charts.map') },
    ...world.shapes.map(([code, path]) => add(code, svg('path', { d: path, onclick: follow(code) }))),
    ...world.points.map(([code, x, y]) => add(code, svg('circle', { cx: x, cy: y, r: 3, onclick: follow(code) }))))
  const legend = h('p', { class: 'legend' })
  return {
    element: h('figure', { class: 'map' }, picture, legend),
    show(bars) {
      links = bars
      const greatest = Math.max(1, ...[...bars.values()].map(({ amount }) => amount))
      // shades by the logarithm: one country has thousands, most have a few
      const step = (amount: number): number => amount === 0 ? 0 : Math.min(STEPS - 1, 1 + Math.floor((STEPS - 1) * Math.log(amount) / Math.log(greatest + 1)))
      for (const { code, shape, title } of drawn) {
        const amount = bars.get(code)?.amount ?? 0
        shape.setAttribute('class', `step${step(amount)}${amount ? ' some' : ''}`)
        title.textContent = message('charts.country_amount', { country: country(code), amount })
      }
      const least = new Map<number, number>()
      for (let amount = 1; amount <= greatest; amount = Math.max(amount + 1, Math.floor(amount * 1.02))) if (!least.has(step(amount))) least.set(step(amount), amount)
      legend.replaceChildren(h('span', {}, message('charts.legend')), ...[[0, 0], ...least].map(([at, from]) => h('span', { class: 'key' }, h('span', { class: `swatch step${at}` }), at ? message('charts.from', { amount: from }) : message('charts.no_internships'))))
    },
  }
}

async function showSources(contents: Contents, section: HTMLElement): Promise<void> {
  const counts = new Map<string, number>()
  for (const { outcome } of await readRows<{ outcome: string | null }>(contents.tables.sources)) {
    const key = outcome ?? ''
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const bars = [...counts].sort(([, one], [, other]) => other - one).map(([key, amount]) => ({ name: key ? word(key) : message('sources.never_asked'), amount, href: '#view=sources' }))
  draw(section, message('charts.sources'), bars, message('view.sources'))
}

const COLUMNS = ['night', 'new', 'closed', 'reopened', 'changed'] as const

interface Night { night: string; added: bigint; changed: bigint; closed: bigint; reopened: bigint }

function nightSpan(nights: Night[]): string {
  if (nights.length < 2) return message('charts.one_night')
  return message('charts.nights_span', { first: dayOf(nights[0].night), last: dayOf(nights[nights.length - 1].night) })
}

async function showNights(contents: Contents, section: HTMLElement): Promise<void> {
  const nights = await readRows<Night>(contents.tables.nights)
  const greatest = Math.max(1, ...nights.map(({ added, closed }) => Math.max(Number(added), Number(closed))))
  const height = 60
  const width = 10
  const bars = nights.flatMap(({ night, added, closed }, at) => {
    const up = (height * Number(added)) / greatest
    const down = (height * Number(closed)) / greatest
    const title = message('charts.night_amounts', { day: dayOf(night), added: Number(added), closed: Number(closed) })
    return [
      svg('rect', { x: at * width + 1, y: height - up, width: width - 2, height: up, class: 'new' }, svg('title', {}, title)),
      svg('rect', { x: at * width + 1, y: height + 1, width: width - 2, height: down, class: 'closed' }, svg('title', {}, title)),
    ]
  })
  const columns = COLUMNS.map((name) => message(`charts.${name}`))
  const picture = svg('svg', { viewBox: `0 0 ${Math.max(30, nights.length) * width} ${2 * height + 2}`, preserveAspectRatio: 'xMinYMid', role: 'img', 'aria-label': message('charts.nights_picture') }, ...bars)
  section.replaceChildren(h('h2', {}, message('charts.nights')), h('p', { class: 'quiet' }, message('charts.nights_key', { span: nightSpan(nights) })), picture,
    h('details', {}, h('summary', {}, message('charts.as_table')), table(message('charts.nights_table'), columns, h('tbody', {}, ...[...nights].reverse().map((one) =>
      tableRow(columns, [dayOf(one.night)], ...[one.added, one.closed, one.reopened, one.changed].map((amount) => [number(Number(amount))])))))))
}
