/** What workbook.js has for itself, and lends to live.js. */
interface Tools {
    /** Where the scripts of the page are. */
    assets: URL;
    /** Whether the page is served to a class. */
    inClass: boolean;
    element<Name extends keyof HTMLElementTagNameMap>(
        name: Name,
        properties?: Partial<HTMLElementTagNameMap[Name]>,
        ...children: (Node | string)[]
    ): HTMLElementTagNameMap[Name];
    button(text: string, action: () => void, className?: string): HTMLButtonElement;
    /** What is there in every page that the tool makes. */
    find(part: Element, selector: string): HTMLElement;
    /** The bar for the buttons of a run. */
    controls(figure: Element): Element;
    memory: Memory;
    /** What is kept for this tab alone. */
    session: Memory;
    /** A short name for a text, so that what was kept about it does not outlive a change of it. */
    fingerprint(text: string): string;
    /** Has a question ask, or show its answer where that is known. */
    ask(question: HTMLFieldSetElement): void;
    /** Gives a run its buttons. */
    dressRun(figure: HTMLElement): void;
    /** Takes over how the exercises stand, for the sidebar and the page that lists them. */
    noteProgress(exercises: Server.Progress['exercises']): void;
    forgetting: Forgetting;
    sharing: Sharing;
}

/** A program that is sent to somebody in a link. */
interface Sharing {
    /** The program of the page for trying anything. */
    scratch: string;
    /** This page's address with a program in it. */
    link(text: string): string;
    /** The program in the address, where there is one; the address has it no longer. */
    take(): string | undefined;
    /** Shows the program in the address where it cannot be edited. */
    show(): void;
}

/** What is forgotten at the server, where there is one: gives what went wrong, if anything did. */
interface Forgetting {
    server: (() => Promise<string | undefined>) | undefined;
}

/** What the reader did, kept in this browser where it lets us. */
interface Memory {
    get(key: string): string | null;
    set(key: string, value: string): void;
    forget(key: string): void;
}

/** What live.js has of the server, and lends to exercises.js and class.js. */
interface Door {
    /** Asks the server for something, with the key, and gives what it answers. */
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    request(method: string, path: string, body?: object): Promise<any>;
    /** Whether there is a key to ask with, right or wrong. */
    hasKey(): boolean;
    /** Gives a run the button that runs it on this machine. */
    offerRun(figure: HTMLElement): void;
    /** Somebody else has written meanwhile what was to be written. */
    Conflict: new (answer: Server.Failure) => Error & { answer: Server.Failure };
    /** Where an error says that the key is wanted, asks for it below the status, and goes on once it is there. */
    offerKey(error: unknown, status: Element, again: () => void): void;
}
