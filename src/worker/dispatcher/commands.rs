//! Each command, executed or delegated.

use std::rc::Rc;

use super::{Dispatcher, Plan};
use crate::dataset::fetch::own_sets;
use crate::dataset::own;
use crate::protocol::insight::SeenStep;
use crate::protocol::{
    Command, Event, Failure, ProtocolError, Reply, Request, Status, Waiting, encode,
};
use crate::worker::classify::ClassifyService;
use crate::worker::cross_validation;
use crate::worker::run::Run;
use crate::worker::run_control::RunControl;

impl Dispatcher {
    /// Executes a command. Returns a plan if the command starts a run.
    pub(super) async fn handle(&mut self, request: Request, run: Option<&mut Run>) -> Option<Plan> {
        let Request { id, command } = request;
        let running = self.control.get().is_some();
        let outcome = match command {
            Command::LoadData { url, manifest_sha256, refetch } => {
                let disturbs = refetch && self.data.is_complete() || self.data.is_elsewhere(&url);
                if disturbs && running && self.data.dataset().is_some() {
                    Err(Failure::Busy(Waiting::Refetch))
                } else {
                    self.load_data(id, url, manifest_sha256, refetch);
                    return None;
                }
            }
            Command::OwnSets { base } => {
                self.meanwhile(id, async move { Ok(Reply::OwnSets(own_sets::kept(&base).await)) });
                return None;
            }
            Command::ForgetOwnSet { sha256, .. }
                if running && self.data.own().is_some_and(|own| own.sha256() == sha256) =>
            {
                Err(Failure::Busy(Waiting::ForgetOwnSet))
            }
            Command::ForgetOwnSet { base, sha256 } => {
                self.meanwhile(id, async move {
                    own_sets::forget(&own::address(&base, &sha256)).await;
                    Ok(Reply::Done)
                });
                return None;
            }
            Command::TrainOnly => {
                self.engine_manager.wait_for_runs();
                self.service.be_quiet();
                Ok(Reply::Done)
            }
            Command::FinishWriting => {
                let service = Rc::clone(&self.service);
                self.meanwhile(id, async move {
                    service.finish_writing().await?;
                    Ok(Reply::Done)
                });
                return None;
            }
            Command::Start(_) | Command::Resume { .. } if running => {
                Err(Failure::Busy(Waiting::Start))
            }
            Command::Measure { .. } if running => Err(Failure::Busy(Waiting::Measure)),
            Command::Measure { case, budget_ms } => {
                return Some(Plan::Measure { id, case, budget_ms });
            }
            Command::Remember(measured) => {
                for (case, measurement) in measured {
                    self.engine_manager.remember(case, measurement);
                }
                Ok(Reply::Done)
            }
            // The settings were checked when they were decoded.
            Command::Start(run) => {
                self.port.answer(id, Ok(Reply::Done));
                return Some(Plan::Train(run));
            }
            Command::Resume { checkpoint, on_cpu } => {
                return Some(Plan::Resume { id, checkpoint, on_cpu });
            }
            Command::Pause => self.set_control(RunControl::Pause),
            Command::Continue => self.set_control(RunControl::Run),
            Command::Stop => self.set_control(RunControl::Stop),
            Command::Library(command) => {
                self.service.answer_meanwhile(id, command);
                return None;
            }
            Command::ClassifyNewest { except } => {
                self.classify_meanwhile(id, async move |it| it.take_up_newest(&except).await);
                return None;
            }
            Command::LoadCheckpoint { name } => {
                self.classify_meanwhile(id, async move |it| it.take_up(&name).await);
                return None;
            }
            Command::Classify { garment } => match run {
                Some(run) => ClassifyService::classify_with(run, &garment).await,
                None => {
                    self.classify_meanwhile(id, async move |it| it.classify(&garment).await);
                    return None;
                }
            },
            Command::Weights => match run {
                Some(run) => ClassifyService::weights_of(run).await,
                None => {
                    self.classify_meanwhile(id, async move |it| it.weights().await);
                    return None;
                }
            },
            // It is answered once the step has been taken.
            Command::Observe { pause: true } => match self.set_control(RunControl::StepOnce) {
                Ok(_) => {
                    self.asked_for_step.push(id);
                    return None;
                }
                Err(failure) => Err(failure),
            },
            Command::Observe { pause: false } => match run {
                // The page hears late that a run has been paused.
                Some(_) if self.control.get() != Some(RunControl::Run) => Ok(Reply::Done),
                Some(run) => run.observe().await.map_err(Failure::from).and_then(step_reply),
                None => Err(Failure::NoRunUnderWay),
            },
            Command::Samples { augmentation, seed, epoch } => {
                Ok(Reply::Samples(self.data.samples(&augmentation, seed, epoch)))
            }
            Command::Insight { bytes } => {
                let (data, port) = (Rc::clone(&self.data), Rc::clone(&self.port));
                self.meanwhile(
                    id,
                    async move { cross_validation::answer(&bytes, data, &port).await },
                );
                return None;
            }
            // The worker for files does this.
            Command::PreparePhoto { .. } => Err(ProtocolError::WrongProgram.into()),
            Command::TestImage { index } => {
                self.data.test_image(index).map(Reply::TestImage).ok_or(Failure::NoTestImages)
            }
        };
        self.port.answer(id, outcome);
        None
    }

