// The two gates beside each other: the same call, once by SYSCALL and once by INT 80h.

function drawGates(recordings, missing, box, onGo) {
    if (recordings.length < 2) {
        box.replaceChildren(element("p", {}, `There is no second recording: ${missing}.`));
        return;
    }
    box.replaceChildren(
        element("p", {}, "The same program, at the same instruction, on a machine started anew. For the second " +
            "one the recorder has put INT 80h where SYSCALL stood, and number and arguments where that gate " +
            "wants them. All else is the kernel's doing. INT 80h was the only gate on 32-bit CPUs; SYSCALL " +
            "exists because it does less."),
        stageTable(recordings), ...["gate", "entry", "exit", "back"].map((id) => sideBySide(recordings, id, onGo)));
}

function stageOf(recording, id) {
    return recording.stages.find((stage) => stage.id === id);
}

function gateName(recording) {
    return GATE_NAMES[recording.mnemonic(stageOf(recording, "gate").first)];
}

function lengthOf(recording, id) {
    const stage = stageOf(recording, id);
    return stage ? stage.last - stage.first + 1 : 0;
}

function stageTable(recordings) {
    const ids = Object.keys(STAGES).filter((id) => recordings.every((one) => stageOf(one, id)));
    const rows = ids.map((id) => element("tr", {}, element("th", {scope: "row"}, STAGES[id].title),
        ...recordings.map((one) => element("td", {}, count(lengthOf(one, id))))));
    const sum = recordings.map((one) => ids.reduce((total, id) => total + lengthOf(one, id), 0));
    const words = recordings.map((one) => element("th", {scope: "col"}, gateName(one)));
    const total = [element("th", {scope: "row"}, "From gate to ring 3"),
        ...sum.map((one) => element("td", {}, count(one)))];
    return element("table", {class: "compare"}, element("caption", {}, "Instructions in each stage"),
        element("thead", {}, element("tr", {}, element("td", {}), ...words)), element("tbody", {}, ...rows),
        element("tfoot", {}, element("tr", {}, ...total)));
}

function sideBySide(recordings, id, onGo) {
    return element("section", {class: "beside"}, element("h3", {}, STAGES[id].title),
        element("div", {class: "pair"}, ...recordings.map((one, i) => oneSide(one, id, (step) => onGo(i, step)))));
}

function oneSide(recording, id, onGo) {
    const stage = stageOf(recording, id), gate = GATE_NAMES[recording.mnemonic(stageOf(recording, "gate").first)];
    const side = element("div", {class: "side"}, element("h4", {}, gate));
    if (!stage) {
        side.append(element("p", {class: "small"}, "It doesn't come to that."));
        return side;
    }
    if (id === "gate" || id === "back") {
        const found = byItself(recording, stage.first), list = element("dl", {class: "effects"});
        for (const [what, before, after] of found.rows)
            list.append(element("dt", {}, what === "ring" || what.includes(":") ? what : registerName(what)),
                element("dd", {}, before === after ? `${after}, as before` : before ? `${before} → ${after}`
                    : after));
        side.append(goButton(recording, stage.first, onGo), list);
        return side;
    }
    const list = element("ol", {class: "code"});
    for (let step = stage.first; step <= stage.last; step++)
        list.append(element("li", {}, goButton(recording, step, onGo)));
    side.append(list);
    return side;
}

function goButton(recording, step, onGo) {
    const button = element("button", {title: "Show this step"}, element("span", {class: "line"}, count(step + 1)),
        recording.codeAt(step).text.replace(/\s*#.*/, ""));
    button.addEventListener("click", () => onGo(step));
    return button;
}
