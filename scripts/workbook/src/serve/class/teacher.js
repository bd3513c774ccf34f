// @ts-check
// The teacher's page: how the room has chosen, where it is and where it is stuck, and what the teacher does about it. It
// asks the server once a second, with the key that came with its address.

const KEY = 'workbook.teacher';
const EVERY = 1000;
/** How long an answer may take, in milliseconds; longer where pages are built for it. */
const WITHIN = 5000;
const BUILT_WITHIN = 60_000;
/** Where the tab keeps which pages of the list are open, and how far it is scrolled: for a reload. */
const OPEN = 'workbook.teacher.open';
const SCROLLED = 'workbook.teacher.scrolled';
/** The window in which pages of the book are opened: it may stand on the wall. */
const BOOK = 'workbook-page';

/** @type {Tools['element']} */
const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
};
/** @param {string} id */
const find = (id) => {
    const found = document.getElementById(id);
    if (!found) throw new Error(`there is no #${id} on this page`);
    return found;
};
/**
 * Does not touch what says this already: it would be read aloud once more.
 *
 * @param {HTMLElement} part
 * @param {string} text
 */
const write = (part, text) => {
    if (part.textContent !== text) part.textContent = text;
};
/** @param {string} text @param {() => void} action @param {string} className */
const button = (text, action, className) => {
    const made = element('button', { type: 'button', textContent: text, className });
    made.addEventListener('click', action);
    return made;
};

// --- The key ---------------------------------------------------------------------------------------------------------

