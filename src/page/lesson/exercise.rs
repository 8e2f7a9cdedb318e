//! Runs that the lesson trains: each exercise in workers of its own, beside the visitor's run.

use leptos::prelude::*;

use super::going::{self, GoingRun};
use crate::dataset::{Correction, Corrections, SplitName};
use crate::page::browser::{address_of, manifest_sha256};
use crate::page::session::{
    Activity, CommonInputs, Complaint, Curves, Job, JobEnd, PoolNews, WorkerPool,
};
use crate::page::words::lesson_words;
use crate::protocol::Failure;
use crate::settings::{EngineChoice, OptimizerSettings, TrainingConfig};

/// The weight of all earlier steps in the smoothed loss of a run of thousands of steps.
pub const SMOOTHING: f64 = 0.98;
/// Images that the run that overfits is trained on, and those that it is validated on: the first ones of either split.
const FEW: [(SplitName, u32); 2] = [(SplitName::Train, 1_000), (SplitName::Test, 2_000)];

/// What runs are trained for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exercise {
    /// To see the training loop and what happens after an epoch.
    Epoch,
    /// To see training and validation loss part.
    Overfitting,
    /// To see what the learning rate does.
    LearningRate,
}

impl Exercise {
    /// What its runs are known by in the library, as those of an experiment are.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Epoch => "1e55000000000001",
            Self::Overfitting => "1e55000000000002",
            Self::LearningRate => "1e55000000000003",
        }
    }

    /// The settings: the tutorial's, on the CPU, where the same seed gives the same numbers on every machine.
    pub fn config(self, seed: u64) -> TrainingConfig {
        let tutorial =
            TrainingConfig { engine: EngineChoice::Cpu, seed, ..TrainingConfig::default() };
        match self {
            Self::Epoch => TrainingConfig { epochs: 1, ..tutorial },
            Self::Overfitting => TrainingConfig {
                batch_size: 8,
                epochs: 20,
                learning_rate: 0.002,
                optimizer: OptimizerSettings::Adam { betas: (0.9, 0.999), epsilon: 1e-8 },
                ..tutorial
            },
            Self::LearningRate => TrainingConfig { epochs: 1, steps: Some(2_000), ..tutorial },
        }
    }

    /// The images that are left out.
    fn corrections(self) -> Corrections {
        if self != Self::Overfitting {
            return Corrections::default();
        }
        let left_out = FEW.into_iter().flat_map(|(split, kept)| {
            (kept..split.images()).map(move |index| Correction { split, index, label: None })
        });
        // They are of images that there are, each once.
        Corrections::try_from(left_out.collect::<Vec<_>>()).unwrap_or_default()
    }
}

/// A run as far as it has come.
#[derive(Clone, Debug, Default)]
pub struct LiveRun {
    /// Its name in the library, once it has begun.
    pub name: Option<String>,
    /// What it has measured.
    pub curves: Curves,
    /// Steps taken.
    pub step: u64,
    /// Steps of the whole run.
    pub steps: u64,
    /// How it ended.
    pub end: Option<JobEnd>,
}

impl LiveRun {
    /// After how many steps the loss was no longer a finite number, if that is how it ended.
    pub fn diverged(&self) -> Option<u64> {
        match &self.end {
            Some(JobEnd::Failed(Complaint::Worker(Failure::RunDiverged { measured, .. }))) => {
                Some(*measured)
            }
            _ => None,
        }
    }

    /// What went wrong, unless it diverged.
    pub fn failure(&self) -> Option<Complaint> {
        match &self.end {
            Some(JobEnd::Failed(why)) if self.diverged().is_none() => Some(why.clone()),
            _ => None,
        }
    }
}

/// The runs of an exercise and what trains them. Copies are the same.
#[derive(Clone, Copy)]
pub struct Training {
    exercise: Exercise,
    pool: WorkerPool,
    /// The runs in the order of their numbers; empty before the first start.
    pub runs: RwSignal<Vec<LiveRun>>,
    /// Whether they go on after the page was closed while they trained.
    pub goes_on: RwSignal<bool>,
}

impl Training {
    /// No runs yet. After each epoch, `keep` gets the name of its run, which has a best model from then on.
    pub fn new(exercise: Exercise, keep: impl Fn(&str) + 'static) -> Self {
        let runs = RwSignal::new(Vec::new());
        let pool = WorkerPool::new(workers(), move |news| {
            going::note(exercise, &news);
            hear(runs, news, &keep);
        });
        Self { exercise, pool, runs, goes_on: RwSignal::new(false) }
    }

    /// Trains runs with these settings in place of those of before, unless it trains already.
    pub fn start(self, configs: Vec<TrainingConfig>) {
        let begun = configs.into_iter().map(|config| GoingRun { config, name: None }).collect();
        self.train(begun, false);
    }

