//! An agenda with its minutes and the times of the clock: the minutes of pages are measured, those of exercises are their
//! authors' estimates.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::book::library::Library;
use crate::model::problem::Problem;
use crate::model::units;
use crate::site::agenda::{Agenda, Clock, Item, ItemKind, Sections};
use crate::site::directive::{Directive, PagePart};
use crate::site::html::escape;
use crate::site::minutes::{self, Effort, Measured, PageMinutes};
use crate::site::page::Page;

/// An agenda, added up.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Timetable {
    pub(crate) rows: Vec<Row>,
    /// What all takes.
    pub(crate) total: u32,
    pub(crate) end: Clock,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) at: Clock,
    /// Whole minutes, of which `talk` are for the room to talk.
    pub(crate) minutes: u32,
    pub(crate) talk: u32,
    pub(crate) kind: &'static str,
    pub(crate) title: String,
    /// The page and, behind a `#`, what is meant on it.
    pub(crate) link: Option<String>,
    /// The anchors of the page's sections that are in it.
    pub(crate) sections: Vec<String>,
}

impl Row {
    /// What is said of the minutes to talk behind the title, where some are among others.
    pub(crate) fn and_talk(&self) -> String {
        match self.talk {
            talk if talk > 0 && self.kind != "talk" => format!(", and {talk} to talk"),
            _ => String::new(),
        }
    }
}

/// What an item is, before it has its time.
struct ItemMeasured {
    minutes: f64,
    kind: &'static str,
    title: String,
    link: Option<String>,
    sections: Vec<String>,
}

/// Adds up an agenda that begins at `from`. What is wrong has the line of its item, or of the fence, `line`.
pub(crate) fn timetable(
    library: &Library,
    agenda: &Agenda,
    from: Clock,
    line: usize,
    measured: &Measured<'_>,
) -> (Timetable, Vec<Problem>) {
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    let mut at = from;
    for item in &agenda.items {
        let asked = match item_measured(library, item, measured) {
            Ok(asked) => asked,
            Err(problem) => {
                problems.push(problem.at_line(item.line));
                continue;
            }
        };
        let measured_minutes = match asked.minutes {
            0.0 => 0,
            minutes => minutes::whole(minutes),
        };
        let minutes = measured_minutes + item.talk;
        rows.push(Row {
            at,
            minutes,
            talk: item.talk,
            kind: asked.kind,
            title: asked.title,
            link: asked.link,
            sections: asked.sections,
        });
        at = at.after(minutes);
    }
    let total = at.0 - from.0;
    if problems.is_empty() && total > agenda.minutes {
        let what = format!(
            "the agenda `{}` takes {}, and has {}",
            agenda.name,
            units::count(total as usize, "minute"),
            agenda.minutes
        );
        let help = format!(
            "take out {} or more: an item, or sections of a page by `skip`; or give it more `minutes`",
            units::count((total - agenda.minutes) as usize, "minute"),
        );
        problems.push(Problem::new("", line, what, help).readable());
    }
    let table = Timetable {
        rows,
        total,
        end: at,
    };
    (table, problems)
}

fn item_measured(
    library: &Library,
    item: &Item,
    measured: &Measured<'_>,
) -> Result<ItemMeasured, Problem> {
    let plain =
        |minutes: f64, kind: &'static str, title: &str, link: Option<String>| ItemMeasured {
            minutes,
            kind,
            title: title.to_owned(),
            link,
            sections: Vec::new(),
        };
    Ok(match &item.what {
        ItemKind::Words(words) => plain(0.0, "talk", words, None),
        ItemKind::Pause(minutes) => plain(f64::from(*minutes), "pause", "Pause", None),
        ItemKind::Exercise(id) => {
            let exercise = library.exercise(id).filter(|it| it.id() == *id);
            let exercise = exercise.ok_or_else(|| library.unknown_exercise(id))?;
            let link = format!("{}#{}", exercise.chapter, exercise.name);
            let minutes = f64::from(exercise.spec.minutes);
            let title = format!("{}: {}", exercise.name, exercise.spec.about);
            plain(minutes, "exercise", &title, Some(link))
        }
        ItemKind::Demo(id) => {
            let snippet = library.snippet(id).ok_or_else(|| library.unknown(id))?;
            let shown = Directive::Snippet {
                id: id.clone(),
                part: None,
                code: true,
                run: true,
                closer: None,
            };
            let minutes = minutes::of_directive(library, &shown).minutes();
            let link = Some(snippet.chapter.clone());
            plain(minutes, "demo", &snippet.spec.about, link)
        }
        ItemKind::Page { slug, sections } => {
            let (title, minutes) = measured.page(slug)?;
            page(slug, title, &minutes, sections)?
        }
    })
}

