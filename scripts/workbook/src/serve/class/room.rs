//! The room of a class: what has happened in it, and what each sees of that. A value without sockets and clocks: who
//! uses it says what happens, and when, in time since the room was opened.
//!
//! Nobody has a name here. A person is a random id that a browser has made up; what the room gives away is counts.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::serve::ids::ID_LENGTH;

/// People whom the room knows at once; more are not let in.
pub(crate) const MOST_PEOPLE: usize = 400;
/// Choices that a question can have had of all people together, also of those who have left.
const MOST_VOTES: usize = 4 * MOST_PEOPLE;
/// How often a question can be asked.
const MOST_ROUNDS: usize = 8;
/// Exercises of which one person can tell.
const MOST_EXERCISES: usize = 200;
/// Different failing tests that are kept of one exercise.
const MOST_TESTS: usize = 30;
/// Without an open page for so long, a person is not counted as here: it takes a moment to go from page to page.
pub(crate) const AWAY_AFTER: Duration = Duration::from_secs(10);
/// After so long the person has left, and is no longer stuck.
pub(crate) const LEFT_AFTER: Duration = Duration::from_secs(60);
/// What one person may do at once, and how much of it comes back each second.
const BURST: f64 = 40.0;
const PER_SECOND: f64 = 4.0;

/// A browser in the room: 32 hexadecimal digits that it has made up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PersonId(String);

impl PersonId {
    /// None where it is no such id.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_id = text.len() == ID_LENGTH && text.bytes().all(|it| it.is_ascii_hexdigit());
        is_id.then(|| Self(text.to_owned()))
    }
}

/// A page, and the section on it; empty above the first.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Spot {
    pub(crate) page: String,
    pub(crate) section: String,
}

/// Why something does not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum No {
    /// There are as many people as there may be.
    Full,
    /// The person does more than anybody could by hand.
    TooFast,
    /// The person has no page open.
    NotHere,
    UnknownQuestion,
    UnknownChoice,
    /// The choice is for a round that is over.
    AnotherRound,
    AlreadyRevealed,
    /// It was asked as often as it can be.
    TooOften,
}

/// What the book knows of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownQuestion {
    pub(crate) run: String,
    pub(crate) choices: usize,
}

/// How far a person has come with an exercise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TryStanding {
    Begun,
    Passed,
    /// By the name of its first failing test.
    Failed(String),
}

#[derive(Debug, Default)]
pub(crate) struct ClassRoom {
    people: BTreeMap<PersonId, Person>,
    questions: BTreeMap<String, KnownQuestion>,
    votes: BTreeMap<String, Votes>,
    /// The runs that are revealed.
    revealed: BTreeSet<String>,
    /// Where the teacher is.
    teacher: Option<Spot>,
    /// Whether learners are invited to follow.
    leads: bool,
    /// Whether learners may run the book's programs.
    may_run: bool,
    /// The most people who were here at once.
    most_here: usize,
}

#[derive(Debug, Default)]
struct Person {
    /// Open pages.
    open: usize,
    /// When the last page was closed.
    closed: Duration,
    spot: Option<Spot>,
    follows: bool,
    stuck: Option<Spot>,
    exercises: BTreeMap<String, TryStanding>,
    spent: Spent,
}

/// What a person has done lately.
#[derive(Debug, Default)]
struct Spent {
    much: f64,
    at: Duration,
}

#[derive(Debug, Default)]
struct Votes {
    /// The rounds that are over: how often each choice was taken.
    before: Vec<Vec<usize>>,
    /// Of this round.
    now: BTreeMap<PersonId, usize>,
}

/// What every learner sees. There is no count in it: nobody follows the crowd.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LearnersView {
    /// In which round a question is that was asked more than once, from 0.
    pub(crate) rounds: BTreeMap<String, usize>,
    /// What was revealed, and how the room had chosen, round by round.
    pub(crate) revealed: BTreeMap<String, Vec<Vec<usize>>>,
    /// Where the teacher is, while learners are invited to follow.
    pub(crate) lead: Option<Spot>,
    pub(crate) may_run: bool,
}

