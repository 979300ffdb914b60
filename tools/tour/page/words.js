// What the page explains. Numbers come from the recording, never from here.

const STAGES = {
    library: {name: "Library call", title: "The library call",
        text: "The program has called a function of its C library. This is ordinary code in ring 3: it " +
            "prepares what the kernel will be asked for. It may touch nothing but the program's own memory."},
    wrapper: {name: "Wrapper", title: "The wrapper",
        text: "The last function before the boundary. It puts the call's number into RAX; the arguments are in " +
            "registers already. It is made from kernel/abi/syscalls.tbl.", see: "docs/add-a-syscall.md"},
    gate: {name: "Gate", title: "The gate",
        text: "One instruction changes the ring, and where the CPU goes on. The program chooses when, but not " +
            "where: that the kernel has told the CPU at boot."},
    entry: {name: "Entry", title: "The entry code",
        text: "Ring 0. The kernel may trust no register yet. It makes GS its own, takes its own stack, and " +
            "saves what the program had in registers: struct pt_regs.",
        see: "docs/syscall.md, arch/x86_64/syscall_entry.asm"},
    dispatch: {name: "Dispatch", title: "From a number to a function",
        text: "C from here on. The number in the saved frame is an index into sys_call_table; a number that is " +
            "too large gives -ENOSYS. Interrupts are on again: it may be preempted like any other code.",
        see: "kernel/syscall/dispatch.c"},
    work: {name: "The work", title: "The work",
        text: "The function behind the call. It checks each argument as if an enemy had chosen it, touches " +
            "user memory only by copy functions, and gives back a result or minus an error number.",
        see: "docs/syscall.md"},
    answer: {name: "Answer", title: "Back in dispatch", text: "The result is in RAX, and goes back as it came."},
    exit: {name: "Exit", title: "The way out",
        text: "The result goes into the saved frame. Interrupts off: from here on nothing may come between. Is " +
            "there work, a signal or another thread's turn? Then the registers come back from the frame.",
        see: "docs/syscall.md"},
    back: {name: "Return", title: "Back to ring 3",
        text: "One instruction changes the ring again. For the program nothing has happened but that RAX holds " +
            "a result."},
    result: {name: "Result", title: "The wrapper again",
        text: "A number from -4095 to -1 means an error: then errno is set and the result is -1. Else it is " +
            "the result."},
    end: {name: "Library", title: "The library call ends",
        text: "Back through the library to the program, with the result."},
};

const ASIDES = {
    fault: "The instruction could not be completed, and the CPU has called the kernel: an exception. Mostly it " +
        "is memory that the program may use but has not touched so far. The kernel brings the page, and the " +
        "instruction is made again; the program sees nothing of it. (docs/memory.md)",
    call: "The library asks the kernel for something else first. It is the same road.",
};

const GAPS = {
    runnable: "is ready, but it isn't its turn", interruptible: "sleeps; a signal would wake it",
    uninterruptible: "sleeps; no signal wakes it", stopped: "is stopped",
};

const GATE_NAMES = {"syscall": "SYSCALL", "sysretq": "SYSRET", "iretq": "IRET", "int": "INT 80h"};

const FLAG_BITS = [
    [0, "CF"], [2, "PF"], [4, "AF"], [6, "ZF"], [7, "SF"], [8, "TF"], [9, "IF"], [10, "DF"], [11, "OF"],
    [14, "NT"], [16, "RF"], [18, "AC"], [21, "ID"],
];
const SELECTORS = {
    "0": "null", "10": "kernel code", "18": "kernel data", "2b": "user data", "33": "user code",
};
const EXCEPTIONS = {
    0: "divide error", 1: "debug exception", 2: "NMI", 3: "breakpoint", 6: "invalid opcode", 7: "no FPU now",
    13: "general protection", 14: "page fault",
};

const CONDITIONS = {
    e: "equal, or zero", ne: "not equal, or not zero", z: "zero", nz: "not zero", a: "above",
    ae: "above or equal", b: "below", be: "below or equal", g: "greater", ge: "greater or equal", l: "less",
    le: "less or equal", s: "negative", ns: "not negative", o: "overflow", no: "no overflow", c: "carry",
    nc: "no carry", p: "parity even", np: "parity odd",
};

