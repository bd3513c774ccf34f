//! The picture of a run: lanes over time, as one inline SVG. A thin bar while a future is alive, a solid one
//! while it computes in a poll, a hatched one while it holds its thread asleep, a hollow one while it waits for
//! something that has a name, a tick where it was woken, a cross where it was dropped. Pure: lanes in, text out.
//!
//! Places are percentages, so that the plot takes the width it is given while text and bars keep their size:
//! legible on a phone as on a wall. The names stand in the padding on the left, which the stylesheet gives.
//!
//! Below the plot may stand a strip that shows a window of it once more, as wide as all of it: with an axis of its own,
//! and the lanes to which something happens there. It is drawn as the plot is, on another axis.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use crate::model::run::Run;
use crate::model::timeline::{Activity, Bar, Lane, LaneEnd, NamedWait, WaitEnd};
use crate::model::units::{self, seconds};
use crate::site::html::escape;

/// Pixels from lane to lane.
const ROW: usize = 22;
const HEADING: usize = 26;
/// More lanes than this are folded: this many are drawn before the fold, and after it.
const LANES: usize = 20;
const BEFORE: usize = 12;
const AFTER: usize = 4;

/// A cross, and a warning sign, around the point where a lane ended.
const DROP: &str = "<path class=\"drop\" d=\"M-4 -4l8 8m0 -8l-8 8\"/>";
const PANIC: &str = "<path class=\"panic\" d=\"M0 -8l8 14h-16z\"/>";

/// Pixels for the names on the left, at least and at most, and those of one letter.
const GUTTER: usize = 92;
const WIDE_GUTTER: usize = 132;
const LETTER: usize = 7;

/// Pixels of the plot, as good as always, and where the page is no wider than a phone. What a lane waits for is written
/// into its bar where it fits; in a style sheet, `.roomy` is what fits only into the former.
const PLOT: f64 = 440.0;
const NARROW_PLOT: f64 = 165.0;

/// One run in a picture.
#[derive(Debug)]
pub(crate) struct PicturedRun<'a> {
    /// Empty where there is but one.
    pub(crate) heading: &'a str,
    pub(crate) lanes: &'a [Lane],
    /// Seconds from start to end.
    pub(crate) wall: f64,
    /// What a poll does that is still open.
    pub(crate) open: Activity,
    /// Whether it was stopped at its deadline.
    pub(crate) at_deadline: bool,
}

impl<'a> PicturedRun<'a> {
    /// A run that is over.
    pub(crate) fn of(heading: &'a str, run: &'a Run) -> Self {
        Self {
            heading,
            lanes: &run.timeline,
            wall: run.wall(),
            open: run.ending.activity(),
            at_deadline: run.ending.is_at_deadline(),
        }
    }

    fn is_asleep(&self, bar: &Bar) -> bool {
        bar.activity(self.open) == Activity::Asleep
    }
}

/// A piece of a run that is drawn once more, larger.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Window {
    /// Seconds from the start of the run.
    pub(crate) from: f64,
    pub(crate) to: f64,
    /// The moment from which its axis counts, likewise.
    pub(crate) zero: f64,
}

impl Window {
    /// Pixels from the plot to the strip: for the plot's axis, and for the lines that lead from one to the other.
    const ABOVE: usize = 34;
    /// More lanes are no closer look.
    pub(crate) const LANES: usize = 12;

    /// The lanes to which something happens in it.
    pub(crate) fn lanes<'a>(&self, run: &PicturedRun<'a>) -> Vec<&'a Lane> {
        let axis = self.axis();
        let happens = |lane: &&Lane| {
            let mut instants = lane.wakes.iter().chain([&lane.from, &lane.to]);
            let mut waits = lane.waits.iter().flat_map(|wait| [wait.from, wait.to]);
            instants.any(|t| axis.shows(*t, *t))
                || waits.any(|t| axis.shows(t, t))
                || (lane.bars.iter())
                    .any(|bar| axis.shows(bar.from, bar.from + bar.length(run.wall)))
        };
        run.lanes.iter().filter(happens).collect()
    }

    fn axis(&self) -> Axis {
        Axis {
            from: self.from,
            to: self.to,
            whole: false,
        }
    }
}

/// From which moment to which a plot goes.
#[derive(Debug)]
struct Axis {
    from: f64,
    to: f64,
    /// Whether that is all of the run.
    whole: bool,
}

impl Axis {
    fn of_all(end: f64) -> Self {
        Self {
            from: 0.0,
            to: end,
            whole: true,
        }
    }

    fn length(&self) -> f64 {
        self.to - self.from
    }

    /// The place of a moment, or the nearest that there is.
    fn at(&self, t: f64) -> String {
        percent(t - self.from, self.length())
    }

    /// Whether any of it is on the plot.
    fn shows(&self, from: f64, to: f64) -> bool {
        self.whole || (to >= self.from && from <= self.to)
    }

    /// What is on the plot of a stretch that it shows.
    fn cut(&self, from: f64, to: f64) -> (f64, f64) {
        (from.max(self.from), to.min(self.to))
    }
}

/// What the legend has to explain, because it was drawn.
#[derive(Debug, Default)]
struct Legend<'a> {
    unpolled: bool,
    alive: bool,
    poll: bool,
    asleep: bool,
    /// What was waited for.
    waits: Vec<&'a str>,
    wake: bool,
    drop: bool,
    panic: bool,
    open: bool,
    /// Not all polls of some lane.
    some: bool,
}