/// What the teacher sees: counts, and nothing of who.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(crate) struct TeachersView {
    pub(crate) here: usize,
    pub(crate) follow: usize,
    pub(crate) leads: bool,
    pub(crate) may_run: bool,
    pub(crate) teacher: Option<Spot>,
    /// Where people are, and where they are stuck.
    pub(crate) spots: Vec<CountedSpot>,
    pub(crate) questions: BTreeMap<String, CountedQuestion>,
    pub(crate) exercises: BTreeMap<String, CountedExercise>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CountedSpot {
    #[serde(flatten)]
    pub(crate) spot: Spot,
    pub(crate) here: usize,
    pub(crate) stuck: usize,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct CountedQuestion {
    /// How often each choice was taken, the present round last.
    pub(crate) rounds: Vec<Vec<usize>>,
    pub(crate) revealed: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct CountedExercise {
    pub(crate) begun: usize,
    pub(crate) passed: usize,
    /// How many fail in which test, the most common first.
    pub(crate) failing: Vec<(String, usize)>,
}

impl ClassRoom {
    /// Takes over which questions the book has. Votes on one that is gone are kept: it may come back.
    pub(crate) fn know(&mut self, questions: BTreeMap<String, KnownQuestion>) {
        self.questions = questions;
    }

    pub(crate) fn question(&self, id: &str) -> Option<&KnownQuestion> {
        self.questions.get(id)
    }

    // --- What learners do --------------------------------------------------------------------------------------------

    /// A person opens a page.
    pub(crate) fn arrive(&mut self, who: &PersonId, now: Duration) -> Result<(), No> {
        if !self.people.contains_key(who) && self.people.len() >= MOST_PEOPLE {
            self.forget_one(now)?;
        }
        let person = self.people.entry(who.clone()).or_default();
        person.spend(now)?;
        if person.has_left(now) {
            person.stuck = None;
        }
        person.open += 1;
        self.most_here = self.most_here.max(self.here(now));
        Ok(())
    }

    /// A page of the person's is closed.
    pub(crate) fn leave(&mut self, who: &PersonId, now: Duration) {
        if let Some(person) = self.people.get_mut(who) {
            person.open = person.open.saturating_sub(1);
            person.closed = now;
        }
    }

    pub(crate) fn go_to(
        &mut self,
        who: &PersonId,
        spot: Spot,
        follows: bool,
        now: Duration,
    ) -> Result<(), No> {
        let person = self.person(who, now)?;
        person.spot = Some(spot);
        person.follows = follows;
        Ok(())
    }

    /// A person takes a choice, instead of the one taken before in this round.
    pub(crate) fn choose(
        &mut self,
        who: &PersonId,
        question: &str,
        round: usize,
        choice: usize,
        now: Duration,
    ) -> Result<(), No> {
        self.person(who, now)?;
        let known = self.questions.get(question).ok_or(No::UnknownQuestion)?;
        if choice >= known.choices {
            return Err(No::UnknownChoice);
        }
        if self.revealed.contains(&known.run) {
            return Err(No::AlreadyRevealed);
        }
        let votes = self.votes.entry(question.to_owned()).or_default();
        if votes.before.len() != round {
            return Err(No::AnotherRound);
        }
        if votes.now.len() >= MOST_VOTES && !votes.now.contains_key(who) {
            return Err(No::Full);
        }
        votes.now.insert(who.clone(), choice);
        Ok(())
    }

    /// A person is stuck somewhere, or no longer.
    pub(crate) fn get_stuck(
        &mut self,
        who: &PersonId,
        stuck: Option<Spot>,
        now: Duration,
    ) -> Result<(), No> {
        self.person(who, now)?.stuck = stuck;
        Ok(())
    }

    /// A person with a server of their own tries an exercise. One that has passed stays so.
    pub(crate) fn try_exercise(
        &mut self,
        who: &PersonId,
        exercise: &str,
        standing: TryStanding,
        now: Duration,
    ) -> Result<(), No> {
        let person = self.person(who, now)?;
        let known = person.exercises.get(exercise);
        if known.is_none() && person.exercises.len() >= MOST_EXERCISES {
            return Err(No::Full);
        }
        let stays = match (known, &standing) {
            (Some(TryStanding::Passed), _) => true,
            // To open the file again is no news.
            (Some(_), TryStanding::Begun) => true,
            _ => false,
        };
        if !stays {
            person.exercises.insert(exercise.to_owned(), standing);
        }
        Ok(())
    }

    // --- What the teacher does ---------------------------------------------------------------------------------------

    /// The room is asked once more: what was chosen so far is kept, and everybody chooses anew.
    pub(crate) fn ask_again(&mut self, question: &str) -> Result<(), No> {
        let known = self.questions.get(question).ok_or(No::UnknownQuestion)?;
        if self.revealed.contains(&known.run) {
            return Err(No::AlreadyRevealed);
        }
        let votes = self.votes.entry(question.to_owned()).or_default();
        if votes.before.len() + 1 >= MOST_ROUNDS {
            return Err(No::TooOften);
        }
        let spread = votes.spread(known.choices);
        votes.before.push(spread);
        votes.now.clear();
        Ok(())
    }

    /// Reveals a question, and every other that asks about the same run: its answer is on the page from now on.
    pub(crate) fn reveal(&mut self, question: &str) -> Result<(), No> {
        let known = self.questions.get(question).ok_or(No::UnknownQuestion)?;
        self.revealed.insert(known.run.clone());
        Ok(())
    }

    pub(crate) fn is_revealed(&self, question: &str) -> bool {
        let known = self.questions.get(question);
        known.is_some_and(|known| self.revealed.contains(&known.run))
    }

    pub(crate) fn lead(&mut self, leads: bool) {
        self.leads = leads;
    }

    pub(crate) fn teacher_goes_to(&mut self, spot: Spot) {
        self.teacher = Some(spot);
    }

    pub(crate) fn let_run(&mut self, may_run: bool) {
        self.may_run = may_run;
    }

    pub(crate) fn may_run(&self) -> bool {
        self.may_run
    }

    // --- What each sees ----------------------------------------------------------------------------------------------

    pub(crate) fn learners_view(&self) -> LearnersView {
        let asked_again = self.votes.iter().filter(|(_, it)| !it.before.is_empty());
        let revealed = self.questions.iter().filter(|(id, _)| self.is_revealed(id));
        LearnersView {
            rounds: asked_again
                .map(|(id, it)| (id.clone(), it.before.len()))
                .collect(),
            revealed: revealed
                .map(|(id, known)| (id.clone(), self.rounds(id, known.choices)))
                .collect(),
            lead: self.teacher.clone().filter(|_| self.leads),
            may_run: self.may_run,
        }
    }

    pub(crate) fn teachers_view(&self, now: Duration) -> TeachersView {
        let here = || self.people.values().filter(move |it| it.is_here(now));
        let mut spots: BTreeMap<Spot, (usize, usize)> = BTreeMap::new();
        for person in here() {
            if let Some(spot) = &person.spot {
                spots.entry(spot.clone()).or_default().0 += 1;
            }
            if let Some(spot) = &person.stuck {
                spots.entry(spot.clone()).or_default().1 += 1;
            }
        }
        let spots =
            spots
                .into_iter()
                .map(|(spot, (here, stuck))| CountedSpot { spot, here, stuck });
        TeachersView {
            here: self.here(now),
            follow: here().filter(|it| it.follows).count(),
            leads: self.leads,
            may_run: self.may_run,
            teacher: self.teacher.clone(),
            spots: spots.collect(),
            questions: self.counted_questions(),
            exercises: self.counted_exercises(),
        }
    }

    /// The questions on which anybody has voted, or of which the teacher has done something.
    pub(crate) fn counted_questions(&self) -> BTreeMap<String, CountedQuestion> {
        let counted = self.questions.iter().filter_map(|(id, known)| {
            let revealed = self.is_revealed(id);
            let counted = CountedQuestion {
                rounds: self.rounds(id, known.choices),
                revealed,
            };
            (revealed || self.votes.contains_key(id)).then(|| (id.clone(), counted))
        });
        counted.collect()
    }

    /// How all have come on with exercises, also those who have left.
    pub(crate) fn counted_exercises(&self) -> BTreeMap<String, CountedExercise> {
        let mut counted: BTreeMap<String, CountedExercise> = BTreeMap::new();
        let mut failing: BTreeMap<String, BTreeMap<&str, usize>> = BTreeMap::new();
        for (id, standing) in self.people.values().flat_map(|it| &it.exercises) {
            let it = counted.entry(id.clone()).or_default();
            it.begun += 1;
            match standing {
                TryStanding::Begun => {}
                TryStanding::Passed => it.passed += 1,
                TryStanding::Failed(test) => {
                    *failing
                        .entry(id.clone())
                        .or_default()
                        .entry(test)
                        .or_default() += 1;
                }
            }
        }
        for (id, tests) in failing {
            let mut tests: Vec<_> = tests
                .into_iter()
                .map(|(test, n)| (test.to_owned(), n))
                .collect();
            tests.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
            tests.truncate(MOST_TESTS);
            counted.entry(id).or_default().failing = tests;
        }
        counted
    }

    pub(crate) fn most_here(&self) -> usize {
        self.most_here
    }

    // -----------------------------------------------------------------------------------------------------------------

    fn here(&self, now: Duration) -> usize {
        self.people.values().filter(|it| it.is_here(now)).count()
    }

    /// A person who has a page open, or had a moment ago.
    fn person(&mut self, who: &PersonId, now: Duration) -> Result<&mut Person, No> {
        let person = self.people.get_mut(who).ok_or(No::NotHere)?;
        if !person.is_here(now) {
            return Err(No::NotHere);
        }
        person.spend(now)?;
        Ok(person)
    }

    /// Makes room by forgetting who left first. What that person has chosen stays counted.
    fn forget_one(&mut self, now: Duration) -> Result<(), No> {
        let gone = self.people.iter().filter(|(_, it)| !it.is_here(now));
        let first = gone.min_by_key(|(_, it)| it.closed);
        let first = first.map(|(id, _)| id.clone()).ok_or(No::Full)?;
        self.people.remove(&first);
        Ok(())
    }

    fn rounds(&self, question: &str, choices: usize) -> Vec<Vec<usize>> {
        let nothing = Votes::default();
        let votes = self.votes.get(question).unwrap_or(&nothing);
        let before = votes.before.iter().cloned();
        before.chain([votes.spread(choices)]).collect()
    }
}

impl Person {
    fn is_here(&self, now: Duration) -> bool {
        self.open > 0 || now < self.closed + AWAY_AFTER
    }

    fn has_left(&self, now: Duration) -> bool {
        self.open == 0 && now >= self.closed + LEFT_AFTER
    }

    fn spend(&mut self, now: Duration) -> Result<(), No> {
        let came_back = now.saturating_sub(self.spent.at).as_secs_f64() * PER_SECOND;
        let much = (self.spent.much - came_back).max(0.0) + 1.0;
        if much > BURST {
            return Err(No::TooFast);
        }
        self.spent = Spent { much, at: now };
        Ok(())
    }
}

impl Votes {
    fn spread(&self, choices: usize) -> Vec<usize> {
        let mut spread = vec![0; choices];
        for choice in self.now.values() {
            if let Some(taken) = spread.get_mut(*choice) {
                *taken += 1;
            }
        }
        spread
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn person(n: usize) -> PersonId {
        PersonId::parse(&format!("{n:032x}")).unwrap()
    }

    fn spot(page: &str, section: &str) -> Spot {
        Spot {
            page: page.to_owned(),
            section: section.to_owned(),
        }
    }

    /// A room with two questions about one run and one about another, and so many people in it.
    fn room(people: usize) -> ClassRoom {
        let mut room = ClassRoom::default();
        let known = |run: &str, choices| KnownQuestion {
            run: run.to_owned(),
            choices,
        };
        let questions = [
            ("how", known("tea/main", 3)),
            ("why", known("tea/main", 2)),
            ("when", known("cups/main", 2)),
        ];
        room.know(questions.map(|(id, it)| (id.to_owned(), it)).into());
        for n in 0..people {
            room.arrive(&person(n), at(0)).unwrap();
        }
        room
    }

    fn spread(room: &ClassRoom, question: &str) -> Vec<Vec<usize>> {
        room.teachers_view(at(1)).questions[question].rounds.clone()
    }

    #[test]
    fn who_chooses_again_is_counted_once() {
        let mut room = room(3);
        for (who, choice) in [(0, 0), (1, 0), (1, 0), (2, 1), (0, 2)] {
            room.choose(&person(who), "how", 0, choice, at(1)).unwrap();
        }
        assert_eq!(spread(&room, "how"), [[1, 1, 1]]);
    }

    #[test]
    fn both_rounds_are_kept() {
        let mut room = room(2);
        room.choose(&person(0), "how", 0, 0, at(1)).unwrap();
        room.choose(&person(1), "how", 0, 0, at(1)).unwrap();
        room.ask_again("how").unwrap();
        assert_eq!(spread(&room, "how"), [[2, 0, 0], [0, 0, 0]]);
        assert_eq!(room.learners_view().rounds["how"], 1);
        let late = room.choose(&person(0), "how", 0, 2, at(2));
        assert_eq!(late, Err(No::AnotherRound));
        room.choose(&person(0), "how", 1, 2, at(2)).unwrap();
        assert_eq!(spread(&room, "how"), [[2, 0, 0], [0, 0, 1]]);
        for _ in 2..MOST_ROUNDS {
            room.ask_again("how").unwrap();
        }
        assert_eq!(room.ask_again("how"), Err(No::TooOften));
    }

    #[test]
    fn learners_see_no_count_before_the_reveal() {
        let mut room = room(2);
        let before = room.learners_view();
        room.choose(&person(0), "how", 0, 1, at(1)).unwrap();
        assert_eq!(room.learners_view(), before);
        room.reveal("how").unwrap();
        let view = room.learners_view();
        assert_eq!(view.revealed["how"], [[0, 1, 0]]);
        assert_eq!(view.revealed.len(), 2, "both ask about the same run");
        let late = room.choose(&person(1), "how", 0, 1, at(2));
        assert_eq!(late, Err(No::AlreadyRevealed));
        assert_eq!(room.ask_again("how"), Err(No::AlreadyRevealed));
        assert!(!room.is_revealed("when"));
    }

    #[test]
    fn what_is_not_asked_cannot_be_chosen() {
        let mut room = room(1);
        let choose = |room: &mut ClassRoom, who, question, choice| {
            room.choose(&person(who), question, 0, choice, at(1))
        };
        assert_eq!(choose(&mut room, 0, "what", 0), Err(No::UnknownQuestion));
        assert_eq!(choose(&mut room, 0, "when", 2), Err(No::UnknownChoice));
        assert_eq!(choose(&mut room, 1, "when", 0), Err(No::NotHere));
        assert_eq!(room.reveal("what"), Err(No::UnknownQuestion));
        assert_eq!(room.ask_again("what"), Err(No::UnknownQuestion));
    }

    #[test]
    fn who_goes_from_page_to_page_stays_and_who_leaves_does_not() {
        let mut room = room(2);
        let here = |room: &ClassRoom, now| room.teachers_view(now).here;
        room.choose(&person(0), "when", 0, 1, at(1)).unwrap();
        room.leave(&person(0), at(20));
        assert_eq!(here(&room, at(29)), 2);
        assert_eq!(here(&room, at(30)), 1);
        let away = room.choose(&person(0), "when", 0, 0, at(30));
        assert_eq!(away, Err(No::NotHere));
        assert_eq!(spread(&room, "when"), [[0, 1]], "the choice stays");
        room.arrive(&person(0), at(40)).unwrap();
        assert_eq!(here(&room, at(40)), 2);
        room.choose(&person(0), "when", 0, 0, at(41)).unwrap();
        assert_eq!(spread(&room, "when"), [[1, 0]], "and is still theirs");
        // Two pages of one person.
        room.arrive(&person(0), at(41)).unwrap();
        room.leave(&person(0), at(42));
        assert_eq!(here(&room, at(100)), 2);
    }

    #[test]
    fn who_is_stuck_is_counted_where_that_is_until_taken_back() {
        let mut room = room(2);
        for n in 0..2 {
            room.go_to(&person(n), spot("tea", "cups"), n == 0, at(1))
                .unwrap();
        }
        room.get_stuck(&person(1), Some(spot("tea", "kettle")), at(2))
            .unwrap();
        let view = room.teachers_view(at(2));
        let counted = |section: &str, here, stuck| CountedSpot {
            spot: spot("tea", section),
            here,
            stuck,
        };
        assert_eq!(view.spots, [counted("cups", 2, 0), counted("kettle", 0, 1)]);
        assert_eq!(view.follow, 1);
        room.get_stuck(&person(1), None, at(3)).unwrap();
        assert_eq!(room.teachers_view(at(3)).spots, [counted("cups", 2, 0)]);
    }

    #[test]
    fn who_has_left_is_no_longer_stuck() {
        let stuck_at = |back: u64| {
            let mut room = room(1);
            room.get_stuck(&person(0), Some(spot("tea", "")), at(1))
                .unwrap();
            room.leave(&person(0), at(2));
            assert_eq!(room.teachers_view(at(13)).spots, []);
            room.arrive(&person(0), at(back)).unwrap();
            room.teachers_view(at(back))
                .spots
                .iter()
                .map(|it| it.stuck)
                .sum::<usize>()
        };
        assert_eq!(stuck_at(50), 1, "a reload, or another page");
        assert_eq!(stuck_at(62), 0);
    }

    #[test]
    fn learners_are_led_only_where_the_teacher_says_so() {
        let mut room = room(1);
        room.teacher_goes_to(spot("tea", "cups"));
        assert_eq!(room.learners_view().lead, None);
        room.lead(true);
        assert_eq!(room.learners_view().lead, Some(spot("tea", "cups")));
        room.teacher_goes_to(spot("cups", ""));
        assert_eq!(room.learners_view().lead, Some(spot("cups", "")));
        room.lead(false);
        assert_eq!(room.learners_view().lead, None);
        assert_eq!(room.teachers_view(at(1)).teacher, Some(spot("cups", "")));
    }

    #[test]
    fn nobody_runs_before_the_teacher_lets_them() {
        let mut room = room(1);
        assert!(!room.may_run() && !room.learners_view().may_run);
        room.let_run(true);
        assert!(room.may_run() && room.learners_view().may_run);
        room.let_run(false);
        assert!(!room.may_run());
    }

    #[test]
    fn exercises_are_counted_with_the_test_that_fails_most() {
        let mut room = room(4);
        let failed = |test: &str| TryStanding::Failed(test.to_owned());
        for (who, standing) in [
            (0, TryStanding::Begun),
            (0, failed("it_pours")),
            (1, failed("it_boils")),
            (1, failed("it_pours")),
            (2, failed("it_boils")),
            (3, TryStanding::Passed),
            (3, failed("it_boils")),
            (0, TryStanding::Begun),
        ] {
            room.try_exercise(&person(who), "tea/kettle", standing, at(1))
                .unwrap();
        }
        let counted = &room.teachers_view(at(1)).exercises["tea/kettle"];
        assert_eq!((counted.begun, counted.passed), (4, 1));
        let expected = [("it_pours".to_owned(), 2), ("it_boils".to_owned(), 1)];
        assert_eq!(counted.failing, expected);
    }

    #[test]
    fn there_is_room_for_so_many_and_no_more() {
        let mut room = room(MOST_PEOPLE);
        assert_eq!(room.arrive(&person(MOST_PEOPLE), at(1)), Err(No::Full));
        room.choose(&person(7), "when", 0, 1, at(1)).unwrap();
        room.leave(&person(7), at(2));
        assert_eq!(room.arrive(&person(MOST_PEOPLE), at(3)), Err(No::Full));
        room.arrive(&person(MOST_PEOPLE), at(20)).unwrap();
        assert_eq!(room.people.len(), MOST_PEOPLE);
        assert_eq!(spread(&room, "when"), [[0, 1]]);
        assert_eq!(room.most_here(), MOST_PEOPLE);
    }

    #[test]
    fn nobody_can_do_more_than_by_hand() {
        let mut room = room(1);
        let mut choose = |seconds| room.choose(&person(0), "when", 0, 1, at(seconds));
        let done = (0..1000).take_while(|_| choose(1).is_ok()).count();
        assert!((30..60).contains(&done), "{done}");
        assert_eq!(choose(1), Err(No::TooFast));
        assert_eq!(choose(3), Ok(()));
    }

    #[test]
    fn an_id_is_what_a_browser_makes_up() {
        assert!(PersonId::parse(&"0a".repeat(16)).is_some());
        for wrong in ["", "0a", &"0g".repeat(16), &"0a".repeat(17)] {
            assert_eq!(PersonId::parse(wrong), None);
        }
    }
}
