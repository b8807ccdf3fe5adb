"use strict";
// What the mouse and the keyboard ask for. Every change is a step that the program does; the page shows what it answers.
const get = (id) => document.getElementById(id);
const say = (name, count = "") => document.body.dataset["say" + name].replace("{count}", count);
const NUDGE_MM = 0.1, STRIDE_MM = 1, LEAST_MM = 0.5, WAIT_MS = 300, PX_PER_MM = 96 / 25.4;

let revision = Number(document.body.dataset.revision);
let chosen = [];          // "FIELD-ZONE", as in the ids of the zones
let state = {undo: false, redo: false, unsaved: false, faults: [], warnings: [], guesses: [], said: ""};
let drawing = null;       // null, "field" or "zone"
let zoom = 0;             // 0: the whole width
let nudged = null;        // what the arrow keys did since the program was told
let waiting = Promise.resolve();

const zone = (id) => get("zone-" + id);
const spot = (id) => ({field: Number(id.split("-")[0]), zone: Number(id.split("-")[1])});
const rectOf = (node) => ({x: +node.dataset.x, y: +node.dataset.y, width: +node.dataset.width, height: +node.dataset.height});
const sheetOf = (node) => node.closest("svg");
const tidy = (mm) => Math.round(mm * 100) / 100;
const byPlace = (a, b) => spot(a).field - spot(b).field || spot(a).zone - spot(b).zone;

// Asking the program, one thing after the other; what depends on the answer before is a function.
function ask(what, body = {}, input = null) {
  settle();
  waiting = waiting.then(() => send(what, body, input));
  return waiting;
}

async function send(what, body, input) {
  const asked = chosen.join();
  let answer;
  try {
    const said = typeof body === "function" ? body() : body;
    const posted = JSON.stringify({...said, chosen: chosen.map(spot), revision});
    const got = await fetch(what, {method: "POST", headers: {"Content-Type": "application/json"}, body: posted});
    if (!got.ok) throw new Error(got.statusText);
    answer = await got.json();
    if (input) input.unanswered -= 1;
  } catch {
    get("told").textContent = say("Ended");
    return;
  }
  if (answer.parts) show(answer, chosen.join() === asked); else { refill("panel", answer.panel); mark(); }
}

const step = (name, asked, input) => ask("step", {step: name, with: asked}, input);

function show(told, sameChosen) {
  for (const [id, html] of Object.entries(told.parts)) refill(id, html);
  revision = told.revision;
  const moved = sameChosen && told.chosen.length && told.chosen.join() !== chosen.join();
  const inList = get("list").contains(document.activeElement);
  if (sameChosen) chosen = told.chosen;  // else another zone was chosen while the program worked
  state = told;
  mark();
  if (moved) reach(chosen[0], !inList && !get("panel").contains(document.activeElement));
  if (moved && inList) get("field-" + spot(chosen[0]).field).focus();
  tell();
}

// New contents for an element; the focus stays where it was.
function refill(id, html) {
  const box = get(id), was = document.activeElement;
  const inside = box.contains(was) && was.id;
  if (id === "panel" && sameForm(box, html)) return;
  box.innerHTML = html;
  const now = inside && get(was.id);
  now?.focus?.({preventScroll: true});
  now?.select?.();
}

// The same form with other values is filled in anew in its place. What is being typed, and what was asked and is not answered
// yet, stands: an answer to an earlier question knows nothing of it.
function sameForm(box, html) {
  const fresh = document.createElement("div");
  fresh.innerHTML = html;
  const shape = (one) => [...one.querySelectorAll("[id],button,option:disabled")].map((part) => (part.id || part.textContent) + part.disabled).join();
  if (shape(fresh) !== shape(box)) return false;
  for (const now of fresh.querySelectorAll("[data-name]")) {
    const was = get(now.id);
    if (was.typing || was.unanswered) continue;
    if (was.value !== now.value) was.value = now.value;
    was.checked = now.checked;
  }
  const said = box.querySelectorAll("legend,.doubts");
  fresh.querySelectorAll("legend,.doubts").forEach((one, n) => said[n].replaceChildren(...one.childNodes));
  return true;
}