/// Draws runs on one time axis. `id` makes the pattern's name unique on its page.
pub(crate) fn svg(title: &str, runs: &[PicturedRun<'_>], id: &str) -> String {
    svg_until(title, runs, id, 0.0)
}

/// The same, with an axis that is at least so many seconds long.
pub(crate) fn svg_until(title: &str, runs: &[PicturedRun<'_>], id: &str, until: f64) -> String {
    whole(title, runs, id, until, None)
}

/// Draws a run, and below it a strip with what happens in a window of it.
pub(crate) fn svg_closer(title: &str, run: &PicturedRun<'_>, id: &str, window: &Window) -> String {
    whole(title, std::slice::from_ref(run), id, 0.0, Some(window))
}

fn whole(
    title: &str,
    runs: &[PicturedRun<'_>],
    id: &str,
    until: f64,
    window: Option<&Window>,
) -> String {
    let end = runs
        .iter()
        .map(|run| run.wall)
        .fold(until, f64::max)
        .max(1e-6);
    let axis = Axis::of_all(end);
    let gutter = gutter(runs);
    let mut plot = String::new();
    let mut labels = String::new();
    let mut drawn = Legend::default();
    let mut y = 6;
    for run in runs {
        if !run.heading.is_empty() {
            let baseline = y + 14;
            write!(
                labels,
                "<text class=\"heading\" x=\"-{gutter}\" y=\"{baseline}\">{}</text>",
                escape(run.heading)
            )
            .unwrap();
            y += HEADING;
        }
        let top = y;
        let (before, after) = fold(run.lanes.len());
        for lane in &run.lanes[..before] {
            row(&mut plot, &mut labels, &mut drawn, lane, run, &axis, y, id);
            y += ROW;
        }
        let folded = &run.lanes[before..run.lanes.len() - after];
        if !folded.is_empty() {
            folded_row(&mut plot, &mut labels, folded, &axis, y);
            y += ROW;
        }
        for lane in &run.lanes[run.lanes.len() - after..] {
            row(&mut plot, &mut labels, &mut drawn, lane, run, &axis, y, id);
            y += ROW;
        }
        // A run that is under way may have no lane yet: there is room for the first.
        y = y.max(top + ROW);
        let at = axis.at(run.wall);
        write!(
            plot,
            "<line class=\"end\" x1=\"{at}\" x2=\"{at}\" y1=\"{top}\" y2=\"{y}\"/>"
        )
        .unwrap();
        let baseline = y - 7;
        write!(
            plot,
            "<text class=\"total\" x=\"{at}\" dx=\"6\" y=\"{baseline}\">{}</text>",
            seconds(run.wall)
        )
        .unwrap();
        y += 8;
    }
    let mut grid = String::new();
    let mut strip = String::new();
    let (mut bottom, mut closer) = (y, String::new());
    if let (Some(window), [run]) = (window, runs) {
        let top = y + Window::ABOVE;
        lead(&mut grid, window, &axis, y, top);
        bottom = self::strip(&mut strip, &mut labels, &mut drawn, run, window, top, id);
        let (height, Window { from, to, .. }) = (bottom - top, window);
        closer = format!(" data-closer=\"{top} {height} {from} {to}\"");
    }
    let ticks = ticks(end);
    let labels_of_ticks: Vec<_> = ticks.iter().map(|tick| axis_label(*tick, end)).collect();
    let letters = labels_of_ticks.iter().map(|label| label.width()).max();
    // About six pixels a letter, and some between them.
    let crowded =
        letters.unwrap_or(0) as f64 * 6.0 + 4.0 > NARROW_PLOT * round_step(end, 5.0) / end;
    for (n, (tick, label)) in ticks.iter().zip(&labels_of_ticks).enumerate() {
        let class = match crowded && n % 2 == 1 {
            true => "axis roomy",
            false => "axis",
        };
        grid_line(&mut grid, &axis.at(*tick), (0, y), class, label);
    }
    let style = match gutter {
        GUTTER => String::new(),
        wide => format!(" style=\"padding-left:{wide}px\""),
    };
    let (legend, rows) = legend(&drawn, gutter, bottom + 22, id);
    let height = bottom + 24 + rows * 20;
    let pattern = format!(
        "<defs><pattern id=\"hatch-{id}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate(45)\"><rect class=\"hatch-ground\" width=\"6\" height=\"6\"/>\
         <rect class=\"hatch-line\" width=\"2.4\" height=\"6\"/></pattern></defs>"
    );
    format!(
        "<svg class=\"timeline\" role=\"img\" width=\"100%\" height=\"{height}\" \
         data-end=\"{end}\" data-plot=\"{y}\"{closer}{style} xmlns=\"http://www.w3.org/2000/svg\"><title>{}</title><desc>{}</desc>{pattern}{labels}\
         {grid}{plot}{strip}{legend}</svg>",
        escape(title),
        escape(&description(runs, window)),
    )
}

fn grid_line(grid: &mut String, at: &str, (top, bottom): (usize, usize), class: &str, label: &str) {
    let baseline = bottom + 14;
    write!(
        grid,
        "<line class=\"grid\" x1=\"{at}\" x2=\"{at}\" y1=\"{top}\" y2=\"{bottom}\"/>\
         <text class=\"{class}\" x=\"{at}\" y=\"{baseline}\">{label}</text>"
    )
    .unwrap();
}

/// Marks a window in the plot, which ends at `bottom`, and leads from there to the corners of the strip.
fn lead(grid: &mut String, window: &Window, axis: &Axis, bottom: usize, top: usize) {
    let (from, to) = (axis.at(window.from), axis.at(window.to));
    let width = percent(window.to - window.from, axis.length());
    write!(
        grid,
        "<rect class=\"window\" x=\"{from}\" width=\"{width}\" y=\"0\" height=\"{bottom}\"/>\
         <line class=\"lead\" x1=\"{from}\" x2=\"0%\" y1=\"{bottom}\" y2=\"{top}\"/>\
         <line class=\"lead\" x1=\"{to}\" x2=\"100%\" y1=\"{bottom}\" y2=\"{top}\"/>"
    )
    .unwrap();
}

/// What happens in a window, from `y` on. Also where it ends.
fn strip<'a>(
    plot: &mut String,
    labels: &mut String,
    drawn: &mut Legend<'a>,
    run: &PicturedRun<'a>,
    window: &Window,
    y: usize,
    id: &str,
) -> usize {
    let axis = window.axis();
    let lanes = window.lanes(run);
    let (first, bottom) = (y + 6, y + 6 + lanes.len() * ROW + 2);
    let height = bottom - y;
    write!(
        plot,
        "<g class=\"strip\"><rect class=\"ground\" x=\"0%\" width=\"100%\" y=\"{y}\" height=\"{height}\"/>"
    )
    .unwrap();
    let ticks = strip_ticks(window);
    let crowded = ticks.len() > 3;
    for (n, tick, label) in ticks {
        let class = match crowded && n % 2 != 0 {
            true => "axis roomy",
            false => "axis",
        };
        grid_line(plot, &axis.at(tick), (y, bottom), class, &label);
    }
    for (at, lane) in lanes.into_iter().enumerate() {
        row(plot, labels, drawn, lane, run, &axis, first + at * ROW, id);
    }
    plot.push_str("</g>");
    bottom
}

/// Round times from the window's zero on, in both directions, numbered from there. A phone has room for every other.
fn strip_ticks(window: &Window) -> Vec<(i32, f64, String)> {
    let length = window.to - window.from;
    let step = round_step(length, 7.0);
    let label = |n: i32| match n {
        0 => moment(window.zero),
        n => {
            let sign = if n < 0 { '−' } else { '+' };
            let apart = axis_label(f64::from(n.abs()) * step, length);
            format!("{sign}{apart}")
        }
    };
    let first = ((window.from - window.zero) / step).ceil() as i32;
    let last = ((window.to - window.zero) / step).floor() as i32;
    let tick = |n: i32| (n, window.zero + f64::from(n) * step, label(n));
    (first..=last).map(tick).collect()
}

/// A moment of a run to the tenth of a millisecond: what is near it is told from there.
fn moment(t: f64) -> String {
    match t {
        t if t >= 0.1 => format!("{t:.4} s"),
        t => format!("{:.1} ms", t * 1e3),
    }
}

/// How many lanes are drawn before the fold and after it.
fn fold(lanes: usize) -> (usize, usize) {
    if lanes <= LANES {
        (lanes, 0)
    } else {
        (BEFORE, AFTER)
    }
}

fn percent(t: f64, end: f64) -> String {
    let text = format!("{:.3}", (t / end * 100.0).clamp(0.0, 100.0));
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text}%")
}

#[allow(
    clippy::too_many_arguments,
    reason = "one row of one figure: all of it is needed, once"
)]
fn row<'a>(
    plot: &mut String,
    labels: &mut String,
    drawn: &mut Legend<'a>,
    lane: &'a Lane,
    run: &PicturedRun<'_>,
    axis: &Axis,
    y: usize,
    id: &str,
) {
    let middle = y + ROW / 2;
    label(labels, &lane.name, middle);
    let open = lane.end == LaneEnd::Open;
    if lane.polls > 0 || lane.bars.is_empty() {
        // A future that is made and not yet polled has not begun.
        let begun = lane.bars.first().map_or(lane.to, |bar| bar.from);
        if begun - lane.from > axis.length() * 0.01 && axis.shows(lane.from, begun) {
            drawn.unpolled = true;
            line(plot, "unpolled", axis, lane.from, begun, middle);
        }
        if lane.to > begun && axis.shows(begun, lane.to) {
            drawn.alive = true;
            let cut = open && run.at_deadline;
            let class = if cut { "life open" } else { "life" };
            line(plot, class, axis, begun, lane.to, middle);
        }
    }
    let waits = || (lane.waits.iter()).filter(|wait| axis.shows(wait.from, wait.to));
    for wait in waits() {
        if !drawn.waits.contains(&wait.what.as_str()) {
            drawn.waits.push(&wait.what);
        }
        hollow(plot, wait, axis, middle);
    }
    for bar in &lane.bars {
        let until = bar.from + bar.length(run.wall);
        if !axis.shows(bar.from, until) {
            continue;
        }
        let (class, fill) = if run.is_asleep(bar) {
            drawn.asleep = true;
            ("poll asleep", format!(" fill=\"url(#hatch-{id})\""))
        } else {
            drawn.poll = true;
            ("poll", String::new())
        };
        // Nothing is drawn of a bar without width, not even its stroke.
        let (from, until) = axis.cut(bar.from, until);
        let width = percent((until - from).max(axis.length() * 1e-4), axis.length());
        let top = middle - 7;
        write!(
            plot,
            "<rect class=\"{class}\"{fill} x=\"{}\" width=\"{width}\" y=\"{top}\" height=\"14\"/>",
            axis.at(from)
        )
        .unwrap();
    }
    // On top of the polls in between.
    for wait in waits() {
        words_in_bar(plot, lane, wait, run.wall, axis, middle);
    }
    for wake in lane.wakes.iter().filter(|wake| axis.shows(**wake, **wake)) {
        drawn.wake = true;
        let (top, bottom) = (middle - 11, middle - 6);
        let x = axis.at(*wake);
        write!(
            plot,
            "<line class=\"wake\" x1=\"{x}\" x2=\"{x}\" y1=\"{top}\" y2=\"{bottom}\"/>"
        )
        .unwrap();
    }
    drawn.some |= lane.bars.len() < usize::try_from(lane.polls).unwrap_or(usize::MAX);
    if !axis.shows(lane.to, lane.to) {
        return;
    }
    let mark = match lane.end {
        LaneEnd::Dropped => {
            drawn.drop = true;
            DROP
        }
        LaneEnd::Panicked => {
            drawn.panic = true;
            PANIC
        }
        LaneEnd::Ready | LaneEnd::Open => "",
    };
    if !mark.is_empty() {
        // A nested SVG, because a path knows no percentages.
        write!(
            plot,
            "<svg x=\"{}\" y=\"{middle}\" overflow=\"visible\">{mark}</svg>",
            axis.at(lane.to)
        )
        .unwrap();
    }
    if open && run.at_deadline {
        drawn.open = true;
        let (top, bottom) = (middle - 8, middle + 8);
        let x = axis.at(lane.to);
        write!(
            plot,
            "<line class=\"stop\" x1=\"{x}\" x2=\"{x}\" y1=\"{top}\" y2=\"{bottom}\"/>"
        )
        .unwrap();
    }
}

