//! A class: a room that is asked the questions, whose pages have no answer before the teacher reveals it.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::book::{Book, soon};
use crate::classroom::{Class, Learner, book};
use crate::server::Server;
use crate::workshop::{Draft, Workshop};

/// The words that only the answers have: in the run, in the reason, and in the words about the run.
const SECRETS: [&str; 7] = [
    "zucchini",
    "herrings",
    "haddock",
    "radish",
    "data-right",
    "sounder",
    "marmalade",
];

/// Everything that this server answers without a key: all files of the site, and the API.
fn everything(server: &Server) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut wanted: Vec<_> = [
        "/",
        "/print.html",
        "/toc.html",
        "/404.html",
        "/nowhere",
        "/teacher",
        "/teacher.js",
        "/teacher.css",
        "/wall",
        "/api/health",
        "/api/nowhere",
        "/api/reload.js",
        "/api/source/tea/sounder",
        "/api/source/tea/sounde",
        "/api/source/tea/main",
        "/api/progress",
        "/api/teacher/book",
        "/api/teacher/room",
        "/api/runs",
    ]
    .map(str::to_owned)
    .into();
    let mut seen = BTreeSet::new();
    while let Some(path) = wanted.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let answer = server.get(&path);
        for part in answer.body.split(['"', '\'', '(', ')']) {
            let part = part.split(['#', '?']).next().expect("a part");
            let is_file = [".html", ".js", ".css", ".json"]
                .iter()
                .any(|end| part.ends_with(end));
            if is_file && !part.contains(['/', ' ', ':', '<', '\\']) {
                wanted.push(format!("/{part}"));
            }
        }
        found.push((path, answer.head + &answer.body));
    }
    assert!(found.len() > 15, "{seen:?}");
    found
}

/// The places where an answer is told.
fn told(server: &Server) -> Vec<String> {
    let mut told = Vec::new();
    for (path, text) in everything(server) {
        for secret in SECRETS {
            // The scripts of all pages know how a right choice is marked.
            let is_script = path.ends_with(".js") && !path.contains("searchindex");
            if text.to_lowercase().contains(secret) && !(is_script && secret == "data-right") {
                told.push(format!("{path}: {secret}"));
            }
        }
    }
    told
}

