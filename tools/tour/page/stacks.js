// The picture of the two stacks: the program's, and the kernel's of its thread. High addresses are above; RSP is
// at the lower end of the one in use.

const NO_CALL = "f".repeat(16);
// Words shown at the upper and lower end of a long stack: of the one in use, and of the other. On top of the
// kernel's is the frame, which is shown whole.
const SHOWN = {used: [4, 14], other: [2, 6]}, FRAME_WORDS = 21;

function showStacks(recording, step) {
    const old = recording.before(step), now = recording.before(step + 1);
    const inUse = stackOf(recording, recording.value(now, "rsp"));
    const touched = new Set(recording.steps[step][3].map(([address]) => address));
    const frames = recording.framesAt(Math.min(step + 1, recording.total - 1));
    const lowest = restingPlaces(recording, step, now);
    for (const ring of [3, 0])
        showStack(recording, byId(`stack${ring}`), ring, {now, old, inUse, touched, frames, from: lowest[ring]});
}

function stackOf(recording, address) {
    if (address >= recording.kernelLow && address <= recording.kernelTop)
        return 0;
    return address <= recording.userTop ? 3 : -1;
}

// Where each stack's lower end is: RSP, or where it was when the other one was taken.
function restingPlaces(recording, step, now) {
    const places = {[stackOf(recording, recording.value(now, "rsp"))]: recording.value(now, "rsp")};
    if (places[0] !== undefined && places[3] === undefined) {
        const crossing = recording.chainAt(step + 1).find((node) => node.ring === 0);
        if (crossing && crossing.first > 0)
            places[3] = recording.value(recording.before(crossing.first - 1), "rsp");
    }
    return places;
}

function showStack(recording, box, ring, show) {
    const isUsed = show.inUse === ring, name = ring === 3 ? "The program's" : "The kernel's";
    box.className = `stack ring-${ring}${isUsed ? " used" : ""}`;
    box.replaceChildren(element("h3", {}, name, isUsed ? element("span", {class: "rsp"}, "RSP is here") : null));
    if (show.from === undefined) {
        box.append(element("p", {class: "small"}, ring === 0 ? "Empty: in ring 3 nothing is on it." : "Not seen."));
        return;
    }
    const top = ring === 0 ? recording.kernelTop : recording.userTop, all = [];
    for (let address = top - 8n; address >= show.from; address -= 8n)
        if (show.now.words.has(text16(address)))
            all.push(address);
    const [above, below] = isUsed ? SHOWN.used : SHOWN.other, list = element("ol", {class: "words"});
    const cut = ring === 0 ? FRAME_WORDS : above, hidden = all.length - cut - below;
    all.forEach((address, i) => {
        if (hidden > 1 && i === cut)
            list.append(element("li", {class: "gap"}, `${hidden} more words`));
        if (hidden <= 1 || i < cut || i >= cut + hidden)
            list.append(wordRow(recording, address, show, isUsed));
    });
    box.append(list, all.length ? "" : element("p", {class: "small"}, "Empty."));
}

function wordRow(recording, address, show, isUsed) {
    const text = text16(address), found = show.now.words.get(text), field = recording.field(address, show.frames);
    const name = wordName(recording, found, field, show.frames);
    const isSp = isUsed && address === recording.value(show.now, "rsp");
    const classes = [field && "field", show.touched.has(text) && "changed", isSp && "sp"].filter(Boolean).join(" ");
    return element("li", {class: classes, title: `${text}: ${found.word} ${name}`, "data-address": text},
        element("span", {class: "address"}, `…${text.slice(-4)}`), element("span", {class: "word"}, found.word),
        element("span", {class: "is"}, name));
}

function wordName(recording, found, field, frames) {
    const symbol = recording.symbol(found.word);
    if (field === "orig_ax" && frames.length && frames[frames.length - 1][1].kind === "fault")
        return found.word === NO_CALL ? "orig_ax: no call" : "orig_ax: error code";
    if (field)
        return fieldText(recording, field, found.word, symbol);
    if (found.is === "return")
        return `↩ ${symbol || "?"}`;
    if (found.is)
        return /^r\w\w?$/.test(found.is) ? `saved ${found.is.toUpperCase()}` : symbol;
    return symbol;
}

function fieldText(recording, field, word, symbol) {
    if (field === "flags")
        return `flags: ${flagsText(hex(word))}`;
    if (field === "cs" || field === "ss")
        return `${field}: ${SELECTORS[word] || ""}`;
    return symbol ? `${field}: ${symbol}` : field;
}