fn line(plot: &mut String, class: &str, axis: &Axis, from: f64, to: f64, y: usize) {
    let (from, to) = (axis.at(from), axis.at(to));
    write!(
        plot,
        "<line class=\"{class}\" x1=\"{from}\" x2=\"{to}\" y1=\"{y}\" y2=\"{y}\"/>"
    )
    .unwrap();
}

/// The bar of a wait, in the place of the thin one.
fn hollow(plot: &mut String, wait: &NamedWait, axis: &Axis, middle: usize) {
    let (from, to) = axis.cut(wait.from, wait.to);
    let (x, width) = (axis.at(from), percent(to - from, axis.length()));
    let (top, told) = (middle - 4, escape(&told(wait)));
    write!(
        plot,
        "<rect class=\"waits\" x=\"{x}\" width=\"{width}\" y=\"{top}\" height=\"8\"><title>{told}</title></rect>"
    )
    .unwrap();
}

/// What the wait is for, across its bar, where there is room between the polls and wakes.
fn words_in_bar(
    plot: &mut String,
    lane: &Lane,
    wait: &NamedWait,
    wall: f64,
    axis: &Axis,
    middle: usize,
) {
    let words = format!("waits for {}", wait.what);
    // About six pixels a letter, and some of the bar on both sides.
    let needed = (words.width() * 6 + 24) as f64;
    let (from, to) = longest_rest(lane, axis.cut(wait.from, wait.to), wall);
    let share = (to - from) / axis.length();
    let class = match () {
        () if share * NARROW_PLOT >= needed => "for",
        () if share * PLOT >= needed => "for roomy",
        () => return,
    };
    let (x, y) = (axis.at((from + to) / 2.0), middle + 4);
    let words = escape(&words);
    write!(
        plot,
        "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{words}</text>"
    )
    .unwrap();
}