#[test]
fn no_answer_is_told_before_it_is_revealed() {
    let book = book();
    let class = Class::start(&book, &[]);
    let question = class.question("tea/sounder");
    assert_eq!(told(&class.server), [""; 0]);
    let index = everything(&class.server)
        .into_iter()
        .find(|(path, _)| path.contains("searchindex"));
    assert!(index.expect("an index").1.contains("What is in it?"));
    let page = class.server.get("/tea.html").body;
    for part in [
        "is-asked",
        "The run stands here once",
        "What is in it?",
        "something",
        "peas",
        "href=\"cups.html\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(
        class
            .teacher("reveal", &json!({ "question": question }))
            .status,
        204
    );
    let page = class.server.get("/tea.html").body;
    for part in [
        "data-revealed",
        "data-right",
        "herrings",
        "haddock",
        "zucchini",
        "marmalade",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let other = class.server.get("/cups.html").body;
    for part in ["zucchini", "radishes", "haddock", "is-asked"] {
        assert!(other.contains(part), "{part}: {other}");
    }
    assert!(
        !other.contains("So."),
        "the other question is not revealed: {other}"
    );
    // Each of these words was looked for in the right places.
    let told = told(&class.server).join("\n");
    for secret in SECRETS {
        assert!(told.contains(secret), "{secret} is nowhere: {told}");
    }
}

#[test]
fn what_is_said_to_teachers_is_not_told_to_a_class() {
    let book = book();
    book.write(
        "book/teaching-tea.md",
        "# Teaching: tea\n\n## The pot\n\n*Nothing* is what who has no turnips says.\n",
    );
    let summary = book.read("book/SUMMARY.md");
    book.write(
        "book/SUMMARY.md",
        &(summary + "\n# For teachers\n\n- [Teaching: tea](teaching-tea.md)\n"),
    );
    let class = Class::start(&book, &[]);
    let tells = |class: &Class| {
        let all = everything(&class.server).into_iter();
        let telling = all.filter(|(_, text)| text.contains("turnips"));
        telling.map(|(path, _)| path).collect::<Vec<_>>()
    };
    let page = class.server.get("/teaching-tea.html").body;
    assert_eq!(tells(&class), [""; 0]);
    assert!(page.contains("Teaching: tea</a>"), "{page}");
    assert!(page.contains("when all runs are revealed"), "{page}");
    for run in ["tea/sounder", "cups/main"] {
        let question = json!({ "question": class.question(run) });
        assert_eq!(class.teacher("reveal", &question).status, 204);
    }
    let there = soon(20, || {
        tells(&class).iter().any(|it| it == "/teaching-tea.html")
    });
    assert!(there, "{}", class.server.said());
}

#[test]
fn forty_learners_choose_and_are_counted_right() {
    let book = book();
    let class = Class::start(&book, &["--save", "counts.json"]);
    let question = class.question("tea/sounder");
    let mut learners: Vec<_> = (0..40).map(|n| class.enter(n)).collect();
    assert!(soon(10, || class.room()["here"] == 40), "{}", class.room());
    let choose = |learners: &[Learner], round, choices: &[usize]| {
        std::thread::scope(|scope| {
            for (who, choice) in learners.iter().zip(choices) {
                let (class, question) = (&class, &question);
                scope.spawn(move || {
                    // Somebody presses twice, somebody thinks again.
                    for choice in [(choice + 1) % 3, *choice, *choice] {
                        let answer = class.choose(who, question, round, choice);
                        assert_eq!(answer.status, 204, "{answer:?}");
                    }
                });
            }
        });
    };
    let spread = |first: usize, second: usize, third: usize| {
        [vec![0; first], vec![1; second], vec![2; third]].concat()
    };
    choose(&learners, 0, &spread(25, 10, 5));
    assert_eq!(
        class.room()["questions"][&question]["rounds"],
        json!([[25, 10, 5]])
    );
    assert_eq!(
        class
            .teacher("again", &json!({ "question": question }))
            .status,
        204
    );
    let told = learners[0].hears("room");
    assert!(told.get("here").is_none(), "no count is told: {told}");
    choose(&learners, 1, &spread(4, 30, 6));
    class
        .choose(&learners[0], &question, 0, 2)
        .is_refused(409, "asked again meanwhile");
    let rounds = json!([[25, 10, 5], [4, 30, 6]]);
    assert_eq!(class.room()["questions"][&question]["rounds"], rounds);
    let start = Instant::now();
    assert_eq!(
        class
            .teacher("reveal", &json!({ "question": question }))
            .status,
        204
    );
    for learner in &mut learners {
        assert_eq!(learner.sees_revealed(&question), rounds);
    }
    let took = start.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert!(
        class.server.get("/tea.html").body.contains("herrings"),
        "who is told finds it"
    );
    class
        .choose(&learners[0], &question, 1, 2)
        .is_refused(409, "revealed already");
    let saved: Value = serde_json::from_str(&book.read("counts.json")).expect("it is JSON");
    assert_eq!(saved["people"], 40);
    assert_eq!(saved["questions"][0]["rounds"], rounds);
    assert_eq!(saved["questions"][0]["right"], 1);
    for learner in &learners {
        assert!(!saved.to_string().contains(&learner.id), "{saved}");
    }
    drop(learners.split_off(15));
    assert!(soon(30, || class.room()["here"] == 15), "{}", class.room());
}

#[test]
fn counts_of_an_earlier_class_are_kept() {
    let book = Book::still();
    for (file, kept) in [("counts.json", "counts.1.json"), ("counts", "counts.1")] {
        book.write(file, "of yesterday");
        let class = Class::start(&book, &["--save", file]);
        assert_eq!(book.read(kept), "of yesterday");
        assert!(book.read(file).contains("\"people\": 0"));
        let said = class.server.said();
        assert!(said.contains(&format!("are in `{kept}` now")), "{said}");
    }
    // Nothing is written over.
    drop(Class::start(&book, &["--save", "counts.json"]));
    assert_eq!(book.read("counts.1.json"), "of yesterday");
    assert!(book.read("counts.2.json").contains("\"people\": 0"));
}

#[test]
fn the_wall_shows_the_address_to_everybody_and_nothing_else() {
    let book = Book::still();
    let class = Class::start(&book, &["--allow-host", "tea.local"]);
    let wall = class.server.get("/wall");
    let address = format!("http://tea.local:{}/", class.server.port);
    assert!(wall.head.contains("text/html"), "{}", wall.head);
    let heading = format!(">{address}</h1>");
    assert!(wall.body.contains(&heading), "{}", wall.body);
    assert!(wall.body.contains("<svg"));
    for part in [class.key(), "key", "<script"] {
        assert!(!wall.body.contains(part), "{part}: {}", wall.body);
    }
    assert_eq!(Server::start(&book).get("/wall").status, 404);
}

#[test]
fn a_class_that_has_begun_anew_is_another() {
    let book = Book::still();
    let mut class = Class::start(&book, &[]);
    let first = class.room()["class"].clone();
    assert_eq!(class.enter(1).hears("room")["class"], first);
    assert_eq!(class.room()["class"], first);
    class.begin_anew(&book);
    let second = class.room()["class"].clone();
    assert!(first.is_string() && second.is_string() && first != second);
}

#[test]
fn learners_are_somewhere_follow_and_are_stuck() {
    let book = book();
    let class = Class::start(&book, &[]);
    class.questions();
    let mut learners: Vec<_> = (0..3).map(|n| class.enter(n)).collect();
    let go = |who: &Learner, page: &str, section: &str, follows: bool| {
        let body =
            json!({ "person": who.id, "page": page, "section": section, "follows": follows });
        class.learner("place", &body)
    };
    assert_eq!(go(&learners[0], "tea", "the-pot", true).status, 204);
    assert_eq!(go(&learners[1], "tea", "bob-is-here", false).status, 204);
    assert_eq!(go(&learners[2], "cups", "cups", true).status, 204);
    go(&learners[0], "bob", "", true).is_refused(404, "no such page");
    let stuck =
        json!({ "person": learners[1].id, "stuck": true, "page": "tea", "section": "and-then" });
    assert_eq!(class.learner("stuck", &stuck).status, 204);
    let room = class.room();
    assert_eq!(room["follow"], 2);
    let spots = json!([
        { "page": "cups", "section": "cups", "here": 1, "stuck": 0 },
        { "page": "tea", "section": "", "here": 1, "stuck": 0 },
        { "page": "tea", "section": "and-then", "here": 0, "stuck": 1 },
        { "page": "tea", "section": "the-pot", "here": 1, "stuck": 0 },
    ]);
    assert_eq!(room["spots"], spots, "and no words of anybody's own");
    let free = json!({ "person": learners[1].id, "stuck": false, "page": "tea", "section": "" });
    assert_eq!(class.learner("stuck", &free).status, 204);
    assert!(!class.room()["spots"].to_string().contains("and-then"));
    let place = json!({ "page": "cups", "section": "the-cup" });
    assert_eq!(class.teacher("place", &place).status, 204);
    assert_eq!(learners[0].hears("room")["lead"], Value::Null);
    assert_eq!(class.teacher("lead", &json!({ "on": true })).status, 204);
    let lead = soon(5, || learners[0].hears("room")["lead"] == place);
    assert!(lead);
}

#[test]
fn what_is_not_right_is_refused() {
    let book = book();
    let class = Class::start(&book, &[]);
    let question = class.question("tea/sounder");
    let who = class.enter(1);
    let choice = json!({ "person": who.id, "question": question, "round": 0, "choice": 0 });
    let with = |key: &str, value: Value| {
        let mut body = choice.clone();
        body[key] = value;
        class.learner("choose", &body)
    };
    with("person", json!("bob")).is_refused(400, "no person's id");
    with("person", json!("0".repeat(32))).is_refused(409, "no page open");
    with("question", json!("why")).is_refused(404, "no such question");
    with("choice", json!(3)).is_refused(400, "no such choice");
    with("choice", json!(-1)).is_refused(400, "not understood");
    with("round", json!(1)).is_refused(409, "asked again");
    with("name", json!("bob")).is_refused(400, "not understood");
    with("question", json!("x".repeat(5000))).is_refused(413, "more than 4 KiB");
    class
        .learner("choose", &json!([]))
        .is_refused(400, "not understood");
    let host = class.server.host();
    let origin = format!("http://{host}");
    let ask = |path: &str, headers: &[(&str, &str)]| {
        let json = [("Content-Type", "application/json")];
        class.server.ask(
            "POST",
            path,
            &[&json, headers].concat(),
            &choice.to_string(),
        )
    };
    let choose = "/api/room/choose";
    assert_eq!(
        ask(choose, &[("Host", &host), ("Origin", &origin)]).status,
        204
    );
    ask(choose, &[("Host", &host)]).is_refused(403, "page of this book");
    ask(
        choose,
        &[("Host", &host), ("Origin", "http://evil.example")],
    )
    .is_refused(403, "page of this book");
    ask(choose, &[("Host", "evil.example"), ("Origin", &origin)]).is_refused(421, "evil.example");
    let foreign = [
        ("Host", host.as_str()),
        ("Origin", &origin),
        ("Sec-Fetch-Site", "cross-site"),
    ];
    ask(choose, &foreign).is_refused(403, "page of this book");
    let key = class.key();
    for (path, body) in [
        ("reveal", json!({ "question": question })),
        ("again", json!({ "question": question })),
        ("lead", json!({ "on": true })),
        ("runs", json!({ "on": true })),
        ("place", json!({ "page": "tea", "section": "" })),
    ] {
        let path = format!("/api/teacher/{path}");
        for wrong in [
            "",
            "0",
            &"0".repeat(32),
            &key[..31],
            &format!("{key}0"),
            &class.server_key(&book),
        ] {
            class
                .ask("POST", &path, wrong, &body)
                .is_refused(401, "class's teacher");
        }
        let from_elsewhere = [
            ("Host", host.as_str()),
            ("Origin", "http://evil.example"),
            ("X-Workbook-Key", key),
            ("Content-Type", "application/json"),
        ];
        let answer = class
            .server
            .ask("POST", &path, &from_elsewhere, &body.to_string());
        answer.is_refused(403, "page of this book");
    }
    for path in [
        "/api/teacher/room",
        "/api/teacher/book",
        "/api/teacher/nowhere",
    ] {
        class.server.get(path).is_refused(401, "class's teacher");
    }
    assert_eq!(class.room()["may_run"], false);
    assert_eq!(class.room()["questions"][&question]["revealed"], false);
}

#[test]
fn in_a_class_nobody_edits_and_runs_are_the_teachers_to_allow() {
    let book = book();
    let class = Class::start(&book, &[]);
    let question = class.question("tea/sounder");
    let run = |key: &str, snippet: &str| {
        let body = json!({ "snippet": snippet });
        class.ask("POST", "/api/runs", key, &body)
    };
    run("", "tea/main").is_refused(403, "programs do not run in this room");
    run(class.key(), "tea/sounder").is_refused(403, "the room is asked about this program");
    assert_eq!(class.teacher("runs", &json!({ "on": true })).status, 204);
    run("", "tea/sounder").is_refused(403, "the room is asked about this program");
    let near = run("", "tea/sounde");
    near.is_refused(404, "no such program");
    assert!(!near.body.contains("sounder"), "{near:?}");
    let answer = run("", "tea/main");
    assert_eq!(answer.status, 201, "{answer:?}");
    let id = answer.json()["id"].as_str().expect("an id").to_owned();
    let events: Vec<_> = class.server.events(&id).collect();
    let end = crate::server::end(&events);
    assert_eq!(end["kind"], "ok", "{end}");
    // Its claim compares it with the other run.
    assert!(!format!("{events:?}").contains("sounder"), "{events:?}");
    let edited = json!({ "snippet": "tea/main", "source": "fn main() {}" });
    for key in ["", class.key()] {
        class
            .ask("POST", "/api/runs", key, &edited)
            .is_refused(403, "edited code is not run");
        let save = class.ask("GET", "/api/exercises/tea/kettle", key, &Value::Null);
        save.is_refused(403, "one's own machine");
        class
            .ask("GET", "/api/progress", key, &Value::Null)
            .is_refused(403, "one's own machine");
        class
            .ask("GET", "/api/source/tea/main", key, &Value::Null)
            .is_refused(403, "in a class");
    }
    assert_eq!(class.server.health()["edits"], false);
    assert_eq!(
        class
            .teacher("reveal", &json!({ "question": question }))
            .status,
        204
    );
    assert_eq!(run("", "tea/sounder").status, 201);
    assert_eq!(class.teacher("runs", &json!({ "on": false })).status, 204);
    run("", "tea/sounder").is_refused(403, "programs do not run in this room");
}

#[test]
fn names_are_let_in_by_the_one_who_starts_it() {
    let book = Book::still();
    let args = [
        "--allow-host",
        "laptop.local",
        "--allow-host",
        "tea.example",
    ];
    let class = Class::start(&book, &args);
    let said = class.server.said();
    assert!(
        said.contains("only this machine reaches the room"),
        "{said}"
    );
    let port = class.server.port;
    assert!(
        said.contains(&format!("http://laptop.local:{port}/")),
        "{said}"
    );
    let body = json!({ "on": true }).to_string();
    let lead = |host: &str, origin: &str| {
        let headers = [
            ("Host", host),
            ("Origin", origin),
            ("X-Workbook-Key", class.key()),
            ("Content-Type", "application/json"),
        ];
        class
            .server
            .ask("POST", "/api/teacher/lead", &headers, &body)
    };
    let local = format!("laptop.local:{port}");
    assert_eq!(lead(&local, &format!("http://{local}")).status, 204);
    assert_eq!(lead("tea.example", "https://tea.example").status, 204);
    lead("milk.example", "https://milk.example").is_refused(421, "milk.example");
    lead("tea.example", "https://milk.example").is_refused(403, "page of this book");
    lead("tea.example", "https://tea.example:444").is_refused(403, "page of this book");
}

#[test]
fn without_a_class_there_is_none() {
    let book = book();
    let server = Server::start(&book);
    let page = server.get("/tea.html").body;
    for part in ["data-question", "data-revealed", "is-asked", "in-room"] {
        assert!(!page.contains(part), "{part}: {page}");
    }
    assert!(page.contains("content=\"live\"") && page.contains("/api/reload.js"));
    assert_eq!(server.get("/teacher").status, 404);
    server
        .get("/api/room/events")
        .is_refused(404, "there is nothing at");
    server
        .get("/api/teacher/room")
        .is_refused(404, "there is nothing at");
    let ran = book.run(["serve", "--save", "x.json"]);
    assert_eq!(ran.code, Some(2), "{ran}");
}

#[test]
fn a_server_that_has_joined_withholds_and_chooses_with_the_room() {
    let book = book();
    let mut class = Class::start(&book, &[]);
    let question = class.question("tea/sounder");
    let own = Book::new();
    for (path, text) in book.files() {
        own.write(&path, &text);
    }
    let room = format!("http://{}/", class.server.host());
    let joined = Server::start_with(&own, &["--join", &room]);
    assert!(soon(20, || class.room()["here"] == 1), "{}", joined.said());
    assert_eq!(told(&joined), [""; 0]);
    let page = joined.get("/tea.html").body;
    assert!(
        page.contains("content=\"joined\"") && page.contains("is-asked"),
        "{page}"
    );
    let choice = json!({ "person": "", "question": question, "round": 0, "choice": 1 }).to_string();
    let answer = joined.as_page("POST", "/api/room/choose", &choice);
    assert_eq!(answer.status, 204, "{answer:?}");
    assert_eq!(
        class.room()["questions"][&question]["rounds"],
        json!([[0, 1, 0]])
    );
    let wrong = choice.replace(&question, "why");
    joined
        .as_page("POST", "/api/room/choose", &wrong)
        .is_refused(404, "no such question");
    joined
        .as_page("POST", "/api/room/exercise", &choice)
        .is_refused(404, "no such thing to tell");
    let host = joined.host();
    let origin = format!("http://{host}");
    let without_key = [
        ("Host", host.as_str()),
        ("Origin", &origin),
        ("Content-Type", "application/json"),
    ];
    let refused = joined.ask("POST", "/api/room/choose", &without_key, &choice);
    refused.is_refused(401, "the key is missing");
    let run = |snippet: &str| {
        joined.as_page(
            "POST",
            "/api/runs",
            &json!({ "snippet": snippet }).to_string(),
        )
    };
    run("tea/sounder").is_refused(403, "the room is asked about this program");
    assert_eq!(run("tea/main").status, 201, "at home everything else runs");
    assert_eq!(
        class
            .teacher("reveal", &json!({ "question": question }))
            .status,
        204
    );
    assert!(
        soon(20, || joined.get("/tea.html").body.contains("herrings")),
        "{}",
        joined.said()
    );
    assert!(joined.get("/cups.html").body.contains("is-asked"));
    assert_eq!(run("tea/sounder").status, 201);
    class.server.kill();
    assert!(
        soon(30, || joined.said().contains("the book goes on here")),
        "{}",
        joined.said()
    );
    let lost = joined.as_page("POST", "/api/room/choose", &choice);
    lost.is_refused(502, "the teacher's server does not answer");
    assert_eq!(run("tea/main").status, 201);
    // When it stays away, the reader answers the questions alone.
    let is_alone = || {
        let page = joined.get("/cups.html").body;
        page.contains("data-right") && !page.contains("is-asked")
    };
    assert!(soon(90, is_alone), "{}", joined.said());
    let ran = own.run(["serve", "--join", "https://tea.example"]).failed();
    ran.says("is encrypted, which this tool cannot join");
}

#[test]
fn what_could_not_be_revealed_is_not_told_later() {
    let book = book();
    let class = Class::start(&book, &[]);
    let question = json!({ "question": class.question("tea/sounder") });
    let settings = book.read("book.toml");
    book.write("book.toml", "[book");
    let answer = class.teacher("reveal", &question);
    answer.is_refused(503, "could not be built");
    book.write("book.toml", &(settings + "# mended\n"));
    book.append("book/tea.md", "\nOne turnip more.\n");
    let built = || class.server.get("/tea.html").body.contains("turnip");
    assert!(soon(20, built), "{}", class.server.said());
    assert_eq!(told(&class.server), [""; 0]);
    assert_eq!(class.teacher("reveal", &question).status, 204);
    assert!(class.server.get("/tea.html").body.contains("herrings"));
}

#[test]
fn what_is_done_at_once_is_told_as_it_is_in_the_end() {
    let book = book();
    let class = Class::start(&book, &[]);
    class.questions();
    for round in 0..150 {
        std::thread::scope(|scope| {
            for n in 0..4 {
                for what in ["lead", "runs"] {
                    let (class, on) = (&class, (n + round) % 2 == 0);
                    scope.spawn(move || class.teacher(what, &json!({ "on": on })));
                }
            }
        });
        let told = class.enter(round).hears("room");
        assert_eq!(told["may_run"], class.room()["may_run"], "{round}: {told}");
    }
}

/// A server that says of itself that it is a teacher's, and leads those who have joined to `page`.
fn leads_to(page: &str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("it is bound").port();
    let room = json!({
        "class": "tea", "rounds": {}, "revealed": {}, "may_run": false, "more": "<script>",
        "lead": { "page": page, "section": "the-pot" },
    });
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
            let told = format!("{head}event: room\ndata: {room}\n\n");
            std::thread::spawn(move || {
                let mut asked = [0; 4096];
                let length = stream.read(&mut asked).unwrap_or(0);
                if asked[..length].starts_with(b"POST") {
                    let _ =
                        stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
                    return;
                }
                let _ = stream.write_all(told.as_bytes());
                // Open for as long as the other wants.
                let _ = stream.read_to_end(&mut Vec::new());
            });
        }
    });
    port
}

