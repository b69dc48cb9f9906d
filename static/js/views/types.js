/**
 * What views are told, and what they say, as types. Nothing here runs.
 *
 * @typedef {import("../values/types.js").Reduction} Reduction
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../values/types.js").Frame} Frame
 *
 * @typedef {{lo: number, hi: number}} Range
 *
 * What part of a selection is on the screen: a range of places an axis, not always whole ones. Null
 * stands for all.
 * @typedef {Range[]} Viewport
 *
 * How values are drawn. `clip` is the percentage of values that the scale leaves out at each end.
 * @typedef {object} Look
 * @property {string} map a colour map
 * @property {"linear" | "log" | "symlog"} scale
 * @property {number} clip
 * @property {Reduction} reduce
 * @property {string} format of numbers
 * @property {boolean} changes whether to show how often each element was seen to change
 *
 * What a view is told beside the frame: a range to hold, or null to follow the values; at which byte
 * of its segment the array begins; what part is on the screen; how to draw it.
 * @typedef {{range: Range | null, origin: number, viewport: Viewport | null, look: Look}} ViewOptions
 *
 * What a view can make use of: so many elements an axis, else reduced; null for all. A view that
 * never shows all says by `window` what it shows, viewport or not.
 * @typedef {{most: number[] | null, reduce: Reduction, window?: Viewport}} Detail
 *
 * What a view can ask for.
 * @typedef {object} ViewActions
 * @property {(selection: string) => void} select
 * @property {(viewport: Viewport | null) => void} show another part of the selection
 * @property {(detail: Detail) => void} detail
 * @property {(range: Range | null) => void} hold a range, or follow the values
 * @property {(index: number[]) => void} watch an element over time, by its index in the array
 *
 * What a view says after drawing: a text equivalent, and the range it used if it has one.
 * @typedef {{text: string, range: Range | null}} Drawn
 *
 * `render` is called for every frame, and again whenever an option changes. `picture` is what is
 * seen, for an image file. `act` does what a key asks for and says whether it could.
 * @typedef {object} MountedView
 * @property {(schema: Schema, frame: Frame, options: ViewOptions) => Drawn} render
 * @property {() => void} unmount
 * @property {() => HTMLCanvasElement | null} [picture]
 * @property {(action: ViewAction) => boolean} [act]
 *
 * @typedef {"zoom-in" | "zoom-out" | "zoom-all" | "go-to" | "copy"} ViewAction
 * @typedef {"axes" | "map" | "scale" | "range" | "reduce" | "format" | "changes"} Tool
 *
 * @typedef {(root: HTMLElement, actions: ViewActions) => MountedView} Mount
 *
 * `fits` answers 0 for a schema that the view cannot show, else a rank: the highest is `auto`. What
 * draws is fetched when it is first wanted: a page shows one view at first, of many.
 * @typedef {object} View
 * @property {string} id
 * @property {string} label
 * @property {Tool[]} tools what of its look can be chosen
 * @property {(schema: Schema) => number} fits
 * @property {() => Promise<Mount>} load
 */
export {};