/// The longest piece of a stretch in which its lane is neither polled nor woken.
fn longest_rest(lane: &Lane, (from, to): (f64, f64), wall: f64) -> (f64, f64) {
    let polls = lane.bars.iter();
    let polls = polls.map(|bar| (bar.from, bar.from + bar.length(wall)));
    let wakes = lane.wakes.iter().map(|wake| (*wake, *wake));
    let mut taken: Vec<_> = polls.chain(wakes).chain([(to, to)]).collect();
    taken.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let (mut longest, mut free) = ((from, from), from);
    for (begin, end) in taken {
        if begin.min(to) - free > longest.1 - longest.0 {
            longest = (free, begin.min(to));
        }
        free = free.max(end);
    }
    longest
}

/// A wait in words.
fn told(wait: &NamedWait) -> String {
    let (what, long) = (&wait.what, seconds(wait.to - wait.from));
    match wait.end {
        WaitEnd::Got => format!("waits for {what} for {long}"),
        WaitEnd::GaveUp => format!("waits for {what} for {long}, and gives up"),
        WaitEnd::Open => format!("waits for {what} for {long}, and has not got it"),
    }
}

/// As wide as the longest name that is drawn needs it.
fn gutter(runs: &[PicturedRun<'_>]) -> usize {
    let lanes = runs.iter().flat_map(|run| run.lanes);
    let longest = lanes.map(|lane| lane.name.width()).max();
    (longest.unwrap_or(0) * LETTER + 10).clamp(GUTTER, WIDE_GUTTER)
}

fn label(labels: &mut String, name: &str, middle: usize) {
    const LETTERS: usize = 18;
    let mut short = name.to_owned();
    if name.width() > LETTERS {
        while short.width() > LETTERS - 1 {
            short.pop();
        }
        short.push('…');
    }
    let baseline = middle + 4;
    write!(
        labels,
        "<text class=\"label\" x=\"-10\" y=\"{baseline}\">{}</text>",
        escape(&short)
    )
    .unwrap();
}

/// One row for all lanes that are not drawn: from the first beginning to the last end.
fn folded_row(plot: &mut String, labels: &mut String, lanes: &[Lane], axis: &Axis, y: usize) {
    let middle = y + ROW / 2;
    let from = lanes.iter().map(|lane| lane.from).fold(f64::MAX, f64::min);
    let to = lanes.iter().map(|lane| lane.to).fold(0.0, f64::max);
    label(
        labels,
        &format!("{} more", units::thousands(lanes.len() as u64)),
        middle,
    );
    for offset in [-4i64, 0, 4] {
        let y = middle as i64 + offset;
        write!(
            plot,
            "<line class=\"life folded\" x1=\"{}\" x2=\"{}\" y1=\"{y}\" y2=\"{y}\"/>",
            axis.at(from),
            axis.at(to)
        )
        .unwrap();
    }
}

/// Round times, three to six of them, from 0 on.
fn ticks(end: f64) -> Vec<f64> {
    let step = round_step(end, 5.0);
    let count = (end / step * 1.0001).floor() as u32;
    (0..=count).map(|n| f64::from(n) * step).collect()
}

/// A round time of which so many at most make up `length`.
fn round_step(length: f64, most: f64) -> f64 {
    let magnitude = 10f64.powf((length / 4.0).log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0]
        .map(|factor| factor * magnitude)
        .into_iter()
        .find(|step| length / step <= most)
        .unwrap_or(length)
}

/// All labels of an axis that ends at `end` have one unit.
fn axis_label(t: f64, end: f64) -> String {
    let trim = |text: String| text.trim_end_matches('0').trim_end_matches('.').to_owned();
    if t == 0.0 {
        "0".to_owned()
    } else if end >= 0.2499 {
        format!("{} s", trim(format!("{t:.3}")))
    } else if end >= 0.001 {
        format!("{} ms", trim(format!("{:.2}", t * 1e3)))
    } else {
        format!("{} µs", trim(format!("{:.2}", t * 1e6)))
    }
}

/// Explains what was drawn, and nothing else. Also how many rows it took.
fn legend(drawn: &Legend<'_>, gutter: usize, y: usize, id: &str) -> (String, usize) {
    let mut text = format!("<g class=\"legend\" transform=\"translate(-{gutter} {y})\">");
    let (mut x, mut row) = (0, 0);
    let mut entry = |shown: bool, mark: &str, mark_width: usize, words: &str| {
        if !shown {
            return;
        }
        // About seven pixels a letter; on a phone the plot is 300 wide.
        let width = mark_width + 8 + words.width() * 7 + 16;
        if x + width > 320 && x > 0 {
            (x, row) = (0, row + 1);
        }
        let (words_at, words) = (mark_width + 6, escape(words));
        write!(
            text,
            "<g transform=\"translate({x} {})\">{mark}<text x=\"{words_at}\" y=\"15\">{words}</text></g>",
            row * 20
        )
        .unwrap();
        x += width;
    };
    let life = "<line class=\"life\" x1=\"0\" x2=\"22\" y1=\"11\" y2=\"11\"/>";
    let unpolled = life.replace("life", "unpolled");
    entry(drawn.unpolled, &unpolled, 22, "made, not polled yet");
    entry(drawn.alive, life, 22, "alive");
    let waits = "<rect class=\"waits\" x=\"1\" y=\"7\" width=\"20\" height=\"8\"/>";
    entry(!drawn.waits.is_empty(), waits, 22, &waits_for(&drawn.waits));
    let poll = "<rect class=\"poll\" x=\"1\" y=\"4\" width=\"10\" height=\"14\"/>";
    entry(drawn.poll, poll, 12, "runs");
    let asleep = format!(
        "<rect class=\"poll asleep\" fill=\"url(#hatch-{id})\" x=\"1\" y=\"4\" width=\"18\" height=\"14\"/>"
    );
    entry(drawn.asleep, &asleep, 20, "holds its thread asleep");
    entry(
        drawn.wake,
        "<line class=\"wake\" x1=\"2\" x2=\"2\" y1=\"8\" y2=\"13\"/>",
        4,
        "woken",
    );
    let at_left = |mark: &str| format!("<g transform=\"translate(8 11)\">{mark}</g>");
    entry(drawn.drop, &at_left(DROP), 14, "dropped");
    entry(drawn.panic, &at_left(PANIC), 18, "panicked");
    entry(
        drawn.open,
        "<line class=\"stop\" x1=\"2\" x2=\"2\" y1=\"3\" y2=\"19\"/>",
        4,
        "stopped at the deadline",
    );
    entry(
        drawn.some,
        "",
        0,
        "only the first and last of very many polls",
    );
    text.push_str("</g>");
    (text, row + 1)
}

/// What hollow bars are, where it was this that was waited for.
fn waits_for(what: &[&str]) -> String {
    /// More letters do not stand on one line of a phone.
    const LETTERS: usize = 32;
    let words = match what {
        [one] => (*one).to_owned(),
        [one, two] => format!("{one} or {two}"),
        _ => String::new(),
    };
    match words.width() {
        1..=LETTERS => format!("waits for {words}"),
        _ => "waits for one certain thing".to_owned(),
    }
}

/// The picture in words.
fn description(runs: &[PicturedRun<'_>], window: Option<&Window>) -> String {
    let mut words = Vec::new();
    for run in runs {
        if !run.heading.is_empty() {
            words.push(format!("{}, {}:", run.heading, seconds(run.wall)));
        }
        let (before, after) = fold(run.lanes.len());
        for (at, lane) in run.lanes.iter().enumerate() {
            if at == before && after > 0 {
                let folded = run.lanes.len() - before - after;
                words.push(format!("{folded} more lanes are not drawn one by one."));
            }
            if at < before || at >= run.lanes.len() - after {
                words.push(in_words(lane, run));
            }
        }
    }
    if let (Some(window), [run]) = (window, runs) {
        words.push(window_in_words(window, run));
    }
    words.join(" ")
}

/// What happens in a window, a sentence a lane, in the time of its axis.
fn window_in_words(window: &Window, run: &PicturedRun<'_>) -> String {
    /// More of one lane nobody listens to.
    const TOLD: usize = 12;
    let axis = window.axis();
    let (long, zero) = (seconds(axis.length()), moment(window.zero));
    let mut words = format!("Closer, {long} around {zero}, and counted from there:");
    let when = |t: f64| match t - window.zero {
        apart if apart < 0.0 => format!("−{}", seconds(-apart)),
        apart => seconds(apart),
    };
    for lane in window.lanes(run) {
        let mut told = Vec::new();
        for wake in &lane.wakes {
            told.push((*wake, format!("woken at {}", when(*wake))));
        }
        for bar in &lane.bars {
            let (at, long) = (when(bar.from), seconds(bar.length(run.wall)));
            told.push((bar.from, format!("runs from {at} on for {long}")));
        }
        for wait in &lane.waits {
            let at = when(wait.from);
            told.push((wait.from, format!("from {at} on {}", self::told(wait))));
        }
        let end = match lane.end {
            LaneEnd::Ready => Some("done"),
            LaneEnd::Dropped => Some("dropped"),
            LaneEnd::Panicked => Some("ended by a panic"),
            LaneEnd::Open => None,
        };
        told.extend(end.map(|end| (lane.to, format!("{end} at {}", when(lane.to)))));
        told.retain(|(t, _)| axis.shows(*t, *t));
        told.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let more = told.len().saturating_sub(TOLD);
        let mut told: Vec<_> = told.into_iter().map(|(_, what)| what).take(TOLD).collect();
        match more {
            0 if told.is_empty() => told.push("under way".to_owned()),
            0 => {}
            more => told.push(format!("and {more} more")),
        }
        write!(words, " {}: {}.", lane.name, told.join(", ")).unwrap();
    }
    words
}

fn in_words(lane: &Lane, run: &PicturedRun<'_>) -> String {
    let asleep = lane.bars.iter().any(|bar| run.is_asleep(bar));
    // Of very many polls not all bars are kept, and what is left says nothing of the sum.
    let busy = if lane.polls > lane.bars.len() as u64 {
        String::new()
    } else {
        let lengths = lane.bars.iter().map(|bar| bar.length(run.wall));
        // Not `sum`, which gives -0 where there are none.
        format!(
            ", running for {}",
            seconds(lengths.fold(0.0, |all, one| all + one))
        )
    };
    let end = match lane.end {
        LaneEnd::Ready => "done",
        LaneEnd::Dropped => "dropped unfinished",
        LaneEnd::Panicked => "ended by a panic",
        LaneEnd::Open => "unfinished",
    };
    let polls = match lane.polls {
        0 => String::new(),
        1 => ", polled once".to_owned(),
        n => format!(", polled {n} times"),
    };
    let waits = waits_in_words(&lane.waits);
    let held = if asleep {
        ", holding its thread asleep"
    } else {
        ""
    };
    format!(
        "{}: from {} to {}{polls}{busy}{held}{waits}, {end}.",
        lane.name,
        seconds(lane.from),
        seconds(lane.to),
    )
}

/// So many waits are told one by one.
const TOLD: usize = 4;

fn waits_in_words(waits: &[NamedWait]) -> String {
    let mut words = String::new();
    for wait in waits.iter().take(TOLD) {
        let told = told(wait);
        write!(words, ", from {} on it {told}", seconds(wait.from)).unwrap();
    }
    match waits.len().saturating_sub(TOLD) {
        0 => {}
        1 => words.push_str(", and waits once more"),
        more => write!(words, ", and waits {more} times more").unwrap(),
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(name: &str, from: f64, to: f64, bars: Vec<Bar>, end: LaneEnd) -> Lane {
        Lane {
            name: name.into(),
            from,
            to,
            end,
            polls: bars.len() as u64,
            bars,
            wakes: vec![to],
            waits: Vec::new(),
            more_waits: false,
            woken_by: None,
        }
    }

    fn bar(from: f64, to: f64, cpu: f64) -> Bar {
        Bar {
            from,
            to: Some(to),
            cpu: Some(cpu),
            sleeps: None,
            put_off: None,
            thread: 0,
        }
    }

    #[test]
    fn without_a_lane_there_is_room_for_one() {
        let one = lane("tea", 0.0, 1.0, vec![], LaneEnd::Ready);
        let height = |svg: &str| svg.split("height=\"").nth(1).unwrap()[..4].to_owned();
        let (none, one) = (draw(&[], None), draw(&[one], None));
        assert_eq!(height(&none), height(&one), "{none}");
    }

    fn draw(lanes: &[Lane], stopped: Option<Activity>) -> String {
        svg(
            "a run",
            &[PicturedRun {
                heading: "",
                lanes,
                wall: 2.0,
                open: stopped.unwrap_or(Activity::Asleep),
                at_deadline: stopped.is_some(),
            }],
            "x",
        )
    }

    #[test]
    fn computing_sleeping_waiting_and_dropping_look_different() {
        let computing = draw(
            &[lane(
                "a",
                0.0,
                1.0,
                vec![bar(0.0, 1.0, 0.9)],
                LaneEnd::Ready,
            )],
            None,
        );
        let asleep = draw(
            &[lane(
                "a",
                0.0,
                1.0,
                vec![bar(0.0, 1.0, 0.0)],
                LaneEnd::Ready,
            )],
            None,
        );
        let dropped = draw(
            &[lane(
                "a",
                0.0,
                1.0,
                vec![bar(0.0, 0.0, 0.0)],
                LaneEnd::Dropped,
            )],
            None,
        );
        let hung = draw(
            &[lane("a", 0.0, 2.0, vec![bar(0.0, 0.0, 0.0)], LaneEnd::Open)],
            Some(Activity::Asleep),
        );
        assert!(computing.contains("class=\"poll\"") && !computing.contains("poll asleep"));
        assert!(asleep.contains("poll asleep") && asleep.contains("holds its thread asleep"));
        assert!(dropped.contains("class=\"drop\"") && !computing.contains("class=\"drop\""));
        assert!(hung.contains("life open") && hung.contains("class=\"stop\""));
    }

    fn waits(what: &str, from: f64, to: f64, end: WaitEnd) -> NamedWait {
        NamedWait {
            what: what.into(),
            from,
            to,
            end,
        }
    }

    #[test]
    fn a_wait_is_hollow_and_says_what_for_where_there_is_room() {
        let mut tea = lane("tea", 0.0, 2.0, vec![], LaneEnd::Ready);
        tea.waits = vec![
            waits("a <place>", 0.0, 1.7, WaitEnd::Got),
            waits("a <place>", 1.7, 1.9, WaitEnd::GaveUp),
        ];
        let svg = draw(std::slice::from_ref(&tea), None);
        assert_eq!(svg.matches("<rect class=\"waits\" x=").count(), 3, "{svg}");
        let words = "waits for a &lt;place&gt;";
        assert!(
            svg.contains(&format!("<title>{words} for 200 ms, and gives up</title>")),
            "{svg}"
        );
        let desc = svg.split("</desc>").next().unwrap();
        assert_eq!(desc.matches(words).count(), 2, "{desc}");
        assert_eq!(svg.matches("<text class=\"for").count(), 1, "{svg}");
        let legend = svg.split("legend").nth(1).unwrap();
        assert!(legend.contains(&format!(">{words}</text>")), "{legend}");

        // Half as long, it has no room on a phone.
        tea.waits[0].to = 0.85;
        let svg = draw(std::slice::from_ref(&tea), None);
        assert_eq!(svg.matches("<text class=\"for roomy").count(), 1, "{svg}");
        tea.waits.clear();
        assert!(!draw(&[tea], None).contains("waits"));
    }

    #[test]
    fn what_is_waited_for_stands_beside_the_polls_and_never_over_them() {
        let polls = vec![bar(0.9, 1.0, 0.0), bar(1.2, 1.2, 0.0)];
        let mut tea = lane("tea", 0.0, 2.0, polls, LaneEnd::Ready);
        tea.wakes = vec![0.8];
        tea.waits = vec![waits("tea", 0.0, 2.0, WaitEnd::Got)];
        let svg = draw(std::slice::from_ref(&tea), None);
        // Between 0 and 0.8 or 1.2 and 2.0 seconds, which is as long.
        assert!(svg.contains("<text class=\"for roomy\" x=\"20%\""), "{svg}");
        tea.wakes = vec![0.4];
        let svg = draw(std::slice::from_ref(&tea), None);
        assert!(svg.contains("<text class=\"for roomy\" x=\"80%\""), "{svg}");
        tea.bars.extend([bar(0.6, 0.6, 0.0), bar(1.6, 1.6, 0.0)]);
        let svg = draw(std::slice::from_ref(&tea), None);
        assert!(!svg.contains("<text class=\"for"), "{svg}");
        assert!(svg.contains("<title>waits for tea for 2.00 s</title>"));
    }

    #[test]
    fn every_other_label_of_an_axis_goes_where_a_phone_has_no_room_for_all() {
        let roomy = |wall: f64| {
            let run = PicturedRun {
                heading: "",
                lanes: &[],
                wall,
                open: Activity::Asleep,
                at_deadline: false,
            };
            let svg = svg("a run", &[run], "x");
            let labels = |class: &str| svg.matches(&format!("<text class=\"{class}\"")).count();
            (labels("axis"), labels("axis roomy"))
        };
        assert_eq!(roomy(2.0), (5, 0), "0, 0.5 s, 1 s, 1.5 s, 2 s");
        assert_eq!(roomy(0.229), (3, 2), "0, 50 ms, 100 ms, 150 ms, 200 ms");
    }

    #[test]
    fn the_legend_names_what_is_waited_for_if_it_is_short() {
        assert_eq!(waits_for(&["a place"]), "waits for a place");
        assert_eq!(
            waits_for(&["a place", "a tray"]),
            "waits for a place or a tray"
        );
        let certain = "waits for one certain thing";
        assert_eq!(waits_for(&["a", "b", "c"]), certain);
        assert_eq!(
            waits_for(&["a very long story of what it was that was waited for"]),
            certain
        );
    }

    #[test]
    fn a_poll_that_spins_is_drawn_and_told_as_computing() {
        let open = Bar {
            to: None,
            cpu: None,
            ..bar(0.0, 0.0, 0.0)
        };
        let lanes = [lane("a", 0.0, 2.0, vec![open], LaneEnd::Open)];
        let spins = draw(&lanes, Some(Activity::Computing));
        assert!(!spins.contains("asleep"), "{spins}");
        let hangs = draw(&lanes, Some(Activity::Asleep));
        assert!(hangs.contains("poll asleep") && hangs.contains("holding its thread asleep"));
    }

    #[test]
    fn a_thousand_lanes_are_folded_and_it_is_said() {
        let lanes: Vec<_> = (0..1000)
            .map(|_| lane("tea", 0.0, 1.0, vec![bar(0.0, 0.0, 0.0)], LaneEnd::Ready))
            .collect();
        let svg = draw(&lanes, None);
        assert!(svg.contains(">984 more<"), "{svg}");
        assert!(svg.contains("984 more lanes are not drawn"));
        assert!(svg.len() < 20_000, "{} bytes", svg.len());
    }

    #[test]
    fn the_axis_has_round_times() {
        assert_eq!(ticks(1.003), [0.0, 0.25, 0.5, 0.75, 1.0]);
        assert_eq!(ticks(10.0), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(ticks(3.01).len(), 4);
        assert_eq!(axis_label(0.25, 1.0), "0.25 s");
        assert_eq!(axis_label(2.0, 10.0), "2 s");
        assert_eq!(axis_label(0.2, 0.6), "0.2 s");
        assert_eq!(axis_label(0.1, 0.2), "100 ms");
        assert_eq!(axis_label(0.0005, 0.0006), "500 µs");
        assert_eq!(axis_label(0.0005, 0.002), "0.5 ms");
    }

    #[test]
    fn a_figure_is_one_line_and_escapes_its_names() {
        let svg = draw(&[lane("<b>&", 0.0, 1.0, vec![], LaneEnd::Ready)], None);
        assert!(!svg.contains('\n'));
        assert!(svg.contains("&lt;b&gt;&amp;"));
    }

    fn closer(lanes: &[Lane], window: &Window) -> String {
        let run = PicturedRun {
            heading: "",
            lanes,
            wall: 2.0,
            open: Activity::Asleep,
            at_deadline: false,
        };
        svg_closer("a run", &run, "x", window)
    }

    const WINDOW: Window = Window {
        from: 0.999,
        to: 1.003,
        zero: 1.0,
    };

    #[test]
    fn a_strip_shows_what_happens_in_its_window_and_nothing_else() {
        let bars = vec![bar(0.0, 0.1, 0.1), bar(1.001, 1.002, 0.001)];
        let mut tea = lane("tea", 0.0, 1.002, bars, LaneEnd::Dropped);
        tea.wakes = vec![0.5, 1.0];
        let alive = lane("alive", 0.0, 2.0, vec![bar(0.0, 0.1, 0.1)], LaneEnd::Ready);
        let busy = lane("busy", 0.0, 2.0, vec![bar(0.0, 2.0, 2.0)], LaneEnd::Ready);
        let svg = closer(&[tea, alive, busy], &WINDOW);
        // Each once in the plot, and only what happens a second time.
        assert_eq!(svg.matches("class=\"label\"").count(), 3 + 2, "{svg}");
        assert_eq!(
            svg.matches(">alive</text>").count(),
            1 + 1,
            "and the legend"
        );
        assert_eq!(svg.matches("class=\"wake\" x1=\"25%\"").count(), 2, "{svg}");
        assert_eq!(svg.matches("class=\"wake\" x1=\"50%\"").count(), 1, "{svg}");
        assert_eq!(svg.matches("x=\"50%\" width=\"25%\"").count(), 1, "{svg}");
        assert_eq!(svg.matches("x=\"0%\" width=\"100%\"").count(), 3, "{svg}");
        assert_eq!(svg.matches("<path class=\"drop\"").count(), 3, "{svg}");
        let desc = between_tags(&svg, "desc");
        let words = "Closer, 4.0 ms around 1.0000 s, and counted from there: tea: woken at 0 µs, \
                     runs from 1.0 ms on for 1.0 ms, dropped at 2.0 ms. busy: under way.";
        assert!(desc.ends_with(words), "{desc}");
    }

    fn between_tags<'a>(svg: &'a str, tag: &str) -> &'a str {
        let rest = svg.split(&format!("<{tag}>")).nth(1).unwrap();
        rest.split(&format!("</{tag}>")).next().unwrap()
    }

    #[test]
    fn the_replay_knows_the_plot_without_its_strip() {
        let lanes = [lane(
            "tea",
            0.0,
            2.0,
            vec![bar(1.0, 1.0, 0.0)],
            LaneEnd::Ready,
        )];
        let plot = |svg: &str| svg.split("data-").nth(2).unwrap()[..9].to_owned();
        let svg = closer(&lanes, &WINDOW);
        assert_eq!(plot(&svg), plot(&draw(&lanes, None)));
        assert!(svg.contains("class=\"lead\" x1=\"49.95%\" x2=\"0%\" y1=\"36\" y2=\"70\""));
        assert!(svg.contains("class=\"lead\" x1=\"50.15%\" x2=\"100%\" y1=\"36\" y2=\"70\""));
    }

    #[test]
    fn the_axis_of_a_strip_counts_from_a_moment() {
        let labels = |from: f64, to: f64, zero: f64| {
            let ticks = strip_ticks(&Window { from, to, zero });
            let labels: Vec<_> = ticks.into_iter().map(|(_, _, label)| label).collect();
            labels.join(" ")
        };
        assert_eq!(
            labels(1.002_1, 1.002_4, 1.002_13),
            "1.0021 s +50 µs +100 µs +150 µs +200 µs +250 µs"
        );
        assert_eq!(
            labels(0.5, 0.504, 0.502),
            "−2 ms −1 ms 0.5020 s +1 ms +2 ms"
        );
        assert_eq!(
            labels(0.002_2, 0.003_6, 0.002_3),
            "2.3 ms +0.2 ms +0.4 ms +0.6 ms +0.8 ms +1 ms +1.2 ms"
        );
        assert_eq!(labels(0.1, 0.9, 0.2), "0.2000 s +0.2 s +0.4 s +0.6 s");
    }
}