/// The answer and the end of its connection come together. That is no server which does not answer.
#[test]
fn an_answer_that_closes_its_connection_is_an_answer() {
    let room = format!("http://127.0.0.1:{}/", leads_to("tea"));
    let book = book();
    let joined = Server::start_with(&book, &["--join", &room]);
    let in_class = || joined.said().contains("in the class at");
    assert!(soon(30, in_class), "{}", joined.said());
    let choice = json!({ "person": "", "question": "why", "round": 0, "choice": 1 }).to_string();
    for _ in 0..20 {
        let answer = joined.as_page("POST", "/api/room/choose", &choice);
        assert_eq!(answer.status, 204, "{answer:?}");
    }
}

#[test]
fn who_has_joined_is_led_to_pages_of_the_own_book_alone() {
    let book = book();
    for (page, lead) in [
        ("javascript:alert(1)//", Value::Null),
        ("//evil.example/tea", Value::Null),
        ("cups", json!({ "page": "cups", "section": "" })),
        ("tea", json!({ "page": "tea", "section": "the-pot" })),
    ] {
        let room = format!("http://127.0.0.1:{}/", leads_to(page));
        let joined = Server::start_with(&book, &["--join", &room]);
        assert!(
            soon(30, || joined.said().contains("in the class at")),
            "{}",
            joined.said()
        );
        let mut learner = Learner::enter(&joined, 1);
        let mut told = Value::Null;
        // Before the first pages are there, it does not know which there are.
        while told["class"] != "tea" {
            told = learner.hears("room");
        }
        assert_eq!(told["lead"], lead, "{told}");
        assert_eq!(told.get("more"), None, "{told}");
    }
}

