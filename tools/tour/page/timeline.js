// The time line: buttons of the stages, and the picture of calls over time, ring 3 above the line, ring 0 below.

const ROW = 13, ROW_NARROW = 8, MIN_LABEL = 34, THRESHOLD_GAP = 9;      // pixels
const STAGE_LEAST = 76, STAGE_LEAST_NARROW = 16;        // pixels that the shortest stage has in the picture
const NARROW = 900;

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// From instructions to pixels. All at once, each stage gets room by the logarithm of its length, for the gate is one
// instruction of thousands; zoomed in, one function is to scale.
class Scale {
    constructor(recording, width, zoom) {
        this.parts = zoom ? [{first: zoom.first, last: zoom.last, from: 0, to: width}]
            : this.byStages(recording, width);
    }

    byStages(recording, width) {
        const least = width < NARROW ? STAGE_LEAST_NARROW : STAGE_LEAST;
        const weights = recording.stages.map((stage) => Math.log2(2 + stage.last - stage.first));
        const free = Math.max(width - least * weights.length, 0), sum = weights.reduce((a, b) => a + b, 0);
        let from = 0;
        return recording.stages.map((stage, i) => {
            const to = from + Math.min(least, width / weights.length) + free * weights[i] / sum;
            const part = {first: stage.first, last: stage.last, from, to};
            from = to;
            return part;
        });
    }

    // Where an instruction begins.
    x(step) {
        const part = this.parts.find((one) => step <= one.last) || this.parts[this.parts.length - 1];
        const count = part.last + 1 - part.first;
        return part.from + (part.to - part.from) * Math.max(0, Math.min(count, step - part.first)) / count;
    }

    step(x) {
        const part = this.parts.find((one) => x < one.to) || this.parts[this.parts.length - 1];
        const share = Math.max(0, Math.min(0.9999, (x - part.from) / (part.to - part.from)));
        return part.first + Math.floor(share * (part.last + 1 - part.first));
    }
}

class Picture {
    constructor(canvas, onStep) {
        this.canvas = canvas;
        this.scale = null;
        canvas.addEventListener("click", (event) => onStep(this.place(event).step));
        canvas.addEventListener("mousemove", (event) => this.hover(event));
        canvas.addEventListener("mouseleave", () => { document.getElementById("hover").textContent = ""; });
    }

    rows() {
        return Math.max(...this.recording.nodes.map((node) => node.row)) + 1;
    }

    y(row) {
        return row * this.row + (row > this.recording.userDepth ? THRESHOLD_GAP : 0);
    }

    draw(recording, step, zoom) {
        this.recording = recording;
        const width = this.canvas.clientWidth;
        this.row = width < NARROW ? ROW_NARROW : ROW;
        const height = this.y(this.rows()) + 2, dots = window.devicePixelRatio || 1;
        this.canvas.style.height = `${height}px`;
        this.canvas.width = Math.round(width * dots);
        this.canvas.height = Math.round(height * dots);
        const pen = this.canvas.getContext("2d");
        pen.scale(dots, dots);
        this.scale = new Scale(recording, width, zoom);
        this.whole = zoom ? new Scale(recording, width, null) : this.scale;
        this.paint(pen, width, step, zoom);
        this.threshold(pen, width);
        this.now(pen, height, step);
    }

    // What each stage takes of the picture, if that is wide enough for its name.
    stageWidths() {
        return this.canvas.clientWidth < NARROW ? null : this.whole.parts.map((part) => part.to - part.from);
    }

    paint(pen, width, step, zoom) {
        const chain = new Set(this.recording.chainAt(step).map((node) => node.id)),
            here = this.recording.nodeAt(step).id;
        pen.font = `10.5px ${colour("--sans")}`;
        pen.textBaseline = "middle";
        for (const node of this.recording.nodes) {
            if (zoom && (node.last < zoom.first || node.first > zoom.last))
                continue;
            const from = this.scale.x(Math.max(node.first, zoom ? zoom.first : 0));
            const to = this.scale.x(Math.min(node.last, zoom ? zoom.last : node.last) + 1);
            const shade = node.id === here ? "" : chain.has(node.id) ? "-open" : "-soft";
            this.bar(pen, node, from, Math.max(to - from, 0.6), shade);
        }
    }

