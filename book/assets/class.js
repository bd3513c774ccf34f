// @ts-check
// What a page does in a class, which `cargo workbook serve --class` serves: what its reader chooses goes to the room, and
// is revealed there; the reader may follow the teacher, and say that something is stuck. Nobody has a name.

/** Where the browser keeps who it is in rooms: a random number. */
const PERSON = 'workbook.person';

/** How long after the last scrolling the place on the page is told, in milliseconds. */
const PLACE_AFTER = 500;

/** What parts of a page stand between: the same before a reveal and after it. */
const MARKS = 'h1, h2, h3, h4, figure.listing, fieldset.predict, section.exercise, .read-next, .progress';

/** @typedef {{ mark: Element | undefined, parts: Element[] }} Stretch */

/** @param {unknown} error */
const wordsOf = (error) => error instanceof Error ? error.message : String(error);

/**
 * A page in stretches, each from one mark to the next, and its footnotes.
 *
 * @param {Element} main
 */
const stretches = (main) => {
    /** @type {Stretch[]} */
    const all = [{ mark: undefined, parts: [] }];
    /** @type {Element[]} */
    const notes = [];
    for (const part of main.children) {
        const isNotes = part.matches('ol.footnote-definition')
            || (part.matches('hr') && part.nextElementSibling?.matches('ol.footnote-definition'));
        if (isNotes) notes.push(part);
        else if (part.matches(MARKS)) all.push({ mark: part, parts: [] });
        else all.at(-1)?.parts.push(part);
    }
    return { all, notes };
};

/**
 * @param {Tools} tools
 * @param {Door} door
 */