function tell() {
  const words = [];
  if (state.said === "saved") words.push(state.faults.length ? say("SavedFaulty", state.faults.length) : say("Saved"));
  else if (state.said) words.push(state.words);
  else if (state.unsaved) words.push(say("Unsaved"));
  if (state.faults.length && state.said !== "saved") words.push(say("Faults", state.faults.length));
  if (state.warnings.length) words.push(say("Warnings", state.warnings.length));
  if (state.guesses.length) words.push(say("Guesses", state.guesses.length));
  get("told").textContent = drawing ? say("Draw") : words.join(" · ");
  for (const name of ["undo", "redo"]) button(name).disabled = !state[name];
  button("save").disabled = !state.unsaved;
  button("guess").disabled = !state.guesses.length;
  button("fault").disabled = !state.faults.length;
  button("warning").disabled = !state.warnings.length;
  button("field").setAttribute("aria-pressed", drawing === "field");
  document.body.classList.toggle("drawing", drawing !== null);
}

const button = (name) => document.querySelector(`.bar [data-do=${name}]`);

// Choosing.
function mark() {
  document.querySelectorAll(".zone[aria-current]").forEach((node) => node.removeAttribute("aria-current"));
  document.querySelectorAll("[id^=marks-]").forEach((group) => group.replaceChildren());
  chosen = chosen.filter(zone);
  chosen.forEach((id) => zone(id).setAttribute("aria-current", "true"));
  if (chosen.length === 1 && !drag?.rects) handles(zone(chosen[0]));
}

function choose(ids) {
  if (ids.join() === chosen.join()) return;
  settle();
  chosen = ids.sort(byPlace);
  mark();
  document.querySelector("aside").scrollTop = 0;  // the form stands above the list
  ask("look");
}

function goTo(id) {
  choose([id]);
  reach(id);
}

function reach(id, focus = true) {
  if (focus) zone(id).focus({preventScroll: true});
  const seen = get("sheets").getBoundingClientRect(), box = zone(id).getBoundingClientRect();
  const whole = box.top >= seen.top && box.bottom <= seen.bottom && box.left >= seen.left && box.right <= seen.right;
  if (!whole) zone(id).scrollIntoView({block: "center", inline: "nearest"});
}

// To the next of some fields; -1 is the form as a whole, whose form stands where no zone is chosen.
function goToNext(numbers) {
  const here = chosen.length ? spot(chosen[0]).field : -1;
  const next = numbers.find((number) => number > here) ?? numbers[0];
  if (next < 0) { choose([]); waiting.then(() => get("in-title")?.focus()); }
  else if (next !== undefined && zone(next + "-0")) goTo(next + "-0");
}

const SIDES = {nw: [0, 0], n: [.5, 0], ne: [1, 0], e: [1, .5], se: [1, 1], s: [.5, 1], sw: [0, 1], w: [0, .5]};

function handles(node) {
  const rect = rectOf(node), svg = sheetOf(node), size = Math.min(2, 9 * mmPerPx(svg));
  const out = Math.min(rect.width, rect.height) < 4 * size ? size : 0;  // beside a small zone, so that it is seen
  for (const [side, [across, down]] of Object.entries(SIDES)) {
    const handle = element("rect", "handle", {
      x: rect.x + across * rect.width - size / 2 + (across - .5) * out, y: rect.y + down * rect.height - size / 2 + (down - .5) * out, width: size, height: size});
    handle.dataset.side = side;
    handle.style.cursor = side + "-resize";
    get("marks-" + svg.dataset.sheet).append(handle);
  }
}

function element(name, kind, sides) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  made.setAttribute("class", kind);
  for (const [side, value] of Object.entries(sides)) made.setAttribute(side, value);
  return made;
}

const mmPerPx = (svg) => svg.dataset.width / svg.getBoundingClientRect().width;

