//! The programs that readers run: built in the background, one cargo at a time, and built again when what they
//! are made of has changed.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, MutexGuard, oneshot, watch};

use crate::book::library::Library;
use crate::book::snippet::Snippet;
use crate::exec::built::Built;
use crate::exec::cargo::{self, BuildOptions, CargoProgress};
use crate::model::problem::Problem;
use crate::model::units::seconds;
use crate::serve::builds::plan::{
    self, Build, BuildJob, BuildProgress, BuildStanding, Building, Name, Plan, Single,
};
use crate::serve::supervisor::caught;
use crate::terminal::{self, say};

/// Who waits for a build is told how far it is at most this often,
const TELL_EVERY: Duration = Duration::from_millis(400);
/// and the terminal this often.
const SAY_EVERY: Duration = Duration::from_secs(5);

/// What there is to run, and what is being built.
#[derive(Debug)]
pub(crate) struct Builds {
    plan: Arc<watch::Sender<Plan>>,
    /// Held by who builds, and by a run that measures: neither disturbs the other.
    quiet: Mutex<()>,
    options: BuildOptions,
}

/// Keeps builds that nobody waits for from beginning, until it is dropped.
#[derive(Debug)]
pub(crate) struct Hold(Arc<watch::Sender<Plan>>);

impl Builds {
    /// If `locked`, `Cargo.lock` stays as it is, and what would change it cannot be built.
    pub(crate) fn new(locked: bool) -> Self {
        Self {
            plan: Arc::new(watch::Sender::new(Plan::default())),
            quiet: Mutex::new(()),
            options: BuildOptions {
                locked,
                quiet: true,
            },
        }
    }

    /// The library as it was last read; waits for the first time.
    pub(crate) async fn library(&self) -> Arc<Library> {
        let mut news = self.plan.subscribe();
        let plan = news.wait_for(|plan| plan.library.is_some()).await;
        let plan = plan.expect("the plan is this one's own");
        plan.library.clone().expect("waited for it")
    }

    /// Whether `Cargo.lock` stays as it is.
    pub(crate) fn locked(&self) -> bool {
        self.options.locked
    }

    pub(crate) fn progress(&self) -> BuildProgress {
        self.plan.borrow().progress()
    }

    /// Has what nobody waits for wait, as something else is to be quick.
    pub(crate) fn hold(&self) -> Hold {
        self.plan.send_modify(|plan| plan.held += 1);
        Hold(self.plan.clone())
    }

    /// A file of this chapter has changed, or of all where none is named: what was built is not to be run.
    pub(crate) fn touch(&self, chapter: Option<&str>) {
        self.plan.send_modify(|plan| plan.touch(chapter));
    }

    /// No file has changed for a while, and this is how they stand now.
    pub(crate) fn settle(&self, library: Arc<Library>) {
        self.plan.send_modify(|plan| plan.settle(library));
    }

    /// Waits until a snippet is built as its files stand now, and tells what it waits for.
    ///
    /// # Errors
    /// Where the snippet is no more.
    pub(crate) async fn ready(
        &self,
        snippet: &Snippet,
        mut tell: impl FnMut(String),
    ) -> Result<Arc<Build>, Problem> {
        let name = Name::of(snippet);
        let mut news = self.plan.subscribe();
        let mut told = String::new();
        loop {
            self.plan.send_if_modified(|plan| plan.ask(&name));
            let waits_for = {
                let plan = news.borrow_and_update();
                match plan.standing(&name) {
                    BuildStanding::Built(build) => return Ok(build),
                    BuildStanding::Stale => plan.in_words(&name),
                    BuildStanding::Unknown => {
                        let error = format!("`{}` is not in the book any more", snippet.id());
                        return Err(Problem::nowhere(error, "load the page anew"));
                    }
                }
            };
            if waits_for != told {
                tell(waits_for.clone());
                told = waits_for;
            }
            let changed = news.changed().await;
            changed.expect("the plan is this one's own");
        }
    }

    /// Whether a build of a snippet is of what stands on disk now.
    pub(crate) fn is_fresh(&self, snippet: &Snippet, build: &Arc<Build>) -> bool {
        let standing = self.plan.borrow().standing(&Name::of(snippet));
        matches!(standing, BuildStanding::Built(fresh) if Arc::ptr_eq(&fresh, build))
    }

    /// Builds some snippets and nothing else, before everything else.
    pub(crate) async fn build_alone(&self, ids: Vec<String>) -> Arc<Build> {
        let (done, build) = oneshot::channel();
        self.plan
            .send_modify(|plan| plan.singles.push_back(Single { ids, done }));
        match build.await {
            Ok(build) => build,
            // Every job is done, but where the server ends.
            Err(_) => std::future::pending().await,
        }
    }