/// Two hundred learners at once: what it takes, and how long the slowest of them waits for a reveal.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "a measurement: cargo test -p workbook --test suite two_hundred -- --ignored --nocapture"]
fn two_hundred_learners_at_once() {
    const LEARNERS: usize = 200;
    let book = book();
    let class = Class::start(&book, &[]);
    let question = class.question("tea/sounder");
    let process = class.server.process();
    let cpu = || {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("it runs");
        let fields: Vec<_> = stat
            .rsplit(')')
            .next()
            .expect("fields")
            .split(' ')
            .collect();
        // User and system, in hundredths of a second.
        [12, 13]
            .map(|at| fields[at].parse::<u64>().expect("a number"))
            .iter()
            .sum::<u64>() as f64
            / 100.0
    };
    let (start, before) = (Instant::now(), cpu());
    let mut learners: Vec<_> = (0..LEARNERS).map(|n| class.enter(n)).collect();
    assert!(soon(30, || class.room()["here"] == LEARNERS));
    println!(
        "{LEARNERS} have come in {:.2} s, with {:.2} s of CPU",
        start.elapsed().as_secs_f64(),
        cpu() - before
    );
    let (start, before) = (Instant::now(), cpu());
    std::thread::scope(|scope| {
        for (n, who) in learners.iter().enumerate() {
            let (class, question) = (&class, &question);
            scope.spawn(move || assert_eq!(class.choose(who, question, 0, n % 3).status, 204));
        }
    });
    println!(
        "all have chosen in {:.2} s, with {:.2} s of CPU",
        start.elapsed().as_secs_f64(),
        cpu() - before
    );
    assert_eq!(
        class.room()["questions"][&question]["rounds"],
        json!([[67, 67, 66]])
    );
    let (start, before) = (Instant::now(), cpu());
    let mut waits: Vec<(Duration, Duration)> = std::thread::scope(|scope| {
        let hear = |learner| {
            let (class, question) = (&class, &question);
            scope.spawn(move || {
                let learner: &mut Learner = learner;
                learner.sees_revealed(question);
                let heard = start.elapsed();
                // Each page fetches itself then.
                assert!(class.server.get("/tea.html").body.contains("herrings"));
                (heard, start.elapsed())
            })
        };
        let hearing: Vec<_> = learners.iter_mut().map(hear).collect();
        assert_eq!(
            class
                .teacher("reveal", &json!({ "question": question }))
                .status,
            204
        );
        hearing
            .into_iter()
            .map(|it| it.join().expect("it does not panic"))
            .collect()
    });
    waits.sort();
    let heard = waits.iter().map(|it| it.0).max().expect("some");
    let seen = waits.iter().map(|it| it.1).max().expect("some");
    println!(
        "the slowest heard of the reveal after {heard:.2?}, had its page after {seen:.2?}, with {:.2} s of CPU",
        cpu() - before
    );
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    for line in status
        .lines()
        .filter(|it| it.starts_with("VmHWM") || it.starts_with("Threads"))
    {
        println!("{line}");
    }
    assert!(seen < Duration::from_secs(30), "{seen:?}");
}

