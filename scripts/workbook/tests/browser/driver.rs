//! The WebDriver protocol, as much of it as a reader's hands and eyes need, spoken with chromedriver.
//!
//! No crate for it: `thirtyfour` and `fantoccini` bring 25 to 60 crates, and ask `syn`, `serde` or `hyper` for features
//! that the tool does not, so that a fresh clone would compile nearly everything twice.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

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

/// What identifies an element in the protocol.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser with an empty profile. It ends with the value, and so does chromedriver.
#[derive(Debug)]
pub(crate) struct Driver {
    chromedriver: Child,
    port: u16,
    session: String,
    _profile: TempDir,
}

impl Driver {
    pub(crate) fn start() -> Self {
        // The shell ends all of its group when its input ends: also where this test is killed.
        let chromedriver = Command::new("sh")
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
        let profile = tempfile::tempdir().expect("there is room for an empty profile");
        let mut driver = Self {
            chromedriver,
            port: 0,
            session: String::new(),
            _profile: profile,
        };
        let stdout = driver.chromedriver.stdout.take().expect("it is piped");
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let port = lines.find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        driver.port = port.expect("chromedriver starts: apt-get install chromium chromium-driver");
        std::thread::spawn(move || lines.for_each(drop));
        let mut flags = FLAGS.map(str::to_owned).to_vec();
        flags.push(format!(
            "--user-data-dir={}",
            driver._profile.path().display()
        ));
        let wanted = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "args": flags },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            "timeouts": { "script": 60_000, "pageLoad": 30_000, "implicit": 0 },
        });
        let wanted = json!({ "capabilities": { "alwaysMatch": wanted } });
        let session = driver.ask("POST", "/session", Some(&wanted));
        let session = session.unwrap_or_else(|error| panic!("Chromium does not start: {error}"));
        driver.session = session["sessionId"].as_str().expect("an id").to_owned();
        driver
    }

    /// Sends a command of the session. The error is the driver's own: a short code and a sentence.
    pub(crate) fn send(&self, command: &str, body: &Value) -> Result<Value, String> {
        let path = format!("/session/{}/{command}", self.session);
        self.ask("POST", &path, Some(body))
    }

    pub(crate) fn get(&self, command: &str) -> Result<Value, String> {
        self.ask("GET", &format!("/session/{}/{command}", self.session), None)
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, String> {
        let answer = self
            .exchange(method, path, body)
            .map_err(|error| format!("chromedriver does not answer: {error}"))?;
        let mut answer: Value = serde_json::from_slice(&answer)
            .map_err(|error| format!("chromedriver answers what is no JSON: {error}"))?;
        let value = answer["value"].take();
        match value["error"].as_str() {
            Some(code) => {
                let words = value["message"].as_str().unwrap_or_default();
                Err(format!(
                    "{code}: {}",
                    words.lines().next().unwrap_or_default()
                ))
            }
            None => Ok(value),
        }
    }

    fn exchange(&self, method: &str, path: &str, body: Option<&Value>) -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(90)))?;
        let body = body.map(Value::to_string).unwrap_or_default();
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes())?;
        let mut stream = BufReader::new(stream);
        let (mut length, mut line) = (0, String::new());
        while stream.read_line(&mut line)? > 2 {
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap_or_default();
            }
            line.clear();
        }
        let mut answer = vec![0; length];
        stream.read_exact(&mut answer)?;
        Ok(answer)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let _ = self.ask("DELETE", &format!("/session/{}", self.session), None);
        }
        drop(self.chromedriver.stdin.take());
        let _ = self.chromedriver.wait();
    }
}

/// An element as the protocol names it.
pub(crate) fn element(id: &str) -> Value {
    json!({ ELEMENT: id })
}

pub(crate) fn element_id(value: &Value) -> Option<String> {
    value[ELEMENT].as_str().map(str::to_owned)
}
