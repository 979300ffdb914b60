// The player: which step is shown, and all that changes it.

const PLAY_SHAPE = "M4 2l10 6-10 6z", PAUSE_SHAPE = "M3 2h4v12H3zM9 2h4v12H9z";
const STILL_MS = 200;         // so long after the last step it stands still

class Player {
    constructor(data) {
        this.recordings = data.recordings.filter((one) => one.steps).map((one) => new Recording(one, data.sources));
        this.missing = (data.recordings.find((one) => one.missing) || {}).missing;
        this.command = data.command;
        this.build = data.build;
        this.timer = null;
        this.zoomed = null;
        this.picture = new Picture(byId("picture"), (step) => this.go(step));
        this.listen();
        this.choose(0, 0);
        drawGates(this.recordings, this.missing, byId("gates-body"), (number, step) => this.visit(number, step));
        this.drawWhich();
        drawAbout(this);
        this.followHash();
    }

    // --- Which recording, which step ---

    choose(number, step) {
        this.pause();
        this.number = number;
        this.recording = this.recordings[number];
        this.zoomed = null;
        byId("slider").max = this.recording.total - 1;
        drawHead(this.recording, this.command);
        drawStages(this.recording, byId("stages"), (first) => { this.pause(); this.go(first); });
        drawTree(this.recording, byId("calls"), (first) => this.visit(this.number, first));
        this.drawWhich();
        this.go(step);
    }

    drawWhich() {
        const box = byId("which");
        box.hidden = this.recordings.length < 2;
        box.replaceChildren(...this.recordings.map((one, number) => {
            const gate = one.stages.find((stage) => stage.id === "gate");
            const button = element("button", {"aria-pressed": String(number === this.number)},
                `by ${stageName(one, gate)}`);
            button.addEventListener("click", () => this.choose(number, gate.first));
            return button;
        }));
    }

    // To a step, from another part of the page.
    visit(number, step) {
        if (number !== this.number)
            this.choose(number, step);
        else
            this.go(step);
        byId("player").scrollIntoView();
        byId("controls").focus({preventScroll: true});
    }

    go(step) {
        this.step = Math.max(0, Math.min(step, this.recording.total - 1));
        if (this.zoomed && (this.step < this.zoomed.first || this.step > this.zoomed.last))
            this.zoomed = null;
        this.show();
    }

    show() {
        const {recording, step} = this;
        showHappens(recording, step);
        showSource(recording, step);
        showTrace(recording, step, (at) => this.go(at));
        showRegisters(recording, step);
        showStacks(recording, step);
        showPages(recording, step);
        showChain(recording, step, (at) => this.go(at));
        this.showPosition();
        this.drawPicture();
        this.say();
    }

    drawPicture() {
        this.picture.draw(this.recording, this.step, this.zoomed);
        alignStages(this.picture.stageWidths(), byId("stages"));
    }

    showPosition() {
        const {recording, step} = this, stage = recording.stageAt(step), slider = byId("slider");
        slider.value = step;
        const words = `instruction ${step + 1} of ${recording.total}, ${STAGES[stage.id].title}`;
        slider.setAttribute("aria-valuetext", words);
        byId("position").textContent = `${count(step + 1)} of ${count(recording.total)} instructions`;
        markStage(byId("stages"), stage);
        byId("zoom").setAttribute("aria-pressed", String(Boolean(this.zoomed)));
        byId("zoom").textContent = this.zoomed ? "Show all" : "Zoom in";
    }

    // To a screen reader: once it stands still, in one sentence; while it plays, the stages only.
    say() {
        clearTimeout(this.saying);
        clearTimeout(this.noting);
        this.noting = setTimeout(() => history.replaceState(null, "", this.address()), STILL_MS);
        const {recording, step} = this, stage = recording.stageAt(step);
        if (this.timer) {
            if (step === stage.first)
                byId("live").textContent = STAGES[stage.id].title;
            return;
        }
        const names = [...recording.changed(step).keys()].filter((name) => name !== "rip").map(registerName);
        const changed = names.length ? `Changed: ${names.join(", ")}` : "No register changed but RIP";
        this.saying = setTimeout(() => {
            byId("live").textContent = `Instruction ${step + 1}, ring ${recording.ring(step)}, ` +
                `${placeText(recording, step)}: ${recording.codeAt(step).text}. ` +
                `${changed}.`;
        }, STILL_MS);
    }

    address() {
        return `#${this.number ? "int80-" : "step-"}${this.step + 1}`;
    }

    // --- Steps of several sizes ---

    forward(unit) {
        const {recording, step} = this;
        if (unit === "stage")
            return (recording.stages.find((stage) => stage.first > step) || {first: recording.total - 1}).first;
        const isSame = this.sameness(unit, step);
        let at = step + 1;
        while (at < recording.total && isSame(at))
            at++;
        return at;
    }

    backward(unit) {
        const {recording, step} = this;
        if (unit === "stage")
            return [...recording.stages].reverse().find((stage) => stage.first < step)?.first ?? 0;
        const isSame = this.sameness(unit, step - 1);
        let at = step - 1;
        while (at > 0 && isSame(at - 1))
            at--;
        return at;
    }

    sameness(unit, step) {
        const {recording} = this;
        if (unit === "line" && step >= 0)
            return (at) => recording.lineKey(at) === recording.lineKey(step);
        if (unit === "function" && step >= 0)
            return (at) => recording.innermost[at] === recording.innermost[step];
        return () => false;
    }

    unit() {
        return byId("unit").value;
    }

    move(direction, unit) {
        this.pause();
        this.go(direction > 0 ? this.forward(unit) : this.backward(unit));
    }

    // --- Playing ---