    /// Answers the command with this id once that is known.
    fn meanwhile(&self, id: u32, outcome: impl Future<Output = Result<Reply, Failure>> + 'static) {
        let port = Rc::clone(&self.port);
        wasm_bindgen_futures::spawn_local(async move { port.answer(id, outcome.await) });
    }

    /// Answers the command with this id later, so that storage which does not answer delays no other command.
    fn classify_meanwhile<W>(&self, id: u32, work: W)
    where
        W: AsyncFnOnce(&ClassifyService) -> Result<Reply, Failure> + 'static,
    {
        let (classify, port) = (Rc::clone(&self.classify), Rc::clone(&self.port));
        wasm_bindgen_futures::spawn_local(async move {
            port.answer(id, work(&classify).await);
        });
    }

    /// Takes the single step that was asked for, after which the run is paused.
    pub(super) async fn step_once(&mut self, run: &mut Run) {
        let seen = run.observe().await.map_err(Failure::from);
        if self.control.get() == Some(RunControl::StepOnce) {
            // A run that has broken off says so when it is next advanced.
            let next = if seen.is_ok() { RunControl::Pause } else { RunControl::Run };
            self.control.set(Some(next));
        }
        let mut asked = std::mem::take(&mut self.asked_for_step).into_iter();
        if let Some(id) = asked.next() {
            self.port.answer(id, seen.and_then(step_reply));
        }
        asked.for_each(|id| self.port.answer(id, Ok(Reply::Done)));
    }

    /// Answers whoever has asked for a step that is not taken, because the visitor has decided otherwise meanwhile.
    pub(super) fn forget_step(&mut self) {
        for id in std::mem::take(&mut self.asked_for_step) {
            self.port.answer(id, Ok(Reply::Done));
        }
    }

    fn set_control(&self, control: RunControl) -> Result<Reply, Failure> {
        match self.control.get() {
            // A run that has ended can no longer be paused or continued.
            Some(RunControl::Stop) | None if control != RunControl::Stop => {
                Err(Failure::NoRunUnderWay)
            }
            None => Err(Failure::NoRunUnderWay),
            Some(_) => {
                self.control.set(Some(control));
                Ok(Reply::Done)
            }
        }
    }

    fn load_data(&self, id: u32, url: String, manifest: Option<String>, refetch: bool) {
        let (port, data) = (Rc::clone(&self.port), Rc::clone(&self.data));
        let (control, status) = (Rc::clone(&self.control), Rc::clone(&self.status));
        if control.get().is_none() {
            self.post_status(Status::Loading);
        }
        let engines = Rc::clone(&self.engine_manager);
        wasm_bindgen_futures::spawn_local(async move { engines.warm_up().await });
        wasm_bindgen_futures::spawn_local(async move {
            let outcome = Rc::clone(&data).load(url.clone(), manifest, refetch).await;
            // A run may have ended meanwhile; the status keeps saying how. Another data set may be loading.
            if !data.is_elsewhere(&url)
                && control.get().is_none()
                && status.get() == Status::Loading
            {
                status.set(if outcome.is_ok() { Status::Ready } else { Status::Error });
                port.post(&Event::Status(status.get()));
            }
            port.answer(id, outcome);
        });
    }
}

fn step_reply(seen: Option<SeenStep>) -> Result<Reply, Failure> {
    Ok(match seen {
        Some(seen) => Reply::Observed { bytes: encode(&seen)? },
        None => Reply::Done,
    })
}