#[test]
fn exercises_are_counted_with_the_tests_that_fail() {
    let workshop = Workshop {
        book: Book::still(),
    };
    workshop.add("tea", &Draft::sound("pour"));
    let class = Class::start(&workshop.book, &[]);
    let learners: Vec<_> = (0..4).map(|n| class.enter(n)).collect();
    let tells = |who: usize, exercise: &str, standing: &str, test: Option<&str>| {
        let person = &learners[who].id;
        let body =
            json!({ "person": person, "exercise": exercise, "standing": standing, "test": test });
        class.learner("exercise", &body)
    };
    for (who, standing, test) in [
        (0, "begun", None),
        (1, "failed", Some("two_are_poured")),
        (2, "failed", Some("two_are_poured")),
        (2, "passed", None),
        (3, "failed", None),
    ] {
        let answer = tells(who, "tea/pour", standing, test);
        assert_eq!(answer.status, 204, "{answer:?}");
    }
    let failing = json!([["does not compile", 1], ["two_are_poured", 1]]);
    let counted = json!({ "begun": 4, "passed": 1, "failing": failing });
    assert_eq!(class.room()["exercises"]["tea/pour"], counted);
    tells(0, "tea/pour", "failed", Some("bob_was_here")).is_refused(404, "no such test");
    tells(0, "tea/bob", "begun", None).is_refused(404, "tea/bob");
    tells(0, "tea/pour", "lost", None).is_refused(400, "not understood");
    // They are solved on one's own machine.
    let own = class.ask("PUT", "/api/exercises/tea/pour", class.key(), &json!({}));
    own.is_refused(403, "one's own machine");
}