const ARITHMETIC = {
    add: "Adds", sub: "Subtracts", adc: "Adds, with the carry", sbb: "Subtracts, with the borrow",
    and: "Bitwise and", or: "Bitwise or", xor: "Bitwise exclusive or", inc: "Adds 1", dec: "Subtracts 1",
    neg: "Changes the sign", not: "Turns all bits round", shl: "Shifts left", shr: "Shifts right",
    sar: "Shifts right, keeps the sign", imul: "Multiplies", mul: "Multiplies", div: "Divides",
    idiv: "Divides, signed", bt: "Looks at one bit: it goes to CF", bts: "Sets one bit", btr: "Clears one bit",
    bsf: "Finds the lowest bit that is set", bsr: "Finds the highest bit that is set",
    tzcnt: "Counts zeros from below", xadd: "Adds, and gives what was there before",
    cmpxchg: "Compares, and exchanges if equal", rol: "Turns left", ror: "Turns right",
    movzx: "Copies, and fills the upper bits with 0", movsx: "Copies, and fills the upper bits with the sign",
    movsxd: "Copies 32 bits, and fills the upper ones with the sign",
    cdqe: "Fills RAX's upper half with EAX's sign", cqo: "Fills RDX with RAX's sign",
    cdq: "Fills EDX with EAX's sign", cwde: "Fills the upper half of EAX with AX's sign",
    xchg: "Exchanges the two", bswap: "Turns the order of bytes round",
};

const PLAIN = {
    nop: "Does nothing.", endbr64: "A place that an indirect jump may lead to; does nothing else here.",
    cld: "Clears DF: string instructions go upwards, as C code expects.",
    std: "Sets DF: string instructions go downwards.", leave: "Takes the frame of this function off the stack.",
    pause: "A short pause in a loop that waits.", hlt: "The CPU sleeps until an interrupt comes.",
    in: "Reads from a device's port.",
    out: "Writes to a device's port: here the kernel speaks to hardware. In ring 3 it would be a fault.",
    rdtsc: "Reads the CPU's time stamp counter.", mfence: "Memory accesses before come before those behind.",
    cli: "Interrupts off: IF is cleared. In ring 3 it would be a fault.",
    sti: "Interrupts on: IF is set. The first can come behind the next instruction. In ring 3 it would be a fault.",
    stac: "Sets AC: with SMAP, ring 0 may touch user memory from here on.",
    clac: "Clears AC: with SMAP, ring 0 touching user memory is a fault from here on.",
    invlpg: "Forgets what the CPU remembers of one page's tables.",
    ud2: "Is a fault on purpose: this must not be reached.",
};

const SDM = "Intel SDM";
const SECTIONS = {
    syscall: `${SDM} vol. 2, SYSCALL; vol. 3, 5.8.8. AMD APM vol. 2, 6.1`,
    sysret: `${SDM} vol. 2, SYSRET; AMD APM vol. 2, 6.1`,
    int: `${SDM} vol. 2, INT n; vol. 3, 6.14`,
    iret: `${SDM} vol. 2, IRET; vol. 3, 6.14`,
    swapgs: `${SDM} vol. 2, SWAPGS`,
    fault: `${SDM} vol. 3, 6.14 and 4.7 (page faults)`,
    paging: `${SDM} vol. 3, 4.5 and 4.6`,
    smap: `${SDM} vol. 3, 4.6`,
};

function flagsText(value) {
    return FLAG_BITS.filter(([bit]) => value >> BigInt(bit) & 1n).map(([, name]) => name).join(" ") || "none";
}

// --- One instruction in a sentence ---

function explain(recording, step) {
    const name = recording.mnemonic(step), text = recording.codeAt(step).text, extra = recording.steps[step][5];
    let sentence = crossingSentence(recording, step, name) || flowSentence(recording, step, name, text) ||
        plainSentence(name, text);
    if (extra.rounds)
        sentence += ` It repeats itself: ${extra.rounds} rounds, counted as one instruction.`;
    if (text.startsWith("lock") || (name === "xchg" && text.includes("[")))
        sentence += " No other CPU can come between reading and writing.";
    if (extra.gap)
        sentence += gapSentence(extra.gap);
    return sentence;
}

function gapSentence(gap) {
    return gap in GAPS ? ` Another thread gets the CPU here: this one ${GAPS[gap]}. What others did until it came ` +
        "back is not recorded." : " Another thread gets the CPU here, for good: this one has ended.";
}

