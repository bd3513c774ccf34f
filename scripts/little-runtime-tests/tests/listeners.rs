//! Many listeners, and tasks that accept there once, or give up: whatever the
//! order, nobody waits beside a connection, and all have their turn.

use little_runtime::{JoinHandle, TcpListener, block_on, sleep, spawn};
use little_runtime::{timeout, yield_now};
use proptest::prelude::*;
use std::cell::RefCell;
use std::collections::HashSet;
use std::net::{SocketAddr, TcpStream};
use std::rc::Rc;
use std::time::Duration;

const LISTENERS: usize = 5;

/// What is done at one of the listeners.
#[derive(Debug, Clone, Copy)]
enum Act {
    Connect,
    /// One more task waits for a connection.
    Accept,
    /// One of the tasks that have been told to wait is aborted: the one with this
    /// number, if there are so many.
    GiveUp(usize),
}

/// One act at the listener with this number, or a turn for all.
type Step = Option<(usize, Act)>;

fn step() -> impl Strategy<Value = Step> {
    let act = prop_oneof![
        3 => Just(Act::Connect),
        3 => Just(Act::Accept),
        1 => (0..8_usize).prop_map(Act::GiveUp),
    ];
    prop_oneof![
        5 => (0..LISTENERS, act).prop_map(Some),
        1 => Just(None),
    ]
}

/// One listener, and what happened there.
struct Place {
    listener: Rc<TcpListener>,
    clients: Vec<TcpStream>,
    tasks: Vec<JoinHandle<()>>,
    /// Who had one, and whose it was, in this order.
    accepted: Rc<RefCell<Vec<(usize, SocketAddr)>>>,
    gave_up: Vec<usize>,
}

impl Place {
    fn new() -> Self {
        let any = "127.0.0.1:0".parse().unwrap();
        Self {
            listener: Rc::new(TcpListener::bind(any).unwrap()),
            clients: Vec::new(),
            tasks: Vec::new(),
            accepted: Rc::default(),
            gave_up: Vec::new(),
        }
    }

    fn act(&mut self, act: Act) {
        match act {
            Act::Connect => {
                let address = self.listener.local_addr().unwrap();
                self.clients.push(TcpStream::connect(address).unwrap());
            }
            Act::Accept => {
                let (listener, accepted) =
                    (Rc::clone(&self.listener), Rc::clone(&self.accepted));
                let number = self.tasks.len();
                self.tasks.push(spawn(async move {
                    let (_, peer) = listener.accept().await.unwrap();
                    accepted.borrow_mut().push((number, peer));
                }));
            }
            Act::GiveUp(number) => {
                if let Some(task) = self.tasks.get(number) {
                    task.abort();
                    self.gave_up.push(number);
                }
            }
        }
    }

    /// Whether no task waits, or there is no connection for it.
    fn is_settled(&self) -> bool {
        let accepted = self.accepted.borrow();
        let done = |n: &usize| accepted.iter().any(|(it, _)| it == n);
        let mut waiting = (0..self.tasks.len())
            .filter(|n| !done(n) && !self.gave_up.contains(n));
        waiting.next().is_none() || accepted.len() == self.clients.len()
    }
}

fn run(steps: &[Step]) -> (bool, Vec<Place>) {
    block_on(async {
        let mut places: Vec<_> = (0..LISTENERS).map(|_| Place::new()).collect();
        for step in steps {
            match *step {
                None => yield_now().await,
                Some((n, act)) => places[n].act(act),
            }
        }
        let settled = async {
            while !places.iter().all(Place::is_settled) {
                sleep(Duration::from_millis(1)).await;
            }
        };
        let settled = timeout(Duration::from_secs(2), settled).await.is_some();
        (settled, places)
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        max_shrink_time: 20_000, // milliseconds
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn nobody_waits_beside_a_connection(
        steps in prop::collection::vec(step(), 0..80),
    ) {
        let (settled, places) = run(&steps);
        prop_assert!(settled, "a task waits, and so does a connection");
        for place in places {
            let accepted = place.accepted.take();
            let (tasks, peers): (Vec<_>, Vec<_>) = accepted.into_iter().unzip();
            prop_assert!(tasks.is_sorted(), "in turns: {tasks:?}");
            let clients = place.clients.iter();
            let clients: HashSet<_> =
                clients.map(|it| it.local_addr().unwrap()).collect();
            let different = peers.iter().collect::<HashSet<_>>().len();
            prop_assert_eq!(different, peers.len(), "each once");
            prop_assert!(peers.iter().all(|it| clients.contains(it)));
        }
    }
}