let given = '';
const memory = {
    get: () => { try { return localStorage.getItem(KEY) ?? given; } catch { return given; } },
    /** @param {string} key */
    set: (key) => {
        given = key;
        try { localStorage.setItem(KEY, key); } catch { /* it is for this visit only */ }
    },
};
const tab = {
    /** @param {string} key */
    get: (key) => { try { return sessionStorage.getItem(key); } catch { return null; } },
    /** @param {string} key @param {string} value */
    set: (key, value) => {
        try { sessionStorage.setItem(key, value); } catch { /* a reload begins at the top */ }
    },
};
/** @param {string} text An address with a key, or the key alone. */
const takeKey = (text) => {
    const [, key] = /^(?:.*#key=)?([0-9a-f]{32})$/.exec(text.trim()) ?? [];
    if (key) memory.set(key);
    return Boolean(key);
};
const takeKeyFromAddress = () => {
    if (!location.hash.startsWith('#key=')) return;
    takeKey(location.hash);
    history.replaceState(history.state, '', location.pathname);
};
takeKeyFromAddress();
addEventListener('hashchange', () => {
    takeKeyFromAddress();
    void look();
});

/** The server wants the teacher's key. */
class KeyWanted extends Error {}

/**
 * @param {string} what
 * @param {object} [body]
 */
const request = async (what, body) => {
    const response = await fetch(`/api/teacher/${what}`, {
        method: body ? 'POST' : 'GET',
        headers: { 'X-Workbook-Key': memory.get(), ...(body && { 'Content-Type': 'application/json' }) },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(body ? BUILT_WITHIN : WITHIN),
    }).catch(() => {
        throw new Error('The server does not answer: is cargo workbook serve --class still running?');
    });
    if (response.ok) return response.status === 204 ? undefined : response.json();
    const { error, help } = await response.json().catch(() => ({ error: `the server answered ${response.status}`, help: '' }));
    if (response.status === 401) throw new KeyWanted(`${error}: ${help}`);
    throw new Error(`${error}: ${help}`);
};

// What is wrong stands in the head, which is always seen: that the room is not heard of, until it is again; and what
// came of the last thing that the teacher did, until the next.
const unheard = element('div', { className: 'unheard' });
const undone = element('div', { className: 'undone' });
find('trouble').replaceChildren(unheard, undone);

/** @param {unknown} error */
const wordsOf = (error) => error instanceof Error ? error.message : String(error);

/** @param {unknown} error */
const fail = (error) => {
    const words = wordsOf(error);
    document.body.classList.add('is-lost');
    if (unheard.firstChild?.textContent === words) return;
    unheard.replaceChildren(words);
    if (!(error instanceof KeyWanted)) return;
    const field = element('input', { type: 'text', autocomplete: 'off', spellcheck: false });
    const form = element('form', {}, element('label', {}, 'The address with the key: ', field),
        element('button', { type: 'submit', textContent: 'Use it' }));
    form.addEventListener('submit', (event) => {
        event.preventDefault();
        if (takeKey(field.value)) void look();
    });
    unheard.append(form);
};

/**
 * Does something in the room, and shows what came of it.
 *
 * @param {string} what
 * @param {object} body
 */
const act = async (what, body) => {
    try {
        await request(what, body);
        write(undone, '');
    } catch (error) {
        write(undone, wordsOf(error));
    }
    await look();
};

// --- What stands on the page -----------------------------------------------------------------------------------------

/** @type {Question | undefined} The question that would be revealed by one press more. */
let armed;

/**
 * A link to a place in the book.
 *
 * @param {string} slug
 * @param {string} section
 * @param {string} textContent
 */
const toPage = (slug, section, textContent) =>
    element('a', { href: `/${slug}.html${section && `#${section}`}`, target: BOOK, textContent });

/** @param {Server.PageOutline} page @param {string} id */
const sectionName = (page, id) =>
    id === '' ? 'at the top' : page.sections.find((section) => section.id === id)?.title ?? id;

/** One question, with how the room has chosen. */
class Question {
    isRevealed = false;
    /** Whether the pages are being built that reveal it. */
    isOpening = false;

    /**
     * @param {Server.PageOutline} page
     * @param {Server.TaughtQuestion} question
     * @param {number} others How many others ask about the same program.
     */
    constructor(page, question, others) {
        this.question = question;
        this.others = others;
        const { id, section, run, ask, choices, why, key } = question;
        this.choices = choices.map((say) => {
            const choice = {
                bars: element('div', { className: 'bars' }),
                taken: element('span', { className: 'taken' }),
                line: element('div', { className: 'choice' }),
            };
            choice.line.append(element('span', { className: 'say', innerHTML: say }), choice.bars, choice.taken);
            return choice;
        });
        this.again = button('Ask again', () => {
            this.arm(false);
            void act('again', { question: id });
        }, 'again');
        // What is revealed cannot be taken back, so it takes two presses, and waits for nobody. The second press is
        // elsewhere: in the place of the first stands what takes that back, also for somebody who double-clicks.
        this.reveal = button('Reveal', () => this.arm(armed !== this), 'reveal');
        this.now = button('Reveal it to the room', () => void this.open(), 'now');
        this.now.hidden = true;
        this.warning = element('span', { className: 'warning', id: `warning-${id}` });
        this.warning.setAttribute('role', 'status');
        this.words = element('span', { className: 'quiet' });
        this.answer = element('details', { className: 'answer' },
            element('summary', { textContent: 'The answer, for you alone' }),
            element('p', { innerHTML: key === null ? 'The recording does not say which choice is right.' : choices[key] }),
            element('p', { innerHTML: why }));
        const asked = element('div', { className: 'ask', id: `ask-${id}`, innerHTML: ask });
        asked.setAttribute('role', 'heading');
        asked.setAttribute('aria-level', '2');
        for (const control of [this.again, this.reveal]) control.setAttribute('aria-describedby', asked.id);
        this.now.setAttribute('aria-describedby', `${asked.id} ${this.warning.id}`);
        const about = element('p', { className: 'about' }, toPage(page.slug, section, sectionName(page, section)),
            ' · about ', element('code', { textContent: run }));
        this.part = element('section', { className: 'question', tabIndex: -1 },
            about, asked, ...this.choices.map(({ line }) => line),
            element('p', {}, this.again, this.reveal, this.now, this.warning, this.words), this.answer);
        this.part.dataset.question = id;
        this.part.addEventListener('keydown', (event) => {
            // A key that is held down presses again and again.
            if (event.repeat && event.target instanceof HTMLButtonElement) event.preventDefault();
            if (event.key !== 'Escape' || armed !== this) return;
            this.arm(false);
            this.reveal.focus();
        });
    }

    /** Has one press more reveal it, or takes that back. @param {boolean} on */
    arm(on) {
        const before = armed;
        armed = on ? this : armed === this ? undefined : armed;
        if (before !== armed) before?.showControls();
        this.showControls();
    }

    showControls() {
        const isArmed = armed === this;
        const isRevealed = this.isRevealed;
        write(this.reveal, isRevealed ? 'Revealed' : this.isOpening ? 'Revealing…' : isArmed ? 'Not yet' : 'Reveal');
        this.reveal.disabled = isRevealed || this.isOpening;
        this.now.hidden = !isArmed;
        const others = this.others === 1 ? ', with another question about this program'
            : this.others > 1 ? `, with ${this.others} other questions about this program` : '';
        write(this.warning, isArmed ? `It opens on every page at once${others}. It cannot be taken back.` : '');
        this.words.hidden = isArmed;
    }

    async open() {
        if (this.isOpening) return;
        const hadFocus = document.activeElement === this.now;
        this.isOpening = true;
        this.arm(false);
        // Its button is gone.
        if (hadFocus) this.part.focus({ preventScroll: true });
        await act('reveal', { question: this.question.id });
        this.isOpening = false;
        this.showControls();
    }

    /** @param {Server.TeachersRoom} room */
    show({ questions, here }) {
        const { rounds, revealed } = questions[this.question.id] ?? { rounds: [[]], revealed: false };
        this.isRevealed = revealed;
        // The last two tell how the talk has changed it.
        const [before, now] = rounds.length > 1 ? rounds.slice(-2) : [undefined, rounds[0]];
        const most = Math.max(1, ...rounds.flat());
        for (const [at, { bars, taken, line }] of this.choices.entries()) {
            const each = (before ? [before, now] : [now]).map((round) => round[at] ?? 0);
            const words = each.join(' → ');
            write(taken, words);
            bars.replaceChildren(...each.map((count) => {
                const bar = element('i');
                bar.style.width = `${count / most * 100}%`;
                return bar;
            }));
            line.classList.toggle('is-right', revealed && at === this.question.key);
        }
        const chosen = now.reduce((all, count) => all + count, 0);
        const of = `${chosen} of ${here} have chosen`;
        this.words.textContent = revealed ? `revealed; ${chosen} had chosen` : before ? `${of}; pale: before they talked`
            : chosen > 0 ? of : 'Nobody in the room sees this before you reveal it.';
        this.again.disabled = revealed || chosen === 0;
        if (revealed && armed === this) armed = undefined;
        this.showControls();
    }

    chosen(/** @type {Server.TeachersRoom} */ { questions }) {
        return questions[this.question.id]?.rounds.at(-1)?.reduce((all, count) => all + count, 0) ?? 0;
    }
}

/** @param {Server.PageOutline} page @param {Server.TeachersRoom} room */
const peopleOn = (page, room) => {
    const spots = room.spots.filter((spot) => spot.page === page.slug);
    const sum = (/** @type {'here' | 'stuck'} */ what) => spots.reduce((all, spot) => all + spot[what], 0);
    return { spots, here: sum('here'), stuck: sum('stuck') };
};

/** Whether there is something to do with a room on this page. @param {Server.PageOutline} page */
const isTaught = (page) => page.questions.length + page.exercises.length + page.notes.length > 0;

/**
 * Opens a part of the list if it was open before, and keeps whether it is.
 *
 * @param {HTMLDetailsElement} part
 * @param {string} name
 */
const keepOpen = (part, name) => {
    part.open = openParts.has(name);
    part.addEventListener('toggle', () => {
        if (part.open) openParts.add(name);
        else openParts.delete(name);
        tab.set(OPEN, JSON.stringify([...openParts]));
    });
};

/** One page of the book with which a room is taught. */
class Page {
    /**
     * @param {Server.PageOutline} page
     * @param {Map<string, number>} asked How many questions ask about each program.
     */
    constructor(page, asked) {
        this.page = page;
        this.questions = page.questions.map((question) =>
            new Question(page, question, (asked.get(question.run) ?? 1) - 1));
        this.counts = element('span', { className: 'counts' });
        this.note = element('div', { className: 'note', hidden: true });
        this.shownNote = '';
        this.places = element('tbody');
        this.exercises = element('tbody');
        const open = toPage(page.slug, '', 'Open this page');
        open.className = 'open-page';
        const head = (/** @type {string[]} */ ...names) => element('thead', {}, element('tr', {},
            ...names.map((name) => element('th', { scope: 'col', textContent: name }))));
        const right = element('div', {},
            element('h2', { textContent: 'Where they are' }),
            element('table', {}, head('section', 'here', 'stuck'), this.places));
        if (page.exercises.length > 0) {
            right.append(element('h2', { textContent: 'Exercises' }),
                element('table', {}, head('exercise', 'begun', 'passed', 'stuck'), this.exercises));
        }
        const left = element('div', {}, element('p', {}, open), this.note, ...this.questions.map(({ part }) => part));
        this.part = element('details', { className: 'page' },
            element('summary', {}, element('b', { textContent: page.title }), this.counts),
            element('div', { className: 'columns' }, left, right));
        this.part.dataset.page = page.slug;
        keepOpen(this.part, page.slug);
    }

    /** @param {Server.TeachersRoom} room */
    show(room) {
        const { page } = this;
        const { spots, here, stuck } = peopleOn(page, room);
        const chosen = Math.max(0, ...this.questions.map((question) =>
            room.questions[question.question.id]?.revealed ? 0 : question.chosen(room)));
        write(this.counts, [...people(here, stuck), chosen && `${chosen} have chosen`].filter(Boolean).join(' · '));
        for (const question of this.questions) question.show(room);
        // The note for this moment: of the section where the teacher is.
        const isHere = room.teacher?.page === page.slug;
        const notes = page.notes.filter((note) => isHere && note.section === room.teacher?.section);
        const html = notes.map((note) => note.html).join('');
        if (this.shownNote !== html) this.note.innerHTML = html;
        this.shownNote = html;
        this.note.hidden = html === '';
        const order = ['', ...page.sections.map(({ id }) => id)];
        spots.sort((a, b) => order.indexOf(a.section) - order.indexOf(b.section));
        this.places.replaceChildren(...spots.map((spot) =>
            row([sectionName(page, spot.section), spot.here, spot.stuck], 2)));
        this.exercises.replaceChildren(...page.exercises.flatMap((id) => this.exercise(id, room, spots)));
    }

    /**
     * @param {string} id
     * @param {Server.TeachersRoom} room
     * @param {Server.TeachersRoom['spots']} spots
     */
    exercise(id, room, spots) {
        const name = id.split('/').pop() ?? id;
        const { begun, passed, failing } = room.exercises[id] ?? { begun: 0, passed: 0, failing: [] };
        const stuck = spots.find((spot) => spot.section === name)?.stuck ?? 0;
        const tests = failing.slice(0, 3).map(([test, count]) => {
            const line = row([test, '', count, ''], 9);
            line.className = 'test';
            return line;
        });
        return [row([name.replaceAll('_', ' '), begun, passed, stuck], 3), ...tests];
    }
}

/** The pages without anything to ask or to solve: folded, to be led to. */
class OtherPages {
    /** @param {Server.PageOutline[]} pages */
    constructor(pages) {
        this.counts = element('span', { className: 'counts' });
        this.lines = pages.map((page) => ({ page, counts: element('span', { className: 'counts' }) }));
        this.part = element('details', { className: 'page others' },
            element('summary', {}, element('b', { textContent: 'Pages without questions' }), this.counts),
            element('ul', {}, ...this.lines.map(({ page, counts }) =>
                element('li', {}, toPage(page.slug, '', page.title), counts))));
        this.part.hidden = pages.length === 0;
        // No page has this name.
        keepOpen(this.part, '/');
    }

    /** @param {Server.TeachersRoom} room */
    show(room) {
        let [allHere, allStuck] = [0, 0];
        for (const { page, counts } of this.lines) {
            const { here, stuck } = peopleOn(page, room);
            write(counts, people(here, stuck).join(' · '));
            allHere += here;
            allStuck += stuck;
        }
        write(this.counts, people(allHere, allStuck).join(' · '));
    }
}

/** @param {number} here @param {number} stuck */
const people = (here, stuck) => [...here ? [`${here} here`] : [], ...stuck ? [`${stuck} stuck`] : []];

/**
 * A row of a table: zeros are left out.
 *
 * @param {(string | number)[]} cells
 * @param {number} stuck Which of them says how many are stuck.
 */
const row = (cells, stuck) => element('tr', {}, ...cells.map((cell, at) => {
    const textContent = cell === 0 ? '' : String(cell);
    if (at === 0) return element('th', { scope: 'row', textContent });
    return element('td', { textContent, className: at === stuck ? 'is-stuck' : '' });
}));

/** @param {string} words @param {string} what */
const toggle = (words, what) => {
    const box = element('input', { type: 'checkbox' });
    box.addEventListener('change', () => void act(what, { on: box.checked }));
    find('switches').append(element('label', {}, box, words));
    return box;
};

/** The parts of the list that are open: also when the book is another, and after a reload. */
const openParts = new Set(/** @type {string[]} */ (JSON.parse(tab.get(OPEN) ?? '[]')));

/** @type {Server.PageOutline[]} */
let book = [];
/** @type {(Page | OtherPages)[]} */
let parts = [];
/** @type {string} The book as it was put on the page. */
let shown = '';
const leads = toggle('Follow me', 'lead');
const runs = toggle('Let them run programs', 'runs');

const showBook = async () => {
    /** @type {Server.TeachersBook} */
    const { address, qr, pages } = await request('book');
    const text = JSON.stringify({ address, pages });
    // A server that has begun anew has no pages at first.
    if (text === shown || (pages.length === 0 && book.length > 0)) return;
    shown = text;
    find('address').textContent = address;
    find('qr').innerHTML = qr;
    /** @type {Map<string, number>} */
    const asked = new Map();
    for (const { run } of pages.flatMap(({ questions }) => questions)) asked.set(run, (asked.get(run) ?? 0) + 1);
    armed = undefined;
    book = pages;
    parts = [...pages.filter(isTaught).map((page) => new Page(page, asked)),
        new OtherPages(pages.filter((page) => !isTaught(page)))];
    find('pages').replaceChildren(...parts.map(({ part }) => part));
};

/** Brings the list to where the teacher is. */
const toPlace = button('', () => {
    const part = (parts.find((it) => it instanceof Page && it.page.slug === at) ?? parts.at(-1))?.part;
    if (!part) return;
    part.open = true;
    part.scrollIntoView({ block: 'start' });
    part.querySelector('summary')?.focus({ preventScroll: true });
}, 'to-place');
find('place').append(toPlace);

/** @type {string | undefined} The page on which the teacher was last: it is opened once. */
let at;
/** @type {string | undefined} The class that was seen last. */
let seen;
/** @param {Server.TeachersRoom} room */
const showRoom = (room) => {
    if (seen !== undefined && seen !== room.class) {
        armed?.arm(false);
        write(undone, 'The server has begun anew, and so has the class: nothing is revealed, and nothing counted, yet.');
    }
    seen = room.class;
    leads.checked = room.leads;
    runs.checked = room.may_run;
    const stuck = room.spots.reduce((all, spot) => all + spot.stuck, 0);
    write(find('standing'), [`${room.here} in the room`, room.leads && `${room.follow} follow you`,
        stuck > 0 && `${stuck} stuck`].filter(Boolean).join(' · '));
    const page = book.find(({ slug }) => slug === room.teacher?.page);
    const section = page && room.teacher?.section ? `, ${sectionName(page, room.teacher.section)}` : '';
    write(toPlace, page ? `${room.leads ? 'you lead at' : 'you are at'} ${page.title}${section}` : '');
    toPlace.hidden = !page;
    for (const part of parts) part.show(room);
    if (room.teacher && room.teacher.page !== at) {
        at = room.teacher.page;
        const place = parts.find((it) => it instanceof Page && it.page.slug === at);
        if (place) place.part.open = true;
    }
};

// The list is there only when the server has answered: the browser cannot find the place by itself.
history.scrollRestoration = 'manual';
addEventListener('pagehide', () => tab.set(SCROLLED, String(scrollY)));
let scrolledTo = Number(tab.get(SCROLLED));

let looks = 0;
const look = async () => {
    try {
        // The book is another only when its author saves it.
        if (looks % 10 === 0 || book.length === 0) await showBook();
        looks += 1;
        showRoom(await request('room'));
        write(unheard, '');
        document.body.classList.remove('is-lost');
        if (scrolledTo > 0 && book.length > 0) {
            scrollBy({ top: scrolledTo - scrollY, behavior: 'instant' });
            scrolledTo = 0;
        }
    } catch (error) {
        looks = 0;
        fail(error);
    }
};
const goOn = async () => {
    if (!document.hidden) await look();
    setTimeout(() => void goOn(), EVERY);
};
void goOn();
