declare module 'map:world' {
  /** `shapes`: country code ('' where it has none) and SVG path; `points`: country code, x, y. */
  const world: { width: number; height: number; shapes: [string, string][]; points: [string, number, number][] }
  export default world
}
