//! Is over when nobody comes any more, whoever is still inside.

use tokio::sync::mpsc;
use tokio::task::JoinSet;

pub async fn serve<G, F>(
    mut door: mpsc::Receiver<G>,
    places: usize,
    guest: impl Fn(G) -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let mut guests = JoinSet::new();
    while let Some(comes) = door.recv().await {
        if guests.len() == places {
            _ = guests.join_next().await;
        }
        guests.spawn(guest(comes));
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (door, comes) = mpsc::channel::<()>(1);
    drop(door);
    serve(comes, 2, |()| async {}).await;
}