fn page(
    slug: &str,
    title: &str,
    measured: &PageMinutes,
    sections: &Sections,
) -> Result<ItemMeasured, Problem> {
    let mut title = title.to_owned();
    let mut chosen = BTreeSet::new();
    let named = match sections {
        Sections::Core => &[][..],
        Sections::CoreWithout(named) | Sections::These(named) => named,
    };
    let mut titles = Vec::new();
    for anchor in named {
        minutes::reading_of(slug, measured, anchor)?;
        let range = measured.section(anchor).into_iter().flatten();
        let heading = range.clone().next().and_then(|at| {
            let heading = measured.sections[at].heading.as_ref()?;
            Some(heading.title.clone())
        });
        titles.extend(heading);
        chosen.extend(range);
    }
    let mut link = slug.to_owned();
    let mut effort = Effort::default();
    let mut anchors = Vec::new();
    for (at, section) in measured.sections.iter().enumerate() {
        let of_section = match sections {
            Sections::These(_) if chosen.contains(&at) => section.reading(),
            Sections::Core => section.of_part(PagePart::Core),
            Sections::CoreWithout(_) if !chosen.contains(&at) => section.of_part(PagePart::Core),
            Sections::These(_) | Sections::CoreWithout(_) => continue,
        };
        if of_section != Effort::default() {
            effort = effort.and(of_section);
            let heading = section.heading.as_ref();
            anchors.extend(heading.map(|it| it.anchor.clone()));
        }
    }
    match sections {
        Sections::Core => {}
        Sections::CoreWithout(_) => {
            let _ = write!(title, ", without {}", titles.join("; "));
        }
        Sections::These(named) => {
            let _ = write!(title, ": {}", titles.join("; "));
            if let Some(first) = named.first() {
                let _ = write!(link, "#{first}");
            }
        }
    }
    Ok(ItemMeasured {
        minutes: effort.minutes(),
        kind: "page",
        title,
        link: Some(link),
        sections: anchors,
    })
}

/// An agenda as a table on a page, in one line of HTML.
pub(crate) fn html(agenda: &Agenda, table: &Timetable) -> String {
    let mut html = format!(
        "\n<div class=\"table-wrapper\"><table class=\"agenda\" data-agenda=\"{}\"><caption>{}</caption><thead><tr>\
         <th>at</th><th>minutes</th><th>what</th></tr></thead><tbody>",
        escape(&agenda.name),
        escape(&agenda.title)
    );
    for row in &table.rows {
        let title = escape(&row.title);
        let title = match &row.link {
            None => title,
            Some(link) => format!("<a href=\"{}\">{title}</a>", escape(&address(link))),
        };
        let _ = write!(
            html,
            "<tr data-kind=\"{0}\"><td>{1}</td><td>{2}</td><td>{3}{title}{4}</td></tr>",
            row.kind,
            row.at,
            row.minutes,
            match row.kind {
                "exercise" => "Exercise ",
                "demo" => "Demo: ",
                _ => "",
            },
            row.and_talk()
        );
    }
    let _ = write!(
        html,
        "</tbody><tfoot><tr><td>{}</td><td>{}</td><td>{}</td></tr></tfoot></table></div>\n\n",
        table.end,
        table.total,
        escape(&left_over(agenda, table))
    );
    html
}

/// How the total stands to what there is.
pub(crate) fn left_over(agenda: &Agenda, table: &Timetable) -> String {
    let has = agenda.minutes;
    match has.checked_sub(table.total) {
        Some(left) => format!("the end: {left} of {has} minutes are left"),
        None => format!("the end: {} minutes too late", table.total - has),
    }
}

/// `join#a` as `join.html#a`.
fn address(link: &str) -> String {
    match link.split_once('#') {
        Some((page, anchor)) => format!("{page}.html#{anchor}"),
        None => format!("{link}.html"),
    }
}

/// An agenda, and the page that it stands on.
#[derive(Debug)]
pub(crate) struct AgendaFound<'a> {
    pub(crate) path: &'a str,
    pub(crate) line: usize,
    pub(crate) agenda: &'a Agenda,
}

/// The agendas of pages, by their paths.
pub(crate) fn agendas<'a>(
    pages: impl IntoIterator<Item = (&'a String, &'a Page)>,
) -> Vec<AgendaFound<'a>> {
    let of_page = |(path, page): (&'a String, &'a Page)| {
        page.directives
            .iter()
            .filter_map(|placed| match &placed.what {
                Directive::Agenda(agenda) => Some(AgendaFound {
                    path,
                    line: placed.line,
                    agenda,
                }),
                _ => None,
            })
    };
    pages.into_iter().flat_map(of_page).collect()
}

