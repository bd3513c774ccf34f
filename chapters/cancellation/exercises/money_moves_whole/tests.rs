//! What a transfer must keep. It is cancelled by hand, after every number of
//! polls.

use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::sleep;

use super::{Account, transfer};

const RICH: u64 = 100;

fn accounts() -> (Account, Account) {
    (Account::new(1, RICH), Account::new(2, 0))
}

fn balances(of: (&Account, &Account)) -> (u64, u64) {
    let free = "nobody has an account open when the transfer is gone";
    let (a, b) = (of.0.balance.try_lock(), of.1.balance.try_lock());
    (*a.expect(free), *b.expect(free))
}

#[exercise::test]
async fn a_transfer_moves_money() {
    let (ada, bob) = accounts();
    assert!(transfer(&ada, &bob, 30).await, "there is enough");
    assert_eq!(balances((&ada, &bob)), (70, 30), "the balances");
    assert!(transfer(&bob, &ada, 10).await, "there is enough");
    assert_eq!(balances((&ada, &bob)), (80, 20), "the balances");
}

#[exercise::test]
async fn it_moves_nothing_where_there_is_too_little() {
    let (ada, bob) = accounts();
    assert!(!transfer(&bob, &ada, 1).await, "Bob has nothing");
    assert_eq!(balances((&ada, &bob)), (RICH, 0), "the balances");
}

#[exercise::test]
fn after_any_number_of_polls_it_can_be_dropped() {
    for polls in 0..50 {
        let (ada, bob) = accounts();
        let mut context = Context::from_waker(Waker::noop());
        let ready = {
            let mut transfer = pin!(transfer(&ada, &bob, 30));
            let mut poll = |_| transfer.as_mut().poll(&mut context).is_ready();
            (0..polls).any(&mut poll)
        };
        let (a, b) = balances((&ada, &bob));
        assert_eq!(a + b, RICH, "money after {polls} polls: {a} and {b}");
        if ready {
            return assert_eq!((a, b), (70, 30), "the balances at its end");
        }
    }
    panic!("after 49 polls, with nobody in the way, it is still not ready");
}

#[exercise::test]
async fn nothing_is_lost_where_others_have_the_accounts_open() {
    let (ada, bob) = accounts();
    let of_bob = bob.balance.lock().await;
    let mut transfer = Box::pin(transfer(&ada, &bob, 30).lane("transfer"));
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..10 {
        let poll = transfer.as_mut().poll(&mut context);
        assert!(poll.is_pending(), "Bob's account cannot be opened");
    }
    // Somebody else has opened Ada's, if that was free, when the transfer is
    // dropped.
    let of_ada = ada.balance.try_lock();
    drop(transfer);
    drop((of_ada, of_bob));
    let (a, b) = balances((&ada, &bob));
    assert_eq!(a + b, RICH, "money: {a} and {b}");
}

#[exercise::test]
async fn two_transfers_that_cross_both_end() {
    let (ada, bob) = (Account::new(1, 50), Account::new(2, 50));
    let there = transfer(&ada, &bob, 30).lane("from 1 to 2");
    let back = transfer(&bob, &ada, 10).lane("from 2 to 1");
    // Both accounts are open until both transfers wait for one.
    let (a, b) = (ada.balance.lock().await, bob.balance.lock().await);
    let close = async {
        sleep(Duration::from_secs(1)).await;
        drop((a, b));
    };
    let (there, back, ()) = tokio::join!(there, back, close);
    assert!(there && back, "there is enough for both");
    assert_eq!(balances((&ada, &bob)), (30, 70), "the balances");
}
