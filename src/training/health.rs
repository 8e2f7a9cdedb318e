//! The errors that a GPU has reported, and whether its results can be trusted.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::channel::oneshot;
use futures::future::{Either, select};

use crate::hardware::GpuComplaint;

/// The first complaint of a GPU, shared with the callbacks that receive it.
///
/// WebGPU reports errors separately from the computation: the numbers read back afterwards look plausible
/// and are stale. So this is checked before any number is trusted. After one complaint, a GPU is never
/// trusted again.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<Mutex<Complaints>>);

/// The first complaint, and who waits for it.
#[derive(Debug, Default)]
struct Complaints {
    first: Option<GpuComplaint>,
    /// The tasks that wait for it.
    waiting: Vec<oneshot::Sender<GpuComplaint>>,
}

impl Health {
    fn complaints(&self) -> MutexGuard<'_, Complaints> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records a complaint. Later ones are mostly consequences of the first and are dropped.
    pub fn report(&self, complaint: GpuComplaint) {
        let mut complaints = self.complaints();
        if complaints.first.is_none() {
            for waiting in complaints.waiting.drain(..) {
                // If the computation finished first, nobody waits any more.
                drop(waiting.send(complaint.clone()));
            }
            complaints.first = Some(complaint);
        }
    }

    /// Checks that everything computed so far can be trusted.
    ///
    /// # Errors
    /// The first complaint.
    pub fn check(&self) -> Result<(), GpuComplaint> {
        self.complaints().first.clone().map_or(Ok(()), Err)
    }

    /// Waits for the first complaint, which usually never comes.
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
            // The senders live as long as `self`.
            Err(oneshot::Canceled) => std::future::pending().await,
        }
    }

    /// The result of a computation, unless the GPU complains meanwhile, which makes it stale. A lost device
    /// may never finish, so a complaint also ends the wait.
    ///
    /// A readback fails shortly before its cause is reported, and the cause is more informative: after a
    /// failure this waits for the complaint until `patience` has passed.
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