    /// Waits until nothing is built and nothing measured, and keeps it so while the guard is held.
    pub(crate) async fn quiet(&self, mut tell: impl FnMut(String)) -> MutexGuard<'_, ()> {
        if let Ok(guard) = self.quiet.try_lock() {
            return guard;
        }
        let name_of = |it: &Building| it.name.clone();
        let building = self.plan.borrow().building.as_ref().map(name_of);
        tell(match building {
            Some(name) => format!("this run measures, and waits until {name} is built"),
            None => "this run measures, and waits until nothing else does".to_owned(),
        });
        self.quiet.lock().await
    }

    /// Builds, without end.
    pub(crate) async fn work(&self) {
        let mut news = self.plan.subscribe();
        loop {
            let waiting = news.wait_for(Plan::has_work).await;
            drop(waiting.expect("the plan is this one's own"));
            let _quiet = self.quiet.lock().await;
            let mut job = None;
            self.plan.send_modify(|plan| job = plan.take());
            match job {
                Some((library, BuildJob::Unit(name, version))) => {
                    self.build_unit(library, name, version).await;
                }
                Some((library, BuildJob::Single(Single { ids, done }))) => {
                    let build = self.build_single(library, &ids).await;
                    // Who asked may have gone.
                    let _ = done.send(Arc::new(build));
                }
                None => {}
            }
        }
    }

    async fn build_unit(&self, library: Arc<Library>, name: Name, version: u64) {
        say!("{}", self.plan.borrow().in_words(&name));
        let start = Instant::now();
        let (progress, news) = watch::channel(CargoProgress::default());
        let is_meant = |it: &Snippet| Name::of(it) == name;
        let build = build(self.options, library, is_meant, &progress);
        let tell = |progress: &CargoProgress| {
            self.plan.send_modify(|plan| plan.note(progress.clone()));
            self.plan.borrow().in_words(&name)
        };
        let build = tokio::select! {
            build = build => build,
            never = tell_progress(news, tell) => match never {},
        };
        terminal::report(build.built.problems.clone());
        self.plan
            .send_modify(|plan| plan.done(&name, version, Arc::new(build)));
        say!("built {name} in {}", seconds(start.elapsed().as_secs_f64()));
        let progress = self.progress();
        if progress.done == progress.of {
            match progress.failed.as_slice() {
                [] if progress.later > 0 => {
                    say!(
                        "every program can be run; those that are optimised are built when they first are"
                    );
                }
                [] => say!("every program can be run"),
                failed => say!("these programs cannot be run: {}", failed.join(", ")),
            }
        }
    }

    async fn build_single(&self, library: Arc<Library>, ids: &[String]) -> Build {
        let (progress, news) = watch::channel(CargoProgress::default());
        let is_meant = |it: &Snippet| ids.contains(&it.id());
        let build = build(self.options, library, is_meant, &progress);
        let tell = |progress: &CargoProgress| {
            let further = plan::further(progress, ids.len());
            format!("building what was saved{further}")
        };
        tokio::select! {
            build = build => build,
            never = tell_progress(news, tell) => match never {},
        }
    }
}

/// Hands on how far a build has come, when that has changed and not too often, and says in the terminal what `tell`
/// makes of it: less often still, but at once where it waits.
async fn tell_progress(
    mut news: watch::Receiver<CargoProgress>,
    tell: impl Fn(&CargoProgress) -> String,
) -> Infallible {
    let mut said = Instant::now();
    let mut waited = false;
    loop {
        if news.changed().await.is_err() {
            // The build is at its end.
            return std::future::pending().await;
        }
        let progress = news.borrow_and_update().clone();
        let words = tell(&progress);
        if (progress.waits && !waited) || said.elapsed() >= SAY_EVERY {
            say!("{words}");
            said = Instant::now();
        }
        waited = progress.waits;
        tokio::time::sleep(TELL_EVERY).await;
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.send_modify(|plan| plan.held -= 1);
    }
}

/// Has cargo build the snippets that are meant. What goes wrong is told in the build.
async fn build(
    options: BuildOptions,
    library: Arc<Library>,
    is_meant: impl Fn(&Snippet) -> bool,
    progress: &watch::Sender<CargoProgress>,
) -> Build {
    let is_meant = |snippet: &&Snippet| snippet.runs_here() && is_meant(snippet);
    let snippets: Vec<_> = library.snippets.iter().filter(is_meant).collect();
    let failed = |error: String| {
        let mut built = Built::default();
        built.words.clone_from(&error);
        let problem = Problem::new("Cargo.toml", 0, error, "see that cargo runs");
        built.problems.push(problem);
        built
    };
    // A mistake of ours there breaks this build and not the server.
    let handle = |now: &CargoProgress| {
        progress.send_replace(now.clone());
    };
    let built = match caught(cargo::build_in(options, &library, &snippets, handle)).await {
        Ok(Ok(built)) => built,
        Ok(Err(error)) => failed(format!("{error:#}")),
        Err(words) => failed(format!("the build panicked: {words}")),
    };
    Build { library, built }
}
