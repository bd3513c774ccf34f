//! The service without a socket, and once with one. Watch the verdicts.
use axum::{Router, body::Body, http::Request, http::StatusCode};
use http_body_util::BodyExt;
use service::{client::Client, database, limits::limited, load};
use service::{orders, pause, serve};
use std::panic::catch_unwind;
use std::time::Duration;
use tempfile::TempDir;
use tower::ServiceExt;

async fn service(folder: &TempDir, ms: u64) -> Router {
    let db = database::open(folder.path()).await.unwrap();
    let slow = axum::routing::get(|| pause(60_000));
    let service = orders::routes(db).route("/slow", slow);
    limited(service, 100, Duration::from_millis(ms))
}

async fn ask(service: &Router, request: Request<Body>) -> (StatusCode, String) {
    let response = service.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn order(key: &str, tea: &'static str) -> Request<Body> {
    let order = Request::post("/orders").header("idempotency-key", key);
    order.body(tea.into()).unwrap()
}

#[tokio::main(flavor = "current_thread")]
async fn same_key_same_order() {
    let folder = TempDir::new().unwrap();
    let service = service(&folder, 5000).await;
    let first = ask(&service, order("k", "mint")).await;
    let again = ask(&service, order("k", "mint")).await;
    assert_eq!(first, (StatusCode::CREATED, "1".into()));
    assert_eq!(again, first);
    let other = ask(&service, order("k", "oolong")).await;
    assert_eq!(other.0, StatusCode::CONFLICT);
}

#[tokio::main(flavor = "current_thread")]
async fn slow_ones_are_ended() {
    let folder = TempDir::new().unwrap();
    let slow = Request::get("/slow").body(Body::empty()).unwrap();
    let (status, _) = ask(&service(&folder, 50).await, slow).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::main(flavor = "current_thread")]
async fn over_a_real_socket() {
    let folder = TempDir::new().unwrap();
    let server = serve(service(&folder, 5000).await).await.unwrap();
    let mut client = Client::connect(server).await.unwrap();
    let reply = client.post("/orders", "mint").await.unwrap();
    assert_eq!(reply.status, StatusCode::CREATED);
    println!("{}", load::run(server).await);
}

/// What `cargo test` does with a function that has `#[test]`.
fn run(name: &str, test: fn()) {
    let ok = catch_unwind(test).is_ok();
    println!("test {name} ... {}", if ok { "ok" } else { "FAILED" });
}

fn main() {
    run("same_key_same_order", same_key_same_order);
    run("slow_ones_are_ended", slow_ones_are_ended);
    run("over_a_real_socket", over_a_real_socket);
}