function place(svg, event) {
  const box = svg.getBoundingClientRect();
  return {x: (event.clientX - box.left) * mmPerPx(svg), y: (event.clientY - box.top) * mmPerPx(svg)};
}

// A rectangle after a side of it was drawn by (dx, dy); "" moves all of it. It stays on its sheet.
function drawn(rect, side, dx, dy, svg) {
  const width = +svg.dataset.width, height = +svg.dataset.height;
  const hold = (value, least, most) => Math.min(Math.max(value, least), Math.max(least, most));
  let {x, y, width: w, height: h} = rect;
  const right = x + w, bottom = y + h;
  if (!side) { x = hold(x + dx, 0, width - w); y = hold(y + dy, 0, height - h); }
  if (side.includes("w")) { x = hold(x + dx, 0, right - LEAST_MM); w = right - x; }
  if (side.includes("e")) w = hold(w + dx, LEAST_MM, width - x);
  if (side.includes("n")) { y = hold(y + dy, 0, bottom - LEAST_MM); h = bottom - y; }
  if (side.includes("s")) h = hold(h + dy, LEAST_MM, height - y);
  return {x: tidy(x), y: tidy(y), width: tidy(w), height: tidy(h)};
}

function preview(node, rect) {
  const frame = node.querySelector("rect"), was = rectOf(node);
  for (const [side, value] of Object.entries(rect)) frame.setAttribute(side, value);
  for (const other of node.querySelectorAll(":not(rect:first-of-type)"))
    other.setAttribute("transform", `translate(${rect.x - was.x} ${rect.y - was.y})`);
}

function lay(ids, rects) {
  if (ids.every((id, n) => Object.entries(rectOf(zone(id))).every(([side, value]) => rects[n][side] === value))) return;
  step("LayZones", {spots: ids.map(spot), rects});
}

// The mouse.
let drag = null;

