//! How many minutes a page takes: from its words, its code, its runs, its questions and its exercises.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::book::files;
use crate::book::library::Library;
use crate::model::problem::{Problem, closest, shown};
use crate::model::run::Run;
use crate::site::contents::{self, Listed};
use crate::site::directive::{Directive, MinutesSought, PagePart};
use crate::site::headings::Heading;
use crate::site::links::SUMMARY;
use crate::site::listing;
use crate::site::page::{self, OPTIONS, Page};
use crate::site::question::Question;

/// The average of silent reading of English that is no fiction, over 190 studies; most adults read from 175 to 300.
/// M. Brysbaert, "How many words do we read per minute? A review and meta-analysis of reading rate", Journal of Memory
/// and Language 109 (2019), <https://doi.org/10.1016/j.jml.2019.104047>.
const WORDS_A_MINUTE: f64 = 238.0;
/// Seconds for a line of code. An estimate of ours: we know of no measurement for programs in a textbook. Who reviews
/// code for its mistakes is told to take 7 seconds a line or more, which is 500 lines an hour; who reads for one idea,
/// with the last program in mind, needs less.
const SECONDS_A_LINE: f64 = 5.0;
/// A run is watched as it goes, and looked at once more in its picture or its figures.
const LOOKS: f64 = 2.0;
/// Seconds of the shortest look at a run, however short the run is. An estimate of ours.
const SHORTEST_LOOK: f64 = 5.0;
/// Nobody reads more lines of an output than these.
const LINES_READ: usize = 24;
/// Seconds to choose an answer, when question and choices are read. An estimate of ours.
const SECONDS_TO_CHOOSE: f64 = 30.0;

/// What there is to do for a reader.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Effort {
    pub(crate) words: usize,
    pub(crate) code_lines: usize,
    /// Seconds in which runs are looked at.
    pub(crate) watching: f64,
    pub(crate) questions: usize,
    /// As the authors of the exercises estimate them.
    pub(crate) exercise_minutes: u32,
}

impl Effort {
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            words: self.words + other.words,
            code_lines: self.code_lines + other.code_lines,
            watching: self.watching + other.watching,
            questions: self.questions + other.questions,
            exercise_minutes: self.exercise_minutes + other.exercise_minutes,
        }
    }

    pub(crate) fn minutes(&self) -> f64 {
        let reading = self.words as f64 / WORDS_A_MINUTE;
        let seconds = self.code_lines as f64 * SECONDS_A_LINE
            + self.watching
            + self.questions as f64 * SECONDS_TO_CHOOSE;
        reading + seconds / 60.0 + f64::from(self.exercise_minutes)
    }

    /// Words that are read.
    fn of_words(words: usize) -> Self {
        Self {
            words,
            ..Self::default()
        }
    }

    /// Code that is read, empty lines apart.
    fn of_code(code: &str) -> Self {
        let lines = code.lines().filter(|line| !line.trim().is_empty());
        Self {
            code_lines: lines.count(),
            ..Self::default()
        }
    }

    /// A run that is watched, and whose output is read.
    fn of_run(run: &Run, compiler: &[String]) -> Self {
        let output = run.lines.iter().map(|line| line.text.as_str());
        let output = output.take(LINES_READ);
        let lines = output.chain(compiler.iter().map(String::as_str));
        Self {
            words: lines.map(words_in).sum(),
            watching: LOOKS * run.wall().max(SHORTEST_LOOK),
            ..Self::default()
        }
    }

    fn of_question(question: &Question) -> Self {
        let choices = question.choices.iter().map(|choice| choice.say.as_str());
        let texts = [question.ask.as_str(), question.why.as_str()];
        Self {
            words: texts.into_iter().chain(choices).map(words_in).sum(),
            questions: 1,
            ..Self::default()
        }
    }
}

/// Whole minutes, for people: what takes a moment takes one.
pub(crate) fn whole(minutes: f64) -> u32 {
    (minutes.round() as u32).max(1)
}

/// A heading, and what stands below it up to the next one of any level.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Section {
    /// None for what stands above every heading.
    pub(crate) heading: Option<Heading>,
    core: Effort,
    exercises: Effort,
    further: Effort,
}