/// Agendas that cannot be told apart by their names.
pub(crate) fn find_names_used_twice<'a>(
    pages: impl IntoIterator<Item = (&'a String, &'a Page)>,
) -> Vec<Problem> {
    let mut first: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
    let mut problems = Vec::new();
    for AgendaFound {
        path,
        line: at,
        agenda,
    } in agendas(pages)
    {
        match first.get(agenda.name.as_str()) {
            None => {
                first.insert(&agenda.name, (path, at));
            }
            Some((other, line)) => {
                let what = format!(
                    "the agenda at {other}:{line} is called `{}`, too",
                    agenda.name
                );
                let help = "give one of them another name";
                problems.push(Problem::new(path, at, what, help));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::small::SmallBook;
    use crate::site::page;

    /// A page with a core of 238 words below `one`, 476 below `two`, and 119 below `further`.
    fn book() -> SmallBook {
        let book = SmallBook::new();
        let words = |n: usize| "word ".repeat(n);
        let text = format!(
            "# Tea\n\n## One\n\n{}\n\n## Two\n\n{}\n\n{{{{#next}}}}\n\n## Further\n\n{}\n",
            words(237),
            words(475),
            words(118)
        );
        book.write(
            "book/SUMMARY.md",
            "- [Green tea](tea.md)\n- [Agenda](a.md)\n",
        );
        book.write("book/tea.md", &text);
        book
    }

    fn added_up(items: &str) -> (Timetable, Vec<String>) {
        let text = format!("name = 'day'\ntitle = 'A day'\nminutes = 20\n{items}");
        let agenda = Agenda::parse(&text, 2).unwrap();
        let book = book();
        let library = Library::read(&book.house());
        let (table, problems) =
            timetable(&library, &agenda, agenda.from, 1, &Measured::new(&library));
        (
            table,
            problems
                .into_iter()
                .map(|it| it.in_file("book/a.md").to_string())
                .collect(),
        )
    }

    #[test]
    fn an_agenda_is_added_up_by_the_clock() {
        let (table, problems) = added_up(
            "[[item]]\nwhat = 'Welcome'\ntalk = 2\n[[item]]\npage = 'tea'\ntalk = 1\n[[item]]\npause = 5\n\
             [[item]]\npage = 'tea'\nskip = ['two']\n[[item]]\npage = 'tea'\nsections = ['two', 'further']\n",
        );
        assert_eq!(problems, [""; 0]);
        let rows: Vec<_> = table
            .rows
            .iter()
            .map(|it| (it.at.to_string(), it.minutes, it.title.as_str()))
            .collect();
        let row = |at: &str, minutes: u32, title| (at.to_owned(), minutes, title);
        assert_eq!(
            rows,
            [
                row("09:00", 2, "Welcome"),
                row("09:02", 4, "Green tea"),
                row("09:06", 5, "Pause"),
                row("09:11", 1, "Green tea, without Two"),
                row("09:12", 3, "Green tea: Two; Further"),
            ]
        );
        assert_eq!((table.total, table.end.to_string()), (15, "09:15".into()));
        assert_eq!(table.rows[4].link.as_deref(), Some("tea#two"));
        assert_eq!(table.rows[4].sections, ["two", "further"]);
    }

    #[test]
    fn what_is_not_there_is_told_with_its_line() {
        for (item, told) in [
            (
                "page = 'teas'",
                "book/a.md:5: there is no page `teas`\n  help: did you mean `tea`?",
            ),
            (
                "page = 'tea'\nsections = ['tow']",
                "book/a.md:5: the page `tea` has no section `tow`\n  help: did you mean `two`?",
            ),
            (
                "page = 'tea'\nskip = ['xyz']",
                "book/a.md:5: the page `tea` has no section `xyz`\n  help: open the page",
            ),
            (
                "exercise = 'tea/stir'",
                "book/a.md:5: unknown exercise `tea/stir`\n  help: ",
            ),
            (
                "demo = 'tea/main'",
                "book/a.md:5: unknown snippet `tea/main`\n  help: ",
            ),
        ] {
            let (_, problems) = added_up(&format!("[[item]]\n{item}\n[[item]]\npause = 90\n"));
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert!(problems[0].starts_with(told), "{}", problems[0]);
        }
    }

    #[test]
    fn an_overrun_is_told() {
        let (table, problems) = added_up("[[item]]\npause = 20\n");
        assert_eq!((table.total, problems.len()), (20, 0));
        let (_, problems) = added_up("[[item]]\npause = 20\n[[item]]\nwhat = 'Bye'\ntalk = 3\n");
        assert_eq!(problems.len(), 1);
        let told = "book/a.md:1: the agenda `day` takes 23 minutes, and has 20\n  help: take out 3 minutes or more";
        assert!(problems[0].starts_with(told), "{}", problems[0]);
    }

    #[test]
    fn two_agendas_of_one_name_are_told() {
        let fence =
            "```agenda\nname = 'day'\ntitle = ''\nminutes = 5\n[[item]]\npause = 5\n```\n\n";
        let pages = BTreeMap::from([
            ("book/a.md".to_owned(), page::parse("book/a.md", fence)),
            ("book/b.md".to_owned(), page::parse("book/b.md", fence)),
        ]);
        let problems = find_names_used_twice(&pages);
        let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
        let told = "book/b.md:1: the agenda at book/a.md:1 is called `day`, too\n  help: give one of them another name";
        assert_eq!(problems, [told]);
    }
}