get("sheets").addEventListener("pointerdown", (event) => {
  const svg = event.target.closest("svg");
  if (!svg || event.button) return;
  const node = event.target.closest(".zone"), handle = event.target.closest(".handle");
  const at = place(svg, event);
  event.preventDefault();
  svg.setPointerCapture(event.pointerId);
  settle();
  if (drawing) {
    drag = {svg, at, sketch: element("rect", "sketch", {x: at.x, y: at.y, width: 0, height: 0})};
    get("marks-" + svg.dataset.sheet).append(drag.sketch);
    return;
  }
  if (handle) drag = {svg, at, side: handle.dataset.side, ids: [...chosen]};
  else if (node) {
    const id = node.dataset.zone;
    if (event.shiftKey) choose(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
    else if (!chosen.includes(id)) choose([id]);
    node.focus({preventScroll: true});
    drag = {svg, at, side: "", ids: chosen.filter((one) => sheetOf(zone(one)) === svg)};
  } else choose([]);
});

get("sheets").addEventListener("pointermove", (event) => {
  if (!drag) return;
  const to = place(drag.svg, event);
  if (drag.sketch) {
    drag.rect = {x: Math.min(drag.at.x, to.x), y: Math.min(drag.at.y, to.y), width: Math.abs(to.x - drag.at.x), height: Math.abs(to.y - drag.at.y)};
    for (const [side, value] of Object.entries(drag.rect)) drag.sketch.setAttribute(side, value);
    return;
  }
  const round = (mm) => Math.round(mm / NUDGE_MM) * NUDGE_MM;
  const dx = round(to.x - drag.at.x), dy = round(to.y - drag.at.y);
  if (!drag.rects && Math.hypot(dx, dy) < 0.3) return;
  document.querySelectorAll(".handle").forEach((one) => one.remove());
  drag.rects = drag.ids.map((id) => drawn(rectOf(zone(id)), drag.side, dx, dy, drag.svg));
  drag.ids.forEach((id, n) => preview(zone(id), drag.rects[n]));
});

get("sheets").addEventListener("pointerup", () => {
  const done = drag;
  drag = null;
  if (!done) return;
  if (done.sketch) {
    done.sketch.remove();
    if (done.rect && done.rect.width >= LEAST_MM && done.rect.height >= LEAST_MM) add(done.svg, done.rect);
  } else if (done.rects) lay(done.ids, done.rects);
});

get("sheets").addEventListener("pointercancel", () => { drag?.sketch?.remove(); drag = null; ask("state"); });
get("sheets").addEventListener("click", (event) => { if (event.target.closest(".zone")) event.preventDefault(); });
get("sheets").addEventListener("focusin", (event) => {
  const node = event.target.closest(".zone");
  if (node && !drag && !chosen.includes(node.dataset.zone)) choose([node.dataset.zone]);
});
get("list").addEventListener("click", (event) => {
  const item = event.target.closest("li");
  if (!item) return;
  event.preventDefault();
  if (zone(item.dataset.f + "-0")) goTo(item.dataset.f + "-0");
});

function add(svg, rect) {
  const made = drawn(rect, "", 0, 0, svg), sheet = +svg.dataset.sheet, kind = drawing;
  drawing = null;
  if (kind === "zone") step("AddZone", {field: spot(chosen[0]).field, sheet, rect: made});
  else step("AddField", {sheet, rect: made});
}

function addInTheMiddle() {
  const seen = get("sheets").getBoundingClientRect(), middle = seen.top + seen.height / 2;
  const svg = [...document.querySelectorAll("svg")].find((one) => one.getBoundingClientRect().bottom > middle);
  const y = (middle - svg.getBoundingClientRect().top) * mmPerPx(svg);
  add(svg, {x: svg.dataset.width / 2 - 20, y, width: 40, height: 6});
}

// The form.
get("panel").addEventListener("submit", (event) => event.preventDefault());
get("panel").addEventListener("change", (event) => {
  const input = event.target, about = input.closest("fieldset")?.dataset.about;
  if (!about) return;
  const typed = input.type === "checkbox" ? String(input.checked) : input.value;
  const name = input.dataset.name, at = chosen.length ? spot(chosen[0]) : null;
  input.typing = false;
  if (about === "zone" && typed === "") return;
  input.unanswered = (input.unanswered ?? 0) + 1;
  if (about === "field") step("ChangeField", {field: at.field, name, typed}, input);
  if (about === "head") step("ChangeHead", {name, typed}, input);
  if (about === "box") step("ChangeBox", {spot: at, name: name.replace("box-", ""), typed}, input);
  if (about === "zone") step("LayZones", {spots: [at], rects: [{...rectOf(zone(chosen[0])), [name]: Number(typed)}]}, input);
});
get("panel").addEventListener("input", (event) => { event.target.typing = true; });
get("panel").addEventListener("focusout", (event) => { event.target.typing = false; });

const DOES = {
  save: () => ask("save"),
  undo: () => ask("undo"),
  redo: () => ask("redo"),
  field: () => { drawing = drawing === "field" ? null : "field"; tell(); },
  zone: () => { drawing = chosen.length ? "zone" : null; tell(); },
  guess: () => goToNext(state.guesses),
  fault: () => goToNext(state.faults),
  warning: () => goToNext(state.warnings),
  larger: () => scale(1.25),
  smaller: () => scale(0.8),
  whole: () => scale(0),
  right: () => chosen.length && step("FindRight", {fields: fieldsChosen()}),
  beside: () => split(false),
  stacked: () => split(true),
  merge: () => chosen.length > 1 && step("MergeZones", {spots: chosen.map(spot)}),
  join: () => chosen.length > 1 && step("JoinFields", {fields: fieldsChosen()}),
  part: () => chosen.length && step("PartField", {spots: chosen.map(spot)}),
  earlier: () => chosen.length && reorder(() => spot(chosen[0]).field, -1),
  later: () => chosen.length && reorder(() => spot(chosen[0]).field, 1),
  lines: () => chosen.length && ask("snap"),
  remove: () => chosen.length && step("RemoveZones", {spots: chosen.map(spot)}),
};
const KEYS = {o: "right", s: "beside", S: "stacked", m: "merge", j: "join", p: "part", l: "lines", b: "zone", n: "field", g: "guess",
  f: "fault", w: "warning", Delete: "remove", Backspace: "remove", "+": "larger", "-": "smaller", 0: "whole"};

const reorder = (field, down) => ask("step", () => ({step: "MoveField", with: {field: field(), down}}));
const fieldsChosen = () => [...new Set(chosen.map((id) => spot(id).field))];
const split = (stacked) => chosen.length === 1 && step("SplitZone", {spot: spot(chosen[0]), parts: Number(get("parts").value), stacked});

function scale(by) {
  const svg = document.querySelector("svg");
  zoom = by ? Math.min(8, Math.max(0.3, by / mmPerPx(svg) / PX_PER_MM)) : 0;
  get("sheets").classList.toggle("zoomed", zoom > 0);
  get("sheets").style.setProperty("--zoom", zoom * PX_PER_MM);
  mark();
  if (chosen.length) zone(chosen[0]).scrollIntoView({block: "center", inline: "center"});
}

document.addEventListener("click", (event) => {
  const name = event.target.closest("button")?.dataset.do;
  if (name) DOES[name]();
});

// The keyboard.
const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};