impl Section {
    fn of(heading: Option<Heading>) -> Self {
        Self {
            heading,
            core: Effort::default(),
            exercises: Effort::default(),
            further: Effort::default(),
        }
    }

    /// In which part it begins.
    pub(crate) fn of_part(&self, part: PagePart) -> Effort {
        match part {
            PagePart::Core => self.core,
            PagePart::Exercises => self.exercises,
            PagePart::Further => self.further,
        }
    }

    /// What there is to read, to watch and to answer.
    pub(crate) fn reading(&self) -> Effort {
        self.core.and(self.further)
    }

    fn anchor(&self) -> &str {
        self.heading.as_ref().map_or("", |it| &it.anchor)
    }

    fn level(&self) -> usize {
        self.heading.as_ref().map_or(0, |it| it.level)
    }
}

/// A page, measured.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct PageMinutes {
    /// In their order, those within others, too.
    pub(crate) sections: Vec<Section>,
    /// Whether it says where its core ends.
    pub(crate) has_core: bool,
}

impl PageMinutes {
    /// What there is to do in a part of the page.
    pub(crate) fn of_part(&self, part: PagePart) -> Effort {
        let efforts = self.sections.iter().map(|it| it.of_part(part));
        efforts.fold(Effort::default(), Effort::and)
    }

    /// Whether a section after the core has more to read than a word about exercises, or the notes at a page's foot.
    pub(crate) fn has_further(&self) -> bool {
        let none = Effort::default();
        let is_further = |it: &Section| {
            it.core == none && it.exercises == none && it.further != none && it.heading.is_some()
        };
        self.sections.iter().any(is_further)
    }

    /// The section of this anchor with those that stand within it, as a range of `sections`. The page's title is for what
    /// stands above the first section.
    pub(crate) fn section(&self, anchor: &str) -> Option<Range<usize>> {
        let is_it = |it: &Section| it.heading.is_some() && it.anchor() == anchor;
        let start = self.sections.iter().position(is_it)?;
        let level = self.sections[start].level();
        if level == 1 {
            return Some(start..start + 1);
        }
        let mut after = self.sections[start + 1..].iter();
        let within = after.position(|it| it.level() <= level);
        let end = within.map_or(self.sections.len(), |at| start + 1 + at);
        Some(start..end)
    }

    /// All that there is to do in these sections, their exercises, too.
    pub(crate) fn of_all(&self, sections: Range<usize>) -> Effort {
        let efforts = self.sections[sections].iter();
        let efforts = efforts.map(|it| it.reading().and(it.exercises));
        efforts.fold(Effort::default(), Effort::and)
    }

    /// The anchors of all sections.
    pub(crate) fn anchors(&self) -> impl Iterator<Item = &str> {
        let headings = self.sections.iter().filter_map(|it| it.heading.as_ref());
        headings.map(|it| it.anchor.as_str())
    }
}

/// Pages, each measured once, when somebody asks.
#[derive(Debug)]
pub(crate) struct Measured<'a> {
    library: &'a Library,
    listed: OnceCell<Vec<Listed>>,
    /// By their names, without `.md`.
    pages: RefCell<BTreeMap<String, Rc<PageMinutes>>>,
}

impl<'a> Measured<'a> {
    pub(crate) fn new(library: &'a Library) -> Self {
        Self {
            library,
            listed: OnceCell::new(),
            pages: RefCell::default(),
        }
    }

    /// A page that the summary lists: its title, and its minutes.
    ///
    /// # Errors
    /// Where it lists none of this name, or the page cannot be read.
    pub(crate) fn page(&self, slug: &str) -> Result<(&str, Rc<PageMinutes>), Problem> {
        let pages = self
            .listed
            .get_or_init(|| contents::listed(&self.library.house));
        let Some(listed) = pages.iter().find(|page| page.slug == slug) else {
            let slugs = pages.iter().map(|page| page.slug.as_str());
            let help = match closest(slug, slugs) {
                Some(close) => format!("did you mean `{close}`?"),
                None => format!("name a page that {SUMMARY} lists, without `.md`"),
            };
            let what = format!("there is no page `{}`", shown(slug));
            return Err(Problem::nowhere(what, help));
        };
        let known = self.pages.borrow().get(slug).cloned();
        let page = match known {
            Some(page) => page,
            None => {
                let page = Rc::new(of(self.library, slug)?);
                let mut pages = self.pages.borrow_mut();
                pages.insert(slug.to_owned(), page.clone());
                page
            }
        };
        Ok((&listed.title, page))
    }
}

