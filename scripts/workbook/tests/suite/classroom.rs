//! A teacher's server of a small book, and what its teacher and its learners say to it.

use std::io::{BufRead, BufReader, Write};

use serde_json::{Value, json};

use crate::book::{Book, soon};
use crate::server::{Answer, Server};

/// A book with a question about `tea/sounder`, whose run is shown, compared, quoted and named in all the ways there
/// are, and one about `cups/main`.
pub(crate) fn book() -> Book {
    let sounder = "//! Watch the pot.\n\nfn main() {\n    println!(\"{}\", [\"zuc\", \"chini\"].concat());\n}\n";
    let plain = "//! Watch the pot.\n\nfn main() {\n    println!(\"peas\");\n}\n";
    let book = Book::new()
        .with(
            "tea/main",
            "claims = [\"lines < 2 * lines(tea/sounder)\"]",
            plain,
        )
        .with("tea/sounder", "claims = [\"says /zucchini/\"]", sounder)
        .with("cups/main", "claims = [\"lines = 1\"]", plain);
    book.write(
        "book/tea.md",
        "# About tea\n\n## The pot\n\n{{#snippet tea/sounder run=no}}\n\n```predict\nask = \"What is in it?\"\n\
         run = \"tea/sounder\"\nwhy = \"It is full of herrings.\"\n\n[[choice]]\nsay = \"nothing\"\nwhen = 'lines = 0'\n\n\
         [[choice]]\nsay = \"something\"\nwhen = 'lines = 1'\n\n[[choice]]\nsay = \"everything\"\nwhen = 'lines = 2'\n```\n\n\
         {{#snippet tea/sounder code=no}}\n\nA haddock, it said, and {{#value tea/sounder says /(zuc.*)/}}.[^1]\n\n\
         [^1]: In marmalade, {{#value tea/sounder says /(zuc.*)/}}.\n\n## And then\n\nIt is [known][here].\n\n\
         {{#diff tea/main tea/sounder}}\n\n{{#snippet tea/main}}\n\n[here]: cups.md\n",
    );
    book.write(
        "book/cups.md",
        "# About cups\n\n{{#compare tea/main tea/sounder}}\n\nOf radishes, then.\n\n## The cup\n\nIt printed {{#value \
         tea/sounder says /(zuc.*)/}}: a pot of it.\n\n{{#snippet tea/sounder}}\n\nOnce more, haddock.\n\n## Cups\n\n\
         ```predict\nask = \"How many?\"\nrun = \"cups/main\"\nwhy = \"One.\"\n\n[[choice]]\nsay = \"one\"\nwhen = \
         'lines = 1'\n\n[[choice]]\nsay = \"two\"\nwhen = 'lines = 2'\n```\n\n{{#snippet cups/main code=no}}\n\nSo.\n",
    );
    book.run(["record"]).succeeded();
    book
}

/// A teacher's server, and what the teacher and the learners say to it.
pub(crate) struct Class {
    pub(crate) server: Server,
    key: String,
}

/// A learner's open page: what it was told, as it comes.
pub(crate) struct Learner {
    pub(crate) id: String,
    lines: std::io::Lines<BufReader<std::net::TcpStream>>,
}

impl Class {
    pub(crate) fn start(book: &Book, args: &[&str]) -> Self {
        let args: Vec<_> = ["--class"].iter().chain(args).copied().collect();
        Self::of(Server::start_with(book, &args))
    }

    fn of(server: Server) -> Self {
        let mut key = String::new();
        let said = soon(10, || {
            let said = server.said();
            let found = said.split_once("/teacher#key=");
            key = found.map_or(String::new(), |(_, rest)| rest.chars().take(32).collect());
            key.len() == 32
        });
        assert!(said, "{}", server.said());
        Self { server, key }
    }

