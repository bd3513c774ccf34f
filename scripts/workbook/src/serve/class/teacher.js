// @ts-check
// The teacher's page: how the room has chosen, where it is and where it is stuck, and what the teacher does about it. It
// asks the server once a second, with the key that came with its address.

const KEY = 'workbook.teacher';
const EVERY = 1000;

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
    }).catch(() => {
        throw new Error('The server does not answer: is cargo workbook serve --class still running?');
    });
    if (response.ok) return response.status === 204 ? undefined : response.json();
    const { error, help } = await response.json().catch(() => ({ error: `the server answered ${response.status}`, help: '' }));
    if (response.status === 401) throw new KeyWanted(`${error}: ${help}`);
    throw new Error(`${error}: ${help}`);
};

/** @param {unknown} error */
const fail = (error) => {
    const trouble = find('trouble');
    const words = error instanceof Error ? error.message : String(error);
    if (trouble.firstChild?.textContent === words) return;
    trouble.replaceChildren(words);
    if (!(error instanceof KeyWanted)) return;
    const field = element('input', { type: 'text', autocomplete: 'off', spellcheck: false });
    const form = element('form', {}, element('label', {}, 'The address with the key: ', field),
        element('button', { type: 'submit', textContent: 'Use it' }));
    form.addEventListener('submit', (event) => {
        event.preventDefault();
        if (takeKey(field.value)) void look();
    });
    trouble.append(form);
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
        await look();
    } catch (error) {
        fail(error);
    }
};

// --- What stands on the page -----------------------------------------------------------------------------------------

/** One question, with how the room has chosen. */
class Question {
    /** @param {Server.TaughtQuestion} question */
    constructor(question) {
        this.question = question;
        const { id, ask, choices, why, key } = question;
        this.choices = choices.map((say) => {
            const choice = {
                bars: element('div', { className: 'bars' }),
                taken: element('span', { className: 'taken' }),
                line: element('div', { className: 'choice' }),
            };
            choice.line.append(element('span', { className: 'say', innerHTML: say }), choice.bars, choice.taken);
            return choice;
        });
        this.again = button('Ask again', () => void act('again', { question: id }), 'again');
        this.reveal = button('Reveal', () => {
            this.reveal.disabled = true;
            void act('reveal', { question: id });
        }, 'reveal');
        this.words = element('span', { className: 'quiet' });
        this.answer = element('details', { className: 'answer' },
            element('summary', { textContent: 'The answer, for you alone' }),
            element('p', { innerHTML: key === null ? 'The recording does not say which choice is right.' : choices[key] }),
            element('p', { innerHTML: why }));
        this.part = element('section', { className: 'question' },
            element('div', { className: 'ask', innerHTML: ask }), ...this.choices.map(({ line }) => line),
            element('p', {}, this.again, this.reveal, this.words), this.answer);
        this.part.dataset.question = id;
    }

    /** @param {Server.TeachersRoom} room */
    show({ questions, here }) {
        const { rounds, revealed } = questions[this.question.id] ?? { rounds: [[]], revealed: false };
        // The last two tell how the talk has changed it.
        const [before, now] = rounds.length > 1 ? rounds.slice(-2) : [undefined, rounds[0]];
        const most = Math.max(1, ...rounds.flat());
        for (const [at, { bars, taken, line }] of this.choices.entries()) {
            const each = (before ? [before, now] : [now]).map((round) => round[at] ?? 0);
            const words = each.join(' → ');
            if (taken.textContent !== words) {
                taken.textContent = words;
            }
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
        this.reveal.disabled = revealed;
        this.reveal.textContent = revealed ? 'Revealed' : 'Reveal';
    }

    chosen(/** @type {Server.TeachersRoom} */ { questions }) {
        return questions[this.question.id]?.rounds.at(-1)?.reduce((all, count) => all + count, 0) ?? 0;
    }
}

/** One page of the book. */
class Page {
    /** @param {Server.PageOutline} page */
    constructor(page) {
        this.page = page;
        this.questions = page.questions.map((question) => new Question(question));
        this.counts = element('span', { className: 'counts' });
        this.note = element('div', { className: 'note', hidden: true });
        this.shownNote = '';
        this.places = element('tbody');
        this.exercises = element('tbody');
        const open = element('a', { className: 'open-page', href: `/${page.slug}.html`, target: 'workbook-page',
            textContent: 'Open this page' });
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
    }

    /** @param {string} id */
    sectionName(id) {
        return id === '' ? 'at the top' : this.page.sections.find((section) => section.id === id)?.title ?? id;
    }

    /** @param {Server.TeachersRoom} room */
    show(room) {
        const { page } = this;
        const spots = room.spots.filter((spot) => spot.page === page.slug);
        const sum = (/** @type {'here' | 'stuck'} */ what) => spots.reduce((all, spot) => all + spot[what], 0);
        const [here, stuck] = [sum('here'), sum('stuck')];
        const chosen = Math.max(0, ...this.questions.map((question) =>
            room.questions[question.question.id]?.revealed ? 0 : question.chosen(room)));
        this.counts.textContent = [here && `${here} here`, stuck && `${stuck} stuck`,
            chosen && `${chosen} have chosen`].filter(Boolean).join(' · ');
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
        this.places.replaceChildren(...spots.map((spot) => row([this.sectionName(spot.section), spot.here, spot.stuck], 2)));
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

/** @type {Page[]} */
let pages = [];
/** @type {string} The book as it was put on the page. */
let shown = '';
const leads = toggle('Follow me', 'lead');
const runs = toggle('Let them run programs', 'runs');
find('trouble').textContent = '';

const showBook = async () => {
    /** @type {Server.TeachersBook} */
    const book = await request('book');
    const text = JSON.stringify(book);
    if (text === shown) return;
    shown = text;
    const open = new Set(pages.filter(({ part }) => part.open).map(({ page }) => page.slug));
    for (const { part } of pages) part.remove();
    find('address').textContent = book.address;
    find('qr').innerHTML = book.qr;
    pages = book.pages.map((page) => new Page(page));
    for (const page of pages) page.part.open = open.has(page.page.slug);
    find('pages').append(...pages.map(({ part }) => part));
};

/** @type {string | undefined} The page on which the teacher was last: it is opened once. */
let at;
/** @param {Server.TeachersRoom} room */
const showRoom = (room) => {
    leads.checked = room.leads;
    runs.checked = room.may_run;
    const stuck = room.spots.reduce((all, spot) => all + spot.stuck, 0);
    const place = pages.find(({ page }) => page.slug === room.teacher?.page);
    const section = room.teacher?.section ? `, ${place?.sectionName(room.teacher.section)}` : '';
    find('standing').textContent = [`${room.here} in the room`, room.leads && `${room.follow} follow you`,
        stuck > 0 && `${stuck} stuck`, place && `you are at ${place.page.title}${section}`].filter(Boolean).join(' · ');
    for (const page of pages) page.show(room);
    if (room.teacher && room.teacher.page !== at) {
        at = room.teacher.page;
        if (place) place.part.open = true;
    }
};

let looks = 0;
const look = async () => {
    try {
        // The book is another only when its author saves it.
        if (looks % 10 === 0 || pages.length === 0) await showBook();
        looks += 1;
        showRoom(await request('room'));
        find('trouble').textContent = '';
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
