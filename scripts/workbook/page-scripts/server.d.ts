// What the live server says to a page, name by name as it is written down in scripts/workbook/src/serve: the events of
// a run in live/events.rs, the answers of /api/health and /api/runs in http/router.rs, what goes wrong in refusal.rs.
// The text of a program, which /api/source answers, is plain text.

declare namespace Server {
    /** The events of a run's stream, each with its data. After `end` or `failed` there are no more. */
    interface Events {
        queued: Wait;
        compiling: Record<string, never>;
        start: Record<string, never>;
        line: Line;
        lane: { svg: string };
        cut: { lines: number };
        end: End;
        failed: Failure;
    }

    type Wait = { for: 'build'; text: string } | { for: 'slot'; place: number; of: number };

    interface Line {
        /** Seconds from the start of the run. */
        t: number;
        stream: 'out' | 'err';
        text: string;
    }

    interface End {
        kind: EndKind;
        ending: string;
        /** Empty where it is as it should be. */
        words: string;
        /** What the reader can do about it; empty where that is nothing. */
        help: string;
        figures: Figure[];
        claims: Claim[];
        svg: string | null;
        compiler: Remark[];
    }

    type EndKind = 'ok' | 'bad' | 'stopped' | 'refused' | 'accepted';

    interface Figure {
        name: string;
        recorded: string | null;
        now: string | null;
    }

    interface Claim {
        claim: string;
        verdict: ClaimVerdict;
        saw: string;
    }

    type ClaimVerdict = 'held' | 'failed' | 'not-checked';

    /** Lines and columns are from 1, and null where it is not about a place in the program. */
    interface Remark {
        level: 'error' | 'warning';
        message: string;
        code: string | null;
        rendered: string;
        line: number | null;
        column: number | null;
        end_line: number | null;
        end_column: number | null;
    }

    interface Failure {
        error: string;
        help: string;
    }

    /** What is sent to /api/runs. */
    interface Wanted {
        snippet: string;
        /** The program as the reader has changed it. */
        source?: string;
    }

    /** What /api/runs answers. */
    interface Begun {
        id: string;
    }

    /** What /api/health answers. */
    interface Health {
        ok: boolean;
        version: string;
        /** Whether edited programs are run. */
        edits: boolean;
        slots: number;
        running: number;
        waiting: number;
        build: { done: number; of: number; chapter: string | null; failed: string[] };
    }

    /** The reader's file for an exercise, as it stands on disk: see live/exercises.rs. */
    interface PracticeFile {
        id: string;
        file: string;
        text: string;
        version: string;
        standing: string;
        deadline: number;
    }

    /** What is answered to a write, where another has written meanwhile. */
    interface Conflict extends Failure {
        text: string;
        version: string;
    }

    /** What came of a try. */
    interface Tried {
        verdict: 'passed' | 'failed' | 'refused';
        words: string;
        compiler: Remark[];
        tests: TriedTest[];
        seconds: number;
        standing: string;
    }

    interface TriedTest {
        name: string;
        /** `passes`, or how it fails, in one word. */
        verdict: string;
        explained: string[];
        output: string[];
    }

    /** A run of an exercise's own `main`. */
    interface Pictured {
        svg: string | null;
        output: string[];
        words: string;
    }

    /** What /api/progress answers. */
    interface Progress {
        exercises: { id: string; about: string; minutes: number; standing: string }[];
    }

    /** What every page of a class is told: see class/room.rs. Questions are known by their ids. */
    interface RoomView {
        /** Another for each class. */
        class: string;
        /** In which round a question is that was asked more than once, from 0. */
        rounds: Record<string, number>;
        /** How often each choice was taken, round by round. */
        revealed: Record<string, number[][]>;
        /** Where the teacher is, while the room is invited to follow. */
        lead: Spot | null;
        may_run: boolean;
    }

    interface Spot {
        page: string;
        section: string;
    }

    /** What /api/teacher/book answers. */
    interface TeachersBook {
        address: string;
        /** A QR code, as SVG; empty where there is none. */
        qr: string;
        pages: PageOutline[];
    }

    interface PageOutline {
        slug: string;
        title: string;
        sections: { id: string; title: string }[];
        questions: TaughtQuestion[];
        exercises: string[];
        /** What the author says to who teaches: HTML, each for a section. */
        notes: { section: string; html: string }[];
    }

    /** Its words are HTML of the tool's own making. */
    interface TaughtQuestion {
        id: string;
        section: string;
        run: string;
        ask: string;
        choices: string[];
        why: string;
        key: number | null;
    }

    /** What /api/teacher/room answers. */
    interface TeachersRoom {
        /** Another for each class. */
        class: string;
        here: number;
        follow: number;
        leads: boolean;
        may_run: boolean;
        teacher: Spot | null;
        spots: (Spot & { here: number; stuck: number })[];
        questions: Record<string, { rounds: number[][]; revealed: boolean }>;
        exercises: Record<string, { begun: number; passed: number; failing: [string, number][] }>;
    }
}