    /// Has another server take the place of this one, at its address.
    pub(crate) fn begin_anew(&mut self, book: &Book) {
        self.server.kill();
        let port = self.server.port.to_string();
        let mut command = book.tool(["serve", "--class", "--port", &port]);
        *self = Self::of(Server::of(&mut command));
    }

    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// The key with which a reader on this machine has programs run, without a class.
    pub(crate) fn server_key(&self, book: &Book) -> String {
        book.read("target/workbook/key").trim().to_owned()
    }

    pub(crate) fn ask(&self, method: &str, path: &str, key: &str, body: &Value) -> Answer {
        let host = self.server.host();
        let origin = format!("http://{host}");
        let mut headers = vec![
            ("Host", host.as_str()),
            ("Origin", &origin),
            ("Content-Type", "application/json"),
        ];
        if !key.is_empty() {
            headers.push(("X-Workbook-Key", key));
        }
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.server.ask(method, path, &headers, &body)
    }

    pub(crate) fn teacher(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", &format!("/api/teacher/{path}"), &self.key, body)
    }

    pub(crate) fn room(&self) -> Value {
        self.ask("GET", "/api/teacher/room", &self.key, &Value::Null)
            .json()
    }

    /// The questions, as the teacher sees them, once the first pages are there.
    pub(crate) fn questions(&self) -> Vec<Value> {
        // Answered once there are pages.
        assert_eq!(self.server.get("/").status, 200);
        let mut found = Vec::new();
        let there = soon(20, || {
            let book = self
                .ask("GET", "/api/teacher/book", &self.key, &Value::Null)
                .json();
            let pages = book["pages"].as_array().expect("its pages").clone();
            let questions = pages
                .iter()
                .flat_map(|it| it["questions"].as_array().expect("a list"));
            found = questions.cloned().collect();
            !found.is_empty()
        });
        assert!(there, "{}", self.server.said());
        found
    }

    /// The id of the question about this run.
    pub(crate) fn question(&self, run: &str) -> String {
        let questions = self.questions();
        let question = questions.iter().find(|it| it["run"] == run);
        let question = question.unwrap_or_else(|| panic!("{questions:?}"));
        question["id"].as_str().expect("an id").to_owned()
    }

    pub(crate) fn learner(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", &format!("/api/room/{path}"), "", body)
    }

    /// A learner opens a page.
    pub(crate) fn enter(&self, number: usize) -> Learner {
        Learner::enter(&self.server, number)
    }

    pub(crate) fn choose(
        &self,
        who: &Learner,
        question: &str,
        round: usize,
        choice: usize,
    ) -> Answer {
        let body =
            json!({ "person": who.id, "question": question, "round": round, "choice": choice });
        self.learner("choose", &body)
    }
}

impl Learner {
    /// Opens a page of this server's.
    pub(crate) fn enter(server: &Server, number: usize) -> Self {
        let id = format!("{number:032x}");
        let mut stream = server.connect();
        let request = format!(
            "GET /api/room/events/{id} HTTP/1.1\r\nHost: {}\r\n\r\n",
            server.host()
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut lines = BufReader::new(stream).lines();
        let first = lines.next().expect("an answer").expect("it is read");
        assert!(first.contains("200 OK"), "{first}");
        Self { id, lines }
    }

    /// What the page is told next under this name.
    pub(crate) fn hears(&mut self, event: &str) -> Value {
        let mut name = String::new();
        for line in &mut self.lines {
            let line = line.expect("it goes on");
            if let Some(it) = line.strip_prefix("event: ") {
                name = it.to_owned();
            } else if let Some(data) = line.strip_prefix("data: ")
                && name == event
            {
                return serde_json::from_str(data).unwrap_or_else(|_| json!(data));
            }
        }
        panic!("the stream has ended");
    }

    /// Waits until the page is told that this question is revealed, and gives how the room had chosen.
    pub(crate) fn sees_revealed(&mut self, question: &str) -> Value {
        loop {
            let room = self.hears("room");
            if let Some(rounds) = room["revealed"].get(question) {
                return rounds.clone();
            }
        }
    }
}