function crossingSentence(recording, step, name) {
    const fault = faultAt(recording, step);
    if (fault)
        return `It can't be completed: ${fault.what}. The CPU goes to the kernel's handler, and comes back to ` +
            `try again.`;
    if (name === "syscall")
        return "Into ring 0, at the address that the kernel put into MSR_LSTAR at boot.";
    if (name === "int")
        return "Into ring 0, through entry 80h of the interrupt descriptor table.";
    if (name.startsWith("sysret"))
        return "Back to ring 3: RIP from RCX, RFLAGS from R11.";
    if (name.startsWith("iret"))
        return `Back to ring ${recording.ring(step + 1)}: RIP, CS, RFLAGS, RSP and SS all come from the stack.`;
    if (name === "swapgs")
        return "GS's base and the spare one, MSR_KERNEL_GS_BASE, change places: one is the program's, the other " +
            "leads to this CPU's data.";
    return "";
}

function flowSentence(recording, step, name, text) {
    const next = step + 1 < recording.total ? recording.name(recording.nodeAt(step + 1)) : "";
    if (name === "call")
        return `Calls ${next || "a function"}: the address of the instruction behind goes on the stack.`;
    if (name === "ret")
        return `Returns${next ? " to " + next : ""}: the address to go on at comes from the stack.`;
    if (name === "jmp")
        return "Goes on somewhere else.";
    if (name.startsWith("j")) {
        const taken = recording.jumps(step);
        return `Jumps if “${conditionOf(name, "j")}”. ` +
            `${taken ? "It is so: it jumps." : "It isn't: straight on."}`;
    }
    return "";
}

function conditionOf(name, prefix) {
    const letters = name.slice(prefix.length);
    return CONDITIONS[letters] || letters;
}

