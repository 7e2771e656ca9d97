// Elements are made here and nowhere else. Text is only ever set as text: what the sources wrote is never parsed as HTML.

export type Child = Node | string | null | undefined | false

type Settings = Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>

/** An element with attributes (`on…`: a listener; null, undefined, false: left out) and children. */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name, settings: Settings = {}, ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name)
  set(element, settings)
  add(element, children)
  return element
}

/** The same for SVG. */
export function svg<Name extends keyof SVGElementTagNameMap>(
  name: Name, settings: Settings = {}, ...children: Child[]
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name)
  set(element, settings)
  add(element, children)
  return element
}

function set(element: Element, settings: Settings): void {
  for (const [key, value] of Object.entries(settings)) {
    if (typeof value === 'function') element.addEventListener(key.slice(2), value)
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(key, value === true ? '' : String(value))
    }
  }
}

function add(element: Element, children: Child[]): void {
  for (const child of children) if (child !== null && child !== undefined && child !== false) element.append(child)
}

/** Words of a source, in their own language and direction. */
export function foreign(text: string, language?: string | null): HTMLElement {
  return h('bdi', { dir: 'auto', lang: language }, text)
}

const ENTITY = /&(?:amp;)*(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]\w{1,7});/gi

/** Words of a source as they are read: a quote is verbatim, with the entities of its page. Of markup, only a single entity is parsed. */
export function quotation(words: string): HTMLElement {
  const parser = new DOMParser()
  const text = words.replace(ENTITY, (_, name: string) => parser.parseFromString(`&${name};`, 'text/html').body.textContent)
  return h('q', { dir: 'auto' }, text)
}

/** The address, if it is one of the web that may be followed; else null. */
export function webAddress(text: string | null | undefined): string | null {
  if (!text) return null
  try {
    const url = new URL(text)
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null
  } catch {
    return null
  }
}

/** A link to another site, or the words alone where the address is none of the web. */
export function outside(address: string | null | undefined, ...children: Child[]): HTMLElement {
  const href = webAddress(address)
  return href ? h('a', { href, rel: 'noopener noreferrer nofollow external' }, ...children) : h('span', {}, ...children)
}

/** A table with a name for readers of screens; on a phone each row is a card (app.css). */
export function table(name: string, columns: readonly string[], body: HTMLElement): HTMLElement {
  return h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': name }, h('table', { class: 'plain' },
    h('thead', {}, h('tr', {}, ...columns.map((column) => h('th', { scope: 'col' }, column)))), body))
}

/** A row of it: what heads the row, then a cell for each further column. */
export function tableRow(columns: readonly string[], heading: Child[], ...cells: Child[][]): HTMLElement {
  return h('tr', {}, h('th', { scope: 'row' }, ...heading), ...cells.map((cell, at) => h('td', { 'data-label': columns[at + 1] }, ...cell)))
}

/** Have the browser save a file. */
export function save(name: string, parts: BlobPart[], type: string): void {
  const href = URL.createObjectURL(new Blob(parts, { type }))
  const link = h('a', { href, download: name })
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(href), 60_000)
}
