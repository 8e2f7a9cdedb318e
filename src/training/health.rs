//! What a GPU has complained of, and whether to believe what was computed on it.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::channel::oneshot;
use futures::future::{Either, select};

use crate::hardware::GpuComplaint;

/// The first complaint of a GPU, shared with the callbacks that hear of it.
///
/// WebGPU reports errors beside the computation, not in it: the numbers read back afterwards look
/// plausible and are stale. So this is asked before any number is believed. A GPU that has complained
/// once is not believed again.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<Mutex<Complaints>>);

#[derive(Debug, Default)]
struct Complaints {
    first: Option<GpuComplaint>,
    /// Those who wait for it.
    waiting: Vec<oneshot::Sender<GpuComplaint>>,
}

impl Health {
    fn complaints(&self) -> MutexGuard<'_, Complaints> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a complaint; later ones are mostly consequences of the first and are dropped.
    pub fn report(&self, complaint: GpuComplaint) {
        let mut complaints = self.complaints();
        if complaints.first.is_none() {
            for waiting in complaints.waiting.drain(..) {
                // Nobody waits any more where the computation was quicker.
                drop(waiting.send(complaint.clone()));
            }
            complaints.first = Some(complaint);
        }
    }

    /// Whether everything computed so far can be believed.
    ///
    /// # Errors
    /// The first complaint.
    pub fn check(&self) -> Result<(), GpuComplaint> {
        self.complaints().first.clone().map_or(Ok(()), Err)
    }

    /// Waits for the first complaint, which hardly ever comes.
    pub async fn failed(&self) -> GpuComplaint {
        let told = {
            let mut complaints = self.complaints();
            if let Some(complaint) = &complaints.first {
                return complaint.clone();
            }
            let (tell, told) = oneshot::channel();
            complaints.waiting.retain(|waiting| !waiting.is_canceled());
            complaints.waiting.push(tell);
            told
        };
        match told.await {
            Ok(complaint) => complaint,
            // Senders are dropped with the health itself, which `self` keeps.
            Err(oneshot::Canceled) => std::future::pending().await,
        }
    }

    /// What a computation gave, unless the GPU complained meanwhile: its numbers would be stale then. A
    /// lost device may never finish, so a complaint ends the wait.
    ///
    /// A readback fails a moment before its cause is told, and the cause says more: after a failure the
    /// complaint is waited for as long as `patience` does.
    ///
    /// # Errors
    /// The complaint, or the computation's own error.
    pub async fn believed<T, E: From<GpuComplaint>, P: Future<Output = ()>>(
        &self,
        computation: impl Future<Output = Result<T, E>>,
        patience: impl FnOnce() -> P,
    ) -> Result<T, E> {
        let result = match select(pin!(computation), pin!(self.failed())).await {
            Either::Left((result, _)) => result,
            Either::Right((complaint, _)) => return Err(complaint.into()),
        };
        if result.is_err() {
            drop(select(pin!(patience()), pin!(self.failed())).await);
        }
        self.check()?;
        result
    }
}

#[cfg(test)]
mod tests {
    use pollster::block_on;

    use super::*;

    fn complaint(words: &str) -> GpuComplaint {
        GpuComplaint::Reported(words.to_owned())
    }

    #[test]
    fn the_first_complaint_is_the_one_that_counts() {
        let health = Health::default();
        assert_eq!(health.check(), Ok(()));
        let heard_elsewhere = health.clone();
        heard_elsewhere.report(complaint("Invalid ShaderModule"));
        heard_elsewhere.report(complaint("Invalid CommandBuffer"));
        assert_eq!(health.check(), Err(complaint("Invalid ShaderModule")));
    }

    #[test]
    fn a_complaint_reaches_those_who_wait_for_it_and_those_who_come_later() {
        let health = Health::default();
        let mut waiting = pin!(health.failed());
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        drop(health.failed());
        health.report(complaint("lost"));
        assert_eq!(waiting.poll(&mut context), std::task::Poll::Ready(complaint("lost")));
        assert_eq!(block_on(health.failed()), complaint("lost"));
    }

    #[test]
    fn a_computation_on_a_gpu_that_complained_is_not_believed() {
        let patient = || async {};
        let good = || async { Ok::<_, GpuComplaint>(7) };
        let health = Health::default();
        assert_eq!(block_on(health.believed(good(), patient)), Ok(7));
        let failed = async { Err::<u8, _>(complaint("reading back")) };
        assert_eq!(block_on(health.believed(failed, patient)), Err(complaint("reading back")));
        let told_late = health.clone();
        let failed = async { Err::<u8, _>(complaint("reading back")) };
        let cause = || async move { told_late.report(complaint("device lost")) };
        assert_eq!(block_on(health.believed(failed, cause)), Err(complaint("device lost")));
        assert_eq!(block_on(health.believed(good(), patient)), Err(complaint("device lost")));
        let never = std::future::pending::<Result<u8, GpuComplaint>>();
        assert_eq!(block_on(health.believed(never, patient)), Err(complaint("device lost")));
    }
}