function plainSentence(name, text) {
    const [target, source] = text.replace(/^\S+\s*/, "").replace(/#.*/, "").split(/,(?![^[]*\])/);
    if (PLAIN[name])
        return PLAIN[name];
    if (name === "push")
        return `Puts ${operand(target)} on the stack; RSP goes down by 8.`;
    if (name === "pop")
        return `Takes a word from the stack into ${operand(target)}; RSP goes up by 8.`;
    if (name === "lea")
        return "Computes an address. It touches no memory.";
    if (name === "xor" && target === source)
        return `Makes ${operand(target)} 0.`;
    if (name === "cmp" || name === "test")
        return "Compares. Only the flags change, for the conditional instruction behind.";
    if (/^(movs|stos|lods|cmps|scas)[bwdq]?$/.test(name))
        return "Works on memory at RDI or RSI, and moves those on.";
    if (/^set/.test(name))
        return `Makes ${operand(target)} 1 if the flags say “${conditionOf(name, "set")}”, else 0.`;
    if (/^cmov/.test(name))
        return `Copies only if the flags say “${conditionOf(name, "cmov")}”.`;
    if (/^mov(abs)?$/.test(name))
        return movSentence(target, source);
    return ARITHMETIC[name] ? ARITHMETIC[name] + "." : "";
}

function movSentence(target, source) {
    if (target && target.includes("["))
        return `Writes ${operand(source)} into memory.`;
    if (source && (source.includes("[") || /[fg]s:/.test(source)))
        return `Reads memory into ${operand(target)}.`;
    if (target && /[fg]s:/.test(target))
        return `Writes ${operand(source)} into this CPU's own data, which GS reaches.`;
    return `Copies ${operand(source)} into ${operand(target)}.`;
}

function operand(text) {
    return (text || "").replace(/^(\w+ PTR )/, "").trim().replace(/^([a-z]\w*)$/, (name) => name.toUpperCase());
}

// --- What the CPU did by itself ---

// An exception between this instruction and the next: {vector, what, address}, or null.
function faultAt(recording, step) {
    const next = step + 1 < recording.total ? recording.nodeAt(step + 1) : null;
    if (!next || next.kind !== "fault" || next.first !== step + 1)
        return null;
    const start = hex(recording.stubs), vector = Number((hex(recording.codeAt(step + 1).address) - start) / 16n);
    const address = vector === 14 ? recording.before(step + 1).registers[recording.index.cr2] : null;
    const name = EXCEPTIONS[vector] || `exception ${vector}`;
    return {vector, address, what: address ? `${name} at ${address}` : name};
}

// [what, before, after, why] of each change that the instruction's text doesn't show.
function byItself(recording, step) {
    const name = recording.mnemonic(step), fault = faultAt(recording, step);
    if (fault)
        return {title: `Exception ${fault.vector}: ${fault.what}`, see: SECTIONS.fault,
            rows: enteringRows(recording, step, fault)};
    if (name === "syscall")
        return {title: "SYSCALL", see: SECTIONS.syscall, rows: syscallRows(recording, step)};
    if (name === "int" && recording.ring(step) !== recording.ring(step + 1))
        return {title: "INT 80h", see: SECTIONS.int, rows: enteringRows(recording, step, null)};
    if (name.startsWith("sysret"))
        return {title: "SYSRET", see: SECTIONS.sysret, rows: sysretRows(recording, step)};
    if (name.startsWith("iret"))
        return {title: "IRET", see: SECTIONS.iret, rows: iretRows(recording, step)};
    if (name === "swapgs")
        return {title: "SWAPGS", see: SECTIONS.swapgs, rows: changedRows(recording, step, {
            gs_base: "GS's base: what [gs:…] reaches", k_gs_base: "the spare one, MSR_KERNEL_GS_BASE"})};
    if (name === "cli" || name === "sti" || name === "clac" || name === "stac")
        return {title: name.toUpperCase(), see: name.endsWith("ac") ? SECTIONS.smap : "",
            rows: flagRows(recording, step)};
    return null;
}

function pairOf(recording, step, name) {
    const index = recording.index[name];
    return [recording.before(step).registers[index], recording.before(step + 1).registers[index]];
}

function changedRows(recording, step, reasons) {
    return Object.entries(reasons).map(([name, why]) => [name, ...pairOf(recording, step, name), why]);
}

function flagRows(recording, step) {
    const [before, after] = pairOf(recording, step, "eflags").map((word) => flagsText(hex(word)));
    return [["RFLAGS", before, after, ""]];
}

function flagsGone(recording, step) {
    const [before, after] = pairOf(recording, step, "eflags").map(hex);
    return flagsText(before & ~after);
}

function ringRow(recording, step) {
    return ["ring", String(recording.ring(step)), String(recording.ring(step + 1)), "the lowest two bits of CS"];
}

function syscallRows(recording, step) {
    return [ringRow(recording, step), ...changedRows(recording, step, {
        rcx: "where to return to: the address of the next instruction", r11: "RFLAGS, as they were",
        rip: "from MSR_LSTAR", cs: "from MSR_STAR", ss: "from MSR_STAR",
        eflags: `RFLAGS. MSR_SYSCALL_MASK says which go off; of those set here: ${flagsGone(recording, step)}`,
        rsp: "not touched: this is still the program's stack"})];
}

function sysretRows(recording, step) {
    return [ringRow(recording, step), ...changedRows(recording, step, {
        rip: "from RCX", eflags: "RFLAGS, from R11", cs: "from MSR_STAR", ss: "from MSR_STAR",
        rsp: "not touched: the kernel has put the program's there itself"})];
}

function iretRows(recording, step) {
    return [ringRow(recording, step), ...changedRows(recording, step, {
        rip: "from the stack, 1st word", cs: "2nd word", eflags: "RFLAGS, 3rd word", rsp: "4th word",
        ss: "5th word"})];
}

// INT and exceptions push the same words.
function enteringRows(recording, step, fault) {
    const rows = [ringRow(recording, step), ...changedRows(recording, step, {
        rip: `from entry ${fault ? fault.vector : "80h"} of the interrupt descriptor table`,
        cs: "from the same entry",
        ss: "null, coming from ring 3",
        eflags: `RFLAGS; of those set, these go off: ${flagsGone(recording, step)}`,
        rsp: recording.ring(step) === 3 ? "from the task state segment, RSP0: the kernel's stack"
            : "the same stack, aligned"})];
    if (fault && fault.address)
        rows.push(["cr2", ...pairOf(recording, step, "cr2"), "the address that could not be reached"]);
    return rows.concat(pushedRows(recording, step));
}

function pushedRows(recording, step) {
    const node = recording.nodeAt(step + 1), state = recording.before(step + 1), rows = [];
    const names = ["SS", "RSP", "RFLAGS", "CS", "RIP", "error code"];
    for (let i = 0; i < names.length; i++) {
        const address = node.regsTop - BigInt(8 * (i + 1));
        if (address < recording.value(state, "rsp"))
            break;
        const found = state.words.get(text16(address));
        rows.push([`pushed: ${names[i]}`, "", found ? found.word : "?", `at …${text16(address).slice(-4)}`]);
    }
    return rows;
}
