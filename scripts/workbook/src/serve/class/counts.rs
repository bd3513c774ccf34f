//! What is saved of a class: how often each choice was taken, and how far the room came with exercises. Never who.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::serve::class::room::{ClassRoom, CountedExercise};
use crate::site::outline::PageOutline;

#[derive(Debug, Serialize)]
pub(crate) struct Counts {
    /// The most people who were there at once.
    people: usize,
    questions: Vec<SavedQuestion>,
    exercises: BTreeMap<String, CountedExercise>,
}

/// A question that the room was asked.
#[derive(Debug, Serialize)]
struct SavedQuestion {
    page: String,
    run: String,
    /// As HTML, like the choices.
    ask: String,
    choices: Vec<String>,
    /// The number of the choice that is right, from 0.
    right: Option<usize>,
    /// How often each choice was taken, each time that it was asked.
    rounds: Vec<Vec<usize>>,
    revealed: bool,
}

impl Counts {
    pub(crate) fn of(room: &ClassRoom, outline: &[PageOutline]) -> Self {
        let counted = room.counted_questions();
        let questions = outline.iter().flat_map(|page| {
            page.questions.iter().filter_map(|question| {
                let counted = counted.get(&question.id)?;
                Some(SavedQuestion {
                    page: page.slug.clone(),
                    run: question.run.clone(),
                    ask: question.ask.clone(),
                    choices: question.choices.clone(),
                    right: question.key,
                    rounds: counted.rounds.clone(),
                    revealed: counted.revealed,
                })
            })
        });
        Self {
            people: room.most_here(),
            questions: questions.collect(),
            exercises: room.counted_exercises(),
        }
    }
}
