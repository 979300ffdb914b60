// A recording, and the state of the machine at each of its steps: replayed from the changes.

const KEEP_EVERY = 256;     // steps between two states that are kept

const hex = (text) => BigInt("0x" + text);
const text16 = (number) => BigInt.asUintN(64, number).toString(16);

class Recording {
    constructor(raw, sources) {
        Object.assign(this, raw);
        this.sources = sources;
        this.total = this.steps.length;
        this.index = Object.fromEntries(this.registers.map((name, number) => [name, number]));
        this.kernelLow = hex(this.kernel_stack[0]);
        this.kernelTop = hex(this.kernel_stack[1]);
        this.userTop = hex(this.user_top);
        this.fieldOf = new Map(this.fields.map((name, i) => [BigInt(8 * (i + 1)), name]));
        this.prepareNodes();
        this.replayAll();
        this.countRings();
    }

    // --- Nodes: calls of functions ---

    prepareNodes() {
        this.nodes = this.nodes.map(([func, kind, first, last, depth, ring, parent, regsTop], id) =>
            ({id, func, kind, first, last, depth, ring, parent, regsTop: regsTop && hex(regsTop), children: []}));
        this.innermost = new Int32Array(this.total).fill(-1);
        for (const node of this.nodes) {
            if (node.parent >= 0)
                this.nodes[node.parent].children.push(node);
            this.innermost.fill(node.id, node.first, node.last + 1);    // inner ones come later
        }
        this.userDepth = Math.max(...this.nodes.filter((node) => node.ring === 3).map((node) => node.depth), 0);
        for (const node of this.nodes)
            node.row = this.rowOf(node);
    }

    // Ring 3 above the line, ring 0 below it: rows of the picture.
    rowOf(node) {
        if (node.ring === 3)
            return node.depth;
        const parent = this.nodes[node.parent];
        return parent && parent.ring === 0 ? parent.row + (node.depth > parent.depth ? 1 : 0) : this.userDepth + 1;
    }

    nodeAt(step) {
        return this.nodes[this.innermost[Math.max(0, Math.min(step, this.total - 1))]];
    }

    chainAt(step) {
        const chain = [];
        for (let node = this.nodeAt(step); node; node = this.nodes[node.parent])
            chain.unshift(node);
        return chain;
    }

    name(node) {
        return this.functions[node.func].name;
    }

    // What a crossing was, as its line in the tree and the picture says it.
    label(node) {
        if (node.kind === "fault")
            return this.name(node) === "interrupt_stubs" ? "exception" : this.name(node);
        return this.name(node);
    }

    // --- Steps ---

    codeAt(step) {
        return this.code[this.steps[step][0]];
    }

    mnemonic(step) {
        return this.codeAt(step).text.replace(/^((rep\w*|lock|data16|bnd|notrack) )+/, "").split(" ")[0];
    }

    stageAt(step) {
        return this.stages.find((stage) => step >= stage.first && step <= stage.last) || this.stages[0];
    }

    ring(step) {
        return this.rings[Math.min(step, this.total)];
    }

    rounds(step) {
        return this.steps[step][5].rounds || 1;
    }

    lineKey(step) {
        const code = this.codeAt(step);
        return `${this.innermost[step]} ${code.source} ${code.line}`;
    }

    countRings() {
        this.ringCount = [0, 0, 0, 0];
        for (let step = 0; step < this.total; step++)
            this.ringCount[this.rings[step]]++;
    }

    // Has a register been written since the gate?
    changedSinceGate(step, name) {
        for (let at = this.gate_step + 1; at <= step; at++)
            if (this.changed(at).has(name))
                return true;
        return false;
    }

    // Did a jump go elsewhere than to the next instruction?
    jumps(step) {
        const code = this.codeAt(step);
        const after = hex(code.address) + BigInt(code.bytes.length / 2);
        return this.value(this.before(step + 1), "rip") !== after;
    }

    // --- State ---

    replayAll() {
        this.kept = [];
        this.rings = new Uint8Array(this.total + 1);
        const state = {registers: this.start.slice(), words: new Map()};
        for (const [address, word] of this.first_words)
            state.words.set(address, {word});
        for (let step = 0; step <= this.total; step++) {
            this.rings[step] = Number(hex(state.registers[this.index.cs]) & 3n);
            if (step % KEEP_EVERY === 0)
                this.kept.push({registers: state.registers.slice(), words: new Map(state.words)});
            if (step < this.total)
                this.apply(state, step);
        }
    }

    // The state before a step; before(total) is the one behind the last.
    before(step) {
        const kept = Math.floor(step / KEEP_EVERY);
        const state = {registers: this.kept[kept].registers.slice(), words: new Map(this.kept[kept].words)};
        for (let at = kept * KEEP_EVERY; at < step; at++)
            this.apply(state, at);
        return state;
    }

    apply(state, step) {
        const [, registers, , words] = this.steps[step];
        const oldSp = hex(state.registers[this.index.rsp]);
        for (let i = 0; i < registers.length; i += 2)
            state.registers[registers[i]] = registers[i + 1];
        for (const [address, word] of words)
            state.words.set(address, {word});
        this.namePushed(state, step, oldSp, hex(state.registers[this.index.rsp]));
    }

    // What a push or a call has just put there.
    namePushed(state, step, oldSp, newSp) {
        if (newSp !== oldSp - 8n)
            return;
        const found = state.words.get(text16(newSp));
        const [, what, operand] = this.codeAt(step).text.match(/^(push|call)\s*(.*)$/) || [];
        if (found && what)
            state.words.set(text16(newSp), {word: found.word, is: what === "call" ? "return" : operand});
    }

    value(state, name) {
        return hex(state.registers[this.index[name]]);
    }

    changed(step) {
        const pairs = this.steps[step][1];
        const found = new Map();
        for (let i = 0; i < pairs.length; i += 2)
            found.set(this.registers[pairs[i]], pairs[i + 1]);
        return found;
    }

    // `write+7`, or nothing.
    symbol(text) {
        return this.names[text] || "";
    }

    // The saved frames that stand, the innermost last: [address above the frame, node].
    framesAt(step) {
        return this.chainAt(step).filter((node) => node.regsTop && (node.kind === "crossing" ||
            node.kind === "fault"))
            .map((node) => [node.regsTop, node]);
    }

    // The name of the field of struct pt_regs that lies at an address, or null.
    field(address, frames) {
        for (const [top] of frames)
            if (address < top && address >= top - BigInt(this.regs_size))
                return this.fieldOf.get(top - address) || null;
        return null;
    }
}
