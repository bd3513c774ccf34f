//! A guest gives its place back with its last statement, if it gets there.

use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

pub async fn serve<G, F>(
    mut door: mpsc::Receiver<G>,
    places: usize,
    guest: impl Fn(G) -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let free = Arc::new(Semaphore::new(places));
    let mut guests = JoinSet::new();
    while let Some(comes) = door.recv().await {
        free.acquire().await.expect("it is open").forget();
        let (guest, free) = (guest(comes), Arc::clone(&free));
        guests.spawn(async move {
            guest.await;
            free.add_permits(1);
        });
    }
    while guests.join_next().await.is_some() {}
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (door, comes) = mpsc::channel::<()>(1);
    drop(door);
    serve(comes, 2, |()| async {}).await;
}
