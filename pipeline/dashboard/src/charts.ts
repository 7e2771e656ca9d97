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
import { count, country, dayOf, month, monthKey, number, word } from './words'

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
      title.textContent = `${count(rows.length, 'internship')} on the map`
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
      draw(places.countries, 'By country', most(byCountry).slice(0, TOP))
      draw(places.fields, 'By field of study', most(tally(facet('field'))))
      draw(places.paid, 'Paid or not', tally(facet('paid')))
      draw(places.pay, 'Pay a month, in EUR', payBars(internships, rows))
      draw(places.deadlines, 'Deadlines by month', deadlineBars(internships, rows))
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
    name: at + 1 < PAY.length ? `€${number(PAY[at])} to ${number(PAY[at + 1] - 1)}` : `€${number(PAY[at])} or more`, amount,
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

function draw(section: HTMLElement, name: string, bars: Bar[], counted = 'Internships'): void {
  const greatest = Math.max(1, ...bars.map(({ amount }) => amount))
  section.replaceChildren(h('h2', {}, name), bars.length ? h('table', { class: 'bars' },
    h('thead', { class: 'unseen' }, h('tr', {}, h('th', { scope: 'col' }, name), h('th', { scope: 'col' }, counted))),
    h('tbody', {}, ...bars.map((bar) => {
      const fill = h('span', { class: 'fill' })
      fill.style.width = `${(100 * bar.amount) / greatest}%`
      if (bar.amount) fill.style.minWidth = '2px'
      return h('tr', {}, h('th', { scope: 'row' }, bar.href ? h('a', { href: bar.href }, bar.name) : bar.name),
        h('td', {}, h('span', { class: 'track' }, fill), h('span', { class: 'amount' }, number(bar.amount))))
    }))) : h('p', { class: 'quiet' }, 'None of these says.'))
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
  const picture = svg('svg', { viewBox: `0 0 ${world.width} ${world.height}`, role: 'img', 'aria-label': 'World map: internships by country; the table By country says the same' },
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
        title.textContent = `${country(code)}: ${number(amount)}`
      }
      const least = new Map<number, number>()
      for (let amount = 1; amount <= greatest; amount = Math.max(amount + 1, Math.floor(amount * 1.02))) if (!least.has(step(amount))) least.set(step(amount), amount)
      legend.replaceChildren(h('span', {}, 'Internships: '), ...[[0, 0], ...least].map(([at, from]) => h('span', { class: 'key' }, h('span', { class: `swatch step${at}` }), at ? `from ${number(from)}` : 'none')))
    },
  }
}

async function showSources(contents: Contents, section: HTMLElement): Promise<void> {
  const counts = new Map<string, number>()
  for (const { outcome } of await readRows<{ outcome: string | null }>(contents.tables.sources)) {
    const key = outcome ?? 'never asked'
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const bars = [...counts].sort(([, one], [, other]) => other - one).map(([key, amount]) => ({ name: word(key), amount, href: '#view=sources' }))
  draw(section, 'Sources, by how their last run went', bars, 'Sources')
}

const COLUMNS = ['Night', 'New', 'Closed', 'Reopened', 'Changed']

interface Night { night: string; added: bigint; changed: bigint; closed: bigint; reopened: bigint }

function nightSpan(nights: Night[]): string {
  if (nights.length < 2) return 'Only one night so far.'
  return `From ${dayOf(nights[0].night)} to ${dayOf(nights[nights.length - 1].night)}.`
}

async function showNights(contents: Contents, section: HTMLElement): Promise<void> {
  const nights = await readRows<Night>(contents.tables.nights)
  const greatest = Math.max(1, ...nights.map(({ added, closed }) => Math.max(Number(added), Number(closed))))
  const height = 60
  const width = 10
  const bars = nights.flatMap(({ night, added, closed }, at) => {
    const up = (height * Number(added)) / greatest
    const down = (height * Number(closed)) / greatest
    const title = `${dayOf(night)}: ${number(Number(added))} new, ${number(Number(closed))} closed`
    return [
      svg('rect', { x: at * width + 1, y: height - up, width: width - 2, height: up, class: 'new' }, svg('title', {}, title)),
      svg('rect', { x: at * width + 1, y: height + 1, width: width - 2, height: down, class: 'closed' }, svg('title', {}, title)),
    ]
  })
  const picture = svg('svg', { viewBox: `0 0 ${Math.max(30, nights.length) * width} ${2 * height + 2}`, preserveAspectRatio: 'xMinYMid', role: 'img', 'aria-label': 'New (up) and closed (down) by night; the table below says the same' }, ...bars)
  section.replaceChildren(h('h2', {}, 'New and closed by night'), h('p', { class: 'quiet' }, `Up: new. Down: closed. ${nightSpan(nights)}`), picture,
    h('details', {}, h('summary', {}, 'As a table'), table('Nights', COLUMNS, h('tbody', {}, ...[...nights].reverse().map((one) =>
      tableRow(COLUMNS, [dayOf(one.night)], ...[one.added, one.closed, one.reopened, one.changed].map((amount) => [number(Number(amount))])))))))
}