    bar(pen, node, from, width, shade) {
        const ring = node.ring === 3 ? "3" : "0", top = this.y(node.row);
        pen.fillStyle = colour(`--ring${ring}${shade}`);
        pen.fillRect(from, top, Math.max(width - 0.7, 0.6), this.row - 2);
        if (width < MIN_LABEL || this.row < ROW)
            return;
        pen.fillStyle = colour(shade ? "--ink" : "--on-ring");
        pen.save();
        pen.beginPath();
        pen.rect(from, top, width - 4, this.row);
        pen.clip();
        pen.fillText(this.recording.label(node), from + 4, top + this.row / 2 - 0.5);
        pen.restore();
    }

    threshold(pen, width) {
        const y = this.y(this.recording.userDepth + 1) - THRESHOLD_GAP / 2 - 1;
        pen.fillStyle = colour("--ink");
        pen.fillRect(0, y, width, 1.5);
        if (this.row < ROW)
            return;
        pen.textAlign = "right";
        for (const [ring, below] of [["3", -8], ["0", 10]]) {
            pen.fillStyle = colour(`--ring${ring}`);
            pen.fillText(`ring ${ring}`, width - 2, y + below);
        }
        pen.textAlign = "left";
    }

    now(pen, height, step) {
        const x = this.scale.x(step);
        pen.fillStyle = colour("--now");
        pen.fillRect(x - 1, 0, 2, height);
    }

    place(event) {
        const box = this.canvas.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
        const step = this.scale.step(x);
        const chain = this.recording.chainAt(step).filter((node) => y >= this.y(node.row) &&
            y < this.y(node.row) + this.row);
        return {step: chain.length ? Math.max(chain[0].first, this.scale.parts[0].first) : step, node: chain[0]};
    }

    hover(event) {
        const {node} = this.place(event);
        const words = node ? `${this.recording.label(node)}: ${count(node.last - node.first + 1)} ` +
            `instructions, ring ${node.ring}` : "";
        document.getElementById("hover").textContent = words;
        this.canvas.style.cursor = node ? "pointer" : "default";
    }
}

// `1,234`.
function count(number) {
    return number.toLocaleString("en-US");
}

function drawStages(recording, list, onStep) {
    list.replaceChildren(...recording.stages.map((stage, i) => {
        const name = stageName(recording, stage), length = stage.last - stage.first + 1;
        const button = element("button", {class: `stage ring-${recording.ring(stage.first)}`, "data-stage": stage.id,
            title: `Go there (${i + 1})`}, name, element("span", {class: "count"}, count(length)),
            element("span", {class: "hidden"}, length === 1 ? "instruction" : "instructions"));
        button.addEventListener("click", () => onStep(stage.first));
        return element("li", {}, button);
    }));
}

// The stages stand below their part of the picture.
function alignStages(widths, list) {
    [...list.children].forEach((item, i) => { item.style.flexBasis = widths ? `${widths[i]}px` : ""; });
    list.classList.toggle("aligned", Boolean(widths));
}

// Shows which stage it is; where they don't all fit, that one is brought into view.
function markStage(list, stage) {
    for (const button of list.querySelectorAll("button")) {
        if (button.dataset.stage !== stage.id) {
            button.removeAttribute("aria-current");
            continue;
        }
        button.setAttribute("aria-current", "step");
        const box = list.getBoundingClientRect(), mine = button.getBoundingClientRect();
        if (mine.left < box.left || mine.right > box.right)
            list.scrollLeft += mine.left - box.left - (box.width - mine.width) / 2;
    }
}

// The gates are called by what they are.
function stageName(recording, stage) {
    return stage.id === "gate" || stage.id === "back" ? GATE_NAMES[recording.mnemonic(stage.first)]
        : STAGES[stage.id].name;
}
