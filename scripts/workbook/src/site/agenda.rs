//! An agenda: what a teacher means to do with a room, and in which order. Pure: the text of a fence in, an agenda out.

use serde::Deserialize;
use toml::Spanned;

use crate::model::problem::line_of;

/// An `agenda` fence, read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Agenda {
    /// For the command line.
    pub(crate) name: String,
    pub(crate) title: String,
    /// All that there are, pauses among them.
    pub(crate) minutes: u32,
    pub(crate) from: Clock,
    pub(crate) items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Item {
    pub(crate) what: ItemKind,
    /// Minutes for the room to talk, beside what is measured.
    pub(crate) talk: u32,
    /// The line in the page.
    pub(crate) line: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ItemKind {
    /// A page's core, or some of its sections.
    Page {
        slug: String,
        sections: Sections,
    },
    /// By its id.
    Exercise(String),
    /// A run of this snippet, before the room.
    Demo(String),
    /// Anything else, in the author's words, which takes the time that is there for talk.
    Words(String),
    Pause(u32),
}

/// By their anchors.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Sections {
    /// All of the core.
    Core,
    /// The core but for these.
    CoreWithout(Vec<String>),
    /// These, wherever they stand.
    These(Vec<String>),
}

/// A time of the day, in minutes since midnight. It goes on after midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clock(pub(crate) u32);

impl Clock {
    /// Reads `09:00`.
    ///
    /// # Errors
    /// Says what it should be.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let parts = text.split_once(':');
        let number = |text: &str, below: u32| {
            let digits = text.len() <= 2 && text.bytes().all(|it| it.is_ascii_digit());
            let number: Option<u32> = text.parse().ok();
            number.filter(|it| digits && *it < below)
        };
        let time = parts.and_then(|(hours, minutes)| {
            let minutes = number(minutes, 60).filter(|_| minutes.len() == 2)?;
            Some(number(hours, 24)? * 60 + minutes)
        });
        time.map(Self)
            .ok_or_else(|| format!("`{text}` is no time of the day, as 09:00 is"))
    }

    pub(crate) fn after(self, minutes: u32) -> Self {
        Self(self.0.saturating_add(minutes))
    }
}

impl std::fmt::Display for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60 % 24, self.0 % 60)
    }
}

/// As its author wrote it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AgendaFence {
    name: Spanned<String>,
    title: String,
    minutes: u32,
    from: Option<Spanned<String>>,
    #[serde(rename = "item", default)]
    items: Vec<Spanned<ItemFence>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemFence {
    page: Option<String>,
    sections: Option<Vec<String>>,
    skip: Option<Vec<String>>,
    exercise: Option<String>,
    demo: Option<String>,
    what: Option<String>,
    pause: Option<u32>,
    talk: Option<u32>,
}

/// No agenda is longer, in minutes: a week.
const LONGEST: u32 = 7 * 24 * 60;

impl Agenda {
    /// Reads what stands in a fence whose first inner line is `first_line` of its page. On failure, the byte in `text` at
    /// which it is wrong, and what.
    pub(crate) fn parse(text: &str, first_line: usize) -> Result<Self, (usize, String)> {
        let fence: AgendaFence = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let error = error.message();
            (at, format!("the agenda is not as it should be: {error}"))
        })?;
        let name = fence.name.get_ref();
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || !name.chars().all(is_name) {
            let what =
                format!("`{name}` is no name for an agenda: use lower case words joined by -");
            return Err((fence.name.span().start, what));
        }
        if fence.items.is_empty() {
            return Err((0, "the agenda has no item".to_owned()));
        }
        let from = match fence.from {
            None => Clock(9 * 60),
            Some(from) => Clock::parse(from.get_ref()).map_err(|what| (from.span().start, what))?,
        };
        let items = fence.items.into_iter().map(|item| {
            let at = item.span().start;
            let line = first_line + line_of(text, at) - 1;
            let item = item.into_inner().read().map_err(|what| (at, what))?;
            Ok(Item { line, ..item })
        });
        let items = items.collect::<Result<Vec<_>, (usize, String)>>()?;
        let minutes = fence.minutes.min(LONGEST);
        Ok(Self {
            name: fence.name.into_inner(),
            title: fence.title,
            minutes,
            from,
            items,
        })
    }
}

