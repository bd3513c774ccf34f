//! A server of a small book, and a browser's part of the talk with it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::book::{Book, soon};

/// A server that ends with the test.
#[derive(Debug)]
pub(crate) struct Server {
    tool: Child,
    pub(crate) port: u16,
    said: Arc<Mutex<String>>,
}

/// An answer, whole.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Status line and headers, in small letters.
    pub(crate) head: String,
    pub(crate) body: String,
}

/// A run's stream of events. Dropping it closes the connection.
#[derive(Debug)]
pub(crate) struct Events {
    lines: BufReader<Chunks>,
}

/// The body of an answer in chunks.
#[derive(Debug)]
struct Chunks {
    inner: BufReader<TcpStream>,
    left: usize,
}

impl Server {
    pub(crate) fn start(book: &Book) -> Self {
        Self::start_with(book, &[])
    }

    pub(crate) fn start_with(book: &Book, args: &[&str]) -> Self {
        Self::of(book.tool(["serve", "--port", "0"]).args(args))
    }

    /// The server that a command starts.
    pub(crate) fn of(command: &mut Command) -> Self {
        let tool = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut tool = tool.spawn().expect("it starts");
        let said = Arc::new(Mutex::new(String::new()));
        // Read on, so that the server never writes into a pipe that is closed or full.
        let listen = |pipe: Box<dyn Read + Send>| {
            let said = said.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                    *said.lock().expect("nobody panics with it") += &(line + "\n");
                }
            });
        };
        listen(Box::new(tool.stdout.take().expect("it is piped")));
        listen(Box::new(tool.stderr.take().expect("it is piped")));
        let mut server = Self {
            tool,
            port: 0,
            said,
        };
        let mut port = None;
        let it_speaks = soon(10, || {
            port = server
                .said()
                .split_once("the book is at http://")
                .and_then(|(_, rest)| {
                    let address = rest.split('/').next()?;
                    address.rsplit(':').next()?.parse().ok()
                });
            port.is_some()
        });
        assert!(it_speaks, "no address in: {}", server.said());
        server.port = port.expect("it speaks");
        server
    }

    /// A server of which all programs are built.
    pub(crate) fn ready(book: &Book, args: &[&str]) -> Self {
        Self::ready_of(book.tool(["serve", "--port", "0"]).args(args))
    }

    /// The server that a command starts, with all programs built.
    pub(crate) fn ready_of(command: &mut Command) -> Self {
        let server = Self::of(command);
        let built = soon(60, || {
            let build = &server.health()["build"];
            build["done"] == build["of"] && build["of"] != 0
        });
        assert!(built, "{}\n{}", server.health(), server.said());
        server
    }

    /// What it has written to the terminal.
    pub(crate) fn said(&self) -> String {
        self.said.lock().expect("nobody panics with it").clone()
    }

    pub(crate) fn process(&self) -> u32 {
        self.tool.id()
    }

    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        // An event that does not come is not waited for without end.
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .expect("a time");
        stream
    }

    /// Asks with these headers and nothing else.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() || method == "POST" {
            request += &format!("Content-Length: {}\r\n", body.len());
        }
        let mut stream = self.connect();
        let request = request + "\r\n" + body;
        stream.write_all(request.as_bytes()).expect("it reads");
        Answer::read(stream)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[("Host", &self.host())], "")
    }

    pub(crate) fn health(&self) -> Value {
        self.get("/api/health").json()
    }

    /// How many `changes` of files it has dealt with so far, how many editions its `pages` have had, and how many builds of
    /// programs it has made.
    pub(crate) fn so_far(&self, what: &str) -> u64 {
        self.health()["so_far"][what].as_u64().expect("a number")
    }

    /// Waits until it has dealt with every change of a file up to now: by a file more, which is of no use.
    pub(crate) fn handles_all_changes(&self, book: &Book) {
        // The first may be handled with what came just before, or after it. When the second is, the first was.
        for _ in 0..2 {
            let before = self.so_far("changes");
            book.write_at_once("book/of_no_use.txt", "");
            let handled = soon(10, || self.so_far("changes") > before);
            assert!(handled, "{}\n{}", self.health(), self.said());
        }
    }

    /// The key that stands in the address which it shows.
    pub(crate) fn key(&self) -> String {
        let said = self.said();
        let (_, rest) = said
            .split_once("/#key=")
            .unwrap_or_else(|| panic!("no key in: {said}"));
        rest.split_whitespace().next().expect("it ends").to_owned()
    }

    /// The address of a page, with the key.
    pub(crate) fn address_of(&self, page: &str) -> String {
        format!("http://{}/{page}#key={}", self.host(), self.key())
    }

    /// Asks as a page of the book does.
    pub(crate) fn as_page(&self, method: &str, path: &str, body: &str) -> Answer {
        let (host, key) = (self.host(), self.key());
        let headers = [
            ("Host", host.as_str()),
            ("Origin", &format!("http://{host}")),
            ("X-Workbook-Key", &key),
            ("Content-Type", "application/json"),
        ];
        self.ask(method, path, &headers, body)
    }

    /// Has a snippet run, and gives the run's id.
    pub(crate) fn begin(&self, snippet: &str) -> String {
        self.post(&json!({ "snippet": snippet }))
    }

    /// Has a snippet run with another text, and gives the run's id.
    pub(crate) fn begin_edited(&self, snippet: &str, source: &str) -> String {
        self.post(&json!({ "snippet": snippet, "source": source }))
    }

    fn post(&self, what: &Value) -> String {
        let answer = self.as_page("POST", "/api/runs", &what.to_string());
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()["id"].as_str().expect("an id").to_owned()
    }

    pub(crate) fn events(&self, id: &str) -> Events {
        let mut stream = self.connect();
        let request = format!(
            "GET /api/runs/{id}/events HTTP/1.1\r\nHost: {}\r\n\r\n",
            self.host()
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut inner = BufReader::new(stream);
        let head = read_head(&mut inner);
        assert!(head.starts_with("http/1.1 200"), "{head}");
        assert!(head.contains("text/event-stream"), "{head}");
        assert!(head.contains("transfer-encoding: chunked"), "{head}");
        Events {
            lines: BufReader::new(Chunks { inner, left: 0 }),
        }
    }

    /// Runs a snippet to its end, and gives all events.
    pub(crate) fn run(&self, snippet: &str) -> Vec<(String, Value)> {
        self.events(&self.begin(snippet)).collect()
    }

    /// Runs a snippet with another text to its end.
    pub(crate) fn run_edited(&self, snippet: &str, source: &str) -> Vec<(String, Value)> {
        self.events(&self.begin_edited(snippet, source)).collect()
    }

    /// Presses Enter in its terminal, where it was given one.
    pub(crate) fn press_enter(&mut self) {
        let terminal = self.tool.stdin.as_mut().expect("it is piped");
        terminal.write_all(b"\n").expect("it reads");
    }

    /// Sends it a signal.
    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: nix::sys::signal::Signal) {
        let process = nix::unistd::Pid::from_raw(self.process().cast_signed());
        nix::sys::signal::kill(process, signal).expect("it is there");
    }

    /// Waits until it has ended, and gives its exit code; none where it has not within some seconds, or was killed.
    pub(crate) fn ended(&mut self, seconds: u64) -> Option<i32> {
        let mut status = None;
        soon(seconds, || {
            status = self.tool.try_wait().expect("it is ours");
            status.is_some()
        });
        status?.code()
    }

    /// Ends the server at once, as a crash would.
    pub(crate) fn kill(&mut self) {
        let _ = self.tool.kill();
        let _ = self.tool.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            println!("-- the server said\n{}", self.said());
        }
    }
}

