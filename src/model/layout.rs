//! From PyTorch's arrays to Burn's tensors and back.
//!
//! Burn stores a linear layer's weight as `[in, out]`, PyTorch as `[out, in]`; everything else is alike.
//! Optimizers and transfers see every parameter as one flat tensor in Burn's layout. Matrices are
//! transposed on the host rather than by a view: engines choose their kernels by strides, and a resumed
//! run must use the same ones as a run that never stopped.

use burn::module::{Module as _, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor, TensorData, Transaction};

use super::GarmentClassifier;
use crate::network::{EngineFault, ModelError, Network, Parameter};
use crate::state_dict::{Array, StateDict};

/// A row-major `[rows, columns]` matrix transposed to `[columns, rows]`.
fn turned(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    (0..rows * columns).map(|at| values[at % rows * columns + at / rows]).collect()
}

/// The values of an array, in Burn's layout.
fn burn_values(array: &Array) -> Vec<f32> {
    match array.shape[..] {
        [outputs, inputs] => turned(&array.values, outputs, inputs),
        _ => array.values.clone(),
    }
}

/// The array of a parameter's values in Burn's layout.
fn pytorch_array(parameter: &Parameter, values: Vec<f32>) -> Array {
    let values = match *parameter.shape {
        [outputs, inputs] => turned(&values, inputs, outputs),
        _ => values,
    };
    Array { shape: parameter.shape.to_vec(), values }
}

/// A parameter's array as a flat tensor in Burn's layout.
pub(crate) fn flat_tensor(array: &Array, device: &Device) -> Tensor<1> {
    let values = burn_values(array);
    let shape = [values.len()];
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// Flat tensors by name, read back in one transaction.
pub(crate) struct Reader {
    network: Network,
    names: Vec<(String, Parameter)>,
    transaction: Transaction,
}

impl Reader {
    /// Reads tensors of this network.
    pub(crate) fn new(network: Network) -> Self {
        Self { network, names: Vec::new(), transaction: Transaction::default() }
    }

    /// Adds one flat tensor for each parameter, in the network's order, with names from `name`.
    pub(crate) fn add(&mut self, tensors: Vec<Tensor<1>>, name: impl Fn(&Parameter) -> String) {
        for (parameter, tensor) in self.network.parameters().into_iter().zip(tensors) {
            self.names.push((name(&parameter), parameter));
            self.transaction = std::mem::take(&mut self.transaction).register(tensor);
        }
    }

    pub(crate) async fn read(self) -> Result<StateDict, ModelError> {
        let read = self.transaction.execute_async().await?;
        let array = |((name, parameter), data): ((String, Parameter), TensorData)| {
            let values = data.try_into_vec::<f32>();
            let values = values
                .map_err(|error| ModelError::Engine(EngineFault::Reported(format!("{error:?}"))))?;
            if values.len() != parameter.len() {
                let (parameter, found) = (parameter.name.to_owned(), values.len());
                return Err(ModelError::Engine(EngineFault::Count { parameter, found }));
            }
            Ok((name, pytorch_array(&parameter, values)))
        };
        self.names.into_iter().zip(read).map(array).collect()
    }
}

/// How many parameters any network has.
const PARAMETERS: usize = Network::TUTORIAL.parameters().len();

/// A model's parameters without gradients, flat, in the network's order.
pub(crate) fn flat_parameters(model: &GarmentClassifier) -> Vec<Tensor<1>> {
    struct Collect(Vec<Tensor<1>>);
    impl ModuleVisitor for Collect {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.0.push(flattened(param.val().inner()));
        }
    }
    let mut collect = Collect(Vec::with_capacity(PARAMETERS));
    model.visit(&mut collect);
    collect.0
}

/// A model's gradients, flat, in the network's order.
pub(crate) fn flat_gradients(
    model: &GarmentClassifier,
    gradients: &mut Gradients,
) -> Result<Vec<Tensor<1>>, ModelError> {
    struct Collect<'a> {
        gradients: &'a mut Gradients,
        found: Vec<Tensor<1>>,
    }
    impl ModuleVisitor for Collect<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            if let Some(gradient) = param.val().grad_remove(self.gradients) {
                self.found.push(flattened(gradient));
            }
        }
    }
    let mut collect = Collect { gradients, found: Vec::with_capacity(PARAMETERS) };
    model.visit(&mut collect);
    if collect.found.len() != PARAMETERS {
        return Err(ModelError::Engine(EngineFault::NoGradient));
    }
    Ok(collect.found)
}

/// The model with these flat parameters, in the network's order; gradients are recorded as
/// before.
pub(crate) fn with_parameters(
    model: GarmentClassifier,
    parameters: Vec<Tensor<1>>,
) -> GarmentClassifier {
    struct Replace<I>(I);
    impl<I: Iterator<Item = Tensor<1>>> ModuleMapper for Replace<I> {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            let Some(flat) = self.0.next() else { return param };
            let (id, former, mapper) = param.consume();
            let mut tensor: Tensor<D> = flat.reshape(former.dims());
            if former.is_require_grad() {
                tensor = Tensor::from_inner(tensor).require_grad();
            }
            Param::from_mapped_value(id, tensor, mapper)
        }
    }
    model.map(&mut Replace(parameters.into_iter()))
}

fn flattened<const D: usize>(tensor: Tensor<D>) -> Tensor<1> {
    let length = tensor.dims().into_iter().product::<usize>();
    tensor.reshape([length])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::network::initial_weights;

    #[test]
    fn turning_twice_is_the_same_and_turning_once_is_the_transpose() {
        let values: Vec<f32> = (0..6).map(|value| value as f32).collect();
        assert_eq!(turned(&values, 2, 3), [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
        assert_eq!(turned(&turned(&values, 2, 3), 3, 2), values);
    }

    #[test]
    fn burn_visits_parameters_in_pytorchs_order() {
        let device = Device::flex();
        let weights = initial_weights(5);
        let model = GarmentClassifier::from_weights(&weights, &device).unwrap();
        let flat = flat_parameters(&model);
        assert_eq!(flat.len(), PARAMETERS);
        for (parameter, tensor) in Network::TUTORIAL.parameters().iter().zip(flat) {
            let values = tensor.into_data().try_into_vec::<f32>().unwrap();
            assert_eq!(values, burn_values(&weights[parameter.name]), "{}", parameter.name);
        }
    }

    #[test]
    fn weights_survive_the_way_through_a_model_bit_by_bit() {
        for classes in [2, 10, 17] {
            let weights = Network::new(classes).unwrap().initial_weights(5);
            let model = GarmentClassifier::from_weights(&weights, &Device::flex()).unwrap();
            assert!(pollster::block_on(model.weights()).unwrap() == weights);
        }
    }
}
