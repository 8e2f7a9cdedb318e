//! The embedding by t-SNE, which holds the thread: the page asks a worker of its own for it, and ends that to cancel it.

use std::rc::Rc;

use super::Insight;
use crate::insight::{neighbours, principal_components};
use crate::protocol::insight::{InsightNews, WeightsAt};
use crate::protocol::{Event, Failure, encode};
use crate::worker_common::port::Port;

/// No more rounds are taken, whatever is asked for.
const MOST_ROUNDS: u32 = 2_000;
/// The search for neighbours says nothing for some seconds.
const SEARCH_MS: u32 = 60_000;
/// A round takes a fraction of a second, on a slow machine seconds.
const ROUND_MS: u32 = 10_000;

impl Insight {
    pub(super) async fn neighbours(
        &self,
        at: &WeightsAt,
        epochs: u32,
    ) -> Result<Vec<[f32; 2]>, Failure> {
        let (features, _) = self.features(at).await?;
        let start = principal_components(&features).points;
        let total = epochs.min(MOST_ROUNDS);
        self.port.post(&Event::LongTask { ms: SEARCH_MS });
        let port = Rc::clone(&self.port);
        let told = move |done| {
            tell(&port, InsightNews::Embedded { done, total });
            // Last, because whatever is said ends what was announced before.
            port.post(&Event::LongTask { ms: ROUND_MS });
        };
        Ok(neighbours(&features, &start, total as usize, told))
    }
}

fn tell(port: &Port, news: InsightNews) {
    if let Ok(bytes) = encode(&news) {
        port.post(&Event::Insight { bytes });
    }
}
