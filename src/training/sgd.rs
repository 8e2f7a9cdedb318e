//! Stochastic gradient descent with momentum, as `torch.optim.SGD` defines it.
//!
//! Burn has this optimizer too, but gives its state back by a blocking read only, which a browser does
//! not allow, and dampens by 0.1 unless told otherwise.

use std::any::Any;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor};

use crate::model::{
    GarmentClassifier, ModelError, PARAMETERS, ParameterPath, WeightReader, from_pytorch_layout,
};
use crate::state_dict::StateDict;

/// PyTorch's name of the optimizer's slot.
const SLOT: &str = "momentum_buffer";

/// The optimizer with its state: `v = momentum·v + g`, `p = p - learning_rate·v`
/// (<https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html>, dampening 0).
pub struct Sgd {
    learning_rate: f64,
    momentum: f64,
    /// One `Tensor<D>` a parameter, in the order of traversal; empty until the first step and when
    /// momentum is 0.
    velocities: Vec<Box<dyn Any + Send>>,
}

impl Sgd {
    /// An optimizer that has not stepped yet.
    #[must_use]
    pub fn new(learning_rate: f64, momentum: f64) -> Self {
        Self { learning_rate, momentum, velocities: Vec::new() }
    }

    /// Moves every parameter that has a gradient.
    #[must_use]
    pub fn step(
        &mut self,
        model: GarmentClassifier,
        gradients: &mut Gradients,
    ) -> GarmentClassifier {
        let mut update = Update { optimizer: self, gradients, at: 0 };
        model.map(&mut update)
    }

    fn updated<const D: usize>(
        &mut self,
        at: usize,
        value: Tensor<D>,
        gradient: Tensor<D>,
    ) -> Tensor<D> {
        if self.momentum == 0.0 {
            return value - gradient * self.learning_rate;
        }
        let velocity =
            match self.velocities.get(at).and_then(|slot| slot.downcast_ref::<Tensor<D>>()) {
                Some(velocity) => velocity.clone() * self.momentum + gradient,
                None => gradient,
            };
        match self.velocities.get_mut(at) {
            Some(slot) => *slot = Box::new(velocity.clone()),
            None => self.velocities.push(Box::new(velocity.clone())),
        }
        value - velocity * self.learning_rate
    }

    /// The optimizer's state as `momentum_buffer.<parameter>`; empty before the first step.
    ///
    /// # Errors
    /// [`ModelError::Engine`].
    pub async fn state(&self, model: &GarmentClassifier) -> Result<StateDict, ModelError> {
        if self.velocities.is_empty() {
            return Ok(StateDict::new());
        }
        let mut collect = Collect {
            optimizer: self,
            path: ParameterPath::default(),
            at: 0,
            reader: WeightReader::default(),
        };
        model.visit(&mut collect);
        collect.reader.read().await
    }

    /// Takes up a state that [`Self::state`] gave.
    ///
    /// # Errors
    /// [`ModelError::Missing`] or [`ModelError::Shape`] for a state that is neither empty nor whole.
    pub fn load(
        &mut self,
        state: &StateDict,
        model: &GarmentClassifier,
        device: &Device,
    ) -> Result<(), ModelError> {
        self.velocities.clear();
        if state.is_empty() || self.momentum == 0.0 {
            return Ok(());
        }
        for parameter in &PARAMETERS {
            let array = state
                .get(&format!("{SLOT}.{}", parameter.name))
                .ok_or(ModelError::Missing(parameter.name))?;
            if array.shape != parameter.shape || array.values.len() != parameter.len() {
                let (name, expected) = (parameter.name, parameter.shape);
                return Err(ModelError::Shape { name, expected, found: array.shape.clone() });
            }
        }
        let mut load =
            Load { state, device, path: ParameterPath::default(), velocities: Vec::new() };
        model.visit(&mut load);
        self.velocities = load.velocities;
        Ok(())
    }
}

struct Update<'a> {
    optimizer: &'a mut Sgd,
    gradients: &'a mut Gradients,
    at: usize,
}

impl ModuleMapper for Update<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (id, tensor, mapper) = param.consume();
        let updated = match tensor.grad_remove(self.gradients) {
            Some(gradient) => {
                let value = self.optimizer.updated(self.at, tensor.inner(), gradient);
                Tensor::from_inner(value).require_grad()
            }
            None => tensor,
        };
        self.at += 1;
        Param::from_mapped_value(id, updated, mapper)
    }
}

struct Collect<'a> {
    optimizer: &'a Sgd,
    path: ParameterPath,
    at: usize,
    reader: WeightReader,
}

impl ModuleVisitor for Collect<'_> {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.enter(name);
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.exit();
    }

    fn visit_float<const D: usize>(&mut self, _param: &Param<Tensor<D>>) {
        let slot = self.optimizer.velocities.get(self.at);
        if let Some(velocity) = slot.and_then(|slot| slot.downcast_ref::<Tensor<D>>()) {
            self.reader.add(format!("{SLOT}.{}", self.path.name()), velocity.clone());
        }
        self.at += 1;
    }
}

struct Load<'a> {
    state: &'a StateDict,
    device: &'a Device,
    path: ParameterPath,
    velocities: Vec<Box<dyn Any + Send>>,
}

impl ModuleVisitor for Load<'_> {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.enter(name);
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.exit();
    }

    fn visit_float<const D: usize>(&mut self, _param: &Param<Tensor<D>>) {
        if let Some(array) = self.state.get(&format!("{SLOT}.{}", self.path.name())) {
            self.velocities.push(Box::new(from_pytorch_layout::<D>(array, self.device)));
        }
    }
}