impl ItemFence {
    fn read(self) -> Result<Item, String> {
        let talk = self.talk.unwrap_or_default().min(LONGEST);
        let pause = self.pause.map(|it| it.min(LONGEST));
        let chosen = self.sections.is_some() || self.skip.is_some();
        let is_page = self.page.is_some();
        let page = self.page.map(|slug| {
            let sections = match (self.sections, self.skip) {
                (None, None) => Ok(Sections::Core),
                (Some(sections), None) => Ok(Sections::These(sections)),
                (None, Some(skip)) => Ok(Sections::CoreWithout(skip)),
                (Some(_), Some(_)) => {
                    Err("an item has `sections` or `skip`, and not both".to_owned())
                }
            };
            Ok::<_, String>(ItemKind::Page {
                slug,
                sections: sections?,
            })
        });
        let kinds = [
            page.transpose()?,
            self.exercise.map(ItemKind::Exercise),
            self.demo.map(ItemKind::Demo),
            self.what.map(ItemKind::Words),
            pause.map(ItemKind::Pause),
        ];
        let mut kinds = kinds.into_iter().flatten();
        let (Some(what), None) = (kinds.next(), kinds.next()) else {
            return Err(
                "an item has exactly one of `page`, `exercise`, `demo`, `what` and `pause`"
                    .to_owned(),
            );
        };
        if chosen && !is_page {
            return Err("`sections` and `skip` are for a page".to_owned());
        }
        match what {
            ItemKind::Words(_) if talk == 0 => {
                Err("nobody can measure this: say how long it takes, `talk = 10`".to_owned())
            }
            ItemKind::Pause(_) if talk > 0 => Err("nobody talks in a pause".to_owned()),
            what => Ok(Item {
                what,
                talk,
                line: 0,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "name = 'day'\ntitle = 'A day'\nminutes = 60\n";

    fn parse(text: &str) -> Result<Agenda, (usize, String)> {
        Agenda::parse(&format!("{HEAD}{text}"), 10)
    }

    #[test]
    fn an_agenda_is_read_with_the_lines_of_its_items() {
        let agenda = parse(
            "from = '8:30'\n[[item]]\nwhat = 'hello'\ntalk = 5\n[[item]]\npage = 'join'\nskip = ['a']\n\
             [[item]]\npage = 'join'\nsections = ['a']\ntalk = 3\n[[item]]\npause = 15\n\
             [[item]]\nexercise = 'join/three'\n[[item]]\ndemo = 'join/main'\n[[item]]\npage = 'tasks'\n",
        );
        let agenda = agenda.unwrap();
        assert_eq!(agenda.from.to_string(), "08:30");
        let lines: Vec<_> = agenda.items.iter().map(|it| (it.line, it.talk)).collect();
        assert_eq!(
            lines,
            [
                (14, 5),
                (17, 0),
                (20, 3),
                (24, 0),
                (26, 0),
                (28, 0),
                (30, 0)
            ]
        );
        let page = |slug: &str, sections| ItemKind::Page {
            slug: slug.to_owned(),
            sections,
        };
        let kinds: Vec<_> = agenda.items.into_iter().map(|it| it.what).collect();
        assert_eq!(
            kinds,
            [
                ItemKind::Words("hello".into()),
                page("join", Sections::CoreWithout(vec!["a".into()])),
                page("join", Sections::These(vec!["a".into()])),
                ItemKind::Pause(15),
                ItemKind::Exercise("join/three".into()),
                ItemKind::Demo("join/main".into()),
                page("tasks", Sections::Core),
            ]
        );
    }

    #[test]
    fn what_is_wrong_in_an_agenda_is_told() {
        for (text, told) in [
            ("", "the agenda has no item"),
            ("[[item]]\n", "exactly one of"),
            ("[[item]]\npage = 'a'\npause = 3\n", "exactly one of"),
            ("[[item]]\nwhat = 'hello'\n", "say how long it takes"),
            ("[[item]]\npause = 5\ntalk = 1\n", "nobody talks in a pause"),
            ("[[item]]\npause = 5\nskip = []\n", "are for a page"),
            (
                "[[item]]\npage = 'a'\nskip = []\nsections = []\n",
                "and not both",
            ),
            ("[[item]]\npages = 'a'\n", "unknown field `pages`"),
            (
                "from = 'nine'\n[[item]]\npause = 5\n",
                "`nine` is no time of the day",
            ),
        ] {
            let (_, what) = parse(text).unwrap_err();
            assert!(what.contains(told), "{text}: {what}");
        }
        let (at, what) = Agenda::parse("name = 'A day'\ntitle = ''\nminutes = 1\n", 1).unwrap_err();
        assert_eq!(at, 7);
        assert!(what.contains("is no name for an agenda"), "{what}");
    }

    #[test]
    fn times_of_the_day_are_read_and_go_on() {
        assert_eq!(
            Clock::parse("09:05").unwrap().after(60).to_string(),
            "10:05"
        );
        assert_eq!(
            Clock::parse("23:30").unwrap().after(45).to_string(),
            "00:15"
        );
        for wrong in [
            "24:00", "9", "9:5", "09:60", "+9:00", "009:00", ":00", "é:00",
        ] {
            assert!(Clock::parse(wrong).is_err(), "{wrong}");
        }
    }
}