/// The minutes that are sought.
///
/// # Errors
/// Where there is no such page or section, or nothing in it that takes time.
pub(crate) fn sought(measured: &Measured<'_>, sought: &MinutesSought) -> Result<f64, Problem> {
    let MinutesSought {
        page,
        section,
        part,
    } = sought;
    let (_, minutes) = measured.page(page)?;
    let effort = match section {
        None => minutes.of_part(*part),
        Some(anchor) => reading_of(page, &minutes, anchor)?,
    };
    if effort == Effort::default() {
        let what = format!("nothing on the page `{page}` takes time in that part");
        return Err(Problem::nowhere(what, "leave it out"));
    }
    Ok(effort.minutes())
}

/// What there is to read, to watch and to answer in a section and those within it.
///
/// # Errors
/// Where the page has no such section.
pub(crate) fn reading_of(
    slug: &str,
    measured: &PageMinutes,
    anchor: &str,
) -> Result<Effort, Problem> {
    let range = measured.section(anchor).ok_or_else(|| {
        let help = match closest(anchor, measured.anchors()) {
            Some(close) => format!("did you mean `{close}`?"),
            None => "open the page and copy what stands behind the `#` in the link of the heading"
                .to_owned(),
        };
        let what = format!("the page `{slug}` has no section `{}`", shown(anchor));
        Problem::nowhere(what, help)
    })?;
    let efforts = measured.sections[range].iter().map(Section::reading);
    Ok(efforts.fold(Effort::default(), Effort::and))
}

/// The minutes of the page `book/SLUG.md`.
///
/// # Errors
/// Where the page cannot be read.
fn of(library: &Library, slug: &str) -> Result<PageMinutes, Problem> {
    let path = format!("book/{slug}.md");
    let text = files::text(&library.house.absolute(&path));
    let text = text.map_err(|error| error.problem(&path, "the page"))?;
    Ok(of_page(library, &text, &page::parse(&path, &text)))
}

/// The minutes of a page that stands in `text`.
pub(crate) fn of_page(library: &Library, text: &str, page: &Page) -> PageMinutes {
    measure(text, page, &|directive| of_directive(library, directive))
}

/// What there is to do where a directive stands. What is not there takes no time: that is told elsewhere.
pub(crate) fn of_directive(library: &Library, directive: &Directive) -> Effort {
    let code_of = |path: &str, part: Option<&str>| {
        let code = listing::code(library, path, part);
        code.map(|code| Effort::of_code(&code)).unwrap_or_default()
    };
    match directive {
        Directive::Snippet {
            id,
            part,
            code,
            run,
            ..
        } => {
            let mut effort = Effort::default();
            if *code && let Some(snippet) = library.snippet(id) {
                effort = effort.and(code_of(&snippet.source, part.as_deref()));
            }
            if *run && let Some(recording) = library.recording(id) {
                effort = effort.and(Effort::of_run(&recording.run, &recording.compiler));
            }
            effort
        }
        Directive::Source { path, part } => code_of(path, part.as_deref()),
        Directive::Diff { from, to } => {
            let snippets = library.snippet(from).zip(library.snippet(to));
            let changes = snippets.and_then(|(from, to)| listing::changes(library, from, to).ok());
            let changes = changes.unwrap_or_default();
            let changed = changes.lines().filter(|line| line.starts_with(['+', '-']));
            Effort::of_code(&changed.collect::<Vec<_>>().join("\n"))
        }
        // The runs are known: it is their picture that is looked at.
        Directive::Compare(_) => Effort {
            watching: LOOKS * SHORTEST_LOOK,
            ..Effort::default()
        },
        Directive::Exercise(id) => Effort {
            exercise_minutes: library.exercise(id).map_or(0, |it| it.spec.minutes),
            ..Effort::default()
        },
        Directive::Predict(question) => Effort::of_question(question),
        Directive::Value(..) | Directive::Fact(_) | Directive::Minutes(_) => Effort::of_words(1),
        Directive::Next | Directive::Progress | Directive::Notes(_) | Directive::Agenda(_) => {
            Effort::default()
        }
    }
}