    /// Lets the runs go on, from where they were saved, that trained in this tab when its page was closed or reloaded.
    /// Returns their settings; none if there are no such runs.
    pub fn go_on(self) -> Vec<TrainingConfig> {
        let cut_off = going::cut_off(self.exercise);
        let configs = cut_off.iter().map(|run| run.config.clone()).collect();
        if !cut_off.is_empty() {
            self.train(cut_off, true);
        }
        configs
    }

    fn train(self, begun: Vec<GoingRun>, goes_on: bool) {
        if self.is_busy_untracked() {
            return;
        }
        self.goes_on.set(goes_on);
        self.runs.set(vec![LiveRun::default(); begun.len()]);
        going::begin(self.exercise, &begun);
        let jobs = (1..).zip(begun).map(|(number, run)| Job::new(number, run.config, run.name));
        let inputs = CommonInputs {
            url: address_of("data/"),
            manifest_sha256: manifest_sha256(),
            data: None,
            corrections: self.exercise.corrections(),
            id: self.exercise.id().to_owned(),
            name: lesson_words().exercise(self.exercise).to_owned(),
        };
        self.pool.train(jobs.collect(), inputs);
    }

    /// Stops the runs, which keep what they have.
    pub fn stop(self) {
        going::forget(self.exercise);
        self.pool.stop();
    }

    /// Whether it trains.
    pub fn is_busy(self) -> bool {
        self.pool.activity.get() != Activity::Idle
    }

    fn is_busy_untracked(self) -> bool {
        self.pool.activity.get_untracked() != Activity::Idle
    }

    /// What went wrong.
    pub fn failure(self) -> Option<Complaint> {
        self.runs.with(|runs| runs.iter().find_map(LiveRun::failure))
    }
}

/// As many as there are runs beside each other, if the machine has so many cores and one for the page.
fn workers() -> usize {
    let cores = window().navigator().hardware_concurrency();
    if cores.is_finite() { (cores as usize).saturating_sub(1).clamp(1, 3) } else { 1 }
}

fn hear(runs: RwSignal<Vec<LiveRun>>, news: PoolNews, keep: &impl Fn(&str)) {
    let with = |number: u32, change: &dyn Fn(&mut LiveRun)| {
        runs.update(|runs| {
            let at = (number as usize).checked_sub(1);
            at.and_then(|at| runs.get_mut(at)).into_iter().for_each(change);
        });
    };
    match news {
        PoolNews::Began(number, overview) => with(number, &|run| {
            run.name = Some(overview.run.clone());
            run.curves = Curves::of(&overview, SMOOTHING);
            (run.step, run.steps) = (overview.step, overview.steps_in_run);
        }),
        PoolNews::Progress(number, progress) => with(number, &|run| {
            run.curves.push_losses(&progress.losses);
            run.curves.reports.extend(&progress.reports);
            run.step = progress.step;
        }),
        PoolNews::EpochEnded(number, epoch) => {
            with(number, &|run| run.curves.epochs.push(epoch));
            let at = (number as usize).checked_sub(1);
            let name = runs.with_untracked(|runs| at.and_then(|at| runs.get(at)?.name.clone()));
            if let Some(name) = name {
                keep(&name);
            }
        }
        PoolNews::Ended(number, end) => with(number, &|run| run.end = Some(end.clone())),
        // Whether the model is stored, the step about saving says.
        PoolNews::Problem(_) | PoolNews::WorkerLost(..) | PoolNews::Empty => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::lesson::Step;
    use crate::page::lesson::code::program;
    use crate::page::words::{CHINESE_LESSON, ENGLISH_LESSON};

    #[test]
    fn the_run_that_overfits_leaves_all_but_a_few_images_out() {
        let corrections = Exercise::Overfitting.corrections();
        let kept = SplitName::ALL
            .map(|split| (split, split.images() - corrections.left_out(split) as u32));
        assert_eq!(kept, FEW);
        assert!(Exercise::Epoch.corrections().is_empty());
    }

    #[test]
    fn the_story_of_overfitting_is_that_of_its_run() {
        let config = Exercise::Overfitting.config(0);
        for words in [ENGLISH_LESSON, CHINESE_LESSON] {
            let story = words.story(Step::Overfitting).concat();
            let numbers = [("1,000", FEW[0].1), ("2,000", FEW[1].1)];
            assert!(
                numbers
                    .iter()
                    .all(|(text, it)| story.contains(text)
                        && text.replace(',', "") == it.to_string())
            );
            assert!(story.contains(&config.epochs.to_string()), "{story}");
        }
        let program = program(Step::Overfitting);
        for setting in [format!("lr={}", config.learning_rate), format!("range({})", config.epochs)]
        {
            assert!(program.contains(&setting), "{setting}");
        }
    }

    #[test]
    fn exercises_are_the_tutorials_run_on_the_cpu() {
        let config = Exercise::Epoch.config(7);
        let tutorial = TrainingConfig::default();
        assert_eq!((config.engine, config.seed, config.epochs), (EngineChoice::Cpu, 7, 1));
        assert_eq!(
            config,
            TrainingConfig { engine: config.engine, seed: 7, epochs: 1, ..tutorial }
        );
    }
}