    play() {
        if (this.step >= this.recording.total - 1)
            this.go(0);
        const tick = () => {
            this.go(this.forward(this.unit()));
            if (this.step >= this.recording.total - 1)
                this.pause();
            else
                this.timer = setTimeout(tick, Number(byId("speed").value));
        };
        this.timer = setTimeout(tick, 0);
        this.showPlaying();
    }

    pause() {
        clearTimeout(this.timer);
        this.timer = null;
        this.showPlaying();
    }

    showPlaying() {
        byId("play").querySelector(".word").textContent = this.timer ? "Pause" : "Play";
        byId("play").querySelector("path").setAttribute("d", this.timer ? PAUSE_SHAPE : PLAY_SHAPE);
    }

    toggle() {
        if (this.timer)
            this.pause();
        else
            this.play();
    }

    zoom() {
        this.zoomed = this.zoomed ? null : this.recording.nodeAt(this.step);
        this.show();
    }

    // --- Events ---

    listen() {
        const presses = {first: () => this.go(0), last: () => this.go(this.recording.total - 1),
            play: () => this.toggle(), previous: () => this.move(-1, this.unit()),
            next: () => this.move(1, this.unit()), zoom: () => this.zoom()};
        for (const [id, press] of Object.entries(presses))
            byId(id).addEventListener("click", press);
        byId("slider").addEventListener("input", (event) => {
            this.pause();
            this.go(Number(event.target.value));
        });
        document.addEventListener("keydown", (event) => this.key(event));
        window.addEventListener("hashchange", () => this.followHash());
        new ResizeObserver(() => this.drawPicture()).observe(byId("picture"));
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.show());
    }

    key(event) {
        if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("select, input"))
            return;
        const unit = event.shiftKey ? "line" : this.unit();
        const actions = {ArrowRight: () => this.move(1, unit), ArrowLeft: () => this.move(-1, unit),
            Home: () => this.go(0),
            End: () => this.go(this.recording.total - 1), z: () => this.zoom(), " ": () => this.toggle()};
        const stage = this.recording.stages[Number(event.key) - 1];
        const isButton = event.target.closest("button, summary, a");
        const action = stage && event.key !== " " ? () => this.go(stage.first) : actions[event.key];
        if (!action || (event.key === " " && isButton))
            return;
        event.preventDefault();
        action();
    }

    followHash() {
        const [, road, number] = location.hash.match(/^#(step|int80)-(\d+)$/) || [];
        const which = road === "int80" ? 1 : 0;
        if (!road || !this.recordings[which] || (which === this.number && Number(number) - 1 === this.step))
            return;
        if (which !== this.number)
            this.choose(which, Number(number) - 1);
        else
            this.go(Number(number) - 1);
    }
}

// --- Head and foot ---

// Large numbers are flags or addresses.
function argumentText([, , value, text]) {
    if (text !== null)
        return JSON.stringify(text);
    return /^\d{5,}$/.test(value) ? `0x${BigInt(value).toString(16)}` : value;
}

function drawHead(recording, command) {
    const {call} = recording, result = call.result === null ? "" : ` = ${call.result}`;
    const title = `${call.name}(${call.arguments.map(argumentText).join(", ")})${result}`;
    byId("call").textContent = title;
    document.title = `${call.name}: one system call, step by step`;
    byId("lead").textContent = `${command.join(" ")} makes this call. It was recorded instruction by ` +
        `instruction: ${count(recording.total)} of them, ${count(recording.ringCount[3])} in ring 3, where ` +
        `programs run, and ${count(recording.ringCount[0])} in ring 0, where the kernel runs. ` +
        (recording.end === "returned" ? "" : ENDS[recording.end]);
}

const ENDS = {
    "returned": "It ends where the program has its answer.",
    "never returns": "This call doesn't return: the thread ends in it.",
    "too long": "The recording ends here because it was long enough; the call goes on.",
    "the library goes on": "It ends before the library's next system call.",
};

const KEYS = [
    ["→ ←", "one step on, or back (by what “Step by” says)"], ["Shift → ←", "one source line"],
    ["Space", "play, pause"], ["Home, End", "first and last instruction"], ["1 to 9", "a stage"],
    ["z", "zoom in on this function, or show all"],
];

function drawAbout(player) {
    const [recording] = player.recordings;
    const texts = [
        `Every number here was recorded, none was typed in. The kernel (${player.build}) ran in QEMU on one ` +
            `CPU, and gdb's server stepped it by one instruction at a time; after each, registers, the words ` +
            `on the stacks and the memory it names were read. ${ENDS[recording.end]}`,
        "While the machine is stepped, QEMU holds interrupts and the timer back, so none came in between. On a " +
            "machine that runs freely one may come wherever IF is set: the CPU would push five words on the " +
            "kernel's stack, the handler would run, and IRET would go on here as if nothing had been.",
        "Page faults are no accident: memory comes when it is first touched. The kernel puts a page there and " +
            "the instruction is made again.",
        "A debug build has many more instructions than make bench counts (that measures a release build).",
    ];
    const rows = KEYS.map(([key, what]) => element("tr", {}, element("th", {scope: "row"}, element("kbd", {}, key)),
        element("td", {}, what)));
    const table = element("table", {class: "keys"}, element("caption", {}, "Keys"), element("tbody", {}, ...rows));
    byId("about-body").replaceChildren(...texts.map((text) => element("p", {}, text)), table,
        element("p", {}, "To see the same live, in gdb: docs/tour.md. What the road looks like in words: " +
            "docs/syscall.md."));
}

async function unpack(text) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).json();
}

unpack(byId("data").textContent.trim()).then((data) => { window.tour = new Player(data); })
    .catch((error) => { byId("lead").textContent = `This browser can't show the page: ${error}`; throw error; });