/// Measures a page: its words by themselves, what its directives show by `effort`. Pure.
pub(crate) fn measure(
    text: &str,
    page: &Page,
    effort: &dyn Fn(&Directive) -> Effort,
) -> PageMinutes {
    let mut headings = page.headings.iter();
    let mut starts = vec![0];
    let mut sections = vec![Section::of(None)];
    for placed in headings.by_ref() {
        starts.push(placed.range.start);
        sections.push(Section::of(Some(placed.what.clone())));
    }
    let is_next = |it: &&page::Placed<Directive>| matches!(it.what, Directive::Next);
    let next = page.directives.iter().find(is_next);
    let core_ends = next.map_or(text.len(), |it| it.range.start);
    let mut add = |at: usize, effort: Effort, is_exercise: bool| {
        let section = starts.partition_point(|start| *start <= at) - 1;
        let section = &mut sections[section];
        let part = match is_exercise {
            true => &mut section.exercises,
            false if at < core_ends => &mut section.core,
            false => &mut section.further,
        };
        *part = part.and(effort);
    };
    for placed in &page.directives {
        let is_exercise = matches!(placed.what, Directive::Exercise(_));
        add(placed.range.start, effort(&placed.what), is_exercise);
    }
    let blank = without_directives(text, page);
    let mut in_code = false;
    for (event, range) in Parser::new_ext(&blank, OPTIONS).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(code) if in_code => add(range.start, Effort::of_code(&code), false),
            Event::Text(words) | Event::Code(words) => {
                add(range.start, Effort::of_words(words_in(&words)), false);
            }
            _ => {}
        }
    }
    PageMinutes {
        sections,
        has_core: next.is_some(),
    }
}

/// The page with blanks in the place of its directives, so that all else stands where it stood.
fn without_directives(text: &str, page: &Page) -> String {
    let mut blank = text.to_owned();
    for placed in &page.directives {
        let inside = &text[placed.range.clone()];
        let mut bytes = inside.as_bytes().to_owned();
        bytes
            .iter_mut()
            .filter(|it| **it != b'\n')
            .for_each(|it| *it = b' ');
        if let Some(first) = bytes.first_mut().filter(|_| !placed.what.shows()) {
            // A line that begins with blanks alone would be code.
            *first = b',';
        }
        let bytes = String::from_utf8(bytes).expect("it is blank");
        blank.replace_range(placed.range.clone(), &bytes);
    }
    blank
}

