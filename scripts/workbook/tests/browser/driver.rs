//! A Chromium of the test's own, and the chromedriver that moves it, spoken with by `thirtyfour`.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use thirtyfour::common::capabilities::chrome::ChromeCapabilities;
use thirtyfour::error::{WebDriverError, WebDriverResult};
use thirtyfour::{
    ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel, TimeoutConfiguration,
    WebDriver,
};
use tokio::runtime::{Builder, Runtime};

/// The page is what a reader without a network would have: no name resolves but this machine's.
const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--window-size=1280,900",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];

/// A browser with an empty profile. It ends with the value, and so does chromedriver.
#[derive(Debug)]
pub(crate) struct Driver {
    /// There is one until the value is dropped.
    session: Option<WebDriver>,
    runtime: Runtime,
    chromedriver: Child,
    _profile: TempDir,
}

impl Driver {
    pub(crate) fn start() -> Self {
        let (chromedriver, port) = chromedriver();
        let profile = tempfile::tempdir().expect("there is room for an empty profile");
        let runtime = Builder::new_current_thread().enable_all().build();
        let mut driver = Self {
            session: None,
            runtime: runtime.expect("a runtime"),
            chromedriver,
            _profile: profile,
        };
        let wanted = wanted(&driver._profile).expect("it is JSON");
        let session = driver.runtime.block_on(async {
            let session = WebDriver::builder(format!("http://127.0.0.1:{port}"), wanted)
                .request_timeout(Duration::from_secs(90))
                .connect()
                .await?;
            let seconds = |seconds| Some(Duration::from_secs(seconds));
            let patience = TimeoutConfiguration::new(seconds(60), seconds(30), seconds(0));
            session.update_timeouts(patience).await?;
            Ok::<_, WebDriverError>(session)
        });
        driver.session = Some(session.unwrap_or_else(|error| panic!("no Chromium: {error}")));
        driver
    }

    /// Does something in the browser, and waits until it is done.
    #[track_caller]
    pub(crate) fn wait<T>(&self, act: impl AsyncFnOnce(&WebDriver) -> WebDriverResult<T>) -> T {
        let session = self.session.as_ref().expect("it is not dropped yet");
        match self.runtime.block_on(act(session)) {
            Ok(value) => value,
            Err(error) => panic!("{error}"),
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            let _ = self.runtime.block_on(session.quit());
        }
        drop(self.chromedriver.stdin.take());
        let _ = self.chromedriver.wait();
    }
}

/// Starts chromedriver, and says on which port it listens.
fn chromedriver() -> (Child, u16) {
    // The shell ends all of its group when its input ends: also where this test is killed.
    let mut chromedriver = Command::new("sh")
        .args([
            "-c",
            // It takes one free port for both kinds of addresses, and gives up where another was quicker.
            "(for try in 1 2 3 4 5; do chromedriver --port=0; done) & exec >/dev/null; cat; kill -KILL 0",
        ])
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("there is a shell");
    let stdout = chromedriver.stdout.take().expect("it is piped");
    let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
    let port = lines.find_map(|line| {
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    std::thread::spawn(move || lines.for_each(drop));
    let port = port.expect("chromedriver starts: apt-get install chromium chromium-driver");
    (chromedriver, port)
}

/// A Chromium that notes what pages complain about and ask for.
fn wanted(profile: &TempDir) -> WebDriverResult<ChromeCapabilities> {
    let mut wanted = DesiredCapabilities::chrome();
    for flag in FLAGS {
        wanted.add_arg(flag)?;
    }
    wanted.add_arg(&format!("--user-data-dir={}", profile.path().display()))?;
    wanted.set_logging_prefs("browser", LoggingPrefsLogLevel::All)?;
    wanted.set_logging_prefs("performance", LoggingPrefsLogLevel::All)?;
    Ok(wanted)
}
