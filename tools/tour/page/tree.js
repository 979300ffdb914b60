// All calls as a tree that folds: what is folded isn't made yet.

function drawTree(recording, box, onStep) {
    const list = element("ul", {class: "calls"});
    for (const node of recording.nodes.filter((one) => one.parent < 0))
        list.append(callItem(recording, node, onStep));
    box.replaceChildren(list);
    openTo(recording, box);
}

function callItem(recording, node, onStep) {
    const length = node.last - node.first + 1;
    const name = element("button", {class: "go"}, recording.label(node));
    name.addEventListener("click", () => onStep(node.first));
    const bar = {class: "bar", "aria-hidden": "true", style: `--share:${length / recording.total}`};
    const line = [name, element("span", {class: "kind"}, kindText(recording, node)), element("span", bar),
        element("span", {class: "length"}, count(length))];
    const item = element("li", {class: classOf(node), "data-node": node.id});
    if (!node.children.length) {
        item.append(element("div", {class: "call"}, ...line));
        return item;
    }
    const details = element("details", {}, element("summary", {class: "call"}, ...line));
    details.addEventListener("toggle", () => unfold(recording, details, node, onStep));
    item.append(details);
    return item;
}

// Its ring, and whether the boundary is crossed there.
function classOf(node) {
    return `ring-${node.ring}${node.kind === "crossing" || node.kind === "fault" ? " crossing" : ""}`;
}

function unfold(recording, details, node, onStep) {
    if (!details.open || details.querySelector(":scope > ul"))
        return;
    details.append(element("ul", {}, ...node.children.map((child) => callItem(recording, child, onStep))));
}

function kindText(recording, node) {
    if (node.kind === "crossing")
        return `by ${GATE_NAMES[recording.mnemonic(node.first - 1)]}`;
    if (node.kind === "fault")
        return faultAt(recording, node.first - 1).what;
    return node.kind === "jump" ? "by a jump" : "";
}

// At first it is open down to the function that does the work.
function openTo(recording, box) {
    const work = recording.stages.find((stage) => stage.id === "work" || stage.id === "dispatch");
    for (const node of work ? recording.chainAt(work.first) : []) {
        const details = box.querySelector(`[data-node="${node.id}"] > details`);
        if (!details)
            return;
        details.open = true;
        details.dispatchEvent(new Event("toggle"));
    }
}