function nudge([dx, dy], event) {
  const by = event.shiftKey ? STRIDE_MM : NUDGE_MM, side = event.ctrlKey || event.altKey ? "se" : "";
  nudged ??= {ids: [...chosen], rects: chosen.map((id) => rectOf(zone(id)))};
  nudged.rects = nudged.ids.map((id, n) => drawn(nudged.rects[n], side, dx * by, dy * by, sheetOf(zone(id))));
  nudged.ids.forEach((id, n) => preview(zone(id), nudged.rects[n]));
  document.querySelectorAll(".handle").forEach((one) => one.remove());
  clearTimeout(nudged.timer);
  nudged.timer = setTimeout(settle, WAIT_MS);
}

function settle() {
  if (!nudged) return;
  const {ids, rects, timer} = nudged;
  clearTimeout(timer);
  nudged = null;
  lay(ids, rects);
}

function pressed(event) {
  const typing = event.target.closest("input,select,textarea"), ctrl = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 && ctrl ? event.key.toLowerCase() : event.key;
  if (ctrl && key === "s") { document.activeElement.blur(); return "save"; }
  if (typing) {
    if (key === "Escape" && chosen.length) zone(chosen[0]).focus();
    return null;
  }
  if (ctrl && key === "z") return event.shiftKey ? "redo" : "undo";
  if (ctrl && key === "y") return "redo";
  if (event.altKey && ARROWS[key]?.[1] && event.target.closest("#list li")) {
    reorder(() => Number(document.activeElement.closest("li").dataset.f), ARROWS[key][1]);
    return "";
  }
  if (ARROWS[key] && chosen.length && !event.target.closest("button,[role=toolbar]")) { nudge(ARROWS[key], event); return ""; }
  if (ctrl || event.altKey) return null;
  if (key === "Escape") { drawing = null; if (!drag) choose([]); tell(); return ""; }
  if (key === "Enter" && drawing) { addInTheMiddle(); return ""; }
  if (key === "Enter" && event.target.closest(".zone")) {
    waiting.then(() => (get("in-key") ?? get("panel").querySelector("button"))?.focus());
    return "";
  }
  return KEYS[key] ?? null;
}

document.addEventListener("keydown", (event) => {
  const name = pressed(event);
  if (name === null) return;
  event.preventDefault();
  if (name) DOES[name]();
});

window.addEventListener("beforeunload", (event) => { if (state.unsaved || nudged) event.preventDefault(); });
const fit = () => document.body.style.setProperty("--top", document.querySelector("header").offsetHeight + "px");
window.addEventListener("resize", () => { fit(); mark(); });
fit();
ask("state");
