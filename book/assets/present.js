// @ts-check
'use strict';
// A page for a room: one section at a time, in large type, forward and back by key or clicker. What is shown are the
// page's own parts, and no copies: so a question is answered, a run replayed and a program run as on the page.
// workbook.js loads this when the address asks for it. The address says which section is shown, and which step of it:
// `#present=SECTION/2`.
(() => {
    const MAIN = document.querySelector('main');
    const STAGE = document.getElementById('mdbook-content');
    const { currentScript } = document;
    if (!MAIN || !STAGE || !(currentScript instanceof HTMLScriptElement)) return;

    /**
     * A part of the page that is shown whole, but for a program that is too long: of that only some lines. Two may stand
     * beside each other.
     *
     * @typedef {{ node: HTMLElement, from?: number, lines?: number, isBeside?: boolean }} Leaf
     */
    /**
     * What stands below one heading.
     *
     * @typedef {{ id: string, title: string, parts: HTMLElement[] }} Section
     */

    /** How large the type can be, against that of the page, on a screen of 1024 × 768; on others in proportion. */
    const SIZES = [1.75, 1.6, 1.45, 1.3, 1.2, 1.12, 1.05];
    const SMALLEST = 1.05;
    const SCREEN = { width: 1024, height: 768 };

    const START = '#present';
    const HEADINGS = 'h1, h2, h3, h4';
    /** What is looked at, and not read. */
    const SEEN = 'figure, fieldset, pre, table, svg';

    /**
     * @param {string} text
     * @param {string} className
     * @param {string} title
     * @param {() => void} action
     */
    const button = (text, className, title, action) => {
        const made = Object.assign(document.createElement('button'),
            { type: 'button', textContent: text, className, title });
        made.addEventListener('click', action);
        return made;
    };
    /**
     * @param {string} name
     * @param {string} className
     */
    const element = (name, className) => Object.assign(document.createElement(name), { className });
    /** @param {Element} part @param {string} selector */
    const all = (part, selector) =>
        /** @type {HTMLElement[]} */ ([...part.querySelectorAll(selector)]);
    /** @param {Element} code */
    const linesOf = (code) => code.textContent.replace(/\n+$/, '').split('\n');
    /** @param {Element} part */
    const childrenOf = (part) => /** @type {HTMLElement[]} */ ([...part.children]);

    // --- What there is to show ---------------------------------------------------------------------------------------

    /** @returns {Section[]} */
    const findSections = () => {
        /** @type {Section[]} */
        const found = [];
        /** @param {HTMLElement} heading */
        const begin = (heading) => found.push({ id: heading.id, title: heading.textContent.trim(), parts: [heading] });
        for (const part of childrenOf(MAIN)) {
            if (part.matches('hr, script, style')) continue;
            if (part.matches(HEADINGS)) {
                begin(part);
            } else if (part.matches('section.exercise')) {
                const [heading, ...rest] = childrenOf(part);
                begin(heading);
                found[found.length - 1].parts.push(...rest);
            } else if (part.matches('.footnote-definition')) {
                const [first] = childrenOf(part);
                found.push({ id: first?.id ?? '', title: 'Footnotes', parts: [part] });
            } else {
                if (found.length === 0) found.push({ id: '', title: document.title, parts: [] });
                found[found.length - 1].parts.push(part);
            }
        }
        return found;
    };

    /**
     * Whether a part is to be seen now. What an open question withholds is not, and what is no HTML only keeps something
     * from the search.
     *
     * @param {Element} part
     */
    const isThere = (part) => part instanceof HTMLElement
        && !part.hidden && !part.matches('.is-withheld') && getComputedStyle(part).display !== 'none';

    /** @param {Leaf[]} leaves */
    const isRead = (leaves) => leaves.every(({ node }) => !node.matches(SEEN) && !node.querySelector(SEEN));

    /**
     * A program with its question or its run, where both fit on one screen: one below the other, or, where the screen is
     * wide, one beside the other.
     *
     * @param {Leaf[]} before
     * @param {HTMLElement} node
     * @returns {Leaf[] | undefined}
     */
    const pairOf = (before, node) => {
        const isPair = before.length === 1 && before[0].node.matches('figure.listing')
            && node.matches('fieldset, figure.run:not(.compare)');
        if (!isPair) return undefined;
        const [below, beside] = [false, true].map((isBeside) =>
            [before[0].node, node].map((each) => ({ node: each, isBeside })));
        if (fits(below, 1.2)) return below;
        if (STAGE.clientWidth > STAGE.clientHeight * 1.5 && fits(beside, 1.12)) return beside;
        return fits(below, node.matches('fieldset') ? SMALLEST : 1.12) ? below : undefined;
    };

    /**
     * What of a section belongs together, and is parted only where it does not fit on one screen.
     *
     * @param {HTMLElement[]} parts
     */
    const groupsOf = (parts) => {
        /** @type {Leaf[][]} */
        const groups = [];
        for (const part of parts.filter(isThere)) {
            const live = all(part, ':scope > .live');
            const pair = live.length === 0 && pairOf(groups.at(-1) ?? [], part);
            if (pair) {
                groups[groups.length - 1] = pair;
            } else if (live.length > 0) {
                const others = childrenOf(part).filter((child) => !live.includes(child));
                const controls = others.filter((child) => child.matches('.controls'));
                groups.push(others.map((node) => ({ node })));
                groups.push([...live, ...controls].map((node) => ({ node })));
            } else {
                groups.push([{ node: part }]);
            }
        }
        return groups;
    };

    /**
     * What becomes of a group that does not fit on one screen: groups of its parts; nothing where it has none.
     *
     * @param {Leaf[]} group
     * @returns {Leaf[][] | undefined}
     */
    const split = (group) => {
        const [{ node, lines }] = group;
        if (group.length > 1) {
            const figure = node.parentElement;
            return figure?.matches('figure') && group.every((leaf) => leaf.node.parentElement === figure)
                ? splitRun(group.map((leaf) => leaf.node)) : group.map((leaf) => [leaf]);
        }
        if (lines !== undefined) return undefined;
        if (node.matches('figure.listing')) return splitProgram(node);
        if (node.matches('figure.run')) return splitRun(childrenOf(node));
        if (node.matches('ul, ol, section, blockquote')) return groupsOf(childrenOf(node));
        return undefined;
    };

    /**
     * A run's output, its pictures and its table, each with the buttons and the figures.
     *
     * @param {HTMLElement[]} parts
     */
    const splitRun = (parts) => {
        const always = parts.filter((part) => part.matches('.controls, figcaption, .which'));
        const kinds = ['.output', 'svg', '.table-wrapper', '.live'];
        const found = kinds.map((kind) => parts.filter((part) => part.matches(kind))).filter((kind) => kind.length > 0);
        if (found.length < 2) return undefined;
        return found.map((kind) => [...kind, ...always].map((node) => ({ node })));
    };

    /**
     * A program in pieces of some lines, broken between its functions if that can be.
     *
     * @param {HTMLElement} node
     */
    const splitProgram = (node) => {
        const code = node.querySelector('pre > code');
        if (!(code instanceof HTMLElement)) return undefined;
        const text = linesOf(code);
        show([{ node, from: 0, lines: text.length }], SMALLEST);
        // Its reader edits it.
        if (code.getClientRects().length === 0) return undefined;
        const line = code.getBoundingClientRect().height / text.length;
        const most = Math.floor((STAGE.clientHeight - (STAGE.scrollHeight - line * text.length)) / line);
        if (!(most > 5) || most >= text.length) return undefined;
        /** @type {Leaf[][]} */
        const pieces = [];
        for (let from = 0; from < text.length;) {
            const left = text.length - from;
            const wanted = Math.ceil(left / Math.ceil(left / most));
            let end = from + left;
            let best = Infinity;
            for (let at = from + 1; left > most && at <= from + most; at++) {
                const isGap = text[at].trim() === '';
                const isBetween = isGap && /^\S/.test(text[at + 1] ?? '');
                const cost = Math.abs(at - from - wanted) + (isBetween ? 0 : isGap ? 6 : 20);
                if (cost < best) [best, end] = [cost, at];
            }
            pieces.push([{ node, from, lines: end - from }]);
            from = end;
            while (text[from]?.trim() === '') from++;
        }
        return pieces;
    };

    /**
     * Puts groups together into steps: each is what fits on one screen.
     *
     * @param {Leaf[][]} groups
     * @returns {Leaf[][]}
     */
    const pack = (groups) => {
        /** @type {Leaf[][]} */
        const steps = [];
        /** @type {Leaf[]} */
        let step = [];
        for (const group of groups) {
            const both = [...step, ...group];
            const isHeading = step.length === 1 && step[0].node.matches(HEADINGS);
            // A heading by itself says less than the bar does, which has it too.
            const enough = isRead(both) ? 1.45 : isHeading ? SMALLEST : 1.2;
            // A live run grows.
            const isApart = both.some(({ node, isBeside }) => isBeside || node.matches('.live'));
            if (step.length > 0 && !isApart && fits(both, enough)) {
                step = both;
                continue;
            }
            if (step.length > 0 && !isHeading) steps.push(step);
            const parts = fits(group, isRead(group) ? 1.3 : SMALLEST) ? undefined : split(group);
            if (parts) steps.push(...pack(parts));
            step = parts ? steps.pop() ?? [] : group;
        }
        if (step.length > 0) steps.push(step);
        return steps;
    };

    // --- What is seen ------------------------------------------------------------------------------------------------

    let scale = 1;

    /**
     * Hides all but some parts of the page.
     *
     * @param {HTMLElement} container
     * @param {Leaf[]} leaves
     */
    const hideAllBut = (container, leaves) => {
        for (const part of childrenOf(container)) {
            const isLeaf = leaves.some(({ node }) => node === part);
            const has = !isLeaf && leaves.some(({ node }) => part.contains(node));
            part.classList.toggle('is-off', !isLeaf && !has);
            if (has) hideAllBut(part, leaves);
        }
    };
    const showAllLines = () => {
        for (const part of all(MAIN, '.is-part')) {
            part.classList.remove('is-part');
            for (const caption of all(part, ':scope > figcaption')) delete caption.dataset.lines;
        }
    };
    const showAll = () => {
        for (const part of all(MAIN, '.is-off')) part.classList.remove('is-off');
        showAllLines();
    };

    /**
     * @param {Leaf[]} leaves
     * @param {number} size
     */
    const show = (leaves, size) => {
        showAll();
        hideAllBut(MAIN, leaves);
        MAIN.classList.toggle('is-beside', leaves.some(({ isBeside }) => isBeside));
        const zoom = size * scale;
        document.documentElement.style.setProperty('--zoom', String(zoom));
        document.documentElement.style.setProperty('--room', `${STAGE.clientHeight / zoom}px`);
        for (const { node, from = 0, lines } of leaves) {
            const code = node.querySelector('pre > code');
            if (lines === undefined || !code) continue;
            node.classList.add('is-part');
            node.style.setProperty('--lines', String(lines));
            const count = linesOf(code).length;
            for (const caption of all(node, ':scope > figcaption')) {
                if (lines < count) caption.dataset.lines = `lines ${from + 1} to ${from + lines} of ${count}`;
            }
            code.scrollTop = from / lines * code.clientHeight;
        }
    };

    /** Whether all that is shown is there without scrolling. */
    const isWhole = () => {
        const isNarrow = (/** @type {Element} */ part) => part.scrollWidth <= part.clientWidth + 1;
        const isLow = (/** @type {Element} */ part) => part.scrollHeight <= part.clientHeight + 1;
        // One pixel too high, and the browser draws a bar for scrolling.
        return STAGE.scrollHeight <= STAGE.clientHeight && isNarrow(STAGE) && all(MAIN, '.run > .output').every(isLow)
            && all(MAIN, 'pre > code, .output, .table-wrapper').every(isNarrow);
    };
    /**
     * @param {Leaf[]} leaves
     * @param {number} size
     */
    const fits = (leaves, size) => {
        show(leaves, size);
        return isWhole();
    };

    /**
     * Shows a step as large as it fits. A picture is not drawn larger than its page is wide.
     *
     * @param {Leaf[]} leaves
     */
    const fit = (leaves) => {
        const isAsked = leaves.every(({ node }) => node.matches('fieldset'));
        const most = isRead(leaves) ? 1.75 : isAsked ? 1.6 : 1.45;
        const sizes = SIZES.filter((size) => size <= most);
        // What fits at one size fits at each that is smaller: so half of those that are left are tried at once.
        let [large, small] = [0, sizes.length - 1];
        while (large < small) {
            const middle = Math.floor((large + small) / 2);
            if (fits(leaves, sizes[middle])) small = middle;
            else large = middle + 1;
        }
        show(leaves, sizes[small]);
    };

    // --- Where one is ------------------------------------------------------------------------------------------------

    let sections = findSections();
    if (sections.length === 0) return;
    let isOn = false;
    let at = 0;
    /** @type {Leaf[][]} The steps of that section, as the window is now and as much as the questions let see. */
    let steps = [];
    let step = 0;

    const bar = element('nav', 'presenter');
    bar.setAttribute('aria-label', 'Presenting');
    const chapter = element('h1', 'chapter');
    chapter.textContent = MAIN.querySelector('h1')?.textContent.trim() ?? document.title;
    const title = element('span', 'title');
    const dots = element('span', 'dots');
    dots.setAttribute('aria-hidden', 'true');
    const place = element('span', 'place');
    const told = element('span', 'told');
    told.setAttribute('role', 'status');
    const backButton = button('Back', 'back', 'Back (Page Up)', () => move(-1));
    const nextButton = button('Next', 'next', 'Next (Page Down)', () => move(1));
    bar.append(chapter, title, dots, place, backButton, nextButton,
        button('Leave', 'leave', 'Leave (Escape)', () => leave()), told);
    const dark = element('div', 'dark');

    const sheet = Object.assign(document.createElement('link'),
        { rel: 'stylesheet', href: new URL('present.css', currentScript.src).href });

    /** @param {Section} section @param {number} number */
    const addressOf = ({ id }, number) =>
        `${START}=${encodeURIComponent(id)}${number > 0 ? `/${number + 1}` : ''}`;

    const prepare = () => {
        const { clientWidth, clientHeight } = document.documentElement;
        scale = Math.min(clientWidth / SCREEN.width, clientHeight / SCREEN.height);
        document.documentElement.style.setProperty('--scale', String(scale));
        showAll();
        // An exercise gets its editor and its results later.
        sections = findSections();
        steps = pack(groupsOf(sections[at].parts));
    };

    /** Shows the step one is at, and says so to eyes, ears and the address. */
    const tell = () => {
        step = Math.min(Math.max(step, 0), steps.length - 1);
        fit(steps[step]);
        STAGE.scrollTop = 0;
        const section = sections[at];
        title.textContent = section.title === chapter.textContent ? '' : section.title;
        place.textContent = `${at + 1} / ${sections.length}`;
        dots.textContent = steps.length < 2 ? '' : steps.map((leaves) => leaves === steps[step] ? '●' : '○').join('');
        const part = steps.length < 2 ? '' : `, part ${step + 1} of ${steps.length}`;
        told.textContent = `Section ${at + 1} of ${sections.length}${part}: ${section.title}`;
        backButton.disabled = at === 0 && step === 0;
        nextButton.disabled = at === sections.length - 1 && step === steps.length - 1;
        history.replaceState(history.state, '', addressOf(section, step));
        // No event tells of that.
        document.dispatchEvent(new Event('presented'));
        // What had the focus may be out of sight.
        const focused = document.activeElement;
        const isSeen = focused && focused !== document.body && focused.getClientRects().length > 0;
        if (!isSeen || focused.matches(':disabled')) MAIN.focus({ preventScroll: true });
    };

    /**
     * @param {number} section
     * @param {number} number Of the step; beyond the last for the last.
     */
    const go = (section, number) => {
        at = Math.min(Math.max(section, 0), sections.length - 1);
        prepare();
        step = number;
        tell();
    };

    /** @param {1 | -1} by */
    const move = (by) => {
        // What is higher than the screen is scrolled through first.
        const before = STAGE.scrollTop;
        STAGE.scrollBy({ top: by * STAGE.clientHeight * 0.85, behavior: 'instant' });
        if (Math.abs(STAGE.scrollTop - before) > 2) return;
        if (steps[step + by]) {
            step += by;
            tell();
        } else if (sections[at + by]) {
            go(at + by, by > 0 ? 0 : Infinity);
        }
    };

    /**
     * Steps are made anew, and one stays at what one sees.
     *
     * @param {Element} seen
     * @param {number} [line] The first that is seen, of a program.
     */
    const stayAt = (seen, line = 0) => {
        prepare();
        const found = steps.findIndex((leaves) => leaves.some(({ node, from = 0, lines = Infinity }) =>
            (node.contains(seen) || seen.contains(node)) && line < from + lines));
        if (found >= 0) step = found;
        tell();
    };

    /** @param {string} id */
    const sectionOf = (id) => {
        const target = document.getElementById(id);
        return sections.findIndex((section) =>
            section.id === id || (target !== null && section.parts.some((part) => part.contains(target))));
    };

    /** Goes where the address says; without a section, to the one that the reader is at. */
    const follow = () => {
        const [id, number] = location.hash.slice(START.length + 1).split('/').map(decodeURIComponent);
        const tops = sections.map(({ parts }) => parts[0].getBoundingClientRect().top);
        const here = Math.max(tops.filter((top) => top < 120).length - 1, 0);
        document.documentElement.classList.add('presenting');
        const found = id ? sectionOf(id) : -1;
        go(found >= 0 ? found : here, (Number.parseInt(number, 10) || 1) - 1);
    };

    // --- Coming and going --------------------------------------------------------------------------------------------

    /** A live run, an editor or an exercise's results have come or gone. */
    const changes = new MutationObserver((seen) => {
        const isOurs = (/** @type {Element} */ part) =>
            sections[at].parts.some((own) => own.contains(part) || part.contains(own));
        const changed = seen.flatMap(({ target, addedNodes, removedNodes }) =>
            target instanceof Element && target.matches('figure, section.exercise') && isOurs(target)
                ? [target, ...removedNodes, ...addedNodes] : []);
        const parts = changed.filter((part) => part instanceof Element);
        const live = parts.findLast((part) => part.isConnected && part.matches('.live'));
        const own = parts.findLast((part) => part.isConnected && part.matches('section.exercise > *'));
        if (parts.length > 0) stayAt(live ?? own ?? parts[0]);
    });
    /** Something has grown that is shown: a replay, a run, an editor. */
    const grown = new ResizeObserver(() => requestAnimationFrame(() => {
        if (isOn && !isWhole()) fit(steps[step]);
    }));
    const resized = () => {
        const [{ node, from }] = steps[step];
        stayAt(node, from);
    };

    const begin = () => {
        if (!isOn) {
            isOn = true;
            document.body.prepend(bar);
            // The questions are the room's now: what this browser's reader has answered is not shown.
            document.dispatchEvent(new Event('presenting'));
            addEventListener('resize', resized);
            // A font that comes late is wider than the one that stood in for it, or narrower.
            document.fonts.addEventListener('loadingdone', resized);
            changes.observe(MAIN, { childList: true, subtree: true });
            follow();
            grown.observe(MAIN);
            return;
        }
        follow();
    };

    const end = () => {
        if (!isOn) return;
        isOn = false;
        removeEventListener('resize', resized);
        document.fonts.removeEventListener('loadingdone', resized);
        changes.disconnect();
        grown.disconnect();
        document.documentElement.classList.remove('presenting');
        showAll();
        dark.remove();
        bar.remove();
        document.dispatchEvent(new Event('presenting'));
    };

    /** Back to the page, at the section that was shown. */
    const leave = () => {
        const { id } = sections[at];
        history.replaceState(history.state, '', id ? `#${id}` : location.pathname + location.search);
        end();
        // Only so does the browser know that this is where the reader is.
        if (id) location.replace(location.href);
        const heading = document.getElementById(id);
        (heading?.querySelector('a') ?? MAIN).focus({ preventScroll: true });
    };

    addEventListener('hashchange', () => {
        if (location.hash.startsWith(START)) begin();
        else end();
    });

    // --- Keys and clicks ---------------------------------------------------------------------------------------------

    /** @type {Record<string, () => void>} */
    const KEYS = {
        PageDown: () => move(1),
        PageUp: () => move(-1),
        ArrowRight: () => move(1),
        ArrowLeft: () => move(-1),
        ArrowDown: () => move(1),
        ArrowUp: () => move(-1),
        ' ': () => move(1),
        Home: () => go(0, 0),
        End: () => go(sections.length - 1, Infinity),
        Escape: () => leave(),
        b: () => document.body.append(dark),
        '.': () => document.body.append(dark),
        // These are mdBook's: its search and its help are out of sight.
        s: () => undefined,
        '/': () => undefined,
        '?': () => undefined,
    };

    /**
     * Whether a key belongs to what has the focus. A clicker's keys do not, unless somebody writes.
     *
     * @param {Element} focused
     * @param {string} key
     */
    const isTheirs = (focused, key) => {
        if (focused.closest('.cm-editor, textarea, input:not([type="radio"], [type="range"])')) return true;
        if (key === 'PageDown' || key === 'PageUp' || key === 'Escape') return false;
        if (focused.matches('input, select')) return /^(Arrow|Home|End| )/.test(key);
        if (key === ' ') return focused.matches('button, summary, a[href]');
        const isHigh = focused.scrollHeight > focused.clientHeight + 1 && focused.matches('.output');
        return isHigh && (key === 'ArrowDown' || key === 'ArrowUp');
    };

    addEventListener('keydown', (event) => {
        const { key, target } = event;
        if (!isOn || event.altKey || event.ctrlKey || event.metaKey || !(target instanceof Element)) return;
        const isDark = dark.isConnected;
        const action = KEYS[key.length === 1 ? key.toLowerCase() : key];
        if (!isDark && (!action || isTheirs(target, key))) return;
        if (key === 'Shift' || key === 'Tab') return;
        event.preventDefault();
        event.stopPropagation();
        if (isDark) {
            dark.remove();
            told.textContent = 'The page is shown again';
        } else {
            action();
            if (dark.isConnected) told.textContent = 'The screen is dark: any key shows the page again';
        }
    }, { capture: true });
    dark.addEventListener('click', () => dark.remove());

    MAIN.addEventListener('click', (event) => {
        if (!isOn || !(event.target instanceof Element)) return;
        const link = event.target.closest('a');
        if (link && link.hash && link.pathname === location.pathname && !link.hash.startsWith(START)) {
            const found = sectionOf(decodeURIComponent(link.hash.slice(1)));
            event.preventDefault();
            if (found >= 0) go(found, 0);
            return;
        }
        const question = event.target.closest('fieldset.predict');
        if (!(question instanceof HTMLElement) || !event.target.matches('button')) return;
        const run = event.target.matches('.show-run') ? runOf(question) : undefined;
        if (run) {
            at = Math.max(sections.findIndex(({ parts }) => parts.includes(run)), 0);
            stayAt(run);
            all(run, '.output')[0]?.focus({ preventScroll: true });
        } else {
            stayAt(question);
        }
    });

    /** @param {HTMLElement} question */
    const runOf = (question) => all(MAIN, `figure.run[data-snippet="${CSS.escape(question.dataset.run ?? '')}"]`).find(
        (run) => (question.compareDocumentPosition(run) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0);

    // -----------------------------------------------------------------------------------------------------------------

    sheet.addEventListener('load', () => {
        if (location.hash.startsWith(START)) begin();
    });
    document.head.append(sheet);
})();
