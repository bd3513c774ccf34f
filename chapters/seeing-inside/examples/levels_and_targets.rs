//! The same work under three filters. Watch which events come through.
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

mod kitchen {
    pub(crate) fn boil() {
        tracing::debug!("kettle on");
        tracing::trace!("water at 98 degrees");
    }
}

mod till {
    pub(crate) fn pay() {
        tracing::info!("paid");
        tracing::debug!("change given");
    }
}

fn work() {
    kitchen::boil();
    till::pay();
}

fn main() {
    let kitchen = "warn,levels_and_targets::kitchen=trace";
    for filter in ["info", "debug", kitchen] {
        println!("with the filter {filter}");
        let targets: Targets = filter.parse().unwrap();
        let log = tracing_subscriber::fmt::layer()
            .without_time()
            .with_ansi(false)
            .with_filter(targets);
        let subscriber = tracing_subscriber::registry().with(log);
        tracing::subscriber::with_default(subscriber, work);
    }
}