/// Words that have a letter or a digit.
fn words_in(text: &str) -> usize {
    let is_word = |word: &&str| word.contains(char::is_alphanumeric);
    text.split_whitespace().filter(is_word).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program takes 12 lines, a question 10 words, an exercise 5 minutes.
    fn effort(directive: &Directive) -> Effort {
        match directive {
            Directive::Snippet { .. } => Effort {
                code_lines: 12,
                ..Effort::default()
            },
            Directive::Exercise(_) => Effort {
                exercise_minutes: 5,
                ..Effort::default()
            },
            Directive::Value(..) => Effort::of_words(1),
            _ => Effort::default(),
        }
    }

    fn measured(text: &str) -> PageMinutes {
        let page = page::parse("book/a.md", text);
        assert_eq!(page.problems, []);
        measure(text, &page, &effort)
    }

    const PAGE: &str = "# One title\n\nTwo words, `three` - {{#value a/main wall}}.\n\n## Code\n\n\
        {{#snippet a/main}}\n\n```console\ncargo run\n\ncargo test\n```\n\n```notes\nNobody reads these.\n```\n\n\
        ### Within\n\n| a | b |\n|---|---|\n| c | d |\n\n## End\n\nOne more.\n\n{{#next}}\n\nAfter it all.\n\n\
        ## Exercises\n\n{{#exercise a/b}}\n\n{{#exercise a/c}}\n\n## Further\n\n[A link](b.md) here.[^1]\n\n[^1]: A note.\n";

    #[test]
    fn each_kind_of_effort_has_its_minutes() {
        let no = Effort::default();
        assert_eq!(no.minutes(), 0.0);
        let of = |effort: Effort| (effort.minutes() * 60.0).round();
        assert_eq!(of(Effort { words: 238, ..no }), 60.0);
        assert_eq!(
            of(Effort {
                code_lines: 12,
                ..no
            }),
            60.0
        );
        assert_eq!(
            of(Effort {
                watching: 7.0,
                ..no
            }),
            7.0
        );
        assert_eq!(of(Effort { questions: 2, ..no }), 60.0);
        assert_eq!(
            of(Effort {
                exercise_minutes: 3,
                ..no
            }),
            180.0
        );
        let all = Effort {
            words: 119,
            code_lines: 6,
            watching: 10.0,
            questions: 1,
            exercise_minutes: 1,
        };
        assert_eq!(of(all), 30.0 + 30.0 + 10.0 + 30.0 + 60.0);
        assert_eq!(of(all.and(all)), 2.0 * of(all));
    }

    #[test]
    fn words_code_and_exercises_are_counted_in_their_sections_and_parts() {
        let page = measured(PAGE);
        let told: Vec<_> = page
            .sections
            .iter()
            .map(|it| {
                let Section {
                    core,
                    further,
                    exercises,
                    ..
                } = it;
                let lines = core.code_lines + further.code_lines;
                (
                    it.anchor(),
                    core.words,
                    further.words,
                    lines,
                    exercises.exercise_minutes,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("", 0, 0, 0, 0),
                ("one-title", 6, 0, 0, 0),
                ("code", 1, 0, 14, 0),
                ("within", 5, 0, 0, 0),
                ("end", 3, 3, 0, 0),
                ("exercises", 0, 1, 0, 10),
                ("further", 0, 6, 0, 0),
            ]
        );
        assert!(page.has_core);
        assert_eq!(page.of_part(PagePart::Core).words, 15);
        assert_eq!(page.of_part(PagePart::Core).code_lines, 14);
        assert_eq!(page.of_part(PagePart::Exercises).minutes(), 10.0);
        assert_eq!(page.of_part(PagePart::Further).words, 10);
        assert_eq!(page.of_all(5..6).exercise_minutes, 10);
        assert_eq!(page.of_all(4..7).words, 13);
        assert!(page.has_further());
        let short = "# A\n\nOne.[^1]\n\n{{#next}}\n\n## Exercises\n\nTry.\n\n{{#exercise a/b}}\n\n[^1]: A note.\n";
        assert!(!measured(short).has_further());
        assert!(!measured("# A\n\nOne.\n").has_core);
        assert_eq!(measured("# A\n\nOne.\n").of_part(PagePart::Core).words, 2);
    }

    #[test]
    fn a_section_has_those_within_it() {
        let page = measured(PAGE);
        assert_eq!(page.section("code"), Some(2..4));
        assert_eq!(page.section("within"), Some(3..4));
        assert_eq!(page.section("one-title"), Some(1..2));
        assert_eq!(page.section("further"), Some(6..7));
        assert_eq!(page.section(""), None);
        assert_eq!(page.section("milk"), None);
    }

    #[test]
    fn a_run_is_looked_at_twice_and_its_output_read_as_far_as_anybody_reads() {
        let recording = crate::model::recording::tests::recording(&["a cup", "poured"]);
        let mut run = recording.run;
        assert!(run.wall() < SHORTEST_LOOK);
        let short = Effort::of_run(&run, &["error: no tea".to_owned()]);
        assert_eq!(short.words, 6);
        assert_eq!(short.watching, 2.0 * SHORTEST_LOOK);
        let line = run.lines[0].clone();
        run.lines = vec![line; 1_000];
        run.figures.wall = Some(20.0);
        let long = Effort::of_run(&run, &[]);
        assert_eq!(long.words, 2 * LINES_READ);
        assert_eq!(long.watching, 40.0);
    }

    #[test]
    fn a_question_is_read_and_chosen() {
        let text = "ask = 'how long?'\nrun = 'tea/main'\nwhy = 'it waits'\nchoice = [{ say = 'a second', when = \
                    'wall < 2' }, { say = 'more', when = 'wall > 2' }]";
        let effort = Effort::of_question(&Question::parse(text).unwrap());
        assert_eq!((effort.words, effort.questions), (7, 1));
    }

    #[test]
    fn minutes_are_rounded_for_people() {
        assert_eq!([0.0, 0.4, 1.4, 1.6, 30.5].map(whole), [1, 1, 1, 2, 31]);
    }
}
