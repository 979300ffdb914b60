// What is shown of one step: words, source, instructions, registers, pages, who called whom.

const BEFORE = 6, BEHIND = 9;           // instructions around the current one
const SOURCE_AROUND = 8;                // lines

function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {}))
        made.setAttribute(key, value);
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
}

const byId = (id) => document.getElementById(id);

// Leading zeros are light: what counts is behind them.
function number16(text) {
    const zeros = 16 - text.length;
    return element("span", {class: "number"}, element("span", {class: "zeros"}, "0".repeat(zeros)), text);
}

// --- What happens ---

function showHappens(recording, step) {
    const stage = recording.stageAt(step), words = STAGES[stage.id], before = recording.ring(step),
        after = recording.ring(step + 1);
    const code = recording.codeAt(step);
    const ring = byId("ring");
    ring.className = `ring ring-${before}`;
    ring.textContent = before === after ? `ring ${before}` : `ring ${before} → ring ${after}`;
    byId("place").textContent = placeText(recording, step);
    byId("interrupts").textContent = recording.value(recording.before(step), "eflags") >> 9n & 1n
        ? "interrupts on" : "interrupts off";
    const aside = asideAt(recording, step);
    byId("stage-title").textContent = aside ? aside.title : words.title;
    byId("stage-text").textContent = aside ? aside.text : words.text + (words.see ? ` (${words.see})` : "");
    byId("instruction-big").replaceChildren(code.text.replace(/\s*#.*/, ""),
        element("span", {class: "bytes", title: "its bytes"}, code.bytes.replace(/(..)/g, "$1 ").trim()));
    byId("instruction-text").textContent = explain(recording, step);
    showItself(recording, step);
}

// In a stage of ring 3, the kernel may be called for another reason than the call that is shown.
function asideAt(recording, step) {
    const stage = recording.stageAt(step);
    const crossing = recording.chainAt(step).find((node) => node.kind === "crossing" || node.kind === "fault");
    if (!crossing || recording.ring(stage.first) !== 3 || stage.id === "gate")
        return null;
    const fault = crossing.kind === "fault" ? faultAt(recording, crossing.first - 1) : null;
    return fault ? {title: `On the way: ${fault.what}`, text: ASIDES.fault}
        : {title: "On the way: another system call", text: ASIDES.call};
}

function placeText(recording, step) {
    const code = recording.codeAt(step), name = recording.functions[code.function].name;
    const inside = code.inlined.length ? `${code.inlined.join(" in ")}, inlined in ${name}` : name;
    return code.source ? `${inside}, ${code.source} line ${code.line}` : inside;
}

function showItself(recording, step) {
    const found = byItself(recording, step), box = byId("itself");
    box.replaceChildren();
    if (!found)
        return;
    const rows = found.rows.map(([what, before, after, why]) => element("tr", {class: before === after ? "same" : ""},
        element("th", {scope: "row"}, what in recording.index ? registerName(what) : what),
        element("td", {}, before === after ? `${after}, as before` : before ? `${before} → ` : "",
            before === after ? null : element("strong", {}, after), element("span", {class: "why"}, why))));
    box.append(element("table", {class: "itself"}, element("caption", {}, `${found.title}: what the CPU did by ` +
        `itself`),
        element("tbody", {}, ...rows)), found.see ? element("p", {class: "small"}, found.see) : "");
}

// --- Source and instructions ---

function showSource(recording, step) {
    const code = recording.codeAt(step), lines = code.source && recording.sources[code.source];
    byId("source-name").textContent = code.source ? `${code.source}:${code.line}` : "";
    if (!lines) {
        byId("source").replaceChildren(element("li", {class: "none"}, "This code has no source here."));
        return;
    }
    const shown = [];
    for (let line = code.line - SOURCE_AROUND; line <= code.line + SOURCE_AROUND; line++) {
        if (lines[line] === undefined)
            continue;
        const here = line === code.line ? {class: `here ring-${recording.ring(step)}`, "aria-current": "true"} : {};
        shown.push(element("li", here, element("span", {class: "line"}, String(line)), lines[line] || " "));
    }
    byId("source").replaceChildren(...shown);
}

function showTrace(recording, step, onStep) {
    const from = Math.max(0, Math.min(step - BEFORE, recording.total - BEFORE - BEHIND)), shown = [];
    for (let at = from; at < Math.min(recording.total, from + BEFORE + BEHIND + 1); at++) {
        if (at === from || recording.innermost[at] !== recording.innermost[at - 1])
            shown.push(element("li", {class: "function"}, recording.functions[recording.codeAt(at).function].name));
        const here = at === step ? {"aria-current": "step"} : {};
        const button = element("button", here, element("span", {class: "line"}, count(at + 1)),
            recording.codeAt(at).text.replace(/\s*#.*/, "").replace(/<.*>/, ""),
            recording.rounds(at) > 1 ? ` ×${recording.rounds(at)}` : "");
        button.addEventListener("click", () => onStep(at));
        shown.push(element("li", {class: `${at === step ? "here " : ""}ring-${recording.ring(at)}`}, button));
    }
    byId("trace").replaceChildren(...shown);
}

// --- Registers ---

const GROUPS = [["rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13",
    "r14", "r15"],
    ["rip", "eflags", "cs", "ss"], ["fs_base", "gs_base", "k_gs_base", "cr2", "cr3"]];
const REGISTER_NAMES = {eflags: "RFLAGS", fs_base: "FS base", gs_base: "GS base", k_gs_base: "spare GS"};

function registerName(name) {
    return REGISTER_NAMES[name] || name.toUpperCase();
}

function showRegisters(recording, step) {
    const old = recording.before(step).registers, now = recording.before(step + 1).registers, rows = [];
    for (const group of GROUPS)
        for (const name of group)
            rows.push(registerRow(recording, step, name, old[recording.index[name]], now[recording.index[name]],
                name === group[0] && group !== GROUPS[0]));
    byId("registers").tBodies[0].replaceChildren(...rows);
}

function registerRow(recording, step, name, old, now, isFirst) {
    const changed = old !== now, words = meaning(recording, step, name, now);
    const mark = changed ? element("span", {class: "mark"}, "●", element("span", {class: "hidden"}, " changed"))
        : null;
    const was = changed ? element("span", {class: "was", title: old}, `was ${shortened(old, now)}`) : null;
    return element("tr", {class: `${changed ? "changed" : ""}${isFirst ? " begins" : ""}`, "data-register": name},
        element("th", {scope: "row"}, registerName(name), mark), element("td", {}, number16(now)),
        element("td", {class: "means", title: words}, was, was && words ? "; " : "", words));
}

// Of a long number that begins as another one does, the end.
function shortened(text, other) {
    return text.length > 8 && text.length === other.length && text.slice(0, -4) === other.slice(0, -4)
        ? `…${text.slice(-4)}` : text;
}

function meaning(recording, step, name, text) {
    const value = hex(text);
    if (name === "eflags")
        return flagsText(value);
    if (name === "r11" && ["gate", "entry", "exit", "back"].includes(recording.stageAt(step).id))
        return `RFLAGS: ${flagsText(value)}`;
    if (name === "cs" || name === "ss")
        return `${SELECTORS[text] || ""}${text === "0" ? "" : `, ring ${value & 3n}`}`;
    const role = roleOf(recording, step, name);
    const symbol = recording.symbol(text) || stackName(recording, value) || signed(value);
    return [role, symbol].filter(Boolean).join("; ");
}

function signed(value) {
    if (value >> 12n === (1n << 52n) - 1n)
        return `-${(1n << 64n) - value}`;
    return value > 9n && value < 65536n ? String(value) : "";
}

function stackName(recording, value) {
    if (value >= recording.kernelLow && value <= recording.kernelTop)
        return "kernel stack";
    return value > recording.userTop - 65536n && value <= recording.userTop ? "program's stack" : "";
}

// Around the gate, registers carry the call: number, arguments, result.
function roleOf(recording, step, name) {
    const stage = recording.stageAt(step).id, roads = recording.call.by_int80
        ? ["rbx", "rcx", "rdx", "rsi", "rdi", "rbp"] : ["rdi", "rsi", "rdx", "r10", "r8", "r9"];
    if (stage === "gate" || (stage === "entry" &&
        step < recording.stages.find((one) => one.id === "entry").first + 12)) {
        if (name === "rax")
            return "the call's number";
        const argument = recording.call.arguments[roads.indexOf(name)];
        return argument && !recording.changedSinceGate(step, name) ? argument[0] : "";
    }
    return name === "rax" && ["back", "answer"].includes(stage) ? "the result" : "";
}

// --- Pages ---

const KINDS = {r: "read", w: "written", rw: "read and written"};

function showPages(recording, step) {
    const [, , memory, , codePage] = recording.steps[step], code = recording.codeAt(step);
    const rows = [pageRow(recording, "the instruction", code.address, codePage, "")];
    for (const [address, size, kind, page, before, after] of memory)
        rows.push(pageRow(recording, `${KINDS[kind]}${size ? `, ${size} byte${size > 1 ? "s" : ""}` : ""}`,
            address, page, valueText(kind, before, after)));
    byId("pages").replaceChildren(...rows);
}

function valueText(kind, before, after) {
    if (before === null)
        return "";
    return kind === "r" ? before : before === after ? `${before}, as before` : `${before} → ${after}`;
}

function pageRow(recording, what, address, number, value) {
    const page = recording.pages[number], symbol = recording.symbol(address);
    const details = element("details", {}, element("summary", {}, element("span", {class: "what"}, what), " ",
        element("code", {}, address), " ", rightsMark(page.rights)),
    element("p", {class: "small"}, placeOf(page, symbol)), walkTable(page), element("p", {class: "small"}, SECTIONS.paging, "; docs/address-space.md"));
    const tail = value ? element("p", {class: "value"}, value) : null;
    return element("div", {class: "page"}, details, tail);
}

function placeOf(page, symbol) {
    return [page.what, symbol, page.size && `a page of ${page.size}`].filter(Boolean).join(", ");
}

function rightsMark(rights) {
    const [who, letters] = rights.split(", ");
    const kind = who === "user" ? "ring-3" : who.startsWith("kernel") ? "ring-0" : "none";
    return element("span", {class: `rights ${kind}`}, letters ? `${who} ${letters}` : who);
}

function walkTable(page) {
    const rows = page.walk.map((one) => element("tr", {}, element("th", {scope: "row"}, one.level),
        element("td", {}, `${one.table}[${one.index}]`), element("td", {}, one.entry),
        element("td", {class: "why"}, one.says)));
    return element("div", {class: "scroll"}, element("table", {class: "walk"},
        element("caption", {class: "hidden"}, "The walk through the page tables"), element("tbody", {}, ...rows)));
}

// --- Who called whom ---

function showChain(recording, step, onStep) {
    const outer = recording.callers.slice(0, -1).map((one) => element("li", {class: "ring-3 outer"}, one.name));
    const chain = recording.chainAt(step).map((node) => {
        const button = element("button", {}, recording.label(node));
        button.addEventListener("click", () => onStep(node.first));
        const is = node.kind === "crossing" || node.kind === "fault" ? " crossing" : "";
        return element("li", {class: `ring-${node.ring}${is}`}, button);
    });
    byId("chain").replaceChildren(...outer, ...chain);
}
