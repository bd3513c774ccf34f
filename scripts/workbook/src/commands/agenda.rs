//! `cargo workbook agenda`: the agendas of the pages, added up, with the times of the clock.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;

use crate::book::house::House;
use crate::book::library::Library;
use crate::model::problem::{Problem, closest};
use crate::site::agenda::{Agenda, Clock};
use crate::site::minutes::Measured;
use crate::site::timetable::{self, Row, Timetable};
use crate::site::{links, notes, page};
use crate::terminal::{self, say};

/// What is wanted of the agendas.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AgendaOptions {
    /// As one line of JSON.
    pub(crate) json: bool,
    /// When it begins, other than the page says.
    pub(crate) from: Option<Clock>,
    /// With what the pages' notes say to their sections.
    pub(crate) notes: bool,
}

/// An agenda as JSON tells it. Minutes are whole, times as `09:00`.
#[derive(Debug, Serialize)]
struct AgendaTold<'a> {
    name: &'a str,
    title: &'a str,
    /// The page that it stands on, relative to the root, and its line there.
    page: &'a str,
    line: usize,
    from: String,
    end: String,
    minutes: u32,
    total: u32,
    items: Vec<ItemTold<'a>>,
    problems: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ItemTold<'a> {
    at: String,
    minutes: u32,
    /// Those of the minutes that are for the room to talk.
    talk: u32,
    /// `page`, `exercise`, `demo`, `talk` or `pause`.
    kind: &'a str,
    title: &'a str,
    /// `PAGE` or `PAGE#ANCHOR`.
    link: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<NoteTold>,
}

#[derive(Debug, Serialize)]
struct NoteTold {
    section: String,
    anchor: String,
    markdown: String,
    html: String,
}

/// Prints the agenda of that name, or all. Returns whether all is well with them.
///
/// # Errors
/// Where there is none of that name, or a page cannot be read for its notes.
pub(crate) fn agenda(house: &House, name: Option<&str>, options: AgendaOptions) -> Result<bool> {
    let library = Library::read(house);
    let (texts, unreadable) = links::read_pages(house);
    // What is wrong on other pages is not asked for.
    let has_fence = |(_, text): &(String, String)| text.contains("```agenda");
    let parsed = texts.into_iter().filter(has_fence).map(|(path, text)| {
        let page = page::parse(&path, &text);
        (path, page)
    });
    let pages: BTreeMap<_, _> = parsed.collect();
    let agendas = timetable::agendas(&pages);
    let wanted: Vec<_> = agendas
        .iter()
        .filter(|it| name.is_none_or(|name| it.agenda.name == name))
        .collect();
    if let Some(name) = name
        && wanted.is_empty()
    {
        let names: Vec<_> = agendas.iter().map(|it| it.agenda.name.as_str()).collect();
        let help = match closest(name, names.iter().copied()) {
            Some(close) => format!("did you mean `{close}`?"),
            None if names.is_empty() => "write one on a page, in an `agenda` fence".to_owned(),
            None => format!("the agendas are {}", names.join(", ")),
        };
        let problem = Problem::nowhere(format!("there is no agenda `{name}`"), help);
        anyhow::bail!("{problem}");
    }
    let mut problems = unreadable;
    problems.extend(pages.values().flat_map(|page| page.problems.clone()));
    problems.extend(timetable::find_names_used_twice(&pages));
    let mut told = Vec::new();
    let measured = Measured::new(&library);
    for (at, it) in wanted.into_iter().enumerate() {
        let from = options.from.unwrap_or(it.agenda.from);
        let (table, found) = timetable::timetable(&library, it.agenda, from, it.line, &measured);
        let found: Vec<_> = found
            .into_iter()
            .map(|found| found.in_file(it.path))
            .collect();
        if options.json {
            let problems = found.iter().map(ToString::to_string).collect();
            let items = table.rows.iter();
            let items = items.map(|row| item_told(&library, row, options.notes));
            told.push(serde_json::to_value(AgendaTold {
                name: &it.agenda.name,
                title: &it.agenda.title,
                page: it.path,
                line: it.line,
                from: from.to_string(),
                end: table.end.to_string(),
                minutes: it.agenda.minutes,
                total: table.total,
                items: items
                    .collect::<Result<_, Problem>>()
                    .map_err(|it| anyhow::anyhow!("{it}"))?,
                problems,
            })?);
        } else {
            if at > 0 {
                say!("");
            }
            print(&library, it.agenda, &table, options.notes)
                .map_err(|it| anyhow::anyhow!("{it}"))?;
        }
        problems.extend(found);
    }
    if options.json {
        say!("{}", serde_json::Value::from(told));
    } else if agendas.is_empty() && problems.is_empty() {
        say!("no page has an agenda");
    }
    let found = terminal::report(problems);
    Ok(found == 0)
}

fn item_told<'a>(
    library: &Library,
    row: &'a Row,
    with_notes: bool,
) -> Result<ItemTold<'a>, Problem> {
    let notes = match with_notes {
        true => notes_of(library, row)?,
        false => Vec::new(),
    };
    let told = notes.into_iter().map(|note| NoteTold {
        section: note.section.title,
        anchor: note.section.anchor,
        markdown: note.markdown,
        html: note.html,
    });
    Ok(ItemTold {
        at: row.at.to_string(),
        minutes: row.minutes,
        talk: row.talk,
        kind: row.kind,
        title: &row.title,
        link: row.link.as_deref(),
        notes: told.collect(),
    })
}

/// The notes of the sections that an item of an agenda goes through.
fn notes_of(library: &Library, row: &Row) -> Result<Vec<notes::Note>, Problem> {
    let Some(link) = row.link.as_deref().filter(|_| row.kind == "page") else {
        return Ok(Vec::new());
    };
    let slug = link.split('#').next().unwrap_or(link);
    let mut notes = notes::of(library, slug)?;
    notes.retain(|note| row.sections.contains(&note.section.anchor));
    Ok(notes)
}

fn print(
    library: &Library,
    agenda: &Agenda,
    table: &Timetable,
    notes: bool,
) -> Result<(), Problem> {
    say!("{}: {}", agenda.name, agenda.title);
    for row in &table.rows {
        let kind = match row.kind {
            "exercise" => "exercise ",
            "demo" => "demo: ",
            _ => "",
        };
        let talk = row.and_talk();
        say!(
            "  {}  {:>3} min  {kind}{}{talk}",
            row.at,
            row.minutes,
            row.title
        );
        if notes {
            for note in notes_of(library, row)? {
                say!(
                    "{:18}{} (book/{}.md:{})",
                    "",
                    note.section.title,
                    note.page,
                    note.line
                );
                for line in note.text().lines() {
                    say!("{:20}{line}", "");
                }
            }
        }
    }
    say!(
        "  {}  {:>3} min  {}",
        table.end,
        table.total,
        timetable::left_over(agenda, table)
    );
    Ok(())
}

/// Reads a time of the day from the command line.
///
/// # Errors
/// Says what it should be.
pub(crate) fn clock(text: &str) -> Result<Clock, String> {
    Clock::parse(text)
}
