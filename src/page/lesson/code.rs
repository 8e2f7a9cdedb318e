//! What each step is in PyTorch, and where this project does the same.

use super::step::Step;

/// The program of a step, with the tutorial's names. A step builds on those before it.
pub const fn program(step: Step) -> &'static str {
    match step {
        Step::Data => DATA,
        Step::Model => MODEL,
        Step::Loss => LOSS,
        Step::Optimizer => OPTIMIZER,
        Step::Epoch => EPOCH,
        Step::Overfitting => OVERFITTING,
        Step::LearningRate => LEARNING_RATE,
        Step::Saving => SAVING,
    }
}

/// A file of this project, and the name of what in it does the same.
pub type Site = (&'static str, &'static str);

/// Where this project does what the step is about.
pub const fn sites(step: Step) -> &'static [Site] {
    match step {
        Step::Data => &[
            ("src/dataset/sampler.rs", "epoch_order"),
            ("src/training/batches.rs", "Batches"),
            ("src/page/lesson/batch.rs", "indices"),
        ],
        Step::Model => &[
            ("src/network/layers.rs", "layers"),
            ("src/model/mod.rs", "GarmentClassifier"),
            ("src/insight/inside.rs", "ImageInside"),
        ],
        Step::Loss => &[
            ("src/lesson/cross_entropy.rs", "CrossEntropy"),
            ("src/training/fused/cpu/tile.rs", "measure"),
        ],
        Step::Optimizer => &[
            ("src/lesson/sgd.rs", "Sgd"),
            ("src/lesson/descent.rs", "Descent"),
            ("src/insight/backward.rs", "BackwardPass"),
            ("src/training/fused/cpu/update.rs", "update"),
        ],
        Step::Epoch => &[
            ("src/training/driver.rs", "Driver"),
            ("src/training/trainer.rs", "finish_epoch"),
            ("src/training/validation.rs", "Validation"),
        ],
        Step::Overfitting => &[
            ("src/dataset/corrections.rs", "Corrections"),
            ("src/history.rs", "best_of"),
            ("src/page/lesson/exercise.rs", "Exercise"),
        ],
        Step::LearningRate => &[
            ("src/settings/schedule.rs", "ScheduleSettings"),
            ("src/page/session/pool/mod.rs", "WorkerPool"),
            ("src/page/lesson/learning_rate.rs", "RateEnd"),
        ],
        Step::Saving => &[
            ("src/checkpoint/file.rs", "write_checkpoint"),
            ("src/library/succession.rs", "Succession"),
            ("src/insight_worker/weights.rs", "WeightStore"),
        ],
    }
}

const DATA: &str = r#"import torch
import torchvision
import torchvision.transforms as transforms

transform = transforms.Compose([
    transforms.ToTensor(),
    transforms.Normalize((0.5,), (0.5,)),
])
training_set = torchvision.datasets.FashionMNIST(
    "./data", train=True, transform=transform, download=True)
validation_set = torchvision.datasets.FashionMNIST(
    "./data", train=False, transform=transform, download=True)

torch.manual_seed(0)
training_loader = torch.utils.data.DataLoader(
    training_set, batch_size=4, shuffle=True)
validation_loader = torch.utils.data.DataLoader(
    validation_set, batch_size=4)

inputs, labels = next(iter(training_loader))
print(inputs.shape, labels)
"#;

const MODEL: &str = r#"from torch import nn
import torch.nn.functional as F

class GarmentClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 4 * 4, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)

model = GarmentClassifier()
print(model(inputs).shape)
"#;

const LOSS: &str = r#"loss_fn = torch.nn.CrossEntropyLoss()

dummy_outputs = torch.rand(4, 10)
dummy_labels = torch.tensor([1, 5, 3, 7])

loss = loss_fn(dummy_outputs, dummy_labels)
print(loss.item())

# The same, row by row
rows = -F.log_softmax(dummy_outputs, dim=1)
print(rows[range(4), dummy_labels].mean().item())
"#;

const OPTIMIZER: &str = r#"optimizer = torch.optim.SGD(
    model.parameters(), lr=0.001, momentum=0.9)

optimizer.zero_grad()
loss = loss_fn(model(inputs), labels)
loss.backward()
optimizer.step()

weight = model.conv1.weight
print(weight.grad[0, 0, 2, 2])
print(optimizer.state[weight]["momentum_buffer"][0, 0, 2, 2])
print(weight[0, 0, 2, 2])
"#;

const EPOCH: &str = r#"def train_one_epoch():
    running_loss, last_loss = 0.0, 0.0
    for i, (inputs, labels) in enumerate(training_loader):
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
        if i % 1000 == 999:
            last_loss = running_loss / 1000
            running_loss = 0.0
    return last_loss

def validate():
    model.eval()
    with torch.no_grad():
        losses = [loss_fn(model(inputs), labels)
                  for inputs, labels in validation_loader]
    return torch.stack(losses).mean().item()

best_vloss = float("inf")
for epoch in range(5):
    model.train()
    avg_loss = train_one_epoch()
    avg_vloss = validate()
    print(f"LOSS train {avg_loss} valid {avg_vloss}")
    if avg_vloss < best_vloss:
        best_vloss = avg_vloss
        torch.save(model.state_dict(), "best.pt")
"#;

const OVERFITTING: &str = r#"few = torch.utils.data.Subset(training_set, range(1000))
training_loader = torch.utils.data.DataLoader(
    few, batch_size=8, shuffle=True)
others = torch.utils.data.Subset(validation_set, range(2000))
validation_loader = torch.utils.data.DataLoader(
    others, batch_size=8)

model = GarmentClassifier()
optimizer = torch.optim.Adam(model.parameters(), lr=0.002)

history = []
for epoch in range(20):
    model.train()
    for inputs, labels in training_loader:
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), labels)
        loss.backward()
        optimizer.step()
    history.append(validate())

print("lowest after epoch", history.index(min(history)) + 1)
"#;

const LEARNING_RATE: &str = r#"from itertools import islice

for lr in (0.00001, 0.001, 0.1):
    torch.manual_seed(0)  # the same weights and batches
    model = GarmentClassifier()
    optimizer = torch.optim.SGD(
        model.parameters(), lr=lr, momentum=0.9)
    losses = []
    for inputs, labels in islice(training_loader, 2000):
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    print(lr, sum(losses[-500:]) / 500)
"#;

const SAVING: &str = r#"torch.save(model.state_dict(), "best.pt")

# Later, in another program
saved_model = GarmentClassifier()
saved_model.load_state_dict(
    torch.load("best.pt", weights_only=True))
saved_model.eval()

with torch.no_grad():
    image, label = validation_set[0]
    outputs = saved_model(image.unsqueeze(0))
    print(outputs.softmax(dim=1))
"#;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::path::Path;

    #[test]
    fn what_does_the_same_is_where_the_lesson_says() {
        for step in Step::ALL {
            for (file, name) in sites(step) {
                let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
                let text = std::fs::read_to_string(&path).unwrap();
                let is_defined = ["fn", "struct", "enum"]
                    .iter()
                    .any(|kind| text.contains(&format!("{kind} {name}")));
                assert!(is_defined, "{name} is not defined in {file}");
            }
        }
    }

    #[test]
    fn programs_fit_beside_the_lesson() {
        for step in Step::ALL {
            let widest = program(step).lines().map(|line| line.chars().count()).max();
            assert!(widest <= Some(66), "{step:?}: {widest:?}");
        }
    }
}
