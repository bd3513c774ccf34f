//! Nothing yet. Write what you would like to try.

#[tokio::main]
async fn main() {}