impl Answer {
    pub(crate) fn read(stream: TcpStream) -> Self {
        let mut reader = BufReader::new(stream);
        let head = read_head(&mut reader);
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.unwrap_or_else(|| panic!("no status in: {head}"));
        let mut body = Vec::new();
        if head.contains("transfer-encoding: chunked") {
            let mut chunks = Chunks {
                inner: reader,
                left: 0,
            };
            chunks.read_to_end(&mut body).expect("it answers");
        } else {
            reader.read_to_end(&mut body).expect("it answers");
        }
        let body = String::from_utf8_lossy(&body).into_owned();
        Self { status, head, body }
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Holds that it is refused in the form that every refusal has, and that it says these words.
    #[track_caller]
    pub(crate) fn is_refused(&self, status: u16, words: &str) {
        assert_eq!(self.status, status, "{self:?}");
        let said = self.json();
        let text = |key: &str| said[key].as_str().unwrap_or_default().to_owned();
        assert!(!text("error").is_empty(), "{self:?}");
        assert!(!text("help").is_empty(), "{self:?}");
        let told = [text("error"), text("help")].concat();
        assert!(told.contains(words), "{self:?}");
        assert!(!self.head.contains("access-control"), "{self:?}");
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let start: String = self.body.chars().take(1000).collect();
        write!(f, "{}{start}", self.head)
    }
}

fn read_head(reader: &mut impl BufRead) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        let read = reader.read_line(&mut head).expect("it answers");
        assert!(read > 0, "it ended in: {head}");
    }
    head.to_lowercase()
}

impl Read for Chunks {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 {
            let mut size = String::new();
            while size.trim().is_empty() {
                size.clear();
                if self.inner.read_line(&mut size)? == 0 {
                    return Ok(0);
                }
            }
            self.left = usize::from_str_radix(size.trim(), 16).expect("a size");
            if self.left == 0 {
                return Ok(0);
            }
        }
        let most = self.left.min(buffer.len());
        let read = self.inner.read(&mut buffer[..most])?;
        self.left -= read;
        Ok(read)
    }
}

impl Iterator for Events {
    type Item = (String, Value);

    fn next(&mut self) -> Option<Self::Item> {
        let mut name = String::new();
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line).expect("it goes on") == 0 {
                return None;
            }
            let line = line.trim_end_matches('\n');
            if let Some(it) = line.strip_prefix("event: ") {
                name = it.to_owned();
            } else if let Some(data) = line.strip_prefix("data: ") {
                let data = serde_json::from_str(data);
                return Some((name, data.unwrap_or_else(|error| panic!("{error}: {line}"))));
            }
        }
    }
}

/// The names of events, each once where several of one follow one another.
pub(crate) fn names(events: &[(String, Value)]) -> Vec<&str> {
    let mut names: Vec<_> = events.iter().map(|(name, _)| name.as_str()).collect();
    names.dedup();
    names
}

/// The text of all lines.
pub(crate) fn texts(events: &[(String, Value)]) -> Vec<&str> {
    let lines = events.iter().filter(|(name, _)| name == "line");
    lines
        .map(|(_, line)| line["text"].as_str().expect("a line has text"))
        .collect()
}

/// The data of the last event, which must be `end`.
#[track_caller]
pub(crate) fn end(events: &[(String, Value)]) -> &Value {
    match events.last() {
        Some((name, end)) if name == "end" => end,
        _ => panic!("it did not end: {events:#?}"),
    }
}