export async function start({ assets, inClass, element, button, memory, session, ask, dressRun }, { request, hasKey }) {
    const root = new URL('../', assets);
    const main = document.querySelector('main');
    if (!main) return;

    // --- Who, and where ----------------------------------------------------------------------------------------------

    /** Not `crypto.randomUUID`: where the address is not this machine's, there is none. */
    const randomId = () => [...crypto.getRandomValues(new Uint8Array(16))]
        .map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const kept = memory.get(PERSON);
    const person = kept && /^[0-9a-f]{32}$/.test(kept) ? kept : randomId();
    memory.set(PERSON, person);

    const page = (location.pathname.split('/').pop() ?? '').replace(/\.html$/, '');

    /**
     * The section that is being read: the last whose heading stands above the middle of the window. A page that is shown
     * to a room has it in its address.
     */
    const section = () => {
        const presented = /^#present(?:=([^/]*))?/.exec(location.hash);
        if (presented) {
            const id = decodeURIComponent(presented[1] ?? '');
            return document.getElementById(id)?.matches('h2, h3') ? id : '';
        }
        /** @type {NodeListOf<HTMLElement>} */
        const headings = main.querySelectorAll(':is(h2, h3)[id]');
        const above = [...headings].filter((heading) => heading.getBoundingClientRect().top < innerHeight * 0.4);
        return above.at(-1)?.id ?? '';
    };

    const isTeacher = inClass && hasKey() && await request('GET', '/api/teacher/room').then(() => true, () => false);
    document.body.classList.add('in-class');

    // --- The bar -----------------------------------------------------------------------------------------------------

    const status = element('span', { className: 'class-status' });
    status.setAttribute('role', 'status');
    const bar = element('aside', { className: 'class-bar' });
    bar.setAttribute('aria-label', 'The class');
    document.body.append(bar);

    /** @type {Server.RoomView | undefined} */
    let view;
    /** Whether the stream is there. */
    let connected = false;
    let trouble = '';

    const FREE = 'workbook.free';
    const STUCK = 'workbook.stuck';
    const isFree = () => session.get(FREE) !== null;
    const isStuck = () => session.get(STUCK) !== null;
    const follows = () => Boolean(view?.lead) && !isFree();

    const follow = button('', () => {
        if (isFree()) session.forget(FREE);
        else session.set(FREE, 'yes');
        show();
        void tellPlace();
        if (!isFree()) goToLead();
    }, 'follow');
    const stuck = button('', () => void tellStuck(!isStuck()), 'stuck');
    if (isTeacher) {
        const toTeacher = element('a', { href: '/teacher', textContent: 'Your page' });
        bar.append(status, toTeacher);
    } else {
        bar.append(status, follow, stuck);
    }

    const show = () => {
        document.body.classList.toggle('may-run', Boolean(view?.may_run) || isTeacher || !inClass);
        const { lead } = view ?? {};
        follow.hidden = !lead;
        follow.textContent = isFree() ? 'Follow the teacher' : 'Go on alone';
        stuck.textContent = isStuck() ? 'I am not stuck any more' : 'I am stuck';
        stuck.classList.toggle('is-on', isStuck());
        const words = trouble || (isTeacher ? (lead ? 'The class follows this page.' : 'You teach this class.')
            : follows() ? 'You follow the teacher.' : isStuck() ? 'The teacher sees that somebody is stuck here.'
                : 'You are in the class.');
        if (status.textContent !== words) status.textContent = words;
    };

    // --- What is told ------------------------------------------------------------------------------------------------

    /**
     * @param {string} what
     * @param {object} body
     * @returns {Promise<void>}
     */
    const tell = (what, body) => request('POST', `/api/room/${what}`, { person, ...body });

    let toldPlace = '';
    const tellPlace = async () => {
        if (!connected || document.hidden) return;
        const place = { page, section: section() };
        const telling = JSON.stringify([place, follows()]);
        if (telling === toldPlace) return;
        toldPlace = telling;
        try {
            if (isTeacher) await request('POST', '/api/teacher/place', place);
            else await tell('place', { ...place, follows: follows() });
        } catch {
            // It is told again when the reader goes on.
            toldPlace = '';
        }
    };
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let scrolled;
    const goesOn = () => {
        clearTimeout(scrolled);
        scrolled = setTimeout(() => void tellPlace(), PLACE_AFTER);
    };
    addEventListener('scroll', goesOn, { passive: true });
    document.addEventListener('presented', goesOn);

    /** @param {boolean} on */
    const tellStuck = async (on) => {
        try {
            await tell('stuck', { stuck: on, page, section: section() });
            if (on) session.set(STUCK, 'yes');
            else session.forget(STUCK);
            trouble = '';
        } catch (error) {
            trouble = wordsOf(error);
        }
        show();
    };

    // --- Following ---------------------------------------------------------------------------------------------------

    const goToLead = () => {
        const lead = view?.lead;
        if (!lead || !follows() || isTeacher) return;
        if (lead.page !== page && !isFirst(lead.page)) {
            location.href = new URL(`./${lead.page}.html${lead.section && `#${lead.section}`}`, root).href;
            return;
        }
        if (section() === lead.section) return;
        const heading = lead.section ? document.getElementById(lead.section) : main;
        heading?.scrollIntoView({ block: 'start' });
    };
    /**
     * Whether this is the book's first page under its other name.
     *
     * @param {string} slug
     */
    const isFirst = (slug) => {
        /** @type {HTMLAnchorElement | null} */
        const first = document.querySelector('.sidebar a[href$=".html"]');
        return (page === '' || page === 'index') && first?.pathname.endsWith(`/${slug}.html`) === true;
    };

    // --- Questions ---------------------------------------------------------------------------------------------------

    /** What is kept of a choice: for this class, this question and this round. @param {string} id @param {number} round */
    const choiceKey = (id, round) => `workbook.choice.${view?.class}.${id}.${round}`;
    /** @param {string} id */
    const roundOf = (id) => view?.rounds[id] ?? 0;
    /** What was chosen last, in whichever round. @param {string} id */
    const chosenOf = (id) => {
        for (let round = roundOf(id); round >= 0; round--) {
            const chosen = memory.get(choiceKey(id, round));
            if (chosen !== null) return chosen;
        }
        return undefined;
    };

    /** A question that the room is asked. */
    class Asked {
        /** @type {number | undefined} The round in which it is. */
        round;

        /** @param {HTMLFieldSetElement} question */
        constructor(question) {
            this.question = question;
            this.id = question.dataset.question ?? '';
            this.choices = [...question.querySelectorAll('input')];
            this.send = button('Send my answer', () => void this.choose(), 'check');
            this.words = element('span', { className: 'sent' });
            this.words.setAttribute('role', 'status');
            this.send.disabled = true;
            const line = element('p', { className: 'answering' }, this.send, this.words);
            if (isTeacher) this.words.textContent = 'The room is asked. Nobody sees the answer before you reveal it.';
            else question.append(line);
            if (isTeacher) question.append(this.words);
            question.addEventListener('change', () => this.look());
            question.addEventListener('keydown', (event) => {
                if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
                event.preventDefault();
                this.send.click();
            });
        }

        get chosen() {
            return this.choices.find((choice) => choice.checked)?.value;
        }

        get sent() {
            return memory.get(choiceKey(this.id, this.round ?? 0));
        }

        /** Which of the controls are of use, and what is said. */
        look() {
            const { chosen, sent } = this;
            this.send.disabled = chosen === undefined || chosen === sent;
            this.send.textContent = sent === null ? 'Send my answer' : 'Change my answer';
        }

        /** Takes over in which round the room is. */
        follow() {
            const round = roundOf(this.id);
            if (round === this.round || isTeacher) return;
            const isNews = this.round !== undefined;
            this.round = round;
            for (const choice of this.choices) choice.checked = choice.value === this.sent;
            this.words.textContent = this.sent !== null ? 'Sent. You can change it until the teacher reveals the run.'
                : round > 0 ? 'You are asked again: talk about it with the person next to you, and choose anew.' : '';
            if (isNews) this.send.textContent = 'Send my answer';
            this.look();
        }

        async choose() {
            const { chosen, round = 0 } = this;
            if (chosen === undefined) return;
            try {
                await tell('choose', { question: this.id, round, choice: Number(chosen) });
                memory.set(choiceKey(this.id, round), chosen);
                this.words.textContent = 'Sent. You can change it until the teacher reveals the run.';
            } catch (error) {
                this.words.textContent = wordsOf(error);
            }
            this.look();
        }
    }

    /** @type {Asked[]} */
    let asked = [...document.querySelectorAll('fieldset.is-asked')]
        .filter((part) => part instanceof HTMLFieldSetElement).map((part) => new Asked(part));

    /**
     * Says at each choice of a revealed question how often the room has taken it.
     *
     * @param {HTMLFieldSetElement} question
     */
    const showSpread = (question) => {
        const rounds = view?.revealed[question.dataset.question ?? ''];
        if (!rounds || rounds.flat().every((taken) => taken === 0)) return;
        for (const [at, label] of [...question.querySelectorAll('label')].entries()) {
            label.querySelector('.spread')?.remove();
            const taken = rounds.map((round) => round[at] ?? 0);
            const words = taken.join(' → ');
            const spread = element('span', { className: 'spread', textContent: words });
            spread.title = taken.length > 1 ? 'How often the room chose it, each time that it was asked'
                : 'How often the room chose it';
            label.append(spread);
        }
    };

    // --- The reveal --------------------------------------------------------------------------------------------------

    /** @type {Set<string> | undefined} The questions of which this page knows that they are revealed. */
    let known;
    let opening = Promise.resolve();

    /** Opens what is revealed by now on this page, without moving what is being read. */
    const open = async () => {
        const response = await fetch(location.pathname, { cache: 'no-store' });
        if (!response.ok) throw new Error(`the page could not be read (${response.status})`);
        const fresh = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('main');
        if (!fresh || !splice(fresh)) location.reload();
    };

    /**
     * Takes over from the page as it is now what this one does not have. Gives whether the two have the same build.
     *
     * @param {Element} fresh
     */
    const splice = (fresh) => {
        const [old, now] = [stretches(main), stretches(fresh)];
        const isSame = (/** @type {Element | undefined} */ a, /** @type {Element | undefined} */ b) =>
            a?.tagName === b?.tagName;
        if (old.all.length !== now.all.length) return false;
        if (!old.all.every(({ mark }, at) => isSame(mark, now.all[at].mark))) return false;
        // What stands at the top of the window stays there.
        const still = [...main.children].find((part) => part.getBoundingClientRect().bottom > 0
            && !part.matches('.in-room, .is-asked'));
        const before = still?.getBoundingClientRect().top ?? 0;
        /** @type {Element[]} */
        const came = [];
        for (const [at, { mark, parts }] of old.all.entries()) {
            const { mark: freshMark, parts: freshParts } = now.all[at];
            if (mark && freshMark) came.push(...takeMark(mark, freshMark));
            const hole = parts.findIndex((part) => part.matches('.in-room'));
            const shown = hole < 0 ? parts.length : hole;
            for (let each = 0; each < shown; each++) takeFigures(parts[each], freshParts[each]);
            if (hole < 0 || freshParts[hole]?.matches('.in-room')) continue;
            const filling = freshParts.slice(hole).map((part) => document.adoptNode(part));
            parts[hole].before(...filling);
            for (const part of parts.slice(hole)) part.remove();
            came.push(...filling);
        }
        for (const part of old.notes) part.remove();
        main.append(...now.notes.map((part) => document.adoptNode(part)));
        dress(came);
        scrollBy({ top: (still?.getBoundingClientRect().top ?? before) - before, behavior: 'instant' });
        return true;
    };

    /**
     * @param {Element} mark
     * @param {Element} fresh
     */
    const takeMark = (mark, fresh) => {
        if (mark.matches('.is-asked') && !fresh.matches('.is-asked')) {
            const question = document.adoptNode(fresh);
            if (question instanceof HTMLElement) {
                const chosen = chosenOf(question.dataset.question ?? '');
                if (chosen !== undefined) question.dataset.chosen = chosen;
            }
            mark.replaceWith(question);
            return [question];
        }
        // A program has its name back.
        if (mark instanceof HTMLElement && fresh instanceof HTMLElement && mark.matches('figure.listing')) {
            const { snippet } = fresh.dataset;
            const caption = mark.querySelector(':scope > figcaption');
            const freshCaption = fresh.querySelector(':scope > figcaption');
            const names = (/** @type {Element | null} */ part) => part?.querySelector('.file')?.textContent;
            if (caption && freshCaption && (snippet !== mark.dataset.snippet || names(caption) !== names(freshCaption))) {
                if (snippet) mark.dataset.snippet = snippet;
                mark.className = fresh.className;
                caption.replaceChildren(...[...freshCaption.childNodes].map((part) => document.adoptNode(part)));
            }
        }
        takeFigures(mark, fresh);
        return [];
    };

    /**
     * @param {Element} part
     * @param {Element | undefined} fresh
     */
    const takeFigures = (part, fresh) => {
        const figures = [...fresh?.querySelectorAll('.from-run') ?? []];
        for (const [at, figure] of [...part.querySelectorAll('.from-run')].entries()) {
            const now = figures[at];
            if (figure.matches('.is-withheld') && now && !now.matches('.is-withheld')) {
                figure.replaceWith(document.adoptNode(now));
            }
        }
    };

    /** @param {Element[]} came */
    const dress = (came) => {
        /** @param {string} selector */
        const all = (selector) => came.flatMap((part) =>
            [...part.matches(selector) ? [part] : [], ...part.querySelectorAll(selector)]);
        for (const figure of all('figure.run')) {
            if (figure instanceof HTMLElement) dressRun(figure);
        }
        for (const question of all('fieldset.predict:not(.is-asked)')) {
            if (question instanceof HTMLFieldSetElement) ask(question);
        }
    };

    // --- The stream --------------------------------------------------------------------------------------------------

    /** @param {Server.RoomView} now */
    const hear = (now) => {
        const led = JSON.stringify(view?.lead);
        view = now;
        for (const question of asked) question.follow();
        const revealed = Object.keys(now.revealed);
        const isNews = revealed.some((id) => known && !known.has(id))
            || asked.some(({ id }) => revealed.includes(id));
        known = new Set(revealed);
        if (isNews && main.querySelector('.in-room, .is-asked, .is-withheld')) {
            opening = opening.then(open).then(() => {
                trouble = '';
                asked = asked.filter(({ question }) => question.isConnected);
                spreads();
            }).catch((error) => {
                trouble = `${wordsOf(error)}: load the page again`;
                show();
            });
        }
        spreads();
        show();
        if (JSON.stringify(now.lead) !== led) goToLead();
        void tellPlace();
    };
    const spreads = () => {
        for (const question of document.querySelectorAll('fieldset.predict[data-revealed]')) {
            if (question instanceof HTMLFieldSetElement) showSpread(question);
        }
    };

    /** @type {EventSource | undefined} All that the server has to tell this page: a browser opens six in all. */
    let events;
    /** @type {string | undefined} The edition of the pages that this one is of. */
    let edition;
    const listen = () => {
        if (document.hidden || events) return;
        events = new EventSource(isTeacher ? '/api/room/events' : `/api/room/events/${person}`);
        events.addEventListener('room', ({ data }) => {
            const isBack = !connected;
            connected = true;
            trouble = '';
            if (isBack) toldPlace = '';
            hear(JSON.parse(data));
            // Who was away for long is not stuck any more for the room.
            if (isBack && isStuck()) void tellStuck(true);
        });
        events.addEventListener('pages', ({ data }) => {
            if (edition !== undefined && edition !== data) location.reload();
            edition = data;
        });
        events.addEventListener('gone', () => {
            trouble = 'The teacher’s server does not answer. The book goes on here.';
            show();
        });
        events.onerror = () => {
            connected = false;
            trouble = 'The class does not answer. You can read on; the page asks again.';
            show();
            // Where it was refused, the browser does not ask again by itself.
            if (events?.readyState !== EventSource.CLOSED) return;
            rest();
            setTimeout(listen, 5000);
        };
    };
    const rest = () => {
        events?.close();
        events = undefined;
        connected = false;
    };
    document.addEventListener('visibilitychange', () => document.hidden ? rest() : listen());
    show();
    listen();
}
